"""Dockerfiles that are open in the editor, with their lint results."""

from typing import NamedTuple

from lint_runtime.config.model import Config
from lint_runtime.lifecycle.table import Snapshot
from lint_runtime.linter.report import Report
from lint_runtime.lsp.positions import Positions


class Buffer(NamedTuple):
    """An open Dockerfile.

    uri: the URI of the file
    text: the content of the file
    positions: the converter between linter locations and editor positions
    report: the result of linting the text
    config: the configuration for the file
    known: the lifecycle facts that are known today
    shows_hints: whether the editor shows inlay hints
    """

    uri: str
    text: str
    positions: Positions
    report: Report
    config: Config
    known: Snapshot
    shows_hints: bool
