"""The comments of a Dockerfile for this tool, and what they are above."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple

from lint_runtime.diagnostics import Location
from lint_runtime.dockerfile.directives import parse_directive
from lint_runtime.dockerfile.lexer import SPACE
from lint_runtime.dockerfile.lines import SourceError
from lint_runtime.dockerfile.source import Source

MAX_COMMENTS = 25_000
"""The most comments for this tool that are read from one file."""

_INDENT = f"[{SPACE}]*".replace("\n", "")
_FOR_THIS_TOOL = re.compile(rf"(?im)^{_INDENT}(#[ \t]*(lint-runtime(?:[ \t]*:|[ \t]+ignore\b)[^\n]*))")
_CONTENT = re.compile(rf"(?m)^{_INDENT}[^#{SPACE}]")


class Comment(NamedTuple):
    """One comment for this tool.

    `text`: from the tool's name on. `target`: the first line of what it is above, blank lines and other
    comments aside; 0 for the end of the file. `hidden_directive`: the directive below that it turns into
    an ordinary comment, because directives come first; "" if there is none.
    """

    location: Location
    text: str
    target: int
    hidden_directive: str = ""


def parse_comments(source: Source) -> tuple[list[Comment], list[SourceError]]:
    """Return the comments in `source` for this tool, in order, and an error if they are cut."""
    text = source.text
    hiding_end, hidden = _hidden_directive(text)
    comments: list[Comment] = []
    at, number = 0, 1
    # What the previous comment is above: offset and line.
    target_at, target = 0, 0
    for match in _FOR_THIS_TOOL.finditer(text):
        number += text.count("\n", at, match.start())
        at = match.start()
        if _is_within(source.heredoc_lines, number):
            continue
        column = 1 + match.start(1) - at
        location = Location(number, column, number, column + len(match[1].rstrip(SPACE)))
        if len(comments) == MAX_COMMENTS:
            message = f"More than {MAX_COMMENTS:,} comments for lint-runtime; the rest was not read"
            return comments, [SourceError(location, message)]
        if target_at <= at:
            target_at, target = _content_below(text, at, number)
        directive = hidden if at < hiding_end else ""
        comments.append(Comment(location, match[2].rstrip(SPACE), target, directive))
    return comments, []


def _is_within(ranges: Sequence[range], number: int) -> bool:
    index = bisect_right(ranges, number, key=attrgetter("start")) - 1
    return index >= 0 and number in ranges[index]


def _content_below(text: str, at: int, number: int) -> tuple[int, int]:
    """Return where the next line below the one at `at` starts that holds an instruction, and its number."""
    match = _CONTENT.search(text, at)
    if match is None:
        return len(text) + 1, 0
    return match.start(), number + text.count("\n", at, match.start())


def _hidden_directive(text: str) -> tuple[int, str]:
    """Return where the last directive below a comment for this tool is, and its name."""
    names: set[str] = set()
    found = (0, "")
    is_hiding = False
    at = 0
    while at < len(text):
        end = text.find("\n", at)
        end = end if end >= 0 else len(text)
        directive = parse_directive(text[at:end].strip(SPACE))
        if directive and directive[0] not in names:
            names.add(directive[0])
            found = (at, directive[0]) if is_hiding else found
        elif _FOR_THIS_TOOL.match(text, at):
            is_hiding = True
        else:
            break
        at = end + 1
    return found
