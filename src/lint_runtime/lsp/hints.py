"""Show inlay hints and links for images."""

from datetime import date

from lsprotocol import types

from lint_runtime.lifecycle.model import Lifecycle, Status
from lint_runtime.lsp.buffer import Buffer
from lint_runtime.rules import LIFECYCLE_POLICY
from lint_runtime.text import counted


def inlay_hints(buffer: Buffer, params: types.InlayHintParams) -> list[types.InlayHint]:
    """Return a hint with the end of support for each image in a range."""
    hints = []
    for image in buffer.report.images if buffer.shows_hints else ():
        text = support_text(image.lifecycle, buffer.known.day) if image.lifecycle else ""
        end = buffer.positions.range(image.stage.image_location).end
        if text and params.range.start.line <= end.line <= params.range.end.line:
            hints.append(types.InlayHint(end, text, padding_left=True))
    return hints


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


def support_text(lifecycle: Lifecycle, today: date) -> str:
    """Describe the end of support in words. Returns "" if unknown."""
    schedule, is_maintained = lifecycle.schedule, lifecycle.status is Status.MAINTAINED
    if schedule is None:
        return "unsupported" if lifecycle.status is Status.UNSUPPORTED else ""
    end = schedule.maintenance if is_maintained else schedule.basic_support or schedule.maintenance
    if lifecycle.status is Status.UNSUPPORTED:
        return f"unsupported since {end}"
    support = "maintained" if is_maintained else "basic support"
    return f"{support} until {end} ({counted((end.day - today).days, 'day')})"
