"""All that is known of one release series or release as of a day, with the source of every value."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from lint_runtime.lifecycle.model import CHANNELS, ENDS, Lifecycle, Offer, Release, ReleaseSeries, Schedule
from lint_runtime.lifecycle.table import LifecycleTable, describe_table
from lint_runtime.lifecycle.versions import INTEGER, RuntimeVersion, parse_version, series_name
from lint_runtime.lifecycle.views.render import Grid, Layout, View
from lint_runtime.lifecycle.views.schedule import status_color
from lint_runtime.text import counted, did_you_mean, quoted


class UnknownSubjectError(ValueError):
    """A name of no known series or release. The text says what is known."""


class Subject(NamedTuple):
    """A series, or a release of it, and what is true of it on the day."""

    table: LifecycleTable
    day: date
    series: ReleaseSeries
    release: Release | None
    lifecycle: Lifecycle

    @property
    def newest(self) -> Release | None:
        """The newest release of the series by then, None if none is known."""
        return self.table.release(self.lifecycle.newest) if self.lifecycle.newest else None


class _Fact(NamedTuple):
    """One thing that is known, or that it is not. `source`: "" where none has it."""

    name: str
    value: str
    source: str


def view_details(table: LifecycleTable, day: date, name: str) -> View:
    """Return all that is known of a series (`13`) or release (`3.1-8`). Raises UnknownSubjectError."""
    subject = find_subject(table, day, name)
    facts = [*(_release_facts(subject, subject.release) if subject.release else _series_facts(subject))]
    status_row = [fact.name for fact in facts].index("status")
    grid = Grid(_Fact._fields, facts)
    return View(
        f"Astro Runtime {name if subject.release else series_name(name)}",
        day,
        table.identity,
        {"subject": name, "facts": [fact._asdict() for fact in facts]},
        records=grid,
        readable=grid,
        compact=grid._replace(rows=[[cell or "-" for cell in fact] for fact in facts]),
        layout=Layout((20, 35, 21), "  ", {(status_row, 1): status_color(subject.lifecycle, day)}),
    )


def find_subject(table: LifecycleTable, day: date, name: str) -> Subject:
    """Return the series (`13`, `3.1`) or release (`13.11.0`) of a name. Raises UnknownSubjectError."""
    version = parse_version(name)
    release = table.release(version) if version else None
    series = table.find_series(version.series if version else name)
    lifecycle = table.on(day, series.name, version) if series else None
    if series is None or lifecycle is None or (version and not release):
        known = describe_table(table)
        raise UnknownSubjectError(f"{_unknown(table, name, version)} ({known})")
    return Subject(table, day, series, release, lifecycle)


def _unknown(table: LifecycleTable, name: str, version: RuntimeVersion | None) -> str:
    all_series = [series.name for series in table.series]
    its_series = f"known series: {', '.join(all_series)}"
    if version and table.release(version.other_form):
        return f"unknown release {version}; did you mean {version.other_form}?"
    if version:
        releases = table.releases_of(version.series)
        listed = (
            f"the newest {series_name(version.series)} release is {releases[-1].version}"
            if releases
            else ""
        )
        return f"unknown release {version}: {table.existence(version).value}; {listed or its_series}"
    if _is_series_name(table, name):
        return f"unknown series {series_name(name)}: {table.series_existence(name).value}; {its_series}"
    hint = did_you_mean(name, [*all_series, *(str(release.version) for release in table.releases)])
    return f"unknown series or release {quoted(name)}; {hint or its_series}"


def _is_series_name(table: LifecycleTable, name: str) -> bool:
    match = re.fullmatch(rf"({INTEGER})(\.{INTEGER})?", name)
    return match is not None and (match[2] is None or table.is_airflow_3_number(int(match[1])))


_NOT_PUBLISHED, _UNKNOWN, _NONE = "not published", "unknown", "none"
_THIS_DATA, _FROM_THE_DATES = "this data", "from the dates"
_POLICY = "computed by the maintenance policy"


def _series_facts(subject: Subject) -> Iterator[_Fact]:
    table, series, newest = subject.table, subject.series, subject.newest
    releases = table.releases_of(series.name)
    yield _series_fact(series, "Airflow", "airflow", series.airflow)
    yield _series_fact(series, "released", "released", _release_day(series.released, subject.day))
    yield from _image_facts(series, None)
    yield _series_fact(series, "operating system", "os", series.os)
    yield from _upstream_facts(subject)
    yield from _schedule_facts(subject)
    name = "newest release"
    yield _Fact(name, str(newest.version), newest.source) if newest else _Fact(name, _NONE, "")
    yield _Fact("releases listed", str(len(releases)), _THIS_DATA)
    through = f"up to {series.complete_through}" if series.complete_through else None
    yield _series_fact(series, "complete list", "complete_through", through, _UNKNOWN)
    yanked = [one for one in releases if one.yank and one.yank.published <= subject.day]
    names = ", ".join(str(release.version) for release in yanked)
    sources = ", ".join(dict.fromkeys(release.source for release in yanked))
    yield _Fact("yanked", names or _NONE, sources or _THIS_DATA)
    yield from _history(series, subject.day)
    if series.notes:
        yield _series_fact(series, "notes", "notes", series.notes)


def _release_facts(subject: Subject, release: Release) -> Iterator[_Fact]:
    series, yank = subject.series, subject.lifecycle.yank
    yield _Fact("series", series.name, series.source)
    if release.airflow:
        yield _Fact("Airflow", release.airflow, release.source)
    else:
        of_series = f"{series.airflow}, the exact version is {_NOT_PUBLISHED}"
        yield _series_fact(series, "Airflow", "airflow", of_series)
    if release.released:
        yield _Fact("released", _release_day(release.released, subject.day), release.source)
    elif release.seen_by:
        yield _Fact("released", f"not later than {release.seen_by}", release.source)
    else:
        yield _Fact("released", _NOT_PUBLISHED, "")
    if yank:
        yield _Fact("yanked", f"since {yank.published}: {yank.reason}", release.source)
    else:
        yield _Fact("yanked", "no", _THIS_DATA)
    yield _newest_of_series(subject.newest, release, is_yanked=bool(yank))
    yield from _image_facts(series, release.version)
    yield from _upstream_facts(subject)
    yield from _schedule_facts(subject)


def _series_fact(
    series: ReleaseSeries, name: str, field: str, value: str | None, otherwise: str = _NOT_PUBLISHED
) -> _Fact:
    if not value:
        return _Fact(name, otherwise, "")
    return _Fact(name, value, series.sources.get(field, series.source))


def _release_day(released: date, day: date) -> str:
    return f"{released} (after the --as-of date)" if released > day else str(released)


def _newest_of_series(newest: Release | None, release: Release, *, is_yanked: bool) -> _Fact:
    if newest is None:
        return _Fact("newest in series", _NONE, "")
    answer = "yes" if newest.version == release.version else f"no, {newest.version} is"
    if newest.version < release.version:
        answer += f" (this one is {'yanked' if is_yanked else 'not released yet'})"
    return _Fact("newest in series", answer, newest.source)


def _image_facts(series: ReleaseSeries, version: RuntimeVersion | None) -> Iterator[_Fact]:
    """Yield what the images of a series, or of one version of it, come with."""
    default, pythons = series.default_python, series.pythons
    if version and default and not _comes_as(series, "python", version):
        pythons = (default,)
    architectures = _offered(series.architectures or None, version)
    ubi9 = ", ".join(series.ubi9_pythons) if _comes_as(series, "ubi9", version) else _NONE
    yield _series_fact(series, "default Python", "default_python", default)
    yield _series_fact(series, "Python versions", "pythons", ", ".join(pythons))
    yield _series_fact(series, "architectures", "architectures", architectures)
    yield _series_fact(series, "variants", "variants", _offered(series.variants, version), _UNKNOWN)
    yield _series_fact(series, "Python versions (ubi9)", "ubi9_pythons", ubi9, _UNKNOWN)


def _upstream_facts(subject: Subject) -> Iterator[_Fact]:
    """Yield when the projects behind Airflow, Python and the operating system stop maintaining them."""
    series = subject.series
    system = re.match("Debian ([0-9]+)", series.os or "")
    contents = (
        ("Airflow", "airflow", str(series.order[0])),
        ("Python", "python", series.default_python or ""),
        ("Debian", "debian", system[1] if system else ""),
    )
    for name, product, cycle in contents:
        ends = subject.table.upstream_ends(product, cycle)
        if ends:
            value = ", ".join(f"{end.event} {end.day}" for end in ends)
            yield _Fact(f"{name} {cycle} upstream", value, ends[0].source)


def _comes_as(series: ReleaseSeries, variant: str, version: RuntimeVersion | None) -> bool:
    """Whether images may come as `variant`: also where that is not known."""
    return series.variants is None or any(
        offer.name == variant for offer in _available(series.variants, version)
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


def _schedule_facts(subject: Subject) -> Iterator[_Fact]:
    """Yield channel, ends and status by the schedule that is in force on the day."""
    lifecycle, schedule = subject.lifecycle, subject.series.schedule_on(subject.day)
    source = ""
    if schedule:
        since = "published" if schedule.is_published else "known since"
        source = f"{schedule.source}, {since} {schedule.published}"
    yield _Fact("channel", CHANNELS[lifecycle.is_lts] or _NOT_PUBLISHED, source)
    for name in ENDS:
        end = _end(schedule, name) if schedule else _NOT_PUBLISHED
        yield _Fact(name.replace("_", " "), end, _POLICY if name in lifecycle.computed else source)
    yield _Fact("status", lifecycle.status.value, _FROM_THE_DATES)
    left = lifecycle.days_left(subject.day)
    if left is None:
        yield _Fact("days left", _NOT_PUBLISHED, "")
    else:
        text = f"{left:,}" if left >= 0 else f"ended {counted(-left, 'day')} ago"
        yield _Fact("days left", text, _FROM_THE_DATES)


def _history(series: ReleaseSeries, day: date) -> Iterator[_Fact]:
    """Yield every schedule that was known on the day, oldest first."""
    for schedule in (one for one in series.schedule if one.since <= day):
        until = _end(schedule, "end_of_maintenance")
        support = "until " if schedule.end_of_basic_support else ""
        support += _end(schedule, "end_of_basic_support")
        ends = f"{CHANNELS[schedule.is_lts]}, maintained until {until}, basic support {support}"
        yield _Fact(f"schedule {schedule.published}", ends, schedule.source)
        if schedule.note:
            yield _Fact(f"note on {schedule.published}", schedule.note, schedule.source)


def _end(schedule: Schedule, name: str) -> str:
    end = getattr(schedule, name)
    if end is None:
        return _NOT_PUBLISHED
    return f"{end} (computed)" if name in schedule.computed else str(end)
