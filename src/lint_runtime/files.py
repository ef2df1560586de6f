"""Files: JSON documents that fit their schema, files replaced in one step, and what waits in a file."""

import json
import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from typing import IO, TYPE_CHECKING, Any, Generic, TypeVar

from lint_runtime.errors import WrongDocumentError
from lint_runtime.text import parse_day, plural, visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastjsonschema import JsonSchemaValueException

MAX_DOCUMENT = 32 << 20
"""The most bytes read as one document."""

_MAX_SHOWN = 200
_KINDS = {
    "array": "an array",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "object": "an object",
    "string": "a string",
}


def parse_document(data: bytes) -> dict[str, Any]:
    """Return the object that a JSON document is. Raises WrongDocumentError."""
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


def check_document(document: object, schema: str, definition: str = "", place: str = "data") -> None:
    """Check a document by a JSON Schema of the package, named by its file. Raises WrongDocumentError.

    `definition`: what of the schema to check by, if it is a part of a document, at `place` in it.
    """
    # Few runs read a document, and the import is not for free.
    from fastjsonschema import JsonSchemaValueException

    try:
        _validator(schema, definition)(document, name_prefix=place)
    except JsonSchemaValueException as error:
        raise WrongDocumentError(_reason(error)) from None


@lru_cache
def _validator(schema: str, definition: str) -> "Callable[..., object]":
    from importlib.resources import files

    from fastjsonschema import compile as compiled

    rules = json.loads(files("lint_runtime").joinpath(schema).read_text(encoding="utf-8"))
    if definition:
        rules = {"definitions": rules["definitions"], "$ref": f"#/definitions/{definition}"}
    validator: Callable[..., object] = compiled(
        rules, formats={"date": lambda text: parse_day(text) is not None}, use_default=False
    )
    return validator


def _reason(error: "JsonSchemaValueException") -> str:
    """Return where a document is wrong, and what has to be there."""
    within = str(error.name).removeprefix("data").removeprefix(".")
    place = within or "the document"
    if error.rule == "required":
        names = [name for name in error.rule_definition if name not in error.value]
        missing = f"missing {plural(len(names), 'key')} {', '.join(names)}"
        return f"{_shown(within)}: {missing}" if within else missing
    if error.rule == "type":
        kinds = [error.rule_definition] if isinstance(error.rule_definition, str) else error.rule_definition
        return f"{_shown(place)} must be {' or '.join(_KINDS[kind] for kind in kinds)}"
    if error.rule == "anyOf":
        return f"{_shown(place)} is not in a supported form"
    if error.rule == "format":
        return f"{_shown(place)} must be a date (YYYY-MM-DD)"
    return _shown(error.message.removeprefix("data."))


def _shown(text: str) -> str:
    short = text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…"
    return visible(short)


class ChangedError(OSError):
    """A file that has changed since it was read."""


def replace_file(path: str, pieces: Iterable[bytes], expected: bytes | None = None) -> None:
    """Make `pieces` the content of the file `path`, or of the file that it links to.

    Whoever reads it meanwhile, and whatever ends the process, finds the old content or the new one.
    Its mode stays. `expected`: what it has to hold before. Raises OSError, ChangedError among them.
    """
    status = os.stat(path) if os.path.exists(path) else None
    if status is not None and not stat.S_ISREG(status.st_mode):
        # What is not a regular file, such as a pipe, cannot be replaced.
        with open(path, "wb") as file:
            file.writelines(pieces)
        return
    target = os.path.realpath(path)
    temporary = os.path.join(os.path.dirname(target), f".lint-runtime-{os.urandom(8).hex()}.tmp")
    try:
        _write_new(temporary, pieces, status)
        if expected is not None:
            _check_unchanged(target, expected)
        os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
    _sync_directory(os.path.dirname(target))


def _write_new(path: str, pieces: Iterable[bytes], like: os.stat_result | None) -> None:
    # What only its owner may read is never open to others, not even while it is made.
    mode = 0o666 if like is None else 0o600
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with open(descriptor, "wb") as file:
        if like is not None:
            # Not everybody may give a file away, and not every system knows owners.
            with suppress(PermissionError, AttributeError):
                os.chown(path, like.st_uid, like.st_gid)
            os.chmod(path, stat.S_IMODE(like.st_mode))
        for piece in pieces:
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())


def _check_unchanged(path: str, expected: bytes) -> None:
    with open(path, "rb") as file:
        if file.read() != expected:
            raise ChangedError("the file changed since it was read")


def _sync_directory(directory: str) -> None:
    """Have the directory remember the new name; not every system can."""
    with suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


_T = TypeVar("_T")
_IN_MEMORY = 100


class Spool(Generic[_T]):
    """Values that wait for their turn: the last hundred in memory, the others in a temporary file."""

    def __init__(self) -> None:
        self._waiting: list[_T] = []
        self._file: IO[bytes] | None = None

    def add(self, value: _T) -> None:
        """Add a value behind all others."""
        self._waiting.append(value)
        if len(self._waiting) == _IN_MEMORY:
            self._write()

    def _write(self) -> None:
        # Few runs have so much to keep, and the imports are not for free.
        import pickle
        from tempfile import TemporaryFile

        if self._file is None:
            self._file = TemporaryFile(prefix="lint-runtime-")  # noqa: SIM115 (it outlives this call)
        pickle.dump(self._waiting, self._file, pickle.HIGHEST_PROTOCOL)
        self._waiting = []

    def __iter__(self) -> Iterator[_T]:
        """Yield the values in their order, once."""
        if self._file is not None:
            import pickle

            end = self._file.tell()
            self._file.seek(0)
            while self._file.tell() < end:
                # The file has no name, and only this process has ever written to it.
                yield from pickle.load(self._file)  # noqa: S301
            self._file.close()
        yield from self._waiting
