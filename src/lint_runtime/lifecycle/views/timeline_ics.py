"""The ends of release series as a calendar to import or to subscribe to."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING

from lint_runtime.errors import missing
from lint_runtime.lifecycle.model import WARN_WITHIN
from lint_runtime.lifecycle.versions import series_name
from lint_runtime.lifecycle.views.timeline import End, count_dockerfiles
from lint_runtime.text import visible

if TYPE_CHECKING:
    from icalendar import Event

REMINDERS = (WARN_WITHIN, 30)
"""Days before an end on which a calendar reminds of it."""

_MEANINGS = {
    "maintenance": "After that, it gets no fixes and can't be used for new Deployments.",
    "basic support": "After that, Astronomer no longer supports it.",
}


def render_ics(ends: Iterable[End], table_date: date) -> str:
    """Return an iCalendar of all-day events. The same ends of the same table give the same text.

    An event is known by its series and what ends, so that a later table moves it. Raises
    UnusableError.
    """
    try:
        from icalendar import Calendar
    except ImportError:
        raise missing("the calendar") from None
    calendar = Calendar()
    calendar.add("prodid", "-//lint-runtime//runtime-lifecycle timeline//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Astro Runtime lifecycle")
    for end in ends:
        calendar.add_component(_event(end, table_date))
    written: bytes = calendar.to_ical()
    return written.decode("utf-8")


def _event(end: End, table_date: date) -> "Event":
    from icalendar import Alarm, Event

    series = visible(end.series)
    name = visible(series_name(end.series))
    summary = f"Astro Runtime {name}: end of {end.what}"
    event = Event()
    event.add("uid", f"{series}-end-of-{end.what.replace(' ', '-')}@lint-runtime")
    event.add("dtstamp", datetime.combine(table_date, time(), timezone.utc))
    # A program that knows the event takes its new date only if this number is higher.
    event.add("sequence", int(f"{table_date:%Y%m%d}"))
    event.add("dtstart", end.day)
    event.add("dtend", end.day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("summary", summary)
    event.add("description", _description(end, name, table_date))
    for days in REMINDERS:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", timedelta(days=-days))
        alarm.add("description", f"{summary} in {days} days")
        event.add_component(alarm)
    return event


def _description(end: End, name: str, table_date: date) -> str:
    sentences = [
        f"{end.day} is the last day of {end.what} of Astro Runtime {name}.",
        _MEANINGS[end.what],
        f"{'Computed' if end.is_computed else 'Published'} date (lifecycle data of {table_date}).",
    ]
    if end.files:
        sentences.append(f"Used by {count_dockerfiles(end.files)}.")
    return " ".join(sentences)
