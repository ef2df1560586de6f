"""Lint Dockerfiles for Astro Runtime base images that get you into trouble.

`lint` is the whole programming interface; what it returns are `Diagnostic`s with a `Severity`.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Diagnostic, Edit, Fix, Location, Severity
from lint_runtime.lifecycle.model import WARN_WITHIN

__version__ = "0.1.0"

__all__ = ["Diagnostic", "Edit", "Fix", "Location", "Severity", "lint"]


def lint(
    source: bytes | str,
    path: str = "Dockerfile",
    *,
    today: date,
    build_args: Mapping[str, str] | None = None,
    warn_within: int = WARN_WITHIN,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
) -> list[Diagnostic]:
    """Return what is wrong with the Runtime images of one Dockerfile, sorted by place.

    What comments in it suppress is left out.
    `source`: its content; any bytes are valid. `path`: the name to report it under, which is not
    opened. `today`: the day to check for; a past day is checked by what was published then.
    `build_args`, `warn_within` (days), `select` and `ignore` (names of rules): as the command's options.
    Pure: no file, clock, environment or network is read. Raises ValueError for a rule that does not
    exist or a negative number of days, TypeError for names of rules that are one string.
    """
    from lint_runtime.linter.engine import lint_file
    from lint_runtime.rules import RULE_BY_NAME

    if isinstance(select, str) or isinstance(ignore, str):
        raise TypeError("select and ignore take several names, not one string")
    if warn_within < 0:
        raise ValueError("warn_within is a number of days, zero or more")
    day = today.date() if isinstance(today, datetime) else today
    chosen, left_out = frozenset(select), frozenset(ignore)
    unknown = (chosen | left_out) - RULE_BY_NAME.keys()
    if unknown:
        raise ValueError(f"no such rule: {', '.join(sorted(unknown))}")
    data = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source
    config = Config(
        select=chosen, ignore=left_out, warn_within=warn_within, build_args=dict(build_args or {})
    )
    return list(lint_file(data, path, day, config).diagnostics)
