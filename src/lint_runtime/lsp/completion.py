"""Complete images, platforms, suppression comments, and the builds and requirements of Astro manifests."""

import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

from lsprotocol import types

from lint_runtime.dockerfile.parser import parse_dockerfile
from lint_runtime.dockerfile.references import InvalidReferenceError, parse_reference
from lint_runtime.images import (
    REPOSITORIES,
    REPOSITORY_FOR,
    RUNTIME_SUFFIXES,
    InvalidTagError,
    Repository,
    RepositoryKind,
    RuntimeTag,
    mirrored,
    missing_suffixes,
    parse_tag,
    pythons_of,
)
from lint_runtime.lifecycle.model import Status
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lsp.buffer import Buffer
from lint_runtime.lsp.hints import state_text
from lint_runtime.manifest.parser import parse_manifest
from lint_runtime.manifest.reader import is_manifest_name
from lint_runtime.manifest.requirements import covers
from lint_runtime.rules import RULES
from lint_runtime.rules.base import Topic
from lint_runtime.text import days_after

OPTIONS = types.CompletionOptions(trigger_characters=(":", "/", "=", "-", "[", ",", " "))
NOTHING = types.CompletionList(is_incomplete=False, items=())


def completions(buffer: Buffer, params: types.CompletionParams) -> types.CompletionList:
    """Return the completions at a position, best first. Each replaces the word at the position."""
    offset = buffer.positions.offset(params.position)
    line = re.split("[\r\n]", buffer.text[:offset])[-1]
    rest = re.split("[\r\n]", buffer.text[offset:], maxsplit=1)[0]
    patterns = _MANIFEST_PATTERNS if is_manifest_name(buffer.report.path) else _PATTERNS
    for subject, (before, after) in patterns.items():
        if match := re.fullmatch(before, line, re.IGNORECASE):
            end = offset + len(re.match(after, rest)[0])  # type: ignore[index]
            start = offset - len(match["typed"])
            if subject in ("build", "requirement"):
                items = list(_stated(subject, buffer, (start, end)))
            else:
                items = _items(subject, match, buffer, (start, end))
            range_ = types.Range(buffer.positions.position(start), buffer.positions.position(end))
            for number, item in enumerate(items):
                item.sort_text = f"{number:05}"
                item.text_edit = types.TextEdit(range_, item.label)
            return types.CompletionList(is_incomplete=False, items=items)
    return NOTHING


def _items(
    subject: str, match: re.Match[str], buffer: Buffer, span: tuple[int, int]
) -> list[types.CompletionItem]:
    """Return the completions for a subject, best first.

    subject: the kind of text to complete, a key of _PATTERNS
    match: the match of the line up to the cursor
    span: the offsets of the start and the end of the text to replace
    """
    known, kinds = buffer.known, types.CompletionItemKind
    if subject == "tag":
        return list(_tags(match["repository"], match["typed"], buffer))
    if subject == "argument":
        used_by = _repository_of_argument(buffer, span)
        if used_by is None:
            return []
        if used_by:
            return list(_tags(used_by, match["typed"], buffer))
        subject = "repository"
    if subject == "platform":
        names = {available.name for series in known.table.series for available in series.architectures}
        return [types.CompletionItem(f"linux/{name}", kind=kinds.EnumMember) for name in sorted(names)]
    if subject == "repository":
        originals = {**{name: name for name in REPOSITORIES}, **buffer.config.images}
        items = []
        for name, original in originals.items():
            repository = REPOSITORIES.get(original)
            if repository and repository.kind is RepositoryKind.RUNTIME and "*" not in name:
                detail = f"Astro Runtime for Airflow {repository.airflow}"
                detail += "" if name == original else f", a mirror of {original}"
                items.append(types.CompletionItem(name, kind=kinds.Module, detail=detail))
        return items
    if subject == "rule":
        # List the rules with a finding in the file first.
        reported = {finding.rule for finding in buffer.report.diagnostics}
        rules = sorted(RULES, key=lambda rule: rule.name not in reported)
        topics = {topic.word: f"All rules about: {topic.value}" for topic in Topic}
        items = [
            types.CompletionItem(rule.name, kind=kinds.EnumMember, detail=rule.summary) for rule in rules
        ]
        items += (types.CompletionItem(name, kind=kinds.Enum, detail=text) for name, text in topics.items())
        return items
    days = {str(days_after(known.day, days)): f"{days} days ahead" for days in (30, 90, 180)}
    return [types.CompletionItem(day, kind=kinds.Value, detail=detail) for day, detail in days.items()]


def _repository_of_argument(buffer: Buffer, span: tuple[int, int]) -> str | None:
    """Return the repository of the image that uses the value of an ARG as its tag.

    Returns "" if an image uses the value as its repository, and None if no image uses the value as its tag
    or repository. To find out, replaces the value with a test text and parses the Dockerfile.

    span: the offsets of the start and the end of the value
    """
    for probe in (_TAG_PROBE, _REPOSITORY_PROBE):
        text = buffer.text[: span[0]] + probe + buffer.text[span[1] :]
        dockerfile = parse_dockerfile(text.encode("utf-8", "surrogatepass"), buffer.config.build_args)
        for stage in (*dockerfile.stages, *dockerfile.uses):
            reference = stage.reference
            if reference and reference.repository == _REPOSITORY_PROBE:
                return ""
            if reference and reference.tag.startswith(_TAG_PROBE):
                return reference.repository
    return None


def _stated(subject: str, buffer: Buffer, span: tuple[int, int]) -> Iterator[types.CompletionItem]:
    """Yield completions for the build of a manifest, or for the version in its Airflow requirement.

    Builds are listed only if they fit the requirement. The versions are series such as `3.1.*`, one for
    each Airflow series that has Runtime releases.

    subject: `build` or `requirement`
    """
    known = buffer.known
    before, after = buffer.text[: span[0]], buffer.text[span[1] :]
    # A string that is being typed may lack its closing quote. Add the quote, so that the text is valid.
    quote = re.findall("[\"']", before.rpartition("\n")[2])[-1]
    end = "" if after.partition("\n")[0].lstrip().startswith((quote, ";")) else quote
    manifest = parse_manifest(f"{before}{_TAG_PROBE}{end}{after}".encode("utf-8", "surrogatepass"))
    if manifest is None:
        return
    if subject == "build" and manifest.build and manifest.build.text == _TAG_PROBE:
        majors = [int(manifest.generation)] if manifest.generation in ("2", "3") else [3, 2]
        for major in majors:
            repository = REPOSITORIES[REPOSITORY_FOR[major]]
            yield from _releases(repository, None, "", buffer, manifest.pin)
    if subject == "requirement" and any(r.pin == _TAG_PROBE for r in manifest.requirements):
        by_airflow = {}
        for series in known.table.series:
            if lifecycle := known.series(series.name):
                by_airflow[series.airflow] = lifecycle
        latest = sorted(by_airflow.values(), key=lambda series: series.order, reverse=True)
        for lifecycle in sorted(latest, key=lambda series: series.status is not Status.MAINTAINED):
            is_maintained = lifecycle.status is Status.MAINTAINED
            support = state_text(lifecycle.support(known.day), lifecycle, known.day)
            yield types.CompletionItem(
                f"{lifecycle.series.airflow}.*",
                kind=types.CompletionItemKind.Constant,
                detail=f"{lifecycle.series.label}{f', {support}' if support else ''}",
                tags=None if is_maintained else [types.CompletionItemTag.Deprecated],
            )


def _tags(repository: str, typed: str, buffer: Buffer) -> Iterator[types.CompletionItem]:
    """Yield the tags that fit after a repository.

    Before a release is typed, yields releases. After a typed release, yields newer releases, then the
    typed tag with each next suffix. Releases of maintained series come first. Of other series, only the
    newest release is listed.
    """
    try:
        name = parse_reference(repository).repository
    except InvalidReferenceError:
        return
    original = REPOSITORIES.get(mirrored(name, buffer.config.images))
    if original is None or original.kind is not RepositoryKind.RUNTIME:
        return
    number = re.match(r"[0-9]+\.[0-9]+[.-][0-9]+", typed)
    if number is None:
        yield from _releases(original, None, typed, buffer)
        return
    with suppress(InvalidTagError):
        written = parse_tag(typed)
        # Yield no newer releases if the tag looks like a pre-release: it may be a release with an
        # incomplete suffix. In `3.1-5-b`, for example, `-b` may be the start of `-base`.
        if not written.prerelease:
            yield from _releases(original, written, typed, buffer)
    # Drop the last suffix, which may be incomplete.
    suffixes = re.sub(r"-(?:python-)?[^-]*\Z", "", typed[number.end() :])
    for tag in longer_tags(number[0] + suffixes, buffer.known.table):
        yield types.CompletionItem(tag, kind=types.CompletionItemKind.Constant)


def _releases(
    repository: Repository, written: RuntimeTag | None, typed: str, buffer: Buffer, pin: str = ""
) -> Iterator[types.CompletionItem]:
    """Yield the releases in a repository.

    written: the tag at the cursor, or None. If there is a tag, only newer releases are yielded, each with
        the suffixes of the tag.
    typed: the part of the tag before the cursor
    pin: the Airflow version that the releases must have, such as `3.3.2`, `3.3` or `3`; "" for any version
    """
    known = buffer.known
    all_series = filter(None, (known.series(series.name) for series in reversed(known.table.series)))
    matching = [series for series in all_series if min(series.airflow_major, 3) == repository.airflow]
    for lifecycle in sorted(matching, key=lambda series: series.status is not Status.MAINTAINED):
        is_maintained = lifecycle.status is Status.MAINTAINED
        support = state_text(lifecycle.support(known.day), lifecycle, known.day)
        releases = (
            release
            for release in known.usable(lifecycle.series.name)
            if (not pin or covers(pin, release.airflow or lifecycle.airflow))
            and (not written or (written.version and release.version > written.version))
        )
        for release in islice(releases, None if is_maintained else 1):
            version, label = release.version, str(release.version)
            if written:
                missing = missing_suffixes(written, lifecycle.series, version)
                label = str(written.without(missing)._replace(number=label))
            yield types.CompletionItem(
                label,
                kind=types.CompletionItemKind.Constant,
                detail=f"Airflow {release.airflow or lifecycle.airflow}, {support}",
                tags=None if is_maintained else [types.CompletionItemTag.Deprecated],
                preselect=is_maintained and version == lifecycle.newest and not written,
                # Editors hide completions whose label doesn't match the typed text, such as newer releases.
                # They compare `filter_text` instead of the label if it is set.
                filter_text=typed if written else None,
            )


def longer_tags(tag: str, table: LifecycleTable) -> tuple[str, ...]:
    """Return the tags that extend `tag` by one available suffix, such as `-base`."""
    try:
        written = parse_tag(tag)
    except InvalidTagError:
        return ()
    series = table.find_series(written.version.series) if written.version else None
    if series is None:
        return ()
    values: dict[str, tuple[object, ...]] = {
        "ubi9": (True,) if series.variant("ubi9") else (),
        "python": pythons_of(series, is_ubi9=written.ubi9),
        "slim": (True,) if series.variant("slim") else (),
        "base": (True,),
    }
    last = max(map(RUNTIME_SUFFIXES.index, written.suffixes), default=-1)
    longer = [
        written._replace(**{name: value})  # type: ignore[arg-type]
        for name in RUNTIME_SUFFIXES[last + 1 :]
        for value in values[name]
    ]
    return tuple(str(tag) for tag in longer if not missing_suffixes(tag, series, tag.version))


_TAG_PROBE = "0.0.0"
_REPOSITORY_PROBE = "lint-runtime.invalid/probe"

_FROM = r"\s*FROM\s+"
_ARGUMENT = r"\s*ARG\s+(?:\S+\s+)*\w+=[\"']?"
_ONBUILD = r"\s*(?:ONBUILD\s+)?"
_IMAGE = (
    rf"(?:{_FROM}(?:--platform=\S*\s+)?|{_ARGUMENT}|{_ONBUILD}COPY\s+(?:--\S+\s+)*--from="
    rf"|{_ONBUILD}RUN\s+(?:--\S+\s+)*--mount=(?:[^\s,]*,)*from=)"
)
_PORT = r"(?::[0-9]+(?=/)[^\s:@,\"']*)?"
_SUPPRESSION = r"\s*#\s*lint-runtime:\s*ignore(?:-file)?\["
_PATTERNS = {
    "platform": (rf"{_FROM}--platform=(?P<typed>\S*)", r"\S*"),
    "tag": (rf"{_IMAGE}(?P<repository>[^\s:@,\"']+{_PORT}):(?P<typed>[^\s@,\"']*)", r"[^\s@,\"']*"),
    "argument": (rf"{_ARGUMENT}(?P<typed>[^\s:@\"']*)", rf"[^\s:@\"']*{_PORT}"),
    "repository": (rf"{_IMAGE}(?P<typed>[^\s:@,\"']*)", rf"[^\s:@,\"']*{_PORT}"),
    "rule": (rf"{_SUPPRESSION}(?:[^\]]*,)?\s*(?P<typed>[a-z-]*)", "[a-z-]*"),
    "day": (rf"{_SUPPRESSION}[^\]]*\].*\suntil=(?P<typed>[0-9-]*)", "[0-9-]*"),
}
_MANIFEST_PATTERNS = {
    "build": (r"[^#]*\bruntime[\"']?\s*=\s*[\"'](?P<typed>[\w.-]*)", r"[\w.-]*"),
    "requirement": (
        r".*[\"']\s*apache[-_.]+airflow(?:[-_.]+core)?\s*(?:\[[^\]]*\]\s*)?==\s*(?P<typed>[\w.*]*)",
        r"[\w.*]*",
    ),
    "rule": _PATTERNS["rule"],
    "day": _PATTERNS["day"],
}
"""Maps each subject to two patterns: for the line up to the cursor, and for the text after it.

A completion replaces the group `typed` and the text that the second pattern matches.
"""
