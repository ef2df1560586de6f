"""What an editor writes behind an image, and where an image leads."""

from collections.abc import Iterator

from lsprotocol import types

from lint_runtime.api import LIFECYCLE_POLICY, describe_support
from lint_runtime.lsp.buffer import Buffer


def hints_in(buffer: Buffer, place: types.Range) -> Iterator[types.InlayHint]:
    """Yield until when each image in a range is maintained."""
    first, last = place.start.line, place.end.line
    for image in buffer.result.images:
        text = describe_support(image.lifecycle, buffer.result.today) if image.lifecycle else ""
        end = buffer.positions.range(image.stage.image_location).end
        if text and first <= end.line <= last:
            yield types.InlayHint(end, text, padding_left=True)


def links_of(buffer: Buffer) -> list[types.DocumentLink]:
    """Return a link from each image to the vendor's page on lifecycles."""
    return [
        types.DocumentLink(
            buffer.positions.range(image.stage.image_location),
            target=LIFECYCLE_POLICY,
            tooltip="Astro Runtime lifecycle policy",
        )
        for image in buffer.result.images
    ]
