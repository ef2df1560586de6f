"""The formats for people and programs: golden files, and the report by its schema."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema.validators import validator_for

import lint_runtime
from lint_runtime.diagnostics import Edit, Fix, Location, Suppression, SuppressionKind
from lint_runtime.formatters import FORMATTERS
from lint_runtime.linter.report import Report
from lint_runtime.text import quoted, visible
from tests.conftest import FIXTURES, rendered, schema_errors
from tests.formatters.inputs import PROJECTS, RUNTIME, SHAPES, lint_paths, lint_text

SCHEMA = Path(lint_runtime.__file__).parent / "formatters/report.schema.json"


def _full() -> Report:
    """Return a report that has all there can be in one: a fix, a suppressed finding, an image used."""
    report = lint_text(f"FROM {RUNTIME}:13.6.0\n")
    (found,) = report.diagnostics
    fix = Fix("Use 13.11.0", (Edit(Location(1, 40, 1, 46), "13.11.0"),), is_safe=True)
    active = found._replace(target=found.target._replace(subject="astro-runtime:13.6.0"), fix=fix)
    comment = Suppression(SuppressionKind.COMMENT, "not before May", date(2027, 4, 30))
    below = active.target._replace(location=found.location._replace(line=3, end_line=3))
    suppressed = active._replace(target=below, fix=None, suppression=comment)
    return report._replace(uses=report.stages, diagnostics=(active,), suppressed=(suppressed,))


@pytest.mark.parametrize("name", FORMATTERS)
def test_golden(name: str, golden: Callable[[Path, str], None]) -> None:
    """Every format has a golden file: what it makes of the shapes seen in real projects."""
    golden(FIXTURES / "golden" / f"shapes.{name}", rendered(name, lint_paths(SHAPES)))


def test_the_schema_is_one() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert "$schema" in schema
    validator_for(schema).check_schema(schema)


def test_json_fits_its_schema(tmp_path: Path) -> None:
    paths = [*SHAPES, *(FIXTURES / "rules").rglob("*.Dockerfile"), *PROJECTS]
    document = rendered("json", [*lint_paths(paths), _full()])
    for schema in (SCHEMA, _strict(tmp_path)):
        assert schema_errors(document, schema) == []


def _strict(directory: Path) -> Path:
    """Return the schema with no key allowed that it does not name, as those who read it may not ask."""

    def tightened(value: Any) -> Any:
        if isinstance(value, list):
            return [tightened(item) for item in value]
        if not isinstance(value, dict):
            return value
        closed = {"additionalProperties": False} if value.get("type") == "object" else {}
        return {name: tightened(item) for name, item in value.items()} | closed

    path = directory / "strict.schema.json"
    path.write_text(json.dumps(tightened(json.loads(SCHEMA.read_text(encoding="utf-8")))))
    return path


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda report: report.pop("table"), id="a key missing"),
        pytest.param(
            lambda report: report["files"][0]["stages"][0].update(line=0), id="a line before the first"
        ),
        pytest.param(
            lambda report: report["diagnostics"][0].update(severity="fatal"), id="an invalid severity"
        ),
        pytest.param(lambda report: report.update(as_of="today"), id="an invalid day"),
        pytest.param(lambda report: report["files"][0].pop("uses"), id="a file without uses"),
        pytest.param(
            lambda report: report["diagnostics"][0]["fix"].update(edits=[]), id="a fix that changes nothing"
        ),
        pytest.param(
            lambda report: report["diagnostics"][1]["suppression"].update(kind="mood"),
            id="a suppression by what cannot suppress",
        ),
    ],
)
def test_the_schema_refuses_what_is_wrong(spoil: Callable[[dict[str, Any]], Any]) -> None:
    report = json.loads(rendered("json", [_full()]))
    spoil(report)
    assert schema_errors(json.dumps(report), SCHEMA)


def test_keys_may_be_added_to_a_report(tmp_path: Path) -> None:
    report = json.loads(rendered("json", [_full()]))
    report.update(extra=1)
    report["files"][0].update(extra=1)
    document = json.dumps(report)
    assert schema_errors(document, SCHEMA) == []
    assert schema_errors(document, _strict(tmp_path))


def test_an_empty_run_in_json() -> None:
    document = rendered("json", [])
    assert schema_errors(document, SCHEMA) == []
    assert json.loads(document)["summary"] == {
        "files": 0,
        "errors": 0,
        "warnings": 0,
        "infos": 0,
        "suppressed": 0,
    }


def test_fixes_suppressions_and_uses_in_json() -> None:
    report = json.loads(rendered("json", [_full()]))
    assert [stage["image"] for stage in report["files"][0]["uses"]] == [
        "quay.io/astronomer/astro-runtime:13.6.0"
    ]
    active, suppressed = report["diagnostics"]
    assert (active["subject"], active["suppression"]) == ("astro-runtime:13.6.0", None)
    assert active["fix"] == {
        "title": "Use 13.11.0",
        "is_safe": True,
        "edits": [{"line": 1, "column": 40, "end_line": 1, "end_column": 46, "text": "13.11.0"}],
    }
    assert (suppressed["fix"], suppressed["suppression"]) == (
        None,
        {"kind": "comment", "reason": "not before May", "until": "2027-04-30"},
    )
    counts = report["summary"]
    assert (counts["errors"], counts["warnings"], counts["infos"], counts["suppressed"]) == (0, 1, 0, 1)


def _stages(source: str) -> list[dict[str, Any]]:
    stages: list[dict[str, Any]] = json.loads(rendered("json", [lint_text(source)]))["files"][0]["stages"]
    return stages


@pytest.mark.parametrize(
    ("image", "runtime"),
    [
        pytest.param("python:3.12", None, id="another image"),
        pytest.param("quay.io/astronomer/ap-airflow:2.2.5", None, id="the retired product"),
        pytest.param(
            "quay.io/astronomer/astro-runtime:12.5.0-python-3.11-base",
            ("12.5.0", "12", "2.10.3", "3.11", True, "2026-02-28", "2027-02-28", "basic-support"),
            id="a release",
        ),
        pytest.param(
            "astrocrpublic.azurecr.io/runtime:3.1",
            (None, "3.1", "3.1", "3.12", False, "2027-09-30", "2028-03-30", "maintained"),
            id="a floating tag",
        ),
        pytest.param(
            "quay.io/astronomer/astro-runtime",
            (None, None, None, None, None, None, None, "unknown"),
            id="no tag",
        ),
        pytest.param(
            "astrocrpublic.azurecr.io/runtime:3.0.8",
            ("3.0.8", None, None, None, None, None, None, "unknown"),
            id="a release that never was",
        ),
        pytest.param(
            "quay.io/astronomer/astro-runtime:8.2.0-alpha4",
            ("8.2.0-alpha4", "8", "2.6", "3.10", False, "2023-11-30", "2025-10-31", "unsupported"),
            id="a pre-release",
        ),
        pytest.param(
            "quay.io/astronomer/astro-runtime:9.2.0-oops",
            (None, None, None, None, None, None, None, "unknown"),
            id="no valid tag",
        ),
    ],
)
def test_runtime_facts_in_json(image: str, runtime: tuple[Any, ...] | None) -> None:
    (stage,) = _stages(f"FROM {image}\n")
    facts = stage["runtime"]
    shown = tuple(facts.values())[: len(runtime or ())] if facts else None
    assert shown == runtime
    assert facts is None or facts["computed"] == []


def test_what_an_image_contains_in_json() -> None:
    debian, ubi, unknown = (
        stage["runtime"]
        for stage in _stages(
            f"FROM {RUNTIME}:13.11.0-python-3.11 AS a\nFROM {RUNTIME}:13.11.0-ubi9 AS b\nFROM {RUNTIME}\n"
        )
    )
    airflow = [
        {"product": "airflow", "cycle": "2", "event": event, "day": day}
        for event, day in (("end of active support", "2025-10-22"), ("end of life", "2026-04-22"))
    ]
    assert (debian["os"], debian["upstream"]) == (
        "Debian 12 (bookworm)",
        [
            *airflow,
            {"product": "python", "cycle": "3.11", "event": "end of life", "day": "2027-10-31"},
            {"product": "debian", "cycle": "12", "event": "end of security support", "day": "2026-07-11"},
            {"product": "debian", "cycle": "12", "event": "end of LTS", "day": "2028-06-30"},
        ],
    )
    assert (ubi["os"], ubi["upstream"][-1]) == (
        "UBI 9",
        {"product": "rhel", "cycle": "9", "event": "end of maintenance", "day": "2032-05-31"},
    )
    assert (unknown["os"], unknown["upstream"]) == (None, [])


def test_json_lists_every_from() -> None:
    stages = _stages("FROM a AS b\nFROM b\nFROM c d\nFROM --platform=linux/arm64 \udcff\n")
    assert [(stage["image"], stage["platform"], stage["stage_ref"]) for stage in stages] == [
        ("a", "", None),
        ("b", "", 0),
        ("c d", "", None),
        ("\\xff", "linux/arm64", None),
    ]


def test_no_raw_control_character_reaches_a_terminal() -> None:
    report = lint_text(f"FROM {RUNTIME}:1\x1b[31m\x07\udcff\u202e", "new\nline\x1b]0;x\x07/\udcff")
    (line,) = rendered("text", [report]).splitlines()
    assert line.startswith(
        r"new\nline\x1b]0;x\x07/\xff:1:6: error: Invalid image 'quay.io/astronomer/astro-runtime:1\x1b[31m"
    )
    assert line.isprintable()


def test_colors() -> None:
    plain = rendered("text", lint_paths(SHAPES[:3]))
    colored = rendered("text", lint_paths(SHAPES[:3]), is_colored=True)
    assert "\x1b[31m" in colored
    assert "\x1b" not in plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("naïve ☃ 漢", "naïve ☃ 漢"),
        ("\t\n\r\x00\x7f\x9b", r"\t\n\r\x00\x7f\x9b"),
        ("\u202e\u2066\u200b\ufeff", r"\u202e\u2066\u200b\ufeff"),
        ("\udcff\ud800", r"\xff\ud800"),
        ("\ufffe\uffff", r"\ufffe\uffff"),
        ("back\\slash", "back\\slash"),
    ],
)
def test_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_quoted_text_is_cut() -> None:
    assert quoted("x" * 121) == "'" + "x" * 120 + "…'"
