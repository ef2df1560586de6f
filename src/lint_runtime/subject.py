"""The line or release that somebody asks for, or what to say if there is none."""

import re
from datetime import date
from typing import NamedTuple

from lint_runtime.diagnostics import quoted, visible
from lint_runtime.lifecycle.model import Lifecycle, Release, ReleaseLine
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.spelling import closest
from lint_runtime.tag import RuntimeVersion, parse_version


class UnknownSubjectError(ValueError):
    """Neither a line nor a release of the table. The text says what the table knows of it."""


class Subject(NamedTuple):
    """What details are asked of: a line, or a release of it, and what is true of it on the day."""

    table: LifecycleTable
    day: date
    line: ReleaseLine
    release: Release | None
    lifecycle: Lifecycle


def find_subject(table: LifecycleTable, day: date, text: str) -> Subject:
    """Return the line (`13`, `3.1`) or release (`13.11.0`) called `text`. Raises UnknownSubjectError."""
    version = parse_version(text)
    release = table.release(version) if version else None
    line = table.line(version.line if version else text)
    lifecycle = table.on(day, line.name, version) if line else None
    if line is None or lifecycle is None or (version and not release):
        raise UnknownSubjectError(_unknown(table, text, version))
    return Subject(table, day, line, release, lifecycle)


def _unknown(table: LifecycleTable, text: str, version: RuntimeVersion | None) -> str:
    known = f"the lifecycle table of {table.date} ({visible(table.source)})"
    lines = [line.name for line in table.lines]
    its_lines = f"its lines are {', '.join(lines)}"
    if version and table.release(version.other_form):
        return f"{known} has no release {version}: did you mean {version.other_form}?"
    if version:
        of_line = table.releases_of(version.line)
        newest = f"of line {version.line} it lists {of_line[-1].version} last" if of_line else its_lines
        return f"{known} has no release {version}: {table.existence(version).value}; {newest}"
    if _is_line_name(table, text):
        return f"{known} has no line {text}: {table.line_existence(text).value}; {its_lines}"
    close = closest(text, [*lines, *(str(release.version) for release in table.releases)])
    hint = f"did you mean {close}?" if close else its_lines
    return f"{known} has no line or release {quoted(text)}: {hint}"


def _is_line_name(table: LifecycleTable, text: str) -> bool:
    match = re.fullmatch(r"(0|[1-9][0-9]{0,8})(\.(?:0|[1-9][0-9]{0,8}))?", text)
    return match is not None and (match[2] is None or table.is_airflow_3_number(int(match[1])))
