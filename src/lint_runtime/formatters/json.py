"""The JSON report. Its schema is `report.schema.json` in this package."""

from collections.abc import Mapping
from typing import Any

from lint_runtime.diagnostics import Fix, Severity, Suppression
from lint_runtime.dockerfile.platforms import spelled
from lint_runtime.dockerfile.stages import Stage
from lint_runtime.formatters.base import JsonFormat, Run, Write, json_members
from lint_runtime.images import RepositoryKind, RuntimeImage
from lint_runtime.lifecycle.model import Status
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.linter.report import Report
from lint_runtime.projects import Project
from lint_runtime.text import json_line
from lint_runtime.version import __version__

SCHEMA_VERSION = 2


class Json(JsonFormat):
    """Writes an object with an array of files and their findings."""

    indent = "  "
    shows_owners = True

    def __init__(self, run: Run, write: Write) -> None:
        members = {
            "schema_version": SCHEMA_VERSION,
            "tool": {"name": "lint-runtime", "version": __version__},
            "label": run.label,
            "directory": run.directory,
            "as_of": run.as_of,
        }
        self.head = f'{{\n{json_members(members)},\n  "files": ['
        super().__init__(run, write)

    @staticmethod
    def entry(report: Report, run: Run) -> list[str]:  # noqa: ARG004
        """Return a list with one JSON object for the file."""
        images = (*report.stages, *report.uses)
        suppressions = report.suppressions or ({},) * len(images)
        stages = [
            _stage(stage, image, by_rule, report.table)
            for (stage, image), by_rule in zip(images, suppressions, strict=True)
        ]
        upgrades = [
            {
                **upgrade.location._asdict(),
                "before": upgrade.before,
                "after": upgrade.after,
                "dropped": upgrade.dropped,
                "following": upgrade.following,
                "reason": upgrade.reason,
                "changes": upgrade.comparison and upgrade.comparison.as_json(),
            }
            for upgrade in report.upgrades
        ]
        findings = [
            {
                **diagnostic.location._asdict(),
                "related": [place._asdict() for place in diagnostic.target.related],
                "rule": diagnostic.rule,
                "severity": diagnostic.severity,
                "message": diagnostic.message,
                "help": diagnostic.help,
                "notes": diagnostic.notes,
                "subject": diagnostic.subject,
                "fix": _change(diagnostic.fix),
                "upgrade": _change(diagnostic.upgrade),
                "suppression": diagnostic.suppression and diagnostic.suppression._asdict(),
            }
            for diagnostic in report.findings
        ]
        document = {
            "path": report.path,
            "label": report.label or None,
            "owners": report.owners,
            "table": report.table.source,
            "stages": stages[: len(report.stages)],
            "uses": stages[len(report.stages) :],
            "upgrades": upgrades,
            "findings": findings,
        }
        return [json_line(document)]

    def finish(self) -> None:
        """Write which lifecycle data was used, the problems and the counts."""
        total = self.run.total
        tables = [table.identity for table in self.run.tables]
        members = {
            "table": tables[0],
            "tables": tables,
            "problems": [*total.problems],
            "summary": {
                "files": total.files,
                "images": total.images,
                "errors": total.found[Severity.ERROR],
                "warnings": total.found[Severity.WARNING],
                "infos": total.found[Severity.INFO],
                "suppressed": total.suppressed,
            },
        }
        self.tail = f",\n{json_members(members)}\n}}\n"
        super().finish()


def _change(change: Fix | None) -> dict[str, Any] | None:
    if change is None:
        return None
    edits = [{**edit.location._asdict(), "text": edit.text} for edit in change.edits]
    return {"title": change.title, "is_safe": change.is_safe, "edits": edits}


def _stage(
    stage: Stage,
    image: RuntimeImage | None,
    suppressions: Mapping[str, Suppression],
    table: LifecycleTable,
) -> dict[str, Any]:
    runtime = argument = written = None
    if image and isinstance(image.source, Project):
        manifest = image.source.manifest
        written = {
            "requirements": {
                requirement.name: requirement.pin
                for requirement in manifest.requirements
                if requirement.pin
            },
            "runtime": manifest.build.text if manifest.build else None,
            "requires_python": manifest.requires_python.text if manifest.requires_python else None,
            "has_constraints": manifest.has_constraints,
        }
    if image and image.argument:
        at, name, default, shift = image.argument
        argument = {**at._asdict(), "name": name, "default": default, "shift": shift}
    if image and image.repository.kind is not RepositoryKind.RETIRED:
        tag, lifecycle = image.tag, image.lifecycle
        schedule = lifecycle.schedule if lifecycle else None
        runtime = {
            "version": tag.number + tag.prerelease if tag and not tag.is_floating else None,
            "series": lifecycle.series.name if lifecycle else None,
            "airflow": lifecycle.airflow if lifecycle else None,
            "python": image.python or None,
            "lts": schedule.is_lts if schedule else None,
            "end_of_maintenance": schedule.end_of_maintenance if schedule else None,
            "end_of_basic_support": schedule.end_of_basic_support if schedule else None,
            "status": lifecycle.status if lifecycle else Status.UNKNOWN,
            "computed": schedule.computed if schedule else [],
            "os": image.os or None,
            "upstream": [
                {"product": end.product, "cycle": end.cycle, "event": end.event, "day": end.day}
                for end in table.upstream_of(image.contents)
            ],
        }
    return {
        "line": stage.line,
        "end_line": stage.end_line,
        "name": stage.name,
        "image": stage.image,
        "platform": stage.platform,
        "stage_ref": stage.stage_ref,
        "repository": image.original if image else None,
        "destination": image.full(image.destination) or None if image else None,
        "next": image.full(image.next) or None if image else None,
        "argument": argument,
        "manifest": written,
        "variables": image.variables if image else stage.variables,
        "unresolved": stage.unresolved,
        "editable": image.is_editable if image else False,
        "platform_varies": stage.platform_varies,
        "target_platforms": [spelled(platform) for platform in stage.target_platforms],
        "image_location": stage.image_location._asdict(),
        "platform_location": stage.platform_location._asdict(),
        "suppressions": [
            {"rule": rule, **suppression._asdict()} for rule, suppression in suppressions.items()
        ],
        "runtime": runtime,
    }
