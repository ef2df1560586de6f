"""Open Dockerfiles and their results."""

from typing import NamedTuple

from lint_runtime.config.model import Config
from lint_runtime.lifecycle.table import Snapshot
from lint_runtime.linter.report import Report
from lint_runtime.lsp.positions import Positions


class Buffer(NamedTuple):
    """An open Dockerfile.

    uri: its URI
    text: its content
    positions: the conversion between locations and editor positions
    report: the result of linting the text
    config: the settings of the file
    known: the lifecycle data as of today
    shows_hints: whether the editor shows inlay hints
    """

    uri: str
    text: str
    positions: Positions
    report: Report
    config: Config
    known: Snapshot
    shows_hints: bool
