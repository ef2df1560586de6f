"""Escaping, counting and comparing text."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from lint_runtime.diagnostics import Severity
from lint_runtime.text import (
    cell,
    closest,
    code,
    counted,
    days_after,
    did_you_mean,
    is_close,
    json_document,
    json_line,
    parse_day,
    plural,
    portable_path,
    portable_text,
    prose,
    quoted,
    shown_path,
    visible,
    wrapped,
)

CASES: list[tuple[Callable[..., object], tuple[Any, ...], object]] = [
    (visible, ("plain",), "plain"),
    (visible, ("naïve ☃ 漢",), "naïve ☃ 漢"),
    (visible, ("\t\n\r\x00\x0b\x7f\x9b",), r"\t\n\r\x00\x0b\x7f\x9b"),
    (visible, ("\u202e\u2066\u200b\ufeff\u0100",), r"\u202e\u2066\u200b\ufeff" + "\u0100"),
    (visible, ("\udcff\udc80\udc7f\ud800\udfff",), r"\xff\x80\udc7f\ud800\udfff"),
    (visible, ("\udd00\xad",), r"\udd00\xad"),
    (visible, ("\ufffe\uffff\U000e0001",), r"\ufffe\uffff\U000e0001"),
    (visible, ("back\\slash",), "back\\slash"),
    (visible, ("a ##[x] ##vso[y] ##z ###[",), r"a #\x23[x] #\x23vso[y] ##z ##\x23["),
    (quoted, ("a\nb",), r"'a\nb'"),
    (quoted, ("x" * 120,), "'" + "x" * 120 + "'"),
    (quoted, ("x" * 121,), "'" + "x" * 120 + "…'"),
    (shown_path, ("a::b\n",), r"a::b\n"),
    (shown_path, ("::error",), "./::error"),
    (shown_path, (" ::error",), "./ ::error"),
    (portable_text, ("a\x1b\n\udcff\ud800",), "a\x1b\n\\xff\\ud800"),
    (portable_path, ("./a//b/../c",), "a/c"),
    (json_line, ({"a": ["\udcff", ("\ud800\U00010400",)], "b": 1},), r'{"a": ["\\xff", ["\\ud800\ud801\udc00"]], "b": 1}'),
    (json_line, ({"a": date(2026, 1, 2), "b": Severity.ERROR, "c": None},), '{"a": "2026-01-02", "b": "error", "c": null}'),
    (json_line, ("##[x] ##y ##vso[",), r'"#\u0023[x] ##y #\u0023vso["'),
    (json_document, ([{"a": "##[\udcff"}],), '[\n  {\n    "a": "#\\u0023[\\\\xff"\n  }\n]\n'),
    (counted, (0, "file"), "0 files"),
    (counted, (1, "file"), "1 file"),
    (counted, (2, "fix"), "2 fixes"),
    (counted, (3, "release series"), "3 release series"),
    (plural, (1, "fix"), "fix"),
    (plural, (2, "day"), "days"),
    (wrapped, ("", 30), [""]),
    (wrapped, ("aaaa bbbb cccc dddd eeee", 24), ["aaaa bbbb cccc dddd eeee"]),
    (wrapped, ("aaaa bbbb cccc dddd eeee", 23), ["aaaa bbbb cccc dddd", "eeee"]),
    (wrapped, ("aaaa bbbb cccc dddd eeee", 5), ["aaaa bbbb cccc dddd", "eeee"]),
    (wrapped, ("aaaa bbbb cccc ddddd eeee", 19), ["aaaa bbbb cccc ddddd", "eeee"]),
    (wrapped, ("aaaa bbbb cccc dd-dd-dd " + "x" * 30, 20), ["aaaa bbbb cccc", "dd-dd-dd", "x" * 30]),
    (code, ("",), ""),
    (code, ("a\nb|c",), r"`a\nb|c`"),
    (code, ("a`b",), "``a`b``"),
    (code, ("a``b`c",), "```a``b`c```"),
    (code, ("`a",), "`` `a ``"),
    (code, ("a`",), "`` a` ``"),
    (code, (" a",), "`  a `"),
    (code, ("a ",), "` a  `"),
    (cell, ("a_b|c|'d|e'",), "`a_b`&#124;c&#124;'d&#124;e'"),
    (cell, ("a|b", code), "`a`&#124;`b`"),
    (prose, ("a 1,000 1,00 2026-01-02 don't a-b x-1 1.5  é",), "a 1,000 `1,00` 2026-01-02 don't a-b `x-1` `1.5`  `é`"),
    (prose, ("(a_b), \"c_d\": e.f? '(g_h);' 1… …",), "(`a_b`), \"`c_d`\": `e.f`? `(g_h);` 1… …"),
    (prose, ("'a b'c x'd e' ('f g'), 'h i'",), "'a b'c x'd e' (`f g`), `h i`"),
    (prose, ("##[x]\n@user",), r"`##[x]\n@user`".replace("##", r"#\x23")),
    (days_after, (date(2026, 1, 31), 1), date(2026, 2, 1)),
    (days_after, (date(2026, 1, 31), 0), date(2026, 1, 31)),
    (days_after, (date(9999, 12, 30), 1), date(9999, 12, 31)),
    (days_after, (date(9999, 12, 30), 2), date(9999, 12, 31)),
    (days_after, (date(2026, 1, 31), 10**12), date(9999, 12, 31)),
    (parse_day, ("2026-02-28",), date(2026, 2, 28)),
    (parse_day, ("2026-02-29",), None),
    (parse_day, ("20260228",), None),
    (parse_day, ("2026-02-28 ",), None),
    *(
        (is_close, (word, "quay.io"), expected)
        for word, expected in {
            "quay.io": True,
            "quai.io": True,
            "quay.oi": True,
            "qauy.oi": True,
            "uay.i": True,
            "xquay.iox": True,
            "quay.com": True,
            "qxxxy.io": False,
            "quay.comx": False,
            "gcr.io": False,
            "": False,
        }.items()
    ),
    (is_close, ("quay.com", "quay.io", 1), False),
    (is_close, ("quay.oi", "quay.io", 1), True),
    (is_close, ("a", "a", 0), True),
    (is_close, ("a", "b", 0), False),
    (closest, ("relaese", ["a", "release", "releases"]), "release"),
    (closest, ("x", ["release"]), ""),
    (did_you_mean, ("relaese", ["a", "release"]), "did you mean release?"),
    (did_you_mean, ("x", ["release"]), ""),
]  # fmt: skip


def test_functions_on_text() -> None:
    results = [(function.__name__, given, function(*given)) for function, given, _ in CASES]
    assert results == [(function.__name__, given, expected) for function, given, expected in CASES]


def test_only_dates_are_converted_to_json() -> None:
    with pytest.raises(TypeError):
        json_line({"a": object()})


def test_json_reads_back() -> None:
    value = {"a": ["x\x1b\u2028", "##[y]"], "b": "\U00010400"}
    assert json.loads(json_line(value)) == value
    assert json_line(value).isascii()


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("write runtime = '3.0-18'", "write `runtime = '3.0-18'`"),
        (
            "write apache-airflow==3.3.* and runtime = '3.3-8' (Airflow 3.3)",
            "write `apache-airflow==3.3.*` and `runtime = '3.3-8'` (Airflow `3.3`)",
        ),
        ("requires-python = '>=3.10,<3.13', then 'a b'", "`requires-python = '>=3.10,<3.13'`, then `a b`"),
    ],
)
def test_a_setting_is_one_code_span(text: str, markdown: str) -> None:
    assert prose(text) == markdown
