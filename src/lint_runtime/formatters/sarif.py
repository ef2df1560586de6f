"""SARIF 2.1.0, for code scanning: all rules, the findings and their suppressions."""

import re
from typing import Any
from urllib.parse import quote

from lint_runtime.diagnostics import Location, Severity, SuppressionKind
from lint_runtime.formatters.base import JsonFormat, Run, Write, json_members
from lint_runtime.formatters.fingerprints import fingerprints
from lint_runtime.linter.report import Report
from lint_runtime.rules import RULES, address_of
from lint_runtime.rules.base import Rule
from lint_runtime.text import json_line, portable_path
from lint_runtime.version import __version__

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_PROBLEMS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}
_KINDS = {SuppressionKind.COMMENT: "inSource", SuppressionKind.BASELINE: "external"}
_INDEX = {rule.name: index for index, rule in enumerate(RULES)}


class Sarif(JsonFormat):
    """Writes a document with one run and an array of results."""

    indent = "  "
    is_rooted = True

    def __init__(self, run: Run, write: Write) -> None:
        driver = {
            "name": "lint-runtime",
            "fullName": f"lint-runtime {__version__}",
            "semanticVersion": __version__,
            "rules": [_rule(rule) for rule in RULES],
        }
        # The ID distinguishes runs with different labels or from different builds.
        details: dict[str, Any] = {"id": f"lint-runtime/{run.label}/" if run.label else "lint-runtime/"}
        if run.pipeline:
            organization, project, definition, definition_name, phase, phase_name, *build = run.pipeline
            # Code scanning in Azure DevOps requires an ID and properties in this format.
            kind = "azuredevops/pipeline/build"
            details = {
                "id": "/".join((kind, organization, project, definition, phase, *build)),
                "properties": {
                    f"{kind}/buildDefinitionId": definition,
                    f"{kind}/buildDefinitionName": definition_name,
                    f"{kind}/phaseId": phase,
                    f"{kind}/phaseName": phase_name,
                },
            }
        root = {"description": {"text": "The root of the repository, or else where the command was run."}}
        members = {
            "tool": {"driver": driver},
            "automationDetails": details,
            "originalUriBaseIds": {"%SRCROOT%": root},
            "columnKind": "unicodeCodePoints",
        }
        self.head = (
            f'{{"$schema": {json_line(_SCHEMA)}, "version": "2.1.0", "runs": ['
            f'{{\n{json_members(members)},\n  "results": ['
        )
        super().__init__(run, write)

    @staticmethod
    def entry(report: Report, run: Run) -> list[str]:
        """Return the results for a file."""
        path = portable_path(report.path)
        try:
            uri = quote(path, errors="surrogateescape")
        except UnicodeEncodeError:
            uri = quote(path, errors="surrogatepass")
        artifact = {"uri": uri, "uriBaseId": "%SRCROOT%"}
        if uri.startswith("/"):
            artifact = {"uri": f"file:///{uri.lstrip('/')}"}
        results = []
        for diagnostic, fingerprint in fingerprints(report.findings):
            suppression, fix = diagnostic.suppression, diagnostic.fix
            # By default, skip suppressed findings: GitHub ignores suppressions and would reopen the alerts.
            if suppression and not run.shows_suppressed:
                continue
            result = {
                "ruleId": diagnostic.rule,
                # A report from a newer version may name unknown rules. SARIF uses -1 for them.
                "ruleIndex": _INDEX.get(diagnostic.rule, -1),
                "level": _LEVELS[diagnostic.severity],
                "message": _message(diagnostic.sentence),
                "locations": [_place(artifact, diagnostic.location)],
                "partialFingerprints": {"lintRuntime/v1": fingerprint},
            }
            if related := diagnostic.target.related:
                *links, last = [f"[line {place.line}]({number})" for number, place in enumerate(related, 1)]
                places = f"{', '.join(links)} and {last}" if links else last
                text = _message(diagnostic.sentence)["text"].removesuffix(f" ({diagnostic.usage})")
                # GitHub shows related locations only if the message links to them.
                result["message"] = {"text": f"{text} (used in {places})"}
                message = {"text": "the image that uses it"}
                result["relatedLocations"] = [
                    {"id": number, **_place(artifact, place), "message": message}
                    for number, place in enumerate(related, 1)
                ]
            if fix:
                replacements = [
                    {"deletedRegion": _region(edit.location), "insertedContent": {"text": edit.text}}
                    for edit in fix.edits
                ]
                changes = [{"artifactLocation": artifact, "replacements": replacements}]
                result["fixes"] = [{"description": _message(fix.title), "artifactChanges": changes}]
            # Set this key even without suppressions: SARIF requires it in all results or in none.
            result["suppressions"] = []
            if suppression:
                details: dict[str, Any] = {"kind": _KINDS[suppression.kind]}
                if suppression.reason:
                    details["justification"] = suppression.reason
                if suppression.until:
                    details["properties"] = {"until": suppression.until}
                result["suppressions"] = [details]
            results.append(json_line(result))
        return results

    def finish(self) -> None:
        """Write the problems, and the date, source and hash of the lifecycle data."""
        notifications = [
            {"level": "error", "message": _message(problem)} for problem in self.run.total.problems
        ]
        members = {
            "invocations": [
                {"executionSuccessful": not notifications, "toolExecutionNotifications": notifications}
            ],
            "properties": {
                "as_of": self.run.as_of,
                "table_date": self.run.tables[0].date,
                "tables": [table.identity for table in self.run.tables],
            },
        }
        self.tail = f",\n{json_members(members)}\n}}]}}\n"
        super().finish()


def _rule(rule: Rule) -> dict[str, Any]:
    documentation, address = rule.documentation.strip(), address_of(rule.name)
    name = "".join(word.capitalize() for word in rule.name.split("-"))
    section = re.search("## What it does\n(.*?)\n## ", documentation, re.DOTALL)
    return {
        "id": rule.name,
        # Add `Rule` if needed: SARIF forbids a name that differs from the ID only in case.
        "name": name if name.lower() != rule.name else f"{name}Rule",
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": " ".join(section[1].split()) if section else rule.summary},
        **({"helpUri": address} if address else {}),
        "help": {"text": documentation, "markdown": documentation},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "tags": ["dockerfile", "maintainability"],
            "precision": "very-high",
            "problem.severity": _PROBLEMS[rule.severity],
        },
    }


def _place(artifact: dict[str, str], location: Location) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": artifact, "region": _region(location)}}


def _region(location: Location) -> dict[str, int]:
    return dict(zip(("startLine", "startColumn", "endLine", "endColumn"), location, strict=True))


def _message(text: str) -> dict[str, str]:
    # Insert a space: SARIF reads [text](address) in a message as a link.
    return {"text": text.replace("](", "] (")}
