from __future__ import annotations

import pytest

from lint_runtime.dockerfile.lines import SPACE, LogicalLine, Word, split_flags, split_instruction
from lint_runtime.dockerfile.source import parse_source


def _line(text: str) -> LogicalLine:
    return parse_source(text.encode()).instructions[0].line


CUT = "  FROM a\\\n# c\nbcd\\\n\n  ef\n"


@pytest.mark.parametrize(
    ("start", "end", "place"),
    [
        pytest.param(0, 4, (1, 3, 1, 7), id="indented keyword"),
        pytest.param(5, 7, (1, 8, 3, 2), id="word split over lines"),
        pytest.param(5, 6, (1, 8, 1, 9), id="end of a line"),
        pytest.param(6, 9, (3, 1, 3, 4), id="whole second line"),
        pytest.param(6, 6, (3, 1, 3, 1), id="nothing"),
        pytest.param(11, 13, (5, 3, 5, 5), id="last line"),
    ],
)
def test_places(start: int, end: int, place: tuple[int, int, int, int]) -> None:
    line = _line(CUT)
    assert line.text == "FROM abcd  ef"
    assert tuple(line.locate(start, end)) == place


def test_columns_count_characters_except_the_byte_order_mark() -> None:
    assert tuple(_line("\ufeffFROM é a\n").locate(7, 8)) == (1, 8, 1, 9)


def test_parts_of_a_word() -> None:
    line = _line(CUT)
    word = Word("abcd", line.locate(5, 9), line, 5)
    assert tuple(word.locate(0, 1) or ()) == (1, 8, 1, 9)
    assert tuple(word.locate(2, 4) or ()) == (3, 2, 3, 4)
    # The two characters are on different lines, so they have no location.
    assert word.locate(0, 2) is None
    rest = word.after(2)
    assert (rest.text, rest.location, rest.start) == ("cd", word.location, 7)
    assert rest.locate(0, 2) == word.locate(2, 4)


def test_a_word_that_lost_its_quotes_has_no_location_for_its_characters() -> None:
    line = _line(CUT)
    word = Word("abcd", line.locate(5, 9), line)
    assert word.locate(0, 1) is None
    assert word.after(1) == word._replace(text="bcd")


@pytest.mark.parametrize(
    ("text", "keyword", "value"),
    [
        ("FROM a", "FROM", "a"),
        ("from\v\f\r a\t", "FROM", "a"),
        ("\u2003 run \u00a0x \u2003", "RUN", "\u00a0x"),
        ("RUN", "RUN", ""),
        ("RUN\u00a0 ", "RUN", ""),
        ("RUN\u00a0x", "RUN\u00a0x", ""),
        ("RUN\x1c", "RUN\x1c", ""),
        ("u\u017fer x", "u\u017fer", "x"),
        ("", "", ""),
        (f"{SPACE}", "", ""),
        ("\u2003", "", ""),
    ],
)
def test_keywords_and_values(text: str, keyword: str, value: str) -> None:
    assert split_instruction(text) == (keyword, value)


@pytest.mark.parametrize(
    ("value", "flags", "rest"),
    [
        pytest.param("a --b", [], "a --b", id="none"),
        pytest.param("--a  b", [("--a", "--a")], "b", id="one"),
        pytest.param("--a\x85\t--b=c d", [("--a", "--a"), ("--b=c", "--b=c")], "d", id="two"),
        pytest.param("--a", [("--a", "--a")], "", id="nothing else"),
        pytest.param("--a -- --b", [("--a", "--a")], "--b", id="flags end at --"),
        pytest.param("-- a", [], "a", id="no flags before --"),
        pytest.param("- -a", [], "- -a", id="one dash"),
        pytest.param("--a='b \"c' d", [('--a=b "c', "--a='b \"c'")], "d", id="single quotes"),
        pytest.param('--a="b \'c" d', [("--a=b 'c", '--a="b \'c"')], "d", id="double quotes"),
        pytest.param(r"--a=b\ \c d", [("--a=b c", r"--a=b\ \c")], "d", id="escapes"),
        pytest.param(r"--a='b\' c' d", [("--a=b' c", r"--a='b\' c'")], "d", id="escape in quotes"),
        pytest.param("--a\\", [("--a", "--a\\")], "", id="escape at the end"),
        pytest.param("--a=`b c", [("--a=`b", "--a=`b")], "c", id="another escape character"),
        pytest.param("--a='b c", [("--a=b c", "--a='b c")], "", id="unclosed quote"),
        pytest.param("--é a", [("--Ã©", "--é")], "a", id="two bytes"),
        pytest.param("--é --b c", [("--Ã©", "--é"), ("--b", "--b")], "c", id="offsets after two bytes"),
        pytest.param("--xà b", [("--xÃ", "--x")], "b", id="second byte is a space"),
        pytest.param("--x\u00a0b", [("--xÂ", "--x")], "b", id="no-break space"),
        pytest.param("\udc85--x a", [("--x", "--x")], "a", id="byte 0x85"),
        pytest.param("\u2003--x a", [], "\u2003--x a", id="em space"),
    ],
)
def test_flags(value: str, flags: list[tuple[str, str]], rest: str) -> None:
    value = value.replace("\x85", "\udc85") if "\x85" in value else value
    found, start = split_flags(value, "\\")
    assert [(text, value[begin:end]) for text, begin, end in found] == flags
    assert value[start:] == rest


def test_flags_with_the_other_escape() -> None:
    assert split_flags("--a=`\\ b", "`") == ([("--a=\\", 0, 6)], 7)


def test_many_flags_with_a_non_ascii_letter_take_linear_time() -> None:
    value = "--a " * 12_000 + "é"
    flags, rest = split_flags(value, "\\")
    assert (len(flags), value[rest:]) == (12_000, "é")
