"""JSON read member by member: the same as all at once, whatever the pieces."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lint_runtime.errors import WrongDocumentError
from lint_runtime.linter import json_reader
from lint_runtime.linter.json_reader import read_members

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)
OBJECTS = st.dictionaries(st.text(max_size=5), VALUES, max_size=5)


def _read(text: str) -> dict[str, object]:
    return {
        name: list(value) if isinstance(value, Iterator) else value
        for name, value in read_members(io.StringIO(text))
    }


@pytest.fixture(autouse=True, params=[1, 7, 1 << 16], ids="pieces of {}".format)
def _in_pieces(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_reader, "_PIECE", request.param)


@given(OBJECTS, st.sampled_from([None, 0, 2]), st.booleans())
def test_an_object_is_read_as_it_is_all_at_once(
    value: dict[str, object], indent: int | None, is_ascii: bool
) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=is_ascii)
    assert _read(f" {text}\r\n\t ") == value


@given(OBJECTS)
def test_arrays_may_be_passed_over(value: dict[str, object]) -> None:
    assert [name for name, _ in read_members(io.StringIO(json.dumps(value)))] == list(value)


@given(OBJECTS, st.data())
def test_what_is_cut_off_or_spoiled_is_refused_as_all_at_once(
    value: dict[str, object], data: st.DataObject
) -> None:
    text = json.dumps(value, indent=1)
    place = data.draw(st.integers(0, len(text)))
    spoiled = text[:place] + data.draw(st.text(alphabet='{}[]",:1ae-', max_size=3))
    try:
        expected = json.loads(spoiled)
    except ValueError:
        expected = None
    if isinstance(expected, dict):
        assert _read(spoiled) == expected
    else:
        with pytest.raises(WrongDocumentError):
            _read(spoiled)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not valid JSON (line 1, column 1: Expecting value)"),
        ("\n\n  x", "not valid JSON (line 3, column 3: Expecting value)"),
        ('{\n "a": 1,\n "b" 2}', "not valid JSON (line 3, column 6: Expecting ':')"),
        ('{\n "a": [1,\n 2 3]}', "not valid JSON (line 3, column 4: Expecting ',' or ']')"),
        ('{"a": 1} {', "not valid JSON (line 1, column 10: Extra data)"),
        ("{1: 2}", "not valid JSON (line 1, column 2: Expecting property name enclosed in double quotes)"),
        ('{"a": "b', "not valid JSON (line 1, column 7: Unterminated string starting at)"),
        ("[1]", "not a JSON object"),
        ("7", "not a JSON object"),
        ("  <html>", "not valid JSON: it is HTML or XML"),
        ('{"a": ' + "[" * 100_000, "nested too deeply"),
        ('{"a": ' + "9" * 5000 + "}", "a number has too many digits"),
    ],
)
def test_what_is_wrong_and_where(text: str, reason: str) -> None:
    with pytest.raises(WrongDocumentError) as raised:
        _read(text)
    assert str(raised.value) == reason
