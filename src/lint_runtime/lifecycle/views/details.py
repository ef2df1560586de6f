"""Show the facts about a series or release, or compare two releases."""

import re
from collections.abc import Iterator

from lint_runtime.errors import UnusableError
from lint_runtime.lifecycle.comparison import Comparison
from lint_runtime.lifecycle.model import CHANNELS, Lifecycle, Release, ReleaseSeries
from lint_runtime.lifecycle.table import Snapshot, describe_table
from lint_runtime.lifecycle.versions import INTEGER, parse_version, series_name
from lint_runtime.lifecycle.views.render import Grid, View
from lint_runtime.lifecycle.views.schedule import COLORS
from lint_runtime.text import counted, did_you_mean, quoted

_NOT_PUBLISHED, _UNKNOWN, _NONE = "not published", "unknown", "none"
_THIS_DATA, _FROM_THE_DATES = "this data", "from the dates"
_POLICY = "computed by the maintenance policy"
_LATER = " (after the --as-of date)"


class UnknownSubjectError(UnusableError):
    """An unknown series or release. The message suggests known names."""


_Fact = tuple[str, str, str]
"""The name, value and source of a fact. A missing value is a word such as "unknown"."""

_COLUMNS = ("name", "value", "source")


def view_details(known: Snapshot, name: str, verdict: str = "", next_step: str = "") -> View:
    """Return the facts about a series or release. Raises UnknownSubjectError.

    verdict: the state of the image and the tag to use instead, in one sentence, or ""
    next_step: the upgrade to Airflow 3 that is due soon, or ""
    """
    lifecycle = find_subject(known, name)
    release = lifecycle.release
    facts = [*(_release_facts(lifecycle, release, known) if release else _series_facts(lifecycle, known))]
    titles = [title for title, _, _ in facts]
    colors = {(titles.index("status"), 1): COLORS[lifecycle.support(known.day)]}
    grid = Grid(_COLUMNS, facts, (20, 35, 21), colors=colors)
    return View(
        lifecycle.name,
        known,
        {
            "subject": name,
            "verdict": verdict,
            "next_step": next_step,
            "facts": [dict(zip(_COLUMNS, fact, strict=True)) for fact in facts],
        },
        records=grid._replace(rows=[("verdict", verdict, ""), *facts]) if verdict else grid,
        readable=grid,
        compact=grid._replace(rows=[[cell or "-" for cell in fact] for fact in facts]),
        verdict=verdict,
        note=next_step,
    )


def view_comparison(comparison: Comparison, known: Snapshot, note: str = "") -> View:
    """Return a table of the properties of two releases, side by side. `note` is shown above the table."""
    before, after = comparison.before.name, comparison.after.name
    colors = {
        (row, 2): "cyan"
        for row, difference in enumerate(comparison.differences)
        if difference.before != difference.after
    }
    grid = Grid(
        ("", before, after), [*comparison.differences, *comparison.rows], (20, 28, 28), colors=colors
    )
    return View(
        f"Astro Runtime {before} compared with {after}",
        known,
        {**comparison.as_json(), "note": note},
        records=grid._replace(headers=("name", "before", "after")),
        readable=grid,
        compact=grid,
        note=note,
    )


def find_subject(known: Snapshot, name: str) -> Lifecycle:
    """Return the series or listed release `name`. Raises UnknownSubjectError."""
    version, table = parse_version(name), known.table
    lifecycle = known.release(version) if version else known.series(name)
    if lifecycle and (version is None or lifecycle.release):
        return lifecycle
    series_names = [series.name for series in table.series]
    hint = f"known series: {', '.join(series_names)}"
    match = re.fullmatch(rf"({INTEGER})(\.{INTEGER})?", name)
    if version and table.release(version.other_form):
        reason = f"unknown release {version}; did you mean {version.other_form}?"
    elif version:
        if releases := table.releases_of(version.series):
            hint = f"the newest {series_name(version.series)} release is {releases[-1].version}"
        reason = f"unknown release {version}: {table.existence(version).value}; {hint}"
    elif match and (match[2] is None or int(match[1]) in table.airflow_3_numbers):
        reason = f"unknown series {series_name(name)}: {table.series_existence(name).value}; {hint}"
    else:
        names = [*series_names, *(str(release.version) for release in table.releases)]
        reason = f"unknown series or release {quoted(name)}; {did_you_mean(name, names) or hint}"
    raise UnknownSubjectError(f"{reason} ({describe_table(table)})")


def _series_facts(lifecycle: Lifecycle, known: Snapshot) -> Iterator[_Fact]:
    series, table = lifecycle.series, known.table
    releases = table.releases_of(series.name)
    yield _series_fact(series, "Airflow", "airflow", series.airflow)
    released = f"{series.released}{_LATER if series.released > known.day else ''}"
    yield _series_fact(series, "released", "released", released)
    yield from _shared_facts(lifecycle, known)
    newest = table.release(lifecycle.newest) if lifecycle.newest else None
    yield "newest release", str(lifecycle.newest or _NONE), newest.source if newest else ""
    yield "releases listed", str(len(releases)), _THIS_DATA
    through = f"up to {series.complete_through}" if series.complete_through else None
    yield _series_fact(series, "complete list", "complete_through", through, _UNKNOWN)
    yanked = [release for release in releases if known.is_yanked(release)]
    versions = ", ".join(str(release.version) for release in yanked)
    sources = ", ".join(dict.fromkeys(release.source for release in yanked))
    yield "yanked", versions or _NONE, sources or _THIS_DATA
    for schedule in series.schedule:
        if (schedule.known_since or schedule.published) <= known.day:
            support = f"until {schedule.basic_support}" if schedule.basic_support else _NOT_PUBLISHED
            channel = CHANNELS[schedule.is_lts]
            text = f"{channel}, maintained until {schedule.maintenance}, basic support {support}"
            yield f"schedule {schedule.published}", text, schedule.source
            if schedule.note:
                yield f"note on {schedule.published}", schedule.note, schedule.source
    if series.notes:
        yield _series_fact(series, "notes", "notes", series.notes)


def _release_facts(lifecycle: Lifecycle, release: Release, known: Snapshot) -> Iterator[_Fact]:
    series, yank, source = lifecycle.series, lifecycle.yank, release.source
    yield "series", series.name, series.source
    if release.airflow:
        yield "Airflow", release.airflow, source
    else:
        minor = f"{series.airflow}, the exact version is {_NOT_PUBLISHED}"
        yield _series_fact(series, "Airflow", "airflow", minor)
    text = f"not later than {release.seen_by}" if release.seen_by else _NOT_PUBLISHED
    if release.released:
        text = f"{release.released}{_LATER if release.released > known.day else ''}"
    yield "released", text, source if release.released or release.seen_by else ""
    reason = f"known by {yank.known_by}: {yank.reason}" if yank else "no"
    yield "yanked", reason, source if yank else _THIS_DATA
    newest = known.table.release(lifecycle.newest) if lifecycle.newest else None
    answer = _NONE
    if newest:
        answer = "yes" if newest.version == release.version else f"no, {newest.version} is"
        if newest.version < release.version:
            answer += f" (this one is {'yanked' if yank else 'not released yet'})"
    yield "newest in series", answer, newest.source if newest else ""
    yield from _shared_facts(lifecycle, known)


def _shared_facts(lifecycle: Lifecycle, known: Snapshot) -> Iterator[_Fact]:
    """Yield the facts that are shown for both series and releases."""
    series, version, schedule = lifecycle.series, lifecycle.version, lifecycle.schedule
    # For a series, also show the first release with the architecture or variant: `arm64 from 6.0.4`.
    architectures, variants = (
        {
            item.name: item.name if version or not item.since else f"{item.name} from {item.since}"
            for item in available or ()
            if item.includes(version)
        }
        for available in (series.architectures, series.variants)
    )
    knows_variants = series.variants is not None
    pythons = series.pythons
    if version and series.default_python and knows_variants and "python" not in variants:
        pythons = (series.default_python,)
    ubi9_pythons = _NONE if knows_variants and "ubi9" not in variants else ", ".join(series.ubi9_pythons)
    if series.airflow_major == 2:
        # `astro init` writes only `2.*` for these images, so show the exact requirement.
        requirement = f"apache-airflow=={series.airflow}.* ('astro init' leaves 2.*)"
        yield _series_fact(series, "requirement", "airflow", requirement)
    yield _series_fact(series, "default Python", "default_python", series.default_python)
    yield _series_fact(series, "Python versions", "pythons", ", ".join(pythons))
    listed = ", ".join(architectures.values()) or _NONE
    yield _series_fact(series, "architectures", "architectures", listed if series.architectures else None)
    listed = ", ".join(variants.values()) or _NONE
    yield _series_fact(series, "variants", "variants", listed if knows_variants else None, _UNKNOWN)
    yield _series_fact(series, "Python versions (ubi9)", "ubi9_pythons", ubi9_pythons, _UNKNOWN)
    if version is None:
        yield _series_fact(series, "operating system", "os", series.os)
    debian = re.match("Debian ([0-9]+)", series.os or "")
    for name, product, cycle in (
        ("Airflow", "airflow", str(series.airflow_major)),
        ("Python", "python", series.default_python or ""),
        ("Debian", "debian", debian[1] if debian else ""),
    ):
        if ends := known.table.upstream_of([(product, cycle)]):
            days = ", ".join(f"{end.event} {end.day}" for end in ends)
            yield f"{name} {cycle} upstream", days, ends[0].source
    source = ""
    if schedule:
        since = "published" if schedule.is_published else "known since"
        source = f"{schedule.source}, {since} {schedule.published}"
    yield "channel", CHANNELS[lifecycle.is_lts] or _NOT_PUBLISHED, source
    for name, end in (
        ("end of maintenance", lifecycle.maintenance),
        ("end of basic support", lifecycle.basic_support),
    ):
        yield name, str(end or _NOT_PUBLISHED), _POLICY if end and end.is_computed else source
    yield "status", lifecycle.status.value, _FROM_THE_DATES
    left = lifecycle.days_left(known.day)
    text = _NOT_PUBLISHED
    if left is not None:
        text = f"{left:,}" if left >= 0 else f"ended {counted(-left, 'day')} ago"
    yield "days left", text, "" if left is None else _FROM_THE_DATES


def _series_fact(
    series: ReleaseSeries, name: str, field: str, value: str | None, missing: str = _NOT_PUBLISHED
) -> _Fact:
    """Return a fact about a series. `missing` replaces an empty value."""
    source = series.sources.get(field, series.source) if value else ""
    return name, value or missing, source
