"""Parse a Dockerfile into build stages, as BuildKit does."""

import codecs
import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from itertools import groupby, pairwise
from typing import NamedTuple

from lint_runtime.diagnostics import Comment, Location
from lint_runtime.dockerfile.expansion import (
    BROKEN,
    BrokenVariableError,
    Expansion,
    ExpansionError,
    NoValueError,
    Origin,
    Scope,
)
from lint_runtime.dockerfile.instructions import From, Instructions, Use, parse_instructions
from lint_runtime.dockerfile.lines import SPACE, Excerpt, SourceError, Word
from lint_runtime.dockerfile.platforms import (
    InvalidPlatformError,
    Platform,
    on_platforms,
    parse_platform,
    spelled,
)
from lint_runtime.dockerfile.references import (
    ImageReference,
    InvalidReferenceError,
    find_placeholder,
    parse_open_reference,
    parse_reference,
)
from lint_runtime.dockerfile.source import INSTRUCTIONS, Source, Unknown, parse_source
from lint_runtime.dockerfile.stages import Provenance, Stage, Unresolved
from lint_runtime.text import quoted

SCRATCH = "scratch"
_EPOCH = "SOURCE_DATE_EPOCH"
_UTF16_FROM = rb"(?i)F\0R\0O\0M\0|\0F\0R\0O\0M"
_HOST = Platform("linux", "amd64", "")
_PLATFORMS = (_HOST, Platform("linux", "arm64", ""))
_PLATFORM_VARIABLE = r"\$\{?(?:BUILD|TARGET)(?:PLATFORM|OS|OSVERSION|ARCH|VARIANT)"


class Dockerfile(NamedTuple):
    """A parsed Dockerfile.

    stages: one stage for each FROM
    errors: the errors that the build reports, in file order
    unresolved: the variables without a value in FROM instructions
    uses: the images in `COPY --from` and `RUN --mount`. If the image of a FROM depends on the target
        platform, `stages` has its image for the first platform, and `uses` has its other images.
    used: the indexes of the stages that a FROM, COPY or RUN refers to
    comments: the `# lint-runtime` comments
    continued: the line ranges of multi-line instructions that may name images or arguments
    unknown: the first unknown instruction, or None
    placeholders: the template placeholders that the build rejects in FROM, COPY and RUN, at most one for
        each instruction. Each has the location of the image or platform.
    escape: the escape character
    frontend: the image in `# syntax=`; None if it is missing, invalid or an official Docker frontend
    """

    stages: tuple[Stage, ...]
    errors: tuple[SourceError, ...]
    unresolved: tuple[Unresolved, ...]
    uses: tuple[Stage, ...] = ()
    used: frozenset[int] = frozenset()
    comments: tuple[Comment, ...] = ()
    continued: tuple[range, ...] = ()
    unknown: Unknown | None = None
    placeholders: tuple[Excerpt, ...] = ()
    escape: str = "\\"
    frontend: Excerpt | None = None

    @property
    def base(self) -> Stage | None:
        """The stage whose FROM names the base image of the last stage, or None if there is no FROM."""
        if not self.stages:
            return None
        stage = self.stages[-1]
        while stage.stage_ref is not None:
            stage = self.stages[stage.stage_ref]
        return stage


def parse_dockerfile(
    data: bytes, build_args: Mapping[str, str], targets: Sequence[Platform] = ()
) -> Dockerfile:
    """Parse a Dockerfile. Accepts any bytes.

    build_args: maps the names of build arguments to their values
    targets: the target platforms to assume for images that depend on the platform; AMD64 and ARM64 if empty
    """
    source = parse_source(data)
    instructions = parse_instructions(source)
    comments: list[Comment] = []
    errors = [*source.errors, *instructions.errors]
    if "lint-runtime" in source.text.lower():
        # Lazy import (5 ms): few files have suppression comments.
        from lint_runtime.dockerfile.comments import parse_comments

        comments, comment_errors = parse_comments(source)
        errors += comment_errors
    words = [*instructions.arguments, *(from_.image for from_ in instructions.froms)]
    is_varying = any("$" in word.text and re.search(_PLATFORM_VARIABLE, word.text) for word in words)
    platforms = (targets or _PLATFORMS) if is_varying else (_HOST,)
    readings = [_read(source, instructions, build_args, platform) for platform in platforms]
    stages = _merged(readings) if len(readings) > 1 else readings[0]
    errors += stages.errors
    unknown, misplaced = source.unknown, source.misplaced
    if misplaced and instructions.froms:
        message = f"{misplaced.keyword} before the first FROM"
        advice = "move it below a FROM; only ARG may precede the first one"
        errors.append(SourceError(misplaced.written_keyword.location, message, advice))
    if not instructions.froms and not errors:
        errors.append(_missing_from(data, source.text))
    is_binary = not instructions.froms and b"\0" in data
    reported = {error.location.line for error in instructions.errors}
    if unknown and (is_binary or unknown.instruction.location.line in reported):
        unknown = None
    lines = [entry.line for entry in source.instructions if entry.keyword in INSTRUCTIONS]
    return Dockerfile(
        stages=tuple(stages.stages),
        errors=tuple(sorted(set(errors))),
        unresolved=tuple(stages.unresolved),
        uses=tuple(stages.uses),
        used=frozenset(stages.used),
        comments=tuple(comments),
        continued=tuple(range(line.line, line.end_line + 1) for line in lines if line.end_line > line.line),
        unknown=unknown,
        placeholders=tuple(stages.placeholders.values()),
        escape=source.escape,
        frontend=source.frontend,
    )


@lru_cache(maxsize=16)
def _platform_arguments(target: Platform) -> Mapping[str, Expansion]:
    """Return the platform variables of a build that runs on `target` and builds for `target`."""
    names = ("PLATFORM", "OS", "OSVERSION", "ARCH", "VARIANT")
    values = (spelled(target), target.os, "", target.architecture, target.variant)
    return {
        f"{side}{name}": Expansion(value, varies=True)
        for side in ("BUILD", "TARGET")
        for name, value in zip(names, values, strict=True)
    }


def _read(
    source: Source, instructions: Instructions, build_args: Mapping[str, str], target: Platform
) -> "_Stages":
    """Return the stages of a build that runs on `target` and builds for `target`."""
    last = instructions.froms[-1].name if instructions.froms else ""
    variables = {**_platform_arguments(target), "TARGETSTAGE": Expansion(last or "default")}
    variables |= {name: Expansion(build_args[name]) for name in variables if name in build_args}
    stages = _Stages(Scope(source.escape, variables), target)
    for argument in instructions.arguments:
        stages.define(argument, build_args, instructions.later_arguments.get(argument.text, ()))
    stages.define_epoch({from_.name for from_ in instructions.froms if from_.name})
    for from_ in instructions.froms:
        stages.add(from_)
    if instructions.froms:
        # Skip errors about variables that a FROM uses: these variables are in `unresolved`.
        reported = {item.name for item in stages.unresolved}
        stages.errors += (error for names, error in stages.required if reported.isdisjoint(names))
    if instructions.uses:
        errors = len(stages.errors)
        stages.add_uses(instructions.uses)
        if source.frontend or any(from_.is_refused for from_ in instructions.froms):
            # Drop the errors of `add_uses`, which may be wrong: another frontend may accept the sources, or
            # a source may be the stage of a rejected FROM.
            del stages.errors[errors:]
    return stages


def _merged(readings: "list[_Stages]") -> "_Stages":
    """Merge the results of `_read` for all target platforms into the first result, and return it.

    If a FROM has different images for different platforms, all images but the first are added to `uses`.
    """
    merged = readings[0]
    for index, stage in enumerate(merged.stages):
        by_image: dict[str, list[Stage]] = {}
        for reading in readings:
            by_image.setdefault(reading.stages[index].image, []).append(reading.stages[index])
        for image, same in by_image.items():
            targets = tuple(target for other in same for target in other.target_platforms)
            changed = same[0]._replace(target_platforms=targets if len(by_image) > 1 else ())
            if image == stage.image:
                merged.stages[index] = changed
            elif changed.reference:
                merged.uses.append(changed)
    errors = sorted((error, number) for number, reading in enumerate(readings) for error in reading.errors)
    merged.errors = []
    for error, group in groupby(errors, key=lambda pair: pair[0]):
        numbers = sorted({number for _, number in group})
        targets = tuple(readings[number].target for number in numbers)
        message = on_platforms(targets, error.message) if len(numbers) < len(readings) else error.message
        merged.errors.append(error._replace(message=message))
    for reading in readings[1:]:
        merged.used |= reading.used
        merged.unresolved = list(dict.fromkeys((*merged.unresolved, *reading.unresolved)))
        merged.placeholders = reading.placeholders | merged.placeholders
    return merged


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
        # If a file has no instructions, BuildKit reports the error on the last line.
        line = max(1, text.count("\n") + (not text.endswith("\n")))
    return SourceError(Location(line, 1, line, 1), message, advice)


def _stage_index(text: str) -> int | None:
    """Parse a decimal integer as Go does. Returns None if `text` is not a signed 64-bit integer."""
    match = re.fullmatch("([+-]?)(?=[0-9])0*([0-9]{0,19})", text)
    number = int(match[1] + (match[2] or "0")) if match else 1 << 63
    return number if -(1 << 63) <= number < 1 << 63 else None


class _Stages:
    """Collects the stages and variables of one file, in file order."""

    def __init__(self, scope: Scope, target: Platform) -> None:
        self.target = target
        self.errors: list[SourceError] = []
        self.stages: list[Stage] = []
        self.uses: list[Stage] = []
        self.used: set[int] = set()
        self.unresolved: list[Unresolved] = []
        self.placeholders: dict[int, Excerpt] = {}
        self._scope = scope
        # For each ARG whose default requires a build argument: the variables without a value and the error.
        self.required: list[tuple[frozenset[str], SourceError]] = []
        # The images named in COPY and RUN. In BuildKit, their indexes follow the indexes of the stages, so
        # the 5 in `COPY --from=5` may be the index of an image.
        self._sources: list[str] = []
        self._words: list[Word] = []
        self._repeats: dict[int, list[Word]] = {}
        self._index: dict[str, int] = {}

    def define(self, argument: Word, build_args: Mapping[str, str], repeats: Sequence[Word]) -> None:
        """Define the variable of an ARG before the first FROM.

        argument: the word of the ARG, such as `TAG=3`
        repeats: the words with the same text in ARGs after the first FROM
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
            # A default such as `${X:?…}` in `ARG X=${X:?…}` is valid: it requires a build argument.
            required = error.missing | (error.unknown & {name})
            refusal = SourceError(default.location, f"Invalid default for ARG {quoted(name)}: {error}")
            if isinstance(error, NoValueError) and required:
                value = Expansion("", missing=required)
                advice = "pass a value with --build-arg, or add a default"
                self.required.append((required, refusal._replace(help=advice)))
            else:
                self.errors.append(refusal)
        self._scope.variables[name] = value

    def define_epoch(self, names: Collection[str]) -> None:
        """Normalize the value of SOURCE_DATE_EPOCH as the build does, or report an invalid value.

        names: the names of all stages, which are valid values too
        """
        value = self._scope.variables.get(_EPOCH, BROKEN)
        number = _stage_index(value.text)
        if number is not None and str(number) != value.text:
            self._scope.variables[_EPOCH] = Expansion(str(number))
        elif number is None and (value.text == "context" or value.text.lower() in names):
            self._scope.variables[_EPOCH] = Expansion("")
        elif number is None and value.text and value.origins and value.origins[0].word is not None:
            place = self._words[value.origins[0].word].location
            message = f"Invalid {_EPOCH} {quoted(value.text)}: neither a number of seconds nor a stage"
            self.errors.append(SourceError(place, message))

    def add(self, from_: From) -> None:
        """Add the stage of a FROM."""
        line, count = from_.image.line, len(self.unresolved)
        image = None if from_.is_refused else self._resolve(from_.image, "image")
        platform = None if from_.is_refused else self._resolve(from_.platform, "platform")
        stage_ref = self._index.get(image.text) if image else None
        value, refusal = self._parse_platform(from_.platform, platform)
        shown_image = image or Expansion(from_.image.text)
        shown_platform = platform or Expansion(from_.platform.text)
        reference: ImageReference | None = None
        if from_.placeholder:
            self.placeholders[line.line] = Excerpt(from_.image.location, from_.placeholder)
            reference = parse_open_reference(from_.image.text)
        elif image and stage_ref is None and image.text != SCRATCH:
            reference = self._parse_image(from_.image, image)
        missing = [item for item in self.unresolved[count:] if item.is_declared]
        unresolved = tuple(item.name for item in missing if item.location == from_.image.location)
        if unresolved and not reference:
            shown_image = shown_image._replace(text=from_.image.text)
        if stage_ref is not None:
            self.used.add(stage_ref)
        if from_.name:
            self._index[from_.name] = len(self.stages)
        # Fast path: up to 63 letters and digits are always valid. Longer names may be image IDs.
        if from_.name and (not from_.name.isalnum() or len(from_.name) >= 64):
            try:
                parse_reference(from_.name)
            except InvalidReferenceError:
                message = f"Invalid stage name {quoted(from_.name)}: it must also be valid as an image name"
                advice = "join letters and digits with one '.', '_' or '-'"
                advice += "; 64 hexadecimal digits are an image ID"
                self.errors.append(SourceError(from_.name_location, message, advice))
        stage = Stage(
            line=line.line,
            end_line=line.end_line,
            name=from_.name,
            image=shown_image.text,
            platform=shown_platform.text,
            stage_ref=stage_ref,
            reference=reference,
            target_platforms=(self.target,) if shown_image.varies else (),
            variables=tuple(re.findall(r"\$\{?(\w+)", from_.image.text)),
            unresolved=unresolved,
            platform_value=value,
            platform_refusal=refusal,
            platform_varies=shown_platform.varies,
            platform_has_gaps=shown_platform.has_gaps,
            image_location=from_.image.location,
            platform_location=from_.platform.location,
            image_source=Provenance(shown_image.origins, self._words, self._repeats),
            platform_source=Provenance(shown_platform.origins, self._words, self._repeats),
        )
        self.stages.append(stage)

    def add_uses(self, uses: Sequence[Use]) -> None:
        """Add the images that COPY and RUN read from, and report rejected sources."""
        # For each stage: maps the index of each of its sources to the word that names the source.
        sources: list[dict[int, Word]] = [{} for _ in self.stages]
        triggers: dict[int | None, list[Use]] = {}
        for use in uses:
            if use.is_trigger:
                triggers.setdefault(use.stage, []).append(use)
                is_stage = use.word.text.lower() in self._index
                if not is_stage and not (use.is_copy and _stage_index(use.word.text) is not None):
                    # Ignore an invalid image here: it is reported in the stages that run the ONBUILD.
                    with suppress(InvalidReferenceError):
                        self._add_source(use.word, use.word.text, is_written=True)
            elif (number := self._find_source(use)) is not None:
                sources[use.stage][number] = use.word
        count = len(self.stages)
        if any(index <= number < count for index, words in enumerate(sources) for number in words):
            # Lazy import (1 ms): few files name a later stage.
            from graphlib import CycleError, TopologicalSorter

            try:
                TopologicalSorter(dict(enumerate(sources))).prepare()
            except CycleError as error:
                # The error lists the cycle: each stage reads from the previous stage in the list.
                # Report the stage that comes first in the file.
                before, first = min(pairwise(error.args[1]), key=lambda pair: pair[1])
                word = sources[first][before]
                other = "the stage itself" if before == first else "a stage that reads from this one"
                message = f"Circular dependency: {quoted(word.text)} is {other}"
                self.errors.append(SourceError(word.location, message, "read from an earlier stage"))
                return
        self._follow(sources, triggers)

    def _follow(self, sources: list[dict[int, Word]], triggers: dict[int | None, list[Use]]) -> None:
        """Visit all stages that the last stage needs, and report where they read from a later stage."""
        needed: set[int] = set()
        pending = [len(self.stages) - 1]
        while pending:
            index = pending.pop()
            if index in needed or index >= len(self.stages):
                continue
            needed.add(index)
            base = self.stages[index].stage_ref
            # Look up the sources of each trigger only once (`pop`): they are the same in every stage.
            for use in triggers.pop(base, ()):
                if (number := self._find_source(use)) is not None:
                    sources[index].setdefault(number, use.word)
            for number, word in sources[index].items():
                if index < number < len(self.stages):
                    message = f"The stage reads from {quoted(word.text)}, which is built after it"
                    advice = "move that stage above this one"
                    self.errors.append(SourceError(word.location, message, advice))
            pending += sources[index]
            pending += () if base is None else (base,)

    def _find_source(self, use: Use) -> int | None:
        """Return the index of the stage or image that a COPY or RUN reads from.

        Records the stage as used, or adds the image. If the build rejects the source, reports an error and
        returns None.
        """
        word, what = use.word, "COPY --from" if use.is_copy else "RUN --mount"
        text = word.text or SCRATCH
        try:
            is_literal = not use.is_copy or Scope(self._scope.escape, {}).expand(text, 0).text == text
        except ExpansionError:
            is_literal = False
        if not is_literal or (not use.is_copy and re.search(r"\$.", text)):
            advice = "name the image in a FROM with AS, and read from that stage"
            if not find_placeholder(text):
                message = f"{what} can't have variables, quotes or escapes: {quoted(text)}"
                self.errors.append(SourceError(word.location, message, advice))
            return None
        number = _stage_index(text) if use.is_copy else None
        count = len(self.stages)
        if number is None:
            number = self._index.get(text.lower(), count + len(self._sources))
        elif not 0 <= number < count + len(self._sources):
            message = f"No stage has the index {quoted(text)}"
            advice = f"the stages are 0 to {count - 1}" if count > 1 else "the only stage is 0"
            self.errors.append(SourceError(word.location, message, advice))
            return None
        if number < count:
            self.used.add(number)
            return number
        is_new = number == count + len(self._sources)
        if is_new:
            self._sources.append(text)
        image = self._sources[number - count]
        try:
            self._add_source(word, image, is_written=is_new, is_known=use.is_trigger)
        except InvalidReferenceError as error:
            self._refuse(word, Expansion(text), f"Invalid image {quoted(text)} in {what}: {error}")
            return None
        return number

    def _add_source(self, word: Word, image: str, *, is_written: bool, is_known: bool = False) -> None:
        """Add an image that a COPY or RUN reads from. Raises InvalidReferenceError.

        is_written: whether the word is the image itself, not the index of an image
        is_known: whether the image was already added, and is only validated
        """
        if image == SCRATCH:
            return
        reference = parse_reference(image)
        if is_known:
            return
        origins = (Origin(0, len(image), len(self._words), 0),) if is_written else ()
        self._words.append(word)
        stage = Stage(
            line=word.line.line,
            end_line=word.line.end_line,
            image=image,
            image_location=word.location,
            platform_location=word.location,
            reference=reference,
            image_source=Provenance(origins, self._words, self._repeats),
        )
        self.uses.append(stage)

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

    def _parse_image(self, word: Word, image: Expansion) -> ImageReference | None:
        """Parse an expanded image, and report an image that the build rejects.

        Returns None for a rejected image. But if a build argument or a template can complete the image,
        returns the result of `parse_open_reference`.
        """
        try:
            reference = parse_reference(image.text)
        except InvalidReferenceError as error:
            self._refuse(word, image, f"Invalid image {quoted(image.text)}: {error}")
            is_fillable = image.missing or find_placeholder(image.text)
            return parse_open_reference(image.text) if is_fillable else None
        self._add_unresolved(word, image)
        # If REGISTRY has no value, `${REGISTRY}image` is parsed as an image on Docker Hub. But the image
        # may be on any registry, so mark its registry as unknown.
        if image.missing and re.match(r"""["']?\$""", word.text):
            is_hub = reference.repository.startswith("docker.io/")
            return reference._replace(registry_is_open=is_hub)
        return reference

    def _parse_platform(self, word: Word, platform: Expansion | None) -> tuple[Platform | None, str]:
        """Return the parsed platform and "", or None and the reason why the build rejects the platform.

        Returns None and "" if there is no platform, or if a build argument or template can complete it.
        """
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
        """Report a rejected word as an error.

        If a build argument or template can fix the word, records the variables or the placeholder instead.
        """
        placeholder = find_placeholder(word.text) or find_placeholder(expansion.text)
        if expansion.missing:
            self._add_unresolved(word, expansion)
        elif placeholder:
            # `setdefault`: report only the first placeholder of an instruction.
            self.placeholders.setdefault(word.line.line, Excerpt(word.location, placeholder))
        else:
            names = " and ".join(map(quoted, sorted(expansion.unknown)))
            advice = f"declare {names} with ARG before the first FROM" if names else ""
            self.errors.append(SourceError(word.location, message, advice))

    def _add_unresolved(self, word: Word, expansion: Expansion) -> None:
        for is_declared, names in ((True, expansion.missing), (False, expansion.unknown)):
            self.unresolved += (Unresolved(word.location, name, is_declared) for name in sorted(names))
