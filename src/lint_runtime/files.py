"""JSON loading and atomic writes."""

import json
import os
import re
import stat
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from lint_runtime.errors import WrongDocumentError

# Windows has no locks of this kind, and does not remove open files.
if sys.platform != "win32":
    import fcntl

MAX_DOCUMENT = 32 << 20
"""Maximum size of a JSON document in bytes."""


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
    """A file has changed since it was read."""


def replace_file(path: str, chunks: Iterable[bytes], expected: bytes | None = None) -> None:
    """Replace the content of a file, following links. Raises OSError.

    The replacement is atomic: readers see the old or the new content, even after a crash. The file keeps
    its mode and owner. Pipes and other special files are written directly.

    expected: the current content, or None to skip this check. Raises ChangedError if the content differs.
    """
    status = os.stat(path) if os.path.exists(path) else None
    if status and not stat.S_ISREG(status.st_mode):
        with open(path, "wb") as file:
            file.writelines(chunks)
        return
    target = os.path.realpath(path)
    directory = os.path.dirname(target)
    remove_leftovers(directory)
    # Only the owner may read the file until the mode is copied.
    temporary, descriptor = _create_temporary(directory, 0o600 if status else 0o666)
    # A second descriptor keeps the lock until the file is in its place.
    lock = None if sys.platform == "win32" else os.dup(descriptor)
    try:
        with open(descriptor, "wb") as file:
            if status:
                # chown may be forbidden and does not exist on Windows.
                with suppress(PermissionError, AttributeError):
                    os.chown(temporary, status.st_uid, status.st_gid)
                os.chmod(temporary, stat.S_IMODE(status.st_mode))
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        if expected is not None:
            with open(target, "rb") as current:
                if current.read() != expected:
                    raise ChangedError("the file changed since it was read")  # noqa: TRY301
        os.replace(temporary, target)
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
    """Create a locked file. Returns its path and its descriptor. Raises OSError."""
    while True:
        path = os.path.join(directory, f".lint-runtime-{os.urandom(8).hex()}.tmp")
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        if sys.platform == "win32":
            return path, descriptor
        # Some file systems have no locks.
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        # Another run may have removed the file before it was locked.
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
                    # The run that writes the file has locked it.
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    os.unlink(path)
                finally:
                    os.close(descriptor)
