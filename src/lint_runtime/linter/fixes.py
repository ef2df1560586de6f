"""Apply fixes to a Dockerfile without changing any other bytes."""

import os
import re
import stat
from collections import Counter
from collections.abc import Callable, Iterable
from difflib import SequenceMatcher
from io import BytesIO
from typing import NamedTuple

from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Diagnostic, Edit, edited
from lint_runtime.files import MAX_FILE, ChangedError, read_regular, replace_file
from lint_runtime.lifecycle.table import Snapshot
from lint_runtime.linter.report import Report
from lint_runtime.linter.tally import Moved, Tally
from lint_runtime.linter.upgrade import Goal, plan_upgrades
from lint_runtime.text import portable_path, quoted, shown_path, visible


class NotFixableError(Exception):
    """Raised for a file that can't be changed safely. The message is the reason."""


class FixMode(NamedTuple):
    """The options for applying fixes.

    is_dry_run: whether to collect diffs instead of writing files
    unsafe: whether to apply unsafe fixes too
    goal: target of upgrades, or None to upgrade no images
    """

    is_dry_run: bool
    unsafe: bool
    goal: Goal | None = None

    def apply(
        self,
        data: bytes,
        report: Report,
        lint: Callable[[bytes], Report],
        config: Config,
        known: Snapshot,
        tally: Tally,
    ) -> Report:
        """Upgrade and fix a file. Returns the report of the content on disk.

        data: content of the file
        report: report of `data`
        lint: function that lints new content
        tally: receives the changes, or an error message if the file can't be fixed
        """
        path = report.path
        upgrades = plan_upgrades(report, self.goal, config, known) if self.goal else ()
        changes: list[str] = []
        try:
            fixed = apply_edits(data, sorted({edit for upgrade in upgrades for edit in upgrade.edits}))
            after = lint(fixed) if upgrades else report
            # A fix can reveal another fixable finding.
            while edits := select_edits(after.diagnostics, unsafe=self.unsafe):
                # If findings share an edit, the first finding describes the edit.
                fixes = {
                    edit: (finding.rule, finding.fix.title)
                    for finding in reversed(after.diagnostics)
                    if finding.fix
                    for edit in finding.fix.edits
                }
                for edit in edits:
                    place = f"{shown_path(path)}:{edit.location.line}:{edit.location.column}"
                    rule, title = fixes[edit]
                    changes.append(f"{place}: {rule} ({visible(title[:1].lower() + title[1:])})")
                fixed = apply_edits(fixed, edits)
                after = lint(fixed)
            if not self.is_dry_run and fixed != data:
                write_fixed(path, data, fixed)
        except NotFixableError as error:
            tally.fail(f"cannot fix {quoted(path)}: {error}")
            return report
        tally.upgrades += (Moved(path, upgrade) for upgrade in upgrades)
        counts = [
            Counter((finding.rule, finding.line) for finding in linted.diagnostics)
            for linted in (report, after)
        ]
        tally.fixes += (counts[0] - counts[1]).total()
        if not self.is_dry_run:
            tally.fixed += changes
            return after._replace(upgrades=upgrades)
        tally.diffs.append(unified_diff(path, data, fixed))
        return report._replace(upgrades=upgrades)


def select_edits(diagnostics: Iterable[Diagnostic], *, unsafe: bool) -> list[Edit]:
    """Return the edits that fix `diagnostics`, in file order. A fix that overlaps an earlier one waits."""
    edits: set[Edit] = set()
    # An edit never spans lines.
    by_line: dict[int, list[Edit]] = {}
    for finding in diagnostics:
        fix = finding.fix
        if fix is None or not (unsafe or fix.is_safe):
            continue
        new = [edit for edit in fix.edits if edit not in edits]
        if not any(_overlap(edit, other) for edit in new for other in by_line.get(edit.location.line, ())):
            edits.update(new)
            for edit in new:
                by_line.setdefault(edit.location.line, []).append(edit)
    return sorted(edits)


def _overlap(edit: Edit, other: Edit) -> bool:
    """Return whether two edits change the same text."""
    return edit.location.start < other.location.end and other.location.start < edit.location.end


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
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise NotFixableError("not a regular file")
        for kind, place in (("file", path), ("directory", os.path.dirname(os.path.realpath(path)))):
            # Check the mode too: os.access() always succeeds for root.
            is_read_only = not os.stat(place).st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
            if is_read_only or not os.access(place, os.W_OK):
                raise NotFixableError(f"the {kind} is read-only")
        replace_file(path, [new], expected=old)
    except ChangedError as error:
        # Another process may have made the same changes.
        if read_regular(path, MAX_FILE) != new:
            raise NotFixableError(str(error)) from None
    except OSError as error:
        raise NotFixableError(error.strerror or str(error)) from None


def unified_diff(path: str, old: bytes, new: bytes) -> str:
    """Return the unified diff of `old` and `new`, which have the same number of lines."""
    # Numbered lines are unique: each line can match only its counterpart.
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
    header = "".join(
        f"{mark} {quote}{side}/{name}{quote}{tab}\n" for mark, side in (("---", "a"), ("+++", "b"))
    )
    return header + "".join(lines)
