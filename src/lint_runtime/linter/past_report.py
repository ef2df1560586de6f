"""The bytes of a JSON report -> its files and findings, whatever machine and version wrote them."""

import os
import posixpath
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from lint_runtime.diagnostics import Diagnostic, Location, Severity, Suppression, SuppressionKind, Target
from lint_runtime.dockerfile.parser import SCRATCH
from lint_runtime.dockerfile.platforms import InvalidPlatformError, Platform, parse_platform
from lint_runtime.dockerfile.references import ImageReference, InvalidReferenceError, parse_reference
from lint_runtime.dockerfile.stages import Provenance, Stage
from lint_runtime.errors import WrongDocumentError
from lint_runtime.files import check_document, parse_document
from lint_runtime.images import REPOSITORIES, RepositoryKind
from lint_runtime.text import parse_day, quoted

SCHEMA = "linter/past-report.schema.json"
SCHEMA_VERSION = 1

_Entry = Mapping[str, Any]
_SORTED_BY = (*Location._fields, "rule", "severity", "message", "subject")


class PastFile(NamedTuple):
    """One file of a report, its origin before its path.

    `mirrors`: those of the vendor's repositories that the configuration of its machine had. `findings`:
    without fixes, for there is no file here to change. `suppressions`: as in Report.
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
    origin = _rooted(document.get("label") or "") or os.path.splitext(os.path.basename(path))[0]
    files = tuple(
        _file(entry, f"{origin}/{_rooted(entry['path'])}", findings.take(entry["path"]))
        for entry in document["files"]
    )
    return PastReport(origin, files, tuple(document.get("problems", ())))


def _check_version(document: Mapping[str, Any]) -> None:
    version = document.get("schema_version")
    if type(version) is not int or version < SCHEMA_VERSION:
        raise WrongDocumentError("it is no report that --format json wrote")
    if version > SCHEMA_VERSION:
        raise WrongDocumentError(f"it is of a newer version: schema {version}, not {SCHEMA_VERSION}")


class _Findings:
    """The findings of a report by path. Of a path that it has twice, each file starts the order again."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._files = Counter(entry["path"] for entry in document["files"])
        self._runs: dict[str, deque[list[_Entry]]] = {path: deque() for path in self._files}
        for entry in document["diagnostics"]:
            runs = self._runs.get(entry["path"])
            if runs is None:
                raise WrongDocumentError(f"it lists no file {quoted(entry['path'])}, but a finding in it")
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
    return [entry.get(key, "") for key in _SORTED_BY]


def _rooted(path: str) -> str:
    """Return `path` with no way out of the directory that it is put below."""
    return posixpath.normpath("/" + path.lstrip("/"))[1:]


def _file(entry: _Entry, path: str, found: list[_Entry]) -> PastFile:
    findings = tuple(_finding(finding, path) for finding in found)
    mirrors: dict[str, str] = {}
    places = sorted({finding.location for finding in findings})
    stages, uses = (
        tuple(_stage(stage, places, mirrors) for stage in entry.get(key, ())) for key in ("stages", "uses")
    )
    suppressions = tuple(_suppressions(stage) for stage in (*entry["stages"], *entry.get("uses", ())))
    return PastFile(path, stages, uses, mirrors, findings, suppressions)


def _suppressions(entry: _Entry) -> dict[str, Suppression]:
    found = ((one["rule"], _suppression(one)) for one in entry.get("suppressions", ()))
    return {rule: suppression for rule, suppression in found if suppression}


def _finding(entry: _Entry, path: str) -> Diagnostic:
    return Diagnostic(
        path,
        Target(_location(entry), entry.get("subject", entry["message"])),
        entry["rule"],
        Severity(entry["severity"]),
        entry["message"],
        suppression=_suppression(entry.get("suppression")),
    )


def _suppression(entry: _Entry | None) -> Suppression | None:
    if entry is None:
        return None
    until = None if entry["until"] is None else parse_day(entry["until"])
    if until is None and entry["until"] is not None:
        raise WrongDocumentError(f"{quoted(entry['until'])} is no day of the form YYYY-MM-DD")
    return Suppression(SuppressionKind(entry["kind"]), entry["reason"], until)


def _location(entry: _Entry) -> Location:
    # JSON has one kind of number, and 1.0 is a whole one.
    location = Location(*(int(entry[key]) for key in Location._fields))
    if location.start > location.end:
        raise WrongDocumentError(f"something ends before it starts, in line {location.line}")
    return location


def _stage(entry: _Entry, places: Sequence[Location], mirrors: dict[str, str]) -> Stage:
    """Return a stage, and add to `mirrors` what its image mirrors."""
    reference = _reference(entry)
    original = entry.get("repository")
    if reference and original in REPOSITORIES:
        mirrors[reference.repository] = original
    image_location = _place(entry, "image_location", places)
    return Stage(
        line=int(entry["line"]),
        end_line=int(entry["end_line"]),
        name=entry["name"],
        image=entry["image"],
        platform=entry["platform"],
        stage_ref=None if entry["stage_ref"] is None else int(entry["stage_ref"]),
        reference=reference,
        platform_value=_platform(entry["platform"]),
        platform_refusal="",
        platform_varies=entry.get("platform_varies", False),
        image_location=image_location,
        platform_location=_place(entry, "platform_location", places),
        image_source=Provenance(),
        platform_source=Provenance(),
    )


def _place(entry: _Entry, key: str, places: Sequence[Location]) -> Location:
    """Return a place; where an old report has none, the first of `places` in the same lines."""
    if key in entry:
        return _location(entry[key])
    start = Location(int(entry["line"]), 1, int(entry["line"]), 1)
    index = bisect_left(places, start)
    is_within = index < len(places) and places[index].line <= int(entry["end_line"])
    return places[index] if is_within else start


def _reference(entry: _Entry) -> ImageReference | None:
    """Return what a stage is built on; None for a stage, for `scratch` and where the build refuses it."""
    if entry["stage_ref"] is not None or entry["image"] == SCRATCH:
        return None
    try:
        reference = parse_reference(entry["image"])
    except InvalidReferenceError:
        return None
    known = REPOSITORIES.get(reference.repository)
    return None if known and not _is_runtime(entry, known.kind) else reference


def _is_runtime(entry: _Entry, kind: RepositoryKind) -> bool:
    """Whether a stage with the name of a Runtime image uses it; a FROM that is refused does not."""
    if "repository" in entry:
        return entry["repository"] is not None
    return entry["runtime"] is not None or kind is RepositoryKind.RETIRED


def _platform(text: str) -> Platform | None:
    try:
        return parse_platform(text) if text else None
    except InvalidPlatformError:
        return None
