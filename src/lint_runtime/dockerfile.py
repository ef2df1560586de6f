"""Logical lines -> the stages of a Dockerfile, as BuildKit sees them."""

from collections.abc import Mapping
from typing import NamedTuple

from lint_runtime.diagnostic import Location, quoted
from lint_runtime.instruction import instructions
from lint_runtime.platform import InvalidPlatformError, Platform, parse_platform
from lint_runtime.reference import ImageReference, InvalidReferenceError, parse_reference
from lint_runtime.scope import Scope
from lint_runtime.source import Source, SourceError
from lint_runtime.variable import BrokenVariableError, Expansion, ExpansionError, Variable
from lint_runtime.words import From, RefusedError, Word, read_arg, read_from, refused_from

SCRATCH = "scratch"


class Unresolved(NamedTuple):
    """A variable that a FROM needs and nobody gave. `is_declared`: by an ARG without a default."""

    location: Location
    name: str
    is_declared: bool


class Stage(NamedTuple):
    """One FROM. Lines count from 1.

    `image`, `platform`: after expansion; as written where they do not expand; "" if there is none.
    `stage_ref`: the index of the earlier stage it refers to. `reference`: None for a stage, for
    `scratch` and where the build refuses it. `platform_value`: None for none or a refused one;
    `platform_refusal` then says why. `platform_varies`: it follows the machine that builds.
    """

    line: int
    end_line: int
    name: str
    image: str
    platform: str
    stage_ref: int | None
    reference: ImageReference | None
    platform_value: Platform | None
    platform_refusal: str
    platform_varies: bool
    image_location: Location
    platform_location: Location


class Dockerfile(NamedTuple):
    """What a linter needs to know of one file: its stages, and what is wrong on the way to them."""

    stages: tuple[Stage, ...]
    errors: tuple[SourceError, ...]
    unresolved: tuple[Unresolved, ...]


def read_dockerfile(data: bytes, build_args: Mapping[str, str]) -> Dockerfile:
    """Read any bytes as a Dockerfile. Never raises: what the build would refuse is in `errors`."""
    source = Source(data)
    arguments, froms = _read_instructions(source)
    variables = _predefined(froms[-1].name if froms else "", build_args)
    reader = _Reader(Scope(source.escape, variables), source.errors)
    for argument in arguments:
        reader.define(argument, build_args)
    for from_ in froms:
        reader.add_stage(from_)
    return Dockerfile(tuple(reader.stages), tuple(sorted(source.errors)), tuple(reader.unresolved))


def _read_instructions(source: Source) -> tuple[list[Word], list[From]]:
    """Return the ARG words before the first FROM, and every FROM."""
    arguments: list[Word] = []
    froms: list[From] = []
    for instruction in instructions(source):
        is_from = instruction.keyword == "FROM"
        try:
            if is_from:
                froms.append(read_from(instruction, source.escape))
            else:
                words = read_arg(instruction, source.escape)
                if not froms:
                    arguments += words
        except RefusedError as refused:
            source.errors.append(refused.error)
            if is_from:
                froms.append(refused_from(instruction))
    return arguments, froms


_MACHINE = {"PLATFORM": "linux/amd64", "OS": "linux", "OSVERSION": "", "ARCH": "amd64", "VARIANT": ""}


def _predefined(target: str, build_args: Mapping[str, str]) -> dict[str, Variable]:
    """Return BuildKit's own arguments, those of the machine as on linux/amd64 and marked as varying."""
    variables = {
        side + part: Variable(value, varies=True)
        for side in ("BUILD", "TARGET")
        for part, value in _MACHINE.items()
    }
    variables["TARGETSTAGE"] = Variable(target or "default")
    given = {name: Variable(build_args[name]) for name in variables if name in build_args}
    return {**variables, **given}


class _Reader:
    """The stages so far, with the variables that the next one sees."""

    def __init__(self, scope: Scope, errors: list[SourceError]) -> None:
        self.stages: list[Stage] = []
        self.unresolved: list[Unresolved] = []
        self._scope = scope
        self._errors = errors
        self._index: dict[str, int] = {}

    def define(self, argument: Word, build_args: Mapping[str, str]) -> None:
        name, equals, default = argument.text.partition("=")
        if name in build_args:
            self._scope.define(name, Variable(build_args[name]))
        elif equals:
            self._scope.define(name, self._default(name, Word(default, argument.location)))
        else:
            self._scope.declare(name)

    def _default(self, name: str, default: Word) -> Variable:
        try:
            return Variable(*self._scope.expand(default.text))
        except BrokenVariableError:
            return Variable(None)
        except ExpansionError as error:
            message = f"the build refuses the default of ARG {quoted(name)}: {error}"
            self._errors.append(SourceError(default.location, message))
            return Variable(None)

    def add_stage(self, from_: From) -> None:
        image = None if from_.is_refused else self._resolve(from_.image, "image")
        platform = None if from_.is_refused else self._resolve(from_.platform, "platform")
        stage_ref = self._index.get(image.text) if image else None
        is_external = image is not None and stage_ref is None and image.text != SCRATCH
        value, refusal = self._read_platform(from_.platform, platform)
        stage = Stage(
            line=from_.instruction.line.line,
            end_line=from_.instruction.line.end_line,
            name=from_.name,
            image=image.text if image else from_.image.text,
            platform=platform.text if platform else from_.platform.text,
            stage_ref=stage_ref,
            reference=self._read_image(from_.image, image) if image and is_external else None,
            platform_value=value,
            platform_refusal=refusal,
            platform_varies=platform is not None and platform.varies,
            image_location=from_.image.location,
            platform_location=from_.platform.location,
        )
        if stage.name:
            self._index[stage.name] = len(self.stages)
        self.stages.append(stage)

    def _resolve(self, word: Word, what: str) -> Expansion | None:
        """Expand a word. None, with the reason reported, where the build refuses it."""
        try:
            expansion = self._scope.expand(word.text)
        except BrokenVariableError:
            return None
        except ExpansionError as error:
            met = Expansion("", error.missing, error.unknown)
            self._refuse(word, met, f"the build refuses the {what} {quoted(word.text)}: {error}")
            return None
        if word.text and not expansion.text:
            self._refuse(word, expansion, f"the {what} {quoted(word.text)} expands to nothing")
            return None
        return expansion

    def _read_image(self, word: Word, image: Expansion) -> ImageReference | None:
        """Read an expanded image. None, with the reason reported, where the build refuses it."""
        try:
            reference = parse_reference(image.text)
        except InvalidReferenceError as error:
            self._refuse(word, image, f"{quoted(image.text)} is no valid image: {error}")
            return None
        self._note(word, image)
        return reference

    def _read_platform(self, word: Word, platform: Expansion | None) -> tuple[Platform | None, str]:
        """Read an expanded platform: its value and why the build refuses it, which is also reported."""
        if platform is None or not platform.text:
            return None, ""
        try:
            value = parse_platform(platform.text)
        except InvalidPlatformError as error:
            is_known = not platform.missing
            self._refuse(word, platform, f"the build refuses --platform={quoted(platform.text)}: {error}")
            return None, str(error) if is_known else ""
        self._note(word, platform)
        return value, ""

    def _refuse(self, word: Word, expansion: Expansion, message: str) -> None:
        """Report an error, unless a value that the build would be given may yet mend it."""
        if expansion.missing:
            self._note(word, expansion)
            return
        hints = "".join(
            f"; no ARG before the first FROM declares {quoted(name)}" for name in sorted(expansion.unknown)
        )
        self._errors.append(SourceError(word.location, message + hints))

    def _note(self, word: Word, expansion: Expansion) -> None:
        for name in sorted(expansion.missing):
            self.unresolved.append(Unresolved(word.location, name, is_declared=True))
        for name in sorted(expansion.unknown):
            self.unresolved.append(Unresolved(word.location, name, is_declared=False))
