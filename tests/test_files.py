"""JSON loading, and writes that are atomic even if the process is killed."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import stat
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lint_runtime import files
from lint_runtime.errors import WrongDocumentError
from lint_runtime.files import MAX_FILE, ChangedError, parse_document, replace_file
from lint_runtime.lifecycle.load import embedded_table
from lint_runtime.linter import file_linter, fixes
from lint_runtime.linter.session import Session
from tests.conftest import LINT, Command, run_process

DATE = embedded_table().date

FIX = ["--as-of", "2026-09-25", "--fix"]
COMMAND = [*LINT, *FIX]
Fix = Callable[..., tuple[int, str]]
REPOSITORY = "quay.io/astronomer/astro-runtime"
REST = b"RUN a\r\n" * 20_000
OLD = f"FROM {REPOSITORY}:13.6.0\n".encode() + REST
NEW = f"FROM {REPOSITORY}:13.11.0\n".encode() + REST

# The code of a process that fixes a file. When the module `files` first calls the C function `step`, the process changes
# the file or sends a signal to itself.
CHILD = """
import os, signal, sys
import lint_runtime.files as files, lint_runtime.linter.fixes
from lint_runtime.cli.lint import main
signal.signal(signal.SIGINT, signal.default_int_handler)
step, action = sys.argv[1:3]
def hook(frame, event, function):
    if event != "c_call" or frame.f_code.co_filename != files.__file__ or function.__name__ != step:
        return
    sys.setprofile(None)
    if action == "change":
        with open(sys.argv[-1], "wb") as file:
            file.write(b"FROM busybox\\n")
    else:
        os.kill(os.getpid(), getattr(signal, action))
sys.setprofile(hook)
code = main(["--as-of", "2026-09-25", "--fix", sys.argv[-1]])
sys.setprofile(None)
sys.exit(code)
"""

# Replaces a file in many child processes. Kills the first child at its first call of a C function, the second child at
# the next call or return, and so on, until a child ends by itself. For each child, prints the call or return, the
# content and the mode of the file, and the exit code.
KILLED = """
import os, signal, sys
from lint_runtime import files
path = sys.argv[1]
def hook(frame, event, function):
    global left
    if frame.f_code.co_filename == files.__file__ and event in ("c_call", "c_return"):
        left -= 1
        if left < 0:
            os.write(1, f"{event} {function.__name__},".encode())
            os.kill(os.getpid(), signal.SIGKILL)
for number in range(1000):
    with open(path, "wb") as file:
        file.write(b"old")
    os.chmod(path, 0o640)
    # Without the file of the process before, all processes make the same calls.
    files.remove_leftovers(os.path.dirname(path))
    left = number
    process = os.fork()
    if process == 0:
        sys.setprofile(hook)
        files.replace_file(path, [b"n", b"ew"], expected=b"old")
        sys.setprofile(None)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    with open(path, "rb") as file:
        content = file.read()
    os.write(1, f"{content.decode()},{os.stat(path).st_mode & 0o7777:o},{code}\\n".encode())
    if code != -signal.SIGKILL:
        break
"""


@pytest.fixture
def fix(run: Command) -> Fix:
    """Return a function that runs the command with --fix and returns the exit code and standard error."""

    def fix(*arguments: str | Path, cwd: Path) -> tuple[int, str]:
        code, _, err = run(*FIX, *arguments, cwd=cwd)
        return code, err

    return fix


def _child(file: Path, action: str, step: str) -> tuple[int, str]:
    """Run CHILD on `file`, and return the exit code and standard error.

    action: `change`, or the name of a signal
    step: the name of the C function
    """
    result = run_process(sys.executable, "-c", CHILD, step, action, file)
    return result.code, result.err


def _left_over(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir() if path.name.startswith(".lint-runtime-"))


def _open_descriptors() -> list[str]:
    return os.listdir("/dev/fd")


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
def test_a_kill_at_any_step_leaves_the_old_or_the_new_file(file: Path) -> None:
    *lines, last = run_process(sys.executable, "-c", KILLED, file).out.splitlines()
    assert last == "new,640,0"
    outcomes = [tuple(line.split(",")) for line in lines]
    assert {(mode, code) for _, _, mode, code in outcomes} == {("640", str(-signal.SIGKILL))}
    contents = [content for _, content, *_ in outcomes]
    assert sorted(contents, reverse=True) == contents
    assert {*contents} == {"old", "new"}
    steps = [step for step, *_ in outcomes]
    assert contents[steps.index("c_call replace")] == "old"
    assert contents[steps.index("c_return replace")] == "new"
    calls = [step.removeprefix("c_call ") for step in steps if step.startswith("c_call ")]
    order = [call for call in calls if call in ("chmod", "write", "flush", "fsync", "read", "replace")]
    # The file is synced before it is renamed. The directory is synced afterward.
    assert order == ["chmod", "write", "write", "flush", "fsync", "read", "replace", "fsync"]
    # A search does not find the temporary files that killed processes leave behind.
    (file.parent / f".lint-runtime-{'0' * 16}.tmp").touch()
    assert list(Session(DATE, print).files_of([str(file.parent)])) == [str(file)]


@pytest.mark.process
def test_an_interrupt_leaves_only_the_old_file(file: Path) -> None:
    code, err = _child(file, "SIGINT", "fsync")
    assert code == 130
    assert "Traceback" not in err
    assert file.read_bytes() == OLD
    assert _left_over(file.parent) == []


@pytest.mark.process
def test_a_file_changed_during_the_run_is_not_replaced(file: Path) -> None:
    for step in ("chmod", "write", "fsync"):
        file.write_bytes(OLD)
        code, err = _child(file, "change", step)
        assert (step, code) == (step, 2)
        assert f"cannot fix '{file}': the file changed since it was read\n" in err
        assert file.read_bytes() == b"FROM busybox\n"
        assert _left_over(file.parent) == []


@pytest.mark.process
def test_a_full_disk_leaves_the_old_file(file: Path) -> None:
    # Don't write byte code: the size limit would cut it off, and later processes could not import it.
    prepare = "import resource, runpy, sys; sys.dont_write_bytecode = True"
    limited = "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))"
    run = f"{prepare}; {limited}; runpy.run_module('lint_runtime', run_name='__main__', alter_sys=True)"
    result = run_process(sys.executable, "-c", run, *FIX, file)
    assert result.code == 2
    assert f"cannot fix '{file}': File too large\n" in result.err
    assert file.read_bytes() == OLD
    assert _left_over(file.parent) == []


def _seen_until(processes: list[subprocess.Popen[bytes]], file: Path) -> Iterator[bytes]:
    """Yield the current content of a file, again and again until all processes have ended."""
    while any(process.poll() is None for process in processes):
        yield file.read_bytes()
    yield file.read_bytes()


@pytest.mark.process
def test_concurrent_runs_leave_one_complete_result(file: Path) -> None:
    floating = f"FROM {REPOSITORY}:13\n".encode()
    file.write_bytes(floating + OLD)
    results = {floating + NEW, f"FROM {REPOSITORY}:13.11.0\n".encode() + NEW}
    processes = [
        subprocess.Popen([*COMMAND, *options, file], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for options in [[], ["--unsafe-fixes"]] * 3
    ]
    seen = set(_seen_until(processes, file))
    for process in processes:
        err = process.communicate()[1].decode()
        assert process.returncode in (0, 2)
        assert process.returncode == 0 or "the file changed since it was read" in err
    assert seen <= results | {floating + OLD}
    assert file.read_bytes() in results
    assert _left_over(file.parent) == []


def test_the_mode_stays(file: Path, fix: Fix) -> None:
    for mode in (0o600, 0o640, 0o644, 0o755, 0o666, 0o2754):
        for umask in (0, 0o077):
            file.write_bytes(OLD)
            file.chmod(mode)
            with _umask(umask):
                assert fix(file, cwd=file.parent)[0] == 0
            assert file.read_bytes() == NEW
            assert (oct(stat.S_IMODE(file.stat().st_mode)), umask) == (oct(mode), umask)


def test_the_owner_stays(file: Path, fix: Fix) -> None:
    # Root may give a file to any user and group. Other users may only choose one of their groups.
    owner = (1234, 4321) if os.geteuid() == 0 else (os.geteuid(), min({os.getegid(), *os.getgroups()}))
    os.chown(file, *owner)
    assert fix(file, cwd=file.parent)[0] == 0
    assert (file.stat().st_uid, file.stat().st_gid) == owner


def test_hard_links_stay(file: Path, fix: Fix, monkeypatch: pytest.MonkeyPatch) -> None:
    other = file.with_name("Other")
    other.hardlink_to(file)
    inode = file.stat().st_ino
    assert fix(file, cwd=file.parent)[0] == 0
    assert (file.read_bytes(), other.read_bytes()) == (NEW, NEW)
    assert (file.stat().st_ino, file.stat().st_nlink) == (inode, 2)
    assert _left_over(file.parent) == []
    # Without `expected`, as for reports, shorter content also replaces all of the longer content.
    synced: list[tuple[int, int]] = []

    def sync(descriptor: int) -> None:
        status = os.fstat(descriptor)
        synced.append((status.st_ino, status.st_size))

    monkeypatch.setattr(os, "fsync", sync)
    replace_file(str(other), [b"a", b"b"])
    assert file.read_bytes() == b"ab"
    # Both files are synced before the temporary file is removed: first the temporary file, and then `file`.
    assert [size for _, size in synced[:2]] == [2, 2]
    assert synced[1][0] == inode


def test_a_failed_write_to_a_hard_link_leaves_the_old_content(file: Path) -> None:
    file.with_name("Other").hardlink_to(file)

    def chunks() -> Iterator[bytes]:
        yield b"a"
        raise OSError(errno.ENOSPC, "full")

    with pytest.raises(OSError, match="full"):
        replace_file(str(file), chunks())
    with pytest.raises(ChangedError):
        replace_file(str(file), [b"new"], expected=b"other")
    assert file.read_bytes() == OLD
    assert _left_over(file.parent) == []

    def chunks_without_file() -> Iterator[bytes]:
        yield b"a"
        for name in _left_over(file.parent):
            (file.parent / name).unlink()
        raise OSError(errno.ENOSPC, "full")

    with pytest.raises(OSError, match="full"):
        replace_file(str(file), chunks_without_file())


# An access control list as Linux stores it: the version, then the tag, the permissions and the ID of each entry. The
# owner and the user 1234 may read and write. All other users may read.
ACCESS = struct.pack("<I" + "HHI" * 5, 2, 1, 6, -1 & 0xFFFFFFFF, 2, 6, 1234, 4, 4, -1 & 0xFFFFFFFF, 16, 6, -1 & 0xFFFFFFFF, 32, 4, -1 & 0xFFFFFFFF)  # fmt: skip
ACL = "system.posix_acl_access"


@pytest.fixture
def attributes(file: Path) -> dict[str, bytes]:
    """Give a file an extended attribute and an access control list. Returns both, keyed by name."""
    given = {"user.origin": b"https://example.com/\0\xff", ACL: ACCESS}
    try:
        for name, value in given.items():
            os.setxattr(file, name, value)
    except (AttributeError, OSError):
        pytest.skip("the file system has no extended attributes or ACLs")
    return given


def _attributes(file: Path) -> dict[str, bytes]:
    return {name: os.getxattr(file, name) for name in os.listxattr(file)}


def test_extended_attributes_and_acls_stay(file: Path, attributes: dict[str, bytes], fix: Fix) -> None:
    inode = file.stat().st_ino
    assert fix(file, cwd=file.parent)[0] == 0
    assert (file.read_bytes(), _attributes(file)) == (NEW, attributes)
    assert file.stat().st_ino != inode


def test_a_file_gets_no_acl_of_its_directory(file: Path, fix: Fix) -> None:
    try:
        os.setxattr(file.parent, "system.posix_acl_default", ACCESS)
    except (AttributeError, OSError):
        pytest.skip("the file system has no ACLs")
    mode = file.stat().st_mode
    assert fix(file, cwd=file.parent)[0] == 0
    assert (file.read_bytes(), _attributes(file), file.stat().st_mode) == (NEW, {}, mode)


@pytest.mark.parametrize("function", ["chown", "setxattr"])
def test_a_file_whose_attributes_cannot_be_copied_is_written_in_place(
    function: str, file: Path, attributes: dict[str, bytes], fix: Fix, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, function, refuse)
    inode = file.stat().st_ino
    assert fix(file, cwd=file.parent)[0] == 0
    assert (file.read_bytes(), _attributes(file), file.stat().st_ino) == (NEW, attributes, inode)
    assert _left_over(file.parent) == []


@pytest.mark.parametrize("code", [errno.ENOTSUP, errno.EPERM])
def test_a_report_that_cannot_be_written_in_place_is_replaced(
    code: int, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    if sys.platform != "linux":
        pytest.skip("Python has no extended attributes on this system")
    monkeypatch.setattr(os, "listxattr", refuse)
    monkeypatch.setattr(os, "access", lambda *_: False)
    inode = file.stat().st_ino
    replace_file(str(file), [b"new"])
    assert (file.read_bytes(), file.stat().st_ino != inode) == (b"new", True)


@pytest.mark.process
def test_a_private_file_is_private_while_it_is_written(file: Path) -> None:
    file.chmod(0o600)
    assert _child(file, "SIGKILL", "chmod")[0] == -signal.SIGKILL
    (left_over,) = _left_over(file.parent)
    assert stat.S_IMODE((file.parent / left_over).stat().st_mode) == 0o600


def test_a_link_stays_and_its_target_is_fixed(tmp_path: Path, fix: Fix) -> None:
    (tmp_path / "real").mkdir()
    real = tmp_path / "real/Dockerfile"
    (tmp_path / "chain").symlink_to("link")
    for target in ("real/Dockerfile", f"{tmp_path}/real/Dockerfile"):
        real.write_bytes(OLD)
        real.chmod(0o640)
        (tmp_path / "link").unlink(missing_ok=True)
        (tmp_path / "link").symlink_to(target)
        assert fix("chain", cwd=tmp_path)[0] == 0
        assert os.readlink(tmp_path / "chain") == "link"
        assert os.readlink(tmp_path / "link") == target
        assert (real.read_bytes(), stat.S_IMODE(real.stat().st_mode)) == (NEW, 0o640)
        assert not real.is_symlink()
        assert _left_over(tmp_path) + _left_over(tmp_path / "real") == []


def test_a_file_without_fixes_is_not_written(file: Path, fix: Fix) -> None:
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
    """Check that --fix doesn't change `file` and reports `reason`. The same run also fixes `others`."""
    before = file.read_bytes()
    inode = file.stat().st_ino
    code, err = fix(file, *others, cwd=file.parent)
    assert code == 2
    assert f"lint-runtime: cannot fix '{file}': {reason}\n" in err
    assert (file.read_bytes(), file.stat().st_ino) == (before, inode)
    assert _left_over(file.parent) == []


def test_a_read_only_file_is_not_fixed(file: Path, fix: Fix) -> None:
    other = file.with_name("Other")
    for mode in (0o444, 0o400, 0o555):
        other.write_bytes(OLD)
        file.chmod(mode)
        _left_alone(fix, file, "the file is read-only", other)
        assert other.read_bytes() == NEW
    for mode in (0o200, 0o020, 0o002):
        file.chmod(0o444 | mode)
        if os.access(file, os.W_OK):
            assert fix(file, cwd=file.parent)[0] == 0
        else:
            _left_alone(fix, file, "the file is read-only")


def test_a_file_in_a_read_only_directory_is_not_fixed(tmp_path: Path, fix: Fix) -> None:
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


def test_a_line_that_is_not_utf_8_is_not_edited(file: Path, fix: Fix) -> None:
    for source, line in (
        (b"#\nARG \xff=x V=13.6.0\nFROM %s:$V\n", 2),
        (b"ARG V=13.6.0 W=\xed\xa0\x80\nFROM %s:$V\n", 1),
        (b"FROM %s:13.6.0\nCOPY --chown=\xc3 --from=%s:13.6.0 a b", 2),
    ):
        file.write_bytes(source.replace(b"%s", REPOSITORY.encode()))
        _left_alone(fix, file, f"line {line} is not valid UTF-8")


def test_a_file_that_is_too_large_is_not_fixed(
    file: Path, fix: Fix, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (fixes, file_linter):
        monkeypatch.setattr(module, "MAX_FILE", len(OLD) - 1)
    _left_alone(fix, file, "larger than 0 MiB")
    for module in (fixes, file_linter):
        monkeypatch.setattr(module, "MAX_FILE", len(OLD))
    assert fix(file, cwd=file.parent)[0] == 0
    assert file.read_bytes() == NEW
    monkeypatch.undo()
    with pytest.raises(fixes.NotFixableError, match="larger than 16 MiB"):
        fixes.apply_edits(b"\n" * (MAX_FILE + 1), [])


def test_a_dangling_link_is_not_fixed(tmp_path: Path, fix: Fix) -> None:
    (tmp_path / "link").symlink_to("nothing")
    code, err = fix("link", cwd=tmp_path)
    assert code == 2
    assert "lint-runtime: cannot read 'link': No such file or directory\n" in err
    assert [path.name for path in tmp_path.iterdir()] == ["link"]


@pytest.mark.process
def test_standard_input_is_not_fixed(tmp_path: Path) -> None:
    result = run_process(*COMMAND, "/dev/stdin", cwd=tmp_path, stdin=OLD)
    assert result.code == 2
    assert "lint-runtime: cannot read '/dev/stdin': not a regular file\n" in result.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.process
def test_a_deleted_file_is_not_created(file: Path) -> None:
    with open(file, "rb") as opened:
        file.unlink()
        result = subprocess.run([*COMMAND, "/dev/stdin"], stdin=opened, capture_output=True, check=False)
    assert result.returncode == 2
    assert b"cannot fix '/dev/stdin': " in result.stderr
    assert list(file.parent.iterdir()) == []


def test_a_file_with_unexpected_content_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    for expected in (b"", b"old ", b"OLD"):
        with pytest.raises(ChangedError, match="the file changed since it was read"):
            replace_file(str(path), [b"new"], expected=expected)
        assert path.read_bytes() == b"old"
    replace_file(str(path), [b"new"], expected=b"old")
    assert path.read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_file_appears_with_all_its_content(tmp_path: Path) -> None:
    path = tmp_path / "file"

    def chunks() -> Iterator[bytes]:
        yield b"a"
        assert not path.exists()
        assert len(_left_over(tmp_path)) == 1
        yield b"b"

    replace_file(str(path), chunks())
    assert path.read_bytes() == b"ab"
    with pytest.raises(TypeError):
        replace_file(str(path), [b"c", 1])  # type: ignore[list-item]
    assert path.read_bytes() == b"ab"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    with pytest.raises(FileNotFoundError):
        replace_file(str(tmp_path / "no/file"), [])
    with pytest.raises(IsADirectoryError):
        replace_file(str(tmp_path), [])


def test_no_file_stays_open(tmp_path: Path) -> None:
    path = str(tmp_path / "file")
    before = _open_descriptors()
    for _ in range(2):
        (tmp_path / f".lint-runtime-{'0' * 16}.tmp").touch()
        replace_file(path, [b"a"])
        with pytest.raises(ChangedError):
            replace_file(path, [b"b"], expected=b"c")
    os.link(path, tmp_path / "other")
    replace_file(path, [b"b"], expected=b"a")
    assert _open_descriptors() == before


def test_a_pipe_is_written_directly(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    replace_file(str(pipe), [b"a", b"b"])
    assert os.read(reader, 10) == b"ab"
    os.close(reader)
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


def test_leftovers_of_killed_runs_are_removed(tmp_path: Path) -> None:
    _, descriptor = files._create_temporary(str(tmp_path), 0o600)
    os.close(descriptor)
    files.remove_leftovers(str(tmp_path))
    assert [*tmp_path.iterdir()] == []
    old, busy = (tmp_path / f".lint-runtime-{digit * 16}.tmp" for digit in "01")
    others = [tmp_path / name for name in (".lint-runtime-0.tmp", ".lint-runtime.toml", "0.tmp")]
    link, directory = (tmp_path / f".lint-runtime-{digit * 16}.tmp" for digit in "23")
    for path in (old, busy, *others):
        path.touch()
    link.symlink_to(others[0])
    directory.mkdir()
    with busy.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        replace_file(str(tmp_path / "x"), [b"new"])
        # Only `old` is removed. `busy` is locked, as if another run were still writing it.
        assert {*tmp_path.iterdir()} == {tmp_path / "x", busy, *others, link, directory}
    replace_file(str(tmp_path / "x"), [b"newer"])
    assert {*tmp_path.iterdir()} == {tmp_path / "x", *others, link, directory}


def test_a_file_is_not_a_leftover_while_it_is_written(tmp_path: Path) -> None:
    target = str(tmp_path / "x")

    def chunks() -> Iterator[bytes]:
        yield b"a"
        replace_file(str(tmp_path / "y"), [b"b"])
        yield b"c"

    replace_file(target, chunks())
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"x": b"ac", "y": b"b"}


def test_a_temporary_file_that_is_removed_at_once_is_created_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    real = os.open

    def open_and_remove(path: str, *arguments: int, **more: int) -> int:
        descriptor = real(path, *arguments, **more)
        if path.endswith(".tmp"):
            opened.append(path)
            if len(opened) == 1:
                os.unlink(path)
        return descriptor

    monkeypatch.setattr("lint_runtime.files.os.open", open_and_remove)
    before = _open_descriptors()
    replace_file(str(tmp_path / "x"), [b"new"])
    assert _open_descriptors() == before
    assert len(opened) == 2
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"x": b"new"}


def test_a_new_file_has_the_usual_mode(tmp_path: Path) -> None:
    with _umask(0o027):
        replace_file(str(tmp_path / "file"), [b"new"])
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o640


def test_a_name_may_have_the_maximum_length(tmp_path: Path, fix: Fix) -> None:
    file = tmp_path / ("D" * 255)
    file.write_bytes(OLD)
    assert fix(file, cwd=tmp_path)[0] == 0
    assert file.read_bytes() == NEW


NO_DOCUMENTS: dict[bytes, str] = {
    b"": "not valid JSON (line 1, column 1: Expecting value)",
    b'{\n "a": 1,\n "b" 2}': "not valid JSON (line 3, column 6: Expecting ':' delimiter)",
    b"{}\n{}": "not valid JSON (line 2, column 1: Extra data)",
    b"[]": "not a JSON object",
    b"null": "not a JSON object",
    b"\r\n \t<html>": "not valid JSON: it is HTML or XML",
    b'{"a": "\xff"}': "not valid JSON: it is not UTF-8",
    b"[" * 100_000: "nested too deeply",
    b'{"a": ' + b"9" * 5000 + b"}": "a number has too many digits",
}


def test_a_document_that_is_not_a_json_object_is_refused() -> None:
    for data, reason in NO_DOCUMENTS.items():
        with pytest.raises(WrongDocumentError) as raised:
            parse_document(data)
        assert str(raised.value) == reason
    assert parse_document(b'\xef\xbb\xbf{"a": "<"}\r\n') == {"a": "<"}


def test_a_document_of_the_maximum_size_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert files.MAX_DOCUMENT == 32 << 20
    monkeypatch.setattr(files, "MAX_DOCUMENT", 3 << 20)
    assert parse_document(b"{" + b" " * ((3 << 20) - 2) + b"}") == {}
    with pytest.raises(WrongDocumentError, match="larger than 3 MiB"):
        parse_document(b"{" + b" " * ((3 << 20) - 1) + b"}")


DEFINITIONS = "linter/past-report.schema.json"
