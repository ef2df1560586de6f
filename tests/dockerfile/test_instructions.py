from __future__ import annotations

import pytest

from lint_runtime.dockerfile.instructions import (
    Instruction,
    RefusedError,
    parse_arg,
    parse_from,
    split_source,
)
from lint_runtime.dockerfile.source import MAX_INSTRUCTIONS, parse_source


def _instruction(text: str) -> Instruction:
    (instruction,), _ = split_source(parse_source(text.encode("utf-8", "surrogateescape")))
    return instruction


@pytest.mark.parametrize(
    ("text", "image", "platform", "name"),
    [
        ("FROM a", "a", "", ""),
        ("from a as B", "a", "", "b"),
        ("FROM a aS b.c-d_e", "a", "", "b.c-d_e"),
        ("FROM --platform=linux/amd64 a", "a", "linux/amd64", ""),
        ("FROM --platform= a", "a", "", ""),
        ("FROM --platform='linux/amd64' a", "a", "linux/amd64", ""),
        ('FROM --platform="a b" c', "c", "a b", ""),
        (r"FROM --platform=a\ b c", "c", "a b", ""),
        ("FROM -- a", "a", "", ""),
        ("FROM --platform=x -- a", "a", "x", ""),
        ("FROM - ", "-", "", ""),
        ("FROM\va\fAS\tb", "a", "", "b"),
        ("FROM a\u00a0", "a", "", ""),
        ("FROM a\x1c", "a\x1c", "", ""),
        ("FROM \x1ca", "\x1ca", "", ""),
        ("FROM --platform=é a", "a", "Ã©", ""),
        ("FROM \udce9", "\udce9", "", ""),
        ("FROM |a|", "|a|", "", ""),
        ("FROM \udca0a", "a", "", ""),
        ("FROM \udc85--platform=x a", "a", "x", ""),
        ("FROM a AS b\u0130", "a", "", "bi"),
    ],
)
def test_from(text: str, image: str, platform: str, name: str) -> None:
    words = parse_from(_instruction(text))
    assert (words.image.text, words.platform.text, words.name) == (image, platform, name)


@pytest.mark.parametrize(
    ("text", "reason", "columns"),
    [
        ("FROM", "expected 'FROM image [AS name]', got nothing", (1, 5)),
        ("FROM a b", "got 'a b'", (1, 9)),
        ("FROM a AS", "got 'a AS'", (1, 10)),
        ("FROM a TO b", "got 'a TO b'", (1, 12)),
        ("FROM a AS b c", "got 'a AS b c'", (1, 14)),
        ("FROM a AS 1b", "Invalid stage name '1b'", (11, 13)),
        ("FROM a AS b/c", "Invalid stage name 'b/c'", (11, 14)),
        ("FROM --x=y a", "Unknown FROM flag '--x'", (6, 11)),
        ("FROM --PLATFORM=y a", "Unknown FROM flag '--PLATFORM'", (6, 18)),
        ("FROM --platform a", "Missing value of --platform", (6, 16)),
        ("FROM --platform=a --platform=b c", "Repeated flag '--platform=b'", (19, 31)),
    ],
)
def test_refused_from(text: str, reason: str, columns: tuple[int, int]) -> None:
    with pytest.raises(RefusedError) as refused:
        parse_from(_instruction(text))
    assert reason in refused.value.error.message
    assert (refused.value.error.location.column, refused.value.error.location.end_column) == columns


def test_each_word_knows_its_place() -> None:
    words = parse_from(_instruction("FROM \\\n  --platform=é \\\n # c\n  im\\\nage AS b"))
    assert tuple(words.platform.location) == (2, 3, 2, 15)
    assert (words.image.text, tuple(words.image.location)) == ("image", (4, 3, 5, 4))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ARG A", ["A"]),
        ("ARG A=b C", ["A=b", "C"]),
        ("ARG A='b c' D", ["A='b c'", "D"]),
        (r"ARG A=b\ c", [r"A=b\ c"]),
        (r"ARG A='b\' C", [r"A='b\'", "C"]),
        ("ARG A=b # note", ["A=b", "#", "note"]),
        ("ARG A=b\u3000C", ["A=b", "C"]),
        ("ARG --flag A=b", ["A=b"]),
    ],
)
def test_arg(text: str, words: list[str]) -> None:
    assert [word.text for word in parse_arg(_instruction(text), "\\")] == words


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ARG", "Invalid ARG: it needs at least one name"),
        ("ARG B = c", "the name before '=' is missing"),
        ("ARG =c", "the name before '=' is missing"),
        ("ARG \\\u00a0", "needs at least one name"),
        ("ARG \udca0", "needs at least one name"),
    ],
)
def test_refused_arg(text: str, reason: str) -> None:
    with pytest.raises(RefusedError, match=reason):
        parse_arg(_instruction(text), "\\")


def test_the_number_of_instructions_is_bounded_and_said_so() -> None:
    source = parse_source(b"FROM a\n" * (MAX_INSTRUCTIONS + 2))
    assert len(source.lines) == MAX_INSTRUCTIONS
    assert source.errors[0].location.line == MAX_INSTRUCTIONS + 1


def test_many_flags_with_one_letter_outside_ascii_are_read_in_no_time() -> None:
    with pytest.raises(RefusedError, match="Unknown FROM flag '--a'"):
        parse_from(_instruction("FROM " + "--a " * 12_000 + "é"))
