"""Linting one file: baselines, outranked findings, reports and the inventory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from lint_runtime.config.keys import read_config
from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Diagnostic, Location, Severity, Suppression, SuppressionKind, Target
from lint_runtime.dockerfile.platforms import parse_platform
from lint_runtime.linter.engine import drop_outranked, enabled, lint_file, rules_to_silence
from lint_runtime.linter.inventory import series_in, take_inventory
from lint_runtime.linter.report import Report
from lint_runtime.rules import RULES
from lint_runtime.rules.base import Topic
from tests.conftest import AS_OF, TABLE

RUNTIME = "quay.io/astronomer/astro-runtime"
THREE = "astrocrpublic.azurecr.io/runtime"
OUTDATED = f"FROM {RUNTIME}:13.6.0\n"
BASELINE = Suppression(SuppressionKind.BASELINE)


def _lint(
    source: str,
    config: Config | None = None,
    baseline: Mapping[tuple[str, str], int] | None = None,
    *,
    today: date = AS_OF,
    honors_comments: bool = True,
) -> Report:
    known = TABLE.as_of(today)
    data = source.encode("utf-8", "surrogateescape")
    return lint_file(data, "D", config or Config(), known, baseline, honors_comments=honors_comments)


def _rules(findings: tuple[Diagnostic, ...]) -> list[tuple[int, str]]:
    return [(finding.line, finding.rule) for finding in findings]


# --- Baselines ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "active", "suppressed"),
    [
        (0, [2, 3, 4], []),
        (1, [3, 4], [2]),
        (2, [4], [2, 3]),
        (3, [], [2, 3, 4]),
        (4, [], [2, 3, 4]),
    ],
)
def test_a_baseline_suppresses_as_many_findings_as_it_counts(
    count: int, active: list[int], suppressed: list[int]
) -> None:
    source = "ARG A=a\n" + "".join(f"FROM {RUNTIME}:13.6.0 AS {name}\n" for name in "xyz")
    counts = {("outdated-release", f"{RUNTIME}:13.6.0"): count, ("outdated-release", "other"): 9}
    report = _lint(source, baseline=counts)
    assert [finding.line for finding in report.diagnostics] == active
    assert [finding.line for finding in report.suppressed] == suppressed
    assert {finding.suppression for finding in report.suppressed} <= {BASELINE}
    assert counts["outdated-release", f"{RUNTIME}:13.6.0"] == count


def test_findings_of_one_rule_at_one_location_are_one_in_a_baseline() -> None:
    source = f"FROM {RUNTIME}:13.11.0-python-3.8-slim-base\nFROM {THREE}:3.3-8-python-3.8-slim\n"
    config = Config(select=frozenset(["unavailable-variant"]))
    assert _rules(_lint(source, config).diagnostics) == [
        (1, "unavailable-variant"),
        (2, "unavailable-variant"),
        (2, "unavailable-variant"),
    ]
    counts = {("unavailable-variant", f"{THREE}:3.3-8-python-3.8-slim"): 1}
    report = _lint(source, config, counts)
    assert _rules(report.diagnostics) == [(1, "unavailable-variant")]
    assert _rules(report.suppressed) == [(2, "unavailable-variant")] * 2


def test_a_baseline_records_an_end_under_one_name() -> None:
    image = f"{RUNTIME}:12.5.0"
    counts = {("end-of-maintenance", image): 1}
    for today, rule in (
        (date(2026, 1, 15), "maintenance-ending"),
        (date(2026, 6, 1), "end-of-maintenance"),
        (date(2027, 6, 1), "end-of-basic-support"),
    ):
        config = Config(ignore=frozenset(["outdated-release"]))
        assert _rules(_lint(f"FROM {image}\n", config, today=today).diagnostics) == [(1, rule)]
        report = _lint(f"FROM {image}\n", config, counts, today=today)
        assert (_rules(report.diagnostics), _rules(report.suppressed)) == ([], [(1, rule)])


def test_a_comment_comes_before_a_baseline() -> None:
    source = f"# lint-runtime: ignore[outdated-release] -- why\n{OUTDATED}FROM {RUNTIME}:13.6.0\n"
    report = _lint(source, baseline={("outdated-release", f"{RUNTIME}:13.6.0"): 1})
    assert [finding.suppression for finding in report.suppressed] == [
        Suppression(SuppressionKind.COMMENT, "why"),
        BASELINE,
    ]


def test_findings_about_comments_can_be_in_a_baseline() -> None:
    source = f"# lint-runtime: ignore[prerelease]\nFROM {RUNTIME}:13.11.0\n"
    counts = {("unused-suppression", "lint-runtime: ignore[prerelease]"): 1}
    report = _lint(source, baseline=counts)
    assert (_rules(report.diagnostics), _rules(report.suppressed)) == ([], [(1, "unused-suppression")])


def test_a_baseline_records_a_finding_with_the_findings_it_outranks() -> None:
    source = f"FROM {RUNTIME}:9.1.0\n"
    counts = dict.fromkeys(
        [("yanked-release", f"{RUNTIME}:9.1.0"), ("end-of-maintenance", f"{RUNTIME}:9.1.0")], 1
    )
    report = _lint(source, baseline=counts)
    assert (_rules(report.diagnostics), _rules(report.suppressed)) == ([], [(1, "yanked-release")])
    outranked = ["end-of-basic-support", "end-of-maintenance"]
    assert [finding.rule for finding in report.outranked] == outranked
    assert [finding.suppression for finding in report.outranked] == [BASELINE] * 2
    # The report keeps the suppressions of outranked findings, because a recheck may report those findings.
    assert report.suppressions == (dict.fromkeys(outranked, BASELINE),)
    # If only end-of-maintenance is in the baseline, yanked-release is reported.
    del counts["yanked-release", f"{RUNTIME}:9.1.0"]
    report = _lint(source, baseline=counts)
    assert _rules(report.diagnostics) == [(1, "yanked-release")]
    assert _rules(report.suppressed) == [(1, "end-of-basic-support")]
    assert [finding.rule for finding in report.outranked] == ["end-of-maintenance"]


# --- Ranks -------------------------------------------------------------------------------------------


def _finding(
    rule: str, severity: Severity = Severity.ERROR, suppression: Suppression | None = None
) -> Diagnostic:
    return Diagnostic("D", Target(Location(1, 6, 1, 9), "x"), rule, severity, "m", suppression=suppression)


COMMENT = Suppression(SuppressionKind.COMMENT)
YANKED, UNSUPPORTED, ENDED = "yanked-release", "end-of-basic-support", "end-of-maintenance"


@pytest.mark.parametrize(
    ("findings", "active", "suppressed", "outranked"),
    [
        pytest.param([_finding(YANKED), _finding(ENDED), _finding("floating-tag")], ["floating-tag", YANKED], [], [ENDED], id="active"),
        pytest.param([_finding(YANKED, Severity.WARNING), _finding(ENDED)], [ENDED], [], [YANKED], id="a lower severity"),
        pytest.param([_finding(YANKED, Severity.WARNING), _finding(ENDED, Severity.WARNING)], [YANKED], [], [ENDED], id="the same lower severity"),
        pytest.param([_finding(YANKED, suppression=COMMENT), _finding(ENDED)], [ENDED], [YANKED], [], id="a suppressed yank"),
        pytest.param([_finding(UNSUPPORTED, suppression=COMMENT), _finding(ENDED)], [], [UNSUPPORTED], [ENDED], id="a suppressed end"),
        pytest.param([_finding(UNSUPPORTED, Severity.INFO, COMMENT), _finding(ENDED)], [], [UNSUPPORTED], [ENDED], id="a suppressed end of a lower severity"),
        pytest.param([_finding(YANKED), _finding(ENDED, suppression=COMMENT)], [YANKED], [ENDED], [], id="a suppressed end of a yanked release"),
        pytest.param([_finding(YANKED, Severity.INFO), _finding(ENDED, suppression=COMMENT)], [YANKED], [ENDED], [], id="a lower severity than a suppressed end"),
        pytest.param([_finding(YANKED, suppression=BASELINE), _finding(ENDED, suppression=BASELINE)], [], [YANKED], [ENDED], id="both in the baseline"),
        pytest.param([_finding(YANKED, suppression=COMMENT), _finding(ENDED, suppression=BASELINE)], [], [ENDED, YANKED], [], id="one in the baseline"),
        pytest.param([_finding(YANKED, suppression=BASELINE), _finding(ENDED)], [ENDED], [YANKED], [], id="an end that is not in the baseline"),
        pytest.param([_finding("newer-rule"), _finding(ENDED), _finding("newer-too", suppression=BASELINE)], [ENDED, "newer-rule"], ["newer-too"], [], id="rules of a newer version"),
    ],
)  # fmt: skip
def test_ranks(
    findings: list[Diagnostic], active: list[str], suppressed: list[str], outranked: list[str]
) -> None:
    groups = drop_outranked(reversed(findings))
    assert [[finding.rule for finding in group] for group in groups] == [active, suppressed, outranked]


def test_findings_at_other_locations_are_not_outranked() -> None:
    elsewhere = _finding(ENDED)._replace(target=Target(Location(2, 6, 2, 9), "x"))
    active, _, outranked = drop_outranked([elsewhere, _finding(YANKED)])
    assert ([finding.rule for finding in active], outranked) == ([YANKED, ENDED], ())


def test_the_rules_in_a_comment_that_silences_a_finding() -> None:
    report = _lint(f"FROM {RUNTIME}:9.1.0-base AS a\nFROM {RUNTIME}:9.1.0\n")
    here = [finding for finding in (*report.diagnostics, *report.outranked) if finding.line == 2]
    here.append(_finding("floating-tag")._replace(target=here[0].target))
    by_rule = {finding.rule: finding for finding in here}
    ends = (YANKED, UNSUPPORTED)
    assert rules_to_silence(by_rule[YANKED], iter(here)) == ends
    assert rules_to_silence(by_rule["floating-tag"], here) == ("floating-tag",)
    # The rule of a suppressed finding is left out.
    here = [
        finding._replace(suppression=COMMENT if finding.rule == UNSUPPORTED else None) for finding in here
    ]
    assert rules_to_silence(by_rule[YANKED], here) == (YANKED,)


def test_advice_names_what_fix_writes_instead_of_the_destination() -> None:
    day = date(2027, 3, 1)
    for tag, advice in {
        "3.0-9": "{}; --fix writes 3.0-18",
        "3.0": "{}; --fix --unsafe-fixes writes 3.0-18",
        "3.0-18": "{}",
    }.items():
        first, *others = _lint(f"FROM {THREE}:{tag}\n", today=day).diagnostics
        assert first.help == advice.format("upgrade to 3.3-8 (Airflow 3.3, maintained until 2028-07-31)"), (
            tag
        )
        assert [other.help for other in others] in ([], ["upgrade to 3.3-8"]), tag


# --- Reports -----------------------------------------------------------------------------------------


def test_which_rules_run() -> None:
    def names(config: Config) -> list[str]:
        return [rule.name for rule in enabled(config)]

    default = [rule.name for rule in RULES if rule.name != "not-lts"]
    assert names(Config()) == default
    assert names(Config(extend_select=frozenset(["not-lts"]))) == [rule.name for rule in RULES]
    assert names(Config(severity={"not-lts": Severity.INFO})) == [rule.name for rule in RULES]
    assert names(Config(severity={"not-lts": None})) == default
    assert names(Config(severity={"parse-error": None})) == default[1:]
    selected = frozenset(["prerelease", "parse-error"])
    assert names(Config(select=selected)) == ["parse-error", "prerelease"]
    assert names(Config(select=selected, ignore=frozenset(["prerelease"]))) == ["parse-error"]
    assert names(Config(select=selected, extend_select=frozenset(["digest-only"]))) == [
        *("parse-error", "prerelease", "digest-only"),
    ]
    assert names(Config(extend_select=frozenset(["not-lts"]), ignore=frozenset(["not-lts"]))) == default


LIFECYCLE = {rule.name for rule in RULES if rule.topic is Topic.LIFECYCLE}
YANKED, UNSUPPORTED = "yanked-release", "end-of-basic-support"


@pytest.mark.parametrize(
    ("document", "running"),
    [
        pytest.param({"select": ["lifecycle"]}, LIFECYCLE, id="select"),
        pytest.param({"ignore": ["lifecycle"]}, set(), id="ignore"),
        pytest.param({"extend-select": ["lifecycle"]}, LIFECYCLE, id="extend-select"),
        pytest.param({"severity": {"lifecycle": "off"}}, set(), id="off"),
        pytest.param({"severity": {"lifecycle": "info"}}, LIFECYCLE - {"not-lts"}, id="a severity enables no rule"),
        pytest.param({"select": ["tags"], "severity": {"lifecycle": "info"}}, set(), id="select another topic"),
        pytest.param({"select": ["lifecycle"], "ignore": [YANKED]}, LIFECYCLE - {YANKED}, id="select a topic, ignore a rule"),
        pytest.param({"select": [YANKED], "ignore": ["lifecycle"]}, {YANKED}, id="select a rule, ignore its topic"),
        pytest.param({"ignore": ["lifecycle"], "extend-select": [YANKED]}, {YANKED}, id="extend-select a rule, ignore its topic"),
        pytest.param({"ignore": ["lifecycle"], "severity": {YANKED: "info"}}, {YANKED}, id="the severity of a rule, ignore its topic"),
        pytest.param({"severity": {"lifecycle": "off", YANKED: "info"}}, {YANKED}, id="a topic off, a rule on"),
        pytest.param({"severity": {YANKED: "info", "lifecycle": "off"}}, {YANKED}, id="a rule on, a topic off"),
        pytest.param({"severity": {"lifecycle": "info", YANKED: "off"}}, LIFECYCLE - {YANKED, "not-lts"}, id="a topic on, a rule off"),
        pytest.param({"select": [YANKED], "severity": {"lifecycle": "off"}}, {YANKED}, id="select a rule, its topic off"),
        pytest.param({"select": ["lifecycle"], "severity": {"lifecycle": "off"}}, set(), id="select a topic, the topic off"),
        pytest.param({"select": ["lifecycle"], "severity": {"lifecycle": "off", YANKED: "info"}}, {YANKED}, id="select a topic, the topic off but a rule"),
        pytest.param({"select": ["lifecycle"], "ignore": ["lifecycle"]}, set(), id="select and ignore a topic"),
        pytest.param({"select": ["lifecycle", YANKED], "ignore": ["lifecycle", UNSUPPORTED]}, {YANKED}, id="select and ignore a topic and rules"),
        pytest.param({"select": [YANKED], "ignore": [YANKED, "tags"]}, set(), id="select and ignore a rule"),
    ],
)  # fmt: skip
def test_the_own_settings_of_a_rule_beat_those_of_its_topic(
    document: dict[str, object], running: set[str]
) -> None:
    config, problems = read_config(document)
    assert problems == []
    assert {rule.name for rule in enabled(config)} & LIFECYCLE == running


@pytest.mark.parametrize(
    ("severity", "severities"),
    [
        ({"lifecycle": "info"}, ["info", "info"]),
        ({"lifecycle": "info", YANKED: "warning"}, ["warning", "info"]),
        ({UNSUPPORTED: "warning", "lifecycle": "info"}, ["info", "warning"]),
        ({"platforms": "info"}, ["error", "error"]),
    ],
)
def test_the_severity_of_a_topic(severity: dict[str, str], severities: list[str]) -> None:
    config, _ = read_config({"severity": severity})
    found = {
        finding.rule: finding.severity
        for number in ("13.5.0", "9.7.0")
        for finding in _lint(f"FROM {RUNTIME}:{number}\n", config).diagnostics
    }
    assert [found[YANKED], found[UNSUPPORTED]] == severities


def test_severities() -> None:
    source = f"FROM {RUNTIME}:3.1-21\n"
    severities = {finding.rule: finding.severity for finding in _lint(source).diagnostics}
    # The default severity of the rule is WARNING. For images with Airflow 3, it is INFO.
    assert severities["wrong-repository"] is Severity.INFO
    config = Config(severity={"wrong-repository": Severity.ERROR})
    severities = {finding.rule: finding.severity for finding in _lint(source, config).diagnostics}
    assert severities["wrong-repository"] is Severity.ERROR


def test_lines_of_findings_and_edits() -> None:
    source = f"# a\nARG V=13.6.0\n# b\nFROM \\\n  {RUNTIME}:$V\nRUN caf\udce9\n{OUTDATED}RUN x"
    report = _lint(source)
    assert dict(report.lines) == {
        2: "ARG V=13.6.0\n",
        5: f"  {RUNTIME}:$V\n",
        7: OUTDATED,
    }
    assert _lint("RUN caf\udce9").lines == {1: "RUN caf\udce9"}
    assert _lint(f"FROM {RUNTIME}:13.11.0\n").lines == {}
    suppressed = _lint(f"# lint-runtime: ignore[outdated-release]\n{OUTDATED}")
    assert suppressed.lines == {2: OUTDATED}


def test_a_fix_that_a_suppressed_finding_needs_is_dropped() -> None:
    source = f"ARG V=13.6.0\nFROM {RUNTIME}:$V AS a\n# lint-runtime: ignore[outdated-release]\nFROM {RUNTIME}:$V-base\n"
    report = _lint(source)
    assert [(finding.line, finding.fix) for finding in report.diagnostics] == [(1, None)]
    (suppressed,) = report.suppressed
    assert suppressed.fix
    (finding,) = _lint(source.replace("# lint", "# no ")).diagnostics[:1]
    assert finding.fix == suppressed.fix


def test_a_fix_that_an_active_finding_at_the_same_image_needs_stays() -> None:
    source = f"# lint-runtime: ignore[outdated-release]\nFROM {RUNTIME}:13.5.0\n"
    report = _lint(source, Config(severity={"yanked-release": Severity.INFO}))
    (finding,) = report.diagnostics
    assert finding.rule == "yanked-release"
    assert finding.fix
    assert report.suppressed[0].fix
    assert report.suppressed[0].fix.edits == finding.fix.edits


@pytest.mark.parametrize(
    ("comment", "note"),
    [
        ("", "the comment that suppresses it is ignored (--no-suppressions)"),
        (
            " -- as \x1b said",
            "the comment that suppresses it (as \\x1b said) is ignored (--no-suppressions)",
        ),
        (
            " until=2026-12-31",
            "the comment that suppresses it until 2026-12-31 is ignored (--no-suppressions)",
        ),
        (
            " until=2026-12-31 -- x",
            "the comment that suppresses it until 2026-12-31 (x) is ignored (--no-suppressions)",
        ),
    ],
)
def test_comments_that_do_not_count_are_notes(comment: str, note: str) -> None:
    image = f"FROM {RUNTIME}:13.6.0 AS"
    source = f"# lint-runtime: ignore[outdated-release]{comment}\n{image} a\n{image} b\n"
    report = _lint(source, honors_comments=False)
    first, second = report.diagnostics
    assert first.notes == (*second.notes, note)
    assert (first.overruled is None, second.overruled, first.suppression) == (False, None, None)
    assert (report.comments, report.suppressions, report.suppressed) == ((), (), ())


def test_other_findings_have_no_note_on_comments_that_do_not_count() -> None:
    report = _lint(
        "# lint-runtime: ignore[prerelease]\n# lint-runtime: ignore\nFROM x\n", honors_comments=False
    )
    # The run does not match comments with findings, so it reports no unused-suppression.
    assert _rules(report.diagnostics) == [(2, "invalid-suppression")]


def test_suppressions_by_stage() -> None:
    source = (
        "# lint-runtime: ignore-file[prerelease] until=2026-12-31 -- file\n"
        "# lint-runtime: ignore[prerelease,floating-tag] until=2026-11-30 -- short\n"
        "# lint-runtime: ignore[floating-tag] -- long\n"
        "ARG V=13.11.0\n"
        "# lint-runtime: ignore[prerelease] -- platform\n"
        "ARG P=linux/amd64\n"
        f"FROM {RUNTIME}:$V AS a\n"
        f"FROM --platform=$P {RUNTIME}:13.11.0 AS b\n"
        "# lint-runtime: ignore[digest-only] -- copy\n"
        f"COPY --from={RUNTIME}:13.11.0 a b\n"
    )
    config = Config(ignore=frozenset(["unused-suppression"]))
    report = _lint(source, config)
    reasons = [
        {rule: suppression.reason for rule, suppression in by_rule.items()}
        for by_rule in report.suppressions
    ]
    assert reasons == [
        {"prerelease": "file", "floating-tag": "long"},
        {"prerelease": "platform"},
        {"prerelease": "file", "digest-only": "copy"},
    ]
    assert [comment.suppression.reason for comment in report.comments] == [
        "file",
        "short",
        "long",
        "platform",
        "copy",
    ]
    assert _lint(f"FROM {RUNTIME}:13.11.0\n").suppressions == ()


def test_stages_and_uses_have_their_images() -> None:
    report = _lint(
        f"FROM {RUNTIME}:13.11.0 AS a\nFROM python\nCOPY --from={RUNTIME}:12.5.0 a b\nCOPY --from=a a b\n"
    )
    assert [(stage.line, image and str(image.tag)) for stage, image in report.stages] == [
        (1, "13.11.0"),
        (2, None),
    ]
    assert [(stage.line, image and str(image.tag)) for stage, image in report.uses] == [(3, "12.5.0")]
    assert series_in(report) == {"13", "12"}
    assert report.table is TABLE


# --- The inventory -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "statuses"),
    [
        pytest.param(f"FROM {RUNTIME}:13.11.0", ["maintained"], id="maintained"),
        pytest.param(f"FROM {RUNTIME}:13.6.0", ["maintained"], id="outdated"),
        pytest.param(f"FROM {RUNTIME}:12.5.0", ["basic support"], id="basic support"),
        pytest.param(f"FROM {RUNTIME}:9.7.0", ["unsupported"], id="unsupported"),
        pytest.param(f"FROM {RUNTIME}:9.1.0", ["yanked"], id="yanked"),
        pytest.param(f"FROM {RUNTIME}:latest", ["unknown"], id="a floating tag"),
        pytest.param(f"FROM {RUNTIME}:13.x", ["unusable"], id="an invalid tag"),
        pytest.param(f"FROM {RUNTIME}:13.11.0-python-3.8", ["unusable"], id="an unavailable variant"),
        pytest.param(f"FROM {RUNTIME}:9.7.0-ubi9", ["unsupported"], id="an unavailable variant of an ended series"),
        pytest.param(f"ARG V\nFROM {RUNTIME}:$V", ["not checked"], id="a variable without a value"),
        pytest.param(f"ARG V\nFROM {RUNTIME}:13.11-$V", ["not checked"], id="a tag that ends with a variable"),
        pytest.param(f"ARG V\nFROM {RUNTIME}:9.1.0$V", ["yanked"], id="a variable that may add a suffix"),
        pytest.param(f"FROM {RUNTIME}:13.11-$V", ["unusable"], id="an undeclared variable"),
        pytest.param("ARG V\nFROM quay.io/astronomer/ap-airflow:2.4.3-4$V", ["unusable"], id="a retired image with a variable"),
        pytest.param("ARG V\n# lint-runtime: ignore[unresolved-variable]\nFROM $V", ["not checked"], id="a suppressed finding about a variable"),
        pytest.param("FROM python", [], id="another image"),
        pytest.param("FROM python:", ["no image"], id="another image that is invalid"),
        pytest.param("FROM hub.example/astronomer/astro-runtime:9.7.0", ["no image"], id="an apparent mirror"),
        pytest.param(f"FROM --platform=linux/x {RUNTIME}:13.11.0", ["unusable"], id="an invalid platform"),
        pytest.param(f"# lint-runtime: ignore\nFROM {RUNTIME}:13.11.0", ["maintained", "no image"], id="an invalid comment"),
        pytest.param(f"FROM {RUNTIME}:13.11.0\nRUN <<E", ["maintained", "no image"], id="a syntax error"),
    ],
)  # fmt: skip
def test_statuses_in_an_inventory(source: str, statuses: list[str]) -> None:
    assert [entry.status.value for entry in take_inventory(_lint(source), AS_OF)] == statuses


def test_the_step_to_airflow_3_is_named_180_days_ahead() -> None:
    step = (
        "next step, to Airflow 3: astrocrpublic.azurecr.io/runtime:3.3-8-base (maintained until 2028-07-31)"
    )
    for tag in ("13.11.0-base", "13.6.0-base", "12.6.0-base"):
        for day, expected in ((date(2026, 10, 31), ""), (date(2026, 11, 1), step)):
            (entry,) = take_inventory(_lint(f"FROM {RUNTIME}:{tag}", today=day), day)
            assert entry.next_step == expected, (tag, day)
    day = date(2027, 4, 1)
    (entry,) = take_inventory(_lint("FROM astrocrpublic.azurecr.io/runtime:3.0-18", today=day), day)
    assert entry.next_step == ""


def test_an_entry_of_an_inventory() -> None:
    source = f"# lint-runtime: ignore\nFROM --platform=linux/s390x {RUNTIME}:12.6.0-ubi9-python-3.11 AS a\n"
    image, comment = take_inventory(_lint(source), AS_OF)
    assert (image.path, image.line, image.image) == ("D", 2, f"{RUNTIME}:12.6.0-ubi9-python-3.11")
    assert image.runtime
    assert (image.runtime.python, image.runtime.os) == ("3.11", "UBI 9")
    assert image.lifecycle
    assert image.lifecycle.name == "Astro Runtime 12.6.0"
    assert {(end.product, end.cycle) for end in image.upstream} == {
        ("airflow", "2"),
        ("python", "3.11"),
        ("rhel", "9"),
    }
    assert [finding.rule for finding in image.findings] == ["unsupported-platform", "end-of-maintenance"]
    assert image.action == "upgrade to 13.11.0-ubi9-python-3.11 (Airflow 2.11, maintained until 2027-04-30)"
    assert image.comparison
    assert image.comparison.after.name == "13.11.0-ubi9-python-3.11"
    assert image.sort_key == (3, date(2026, 2, 28), "D", 2)
    assert (comment.line, comment.image, comment.sort_key) == (1, "", (9, date.max, "D", 1))
    assert [finding.rule for finding in comment.findings] == ["invalid-suppression"]


# --- Images that depend on the platform ---------------------------------------------------------------

BOTH = f"ARG V=${{TARGETARCH/amd64/9.1.0}}\nARG W=${{V/arm64/9.7.0}}\nFROM {RUNTIME}:$W\n"
ON_AMD64, ON_ARM64 = f"{RUNTIME}:9.1.0", f"{RUNTIME}:9.7.0"


def _platform_findings(report: Report) -> list[tuple[str, str]]:
    return [(finding.rule, finding.message.partition(":")[0]) for finding in report.diagnostics]


@pytest.mark.parametrize(
    ("source", "targets", "findings"),
    [
        pytest.param(BOTH, "", [("end-of-basic-support", "On linux/arm64"), ("yanked-release", "On linux/amd64")], id="both"),
        pytest.param(BOTH, "linux/arm64", [("end-of-basic-support", "On linux/arm64")], id="one target"),
        pytest.param(BOTH, "linux/amd64 linux/amd64/v2", [("yanked-release", "Astro Runtime 9.1.0 was yanked")], id="two targets, one image"),
        pytest.param(BOTH.replace("9.1.0", "x").replace("9.7.0", "x"), "", [("invalid-tag", "Invalid tag 'x'")], id="the same image"),
        pytest.param(f"FROM {RUNTIME}${{TARGETARCH/arm64/:5.0.8}}", "", [("amd64-only", "On linux/arm64"), ("end-of-maintenance", "On linux/arm64"), ("unknown-repository", "On linux/amd64")], id="without a tag on the other platform"),
        pytest.param(f"FROM python AS arm64\nFROM {RUNTIME}:9.1.0 AS amd64\nFROM $TARGETARCH", "", [("yanked-release", "Astro Runtime 9.1.0 was yanked")], id="a stage"),
        pytest.param("FROM r.example/$TARGETARCH/astronomer/astro-runtime:9.1.0", "", [("unmapped-mirror", "On linux/amd64"), ("unmapped-mirror", "On linux/arm64")], id="mirrors"),
    ],
)  # fmt: skip
def test_images_of_each_platform(source: str, targets: str, findings: list[tuple[str, str]]) -> None:
    config = Config(target_platforms=tuple(map(parse_platform, targets.split())))
    found = _platform_findings(_lint(source, config))
    assert [finding for finding in found if finding[0] != "floating-tag"] == findings


def test_an_unused_stage_is_reported_once() -> None:
    report = _lint(f"{BOTH}FROM python\n", Config(select=frozenset(["ignored-stage"])))
    assert _rules(report.diagnostics) == [(3, "ignored-stage")]


def test_a_baseline_has_the_image_of_one_platform() -> None:
    counts = {("yanked-release", ON_AMD64): 1, ("end-of-maintenance", ON_AMD64): 1}
    report = _lint(BOTH, baseline=counts)
    assert _platform_findings(report) == [("end-of-basic-support", "On linux/arm64")]
    assert [finding.subject for finding in report.suppressed] == [ON_AMD64]
    # Now both images are yanked. The baseline has yanked-release only for the image on amd64.
    report = _lint(BOTH.replace("9.7.0", "9.0.0"), baseline=counts | {("end-of-maintenance", ON_ARM64): 1})
    assert [finding.subject for finding in report.diagnostics] == [f"{RUNTIME}:9.0.0"]


def test_a_comment_suppresses_the_findings_of_each_platform() -> None:
    text = BOTH.replace("FROM", "# lint-runtime: ignore[yanked-release,end-of-basic-support]\nFROM")
    report = _lint(text)
    assert report.diagnostics == ()
    assert {finding.subject for finding in report.suppressed} == {ON_AMD64, ON_ARM64}


def test_the_image_of_each_platform_is_in_the_inventory() -> None:
    report = _lint(BOTH)
    assert [(stage.image, stage.target_platforms) for stage, _ in (*report.stages, *report.uses)] == [
        (ON_AMD64, (parse_platform("linux/amd64"),)),
        (ON_ARM64, (parse_platform("linux/arm64"),)),
    ]
