"""Bytes -> what a TOML document says. Python has a parser of its own from 3.11 on."""

import re
import sys
from typing import Any

if sys.version_info >= (3, 11):
    from tomllib import TOMLDecodeError, loads
else:
    from tomli import TOMLDecodeError, loads

# The parser takes the square of the parts of a key.
_KEY_OF_MANY_PARTS = r"""(?<![\w"'.-])(?:[\w"'-]+[ \t]*\.[ \t]*){200}"""
_SHOWN = 200


class InvalidTomlError(ValueError):
    """A document that is none. The text says why."""


def read_toml(data: bytes) -> dict[str, Any]:
    """Return what a TOML document says. Raises InvalidTomlError."""
    try:
        # Some editors put a byte order mark before everything they write.
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InvalidTomlError(f"it is not UTF-8 in line {line}") from None
    if re.search(_KEY_OF_MANY_PARTS, text):
        raise InvalidTomlError("it is nested too deeply")
    try:
        return loads(text)
    except TOMLDecodeError as error:
        raise InvalidTomlError(str(error)[:_SHOWN]) from None
    except RecursionError:
        raise InvalidTomlError("it is nested too deeply") from None
    except ValueError:
        raise InvalidTomlError("it has a number of too many digits") from None
