"""Upgrade a manifest and the Dockerfile that it declares together."""

from typing import NamedTuple

from lint_runtime.diagnostics import Diagnostic
from lint_runtime.linter.engine import lint_file
from lint_runtime.linter.neighbors import File
from lint_runtime.linter.report import Upgrade
from lint_runtime.manifest.reader import read_manifest
from lint_runtime.rules import airflow_mismatch
from lint_runtime.rules.base import Neighbors


class Pair(NamedTuple):
    """A manifest and the Dockerfile that it declares. The requirement follows the image.

    manifest: the manifest
    declared: the path of the Dockerfile, as declared
    dockerfile: the content that the Dockerfile gets in this run, or None if the Dockerfile is the file to
        change
    obstacle: the reason why this run can't change the manifest, or ""
    """

    manifest: File
    declared: str
    dockerfile: bytes | None = None
    obstacle: str = ""

    def moves(self) -> tuple[Upgrade, ...]:
        """Return the changes of the requirement that follow the Dockerfile."""
        manifest = read_manifest(self.manifest.data)
        requirement = manifest.requirement if manifest else None
        if self.dockerfile is None or requirement is None:
            return ()
        fixes = [finding.fix for finding in self._mismatches(self.dockerfile) if finding.fix]
        return tuple(
            Upgrade(requirement.location, requirement.text, fix.title.removeprefix("Write "), fix.edits)
            for fix in fixes
        )

    def objection(self, dockerfile: bytes) -> str:
        """Return the reason why the manifest can't follow new content of the Dockerfile, or ""."""
        mismatches = self._mismatches(dockerfile) if self.dockerfile is None else ()
        if not mismatches or (not self.obstacle and all(finding.fix for finding in mismatches)):
            return ""
        return self.obstacle or f"the requirement in {self.manifest.path} needs a change by hand"

    def _mismatches(self, dockerfile: bytes) -> tuple[Diagnostic, ...]:
        """Return the findings of `airflow-mismatch` in the manifest, even if the rule is off."""
        path, data, config, known, *_ = self.manifest
        names = frozenset({airflow_mismatch.check.name})
        config = config._replace(select=names, ignore=frozenset(), severity={})
        neighbors = Neighbors({self.declared: dockerfile})
        return lint_file(data, path, config, known, neighbors=neighbors).diagnostics
