"""Inlay hints and links."""

from __future__ import annotations

from datetime import date

import pytest
from lsprotocol import types

from lint_runtime.lifecycle.model import State
from lint_runtime.lsp.hints import document_links, inlay_hints, state_text
from lint_runtime.lsp.settings import EditorSettings
from lint_runtime.rules import LIFECYCLE_POLICY
from tests.conftest import AS_OF, TABLE
from tests.lsp.buffers import DOCUMENT, EVERYTHING, FINE, RUNTIME, make_buffer

TEXT = f"FROM {RUNTIME}:9.7.0 AS a\nFROM {RUNTIME}:latest\nFROM {RUNTIME}:13.11.0\nFROM python:3.12\n"


def hints_in(range_: types.Range, length: str = "full") -> list[types.InlayHint]:
    buffer = make_buffer(TEXT, settings=EditorSettings(inlay_hints=length))
    return inlay_hints(buffer, types.InlayHintParams(DOCUMENT, range_))


def test_hints_follow_images() -> None:
    texts = "unsupported since 2026-02-01", "maintained until 2027-04-30 (217 days)"
    assert hints_in(EVERYTHING) == [
        types.InlayHint(types.Position(0, 43), texts[0], tooltip=texts[0], padding_left=True),
        types.InlayHint(types.Position(2, 45), texts[1], tooltip=texts[1], padding_left=True),
    ]


def test_arg_with_the_version_has_the_hint_too() -> None:
    text = f"ARG V='9.7.0'\nFROM {RUNTIME}:$V AS a\nFROM {RUNTIME}:$V\nCOPY --from=a / /\n"
    hints = inlay_hints(make_buffer(text), types.InlayHintParams(DOCUMENT, EVERYTHING))
    places = [types.Position(0, 12), types.Position(1, 40), types.Position(2, 40)]
    assert [hint.position for hint in hints] == places
    assert {hint.label for hint in hints} == {"unsupported since 2026-02-01"}


def test_hints_are_for_the_lines_in_the_range() -> None:
    lines = {(0, 0): [0], (1, 1): [], (0, 2): [0, 2], (1, 2): [2], (2, 9): [2], (3, 9): []}
    assert {
        (first, last): [
            hint.position.line
            for hint in hints_in(types.Range(types.Position(first, 30), types.Position(last, 0)))
        ]
        for first, last in lines
    } == lines


def test_no_hints_if_they_are_off() -> None:
    assert hints_in(EVERYTHING, "off") == []


@pytest.mark.parametrize(
    ("tag", "day", "label"),
    [
        ("13.11.0", AS_OF, "maintained until 2027-04-30"),
        ("13.11.0", date(2028, 1, 1), "basic support until 2028-04-30"),
        ("9.7.0", AS_OF, "unsupported since 2026-02-01"),
        ("13.5.0", AS_OF, "yanked"),
    ],
)
def test_short_hint_has_30_characters_and_the_rest_in_the_tooltip(tag: str, day: date, label: str) -> None:
    texts = []
    for length in ("short", "full"):
        buffer = make_buffer(f"FROM {RUNTIME}:{tag}\n", day, settings=EditorSettings(inlay_hints=length))
        (hint,) = inlay_hints(buffer, types.InlayHintParams(DOCUMENT, EVERYTHING))
        texts.append((hint.label, hint.tooltip))
    (short, tooltip), (full, _) = texts
    assert (short, tooltip) == (label, full)
    assert len(short) <= 30


def test_hint_is_in_units_of_the_encoding() -> None:
    buffer = make_buffer(f"FROM --platform=\U0001f600 {FINE[5:]}", encoding="utf-8")
    (hint,) = inlay_hints(buffer, types.InlayHintParams(DOCUMENT, EVERYTHING))
    assert hint.position == types.Position(0, 61)


def test_state_of_a_series() -> None:
    texts = {
        ("13", AS_OF): "maintained until 2027-04-30 (217 days)",
        ("13", date(2027, 4, 29)): "maintained until 2027-04-30 (1 day)",
        ("13", date(2027, 4, 30)): "maintained until 2027-04-30 (today)",
        ("13", date(2028, 4, 30)): "basic support until 2028-04-30 (today)",
        ("13", date(2028, 5, 1)): "unsupported since 2028-05-01",
        ("12", AS_OF): "basic support until 2027-02-28 (156 days)",
        ("9", AS_OF): "unsupported since 2026-02-01",
        ("7", AS_OF): "unsupported since 2023-08-01",
        ("2", AS_OF): "unsupported",
        ("3.3", date(2025, 2, 1)): "",
    }
    lifecycles = {(series, day): TABLE.as_of(day).series(series) for series, day in texts}
    assert {
        (series, day): lifecycle and state_text(lifecycle.support(day), lifecycle, day)
        for (series, day), lifecycle in lifecycles.items()
    } == texts


def test_yanked_releases_and_prereleases_are_not_called_maintained() -> None:
    for tag, expected in (("13.5.0", "yanked"), ("13.0.0-alpha4-base", "pre-release"), ("9.1.0", "yanked")):
        buffer = make_buffer(f"FROM {RUNTIME}:{tag}\n")
        (hint,) = inlay_hints(buffer, types.InlayHintParams(DOCUMENT, EVERYTHING))
        assert hint.label == expected, tag


def test_computed_end_is_marked() -> None:
    lifecycle = TABLE.as_of(AS_OF).series("13")
    assert lifecycle
    assert lifecycle.schedule
    computed = lifecycle.schedule._replace(computed=("end_of_maintenance",))
    text = state_text(State.MAINTAINED, lifecycle._replace(schedule=computed), AS_OF)
    assert text == "maintained until 2027-04-30 (computed) (217 days)"


def test_images_link_to_the_policy() -> None:
    links = document_links(make_buffer(TEXT), types.DocumentLinkParams(DOCUMENT))
    assert [(link.range.start.line, link.range.end.character) for link in links] == [
        (0, 43),
        (1, 44),
        (2, 45),
    ]
    assert {(link.target, link.tooltip) for link in links} == {
        (LIFECYCLE_POLICY, "Astro Runtime lifecycle policy")
    }
