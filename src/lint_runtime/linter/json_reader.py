"""A JSON object of any size, read member by member, with one element of an array in memory at a time."""

import json
import re
from collections.abc import Iterator
from typing import TextIO

from lint_runtime.errors import WrongDocumentError
from lint_runtime.files import MAX_DOCUMENT

_PIECE = 1 << 16
_DECODER = json.JSONDecoder()
_ENDS = tuple(",]} \t\n\r")
_SPACE = re.compile(r"[ \t\n\r]*")


def read_members(file: TextIO) -> Iterator[tuple[str, object]]:
    """Yield the members of the object in a file, an array as an iterator to use before the next member.

    Nothing larger than MAX_DOCUMENT characters may be in one piece. Raises WrongDocumentError.
    """
    return _Reader(file).members()


class _Reader:
    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._text = ""
        self._at = 0
        # Of the text that is no longer here: its lines, and the characters of the last of them.
        self._lines = 0
        self._columns = 0

    def members(self) -> Iterator[tuple[str, object]]:
        first = self._peek()
        if first == "<":
            raise WrongDocumentError("not valid JSON: it is HTML or XML")
        if first != "{":
            self._value()
            raise WrongDocumentError("not a JSON object")
        self._take("{")
        if self._peek() == "}":
            self._take("}")
        else:
            yield from self._some_members()
        if self._peek():
            raise self._wrong("Extra data", self._at)

    def _some_members(self) -> Iterator[tuple[str, object]]:
        while True:
            if self._peek() != '"':
                raise self._wrong("Expecting property name enclosed in double quotes", self._at)
            name = str(self._value())
            self._take(":")
            if self._peek() == "[":
                elements = self._elements()
                yield name, elements
                # Whoever did not need them has to get past them.
                for _ in elements:
                    pass
            else:
                yield name, self._value()
            if self._take(",}") == "}":
                return

    def _elements(self) -> Iterator[object]:
        self._take("[")
        if self._peek() == "]":
            self._take("]")
            return
        while True:
            yield self._value()
            if self._take(",]") == "]":
                return

    def _value(self) -> object:
        self._peek()
        while True:
            start = self._at
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                # It may only be cut off.
                offset = error.pos - self._at
                if not self._fill():
                    raise self._wrong(error.msg, self._at + offset) from None
            except RecursionError:
                raise WrongDocumentError("nested too deeply") from None
            except ValueError:
                raise WrongDocumentError("a number has too many digits") from None
            else:
                is_number = isinstance(value, (int, float))
                # A number may go on in what is not read yet.
                if not is_number or self._text[end : end + 1] in _ENDS or not self._fill():
                    self._at += end - start
                    return value

    def _take(self, chars: str) -> str:
        """Read one of `chars`."""
        char = self._peek()
        if not char or char not in chars:
            raise self._wrong(f"Expecting {' or '.join(map(repr, chars))}", self._at)
        self._at += 1
        return char

    def _peek(self) -> str:
        """Return the next character other than space; "" at the end."""
        while True:
            match = _SPACE.match(self._text, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._fill():
                return ""

    def _fill(self) -> bool:
        """Read on, and forget what was used. Return whether there was more to read."""
        used, left = self._text[: self._at], self._text[self._at :]
        if len(left) > MAX_DOCUMENT:
            raise WrongDocumentError(f"a part of it is larger than {MAX_DOCUMENT >> 20} MiB")
        self._columns += len(used)
        if "\n" in used:
            self._lines += used.count("\n")
            self._columns = len(used) - used.rindex("\n") - 1
        # To read twice as much each time keeps the cost of starting a long value again in bounds.
        try:
            more = self._file.read(max(_PIECE, len(left)))
        except UnicodeDecodeError:
            raise WrongDocumentError("not valid JSON: it is not UTF-8") from None
        self._text, self._at = left + more, 0
        return bool(more)

    def _wrong(self, message: str, position: int) -> WrongDocumentError:
        before = self._text[:position]
        line = self._lines + before.count("\n") + 1
        column = len(before) - before.rfind("\n") if "\n" in before else self._columns + position + 1
        return WrongDocumentError(f"not valid JSON (line {line}, column {column}: {message})")
