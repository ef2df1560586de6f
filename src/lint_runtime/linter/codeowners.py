"""Read CODEOWNERS, and find the owners of files by the rules of GitHub or GitLab."""

import os
import re
from contextlib import suppress

from lint_runtime.config.patterns import Pattern, compile_pattern
from lint_runtime.dockerfile.git import leads_out
from lint_runtime.files import read_regular

_PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
"""Where GitHub and GitLab look for the file. The first file counts."""

_LARGEST = 1 << 20
"""The largest file to use, in bytes. GitHub ignores a file above 3 MB."""

_MOST_LINES = 10_000
"""The most lines of a file to use. Each may have to be matched with each path."""

_HEADING = r"\^?\[([^\]]+)\](?:\[[0-9]*\])?(?:\s+(.*))?"
"""The heading of a GitLab section: `[NAME]`, `^[NAME]` or `[NAME][APPROVALS]`, and default owners."""


_Rule = tuple[int, Pattern, int, tuple[str, ...] | None]
"""A line: its number, its pattern, the least result of `matches` that counts, and the owners.

None excludes files from the section.
"""


class CodeOwners:
    """The rules of a repository.

    text: the content of CODEOWNERS
    is_gitlab: whether the rules of GitLab apply instead of those of GitHub
    """

    def __init__(self, text: str, *, is_gitlab: bool) -> None:
        # The rules of each section, by a name in the paths that they match, or by "" if any name may match.
        # GitHub has no sections. In GitLab, lines above the first heading are a section.
        self._sections: dict[str, dict[str, list[_Rule]]] = {"": {}}
        section = self._sections[""]
        defaults: tuple[str, ...] = ()
        for number, line in enumerate(map(str.strip, text.split("\n"))):
            if is_gitlab and (heading := re.fullmatch(_HEADING, line)):
                section = self._sections.setdefault(heading[1].strip().casefold(), {})
                defaults = _owners(heading[2] or "")
                continue
            # A backslash escapes a space in a pattern.
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
                    # 2 counts a match of the path itself, but not of a directory above it.
                    least = 2 if is_gitlab or path.endswith("/*") else 1
                    owners = None if is_exclusion else _owners(rest) or defaults
                    rules = section.setdefault(names[-1] if names else "", [])
                    rules.append((number, pattern, least, owners))

    def of(self, path: str) -> tuple[str, ...]:
        """Return the owners of a file: by the last line that matches, added up over all sections.

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
    """Return the owners in the rest of a line: names with `@` and addresses, up to a comment."""
    words = re.split(r"(?:\A|\s)#", text, maxsplit=1)[0].split()
    return tuple(word for word in words if "@" in word)


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
                    or any(re.fullmatch(_HEADING, line) for line in text.split("\n"))
                )
            )
            return CodeOwners(text, is_gitlab=is_gitlab)
    return CodeOwners("", is_gitlab=False)
