"""A Markdown table for people, as the summary of a CI job."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import NamedTuple

from lint_runtime.diagnostics import Diagnostic, Severity
from lint_runtime.lifecycle.table import LifecycleTable, describe_table
from lint_runtime.linter.report import Report, Run, Upgrade
from lint_runtime.text import cell, code, counted, prose

MAX_ROWS = 1000
_HASH = 12
MAX_BYTES = 1_000_000
"""GitHub takes no summary above 1 MiB."""


class Part(NamedTuple):
    """A file in the summary: a row for each finding, by severity, and the images that move or stay."""

    rows: dict[Severity, list[str]]
    suppressed: int
    upgrades: list[tuple[str, Upgrade]]


def part(report: Report, run: Run) -> Part:  # noqa: ARG001
    """Return what a summary has of a report."""
    rows: dict[Severity, list[str]] = {}
    for found in report.diagnostics:
        rows.setdefault(found.severity, []).append(_row(found))
    return Part(rows, len(report.suppressed), [(report.path, upgrade) for upgrade in report.upgrades])


def document(parts: Iterable[Part], run: Run) -> Iterator[str]:
    """Yield a heading, and the findings by severity, as far as there is room."""
    files, suppressed = 0, 0
    found: Counter[Severity] = Counter()
    # No more than this is ever shown.
    rows: dict[Severity, list[str]] = {severity: [] for severity in Severity}
    upgrades: list[tuple[str, Upgrade]] = []
    for one in parts:
        files += 1
        suppressed += one.suppressed
        upgrades += one.upgrades
        for severity, of_file in one.rows.items():
            found[severity] += len(of_file)
            rows[severity] += of_file[: MAX_ROWS - len(rows[severity])]
    counts = [counted(found[severity], severity.value) for severity in Severity if found[severity]]
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
        yield from _table(chain.from_iterable(rows.values()), found.total())
    else:
        yield "No problems found.\n" if files else "No Dockerfiles found.\n"
    if upgrades:
        from lint_runtime.formatters.upgrades import changes_as_markdown

        yield from changes_as_markdown(upgrades)


def _named(table: LifecycleTable) -> str:
    return f"{prose(describe_table(table))}, SHA-256 {code(table.sha256[:_HASH])}"


def _table(rows: Iterable[str], count: int) -> Iterator[str]:
    yield "| severity | location | rule | problem | help |\n|---|---|---|---|---|\n"
    room, left = MAX_BYTES, count
    for row in islice(rows, MAX_ROWS):
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
