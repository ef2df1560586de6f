"""Match paths with patterns in the syntax of `.gitignore`.

Matching a path takes linear time. A regular expression for a whole pattern would backtrack.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

MAX_COMPONENTS = 50
"""The maximum number of components of a pattern in a configuration."""

_Glob = str | re.Pattern[str]
"""A component of a pattern: a name, or an expression if it has special characters."""

_GLOB = r"(?s)(?P<stars>\*+)|\\.|\[(?P<not>[!^]?)(?P<set>\]?[^]]*)\]|[^\\[]"


class Pattern(NamedTuple):
    """A pattern.

    is_negated: whether it starts with `!`
    is_directory: whether it ends with `/`, so that it matches directories but not files
    groups: the components (the parts between slashes), split into groups at each `**`
    """

    is_negated: bool
    is_directory: bool
    groups: tuple[tuple[_Glob, ...], ...]

    def matches(self, path: Sequence[str]) -> int:
        """Return 2 if the pattern matches `path`, 1 if it matches a directory above it, otherwise 0."""
        names = path[:-1] if self.is_directory else path
        first, *rest = self.groups
        if not _starts_with(first, names, 0):
            return 0
        start = 0
        end = len(first)
        # The earliest match of a group leaves the most names for the next groups: no need to backtrack.
        for group in rest:
            starts = range(end, len(names) - len(group) + 1)
            start = next((start for start in starts if _starts_with(group, names, start)), -1)
            if start < 0:
                return 0
            end = start + len(group)
        if self.is_directory:
            return 1
        if rest:
            # The loop found the earliest match of the last group. Now try it at the end of `path`.
            last = len(names) - len(rest[-1])
            return 2 if last == start or _starts_with(rest[-1], names, last) else 1
        return 2 if end == len(names) else 1


def _starts_with(globs: Sequence[_Glob], names: Sequence[str], start: int) -> bool:
    """Return whether the globs match the names that start at index `start`, one glob per name."""
    part = names[start : start + len(globs)]
    return len(part) == len(globs) and all(
        glob == name if isinstance(glob, str) else glob.fullmatch(name)
        for glob, name in zip(globs, part, strict=True)
    )


def is_match(patterns: Iterable[str], path: str) -> bool:
    """Return whether a `.gitignore` with these patterns would ignore a file.

    The last matching pattern decides. But a `!` pattern that matches only a directory above the file can't
    undo a pattern that matches the file itself.
    """
    names = path.split("/")
    is_ignored, decided = False, 0
    for pattern in filter(None, map(compile_pattern, patterns)):
        match = pattern.matches(names)
        if match and (match >= decided or not pattern.is_negated):
            is_ignored, decided = not pattern.is_negated, match
    return is_ignored


@lru_cache(maxsize=4096)
def compile_pattern(text: str) -> Pattern | None:
    """Compile a pattern. Returns None for a comment or an empty pattern. Raises ValueError."""
    pattern = text if text.endswith("\\ ") else text.rstrip()
    if not pattern or pattern.startswith("#") or pattern == "/":
        return None
    is_negated = pattern.startswith("!")
    # Like git, treat three or more stars as two.
    components = re.sub(r"(?<![^/])\*{3,}(?![^/])", "**", pattern.removeprefix("!")).split("/")
    if components == [""]:
        raise ValueError("no pattern")
    is_directory = components[-1] == ""
    if is_directory:
        components.pop()
    if components and components[0] == "":
        del components[0]
    elif len(components) == 1:
        components.insert(0, "**")
    if not components or components[-1] == "**":
        # A trailing `**` matches everything below a directory, but not the directory: require a name below.
        components = [*(components or ["**"]), "*"]
    groups: list[list[_Glob]] = [[]]
    for index, component in enumerate(components):
        if component != "**":
            groups[-1].append(_compile(component))
        elif components[index + 1] != "**":
            groups.append([])
    return Pattern(is_negated, is_directory, tuple(map(tuple, groups)))


def _compile(component: str) -> _Glob:
    """Compile a component of a pattern. Raises ValueError."""
    if not re.search(r"[*?[\\]", component):
        return component
    match_token = re.compile(_GLOB).match
    parts = [""]
    position = 0
    while position < len(component):
        token = match_token(component, position)
        if token is None:
            raise ValueError(f"unfinished {component[position]}")
        position = token.end()
        if token["stars"]:
            parts.append("")
        elif token["set"]:
            characters = token["set"].replace("\\", "\\\\")
            parts[-1] += f"[{'^' if token['not'] else ''}{characters}]"
        else:
            parts[-1] += "." if token[0] == "?" else re.escape(token[0][-1])
    # Each lookahead fixes the earliest match of a part between stars, so that matching never backtracks.
    parts[1:-1] = [f"(?=(?P<p{number}>.*?{part}))(?P=p{number})" for number, part in enumerate(parts[1:-1])]
    try:
        return re.compile("".join(parts[:-1]) + ".*" * (len(parts) > 1) + parts[-1], re.DOTALL)
    except re.error as error:
        raise ValueError(str(error)) from None
