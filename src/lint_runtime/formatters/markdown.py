"""A Markdown table of findings, for the summary of a CI job."""

from collections.abc import Callable
from itertools import chain

from lint_runtime.diagnostics import Severity
from lint_runtime.formatters.base import Format, Run
from lint_runtime.formatters.changes import changes_as_markdown
from lint_runtime.formatters.summary import markdown_summary
from lint_runtime.linter.report import Report
from lint_runtime.rules import address_of
from lint_runtime.text import cell, code, prose

MAX_ROWS = 1000
MAX_BYTES = 1_000_000
"""The maximum total size of all rows. GitHub rejects summaries above 1 MiB."""


class Markdown(Format):
    """Writes a heading and a table of findings, most severe first."""

    def __init__(self, run: Run, write: Callable[[str], object]) -> None:
        super().__init__(run, write)
        self._rows: dict[Severity, list[str]] = {severity: [] for severity in Severity}

    @staticmethod
    def entry(report: Report, run: Run) -> dict[Severity, list[str]]:  # noqa: ARG004
        """Return the table rows for a file, keyed by severity."""
        rows: dict[Severity, list[str]] = {}
        for diagnostic in report.diagnostics:
            place = cell(f"{diagnostic.path}:{diagnostic.line}:{diagnostic.column}", code)
            rule, address = code(diagnostic.rule), address_of(diagnostic.rule)
            rule = f"[{rule}]({address})" if address else rule
            advice = "; ".join(filter(None, (diagnostic.help, diagnostic.usage)))
            rows.setdefault(diagnostic.severity, []).append(
                f"| {diagnostic.severity} | {place} | {rule}"
                f" | {cell(diagnostic.message)} | {cell(advice)} |\n"
            )
        return rows

    def add(self, entry: dict[Severity, list[str]]) -> None:
        """Store rows, at most MAX_ROWS of each severity."""
        for severity, rows in entry.items():
            kept = self._rows[severity]
            kept += rows[: MAX_ROWS - len(kept)]

    def finish(self) -> None:
        """Write the heading, the problems, the table and the upgrades."""
        total = self.run.total
        self.write(f"### {markdown_summary(self.run)}\n\n")
        for problem in self.run.total.problems:
            self.write(f"- error: {prose(problem)}\n")
        if self.run.total.problems:
            self.write("\n")
        if not total.found:
            self.write(
                "No problems found.\n" if total.files else "No Dockerfiles or Astro manifests found.\n"
            )
        else:
            self.write("| severity | location | rule | problem | help |\n|---|---|---|---|---|\n")
            room, left = MAX_BYTES, total.found.total()
            for row in list(chain.from_iterable(self._rows.values()))[:MAX_ROWS]:
                room -= len(row.encode())
                if room < 0:
                    break
                left -= 1
                self.write(row)
            if left:
                self.write(f"\n… and {left:,} more (too many to show).\n")
        for text in changes_as_markdown(total.upgrades):
            self.write(text)
