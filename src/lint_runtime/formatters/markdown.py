"""A Markdown table of findings, for the summary of a CI job."""

from itertools import chain

from lint_runtime.diagnostics import Severity
from lint_runtime.formatters.base import Format, Run, Write
from lint_runtime.formatters.changes import changes_as_markdown
from lint_runtime.formatters.steps import Steps
from lint_runtime.formatters.summary_line import markdown_summary
from lint_runtime.linter.inventory import take_inventory
from lint_runtime.linter.report import Report
from lint_runtime.rules import address_of
from lint_runtime.text import cell, code, prose

MAX_ROWS = 1000
"""The maximum number of findings to write."""

MAX_BYTES = 1_000_000
"""The maximum total size of both tables. GitHub rejects summaries above 1 MiB."""


Entry = tuple[Steps, dict[Severity, list[str]]]
"""What to do about the images of a file, and the rows of its findings, keyed by severity."""


class Markdown(Format):
    """Writes a heading, a table of what to do, and a table of findings, most severe first."""

    def __init__(self, run: Run, write: Write) -> None:
        super().__init__(run, write)
        self._steps = Steps()
        self._rows: dict[Severity, list[str]] = {severity: [] for severity in Severity}

    @staticmethod
    def entry(report: Report, run: Run) -> Entry:
        """Return what to do about the images of a file, and the rows of its findings, keyed by severity."""
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
        return Steps(take_inventory(report, run.as_of)), rows

    def add(self, entry: Entry) -> None:
        """Count the steps, and store at most MAX_ROWS rows of each severity."""
        steps, by_severity = entry
        self._steps.add(steps)
        for severity, rows in by_severity.items():
            kept = self._rows[severity]
            kept += rows[: MAX_ROWS - len(kept)]

    def finish(self) -> None:
        """Write the heading, the problems, what to do, the findings and the upgrades."""
        total = self.run.total
        self.write(f"### {markdown_summary(self.run)}\n\n")
        if total.problems:
            self.write("".join(f"- error: {prose(problem)}\n" for problem in total.problems) + "\n")
        if not total.found:
            self.write(
                "No problems found.\n" if total.files else "No Dockerfiles or Astro manifests found.\n"
            )
        else:
            steps = self._steps.as_markdown(self.run)
            self.write(f"{steps}\n")
            self.write("| severity | location | rule | problem | help |\n|---|---|---|---|---|\n")
            room, left = MAX_BYTES - len(steps.encode()), total.found.total()
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
