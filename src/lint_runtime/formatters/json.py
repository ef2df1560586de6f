"""One JSON document for the whole run, as `report.schema.json` in this package describes it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from lint_runtime import __version__
from lint_runtime.diagnostics import Diagnostic, Fix, Severity, Suppression
from lint_runtime.dockerfile.stages import Stage
from lint_runtime.files import Spool
from lint_runtime.images import RepositoryKind, RuntimeImage
from lint_runtime.lifecycle.comparison import describe
from lint_runtime.lifecycle.model import Status
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.linter.report import Report, Run, Upgrade
from lint_runtime.text import json_line, json_object, portable_text

SCHEMA_VERSION = 1


class Part(NamedTuple):
    """A file in the document: its element of `files`, those of `diagnostics`, and what `summary` counts."""

    file: str
    diagnostics: list[str]
    severities: list[Severity]
    suppressed: int


def part(report: Report, run: Run) -> Part:  # noqa: ARG001
    """Return a file with what was found in it."""
    return Part(
        json_line(_file(report)),
        [json_line(_diagnostic(found)) for found in report.findings],
        [found.severity for found in report.diagnostics],
        len(report.suppressed),
    )


def document(parts: Iterable[Part], run: Run) -> Iterator[str]:
    """Yield the document, a file and a finding a line."""
    yield from json_object(_members(parts, run))
    yield "\n"


def _members(parts: Iterable[Part], run: Run) -> Iterator[tuple[str, object]]:
    diagnostics: Spool[str] = Spool()
    severities: Counter[Severity] = Counter()
    files, suppressed = 0, 0

    def elements() -> Iterator[str]:
        nonlocal files, suppressed
        for one in parts:
            files += 1
            suppressed += one.suppressed
            severities.update(one.severities)
            for found in one.diagnostics:
                diagnostics.add(found)
            yield one.file

    yield "schema_version", SCHEMA_VERSION
    yield "tool", {"name": "lint-runtime", "version": __version__}
    yield "label", None if run.label is None else portable_text(run.label)
    yield "as_of", run.as_of.isoformat()
    yield "files", elements()
    yield "diagnostics", iter(diagnostics)
    # What could not be done, and by which data, is known now that every file is linted.
    yield "table", run.tables[0].identity
    yield "tables", [table.identity for table in run.tables]
    yield "problems", [portable_text(problem) for problem in run.problems]
    summary = {
        "files": files,
        "errors": severities[Severity.ERROR],
        "warnings": severities[Severity.WARNING],
        "infos": severities[Severity.INFO],
        "suppressed": suppressed,
    }
    yield "summary", summary


def _file(report: Report) -> dict[str, Any]:
    everything = (*report.stages, *report.uses)
    suppressions = report.suppressions or ({},) * len(everything)
    images = [
        _stage(*pair, by_rule, report.table) for pair, by_rule in zip(everything, suppressions, strict=True)
    ]
    count = len(report.stages)
    return {
        "path": portable_text(report.path),
        "table": portable_text(report.table.source),
        "stages": images[:count],
        "uses": images[count:],
        "upgrades": [_upgrade(upgrade) for upgrade in report.upgrades],
    }


def _upgrade(upgrade: Upgrade) -> dict[str, Any]:
    changes = describe(upgrade.hop) if upgrade.hop else None
    return {
        **upgrade.location._asdict(),
        "before": portable_text(upgrade.before),
        "after": portable_text(upgrade.after),
        "dropped": [portable_text(suffix) for suffix in upgrade.dropped],
        "following": portable_text(upgrade.following),
        "reason": portable_text(upgrade.reason),
        "changes": changes,
    }


def _diagnostic(diagnostic: Diagnostic) -> dict[str, Any]:
    return {
        "path": portable_text(diagnostic.path),
        **diagnostic.location._asdict(),
        "rule": diagnostic.rule,
        "severity": diagnostic.severity.value,
        "message": portable_text(diagnostic.message),
        "help": portable_text(diagnostic.help),
        "notes": [portable_text(note) for note in diagnostic.notes],
        "subject": portable_text(diagnostic.subject),
        "fix": _fix(diagnostic.fix) if diagnostic.fix else None,
        "suppression": _suppression(diagnostic.suppression) if diagnostic.suppression else None,
    }


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "title": portable_text(fix.title),
        "is_safe": fix.is_safe,
        "edits": [{**edit.location._asdict(), "text": portable_text(edit.text)} for edit in fix.edits],
    }


def _suppression(suppression: Suppression) -> dict[str, Any]:
    return {
        "kind": suppression.kind.value,
        "reason": portable_text(suppression.reason),
        "until": _day(suppression.until),
    }


def _stage(
    stage: Stage,
    image: RuntimeImage | None,
    suppressions: Mapping[str, Suppression],
    table: LifecycleTable,
) -> dict[str, Any]:
    is_runtime = image is not None and image.repository.kind is not RepositoryKind.RETIRED
    return {
        "line": stage.line,
        "end_line": stage.end_line,
        "name": stage.name,
        "image": portable_text(stage.image),
        "platform": portable_text(stage.platform),
        "stage_ref": stage.stage_ref,
        "repository": image.original if image else None,
        "platform_varies": stage.platform_varies,
        "image_location": stage.image_location._asdict(),
        "platform_location": stage.platform_location._asdict(),
        "suppressions": [{"rule": rule, **_suppression(one)} for rule, one in suppressions.items()],
        "runtime": _runtime(image, table) if image and is_runtime else None,
    }


def _runtime(image: RuntimeImage, table: LifecycleTable) -> dict[str, Any]:
    tag, lifecycle = image.tag, image.lifecycle
    version = tag.number + tag.prerelease if tag and not tag.is_floating else None
    return {
        "version": version,
        "series": lifecycle.series if lifecycle else None,
        "airflow": lifecycle.airflow if lifecycle else None,
        "python": image.python or None,
        "lts": lifecycle.is_lts if lifecycle else None,
        "end_of_maintenance": _day(lifecycle.end_of_maintenance) if lifecycle else None,
        "end_of_basic_support": _day(lifecycle.end_of_basic_support) if lifecycle else None,
        "status": (lifecycle.status if lifecycle else Status.UNKNOWN).value,
        "computed": list(lifecycle.computed) if lifecycle else [],
        "os": image.os or None,
        "upstream": [
            {"product": end.product, "cycle": end.cycle, "event": end.event, "day": end.day.isoformat()}
            for end in table.upstream_of(image.contents)
        ],
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
