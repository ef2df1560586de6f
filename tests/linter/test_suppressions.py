"""Suppression comments: what they suppress, when they expire, and the findings about them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from operator import attrgetter
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Severity, Suppression, SuppressionKind
from lint_runtime.dockerfile.comments import parse_comments
from lint_runtime.dockerfile.source import MAX_INSTRUCTIONS, parse_source
from lint_runtime.linter.engine import lint_file
from lint_runtime.linter.report import Report
from lint_runtime.rules import RULES
from tests.conftest import AS_OF, TABLE
from tests.linter.conftest import LintIn

RUNTIME = "quay.io/astronomer/astro-runtime"
OUTDATED = f"FROM {RUNTIME}:13.6.0\n"
FINE = f"FROM {RUNTIME}:13.11.0\n"
SUPPRESSING = "# lint-runtime: ignore[outdated-release]\n"
ALL_RULES = ",".join(rule.name for rule in RULES)


def _report(source: str | bytes, config: Config | None = None, today: date = AS_OF) -> Report:
    data = source if isinstance(source, bytes) else source.encode("utf-8", "surrogateescape")
    return lint_file(data, "Dockerfile", config or Config(), TABLE.as_of(today))


def _active(source: str, config: Config | None = None) -> list[tuple[int, str]]:
    return [(finding.line, finding.rule) for finding in _report(source, config).diagnostics]


def _active_rules(source: str) -> set[str]:
    return {finding.rule for finding in _report(source).diagnostics}


def _suppressed(source: str, config: Config | None = None) -> list[tuple[int, str]]:
    return [(finding.line, finding.rule) for finding in _report(source, config).suppressed]


def _messages(source: str, config: Config | None = None) -> list[str]:
    rules = ("invalid-suppression", "expired-suppression", "unused-suppression")
    return [finding.sentence for finding in _report(source, config).diagnostics if finding.rule in rules]


SUPPRESSED = {
    "directly above": (SUPPRESSING + OUTDATED, 2),
    "with blank lines between": (SUPPRESSING + "\n \t\n" + OUTDATED, 4),
    "with other comments between": (SUPPRESSING + "# why\n\n#\n" + OUTDATED, 5),
    "after a byte-order mark": ("\ufeff" + SUPPRESSING + OUTDATED, 2),
    "with carriage returns": ((SUPPRESSING + OUTDATED).replace("\n", "\r\n"), 2),
    "indented": (" \t" + SUPPRESSING + OUTDATED, 2),
    "indented by Unicode spaces": ("\u00a0\u2003" + SUPPRESSING + OUTDATED, 2),
    "without a space": ("#lint-runtime:ignore[outdated-release]\n" + OUTDATED, 2),
    "with tabs for spaces": ("#\tlint-runtime:\tignore[\toutdated-release\t]\tuntil=2026-09-25\t--\tsoon\n" + OUTDATED, 2),
    "a trailing comma": ("# lint-runtime: ignore[outdated-release,]\n" + OUTDATED, 2),
    "one of several rules": ("# lint-runtime: ignore[amd64-only , outdated-release]\n" + OUTDATED, 2),
    "next to an unknown rule": ("# lint-runtime: ignore[no-such, outdated-release]\n" + OUTDATED, 2),
    "brackets and dashes in the reason": ("# lint-runtime: ignore[outdated-release] -- as [said]: ignore[this] -- twice\n" + OUTDATED, 2),
    "an empty reason": ("# lint-runtime: ignore[outdated-release] --\n" + OUTDATED, 2),
    "a reason with an invalid byte": ("# lint-runtime: ignore[outdated-release] -- caf\udce9\n" + OUTDATED, 2),
    "the second of two comments": ("# lint-runtime: ignore[amd64-only]\n" + SUPPRESSING + OUTDATED, 3),
    "the first of two comments": (SUPPRESSING + "# lint-runtime: ignore[amd64-only]\n" + OUTDATED, 3),
    "above a FROM of several lines": (f"{SUPPRESSING}FROM \\\n# why\n  {RUNTIME}:13.6.0\n", 4),
    "above an image on two lines": (f"{SUPPRESSING}FROM --platform=linux/amd64 \\\n  {RUNTIME}\\\n:13.6.0 AS a\n", 3),
    "above the ARG": (f"{SUPPRESSING}ARG V=13.6.0\nFROM {RUNTIME}:$V\n", 2),
    "above an ARG of several lines": (f"{SUPPRESSING}ARG \\\n  V=13.6.0\nFROM {RUNTIME}:$V\n", 3),
    "above an ARG of several words": (f"{SUPPRESSING}ARG U=a V=13.6.0\nFROM {RUNTIME}:$V\n", 2),
    "above the ARG of an ARG": (f"{SUPPRESSING}ARG V=13.6.0\nARG W=$V\nFROM {RUNTIME}:${{W}}\n", 2),
    "above the ARG of a default value": (f"{SUPPRESSING}ARG V=13.6.0\nFROM {RUNTIME}:${{X:-$V}}\n", 2),
    "above an ARG that is shortened": (f"{SUPPRESSING}ARG V=13.6.0-x\nFROM {RUNTIME}:${{V%-x}}\n", 3),
    "as many names as rules": (f"# lint-runtime: ignore[{ALL_RULES}]\n" + OUTDATED, 2),
    "next to a star": ("# lint-runtime: ignore[*,outdated-release]\n" + OUTDATED, 2),
    "a topic": ("# lint-runtime: ignore[lifecycle]\n" + OUTDATED, 2),
    "a topic among other names": ("# lint-runtime: ignore[platforms, lifecycle, tags]\n" + OUTDATED, 2),
    "a topic next to its rule": ("# lint-runtime: ignore[outdated-release, lifecycle]\n" + OUTDATED, 2),
    "a topic for the file": (OUTDATED + "# lint-runtime: ignore-file[lifecycle] until=2026-09-25\n", 1),
    "for the file, at the end": (OUTDATED + "# lint-runtime: ignore-file[outdated-release]", 1),
    "for the file, above the FROM": ("# lint-runtime: ignore-file[outdated-release]\n" + OUTDATED, 2),
    "above a COPY": (f"{FINE}{SUPPRESSING}COPY --from={RUNTIME}:13.6.0 /a /b\n", 3),
    "above a RUN of several lines": (f"{FINE}{SUPPRESSING}RUN \\\n  --mount=from={RUNTIME}:13.6.0,target=/a \\\n  true\n", 4),
    "after a heredoc": (f"FROM python AS a\nRUN <<E\nE\n{SUPPRESSING}{OUTDATED}", 5),
}  # fmt: skip


def test_comments_that_suppress() -> None:
    for subject, (source, line) in SUPPRESSED.items():
        assert _suppressed(source) == [(line, "outdated-release")], subject
        assert "outdated-release" not in _active_rules(source), subject


NOT_SUPPRESSED = {
    "another rule": "# lint-runtime: ignore[amd64-only]\n" + OUTDATED,
    "another topic": "# lint-runtime: ignore[platforms]\n" + OUTDATED,
    "the heading of a topic": "# lint-runtime: ignore[Lifecycle]\n" + OUTDATED,
    "below the FROM": OUTDATED + SUPPRESSING,
    "above an unrelated ARG": SUPPRESSING + "ARG X=y\n" + OUTDATED,
    "above another FROM": SUPPRESSING + "FROM python AS a\n" + OUTDATED,
    "inside the instruction": f"FROM \\\n{SUPPRESSING}  {RUNTIME}:13.6.0\n",
    "inside the previous instruction": f"FROM python AS a\nRUN \\\n{SUPPRESSING}  true\n{OUTDATED}",
    "in a heredoc": f"FROM python AS a\nRUN <<E\n{SUPPRESSING}E\n{OUTDATED}",
    "in the second heredoc": f"FROM python AS a\nRUN <<E\nE\nRUN <<E\n{SUPPRESSING}E\n{OUTDATED}",
    "for the file, in a heredoc": f"FROM python AS a\nCOPY <<E /x\n# lint-runtime: ignore-file[outdated-release]\nE\n{OUTDATED}",
    "in a string on two lines": f"FROM python AS a\nRUN echo '\\\n{SUPPRESSING}'\n{OUTDATED}",
    "above a replaced default": f"{SUPPRESSING}ARG V=13.6.0\nARG V=13.6.0\nFROM {RUNTIME}:$V\n",
    "above an ARG that copies a default": f"ARG V=13.6.0\n{SUPPRESSING}ARG W=$V\nFROM {RUNTIME}:$W\n",
    "no list": "# lint-runtime: ignore\n" + OUTDATED,
    "an empty list": "# lint-runtime: ignore[]\n" + OUTDATED,
    "a star": "# lint-runtime: ignore[*]\n" + OUTDATED,
    "all": "# lint-runtime: ignore[all]\n" + OUTDATED,
    "no rule for a file": "# lint-runtime: ignore-file\n" + OUTDATED,
    "an open bracket": "# lint-runtime: ignore[outdated-release\n" + OUTDATED,
    "a capital": "# lint-runtime: Ignore[outdated-release]\n" + OUTDATED,
    "capitals in the name": "# Lint-Runtime: ignore[outdated-release]\n" + OUTDATED,
    "capitals in the rule": "# lint-runtime: ignore[Outdated-Release]\n" + OUTDATED,
    "a reason without dashes": "# lint-runtime: ignore[outdated-release] because\n" + OUTDATED,
    "until without an equals sign": "# lint-runtime: ignore[outdated-release] until 2026-12-31\n" + OUTDATED,
    "no date": "# lint-runtime: ignore[outdated-release] until=\n" + OUTDATED,
    "an invalid month": "# lint-runtime: ignore[outdated-release] until=2026-13-01\n" + OUTDATED,
    "a date without dashes": "# lint-runtime: ignore[outdated-release] until=20261231\n" + OUTDATED,
    "a date in fullwidth digits": "# lint-runtime: ignore[outdated-release] until=２０２６-12-31\n" + OUTDATED,
    "after other words": "# noqa: lint-runtime: ignore[outdated-release]\n" + OUTDATED,
    "two hashes": "## lint-runtime: ignore[outdated-release]\n" + OUTDATED,
    "more names than rules": f"# lint-runtime: ignore[{ALL_RULES},x]\n" + OUTDATED,
}  # fmt: skip


def test_comments_that_do_not_suppress() -> None:
    for subject, source in NOT_SUPPRESSED.items():
        assert "outdated-release" in _active_rules(source), subject
        assert _suppressed(source) == [], subject


PLACES = {
    "an invalid image": (f"# lint-runtime: ignore[parse-error]\nFROM {RUNTIME}:\n", 2, "parse-error"),
    "a FROM of two words": ("# lint-runtime: ignore[parse-error]\nFROM a b\n", 2, "parse-error"),
    "a flag in a later line": ("# lint-runtime: ignore[parse-error]\nFROM \\\n --platform=linux \\\n --x=y a\n", 4, "parse-error"),
    "a name in a later line": ("# lint-runtime: ignore[parse-error]\nFROM a \\\n AS \\\n 1\n", 4, "parse-error"),
    "a default in a later line": ("# lint-runtime: ignore[parse-error]\nARG A=a \\\n B=${\nFROM a\n", 3, "parse-error"),
    "a nameless ARG in a later line": ("# lint-runtime: ignore[parse-error]\nARG A \\\n\n# c\n =b\nFROM a\n", 5, "parse-error"),
    "a nameless ARG in a stage": ("FROM a\n# lint-runtime: ignore[parse-error]\nARG A \\\n =b\n", 4, "parse-error"),
    "a heredoc without an end": ("FROM a\n# lint-runtime: ignore[parse-error]\nRUN <<E\n", 3, "parse-error"),
    "a platform": (f"# lint-runtime: ignore[invalid-platform]\nFROM --platform=windows/amd64 {RUNTIME}:13.11.0\n", 2, "invalid-platform"),
    "a platform in the first of two lines": (f"# lint-runtime: ignore[invalid-platform]\nFROM --platform=windows/amd64 \\\n {RUNTIME}:13.11.0\n", 2, "invalid-platform"),
    "a platform in a later line": (f"# lint-runtime: ignore[invalid-platform]\nFROM \\\n --platform=windows/amd64 \\\n {RUNTIME}:13.11.0\n", 3, "invalid-platform"),
    "the ARG of a platform": (f"# lint-runtime: ignore[unsupported-platform]\nARG P=linux/s390x\nFROM --platform=$P {RUNTIME}:13.11.0\n", 3, "unsupported-platform"),
    "the ARG of the image with the platform": (f"# lint-runtime: ignore[unsupported-platform]\nARG V=13.11.0\nFROM --platform=linux/s390x {RUNTIME}:$V\n", 3, "unsupported-platform"),
    "a variable": (f"# lint-runtime: ignore[unresolved-variable]\nFROM {RUNTIME}:13.11.0$V\n", 2, "unresolved-variable"),
    "an ignored stage": (f"# lint-runtime: ignore[ignored-stage]\n{FINE}FROM python\n", 2, "ignored-stage"),
}  # fmt: skip


def test_a_comment_suppresses_in_every_line_of_an_instruction() -> None:
    for subject, (source, line, rule) in PLACES.items():
        assert _suppressed(source) == [(line, rule)], subject
        assert _active(source) == [], subject


def test_a_comment_above_an_overridden_default_suppresses_nothing() -> None:
    source = f"{SUPPRESSING}ARG V=13.6.0\nFROM {RUNTIME}:$V\n"
    given_same = Config(build_args={"V": "13.6.0"})
    assert _active(source, given_same) == [(1, "unused-suppression"), (3, "outdated-release")]


@pytest.mark.parametrize(
    ("until", "today", "is_suppressed"),
    [
        pytest.param("2026-09-25", date(2026, 9, 25), True, id="on the last day"),
        pytest.param("2026-09-25", date(2026, 9, 24), True, id="before the last day"),
        pytest.param("2026-09-25", date(2026, 9, 26), False, id="after the last day"),
        pytest.param("9999-12-31", date.max, True, id="on the last possible day"),
        pytest.param("0001-01-01", AS_OF, False, id="long ago"),
    ],
)
def test_until(until: str, today: date, *, is_suppressed: bool) -> None:
    source = f"# lint-runtime: ignore[floating-tag] until={until}\nFROM {RUNTIME}:latest\n"
    report = _report(source, Config(select=frozenset(["floating-tag", "expired-suppression"])), today)
    rules = ["expired-suppression", "floating-tag"]
    assert [finding.rule for finding in report.diagnostics] == ([] if is_suppressed else rules)
    assert [finding.rule for finding in report.suppressed] == ["floating-tag"] * is_suppressed


def test_the_suppression_of_a_finding() -> None:
    source = f"# lint-runtime: ignore[outdated-release] until=2026-12-31 --  in  December \n{OUTDATED}"
    (finding,) = _report(source).suppressed
    day = date(2026, 12, 31)
    assert finding.suppression == Suppression(SuppressionKind.COMMENT, "in  December", day)


def test_the_first_of_two_comments_suppresses() -> None:
    first = "# lint-runtime: ignore[outdated-release] until=2026-09-24 -- past\n"
    others = "".join(f"# lint-runtime: ignore[outdated-release] -- {word}\n" for word in ("one", "two"))
    report = _report(first + others + OUTDATED)
    assert [finding.suppression and finding.suppression.reason for finding in report.suppressed] == ["one"]
    # The expired comment is not reported, because another comment suppresses the finding.
    assert report.diagnostics == ()


@pytest.mark.parametrize(
    ("source", "active"),
    [
        pytest.param(
            f"# lint-runtime: ignore[yanked-release]\nFROM {RUNTIME}:9.1.0\n",
            [(2, "end-of-basic-support")],
            id="an outranked finding becomes active",
        ),
        pytest.param(
            f"# lint-runtime: ignore[yanked-release,end-of-basic-support]\nFROM {RUNTIME}:9.1.0\n",
            [],
            id="an end includes earlier ends",
        ),
        pytest.param(
            f"# lint-runtime: ignore[end-of-maintenance]\nFROM {RUNTIME}:9.1.0\n",
            [(2, "yanked-release")],
            id="an outranked finding is suppressed",
        ),
    ],
)
def test_suppressed_findings_outrank_less(source: str, active: list[tuple[int, str]]) -> None:
    assert _active(source) == active


# --- One comment is enough ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "config", "note"),
    [
        pytest.param(
            f"# lint-runtime: ignore[yanked-release]\nFROM {RUNTIME}:9.1.0\n",
            Config(),
            "it waited behind yanked-release; one comment is enough: ignore[yanked-release, end-of-basic-support]",
            id="an end behind a yank",
        ),
        pytest.param(
            f"FROM {RUNTIME}:13.5.0\n# lint-runtime: ignore-file[yanked-release]\n",
            Config(),
            "it waited behind yanked-release; one comment is enough: ignore[yanked-release, outdated-release]",
            id="a newer release behind a yank",
        ),
        pytest.param(
            f"# lint-runtime: ignore[outdated-release]\nFROM {RUNTIME}:13.5.0\n",
            Config(severity={"yanked-release": Severity.INFO}),
            "it waited behind outdated-release; one comment is enough: ignore[outdated-release, yanked-release]",
            id="a yank of a lower severity",
        ),
        pytest.param(
            "# lint-runtime: ignore[yanked-release]\nFROM astrocrpublic.azurecr.io/runtime:9.1.0\n",
            Config(),
            "it waited behind yanked-release; one comment is enough: ignore[yanked-release, end-of-basic-support]",
            id="an end, next to a finding that is not suppressed",
        ),
        pytest.param(
            "# lint-runtime: ignore[yanked-release,wrong-repository]\nFROM astrocrpublic.azurecr.io/runtime:9.1.0\n",
            Config(),
            "it waited behind wrong-repository and yanked-release; one comment is enough: ignore[wrong-repository, yanked-release, end-of-basic-support]",
            id="an end behind two findings",
        ),
        pytest.param(f"FROM {RUNTIME}:9.1.0\n", Config(), "", id="no comment"),
        pytest.param(
            f"# lint-runtime: ignore[yanked-release] until=2026-09-24\nFROM {RUNTIME}:9.1.0\n",
            Config(ignore=frozenset(["expired-suppression"])),
            "",
            id="an expired comment",
        ),
        pytest.param(f"# lint-runtime: ignore[lifecycle]\nFROM {RUNTIME}:9\n", Config(), "", id="a finding that did not wait"),
    ],
)  # fmt: skip
def test_a_finding_that_a_comment_uncovers_names_the_comment_that_is_enough(
    source: str, config: Config, note: str
) -> None:
    notes = [text for finding in _report(source, config).diagnostics for text in finding.notes]
    assert [text for text in notes if "ignore[" in text] == [note] * bool(note)


def test_the_comment_in_a_note_is_enough_for_every_image() -> None:
    count = 0
    for release in TABLE.releases:
        repository = RUNTIME if release.version.airflow == 2 else "astrocrpublic.azurecr.io/runtime"
        source = f"FROM {repository}:{release.version}\n"
        for today in (AS_OF, date(2027, 4, 1), date(2028, 7, 1)):
            for first in _report(source, today=today).diagnostics:
                shown = _report(f"# lint-runtime: ignore[{first.rule}]\n{source}", today=today).diagnostics
                for note in (note for finding in shown for note in finding.notes if "ignore[" in note):
                    comment = f"# lint-runtime: {note.rpartition(': ')[2]}\n"
                    after = _report(comment + source, today=today)
                    named = {first.rule, *(finding.rule for finding in shown if note in finding.notes)}
                    assert named <= {finding.rule for finding in after.suppressed}, (source, note)
                    before = {finding.rule for finding in _report(source, today=today).diagnostics}
                    assert {finding.rule for finding in after.diagnostics} <= before - named, (source, note)
                    count += 1
    assert count > 20


def test_a_recheck_of_a_report_names_the_same_comment(tmp_path: Path, lint_in: LintIn) -> None:
    (tmp_path / "Dockerfile").write_text(f"# lint-runtime: ignore[yanked-release]\nFROM {RUNTIME}:9.1.0\n")
    (tmp_path / "r.json").write_text(lint_in(tmp_path, "--format", "json", "Dockerfile").out)
    again = json.loads(lint_in(tmp_path, "--format", "json", "--from-report", "r.json").out)
    notes = [note for finding in again["files"][0]["findings"] for note in finding["notes"]]
    assert [note for note in notes if "ignore[" in note] == [
        "it waited behind yanked-release; one comment is enough: ignore[yanked-release, end-of-basic-support]"
    ]


# --- Problems in comments ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("comment", "messages"),
    [
        pytest.param("ignore", ["Invalid suppression; use '# lint-runtime: ignore[RULE]', optionally with 'until=YYYY-MM-DD -- reason'"], id="no list"),
        pytest.param("ignore[*,outdated-release]", ["No rules named: a suppression must list its rules; 'lint-runtime --list-rules' lists all rules"], id="a star"),
        pytest.param("ignore[a,b,c]", ["Unknown rules 'a', 'b', 'c'; 'lint-runtime --list-rules' lists all rules"], id="three unknown rules"),
        pytest.param("ignore[ , ]", ["No rules named: a suppression must list its rules; 'lint-runtime --list-rules' lists all rules"], id="an empty list"),
        pytest.param("ignore[outdated-relaese]", ["Unknown rule 'outdated-relaese'; did you mean outdated-release?"], id="a misspelled rule"),
        pytest.param("ignore[lifecyle]", ["Unknown rule 'lifecyle'; did you mean lifecycle?"], id="a misspelled topic"),
        pytest.param("ignore[a,outdated-release,b,c,d]", ["Unknown rules 'a', 'b', 'c' and 1 more; 'lint-runtime --list-rules' lists all rules"], id="several unknown rules"),
        pytest.param(f"ignore[{ALL_RULES},x]", [f"Too many rules ({len(RULES) + 1}), so nothing is suppressed; 'lint-runtime --list-rules' lists all rules"], id="more names than rules"),
        pytest.param("ignore[outdated-release] until=tomorrow", ["Invalid date 'tomorrow' in until=, so nothing is suppressed; write an existing date, as in until=2027-01-31"], id="an invalid date"),
        pytest.param("ignore \x1b[31m", ["Invalid suppression; use '# lint-runtime: ignore[RULE]', optionally with 'until=YYYY-MM-DD -- reason'"], id="control characters"),
    ],
)  # fmt: skip
def test_findings_about_an_invalid_comment(comment: str, messages: list[str]) -> None:
    assert _messages(f"# lint-runtime: {comment}\n{OUTDATED}") == messages


@pytest.mark.parametrize(
    "comment",
    [
        pytest.param("# lint-runtime is run in CI", id="other words after the name"),
        pytest.param("# lint-runtime ignores nothing here", id="a similar word"),
        pytest.param("# see https://example.com/lint-runtime:", id="an address"),
        pytest.param("#", id="an empty comment"),
    ],
)
def test_other_comments_are_not_suppressions(comment: str) -> None:
    assert _active(f"{comment}\n{FINE}") == []


@pytest.mark.parametrize(
    ("top", "disabled"),
    [
        pytest.param("{}# syntax=docker/dockerfile:1\n", {1: "syntax"}, id="above syntax"),
        pytest.param("{}# escape=`\n", {1: "escape"}, id="above escape"),
        pytest.param("{}# check=skip=all\n", {1: "check"}, id="above check"),
        pytest.param("{}# CHECK=skip=all\n# escape=`\n", {1: "escape"}, id="above two directives"),
        pytest.param("# syntax=docker/dockerfile:1\n{}# escape=`\n", {2: "escape"}, id="between two directives"),
        pytest.param("{}{}#escape = `\n", {1: "escape", 2: "escape"}, id="two comments above a directive"),
        pytest.param("# syntax=docker/dockerfile:1\n{}", {}, id="below"),
        pytest.param("{}# escape=`\n{}", {1: "escape"}, id="one above and one below"),
        pytest.param("# a comment\n{}# escape=`\n", {}, id="after another comment"),
        pytest.param("\n{}# escape=`\n", {}, id="after a blank line"),
        pytest.param("{}# a comment\n# escape=`\n", {}, id="before another comment"),
        pytest.param("{}\n# escape=`\n", {}, id="before a blank line"),
        pytest.param("{}# escapes=`\n", {}, id="a similar comment"),
        pytest.param("# escape=`\n{}# escape=`\n", {}, id="above a repeated directive"),
    ],
)  # fmt: skip
def test_directives_that_a_comment_disables(top: str, disabled: dict[int, str]) -> None:
    source = top.replace("{}", SUPPRESSING) + OUTDATED
    findings = [finding for finding in _report(source).diagnostics if finding.rule == "invalid-suppression"]
    assert {finding.line: finding.sentence for finding in findings} == {
        line: f"This comment disables the '# {name}=' directive below it; move it below the directive"
        for line, name in disabled.items()
    }
    assert [rule for _, rule in _suppressed(source)] == ["outdated-release"]


def test_a_malformed_comment_disables_a_directive() -> None:
    assert _active(f"# lint-runtime: ignore\n# escape=`\n{FINE}") == [(1, "invalid-suppression")] * 2


NO_REASON = "require-reason is set, so nothing is suppressed; add ' -- ' and a reason"
NO_DAY = "max-suppression-days requires until=, so nothing is suppressed; add until=2026-10-25 or earlier"
TOO_FAR = "until=2026-10-26 is too far ahead, so nothing is suppressed; write until=2026-10-25 or earlier"
INVALID_DAY = "Invalid date 'never' in until=, so nothing is suppressed; write an existing date, as in until=2027-01-31"


@pytest.mark.parametrize(
    ("terms", "config", "messages"),
    [
        pytest.param("", Config(require_reason=True), [NO_REASON], id="no reason"),
        pytest.param(" -- ", Config(require_reason=True), [NO_REASON], id="an empty reason"),
        pytest.param(" -- \u3000", Config(require_reason=True), [NO_REASON], id="a blank reason"),
        pytest.param(" -- soon", Config(require_reason=True), [], id="a reason"),
        pytest.param("", Config(max_suppression_days=30), [NO_DAY], id="no last day"),
        pytest.param("", Config(require_reason=True, max_suppression_days=30), [NO_DAY, NO_REASON], id="no last day and no reason"),
        pytest.param(" until=2026-10-26", Config(max_suppression_days=30), [TOO_FAR], id="a day too far ahead"),
        pytest.param(" until=2026-10-25", Config(max_suppression_days=30), [], id="the last allowed day"),
        pytest.param(" until=2026-09-25", Config(max_suppression_days=0), [], id="today, with zero days"),
        pytest.param(" until=9999-12-31", Config(max_suppression_days=10**12), [], id="more days than a date can have"),
        pytest.param(" until=never", Config(max_suppression_days=30), [INVALID_DAY], id="an invalid last day"),
    ],
)  # fmt: skip
def test_required_terms(terms: str, config: Config, messages: list[str]) -> None:
    source = f"# lint-runtime: ignore[outdated-release]{terms}\n{OUTDATED}"
    assert _messages(source, config) == messages
    assert _suppressed(source, config) == ([] if messages else [(2, "outdated-release")])


def test_an_invalid_comment_is_not_unused() -> None:
    config = Config(require_reason=True)
    assert _active(SUPPRESSING + FINE, config) == [(1, "invalid-suppression")]


@pytest.mark.parametrize(
    ("source", "messages"),
    [
        pytest.param(SUPPRESSING + FINE, ["Unused suppression: the next instruction has no outdated-release finding; remove the comment"], id="no finding"),
        pytest.param("# lint-runtime: ignore[amd64-only,outdated-release,not-lts,prerelease]\n" + OUTDATED, ["Unused suppression: the next instruction has no amd64-only or prerelease finding; remove amd64-only and prerelease from the list"], id="two of three rules without a finding"),
        pytest.param("# lint-runtime: ignore[amd64-only,prerelease]\n" + OUTDATED, ["Unused suppression: the next instruction has no amd64-only or prerelease finding; remove the comment"], id="two rules without a finding"),
        pytest.param("# lint-runtime: ignore-file[amd64-only]\n" + FINE, ["Unused suppression: this file has no amd64-only finding; remove the comment"], id="in a whole file"),
        pytest.param(FINE + SUPPRESSING, ["Unused suppression: no instruction follows it; remove the comment"], id="at the end of the file"),
        pytest.param(FINE + SUPPRESSING.rstrip(), ["Unused suppression: no instruction follows it; remove the comment"], id="at the end of a file without a line break"),
        pytest.param("# lint-runtime: ignore[outdated-release] until=2020-01-01\n" + FINE, ["Unused suppression: the next instruction has no outdated-release finding; remove the comment"], id="expired and without a finding"),
        pytest.param("# lint-runtime: ignore[lifecycle]\n" + FINE, ["Unused suppression: the next instruction has no lifecycle finding; remove the comment"], id="a topic without a finding"),
        pytest.param("# lint-runtime: ignore[platforms,lifecycle]\n" + OUTDATED, ["Unused suppression: the next instruction has no platforms finding; remove platforms from the list"], id="one of two topics without a finding"),
        pytest.param("# lint-runtime: ignore[lifecycle,outdated-release]\n" + OUTDATED, [], id="a topic and its rule"),
        pytest.param("# lint-runtime: ignore-file[suppressions]\n" + FINE, [], id="the topic of rules that run later"),
        pytest.param("# lint-runtime: ignore[lifecycle] until=2026-09-24\n" + OUTDATED, ["Suppression of lifecycle expired on 2026-09-24; fix the finding, or set a new date"], id="an expired topic"),
        pytest.param("# lint-runtime: ignore[outdated-release,outdated-release]\n" + FINE, ["Unused suppression: the next instruction has no outdated-release finding; remove the comment"], id="a repeated rule"),
        pytest.param(SUPPRESSING + SUPPRESSING + OUTDATED, [], id="two equal comments"),
        pytest.param("# lint-runtime: ignore-file[outdated-release]\n" + SUPPRESSING + OUTDATED, [], id="one for the file and one for the line"),
        pytest.param("# lint-runtime: ignore[not-lts]\n" + FINE, [], id="a rule that doesn't run"),
        pytest.param("# lint-runtime: ignore[outdated-release,floating-tag] until=2026-09-24\n" + OUTDATED, ["Unused suppression: the next instruction has no floating-tag finding; remove floating-tag from the list", "Suppression of outdated-release expired on 2026-09-24; fix the finding, or set a new date"], id="expired, with one finding"),
        pytest.param(f"# lint-runtime: ignore[floating-tag,end-of-maintenance] until=2026-09-24\nFROM {RUNTIME}:7\n", ["Suppression of floating-tag and end-of-maintenance expired on 2026-09-24; fix the finding, or set a new date"], id="expired for two rules"),
    ],
)  # fmt: skip
def test_unused_and_expired_comments(source: str, messages: list[str]) -> None:
    assert sorted(_messages(source)) == sorted(messages)


@pytest.mark.parametrize(
    ("config", "active"),
    [
        pytest.param(Config(), [(1, "unused-suppression")], id="a rule that ran"),
        pytest.param(Config(ignore=frozenset(["amd64-only"])), [], id="an ignored rule"),
        pytest.param(
            Config(select=frozenset(["unused-suppression"])), [], id="a rule that is not selected"
        ),
        pytest.param(Config(severity={"amd64-only": None}), [], id="a rule that is off"),
        pytest.param(
            Config(ignore=frozenset(["unused-suppression"])), [], id="unused-suppression is ignored"
        ),
    ],
)
def test_only_rules_that_run_make_a_comment_unused(config: Config, active: list[tuple[int, str]]) -> None:
    assert _active(f"# lint-runtime: ignore[amd64-only]\n{FINE}", config) == active


@pytest.mark.parametrize(
    ("config", "active"),
    [
        pytest.param(Config(), [(1, "unused-suppression")], id="all rules run"),
        pytest.param(
            Config(ignore=frozenset(["amd64-only"])), [(1, "unused-suppression")], id="one is off"
        ),
        pytest.param(Config(ignore=frozenset(["platforms"])), [], id="all are off"),
    ],
)
def test_a_topic_is_unused_if_its_rules_that_run_find_nothing(
    config: Config, active: list[tuple[int, str]]
) -> None:
    assert _active(f"# lint-runtime: ignore[platforms]\n{FINE}", config) == active


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
    for name in (rule, "suppressions"):
        for_file = f"{source}# lint-runtime: ignore-file[{name}]\n"
        assert _suppressed(for_file) == [(1, rule)]
        assert _active(for_file) == [(2, "outdated-release")]
    above = f"# lint-runtime: ignore[{rule}]\n{source}"
    assert (2, rule) in _active(above)


def test_a_suppressed_finding_has_its_configured_severity() -> None:
    config = Config(severity={"outdated-release": Severity.ERROR})
    (finding,) = _report(SUPPRESSING + OUTDATED, config).suppressed
    assert finding.severity is Severity.ERROR


def test_findings_about_comments_are_warnings() -> None:
    severities = {rule.name: rule.severity for rule in RULES if rule.name.endswith("-suppression")}
    assert severities == dict.fromkeys(
        ("invalid-suppression", "expired-suppression", "unused-suppression"), "warning"
    )


def test_the_location_of_a_comment() -> None:
    (finding,) = _report("\ufeff" + FINE + " \u00a0# lint-runtime: ignore \r\n").diagnostics
    assert finding.location == (2, 3, 2, 25)
    assert finding.subject == "lint-runtime: ignore"


def test_too_many_comments_are_an_error() -> None:
    source = SUPPRESSING * (MAX_INSTRUCTIONS + 2) + OUTDATED
    report = _report(source)
    assert [(finding.line, finding.rule, finding.message) for finding in report.diagnostics] == [
        (
            MAX_INSTRUCTIONS + 1,
            "parse-error",
            "More than 25,000 comments for lint-runtime; the rest was not read",
        )
    ]
    assert len(report.suppressed) == 1


def test_suggestions_for_the_first_hundred_mistakes() -> None:
    source = "".join(f"# lint-runtime: ignore[outdated-relaes{number}]\n" for number in range(500)) + FINE
    messages = _messages(source)
    assert len(messages) == 500
    suggestions = ["did you mean outdated-release?" in message for message in messages]
    assert suggestions == [True] * 100 + [False] * 400
    assert max(map(len, messages)) < 200


def _naive_comments(text: str) -> list[tuple[int, int]]:
    """Return the line number of each suppression comment, paired with the number of the next line of code, or 0.

    The lines of heredocs are treated like all other lines.
    """
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
@example(f"{SUPPRESSING}{OUTDATED}FROM {RUNTIME}:9.1.0 AS x\n", Config(), AS_OF)
def test_any_mixture_of_words_can_be_linted(source: str, config: Config, today: date) -> None:
    report = _report(source, config, today)
    assert report.findings == sorted(report.findings, key=attrgetter("sort_key"))
    assert len(report.findings) == len(report.diagnostics) + len(report.suppressed)
    assert [finding for finding in report.diagnostics if finding.suppression] == []
    assert [finding for finding in report.suppressed if not finding.suppression] == []
    if SUPPRESSING + OUTDATED in source and today == AS_OF:
        assert report.suppressed


@given(st.lists(WORDS, max_size=30).map("".join))
@example(f"{SUPPRESSING}FROM {RUNTIME}:13.6.0-slim-base-x\nFROM {RUNTIME}:9.1.0\n")
def test_a_comment_adds_only_findings_about_comments(source: str) -> None:
    about_comments = frozenset(["invalid-suppression", "expired-suppression", "unused-suppression"])
    config = Config(ignore=about_comments)
    without = _report(source.lower().replace("lint-runtime", "lint-nothing"), config)
    everything = {(finding.line, finding.rule) for finding in (*without.diagnostics, *without.outranked)}
    findings = _report(source.lower(), config).findings
    assert {(finding.line, finding.rule) for finding in findings} <= everything
    # `findings` includes suppressed findings, so it is empty only if there is nothing to find.
    assert bool(findings) == bool(everything)


def test_the_command_counts_suppressed_findings(tmp_path: Path, lint_in: LintIn) -> None:
    (tmp_path / "Dockerfile").write_text(
        f"# lint-runtime: ignore[end-of-basic-support,end-of-maintenance]\nFROM {RUNTIME}:9.7.0\n"
    )
    code, out, err = lint_in(tmp_path)
    assert (code, out) == (0, "")
    assert err.startswith("lint-runtime: no problems, 2 suppressed in 1 file with ")


def test_json_and_sarif_mark_suppressed_findings(tmp_path: Path, lint_in: LintIn) -> None:
    text = f"# lint-runtime: ignore[outdated-release] until=2026-12-31 -- in December\n{OUTDATED}FROM {RUNTIME}:13.6.0\n"
    (tmp_path / "Dockerfile").write_text(text)
    report = json.loads(lint_in(tmp_path, "--format", "json", "--select", "outdated-release")[1])
    assert [finding["suppression"] for finding in report["files"][0]["findings"]] == [
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


HIDDEN = f"""# lint-runtime: ignore[lifecycle] until=2027-01-31 -- new cluster
FROM {RUNTIME}:9.7.0 AS a
# lint-runtime: ignore[outdated-release]
FROM {RUNTIME}:13.6.0 AS b
# lint-runtime: ignore[outdated-release] until=2026-12-31 --  ##[error] soon
FROM {RUNTIME}:13.6.0 AS c
# lint-runtime: ignore[outdated-release] until=2026-09-24
FROM {RUNTIME}:13.6.0 AS d
"""


@pytest.fixture
def hidden(tmp_path: Path, lint_in: LintIn) -> Path:
    """Return a directory with three Dockerfiles: `a` has a baseline, `b` and `c` have suppression comments."""
    (tmp_path / "a.dockerfile").write_text(f"FROM {RUNTIME}:9.7.0\n")
    assert lint_in(tmp_path, "--write-baseline", "known.json").code == 0
    (tmp_path / "b.dockerfile").write_text(HIDDEN + "COPY --from=a --from=b --from=c / /\n")
    (tmp_path / "c.dockerfile").write_text(SUPPRESSING.replace("]", "] until=2026-10-01") + OUTDATED)
    return tmp_path


def test_show_suppressed_lists_what_is_hidden_by_its_end(hidden: Path, lint_in: LintIn) -> None:
    arguments = ["--baseline", "known.json", "--select", "end-of-basic-support,outdated-release"]
    code, out, err = lint_in(hidden, "--show-suppressed", *arguments)
    outdated = "warning: Astro Runtime 13.6.0 is outdated: 13.11.0 is available [outdated-release]"
    unsupported = "error: Astro Runtime 9.7.0 has been unsupported since 2026-02-01 [end-of-basic-support]"
    assert out.splitlines() == [
        f"c.dockerfile:2:6: until 2026-10-01: {outdated}",
        f"b.dockerfile:6:6: until 2026-12-31: {outdated} -- #\\x23[error] soon",
        f"b.dockerfile:2:6: until 2027-01-31: {unsupported} -- new cluster",
        f"b.dockerfile:4:6: without end: {outdated}",
        f"a.dockerfile:1:6: in the baseline: {unsupported}",
    ]
    usual = lint_in(hidden, *arguments)
    assert (code, err) == (usual.code, usual.err) == (0, err)
    assert "1 warning" in err
    assert "5 suppressed" in err
    assert lint_in(hidden, "--show-suppressed", *arguments[2:]).code == 1


def test_show_suppressed_as_json(hidden: Path, lint_in: LintIn) -> None:
    arguments = ["--baseline", "known.json", "--select", "lifecycle", "--show-suppressed"]
    rows = json.loads(lint_in(hidden, *arguments, "--format", "json").out)
    assert rows[0] == {
        "path": "c.dockerfile",
        "line": 2,
        "column": 6,
        "rule": "outdated-release",
        "severity": "warning",
        "message": "Astro Runtime 13.6.0 is outdated: 13.11.0 is available",
        "kind": "comment",
        "reason": "",
        "until": "2026-10-01",
    }
    ends = [(row["kind"], row["until"], row["reason"]) for row in rows]
    assert ends[1] == ("comment", "2026-12-31", "##[error] soon")
    assert ends[-1] == ("baseline", None, "")
    assert lint_in(hidden, *arguments, "c.dockerfile", "--no-gitignore").out.count("\n") == 1


def test_show_suppressed_of_a_report_and_with_several_processes(hidden: Path, lint_in: LintIn) -> None:
    shown = lint_in(hidden, "--show-suppressed", "b.dockerfile", "c.dockerfile").out
    assert shown.count("until") == 4
    assert lint_in(hidden, "--show-suppressed", "--jobs", "2", "b.dockerfile", "c.dockerfile").out == shown
    (hidden / "r.json").write_text(lint_in(hidden, "--format", "json", "-o", "json=x", ".").out)
    again = lint_in(hidden, "--show-suppressed", "--from-report", "r.json").out
    assert again.replace("r/", "") == shown


def test_show_suppressed_without_anything_suppressed(tmp_path: Path, lint_in: LintIn) -> None:
    (tmp_path / "Dockerfile").write_text(OUTDATED)
    assert lint_in(tmp_path, "--show-suppressed").out == ""
    assert lint_in(tmp_path, "--show-suppressed", "--format", "json").out == "[]\n"


@pytest.mark.parametrize(
    ("config", "shown", "hidden"),
    [
        pytest.param("", "[unused-suppression]", "too far ahead", id="no settings"),
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
            id="required terms",
        ),
    ],
)
def test_settings_for_suppressions(
    tmp_path: Path, lint_in: LintIn, config: str, shown: str, hidden: str
) -> None:
    (tmp_path / "Dockerfile").write_text(
        f"# lint-runtime: ignore[amd64-only] until=2026-12-01 -- x\n{OUTDATED}"
    )
    (tmp_path / ".lint-runtime.toml").write_text(config)
    out = lint_in(tmp_path).out
    assert shown in out
    assert hidden not in out


def test_an_expired_suppression_in_the_command(tmp_path: Path, lint_in: LintIn) -> None:
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
