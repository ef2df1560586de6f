"""How files are replaced: whole or not at all, whatever ends the process, and only where they may be."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lint_runtime.dockerfile.source import MAX_FILE
from lint_runtime.files import ChangedError, replace_file
from lint_runtime.lifecycle.load import embedded_table
from tests.conftest import LINT, Command, run_process

DATE = embedded_table().date

FIX = ["--as-of", "2026-09-25", "--fix"]
COMMAND = [*LINT, *FIX]
Fix = Callable[..., tuple[int, str]]
REPOSITORY = "quay.io/astronomer/astro-runtime"
REST = b"RUN a\r\n" * 20_000
OLD = f"FROM {REPOSITORY}:13.6.0\n".encode() + REST
NEW = f"FROM {REPOSITORY}:13.11.0\n".encode() + REST

# Counts the steps that the module which writes takes outside of Python, each on its way in and out,
# and does something at one of them.
CHILD = """
import os, signal, sys
import lint_runtime.files as files, lint_runtime.linter.fixes
from lint_runtime.cli.lint import main
signal.signal(signal.SIGINT, signal.default_int_handler)
step, action, left = sys.argv[1], sys.argv[2], int(sys.argv[3])
def act():
    sys.setprofile(None)
    if action == "change":
        with open(sys.argv[-1], "wb") as file:
            file.write(b"FROM busybox\\n")
    else:
        os.kill(os.getpid(), getattr(signal, action))
def hook(frame, event, function):
    global left
    if frame.f_code.co_filename != files.__file__ or event not in ("c_call", "c_return"):
        return
    if step and (event, function.__name__) != ("c_call", step):
        return
    left -= 1
    if left < 0:
        os.write(2, f"{event} {function.__name__}\\n".encode())
        act()
sys.setprofile(hook)
code = main(["--as-of", "2026-09-25", "--fix", *sys.argv[4:]])
sys.setprofile(None)
sys.exit(code)
"""


@pytest.fixture
def fix(run: Command) -> Fix:
    """Run the command with --fix; return its exit code and what it complains of."""

    def fix(*arguments: str | Path, cwd: Path) -> tuple[int, str]:
        code, _, err = run(*FIX, *arguments, cwd=cwd)
        return code, err

    return fix


def _child(file: Path, action: str, left: int, step: str = "") -> tuple[int, str]:
    """Run a fix of `file` that does `action` at its step number `left`, or at that so named."""
    result = run_process(sys.executable, "-c", CHILD, step, action, left, file)
    return result.code, result.err


def _left_over(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir() if path.name.startswith(".lint-runtime-"))


@contextmanager
def _umask(mask: int) -> Iterator[None]:
    previous = os.umask(mask)
    try:
        yield
    finally:
        os.umask(previous)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "Dockerfile"
    path.write_bytes(OLD)
    return path


@pytest.mark.process
def test_a_kill_at_any_step_leaves_the_old_file_or_the_new_one(file: Path, fix: Fix) -> None:
    steps: list[str] = []
    outcomes: set[tuple[str, bool]] = set()
    code, content = -signal.SIGKILL, OLD
    while code == -signal.SIGKILL:
        file.write_bytes(OLD)
        file.chmod(0o640)
        code, err = _child(file, "SIGKILL", len(steps))
        content = file.read_bytes()
        assert content in (OLD, NEW), err
        assert stat.S_IMODE(file.stat().st_mode) == 0o640, err
        if code == -signal.SIGKILL:
            steps.append(err.strip())
            outcomes.add((err.strip(), content == NEW))
    assert (code, content) == (0, NEW)
    assert {"c_call open", "c_return open", "c_call write", "c_return write", "c_return flush"} <= {*steps}
    assert {("c_call fsync", False), ("c_return fsync", False), ("c_call replace", False)} <= outcomes
    assert {("c_return replace", True), ("c_call fsync", True), ("c_return fsync", True)} <= outcomes
    after = [
        is_new for step, is_new in outcomes if step in ("c_call write", "c_return write", "c_call replace")
    ]
    assert not any(after)
    calls = [step.removeprefix("c_call ") for step in steps if step.startswith("c_call ")]
    order = [call for call in calls if call in ("chmod", "write", "fsync", "replace")]
    # The file is synced before it takes the place, the directory after.
    assert order == ["chmod", "write", "fsync", "replace", "fsync"]
    # What the killed ones left behind is in nobody's way.
    assert _left_over(file.parent)
    assert "no problems in 1 file" in fix(file.parent, cwd=file.parent)[1]


@pytest.mark.process
def test_an_interrupt_leaves_the_old_file_and_nothing_else(file: Path) -> None:
    code, err = _child(file, "SIGINT", 0, step="fsync")
    assert code == 130
    assert "Traceback" not in err
    assert file.read_bytes() == OLD
    assert _left_over(file.parent) == []


@pytest.mark.process
@pytest.mark.parametrize("step", ["open", "write", "fsync"])
def test_a_file_that_changes_meanwhile_is_left_alone(file: Path, step: str) -> None:
    code, err = _child(file, "change", 0, step=step)
    assert code == 2
    assert f"cannot fix '{file}': the file changed since it was read\n" in err
    assert file.read_bytes() == b"FROM busybox\n"
    assert _left_over(file.parent) == []


@pytest.mark.process
def test_a_disk_that_takes_no_more_leaves_the_old_file(file: Path) -> None:
    limited = "import resource, runpy; resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))"
    run = f"{limited}; runpy.run_module('lint_runtime', run_name='__main__', alter_sys=True)"
    result = run_process(sys.executable, "-c", run, *FIX, file)
    assert result.code == 2
    assert f"cannot fix '{file}': File too large\n" in result.err
    assert file.read_bytes() == OLD
    assert _left_over(file.parent) == []


def _seen_until(processes: list[subprocess.Popen[bytes]], file: Path) -> Iterator[bytes]:
    """Yield what the file holds, again and again until all processes have ended."""
    while any(process.poll() is None for process in processes):
        yield file.read_bytes()
    yield file.read_bytes()


@pytest.mark.process
@pytest.mark.parametrize("extra", [[], ["--unsafe-fixes"]], ids=["the same", "with others"])
def test_runs_at_once_end_with_one_whole_result(file: Path, extra: list[str]) -> None:
    floating = f"FROM {REPOSITORY}:13\n".encode()
    file.write_bytes(floating + OLD)
    results = {floating + NEW, f"FROM {REPOSITORY}:13.11.0\n".encode() + NEW} if extra else {floating + NEW}
    processes = [
        subprocess.Popen([*COMMAND, *options, file], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for options in [[], extra] * 4
    ]
    seen = set(_seen_until(processes, file))
    for process in processes:
        err = process.communicate()[1].decode()
        assert process.returncode in (0, 2)
        assert process.returncode == 0 or "the file changed since it was read" in err
    assert seen <= results | {floating + OLD}
    assert file.read_bytes() in results
    assert _left_over(file.parent) == []


@pytest.mark.parametrize("umask", [0, 0o077], ids=["open to all", "open to nobody else"])
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o755, 0o666, 0o2754], ids=oct)
def test_the_mode_stays(file: Path, mode: int, umask: int, fix: Fix) -> None:
    file.chmod(mode)
    with _umask(umask):
        assert fix(file, cwd=file.parent)[0] == 0
    assert file.read_bytes() == NEW
    assert stat.S_IMODE(file.stat().st_mode) == mode


def test_the_owner_stays(file: Path, fix: Fix) -> None:
    # Only root may give a file to any user; others may give it to their own groups.
    owner = (1234, 4321) if os.geteuid() == 0 else (os.geteuid(), min({os.getegid(), *os.getgroups()}))
    os.chown(file, *owner)
    assert fix(file, cwd=file.parent)[0] == 0
    assert (file.stat().st_uid, file.stat().st_gid) == owner


@pytest.mark.process
def test_a_private_file_is_private_while_it_is_written(file: Path) -> None:
    file.chmod(0o600)
    assert _child(file, "SIGKILL", 0, step="chmod")[0] == -signal.SIGKILL
    (left_over,) = _left_over(file.parent)
    assert stat.S_IMODE((file.parent / left_over).stat().st_mode) == 0o600


@pytest.mark.parametrize("target", ["real/Dockerfile", "{}/real/Dockerfile"], ids=["relative", "absolute"])
def test_a_link_stays_and_its_target_is_fixed(tmp_path: Path, target: str, fix: Fix) -> None:
    (tmp_path / "real").mkdir()
    real = tmp_path / "real/Dockerfile"
    real.write_bytes(OLD)
    real.chmod(0o640)
    for name, to in (("link", target.format(tmp_path)), ("chain", "link")):
        (tmp_path / name).symlink_to(to)
    assert fix("chain", cwd=tmp_path)[0] == 0
    assert os.readlink(tmp_path / "chain") == "link"
    assert os.readlink(tmp_path / "link") == target.format(tmp_path)
    assert (real.read_bytes(), stat.S_IMODE(real.stat().st_mode)) == (NEW, 0o640)
    assert not real.is_symlink()
    assert _left_over(tmp_path) + _left_over(tmp_path / "real") == []


def test_nothing_is_written_where_nothing_is_to_be_fixed(file: Path, fix: Fix) -> None:
    file.write_bytes(NEW)
    file.chmod(0o444)
    before = file.stat()
    assert fix(file, cwd=file.parent) == (
        0,
        f"lint-runtime: no problems in 1 file with 1 Runtime image, as of 2026-09-25 (lifecycle data of {DATE})\n",
    )
    after = file.stat()
    assert (after.st_ino, after.st_mode, after.st_mtime_ns) == (
        before.st_ino,
        before.st_mode,
        before.st_mtime_ns,
    )


def _left_alone(fix: Fix, file: Path, reason: str, *others: Path) -> None:
    """Check that `file` cannot be fixed for this reason, which keeps nobody from fixing `others`."""
    before = file.read_bytes()
    inode = file.stat().st_ino
    code, err = fix(file, *others, cwd=file.parent)
    assert code == 2
    assert f"lint-runtime: cannot fix '{file}': {reason}\n" in err
    assert (file.read_bytes(), file.stat().st_ino) == (before, inode)
    assert _left_over(file.parent) == []


@pytest.mark.parametrize("mode", [0o444, 0o400, 0o555], ids=oct)
def test_a_read_only_file_is_left_alone(file: Path, mode: int, fix: Fix) -> None:
    other = file.with_name("Other")
    other.write_bytes(OLD)
    file.chmod(mode)
    _left_alone(fix, file, "the file is read-only", other)
    assert other.read_bytes() == NEW


def test_a_file_in_a_read_only_directory_is_left_alone(tmp_path: Path, fix: Fix) -> None:
    directory = tmp_path / "directory"
    directory.mkdir()
    (directory / "Dockerfile").write_bytes(OLD)
    (tmp_path / "link").symlink_to("directory/Dockerfile")
    directory.chmod(0o555)
    try:
        _left_alone(fix, directory / "Dockerfile", "the directory is read-only")
        _left_alone(fix, tmp_path / "link", "the directory is read-only")
    finally:
        directory.chmod(0o755)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        pytest.param(b"#\nARG \xff=x V=13.6.0\nFROM %s:$V\n", 2, id="before the edit"),
        pytest.param(b"ARG V=13.6.0 W=\xed\xa0\x80\nFROM %s:$V\n", 1, id="behind the edit"),
        pytest.param(
            b"FROM %s:13.6.0\nCOPY --chown=\xc3 --from=%s:13.6.0 a b", 2, id="the second of two edits"
        ),
    ],
)
def test_a_file_is_left_alone_where_an_edit_is_in_a_line_that_is_not_utf_8(
    file: Path, source: bytes, line: int, fix: Fix
) -> None:
    file.write_bytes(source.replace(b"%s", REPOSITORY.encode()))
    _left_alone(fix, file, f"line {line} is not valid UTF-8")


def test_a_file_that_is_too_large_is_left_alone(file: Path, fix: Fix) -> None:
    line = OLD.split(b"\n")[0] + b"\n"
    file.write_bytes(line + b"\n" * (MAX_FILE + 1 - len(line)))
    _left_alone(fix, file, "larger than 16 MiB")


def test_the_largest_file_that_is_read_is_fixed(file: Path, fix: Fix) -> None:
    line = OLD.split(b"\n")[0] + b"\n"
    rest = b"#" + b"\n" * (MAX_FILE - len(line) - 2)
    file.write_bytes(line + rest)
    assert fix(file, cwd=file.parent)[0] == 0
    assert file.read_bytes() == NEW.split(b"\n")[0] + b"\n" + rest


def test_a_link_to_nothing(tmp_path: Path, fix: Fix) -> None:
    (tmp_path / "link").symlink_to("nothing")
    code, err = fix("link", cwd=tmp_path)
    assert code == 2
    assert "lint-runtime: cannot read 'link': No such file or directory\n" in err
    assert [path.name for path in tmp_path.iterdir()] == ["link"]


@pytest.mark.process
def test_a_pipe_is_read_and_left_alone(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    process = subprocess.Popen([*COMMAND, pipe], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with open(pipe, "wb") as writer:
        writer.write(OLD)
    try:
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 2
    assert out.decode().startswith(f"{pipe}:1:6: warning: Astro Runtime 13.6.0 ")
    assert f"lint-runtime: cannot fix '{pipe}': not a regular file\n" in err.decode()
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert _left_over(tmp_path) == []


@pytest.mark.process
def test_standard_input_is_left_alone(tmp_path: Path) -> None:
    result = run_process(*COMMAND, "/dev/stdin", cwd=tmp_path, stdin=OLD)
    assert result.code == 2
    assert "lint-runtime: cannot fix '/dev/stdin': not a regular file\n" in result.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.process
def test_a_file_that_is_gone_stays_gone(file: Path) -> None:
    with open(file, "rb") as opened:
        file.unlink()
        result = subprocess.run([*COMMAND, "/dev/stdin"], stdin=opened, capture_output=True, check=False)
    assert result.returncode == 2
    assert b"cannot fix '/dev/stdin': " in result.stderr
    assert list(file.parent.iterdir()) == []


@pytest.mark.parametrize("expected", [b"", b"old ", b"OLD"])
def test_a_file_that_is_not_as_expected_is_not_replaced(tmp_path: Path, expected: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with pytest.raises(ChangedError):
        replace_file(str(path), [b"new"], expected=expected)
    assert path.read_bytes() == b"old"
    replace_file(str(path), [b"new"], expected=b"old")
    assert path.read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_new_file_has_the_mode_that_new_files_have(tmp_path: Path) -> None:
    with _umask(0o027):
        replace_file(str(tmp_path / "file"), [b"new"])
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o640


def test_a_name_as_long_as_names_may_be(tmp_path: Path, fix: Fix) -> None:
    file = tmp_path / ("D" * 255)
    file.write_bytes(OLD)
    assert fix(file, cwd=tmp_path)[0] == 0
    assert file.read_bytes() == NEW
