"""A JSON report -> its files and findings, whatever machine and version wrote them."""

import os
import posixpath
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date
from typing import Any, NamedTuple, TextIO

from lint_runtime.diagnostics import Diagnostic, Location, Severity, Suppression, SuppressionKind, Target
from lint_runtime.dockerfile.parser import SCRATCH
from lint_runtime.dockerfile.platforms import InvalidPlatformError, Platform, parse_platform
from lint_runtime.dockerfile.references import (
    ImageReference,
    InvalidReferenceError,
    parse_open_reference,
    parse_reference,
)
from lint_runtime.dockerfile.stages import Stage
from lint_runtime.errors import WrongDocumentError
from lint_runtime.files import check_document
from lint_runtime.images import REPOSITORIES
from lint_runtime.linter.json_reader import read_members
from lint_runtime.text import quoted

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


class PastEntry(NamedTuple):
    """One file of a report as it is written there, with its findings.

    `origin`: what the report is called.
    """

    origin: str
    file: _Entry
    findings: list[_Entry]

    def read(self) -> PastFile:
        """Return the file."""
        entry, path = self.file, f"{self.origin}/{_rooted(self.file['path'])}"
        mirrors: dict[str, str] = {}
        stages, uses = (tuple(_stage(stage, mirrors) for stage in entry[key]) for key in ("stages", "uses"))
        suppressions = tuple(
            {suppression["rule"]: _suppression(suppression) for suppression in stage["suppressions"]}
            for stage in (*entry["stages"], *entry["uses"])
        )
        found = tuple(_finding(finding, path) for finding in self.findings)
        return PastFile(path, stages, uses, mirrors, found, suppressions)


class PastReport(NamedTuple):
    """A report from before, checked. `origin`: what it is called. `problems`: what could not be done then.

    `entries`: its files, read one after the other, and only once.
    """

    origin: str
    problems: list[str]
    entries: Iterator[PastEntry]


@contextmanager
def open_report(path: str) -> Iterator[PastReport]:
    """Check the report in a file, and read it while it is open. Raises OSError and WrongDocumentError."""
    with ExitStack() as stack:
        if not os.path.isfile(path):
            # A pipe can be read only once.
            path = stack.enter_context(_copied(path))
        # A file and what was found in it are far from each other.
        files, findings = (stack.enter_context(open(path, encoding="utf-8-sig")) for _ in range(2))
        label, problems = _check(files)
        origin = _rooted(label) or os.path.splitext(os.path.basename(path))[0]
        yield PastReport(origin, problems, _entries(origin, files, findings))


@contextmanager
def _copied(path: str) -> Iterator[str]:
    """Copy what can be read at `path` to a file of the same name."""
    from shutil import copyfileobj
    from tempfile import TemporaryDirectory

    with open(path, "rb") as source, TemporaryDirectory(prefix="lint-runtime-") as directory:
        copy = os.path.join(directory, os.path.basename(path))
        with open(copy, "wb") as file:
            copyfileobj(source, file)
        yield copy


def _check(file: TextIO) -> tuple[str, list[str]]:
    """Return the label and the problems of a report of which everything else is right, too."""
    document: dict[str, Any] = {}
    paths: list[str] = []
    paths_of_findings: list[str] = []
    problems: list[str] = []
    errors: list[WrongDocumentError] = []
    for name, value in read_members(file):
        document[name] = [] if isinstance(value, Iterator) else value
        if not isinstance(value, Iterator) or errors:
            continue
        if name == "files":
            paths += (entry["path"] for entry in _checked(value, "file", name, errors))
        elif name == "diagnostics":
            found = _checked(value, "diagnostic", name, errors)
            paths_of_findings += (run[0]["path"] for run in _runs(found))
        elif name == "problems":
            problems += _checked(value, "problem", name, errors)
    # A newer version may have written other elements.
    _check_version(document)
    if errors:
        raise errors[0]
    check_document(document, SCHEMA)
    _check_order(paths, paths_of_findings)
    return document["label"] or "", problems


def _check_version(document: Mapping[str, Any]) -> None:
    version = document.get("schema_version")
    if type(version) is not int or version < SCHEMA_VERSION:
        raise WrongDocumentError("not a report that --format json wrote")
    if version > SCHEMA_VERSION:
        raise WrongDocumentError(f"written by a newer version (schema {version}, not {SCHEMA_VERSION})")


def _checked(
    elements: Iterator[Any], definition: str, name: str, errors: list[WrongDocumentError]
) -> Iterator[Any]:
    """Yield elements up to the first one that is wrong, of which `errors` gets the error."""
    for number, element in enumerate(elements):
        try:
            check_document(element, SCHEMA, definition, f"data.{name}[{number}]")
            if isinstance(element, dict):
                _check_places(element)
        except WrongDocumentError as error:
            errors.append(error)
            return
        yield element


def _check_places(element: _Entry) -> None:
    """Check what a schema can't: that no location of a file or a finding ends before it starts."""
    places = [element] if "end_line" in element else []
    if "stages" in element:
        stages = (*element["stages"], *element["uses"])
        places += (stage[name] for stage in stages for name in ("image_location", "platform_location"))
    for place in places:
        if (place["line"], place["column"]) > (place["end_line"], place["end_column"]):
            raise WrongDocumentError(f"a location in line {place['line']} ends before it starts")


def _check_order(paths: Iterable[str], paths_of_findings: Iterable[str]) -> None:
    """Check that findings are in the order of the files, so that both can be read side by side."""
    known, left = set(paths), iter(paths)
    last = None
    for path in paths_of_findings:
        if path not in known:
            raise WrongDocumentError(f"a finding is in {quoted(path)}, which is not in the list of files")
        # A file may have several runs.
        if path != last and path not in left:
            raise WrongDocumentError(
                f"the findings in {quoted(path)} are not in the order of the list of files"
            )
        last = path


def _entries(origin: str, files: TextIO, findings: TextIO) -> Iterator[PastEntry]:
    runs = _runs(_elements(findings, "diagnostics"))
    run = next(runs, [])
    entries = _elements(files, "files")
    entry = next(entries, None)
    while entry:
        following = next(entries, None)
        is_last = following is None or following["path"] != entry["path"]
        found: list[_Entry] = []
        # The last file of a path gets whatever is left of it.
        while run and run[0]["path"] == entry["path"] and (is_last or not found):
            found += run
            run = next(runs, [])
        yield PastEntry(origin, entry, found)
        entry = following


def _elements(file: TextIO, name: str) -> Iterator[_Entry]:
    file.seek(0)
    for member, value in read_members(file):
        if member == name and isinstance(value, Iterator):
            yield from value


def _runs(findings: Iterable[_Entry]) -> Iterator[list[_Entry]]:
    """Yield the findings in a file together. Of a path that is there twice, each starts the order again."""
    run: list[_Entry] = []
    for finding in findings:
        if run and (finding["path"] != run[-1]["path"] or _order(finding) <= _order(run[-1])):
            yield run
            run = []
        run.append(finding)
    if run:
        yield run


def _order(entry: _Entry) -> list[Any]:
    return [entry[key] for key in _SORTED_BY]


def _rooted(path: str) -> str:
    """Return `path` with no way out of the directory that it is put below."""
    return posixpath.normpath("/" + path.lstrip("/"))[1:]


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
    until = None if entry["until"] is None else date.fromisoformat(entry["until"])
    return Suppression(SuppressionKind(entry["kind"]), entry["reason"], until)


def _location(entry: _Entry) -> Location:
    # JSON has one kind of number, and 1.0 is a whole one.
    return Location(*(int(entry[key]) for key in Location._fields))


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
    # Of one that is known, the registry may have been a placeholder or a build argument.
    read = parse_reference if entry["repository"] is None else _parse_known
    try:
        reference = read(entry["image"])
    except InvalidReferenceError:
        return None
    is_refused = reference.repository in REPOSITORIES and entry["repository"] is None
    return None if is_refused else reference


def _parse_known(image: str) -> ImageReference:
    try:
        return parse_reference(image)
    except InvalidReferenceError:
        return parse_open_reference(image).reference


def _platform(text: str) -> Platform | None:
    try:
        return parse_platform(text) if text else None
    except InvalidPlatformError:
        return None
