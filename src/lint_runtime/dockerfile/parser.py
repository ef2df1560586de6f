"""Logical lines -> the stages of a Dockerfile, as BuildKit sees them."""

import codecs
import re
from collections.abc import Mapping, Sequence, Set
from typing import TYPE_CHECKING, NamedTuple

from lint_runtime.diagnostics import Location
from lint_runtime.dockerfile.expansion import (
    MAX_EXPANSION,
    MAX_NAMES,
    MAX_TOTAL,
    BrokenVariableError,
    Expander,
    Expansion,
    ExpansionError,
    NoValueError,
    Origin,
    Variable,
    is_plain,
)
from lint_runtime.dockerfile.instructions import From, Use, parse_instructions
from lint_runtime.dockerfile.lexer import SPACE
from lint_runtime.dockerfile.lines import SourceError, Word
from lint_runtime.dockerfile.platforms import InvalidPlatformError, Platform, parse_platform
from lint_runtime.dockerfile.references import (
    InvalidReferenceError,
    OpenReference,
    find_placeholder,
    parse_open_reference,
    parse_reference,
)
from lint_runtime.dockerfile.source import Source, parse_source
from lint_runtime.dockerfile.stages import Placeholder, Provenance, Stage, Unresolved
from lint_runtime.text import quoted

if TYPE_CHECKING:
    from lint_runtime.dockerfile.comments import Comment


class Scope:
    """The variables that FROM can see, in the order ARG defines them, and the budget they share."""

    def __init__(self, escape: str, variables: dict[str, Variable]) -> None:
        self._escape = escape
        self._variables = dict(variables)
        self._declared: set[str] = set()
        self._left = MAX_TOTAL

    def define(self, name: str, variable: Variable) -> None:
        """Give `name` a value, in place of any it had."""
        self._variables[name] = variable

    def declare(self, name: str) -> None:
        """Note an ARG without a default: it keeps a value that it has, and says that one may be given."""
        self._declared.add(name)

    def expand(self, word: str, number: int) -> Expansion:
        """Expand `word` with what is defined so far; origins name it by `number`. Raises ExpansionError."""
        if is_plain(word) and len(word) <= min(self._left, MAX_EXPANSION):
            self._left -= len(word)
            return Expansion(word, origins=(Origin(0, len(word), number, 0),))
        expander = Expander(word, number, self._escape, self._variables, self._left)
        try:
            text, origins = expander.until("")
        except ExpansionError as error:
            error.missing, error.unknown = self._sorted_out(expander)
            raise
        finally:
            self._left -= expander.matching_cost
        self._left -= len(text)
        missing, unknown = self._sorted_out(expander)
        return Expansion(text, missing, unknown, expander.varies, origins, expander.has_gaps)

    def _sorted_out(self, expander: Expander) -> tuple[frozenset[str], frozenset[str]]:
        missing = expander.missing | (expander.valueless & self._declared)
        unknown = expander.unknown | (expander.valueless - self._declared)
        return _bounded(missing), _bounded(unknown)


def _bounded(names: Set[str]) -> frozenset[str]:
    """Bound the names kept for a chain of ARGs, which would grow with the square of its length."""
    return frozenset(names if len(names) <= MAX_NAMES else sorted(names)[:MAX_NAMES])


SCRATCH = "scratch"
_DEFAULT_REGISTRY = "docker.io/"

_UTF16_FROM = rb"(?i)F\0R\0O\0M\0|\0F\0R\0O\0M"


class Dockerfile(NamedTuple):
    """What a linter needs to know of one file: its stages, and what is wrong on the way to them.

    `uses`: the images that `COPY --from` and `RUN --mount` name. `used`: the indexes of the stages
    that another FROM, a COPY or a RUN builds on. `comments`: those for this tool.
    `continued`: the lines of each instruction that has more than one, of those that may name an image.
    `unknown`: the keyword that the build does not know and stops at. `placeholders`: those of templates
    that the build refuses.
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
    """Read any bytes as a Dockerfile. Never raises: what the build would refuse is in `errors`."""
    source = parse_source(data)
    instructions = parse_instructions(source)
    comments, comment_errors = _comments(source)
    target = instructions.froms[-1].name if instructions.froms else ""
    reader = _Reader(Scope(source.escape, _predefined(target, build_args)))
    for argument in instructions.arguments:
        reader.define(argument, build_args, instructions.later_arguments.get(argument.text, ()))
    for from_ in instructions.froms:
        reader.add_stage(from_)
    for use in instructions.uses:
        reader.add_use(use)
    errors = (*source.errors, *instructions.errors, *comment_errors, *reader.errors)
    if not instructions.froms and not errors:
        errors = (_missing_from(data, source.text),)
    return Dockerfile(
        stages=tuple(reader.stages),
        errors=tuple(sorted(errors)),
        unresolved=tuple(reader.unresolved),
        uses=tuple(reader.uses),
        used=frozenset(reader.used),
        comments=tuple(comments),
        continued=tuple(
            range(line.line, line.end_line + 1) for line in source.lines if line.end_line > line.line
        ),
        unknown=instructions.unknown,
        placeholders=tuple(reader.placeholders.values()),
    )


def _missing_from(data: bytes, text: str) -> SourceError:
    """Return the error about a file without FROM, which is about its encoding where that is the reason."""
    line = 1
    message, advice = "The file has no FROM, so there is nothing to build", "add one, or exclude the file"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or re.search(_UTF16_FROM, data):
        message, advice = "The file is encoded in UTF-16, which the build can't read", "save it as UTF-8"
    elif b"\0" in data:
        message = "The file is binary: it has no FROM and contains NUL bytes"
        advice = "replace it with a Dockerfile, or exclude it"
    elif all(raw.lstrip(SPACE)[:1] in ("", "#") for raw in text.split("\n")):
        # Without any instruction, the build gives up at the end.
        line = max(1, text.count("\n") + (not text.endswith("\n")))
    return SourceError(Location(line, 1, line, 1), message, advice)


def _comments(source: Source) -> "tuple[list[Comment], list[SourceError]]":
    if "lint-runtime" not in source.text.lower():
        return [], []
    # Few files have comments for this tool.
    from lint_runtime.dockerfile.comments import parse_comments

    return parse_comments(source)


_PARTS = {"PLATFORM": "linux/amd64", "OS": "linux", "OSVERSION": "", "ARCH": "amd64", "VARIANT": ""}
_MACHINE = {
    side + part: Variable(value, varies=True)
    for side in ("BUILD", "TARGET")
    for part, value in _PARTS.items()
}


def _predefined(target: str, build_args: Mapping[str, str]) -> dict[str, Variable]:
    """Return BuildKit's own arguments, those of the machine as on linux/amd64 and marked as varying."""
    variables = {**_MACHINE, "TARGETSTAGE": Variable(target or "default")}
    given = {name: Variable(build_args[name]) for name in variables if name in build_args}
    return {**variables, **given}


def _read_open(text: str) -> OpenReference | None:
    """Read what of an image is literal; None where that is not enough for a reference."""
    try:
        read = parse_open_reference(text)
    except InvalidReferenceError:
        return None
    return read if read.registry_is_open or read.tag_is_open else None


class _Reader:
    """The stages so far, with the variables that the next one sees."""

    def __init__(self, scope: Scope) -> None:
        self.errors: list[SourceError] = []
        self.stages: list[Stage] = []
        self.uses: list[Stage] = []
        self.used: set[int] = set()
        self.unresolved: list[Unresolved] = []
        self.placeholders: dict[int, Placeholder] = {}
        self._words: list[Word] = []
        self._repeats: dict[int, list[Word]] = {}
        self._scope = scope
        self._index: dict[str, int] = {}

    def define(self, argument: Word, build_args: Mapping[str, str], repeats: Sequence[Word]) -> None:
        """Give an argument its value. `repeats`: where it is declared again, the same, below a FROM."""
        name, equals, _ = argument.text.partition("=")
        if name in build_args:
            self._scope.define(name, Variable(build_args[name]))
        elif equals:
            length = len(name) + len(equals)
            self._repeats[len(self._words)] = [word.after(length) for word in repeats]
            self._scope.define(name, self._default(name, argument.after(length)))
        else:
            self._scope.declare(name)

    def _default(self, name: str, default: Word) -> Variable:
        try:
            return Variable(*self._expand(default))
        except BrokenVariableError:
            return Variable(None)
        except NoValueError as error:
            # `ARG X=${X:?…}` and one that requires an ARG without a default only ask for a value.
            required = error.missing | (error.unknown & {name})
            if required:
                return Variable("", missing=required)
            message = f"Invalid default for ARG {quoted(name)}: {error}"
            self.errors.append(SourceError(default.location, message))
            return Variable(None)
        except ExpansionError as error:
            message = f"Invalid default for ARG {quoted(name)}: {error}"
            self.errors.append(SourceError(default.location, message))
            return Variable(None)

    def _expand(self, word: Word) -> Expansion:
        self._words.append(word)
        return self._scope.expand(word.text, len(self._words) - 1)

    def add_stage(self, from_: From) -> None:
        image = None if from_.is_refused else self._resolve(from_.image, "image")
        platform = None if from_.is_refused else self._resolve(from_.platform, "platform")
        stage_ref = self._index.get(image.text) if image else None
        is_external = image is not None and stage_ref is None and image.text != SCRATCH
        value, refusal = self._parse_platform(from_.platform, platform)
        read: OpenReference | None = None
        if from_.placeholder:
            self._note_placeholder(from_.image, from_.placeholder)
            read = _read_open(from_.image.text)
        elif image and is_external:
            read = self._parse_image(from_.image, image)
        stage = Stage(
            line=from_.line.line,
            end_line=from_.line.end_line,
            name=from_.name,
            image=image.text if image else from_.image.text,
            platform=platform.text if platform else from_.platform.text,
            stage_ref=stage_ref,
            reference=read.reference if read else None,
            platform_value=value,
            platform_refusal=refusal,
            platform_varies=platform is not None and platform.varies,
            platform_has_gaps=platform is not None and platform.has_gaps,
            registry_is_open=read is not None and read.registry_is_open,
            tag_is_open=read is not None and read.tag_is_open,
            image_location=from_.image.location,
            platform_location=from_.platform.location,
            image_source=self._provenance(image),
            platform_source=self._provenance(platform),
        )
        if stage_ref is not None:
            self.used.add(stage_ref)
        if stage.name:
            self._index[stage.name] = len(self.stages)
        self.stages.append(stage)

    def add_use(self, use: Use) -> None:
        """Add what a COPY or RUN takes files from: a stage by its name or its index, or an image."""
        word = use.word
        index = self._index.get(word.text.lower())
        if index is None and use.may_be_index and re.fullmatch(r"[+-]?[0-9]+", word.text):
            index = int(word.text) if len(word.text) < 9 else len(self.stages)
        if index is not None:
            self.used.add(index)
        elif word.text != SCRATCH:
            self._add_image(word)

    def _add_image(self, word: Word) -> None:
        try:
            reference = parse_reference(word.text)
        except InvalidReferenceError:
            return
        self._words.append(word)
        whole = Expansion(word.text, origins=(Origin(0, len(word.text), len(self._words) - 1, 0),))
        self.uses.append(
            Stage(
                line=word.line.line,
                end_line=word.line.end_line,
                image=word.text,
                image_location=word.location,
                platform_location=word.location,
                reference=reference,
                image_source=self._provenance(whole),
            )
        )

    def _provenance(self, expansion: Expansion | None) -> Provenance:
        return Provenance(expansion.origins, self._words, self._repeats) if expansion else Provenance()

    def _resolve(self, word: Word, what: str) -> Expansion | None:
        """Expand a word. None, with the reason reported, where the build refuses it."""
        try:
            expansion = self._expand(word)
        except BrokenVariableError:
            return None
        except ExpansionError as error:
            met = Expansion("", error.missing, error.unknown)
            self._refuse(word, met, f"Invalid {what} {quoted(word.text)}: {error}")
            return None
        if word.text and not expansion.text:
            self._refuse(
                word, expansion, f"Invalid {what} {quoted(word.text)}: it expands to an empty string"
            )
            return None
        return expansion

    def _parse_image(self, word: Word, image: Expansion) -> OpenReference | None:
        """Read an expanded image. None, with the reason reported, where the build refuses it."""
        try:
            reference = parse_reference(image.text)
        except InvalidReferenceError as error:
            self._refuse(word, image, f"Invalid image {quoted(image.text)}: {error}")
            is_fillable = bool(image.missing or find_placeholder(image.text))
            return _read_open(image.text) if is_fillable else None
        self._note(word, image)
        # Where the registry is not known, Docker Hub is only what is left without it.
        is_open = bool(image.missing) and re.match(r"""["']?\$""", word.text) is not None
        return OpenReference(reference, is_open and reference.repository.startswith(_DEFAULT_REGISTRY))

    def _parse_platform(self, word: Word, platform: Expansion | None) -> tuple[Platform | None, str]:
        """Read an expanded platform: its value and why the build refuses it, which is also reported."""
        if platform is None or not platform.text:
            return None, ""
        try:
            value = parse_platform(platform.text)
        except InvalidPlatformError as error:
            is_known = not (platform.missing or find_placeholder(platform.text))
            self._refuse(word, platform, f"Invalid --platform {quoted(platform.text)}: {error}")
            return None, str(error) if is_known else ""
        self._note(word, platform)
        return value, ""

    def _refuse(self, word: Word, expansion: Expansion, message: str) -> None:
        """Report an error, unless a value given to the build or to a template may make it valid."""
        if expansion.missing:
            self._note(word, expansion)
            return
        placeholder = find_placeholder(word.text) or find_placeholder(expansion.text)
        if placeholder:
            self._note_placeholder(word, placeholder)
            return
        names = " and ".join(map(quoted, sorted(expansion.unknown)))
        advice = f"declare {names} with ARG before the first FROM" if names else ""
        self.errors.append(SourceError(word.location, message, advice))

    def _note_placeholder(self, word: Word, text: str) -> None:
        """Keep the first placeholder of an instruction, which is enough to know what the file is."""
        self.placeholders.setdefault(word.line.line, Placeholder(word.location, text))

    def _note(self, word: Word, expansion: Expansion) -> None:
        for name in sorted(expansion.missing):
            self.unresolved.append(Unresolved(word.location, name, is_declared=True))
        for name in sorted(expansion.unknown):
            self.unresolved.append(Unresolved(word.location, name, is_declared=False))
