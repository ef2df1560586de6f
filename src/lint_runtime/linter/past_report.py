"""The bytes of a JSON report -> its files and findings, whatever machine and version wrote them."""

import os
import posixpath
from collections import Counter, deque
from collections.abc import Mapping
from typing import Any, NamedTuple

from lint_runtime.diagnostics import Diagnostic, Location, Severity, Suppression, SuppressionKind, Target
from lint_runtime.dockerfile.parser import SCRATCH
from lint_runtime.dockerfile.platforms import InvalidPlatformError, Platform, parse_platform
from lint_runtime.dockerfile.references import ImageReference, InvalidReferenceError, parse_reference
from lint_runtime.dockerfile.stages import Stage
from lint_runtime.errors import WrongDocumentError
from lint_runtime.files import check_document, parse_document
from lint_runtime.images import REPOSITORIES
from lint_runtime.text import parse_day, quoted

SCHEMA = "linter/past-report.schema.json"
SCHEMA_VERSION = 1

_Entry = Mapping[str, Any]
_SORTED_BY = (*Location._fields, "rule", "severity", "message", "subject")


class PastFile(NamedTuple):
    """One file of a report, its origin before its path.

    `mirrors`: those of the vendor's repositories that the configuration of its machine had. `findings`:
    without fixes, because the file is not here. `suppressions`: as in Report.
    """

    path: str
    stages: tuple[Stage, ...]
    uses: tuple[Stage, ...]
    mirrors: Mapping[str, str]
    findings: tuple[Diagnostic, ...]
    suppressions: tuple[Mapping[str, Suppression], ...]


class PastReport(NamedTuple):
    """A report from before. `origin`: what it is called. `problems`: what could not be done then."""

    origin: str
    files: tuple[PastFile, ...]
    problems: tuple[str, ...]


def read_report(data: bytes, path: str) -> PastReport:
    """Return what the report in the file `path` has. Raises WrongDocumentError."""
    document = parse_document(data)
    _check_version(document)
    check_document(document, SCHEMA)
    findings = _Findings(document)
    origin = _rooted(document["label"] or "") or os.path.splitext(os.path.basename(path))[0]
    files = tuple(
        _file(entry, f"{origin}/{_rooted(entry['path'])}", findings.take(entry["path"]))
        for entry in document["files"]
    )
    return PastReport(origin, files, tuple(document["problems"]))


def _check_version(document: Mapping[str, Any]) -> None:
    version = document.get("schema_version")
    if type(version) is not int or version < SCHEMA_VERSION:
        raise WrongDocumentError("not a report that --format json wrote")
    if version > SCHEMA_VERSION:
        raise WrongDocumentError(f"written by a newer version (schema {version}, not {SCHEMA_VERSION})")


class _Findings:
    """The findings of a report by path. Of a path that it has twice, each file starts the order again."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._files = Counter(entry["path"] for entry in document["files"])
        self._runs: dict[str, deque[list[_Entry]]] = {path: deque() for path in self._files}
        for entry in document["diagnostics"]:
            runs = self._runs.get(entry["path"])
            if runs is None:
                raise WrongDocumentError(
                    f"a finding is in {quoted(entry['path'])}, which is not in the list of files"
                )
            if not runs or _order(entry) <= _order(runs[-1][-1]):
                runs.append([])
            runs[-1].append(entry)

    def take(self, path: str) -> list[_Entry]:
        """Return the findings of the next file of that path; the last one gets all that are left."""
        self._files[path] -= 1
        runs = self._runs[path]
        taken = list(runs) if not self._files[path] else [runs.popleft()] if runs else []
        return [entry for run in taken for entry in run]


def _order(entry: _Entry) -> list[Any]:
    return [entry[key] for key in _SORTED_BY]


def _rooted(path: str) -> str:
    """Return `path` with no way out of the directory that it is put below."""
    return posixpath.normpath("/" + path.lstrip("/"))[1:]


def _file(entry: _Entry, path: str, found: list[_Entry]) -> PastFile:
    findings = tuple(_finding(finding, path) for finding in found)
    mirrors: dict[str, str] = {}
    stages, uses = (tuple(_stage(stage, mirrors) for stage in entry[key]) for key in ("stages", "uses"))
    suppressions = tuple(
        {suppression["rule"]: _suppression(suppression) for suppression in stage["suppressions"]}
        for stage in (*entry["stages"], *entry["uses"])
    )
    return PastFile(path, stages, uses, mirrors, findings, suppressions)


def _finding(entry: _Entry, path: str) -> Diagnostic:
    return Diagnostic(
        path,
        Target(_location(entry), entry["subject"]),
        entry["rule"],
        Severity(entry["severity"]),
        entry["message"],
        entry["help"],
        tuple(entry["notes"]),
        suppression=entry["suppression"] and _suppression(entry["suppression"]),
    )


def _suppression(entry: _Entry) -> Suppression:
    until = None if entry["until"] is None else parse_day(entry["until"])
    if until is None and entry["until"] is not None:
        raise WrongDocumentError(f"invalid date {quoted(entry['until'])} (expected YYYY-MM-DD)")
    return Suppression(SuppressionKind(entry["kind"]), entry["reason"], until)


def _location(entry: _Entry) -> Location:
    # JSON has one kind of number, and 1.0 is a whole one.
    location = Location(*(int(entry[key]) for key in Location._fields))
    if location.start > location.end:
        raise WrongDocumentError(f"a location in line {location.line} ends before it starts")
    return location


def _stage(entry: _Entry, mirrors: dict[str, str]) -> Stage:
    """Return a stage, and add to `mirrors` what its image mirrors."""
    reference = _reference(entry)
    if reference and entry["repository"] in REPOSITORIES:
        mirrors[reference.repository] = entry["repository"]
    return Stage(
        line=int(entry["line"]),
        end_line=int(entry["end_line"]),
        name=entry["name"],
        image=entry["image"],
        platform=entry["platform"],
        stage_ref=None if entry["stage_ref"] is None else int(entry["stage_ref"]),
        reference=reference,
        platform_value=_platform(entry["platform"]),
        platform_varies=entry["platform_varies"],
        image_location=_location(entry["image_location"]),
        platform_location=_location(entry["platform_location"]),
    )


def _reference(entry: _Entry) -> ImageReference | None:
    """Return what a stage is built on; None for a stage, for `scratch` and where the build refuses it."""
    if entry["stage_ref"] is not None or entry["image"] == SCRATCH:
        return None
    try:
        reference = parse_reference(entry["image"])
    except InvalidReferenceError:
        return None
    is_refused = reference.repository in REPOSITORIES and entry["repository"] is None
    return None if is_refused else reference


def _platform(text: str) -> Platform | None:
    try:
        return parse_platform(text) if text else None
    except InvalidPlatformError:
        return None
