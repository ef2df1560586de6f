"""Show facts about the image, platform or suppression comment under the pointer."""

import re

from lsprotocol import types

from lint_runtime.diagnostics import Location
from lint_runtime.images import RuntimeImage
from lint_runtime.lifecycle.views.details import view_details
from lint_runtime.lifecycle.views.timeline import build_timeline
from lint_runtime.lifecycle.views.timeline_text import render_text
from lint_runtime.lsp.buffer import Buffer
from lint_runtime.lsp.hints import state_text
from lint_runtime.rules.advice import date_notes

_SHOWN_FACTS = (
    *("Airflow", "Python", "operating system", "channel", "architectures", "released", "yanked"),
    *("newest in series", "newest release"),
)
"""The facts to show. `runtime-lifecycle show` prints all facts."""


def hover_at(buffer: Buffer, params: types.HoverParams) -> types.Hover | None:
    """Return the facts about the subject at a position in Markdown, or None."""
    offset = buffer.positions.offset(params.position)
    for comment in buffer.report.comments:
        if buffer.positions.touches(comment.target.location, offset, offset):
            rules = ", ".join(f"`{rule}`" for rule in comment.rules) or "nothing"
            scope = "in this file" if comment.above is None else "in the instruction below"
            until = f" until {comment.until}" if comment.until else ""
            return _hover(buffer, comment.target.location, f"Suppresses {rules} {scope}{until}.")
    for image in buffer.report.images:
        stage, lifecycle = image.stage, image.lifecycle
        if place := buffer.place_of(stage.image_location, offset, offset):
            card, rows = _image_card(image, buffer)
            notes = _other_notes(buffer, stage.image_location, rows)
            return _hover(buffer, place, card + notes)
        is_written = stage.platform and stage.platform_location != stage.image_location
        if is_written and (place := buffer.place_of(stage.platform_location, offset, offset)):
            text = "The platforms of this release are unknown."
            if lifecycle and lifecycle.architectures:
                platforms = " and ".join(f"`linux/{name}`" for name in lifecycle.architectures)
                text = f"{lifecycle.name} is available for {platforms}."
            return _hover(buffer, place, text + _other_notes(buffer, stage.platform_location, []))
    return None


def _hover(buffer: Buffer, location: Location, text: str) -> types.Hover:
    content = types.MarkupContent(types.MarkupKind.Markdown, text)
    return types.Hover(content, buffer.positions.range(location))


def _other_notes(buffer: Buffer, location: Location, rows: list[str]) -> str:
    """Return the notes of the findings at a location as a list, without facts from the card."""
    card = "\n".join(rows)
    notes: dict[str, None] = {}
    for finding in buffer.report.diagnostics:
        for note in finding.notes if finding.location == location else ():
            # A note whose dates are all in the card repeats a row in other words.
            dates = re.findall("[0-9]{4}-[0-9]{2}-[0-9]{2}", note)
            if not dates or not all(day in card for day in dates):
                notes[note] = None
    return "\n" + "".join(f"\n- {_escaped(note)}" for note in notes) if notes else ""


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_<>\[\]&|])", r"\\\1", text.replace("\n", " "))


def _image_card(image: RuntimeImage, buffer: Buffer) -> tuple[str, list[str]]:
    """Return the card of an image, and its rows as plain text."""
    known, lifecycle = buffer.known, image.lifecycle
    if lifecycle is None:
        return "Nothing is known of this release.", []
    support = state_text(image.state(known.day), lifecycle, known.day)
    heading = f"**{lifecycle.name}**{f', {support}' if support else ''}"
    series = lifecycle.series.name
    # Show facts about the series if the release isn't listed.
    view = view_details(known, str(lifecycle.version) if lifecycle.release else series)
    facts = [("Python", image.python), ("operating system", image.os)]
    facts += [(fact["name"], fact["value"]) for fact in view.content["facts"]]
    rows = [f"{name}: {value}" for name, value in facts if name in _SHOWN_FACTS and value]
    rows = list(dict.fromkeys([*rows, *date_notes(lifecycle, known)]))
    markdown = "\n".join(f"- {_escaped(row)}" for row in rows)
    timeline = build_timeline(known, {}, {series})
    if timeline.bars:
        picture = render_text(timeline, width=60, is_colored=False)
        markdown += f"\n\n```text\n{picture}```"
    return f"{heading}\n\n{markdown}", rows
