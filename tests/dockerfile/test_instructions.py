from __future__ import annotations

import pytest

from lint_runtime.dockerfile.instructions import (
    From,
    Instructions,
    RefusedError,
    parse_arg,
    parse_from,
    parse_instructions,
)
from lint_runtime.dockerfile.lines import Instruction, SourceError, Word, split_flags
from lint_runtime.dockerfile.source import MAX_INSTRUCTIONS, MAX_TEXT, parse_source


def _instruction(text: str) -> Instruction:
    (instruction,) = parse_source(text.encode("utf-8", "surrogateescape")).instructions
    return instruction


def _from(text: str) -> From:
    instruction = _instruction(text)
    return parse_from(instruction, *split_flags(instruction.value, "\\"))


def _arg(text: str, escape: str = "\\") -> list[Word]:
    instruction = _instruction(text)
    return parse_arg(instruction, split_flags(instruction.value, escape)[1], escape)


def _instructions(text: str) -> Instructions:
    return parse_instructions(parse_source(text.encode()))


@pytest.mark.parametrize(
    ("text", "image", "platform", "name"),
    [
        ("FROM a", "a", "", ""),
        ("from a as B", "a", "", "b"),
        ("FROM a aS b.c-d_e", "a", "", "b.c-d_e"),
        ("FROM --platform=linux/amd64 a", "a", "linux/amd64", ""),
        ("FROM --platform=a=b c", "c", "a=b", ""),
        ("FROM --platform= a", "a", "", ""),
        ("FROM --platform='linux/amd64' a", "a", "linux/amd64", ""),
        ('FROM --platform="a b" c', "c", "a b", ""),
        (r"FROM --platform=a\ b c", "c", "a b", ""),
        ("FROM -- a", "a", "", ""),
        ("FROM --platform=x -- a", "a", "x", ""),
        ("FROM -- --platform=x as b", "--platform=x", "", "b"),
        ("FROM - ", "-", "", ""),
        ("FROM\va\fAS\tb", "a", "", "b"),
        ("FROM a\u00a0", "a", "", ""),
        ("FROM \u2003a", "a", "", ""),
        ("FROM --platform=x \u2003a", "a", "x", ""),
        ("FROM a\u2003b", "a\u2003b", "", ""),
        ("FROM a\x1c", "a\x1c", "", ""),
        ("FROM \x1ca", "\x1ca", "", ""),
        ("FROM --platform=é a", "a", "Ã©", ""),
        # The next two lines contain U+00A0 and `à`. In UTF-8, both end in the byte A0. BuildKit reads A0 as a space.
        ("FROM --platform=$A\u00a0a", "a", "$AÂ", ""),
        ("FROM --platform=xà a", "a", "xÃ", ""),
        ("FROM \udce9", "\udce9", "", ""),
        ("FROM |a|", "|a|", "", ""),
        ("FROM \udca0a", "a", "", ""),
        ("FROM \udc85--platform=x a", "a", "x", ""),
        ("FROM a AS b\u0130", "a", "", "bi"),
    ],
)
def test_from(text: str, image: str, platform: str, name: str) -> None:
    words = _from(text)
    assert (words.image.text, words.platform.text, words.name) == (image, platform, name)
    assert (words.is_refused, words.placeholder) == (False, "")


REFUSED_FROM = [
    ("FROM", "Invalid FROM: expected 'FROM image [AS name]', got nothing", (1, 5), ""),
    ("  FROM \u2003", "Invalid FROM: expected 'FROM image [AS name]', got nothing", (3, 7), ""),
    ("FROM a b\u2003", "Invalid FROM: expected 'FROM image [AS name]', got 'a b'", (1, 9), ""),
    ("FROM a AS", "Invalid FROM: expected 'FROM image [AS name]', got 'a AS'", (1, 10), ""),
    ("FROM a TO b", "Invalid FROM: expected 'FROM image [AS name]', got 'a TO b'", (1, 12), ""),
    ("FROM a AS b c", "Invalid FROM: expected 'FROM image [AS name]', got 'a AS b c'", (1, 14), ""),
    ("FROM --x=y", "Invalid FROM: expected 'FROM image [AS name]', got nothing", (1, 11), ""),
    ("FROM a AS 1b", "Invalid stage name '1b'", (11, 13), "start with a letter, then use letters, digits, '-', '_' and '.'"),
    ("FROM a AS b/c", "Invalid stage name 'b/c'", (11, 14), "start with a letter, then use letters, digits, '-', '_' and '.'"),
    ("FROM --x=y a", "Unknown FROM flag '--x'", (6, 11), "remove it; the only flag of FROM is --platform"),
    ("FROM --x=y --platform=b a", "Unknown FROM flag '--x'", (6, 11), "remove it; the only flag of FROM is --platform"),
    ("FROM --PLATFORM=y a", "Unknown FROM flag '--PLATFORM'", (6, 18), "remove it; the only flag of FROM is --platform"),
    ("FROM --platfrom=y a", "Unknown FROM flag '--platfrom'", (6, 18), "did you mean --platform?"),
    ("FROM --platform a", "Missing value of --platform", (6, 16), "write --platform=linux/amd64"),
    ("FROM --platform=a --platform=b c", "Repeated flag '--platform=b'", (19, 31), "remove it"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message", "columns", "advice"), REFUSED_FROM)
def test_refused_from(text: str, message: str, columns: tuple[int, int], advice: str) -> None:
    (error,) = _instructions(text).errors
    assert (error.message, error.help) == (message, advice)
    assert tuple(error.location) == (1, columns[0], 1, columns[1])
    (from_,) = _instructions(text).froms
    value = text.strip()[5:].strip()
    assert (from_.image.text, from_.name, from_.is_refused) == (value, "", True)
    assert (from_.platform.text, from_.platform.location) == ("", from_.image.location)
    assert from_.image.location.column == text.index("FROM") + (6 if value else 5)


@pytest.mark.parametrize(
    ("text", "image", "name", "placeholder", "end"),
    [
        ("FROM {{ a }}", "{{ a }}", "", "{{ a }}", 13),
        ("FROM {{ a }} as\u2003B ", "{{ a }}", "b", "{{ a }}", 13),
        ("FROM {{ a }} AS b c", "{{ a }} AS b c", "", "{{ a }}", 20),
        ("FROM {{ a }} AS 1b", "{{ a }} AS 1b", "", "{{ a }}", 19),
        ("FROM {{a}} b", "{{a}} b", "", "{{a}}", 13),
        ("FROM {{a b", "{{a b", "", "{{a b", 11),
        ("FROM <%=\ta%> b", "<%=\ta%> b", "", "<%=\ta%>", 15),
        ("FROM {{" + "a" * 9 + " " * 60_000 + "b", "{{" + "a" * 9 + " " * 60_000 + "b", "", "{{" + "a" * 9 + " " * 60_000 + "b", 60_018),
    ],
    ids=["spaces", "name", "two words behind", "invalid name", "another word", "open", "tab", "60,000 spaces"],
)  # fmt: skip
def test_templates(text: str, image: str, name: str, placeholder: str, end: int) -> None:
    instructions = _instructions(text)
    (from_,) = instructions.froms
    assert instructions.errors == []
    assert (from_.image.text, from_.name, from_.is_refused) == (image, name, True)
    assert from_.placeholder == placeholder
    assert tuple(from_.image.location) == (1, 6, 1, end)


def test_each_word_has_a_location() -> None:
    words = _from("FROM \\\n  --platform=é \\\n # c\n  im\\\nage AS b")
    assert tuple(words.platform.location) == (2, 3, 2, 15)
    assert words.platform.start is None
    assert (words.image.text, tuple(words.image.location)) == ("image", (4, 3, 5, 4))
    words = _from("FROM --platform=ab c")
    assert words.platform.start == 16
    assert tuple(words.platform.location) == (1, 6, 1, 19)
    words = _from("FROM c")
    assert words.platform == Word("", words.image.location, words.image.line)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ARG A", ["A"]),
        ("ARG A=b C", ["A=b", "C"]),
        ("ARG A='b c' D", ["A='b c'", "D"]),
        ('ARG A="b \' c" D', ['A="b \' c"', "D"]),
        ("ARG A='b \" c' D", ["A='b \" c'", "D"]),
        (r"ARG A=b\ c", [r"A=b\ c"]),
        (r'ARG A="b\" c" D', [r'A="b\" c"', "D"]),
        (r"ARG A='b\' C", [r"A='b\'", "C"]),
        ("ARG A='b C", ["A='b C"]),
        ("ARG A=b` C\\", ["A=b`", "C"]),
        ("ARG A \\\u00a0", ["A"]),
        ("ARG A=b # note", ["A=b", "#", "note"]),
        ("ARG A=b\u3000C", ["A=b", "C"]),
        ("ARG A=b\x1cC", ["A=b\x1cC"]),
        ("ARG --flag A=b", ["A=b"]),
    ],
)
def test_arg(text: str, words: list[str]) -> None:
    assert [word.text for word in _arg(text)] == words
    assert all(word.locate(0, len(word.text)) for word in _arg(text))


def test_arg_with_the_other_escape() -> None:
    (word,) = _arg("# escape=`\nARG A=b` c\\", "`")
    assert (word.text, tuple(word.location)) == ("A=b` c\\", (2, 5, 2, 12))
    # BuildKit drops the escape character at the end of the instruction.
    word = _arg("# escape=`\nARG A B` `\u00a0", "`")[1]
    assert (word.text, tuple(word.location)) == ("B` ", (2, 7, 2, 11))


@pytest.mark.parametrize(
    ("text", "message", "columns", "advice"),
    [
        (" ARG\u2003", "Invalid ARG: it needs at least one name", (2, 5), ""),
        (
            "ARG B = c",
            "Invalid ARG: the name before '=' is missing",
            (7, 8),
            "remove the spaces around '='",
        ),
        (
            "ARG =c =d",
            "Invalid ARG: the name before '=' is missing",
            (5, 7),
            "remove the spaces around '='",
        ),
        ("ARG \\\u00a0", "Invalid ARG: it needs at least one name", (1, 6), ""),
        ("ARG \udca0", "Invalid ARG: it needs at least one name", (1, 6), ""),
        ("ARG --x", "Invalid ARG: it needs at least one name", (1, 8), ""),
    ],
)
def test_refused_arg(text: str, message: str, columns: tuple[int, int], advice: str) -> None:
    with pytest.raises(RefusedError) as refused:
        _arg(text)
    error = SourceError(*refused.value.args)
    assert (error.message, error.help) == (message, advice)
    assert tuple(error.location) == (1, columns[0], 1, columns[1])


def test_arguments_before_and_after_the_first_from() -> None:
    instructions = _instructions("ARG A B=1\nFROM a\nARG A\nARG B=1 A\n")
    assert [word.text for word in instructions.arguments] == ["A", "B=1"]
    later = {
        text: [word.location.line for word in words] for text, words in instructions.later_arguments.items()
    }
    assert later == {"A": [3, 4], "B=1": [4]}
    # An ARG after a FROM is a later argument, even if the FROM is rejected. A rejected ARG defines no argument.
    instructions = _instructions("ARG =\nFROM\nARG A\n")
    assert (instructions.arguments, list(instructions.later_arguments)) == ([], ["A"])


def test_the_number_of_arguments_is_bounded() -> None:
    many = "ARG " + "a " * MAX_INSTRUCTIONS + "\n"
    assert len(_instructions(many).arguments) == MAX_INSTRUCTIONS
    assert _instructions(many).errors == []
    message = "More than 25,000 arguments; the rest was not read"
    instructions = _instructions(f" ARG{many[3:-1]} a\nARG b\n")
    assert [word.text for word in instructions.arguments] == ["b"]
    assert [(tuple(error.location)[:2], error.message) for error in instructions.errors] == [
        ((1, 2), message)
    ]
    instructions = _instructions(f"{many}ARG b\n  FROM a\n")
    assert [(tuple(error.location), error.message) for error in instructions.errors] == [
        ((3, 3, 3, 4), message)
    ]
    assert instructions.froms == []


def test_the_length_of_flags_is_bounded() -> None:
    text = f"RUN --mount=from=/{'a' * 32_753} true\n" * (MAX_TEXT // 32_768)
    assert len(_instructions(f"FROM a\n{text}").uses) == MAX_TEXT // 32_768
    assert _instructions(f"{text}COPY a b\nFROM a\n").errors == []
    instructions = _instructions(f"{text}\n COPY --from=a b c\nFROM a\n")
    message = "More than 1,048,576 characters of flags; the rest was not read"
    assert [(tuple(error.location), error.message) for error in instructions.errors] == [
        ((34, 2, 34, 3), message)
    ]
    assert instructions.froms == []
