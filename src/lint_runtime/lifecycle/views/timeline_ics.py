"""Render the upcoming ends of release series as an iCalendar file."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, timezone

from lint_runtime.errors import missing
from lint_runtime.lifecycle.model import WARN_WITHIN
from lint_runtime.lifecycle.versions import series_name
from lint_runtime.lifecycle.views.timeline import UpcomingEnd, count_files
from lint_runtime.text import visible

try:
    from icalendar import Alarm, Calendar, Event
except ImportError:
    raise missing("the calendar") from None

REMINDERS = (WARN_WITHIN, 30)
"""The times of the reminders, in days before the end."""

_MEANINGS = {
    "maintenance": "After that, it gets no fixes and can't be used for new Deployments.",
    "basic support": "After that, Astronomer no longer supports it.",
}


def render_ics(ends: Iterable[UpcomingEnd], table_date: date) -> str:
    """Render a calendar of all-day events. The output depends only on the arguments.

    table_date: the date of the lifecycle data, used as the sequence number of all events
    """
    calendar = Calendar()
    calendar.add("prodid", "-//lint-runtime//runtime-lifecycle timeline//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Astro Runtime lifecycle")
    for series, what, end, _, files in ends:
        name = visible(series_name(series))
        summary = f"Astro Runtime {name}: end of {what}"
        sentences = [
            f"{end.day} is the last day of {what} of Astro Runtime {name}.",
            _MEANINGS[what],
            f"{'Computed' if end.is_computed else 'Published'} date (lifecycle data of {table_date}).",
        ]
        if files:
            sentences.append(f"Used by {count_files(files)}.")
        event = Event()
        event.add("uid", f"{visible(series)}-end-of-{what.replace(' ', '-')}@lint-runtime")
        event.add("dtstamp", datetime.combine(table_date, time(), timezone.utc))
        # Calendar apps ignore changes to a known event unless its sequence number increases.
        event.add("sequence", int(f"{table_date:%Y%m%d}"))
        event.add("dtstart", end.day)
        event.add("dtend", end.day + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
        event.add("summary", summary)
        event.add("description", " ".join(sentences))
        for days in REMINDERS:
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("trigger", timedelta(days=-days))
            alarm.add("description", f"{summary} in {days} days")
            event.add_component(alarm)
        calendar.add_component(event)
    return str(calendar.to_ical(), "utf-8")
