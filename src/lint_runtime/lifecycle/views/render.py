"""Render a view of lifecycle data as text, JSON, Markdown or CSV."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from textwrap import wrap
from typing import Any, NamedTuple

from click import style

from lint_runtime.lifecycle.table import Snapshot
from lint_runtime.text import cell, json_document, prose, visible


class Grid(NamedTuple):
    """A table with unescaped cells. Only the text format uses `limits`, `gap` and `colors`.

    headers: the header of each column
    rows: the rows, with one cell per column
    limits: the maximum width of each column; longer cells are wrapped. Required for text.
    gap: the text between two columns
    colors: the cell colors, keyed by (row, column)
    """

    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    limits: Sequence[int] = ()
    gap: str = "  "
    colors: Mapping[tuple[int, int], str] = {}


class View(NamedTuple):
    """The content of a view, for all output formats.

    title: the title in text and Markdown
    known: the snapshot that the values come from
    content: the members of the JSON document besides `as_of` and `table`
    records: the table for CSV
    readable: the table for Markdown
    compact: the table for text
    legend: the lines below the text table
    verdict: a verdict on the image in one line, or ""
    note: a sentence above the table, or ""
    """

    title: str
    known: Snapshot
    content: Mapping[str, Any]
    records: Grid
    readable: Grid
    compact: Grid
    legend: str = ""
    verdict: str = ""
    note: str = ""


# To a spreadsheet, a cell that starts like this is a formula. Numbers such as -5 are safe.
_FORMULA = r"[=@]|[+-](?![0-9][0-9.,]*\Z)"

FORMATS = ("text", "json", "markdown", "csv")


def render(view: View, format_name: str, *, is_colored: bool = False) -> str:
    """Render a view in one of FORMATS. Only the text format supports colors."""
    if format_name == "json":
        document = {"as_of": str(view.known.day), "table": view.known.table.identity, **view.content}
        return json_document(document)
    if format_name == "csv":
        file = io.StringIO()
        csv.writer(file, lineterminator="\n").writerows(
            [visible(f"'{text}" if re.match(_FORMULA, text) else text) for text in row]
            for row in (view.records.headers, *view.records.rows)
        )
        return file.getvalue()
    day, table = view.known.day, view.known.table
    if format_name == "markdown":
        about = f"(lifecycle data of {table.date}, {cell(table.source)})"
        grid = view.readable
        lines = [grid.headers, ["---"] * len(grid.headers), *(map(cell, row) for row in grid.rows)]
        rows = "".join(f"| {' | '.join(line)} |\n" for line in lines)
        notes = "".join(f"{prose(text)}\n\n" for text in (view.verdict, view.note) if text)
        return f"### {cell(view.title)}, as of {day} {about}\n\n{notes}{rows}"
    about = f"Lifecycle data of {table.date} ({visible(table.source)}), as of {day}"
    legend = f"\n{view.legend}" if view.legend else ""
    text = text_table(view.compact, is_colored=is_colored)
    title = f"{view.title}: {view.verdict}" if view.verdict else view.title
    note = f"{visible(view.note)}\n" if view.note else ""
    return f"{visible(title)}\n{note}{about}\n\n{text}{legend}"


def text_table(grid: Grid, *, is_colored: bool) -> str:
    """Render a grid as aligned columns. Escapes all cells and wraps long cells."""
    rows = [
        [
            wrap(wrappable(text), limit, break_on_hyphens=False) or [""]
            for text, limit in zip(row, grid.limits, strict=True)
        ]
        for row in (grid.headers, *grid.rows)
    ]
    widths = [max(len(line) for cell in column for line in cell) for column in zip(*rows, strict=True)]
    lines = []
    for row_number, row in enumerate(rows, start=-1):
        is_header = row_number < 0
        for texts in zip_longest(*row, fillvalue=""):
            cells = []
            for column, (text, width) in enumerate(zip(texts, widths, strict=True)):
                color = grid.colors.get((row_number, column))
                shown = text
                if is_colored and text and (is_header or color):
                    shown = style(text, fg=color, bold=is_header or None)
                # Pad by the length of the plain text: color codes have no width on the screen.
                cells.append(shown + " " * (width - len(text)))
            lines.append(grid.gap.join(cells).rstrip() + "\n")
    return "".join(lines)


def wrappable(text: str) -> str:
    """Escape `text` before it is wrapped, so that no line becomes a GitHub command."""
    # GitHub runs lines that start with `::`. Wrapping can put any word first, so escape every `::`.
    return visible(text).replace("::", ":\\x3a")
