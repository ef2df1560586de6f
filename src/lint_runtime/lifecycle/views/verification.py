"""What the verification of lifecycle data found, as text."""

from collections.abc import Iterable
from textwrap import fill

from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.verify import Comparison, Problem, compare_ends, find_problems
from lint_runtime.lifecycle.versions import series_name
from lint_runtime.lifecycle.views.render import Grid, Layout, text_table, wrappable
from lint_runtime.text import counted

_WIDTH = 80
_HEADERS = ("series", "end of", "policy of", "published", "computed", "days", "result")
_LIMITS = (9, 13, 10, 10, 10, 6, 19)


class Verification:
    """All end dates of a table compared with those of the policy, and all that must not be so in it."""

    def __init__(self, table: LifecycleTable) -> None:
        self.comparisons = compare_ends(table)
        self.problems = find_problems(table)

    @property
    def is_passed(self) -> bool:
        """Whether the data explains every difference and every problem."""
        return all(one.is_explained for one in self.comparisons) and all(one.note for one in self.problems)

    @property
    def summary(self) -> str:
        """How many differences and problems the data does not explain."""
        differences = sum(not one.is_explained for one in self.comparisons)
        problems = sum(not one.note for one in self.problems)
        return (
            f"{counted(differences, 'unexplained difference')}, {counted(problems, 'unexplained problem')}"
        )


def render_verification(verification: Verification, *, is_colored: bool) -> str:
    """Return a table of all end dates, and below it what differs or must not be so, and why it does."""
    rows = [_row(comparison) for comparison in verification.comparisons]
    colors = {
        (number, len(_HEADERS) - 1): "yellow" if comparison.is_explained else "red"
        for number, comparison in enumerate(verification.comparisons)
        if comparison.difference
    }
    table = text_table(Grid(_HEADERS, rows), Layout(_LIMITS, " ", colors), is_colored=is_colored)
    differing = [one for one in verification.comparisons if one.difference]
    sections = (
        ("Explained differences", [_difference(one) for one in differing if one.note]),
        ("Unexplained differences", [_difference(one) for one in differing if not one.note]),
        ("Explained problems", [_problem(one) for one in verification.problems if one.note]),
        ("Problems", [_problem(one) for one in verification.problems if not one.note]),
    )
    return table + "".join(_section(title, entries) for title, entries in sections if entries)


def _row(comparison: Comparison) -> list[str]:
    values = (comparison.policy, comparison.published, comparison.computed, comparison.difference)
    cells = ["-" if value is None else str(value) for value in values]
    return [comparison.series, comparison.what, *cells, _verdict(comparison)]


def _verdict(comparison: Comparison) -> str:
    if comparison.published is None:
        return "not published"
    if comparison.computed is None:
        return "not in the policy" if comparison.policy else "predates policy"
    if not comparison.difference:
        return "matches policy"
    return "differs (explained)" if comparison.note else "differs"


def _difference(comparison: Comparison) -> str:
    days = comparison.difference or 0
    by = f"{counted(abs(days), 'day')} {'later' if days > 0 else 'earlier'}"
    note = f": {comparison.note}" if comparison.note else ""
    return f"{series_name(comparison.series)}, {comparison.what}: {by} than the policy gives{note}"


def _problem(problem: Problem) -> str:
    note = f": {problem.note}" if problem.note else ""
    return f"{problem.subject}: {problem.text}{note}"


def _section(title: str, entries: Iterable[str]) -> str:
    items = [
        fill(wrappable(entry), _WIDTH, initial_indent="- ", subsequent_indent="  ") for entry in entries
    ]
    return "\n".join(["", f"{title}:", *items, ""])
