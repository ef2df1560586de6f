"""Find heredocs (`<<EOF`) in instructions, as BuildKit does."""

import json
import re
from contextlib import suppress

from lint_runtime.dockerfile.expansion import MAX_DEPTH, name_end
from lint_runtime.dockerfile.lines import SPACE, split_flags, split_instruction


class _UnbalancedError(ValueError):
    """Raised for an unclosed quote or an invalid `${`: BuildKit then ignores all heredocs in the line."""


_HEREDOC = r"[0-9]*<<(-?)[\t\n\f\r ]*([^<]*)\Z"
# White space after `<<` does not end the word: `<< EOF` is a heredoc like `<<EOF`.
_PLAIN = f"[^{SPACE}$'\"\\\\<]+|<<[\t \r]*|<"
_QUOTED = r"""(?s)'([^']*)'|"((?:[^"\\]|\\["$\\]|\\(?!["$\\]))*)"|\\(.?)"""


def parse_heredocs(line: str, escape: str) -> tuple[tuple[str, bool], ...]:
    """Return the heredocs in an instruction, in order.

    Each item is a pair: the terminator, and whether tabs may precede the terminator (`<<-`).
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
        matches = [match for word in _words(line) if (match := re.match(_HEREDOC, word))]
    except _UnbalancedError:
        return ()
    heredocs = [(re.sub(_QUOTED, _unquoted, match[2]), match[1] == "-") for match in matches]
    return tuple(heredoc for heredoc in heredocs if heredoc[0])


def _unquoted(quoted: re.Match[str]) -> str:
    """Return the text of a `_QUOTED` match without quotes and escape characters."""
    single, double, escaped = quoted.groups(default="")
    return single + re.sub(r'\\(["$\\])', r"\1", double) + escaped


def _words(line: str) -> list[str]:
    """Split `line` at white space outside of quotes and braces. Keeps the quotes."""
    words: list[list[str]] = [[]]
    # For each open quote and `${`, outermost first: the characters that are still needed to close it, such
    # as `/}` after `${NAME/`.
    open_ends: list[str] = []
    match_plain = re.compile(_PLAIN).match
    at = 0
    while at < len(line):
        if open_ends or line[at] in "$'\"\\":
            start = at
            was_outside = open_ends in ([], ['"'])
            at = _token_end(line, at, open_ends)
            # As BuildKit does, keep `${NAME}`, but drop `${NAME-value}`.
            if was_outside and open_ends in ([], ['"']):
                words[-1].append(line[start:at])
        elif plain := match_plain(line, at):
            at = plain.end()
            words[-1].append(plain[0])
        else:
            at += 1
            words.append([])
    if open_ends:
        raise _UnbalancedError
    return list(filter(None, map("".join, words)))


def _token_end(line: str, at: int, open_ends: list[str]) -> int:
    """Return the end offset of the variable, single-quoted string, escape or character at `at`.

    open_ends: as in `_words`; updated if a double quote or `${` opens or closes at `at`
    """
    char, end = line[at], open_ends[-1] if open_ends else ""
    if end.startswith(char):
        # Remove `char` from the characters still needed. After the last one, the quote or `${` is closed.
        open_ends[-1:] = [end[1:]] if end[1:] else []
    elif char == "$":
        return _variable_end(line, at, open_ends)
    elif char == "\\" and (end != '"' or line[at + 1 : at + 2] in ('"', "$", "\\")):
        return min(at + 2, len(line))
    elif char == '"':
        open_ends.append(char)
    elif char == "'" and end != '"':
        at = line.find(char, at + 1)
        if at < 0:
            raise _UnbalancedError
    return at + 1


def _variable_end(line: str, at: int, open_ends: list[str]) -> int:
    """Return the end offset of the `$NAME` or `${NAME}` at `at`.

    For `${NAME-value}`, returns the end of the modifier (`-`), and adds the closing `}` to `open_ends`.
    """
    if line[at + 1 : at + 2] != "{":
        return name_end(line, at + 1)
    depth = len(open_ends) - open_ends.count('"')
    if depth == MAX_DEPTH or line[at + 2 : at + 3] in ("", "{", "}", ":"):
        raise _UnbalancedError
    at = name_end(line, at + 2)
    modifier = line[at : at + 1]
    if modifier == "}":
        return at + 1
    if line[at : at + 2] in (":#", ":%") or modifier not in (":", "-", "+", "?", "#", "%", "/"):
        raise _UnbalancedError
    open_ends.append("/}" if modifier == "/" else "}")
    return at + (2 if modifier == ":" or line.startswith("//", at) else 1)
