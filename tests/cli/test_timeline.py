"""`runtime-lifecycle timeline`: its formats, the series it shows, and the Dockerfiles it counts."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from lint_runtime.cli.lifecycle import main
from lint_runtime.lifecycle.load import embedded_table
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.update.refresh import dump_table
from lint_runtime.lifecycle.views.timeline import Timeline, build_timeline, list_ends
from lint_runtime.lifecycle.views.timeline_ics import render_ics
from lint_runtime.lifecycle.views.timeline_svg import render_svg
from lint_runtime.lifecycle.views.timeline_text import render_text
from tests.conftest import ENDS, LIFECYCLE, Command

TABLE = embedded_table()
DAY = date(2026, 11, 23)
TITLE = "Release series of Astro Runtime (lifecycle data of 2026-10-06)"
HOSTILE = "a\x1b[31m\u202e<b onload=x>&amp;\ufffe ::y ##[error] \udcff\nnext"


@pytest.fixture
def draw(run_lifecycle: Command, tmp_path: Path) -> Command:
    """Return a function that runs `runtime-lifecycle timeline` as of DAY in a temporary directory."""
    return partial(run_lifecycle, "timeline", "--as-of", str(DAY), cwd=tmp_path)


def _timeline(files: dict[str, int] | None = None, wanted: Sequence[str] | None = None) -> Timeline:
    return build_timeline(TABLE.as_of(DAY), files or {}, wanted)


def _text(timeline: Timeline, width: int = 80) -> str:
    return render_text(timeline, width, is_colored=False, title=TITLE)


def test_every_format_shows_all_series(draw: Command) -> None:
    timeline = _timeline()
    pictures = {
        "text": _text(timeline),
        "svg": render_svg(timeline, title=TITLE),
        "ics": render_ics(list_ends(timeline), TABLE.date),
    }
    assert {name: draw("--format", name) for name in pictures} == {
        name: (0, picture, "") for name, picture in pictures.items()
    }
    assert draw() == (0, pictures["text"], "")


def test_the_environment_may_ask_for_colors(draw: Command) -> None:
    colored = render_text(_timeline(), 80, is_colored=True, title=TITLE)
    assert draw(env={"FORCE_COLOR": "1"}) == (0, colored, "")


def test_only_text_has_the_encoding_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    def written(*arguments: str) -> bytes:
        stream = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(stream, encoding="latin-1", newline="\r\n"))
        assert main(["timeline", "--as-of", str(DAY), "13", *arguments]) == 0
        return stream.getvalue()

    text = written()
    assert b"#" in text
    assert text.count(b"\r\n") == text.count(b"\n") > 5
    assert written("--format", "svg") == render_svg(_timeline(wanted=["13"]), title=TITLE).encode()
    page = written("--format", "html")
    assert b"\r" not in page


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "ascii", "cp850", "cp437", "utf-8"])
def test_bars_in_every_encoding(encoding: str) -> None:
    unicode = _text(_timeline())
    text = render_text(_timeline(), 80, is_colored=False, title=TITLE, encoding=encoding)
    if encoding in ("cp437", "utf-8"):
        assert text == unicode
        return
    assert text.isascii()
    assert [len(line) for line in text.splitlines()] == [len(line) for line in unicode.splitlines()]
    assert (text.count("#"), text.count("=")) == (unicode.count("█"), unicode.count("▒"))
    assert text.count("#") > 50


def test_a_page(draw: Command) -> None:
    code, out, err = draw("--format", "html", "13")
    assert (code, err) == (0, "")
    assert out.startswith("<!DOCTYPE html>")
    assert '<svg xmlns="http://www.w3.org/2000/svg" class="lr-timeline"' in out


def test_some_series(draw: Command) -> None:
    assert draw("3.1", "13") == (0, _text(_timeline(wanted=["13", "3.1"])), "")


def test_unknown_series(draw: Command, tmp_path: Path) -> None:
    unknown, data = "runtime-lifecycle: unknown series", "(lifecycle data of 2026-10-06)"
    known = f"known series: 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 3.0, 3.1, 3.2, 3.3 {data}"
    messages = {
        "14": f"{unknown} 14.x: newer than the lifecycle data; {known}",
        "v13.5.0": f"{unknown} or release 'v13.5.0'; did you mean 13.5.0? {data}",
        "13.5.0": "runtime-lifecycle: 13.5.0 is a release; use its series, 13",
        "path": f"{unknown} or release 'path'; {known}; use --for once per path",
        "\x1b[1m": rf"{unknown} or release '\x1b[1m'; {known}",
    }
    (tmp_path / "path").mkdir()
    assert {series: draw("13", series) for series in messages} == {
        series: (2, "", f"{message}\n") for series, message in messages.items()
    }


def test_a_series_without_dates_on_the_day(draw: Command) -> None:
    code, out, err = draw("--as-of", "2025-01-01", "9", "3.3", "13")
    reason = "no dates as of 2025-01-01 in the lifecycle data of 2026-10-06"
    assert (code, err.splitlines()) == (
        0,
        [f"runtime-lifecycle: skipping {name}: {reason}" for name in ("13.x", "3.3")],
    )
    assert "9 LTS" in out


def test_a_calendar_without_ends(draw: Command) -> None:
    code, out, err = draw("--format", "ics", "3")
    assert (code, out) == (0, render_ics([], TABLE.date))
    assert err == "runtime-lifecycle: no upcoming end dates after 2026-11-23; the calendar is empty\n"


@pytest.mark.process
def test_text_has_the_width_of_the_terminal(tmp_path: Path) -> None:
    master, slave = pty.openpty()
    environment = {**os.environ, "COLUMNS": "48", "TERM": "dumb"}
    command = [*LIFECYCLE, "timeline", "--as-of", str(DAY), "13"]
    subprocess.run(command, stdout=slave, env=environment, cwd=tmp_path, check=True)
    os.close(slave)
    shown = os.read(master, 10000).decode().replace("\r\n", "\n")
    os.close(master)
    assert shown == _text(_timeline(wanted=["13"]), 48)


def test_text_for_a_pipe_has_80_columns(draw: Command) -> None:
    assert draw("13", env={"COLUMNS": "48"}).out == _text(_timeline(wanted=["13"]))


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    for path, tag in {"a": "13.11.0", "b/c": "13.5.1", "d": "3.1-21"}.items():
        (tmp_path / path).mkdir(parents=True)
        (tmp_path / path / "Dockerfile").write_text(f"FROM quay.io/astronomer/astro-runtime:{tag}\n")
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "files", "all_series"),
    [
        (["--for", "."], {"13": 2, "3.1": 1}, ["13", "3.1"]),
        (["--for", "a", "--for", "d/Dockerfile"], {"13": 1, "3.1": 1}, ["13", "3.1"]),
        (["--for", "a", "--for", "a/Dockerfile"], {"13": 1}, ["13"]),
        (["--for", ".", "13", "12"], {"13": 2, "3.1": 1}, ["12", "13"]),
    ],
    ids=["a directory", "several paths", "one path twice", "named series"],
)
def test_the_series_that_dockerfiles_use(
    arguments: list[str], files: dict[str, int], all_series: list[str], draw: Command, directory: Path
) -> None:
    picture = render_svg(_timeline(files, all_series), title=TITLE)
    assert draw(*arguments, "--format", "svg", cwd=directory) == (0, picture, "")


def test_a_file_counts_once_per_series(draw: Command, tmp_path: Path) -> None:
    lines = [f"FROM quay.io/astronomer/astro-runtime:{tag}\n" for tag in ("13.11.0", "13.5.1", "3.1-21")]
    (tmp_path / "Dockerfile").write_text("".join(lines))
    assert draw("--for", ".") == (0, _text(_timeline({"13": 1, "3.1": 1}, ["13", "3.1"])), "")


def test_an_unreadable_file_is_reported_and_the_others_count(draw: Command, directory: Path) -> None:
    code, out, err = draw("--for", "none", "--for", "a", cwd=directory)
    assert (code, err) == (2, "runtime-lifecycle: cannot read 'none': No such file or directory\n")
    assert out == _text(_timeline({"13": 1}, ["13"]))


def test_paths_without_runtime_images(draw: Command, tmp_path: Path) -> None:
    code, out, err = draw("--for", ".")
    assert (code, err) == (0, "runtime-lifecycle: no Dockerfiles or Astro manifests found\n")
    assert out.endswith("\n\nNo releases to show.\n")
    (tmp_path / "Dockerfile").write_text("FROM python:3.12\n")
    code, out, err = draw("--for", ".")
    assert (code, err) == (0, "runtime-lifecycle: no Astro Runtime images found\n")
    assert out.endswith("\n\nNo releases to show.\n")
    code, out, err = draw("--for", ".", "13")
    assert (code, out) == (0, _text(_timeline(wanted=["13"])))


def test_another_table(draw: Command, directory: Path) -> None:
    (newest,) = (series for series in TABLE.series if series.name == "3.1")
    plan = newest.schedule[-1]._replace(computed=ENDS, note=HOSTILE, source=HOSTILE)
    series = newest._replace(name="3.999999999", schedule=(plan,), notes=HOSTILE, source=HOSTILE)
    table = LifecycleTable(date(2026, 10, 1), (series, newest), ())
    (directory / "t.json").write_text(dump_table(table), encoding="utf-8")
    title = TITLE.replace("2026-10-06", "2026-10-01")
    timeline = build_timeline(table.as_of(DAY), {})
    text = render_text(timeline, 80, is_colored=False, title=title)
    assert "≈" in text
    assert draw("--table", "t.json", cwd=directory) == (0, text, "")
    counted = build_timeline(table.as_of(DAY), {"3.1": 1}, ["3.1"])
    command = ["--table", "t.json", "--format", "svg", "--for", "d"]
    assert draw(*command, cwd=directory) == (0, render_svg(counted, title=title), "")
    code, _, err = draw("--table", "t.json", "--as-of", "2020-01-01", "3.1", cwd=directory)
    message = "skipping 3.1: no dates as of 2020-01-01 in the lifecycle data of 2026-10-01 in t.json"
    assert (code, err) == (0, f"runtime-lifecycle: {message}\n")


@pytest.mark.parametrize(
    ("format_name", "library", "what"), [("ics", "icalendar", "the calendar"), ("html", "jinja2", "HTML")]
)
def test_a_format_without_its_extra(
    format_name: str, library: str, what: str, draw: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    for module in ("lint_runtime.formatters.html", "lint_runtime.lifecycle.views.timeline_ics"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    message = f"{what} requires the extra 'report'; in a clone, run: pip install '.[report]'"
    assert draw("--format", format_name) == (2, "", f"runtime-lifecycle: {message}\n")


@pytest.mark.process
def test_no_format_opens_a_socket(tmp_path: Path) -> None:
    code = """
import sys

def refuse(event, _):
    if event.startswith("socket."):
        raise RuntimeError("a socket")

sys.addaudithook(refuse)
from lint_runtime.cli.lifecycle import main
print(*(main(["timeline", "--format", name]) for name in ("text", "svg", "html", "ics")), file=sys.stderr)
"""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stderr == "0 0 0 0\n"
