"""Make paths in reports relative to the root of a repository, and add the owners of files."""

import os

from lint_runtime.dockerfile.git import repository_root
from lint_runtime.linter.codeowners import CodeOwners, read_codeowners
from lint_runtime.linter.report import STDIN_NAME, Report, is_below


class Places:
    """The repositories around the working directory and the files of a run.

    root: the directory that paths become relative to; files outside it keep their paths. If it is None,
        paths become relative to the repository around the working directory. Files outside that
        repository get paths relative to their own repository.
    """

    def __init__(self, root: str | None) -> None:
        self._directory = os.getcwd()
        self._roots: dict[str, str] = {}
        self._owners: dict[str, CodeOwners] = {}
        self._is_given = root is not None
        self._root = os.path.realpath(root) if root else repository_root(self._directory, self._roots)

    def rooted(self, report: Report) -> Report:
        """Return a report with paths relative to the root."""
        if report.path == STDIN_NAME:
            return report
        path, root = os.path.normpath(os.path.join(self._directory, report.path)), self._root
        if not self._is_given and not (root and is_below(path, root)):
            root = repository_root(os.path.dirname(path), self._roots)
        if not root or not is_below(path, root):
            return report
        path = os.path.relpath(path, root)
        diagnostics = tuple(finding._replace(path=path) for finding in report.diagnostics)
        suppressed = tuple(finding._replace(path=path) for finding in report.suppressed)
        return report._replace(path=path, diagnostics=diagnostics, suppressed=suppressed)

    def owned(self, report: Report) -> Report:
        """Return a report with the owners of its file, from CODEOWNERS in the file's repository."""
        path = os.path.normpath(os.path.join(self._directory, report.path))
        root = repository_root(os.path.dirname(path), self._roots)
        if not root or report.path == STDIN_NAME:
            return report
        if root not in self._owners:
            self._owners[root] = read_codeowners(root)
        name = os.path.relpath(path, root).replace(os.sep, "/")
        return report._replace(owners=self._owners[root].of(name))
