"""Validation against the JSON schemas of the package."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator, Draft202012Validator
from jsonschema.validators import validator_for

import lint_runtime
from lint_runtime.errors import WrongDocumentError
from lint_runtime.lifecycle.load import EMBEDDED_FILE
from lint_runtime.schema import Schema, check_document, load_schema
from tests.feeds import document, entry

PACKAGE = Path(lint_runtime.__file__).parent
DATA, FEED = "lifecycle/data.schema.json", "lifecycle/feed.schema.json"
CONFIG, REPORT = "config/config.schema.json", "linter/past-report.schema.json"
ANNOTATIONS = {"$schema", "$id", "title", "description", "default", "examples", "$defs", "definitions"}
STRUCTURE = {"$ref", "type", "anyOf", "items", "properties", "additionalProperties", "propertyNames"}
TESTS_OF_ANY_TYPE = {"enum", "const"}
TESTS_OF_ONE_TYPE = {
    *("format", "pattern", "maxLength", "minimum", "maximum"),
    *("minItems", "maxItems", "maxProperties", "required"),
}


def _schema(file: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((PACKAGE / file).read_text(encoding="utf-8"))
    return schema


def _subschemas(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
        for keyword in ("$defs", "definitions", "properties"):
            for inner in schema.get(keyword, {}).values():
                yield from _subschemas(inner)
        for keyword in ("items", "additionalProperties", "propertyNames"):
            yield from _subschemas(schema.get(keyword))
        for inner in schema.get("anyOf", ()):
            yield from _subschemas(inner)


@pytest.mark.parametrize("file", [DATA, FEED, CONFIG, REPORT])
def test_schemas_use_only_supported_keywords(file: str) -> None:
    schema = _schema(file)
    validator_for(schema).check_schema(schema)
    inner = list(_subschemas(schema))
    assert len(inner) > 20
    for rules in inner:
        assert rules.keys() <= ANNOTATIONS | STRUCTURE | TESTS_OF_ANY_TYPE | TESTS_OF_ONE_TYPE, rules
        assert "type" in rules or not rules.keys() & TESTS_OF_ONE_TYPE, rules
        # Next to a reference, there may only be annotations: validators ignore other keywords there.
        assert "$ref" not in rules or rules.keys() <= ANNOTATIONS | {"$ref"}, rules


LOCATION = {"line": 1, "column": 1.0, "end_line": 2, "end_column": 9}
STAGE = {
    "line": 1,
    "end_line": 1,
    "name": "",
    "image": "x",
    "platform": "",
    "stage_ref": None,
    "repository": "r",
    "platform_varies": False,
    "target_platforms": ["linux/arm64"],
    "argument": {**LOCATION, "name": "A", "default": "x", "shift": 0},
    "variables": ["A"],
    "unresolved": ["A"],
    "editable": True,
    "manifest": None,
    "suppressions": [],
    "image_location": LOCATION,
    "platform_location": LOCATION,
}
VALID: dict[str, Any] = {
    DATA: {
        **json.loads(Path(EMBEDDED_FILE).read_bytes()),
        "feed": {"url": "https://example.org", "etag": "", "last_modified": ""},
    },
    FEED: document(
        entry(
            "3.90-1",
            pythonVersions=["3.14"],
            defaultPythonVersion="3.14",
            endOfMaintenance="2028-10-31",
            yankedReason=None,
            LTS=False,
        )
    ),
    CONFIG: {
        "select": ["prerelease"],
        "severity": {"prerelease": "off"},
        "fail-on": "error",
        "warn-within": 3,
        "exclude": ["a"],
        "per-file-ignores": {"a/": ["prerelease"]},
        "build-args": {"A": ""},
        "images": {"r.io/a": "quay.io/astronomer/astro-runtime"},
        "require": {"runtime": ">=12"},
        "require-reason": True,
        "table": "t.json",
    },
    REPORT: {
        "path": "a",
        "label": None,
        "owners": ["@a"],
        "stages": [STAGE],
        "uses": [],
        "findings": [
            {
                **LOCATION,
                "related": [LOCATION],
                "rule": "prerelease",
                "severity": "error",
                "message": "m",
                "help": "",
                "notes": ["n"],
                "subject": "",
                "suppression": {"kind": "comment", "reason": "", "until": "2026-01-01"},
            }
        ],
    },
}
DEFINITIONS = {REPORT: "file"}
"""For a schema that only contains definitions, the name of the definition to test."""

for _rows in ("series", "releases", "upstream"):
    VALID[DATA][_rows] = VALID[DATA][_rows][-2:]


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inner = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, item in inner:
        yield from _places(item, (*path, key))


SCALARS = st.sampled_from(
    [None, True, False, 0, -1, 1, 1.0, 1.5, 1 << 63, (1 << 63) - 1, 2147483648, float("inf")]
    + ["", "a", "a=b", "a\0", "a/b", "13", "3.3-8", "3.12", "2026-02-30", "2026-09-25", "1999-01-01", "20260101"]
    + ["error", "off", "prerelease", "x" * 101, "x" * 2001]
)  # fmt: skip
VALUES = SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(SCALARS.map(str), SCALARS, max_size=2)


@pytest.mark.parametrize("file", [DATA, FEED, CONFIG, REPORT])
@given(st.data())
def test_jsonschema_finds_the_same_violations(file: str, data: st.DataObject) -> None:
    candidate = copy.deepcopy(VALID[file])
    other: Any = Draft202012Validator if file == CONFIG else Draft7Validator
    definition = DEFINITIONS.get(file, "")
    rules = _schema(file)
    if definition:
        rules["$ref"] = f"#/definitions/{definition}"
    validator = other(rules, format_checker=other.FORMAT_CHECKER)
    assert list(load_schema(file).violations(candidate, definition)) == []
    assert validator.is_valid(candidate)
    *path, last = data.draw(st.sampled_from([place for place in _places(candidate) if place]))
    inner = candidate
    for key in path:
        inner = inner[key]
    action = data.draw(st.sampled_from(["replace", "remove", "add"]))
    if action == "replace" or (action == "add" and isinstance(inner, list)):
        inner[last] = data.draw(VALUES)
    elif action == "remove":
        del inner[last]
    else:
        inner[data.draw(SCALARS.map(str))] = data.draw(VALUES)
    violations = list(load_schema(file).violations(candidate, definition))
    assert (violations == []) == validator.is_valid(candidate), violations


def test_limits_are_inclusive() -> None:
    arguments = {count: {f"A{number}": "" for number in range(count)} for count in (1000, 1001)}
    cases: list[tuple[str, str, Any, Any]] = [
        (CONFIG, "days", 0, -1),
        (CONFIG, "days", (1 << 63) - 1, 1 << 63),
        (CONFIG, "strings", ["a"] * 1000, ["a"] * 1001),
        (CONFIG, "rules", ["prerelease"] * 1000, ["prerelease"] * 1001),
        (CONFIG, "", {"build-args": arguments[1000]}, {"build-args": arguments[1001]}),
        (DATA, "text", "x" * 2000, "x" * 2001),
        (REPORT, "place", 2147483647, 2147483648),
        (REPORT, "count", 0, -1),
    ]
    for file, definition, valid, invalid in cases:
        schema = load_schema(file)
        assert list(schema.violations(valid, definition)) == [], (definition, valid)
        assert len(list(schema.violations(invalid, definition))) == 1, (definition, invalid)


def test_a_violation_names_its_place_and_definition() -> None:
    config = {
        "select": ["zzz", 1],
        "severity": {"a": "fatal"},
        "require": {"x": ""},
        "y": {},
        "fail-on": None,
    }
    found = [
        (violation.path, violation.keyword, violation.value, violation.definition)
        for violation in Schema(CONFIG).violations(config)
    ]
    assert found == [
        (("select", 0), "enum", "zzz", "rule"),
        (("select", 1), "enum", 1, "rule"),
        (("severity", "a"), "enum", "a", "rule"),
        (("severity", "a"), "enum", "fatal", ""),
        (("require", "x"), "additionalProperties", "", ""),
        (("y",), "additionalProperties", {}, ""),
        (("fail-on",), "enum", None, ""),
    ]
    (violation,) = Schema(CONFIG).violations({"require": {"x": ""}})
    assert violation.expected == ("runtime", "airflow", "python")
    (violation,) = Schema(CONFIG).violations({"warn-within": -1})
    assert (violation.keyword, violation.expected, violation.definition) == ("minimum", 0, "days")


def test_a_definition_can_refer_to_another_one() -> None:
    place = {"line": 0, "column": 1, "end_line": 1, "end_column": 1}
    (violation,) = load_schema(REPORT).violations(place, "location")
    assert (violation.path, violation.keyword, violation.definition) == (("line",), "minimum", "place")


def _data(**changes: Any) -> dict[str, Any]:
    return {**VALID[DATA], **changes}


def _finding(**changes: Any) -> dict[str, Any]:
    return {**VALID[REPORT]["findings"][0], **changes}


MESSAGES: list[tuple[str, str, Any, str]] = [
    (DATA, "", [], "the document must be an object"),
    (DATA, "", {"date": ""}, "missing keys schema_version, series, releases"),
    (DATA, "", _data(more=1), "the document must not contain {'more'} properties"),
    (DATA, "", _data(feed={"url": "", "etag": "", "last_modified": "", "x": 1}), "feed must not contain {'x'} properties"),
    (DATA, "", _data(schema_version=2), "schema_version must be same as const definition: 1"),
    (DATA, "", _data(series=[]), "series must contain at least 1 items"),
    (DATA, "", _data(upstream=[{}] * 501), "upstream must contain less than or equal to 500 items"),
    (DATA, "", _data(upstream=[{}]), "upstream[0]: missing keys product, cycle, event, day, source"),
    (DATA, "", _data(date="2026-02-30"), "date must be a date (YYYY-MM-DD)"),
    (DATA, "", _data(date="2026-02-03\n"), "date must be a date (YYYY-MM-DD)"),
    (DATA, "", _data(date="20260203"), "date must match pattern ^20[0-9]{2}-"),
    (DATA, "python", "3.12\n", "data must match pattern ^[0-9]{1,4}[.][0-9]{1,4}$"),
    (DATA, "text", "x" * 2001, "data must be shorter than or equal to 2000 characters"),
    (FEED, "metadata", {"airflowVersion": "", "channel": ""}, "data: missing key releaseDate"),
    (FEED, "end", 1, "data must be a string or null"),
    (FEED, "", {"schemaVersion": "1.8", "runtimeVersions": {"\x1b": {}}}, "runtimeVersions.\\x1b: missing key metadata"),
    (FEED, "", {"schemaVersion": "1.8", "runtimeVersions": {"x" * 900: 1}}, f"runtimeVersions.{'x' * 184}…"),
    (FEED, "", {"schemaVersion": "1.8", "runtimeVersions": {"x" * 166: 1}}, f"runtimeVersions.{'x' * 166} must be an object"),
    (FEED, "", {"schemaVersion": "1.8", "runtimeVersions": {"x" * 167: 1}}, f"runtimeVersions.{'x' * 167} must be an objec…"),
    (REPORT, "finding", _finding(suppression=1), "data.suppression is not in a supported form"),
    (REPORT, "finding", _finding(severity="fatal"), "data.severity must be one of ['error', 'warning', 'info']"),
    (REPORT, "place", 0, "data must be bigger than or equal to 1"),
    (REPORT, "place", 1e300, "data must be smaller than or equal to 2147483647"),
    (REPORT, "place", True, "data must be a whole number"),
    (REPORT, "file", {"path": "", "label": None, "owners": [], "stages": {}, "uses": [], "findings": []}, "data.stages must be an array"),
    (REPORT, "stage", {**STAGE, "platform_varies": 0}, "data.platform_varies must be true or false"),
    (CONFIG, "", {"build-args": {f"A{number}": "" for number in range(1001)}}, "build-args must contain at most 1000 properties"),
    (CONFIG, "", {"exclude": ["a"] * 1001}, "exclude must contain less than or equal to 1000 items"),
    (CONFIG, "file", "", "data must match pattern ^[^\\u0000]+$"),
]  # fmt: skip


def test_messages_name_the_place_and_the_expected_value() -> None:
    assert MESSAGES
    for schema, definition, candidate, message in MESSAGES:
        with pytest.raises(WrongDocumentError) as caught:
            check_document(candidate, schema, definition, "data" if definition else "")
        assert str(caught.value) == message
        assert str(caught.value).isprintable()


def test_valid_documents_pass() -> None:
    for file, candidate in VALID.items():
        check_document(candidate, file, DEFINITIONS.get(file, ""))
    check_document(LOCATION, REPORT, "location")
