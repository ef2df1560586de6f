"""JSON loading, reads that never block, and atomic writes."""

import errno
import json
import os
import re
import stat
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, BinaryIO

from lint_runtime.errors import WrongDocumentError

# The locks keep `remove_leftovers` from removing a file that another run still writes. Windows has no
# fcntl, and needs no locks: it refuses to remove open files.
if sys.platform != "win32":
    import fcntl

MAX_FILE = 16 << 20
"""The maximum size of a Dockerfile or manifest, in bytes. BuildKit and the Astro CLI have no limit."""

MAX_DOCUMENT = 32 << 20
"""Maximum size of a JSON document in bytes."""

_SMALL = 1 << 16
"""The size in bytes of the largest file that `read_regular` reads at once."""


def open_regular(path: str) -> BinaryIO:
    """Open a regular file to read it. Raises OSError for anything else, and never blocks."""
    # Check the type first: opening a device may change the device. If a pipe replaces the file meanwhile,
    # O_NONBLOCK opens the pipe without waiting for a writer.
    if stat.S_ISREG(os.stat(path).st_mode):
        file = open(path, "rb", opener=_open_at_once)  # noqa: SIM115 (returned open)
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return file
        file.close()
    if os.path.isdir(path):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    raise OSError(errno.EINVAL, "not a regular file")


def read_regular(path: str, limit: int) -> bytes:
    """Return the first `limit` bytes of a regular file. Raises OSError, and never blocks."""
    with open_regular(path) as file:
        # Read a little first: `read` allocates memory for all bytes that it may return.
        content: bytes | None = file.read(min(limit, _SMALL))
        if content and len(content) == _SMALL:
            content += file.read(limit - _SMALL) or b""
    if content is None:
        # Reading would block, for example from /proc/kmsg, which Linux calls a regular file.
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
    return content


def _open_at_once(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def parse_document(data: bytes) -> dict[str, Any]:
    """Parse a JSON document whose top level is an object. Raises WrongDocumentError."""
    if len(data) > MAX_DOCUMENT:
        raise WrongDocumentError(f"larger than {MAX_DOCUMENT >> 20} MiB")
    if re.match(rb"\s*<", data):
        raise WrongDocumentError("not valid JSON: it is HTML or XML")
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise WrongDocumentError(f"not valid JSON ({place}: {error.msg})") from None
    except UnicodeDecodeError:
        raise WrongDocumentError("not valid JSON: it is not UTF-8") from None
    except RecursionError:
        raise WrongDocumentError("nested too deeply") from None
    except ValueError:
        raise WrongDocumentError("a number has too many digits") from None
    if not isinstance(document, dict):
        raise WrongDocumentError("not a JSON object")
    return document


class ChangedError(OSError):
    """Raised if a file has changed since it was read."""


def replace_file(path: str, chunks: Iterable[bytes], expected: bytes | None = None) -> None:
    """Replace the content of a file, following links. Raises OSError.

    The replacement is atomic: readers see the old or the new content, even after a crash. The file keeps
    its mode, owner, extended attributes and ACLs.

    Pipes and other special files are written in place, which is not atomic. A file with several hard links,
    or with attributes that cannot be copied, is also written in place. But if such a file is read-only, it
    is replaced, and the new file lacks the links or attributes.

    expected: the content that the file must still have, or None for any content. Raises ChangedError if the
        file has other content.
    """
    try:
        status = os.stat(path)
    except FileNotFoundError:
        status = None
    if status and not stat.S_ISREG(status.st_mode):
        # Don't wait for a reader: with O_NONBLOCK, opening a pipe that nobody reads is an error.
        with open(path, "wb", opener=_open_at_once) as file:
            if sys.platform != "win32":
                os.set_blocking(file.fileno(), True)
            file.writelines(chunks)
        return
    target = os.path.realpath(path)
    directory = os.path.dirname(target)
    remove_leftovers(directory)
    # Let only the owner read the new file until it gets the mode of the old file.
    temporary, descriptor = _create_temporary(directory, 0o600 if status else 0o666)
    # This second descriptor holds the lock until this function returns, although `file` is closed earlier.
    lock = None if sys.platform == "win32" else os.dup(descriptor)
    try:
        with open(descriptor, "wb") as file:
            keeps_all = not status or _copy_attributes(target, temporary, status)
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        if expected is not None and read_regular(target, len(expected) + 1) != expected:
            raise ChangedError("the file changed since it was read")  # noqa: TRY301
        if keeps_all or not os.access(target, os.W_OK):
            os.replace(temporary, target)
        else:
            # Write in place. If the process is killed halfway, the temporary file keeps all the content.
            with open(temporary, "rb") as new, open(target, "r+b") as file:
                while chunk := new.read(1 << 20):
                    file.write(chunk)
                # `truncate` also flushes the buffer, which must happen before `fsync`.
                file.truncate()
                os.fsync(file.fileno())
            os.unlink(temporary)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
    finally:
        if lock is not None:
            os.close(lock)
    # Sync the directory, or a crash may undo the rename. Some systems don't support this.
    with suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _create_temporary(directory: str, mode: int) -> tuple[str, int]:
    """Create and lock a temporary file. Returns its path and its descriptor. Raises OSError."""
    while True:
        path = os.path.join(directory, f".lint-runtime-{os.urandom(8).hex()}.tmp")
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        if sys.platform != "win32":
            # Go on without a lock if the file system has no locks.
            with suppress(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_EX)
        # If the file has no links left, another run removed it before it was locked: try again.
        if os.fstat(descriptor).st_nlink:
            return path, descriptor
        os.close(descriptor)


def remove_leftovers(directory: str) -> None:
    """Remove the temporary files that killed runs left in a directory."""
    with suppress(OSError):
        for name in os.listdir(directory):
            if not re.fullmatch(r"\.lint-runtime-[0-9a-f]{16}\.tmp", name):
                continue
            path = os.path.join(directory, name)
            with suppress(OSError):
                if sys.platform == "win32":
                    os.unlink(path)
                    continue
                descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
                try:
                    # If a run is still writing the file and holds its lock, this fails and the file stays.
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    os.unlink(path)
                finally:
                    os.close(descriptor)


def _copy_attributes(source: str, copy: str, status: os.stat_result) -> bool:
    """Copy owner, mode, extended attributes and ACLs. Returns whether replacing `source` loses nothing."""
    keeps_all = status.st_nlink == 1
    # chown may be forbidden and does not exist on Windows.
    if hasattr(os, "chown"):
        try:
            os.chown(copy, status.st_uid, status.st_gid)
        except PermissionError:
            keeps_all = False
    os.chmod(copy, stat.S_IMODE(status.st_mode))
    # Python supports extended attributes, which include ACLs, only on Linux.
    if sys.platform == "linux":
        try:
            attributes = {name: os.getxattr(source, name) for name in os.listxattr(source)}
            # Remove attributes that only the copy has: a new file may get the ACL of its directory.
            current = {name: os.getxattr(copy, name) for name in os.listxattr(copy)}
            for name in current.keys() - attributes.keys():
                os.removexattr(copy, name)
            for name, value in attributes.items() - current.items():
                os.setxattr(copy, name, value)
        except OSError as error:
            keeps_all &= error.errno == errno.ENOTSUP
    return keeps_all
