"""Places in a buffer, there and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from lint_runtime.api import Location
from lint_runtime.lsp.positions import Positions

TEXTS = st.text(st.sampled_from("ab\n\r\u2028\x0b\x85é漢\U0001f600\ufeff\ud800"), max_size=40)
ENCODINGS = st.sampled_from(list(types.PositionEncodingKind))


@given(TEXTS, ENCODINGS, st.data())
def test_a_place_is_found_again(
    text: str, encoding: types.PositionEncodingKind, data: st.DataObject
) -> None:
    positions = Positions(text, encoding)
    offset = data.draw(st.integers(0, len(text)))
    again = positions.offset(positions.position(offset))
    # No place is between a carriage return and its line feed.
    assert again == offset or text[offset - 1 : offset + 1] == "\r\n" or text[again:offset] in ("\r", "\n")


@given(TEXTS, ENCODINGS, st.integers(0, 99), st.integers(0, 99))
def test_any_place_is_somewhere(
    text: str, encoding: types.PositionEncodingKind, line: int, character: int
) -> None:
    assert 0 <= Positions(text, encoding).offset(types.Position(line, character)) <= len(text)


@pytest.mark.parametrize(
    ("text", "location", "start", "end"),
    [
        ("FROM a\n", (1, 6, 1, 7), (0, 5), (0, 6)),
        ("x\rFROM a\n", (1, 8, 1, 9), (1, 5), (1, 6)),
        ("# a\r\nFROM a\r\n", (2, 6, 2, 7), (1, 5), (1, 6)),
        ("\ufeffFROM a\n", (1, 6, 1, 7), (0, 6), (0, 7)),
        ("é\U0001f600 a", (1, 4, 1, 5), (0, 4), (0, 5)),
        ("a\u2028b\nFROM c", (2, 6, 2, 7), (1, 5), (1, 6)),
        ("a", (5, 1, 5, 2), (0, 1), (0, 1)),
        ("a\nb", (1, 1, 1, 99), (0, 0), (1, 0)),
    ],
)
def test_locations_of_the_linter(
    text: str, location: tuple[int, int, int, int], start: tuple[int, int], end: tuple[int, int]
) -> None:
    found = Positions(text, types.PositionEncodingKind.Utf16).range(Location(*location))
    assert (found.start.line, found.start.character) == start
    assert (found.end.line, found.end.character) == end
