"""The JSON report: its schema, its layout, and its stages, images and findings."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema.validators import validator_for

import lint_runtime
from lint_runtime import __version__
from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Edit, Fix, Location, Severity
from lint_runtime.dockerfile.platforms import Platform
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.linter.engine import lint_file
from lint_runtime.linter.report import Report, Upgrade
from lint_runtime.text import portable_text
from tests.conftest import AS_OF, FIXTURES, TABLE, Command, rendered, schema_errors
from tests.formatters.inputs import (
    BY_BASELINE,
    BY_COMMENT,
    FIX,
    FOUND,
    HOSTILE,
    PROJECTS,
    RUNTIME,
    SHAPES,
    hostile_reports,
    lint_paths,
    lint_text,
    report_of,
)

SCHEMA = Path(lint_runtime.__file__).parent / "formatters/report.schema.json"


def _full() -> Report:
    """Return a report with a value for every key: a fix, suppressions, a use of an image, and upgrades."""
    report = lint_text(f"FROM {RUNTIME}:13.6.0\n")
    upgrade = Fix("Upgrade it", (Edit(Location(2, 6, 2, 9), "x"),))
    target = FOUND.target._replace(related=(Location(4, 6, 4, 9),))
    active = FOUND._replace(target=target, fix=FIX, upgrade=upgrade)
    suppressed = FOUND._replace(suppression=BY_COMMENT)
    below = Location(3, 1, 3, 2)
    return report._replace(
        uses=report.stages,
        diagnostics=(active,),
        suppressed=(suppressed._replace(target=FOUND.target._replace(location=below)),),
        suppressions=({"floating-tag": BY_COMMENT}, {"outdated-release": BY_BASELINE}),
        upgrades=(Upgrade(Location(2, 6, 2, 9), "9.1.0", "", (), reason="a\udcff reason"),),
    )


def _file(report: Report) -> dict[str, Any]:
    (file,) = json.loads(rendered("json", [report]))["files"]
    entry: dict[str, Any] = file
    return entry


def _stages(source: str, path: str = "Dockerfile", day: date = AS_OF) -> list[dict[str, Any]]:
    stages: list[dict[str, Any]] = _file(lint_text(source, path, day))["stages"]
    return stages


def test_the_schema_is_valid() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert "$schema" in schema
    validator_for(schema).check_schema(schema)


def test_json_fits_its_schema(tmp_path: Path) -> None:
    paths = [*SHAPES, *(FIXTURES / "rules").rglob("*.Dockerfile"), *PROJECTS]
    document = rendered("json", [*lint_paths(paths), *hostile_reports(), _full()], problems=["a"])
    for schema in (SCHEMA, _strict(tmp_path)):
        assert schema_errors(document, schema) == []
        assert schema_errors(rendered("json", []), schema) == []


def _strict(directory: Path) -> Path:
    """Write a copy of the schema that forbids additional keys, and return its path."""

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


WRONG: dict[str, Callable[[dict[str, Any]], Any]] = {
    "a key missing": lambda report: report.pop("table"),
    "the version before": lambda report: report.update(schema_version=1),
    "a line before the first": lambda report: report["files"][0]["stages"][0].update(line=0),
    "an invalid severity": lambda report: report["files"][0]["findings"][0].update(severity="fatal"),
    "an invalid day": lambda report: report.update(as_of="today"),
    "a file without uses": lambda report: report["files"][0].pop("uses"),
    "a file without findings": lambda report: report["files"][0].pop("findings"),
    "a fix that changes nothing": lambda report: report["files"][0]["findings"][0]["fix"].update(edits=[]),
    "a suppression by what cannot suppress": lambda report: report["files"][0]["findings"][1][
        "suppression"
    ].update(kind="mood"),
}


@pytest.mark.parametrize("spoil", WRONG.values(), ids=WRONG.keys())
def test_the_schema_rejects_invalid_reports(spoil: Callable[[dict[str, Any]], Any]) -> None:
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


def test_the_layout_has_a_file_per_line() -> None:
    reports = [report_of(FOUND, path="a"), report_of(path="b"), report_of(FOUND, FOUND, path="c")]
    text = rendered("json", reports, label="shop", problems=["cannot read 'x'"])
    document = json.loads(text)
    members = {name: json.dumps(value) for name, value in document.items()}
    first, second, third = (json.dumps(file) for file in document["files"])
    assert text == (
        "{\n"
        '  "schema_version": 2,\n'
        f'  "tool": {{"name": "lint-runtime", "version": "{__version__}"}},\n'
        '  "label": "shop",\n'
        '  "directory": ".",\n'
        '  "as_of": "2026-09-25",\n'
        '  "files": [\n'
        f"    {first},\n"
        f"    {second},\n"
        f"    {third}\n"
        "  ],\n"
        f'  "table": {members["table"]},\n'
        f'  "tables": [{members["table"]}],\n'
        '  "problems": ["cannot read \'x\'"],\n'
        '  "summary": {"files": 3, "images": 0, "errors": 0, "warnings": 3, "infos": 0, "suppressed": 0}\n'
        "}\n"
    )
    assert [*document["files"][0]] == [
        *("path", "label", "owners", "table", "stages", "uses", "upgrades", "findings")
    ]


def test_an_empty_run_in_json() -> None:
    text = rendered("json", [])
    assert (
        '\n  "label": null,\n  "directory": ".",\n  "as_of": "2026-09-25",\n  "files": [],\n  "table": '
        in text
    )
    document = json.loads(text)
    assert document["table"] == TABLE.identity
    assert document["summary"] == {
        "files": 0,
        "images": 0,
        "errors": 0,
        "warnings": 0,
        "infos": 0,
        "suppressed": 0,
    }


def test_tables_and_counts_in_json() -> None:
    other = LifecycleTable(date(2026, 1, 2), TABLE.series, TABLE.releases, source="\udcff.json")
    error, warning, info = (FOUND._replace(severity=severity) for severity in Severity)
    found = report_of(error, error, warning, info, info, info)
    suppressed = report_of(FOUND._replace(suppression=BY_COMMENT))._replace(table=other)
    document = json.loads(rendered("json", [suppressed, found]))
    assert document["table"] == document["tables"][0]
    assert [table["source"] for table in document["tables"]] == ["\\xff.json", "embedded"]
    assert [file["table"] for file in document["files"]] == ["\\xff.json", "embedded"]
    assert document["summary"] == {
        "files": 2,
        "images": 0,
        "errors": 2,
        "warnings": 1,
        "infos": 3,
        "suppressed": 1,
    }


def test_findings_in_json() -> None:
    file = _file(_full())
    active, suppressed = file["findings"]
    assert active == {
        "line": 2,
        "column": 6,
        "end_line": 2,
        "end_column": 11,
        "rule": "floating-tag",
        "severity": "warning",
        "message": "It floats",
        "help": "",
        "notes": [],
        "subject": "runtime:9",
        "related": [{"line": 4, "column": 6, "end_line": 4, "end_column": 9}],
        "fix": {
            "title": "Pin it",
            "is_safe": False,
            "edits": [
                {"line": 2, "column": 9, "end_line": 2, "end_column": 11, "text": ":9.2.0"},
                {"line": 1, "column": 5, "end_line": 1, "end_column": 5, "text": "x"},
            ],
        },
        "upgrade": {
            "title": "Upgrade it",
            "is_safe": True,
            "edits": [{"line": 2, "column": 6, "end_line": 2, "end_column": 9, "text": "x"}],
        },
        "suppression": None,
    }
    assert [*active] == [*suppressed]
    assert (suppressed["line"], suppressed["fix"], suppressed["suppression"]) == (
        3,
        None,
        {"kind": "comment", "reason": "not before May", "until": "2027-04-30"},
    )


def test_upgrades_in_json(tmp_path: Path, run: Command) -> None:
    (tmp_path / "Dockerfile").write_text(f"FROM {RUNTIME}:9.7.0-python-3.9\n")
    options = ("--diff", "--upgrade-to", "3.3", "--unsafe-fixes", "-o", "json=r.json")
    run("--as-of", AS_OF, *options, "Dockerfile", cwd=tmp_path)
    text = (tmp_path / "r.json").read_text(encoding="utf-8")
    assert schema_errors(text, SCHEMA) == []
    ((upgrade,),) = (file["upgrades"] for file in json.loads(text)["files"])
    changes = upgrade.pop("changes")
    assert upgrade == {
        "line": 1,
        "column": 6,
        "end_line": 1,
        "end_column": 55,
        "before": "9.7.0-python-3.9",
        "after": "13.11.0-python-3.10",
        "dropped": ["-python-3.9"],
        "following": "astrocrpublic.azurecr.io/runtime:3.3-8-python-3.12",
        "reason": "",
    }
    assert (changes["before"], changes["after"], changes["via"]) == (
        "9.7.0-python-3.9",
        "13.11.0-python-3.10",
        None,
    )
    assert {"name": "Python", "before": "3.9", "after": "3.10"} in changes["properties"]
    assert (changes["yanked_between"][-1], changes["is_downgrade"]) == ("13.5.0", False)


def test_an_image_that_stays_in_json() -> None:
    assert _file(_full())["upgrades"] == [
        {
            "line": 2,
            "column": 6,
            "end_line": 2,
            "end_column": 9,
            "before": "9.1.0",
            "after": "",
            "dropped": [],
            "following": "",
            "reason": "a\\xff reason",
            "changes": None,
        },
    ]


def test_stages_and_uses_in_json() -> None:
    file = _file(_full())
    (stage,), (use,) = file["stages"], file["uses"]
    runtime = stage.pop("runtime")
    assert (runtime["version"], use.pop("runtime")) == ("13.6.0", runtime)
    by_comment, by_baseline = stage.pop("suppressions"), use.pop("suppressions")
    assert stage == use
    assert by_comment == [
        {"rule": "floating-tag", "kind": "comment", "reason": "not before May", "until": "2027-04-30"}
    ]
    assert by_baseline == [{"rule": "outdated-release", "kind": "baseline", "reason": "", "until": None}]
    location = {"line": 1, "column": 6, "end_line": 1, "end_column": 45}
    assert stage == {
        "line": 1,
        "end_line": 1,
        "name": "",
        "image": f"{RUNTIME}:13.6.0",
        "platform": "",
        "stage_ref": None,
        "repository": RUNTIME,
        "platform_varies": False,
        "target_platforms": [],
        "image_location": location,
        "platform_location": location,
        "argument": None,
        "manifest": None,
        "variables": [],
        "unresolved": [],
        "editable": True,
        "destination": f"{RUNTIME}:13.11.0",
        "next": None,
    }


def test_what_to_write_instead_of_an_image_in_json() -> None:
    direct, in_pieces, in_an_argument = _stages(
        f"ARG TAG=12.6.0\nARG A=12.6\nARG B=0\nFROM {RUNTIME}:13.6.0-python-3.9\nFROM {RUNTIME}:$A.$B\n"
        f"FROM {RUNTIME}:$TAG\n"
    )
    assert (direct["argument"], direct["variables"]) == (None, [])
    assert direct["destination"] == f"{RUNTIME}:13.11.0-python-3.10"
    assert (in_pieces["argument"], in_pieces["variables"]) == (None, ["A", "B"])
    location = {"line": 1, "column": 9, "end_line": 1, "end_column": 15}
    argument = {**location, "name": "TAG", "default": "12.6.0", "shift": 33}
    assert (in_an_argument["argument"], in_an_argument["variables"]) == (argument, [])
    # Even after the end of 13.x, the only way from 12.x to Airflow 3 leads through 13.x.
    (stage,) = _stages(f"FROM {RUNTIME}:12.6.0\n", day=date(2027, 6, 1))
    assert stage["next"] == f"{RUNTIME}:13.11.0"
    assert stage["destination"] == "astrocrpublic.azurecr.io/runtime:3.3-8"


@pytest.mark.parametrize(
    ("table", "project", "manifest"),
    [
        (
            "runtime = '3.0-3'\n[tool.uv]\nconstraint-dependencies = []",
            "requires-python = '>=3.11'\ndependencies = ['requests', 'apache-airflow==3.0.*']",
            {
                "requirements": {"apache-airflow": "3.0"},
                "runtime": "3.0-3",
                "requires_python": ">=3.11",
                "has_constraints": True,
            },
        ),
        (
            "",
            "dependencies = ['apache-airflow-core', 'apache-airflow==3.0.2']",
            {
                "requirements": {"apache-airflow": "3.0.2"},
                "runtime": None,
                "requires_python": None,
                "has_constraints": False,
            },
        ),
    ],
    ids=["every key", "only a requirement"],
)
def test_manifests_in_json(table: str, project: str, manifest: dict[str, Any]) -> None:
    text = f"[project]\nname = 'demo'\n{project}\n[tool.astro]\n{table}\n"
    (stage,) = _stages(text, "pyproject.toml")
    assert stage["manifest"] == manifest


def test_stages_without_suppressions_in_json() -> None:
    assert [stage["suppressions"] for stage in _stages(f"FROM a\nFROM {RUNTIME}:13.6.0\n")] == [[], []]


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
            id="a nonexistent release",
        ),
        pytest.param(
            "quay.io/astronomer/astro-runtime:8.2.0-alpha4",
            ("8.2.0-alpha4", "8", "2.6", "3.10", False, "2023-11-30", "2025-10-31", "unsupported"),
            id="a pre-release",
        ),
        pytest.param(
            "quay.io/astronomer/astro-runtime:9.2.0-oops",
            (None, None, None, None, None, None, None, "unknown"),
            id="an invalid tag",
        ),
    ],
)
def test_runtime_facts_in_json(image: str, runtime: tuple[Any, ...] | None) -> None:
    (stage,) = _stages(f"FROM {image}\n")
    facts = stage["runtime"]
    names = (
        *("version", "series", "airflow", "python", "lts", "end_of_maintenance", "end_of_basic_support"),
        "status",
    )
    assert (facts and tuple(facts[name] for name in names)) == runtime
    assert facts is None or facts["computed"] == []


def test_computed_ends_in_json() -> None:
    thirteen = TABLE.find_series("13")
    assert thirteen
    row = thirteen.schedule[-1]._replace(computed=("end_of_maintenance",))
    all_series = [
        series._replace(schedule=(row,)) if series is thirteen else series for series in TABLE.series
    ]
    table = LifecycleTable(TABLE.date, all_series, TABLE.releases)
    report = lint_file(f"FROM {RUNTIME}:13.11.0\n".encode(), "D", Config(), table.as_of(date(2026, 11, 22)))
    assert _file(report)["stages"][0]["runtime"]["computed"] == ["end_of_maintenance"]


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
    stages = _stages(
        "FROM a AS b\nFROM b\nFROM c d\nFROM --platform=linux/arm64 \udcff\nFROM --platform=$TARGETPLATFORM a$X \\\n"
        " AS d\n"
    )
    names = ("name", "image", "platform", "stage_ref", "line", "end_line")
    assert [tuple(stage[name] for name in names) for stage in stages] == [
        ("b", "a", "", None, 1, 1),
        ("", "b", "", 0, 2, 2),
        ("", "c d", "", None, 3, 3),
        ("", "\\xff", "linux/arm64", None, 4, 4),
        ("d", "a", "linux/amd64", None, 5, 6),
    ]
    assert [(stage["platform_varies"], stage["variables"], stage["editable"]) for stage in stages[3:]] == [
        (False, [], False),
        (True, ["X"], False),
    ]
    assert [stages[3][name]["column"] for name in ("platform_location", "image_location")] == [6, 29]
    assert [stage["repository"] for stage in stages] == [None] * 5


def test_images_of_several_platforms_in_json() -> None:
    config = Config(target_platforms=(Platform("linux", "amd64", ""), Platform("linux", "arm64", "v9")))
    file = _file(lint_text(f"FROM {RUNTIME}:$TARGETARCH\n", config=config))
    ((first,), (second,)) = (
        [(one["image"], one["target_platforms"]) for one in file[key]] for key in ("stages", "uses")
    )
    assert first == (f"{RUNTIME}:amd64", ["linux/amd64"])
    assert second == (f"{RUNTIME}:arm64", ["linux/arm64/v9"])


def test_hostile_text_in_json() -> None:
    files = json.loads(rendered("json", hostile_reports()))["files"]
    assert [
        (
            file["path"],
            [[finding[key] for key in ("message", "help", "subject")] for finding in file["findings"]],
            [finding["notes"] for finding in file["findings"]],
            file["findings"][0]["fix"]["title"],
            file["findings"][0]["fix"]["edits"][0]["text"],
        )
        for file in files
    ] == [
        (text, [[text, text, text]] * 3, [[text]] * 3, text, text)
        for text in map(portable_text, HOSTILE.values())
    ]
    reasons = [
        finding["suppression"]["reason"]
        for file in files
        for finding in file["findings"]
        if finding["suppression"]
    ]
    assert reasons == [*map(portable_text, HOSTILE.values())]
