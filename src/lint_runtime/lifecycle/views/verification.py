"""Render the results of checking lifecycle data as text."""

from collections.abc import Iterable
from textwrap import fill

from lint_runtime.lifecycle.verify import EndComparison, Problem
from lint_runtime.lifecycle.versions import series_name
from lint_runtime.lifecycle.views.render import Grid, text_table, wrappable
from lint_runtime.text import counted

_WIDTH = 80
_HEADERS = ("series", "end of", "policy of", "published", "computed", "days", "result")
_SECTIONS = ("Explained differences", "Unexplained differences", "Explained problems", "Problems")
_LIMITS = (9, 13, 10, 10, 10, 6, 19)


def render_verification(
    comparisons: Iterable[EndComparison], problems: Iterable[Problem], *, is_colored: bool
) -> str:
    """Render a table of all end dates, then lists of differences and problems."""
    rows, colors = [], {}
    sections: dict[str, list[str]] = {title: [] for title in _SECTIONS}
    for row, comparison in enumerate(comparisons):
        days = comparison.difference
        dates = (comparison.policy, comparison.published, comparison.computed, days)
        cells = ["-" if value is None else str(value) for value in dates]
        if comparison.published is None:
            result = "not published"
        elif comparison.computed is None:
            result = "not in the policy" if comparison.policy else "predates policy"
        elif days == 0:
            result = "matches policy"
        else:
            result = "differs (explained)" if comparison.note else "differs"
        rows.append([comparison.series, comparison.what, *cells, result])
        if days:
            colors[row, _HEADERS.index("result")] = "yellow" if comparison.note else "red"
            by = f"{counted(abs(days), 'day')} {'later' if days > 0 else 'earlier'}"
            subject = f"{series_name(comparison.series)}, {comparison.what}"
            note = f": {comparison.note}" if comparison.note else ""
            title = "Explained differences" if comparison.note else "Unexplained differences"
            sections[title].append(f"{subject}: {by} than the policy gives{note}")
    for problem in problems:
        note = f": {problem.note}" if problem.note else ""
        title = "Explained problems" if problem.note else "Problems"
        sections[title].append(f"{problem.subject}: {problem.text}{note}")
    text = text_table(Grid(_HEADERS, rows, _LIMITS, " ", colors), is_colored=is_colored)
    for title, entries in sections.items():
        items = [
            fill(wrappable(entry), _WIDTH, initial_indent="- ", subsequent_indent="  ") for entry in entries
        ]
        text += "\n".join(["", f"{title}:", *items, ""]) if items else ""
    return text
