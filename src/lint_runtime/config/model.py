"""The settings of a run. The fields are the keys of a configuration file, with `_` for `-`."""

from collections.abc import Mapping
from typing import NamedTuple

from lint_runtime.diagnostics import Severity
from lint_runtime.dockerfile.platforms import Platform
from lint_runtime.lifecycle.model import WARN_WITHIN


class Requirements(NamedTuple):
    """What versions have to be, as specifiers (`>=12`, `>=2.9,<4`); "" asks for nothing."""

    runtime: str = ""
    airflow: str = ""
    python: str = ""


class Config(NamedTuple):
    """Settings that apply to a file.

    `select`: the rules to run, empty for the default ones. `ignore`: rules not to run. `extend_select`:
    rules to run in addition. `severity`: what findings of a rule count as, None for not running it.
    `fail_on`: the least severity that fails a run. `warn_within`: days before the end of maintenance
    from which on `maintenance-ending` warns. `min_release_age`: days that a release has to be out before
    `outdated-release` asks for it. `exclude`: patterns of files not to lint.
    `per_file_ignores`: rules not to run, by pattern of file. `build_args`: values for ARGs, as given to
    the build. `target_platforms`: what images are built for. `images`: mirrors, and the repositories
    they mirror. `require`: what versions have to be. `require_reason`: whether a suppression needs a
    reason. `max_suppression_days`: how far ahead it may end, None for any day or none. `table`: the
    lifecycle data file, None for the data in the package.
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
