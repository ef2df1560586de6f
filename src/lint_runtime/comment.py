"""The comments of a Dockerfile that speak to this tool, and what they stand above."""

import re
from typing import NamedTuple

from lint_runtime.diagnostic import Location
from lint_runtime.directive import parse_directive
from lint_runtime.source import Source
from lint_runtime.space import SPACE

_SPEAKS = r"(?i)#[ \t]*(lint-runtime(?:[ \t]*:|[ \t]+ignore).*)"


class Comment(NamedTuple):
    """One comment that speaks to this tool.

    `text`: from the tool's name on. `target`: the first line of what it stands above, blank lines and
    other comments aside; 0 for the end of the file. `hidden_directive`: the directive below that it
    makes an ordinary comment of, for directives come before all else; "" if there is none.
    """

    location: Location
    text: str
    target: int
    hidden_directive: str = ""


def read_comments(source: Source) -> tuple[Comment, ...]:
    """Return the comments in `source`, which has been read, that speak to this tool, in order."""
    if "lint-runtime" not in source.text.lower():
        return ()
    comments: list[Comment] = []
    waiting: list[Comment] = []
    in_heredoc = {number for lines in source.heredoc_lines for number in lines}
    directives: set[str] = set()
    is_top = True
    for number, raw in enumerate(source.text.split("\n"), start=1):
        line = raw.strip(SPACE)
        if number in in_heredoc or (line and not line.startswith("#")):
            comments += (comment._replace(target=number) for comment in waiting)
            waiting.clear()
            is_top = False
        elif match := re.match(_SPEAKS, line):
            start = 1 + len(raw) - len(raw.lstrip(SPACE))
            location = Location(number, start, number, start + len(line))
            waiting.append(Comment(location, match[1], 0))
        elif is_top and (directive := parse_directive(line)) and directive[0] not in directives:
            directives.add(directive[0])
            waiting = [comment._replace(hidden_directive=directive[0]) for comment in waiting]
        else:
            is_top = False
    return (*comments, *waiting)
