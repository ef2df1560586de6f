"""Read CODEOWNERS, and find the owners of files by the rules of GitHub or GitLab."""

import os
import re
from contextlib import suppress
from operator import attrgetter
from typing import NamedTuple

from lint_runtime.config.patterns import Pattern, compile_pattern
from lint_runtime.dockerfile.git import leads_out
from lint_runtime.files import read_regular

_PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
"""Where GitHub and GitLab look for the file. The first file counts."""

_LARGEST = 1 << 20
"""The largest file to use, in bytes. GitHub ignores a file above 3 MB."""

_MOST_LINES = 10_000
"""The most lines of a file to use. Each may have to be matched with each path."""

_HEADING = re.compile(r"\^?\[([^\]]+)\](?:\[[0-9]*\])?(?:\s+(.*))?")
"""The heading of a GitLab section: `[NAME]`, `^[NAME]` or `[NAME][APPROVALS]`, and default owners."""


class _Rule(NamedTuple):
    """A line with a pattern.

    number: the number of the line
    pattern: the pattern
    is_shallow: whether the pattern matches only the path itself, not what is below it
    is_exclusion: whether the line excludes files from its section
    owners: the owners; empty if the line removes them
    """

    number: int
    pattern: Pattern
    is_shallow: bool
    is_exclusion: bool
    owners: tuple[str, ...]


class CodeOwners:
    """The rules of a repository.

    text: the content of CODEOWNERS
    is_gitlab: whether the rules of GitLab apply instead of those of GitHub
    """

    def __init__(self, text: str, *, is_gitlab: bool) -> None:
        # The rules of each section, by a name in the paths that they match, or by "" if any name may match.
        # GitHub has no sections. In GitLab, lines above the first heading are a section.
        self._sections: dict[str, dict[str, list[_Rule]]] = {"": {}}
        name = ""
        defaults: tuple[str, ...] = ()
        for number, line in enumerate(map(str.strip, text.split("\n"))):
            heading = _HEADING.fullmatch(line) if is_gitlab else None
            if heading:
                name, defaults = heading[1].strip().casefold(), _owners(heading[2] or "")
                self._sections.setdefault(name, {})
            elif line and not line.startswith("#"):
                # A backslash escapes a space in a pattern.
                written, rest = re.findall(r"\A((?:\\.|\S)*)(.*)", line)[0]
                if rule := _rule(number, written, _owners(rest) or defaults, is_gitlab=is_gitlab):
                    names = [glob for group in rule.pattern.groups for glob in group if type(glob) is str]
                    self._sections[name].setdefault(names[-1] if names else "", []).append(rule)

    def of(self, path: str) -> tuple[str, ...]:
        """Return the owners of a file: by the last line that matches, added up over all sections.

        path: the path from the root of the repository, with `/` as the separator
        """
        names = path.split("/")
        owners: dict[str, None] = {}
        for section in self._sections.values():
            rules = (rule for name in {"", *names} for rule in section.get(name, ()))
            found = [rule for rule in rules if rule.pattern.matches(names) > rule.is_shallow]
            if found and not any(rule.is_exclusion for rule in found):
                owners.update(dict.fromkeys(max(found, key=attrgetter("number")).owners))
        return tuple(owners)


def _owners(text: str) -> tuple[str, ...]:
    """Return the owners in the rest of a line: names with `@` and addresses, up to a comment."""
    words = re.split(r"(?:\A|\s)#", text, maxsplit=1)[0].split()
    return tuple(word for word in words if "@" in word)


def _rule(number: int, written: str, owners: tuple[str, ...], *, is_gitlab: bool) -> _Rule | None:
    """Return a rule, or None for a pattern that is invalid."""
    is_exclusion = written.startswith("!")
    if not is_gitlab and (is_exclusion or "[" in written):
        return None
    text = written.removeprefix("!")
    if is_gitlab:
        text = text if text.startswith("/") else f"/**/{text}"
        text += "**/*" if text.endswith("/") else ""
    with suppress(ValueError):
        if pattern := compile_pattern(text):
            is_shallow = is_gitlab or text.endswith("/*")
            return _Rule(number, pattern, is_shallow, is_exclusion, owners)
    return None


def read_codeowners(root: str) -> CodeOwners:
    """Return the rules of the repository at `root`. Without a file to use, no file has owners."""
    for place in _PLACES:
        path = os.path.join(root, place)
        with suppress(OSError):
            data = read_regular(path, _LARGEST + 1)
            if leads_out(path, root):
                continue
            text = data.decode("utf-8-sig", "replace")
            if len(data) > _LARGEST or text.count("\n") > _MOST_LINES:
                break
            is_gitlab = place.startswith(".gitlab/") or (
                not place.startswith(".github/")
                and (
                    os.path.lexists(os.path.join(root, ".gitlab-ci.yml"))
                    or any(map(_HEADING.fullmatch, text.split("\n")))
                )
            )
            return CodeOwners(text, is_gitlab=is_gitlab)
    return CodeOwners("", is_gitlab=False)
