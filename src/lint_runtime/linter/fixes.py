"""Apply fixes to a file without changing any other bytes."""

import os
import re
import stat
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from difflib import SequenceMatcher
from io import BytesIO
from typing import NamedTuple

from lint_runtime.diagnostics import Diagnostic, Edit, edited
from lint_runtime.files import MAX_FILE, ChangedError, read_regular, replace_file
from lint_runtime.linter.engine import lint_file
from lint_runtime.linter.neighbors import File
from lint_runtime.linter.report import Report, Tally, Upgrade
from lint_runtime.linter.upgrade import plan_upgrades
from lint_runtime.manifest.reader import declared_dockerfile, is_manifest_name, read_manifest
from lint_runtime.rules import airflow_mismatch
from lint_runtime.rules.base import Neighbors
from lint_runtime.text import portable_path, quoted, shown_path, visible


class NotFixableError(Exception):
    """Raised for a file that can't be changed safely. The message is the reason."""


OpenFile = Callable[[str, bytes], File | None]
"""Takes a path and content. Returns a File, or None if it is excluded or its settings are unusable."""


class FixMode(NamedTuple):
    """The options for applying fixes.

    is_dry_run: whether to collect diffs instead of writing files
    unsafe: whether to apply unsafe fixes too
    goal: series to upgrade to, "" for the best series, or None to upgrade no images
    """

    is_dry_run: bool
    unsafe: bool
    goal: str | None = None

    def apply(self, file: File, report: Report, tally: Tally, open_file: OpenFile) -> Report:
        """Upgrade and fix a file. Returns the report of the content on disk.

        report: report of the file before the changes
        tally: receives the changes, or an error message if the file can't be fixed
        open_file: opens the Dockerfile that a manifest declares
        """
        path = file.path
        try:
            data, after, upgrades, fixes = self._change(file, report, open_file)
            if not self.is_dry_run and data != file.data:
                write_fixed(path, file.data, data)
        except NotFixableError as error:
            tally.fail(f"cannot fix {quoted(path)}: {error}")
            return report
        tally.upgrades += ((path, upgrade) for upgrade in upgrades)
        found = Counter((finding.rule, finding.line) for finding in report.diagnostics)
        left = Counter((finding.rule, finding.line) for finding in after.diagnostics)
        tally.fixes += (found - left).total()
        if not self.is_dry_run:
            tally.fixed += fixes
            return after._replace(upgrades=upgrades)
        tally.diffs.append(unified_diff(path, file.data, data))
        return report._replace(upgrades=upgrades)

    def _change(
        self, file: File, report: Report, open_file: OpenFile
    ) -> tuple[bytes, Report, tuple[Upgrade, ...], list[str]]:
        """Upgrade and fix a file in memory. Raises NotFixableError.

        Returns the new content, the report of the new content, the upgrades, and a description of each fix.
        """
        data = file.data
        upgrades: tuple[Upgrade, ...] = ()
        if self.goal is not None:
            upgrades = plan_upgrades(report, self.goal, file.config, file.known, unsafe=self.unsafe)
            dockerfile = self._declared_dockerfile(file, open_file)
            if dockerfile is not None:
                file = file._replace(neighbors=Neighbors({declared_dockerfile(data): dockerfile}))
                report, upgrades = file.lint(data), _requirement_upgrades(file)
        fixed = apply_edits(data, sorted({edit for upgrade in upgrades for edit in upgrade.edits}))
        if fixed != data and (objection := self._objection(file, fixed)):
            fixed = data
            upgrades = tuple(
                Upgrade(upgrade.location, upgrade.before, "", (), reason=upgrade.reason or objection)
                for upgrade in upgrades
            )
        after = report if fixed == data else file.lint(fixed)
        changes: list[str] = []
        # Repeat: a fix can reveal another fixable finding.
        while edits := select_edits(after.diagnostics, unsafe=self.unsafe):
            # reversed(): if findings share an edit, the first finding describes the edit.
            fixes = {
                edit: (finding.rule, finding.fix.title)
                for finding in reversed(after.diagnostics)
                if finding.fix
                for edit in finding.fix.edits
            }
            for edit in edits:
                place = f"{shown_path(file.path)}:{edit.location.line}:{edit.location.column}"
                rule, title = fixes[edit]
                changes.append(f"{place}: {rule} ({visible(title[:1].lower() + title[1:])})")
            fixed = apply_edits(fixed, edits)
            after = file.lint(fixed)
        return fixed, after, upgrades, changes

    def _declared_dockerfile(self, file: File, open_file: OpenFile) -> bytes | None:
        """Return the content of the Dockerfile that a manifest declares, with the changes of this run.

        Returns None if there is no such Dockerfile, or if `open_file` can't open it.
        """
        declared = declared_dockerfile(file.data) if is_manifest_name(file.path) else ""
        path = os.path.normpath(os.path.join(os.path.dirname(file.path), declared))
        content = file.neighbors.contents.get(declared)
        if content is None or is_manifest_name(declared):
            return None
        dockerfile = open_file(path, content)
        if dockerfile is None:
            return None
        with suppress(NotFixableError):
            data, *_ = self._change(dockerfile, dockerfile.lint(content), open_file)
            if self.is_dry_run or not why_not_writable(path):
                return data
        return content

    def _objection(self, file: File, dockerfile: bytes) -> str:
        """Return why the manifest of a Dockerfile can't be changed to match an upgrade, or "".

        dockerfile: the content of the Dockerfile after the upgrade
        """
        contents, linted = file.neighbors
        key = next(filter(is_manifest_name, contents), "")
        path = os.path.normpath(os.path.join(os.path.dirname(file.path), key))
        declared = declared_dockerfile(contents.get(key, b""))
        own = os.path.join(os.path.dirname(path), declared)
        is_own = declared and os.path.abspath(own) == os.path.abspath(file.path)
        if not is_own or is_manifest_name(file.path):
            return ""
        neighbors = Neighbors({declared: dockerfile})
        mismatches = _mismatches(file._replace(path=path, data=contents[key], neighbors=neighbors))
        if mismatches and key not in linted:
            return f"{path} requires another Airflow; name it, too, to upgrade both"
        if mismatches and not self.is_dry_run and (reason := why_not_writable(path)):
            return f"{path} can't follow: {reason}"
        is_by_hand = any(finding.fix is None for finding in mismatches)
        return f"the requirement in {path} needs a change by hand" if is_by_hand else ""


def _requirement_upgrades(manifest: File) -> tuple[Upgrade, ...]:
    """Return the upgrades that make a manifest's requirement match the declared Dockerfile."""
    parsed = read_manifest(manifest.data)
    requirement = parsed.requirement if parsed else None
    if requirement is None:
        return ()
    fixes = [finding.fix for finding in _mismatches(manifest) if finding.fix]
    return tuple(
        Upgrade(requirement.location, requirement.text, fix.title.removeprefix("Write "), fix.edits)
        for fix in fixes
    )


def _mismatches(manifest: File) -> tuple[Diagnostic, ...]:
    """Return the findings of `airflow-mismatch` in a manifest, even if the rule is off."""
    path, data, config, known, *_, neighbors = manifest
    names = frozenset({airflow_mismatch.check.name})
    config = config._replace(select=names, ignore=frozenset(), severity={})
    return lint_file(data, path, config, known, neighbors=neighbors).diagnostics


def select_edits(diagnostics: Iterable[Diagnostic], *, unsafe: bool) -> list[Edit]:
    """Return the edits that fix `diagnostics`, in file order. Skips a fix that overlaps an earlier fix."""
    edits: set[Edit] = set()
    # Only edits on the same line can overlap: an edit never spans lines.
    by_line: dict[int, list[Edit]] = {}
    for finding in diagnostics:
        fix = finding.fix
        if fix is None or not (unsafe or fix.is_safe):
            continue
        new = [edit for edit in fix.edits if edit not in edits]
        is_overlapping = any(
            edit.location.start < other.location.end and other.location.start < edit.location.end
            for edit in new
            for other in by_line.get(edit.location.line, ())
        )
        if not is_overlapping:
            edits.update(new)
            for edit in new:
                by_line.setdefault(edit.location.line, []).append(edit)
    return sorted(edits)


def apply_edits(data: bytes, edits: Iterable[Edit]) -> bytes:
    """Apply `edits`, sorted in file order, to `data`. Raises NotFixableError."""
    if len(data) > MAX_FILE:
        raise NotFixableError(f"larger than {MAX_FILE >> 20} MiB")
    edits = list(edits)
    changed = {edit.location.line for edit in edits}
    for number, line in enumerate(BytesIO(data), start=1):
        try:
            if number in changed:
                line.decode()
        except UnicodeDecodeError:
            raise NotFixableError(f"line {number} is not valid UTF-8") from None
    return edited(data.decode("utf-8", "surrogateescape"), edits).encode("utf-8", "surrogateescape")


def write_fixed(path: str, old: bytes, new: bytes) -> None:
    """Write `new` to a file if its content is still `old`. Raises NotFixableError."""
    try:
        if reason := why_not_writable(path):
            raise NotFixableError(reason)
        replace_file(path, [new], expected=old)
    except ChangedError as error:
        # There is no error if another process has already made the same changes.
        if read_regular(path, MAX_FILE) != new:
            raise NotFixableError(str(error)) from None
    except OSError as error:
        raise NotFixableError(error.strerror or str(error)) from None


def why_not_writable(path: str) -> str:
    """Return the reason why a file can't be replaced, or "". Raises OSError."""
    if not stat.S_ISREG(os.stat(path).st_mode):
        return "not a regular file"
    for kind, place in (("file", path), ("directory", os.path.dirname(os.path.realpath(path)))):
        # Check the mode too: os.access() always succeeds for root.
        is_read_only = not os.stat(place).st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
        if is_read_only or not os.access(place, os.W_OK):
            return f"the {kind} is read-only"
    return ""


def unified_diff(path: str, old: bytes, new: bytes) -> str:
    """Return the unified diff of `old` and `new`, which have the same number of lines."""
    # Number the lines: then each line can match only the line with the same number.
    before, after = (list(enumerate(BytesIO(data))) for data in (old, new))
    lines: list[str] = []
    for hunk in SequenceMatcher(None, before, after).get_grouped_opcodes():
        first, last = hunk[0][1], hunk[-1][2]
        span = f"{first + 1},{last - first}"
        lines.append(f"@@ -{span} +{span} @@\n")
        for kind, start, end, _, _ in hunk:
            sides = [(" ", before)] if kind == "equal" else [("-", before), ("+", after)]
            for sign, numbered in sides:
                for _, line in numbered[start:end]:
                    lines.append(sign + line.decode("utf-8", "surrogateescape"))
                    if not line.endswith(b"\n"):
                        lines.append("\n\\ No newline at end of file\n")
    if not lines:
        return ""
    name, quote, tab = portable_path(path).lstrip("/"), "", ""
    if re.search(r'[\x00-\x1f\x7f"\\\ud800-\udfff]| \Z', name):
        # Quote the name as git does, with octal escapes.
        quote = '"'
        name = "".join(
            chr(byte) if 0x20 <= byte < 0x7F and byte not in b'"\\' else f"\\{byte:03o}"
            for byte in name.encode("utf-8", "surrogateescape")
        )
    elif " " in name:
        # A tab marks the end of a name with spaces.
        tab = "\t"
    header = f"--- {quote}a/{name}{quote}{tab}\n+++ {quote}b/{name}{quote}{tab}\n"
    return header + "".join(lines)
