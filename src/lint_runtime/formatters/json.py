"""One JSON document for the whole run, as `report.schema.json` in this package describes it."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from lint_runtime import __version__
from lint_runtime.diagnostic import Diagnostic, Severity
from lint_runtime.dockerfile import Stage
from lint_runtime.lifecycle import Status
from lint_runtime.reference import RepositoryKind
from lint_runtime.report import Report, Run
from lint_runtime.rule import RuntimeImage

SCHEMA_VERSION = 1


def render(reports: Iterable[Report], run: Run) -> Iterator[str]:
    """Yield the document, once every report is there."""
    files: list[dict[str, Any]] = []
    diagnostics: list[dict[str, Any]] = []
    severities: Counter[Severity] = Counter()
    for report in reports:
        files.append({"path": _text(report.path), "stages": [_stage(*pair) for pair in report.stages]})
        diagnostics += map(_diagnostic, report.diagnostics)
        severities.update(diagnostic.severity for diagnostic in report.diagnostics)
    document = {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "lint-runtime", "version": __version__},
        "as_of": run.as_of.isoformat(),
        "table": {"date": run.table_date.isoformat()},
        "files": files,
        "diagnostics": diagnostics,
        "summary": {
            "files": len(files),
            "errors": severities[Severity.ERROR],
            "warnings": severities[Severity.WARNING],
            "infos": severities[Severity.INFO],
        },
    }
    yield json.dumps(document, indent=2) + "\n"


def _diagnostic(diagnostic: Diagnostic) -> dict[str, Any]:
    return {
        **diagnostic._asdict(),
        "path": _text(diagnostic.path),
        "severity": diagnostic.severity.value,
        "message": _text(diagnostic.message),
    }


def _stage(stage: Stage, image: RuntimeImage | None) -> dict[str, Any]:
    is_runtime = image is not None and image.repository.kind is not RepositoryKind.RETIRED
    return {
        "line": stage.line,
        "end_line": stage.end_line,
        "name": stage.name,
        "image": _text(stage.image),
        "platform": _text(stage.platform),
        "stage_ref": stage.stage_ref,
        "runtime": _runtime(image) if image and is_runtime else None,
    }


def _runtime(image: RuntimeImage) -> dict[str, Any]:
    tag, lifecycle = image.tag, image.lifecycle
    version = tag.number + tag.prerelease if tag and not tag.is_floating else None
    return {
        "version": version,
        "line": lifecycle.line if lifecycle else None,
        "airflow": lifecycle.airflow if lifecycle else None,
        "python": (tag.python if tag else "") or (lifecycle.default_python if lifecycle else None),
        "lts": lifecycle.is_lts if lifecycle else None,
        "end_of_maintenance": _day(lifecycle.end_of_maintenance) if lifecycle else None,
        "end_of_basic_support": _day(lifecycle.end_of_basic_support) if lifecycle else None,
        "status": (lifecycle.status if lifecycle else Status.UNKNOWN).value,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _text(text: str) -> str:
    r"""Return `text` with bytes that were no UTF-8, which JSON cannot hold, written as `\xff`."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
