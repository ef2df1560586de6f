"""If standard output or standard error is closed or fails, files are still fixed and written."""

from __future__ import annotations

import json
import locale
import os
import shlex
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from lint_runtime.cli.lint import main
from tests.conftest import LINT, Command, run_process

DAY = ["--as-of", "2026-09-25"]
OLD = "FROM quay.io/astronomer/astro-runtime:13.6.0\n"
ENDED = "FROM quay.io/astronomer/astro-runtime:9.7.0\n"
NEW = OLD.replace("13.6.0", "13.11.0")


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Return a directory of files whose names are so long that the findings fill a pipe."""
    (tmp_path / "in").mkdir()
    for number in range(30):
        (tmp_path / "in" / f"Dockerfile.é{number:0238}").write_text(OLD * 4)
    return tmp_path


# Shell commands that redirect the streams of `{}`, which stands for the command. `head -1` and `true` close the pipe
# early.
CONNECTED = pytest.mark.parametrize(
    "connected",
    [
        pytest.param("{} | head -1 >&3", id="one line is read"),
        pytest.param("{} | true", id="nothing is read"),
        pytest.param("{} 2>&1 | head -1 >&3", id="one line of both is read"),
        pytest.param("{} 2>&1 >&3 | true", id="nothing of standard error is read"),
        pytest.param("{} > /dev/full", id="a full disk"),
        pytest.param("{} 2> /dev/full", id="a full disk for standard error"),
        pytest.param("{} >&-", id="closed"),
        pytest.param("{} >&- 2>&-", id="both closed"),
    ],
)


def _shell(connected: str, *arguments: str, cwd: Path) -> str:
    """Run the command in a shell, and return standard error."""
    command = shlex.join([*LINT, *DAY, *arguments])
    return run_process("sh", "-c", f"exec 3> /dev/null; {connected.format(command)}", cwd=cwd).err


@pytest.mark.process
@CONNECTED
def test_all_files_are_fixed(connected: str, many: Path) -> None:
    # Add findings without a fix, because --fix prints only what it can't fix.
    for path in (many / "in").iterdir():
        path.write_text((OLD + ENDED) * 4)
    _shell(connected, "--fix", "in", cwd=many)
    assert {path.read_text() for path in (many / "in").iterdir()} == {(NEW + ENDED) * 4}


@pytest.mark.process
@CONNECTED
def test_all_reports_are_written(connected: str, many: Path) -> None:
    _shell(connected, "-ojson=report.json", "-otext=report.text", "-ohtml=report.html", "in", cwd=many)
    assert json.loads((many / "report.json").read_text())["summary"]["warnings"] == 210
    assert (many / "report.text").read_text().count("\n") == 210
    assert "120" in (many / "report.html").read_text()


@pytest.mark.process
@pytest.mark.parametrize(
    "options",
    [["--statistics"], ["--diff"], ["--diff", "--color", "always"], ["--format", "sarif"]],
    ids=" ".join,
)
def test_a_report_is_written_whatever_is_printed(options: list[str], many: Path) -> None:
    for connected in ("{} | true", "{} > /dev/full"):
        _shell(connected, *options, "-otext=report.text", "in", cwd=many)
        assert (many / "report.text").read_text().count("\n") == 210
        (many / "report.text").unlink()


@pytest.mark.process
def test_a_baseline_is_updated_when_nobody_reads(many: Path, run: Command) -> None:
    assert run(*DAY, "--write-baseline", "known.json", "in", cwd=many).code == 0
    for path in (many / "in").glob("*1"):
        path.write_text(NEW * 4)
    (many / "in" / "Dockerfile.new").write_text(OLD * 1000)
    _shell("{} | true", "--baseline", "known.json", "--update-baseline", "in", cwd=many)
    assert (many / "known.json").read_text().count('"path"') == 2 * 27


@pytest.mark.process
@pytest.mark.parametrize(
    ("redirection", "complaint"),
    [
        ("> /dev/full", "lint-runtime: cannot write the output: No space left on device\n"),
        ("2> /dev/full", ""),
    ],
)
def test_a_failed_write_is_an_error_after_the_run(redirection: str, complaint: str, many: Path) -> None:
    command = shlex.join([*LINT, *DAY, "-o", "text=report.txt", "in"])
    result = run_process("sh", "-c", f"{command} {redirection}", cwd=many)
    assert (result.code, result.err.endswith(complaint)) == (2, True)
    assert (many / "report.txt").stat().st_size > 30_000


@pytest.mark.process
def test_a_closed_pipe_is_no_complaint(many: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [*LINT, *DAY, "in"]
    done = subprocess.run(command, cwd=many, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert done.returncode == 2
    (summary,) = done.stderr.splitlines()
    assert summary.startswith("lint-runtime: 210 warnings (120 fixable with --fix) in 30 files ")


FULL_DISK = "lint-runtime: cannot write the output: No space left on device\n"


@pytest.mark.parametrize(
    ("arguments", "name", "kind", "code", "complaint"),
    [
        pytest.param(["in"], "stdout", "full", 2, FULL_DISK, id="a full disk"),
        pytest.param(["--list-rules"], "stdout", "full", 2, FULL_DISK, id="a full disk for the rules"),
        pytest.param(["in"], "stderr", "full", 2, "", id="a full disk for standard error"),
        pytest.param(["in"], "stdout", "unread", 2, "", id="nothing is read"),
        pytest.param(["in"], "stdout", "closed", 0, "", id="closed"),
        pytest.param(["in"], "stderr", "closed", 0, "", id="closed standard error"),
    ],
)
def test_streams_of_this_process(
    arguments: list[str],
    name: str,
    kind: str,
    code: int,
    complaint: str,
    many: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    paths: dict[str, Path | int] = {
        "stdout": many / "stdout",
        "stderr": many / "stderr",
        "full": Path("/dev/full"),
        "unread": writer,
    }
    with ExitStack() as stack:
        streams = {
            key: stack.enter_context(open(path, "w", encoding="utf-8")) for key, path in paths.items()
        }
        for stream in ("stdout", "stderr"):
            monkeypatch.setattr(sys, stream, streams.get(kind) if stream == name else streams[stream])
        # The streams that replace closed ones must not depend on the locale: the names of the files are not ASCII.
        before = locale.setlocale(locale.LC_CTYPE)
        locale.setlocale(locale.LC_CTYPE, "C")
        try:
            assert main([*DAY, "-o", "text=report", *arguments]) == code
        finally:
            locale.setlocale(locale.LC_CTYPE, before)
        if kind == "closed":
            stack.enter_context(getattr(sys, name))
    summary = "" if name == "stderr" or arguments != ["in"] else "lint-runtime: 210 warnings "
    err = (many / "stderr").read_text()
    assert err.startswith(summary)
    assert err.partition("\n")[2] == complaint if summary else err == complaint
    if arguments == ["in"]:
        report = (many / "report").read_text()
        assert report.count("\n") == 210
        assert (many / "stdout").read_text() == ("" if name == "stdout" else report)
