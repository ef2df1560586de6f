"""A Markdown table for people, as the summary of a CI job."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from lint_runtime.diagnostics import Diagnostic, Severity
from lint_runtime.lifecycle.table import LifecycleTable, describe_table
from lint_runtime.linter.report import Report, Run, Upgrade
from lint_runtime.text import cell, code, counted, prose

MAX_ROWS = 1000
_HASH = 12
MAX_BYTES = 1_000_000
"""GitHub takes no summary above 1 MiB."""


def render(reports: Iterable[Report], run: Run) -> Iterator[str]:
    """Yield a heading, and the findings by severity, as far as there is room."""
    files, suppressed = 0, 0
    found: list[Diagnostic] = []
    upgrades: list[tuple[str, Upgrade]] = []
    for report in reports:
        files += 1
        upgrades += ((report.path, upgrade) for upgrade in report.upgrades)
        found += report.diagnostics
        suppressed += len(report.suppressed)
    by_severity = {severity: [one for one in found if one.severity is severity] for severity in Severity}
    counts = [counted(len(of_one), severity.value) for severity, of_one in by_severity.items() if of_one]
    counts = counts or ["no problems"]
    counts += [f"{suppressed} suppressed"] if suppressed else []
    yield (
        f"### lint-runtime: {', '.join(counts)} in {counted(files, 'file')}, as of {run.as_of}"
        f" ({', '.join(map(_named, run.tables))})\n\n"
    )
    for problem in run.problems:
        yield f"- error: {prose(problem)}\n"
    if run.problems:
        yield "\n"
    if found:
        yield from _table([*chain(*by_severity.values())])
    else:
        yield "No problems found.\n" if files else "No Dockerfiles found.\n"
    if upgrades:
        from lint_runtime.formatters.upgrades import changes_as_markdown

        yield from changes_as_markdown(upgrades)


def _named(table: LifecycleTable) -> str:
    return f"{prose(describe_table(table))}, SHA-256 {code(table.sha256[:_HASH])}"


def _table(found: list[Diagnostic]) -> Iterator[str]:
    yield "| severity | location | rule | problem | help |\n|---|---|---|---|---|\n"
    room = MAX_BYTES
    left = len(found)
    for row in islice(map(_row, found), MAX_ROWS):
        room -= len(row.encode())
        if room < 0:
            break
        left -= 1
        yield row
    if left:
        yield f"\n… and {left:,} more (too many to show).\n"


def _row(diagnostic: Diagnostic) -> str:
    place = cell(f"{diagnostic.path}:{diagnostic.line}:{diagnostic.column}", code)
    message, advice = cell(diagnostic.message), cell(diagnostic.help)
    return f"| {diagnostic.severity} | {place} | {code(diagnostic.rule)} | {message} | {advice} |\n"
