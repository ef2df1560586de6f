"""What other programs build on: a file checked, with all that is known of the images in it.

`check` is where to start. What its Result holds are the values of the linter itself. Nothing here reads the
clock or opens a socket; `Settings` and `load_table` read files, and raise UnusableError.
"""

from datetime import date
from typing import NamedTuple

from lint_runtime.config.model import Config
from lint_runtime.config.settings import Applied, Settings
from lint_runtime.diagnostics import Diagnostic, Edit, Fix, Location, Severity
from lint_runtime.dockerfile.parser import parse_dockerfile
from lint_runtime.dockerfile.stages import Stage
from lint_runtime.errors import UnusableError
from lint_runtime.images import REPOSITORIES, RepositoryKind, RuntimeImage
from lint_runtime.lifecycle.load import embedded_table, load_table
from lint_runtime.lifecycle.model import Lifecycle, Status
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.linter.engine import lint_file
from lint_runtime.linter.fixes import select_edits
from lint_runtime.linter.report import Report, Upgrade
from lint_runtime.linter.upgrade import Goal, plan_upgrades
from lint_runtime.rules import LIFECYCLE_POLICY, RULE_BY_NAME, address_of
from lint_runtime.rules.base import SuppressionComment
from lint_runtime.rules.suppressions import read_suppressions
from lint_runtime.rules.upgrades import find_variant, pythons_of
from lint_runtime.text import counted

__all__ = [
    "LIFECYCLE_POLICY",
    "REPOSITORIES",
    "Applied",
    "Config",
    "Diagnostic",
    "Edit",
    "Fix",
    "Lifecycle",
    "LifecycleTable",
    "Location",
    "RepositoryKind",
    "Result",
    "RuntimeImage",
    "Settings",
    "Severity",
    "Stage",
    "Status",
    "SuppressionComment",
    "UnusableError",
    "Upgrade",
    "address_of",
    "check",
    "describe_end",
    "describe_image",
    "draw_timeline",
    "embedded_table",
    "list_rules",
    "list_suffixes",
    "list_upgrades",
    "load_table",
    "open_settings",
]


class Result(NamedTuple):
    """A file that was checked.

    `stages`: every FROM, then what COPY and RUN take files from. `images`: those of them that are Runtime
    images. `findings`: what is reported, each with its fix if it has one; `suppressed`: what is not.
    `comments`: the suppression comments. `config`, `table` and `today`: what it was checked by.
    """

    stages: tuple[Stage, ...]
    images: tuple[RuntimeImage, ...]
    findings: tuple[Diagnostic, ...]
    suppressed: tuple[Diagnostic, ...]
    comments: tuple[SuppressionComment, ...]
    config: Config
    table: LifecycleTable
    today: date
    report: Report

    def safe_edits(self) -> list[Edit]:
        """Return the edits of all safe fixes, in the order of the file, none over another."""
        return select_edits(self.findings, unsafe=False)


def check(
    source: bytes | str,
    path: str = "Dockerfile",
    *,
    today: date,
    config: Config | None = None,
    table: LifecycleTable | None = None,
) -> Result:
    """Check the content of one Dockerfile, of which any bytes are valid, as of the day `today`.

    `path`: the name to report it under, which is not opened. `config`: None for the defaults. `table`: None
    for the lifecycle data of the package. Pure: reads no file, clock or environment.
    """
    data = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source
    config = config or Config()
    report = lint_file(data, path, today, config, table)
    pairs = (*report.stages, *report.uses)
    comments: tuple[SuppressionComment, ...] = ()
    if b"lint-runtime" in data.lower():
        dockerfile = parse_dockerfile(data, config.build_args)
        comments, _ = read_suppressions(dockerfile, RULE_BY_NAME, config, today)
    return Result(
        tuple(stage for stage, _ in pairs),
        tuple(image for _, image in pairs if image),
        report.diagnostics,
        report.suppressed,
        comments,
        config,
        report.table,
        today,
        report,
    )


def open_settings(
    *, table: str | None = None, warn_within: int | None = None, config_path: str | None = None
) -> Settings:
    """Return the settings by which files are checked; `of` returns those of a file, by its path.

    The arguments are those of the command's options. Files that were read are remembered: for what has
    changed since, call this again. Raises UnusableError.
    """
    given = {"table": table, "warn_within": warn_within}
    given = {name: value for name, value in given.items() if value is not None}
    return Settings(given, tuple(RULE_BY_NAME), config_path)


def list_upgrades(result: Result, image: RuntimeImage, series: str = "") -> tuple[Upgrade, ...]:
    """Return the move of an image to the newest release of a series, with its edits and what it drops.

    `series`: "" for the series with the longest maintenance on the same Airflow major. Where the way there
    leads by another series, that comes first. An image that cannot move gets an Upgrade that says why; one
    that may stay gets none.
    """
    found = plan_upgrades(
        result.report, Goal(series, unsafe=True), result.config, result.table, result.today
    )
    return tuple(one for one in found if one.location == image.stage.image_location)


def list_rules() -> tuple[tuple[str, str], ...]:
    """Return the name of every rule and what it is about."""
    return tuple((rule.name, rule.summary) for rule in RULE_BY_NAME.values())


def list_suffixes(series: str, table: LifecycleTable) -> tuple[str, ...]:
    """Return the suffixes that images of a series exist with, as far as that is known."""
    found = table.find_series(series)
    if found is None or found.variants is None:
        return ("-base",)
    pythons = pythons_of(found, is_ubi9=False) if find_variant("python", found) else ()
    variants = [f"-{name}" for name in ("ubi9", "slim") if find_variant(name, found)]
    return ("-base", *(f"-python-{python}" for python in pythons), *variants)


def describe_image(image: RuntimeImage, table: LifecycleTable, today: date) -> tuple[tuple[str, str], ...]:
    """Return what is known of the release of an image, or of its series, as names and values."""
    from lint_runtime.lifecycle.views.details import UnknownSubjectError, view_details

    lifecycle = image.lifecycle
    if lifecycle is None:
        return ()
    try:
        view = view_details(table, today, str(lifecycle.version or lifecycle.series))
    except UnknownSubjectError:
        view = view_details(table, today, lifecycle.series)
    own = (("Python", image.python), ("operating system", image.os))
    known = tuple((name, value) for name, value in own if value)
    return known + tuple((str(fact["name"]), str(fact["value"])) for fact in view.content["facts"])


def describe_end(lifecycle: Lifecycle, today: date) -> str:
    """Say until when a series is maintained or what has ended; "" if that is not known."""
    maintenance, basic = lifecycle.end_of_maintenance, lifecycle.end_of_basic_support
    if lifecycle.status is Status.MAINTAINED and maintenance:
        computed = ", computed" if "end_of_maintenance" in lifecycle.computed else ""
        return f"maintained until {maintenance} ({counted((maintenance - today).days, 'day')}{computed})"
    if lifecycle.status is Status.BASIC_SUPPORT and basic:
        computed = ", computed" if "end_of_basic_support" in lifecycle.computed else ""
        return f"basic support until {basic} ({counted((basic - today).days, 'day')}{computed})"
    if lifecycle.status is Status.UNSUPPORTED:
        ends = [end for end in (maintenance, basic) if end]
        return f"unsupported since {max(ends)}" if ends else "unsupported"
    return ""


def draw_timeline(series: str, table: LifecycleTable, today: date, width: int) -> str:
    """Return a picture of the maintenance of a series, in characters; "" where no dates are known."""
    from lint_runtime.lifecycle.views.timeline import build_timeline
    from lint_runtime.lifecycle.views.timeline_text import render_text

    timeline = build_timeline(table, today, {}, {series})
    return render_text(timeline, width, is_colored=False) if timeline.bars else ""
