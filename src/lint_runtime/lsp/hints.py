"""Show inlay hints and links for images."""

from datetime import date

from lsprotocol import types

from lint_runtime.diagnostics import Location
from lint_runtime.lifecycle.model import Lifecycle, State
from lint_runtime.lsp.buffer import Buffer
from lint_runtime.rules import LIFECYCLE_POLICY
from lint_runtime.text import counted


def inlay_hints(buffer: Buffer, params: types.InlayHintParams) -> list[types.InlayHint]:
    """Return the hints in a range. Each hint shows the state of an image, as `state_text` returns it.

    The hint is at the end of the image. If an ARG contains the version, there is also a hint at the end of
    the ARG.
    Short hints leave out the part in parentheses and have at most 30 characters.
    """
    hints: dict[tuple[Location, str], None] = {}
    length = buffer.settings.inlay_hints
    for image in () if length == "off" else buffer.report.images:
        text = state_text(image.state(buffer.known.day), image.lifecycle, buffer.known.day)
        places = [image.argument.location] if image.argument else []
        if text:
            hints |= dict.fromkeys((place, text) for place in (*places, image.stage.image_location))
    ends = [(buffer.positions.range(place).end, text) for place, text in hints]
    first, last = params.range.start.line, params.range.end.line
    return [
        types.InlayHint(
            end, text.partition(" (")[0] if length == "short" else text, tooltip=text, padding_left=True
        )
        for end, text in ends
        if first <= end.line <= last
    ]


def document_links(buffer: Buffer, _params: types.DocumentLinkParams) -> list[types.DocumentLink]:
    """Return a link to the vendor's lifecycle policy for each image."""
    return [
        types.DocumentLink(
            buffer.positions.range(image.stage.image_location),
            target=LIFECYCLE_POLICY,
            tooltip="Astro Runtime lifecycle policy",
        )
        for image in buffer.report.images
    ]


def state_text(state: State, lifecycle: Lifecycle | None, today: date) -> str:
    """Return the state of an image or a series in words. Returns "" for an unknown state.

    For example: `maintained until 2027-04-30 (217 days)`.
    """
    if lifecycle is None or state in (State.YANKED, State.PRERELEASE, State.UNKNOWN):
        return "" if state is State.UNKNOWN else state.value
    is_maintained = state in (State.MAINTAINED, State.ENDING)
    end = lifecycle.maintenance
    if not is_maintained:
        end = lifecycle.basic_support or end
    # If no end is known, the series is unsupported: all other series have end dates.
    if end is None or state is State.UNSUPPORTED:
        return f"unsupported since {end.since}" if end else "unsupported"
    support = "maintained" if is_maintained else "basic support"
    left = (end.day - today).days
    return f"{support} until {end} ({counted(left, 'day') if left else 'today'})"
