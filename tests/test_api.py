from __future__ import annotations

import pickle
from datetime import date, datetime, timezone
from typing import Any

import pytest

import lint_runtime
from lint_runtime import Diagnostic, lint
from tests.conftest import AS_OF

SOURCE = "ARG TAG=13.5.0\nFROM quay.io/astronomer/astro-runtime:$TAG AS x\n"


def test_a_finding_is_complete() -> None:
    (found,) = lint(SOURCE, "some/Dockerfile", today=AS_OF)
    assert (found.path, found.rule, found.severity) == ("some/Dockerfile", "yanked-release", "error")
    assert found.location == (2, 6, 2, 43)
    assert (found.line, found.column) == found.location.start
    assert (found.location.start, found.location.end) == ((2, 6), (2, 43))
    assert found.subject == "quay.io/astronomer/astro-runtime:13.5.0"
    assert found.message.startswith("Astro Runtime 13.5.0 was yanked: ")
    assert (found.help, found.suppression) == ("use 13.11.0", None)
    assert found.notes == (
        "the yank was published 2026-09-25: Webserver throwing 500s for existing user sessions when upgrading"
        " from previous versions",
        "maintenance of 13.x ends 2027-04-30 (published 2026-09-25)",
    )
    assert found.sentence == f"{found.message}; use 13.11.0"
    assert isinstance(found, Diagnostic)
    assert str(found.severity) == "error"


def test_bytes_and_text_are_the_same() -> None:
    assert lint(SOURCE.encode(), today=AS_OF) == lint(SOURCE, today=AS_OF)


@pytest.mark.parametrize("source", ["FROM \ud800", b"\xff\xfe\x00", "\x00", "\ufeff" * 3])
def test_no_text_and_no_bytes_raise(source: str | bytes) -> None:
    lint(source, today=AS_OF)


def test_settings() -> None:
    assert lint(SOURCE, today=AS_OF, build_args={"TAG": "13.11.0"}) == []
    assert lint(SOURCE, today=AS_OF, ignore=["yanked-release", "outdated-release"]) == []
    (ending,) = lint(SOURCE, today=AS_OF, select=["maintenance-ending"], warn_within=217)
    assert "in 217 days" in ending.message
    assert lint(SOURCE, today=AS_OF, select=["maintenance-ending"], warn_within=216) == []


def test_a_rule_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="no such rule: yanked"):
        lint(SOURCE, today=AS_OF, select=["yanked"])


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"select": "yanked-release"}, "several names, not one string"),
        ({"ignore": "yanked-release"}, "several names, not one string"),
        ({"warn_within": -1}, "zero or more"),
    ],
)
def test_wrong_settings_are_refused(settings: dict[str, Any], reason: str) -> None:
    with pytest.raises((TypeError, ValueError), match=reason):
        lint(SOURCE, today=AS_OF, **settings)


def test_a_time_counts_as_its_day() -> None:
    assert lint(SOURCE, today=datetime(2026, 9, 25, 23, 59, tzinfo=timezone.utc)) == lint(
        SOURCE, today=AS_OF
    )


def test_a_past_day_is_checked_by_what_was_published_then() -> None:
    assert lint(SOURCE, today=date(2026, 9, 24), select=["yanked-release"]) == []


def test_findings_are_sorted_and_travel_between_processes() -> None:
    source = "FROM quay.io/astronomer/astro-runtime:9 AS x\nFROM --platform=arm64 quay.io/astronomer/astro-runtime:5.0.0"
    found = lint(source, today=AS_OF)
    assert found == sorted(found, key=lambda item: item.sort_key)
    assert [(item.line, item.column) for item in found] == [(1, 6), (1, 6), (2, 6), (2, 23)]
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301


def test_the_interface_is_small() -> None:
    assert lint_runtime.__all__ == ["Diagnostic", "Edit", "Fix", "Location", "Severity", "lint"]
