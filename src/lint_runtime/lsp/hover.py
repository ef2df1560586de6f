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
    subject = _subject_at(buffer, buffer.positions.offset(params.position))
    if subject is None:
        return None
    location, text = subject
    content = types.MarkupContent(types.MarkupKind.Markdown, text)
    return types.Hover(content, buffer.positions.range(location))


def _subject_at(buffer: Buffer, offset: int) -> tuple[Location, str] | None:
    """Return the location and the Markdown text of the subject at an offset."""
    for comment in buffer.report.comments:
        if buffer.positions.touches(comment.target.location, offset, offset):
            rules = ", ".join(f"`{rule}`" for rule in comment.rules) or "nothing"
            scope = "in this file" if comment.above is None else "in the instruction below"
            until = f" until {comment.until}" if comment.until else ""
            return comment.target.location, f"Suppresses {rules} {scope}{until}."
    for image in buffer.report.images:
        stage, lifecycle = image.stage, image.lifecycle
        if buffer.positions.touches(stage.image_location, offset, offset):
            return stage.image_location, _image_text(image, buffer)
        if stage.platform and buffer.positions.touches(stage.platform_location, offset, offset):
            text = "The platforms of this release are unknown."
            if lifecycle and lifecycle.architectures:
                platforms = " and ".join(f"`linux/{name}`" for name in lifecycle.architectures)
                text = f"{lifecycle.name} is available for {platforms}."
            return stage.platform_location, text
    return None


def _image_text(image: RuntimeImage, buffer: Buffer) -> str:
    known, lifecycle = buffer.known, image.lifecycle
    if lifecycle is None:
        return "Nothing is known of this release."
    support = state_text(image.state(known.day), lifecycle, known.day)
    heading = f"**{lifecycle.name}**{f', {support}' if support else ''}"
    series = lifecycle.series.name
    # Show facts about the series if the release isn't listed.
    view = view_details(known, str(lifecycle.version) if lifecycle.release else series)
    facts = [("Python", image.python), ("operating system", image.os)]
    facts += [(fact["name"], fact["value"]) for fact in view.content["facts"]]
    rows = [f"{name}: {value}" for name, value in facts if name in _SHOWN_FACTS and value]
    rows += date_notes(lifecycle, known)
    escaped = (re.sub(r"([\\`*_<>\[\]&|])", r"\\\1", row.replace("\n", " ")) for row in rows)
    markdown = "\n".join(f"- {row}" for row in escaped)
    timeline = build_timeline(known, {}, {series})
    if timeline.bars:
        picture = render_text(timeline, width=60, is_colored=False)
        markdown += f"\n\n```text\n{picture}```"
    return f"{heading}\n\n{markdown}"
