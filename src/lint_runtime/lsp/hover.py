"""What an editor shows of the image, the platform or the suppression under the pointer."""

import re

from lsprotocol import types

from lint_runtime.api import (
    Location,
    RuntimeImage,
    SuppressionComment,
    describe_dates,
    describe_image,
    describe_support,
    draw_timeline,
    name_release,
)
from lint_runtime.lsp.buffer import Buffer

_TIMELINE_WIDTH = 60


def hover_at(buffer: Buffer, position: types.Position) -> types.Hover | None:
    """Return what is known of what is at a position; None if that is nothing."""
    offset = buffer.positions.offset(position)
    for comment in buffer.result.comments:
        if buffer.positions.holds(comment.target.location, offset):
            return _hover(buffer, comment.target.location, _comment(comment))
    for image in buffer.result.images:
        stage = image.stage
        if buffer.positions.holds(stage.image_location, offset):
            return _hover(buffer, stage.image_location, _image(image, buffer))
        if stage.platform and buffer.positions.holds(stage.platform_location, offset):
            return _hover(buffer, stage.platform_location, _platforms(image))
    return None


def _hover(buffer: Buffer, location: Location, text: str) -> types.Hover:
    content = types.MarkupContent(types.MarkupKind.Markdown, text)
    return types.Hover(content, buffer.positions.range(location))


def _image(image: RuntimeImage, buffer: Buffer) -> str:
    result, lifecycle = buffer.result, image.lifecycle
    if lifecycle is None:
        return "Nothing is known of this release."
    end = describe_support(lifecycle, result.today)
    heading = f"**{name_release(lifecycle)}**{f', {end}' if end else ''}"
    facts = describe_image(image, result.table, result.today)
    rows = [f"- {name}: {_prose(value)}" for name, value in facts if name in _SHOWN]
    rows += [f"- {_prose(dates)}" for dates in describe_dates(lifecycle, result.today)]
    picture = draw_timeline(lifecycle.series, result.table, result.today, _TIMELINE_WIDTH)
    timeline = f"\n\n```text\n{picture}```" if picture else ""
    return f"{heading}\n\n" + "\n".join(rows) + timeline


# What somebody asks who has the line in front of them; `runtime-lifecycle show` has all.
_SHOWN = frozenset(
    (
        *("Airflow", "Python", "operating system", "channel", "architectures", "released", "yanked"),
        *("newest in series", "newest release"),
    )
)


def _prose(text: str) -> str:
    """Return text in which Markdown means nothing."""
    return re.sub(r"([\\`*_<>\[\]&|])", r"\\\1", text.replace("\n", " "))


def _platforms(image: RuntimeImage) -> str:
    lifecycle = image.lifecycle
    if lifecycle is None or not lifecycle.architectures:
        return "The platforms of this release are unknown."
    offered = " and ".join(f"`linux/{name}`" for name in lifecycle.architectures)
    return f"{name_release(lifecycle)} is available for {offered}."


def _comment(comment: SuppressionComment) -> str:
    where = "in this file" if comment.above is None else "in the instruction below"
    until = f" until {comment.until}" if comment.until else ""
    rules = ", ".join(f"`{rule}`" for rule in comment.rules) or "nothing"
    return f"Suppresses {rules} {where}{until}."
