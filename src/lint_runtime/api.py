"""The public API: `check` lints the content of one file."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timezone
from types import MappingProxyType
from typing import NamedTuple

from lint_runtime.config.keys import read_config
from lint_runtime.diagnostics import Diagnostic
from lint_runtime.images import RuntimeImage
from lint_runtime.lifecycle.load import embedded_table
from lint_runtime.linter.engine import lint_file
from lint_runtime.rules.base import Neighbors

_KEYS_ABOUT_FILES = ("exclude", "per-file-ignores", "table")


class Result(NamedTuple):
    """The result of checking one Dockerfile or Astro manifest.

    path: the path given to `check`
    findings: the findings that no comment suppresses, sorted by location
    suppressed: the findings that comments suppress
    images: the Runtime images in stages, then the Runtime images in COPY --from and RUN --mount. For a
        manifest, the image that the Astro CLI builds from, if any.
    """

    path: str
    findings: tuple[Diagnostic, ...]
    suppressed: tuple[Diagnostic, ...]
    images: tuple[RuntimeImage, ...]


def check(
    source: bytes | str,
    path: str = "Dockerfile",
    *,
    today: date,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    warn_within: int | None = None,
    build_args: Mapping[str, str] | None = None,
    config: Mapping[str, object] | None = None,
    neighbors: Mapping[str, bytes] = MappingProxyType({}),
) -> Result:
    """Check the content of one Dockerfile or Astro manifest.

    Reads no clock and no files outside this package.

    source: the content, which need not be valid UTF-8
    path: the path to report. The file need not exist. A `pyproject.toml` is checked as a manifest. If
        its content isn't a manifest, it has no findings.
    today: the day to check for. A datetime with a time zone is converted to UTC.
    select: the names of the rules and topics to run, or empty for the default rules
    ignore: the names of the rules and topics not to run
    warn_within: the number of days before the end of maintenance at which to warn
    build_args: the values of build arguments, keyed by ARG name
    config: settings, with the keys of a configuration file, except `exclude`, `per-file-ignores` and
        `table`. The arguments above override these settings.
    neighbors: the contents of files to compare with, keyed by path relative to the directory of `path`.
        For a manifest: the Dockerfile that it declares. For a Dockerfile: the manifest next to it, or
        a manifest in a parent directory that declares the Dockerfile. For a file named `Dockerfile`, also
        `Dockerfile.client`, and vice versa.

    Raises TypeError for an argument of the wrong type and ValueError for an invalid setting.
    """
    for name, value, types, expected in (
        ("source", source, (bytes, str), "bytes or a str"),
        ("path", path, str, "a str"),
        ("today", today, date, "a date"),
        ("build_args", {} if build_args is None else build_args, Mapping, "a mapping"),
        ("config", {} if config is None else config, Mapping, "a mapping"),
        ("neighbors", neighbors, Mapping, "a mapping"),
    ):
        if not isinstance(value, types):
            raise TypeError(f"{name} must be {expected}, not {type(value).__name__}")
    if isinstance(select, str) or isinstance(ignore, str):
        raise TypeError("select and ignore take several names, not one string")
    if isinstance(today, datetime):
        today = (today.astimezone(timezone.utc) if today.tzinfo else today).date()
    settings = {
        "select": list(select) or None,
        "ignore": list(ignore) or None,
        "warn-within": warn_within,
        "build-args": None if build_args is None else dict(build_args),
    }
    document = {**(config or {}), **{key: value for key, value in settings.items() if value is not None}}
    values, problems = read_config(document)
    problems += [f"{key}: check does not support this key" for key in _KEYS_ABOUT_FILES if key in document]
    if problems:
        raise ValueError("; ".join(problems))
    data = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source
    report = lint_file(data, path, values, embedded_table().as_of(today), neighbors=Neighbors(neighbors))
    return Result(path, report.diagnostics, report.suppressed, report.images)
