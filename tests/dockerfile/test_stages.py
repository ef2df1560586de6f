from __future__ import annotations

import pytest

from lint_runtime.diagnostics import Location
from lint_runtime.dockerfile.parser import parse_dockerfile
from lint_runtime.dockerfile.stages import Provenance


def _source(text: str) -> Provenance:
    stages = parse_dockerfile(text.encode(), {}).stages
    return stages[-1].image_source


# `numbers` contains the numbers of all words that the image comes from. `entangled` contains only the numbers of words
# that are used twice or only influence the image. Words are numbered in the order of expansion: first the defaults of
# ARGs, then the image and platform of each FROM.
@pytest.mark.parametrize(
    ("text", "numbers", "entangled", "lines"),
    [
        pytest.param("FROM a\n", {0}, set(), {1}, id="literal"),
        pytest.param("ARG A=a\nARG B=b\nFROM \\\n$A-$B\n", {0, 1, 2}, set(), {1, 2, 3}, id="variables"),
        pytest.param("ARG A=a\nFROM $A$A\n", {0}, {0}, {1}, id="used twice"),
        pytest.param("ARG A=ab\nFROM ${A#a}\n", {0, 1}, {0, 1}, {1, 2}, id="used in a pattern"),
        pytest.param("ARG A=ab\nFROM x${A#a}\n", {0, 1}, {0, 1}, {1, 2}, id="partly literal"),
        pytest.param("ARG A=a\nARG B=$A$A\nFROM $A$B\n", {0}, {0}, {1}, id="three times"),
        pytest.param("ARG A=a\nFROM $A" + "-$B" * 64 + "\n", {None}, set(), set(), id="too many origins"),
    ],
)
def test_where_a_text_comes_from(
    text: str, numbers: set[int | None], entangled: set[int | None], lines: set[int]
) -> None:
    source = _source(text)
    assert (set(source.numbers), set(source.entangled), set(source.lines)) == (numbers, entangled, lines)


@pytest.mark.parametrize(
    ("text", "span", "places", "word"),
    [
        pytest.param("FROM abc\n", (0, 3), [(1, 6, 1, 9)], 0, id="literal"),
        pytest.param("FROM abc\n", (1, 2), [(1, 7, 1, 8)], 0, id="one character"),
        pytest.param("ARG A=abc\nFROM x$A\n", (2, 4), [(1, 8, 1, 10)], 0, id="in a default"),
        pytest.param("ARG A=abc\nFROM x$A\n", (1, 4), [(1, 7, 1, 10)], 0, id="a whole default"),
        pytest.param("ARG A=abc\nFROM x$A\n", (0, 1), [(2, 6, 2, 7)], 1, id="before a variable"),
        pytest.param("ARG A=abc\nFROM x$A\n", (0, 2), None, 0, id="from two words"),
        pytest.param("FROM a\\\nbc\n", (0, 3), None, 0, id="on two lines"),
        pytest.param("FROM a\\\nbc\n", (1, 3), [(2, 1, 2, 3)], 0, id="on the second of two lines"),
        pytest.param("FROM 'a'bc\n", (0, 3), None, 0, id="partly quoted"),
        pytest.param("FROM 'a'bc\n", (1, 3), [(1, 9, 1, 11)], 0, id="after quotes"),
        pytest.param("FROM abc\n", (1, 4), None, 0, id="beyond the end"),
        pytest.param("ARG A=ab\nFROM ${A#a}\n", (0, 1), None, 0, id="used in a pattern"),
        pytest.param("ARG A=ab\nFROM x$A\nARG A=ab\nARG A=cd\n", (1, 3), [(1, 7, 1, 9), (3, 7, 3, 9)], 0, id="repeated"),
        pytest.param("ARG A=ab\nFROM x$A\nARG A=a\\\nb\n", (1, 3), None, 0, id="repeated on two lines"),
    ],
)  # fmt: skip
def test_places(
    text: str, span: tuple[int, int], places: list[tuple[int, int, int, int]] | None, word: int
) -> None:
    expected = places and ([Location(*place) for place in places], word)
    assert _source(text).place(*span) == expected
