"""Read JSON reports of earlier runs, possibly from other machines."""

import json
import os
import posixpath
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date
from typing import Any, BinaryIO, NamedTuple

from lint_runtime.diagnostics import Diagnostic, Location, Severity, Suppression, SuppressionKind, Target
from lint_runtime.dockerfile.parser import SCRATCH
from lint_runtime.dockerfile.platforms import InvalidPlatformError, Platform, parse_platform
from lint_runtime.dockerfile.references import InvalidReferenceError, parse_open_reference, parse_reference
from lint_runtime.dockerfile.stages import Stage
from lint_runtime.errors import WrongDocumentError
from lint_runtime.files import MAX_DOCUMENT, parse_document
from lint_runtime.images import REPOSITORIES, Argument
from lint_runtime.manifest.model import Manifest, Requirement, Text
from lint_runtime.manifest.requirements import distribution
from lint_runtime.schema import check_document

SCHEMA = "linter/past-report.schema.json"
SCHEMA_VERSION = 2

_Entry = Mapping[str, Any]


class PastFile(NamedTuple):
    """A file in a report.

    Fields for images have one item for each stage, then one for each use (such as COPY --from).

    path: path in the report, prefixed with the label
    written: path exactly as in the report
    label: label in a combined report, otherwise the origin of the report
    owners: owners of the file according to CODEOWNERS
    stages: see `Dockerfile.stages`
    uses: see `Dockerfile.uses`
    arguments: for each image, the ARG that contains its version, or None
    editable: for each image, whether a fix could change it
    manifest: the manifest that determines the image, without the manifest's text; None for a Dockerfile
    mirrors: vendor repositories, keyed by mirror
    findings: findings without fixes
    suppressions: for each image, its suppressions, keyed by rule
    """

    path: str
    written: str
    label: str
    owners: tuple[str, ...]
    stages: tuple[Stage, ...]
    uses: tuple[Stage, ...]
    arguments: tuple[Argument | None, ...]
    editable: tuple[bool, ...]
    manifest: Manifest | None
    mirrors: Mapping[str, str]
    findings: tuple[Diagnostic, ...]
    suppressions: tuple[Mapping[str, Suppression], ...]


class PastReport:
    """A JSON report with one file per line, read line by line.

    The constructor reads the lines before the first file. The constructor and `files` may raise
    WrongDocumentError.

    origin: label of the report, or its filename without the extension
    problems: error messages of the earlier run; empty until all files are read
    """

    def __init__(self, path: str, content: BinaryIO) -> None:
        self._content = content
        self._line = 0
        head, start = self._read_until(b'"files": [', b'"files": [],')
        document = parse_document(head + b'"files": []}' if start else head)
        version = document.get("schema_version")
        if type(version) is not int or version < 1:
            raise WrongDocumentError("not a report that --format json wrote")
        schemas = f"(schema {version}, not {SCHEMA_VERSION})"
        if version > SCHEMA_VERSION:
            raise WrongDocumentError(f"written by a newer version {schemas}")
        if version < SCHEMA_VERSION:
            raise WrongDocumentError(f"written by an older version {schemas}; lint again with this version")
        if not start:
            raise WrongDocumentError(f"reformatted; {_USE_ORIGINAL}")
        check_document(document, SCHEMA, "head")
        self._has_files = start == b'"files": ['
        self.origin = _below_root(document["label"] or "") or os.path.splitext(os.path.basename(path))[0]
        # If a component of the report's directory is named like the label, this is the directory up to that
        # component, which is removed from the start of paths. For example, with the label `billing`,
        # `billing/Dockerfile` must not become `billing/billing/Dockerfile`.
        parts = posixpath.normpath(document["directory"]).split("/")
        name = posixpath.basename(self.origin)
        self._base = "/".join(parts[: len(parts) - parts[::-1].index(name)]) if name in parts else ""
        self.problems: list[str] = []

    def files(self) -> Iterator[PastFile]:
        """Yield the files in the report. Can be called only once."""
        index = 0
        while self._has_files and (line := self._read_line()).strip() not in (b"]", b"],"):
            if not line.endswith(b"\n"):
                raise WrongDocumentError(f"truncated; it ends in line {self._line}")
            if line.strip() == b"{":
                raise WrongDocumentError(f"reformatted; {_USE_ORIGINAL}")
            entry = _parse(line.rstrip().removesuffix(b","), self._line)
            try:
                check_document(entry, SCHEMA, "file", f"files[{index}]")
                file = _past_file(entry, self.origin, self._base)
            except WrongDocumentError as error:
                raise WrongDocumentError(f"line {self._line}: {error}") from None
            yield file
            index += 1
        end_of_files = self._line
        rest, _ = self._read_until()
        if not rest.rstrip().endswith(b"\n}"):
            raise WrongDocumentError(f"truncated; it ends in line {self._line}")
        tail = _parse(b"{\n" + rest, end_of_files)
        check_document(tail, SCHEMA, "tail")
        self.problems = tail["problems"]

    def _read_until(self, *ends: bytes) -> tuple[bytes, bytes]:
        """Return the text before the first line in `ends`, and that line.

        Returns the remaining text and b"" if no such line follows.
        """
        text = bytearray()
        while line := self._read_line(MAX_DOCUMENT - len(text)):
            if line.strip() in ends:
                return bytes(text), line.strip()
            text += line
        return bytes(text), b""

    def _read_line(self, room: int = MAX_DOCUMENT) -> bytes:
        """Return the next line, or b"" at the end of the report.

        Raises WrongDocumentError if the line is longer than `room` bytes.
        """
        line = self._content.readline(room + 1)
        if len(line) > room:
            raise WrongDocumentError(
                f"a part of it is larger than {MAX_DOCUMENT >> 20} MiB; {_USE_ORIGINAL}"
            )
        self._line += bool(line)
        return line


_USE_ORIGINAL = "use the report as --format json wrote it, with one file per line"


def _parse(text: bytes, first_line: int) -> Any:
    """Parse JSON that starts on line `first_line` of the report."""
    try:
        return json.loads(text.decode())
    except json.JSONDecodeError as error:
        place = f"line {first_line + error.lineno - 1}, column {error.colno}"
        raise WrongDocumentError(f"not valid JSON ({place}: {error.msg})") from None
    except (ValueError, RecursionError):
        raise WrongDocumentError(f"line {first_line}: not valid JSON") from None


def _below_root(path: str) -> str:
    """Normalize `path` to a relative path that does not start with `..`."""
    return posixpath.normpath("/" + path.lstrip("/"))[1:]


def _past_file(entry: _Entry, origin: str, base: str) -> PastFile:
    path = _below_root(posixpath.normpath(entry["path"]).removeprefix(f"{base}/"))
    # Paths in a combined report already start with their labels.
    path = path if entry["label"] else f"{origin}/{path}"
    stage_entries = [*entry["stages"], *entry["uses"]]
    stages = tuple(map(_stage, stage_entries))
    return PastFile(
        path,
        entry["path"],
        entry["label"] or origin,
        tuple(entry["owners"]),
        stages[: len(entry["stages"])],
        stages[len(entry["stages"]) :],
        tuple(
            written
            and Argument(_location(written), written["name"], written["default"], int(written["shift"]))
            for written in (entry["argument"] for entry in stage_entries)
        ),
        tuple(entry["editable"] for entry in stage_entries),
        next((_manifest(entry) for entry in stage_entries if entry["manifest"]), None),
        mirrors={
            stage.reference.repository: stage_entry["repository"]
            for stage, stage_entry in zip(stages, stage_entries, strict=True)
            if stage.reference and stage_entry["repository"] in REPOSITORIES
        },
        findings=tuple(
            Diagnostic(
                path,
                Target(
                    _location(finding),
                    finding["subject"],
                    related=tuple(_location(place) for place in finding["related"]),
                ),
                finding["rule"],
                Severity(finding["severity"]),
                finding["message"],
                finding["help"],
                tuple(finding["notes"]),
                suppression=finding["suppression"] and _suppression(finding["suppression"]),
            )
            for finding in entry["findings"]
        ),
        suppressions=tuple(
            {suppression["rule"]: _suppression(suppression) for suppression in stage_entry["suppressions"]}
            for stage_entry in stage_entries
        ),
    )


def _suppression(entry: _Entry) -> Suppression:
    until = None if entry["until"] is None else date.fromisoformat(entry["until"])
    return Suppression(SuppressionKind(entry["kind"]), entry["reason"], until)


def _location(entry: _Entry) -> Location:
    # Convert to int: the schema accepts 1.0 as an integer.
    location = Location(*(int(entry[key]) for key in Location._fields))
    if location.end < location.start:
        raise WrongDocumentError(f"a location in line {location.line} ends before it starts")
    return location


def _manifest(entry: _Entry) -> Manifest:
    """Return the parts of an Astro manifest that a report contains. Fixes can't edit the manifest."""
    place, written = _location(entry["image_location"]), entry["manifest"]
    build, bound = (
        Text(written[key], place, place, is_literal=False) if written[key] else None
        for key in ("runtime", "requires_python")
    )
    requirements = tuple(
        Requirement("", place, place, 0, distribution(name), name, None, pin)
        for name, pin in written["requirements"].items()
    )
    return Manifest(
        place,
        requirements=requirements,
        build=build,
        requires_python=bound,
        has_constraints=written["has_constraints"],
    )


def _platform(text: str) -> Platform | None:
    with suppress(InvalidPlatformError):
        return parse_platform(text)
    return None


def _stage(entry: _Entry) -> Stage:
    image, is_known = entry["image"], entry["repository"] is not None
    reference = None
    # Only images have a reference. An earlier stage or `scratch` has none.
    if entry["stage_ref"] is None and image != SCRATCH:
        try:
            reference = parse_reference(image)
        except InvalidReferenceError:
            if is_known:
                # The registry or the tag may be a placeholder or a build argument.
                reference = parse_open_reference(image)
        if reference and not is_known and reference.repository in REPOSITORIES:
            reference = None
    return Stage(
        line=int(entry["line"]),
        end_line=int(entry["end_line"]),
        name=entry["name"],
        image=image,
        platform=entry["platform"],
        stage_ref=None if entry["stage_ref"] is None else int(entry["stage_ref"]),
        reference=reference,
        platform_value=_platform(entry["platform"]),
        platform_varies=entry["platform_varies"],
        target_platforms=tuple(filter(None, map(_platform, entry["target_platforms"]))),
        variables=tuple(entry["variables"]),
        unresolved=tuple(entry["unresolved"]),
        image_location=_location(entry["image_location"]),
        platform_location=_location(entry["platform_location"]),
    )
