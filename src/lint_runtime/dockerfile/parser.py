"""Parse a Dockerfile into build stages, as BuildKit does."""

import codecs
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from lint_runtime.diagnostics import Location
from lint_runtime.dockerfile.expansion import (
    BROKEN,
    BrokenVariableError,
    Expansion,
    ExpansionError,
    NoValueError,
    Origin,
    Scope,
)
from lint_runtime.dockerfile.instructions import From, parse_instructions
from lint_runtime.dockerfile.lines import SPACE, SourceError, Word
from lint_runtime.dockerfile.platforms import InvalidPlatformError, Platform, parse_platform
from lint_runtime.dockerfile.references import (
    InvalidReferenceError,
    OpenReference,
    find_placeholder,
    parse_open_reference,
    parse_reference,
)
from lint_runtime.dockerfile.source import INSTRUCTIONS, parse_source
from lint_runtime.dockerfile.stages import Placeholder, Provenance, Stage, Unresolved
from lint_runtime.text import quoted

if TYPE_CHECKING:
    from lint_runtime.dockerfile.comments import Comment

SCRATCH = "scratch"
_UTF16_FROM = rb"(?i)F\0R\0O\0M\0|\0F\0R\0O\0M"
_PARTS = {"PLATFORM": "linux/amd64", "OS": "linux", "OSVERSION": "", "ARCH": "amd64", "VARIANT": ""}
_MACHINE = {
    side + part: Expansion(value, varies=True)
    for side in ("BUILD", "TARGET")
    for part, value in _PARTS.items()
}


class Dockerfile(NamedTuple):
    """A parsed Dockerfile.

    stages: one stage for each FROM
    errors: the errors that the build reports, in file order
    unresolved: the variables that a FROM uses but that have no value
    uses: the images in `COPY --from` and `RUN --mount`
    used: the indexes of the stages that a FROM, COPY or RUN refers to
    comments: the comments for lint-runtime
    continued: the line ranges of multi-line instructions that may name images or arguments
    unknown: the first unknown keyword
    placeholders: the template placeholders in FROM, at most one for each FROM
    """

    stages: tuple[Stage, ...]
    errors: tuple[SourceError, ...]
    unresolved: tuple[Unresolved, ...]
    uses: tuple[Stage, ...] = ()
    used: frozenset[int] = frozenset()
    comments: "tuple[Comment, ...]" = ()
    continued: tuple[range, ...] = ()
    unknown: Word | None = None
    placeholders: tuple[Placeholder, ...] = ()


def parse_dockerfile(data: bytes, build_args: Mapping[str, str]) -> Dockerfile:
    """Parse a Dockerfile. Accepts any bytes."""
    source = parse_source(data)
    instructions = parse_instructions(source)
    comments: list[Comment] = []
    errors = [*source.errors, *instructions.errors]
    if "lint-runtime" in source.text.lower():
        # Lazy import (5 ms): few files have suppression comments.
        from lint_runtime.dockerfile.comments import parse_comments

        comments, comment_errors = parse_comments(source)
        errors += comment_errors
    target = instructions.froms[-1].name if instructions.froms else ""
    variables = {**_MACHINE, "TARGETSTAGE": Expansion(target or "default")}
    variables |= {name: Expansion(build_args[name]) for name in variables if name in build_args}
    stages = _Stages(Scope(source.escape, variables), errors)
    for argument in instructions.arguments:
        stages.define(argument, build_args, instructions.later_arguments.get(argument.text, ()))
    for from_ in instructions.froms:
        stages.add(from_)
    for word, may_be_index in instructions.uses:
        stages.add_use(word, may_be_index=may_be_index)
    if not instructions.froms and not errors:
        errors.append(_missing_from(data, source.text))
    lines = [entry.line for entry in source.instructions if entry.keyword in INSTRUCTIONS]
    return Dockerfile(
        stages=tuple(stages.stages),
        errors=tuple(sorted(errors)),
        unresolved=tuple(stages.unresolved),
        uses=tuple(stages.uses),
        used=frozenset(stages.used),
        comments=tuple(comments),
        continued=tuple(range(line.line, line.end_line + 1) for line in lines if line.end_line > line.line),
        unknown=instructions.unknown,
        placeholders=tuple(stages.placeholders.values()),
    )


def _missing_from(data: bytes, text: str) -> SourceError:
    """Return the error for a file without FROM. Recognizes binary files and UTF-16."""
    line = 1
    message, advice = "The file has no FROM, so there is nothing to build", "add one, or exclude the file"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or re.search(_UTF16_FROM, data):
        message, advice = "The file is encoded in UTF-16, which the build can't read", "save it as UTF-8"
    elif b"\0" in data:
        message = "The file is binary: it has no FROM and contains NUL bytes"
        advice = "replace it with a Dockerfile, or exclude it"
    elif all(raw.lstrip(SPACE)[:1] in ("", "#") for raw in text.split("\n")):
        # In a file without instructions, BuildKit reports the last line.
        line = max(1, text.count("\n") + (not text.endswith("\n")))
    return SourceError(Location(line, 1, line, 1), message, advice)


def _parse_open(text: str) -> OpenReference | None:
    """Parse an image whose registry or tag is unknown. Returns None for other images."""
    try:
        reference = parse_open_reference(text)
    except InvalidReferenceError:
        return None
    return reference if reference.registry_is_open or reference.tag_is_open else None


class _Stages:
    """Collects the stages and variables of one file, in file order."""

    def __init__(self, scope: Scope, errors: list[SourceError]) -> None:
        self.stages: list[Stage] = []
        self.uses: list[Stage] = []
        self.used: set[int] = set()
        self.unresolved: list[Unresolved] = []
        self.placeholders: dict[int, Placeholder] = {}
        self._scope = scope
        self._errors = errors
        self._words: list[Word] = []
        self._repeats: dict[int, list[Word]] = {}
        self._index: dict[str, int] = {}

    def define(self, argument: Word, build_args: Mapping[str, str], repeats: Sequence[Word]) -> None:
        """Define the variable of an ARG.

        repeats: the identical words in ARGs after the first FROM
        """
        name, equals, _ = argument.text.partition("=")
        if name in build_args:
            self._scope.variables[name] = Expansion(build_args[name])
            return
        if not equals:
            self._scope.declared.add(name)
            return
        default = argument.after(len(name) + 1)
        self._repeats[len(self._words)] = [word.after(len(name) + 1) for word in repeats]
        self._words.append(default)
        value = BROKEN
        try:
            value = self._scope.expand(default.text, len(self._words) - 1)
        except BrokenVariableError:
            pass
        except ExpansionError as error:
            # `ARG X=${X:?…}` is valid: it requires a build argument.
            required = error.missing | (error.unknown & {name})
            if isinstance(error, NoValueError) and required:
                value = Expansion("", missing=required)
            else:
                message = f"Invalid default for ARG {quoted(name)}: {error}"
                self._errors.append(SourceError(default.location, message))
        self._scope.variables[name] = value

    def add(self, from_: From) -> None:
        """Add the stage of a FROM."""
        line = from_.image.line
        image = None if from_.is_refused else self._resolve(from_.image, "image")
        platform = None if from_.is_refused else self._resolve(from_.platform, "platform")
        stage_ref = self._index.get(image.text) if image else None
        value, refusal = self._parse_platform(from_.platform, platform)
        reference: OpenReference | None = None
        if from_.placeholder:
            self.placeholders[line.line] = Placeholder(from_.image.location, from_.placeholder)
            reference = _parse_open(from_.image.text)
        elif image and stage_ref is None and image.text != SCRATCH:
            reference = self._parse_image(from_.image, image)
        if stage_ref is not None:
            self.used.add(stage_ref)
        if from_.name:
            self._index[from_.name] = len(self.stages)
        self.stages.append(
            Stage(
                line=line.line,
                end_line=line.end_line,
                name=from_.name,
                image=image.text if image else from_.image.text,
                platform=platform.text if platform else from_.platform.text,
                stage_ref=stage_ref,
                reference=reference.reference if reference else None,
                platform_value=value,
                platform_refusal=refusal,
                platform_varies=platform is not None and platform.varies,
                platform_has_gaps=platform is not None and platform.has_gaps,
                registry_is_open=reference is not None and reference.registry_is_open,
                tag_is_open=reference is not None and reference.tag_is_open,
                image_location=from_.image.location,
                platform_location=from_.platform.location,
                image_source=Provenance(image.origins if image else (), self._words, self._repeats),
                platform_source=Provenance(
                    platform.origins if platform else (), self._words, self._repeats
                ),
            )
        )

    def add_use(self, word: Word, *, may_be_index: bool) -> None:
        """Add an image that COPY or RUN reads from, or mark a stage as used."""
        index = self._index.get(word.text.lower())
        if index is None and may_be_index and re.fullmatch(r"[+-]?[0-9]+", word.text):
            index = int(word.text) if len(word.text) < 9 else len(self.stages)
        if index is not None:
            self.used.add(index)
        if index is not None or word.text == SCRATCH:
            return
        try:
            reference = parse_reference(word.text)
        except InvalidReferenceError:
            return
        origin = Origin(0, len(word.text), len(self._words), 0)
        self._words.append(word)
        self.uses.append(
            Stage(
                line=word.line.line,
                end_line=word.line.end_line,
                image=word.text,
                image_location=word.location,
                platform_location=word.location,
                reference=reference,
                image_source=Provenance((origin,), self._words, self._repeats),
            )
        )

    def _resolve(self, word: Word, what: str) -> Expansion | None:
        """Expand a word. If the build rejects the word, report an error and return None."""
        reason = "it expands to an empty string"
        self._words.append(word)
        try:
            expansion = self._scope.expand(word.text, len(self._words) - 1)
        except BrokenVariableError:
            return None
        except ExpansionError as error:
            expansion, reason = Expansion("", error.missing, error.unknown), str(error)
        if expansion.text or not word.text:
            return expansion
        self._refuse(word, expansion, f"Invalid {what} {quoted(word.text)}: {reason}")
        return None

    def _parse_image(self, word: Word, image: Expansion) -> OpenReference | None:
        """Parse an expanded image. If the build rejects the image, report an error."""
        try:
            reference = parse_reference(image.text)
        except InvalidReferenceError as error:
            self._refuse(word, image, f"Invalid image {quoted(image.text)}: {error}")
            is_fillable = image.missing or find_placeholder(image.text)
            return _parse_open(image.text) if is_fillable else None
        self._add_unresolved(word, image)
        # If $REGISTRY has no value, `$REGISTRY/image` looks like an image on Docker Hub.
        is_open = bool(image.missing) and re.match(r"""["']?\$""", word.text) is not None
        return OpenReference(reference, is_open and reference.repository.startswith("docker.io/"))

    def _parse_platform(self, word: Word, platform: Expansion | None) -> tuple[Platform | None, str]:
        """Return the parsed platform, or None and the reason why the build rejects it."""
        if platform is None or not platform.text:
            return None, ""
        try:
            value = parse_platform(platform.text)
        except InvalidPlatformError as error:
            is_known = not (platform.missing or find_placeholder(platform.text))
            self._refuse(word, platform, f"Invalid --platform {quoted(platform.text)}: {error}")
            return None, str(error) if is_known else ""
        self._add_unresolved(word, platform)
        return value, ""

    def _refuse(self, word: Word, expansion: Expansion, message: str) -> None:
        """Report a rejected word, unless a build argument or template may fix it."""
        placeholder = find_placeholder(word.text) or find_placeholder(expansion.text)
        if expansion.missing:
            self._add_unresolved(word, expansion)
        elif placeholder:
            # Report at most one placeholder per instruction.
            self.placeholders.setdefault(word.line.line, Placeholder(word.location, placeholder))
        else:
            names = " and ".join(map(quoted, sorted(expansion.unknown)))
            advice = f"declare {names} with ARG before the first FROM" if names else ""
            self._errors.append(SourceError(word.location, message, advice))

    def _add_unresolved(self, word: Word, expansion: Expansion) -> None:
        for is_declared, names in ((True, expansion.missing), (False, expansion.unknown)):
            self.unresolved += (Unresolved(word.location, name, is_declared) for name in sorted(names))
