"""Code actions: fixes, upgrades, suppressions, and all safe fixes of a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import chain, zip_longest
from pathlib import Path

import pytest
from lsprotocol import types

from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Severity
from lint_runtime.dockerfile.platforms import parse_platform
from lint_runtime.lifecycle.table import Snapshot
from lint_runtime.linter.report import Report, Upgrade
from lint_runtime.linter.upgrade import plan_upgrades
from lint_runtime.lsp import actions
from lint_runtime.lsp.buffer import Buffer
from tests.conftest import AS_OF, FIXTURES, count_calls, rules_of
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


def is_utf8(path: Path) -> bool:
    try:
        path.read_bytes().decode()
    except UnicodeDecodeError:
        return False
    return True


def actions_in(
    text: str, range_: types.Range, only: Sequence[str] | None = None, as_of: date = AS_OF
) -> list[types.CodeAction]:
    context = types.CodeActionContext([], only=only)
    return actions.code_actions(make_buffer(text, as_of), types.CodeActionParams(DOCUMENT, range_, context))


def actions_at(marked_text: str, as_of: date = AS_OF) -> dict[str, types.CodeAction]:
    """Return the actions at the mark `|` in a text, keyed by title."""
    found = actions_in(*marked(marked_text), as_of=as_of)
    by_title = {action.title: action for action in found}
    assert len(by_title) == len(found), "a title is repeated"
    return by_title


FIX = "Use 13.11.0"
FIX_ALL = "Apply all safe fixes of lint-runtime"
FIX_ALL_KIND = "source.fixAll.lint-runtime"
SUPPRESS = "Suppress outdated-release here until 2026-12-24"
THEN_AIRFLOW_3 = f"; then to {AIRFLOW_3}:3.3-8"


def test_actions_of_an_outdated_release() -> None:
    text = f"# é\U0001f600\r\n{OUTDATED}"
    found = actions_at(text.replace("13.6", "13|.6"))
    assert [(action.title, action.kind, action.is_preferred) for action in found.values()] == [
        # No upgrade to Airflow 3 is listed, because its first step is the same change as the fix.
        (FIX, "quickfix", True),
        (SUPPRESS, "quickfix", None),
        (FIX_ALL, "source.fixAll.lint-runtime", None),
    ]
    diagnostics = [
        [diagnostic.code for diagnostic in action.diagnostics or ()] for action in found.values()
    ]
    assert diagnostics == [["outdated-release"], ["outdated-release"], []]
    results = [applied(text, edits_of(action)) for action in found.values()]
    fixed = text.replace("13.6.0", "13.11.0")
    comment = "# lint-runtime: ignore[outdated-release] until=2026-12-24\n"
    assert results == [fixed, text.replace("FROM", f"{comment}FROM"), fixed]
    assert rules_of(fixed) == rules_of(results[1]) == []


def test_unsafe_fix_asks_for_a_review() -> None:
    found = actions_at(f"FROM {RUNTIME}:|13\n")
    fix = found["Use 13.11.0 (unsafe: review it)"]
    assert fix.is_preferred is True
    assert applied(f"FROM {RUNTIME}:13\n", edits_of(fix)) == FINE
    assert FIX_ALL not in found


def test_fix_comes_first_then_upgrades_then_suppressions() -> None:
    for image, first in {
        f"{RUNTIME}:13.6.0": "Use 13.11.0",
        f"{RUNTIME}:9.1.0-base": "Upgrade to 13.11.0-base",
        f"{AIRFLOW_3}:3.1-5": "Use 3.1-21",
        f"{RUNTIME}:12": "Upgrade to 13.11.0 (unsafe: review it)",
    }.items():
        found = list(actions_at(f"FROM {image}|\n").values())
        assert found[0].title == first
        assert [action.is_preferred for action in found] == [True] + [None] * (len(found) - 1), image
        kinds = [action.title.partition(" ")[0] for action in found if action.kind != FIX_ALL_KIND]
        assert kinds == sorted(kinds, key=["Use", "Upgrade", "Suppress"].index), image
        # VS Code lists actions without diagnostics last, so only the last action may have none.
        assert all(action.diagnostics for action in found if action.kind != FIX_ALL_KIND), image


def test_arg_that_holds_the_version_has_the_actions_of_the_image() -> None:
    text = f"ARG V=9.7.0\nFROM {RUNTIME}:$V AS a\nFROM {RUNTIME}:$V-base\nCOPY --from=a / /\n"
    comment = "# lint-runtime: ignore[end-of-basic-support] until=2026-12-24\n"
    for mark in (text.replace("9.7", "9|.7"), text.replace("$V AS", "$|V AS"), text.replace("V-", "V|-")):
        found = actions_at(mark)
        results = {title: applied(text, edits_of(action)) for title, action in found.items()}
        assert results == {
            "Write ARG V=13.11.0": text.replace("9.7.0", "13.11.0"),
            "Suppress end-of-basic-support here until 2026-12-24": comment + text,
        }, mark
        (diagnostic,) = found["Write ARG V=13.11.0"].diagnostics or ()
        assert len(diagnostic.related_information or ()) == 2, mark
        assert rules_of(results["Write ARG V=13.11.0"]) == rules_of(comment + text) == []


def test_unsafe_change_of_another_image_with_the_same_arg_asks_for_a_review() -> None:
    text = f"ARG V=12.1.0\nFROM {RUNTIME}:$V AS a\nFROM {RUNTIME}:$V-python-3.9\nCOPY --from=a / /\n"
    upgrade = actions_at(text.replace("$V AS", "$|V AS"))["Write ARG V=13.11.0 (unsafe: review it)"]
    assert applied(text, edits_of(upgrade)) == text.replace("12.1.0", "13.11.0").replace("3.9", "3.10")


def test_preferred_fix_writes_the_destination() -> None:
    # Maintenance of 3.1 is about to end, so the newest 3.1 release is not the destination.
    found = actions_at(f"FROM {AIRFLOW_3}:3|.1-5\n", date(2027, 9, 1))
    fixes = [(title, action.is_preferred) for title, action in found.items() if "Suppress" not in title]
    assert fixes[:2] == [("Upgrade to 3.3-8", True), ("Use 3.1-21", None)]
    # 13.6.0 can't move to Airflow 3 directly, so the fix to 13.11.0 is preferred.
    assert actions_at(f"FROM {RUNTIME}:13|.6.0\n", date(2027, 4, 1))[FIX].is_preferred


def test_images_that_share_an_arg_move_together() -> None:
    text = f"ARG V=13.11.0\nFROM {RUNTIME}:$V AS a\nFROM {RUNTIME}:$V-base\nCOPY --from=a / /\n"
    upgrade = actions_at(text.replace("$V AS", "$|V AS"))[f"Upgrade to {AIRFLOW_3}:3.3-8"]
    moved = applied(text, edits_of(upgrade))
    assert moved == text.replace(RUNTIME, AIRFLOW_3).replace("13.11.0", "3.3-8")
    assert rules_of(moved) == []


def test_fix_of_an_arg_edits_the_arg() -> None:
    text = f"ARG V=13.6.0\nFROM {RUNTIME}:$V\n"
    found = actions_at(text.replace("$V", "|$V"))
    assert applied(text, edits_of(found["Write ARG V=13.11.0"])) == text.replace("13.6.0", "13.11.0")


# Upgrades


@pytest.mark.parametrize(
    ("image", "titles"),
    [
        # A Deployment must be on 13.7.0 or newer to move from Airflow 2 to Airflow 3, so 13.11.0 is first.
        (f"{RUNTIME}:9.7.0-base", ["13.11.0-base"]),
        # No upgrade is offered: the fix makes the same change as the first step to Airflow 3.
        (f"{RUNTIME}:13.6.0-slim", []),
        (
            f"{RUNTIME}:13.11.0-base",
            # 3.2 and 3.1 are missing: they get only security fixes, so an upgrade to them would add a finding.
            [f"{AIRFLOW_3}:3.3-8-base"],
        ),
        (
            f"{RUNTIME}:13.11.0-python-3.11-slim",
            [f"{AIRFLOW_3}:3.3-8-python-3.12, without -python-3.11, -slim"],
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


def test_images_in_mirrors_and_copies_are_upgraded() -> None:
    text = "FROM m.io/two:9.7.0 AS a\nFROM x\nCOPY --from=m.io/two:9.7.0-base / /\nCOPY --from=a / /\n"
    buffer = make_buffer(text, config=Config(images={"m.io/two": RUNTIME}))
    params = types.CodeActionParams(DOCUMENT, EVERYTHING, types.CodeActionContext([], only=["quickfix"]))
    found = [a for a in actions.code_actions(buffer, params) if a.title.startswith("Upgrade")]
    assert [applied(text, edits_of(action)) for action in found] == [
        text.replace("9.7.0 ", "13.11.0 "),
        text.replace("9.7.0-", "13.11.0-"),
    ]


def test_only_the_best_upgrade_is_a_quick_fix() -> None:
    ending = actions_at(f"FROM {AIRFLOW_3}:3|.1-21\n", date(2027, 9, 1))
    assert {title: action.kind for title, action in ending.items() if "Upgrade" in title} == {
        "Upgrade to 3.3-8": "quickfix",
        "Upgrade to 3.2-10": "refactor.rewrite",
    }


@pytest.mark.once
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
        changes = [sorted(map(repr, edits_of(action))) for action in found]
        assert all(changes.count(change) == 1 for change in changes), path
        count += len(upgrades)
    assert count > 50


@pytest.mark.once
@pytest.mark.parametrize(
    "lines",
    [
        [f"FROM --platform=linux/s390x {RUNTIME}:9.7.0-slim AS b\n"] * 80,
        ["ARG V=9.7.0\n", *[f"FROM {RUNTIME}:$V\n"] * 79],
        [f"FROM {RUNTIME}:13.{n % 11}.0\n" for n in range(80)],
        ["# lint-runtime: ignore[end-of-basic-support]\n", UNSUPPORTED] * 40,
    ],
    ids=["several findings", "one ARG", "own tags", "comments"],
)
def test_actions_of_many_images_take_linear_time(lines: list[str]) -> None:
    few, many = make_buffer("".join(lines[:40])), make_buffer("".join(lines))
    place = types.Range(types.Position(20, 30), types.Position(20, 30))
    for range_, only in ((place, None), (EVERYTHING, ["source.fixAll"]), (EVERYTHING, ["quickfix"])):
        params = types.CodeActionParams(DOCUMENT, range_, types.CodeActionContext([], only=only))
        calls = [count_calls(actions.code_actions, buffer, params) for buffer in (few, many)]
        assert calls[1] < 2.1 * calls[0]


def test_upgrades_are_planned_once_per_series(monkeypatch: pytest.MonkeyPatch) -> None:
    goals = []

    def plan(
        report: Report, goal: str, config: Config, known: Snapshot, *, unsafe: bool
    ) -> tuple[Upgrade, ...]:
        goals.append((goal, unsafe))
        return plan_upgrades(report, goal, config, known, unsafe=unsafe)

    monkeypatch.setattr(actions, "plan_upgrades", plan)
    found = actions_in(f"FROM {RUNTIME}:13.11.0\n" * 20, EVERYTHING)
    assert [action.title for action in found if "Upgrade" in action.title] == [
        f"Upgrade to {AIRFLOW_3}:3.3-8"
    ] * 20
    assert goals == [(series, True) for series in ("3.3", "3.2", "3.1", "3.0", "13")]
    goals.clear()
    assert actions_in(f"# comment\n{UNSUPPORTED}", marked("|# comment")[1]) == []
    assert goals == []


# Every action of every fixture

SAMPLES = [
    path
    for directory in ("rules", "shapes")
    for path in sorted((FIXTURES / directory).rglob("*Dockerfile"))
    if is_utf8(path)
]


def line_before(line: int, edits: Sequence[types.TextEdit]) -> int:
    """Return the number of a line before edits, given its number after them."""
    for edit in sorted(edits, key=lambda edit: edit.range.start):
        if edit.range.start.line < line:
            line += edit.range.end.line - edit.range.start.line - edit.new_text.count("\n")
    return line


@pytest.mark.once
def test_actions_resolve_their_findings_and_bring_no_new_ones() -> None:
    problems = []
    counts = Counter[str]()
    for path in SAMPLES:
        text = path.read_bytes().decode()
        report = make_buffer(text).report
        # Outranked findings are not new: they appear when an action resolves the finding that outranks them.
        known = Counter((finding.rule, finding.line) for finding in (*report.findings, *report.outranked))
        for action in actions_in(text, EVERYTHING):
            counts[str(action.kind)] += 1
            edits = edits_of(action)
            after = make_buffer(applied(text, edits)).report.diagnostics
            found = Counter((finding.rule, line_before(finding.line, edits)) for finding in after)
            own = [
                (str(finding.code), finding.range.start.line + 1) for finding in action.diagnostics or ()
            ]
            left = [finding for finding in own if found[finding] >= known[finding]]
            new = {rule for rule, _ in found - known}
            if left or new:
                problems.append((path.relative_to(FIXTURES).as_posix(), action.title, left, new))
    # These findings are new because the old image was misspelled, so its release and stage were not checked.
    assert problems == [
        ("rules/nonexistent-release/bad.Dockerfile", "Use 3.0-18 (unsafe: review it)", [], {"security-fixes-only"}),
        ("rules/wrong-repository/bad.Dockerfile", f"Write {RUNTIME}:13.11.0-base (unsafe: review it)", [], {"ignored-stage"}),
        ("rules/wrong-repository/ok.Dockerfile", "Use 3.1-21 (unsafe: review it)", [], {"security-fixes-only"}),
    ]  # fmt: skip
    assert min(counts[kind] for kind in ("quickfix", "refactor.rewrite", FIX_ALL_KIND)) > 10


# Suppressions


def test_suppression_is_inserted_above_the_instruction() -> None:
    lines = {
        f"ARG X=1\nFROM \\\n  |{RUNTIME}:13.6.0\n": 1,
        f"ARG X\nARG V=13.6.0\nARG Y\nFROM {RUNTIME}:|$V\n": 1,
        f"ARG R={RUNTIME}\nARG X\nFROM $R:|13.6.0\n": 2,
        f"|FROM a b c\n{FINE}": 0,
        f"\ufeffFROM |{RUNTIME}:13.6.0\n": 0,
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
    # Editors count the byte-order mark as a character, so the comment starts after it, at character 1.
    assert starts == {text: [(line, int(text[0] == "\ufeff"))] for text, line in lines.items()}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"# escape=|x\nFROM {RUNTIME}:9.1.0\n", id="a directive"),
        pytest.param(f"# syntax=|\n{FINE}", id="an empty directive"),
        pytest.param(f"{FINE}# lint-runtime: |ignore[nothing]\n", id="an invalid comment"),
        pytest.param(f"# lint-runtime: |ignore[lifecycle]\n{FINE}", id="an unused comment"),
        pytest.param(f"# lint-runtime: ignore|[lifecycle] until=2020-01-01\n{OUTDATED}", id="an expired comment"),
        pytest.param("|", id="an empty file"),
        pytest.param("# no instruction\n|", id="a file of comments"),
    ],
)  # fmt: skip
def test_findings_about_comments_cannot_be_suppressed_there(text: str) -> None:
    assert [title for title in actions_at(text) if "Suppress" in title] == []


@pytest.mark.parametrize(
    ("config", "comment"),
    [
        pytest.param(Config(), "until=2026-12-24", id="90 days"),
        pytest.param(Config(max_suppression_days=300), "until=2026-12-24", id="no more than 90 days"),
        pytest.param(Config(max_suppression_days=8), "until=2026-10-03", id="fewer days"),
        pytest.param(Config(max_suppression_days=0), "until=2026-09-25", id="today"),
    ],
)
def test_the_terms_of_a_suppression(config: Config, comment: str) -> None:
    buffer = make_buffer(OUTDATED, config=config)
    edits = [edits_of(action)[0].new_text for action in suppressions_in(buffer)]
    assert edits == [f"# lint-runtime: ignore[outdated-release] {comment}\n"]


def test_no_reason_is_invented() -> None:
    assert suppressions_in(make_buffer(OUTDATED, config=Config(require_reason=True))) == []


def test_a_suppression_names_what_waits_behind_its_finding() -> None:
    (action,) = suppressions_in(make_buffer(f"FROM {RUNTIME}:9.1.0\n"))
    assert action.title == "Suppress yanked-release and end-of-basic-support here until 2026-12-24"
    assert edits_of(action)[0].new_text == (
        "# lint-runtime: ignore[yanked-release, end-of-basic-support] until=2026-12-24\n"
    )
    suppressed = make_buffer(f"# lint-runtime: ignore[yanked-release]\nFROM {RUNTIME}:9.1.0\n")
    (action,) = suppressions_in(suppressed)
    assert action.title == "Suppress end-of-basic-support here until 2026-12-24"


def test_a_suppression_on_the_last_possible_day() -> None:
    (action,) = suppressions_in(make_buffer(UNSUPPORTED, date.max))
    assert "until=9999-12-31" in edits_of(action)[0].new_text


def suppressions_in(buffer: Buffer) -> list[types.CodeAction]:
    params = types.CodeActionParams(DOCUMENT, EVERYTHING, types.CodeActionContext([]))
    return [action for action in actions.code_actions(buffer, params) if "Suppress" in action.title]


def findings_of(buffer: Buffer) -> Counter[tuple[str, str]]:
    return Counter((finding.rule, finding.message) for finding in buffer.report.diagnostics)


@pytest.mark.once
@pytest.mark.parametrize(
    "config",
    [
        pytest.param(Config(), id="no limit"),
        pytest.param(Config(max_suppression_days=8), id="eight days"),
        pytest.param(Config(severity={"lifecycle": Severity.INFO, "yanked-release": Severity.WARNING}), id="severities"),
    ],
)  # fmt: skip
def test_every_suppression_in_every_fixture_is_quiet(config: Config) -> None:
    """Check that suppressions remove their findings, add none, and are offered on each instruction."""
    paths = sorted((*FIXTURES.glob("rules/*/*.Dockerfile"), *FIXTURES.glob("shapes/*ockerfile")))
    quiet, refused = 0, set()
    for path in paths:
        text = path.read_bytes().decode("utf-8", "replace")
        buffer = make_buffer(text, config=config)
        before = findings_of(buffer)
        offered = set()
        by_line: dict[int, list[types.CodeAction]] = {}
        for action in suppressions_in(buffer):
            by_line.setdefault(edits_of(action)[0].range.start.line, []).append(action)
        # Apply actions of different instructions at once: the findings of one don't depend on the others.
        for together in zip_longest(*by_line.values()):
            chosen = [action for action in together if action]
            keys = [
                [(str(each.code), each.message.partition("\n")[0]) for each in action.diagnostics or ()]
                for action in chosen
            ]
            edits = [edit for action in chosen for edit in edits_of(action)]
            after = findings_of(make_buffer(applied(text, edits), config=config))
            assert all(keys), path
            assert after <= before - Counter(chain(*keys)), path
            offered |= {*chain(*keys)}
            quiet += len(chosen)
        refused |= {rule for rule, _ in before.keys() - offered}
    assert quiet > 150
    # Findings about comments and directives can't be suppressed: a comment above a comment has no effect,
    # and a comment above a directive disables the directive.
    comments = {"invalid-suppression", "unused-suppression", "expired-suppression"}
    assert refused - {"parse-error"} == comments | {"foreign-frontend"}


# Comments that become unused


@pytest.mark.parametrize(
    ("before", "title", "after"),
    [
        pytest.param(
            f"# lint-runtime: ignore[end-of-basic-support]\n{UNSUPPORTED}",
            "Upgrade to 13.11.0-base",
            f"FROM {RUNTIME}:13.11.0-base\n",
            id="an upgrade",
        ),
        pytest.param(
            f"FROM {RUNTIME}:9.1.0\n# lint-runtime: ignore-file[lifecycle] until=2026-12-31",
            "Upgrade to 13.11.0",
            f"FROM {RUNTIME}:13.11.0\n",
            id="an upgrade in a file with a comment at the end",
        ),
        pytest.param(
            f"# lint-runtime: ignore[end-of-basic-support, target-platform] -- why\nFROM --platform=linux/arm64 {RUNTIME}:9.7.0\n",
            "Upgrade to 13.11.0",
            f"# lint-runtime: ignore[target-platform] -- why\nFROM --platform=linux/arm64 {RUNTIME}:13.11.0\n",
            id="a comment with another rule",
        ),
        pytest.param(
            f"# lint-runtime: ignore[floating-tag, end-of-basic-support] -- see [#1]\nFROM {RUNTIME}:9.7.0\n",
            "Upgrade to 13.11.0",
            f"# lint-runtime: ignore[floating-tag] -- see [#1]\nFROM {RUNTIME}:13.11.0\n",
            id="a comment with brackets in its reason",
        ),
        pytest.param(
            f"# lint-runtime: ignore[yanked-release]\nARG V=13.5.0\nFROM {RUNTIME}:$V\n",
            "Write ARG V=13.11.0",
            f"ARG V=13.11.0\nFROM {RUNTIME}:$V\n",
            id="a fix of a finding that waited",
        ),
        pytest.param(
            f"# lint-runtime: ignore[outdated-release] until=2020-01-01\n{OUTDATED}",
            FIX_ALL,
            FINE,
            id="a fix below an expired comment",
        ),
        pytest.param(
            f"# lint-runtime: ignore[floating-tag]\n{OUTDATED}",
            "Use 13.11.0",
            f"# lint-runtime: ignore[floating-tag]\n{FINE}",
            id="a comment that was unused before",
        ),
    ],
)  # fmt: skip
def test_an_edit_removes_the_comments_that_it_makes_unused(before: str, title: str, after: str) -> None:
    config = Config(target_platforms=(parse_platform("linux/amd64"),))
    buffer = make_buffer(before, config=config)
    params = types.CodeActionParams(DOCUMENT, EVERYTHING, types.CodeActionContext([]))
    by_title = {action.title.partition(";")[0]: action for action in actions.code_actions(buffer, params)}
    assert applied(before, edits_of(by_title[title])) == after
    assert findings_of(make_buffer(after, config=config)) <= findings_of(buffer)


@pytest.mark.parametrize(
    ("comment", "shared"),
    [
        pytest.param("ignore-file[end-of-basic-support]", "FROM {0}:9.7.0 AS a\nFROM {0}:9.8.0\n", id="a file"),
        pytest.param(
            "ignore[end-of-basic-support]",
            "RUN --mount=from={0}:9.7.0 --mount=from={0}:9.8.0 x\n",
            id="an instruction",
        ),
    ],
)  # fmt: skip
def test_an_upgrade_keeps_a_comment_that_another_image_needs(comment: str, shared: str) -> None:
    text = f"FROM scratch\n# lint-runtime: {comment}\n{shared.format(RUNTIME)}"
    found = actions_in(text, EVERYTHING, ["refactor"])
    assert [applied(text, edits_of(action)) for action in found] == [
        text.replace("9.7.0", "13.11.0"),
        text.replace("9.8.0", "13.11.0"),
    ]


def test_images_that_share_an_arg_lose_their_comments_together() -> None:
    line = "# lint-runtime: ignore[outdated-release]\n"
    text = f"ARG V=13.6.0\n{line}FROM --platform=linux/amd64 {RUNTIME}:$V AS a\nFROM {RUNTIME}:$V-base\n"
    upgrade = actions_at(text.replace("$V-", "$|V-"))[f"Upgrade to 13.11.0-base{THEN_AIRFLOW_3}-base"]
    assert applied(text, edits_of(upgrade)) == text.replace(line, "").replace("13.6.0", "13.11.0")


def test_comment_above_an_arg_is_removed() -> None:
    line = "# lint-runtime: ignore[end-of-basic-support]\n"
    text = f"{line}ARG V=9.1.0\nFROM {RUNTIME}:$V AS a\nFROM {RUNTIME}:$V-base\nCOPY --from=a / /\n"
    for mark in (text.replace("9.1", "9|.1"), text.replace("$V AS", "$|V AS")):
        upgrade = actions_at(mark)["Write ARG V=13.11.0"]
        assert applied(text, edits_of(upgrade)) == text.replace(line, "").replace("9.1.0", "13.11.0")


def test_an_upgrade_keeps_the_comments_of_other_images() -> None:
    one = f"# lint-runtime: ignore[end-of-basic-support]\n{UNSUPPORTED.strip()} AS a\n"
    text = f"# lint-runtime: ignore-file[outdated-release]\n{one}{one}FROM {RUNTIME}:13.6.0\n"
    buffer = make_buffer(text)
    params = types.CodeActionParams(DOCUMENT, EVERYTHING, types.CodeActionContext([]))
    found = actions.code_actions(buffer, params)
    results = [applied(text, edits_of(action)) for action in found if "to 13.11.0-base" in action.title]
    moved = one.partition("\n")[2].replace("9.7.0", "13.11.0")
    head, tail = text.split("\n")[0], f"FROM {RUNTIME}:13.6.0\n"
    assert results == [f"{head}\n{moved}{one}{tail}", f"{head}\n{one}{moved}{tail}"]


# Ranges and kinds


def test_actions_are_for_the_findings_and_images_in_the_range() -> None:
    lines = {
        f"|{OUTDATED}{OUTDATED}": [],
        f"FROM |{RUNTIME}:13.6.0\n{OUTDATED}": [0],
        f"FROM {RUNTIME}:13.6.0|\n{OUTDATED}": [0],
        f"FRO|M |{RUNTIME}:13.6.0\n{OUTDATED}": [0],
        f"FROM {RUNTIME}:13.6.0 AS |a\n{OUTDATED}": [],
        f"FROM {RUNTIME}:1|3.6.0\nFROM |{RUNTIME}:13.6.0\n": [0, 1],
        f"|{OUTDATED}{OUTDATED}|": [0, 1],
    }
    for release, title in (("13.6.0", FIX), ("13.11.0", f"Upgrade to {AIRFLOW_3}:3.3-8")):
        # Use the first stage in COPY: an unused stage would be a finding.
        assert {
            text: [
                edits_of(action)[0].range.start.line
                for action in actions_in(
                    *marked(f"{text}COPY --from=0 / /\n".replace("3.6", release[1:-2]))
                )
                if action.title == title
            ]
            for text in lines
        } == lines, title


def test_all_safe_fixes_at_once() -> None:
    text = f"FROM {RUNTIME}:13.6.0 AS a\nFROM {RUNTIME}:13.7.0 AS b\nFROM {RUNTIME}:13\nCOPY --from=a --from=b / /\n"
    (action,) = actions_in(text, marked("|")[1], ["source.fixAll"])
    # The floating tag `13` stays: its fix is unsafe.
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
        only: {action.kind for action in actions_in(f"FROM {AIRFLOW_3}:3.1-5\n", EVERYTHING, only)}
        for only in kinds
    } == kinds
