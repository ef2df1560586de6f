"""Find heredocs (`<<EOF`) in instructions, as BuildKit does."""

import json
import re
from contextlib import suppress

from lint_runtime.dockerfile.expansion import MAX_DEPTH, name_end
from lint_runtime.dockerfile.lines import SPACE, split_flags, split_instruction


class _UnbalancedError(ValueError):
    """Raised for an unclosed quote or `${`: BuildKit then ignores heredocs in the line."""


_HEREDOC = re.compile(r"[0-9]*<<(-?)[\t\n\f\r ]*([^<]*)\Z")
_ORDINARY = re.compile(f"[^{SPACE}$'\"\\\\<]+")
_QUOTED = re.compile(r"""'([^']*)'|"((?:[^"\\]|\\["$\\]|\\(?!["$\\]))*)"|\\(.?)""", re.DOTALL)


def parse_heredocs(line: str, escape: str) -> tuple[tuple[str, bool], ...]:
    """Return the heredocs in an instruction, in order.

    Each item is a pair of the terminator and whether the terminator may be indented with tabs.
    """
    keyword, value = split_instruction(line)
    if keyword == "ONBUILD":
        # Parse the instruction after ONBUILD.
        keyword, value = split_instruction(value[split_flags(value, escape)[1] :])
    if keyword not in ("RUN", "COPY", "ADD"):
        return ()
    rest = value[split_flags(value, escape)[1] :].strip(SPACE)
    with suppress(ValueError, RecursionError):
        if rest.startswith("["):
            json.loads(rest)
            return ()
    try:
        matches = [match for word in _words(line) if (match := _HEREDOC.match(word))]
    except _UnbalancedError:
        return ()
    heredocs = [(_QUOTED.sub(_unquoted, match[2]), match[1] == "-") for match in matches]
    return tuple(heredoc for heredoc in heredocs if heredoc[0])


def _unquoted(quoted: re.Match[str]) -> str:
    """Return the text of a `_QUOTED` match without quotes and escape characters."""
    single, double, escaped = quoted.groups(default="")
    return single + re.sub(r'\\(["$\\])', r"\1", double) + escaped


def _words(line: str) -> list[str]:
    """Split `line` at white space outside of quotes and braces. Keeps the quotes."""
    line = line.removeprefix("\ufeff")
    words: list[list[str]] = [[]]
    at = 0
    while at < len(line):
        start = at
        if ordinary := _ORDINARY.match(line, at):
            at = ordinary.end()
            words[-1].append(ordinary[0])
        elif line[at] in SPACE:
            at += 1
            words.append([])
        elif line.startswith("<<", at):
            # White space is allowed between `<<` and the terminator.
            at += 2
            while line[at : at + 1] in ("\t", " ", "\r"):
                at += 1
            words[-1].append(line[start:at])
        else:
            token_end = _token_end(line, at)
            while at < token_end:
                end = _token_end(line, at, is_quoted=line[start] == '"')
                # Here, BuildKit keeps `${NAME}` but drops `${NAME-value}`.
                has_modifier = line.startswith("${", at) and name_end(line, at + 2) < end - 1
                words[-1].append("" if has_modifier else line[at:end])
                at = end
    return list(filter(None, map("".join, words)))


def _token_end(line: str, at: int, depth: int = 0, *, is_quoted: bool = False) -> int:
    """Return the end of the variable, quoted string, escape or character at `at`.

    depth: the number of open `${` before `at`
    is_quoted: whether `at` is inside double quotes
    """
    char = line[at]
    if char == "$":
        return _variable_end(line, at, depth)
    if char == "\\" and (not is_quoted or line[at + 1 : at + 2] in ('"', "$", "\\")):
        return min(at + 2, len(line))
    if is_quoted or char not in ("'", '"'):
        return at + 1
    at += 1
    if char == "'":
        at = line.find("'", at)
    else:
        while at < len(line) and line[at] != '"':
            at = _token_end(line, at, depth, is_quoted=True)
    if not 0 <= at < len(line):
        raise _UnbalancedError
    return at + 1


def _variable_end(line: str, at: int, depth: int) -> int:
    """Return the end of the `$NAME` or `${…}` at `at`."""
    if line[at + 1 : at + 2] != "{":
        return name_end(line, at + 1)
    if depth == MAX_DEPTH or line[at + 2 : at + 3] in ("", "{", "}", ":"):
        raise _UnbalancedError
    at = name_end(line, at + 2)
    modifier = line[at : at + 1]
    if modifier == "}":
        return at + 1
    if line[at : at + 2] in (":#", ":%") or modifier not in (":", "-", "+", "?", "#", "%", "/"):
        raise _UnbalancedError
    at += 2 if modifier == ":" or line.startswith("//", at) else 1
    for stop in "/}" if modifier == "/" else "}":
        while at < len(line) and line[at] != stop:
            at = _token_end(line, at, depth + 1)
        if at >= len(line):
            raise _UnbalancedError
        at += 1
    return at
