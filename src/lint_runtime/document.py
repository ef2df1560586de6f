"""Bytes -> a JSON document of the form that a schema gives, or what is wrong with them."""

import json
import re
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import fastjsonschema

from lint_runtime.diagnostics import visible
from lint_runtime.spelling import parse_day

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_DOCUMENT = 32 << 20
"""The most bytes read as one document."""

_SHOWN = 200
_KINDS = {
    "array": "an array",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "object": "an object",
    "string": "a string",
}


class WrongDocumentError(ValueError):
    """A document that cannot be used. The text says what is wrong with it, in one line."""


def parse_document(data: bytes) -> dict[str, Any]:
    """Return the object that a JSON document is. Raises WrongDocumentError."""
    if len(data) > MAX_DOCUMENT:
        raise WrongDocumentError(f"it is larger than {MAX_DOCUMENT >> 20} MiB")
    if re.match(rb"\s*<", data):
        raise WrongDocumentError("it is HTML or XML, not JSON")
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise WrongDocumentError(f"it is no JSON, or not all of it: {error.msg} in {place}") from None
    except UnicodeDecodeError:
        raise WrongDocumentError("it is no JSON: it is not UTF-8") from None
    except RecursionError:
        raise WrongDocumentError("it is nested too deeply") from None
    except ValueError:
        raise WrongDocumentError("it has a number of too many digits") from None
    if not isinstance(document, dict):
        raise WrongDocumentError("it is no JSON object")
    return document


def check_document(document: dict[str, Any], schema: str) -> None:
    """Check a document by a JSON Schema of the package, named by its file. Raises WrongDocumentError."""
    try:
        _validator(schema)(document)
    except fastjsonschema.JsonSchemaValueException as error:
        raise WrongDocumentError(_told(error)) from None


@lru_cache
def _validator(schema: str) -> "Callable[[object], object]":
    text = files("lint_runtime").joinpath(schema).read_text(encoding="utf-8")
    compiled: Callable[[object], object] = fastjsonschema.compile(
        json.loads(text), formats={"date": _is_day}, use_default=False
    )
    return compiled


def _is_day(text: str) -> bool:
    return parse_day(text) is not None


def _told(error: fastjsonschema.JsonSchemaValueException) -> str:
    """Say where a document is wrong and what was to be there."""
    place = str(error.name).removeprefix("data").removeprefix(".") or "the document"
    if error.rule == "required":
        missing = [name for name in error.rule_definition if name not in error.value]
        return f"{_shown(place)} lacks {', '.join(missing)}"
    if error.rule == "type":
        kinds = [error.rule_definition] if isinstance(error.rule_definition, str) else error.rule_definition
        return f"{_shown(place)} has to be {' or '.join(_KINDS[kind] for kind in kinds)}"
    if error.rule == "anyOf":
        return f"{_shown(place)} has none of the forms that it may have"
    if error.rule == "format":
        return f"{_shown(place)} has to be a day written YYYY-MM-DD"
    return _shown(error.message.removeprefix("data."))


def _shown(text: str) -> str:
    short = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return visible(short)
