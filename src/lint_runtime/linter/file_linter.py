"""Lint one file of a run: read its settings and content, then upgrade and fix it."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from lint_runtime.config.settings import FileSettings, Settings
from lint_runtime.errors import UnusableError
from lint_runtime.files import MAX_FILE, read_regular
from lint_runtime.linter.engine import enabled, lint_file
from lint_runtime.linter.report import STDIN_NAME, Report
from lint_runtime.linter.tally import Tally
from lint_runtime.manifest.detection import DECLARABLE, NAME, is_manifest_name
from lint_runtime.manifest.reader import declared_dockerfile, read_manifest
from lint_runtime.text import quoted

if TYPE_CHECKING:
    from lint_runtime.linter.baseline import Baseline
    from lint_runtime.linter.fixes import FixMode

STDIN = "-"


class FileLinter(NamedTuple):
    """Lints files one by one.

    stdin_filename: name to report for standard input
    baseline: findings to suppress
    fix_mode: options for applying fixes, or None to apply no fixes
    honors_comments: whether comments suppress findings
    """

    settings: Settings
    today: date
    stdin_filename: str = STDIN_NAME
    baseline: "Baseline | None" = None
    fix_mode: "FixMode | None" = None
    honors_comments: bool = True

    def check(self, file: str, tally: Tally) -> Report | None:
        """Return the report of a file, and add its counts to `tally`.

        Returns None if the file is excluded or unreadable.
        """
        name, shown = (self.stdin_filename, "standard input") if file == STDIN else (file, quoted(file))
        try:
            applied = applied_to(name, self.settings, tally)
            if applied is None:
                if file != STDIN:
                    os.lstat(file)  # An excluded file must exist, too.
                return None
            # One byte over the limit is enough to reject a file.
            if file != STDIN:
                data = read_regular(file, MAX_FILE + 1)
            elif sys.stdin:
                data = sys.stdin.buffer.read(MAX_FILE + 1)
            else:
                tally.fail(f"cannot read {shown}: it is closed")
                return None
        except OSError as error:
            tally.fail(f"cannot read {shown}: {error.strerror or error}")
            return None
        if is_manifest_name(name) and read_manifest(data) is None:
            return None
        config, known = applied.config, applied.table.as_of(self.today)
        recorded = None if self.baseline is None else self.baseline.of(name)
        lint = partial(
            lint_file,
            path=name,
            config=config,
            known=known,
            baseline=recorded,
            honors_comments=self.honors_comments,
            neighbors={} if file == STDIN else read_neighbors(file, data),
        )
        report = lint(data)
        if self.fix_mode:
            report = self.fix_mode.apply(data, report, lint, config, known, tally)
        tally.count(report, config)
        if self.baseline is not None and recorded:
            tally.recorded.append(self.baseline.matched(report, enabled(config)))
        return report


def read_neighbors(
    path: str, data: bytes, read: Callable[[str, int], bytes] = read_regular
) -> dict[str, bytes]:
    """Return the files to compare a file with: the declared Dockerfile of a manifest, else the manifest.

    read: returns the content of a file up to a number of bytes, or raises OSError or ValueError
    """
    name = ""
    if is_manifest_name(path):
        name = declared_dockerfile(data)
    elif os.path.basename(path) == DECLARABLE:
        name = NAME
    if not name:
        return {}
    with suppress(OSError, ValueError):
        return {name: read(os.path.join(os.path.dirname(path), name), MAX_FILE)}
    return {}


def applied_to(name: str, settings: Settings, tally: Tally) -> FileSettings | None:
    """Return the settings of a file.

    Returns None if the file is excluded or its configuration is unusable.
    """
    try:
        applied = settings.of(name)
    except UnusableError as error:
        for message in error.messages:
            tally.fail(message)
        return None
    finally:
        tally.warnings.update(settings.warnings)
    tally.excluded += applied is None
    return applied
