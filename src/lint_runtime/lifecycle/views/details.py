"""All that is known of one release series or release as of a day, with the source of every value."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from lint_runtime.lifecycle.model import ENDS, Lifecycle, Offer, Release, ReleaseSeries, Schedule
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.versions import RuntimeVersion, parse_version
from lint_runtime.lifecycle.views.render import Grid, Layout, View
from lint_runtime.lifecycle.views.schedule import CHANNELS, status_color
from lint_runtime.text import closest, quoted, visible


class UnknownSubjectError(ValueError):
    """Neither a series nor a release of the table. The text says what the table knows of it."""


class Subject(NamedTuple):
    """What details are asked of: a series, or a release of it, and what is true of it on the day."""

    table: LifecycleTable
    day: date
    series: ReleaseSeries
    release: Release | None
    lifecycle: Lifecycle


def find_subject(table: LifecycleTable, day: date, text: str) -> Subject:
    """Return the series (`13`, `3.1`) or release (`13.11.0`) called `text`. Raises UnknownSubjectError."""
    version = parse_version(text)
    release = table.release(version) if version else None
    series = table.find_series(version.series if version else text)
    lifecycle = table.on(day, series.name, version) if series else None
    if series is None or lifecycle is None or (version and not release):
        raise UnknownSubjectError(_unknown(table, text, version))
    return Subject(table, day, series, release, lifecycle)


def _unknown(table: LifecycleTable, text: str, version: RuntimeVersion | None) -> str:
    known = f"the lifecycle table of {table.date} ({visible(table.source)})"
    all_series = [series.name for series in table.series]
    its_series = f"its series are {', '.join(all_series)}"
    if version and table.release(version.other_form):
        return f"{known} has no release {version}: did you mean {version.other_form}?"
    if version:
        of_series = table.releases_of(version.series)
        newest = (
            f"of series {version.series} it lists {of_series[-1].version} last" if of_series else its_series
        )
        return f"{known} has no release {version}: {table.existence(version).value}; {newest}"
    if _is_series_name(table, text):
        return f"{known} has no series {text}: {table.series_existence(text).value}; {its_series}"
    close = closest(text, [*all_series, *(str(release.version) for release in table.releases)])
    hint = f"did you mean {close}?" if close else its_series
    return f"{known} has no series or release {quoted(text)}: {hint}"


def _is_series_name(table: LifecycleTable, text: str) -> bool:
    match = re.fullmatch(r"(0|[1-9][0-9]{0,8})(\.(?:0|[1-9][0-9]{0,8}))?", text)
    return match is not None and (match[2] is None or table.is_airflow_3_number(int(match[1])))


_NOT_PUBLISHED, _NOT_KNOWN, _NONE_KNOWN, _NONE = "not published", "not known", "none known", "none"
_THIS_TABLE, _FROM_THE_DATES = "this table", "from the dates"
_POLICY = "computed by the maintenance policy"


class _Fact(NamedTuple):
    """One thing that is known, or that it is not. `source`: "" where none has it."""

    name: str
    value: str
    source: str


def details(table: LifecycleTable, day: date, subject: str) -> View:
    """Show all that is known of a series (`13`) or release (`3.1-8`). Raises UnknownSubjectError."""
    found = find_subject(table, day, subject)
    facts = [*(_release_facts(found, found.release) if found.release else _series_facts(found))]
    color = status_color(found.lifecycle, day)
    names = [fact.name for fact in facts]
    grid = Grid(_Fact._fields, facts)
    return View(
        f"Astro Runtime {'' if found.release else 'series '}{subject}",
        day,
        table.identity,
        {"subject": subject, "facts": [fact._asdict() for fact in facts]},
        records=grid,
        readable=grid,
        compact=grid._replace(rows=[[cell or "-" for cell in fact] for fact in facts]),
        layout=Layout((20, 35, 21), "  ", {(names.index("status"), 1): color}),
    )


def _series_facts(found: Subject) -> Iterator[_Fact]:
    table, series = found.table, found.series
    releases = table.releases_of(series.name)
    newest = table.release(found.lifecycle.newest) if found.lifecycle.newest else None
    yield _of_series(series, "Airflow", "airflow", series.airflow)
    yield _of_series(series, "released", "released", _on_day(series.released, found.day))
    yield from _images(series, None)
    yield _of_series(series, "operating system", "os", series.os)
    yield from _standing(found)
    told = (str(newest.version), newest.source) if newest else (_NONE_KNOWN, "")
    yield _Fact("newest release", *told)
    yield _Fact("releases listed", str(len(releases)), _THIS_TABLE)
    through = f"up to {series.complete_through}" if series.complete_through else None
    yield _of_series(series, "listed completely", "complete_through", through, _NOT_KNOWN)
    yield _yanked(found, releases)
    yield from _history(series, found.day)
    if series.notes:
        yield _of_series(series, "notes", "notes", series.notes)


def _release_facts(found: Subject, release: Release) -> Iterator[_Fact]:
    series = found.series
    yield _Fact("series", series.name, series.source)
    if release.airflow:
        yield _Fact("Airflow", release.airflow, release.source)
    else:
        of_series = f"{series.airflow}, the exact version is {_NOT_PUBLISHED}"
        yield _of_series(series, "Airflow", "airflow", of_series)
    yield _released(release, found.day)
    yank = found.lifecycle.yank
    told = f"since {yank.published}: {yank.reason}" if yank else "not known to be"
    yield _Fact("yanked", told, release.source if yank else _THIS_TABLE)
    yield _newest(found, release)
    yield from _images(series, release.version)
    yield from _standing(found)


def _of_series(
    series: ReleaseSeries, name: str, field: str, value: str | None, otherwise: str = _NOT_PUBLISHED
) -> _Fact:
    if not value:
        return _Fact(name, otherwise, "")
    return _Fact(name, value, series.sources.get(field, series.source))


def _on_day(released: date, day: date) -> str:
    return f"{released}, after this day" if released > day else str(released)


def _released(release: Release, day: date) -> _Fact:
    if release.released:
        return _Fact("released", _on_day(release.released, day), release.source)
    if release.seen_by:
        return _Fact("released", f"not later than {release.seen_by}", release.source)
    return _Fact("released", _NOT_PUBLISHED, "")


def _newest(found: Subject, release: Release) -> _Fact:
    newest = found.table.release(found.lifecycle.newest) if found.lifecycle.newest else None
    if newest is None:
        return _Fact("newest of its series", _NONE_KNOWN, "")
    told = "yes" if newest.version == release.version else f"no, {newest.version} is"
    if newest.version < release.version:
        told += f", for this one is {'yanked' if found.lifecycle.yank else 'not known to be out'}"
    return _Fact("newest of its series", told, newest.source)


def _images(series: ReleaseSeries, version: RuntimeVersion | None) -> Iterator[_Fact]:
    """Yield what the images of a series, or of one version of it, come with."""
    default, pythons = series.default_python, series.pythons
    if version and default and not _comes_as(series, "python", version):
        pythons = (default,)
    yield _of_series(series, "default Python", "default_python", default)
    yield _of_series(series, "Pythons", "pythons", ", ".join(pythons))
    yield _of_series(
        series, "architectures", "architectures", _offered(series.architectures or None, version)
    )
    yield _of_series(series, "variants", "variants", _offered(series.variants, version), _NOT_KNOWN)
    ubi9 = ", ".join(series.ubi9_pythons) if _comes_as(series, "ubi9", version) else _NONE
    yield _of_series(series, "Pythons of -ubi9", "ubi9_pythons", ubi9, _NOT_KNOWN)


def _comes_as(series: ReleaseSeries, variant: str, version: RuntimeVersion | None) -> bool:
    """Whether images may come as `variant`: also where that is not known."""
    return series.variants is None or variant in (
        offer.name for offer in _available(series.variants, version)
    )


def _available(offers: Sequence[Offer], version: RuntimeVersion | None) -> list[Offer]:
    return [one for one in offers if version is None or one.since is None or version >= one.since]


def _offered(offers: Sequence[Offer] | None, version: RuntimeVersion | None) -> str | None:
    """List what there is; for a whole series, with the release that brought it. None: not known."""
    if offers is None:
        return None
    names = [
        offer.name if version or not offer.since else f"{offer.name} from {offer.since}"
        for offer in _available(offers, version)
    ]
    return ", ".join(names) or _NONE


def _standing(found: Subject) -> Iterator[_Fact]:
    """Yield channel, ends and status by the schedule that is in force on the day."""
    lifecycle, schedule = found.lifecycle, found.series.schedule_on(found.day)
    source = _source(schedule) if schedule else ""
    yield _Fact("channel", CHANNELS[lifecycle.is_lts] or _NOT_PUBLISHED, source)
    for name in ENDS:
        end = _end(schedule, name) if schedule else _NOT_PUBLISHED
        yield _Fact(name.replace("_", " "), end, _POLICY if name in lifecycle.computed else source)
    yield _Fact("status", lifecycle.status.value, _FROM_THE_DATES)
    left = lifecycle.days_left(found.day)
    told = (_NOT_PUBLISHED, "") if left is None else (str(left), _FROM_THE_DATES)
    yield _Fact("days left", *told)


def _source(schedule: Schedule) -> str:
    since = "published" if schedule.is_published else "known since"
    return f"{schedule.source}, {since} {schedule.published}"


def _end(schedule: Schedule, name: str) -> str:
    end = getattr(schedule, name)
    if end is None:
        return _NOT_PUBLISHED
    return f"{end} (computed)" if name in schedule.computed else str(end)


def _yanked(found: Subject, releases: Sequence[Release]) -> _Fact:
    yanked = [one for one in releases if one.yank and one.yank.published <= found.day]
    sources = dict.fromkeys(release.source for release in yanked)
    names = ", ".join(str(release.version) for release in yanked)
    return _Fact("yanked", names or _NONE_KNOWN, ", ".join(sources) or _THIS_TABLE)


def _history(series: ReleaseSeries, day: date) -> Iterator[_Fact]:
    """Yield every schedule that was known on the day, oldest first."""
    for schedule in (one for one in series.schedule if one.published <= day):
        until = f"maintained until {_end(schedule, 'end_of_maintenance')}"
        support = f"basic support {'until ' if schedule.end_of_basic_support else ''}"
        told = f"{CHANNELS[schedule.is_lts]}, {until}, {support}{_end(schedule, 'end_of_basic_support')}"
        yield _Fact(f"schedule {schedule.published}", told, schedule.source)
        if schedule.note:
            yield _Fact(f"note on {schedule.published}", schedule.note, schedule.source)
