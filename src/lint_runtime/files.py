"""Writing files whole or not at all, whatever happens on the way."""

import os
import stat
from contextlib import suppress


class ChangedError(OSError):
    """A file that is no longer what it was when it was read."""


def replace_file(path: str, data: bytes, expected: bytes | None = None) -> None:
    """Make `data` the content of the file `path`, or of the file that it links to.

    Whoever reads it meanwhile, and whatever ends the process, finds the old content or the new one.
    Its mode stays. `expected`: what it has to hold before. Raises OSError, ChangedError among them.
    """
    status = os.stat(path) if os.path.exists(path) else None
    if status is not None and not stat.S_ISREG(status.st_mode):
        _write_into(path, data)
        return
    target = os.path.realpath(path)
    temporary = os.path.join(os.path.dirname(target), f".lint-runtime-{os.urandom(8).hex()}.tmp")
    try:
        _write_new(temporary, data, status)
        if expected is not None:
            _check_unchanged(target, expected)
        os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
    _sync_folder(os.path.dirname(target))


def _write_into(path: str, data: bytes) -> None:
    """Write to what is no regular file, a pipe for one, which cannot be replaced."""
    with open(path, "wb") as file:
        file.write(data)


def _write_new(path: str, data: bytes, like: os.stat_result | None) -> None:
    # What only its owner may read is never open to others, not even while it is made.
    mode = 0o666 if like is None else 0o600
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with open(descriptor, "wb") as file:
        if like is not None:
            # Not everybody may give a file away, and not every system knows owners.
            with suppress(PermissionError, AttributeError):
                os.chown(path, like.st_uid, like.st_gid)
            os.chmod(path, stat.S_IMODE(like.st_mode))
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _check_unchanged(path: str, expected: bytes) -> None:
    with open(path, "rb") as file:
        if file.read() != expected:
            raise ChangedError("it has changed since it was read")


def _sync_folder(folder: str) -> None:
    """Have the folder remember the new name; not every system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
