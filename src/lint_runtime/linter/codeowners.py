"""Read CODEOWNERS, and find the owners of files by the rules of GitHub or GitLab."""

import os
import re
from contextlib import suppress

from lint_runtime.config.patterns import Pattern, compile_pattern
from lint_runtime.dockerfile.git import leads_out
from lint_runtime.files import read_regular

_PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
"""The paths where GitHub and GitLab look for CODEOWNERS, in the order of precedence."""

_LARGEST = 1 << 20
"""Maximum size of CODEOWNERS, in bytes. A larger file is ignored (GitHub's own limit is 3 MB)."""

_MOST_LINES = 10_000
"""Maximum number of lines. A longer file is ignored, because every path is matched with all lines."""

_HEADING = r"\^?\[([^\]]+)\](?:\[[0-9]*\])?(|\s.*)"
"""Matches the heading of a GitLab section: `[NAME]`, `^[NAME]` or `[NAME][APPROVALS]`, then owners."""


_Rule = tuple[int, Pattern, int, tuple[str, ...] | None]
"""A rule: its line number, its pattern, the minimum result of `matches` to apply, and its owners.

The owners are None if the rule excludes files from its section.
"""


class CodeOwners:
    """The rules in a CODEOWNERS file.

    text: the content of the file
    is_gitlab: whether to read the file as GitLab does, instead of as GitHub does
    """

    def __init__(self, text: str, *, is_gitlab: bool) -> None:
        # For each section, a dict of rules. The key of a rule is a component that a path must contain to
        # match the pattern, or "" if there is no such component. The section "" has the lines above the
        # first heading. On GitHub, which has no sections, it has all lines.
        self._sections: dict[str, dict[str, list[_Rule]]] = {"": {}}
        section = self._sections[""]
        defaults: tuple[str, ...] = ()
        for number, line in enumerate(map(str.strip, text.split("\n"))):
            if is_gitlab and (heading := re.fullmatch(_HEADING, line)):
                section = self._sections.setdefault(heading[1].strip().casefold(), {})
                defaults = _owners(heading[2])
                continue
            # The pattern ends at the first space that no backslash escapes.
            written, rest = re.findall(r"\A((?:\\.|\S)*)(.*)", line)[0]
            path, is_exclusion = written.removeprefix("!"), written.startswith("!")
            if line.startswith("#") or not written or (not is_gitlab and (is_exclusion or "[" in path)):
                continue
            if is_gitlab:
                path = path if path.startswith("/") else f"/**/{path}"
                path += "**/*" if path.endswith("/") else ""
            with suppress(ValueError):
                if pattern := compile_pattern(path):
                    names = [glob for group in pattern.groups for glob in group if isinstance(glob, str)]
                    # The minimum result of `matches`. 2: the pattern must match the file itself. 1: it may
                    # match a directory above the file instead.
                    least = 2 if is_gitlab or path.endswith("/*") else 1
                    owners = None if is_exclusion else _owners(rest) or defaults
                    rules = section.setdefault(names[-1] if names else "", [])
                    rules.append((number, pattern, least, owners))

    def of(self, path: str) -> tuple[str, ...]:
        """Return the owners of a file, from the last matching rule of each section.

        A section adds no owners if one of its exclusions matches.

        path: the path from the root of the repository, with `/` as the separator
        """
        names = path.split("/")
        owners: dict[str, None] = {}
        for section in self._sections.values():
            rules = (rule for name in {"", *names} for rule in section.get(name, ()))
            found = {
                number: of_rule
                for number, pattern, least, of_rule in rules
                if pattern.matches(names) >= least
            }
            if found and None not in found.values():
                owners.update(dict.fromkeys(found[max(found)] or ()))
        return tuple(owners)


def _owners(text: str) -> tuple[str, ...]:
    """Return the owners in the text after a pattern or a heading: words with `@`, outside comments."""
    words = re.split(r"(?:\A|\s)#", text, maxsplit=1)[0].split()
    return tuple(word for word in words if "@" in word)


def read_codeowners(root: str) -> CodeOwners:
    """Read the CODEOWNERS file of the repository at `root`. Returns no rules if no file is usable."""
    for place in _PLACES:
        path = os.path.join(root, place)
        with suppress(OSError):
            data = read_regular(path, _LARGEST + 1)
            if leads_out(path, root):
                continue
            text = data.decode("utf-8-sig", "replace")
            if len(data) > _LARGEST or text.count("\n") > _MOST_LINES:
                break
            is_gitlab = place.startswith(".gitlab/")
            if not place.startswith((".github/", ".gitlab/")):
                has_sections = any(re.fullmatch(_HEADING, line) for line in text.split("\n"))
                is_gitlab = has_sections or os.path.lexists(os.path.join(root, ".gitlab-ci.yml"))
            return CodeOwners(text, is_gitlab=is_gitlab)
    return CodeOwners("", is_gitlab=False)
