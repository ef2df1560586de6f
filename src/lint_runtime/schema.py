"""Validation of documents against the JSON schemas in this package.

Supports only the keywords in these schemas. General-purpose validators compile a schema first, which
takes longer than linting a file.
"""

import json
import operator
import os
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from lint_runtime.errors import WrongDocumentError
from lint_runtime.text import parse_day, plural, visible


class Violation(NamedTuple):
    """A value that violates a schema.

    path: the keys and indexes that lead to the value
    keyword: the violated schema keyword (`additionalProperties` for an unknown key)
    expected: the value of the keyword in the schema (the known keys for an unknown key)
    value: the invalid value
    definition: the name of the definition that the value must match, or ""
    """

    path: tuple[str | int, ...]
    keyword: str
    expected: Any
    value: Any
    definition: str


_TYPES: Mapping[str, tuple[type, str]] = {
    "array": (list, "an array"),
    "boolean": (bool, "true or false"),
    "integer": (int, "a whole number"),
    "null": (type(None), "null"),
    "object": (dict, "an object"),
    "string": (str, "a string"),
}
_KEYWORDS: Mapping[str, tuple[Callable[[Any, Any], object], str]] = {
    "const": (operator.eq, "must be same as const definition: {}"),
    "enum": (lambda value, choices: value in choices, "must be one of {}"),
    "format": (lambda text, _: parse_day(text), "must be a date (YYYY-MM-DD)"),
    "maximum": (operator.le, "must be smaller than or equal to {}"),
    "maxItems": (lambda array, limit: len(array) <= limit, "must contain less than or equal to {} items"),
    "maxLength": (lambda text, limit: len(text) <= limit, "must be shorter than or equal to {} characters"),
    "maxProperties": (lambda table, limit: len(table) <= limit, "must contain at most {} properties"),
    "minimum": (operator.ge, "must be bigger than or equal to {}"),
    "minItems": (lambda array, limit: len(array) >= limit, "must contain at least {} items"),
    # Replace `$` by `\Z`: in Python, `$` also matches before a final line break.
    "pattern": (lambda text, regex: re.search(regex.replace("$", r"\Z"), text), "must match pattern {}"),
    "required": (lambda table, keys: table.keys() >= set(keys), ""),
}


class Schema:
    """A JSON schema of this package.

    Type-specific keywords, such as `maxLength`, require `type` in the same schema.

    file: the path of the schema, relative to this package
    definitions: the schemas of values, keyed by name
    """

    def __init__(self, file: str) -> None:
        with open(os.path.join(os.path.dirname(__file__), file), encoding="utf-8") as text:
            self._root = json.load(text)
        self.definitions = self._root.get("$defs") or self._root["definitions"]

    def violations(self, document: object, definition: str = "") -> Iterator[Violation]:
        """Yield each violation of the schema or, if `definition` is given, of this definition."""
        root = self.definitions[definition] if definition else self._root
        yield from self._visit(document, root, (), definition)

    def _visit(
        self, value: Any, rules: Mapping[str, Any], path: tuple[str | int, ...], definition: str = ""
    ) -> Iterator[Violation]:
        if "$ref" in rules:
            definition = rules["$ref"].rpartition("/")[2]
            rules = self.definitions[definition]
        if keyword := self._broken_keyword(value, rules):
            yield Violation(path, keyword, rules[keyword], value, definition)
        if isinstance(value, list) and "items" in rules:
            for index, item in enumerate(value):
                yield from self._visit(item, rules["items"], (*path, index))
        elif isinstance(value, dict):
            properties, others = rules.get("properties", {}), rules.get("additionalProperties")
            for name, entry in value.items():
                if "propertyNames" in rules:
                    yield from self._visit(name, rules["propertyNames"], (*path, name))
                if entry_rules := properties.get(name, others):
                    yield from self._visit(entry, entry_rules, (*path, name))
                elif entry_rules is False:
                    yield Violation((*path, name), "additionalProperties", tuple(properties), entry, "")

    def _broken_keyword(self, value: Any, rules: Mapping[str, Any]) -> str:
        """Return the first keyword that a value violates, or "". Doesn't check nested values."""
        if "type" in rules:
            types = [rules["type"]] if isinstance(rules["type"], str) else rules["type"]
            is_whole = isinstance(value, float) and value.is_integer()
            is_right = any(type(value) is _TYPES[name][0] for name in types)
            if not is_right and not (is_whole and "integer" in types):
                return "type"
            if value is None:
                return ""
        if "anyOf" in rules and all(any(self._visit(value, option, ())) for option in rules["anyOf"]):
            return "anyOf"
        for keyword, expected in rules.items():
            if keyword in _KEYWORDS and not _KEYWORDS[keyword][0](value, expected):
                return keyword
        return ""


load_schema = lru_cache(Schema)


def check_document(document: object, schema: str, definition: str = "", place: str = "") -> None:
    """Raise WrongDocumentError for the first violation of a schema, if any.

    schema: the path of the schema, relative to this package
    definition: the definition to check against, or "" for the whole schema
    place: the path of `document` in an enclosing document, for messages
    """
    violation = next(load_schema(schema).violations(document, definition), None)
    if violation is None:
        return
    path, keyword, expected, value, _ = violation
    is_unknown_key = keyword == "additionalProperties"
    for key in path[:-1] if is_unknown_key else path:
        place += f"[{key}]" if isinstance(key, int) else f".{key}"
    place = place.removeprefix(".")
    if keyword == "required":
        missing = [key for key in expected if key not in value]
        text = f"missing {plural(len(missing), 'key')} {', '.join(missing)}"
        raise WrongDocumentError(f"{_shown(place)}: {text}" if place else text)
    if keyword == "type":
        names = [expected] if isinstance(expected, str) else expected
        text = f"must be {' or '.join(_TYPES[name][1] for name in names)}"
    elif keyword == "anyOf":
        text = "is not in a supported form"
    elif is_unknown_key:
        text = f"must not contain {{{path[-1]!r}}} properties"
    else:
        text = _KEYWORDS[keyword][1].format(expected)
    raise WrongDocumentError(_shown(f"{place or 'the document'} {text}"))


def _shown(text: str) -> str:
    """Cut an error message after 200 characters, and escape it."""
    return visible(text if len(text) <= 200 else f"{text[:200]}…")
