"""What the command was asked to do, and which of its options do not go together."""

import os
from collections.abc import Mapping
from datetime import date
from types import SimpleNamespace
from typing import Any

from lint_runtime.diagnostics import Severity, quoted
from lint_runtime.linter.session import STDIN

OVERRIDES = ("select", "ignore", "fail_on", "warn_within", "build_args", "table")
"""The fields of Config that options stand above."""


class Invocation(SimpleNamespace):
    """The arguments of one run, by the names that their options have in the command."""

    paths: tuple[str, ...]
    format_name: str
    outputs: tuple[tuple[str, str], ...]
    as_of: date | None
    warn_within: int | None
    fail_on: Severity | None
    build_args: dict[str, str] | None
    select: frozenset[str] | None
    ignore: frozenset[str] | None
    fix: bool
    diff: bool
    unsafe_fixes: bool
    config_path: str | None
    isolated: bool
    show_config: bool
    baseline_path: str | None
    write_baseline: str | None
    table: str | None
    stdin_filename: str | None
    from_report: bool
    label: str | None
    colour: str

    def name_of(self, path: str) -> str:
        """Return what to call a path in what is reported."""
        return (self.stdin_filename or "<stdin>") if path == STDIN else path

    @property
    def overrides(self) -> Mapping[str, Any]:
        """What the options say in place of a configuration file, by field of Config."""
        given = ((field, getattr(self, field)) for field in OVERRIDES)
        return {field: value for field, value in given if value is not None}

    @property
    def is_mending(self) -> bool:
        """Whether fixes are asked for, written or shown."""
        return self.fix or self.diff

    @property
    def _needs_files(self) -> bool:
        """Whether anything is asked for that takes the files themselves."""
        paths = (self.baseline_path, self.write_baseline, self.stdin_filename)
        is_given = any(path is not None for path in paths)
        return is_given or self.is_mending or self.show_config or self.build_args is not None

    @property
    def _formats(self) -> set[str]:
        return {self.format_name, *(name for name, _ in self.outputs)}

    @property
    def _overwritten(self) -> str:
        """Name an output that would take the place of something to read; "" if none would."""
        read = {*self.paths, self.config_path, self.baseline_path, self.table} - {None, STDIN}
        places = {os.path.realpath(path) for path in read if path is not None and os.path.isfile(path)}
        written = [path for _, path in self.outputs] + [self.write_baseline or ""]
        return next((path for path in written if path and os.path.realpath(path) in places), "")

    @property
    def conflict(self) -> str:
        """Say which options do not go together; "" if all do."""
        conflicts = (
            (bool(self._overwritten), f"{quoted(self._overwritten)} is read, and would be overwritten."),
            (
                self.stdin_filename is not None and STDIN not in self.paths,
                "--stdin-filename goes with the path '-'.",
            ),
            (self.config_path is not None and self.isolated, "--config and --isolated exclude each other."),
            (self.fix and self.diff, "--fix and --diff exclude each other."),
            (self.unsafe_fixes and not self.is_mending, "--unsafe-fixes goes with --fix or --diff."),
            (
                self.fix and STDIN in self.paths,
                "--fix cannot write standard input; --diff shows what it would change.",
            ),
            (
                self.write_baseline is not None and self.baseline_path is not None,
                "--baseline and --write-baseline exclude each other.",
            ),
            (
                self.write_baseline is not None and (self.is_mending or bool(self.outputs)),
                "--write-baseline goes with none of --fix, --diff and --output.",
            ),
            (
                self.from_report and not self.paths,
                "--from-report needs reports: their paths, or '-' for a list on standard input.",
            ),
            (
                self.from_report and self._needs_files,
                "--from-report has no files: it goes with none of --fix, --diff, --show-config,"
                " --build-arg, --baseline, --write-baseline and --stdin-filename.",
            ),
            (
                self.label is not None and "json" not in self._formats,
                "--label goes with --format json or --output json=PATH.",
            ),
        )
        return next((message for is_wrong, message in conflicts if is_wrong), "")
