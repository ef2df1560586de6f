"""Show facts about the image, platform or suppression comment under the pointer."""

import re
from collections.abc import Sequence

from lsprotocol import types

from lint_runtime.diagnostics import Location
from lint_runtime.images import RuntimeImage
from lint_runtime.lifecycle.views.details import view_details
from lint_runtime.lifecycle.views.timeline import build_timeline
from lint_runtime.lifecycle.views.timeline_text import render_text
from lint_runtime.lsp.buffer import Buffer
from lint_runtime.lsp.hints import state_text
from lint_runtime.rules.advice import answer, date_notes
from lint_runtime.rules.base import Case

_SHOWN_FACTS = (
    *("Airflow", "Python", "operating system", "channel", "architectures", "released", "yanked"),
    *("newest in series", "newest release"),
)
"""The names of the facts in a hover. `runtime-lifecycle show` prints all facts."""


def hover_at(buffer: Buffer, params: types.HoverParams) -> types.Hover | None:
    """Return a hover for the comment, image or platform at a position, or None."""
    offset = buffer.positions.offset(params.position)
    for comment in buffer.report.comments:
        if buffer.positions.touches(comment.target.location, offset, offset):
            rules = ", ".join(f"`{rule}`" for rule in comment.rules) or "nothing"
            scope = "in this file" if comment.above is None else "in the instruction below"
            until = f" until {comment.suppression.until}" if comment.suppression.until else ""
            return _hover(buffer, comment.target.location, f"Suppresses {rules} {scope}{until}.")
    for image in buffer.report.images:
        stage, lifecycle = image.stage, image.lifecycle
        if place := buffer.place_of(stage.image_location, offset, offset):
            return _hover(buffer, place, _image_card(image, buffer))
        is_written = stage.platform and stage.platform_location != stage.image_location
        if is_written and (place := buffer.place_of(stage.platform_location, offset, offset)):
            text = "The platforms of this release are unknown."
            if lifecycle and lifecycle.architectures:
                platforms = " and ".join(f"`linux/{name}`" for name in lifecycle.architectures)
                text = f"{lifecycle.name} is available for {platforms}."
            return _hover(buffer, place, text + _notes(buffer, stage.platform_location, []))
    return None


def _hover(buffer: Buffer, location: Location, text: str) -> types.Hover:
    content = types.MarkupContent(types.MarkupKind.Markdown, text)
    return types.Hover(content, buffer.positions.range(location))


def _notes(buffer: Buffer, location: Location, rows: Sequence[str]) -> str:
    """Return the notes of the findings about an image or a platform, as a Markdown list.

    rows: the rows already in the hover. Notes with the same text are left out.
    """
    findings = [finding for finding in buffer.report.diagnostics if location in finding.images]
    notes = dict.fromkeys(note for finding in findings for note in finding.notes if note not in rows)
    return "\n" + "".join(f"\n- {_escaped(note)}" for note in notes) if notes else ""


def _escaped(text: str) -> str:
    # Don't escape addresses: editors turn them into links, and a backslash would break an address.
    pattern = r"(https://[\w./-]+)|([\\`*_<>\[\]&|])"
    return re.sub(pattern, lambda match: match[1] or f"\\{match[2]}", text.replace("\n", " "))


def _image_card(image: RuntimeImage, buffer: Buffer) -> str:
    """Return the hover of an image: facts, what to write instead, and the notes of its findings."""
    known, lifecycle, advice = buffer.known, image.lifecycle, ""
    if image.destination:
        text = answer(Case(image, known, buffer.config)).explained
        advice = f"\n\n{_escaped(text[0].upper() + text[1:])}"
    if lifecycle is None:
        notes = _notes(buffer, image.stage.image_location, [])
        return f"Nothing is known of this release.{advice}{notes}"
    support = state_text(image.state(known.day), lifecycle, known.day)
    heading = f"**{lifecycle.name}**{f', {support}' if support else ''}"
    series = lifecycle.series.name
    # If the data doesn't list the release, show the facts about its series.
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
    notes = _notes(buffer, image.stage.image_location, rows)
    return f"{heading}{advice}\n\n{markdown}{notes}"
