"""The settings of a run. The fields are the names of the settings."""

from collections.abc import Mapping
from typing import NamedTuple

from lint_runtime.diagnostic import Severity

WARN_WITHIN = 90
"""Days before the end of maintenance from which on to warn, unless told otherwise."""


class Config(NamedTuple):
    """What a run can be told.

    `select`: the rules to run, empty for all. `ignore`: rules not to run. `fail_on`: the least
    severity that fails a run. `warn_within`: days before the end of maintenance that
    `maintenance-ending` speaks up. `build_args`: values for ARGs, as given to the build.
    """

    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    fail_on: Severity = Severity.ERROR
    warn_within: int = WARN_WITHIN
    build_args: Mapping[str, str] = {}
