"""An open Dockerfile, checked."""

from typing import NamedTuple

from lsprotocol import types

from lint_runtime.api import Result, RuntimeImage
from lint_runtime.lsp.positions import Positions


class Buffer(NamedTuple):
    """An open Dockerfile and what was found in it. `version`: None where the editor has none."""

    uri: str
    text: str
    version: int | None
    positions: Positions
    result: Result

    def image_at(self, position: types.Position) -> RuntimeImage | None:
        """Return the Runtime image at a position."""
        offset = self.positions.offset(position)
        images = self.result.images
        return next((one for one in images if self.positions.holds(one.stage.image_location, offset)), None)
