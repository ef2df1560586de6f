"""Code actions: fixes, upgrades, suppressions, and all safe fixes of a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from lsprotocol import types

from lint_runtime.config.model import Config
from lint_runtime.lifecycle.table import Snapshot
from lint_runtime.linter.report import Report, Upgrade
from lint_runtime.linter.upgrade import Goal, plan_upgrades
from lint_runtime.lsp import actions
from tests.conftest import AS_OF, FIXTURES, rules_of
from tests.lsp.buffers import (
    AIRFLOW_3,
    DOCUMENT,
    EVERYTHING,
    FINE,
    OUTDATED,
    RUNTIME,
    UNSUPPORTED,
    applied,
    edits_of,
    make_buffer,
    marked,
)


def actions_in(
    text: str, range_: types.Range, only: Sequence[str] | None = None, as_of: date = AS_OF
) -> list[types.CodeAction]:
    context = types.CodeActionContext([], only=only)
    return actions.code_actions(make_buffer(text, as_of), types.CodeActionParams(DOCUMENT, range_, context))


def actions_at(marked_text: str, as_of: date = AS_OF) -> dict[str, types.CodeAction]:
    """Return the actions at the mark by title."""
    found = actions_in(*marked(marked_text), as_of=as_of)
    by_title = {action.title: action for action in found}
    assert len(by_title) == len(found), "a title is repeated"
    return by_title


FIX = "Use 13.11.0"
FIX_ALL = "Apply all safe fixes of lint-runtime"
SUPPRESS = "Suppress outdated-release here until 2026-12-24"
THEN_AIRFLOW_3 = f"; then to {AIRFLOW_3}:3.3-8"


def test_actions_of_an_outdated_release() -> None:
    text = f"# é\U0001f600\r\n{OUTDATED}"
    found = actions_at(text.replace("13.6", "13|.6"))
    assert [(action.title, action.kind, action.is_preferred) for action in found.values()] == [
        (FIX, "quickfix", True),
        (f"Upgrade to 13.11.0{THEN_AIRFLOW_3}", "refactor.rewrite", None),
        (SUPPRESS, "quickfix", None),
        (FIX_ALL, "source.fixAll.lint-runtime", None),
    ]
    diagnostics = [
        [diagnostic.code for diagnostic in action.diagnostics or ()] for action in found.values()
    ]
    assert diagnostics == [["outdated-release"], [], ["outdated-release"], []]
    results = [applied(text, edits_of(action)) for action in found.values()]
    fixed = text.replace("13.6.0", "13.11.0")
    comment = "# lint-runtime: ignore[outdated-release] until=2026-12-24 --\n"
    assert results == [fixed, fixed, text.replace("FROM", f"{comment}FROM"), fixed]
    assert rules_of(fixed) == rules_of(results[2]) == []


def test_unsafe_fix_asks_for_a_review() -> None:
    found = actions_at(f"FROM {RUNTIME}:|13\n")
    fix = found["Use 13.11.0 (unsafe: review it)"]
    assert fix.is_preferred is False
    assert applied(f"FROM {RUNTIME}:13\n", edits_of(fix)) == FINE
    assert FIX_ALL not in found


def test_fix_of_an_arg_edits_the_arg() -> None:
    text = f"ARG V=13.6.0\nFROM {RUNTIME}:$V\n"
    found = actions_at(text.replace("$V", "|$V"))
    assert applied(text, edits_of(found[FIX])) == text.replace("13.6.0", "13.11.0")


# Upgrades


@pytest.mark.parametrize(
    ("image", "titles"),
    [
        # A Deployment must be on 13.7.0 or newer to move from Airflow 2 to Airflow 3.
        (f"{RUNTIME}:9.7.0-base", ["13.11.0-base"]),
        (f"{RUNTIME}:13.6.0-slim", [f"13.11.0-slim{THEN_AIRFLOW_3}"]),
        (
            f"{RUNTIME}:13.11.0-base",
            [f"{AIRFLOW_3}:{release}-base" for release in ("3.3-8", "3.2-10", "3.1-21")],
        ),
        (
            f"{RUNTIME}:13.11.0-python-3.11-slim",
            [
                f"{AIRFLOW_3}:3.3-8, without -python-3.11, -slim",
                f"{AIRFLOW_3}:3.2-10, without -python-3.11, -slim",
                f"{AIRFLOW_3}:3.1-21-python-3.11, without -slim",
            ],
        ),
        (f"{AIRFLOW_3}:3.1-5", ["3.3-8", "3.2-10"]),
        (f"{AIRFLOW_3}:3.3-8", []),
        (f"{RUNTIME}:12.12.0@sha256:{'0' * 64}", []),
        ("quay.io/astronomer/ap-airflow:2.2.5", [f"{RUNTIME}:13.11.0-base"]),
        ("python:3.12", []),
    ],
)
def test_upgrades_of_an_image(image: str, titles: list[str]) -> None:
    source = f"FROM {image}\n"
    found = {
        title: action for title, action in actions_at(f"FROM |{image}\n").items() if "Upgrade" in title
    }
    assert list(found) == [f"Upgrade to {title}" for title in titles]
    for title, action in found.items():
        target = title.removeprefix("Upgrade to ").partition(",")[0].partition(";")[0]
        moved = applied(source, edits_of(action)).removeprefix("FROM ").removesuffix("\n")
        assert moved in (target, f"{image.rpartition(':')[0]}:{target}")


def test_only_the_best_upgrade_is_a_quick_fix() -> None:
    ending = actions_at(f"FROM {AIRFLOW_3}:3|.1-21\n", date(2027, 9, 1))
    assert {title: action.kind for title, action in ending.items() if "Upgrade" in title} == {
        "Upgrade to 3.3-8": "quickfix",
        "Upgrade to 3.2-10": "refactor.rewrite",
    }


def test_no_fixture_offers_an_upgrade_twice() -> None:
    count = 0
    for path in sorted((FIXTURES / "rules").glob("*/*.Dockerfile")):
        text = path.read_bytes().decode("utf-8", "replace")
        found = actions_in(text, EVERYTHING, ["refactor", "quickfix"])
        upgrades = [
            (edit.range.start.line, edit.range.start.character, action.title)
            for action in found
            if action.title.startswith("Upgrade")
            for edit in edits_of(action)[:1]
        ]
        assert len(set(upgrades)) == len(upgrades), path
        count += len(upgrades)
    assert count > 50


def test_upgrades_are_planned_once_per_series(monkeypatch: pytest.MonkeyPatch) -> None:
    goals = []

    def plan(report: Report, goal: Goal, config: Config, known: Snapshot) -> tuple[Upgrade, ...]:
        goals.append(goal)
        return plan_upgrades(report, goal, config, known)

    monkeypatch.setattr(actions, "plan_upgrades", plan)
    found = actions_in(UNSUPPORTED * 20 + f"COPY --from={RUNTIME}:12.1.0 / /\n", EVERYTHING)
    assert [action.title for action in found if "Upgrade" in action.title] == [
        *(["Upgrade to 13.11.0-base"] * 20),
        "Upgrade to 13.11.0",
    ]
    assert [goal.series for goal in goals] == ["", "3.3", "3.2", "3.1", "3.0", "13"]
    assert all(goal.unsafe for goal in goals)
    goals.clear()
    assert actions_in(f"# comment\n{UNSUPPORTED}", marked("|# comment")[1]) == []
    assert goals == []


# Suppressions


def test_suppression_is_inserted_above_the_instruction() -> None:
    lines = {
        f"ARG X=1\nFROM \\\n  |{RUNTIME}:13.6.0\n": 1,
        f"ARG V=13.6.0\nARG X\nFROM {RUNTIME}:|$V\n": 2,
        f"|FROM a b c\n{FINE}": 0,
        f"{FINE}# lint-runtime: |ignore[nothing]\n": 1,
    }
    starts = {
        text: [
            (edit.range.start.line, edit.range.start.character)
            for title, action in actions_at(text).items()
            if title.startswith("Suppress ")
            for edit in edits_of(action)
        ]
        for text in lines
    }
    assert starts == {text: [(line, 0)] for text, line in lines.items()}


# Ranges and kinds


def test_actions_are_for_the_findings_and_images_in_the_range() -> None:
    lines = {
        f"|{OUTDATED}{OUTDATED}": [],
        f"FROM |{RUNTIME}:13.6.0\n{OUTDATED}": [0],
        f"FROM {RUNTIME}:13.6.0|\n{OUTDATED}": [0],
        f"FRO|M |{RUNTIME}:13.6.0\n{OUTDATED}": [0],
        f"FROM {RUNTIME}:13.6.0 AS |a\n{OUTDATED}": [],
        f"FROM {RUNTIME}:13.6.|0\nFROM |{RUNTIME}:13.6.0\n": [0, 1],
        f"|{OUTDATED}{OUTDATED}|": [0, 1],
    }
    for prefix in (FIX, "Upgrade"):
        # The first stage must be used: an unused stage is a finding.
        assert {
            text: [
                edits_of(action)[0].range.start.line
                for action in actions_in(*marked(f"{text}COPY --from=0 / /\n"))
                if action.title.startswith(prefix)
            ]
            for text in lines
        } == lines, prefix


def test_all_safe_fixes_at_once() -> None:
    text = f"FROM {RUNTIME}:13.6.0 AS a\nFROM {RUNTIME}:13.7.0 AS b\nFROM {RUNTIME}:13\nCOPY --from=a --from=b / /\n"
    (action,) = actions_in(text, marked("|")[1], ["source.fixAll"])
    # The floating tag has an unsafe fix.
    assert applied(text, edits_of(action)) == text.replace("13.6.0", "13.11.0").replace("13.7.0", "13.11.0")
    assert action.diagnostics is None


def test_only_requested_kinds() -> None:
    kinds = {
        (): {"quickfix", "refactor.rewrite", "source.fixAll.lint-runtime"},
        ("quickfix",): {"quickfix"},
        (types.CodeActionKind.QuickFix,): {"quickfix"},
        ("refactor",): {"refactor.rewrite"},
        ("quickfix", "source"): {"quickfix", "source.fixAll.lint-runtime"},
        ("source.fixAll",): {"source.fixAll.lint-runtime"},
        ("source.fixAll.lint-runtime",): {"source.fixAll.lint-runtime"},
        ("source.fixAll.lint",): set(),
        ("source.organizeImports",): set(),
    }
    assert {
        only: {action.kind for action in actions_in(OUTDATED, EVERYTHING, only)} for only in kinds
    } == kinds
