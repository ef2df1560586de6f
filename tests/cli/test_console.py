"""The terminal: colors, links, the width of lines and the progress bar."""

from __future__ import annotations

import io
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from lint_runtime.cli.console import (
    flush_text,
    is_colored,
    print_text,
    shows_links,
    terminal_width,
    with_progress,
)
from tests.conftest import AS_OF, Command

DAY = ["--as-of", AS_OF.isoformat()]
UNSUPPORTED = "FROM quay.io/astronomer/astro-runtime:9.7.0\n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Remove the variables that terminals set, and return the monkeypatch."""
    for name in (
        "TMUX",
        "STY",
        "TERM",
        "TERM_PROGRAM",
        "WT_SESSION",
        "DOMTERM",
        "VTE_VERSION",
        "KONSOLE_VERSION",
    ):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.mark.parametrize(
    ("arguments", "environment", "is_colored"),
    [
        ([], {}, False),
        (["--color", "always"], {}, True),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ([], {"FORCE_COLOR": ""}, False),
        ([], {"FORCE_COLOR": "0"}, False),
        ([], {"FORCE_COLOR": "False"}, False),
        ([], {"FORCE_COLOR": "2"}, True),
        (["--color", "always"], {"FORCE_COLOR": "0"}, True),
    ],
)
def test_color(
    arguments: list[str], environment: dict[str, str], run: Command, *, is_colored: bool
) -> None:
    code, out, _ = run(*DAY, *arguments, "-", stdin=UNSUPPORTED.encode(), env=environment)
    assert code == 1
    assert ("\x1b[" in out) is is_colored


def test_a_failed_write_ends_the_output(monkeypatch: pytest.MonkeyPatch) -> None:
    # A terminal that another program has made non-blocking fails if it is slow, and works again later.
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with open(writer, "w", encoding="utf-8") as stream, open(reader, "rb") as received:
        monkeypatch.setattr(sys, "stdout", stream)
        print_text("a" * (1 << 20))
        flush_text()
        assert received.read(1 << 10) == b"a" * (1 << 10)
        print_text("more")
        flush_text()
        stream.close()
        assert set(received.read()) == set(b"a")


def test_color_of_a_terminal(environment: pytest.MonkeyPatch) -> None:
    assert is_colored("auto", Terminal())
    assert not is_colored("auto", io.StringIO())
    assert not is_colored("never", Terminal())
    environment.setenv("FORCE_COLOR", "0")
    assert not is_colored("auto", Terminal())
    environment.delenv("FORCE_COLOR")
    environment.setenv("TERM", "dumb")
    assert not is_colored("auto", Terminal())
    assert is_colored("always", Terminal())


@pytest.mark.parametrize(
    ("variables", "is_shown"),
    [
        ({}, False),
        ({"TERM_PROGRAM": "vscode"}, True),
        ({"TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM": "xterm"}, False),
        ({"WT_SESSION": "1"}, True),
        ({"DOMTERM": "1"}, True),
        ({"VTE_VERSION": "5000"}, True),
        ({"VTE_VERSION": "4999"}, False),
        ({"VTE_VERSION": "new"}, False),
        ({"KONSOLE_VERSION": "201200"}, True),
        ({"KONSOLE_VERSION": "201199"}, False),
        ({"WT_SESSION": "1", "TMUX": "x"}, False),
        ({"WT_SESSION": "1", "STY": "x"}, False),
    ],
    ids=str,
)
def test_terminals_that_show_links(
    variables: dict[str, str], environment: pytest.MonkeyPatch, *, is_shown: bool
) -> None:
    for name, value in variables.items():
        environment.setenv(name, value)
    assert shows_links(Terminal()) is is_shown
    assert not shows_links(io.StringIO())


@pytest.mark.parametrize(
    ("columns", "width"), [("50", 50), ("1", 1), ("0", 80), ("-1", 80), ("x", 80), ("", 80), (None, 80)]
)
def test_the_width_without_a_terminal(
    columns: str | None, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    if columns is not None:
        monkeypatch.setenv("COLUMNS", columns)
    # pytest captures standard output, so there is no terminal to ask: the width is $COLUMNS or 80.
    assert terminal_width() == width


def test_lines_are_as_wide_as_the_terminal(run: Command) -> None:
    arguments = [*DAY, "--format", "full", "-"]
    outs = [run(*arguments, stdin=UNSUPPORTED, env={"COLUMNS": columns}).out for columns in ("50", "200")]
    widths = [max(map(len, out.splitlines())) for out in outs]
    assert 40 < widths[0] < 90 < widths[1] <= 200


def test_a_short_run_shows_no_bar(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(with_progress(range(5))) == [*range(5)]
    assert capsys.readouterr().err == ""


def test_a_long_run_shows_a_bar_for_the_rest(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seconds = iter([0.0, 0.5, 1.0, 1.1])
    monkeypatch.setattr(time, "monotonic", lambda: next(seconds, 2.0))

    def items() -> Iterator[int]:
        yield from range(5)

    assert list(with_progress(items())) == [*range(5)]
    assert "Linting" in capsys.readouterr().err


def test_an_interrupt_ends_the_line_of_the_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lint_runtime.cli.console.PATIENCE", -1)
    for count in (1, 2, 5):
        monkeypatch.setattr(sys, "stderr", terminal := Terminal())
        with click.Context(click.Command("x")):
            # Stop in the middle, as an interrupt does. Leaving the context ends the line of the bar.
            items = with_progress(range(5))
            assert [next(items) for _ in range(count)] == [*range(count)]
        assert terminal.getvalue().count("\n") == (count > 1)
        assert terminal.getvalue().endswith("\x1b[?25h\n") is (count > 1)


def test_a_run_that_ends_when_the_bar_would_appear_shows_none(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seconds = iter([0.0, 5.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(seconds, 9.0))
    assert list(with_progress([1])) == [1]
    assert capsys.readouterr().err == ""


def test_messages_name_the_command(tmp_path: Path, run: Command, run_lifecycle: Command) -> None:
    assert run("--config", "none.toml", cwd=tmp_path).err.startswith("lint-runtime: none.toml: ")
    assert run_lifecycle("show", "99", cwd=tmp_path).err.startswith("runtime-lifecycle: ")
