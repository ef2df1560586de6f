"""An open Dockerfile, checked."""

from typing import NamedTuple

from lint_runtime.api import Result
from lint_runtime.lsp.positions import Positions


class Buffer(NamedTuple):
    """An open Dockerfile and what was found in it. `version`: None where the editor has none."""

    uri: str
    text: str
    version: int | None
    positions: Positions
    result: Result
