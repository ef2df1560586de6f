"""Positions, offsets and locations in a text."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from lint_runtime.diagnostics import Location
from lint_runtime.lsp.positions import Positions

TEXTS = st.text(st.sampled_from("ab\n\r\u2028\x0b\x85é漢\U0001f600\ufeff\ud800"), max_size=40)
ENCODINGS = st.sampled_from(list(types.PositionEncodingKind))


@given(TEXTS, ENCODINGS, st.data())
def test_position_and_offset_are_inverse(
    text: str, encoding: types.PositionEncodingKind, data: st.DataObject
) -> None:
    positions = Positions(text, encoding)
    offset = data.draw(st.integers(0, len(text)))
    again = positions.offset(positions.position(offset))
    # The offsets may differ only at a line end: no position is between a carriage return and its line feed.
    assert again == offset or text[offset - 1 : offset + 1] == "\r\n" or text[again:offset] in ("\r", "\n")


@given(TEXTS, ENCODINGS, st.integers(0, 99), st.integers(0, 99))
def test_every_position_has_an_offset(
    text: str, encoding: types.PositionEncodingKind, line: int, character: int
) -> None:
    assert 0 <= Positions(text, encoding).offset(types.Position(line, character)) <= len(text)


def test_characters_count_in_units_of_the_encoding() -> None:
    for encoding, characters in {
        "utf-8": [0, 2, 5, 9, 10],
        "utf-16": [0, 1, 2, 4, 5],
        "utf-32": [0, 1, 2, 3, 4],
    }.items():
        positions = Positions("x\né漢\U0001f600!", encoding)
        expected = [types.Position(1, character) for character in characters]
        assert [positions.position(offset) for offset in range(2, 7)] == expected, encoding
        assert [positions.offset(position) for position in expected] == [2, 3, 4, 5, 6], encoding


def test_positions_beyond_a_line_or_the_text() -> None:
    offsets = {
        (0, 99): 2,
        (1, 0): 4,
        (1, 99): 4,
        (2, 0): 5,
        (2, 1): 6,
        (3, 0): 7,
        (3, 2): 9,
        (3, 3): 9,
        (4, 0): 9,
        (99, 0): 9,
    }
    positions = Positions("ab\r\n\rc\nde", "utf-16")
    assert {place: positions.offset(types.Position(*place)) for place in offsets} == offsets


def test_position_within_a_character() -> None:
    assert Positions("\U0001f600a", "utf-16").offset(types.Position(0, 1)) == 1


@pytest.mark.parametrize(
    ("text", "location", "start", "end"),
    [
        ("FROM a\n", (1, 6, 1, 7), (0, 5), (0, 6)),
        ("x\rFROM a\n", (1, 8, 1, 9), (1, 5), (1, 6)),
        ("# a\r\nFROM a\r\n", (2, 6, 2, 7), (1, 5), (1, 6)),
        ("\ufeffFROM a\n", (1, 6, 1, 7), (0, 6), (0, 7)),
        ("\ufeff# a\nFROM a\n", (2, 6, 2, 7), (1, 5), (1, 6)),
        ("a\n\ufeffFROM a\n", (2, 6, 2, 7), (1, 5), (1, 6)),
        ("é\U0001f600 a", (1, 4, 1, 5), (0, 4), (0, 5)),
        ("a\u2028b\nFROM c", (2, 6, 2, 7), (1, 5), (1, 6)),
        ("a\nb\nc", (1, 1, 2, 2), (0, 0), (1, 1)),
        ("\ud800\nb", (1, 1, 1, 99), (0, 0), (1, 0)),
        ("a\nb\ud800", (2, 1, 2, 5), (1, 0), (1, 2)),
    ],
)
def test_locations_of_the_linter(
    text: str, location: tuple[int, int, int, int], start: tuple[int, int], end: tuple[int, int]
) -> None:
    converted = Positions(text, "utf-16").range(Location(*location))
    assert converted == types.Range(types.Position(*start), types.Position(*end))


def test_empty_lines_take_little_memory() -> None:
    count = 50_000
    text = "\n" * count
    tracemalloc.start()
    try:
        positions = Positions(text, "utf-16")
        used, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert used < 20 * count
    assert positions.position(count) == types.Position(count, 0)


def test_location_touches_its_borders() -> None:
    ranges = {(0, 1): False, (0, 2): True, (3, 3): True, (0, 9): True, (4, 9): True, (5, 9): False}
    positions = Positions("ab cd efg", "utf-16")
    assert {range_: positions.touches(Location(1, 3, 1, 5), *range_) for range_ in ranges} == ranges
