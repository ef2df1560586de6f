"""The settings of a file. Fields are named like their keys, with `_` instead of `-`."""

from collections.abc import Mapping
from typing import NamedTuple

from lint_runtime.diagnostics import Severity
from lint_runtime.dockerfile.platforms import Platform
from lint_runtime.lifecycle.model import WARN_WITHIN


class Requirements(NamedTuple):
    """Specifiers of the required versions, such as `>=2.9,<4`, or "" for any version."""

    runtime: str = ""
    airflow: str = ""
    python: str = ""


class Config(NamedTuple):
    """The settings of a file.

    select: the rules and topics to run, or empty for the default rules
    ignore: the rules and topics not to run
    extend_select: additional rules and topics to run
    severity: the severity of each rule or topic; None turns the rule or topic off
    fail_on: the minimum severity that fails a run
    warn_within: the number of days before the end of maintenance at which to warn
    min_release_age: the minimum age in days of a release that `outdated-release` suggests
    exclude: the patterns of files not to lint
    per_file_ignores: the rules and topics not to run, keyed by file pattern
    build_args: the values of build arguments, keyed by ARG name
    target_platforms: the platforms that images are built for
    images: the original repositories, keyed by mirror
    require: the required versions
    require_reason: whether a suppression needs a reason
    max_suppression_days: the maximum number of days until a suppression ends, or None for no limit
    table: the path of a lifecycle data file, or None for the embedded data
    """

    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    extend_select: frozenset[str] = frozenset()
    severity: Mapping[str, Severity | None] = {}
    fail_on: Severity = Severity.ERROR
    warn_within: int = WARN_WITHIN
    min_release_age: int = 0
    exclude: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, frozenset[str]] = {}
    build_args: Mapping[str, str] = {}
    target_platforms: tuple[Platform, ...] = ()
    images: Mapping[str, str] = {}
    require: Requirements = Requirements()
    require_reason: bool = False
    max_suppression_days: int | None = None
    table: str | None = None

    def __hash__(self) -> int:
        # Leave out the fields with dicts, which are not hashable.
        return hash((self.select, self.ignore, self.extend_select))
