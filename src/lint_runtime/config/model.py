"""The settings of a file. The fields are the keys of a configuration file, with `_` for `-`."""

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from lint_runtime.diagnostics import Severity
from lint_runtime.dockerfile.platforms import Platform
from lint_runtime.lifecycle.model import WARN_WITHIN

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


class Requirements(NamedTuple):
    """Required versions, as specifiers such as `>=12` or `>=2.9,<4`. "" allows every version."""

    runtime: str = ""
    airflow: str = ""
    python: str = ""


class Config(NamedTuple):
    """The settings of a file.

    select: the rules and topics to run; empty for the default rules
    ignore: the rules and topics not to run
    extend_select: additional rules and topics to run
    severity: the severities of rules and topics; None turns them off
    fail_on: the minimum severity that fails a run
    warn_within: the number of days before the end of maintenance when `maintenance-ending` starts to warn
    min_release_age: the minimum age in days of a release that `outdated-release` suggests
    exclude: patterns of files not to lint
    per_file_ignores: the rules and topics not to run, by pattern of files
    build_args: the values of ARGs, as passed to the build
    target_platforms: the platforms that images are built for
    images: the original repositories, by mirror
    require: the required versions
    require_reason: whether a suppression needs a reason
    max_suppression_days: the number of days ahead that a suppression may end; None for no limit
    table: the path of a lifecycle data file; None for the embedded data
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


@lru_cache(maxsize=4096)
def compile_patterns(patterns: tuple[str, ...]) -> "GitIgnoreSpec":
    """Compile patterns with the syntax of `.gitignore`."""
    # Lazy import: few configurations have patterns.
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(patterns)
