"""Findings: their targets, texts and order, and the text after their edits."""

from __future__ import annotations

from lint_runtime.diagnostics import (
    Diagnostic,
    Edit,
    Fix,
    Location,
    Severity,
    SuppressionKind,
    Target,
    edited,
)

TARGET = Target(Location(3, 5, 4, 7), "image", frozenset({1, 3}))


def _used_in(*lines: int) -> Diagnostic:
    related = tuple(Location(line, 6, line, 9) for line in lines)
    target = TARGET._replace(related=related)
    return Diagnostic("a/Dockerfile", target, "some-rule", Severity.WARNING, "It is old")


def test_edits_are_applied_at_lines_and_columns() -> None:
    def edit(line: int, start: int, end: int, text: str) -> Edit:
        return Edit(Location(line, start, line, end), text)

    text = "ab\r\ncd\n\nef"
    cases = [
        ([], text),
        ([edit(1, 1, 1, "x")], f"x{text}"),
        ([edit(1, 1, 2, "x"), edit(1, 3, 3, "y")], "xby\r\ncd\n\nef"),
        ([edit(2, 2, 3, "xyz"), edit(4, 1, 3, "")], "ab\r\ncxyz\n\n"),
        ([edit(1, 2, 3, ""), edit(3, 1, 1, "é"), edit(4, 3, 3, "z")], "a\r\ncd\né\nefz"),
    ]
    # Columns don't count the byte-order mark.
    for mark in ("", "\ufeff"):
        assert [edited(mark + text, edits) for edits, _ in cases] == [mark + after for _, after in cases]


def test_texts_of_a_finding() -> None:
    usages = [_used_in(*lines).usage for lines in ((), (4,), (4, 4), (4, 7), (4, 7, 7, 12))]
    assert usages == [
        "",
        "used in line 4",
        "used in line 4",
        "used in lines 4 and 7",
        "used in lines 4, 7 and 12",
    ]
    plain, used = _used_in(), _used_in(4)
    assert [finding.sentence for finding in (plain, plain._replace(help="write b"), used)] == [
        "It is old",
        "It is old; write b",
        "It is old (used in line 4)",
    ]
    assert plain.details == ()
    full = used._replace(help="write b", notes=("one", "two"))
    assert full.details == ("help: write b", "note: used in line 4", "note: one", "note: two")
    assert (plain.line, plain.column, plain.subject) == (3, 5, "image")
    assert (plain.location.start, plain.location.end) == ((3, 5), (4, 7))
    assert [Fix("Write b", (), risk).is_safe for risk in ("", "it may break")] == [True, False]
    # Reports contain these values, so they must not change.
    assert [str(severity) for severity in Severity] == ["error", "warning", "info"]
    assert [kind.value for kind in SuppressionKind] == ["comment", "baseline"]


def test_places_of_a_target() -> None:
    one, two = Location(4, 6, 4, 9), Location(7, 6, 7, 9)
    used = TARGET._replace(related=(one, two))
    assert TARGET.place == (TARGET.location, "image", ())
    assert TARGET.places == (TARGET.place,)
    assert used.place == (TARGET.location, "image", (one, two))
    assert used.places == ((TARGET.location, "image", (one,)), (TARGET.location, "image", (two,)))
    assert (_used_in().images, _used_in(4, 7).images) == ((TARGET.location,), (one, two))


def test_findings_have_an_order() -> None:
    finding = _used_in()
    later = [
        finding._replace(path="b"),
        finding._replace(target=TARGET._replace(location=Location(3, 5, 4, 8))),
        finding._replace(rule="some-rule-2"),
        finding._replace(message="It is older"),
        finding._replace(target=TARGET._replace(subject="images")),
    ]
    for other in later:
        assert sorted([other, finding], key=lambda each: each.sort_key) == [finding, other]
        # For the order of two findings, a field takes precedence over the fields after it.
        for last in later[later.index(other) + 1 :]:
            assert sorted([other, last], key=lambda each: each.sort_key) == [last, other]
