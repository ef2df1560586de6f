"""SARIF 2.1.0, which code scanning reads: every rule, every finding, and which ones are suppressed."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any
from urllib.parse import quote

from lint_runtime import __version__
from lint_runtime.diagnostics import Diagnostic, Fix, Location, Severity, Suppression, SuppressionKind
from lint_runtime.formatters.fingerprints import fingerprints
from lint_runtime.linter.report import Report, Run
from lint_runtime.rules import RULES, address_of
from lint_runtime.rules.base import Rule
from lint_runtime.text import json_line, json_object, portable_path, portable_text

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_PROBLEMS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}
_KINDS = {SuppressionKind.COMMENT: "inSource", SuppressionKind.BASELINE: "external"}
_INDEX = {rule.name: index for index, rule in enumerate(RULES)}


def part(report: Report, run: Run) -> list[str]:
    """Return the results of a report."""
    # GitHub ignores suppressions, and would reopen what is suppressed.
    return [
        json_line(_result(diagnostic, fingerprint))
        for diagnostic, fingerprint in fingerprints(report.findings)
        if run.shows_suppressed or not diagnostic.suppression
    ]


def document(parts: Iterable[list[str]], run: Run) -> Iterator[str]:
    """Yield the document, a result a line."""
    yield f'{{"$schema": {json_line(_SCHEMA)}, "version": "2.1.0", "runs": ['
    yield from json_object(_members(chain.from_iterable(parts), run))
    yield "]}\n"


def _members(results: Iterator[str], run: Run) -> Iterator[tuple[str, object]]:
    driver = {
        "name": "lint-runtime",
        "fullName": f"lint-runtime {__version__}",
        "semanticVersion": __version__,
        "rules": [_rule(rule) for rule in RULES],
    }
    yield "tool", {"driver": driver}
    yield "automationDetails", _automation(run)
    root = {"description": {"text": "The root of the repository, or else where the command was run."}}
    yield "originalUriBaseIds", {"%SRCROOT%": root}
    yield "columnKind", "unicodeCodePoints"
    yield "results", results
    # What could not be done, and by which data, is known now that every file is linted.
    yield "invocations", [_invocation(run)]
    properties = {
        "as_of": run.as_of.isoformat(),
        "table_date": run.tables[0].date.isoformat(),
        "tables": [table.identity for table in run.tables],
    }
    yield "properties", properties


def _automation(run: Run) -> dict[str, Any]:
    """Return what sets this run apart from those with another label, or of other builds."""
    if run.pipeline is None:
        return {"id": f"lint-runtime/{portable_text(run.label)}/" if run.label else "lint-runtime/"}
    # What code scanning in Azure DevOps asks for.
    build, kind = run.pipeline, "azuredevops/pipeline/build"
    parts = (build.organization, build.project, build.definition_id, build.phase_id)
    properties = {
        "buildDefinitionId": build.definition_id,
        "buildDefinitionName": build.definition_name,
        "phaseId": build.phase_id,
        "phaseName": build.phase_name,
    }
    return {
        "id": portable_text("/".join((kind, *parts, build.branch, build.build_id))),
        "properties": {f"{kind}/{name}": portable_text(value) for name, value in properties.items()},
    }


def _invocation(run: Run) -> dict[str, Any]:
    notifications = [{"level": "error", "message": _message(problem)} for problem in run.problems]
    return {"executionSuccessful": not notifications, "toolExecutionNotifications": notifications}


def _rule(rule: Rule) -> dict[str, Any]:
    documentation = rule.documentation.strip()
    name = "".join(part.capitalize() for part in rule.name.split("-"))
    return {
        "id": rule.name,
        # SARIF forbids a name that repeats the id, in capitals too.
        "name": name if name.lower() != rule.name else f"{name}Rule",
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": _description(rule)},
        **({"helpUri": address_of(rule.name)} if address_of(rule.name) else {}),
        "help": {"text": documentation, "markdown": documentation},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "tags": ["dockerfile", "maintainability"],
            "precision": "very-high",
            "problem.severity": _PROBLEMS[rule.severity],
        },
    }


def _description(rule: Rule) -> str:
    section = re.search("## What it does\n(.*?)\n## ", rule.documentation, re.DOTALL)
    return " ".join(section[1].split()) if section else rule.summary


def _result(diagnostic: Diagnostic, fingerprint: str) -> dict[str, Any]:
    artifact = _artifact(diagnostic.path)
    region = _region(diagnostic.location)
    return {
        "ruleId": diagnostic.rule,
        # A report that is read may be from a version with more rules.
        "ruleIndex": _INDEX.get(diagnostic.rule, -1),
        "level": _LEVELS[diagnostic.severity],
        "message": _message(diagnostic.sentence),
        "locations": [{"physicalLocation": {"artifactLocation": artifact, "region": region}}],
        "partialFingerprints": {"lintRuntime/v1": fingerprint},
        **({"fixes": [_fix(diagnostic.fix, artifact)]} if diagnostic.fix else {}),
        # Either every result says whether it is suppressed or none does.
        "suppressions": [_suppression(diagnostic.suppression)] if diagnostic.suppression else [],
    }


def _message(text: str) -> dict[str, str]:
    # SARIF reads [text](address) in a message as a link.
    return {"text": portable_text(text).replace("](", "] (")}


def _artifact(path: str) -> dict[str, str]:
    uri = _percent_encoded(portable_path(path))
    if uri.startswith("/"):
        return {"uri": f"file:///{uri.lstrip('/')}"}
    return {"uri": uri, "uriBaseId": "%SRCROOT%"}


def _percent_encoded(path: str) -> str:
    """Return `path` with all but unreserved characters and `/` as `%` and the bytes of its name."""
    try:
        name = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        name = path.encode("utf-8", "surrogatepass")
    return quote(name, safe="/")


def _region(location: Location) -> dict[str, int]:
    return dict(zip(("startLine", "startColumn", "endLine", "endColumn"), location, strict=True))


def _fix(fix: Fix, artifact: dict[str, str]) -> dict[str, Any]:
    replacements = [
        {
            "deletedRegion": _region(edit.location),
            "insertedContent": {"text": portable_text(edit.text)},
        }
        for edit in fix.edits
    ]
    return {
        "description": _message(fix.title),
        "artifactChanges": [{"artifactLocation": artifact, "replacements": replacements}],
    }


def _suppression(suppression: Suppression) -> dict[str, Any]:
    return {
        "kind": _KINDS[suppression.kind],
        **({"justification": portable_text(suppression.reason)} if suppression.reason else {}),
        **({"properties": {"until": suppression.until.isoformat()}} if suppression.until else {}),
    }
