"""Only regular files are read. Pipes and devices could make a run wait or read without end."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from lint_runtime.files import open_regular, read_regular
from tests.conftest import Command

DAY = ["--as-of", "2026-09-25"]
FINE = "FROM quay.io/astronomer/astro-runtime:13.11.0\n"


@pytest.fixture(autouse=True)
def _soon() -> Iterator[None]:
    """Fail a test that takes longer than 30 seconds."""

    def fail(*_: object) -> None:
        raise TimeoutError("the run waits")

    before = signal.signal(signal.SIGALRM, fail)
    signal.alarm(30)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def special(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Create a directory, a pipe, or a link to a pipe or a device. Returns its name in `tmp_path`."""
    ends = os.pipe()
    kind = request.param
    if kind == "pipe":
        os.mkfifo(tmp_path / kind)
    elif kind == "directory":
        (tmp_path / kind).mkdir()
    else:
        targets = {
            "device": "/dev/zero",
            "link to an open pipe": f"/proc/self/fd/{ends[0]}",
            "link to a pipe": "p",
        }
        os.mkfifo(tmp_path / "p")
        (tmp_path / kind).symlink_to(targets[kind])
    yield kind
    for end in ends:
        os.close(end)


EACH_KIND = pytest.mark.parametrize(
    "special", ["pipe", "device", "link to an open pipe", "link to a pipe", "directory"], indirect=True
)


@EACH_KIND
@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["{}"], id="a Dockerfile"),
        pytest.param(["--fix", "{}"], id="a Dockerfile to fix"),
        pytest.param(["--config", "{}", "D"], id="--config"),
        pytest.param(["--show-config", "--config", "{}"], id="--show-config"),
        pytest.param(["--table", "{}", "D"], id="--table"),
        pytest.param(["--config", "c.toml", "D"], id="the table of a configuration"),
        pytest.param(["--baseline", "{}", "D"], id="--baseline"),
        pytest.param(["--from-report", "{}"], id="--from-report"),
    ],
)
def test_only_regular_files_are_read(
    special: str, arguments: list[str], tmp_path: Path, run: Command
) -> None:
    if special == "directory" and arguments[-1] == "{}" and "--from-report" not in arguments:
        pytest.skip("a directory is searched")
    (tmp_path / "D").write_text(FINE)
    (tmp_path / "c.toml").write_text(f'table = "{special}"\n')
    result = run(*DAY, *(argument.format(special) for argument in arguments), cwd=tmp_path)
    reason = "Is a directory" if special == "directory" else "not a regular file"
    assert (result.code, result.out) == (2, "")
    assert special in result.err
    assert reason in result.err.splitlines()[0]


@EACH_KIND
@pytest.mark.parametrize(
    "arguments",
    [
        ["update", "--from", "{}"],
        ["verify", "{}"],
        ["show", "--table", "{}"],
        ["timeline", "--table", "{}"],
    ],
)
def test_only_regular_files_are_read_for_the_lifecycle(
    special: str, arguments: list[str], tmp_path: Path, run_lifecycle: Command
) -> None:
    result = run_lifecycle(*(argument.format(special) for argument in arguments), cwd=tmp_path)
    assert (result.code, result.out) == (2, "")
    assert ("Is a directory" if special == "directory" else "not a regular file") in result.err


@pytest.mark.parametrize("special", ["pipe", "device", "link to an open pipe"], indirect=True)
@pytest.mark.parametrize("name", ["Dockerfile", "a/Dockerfile.dev"])
def test_a_search_reports_what_it_cannot_read(
    special: str, name: str, tmp_path: Path, run: Command
) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    (tmp_path / special).rename(path)
    (tmp_path / "other.Dockerfile").write_text(FINE)
    code, _, err = run(*DAY, cwd=tmp_path)
    assert code == 2
    assert f"lint-runtime: cannot read '{name}': not a regular file\n" in err
    assert "in 1 file with 1 Runtime image" in err


def test_a_pipe_that_replaces_a_file_does_not_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("content")
    os.mkfifo(tmp_path / "pipe")
    regular = os.stat(tmp_path / "file")
    monkeypatch.setattr(os, "stat", lambda _: regular)
    with pytest.raises(OSError, match="not a regular file"):
        open_regular(str(tmp_path / "pipe"))
    assert read_regular(str(tmp_path / "file"), 4) == b"cont"


@pytest.mark.parametrize("size", [(1 << 16) - 1, 1 << 16, (1 << 16) + 1, 1 << 18])
def test_files_are_read_up_to_the_limit(tmp_path: Path, size: int) -> None:
    content = bytes(number % 251 for number in range(size))
    (tmp_path / "file").write_bytes(content)
    for limit in (size - 1, size, size + 1):
        assert read_regular(str(tmp_path / "file"), limit) == content[:limit]


def test_a_device_is_not_even_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(os, "open", lambda path, _: opened.append(path))
    for path in ("/dev/zero", str(tmp_path)):
        with pytest.raises(OSError, match=r"not a regular file|Is a directory") as raised:
            open_regular(path)
        assert raised.value.errno in (errno.EINVAL, errno.EISDIR)
    assert opened == []


def test_an_output_that_nobody_reads_is_an_error(tmp_path: Path, run: Command) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "D").write_text(FINE)
    for option in ("-ojson=pipe", "-omarkdown=pipe", "--write-baseline=pipe"):
        result = run(*DAY, option, "D", cwd=tmp_path, env={"GITHUB_STEP_SUMMARY": "pipe"})
        assert result.code == 2
        assert "cannot write 'pipe': No such device or address\n" in result.err


@pytest.mark.parametrize("option", ["-ojson={}", "--write-baseline={}"])
@pytest.mark.parametrize("target", ["loop", "other"])
def test_a_loop_of_links_is_not_replaced(option: str, target: str, tmp_path: Path, run: Command) -> None:
    (tmp_path / "loop").symlink_to(target)
    (tmp_path / "other").symlink_to("loop")
    (tmp_path / "D").write_text(FINE)
    result = run(*DAY, option.format("loop"), "D", cwd=tmp_path)
    assert (result.code, (tmp_path / "loop").is_symlink()) == (2, True)
    assert "cannot write 'loop': Too many levels of symbolic links\n" in result.err
