"""A view of the lifecycle data in every format, with the same values in each."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import zip_longest
from textwrap import wrap
from typing import Any, NamedTuple

from click import style

from lint_runtime.text import cell, json_document, portable_text, visible


class Grid(NamedTuple):
    """Headers, and rows that have a cell for each. Cells are raw: they may come from any file."""

    headers: Sequence[str]
    rows: Sequence[Sequence[str]]


class Layout(NamedTuple):
    """How text is laid out. `limits`: the most that a column may get; what is longer is wrapped.

    `gap`: what separates two columns. `colors`: those of cells, by row and column.
    """

    limits: Sequence[int]
    gap: str
    colors: Mapping[tuple[int, int], str]


class View(NamedTuple):
    """What is shown of lifecycle data as of a day.

    `about`: the `table` of JSON, its date and source, which a caller may add to. `content`: all else
    in JSON. `records`: for CSV. `readable`: for Markdown. `compact`, `layout`, `legend`: for text.
    """

    title: str
    as_of: date
    about: Mapping[str, str]
    content: Mapping[str, Any]
    records: Grid
    readable: Grid
    compact: Grid
    layout: Layout
    legend: str = ""


FORMATS = ("text", "json", "markdown", "csv")


def render(view: View, format_name: str, *, is_colored: bool = False) -> str:
    """Return a view in one of FORMATS. Color is for text alone."""
    if format_name == "json":
        document = {"as_of": view.as_of.isoformat(), "table": view.about, **view.content}
        return json_document(_portable(document))
    if format_name == "csv":
        return _csv(view.records)
    table, source, day = view.about["date"], view.about["source"], view.as_of
    if format_name == "markdown":
        heading = f"{cell(view.title)}, as of {day} (lifecycle data of {table}, {cell(source)})"
        return f"### {heading}\n\n{_markdown_table(view.readable)}"
    heading = f"{visible(view.title)}\nLifecycle data of {table} ({visible(source)}), as of {day}"
    legend = f"\n{view.legend}" if view.legend else ""
    text = text_table(view.compact, view.layout, is_colored=is_colored)
    return f"{heading}\n\n{text}{legend}"


def _portable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _portable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_portable(item) for item in value]
    return portable_text(value) if isinstance(value, str) else value


def _csv(grid: Grid) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerows(map(_csv_cell, row) for row in (grid.headers, *grid.rows))
    return file.getvalue()


_NUMBER = r"[+-]?[0-9][0-9.,]*"


def _csv_cell(text: str) -> str:
    """Return a cell that a spreadsheet takes for text or for a number, and never for a formula."""
    is_formula = text.startswith(("=", "+", "-", "@")) and not re.fullmatch(_NUMBER, text)
    return visible(f"'{text}" if is_formula else text)


def _markdown_table(grid: Grid) -> str:
    rows = [[cell(text) for text in row] for row in grid.rows]
    lines = [grid.headers, ["---"] * len(grid.headers), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def text_table(grid: Grid, layout: Layout, *, is_colored: bool) -> str:
    """Return the grid in aligned columns, each cell escaped, and wrapped where it is too long."""
    rows = [_wrap(row, layout.limits) for row in (grid.headers, *grid.rows)]
    widths = [max(len(line) for lines in column for line in lines) for column in zip(*rows, strict=True)]
    lines: list[str] = []
    for number, row in enumerate(rows):
        looks = [_look(number, column, layout) if is_colored else {} for column in range(len(row))]
        lines += [
            layout.gap.join(map(_pad, line, widths, looks)).rstrip() + "\n"
            for line in zip_longest(*row, fillvalue="")
        ]
    return "".join(lines)


def _wrap(row: Sequence[str], limits: Sequence[int]) -> list[list[str]]:
    return [
        wrap(wrappable(text), limit, break_on_hyphens=False) or [""]
        for text, limit in zip(row, limits, strict=True)
    ]


def wrappable(text: str) -> str:
    """Return `text` so that it may be shown, and wrapped at any word."""
    # GitHub takes a line that begins with `::` as a command.
    return visible(text).replace("::", ":\\x3a")


def _look(row: int, column: int, layout: Layout) -> dict[str, Any]:
    """Return the arguments of `style` for a cell; row 0 holds the headers."""
    if row == 0:
        return {"bold": True}
    color = layout.colors.get((row - 1, column))
    return {"fg": color} if color else {}


def _pad(text: str, width: int, look: dict[str, Any]) -> str:
    # The codes of the color have a length, too, so the padding is added outside.
    return (style(text, **look) if text and look else text) + " " * (width - len(text))
