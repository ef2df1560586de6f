"""The terminal: colors, links, the width of lines and the progress bar."""

from __future__ import annotations

import gc
import io
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, NoReturn

import click
import pytest

from lint_runtime.cli.console import (
    current_day,
    flush_text,
    is_colored,
    print_text,
    run_process,
    shows_links,
    terminal_width,
    with_progress,
)
from lint_runtime.cli.lint import main
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
    # The pipe acts like a slow terminal that another program has made non-blocking: a write fails if the pipe is
    # full. After a failed write, nothing more is written, even if the pipe has space again.
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


def test_width_of_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    for columns, width in ((120, 120), (0, 80)):
        monkeypatch.setattr(os, "get_terminal_size", lambda columns=columns: os.terminal_size((columns, 9)))
        assert terminal_width() == width


def _in_terminal(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str:
    """Run `lint-runtime` in a terminal of 60 columns, and return what it shows."""
    terminal = Terminal()
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, terminal)
    monkeypatch.setenv("COLUMNS", "60")
    assert main([*DAY, *arguments]) == 1
    return terminal.getvalue()


def test_output_in_a_terminal(environment: pytest.MonkeyPatch, tmp_path: Path, run: Command) -> None:
    environment.setenv("TERM_PROGRAM", "vscode")
    for number in range(51):
        (tmp_path / f"Dockerfile.{number}").write_text(UNSUPPORTED)
    (tmp_path / "Dockerfile.1").write_text("FROM quay.io/astronomer/astro-runtime:9.1.0\n")
    shown = _in_terminal(environment, "-o", "full=report", ".")
    # The rule is a link, in color.
    assert shown.startswith("\x1b[31m\x1b[1merror[\x1b]8;;https://")
    plain = re.sub(r"\x1b\[[0-9;]*m|\x1b\]8;;.*?\x1b\\", "", shown)
    assert plain.count("error[end-of-basic-support]") == 3
    assert "and 47 more end-of-basic-support " in plain
    # The table of steps comes before the summary line. The summary line is wrapped.
    assert plain.index("  IMAGE -> WHAT TO WRITE") < plain.index("\nlint-runtime: 51 errors")
    assert plain.endswith(
        "\nlint-runtime: 51 errors (51 fixable with --fix --upgrade) in\n"
        "51 files with 51 Runtime images, as of 2026-09-25 (lifecycle\n"
        "data of 2026-10-06)\n"
    )
    # The report in the file is the same as on a standard output that is not a terminal.
    out = run(*DAY, "--format", "full", ".", env={"COLUMNS": "60"}).out
    assert (tmp_path / "report").read_text() == out
    assert _in_terminal(environment, "-v", ".").count("[\x1b]8;;https://") == 51
    assert _in_terminal(environment, "--format", "text", ".").count("\n") == 51 + 3


def test_bar_is_for_directories_and_reports(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    files = ["Dockerfile.0", "Dockerfile.1", "Dockerfile.2"]
    for name in files:
        (tmp_path / name).write_text(UNSUPPORTED)
    reports = ["0.json", "1.json", "2.json"]
    assert main([*DAY, "-q", *(f"-ojson={name}" for name in reports), "."]) == 1
    environment.setattr("lint_runtime.cli.console.PATIENCE", -1)
    for arguments, has_bar in ((["."], True), (["--from-report", *reports], True), (files, False)):
        shown = _in_terminal(environment, *arguments, "--color", "never")
        # The bar ends before the findings, so they don't garble it.
        bar, _, findings = shown.partition("error[end-of-basic-support]")
        assert ("Linting" in bar, "Linting" in findings) == (has_bar, False), arguments
        assert bar.endswith("\n") is has_bar
        assert "\nlint-runtime: " in findings


def test_diff_in_a_terminal_is_escaped(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    source = b"FROM quay.io/astronomer/astro-runtime:13.6.0\nUSER \x1b[31m\xff\n"
    (tmp_path / "Dockerfile").write_bytes(source)
    shown = _in_terminal(environment, "--diff", "--color", "never", "--fail-on", "warning", ".")
    assert "\n USER \\x1b[31m\\xff\n" in shown
    assert "\x1b" not in shown


def test_the_day_is_the_day_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    # The local date of one of these time zones always differs from the date in UTC.
    try:
        for zone in ("Etc/GMT+12", "Etc/GMT-14"):
            monkeypatch.setenv("TZ", zone)
            time.tzset()
            before, day, after = datetime.now(timezone.utc), current_day(), datetime.now(timezone.utc)
            assert before.date() <= day <= after.date()
    finally:
        monkeypatch.delenv("TZ")
        time.tzset()


class Interrupted(io.BytesIO):
    def read(self, _size: int | None = -1) -> bytes:
        raise KeyboardInterrupt


def test_interrupt_is_reported(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(Interrupted()))
    assert main([*DAY, "-"]) == 130
    assert capsys.readouterr() == ("", "lint-runtime: interrupted\n")


def test_process_of_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    states: list[Any] = []

    def leave(code: int) -> NoReturn:
        raise SystemExit(code)

    def state() -> int:
        states.append((gc.isenabled(), gc.get_freeze_count() > 0, signal.getsignal(signal.SIGINT)))
        return 7

    def interrupted() -> int:
        raise KeyboardInterrupt

    def ended(main: Callable[[], int], handler: Any = signal.SIG_DFL) -> object:
        """Return the exit code of a process that runs the command `main`."""
        gc.disable()
        signal.signal(signal.SIGINT, handler)
        with pytest.raises(SystemExit) as end:
            run_process(main)
        return end.value.code

    def handler(*_: object) -> None:
        pass

    monkeypatch.setattr(os, "_exit", leave)
    before = signal.getsignal(signal.SIGINT)
    try:
        assert ended(interrupted) == 130
        assert (ended(state, handler), ended(state, signal.SIG_IGN)) == (7, 7)
        for name in ("_LINT_RUNTIME_COMPLETE", "_RUNTIME_LIFECYCLE_COMPLETE"):
            with monkeypatch.context() as patch:
                patch.setenv(name, "bash_complete")
                assert ended(state, handler) == 7
    finally:
        signal.signal(signal.SIGINT, before)
        gc.enable()
        gc.unfreeze()
    # An ignored interrupt stays ignored. A completion keeps its handler, which in a real process is the one that ends
    # the process at once.
    handlers = (signal.default_int_handler, signal.SIG_IGN, handler, handler)
    assert states == [(True, True, expected) for expected in handlers]


def test_a_short_run_shows_no_bar(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert list(with_progress(range(5))) == [*range(5)]
    assert capsys.readouterr().err == ""
    seconds = iter([0.0, 1.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(seconds, 1.0))
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
