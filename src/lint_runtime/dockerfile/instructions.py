"""Extract images and arguments from instructions."""

import csv
import re
from itertools import islice
from typing import NamedTuple

from lint_runtime.diagnostics import Location
from lint_runtime.dockerfile.lines import (
    SPACE,
    Instruction,
    SourceError,
    Word,
    scan_word,
    split_flags,
    split_instruction,
)
from lint_runtime.dockerfile.references import find_placeholder
from lint_runtime.dockerfile.source import MAX_INSTRUCTIONS, MAX_TEXT, NOT_TRIGGERS, Source
from lint_runtime.text import did_you_mean, quoted


class From(NamedTuple):
    """A FROM instruction.

    image: the image. If the build rejects the instruction, this is everything after FROM, but without
        `AS name` if `name` is set
    platform: the value of --platform; may be empty
    name: the name of the stage, in lower case; may be empty
    name_location: the location of the name, or of the image if there is no name
    is_refused: whether the build rejects the instruction
    placeholder: the template placeholder in a rejected instruction; may be empty
    """

    image: Word
    platform: Word
    name: str
    name_location: Location
    is_refused: bool = False
    placeholder: str = ""


class Use(NamedTuple):
    """A source of files: the `--from` of a COPY, or a `--mount` of a RUN.

    word: the image, or the name or index of a stage; empty for a mount without `from`
    stage: the index of the stage that contains the instruction
    is_copy: whether the instruction is a COPY
    is_trigger: whether the instruction is in an ONBUILD
    """

    word: Word
    stage: int
    is_copy: bool
    is_trigger: bool


class Instructions(NamedTuple):
    """The images and arguments in a file.

    arguments: the words of ARGs before the first FROM, such as `TAG=3`
    froms: every FROM, including rejected ones
    uses: the sources of all COPYs and RUNs after the first FROM
    errors: the errors in rejected instructions
    later_arguments: maps a text such as `TAG=3` to all words with this text in ARGs after the first FROM
    """

    arguments: list[Word]
    froms: list[From]
    uses: list[Use]
    errors: list[SourceError]
    later_arguments: dict[str, list[Word]]


class RefusedError(Exception):
    """Raised for a rejected instruction. The values in `args` are the fields of a SourceError."""


def parse_instructions(source: Source) -> Instructions:
    """Extract the images and arguments in a file."""
    arguments, froms, uses, errors, later_arguments = words = Instructions([], [], [], [], {})
    count = 0
    text_left = MAX_TEXT
    for instruction in source.instructions:
        is_trigger = instruction.keyword == "ONBUILD"
        # The instruction in an ONBUILD runs in a later build, without the `# escape=` of this file.
        escape = "\\" if is_trigger else source.escape
        instruction = _trigger(instruction) if is_trigger else instruction
        # Read two characters past the limit: if another flag follows (`--`), `rest` exceeds the limit.
        flags, rest = split_flags(instruction.value[: text_left + 2], escape)
        text_left -= rest
        if text_left < 0 or count > MAX_INSTRUCTIONS:
            limit = (
                f"{MAX_TEXT:,} characters of flags" if text_left < 0 else f"{MAX_INSTRUCTIONS:,} arguments"
            )
            message = f"More than {limit}; the rest was not read"
            errors.append(SourceError(instruction.line.locate(0, 1), message))
            break
        try:
            if instruction.keyword == "FROM":
                froms.append(parse_from(instruction, flags, rest))
            elif instruction.keyword == "ARG":
                for word in parse_arg(instruction, rest, source.escape):
                    count += 1
                    (later_arguments.setdefault(word.text, []) if froms else arguments).append(word)
            elif instruction.keyword in ("COPY", "RUN"):
                is_copy = instruction.keyword == "COPY"
                sources = parse_uses(instruction, flags)
                uses += (Use(word, len(froms) - 1, is_copy, is_trigger) for word in sources if froms)
            else:
                refuse_other(instruction)
        except RefusedError as refused:
            if instruction.keyword == "FROM":
                froms.append(_refused_from(instruction))
            if instruction.keyword != "FROM" or not froms[-1].placeholder:
                errors.append(SourceError(*refused.args))
    return words


def _trigger(instruction: Instruction) -> Instruction:
    """Return the instruction in an ONBUILD, or the ONBUILD itself if the build rejects it."""
    keyword, value = split_instruction(instruction.value)
    if keyword in NOT_TRIGGERS:
        return instruction
    offset = instruction.offset + len(instruction.value) - len(value)
    return Instruction(keyword, value, instruction.line, offset)


def _stage_name(text: str) -> str:
    """Return a stage name in lower case, or "" if the name is invalid."""
    # Go lowercases U+0130 to `i`, Python to two characters.
    name = text.replace("\u0130", "i").lower()
    return name if re.fullmatch(r"[a-z][a-z0-9_.-]*", name) else ""


# BuildKit splits the words of FROM only at the characters excluded here.
_FROM_WORD = re.compile("[^\t\v\f\r ]+")


def parse_from(instruction: Instruction, flags: list[tuple[str, int, int]], rest: int) -> From:
    """Parse a FROM. Raises RefusedError.

    flags, rest: the result of `split_flags`
    """
    value, line = instruction.value, instruction.line
    start = len(value) - len(value[rest:].lstrip(SPACE))
    # Read at most four words after the flags: a FROM may have three, as in `a AS b`.
    words = [instruction.word(*match.span()) for match in islice(_FROM_WORD.finditer(value, start), 4)]
    if len(words) not in (1, 3) or (len(words) == 3 and words[1].text.casefold() != "as"):
        given = quoted(value.strip(SPACE)) if words else "nothing"
        message = f"Invalid FROM: expected 'FROM image [AS name]', got {given}"
        has_comment = any(word.text.startswith("#") for word in words[1:])
        advice = "move the comment to a line of its own" if has_comment else ""
        raise RefusedError(instruction.location, message, advice)
    name = _stage_name(words[2].text) if len(words) == 3 else ""
    if len(words) == 3 and not name:
        message = f"Invalid stage name {quoted(words[2].text)}"
        advice = "start with a letter, then use letters, digits, '-', '_' and '.'"
        raise RefusedError(words[2].location, message, advice)
    if not flags:
        return From(words[0], Word("", words[0].location, line), name, words[-1].location)
    text, *span = flags[0]
    platform = instruction.word(*span)
    flag, equals, _ = text.partition("=")
    if flag != "--platform":
        advice = did_you_mean(flag, ["--platform"]) or "remove it; the only flag of FROM is --platform"
        raise RefusedError(platform.location, f"Unknown FROM flag {quoted(flag)}", advice)
    if not equals:
        raise RefusedError(platform.location, "Missing value of --platform", "write --platform=linux/amd64")
    if len(flags) > 1:
        repeated, *span = flags[1]
        place = instruction.word(*span).location
        raise RefusedError(place, f"Repeated flag {quoted(repeated)}", "remove it")
    if platform.text != text:
        platform = platform._replace(text=text, start=None)
    return From(words[0], platform.after(len("--platform=")), name, words[-1].location)


def _refused_from(instruction: Instruction) -> From:
    """Return a rejected FROM. Only a FROM with a template placeholder keeps its stage name."""
    line = instruction.line
    placeholder = find_placeholder(instruction.value)
    text = instruction.value.strip(SPACE)
    name = ""
    if placeholder:
        # A placeholder may contain spaces, so read the stage name from the end.
        image, *clause = text.rsplit(None, 2)
        if len(clause) == 2 and clause[0].casefold() == "as" and _stage_name(clause[1]):
            text, name = image, _stage_name(clause[1])
    location = instruction.word(0, max(1, len(text))).location
    return From(Word(text, location, line), Word("", location, line), name, location, True, placeholder)


def parse_arg(instruction: Instruction, rest: int, escape: str) -> list[Word]:
    """Return the words of an ARG, including quotes and escapes. Raises RefusedError.

    rest: the offset in the value at which the text after the flags starts
    escape: the escape character
    """
    value = instruction.value
    at = rest
    words: list[Word] = []
    while at < len(value) and len(words) <= MAX_INSTRUCTIONS:
        start = at
        _, at = scan_word(value, at, SPACE, escape, is_arg=True)
        # If `at` is past the end, the value ends in an escape character, which BuildKit drops.
        text = value[start:at] if at <= len(value) else value[start:-1]
        if text:
            words.append(instruction.word(start, min(at, len(value)))._replace(text=text))
        at += 1
    if len(words) > MAX_INSTRUCTIONS:
        message = f"More than {MAX_INSTRUCTIONS:,} arguments; the rest was not read"
        raise RefusedError(instruction.location, message)
    if not words:
        raise RefusedError(instruction.location, "Invalid ARG: it needs at least one name")
    blank = next((word for word in words if word.text.startswith("=")), None)
    if blank:
        message = "Invalid ARG: the name before '=' is missing"
        raise RefusedError(blank.location, message, "remove the spaces around '='")
    return words


# Matches `from=` and its value in a flag. Quotes and escapes may surround the key and the value.
_WRITTEN_FROM = r"""(?i)(?:--|--mount=|,)[\\`"']*from=[\\`"']*([^\\`"',]*)"""


def parse_uses(instruction: Instruction, flags: list[tuple[str, int, int]]) -> list[Word]:
    """Return the value of `--from` in a COPY, or of `from` in each mount of a RUN. Raises RefusedError."""
    is_copy = instruction.keyword == "COPY"
    words: list[Word] = []
    for flag, start, end in flags:
        name, equals, source = flag.partition("=")
        if name != ("--from" if is_copy else "--mount"):
            continue
        if not equals:
            raise RefusedError(instruction.word(start, end).location, f"Missing value of {name}")
        if is_copy and words:
            raise RefusedError(instruction.word(start, end).location, "Repeated flag '--from'", "remove it")
        if not is_copy:
            # Mount options are CSV. The last `from` wins.
            try:
                fields = next(csv.reader([source]), [])
            except csv.Error:
                continue
            options = (field.partition("=") for field in reversed(fields))
            source = next((value for key, _, value in options if key.lower() == "from"), "")
        elif not source:
            continue
        written = list(re.compile(_WRITTEN_FROM).finditer(instruction.value, start, end))
        if written and written[-1][1] == source:
            word = instruction.word(*written[-1].span(1))
        else:
            word = instruction.word(start, end)._replace(text=source, start=None)
        words.append(word)
    return words


# Matches FROM next to any character except letters, digits and printable ASCII, for example next to U+00A0.
# Also excludes U+DC80 to U+DCFF: they stand for invalid UTF-8, which means binary data.
_LOOKALIKE = r"(?i)([^\w!-~\udc80-\udcff]*)FROM([^\w!-~\udc80-\udcff]|\Z)"


def refuse_other(instruction: Instruction) -> None:
    """Raise RefusedError if the instruction is a rejected ONBUILD or looks like a FROM."""
    line = instruction.line
    if instruction.keyword == "ONBUILD":
        keyword = split_instruction(instruction.value)[0]
        message = f"ONBUILD can't be followed by {keyword or 'nothing'}"
        raise RefusedError(instruction.location, message, "remove the instruction")
    lookalike = re.match(_LOOKALIKE, line.text.strip(SPACE))
    if lookalike:
        side, odd = ("preceded", lookalike[1]) if lookalike[1] else ("followed", lookalike[2])
        message = f"FROM is {side} by U+{ord(odd[0]):04X}, so the build does not recognize it"
        place = line.locate(0, len(line.text))
        raise RefusedError(place, message, "replace that character with a space")
