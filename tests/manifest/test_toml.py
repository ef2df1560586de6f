"""Parse TOML: the same values as in tomli, and the places of the values."""

from __future__ import annotations

import math
from contextlib import suppress
from datetime import date, time
from typing import Any

import pytest
import tomli

from lint_runtime.manifest.toml import MAX_NESTING, Document, TomlError, Value, decode
from tests.manifest.mutation import SYNTAX, mutations


def _parse(text: str) -> Document:
    document = Document(text)
    document.parse()
    return document


def _plain(value: Any) -> Any:
    """Convert a value of `Document` or of tomli to a form in which equal values are equal."""
    if isinstance(value, Value):
        text = value.data.replace("_", "") if value.kind in ("integer", "float") else value.data
        if value.kind == "integer":
            return int(text, 0)
        if value.kind == "float":
            return _plain(float(text))
        if value.kind == "date":
            return "date"
        # Convert line breaks like tomli. `Document` keeps them, like go-toml.
        return value.data.replace("\r\n", "\n") if value.kind == "string" else _plain(value.data)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, float) and math.isnan(value):
        return "nan"
    return "date" if isinstance(value, (date, time)) else value


def _tomli(data: bytes) -> Any:
    try:
        return _plain(tomli.loads(data.decode()))
    except ValueError:
        return None


def test_every_kind_of_value_is_read_as_in_tomli() -> None:
    documents = [
        SYNTAX,
        rb"""a = "\b\f\n\r\t\e\"\\ \x41\u00e9\U0001F600" """,
        b"a = " + b"[" * MAX_NESTING + b"]" * MAX_NESTING,
        b"".join(b"a%d = []\n" % number for number in range(MAX_NESTING)),
    ]
    for data in documents:
        assert _plain(_parse(data.decode()).root) == _tomli(data) is not None


def test_mutated_files_are_read_as_in_tomli() -> None:
    valid = 0
    for data in mutations(1500):
        document = Document(decode(data))
        read = None
        with suppress(TomlError):
            document.parse()
            read = _plain(document.root)
        if not document.impossible:
            assert read == _tomli(data), data
            valid += read is not None
    assert valid > 100


# Each case is a document and a dict. The dict maps paths of values to the source texts of their keys and values.
@pytest.mark.parametrize(
    ("text", "slices"),
    [
        ("a = 'x'", {"a": ("a", "'x'")}),
        ("a = \"x\" # 'y'", {"a": ("a", '"x"')}),
        (" \t'a' = 1", {"a": ("'a'", "1")}),
        ('"\\u0061"="x"', {"a": ('"\\u0061"', '"x"')}),
        (
            "a = ['x', # y\n 'z']",
            {"a": ("a", "['x', # y\n 'z']"), "a.0": ("'x'", "'x'"), "a.1": ("'z'", "'z'")},
        ),
        ("a = {b = 'x',\n c.d = 2}", {"a.b": ("b", "'x'"), "a.c.d": ("c.d", "2"), "a.c": ("c.d", "c.d")}),
        (
            "[ a . b ]\nc = true",
            {"a": ("a . b", "a . b"), "a.b": ("a . b", "a . b"), "a.b.c": ("c", "true")},
        ),
        ("[a.b]\n[a]", {"a": ("a", "a"), "a.b": ("a.b", "a.b")}),
        ("[[a]]\n[[a]]\nb=1", {"a.1": ("a", "a"), "a.1.b": ("b", "1")}),
        ("a = '''\nx\n'''\r\nb = 2", {"a": ("a", "'''\nx\n'''"), "b": ("b", "2")}),
        ("'é' = 1", {"é": ("'é'", "1")}),
        ("a = 1979-05-27 07:32:00 # x", {"a": ("a", "1979-05-27 07:32:00")}),
    ],
)
def test_a_value_has_the_place_of_its_source_text(text: str, slices: dict[str, tuple[str, str]]) -> None:
    root = _parse(text).root
    for path, expected in slices.items():
        value = Value("table", root, (0, 0), (0, 0))
        for name in path.split("."):
            value = value.data[int(name)] if isinstance(value.data, list) else value.data[name]
        assert (text[slice(*value.key)], text[slice(*value.span)]) == expected, path


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("a = 'x'", "x"),
        ('a = ""', ""),
        ("a = ''''x''''", "'x'"),
        ('a = """\nx"""', "x"),
        ("a = '''\r\nx\r\n'''", "x\r\n"),
        ('a = """"""', ""),
        ('a = "\\n"', "\\n"),
    ],
)
def test_the_content_of_a_string_is_without_quotes(text: str, content: str) -> None:
    document = _parse(text)
    start, end = document.content(document.root["a"].span)
    assert text[start:end] == content


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("a = 'x", (1, 7), "Unterminated string"),
        ("a = 'x\nb = 1", (1, 7), "Unterminated string"),
        ('a = "x\\q"', (1, 7), "Invalid escape sequence"),
        ('a = "\\ud800"', (1, 6), "The escape sequence names no character"),
        ("\na = '''x", (2, 9), "Unterminated string"),
        ("a = 1 b = 2", (1, 7), "Expected the end of the line"),
        ("a\r", (1, 2), "Expected '=' after the key"),
        ("# \x01", (1, 3), "The comment has an invalid character"),
        ("a = [1 2]", (1, 8), "Expected ',' or ']'"),
        ("a = [1,\n ,]", (2, 2), "Expected a value"),
        ("a = {b = 1\nc = 2}", (2, 1), "Expected ',' or '}'"),
        ("[a\n", (1, 3), "Expected ']'"),
        ("[]", (1, 2), "Expected a key"),
        ("a = 1\n'a' = 2", (2, 1), "The key 'a' is already defined"),
        ("a = 1\n[a.b]", (2, 2), "The key 'a' already has a value"),
        ("[a]\n[a]", (2, 2), "The key 'a' is already defined"),
        ("[[a]]\n[a]", (2, 2), "The key 'a' is already defined"),
        ("a.b = 1\n[a]", (2, 2), "The key 'a' is already defined"),
        ("\ufeffa = 1", (1, 1), "Expected a key"),
        ("é = 1", (1, 1), "Expected a key"),
        ("a = '\0'", (1, 6), "The string has an invalid character"),
        ("a = 'x\r\n'", (1, 7), "Unterminated string"),
        ("a = '''\0'''", (1, 8), "The string has an invalid character"),
        ("a = '''x\\q'''\nb = \"\"\"x\\q\"\"\"", (2, 9), "Invalid escape sequence"),
        (
            "a = " + "[" * (MAX_NESTING + 1),
            (1, 5 + MAX_NESTING),
            "The value is nested more than 100 levels deep",
        ),
        # go-toml refuses these documents, but tomli accepts them.
        ("[a.b]\n[a]\nb.c = 1", (3, 1), "The key 'b' is already defined"),
        ("[a.b.c]\n[a]\nb.d = 1", (3, 1), "The key 'b' is already defined"),
    ],
)
def test_an_error_has_a_place(text: str, place: tuple[int, int], message: str) -> None:
    document = Document(text)
    with pytest.raises(TomlError) as raised:
        document.parse()
    assert document.locate(raised.value.offset, raised.value.offset).start == place
    assert str(raised.value) == message


def test_the_place_of_invalid_utf_8_is_kept() -> None:
    assert decode("é\n[a]".encode() + b" # \xe9\xff x") == "é\n[a] # \0\0 x"


def test_a_number_sign_in_a_string_starts_no_comment() -> None:
    text = "# one\na = '# x' # two\nb = ['#', # three\n'''\n# y\n''']\n[c] # four\n#five"
    document = _parse(text)
    comments = [text[start:end] for start, end in document.comments]
    assert comments == ["# one", "# two", "# three", "# four", "#five"]


@pytest.mark.parametrize(
    ("value", "is_possible"),
    [
        ("2024-02-29", True),
        ("2021-02-30", False),
        ("2021-02-28T25:00:00", False),
        ("07:32", True),
        ("[-9223372036854775808, 9223372036854775807]", True),
        ("-9223372036854775809", False),
        ("9223372036854775808", False),
        ("-0x1", None),
        ("0xffff_ffff_ffff_ffff", False),
        ("0b" + "_".join("1" * 63), True),
        ("9" * 5000, False),
        ("1e999", False),
        ("-inf", True),
    ],
)
def test_impossible_values_are_no_syntax_errors(value: str, is_possible: bool | None) -> None:
    document = Document(f"a = {value}")
    if is_possible is None:
        with pytest.raises(TomlError):
            document.parse()
    else:
        document.parse()
        assert [document.text[start:end] for start, end in document.impossible] == (
            [] if is_possible else [value]
        )


def test_long_files_take_linear_time() -> None:
    # A parser that needs quadratic time would take minutes.
    keys = ".".join("a" * 30_000)
    for text in (f"{keys} = 1", "[" + keys + "]", "#\n" * 100_000, "a = [" + "'x', " * 30_000 + "]"):
        _parse(text)
    with pytest.raises(TomlError):
        _parse("a = '''" + "''\n" * 30_000)
