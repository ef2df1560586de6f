"""Find suppression comments and the instructions they apply to."""

import re
from bisect import bisect_right
from io import StringIO
from operator import attrgetter

from dockerfile_parse import DockerfileParser

from lint_runtime.diagnostics import Comment, Location
from lint_runtime.dockerfile.directives import parse_directive
from lint_runtime.dockerfile.lines import SPACE, SourceError
from lint_runtime.dockerfile.source import MAX_INSTRUCTIONS, Source

_INDENT = f"[{SPACE}]*".replace("\n", "")
_FOR_THIS_TOOL = re.compile(rf"(?im)^{_INDENT}(#[ \t]*lint-runtime(?:[ \t]*:|[ \t]+ignore\b)[^\n]*)")
_CONTENT = re.compile(rf"(?m)^{_INDENT}[^#{SPACE}]")


def parse_comments(source: Source) -> tuple[list[Comment], list[SourceError]]:
    """Return the `# lint-runtime` comments outside of heredocs, and an error if there are too many."""
    text, heredocs = source.text, source.heredoc_lines
    directive_line, directive = _hidden_directive(text)
    errors: list[SourceError] = []
    comments: list[Comment] = []
    at, number = 0, 1
    # The offset and line number of the next instruction: comments above an instruction apply to it.
    target_at, target = 0, 0
    for match in _FOR_THIS_TOOL.finditer(text):
        number += text.count("\n", at, match.start())
        at = match.start()
        heredoc = bisect_right(heredocs, number, key=attrgetter("start")) - 1
        if heredoc >= 0 and number in heredocs[heredoc]:
            continue
        column = 1 + match.start(1) - at
        location = Location(number, column, number, column + len(match[1].rstrip(SPACE)))
        if len(comments) == MAX_INSTRUCTIONS:
            message = f"More than {MAX_INSTRUCTIONS:,} comments for lint-runtime; the rest was not read"
            errors.append(SourceError(location, message))
            break
        if target_at <= at:
            content = _CONTENT.search(text, at)
            target_at = content.start() if content else len(text) + 1
            target = number + text.count("\n", at, target_at) if content else 0
        comments.append(Comment(location, match[1], target, directive if number < directive_line else ""))
    # Let dockerfile_parse remove the '#' from each comment.
    lines = StringIO("\n".join(comment.text for comment in comments))
    texts = [entry["value"].rstrip(SPACE) for entry in DockerfileParser(fileobj=lines).structure]
    return [comment._replace(text=text) for comment, text in zip(comments, texts, strict=True)], errors


def _hidden_directive(text: str) -> tuple[int, str]:
    """Return the line number and name of the last directive below a `# lint-runtime` comment.

    The comment disables all directives below it. Returns (0, "") if there are none.
    """
    names: set[str] = set()
    hidden = (0, "")
    is_hiding = False
    for number, line in enumerate(StringIO(text), start=1):
        directive = parse_directive(line.strip(SPACE))
        if directive and directive[0] not in names:
            names.add(directive[0])
            if is_hiding:
                hidden = number, directive[0]
        elif _FOR_THIS_TOOL.match(line):
            is_hiding = True
        else:
            break
    return hidden
