"""What other programs build on: a file checked, with all that is known of the images in it.

`check` is where to start. What its Result holds are the values of the linter itself. Nothing here reads the
clock or opens a socket. `open_settings` reads files, and raises UnusableError.
"""

from datetime import date
from typing import NamedTuple

from lint_runtime.config.model import Config
from lint_runtime.config.settings import Applied, Settings
from lint_runtime.diagnostics import Diagnostic, Edit, Location, Severity
from lint_runtime.dockerfile.stages import Stage
from lint_runtime.errors import UnusableError
from lint_runtime.images import (
    REPOSITORIES,
    RUNTIME_SUFFIXES,
    InvalidTagError,
    RepositoryKind,
    RuntimeImage,
    parse_tag,
)
from lint_runtime.lifecycle.model import Lifecycle, Release, Status
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.linter.engine import lint_file
from lint_runtime.linter.fixes import select_edits
from lint_runtime.linter.report import Report, Upgrade
from lint_runtime.linter.upgrade import Goal, plan_upgrades
from lint_runtime.rules import LIFECYCLE_POLICY, RULE_BY_NAME, address_of
from lint_runtime.rules.advice import describe_dates, name_end, name_release
from lint_runtime.rules.base import SuppressionComment
from lint_runtime.rules.upgrades import find_variant, has_pythons, missing_suffixes, pythons_of
from lint_runtime.text import counted

__all__ = [
    "LIFECYCLE_POLICY",
    "REPOSITORIES",
    "Applied",
    "Config",
    "Diagnostic",
    "Edit",
    "Lifecycle",
    "LifecycleTable",
    "Location",
    "Release",
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
    "describe_dates",
    "describe_image",
    "describe_support",
    "draw_timeline",
    "list_longer_tags",
    "list_rules",
    "list_upgrades",
    "name_release",
    "open_settings",
]


class Result(NamedTuple):
    """A file that was checked. `config` and `today`: what it was checked by; `report`: what came of it."""

    report: Report
    config: Config
    today: date

    @property
    def table(self) -> LifecycleTable:
        """The lifecycle data that it was checked by."""
        return self.report.table

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Every FROM, then what COPY and RUN take files from."""
        return tuple(stage for stage, _ in (*self.report.stages, *self.report.uses))

    @property
    def images(self) -> tuple[RuntimeImage, ...]:
        """Those of the stages that are Runtime images."""
        return tuple(image for _, image in (*self.report.stages, *self.report.uses) if image)

    @property
    def findings(self) -> tuple[Diagnostic, ...]:
        """What is reported, each with its fix if it has one."""
        return self.report.diagnostics

    @property
    def suppressed(self) -> tuple[Diagnostic, ...]:
        """What a comment suppresses."""
        return self.report.suppressed

    @property
    def comments(self) -> tuple[SuppressionComment, ...]:
        """The suppression comments, whether they suppress something or not."""
        return self.report.comments

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
    return Result(lint_file(data, path, today, config, table), config, today)


def open_settings(*, table: str | None = None, warn_within: int | None = None) -> Settings:
    """Return the settings by which files are checked; `of` returns those of a file, by its path.

    The arguments are those of the command's options. Files that were read are remembered: for what has
    changed since, call this again. Raises UnusableError.
    """
    given = {"table": table, "warn_within": warn_within}
    return Settings(
        {name: value for name, value in given.items() if value is not None}, tuple(RULE_BY_NAME)
    )


def list_upgrades(result: Result, image: RuntimeImage, series: str = "") -> tuple[Upgrade, ...]:
    """Return the move of an image to the newest release of a series, with its edits and what it drops.

    `series`: "" for the series with the longest maintenance on the same Airflow major. Where the way there
    leads by another series, that comes first. An image that cannot move gets an Upgrade that says why; one
    that may stay gets none.
    """
    goal = Goal(series, unsafe=True)
    found = plan_upgrades(result.report, goal, result.config, result.table, result.today)
    return tuple(one for one in found if one.location == image.stage.image_location)


def list_rules() -> tuple[tuple[str, str], ...]:
    """Return the name of every rule and what it is about."""
    return tuple((rule.name, rule.summary) for rule in RULE_BY_NAME.values())


def list_longer_tags(tag: str, table: LifecycleTable) -> tuple[str, ...]:
    """Return the tag of a release with each suffix that may follow and that it exists with."""
    try:
        written = parse_tag(tag)
    except InvalidTagError:
        return ()
    series = table.find_series(written.version.series) if written.version else None
    if series is None:
        return ()
    pythons = pythons_of(series, is_ubi9=written.ubi9) if has_pythons(series) else ()
    values: dict[str, tuple[object, ...]] = {
        "ubi9": (True,) if find_variant("ubi9", series) else (),
        "python": pythons,
        "slim": (True,) if find_variant("slim", series) else (),
        "base": (True,),
    }
    last = max(map(RUNTIME_SUFFIXES.index, written.suffixes), default=-1)
    longer = (
        written._replace(**{name: value})  # type: ignore[arg-type]
        for name in RUNTIME_SUFFIXES[last + 1 :]
        for value in values[name]
    )
    return tuple(str(one) for one in longer if not missing_suffixes(one, series, one.version))


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


def describe_support(lifecycle: Lifecycle, today: date) -> str:
    """Say until when a series is maintained or what has ended; "" if that is not known."""
    maintenance, basic = lifecycle.end_of_maintenance, lifecycle.end_of_basic_support
    if lifecycle.status is Status.MAINTAINED and maintenance:
        left = counted((maintenance - today).days, "day")
        return f"maintained until {name_end(lifecycle, 'end_of_maintenance')} ({left})"
    if lifecycle.status is Status.BASIC_SUPPORT and basic:
        left = counted((basic - today).days, "day")
        return f"basic support until {name_end(lifecycle, 'end_of_basic_support')} ({left})"
    if lifecycle.status is not Status.UNSUPPORTED:
        return ""
    end = "end_of_basic_support" if basic else "end_of_maintenance"
    return f"unsupported since {name_end(lifecycle, end)}" if maintenance else "unsupported"


def draw_timeline(series: str, table: LifecycleTable, today: date, width: int) -> str:
    """Return a picture of the maintenance of a series, in characters; "" where no dates are known."""
    from lint_runtime.lifecycle.views.timeline import build_timeline
    from lint_runtime.lifecycle.views.timeline_text import render_text

    timeline = build_timeline(table, today, {}, {series})
    return render_text(timeline, width, is_colored=False) if timeline.bars else ""
