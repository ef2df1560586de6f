"""Comments that suppress findings: which, how long, and the findings about such comments."""

from __future__ import annotations

import json
from datetime import date, timedelta
from operator import attrgetter
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lint_runtime import lint
from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Severity, Suppression, SuppressionKind
from lint_runtime.dockerfile.comments import MAX_COMMENTS, parse_comments
from lint_runtime.dockerfile.source import parse_source
from lint_runtime.linter.engine import lint_file
from lint_runtime.linter.report import Report
from lint_runtime.rules import RULES
from tests.conftest import AS_OF
from tests.linter.conftest import LintIn

RUNTIME = "quay.io/astronomer/astro-runtime"
OUTDATED = f"FROM {RUNTIME}:13.6.0\n"
FINE = f"FROM {RUNTIME}:13.11.0\n"
SUPPRESSING = "# lint-runtime: ignore[outdated-release]\n"
ALL_RULES = ",".join(rule.name for rule in RULES)


def _report(source: str | bytes, config: Config | None = None, today: date = AS_OF) -> Report:
    data = source if isinstance(source, bytes) else source.encode("utf-8", "surrogateescape")
    return lint_file(data, "Dockerfile", today, config or Config())


def _active(
    source: str | bytes, config: Config | None = None, today: date = AS_OF
) -> list[tuple[int, str]]:
    return [(found.line, found.rule) for found in _report(source, config, today).diagnostics]


def _suppressed(
    source: str | bytes, config: Config | None = None, today: date = AS_OF
) -> list[tuple[int, str]]:
    return [(found.line, found.rule) for found in _report(source, config, today).suppressed]


def _messages(source: str, config: Config | None = None, today: date = AS_OF) -> list[str]:
    rules = ("invalid-suppression", "expired-suppression", "unused-suppression")
    return [found.sentence for found in _report(source, config, today).diagnostics if found.rule in rules]


@pytest.mark.parametrize(
    ("source", "line"),
    [
        pytest.param(SUPPRESSING + OUTDATED, 2, id="directly above"),
        pytest.param(SUPPRESSING + "\n \t\n" + OUTDATED, 4, id="with blank lines between"),
        pytest.param(SUPPRESSING + "# why\n\n#\n" + OUTDATED, 5, id="with other comments between"),
        pytest.param("\ufeff" + SUPPRESSING + OUTDATED, 2, id="after a byte-order mark"),
        pytest.param((SUPPRESSING + OUTDATED).replace("\n", "\r\n"), 2, id="with carriage returns"),
        pytest.param(" \t" + SUPPRESSING + OUTDATED, 2, id="indented"),
        pytest.param("\u00a0\u2003" + SUPPRESSING + OUTDATED, 2, id="indented by odd spaces"),
        pytest.param("#lint-runtime:ignore[outdated-release]\n" + OUTDATED, 2, id="without a space"),
        pytest.param("#\tlint-runtime:\tignore[\toutdated-release\t]\tuntil=2026-09-25\t--\tsoon\n" + OUTDATED, 2, id="with tabs for spaces"),
        pytest.param("# lint-runtime: ignore[outdated-release,]\n" + OUTDATED, 2, id="a comma too many"),
        pytest.param("# lint-runtime: ignore[amd64-only , outdated-release]\n" + OUTDATED, 2, id="one of several rules"),
        pytest.param("# lint-runtime: ignore[no-such, outdated-release]\n" + OUTDATED, 2, id="next to an unknown rule"),
        pytest.param("# lint-runtime: ignore[outdated-release] -- as [said]: ignore[this] -- twice\n" + OUTDATED, 2, id="brackets and dashes in the reason"),
        pytest.param("# lint-runtime: ignore[outdated-release] --\n" + OUTDATED, 2, id="a reason that is empty"),
        pytest.param("# lint-runtime: ignore[outdated-release] -- caf\udce9\n" + OUTDATED, 2, id="a reason that is not valid UTF-8"),
        pytest.param("# lint-runtime: ignore[amd64-only]\n" + SUPPRESSING + OUTDATED, 3, id="the second of two above one FROM"),
        pytest.param(SUPPRESSING + "# lint-runtime: ignore[amd64-only]\n" + OUTDATED, 3, id="the first of two"),
        pytest.param(f"{SUPPRESSING}FROM \\\n# why\n  {RUNTIME}:13.6.0\n", 4, id="above a FROM of several lines"),
        pytest.param(f"{SUPPRESSING}FROM --platform=linux/amd64 \\\n  {RUNTIME}\\\n:13.6.0 AS a\n", 3, id="above an image cut in two"),
        pytest.param(f"{SUPPRESSING}ARG V=13.6.0\nFROM {RUNTIME}:$V\n", 3, id="above the ARG"),
        pytest.param(f"{SUPPRESSING}ARG \\\n  V=13.6.0\nFROM {RUNTIME}:$V\n", 4, id="above an ARG of several lines"),
        pytest.param(f"{SUPPRESSING}ARG U=a V=13.6.0\nFROM {RUNTIME}:$V\n", 3, id="above an ARG of several words"),
        pytest.param(f"{SUPPRESSING}ARG V=13.6.0\nARG W=$V\nFROM {RUNTIME}:${{W}}\n", 4, id="above the ARG of an ARG"),
        pytest.param(f"{SUPPRESSING}ARG V=13.6.0\nFROM {RUNTIME}:${{X:-$V}}\n", 3, id="above the ARG of an alternative"),
        pytest.param(f"{SUPPRESSING}ARG V=13.6.0-x\nFROM {RUNTIME}:${{V%-x}}\n", 3, id="above the ARG that is cut from"),
        pytest.param(OUTDATED + "# lint-runtime: ignore-file[outdated-release]", 1, id="for the file, at its end"),
        pytest.param("# lint-runtime: ignore-file[outdated-release]\n" + OUTDATED, 2, id="for the file, above the FROM"),
        pytest.param(f"{FINE}{SUPPRESSING}COPY --from={RUNTIME}:13.6.0 /a /b\n", 3, id="above a COPY"),
        pytest.param(f"{FINE}{SUPPRESSING}RUN \\\n  --mount=from={RUNTIME}:13.6.0,target=/a \\\n  true\n", 4, id="above a RUN of several lines"),
        pytest.param(f"FROM python AS a\nRUN <<E\nE\n{SUPPRESSING}{OUTDATED}", 5, id="after a heredoc"),
    ],
)  # fmt: skip
def test_suppressed(source: str, line: int) -> None:
    assert _suppressed(source) == [(line, "outdated-release")]
    assert [found for found in _active(source) if found[1] == "outdated-release"] == []


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("# lint-runtime: ignore[amd64-only]\n" + OUTDATED, id="another rule"),
        pytest.param(OUTDATED + SUPPRESSING, id="below it"),
        pytest.param(SUPPRESSING + "ARG X=y\n" + OUTDATED, id="above something else"),
        pytest.param(SUPPRESSING + "FROM python AS a\n" + OUTDATED, id="above another FROM"),
        pytest.param(f"FROM \\\n{SUPPRESSING}  {RUNTIME}:13.6.0\n", id="inside the instruction"),
        pytest.param(f"FROM python AS a\nRUN \\\n{SUPPRESSING}  true\n{OUTDATED}", id="inside the instruction before"),
        pytest.param(f"FROM python AS a\nRUN <<E\n{SUPPRESSING}E\n{OUTDATED}", id="in a heredoc"),
        pytest.param(f"FROM python AS a\nRUN <<E\nE\nRUN <<E\n{SUPPRESSING}E\n{OUTDATED}", id="in the second heredoc"),
        pytest.param(f"FROM python AS a\nCOPY <<E /x\n# lint-runtime: ignore-file[outdated-release]\nE\n{OUTDATED}", id="for the file, in a heredoc"),
        pytest.param(f"FROM python AS a\nRUN echo '\\\n{SUPPRESSING}'\n{OUTDATED}", id="in a string that goes on"),
        pytest.param(f"{SUPPRESSING}ARG V=13.6.0\nARG V=13.6.0\nFROM {RUNTIME}:$V\n", id="above a default that another has replaced"),
        pytest.param(f"ARG V=13.6.0\n{SUPPRESSING}ARG W=$V\nFROM {RUNTIME}:$W\n", id="above an ARG that only hands a default on"),
        pytest.param("# lint-runtime: ignore\n" + OUTDATED, id="no rule"),
        pytest.param("# lint-runtime: ignore[]\n" + OUTDATED, id="an empty list"),
        pytest.param("# lint-runtime: ignore[*]\n" + OUTDATED, id="a star"),
        pytest.param("# lint-runtime: ignore[all]\n" + OUTDATED, id="all"),
        pytest.param("# lint-runtime: ignore-file\n" + OUTDATED, id="no rule for a file"),
        pytest.param("# lint-runtime: ignore[outdated-release\n" + OUTDATED, id="a bracket that is open"),
        pytest.param("# lint-runtime: Ignore[outdated-release]\n" + OUTDATED, id="a capital"),
        pytest.param("# Lint-Runtime: ignore[outdated-release]\n" + OUTDATED, id="capitals in the name"),
        pytest.param("# lint-runtime: ignore[Outdated-Release]\n" + OUTDATED, id="capitals in the rule"),
        pytest.param("# lint-runtime: ignore[outdated-release] because\n" + OUTDATED, id="a reason without dashes"),
        pytest.param("# lint-runtime: ignore[outdated-release] until 2026-12-31\n" + OUTDATED, id="until without ="),
        pytest.param("# lint-runtime: ignore[outdated-release] until=\n" + OUTDATED, id="no day"),
        pytest.param("# lint-runtime: ignore[outdated-release] until=2026-13-01\n" + OUTDATED, id="a month too many"),
        pytest.param("# lint-runtime: ignore[outdated-release] until=20261231\n" + OUTDATED, id="a day without dashes"),
        pytest.param("# lint-runtime: ignore[outdated-release] until=２０２６-12-31\n" + OUTDATED, id="wide digits"),
        pytest.param("# noqa: lint-runtime: ignore[outdated-release]\n" + OUTDATED, id="not at the start of the comment"),
        pytest.param("## lint-runtime: ignore[outdated-release]\n" + OUTDATED, id="two hashes"),
        pytest.param(f"# lint-runtime: ignore[{ALL_RULES},x]\n" + OUTDATED, id="more rules than there are"),
    ],
)  # fmt: skip
def test_not_suppressed(source: str) -> None:
    assert "outdated-release" in [rule for _, rule in _active(source)]
    assert _suppressed(source) == []


@pytest.mark.parametrize(
    ("source", "line", "rule"),
    [
        pytest.param(f"# lint-runtime: ignore[parse-error]\nFROM {RUNTIME}:\n", 2, "parse-error", id="what the build refuses"),
        pytest.param("# lint-runtime: ignore[parse-error]\nFROM a b\n", 2, "parse-error", id="a FROM of two words"),
        pytest.param("# lint-runtime: ignore[parse-error]\nFROM \\\n --platform=linux \\\n --x=y a\n", 4, "parse-error", id="a flag in a later line"),
        pytest.param("# lint-runtime: ignore[parse-error]\nFROM a \\\n AS \\\n 1\n", 4, "parse-error", id="a name in a later line"),
        pytest.param("# lint-runtime: ignore[parse-error]\nARG A=a \\\n B=${\nFROM a\n", 3, "parse-error", id="a default in a later line"),
        pytest.param("# lint-runtime: ignore[parse-error]\nARG A \\\n\n# c\n =b\nFROM a\n", 5, "parse-error", id="a nameless ARG in a later line"),
        pytest.param("FROM a\n# lint-runtime: ignore[parse-error]\nARG A \\\n =b\n", 4, "parse-error", id="the same in a stage"),
        pytest.param("FROM a\n# lint-runtime: ignore[parse-error]\nRUN <<E\n", 3, "parse-error", id="a heredoc without an end"),
        pytest.param(f"# lint-runtime: ignore[invalid-platform]\nFROM --platform=windows/amd64 {RUNTIME}:13.11.0\n", 2, "invalid-platform", id="a platform"),
        pytest.param(f"# lint-runtime: ignore[invalid-platform]\nFROM --platform=windows/amd64 \\\n {RUNTIME}:13.11.0\n", 2, "invalid-platform", id="a platform in the first line of two"),
        pytest.param(f"# lint-runtime: ignore[invalid-platform]\nFROM \\\n --platform=windows/amd64 \\\n {RUNTIME}:13.11.0\n", 3, "invalid-platform", id="a platform in a later line"),
        pytest.param(f"# lint-runtime: ignore[unsupported-platform]\nARG P=linux/s390x\nFROM --platform=$P {RUNTIME}:13.11.0\n", 3, "unsupported-platform", id="the ARG of a platform"),
        pytest.param(f"# lint-runtime: ignore[unsupported-platform]\nARG V=13.11.0\nFROM --platform=linux/s390x {RUNTIME}:$V\n", 3, "unsupported-platform", id="the ARG of the image with the platform"),
        pytest.param(f"# lint-runtime: ignore[unresolved-variable]\nFROM {RUNTIME}:13.11.0$V\n", 2, "unresolved-variable", id="a variable"),
        pytest.param(f"# lint-runtime: ignore[ignored-stage]\n{FINE}FROM python\n", 2, "ignored-stage", id="a stage left out"),
    ],
)  # fmt: skip
def test_every_place_of_an_instruction_is_suppressed_above_it(source: str, line: int, rule: str) -> None:
    assert _suppressed(source) == [(line, rule)]
    assert _active(source) == []


def test_a_default_that_the_build_is_given_another_for_is_not_to_blame() -> None:
    source = f"{SUPPRESSING}ARG V=13.6.0\nFROM {RUNTIME}:$V\n"
    given_same = Config(build_args={"V": "13.6.0"})
    assert _active(source, given_same) == [(1, "unused-suppression"), (3, "outdated-release")]


@pytest.mark.parametrize(
    ("until", "today", "is_suppressed"),
    [
        pytest.param("2026-09-25", date(2026, 9, 25), True, id="on its last day"),
        pytest.param("2026-09-25", date(2026, 9, 24), True, id="before it"),
        pytest.param("2026-09-25", date(2026, 9, 26), False, id="the day after"),
        pytest.param("9999-12-31", date.max, True, id="on the last of all days"),
        pytest.param("0001-01-01", AS_OF, False, id="long ago"),
    ],
)
def test_until(until: str, today: date, *, is_suppressed: bool) -> None:
    source = f"# lint-runtime: ignore[floating-tag] until={until}\nFROM {RUNTIME}:latest\n"
    report = _report(source, Config(select=frozenset(["floating-tag", "expired-suppression"])), today)
    rules = [found.rule for found in report.diagnostics]
    assert (rules == []) is is_suppressed
    assert (rules == ["expired-suppression", "floating-tag"]) is not is_suppressed


def test_a_finding_has_what_suppresses_it() -> None:
    source = f"# lint-runtime: ignore[outdated-release] until=2026-12-31 --  in  December \n{OUTDATED}"
    (found,) = _report(source).suppressed
    day = date(2026, 12, 31)
    assert found.suppression == Suppression(SuppressionKind.COMMENT, "in  December", day)


def test_the_first_of_two_comments_suppresses() -> None:
    first = "# lint-runtime: ignore[outdated-release] until=2026-09-24 -- past\n"
    others = "".join(f"# lint-runtime: ignore[outdated-release] -- {word}\n" for word in ("one", "two"))
    report = _report(first + others + OUTDATED)
    assert [found.suppression and found.suppression.reason for found in report.suppressed] == ["one"]
    # Of the one that has expired nothing is back.
    assert report.diagnostics == ()


@pytest.mark.parametrize(
    ("source", "active"),
    [
        pytest.param(
            f"# lint-runtime: ignore[yanked-release]\nFROM {RUNTIME}:9.1.0\n",
            [(2, "end-of-basic-support")],
            id="what it outranked surfaces",
        ),
        pytest.param(
            f"# lint-runtime: ignore[yanked-release,end-of-basic-support]\nFROM {RUNTIME}:9.1.0\n",
            [],
            id="an end takes along what led to it",
        ),
        pytest.param(
            f"# lint-runtime: ignore[end-of-maintenance]\nFROM {RUNTIME}:9.1.0\n",
            [(2, "yanked-release")],
            id="what is outranked can be suppressed",
        ),
    ],
)
def test_suppressing_comes_before_outranking(source: str, active: list[tuple[int, str]]) -> None:
    assert _active(source) == active


@pytest.mark.parametrize(
    ("comment", "messages"),
    [
        pytest.param("ignore", ["Invalid suppression; use '# lint-runtime: ignore[RULE]', optionally with 'until=YYYY-MM-DD -- reason'"], id="no list"),
        pytest.param("ignore[ , ]", ["No rules named: a suppression must list its rules; 'lint-runtime --list-rules' lists all rules"], id="an empty list"),
        pytest.param("ignore[outdated-relaese]", ["Unknown rule 'outdated-relaese'; did you mean outdated-release?"], id="a misspelled rule"),
        pytest.param("ignore[a,outdated-release,b,c,d]", ["Unknown rules 'a', 'b', 'c' and 1 more; 'lint-runtime --list-rules' lists all rules"], id="many rules that are none, shown at once"),
        pytest.param(f"ignore[{ALL_RULES},x]", [f"Too many rules ({len(RULES) + 1}), so nothing is suppressed; 'lint-runtime --list-rules' lists all rules"], id="more rules than there are"),
        pytest.param("ignore[outdated-release] until=tomorrow", ["Invalid date 'tomorrow' in until=, so nothing is suppressed; write until=YYYY-MM-DD"], id="no day"),
        pytest.param("ignore \x1b[31m", ["Invalid suppression; use '# lint-runtime: ignore[RULE]', optionally with 'until=YYYY-MM-DD -- reason'"], id="control characters"),
    ],
)  # fmt: skip
def test_findings_about_an_invalid_comment(comment: str, messages: list[str]) -> None:
    assert _messages(f"# lint-runtime: {comment}\n{OUTDATED}") == messages


@pytest.mark.parametrize(
    "comment",
    [
        pytest.param("# lint-runtime is run in CI", id="the name and other words"),
        pytest.param("# lint-runtime ignores nothing here", id="a word that begins alike"),
        pytest.param("# see https://example.com/lint-runtime:", id="an address"),
        pytest.param("#", id="nothing"),
    ],
)
def test_a_comment_for_people_is_left_alone(comment: str) -> None:
    assert _active(f"{comment}\n{FINE}") == []


@pytest.mark.parametrize(
    ("top", "hiding"),
    [
        pytest.param("{}# syntax=docker/dockerfile:1\n", [1], id="above syntax"),
        pytest.param("{}# escape=`\n", [1], id="above escape"),
        pytest.param("# syntax=docker/dockerfile:1\n{}# escape=`\n", [2], id="between two"),
        pytest.param("{}{}#escape = `\n", [1, 2], id="two above one"),
        pytest.param("# syntax=docker/dockerfile:1\n{}", [], id="below"),
        pytest.param("{}# escape=`\n{}", [1], id="above, and another below"),
        pytest.param("# a comment\n{}# escape=`\n", [], id="where a comment has ended the directives"),
        pytest.param("\n{}# escape=`\n", [], id="where a blank line has"),
        pytest.param("{}# a comment\n# escape=`\n", [], id="where a comment would"),
        pytest.param("{}\n# escape=`\n", [], id="where a blank line would"),
        pytest.param("{}# escapes=`\n", [], id="another comment"),
        pytest.param("# escape=`\n{}# escape=`\n", [], id="what is given already"),
    ],
)
def test_directives_that_a_comment_switches_off(top: str, hiding: list[int]) -> None:
    source = top.replace("{}", SUPPRESSING) + OUTDATED
    invalid = [found for found in _report(source).diagnostics if found.rule == "invalid-suppression"]
    assert [found.line for found in invalid] == hiding
    assert all(found.message.startswith("This comment disables the") for found in invalid)
    assert [rule for _, rule in _suppressed(source)] == ["outdated-release"]


def test_a_malformed_comment_switches_a_directive_off_as_well() -> None:
    assert _active(f"# lint-runtime: ignore\n# escape=`\n{FINE}") == [(1, "invalid-suppression")] * 2


@pytest.mark.parametrize(
    ("terms", "config", "message"),
    [
        pytest.param("", Config(require_reason=True), "require-reason is set", id="no reason"),
        pytest.param(" -- ", Config(require_reason=True), "require-reason is set", id="an empty one"),
        pytest.param(" -- \u3000", Config(require_reason=True), "require-reason is set", id="a blank one"),
        pytest.param(" -- soon", Config(require_reason=True), "", id="a reason"),
        pytest.param("", Config(max_suppression_days=30), "max-suppression-days requires until=", id="no end"),
        pytest.param(" until=2026-10-26", Config(max_suppression_days=30), "until=2026-10-26 is too far ahead,", id="an end a day too far"),
        pytest.param(" until=2026-10-25", Config(max_suppression_days=30), "", id="the last end there may be"),
        pytest.param(" until=2026-09-25", Config(max_suppression_days=0), "", id="today, of no day ahead"),
        pytest.param(" until=9999-12-31", Config(max_suppression_days=10**12), "", id="more days than there are"),
        pytest.param(" until=never", Config(max_suppression_days=30), "Invalid date 'never' in until=", id="an end that is none, shown once"),
    ],
)  # fmt: skip
def test_required_terms(terms: str, config: Config, message: str) -> None:
    source = f"# lint-runtime: ignore[outdated-release]{terms}\n{OUTDATED}"
    shown = _messages(source, config)
    assert [one.startswith(message) and "nothing is suppressed" in one for one in shown] == [True] * bool(
        message
    )
    assert _suppressed(source, config) == ([] if message else [(2, "outdated-release")])


def test_a_comment_that_is_void_is_not_unused_as_well() -> None:
    config = Config(require_reason=True)
    assert _active(SUPPRESSING + FINE, config) == [(1, "invalid-suppression")]


@pytest.mark.parametrize(
    ("source", "messages"),
    [
        pytest.param(SUPPRESSING + FINE, ["Unused suppression: outdated-release finds nothing in the next instruction; remove the comment"], id="nothing found"),
        pytest.param("# lint-runtime: ignore[amd64-only,outdated-release,not-lts,prerelease]\n" + OUTDATED, ["Unused suppression: amd64-only and prerelease find nothing in the next instruction; remove amd64-only and prerelease from the list"], id="of some nothing found, but for a rule that is not run"),
        pytest.param("# lint-runtime: ignore[amd64-only,prerelease]\n" + OUTDATED, ["Unused suppression: amd64-only and prerelease find nothing in the next instruction; remove the comment"], id="of all nothing found"),
        pytest.param("# lint-runtime: ignore-file[amd64-only]\n" + FINE, ["Unused suppression: amd64-only finds nothing in this file; remove the comment"], id="in a whole file"),
        pytest.param(FINE + SUPPRESSING, ["Unused suppression: outdated-release finds nothing at the end of the file; remove the comment"], id="in the last line"),
        pytest.param(FINE + SUPPRESSING.rstrip(), ["Unused suppression: outdated-release finds nothing at the end of the file; remove the comment"], id="in a last line without end"),
        pytest.param("# lint-runtime: ignore[outdated-release] until=2020-01-01\n" + FINE, ["Unused suppression: outdated-release finds nothing in the next instruction; remove the comment"], id="expired, and nothing found"),
        pytest.param("# lint-runtime: ignore[outdated-release,outdated-release]\n" + FINE, ["Unused suppression: outdated-release finds nothing in the next instruction; remove the comment"], id="the same twice"),
        pytest.param(SUPPRESSING + SUPPRESSING + OUTDATED, [], id="two of the same, both of use"),
        pytest.param("# lint-runtime: ignore-file[outdated-release]\n" + SUPPRESSING + OUTDATED, [], id="one for the file, one for the line"),
        pytest.param("# lint-runtime: ignore[not-lts]\n" + FINE, [], id="a rule that is not run"),
        pytest.param("# lint-runtime: ignore[outdated-release,floating-tag] until=2026-09-24\n" + OUTDATED, ["Unused suppression: floating-tag finds nothing in the next instruction; remove floating-tag from the list", "Suppression of outdated-release expired on 2026-09-24; fix the finding, or set a new date"], id="expired, and of one rule nothing found"),
        pytest.param(f"# lint-runtime: ignore[floating-tag,end-of-maintenance] until=2026-09-24\nFROM {RUNTIME}:7\n", ["Suppression of floating-tag and end-of-maintenance expired on 2026-09-24; fix the finding, or set a new date"], id="expired for two rules"),
    ],
)  # fmt: skip
def test_comments_that_are_of_no_use(source: str, messages: list[str]) -> None:
    assert sorted(_messages(source)) == sorted(messages)


@pytest.mark.parametrize(
    ("config", "active"),
    [
        pytest.param(Config(), [(1, "unused-suppression")], id="of a rule that was run"),
        pytest.param(Config(ignore=frozenset(["amd64-only"])), [], id="not of an ignored one"),
        pytest.param(Config(select=frozenset(["unused-suppression"])), [], id="nor of one not selected"),
        pytest.param(Config(severity={"amd64-only": None}), [], id="nor of one that is off"),
        pytest.param(Config(ignore=frozenset(["unused-suppression"])), [], id="unless that is ignored"),
    ],
)
def test_only_rules_that_are_run_can_leave_a_comment_unused(
    config: Config, active: list[tuple[int, str]]
) -> None:
    assert _active(f"# lint-runtime: ignore[amd64-only]\n{FINE}", config) == active


@pytest.mark.parametrize(
    ("rule", "comment"),
    [
        pytest.param("invalid-suppression", "# lint-runtime: ignore", id="invalid"),
        pytest.param("unused-suppression", "# lint-runtime: ignore[amd64-only]", id="unused"),
        pytest.param("expired-suppression", "# lint-runtime: ignore[outdated-release] until=2020-01-01", id="expired"),
    ],
)  # fmt: skip
def test_findings_about_comments_can_be_suppressed_for_a_file(rule: str, comment: str) -> None:
    source = f"{comment}\n{OUTDATED}"
    assert (1, rule) in _active(source)
    for_file = f"{source}# lint-runtime: ignore-file[{rule}]\n"
    assert _suppressed(for_file) == [(1, rule)]
    assert _active(for_file) == [(2, "outdated-release")]
    above = f"# lint-runtime: ignore[{rule}]\n{source}"
    assert (2, rule) in _active(above)


def test_a_finding_of_a_configured_severity_is_suppressed_too() -> None:
    config = Config(severity={"outdated-release": Severity.ERROR})
    (found,) = _report(SUPPRESSING + OUTDATED, config).suppressed
    assert found.severity is Severity.ERROR


def test_the_severity_of_all_three_is_a_warning() -> None:
    severities = {rule.name: rule.severity for rule in RULES if rule.name.endswith("-suppression")}
    assert severities == dict.fromkeys(
        ("invalid-suppression", "expired-suppression", "unused-suppression"), "warning"
    )


def test_places_of_comments() -> None:
    (found,) = lint("\ufeff" + FINE + " \u00a0# lint-runtime: ignore \r\n", today=AS_OF)
    assert found.location == (2, 3, 2, 25)
    assert found.subject == "lint-runtime: ignore"


def test_too_many_comments_are_cut_and_said_so() -> None:
    source = SUPPRESSING * (MAX_COMMENTS + 2) + OUTDATED
    report = _report(source)
    assert [(found.line, found.rule, found.message) for found in report.diagnostics] == [
        (
            MAX_COMMENTS + 1,
            "parse-error",
            "More than 25,000 comments for lint-runtime; the rest was not read",
        )
    ]
    assert len(report.suppressed) == 1


def test_all_of_many_mistakes_are_reported() -> None:
    source = "".join(f"# lint-runtime: ignore[outdated-relaes{number}]\n" for number in range(500)) + FINE
    messages = _messages(source)
    assert len(messages) == 500
    assert "did you mean outdated-release?" in messages[0]
    assert "did you mean" not in messages[-1]
    assert max(map(len, messages)) < 200


def _naive_comments(text: str) -> list[tuple[int, int]]:
    """Return line and target of every comment for the tool, as one reads them off without heredocs."""
    lines = text.split("\n")
    contents = [number for number, line in enumerate(lines, 1) if line.strip() and line.strip()[0] != "#"]
    return [
        (number, next((content for content in contents if content > number), 0))
        for number, line in enumerate(lines, 1)
        if line.strip().lower().replace(" ", "").startswith("#lint-runtime:")
    ]


PIECES = st.sampled_from(
    [
        "# lint-runtime: ignore[prerelease]",
        "\t#lint-runtime: x",
        "# c",
        "",
        "  ",
        "FROM a",
        "ARG A",
        "RUN x \\",
    ]
)


@given(st.lists(PIECES, max_size=12).map("\n".join))
@example("# lint-runtime: x")
def test_a_comment_is_above_the_next_line_with_content(text: str) -> None:
    source = parse_source(text.encode())
    assert [
        (comment.location.line, comment.target) for comment in parse_comments(source)[0]
    ] == _naive_comments(text)


WORDS = st.sampled_from(
    ["# lint-runtime: ", "#lint-runtime:", "LINT-RUNTIME", "ignore", "-file", "[", "]", "outdated-release", ","]
    + [" until=", "2026-12-31", "2026-99-99", " -- ", "\n", "\n", "\r\n", "\ufeff", "\udcff", "\x00", " ", "\t"]
    + ["FROM ", "ARG V=", "$V", "COPY --from=", "RUN --mount=", "type=bind,", "from=", "FROM=", '"', "\\", "\\\n"]
    + [f"{RUNTIME}:13.6.0", f"{RUNTIME}:9.1.0", "<<E", "E", "# escape=`\n", "# syntax=a\n", "--", "-", "é"]
)  # fmt: skip
CONFIGS = st.builds(
    Config,
    require_reason=st.booleans(),
    max_suppression_days=st.none() | st.integers(0, 10**9),
    build_args=st.sampled_from([{}, {"V": "13.6.0"}]),
)


@given(st.lists(WORDS, max_size=40).map("".join), CONFIGS, st.dates(date(2021, 1, 1)))
def test_any_mixture_is_linted(source: str, config: Config, today: date) -> None:
    report = _report(source, config, today)
    assert report.findings == sorted(report.findings, key=attrgetter("sort_key"))
    assert all(found.suppression is None for found in report.diagnostics)
    assert all(found.suppression is not None for found in report.suppressed)


@given(st.lists(WORDS, max_size=30).map("".join))
def test_a_comment_adds_no_finding_but_of_comments(source: str) -> None:
    about_comments = frozenset(["invalid-suppression", "expired-suppression", "unused-suppression"])
    config = Config(ignore=about_comments)
    loud = _report(source.lower().replace("lint-runtime", "lint-nothing"), config)
    suppressed = _report(source.lower(), config)
    everything = {(found.line, found.rule) for found in (*loud.diagnostics, *loud.outranked)}
    assert {(found.line, found.rule) for found in suppressed.findings} <= everything


def test_the_command_counts_what_is_suppressed(tmp_path: Path, lint_in: LintIn) -> None:
    (tmp_path / "Dockerfile").write_text(
        f"# lint-runtime: ignore[end-of-basic-support,end-of-maintenance]\nFROM {RUNTIME}:9.7.0\n"
    )
    code, out, err = lint_in(tmp_path)
    assert (code, out) == (0, "")
    assert err.startswith("lint-runtime: no problems, 2 suppressed in 1 file with ")


def test_json_and_sarif_mark_what_is_suppressed(tmp_path: Path, lint_in: LintIn) -> None:
    text = f"# lint-runtime: ignore[outdated-release] until=2026-12-31 -- in December\n{OUTDATED}FROM {RUNTIME}:13.6.0\n"
    (tmp_path / "Dockerfile").write_text(text)
    report = json.loads(lint_in(tmp_path, "--format", "json", "--select", "outdated-release")[1])
    assert [found["suppression"] for found in report["diagnostics"]] == [
        {"kind": "comment", "reason": "in December", "until": "2026-12-31"},
        None,
    ]
    assert (report["summary"]["warnings"], report["summary"]["suppressed"]) == (1, 1)
    arguments = ["--format", "sarif", "--select", "outdated-release"]
    assert len(json.loads(lint_in(tmp_path, *arguments)[1])["runs"][0]["results"]) == 1
    sarif = json.loads(lint_in(tmp_path, "--sarif-suppressed", *arguments)[1])
    assert [result["suppressions"] for result in sarif["runs"][0]["results"]] == [
        [{"kind": "inSource", "justification": "in December", "properties": {"until": "2026-12-31"}}],
        [],
    ]


@pytest.mark.parametrize(
    ("config", "shown", "hidden"),
    [
        pytest.param("", "[unused-suppression]", "too far ahead", id="none"),
        pytest.param(
            '[per-file-ignores]\n"Dockerfile" = ["amd64-only"]\n',
            "[outdated-release]",
            "[unused-suppression]",
            id="a rule ignored for the file",
        ),
        pytest.param(
            "require-reason = true\nmax-suppression-days = 8\n",
            "is too far ahead, so nothing is suppressed; write until=2026-10-03 or earlier",
            "[unused-suppression]",
            id="terms",
        ),
    ],
)
def test_the_keys_of_a_configuration_and_ignores_by_file(
    tmp_path: Path, lint_in: LintIn, config: str, shown: str, hidden: str
) -> None:
    (tmp_path / "Dockerfile").write_text(
        f"# lint-runtime: ignore[amd64-only] until=2026-12-01 -- x\n{OUTDATED}"
    )
    (tmp_path / ".lint-runtime.toml").write_text(config)
    out = lint_in(tmp_path).out
    assert shown in out
    assert hidden not in out


def test_a_day_later_the_finding_is_back_for_the_command(tmp_path: Path, lint_in: LintIn) -> None:
    (tmp_path / "Dockerfile").write_text(
        f"# lint-runtime: ignore[end-of-basic-support,end-of-maintenance] until={AS_OF}\nFROM {RUNTIME}:9.7.0\n"
    )
    assert lint_in(tmp_path)[0] == 0
    later = (AS_OF + timedelta(days=1)).isoformat()
    code, out, _ = lint_in(tmp_path, "--as-of", later)
    assert code == 1
    assert [line.rpartition("[")[2] for line in out.splitlines()] == [
        "expired-suppression]",
        "end-of-basic-support]",
    ]
