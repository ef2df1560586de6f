"""Tests that all formats share, and tests of the format `text`."""

from __future__ import annotations

import locale
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lint_runtime.formatters import FORMATTERS, load_format
from lint_runtime.formatters.base import chunks, hold_text
from lint_runtime.text import shown_path, visible
from tests.conftest import FIXTURES, rendered
from tests.formatters.inputs import (
    BY_COMMENT,
    FOUND,
    HOSTILE,
    RUNTIME,
    SHAPES,
    hostile_reports,
    lint_paths,
    lint_text,
    report_of,
)

EACH_FORMAT = pytest.mark.parametrize("name", FORMATTERS)


@EACH_FORMAT
def test_golden(name: str, golden: Callable[[Path, str], None]) -> None:
    """Compare the output of each format for typical Dockerfiles with a golden file."""
    golden(FIXTURES / "golden" / f"shapes.{name}", rendered(name, lint_paths(SHAPES)))


@EACH_FORMAT
def test_hostile_text_is_escaped(name: str) -> None:
    """Check that no line contains an invisible character, a lone surrogate or an unintended command."""
    written = rendered(name, hostile_reports(), problems=HOSTILE.values())
    if name == "azure":
        written = re.sub(r"^##vso\[task\.logissue ", "", written, flags=re.MULTILINE)
    lines = written.split("\n")
    assert name == "summary" or len(lines) > len(HOSTILE)
    assert [line for line in lines if line != visible(line)] == []


@pytest.mark.parametrize("name", [name for name in FORMATTERS if name != "summary"])
def test_no_line_starts_with_text_from_a_file(name: str) -> None:
    # Put a CI command after words of 1 to 24 characters, so some lines wrap right before the command.
    for command in ("::stop-commands::x", "\u3000::stop-commands::x", "##teamcity[x", "---x", "~~~x"):
        words = " ".join(f"{'a' * length} {command}" for length in range(1, 25))
        found = FOUND._replace(message=words, help=words, notes=(words, command))
        for width in (20, 30, 80):
            written = rendered(name, [report_of(found), report_of(found)], problems=[words], width=width)
            starts = {line.lstrip()[:4] for line in written.splitlines()}
            assert starts.isdisjoint(("::st", "##te", "---x", "~~~x")), (command, width)
            assert written.count("aaaa") > 20


@EACH_FORMAT
def test_suppressed_findings_are_not_shown_as_active(name: str) -> None:
    suppressed = FOUND._replace(suppression=BY_COMMENT, message="Quiet")
    written = rendered(name, [report_of(FOUND, suppressed)], shows_suppressed=False)
    assert ("It floats" in written, "Quiet" in written) == (name != "summary", name == "json")


def test_formats_for_services_use_paths_of_the_repository() -> None:
    rooted = {name for name in FORMATTERS if load_format(name).is_rooted}
    assert rooted == {"github", "sarif", "gitlab", "junit", "checkstyle", "azure", "rdjson"}


def test_output_without_findings() -> None:
    empty = {name: rendered(name, []) for name in ("text", "full", "github", "azure", "gitlab", "rdjson")}
    assert empty == {
        "text": "",
        "full": "",
        "github": "",
        "azure": "",
        "gitlab": "[]\n",
        "rdjson": '{\n  "source": {"name": "lint-runtime"},\n  "diagnostics": []\n}\n',
    }


def test_held_text_is_read_back_in_short_strings() -> None:
    held = hold_text()
    texts = [f"{number} é\udcff\r\n" for number in range(20_000)]
    for text in texts:
        held.write(text)
    read = list(chunks(held))
    assert "".join(read) == "".join(texts).replace("\udcff", "\\udcff")
    assert max(map(len, read)) <= 8192
    assert held.closed


def test_output_is_the_same_in_every_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    reports = [report_of(FOUND._replace(message="漢字")), lint_text(f"FROM {RUNTIME}:9.1.0\n")]
    usual = {name: rendered(name, reports) for name in FORMATTERS}
    # Have the module of the page imported again. It reads its templates only once, and must read them in each locale.
    monkeypatch.delitem(sys.modules, "lint_runtime.formatters.html")
    before = locale.setlocale(locale.LC_CTYPE)
    locale.setlocale(locale.LC_CTYPE, "C")
    try:
        assert {name: rendered(name, reports) for name in FORMATTERS} == usual
    finally:
        locale.setlocale(locale.LC_CTYPE, before)


# The format `text`


def test_a_finding_is_one_line() -> None:
    found = FOUND._replace(help="pin it")
    assert rendered("text", [report_of(found, path="a/D"), report_of(FOUND, path="::b")]) == (
        "a/D:2:6: warning: It floats; pin it [floating-tag]\n./::b:2:6: warning: It floats [floating-tag]\n"
    )


def test_hostile_text_is_escaped_in_text() -> None:
    assert rendered("text", hostile_reports()).splitlines() == [
        f"{shown_path(text)}:2:6: {severity}: {visible(text)}; {visible(text)} [floating-tag]"
        for text in HOSTILE.values()
        for severity in ("warning", "error")
    ]


def test_no_raw_control_character_reaches_a_terminal() -> None:
    report = lint_text(f"FROM {RUNTIME}:1\x1b[31m\x07\udcff\u202e", "new\nline\x1b]0;x\x07/\udcff")
    (line,) = rendered("text", [report]).splitlines()
    assert line.startswith(
        r"new\nline\x1b]0;x\x07/\xff:1:6: error: Invalid image 'quay.io/astronomer/astro-runtime:1\x1b[31m"
    )
    assert line.isprintable()


def test_colors() -> None:
    assert rendered("text", [report_of(FOUND)], is_colored=True) == (
        "\x1b[1mDockerfile:2:6:\x1b[0m \x1b[33m\x1b[1mwarning:\x1b[0m It floats \x1b[2m[floating-tag]\x1b[0m\n"
    )
    plain = rendered("text", lint_paths(SHAPES))
    colored = rendered("text", lint_paths(SHAPES), is_colored=True)
    assert re.sub(r"\x1b\[[0-9]*m", "", colored) == plain
    assert "\x1b[31m\x1b[1merror:" in colored
    assert "\x1b[34m\x1b[1minfo:" in colored


@EACH_FORMAT
def test_manifests_are_files_like_any_other(name: str) -> None:
    text = (
        "[project]\nname = 'demo'\ndependencies = ['apache-airflow==3.0.*']\n\n"
        "[tool.astro]\nruntime = '3.0-3'\n"
    )
    output = rendered(name, [lint_text(text, "demo/pyproject.toml")])
    # The page has tags inside of paths, so remove them.
    shown = re.sub("<[^>]+>", "", output) if name == "html" else output
    assert "3.0-18" in shown
    if name != "summary":
        assert "demo/pyproject.toml" in shown
        assert re.search(r"\b6\b", shown)
