"""Reports of earlier runs, linted again by `--from-report`."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import shlex
import subprocess
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import lint_runtime
from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Diagnostic, Suppression, SuppressionKind, Target
from lint_runtime.dockerfile.references import ImageReference
from lint_runtime.errors import WrongDocumentError
from lint_runtime.files import MAX_DOCUMENT
from lint_runtime.formatters import FORMATTERS
from lint_runtime.lifecycle.load import embedded_table
from lint_runtime.lifecycle.model import Yank
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.update.refresh import dump_table
from lint_runtime.linter.engine import lint_file
from lint_runtime.linter.inventory import Step, take_inventory
from lint_runtime.linter.past_report import PastFile, PastReport
from lint_runtime.linter.recheck import recheck_file
from lint_runtime.linter.report import Report
from lint_runtime.rules import RULE_BY_NAME, RULES
from lint_runtime.text import portable_text
from tests.conftest import (
    AS_OF,
    FIXTURES,
    LINT,
    LINT_WITH_BAR,
    ROOT,
    Command,
    Result,
    copy_projects,
    count_calls,
    rendered,
    run_process,
    schema_errors,
)
from tests.dockerfile.test_conformance import CASES, _data
from tests.linter.conftest import peak_memory

TABLE = embedded_table()

DAY = ["--as-of", AS_OF.isoformat()]
RUNTIME = "quay.io/astronomer/astro-runtime"
OUTDATED = f"FROM {RUNTIME}:13.6.0\n"
UNSUPPORTED = f"FROM {RUNTIME}:9.7.0\n"
YANKED = f"FROM {RUNTIME}:9.1.0\n"
CURRENT = f"FROM {RUNTIME}:13.11.0\n"
SCHEMA = Path(lint_runtime.__file__).parent / "formatters/report.schema.json"
PROJECTS = {
    path.relative_to(ROOT).as_posix(): path.read_bytes()
    for path in (FIXTURES / "projects").rglob("*ockerfile")
}
SOURCES = {
    path.relative_to(ROOT).as_posix(): path.read_bytes()
    for path in FIXTURES.rglob("*ockerfile")
    if path.is_file()
}
SOURCES |= {f"cases/{case['name']}": _data(case) for case in CASES}


def _report(run: Command, file: Path, *arguments: object, source: str | None = None) -> dict[str, Any]:
    """Lint `source`, or the fixture projects if None. Write the JSON report to `file`, and return it."""
    given: tuple[object, ...] = (*arguments, *(["-"] if source is not None else []))
    directory = copy_projects(file.parent) if source is None else file.parent
    _, out, err = run(*DAY, "--format", "json", *given, cwd=directory, stdin=source or "")
    assert out, err
    file.write_text(out, encoding="utf-8")
    document: dict[str, Any] = json.loads(out)
    return document


def _text(document: dict[str, Any]) -> str:
    """Return the JSON text of a report in the layout of the command: one file per line."""
    members = []
    for key, value in document.items():
        text = json.dumps(value)
        if key == "files" and isinstance(value, list) and value:
            text = "[\n" + ",\n".join(f"    {json.dumps(file)}" for file in value) + "\n  ]"
        members.append(f"  {json.dumps(key)}: {text}")
    return "{\n" + ",\n".join(members) + "\n}\n"


def _again(run: Command, *arguments: object, cwd: Path, day: date = AS_OF, stdin: bytes = b"") -> Result:
    return run("--as-of", day, "--from-report", *arguments, cwd=cwd, stdin=stdin)


def _found(out: str) -> list[tuple[str, str]]:
    """Return the path and the rule of each finding in `out`, which has the format `text`."""
    return [(line.partition(":")[0], line.rpartition("[")[2][:-1]) for line in out.splitlines()]


def _linted(data: bytes, path: str, today: date, table: LifecycleTable = TABLE) -> Report:
    return lint_file(data, path, Config(extend_select=frozenset({"not-lts"})), table.as_of(today))


def _past(document: str, path: str = "x.json") -> list[PastFile]:
    """Read the files in the JSON text of a report."""
    return list(PastReport(path, io.BytesIO(document.encode())).files())


# Rechecking equals linting


def test_a_report_yields_the_text_of_its_run_below_its_label(tmp_path: Path, run: Command) -> None:
    _report(run, tmp_path / "a.json", "--label", "team/shop", "fixtures/projects")
    code, out, err = run(*DAY, "fixtures/projects", cwd=copy_projects(tmp_path))
    assert out.count("\n") > 5
    assert _again(run, "a.json", cwd=tmp_path) == (
        code,
        "".join(f"team/shop/{line}\n" for line in out.splitlines()),
        re.sub(r" \(1 fixable with [^)]*\)", "", err).replace("7 files", "7 files from 1 report"),
    )


def test_a_report_yields_every_format_of_its_run_without_fixes_and_lines() -> None:
    reports = [
        _unfixed(_linted(data, f"x/{path}", AS_OF))._replace(lines={}, label="x")
        for path, data in PROJECTS.items()
    ]
    document = rendered("json", [_linted(data, path, AS_OF) for path, data in PROJECTS.items()])
    again = [recheck_file(file, Config(), TABLE.as_of(AS_OF)) for file in _past(document)]
    for name in FORMATTERS:
        assert rendered(name, again) == rendered(name, reports), name


def test_the_command_writes_every_format(tmp_path: Path, run: Command) -> None:
    _report(run, tmp_path / "a.json", "fixtures/projects")
    for name in FORMATTERS:
        code, out, _ = _again(run, "a.json", "--format", name, "--output", f"{name}=file", cwd=tmp_path)
        assert (name, code) == (name, 1)
        assert ("billing" in out) is (name != "summary"), name
        assert (tmp_path / "file").read_text(encoding="utf-8") == out, name


def test_exit_codes_follow_the_options_of_this_run(tmp_path: Path, run: Command) -> None:
    _report(run, tmp_path / "a.json", "fixtures/projects")
    assert _again(run, "a.json", cwd=tmp_path).code == 1
    assert _again(run, "a.json", "--select", "amd64-only", cwd=tmp_path).code == 0
    assert _again(run, "a.json", "--select", "outdated-release", cwd=tmp_path).code == 0
    assert (
        _again(run, "a.json", "--select", "outdated-release", "--fail-on", "warning", cwd=tmp_path).code
        == 1
    )


def _unfixed(report: Report) -> Report:
    def unfixed(diagnostics: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
        return tuple(diagnostic._replace(fix=None, upgrade=None) for diagnostic in diagnostics)

    return report._replace(diagnostics=unfixed(report.diagnostics), suppressed=unfixed(report.suppressed))


def _view(report: Report, *, everything: bool) -> list[Diagnostic]:
    """Return the findings of a report, with only the fields that a recheck restores.

    everything: whether to include findings that a recheck can't reproduce, because their rules need the file
    """
    return [
        finding._replace(
            path="",
            fix=None,
            upgrade=None,
            message=portable_text(finding.message),
            # Remove the part about --fix: a recheck doesn't know what --fix would write.
            help=finding.help.partition("; --fix ")[0],
            target=Target(finding.location, portable_text(finding.subject)),
        )
        for finding in report.findings
        if everything or RULE_BY_NAME[finding.rule].is_repeatable
    ]


def test_a_report_rechecked_for_its_own_day_is_unchanged() -> None:
    reports = [_linted(data, path, AS_OF) for path, data in SOURCES.items()]
    past = _past(rendered("json", reports))
    assert len(past) == len(reports) > 100
    config = Config(extend_select=frozenset({"not-lts"}))
    for report, file in zip(reports, past, strict=True):
        again = recheck_file(file, config, TABLE.as_of(AS_OF))
        assert _view(again, everything=True) == _view(report, everything=True), report.path
        before, after = (json.loads(rendered("json", [each]))["files"][0] for each in (report, again))
        keys = ("table", "stages", "uses")
        assert [after[key] for key in keys] == [before[key] for key in keys], report.path


DAYS = st.dates(date(2021, 6, 1), date(2030, 12, 31))


@pytest.mark.once
@given(DAYS, DAYS, st.integers(0, 7))
@settings(phases=[Phase.explicit, Phase.generate])
def test_rechecking_a_report_for_another_day_equals_linting_on_that_day(
    written: date, day: date, start: int
) -> None:
    sources = dict(list(SOURCES.items())[start::8])
    document = rendered("json", [_linted(data, path, written) for path, data in sources.items()])
    config = Config(extend_select=frozenset({"not-lts"}))
    for (path, data), file in zip(sources.items(), _past(document), strict=True):
        again, linted = recheck_file(file, config, TABLE.as_of(day)), _linted(data, "", day)
        assert _unreasoned(again) == _unreasoned(linted), path
        assert _steps(again, day) == _steps(linted, day), path


def _steps(report: Report, day: date) -> list[Step | None]:
    """Return the step for each Runtime image. None means that there is nothing to do."""
    return [entry.step for entry in take_inventory(report, day) if entry.runtime]


def _unreasoned(report: Report) -> list[Diagnostic]:
    """Return the findings without the reason and the last day of their suppressions.

    A recheck may differ in these two fields: if two comments suppress a finding, a report keeps only the
    comment with the later last day.
    """
    return [
        finding._replace(
            suppression=finding.suppression and finding.suppression._replace(reason="", until=None)
        )
        for finding in _view(report, everything=False)
    ]


def test_rules_that_need_the_file_are_not_run_again() -> None:
    assert {rule.name for rule in RULES if not rule.is_repeatable} == {
        "parse-error",
        "template-placeholder",
        "unknown-instruction",
        "foreign-frontend",
        "unresolved-variable",
        "disallowed-version",
        "invalid-platform",
        "target-platform",
        "ignored-stage",
        "invalid-manifest",
        "airflow-mismatch",
        "mismatched-agent",
        "undeclared-dockerfile",
        "invalid-suppression",
        "expired-suppression",
        "unused-suppression",
    }


def test_findings_before_on_and_after_an_end(tmp_path: Path, run: Command) -> None:
    _report(run, tmp_path / "a.json", source=CURRENT)
    assert _again(run, "a.json", cwd=tmp_path)[:2] == (0, "")
    code, out, err = _again(run, "a.json", cwd=tmp_path, day=date(2027, 4, 1))
    assert (code, _found(out)) == (0, [("a/<stdin>", "maintenance-ending")])
    assert err.endswith(
        "1 warning in 1 file from 1 report with 1 Runtime image, as of 2027-04-01 (lifecycle data of 2026-10-06)\n"
    )
    code, out, _ = _again(run, "a.json", cwd=tmp_path, day=date(2027, 5, 1))
    assert (code, _found(out)) == (1, [("a/<stdin>", "end-of-maintenance")])
    assert _again(run, "a.json", "--warn-within", 217, cwd=tmp_path)[1].count("maintenance-ending") == 1


# Suppressions


def test_a_suppression_holds_through_its_last_day(tmp_path: Path, run: Command) -> None:
    source = f"# lint-runtime: ignore[outdated-release] until=2026-12-31 -- later\n{OUTDATED}"
    _report(run, tmp_path / "a.json", source=source)
    for day, suppressed, active in (
        (date(2026, 12, 31), 1, []),
        (date(2027, 1, 1), 0, ["outdated-release"]),
    ):
        report = json.loads(_again(run, "a.json", "--format", "json", cwd=tmp_path, day=day)[1])
        findings = report["files"][0]["findings"]
        assert report["summary"]["suppressed"] == suppressed
        assert [finding["rule"] for finding in findings if not finding["suppression"]] == active


def test_a_suppression_of_a_kept_finding_expires(tmp_path: Path, run: Command) -> None:
    source = "# lint-runtime: ignore[parse-error] until=2026-12-31\nFROM a b c\n"
    _report(run, tmp_path / "a.json", source=source)
    assert _again(run, "a.json", cwd=tmp_path)[:2] == (0, "")
    assert _again(run, "a.json", cwd=tmp_path, day=date(2026, 12, 31))[:2] == (0, "")
    assert _again(run, "a.json", cwd=tmp_path, day=date(2027, 1, 1))[0] == 1


def test_a_comment_suppresses_its_rules_and_a_baseline_suppresses_the_whole_end(
    tmp_path: Path, run: Command
) -> None:
    source = f"FROM {RUNTIME}:12.5.0\n"
    (tmp_path / "Dockerfile").write_text(source)
    run(*DAY, "--write-baseline", "known.json", "Dockerfile", cwd=tmp_path)
    _, out, _ = run(*DAY, "--baseline", "known.json", "--format", "json", "Dockerfile", cwd=tmp_path)
    (tmp_path / "a.json").write_text(out)
    _report(run, tmp_path / "b.json", source=f"# lint-runtime: ignore[end-of-maintenance]\n{source}")
    assert _again(run, "a.json", "b.json", cwd=tmp_path)[:2] == (0, "")
    _, out, _ = _again(run, "a.json", "b.json", cwd=tmp_path, day=date(2027, 3, 1))
    assert _found(out) == [("b/<stdin>", "end-of-basic-support")]


def test_a_baseline_suppresses_outranked_findings_in_a_report(tmp_path: Path, run: Command) -> None:
    (tmp_path / "Dockerfile").write_text(YANKED)
    run(*DAY, "--write-baseline", "known.json", "Dockerfile", cwd=tmp_path)
    _, out, _ = run(*DAY, "--baseline", "known.json", "--format", "json", "Dockerfile", cwd=tmp_path)
    assert schema_errors(out, SCHEMA) == []
    (tmp_path / "a.json").write_text(out)
    code, out, err = _again(run, "a.json", cwd=tmp_path, day=date(2027, 3, 1))
    assert (code, out) == (0, "")
    assert "no problems, 1 suppressed in 1 file from 1 report" in err
    # If yanked-release is ignored, the finding that it outranked appears. The baseline suppresses this one, too.
    assert _again(run, "a.json", "--ignore", "yanked-release", cwd=tmp_path)[:2] == (0, "")


def test_a_comment_takes_precedence_over_a_baseline() -> None:
    past = _past(rendered("json", [_linted(f"FROM {RUNTIME}:12.5.0\n".encode(), "D", AS_OF)]))[0]
    (finding,) = past.findings
    comment, baseline = Suppression(SuppressionKind.COMMENT, "known"), Suppression(SuppressionKind.BASELINE)
    both = [
        finding._replace(rule="end-of-basic-support", suppression=comment),
        finding._replace(rule="end-of-maintenance", suppression=baseline),
    ]
    for findings in (both, both[::-1]):
        again = recheck_file(
            past._replace(findings=tuple(findings)), Config(), TABLE.as_of(date(2027, 3, 1))
        )
        suppressions = {finding.rule: finding.suppression for finding in again.findings}
        assert suppressions["end-of-basic-support"] == comment


# Origins


def test_reports_with_the_same_name_and_paths_are_separate(tmp_path: Path, run: Command) -> None:
    for directory in ("x", "y", "z"):
        (tmp_path / directory).mkdir()
        _report(run, tmp_path / directory / "lint.json", source=UNSUPPORTED)
    paths = ["x/lint.json", "y/lint.json", "./x/../x/lint.json", tmp_path / "y/lint.json", "z/lint.json"]
    code, out, err = _again(run, *paths, cwd=tmp_path)
    assert (code, _found(out)) == (1, [("lint/<stdin>", "end-of-basic-support")] * 3)
    assert "3 errors in 3 files from 3 reports" in err
    shown = "lint-runtime: several reports are named 'lint'; give each a different --label"
    assert [line for line in err.splitlines() if "named" in line] == [shown]


def test_a_report_with_the_same_path_twice_has_two_files(tmp_path: Path, run: Command) -> None:
    document = _report(
        run, tmp_path / "a.json", source=f"# lint-runtime: ignore[outdated-release]\n{OUTDATED}FROM a b c\n"
    )
    document["files"] *= 2
    (tmp_path / "a.json").write_text(_text(document))
    again = json.loads(_again(run, "a.json", "--format", "json", cwd=tmp_path)[1])
    counts = {"errors": 2, "warnings": 2, "infos": 0, "suppressed": 2}
    assert again["summary"] == {"files": 2, "images": 2, **counts}
    assert [
        [finding["rule"] for finding in file["findings"] if not finding["suppression"]]
        for file in again["files"]
    ] == [["ignored-stage", "parse-error"]] * 2


PATHS = [
    ("shop", "a/Dockerfile", "shop/a/Dockerfile"),
    (None, "a/Dockerfile", "job-7.lint/a/Dockerfile"),
    ("", "Dockerfile", "job-7.lint/Dockerfile"),
    ("team/shop", "/builds/x/Dockerfile", "team/shop/builds/x/Dockerfile"),
    ("shop", "../other//./Dockerfile", "shop/other/Dockerfile"),
    ("../../etc", "../../passwd", "etc/passwd"),
    ("/", "Dockerfile", "job-7.lint/Dockerfile"),
    ("\x1b[31m\n::error::", "\u202eDockerfile", "\\x1b[31m\\n::error::/\\u202eDockerfile"),
]


def test_paths_start_with_the_origin_of_the_report(tmp_path: Path, run: Command) -> None:
    document = _report(run, tmp_path / "job-7.lint.json", source=UNSUPPORTED)
    for label, path, shown in PATHS:
        document["label"] = label
        document["files"][0]["path"] = path
        (tmp_path / "job-7.lint.json").write_text(_text(document))
        out = _again(run, "job-7.lint.json", cwd=tmp_path)[1]
        assert out.startswith(f"{shown}:1:6: error: "), (label, path)


BILLING = "billing/Dockerfile billing/etl/Dockerfile"


@pytest.mark.parametrize(
    ("directory", "label", "paths", "shown"),
    [
        pytest.param(".", "billing", ["billing"], BILLING, id="a directory"),
        pytest.param("billing", "billing", ["."], BILLING, id="the working directory"),
        pytest.param(".", "billing", ["{}/billing"], BILLING, id="an absolute directory"),
        pytest.param("other", "billing", ["../billing"], BILLING, id="a directory next to it"),
        pytest.param("billing", "billing", ["etl"], "billing/etl/Dockerfile", id="a directory in a repository"),
        pytest.param("billing", "etl", ["etl"], "etl/Dockerfile", id="a project in a repository"),
        pytest.param(".", "billing", ["./billing//etl"], "billing/etl/Dockerfile", id="a directory below"),
        pytest.param(".", "billing", ["billing/Dockerfile"], "billing/Dockerfile", id="a file"),
        pytest.param(".", "g/billing", ["billing/etl"], "g/billing/etl/Dockerfile", id="a label with a group"),
        pytest.param(".", "billing", ["billing/etl", "other"], "billing/billing/etl/Dockerfile billing/other/Dockerfile", id="two directories"),
        pytest.param(".", "shop", ["billing/etl"], "shop/billing/etl/Dockerfile", id="another label"),
        pytest.param(".", "", ["billing"], BILLING, id="no label"),
    ],
)  # fmt: skip
def test_no_directory_is_doubled(
    directory: str, label: str, paths: list[str], shown: str, tmp_path: Path, run: Command
) -> None:
    for name in ("billing", "billing/etl", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "Dockerfile").write_text(UNSUPPORTED)
    labeled = ["--label", label] if label else []
    linted = [path.format(tmp_path) for path in paths]
    run("-o", f"json={tmp_path / 'billing.json'}", *labeled, *linted, cwd=tmp_path / directory)
    # In a combined report, each file keeps its label. --label and the new file name change nothing.
    for report, combined in (("billing.json", "a.json"), ("a.json", "b.json"), ("b.json", "c.json")):
        out = _again(run, "--label", "x", "-o", f"json={combined}", report, cwd=tmp_path).out
        assert " ".join(sorted(path for path, _ in _found(out))) == shown
        files = json.loads((tmp_path / combined).read_text())["files"]
        assert {file["label"] for file in files} == {label or "billing"}


def test_a_label_is_in_the_report(tmp_path: Path, run: Command) -> None:
    assert _report(run, tmp_path / "a.json", source=UNSUPPORTED)["label"] is None
    assert _report(run, tmp_path / "a.json", "--label", "shop", source=UNSUPPORTED)["label"] == "shop"
    _, out, _ = _again(run, "a.json", "--label", "all", "--format", "json", cwd=tmp_path)
    assert schema_errors(out, SCHEMA) == []
    (tmp_path / "b.json").write_text(out)
    assert _found(_again(run, "b.json", cwd=tmp_path)[1]) == [("shop/<stdin>", "end-of-basic-support")]


def test_mirrors_of_the_earlier_run_are_known(tmp_path: Path, run: Command) -> None:
    (tmp_path / "mirrors.toml").write_text(
        '[images]\n"hub.example/*/runtime" = "quay.io/astronomer/astro-runtime"\n'
        '"hub.example/old" = "quay.io/astronomer/ap-airflow"\n'
    )
    source = "FROM hub.example/x/runtime:13.11.0 AS a\nFROM hub.example/old:2.2\nFROM hub.example/none:9\n"
    document = _report(run, tmp_path / "a.json", "--config", tmp_path / "mirrors.toml", source=source)
    assert [stage["repository"] for stage in document["files"][0]["stages"]] == [
        "quay.io/astronomer/astro-runtime",
        "quay.io/astronomer/ap-airflow",
        None,
    ]
    later = date(2027, 6, 1)
    _, out, _ = _again(run, "a.json", cwd=tmp_path, day=later)
    assert [rule for _, rule in _found(out)] == ["end-of-maintenance", "ignored-stage", "retired-image"]
    # This run also uses the mirrors in its own configuration. The mirrors in the report take precedence.
    (tmp_path / "later.toml").write_text(
        '[images]\n"hub.example/none" = "quay.io/astronomer/astro-runtime"\n'
        '"hub.example/x/runtime" = "quay.io/astronomer/ap-airflow"\n'
    )
    _, out, _ = _again(run, "a.json", "--config", "later.toml", cwd=tmp_path, day=later)
    assert [rule for _, rule in _found(out)] == [
        *("end-of-maintenance", "ignored-stage", "retired-image", "end-of-basic-support", "floating-tag"),
    ]


def test_images_of_a_report_are_read_as_in_a_file() -> None:
    document = json.loads(rendered("json", [_linted(CURRENT.encode(), "D", AS_OF)]))
    stage = document["files"][0]["stages"][0]

    def read(**values: object) -> Any:
        document["files"][0]["stages"] = [stage | values]
        return _past(_text(document))[0].stages[0]

    assert read().reference == ImageReference(RUNTIME, "13.11.0", "")
    assert read(stage_ref=0).reference is None
    assert read(image="scratch", repository=None).reference is None
    assert read(image="a b").reference is None
    # `repository` is None if the earlier run did not recognize a Runtime image.
    assert read(repository=None).reference is None
    other = ImageReference("docker.io/example/x", "1", "")
    assert read(repository=None, image="example/x:1").reference == other
    # A placeholder or a build argument may stand for the registry or the tag.
    runtime = ImageReference("docker.io/astronomer/astro-runtime", "9.7.0", "", registry_is_open=True)
    assert read(image="{{ registry }}/astronomer/astro-runtime:9.7.0").reference == runtime
    assert read(image="{{ registry }}/x:1", repository=None).reference is None
    assert read(image="{{ registry }}/A:1").reference is None
    assert read(platform="linux/arm64").platform_value == ("linux", "arm64", "")
    assert read(platform="linux/a/b/c").platform_value is None
    assert read(platform="").platform_value is None
    targets = read(target_platforms=["linux/arm64", "linux/a/b/c"]).target_platforms
    assert targets == (("linux", "arm64", ""),)
    read_stage = read(stage_ref=1.0, line=2.0, end_line=3.0, name="x", platform_varies=True)
    assert read_stage[:2] == (2, 3)
    assert (read_stage.stage_ref, read_stage.name, read_stage.platform_varies) == (1, "x", True)
    assert str(read_stage.stage_ref) + str(read_stage.line) + str(read_stage.end_line) == "123"


# The configuration of this run


def test_the_configuration_is_that_of_this_run(tmp_path: Path, run: Command) -> None:
    _report(run, tmp_path / "a.json", "--label", "sandbox", source=UNSUPPORTED)
    _report(run, tmp_path / "b.json", "--label", "shop", source=f"FROM a b c\n{OUTDATED}")
    (tmp_path / ".lint-runtime.toml").write_text("broken")
    rules = ["end-of-basic-support", "parse-error", "outdated-release"]
    assert [rule for _, rule in _found(_again(run, "a.json", "b.json", cwd=tmp_path)[1])] == rules
    assert [
        rule for _, rule in _found(_again(run, "b.json", "--ignore", "parse-error", cwd=tmp_path)[1])
    ] == rules[2:]
    assert [
        rule for _, rule in _found(_again(run, "b.json", "--select", "parse-error", cwd=tmp_path)[1])
    ] == rules[1:2]
    (tmp_path / "fleet.toml").write_text(
        'exclude = ["sandbox/"]\nseverity.parse-error = "info"\nfail-on = "warning"\n'
        'per-file-ignores."other/**" = ["parse-error"]\n'
    )
    code, out, err = _again(run, "a.json", "b.json", "--config", "fleet.toml", cwd=tmp_path)
    assert (code, _found(out)) == (
        1,
        [("shop/<stdin>", "parse-error"), ("shop/<stdin>", "outdated-release")],
    )
    assert "1 warning, 1 info in 1 file from 2 reports" in err
    code, out, err = _again(run, "a.json", "--config", "fleet.toml", cwd=tmp_path)
    assert (code, out) == (0, "")
    assert err.startswith("lint-runtime: nothing to lint: the configuration excludes 1 file in 'a.json'")


def test_a_rule_that_is_off_by_default_stays_on_if_it_was_on(tmp_path: Path, run: Command) -> None:
    (tmp_path / "lts.toml").write_text('extend-select = ["not-lts"]')
    _report(run, tmp_path / "a.json", "--config", tmp_path / "lts.toml", source=f"FROM {RUNTIME}:10.9.0\n")
    assert "[not-lts]" in _again(run, "a.json", cwd=tmp_path)[1]
    (tmp_path / "info.toml").write_text("severity.lifecycle = 'info'")
    assert "[not-lts]" in _again(run, "a.json", "--config", "info.toml", cwd=tmp_path)[1]
    for text in ("severity.lifecycle = 'off'", "severity.not-lts = 'off'", "ignore = ['lifecycle']"):
        (tmp_path / "off.toml").write_text(text)
        assert "[not-lts]" not in _again(run, "a.json", "--config", "off.toml", cwd=tmp_path)[1], text
    assert "[not-lts]" not in _again(run, "a.json", "--ignore", "not-lts", cwd=tmp_path)[1]
    assert "[not-lts]" not in _again(run, "a.json", "--select", "end-of-maintenance", cwd=tmp_path)[1]


def test_another_table(tmp_path: Path, run: Command) -> None:
    _report(run, tmp_path / "a.json", source=CURRENT)
    releases = [release for release in TABLE.releases if release.version.series == "13"]
    yanked = releases[-1]._replace(yank=Yank(date(2026, 9, 24), "It is broken"))
    others = [release for release in TABLE.releases if release.version != yanked.version]
    (tmp_path / "table.json").write_text(
        dump_table(LifecycleTable(TABLE.date, TABLE.series, [*others, yanked]))
    )
    code, out, _ = _again(run, "a.json", "--table", "table.json", "--format", "json", cwd=tmp_path)
    report = json.loads(out)
    assert (code, [finding["rule"] for finding in report["files"][0]["findings"]]) == (
        1,
        ["yanked-release"],
    )
    assert (report["table"]["source"], report["files"][0]["table"]) == ("table.json", "table.json")


CONFLICTS = [
    (["--from-report"], "--from-report requires reports"),
    (["--from-report", "a.json", "--fix"], "can't be combined with"),
    (["--from-report", "a.json", "--diff"], "can't be combined with"),
    (["--from-report", "a.json", "--show-config"], "can't be combined with"),
    (["--from-report", "a.json", "--build-arg", "A=b"], "can't be combined with"),
    (["--from-report", "a.json", "--baseline", "x"], "can't be combined with"),
    (["--from-report", "a.json", "--write-baseline", "x"], "can't be combined with"),
    (["--from-report", "-", "--stdin-filename", "x"], "can't be combined with"),
    (["--label", "x"], "--label requires --format json, --format sarif, "),
    (["--label", " ", "--format", "json"], "' ' is not a valid name."),
]


def test_options_that_conflict(tmp_path: Path, run: Command) -> None:
    for arguments, message in CONFLICTS:
        code, out, err = run(*arguments, cwd=tmp_path)
        assert (arguments, code, out) == (arguments, 2, "")
        assert message in " ".join(err.split()), arguments


# Newer and broken reports


def test_findings_of_an_unknown_rule_are_unchanged(tmp_path: Path, run: Command) -> None:
    document = _report(run, tmp_path / "a.json", source=UNSUPPORTED)
    findings = document["files"][0]["findings"]
    findings.append(findings[0] | {"rule": "brand-new", "message": "New.", "severity": "info"})
    (tmp_path / "a.json").write_text(_text(document))
    for name in FORMATTERS:
        code, _, err = _again(run, "a.json", "--format", name, cwd=tmp_path)
        assert code == 1, (name, err)
    _, out, err = _again(run, "a.json", cwd=tmp_path)
    assert [rule for _, rule in _found(out)] == ["brand-new", "end-of-basic-support"]
    assert "1 error, 1 info in" in err
    assert "[brand-new]" not in _again(run, "a.json", "--select", "end-of-basic-support", cwd=tmp_path)[1]


def test_a_report_may_have_new_keys(tmp_path: Path, run: Command) -> None:
    document = _report(run, tmp_path / "a.json", source=UNSUPPORTED)
    plain = _again(run, "a.json", cwd=tmp_path)
    file = document["files"][0]
    for entry in (
        document,
        file,
        file["stages"][0],
        file["stages"][0]["image_location"],
        file["findings"][0],
    ):
        entry["new"] = {"key": 1}
    (tmp_path / "a.json").write_text(_text(document))
    assert _again(run, "a.json", cwd=tmp_path) == plain


Spoil = Callable[[dict[str, Any]], object]


def _with(*place: object, value: object) -> Spoil:
    """Return a function that sets a value in a report. The keys and indexes in `place` lead to the value."""

    def spoil(document: dict[str, Any]) -> None:
        inner: Any = document
        for key in place[:-1]:
            inner = inner[key]
        inner[place[-1]] = value

    return spoil


FILE = ("files", 1)
STAGE = (*FILE, "stages", 0)
FINDING = (*FILE, "findings", 0)
MIB = 1 << 20
USE_ORIGINAL = "use the report as --format json wrote it, with one file per line"
NOT_A_REPORT = "not a report that --format json wrote"
UNUSABLE: dict[str, tuple[str | bytes | Spoil, str]] = {
    "nothing": ("", "not valid JSON (line 1, column 1: Expecting value)"),
    "half an object": ("{", "not valid JSON (line 1, column 2: Expecting property name enclosed in double quotes)"),
    "HTML": ("\n<html>", "not valid JSON: it is HTML or XML"),
    "a list": ("[]", "not a JSON object"),
    "not UTF-8": (b'{"a": "\xff"}', "not valid JSON: it is not UTF-8"),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), "not valid JSON: it is not UTF-8"),
    "nested too deeply": ("[" * 100_000, "nested too deeply"),
    "one line that is too long": (
        b'{"label": "' + b"a" * MAX_DOCUMENT,
        f"a part of it is larger than 32 MiB; {USE_ORIGINAL}",
    ),
    "too many lines before the files": (
        (b" " * (MIB - 1) + b"\n") * 33,
        f"a part of it is larger than 32 MiB; {USE_ORIGINAL}",
    ),
    "another document": ("{}", NOT_A_REPORT),
    "another document with files": ('{\n"files": [],\n"a": 1}', NOT_A_REPORT),
    "true as the version": (_with("schema_version", value=True), NOT_A_REPORT),
    "version 0": (_with("schema_version", value=0), NOT_A_REPORT),
    "version 1": (
        _with("schema_version", value=1),
        "written by an older version (schema 1, not 2); lint again with this version",
    ),
    "version 3": (_with("schema_version", value=3), "written by a newer version (schema 3, not 2)"),
    "version 3 in another layout": ('{"schema_version": 3}', "written by a newer version (schema 3, not 2)"),
    "null for the files": (_with("files", value=None), f"reformatted; {USE_ORIGINAL}"),
    "no label": (lambda document: document.pop("label"), "missing key label"),
    "a label that is a number": (_with("label", value=7), "label is not in a supported form"),
}  # fmt: skip
BROKEN: dict[str, tuple[Spoil, str]] = {
    "no problems": (lambda document: document.pop("problems"), "missing key problems"),
    "a problem that is a number": (_with("problems", value=[7]), "problems[0] must be a string"),
    "a list as the entry of a file": (_with(*FILE, value=[]), "line 9: files[1] must be an object"),
    "no findings": (lambda document: document["files"][1].pop("findings"), "line 9: files[1]: missing key findings"),
    "a line before the first": (
        _with(*STAGE, "line", value=0),
        "line 9: files[1].stages[0].line must be bigger than or equal to 1",
    ),
    "a line beyond all": (
        _with(*FINDING, "end_line", value=1e300),
        "line 9: files[1].findings[0].end_line must be smaller than or equal to 2147483647",
    ),
    "an infinite line": (
        _with(*FINDING, "line", value=float("inf")),
        "line 9: files[1].findings[0].line must be a whole number",
    ),
    "an image that is a number": (_with(*STAGE, "image", value=7), "line 9: files[1].stages[0].image must be a string"),
    "a finding that ends before it starts": (
        _with(*FINDING, "line", value=9),
        "line 9: a location in line 9 ends before it starts",
    ),
    "a platform that ends before it starts": (
        _with(*STAGE, "platform_location", "end_column", value=1),
        "line 9: a location in line 1 ends before it starts",
    ),
    "a line break in the name of a rule": (
        _with(*FINDING, "rule", value="x]\n"),
        "line 9: files[1].findings[0].rule must match pattern ^[a-z0-9]+(-[a-z0-9]+)*$",
    ),
    "an unknown severity": (
        _with(*FINDING, "severity", value="fatal"),
        "line 9: files[1].findings[0].severity must be one of ['error', 'warning', 'info']",
    ),
    "a day that does not exist": (
        _with(*FINDING, "suppression", value={"kind": "comment", "reason": "", "until": "2026-02-30"}),
        "line 9: files[1].findings[0].suppression is not in a supported form",
    ),
}  # fmt: skip


def _unusable(run: Command, directory: Path, content: bytes) -> str:
    """Recheck an unusable report and a valid one. Returns the error about the unusable report."""
    (directory / "b.json").write_bytes(content)
    code, out, err = _again(run, "b.json", "a.json", cwd=directory)
    first, *_, last = err.splitlines()
    assert (code, ("a/<stdin>", "end-of-basic-support") in _found(out)) == (2, True)
    assert first.startswith("lint-runtime: cannot use the report 'b.json': ")
    assert last.startswith("lint-runtime: ")
    again = json.loads(_again(run, "b.json", "a.json", "--format", "json", cwd=directory)[1])
    assert again["problems"] == [first[14:]]
    return first.partition("'b.json': ")[2]


@pytest.mark.parametrize("name", UNUSABLE)
def test_an_unusable_report_is_named_and_the_others_are_used(
    name: str, tmp_path: Path, run: Command
) -> None:
    content, reason = UNUSABLE[name]
    document = _report(run, tmp_path / "a.json", source=UNSUPPORTED)
    if callable(content):
        content(document)
        content = _text(document)
    assert _unusable(run, tmp_path, content.encode() if isinstance(content, str) else content) == reason


@pytest.mark.parametrize("name", BROKEN)
def test_the_files_before_an_error_in_a_report_count(name: str, tmp_path: Path, run: Command) -> None:
    spoil, reason = BROKEN[name]
    document = _report(run, tmp_path / "a.json", source=UNSUPPORTED)
    document["files"] = [document["files"][0], json.loads(json.dumps(document["files"][0]))]
    spoil(document)
    assert _unusable(run, tmp_path, _text(document).encode()) == reason
    _, out, err = _again(run, "b.json", cwd=tmp_path)
    assert ("b/<stdin>", "end-of-basic-support") in _found(out)
    assert "from 1 report" in err


def test_a_line_that_is_not_json_is_named(tmp_path: Path, run: Command) -> None:
    _report(run, tmp_path / "a.json", source=UNSUPPORTED)
    lines = (tmp_path / "a.json").read_bytes().split(b"\n")
    for entry, reason in {
        b'    {"path": 1 2},': "not valid JSON (line 8, column 16: Expecting ',' delimiter)",
        b'    {"path": "\xff"},': "line 8: not valid JSON",
        b'    {"path": ' + b"[" * 100_000: "line 8: not valid JSON",
        b'    {"path": ' + b"9" * 5000 + b"},": "line 8: not valid JSON",
        b"    {},,": "not valid JSON (line 8, column 7: Extra data)",
        b"": "not valid JSON (line 8, column 1: Expecting value)",
        b"    {": f"reformatted; {USE_ORIGINAL}",
        b" " * (MAX_DOCUMENT + 1): f"a part of it is larger than 32 MiB; {USE_ORIGINAL}",
    }.items():
        content = b"\n".join([*lines[:7], entry, *lines[7:]])
        assert _unusable(run, tmp_path, content) == reason, entry[:40]


def test_a_line_may_have_32_mib() -> None:
    lines = rendered("json", [_linted(UNSUPPORTED.encode(), "D", AS_OF)]).splitlines(keepends=True)
    (index,) = (index for index, line in enumerate(lines) if line.startswith("    {"))
    lines[index] = lines[index].rstrip().ljust(MAX_DOCUMENT - 1) + "\n"
    assert len(_past("".join(lines))) == 1


def test_a_line_after_the_files_that_is_not_json_is_named(tmp_path: Path, run: Command) -> None:
    text = _text(_report(run, tmp_path / "a.json", source=UNSUPPORTED))
    lines = text.splitlines()
    assert lines[8] == "  ],"
    spoiled = "\n".join([*lines[:9], '  "x" 1,', *lines[9:]])
    reason = "not valid JSON (line 10, column 7: Expecting ':' delimiter)"
    assert _unusable(run, tmp_path, spoiled.encode()) == reason
    # Write two reports into one file.
    reason = f"not valid JSON (line {len(lines) + 1}, column 1: Extra data)"
    assert _unusable(run, tmp_path, (text + text).encode()) == reason
    padding = (" " * MIB + "\n") * 32
    reason = f"a part of it is larger than 32 MiB; {USE_ORIGINAL}"
    assert _unusable(run, tmp_path, (text + padding).encode()) == reason


def test_a_report_in_another_layout_is_refused(tmp_path: Path, run: Command) -> None:
    document = _report(run, tmp_path / "a.json", source=UNSUPPORTED)
    for indent in (None, 0, 1, 2, 4):
        text = json.dumps(document, indent=indent)
        assert _unusable(run, tmp_path, text.encode()) == f"reformatted; {USE_ORIGINAL}", indent


def test_a_report_of_the_first_schema_is_refused(tmp_path: Path, run: Command) -> None:
    _report(run, tmp_path / "a.json", source=UNSUPPORTED)
    reason = "written by an older version (schema 1, not 2); lint again with this version"
    document = {
        "schema_version": 1,
        "tool": {},
        "label": None,
        "files": [],
        "diagnostics": [],
        "problems": [],
    }
    for text in (json.dumps(document), json.dumps(document, indent=2), _text(document)):
        assert _unusable(run, tmp_path, text.encode()) == reason


def test_a_report_truncated_anywhere_is_refused() -> None:
    text = rendered("json", [_linted(data, path, AS_OF) for path, data in list(PROJECTS.items())[:2]])
    assert len(_past(text)) == 2
    lines = text.splitlines()
    start = lines.index('  "files": [') + 1
    assert len(text) > 2000
    for length in range(len(text) - 2):
        with pytest.raises(WrongDocumentError) as raised:
            _past(text[:length])
        number = text.count("\n", 0, length) + (not text[:length].endswith("\n"))
        if number > start:
            assert str(raised.value) == f"truncated; it ends in line {number}", length


def test_line_ends_and_a_byte_order_mark_of_windows_are_accepted(tmp_path: Path, run: Command) -> None:
    _report(run, tmp_path / "a.json", "fixtures/projects")
    plain = _again(run, "a.json", cwd=tmp_path)
    content = (tmp_path / "a.json").read_bytes()
    (tmp_path / "a.json").write_bytes(b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n"))
    assert _again(run, "a.json", cwd=tmp_path) == plain


def test_a_report_without_files(tmp_path: Path, run: Command) -> None:
    (tmp_path / "a.json").write_text(rendered("json", []))
    code, out, err = _again(run, "a.json", cwd=tmp_path)
    assert (code, out) == (0, "")
    assert err == "lint-runtime: nothing to lint: the reports list no files\n"
    (tmp_path / "a.json").write_text(rendered("json", [])[:-10])
    assert _again(run, "a.json", cwd=tmp_path).code == 2


def test_a_path_that_cannot_be_read_is_named(tmp_path: Path, run: Command) -> None:
    assert _again(run, "gone.json", tmp_path, cwd=tmp_path)[::2] == (
        2,
        "lint-runtime: cannot use the report 'gone.json': No such file or directory\n"
        f"lint-runtime: cannot use the report '{tmp_path}': Is a directory\n",
    )


def test_problems_of_a_report_are_reported_again(tmp_path: Path, run: Command) -> None:
    document = _report(run, tmp_path / "a.json", "gone\x1b.d", "fixtures/projects/billing")
    assert len(document["problems"]) == 1
    code, out, err = _again(run, "a.json", cwd=tmp_path)
    assert (code, out.count("\n")) == (2, 1)
    assert err.startswith(
        "lint-runtime: the report 'a.json' is incomplete: cannot read 'gone\\x1b.d': No such file"
    )


JSON_TEXT = st.text(max_size=30) | st.sampled_from(
    ["\x1b[31m", "\n::error::", "##[error]", "](http://a)", "\ud800", "\u202e", "<b>", "|`"]
)


@given(JSON_TEXT, JSON_TEXT, JSON_TEXT, JSON_TEXT, JSON_TEXT)
def test_text_of_a_report_is_escaped_in_every_format(
    label: str, path: str, image: str, message: str, reason: str
) -> None:
    document = json.loads(
        rendered("json", [_linted(UNSUPPORTED.encode() + b"FROM a b c", "Dockerfile", AS_OF)])
    )
    file = document["files"][0]
    document["label"] = label
    file["path"] = path
    file["stages"][0].update(image=image, name=message, platform=label, repository=reason)
    suppressed = {"kind": "comment", "reason": reason, "until": None}
    file["findings"] = [
        finding | {"message": message, "subject": image, "suppression": suppression}
        for finding in file["findings"]
        for suppression in (None, suppressed)
    ]
    reports = [recheck_file(past, Config(), TABLE.as_of(AS_OF)) for past in _past(_text(document))]
    assert reports[0].findings
    for name in FORMATTERS:
        text = rendered(name, reports)
        assert not set(text) & set("\x1b\x9b\u202e\u2028\x00\r"), name
        assert all(char.isprintable() or char in "\n " or not char.isascii() for char in text), name
        assert "\n::error::" not in text or name == "github"
        text.encode()


ANY_VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
COMPLETE = json.loads(
    rendered(
        "json",
        [_linted(f"# lint-runtime: ignore until=2027-01-01\n{YANKED}FROM a b c".encode(), "D", AS_OF)],
    )
)


def _places(value: object, place: tuple[object, ...] = ()) -> Iterable[tuple[object, ...]]:
    """Yield the path of keys and indexes to each value in a document."""
    items: Iterable[tuple[object, object]] = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, inner in items:
        yield (*place, key)
        yield from _places(inner, (*place, key))


PLACES = list(_places(COMPLETE))


@given(st.sampled_from(PLACES), ANY_VALUE)
def test_a_report_with_any_value_anywhere_is_rechecked_or_refused(
    place: Sequence[object], value: object
) -> None:
    document = json.loads(json.dumps(COMPLETE))
    _with(*place, value=value)(document)
    try:
        past = _past(_text(document))
    except WrongDocumentError:
        return
    reports = [recheck_file(file, Config(), TABLE.as_of(AS_OF)) for file in past]
    rendered("json", reports)
    rendered("full", reports)


# Many reports


def test_a_list_on_standard_input(tmp_path: Path, run: Command) -> None:
    names = ["plain.json", "with\nnewline.json", "-", os.fsdecode(b"\xff.json")]
    for name in names:
        _report(run, tmp_path / name, source=UNSUPPORTED)
    listed = b"".join(os.fsencode(name) + b"\0" for name in [*names, "plain.json"])
    code, out, err = _again(run, "-", cwd=tmp_path, stdin=listed)
    assert (code, [path for path, _ in _found(out)]) == (
        1,
        ["plain/<stdin>", "with\\nnewline/<stdin>", "-/<stdin>", "\\xff/<stdin>"],
    )
    assert "4 errors in 4 files from 4 reports" in err
    assert _again(run, "-", cwd=tmp_path, stdin=listed.rstrip(b"\0"))[1] == out
    out = _again(run, "plain.json", "-", cwd=tmp_path, stdin=b"-\0plain.json")[1]
    assert [path for path, _ in _found(out)] == ["plain/<stdin>", "-/<stdin>"]


def test_no_report_is_a_failure(tmp_path: Path, run: Command) -> None:
    for stdin in (b"", None):
        code, _, err = run(*DAY, "--from-report", "-", cwd=tmp_path, stdin=stdin)
        assert (code, err.splitlines()[0]) == (2, "lint-runtime: no reports given")
    assert "no reports given" not in _again(run, "gone.json", cwd=tmp_path).err


def test_hundreds_of_reports(tmp_path: Path, run: Command) -> None:
    _report(run, tmp_path / "seed.json", "fixtures/projects/forecast")
    content = (tmp_path / "seed.json").read_bytes()
    for number in range(300):
        (tmp_path / f"job-{number:04}.json").write_bytes(content)
    (tmp_path / "job-0100.json").write_text("{")
    names = b"\0".join(f"job-{number:04}.json".encode() for number in range(300))
    code, out, err = _again(run, "-", cwd=tmp_path, stdin=names)
    lines = _again(run, "seed.json", cwd=tmp_path)[1].count("\n")
    assert (code, out.count("\n"), lines) == (2, 299 * lines, 2)
    assert "in 299 files from 299 reports" in err


@pytest.mark.process
def test_a_file_as_standard_input_is_a_report(tmp_path: Path, run: Command) -> None:
    _report(run, tmp_path / "a.json", "--label", "x", "fixtures/projects")
    command = shlex.join([*LINT, *DAY, "--from-report", "/dev/stdin"])
    assert run_process("sh", "-c", f"{command} < a.json", cwd=tmp_path) == _again(
        run, "a.json", cwd=tmp_path
    )


@pytest.mark.once
@pytest.mark.process
def test_memory_does_not_grow_with_reports(tmp_path: Path, run: Command) -> None:
    source = "".join(f"FROM {RUNTIME}:9.7.0 AS s{number}\n" for number in range(20))
    document = _report(run, tmp_path / "file.json", source=source)
    file = document["files"][0]
    (tmp_path / "few.json").write_text(_text(document | {"files": [file] * 20}))
    (tmp_path / "many.json").write_text(_text(document | {"files": [file] * 120}))
    assert (tmp_path / "many.json").stat().st_size > 2 << 20
    for number in range(40):
        (tmp_path / f"{number}.json").hardlink_to(tmp_path / "file.json")
    few, many = _peak(["few.json"], tmp_path), _peak(["many.json"], tmp_path)
    assert many - few < 3 << 20
    assert _peak([f"{number}.json" for number in range(40)], tmp_path) - few < 3 << 20


def _peak(names: list[str], directory: Path) -> int:
    """Return the peak memory of a run with --from-report, in bytes."""
    return peak_memory("-o", "text=out", "--from-report", *names, cwd=directory)


def test_files_with_many_findings_take_linear_time() -> None:
    calls = []
    for size in (50, 100):
        source = f"# lint-runtime: ignore[outdated-release]\n{OUTDATED}" * size
        document = json.loads(rendered("json", [_linted(source.encode(), "D", AS_OF)]))
        findings = document["files"][0]["findings"]
        findings += [findings[0] | {"end_line": line} for line in range(3, 10 * size)]
        file, known = _past(_text(document))[0], TABLE.as_of(AS_OF)
        assert len(recheck_file(file, Config(), known).findings) > size
        calls.append(count_calls(recheck_file, file, Config(), known))
    assert calls[1] < 2.1 * calls[0]


@pytest.mark.process
def test_a_terminal_shows_progress(tmp_path: Path, run: Command) -> None:
    for name in ("a.json", "b.json"):
        _report(run, tmp_path / name, source=UNSUPPORTED)
    terminal, side = pty.openpty()
    command = [*LINT_WITH_BAR, *DAY, "--from-report", "a.json", "b.json"]
    done = subprocess.run(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=side, check=False, timeout=60
    )
    os.close(side)
    shown = os.read(terminal, 10_000).decode()
    os.close(terminal)
    assert done.returncode == 1
    assert [path for path, _ in _found(done.stdout.decode())] == ["a/<stdin>", "b/<stdin>"]
    assert "Linting" in shown


def test_images_of_one_platform_stay_images_of_one_platform(tmp_path: Path, run: Command) -> None:
    source = f"ARG A=${{TARGETARCH/arm64/9.1.0}}\nARG B=${{A/amd64/9.7.0}}\nFROM {RUNTIME}:$B\n"
    _report(run, tmp_path / "a.json", source=source)
    _, out, _ = _again(run, "a.json", cwd=tmp_path, day=date(2026, 9, 26))
    assert re.findall(r"On [^:]*: [^:;]*", out) == [
        "On linux/amd64: Astro Runtime 9.7.0 has been unsupported since 2026-02-01",
        "On linux/arm64: Astro Runtime 9.1.0 was yanked",
    ]


# Astro manifests

_HEAD = "[project]\nname = 'demo'\nrequires-python = '>=3.10'\n"
MANIFESTS = {
    "tracked": f"{_HEAD}dependencies = ['apache-airflow==3.0.*']\n[tool.astro]\n",
    "yanked build": f"{_HEAD}dependencies = ['apache-airflow==3.0.*']\n[tool.astro]\nruntime = '3.0-3'\n",
    "extras": f"{_HEAD}dependencies = ['Apache_Airflow[celery]==3.0.3; x', 'apache-airflow-core==3.0.3']\n[tool.astro]\n",
    "another Python": f"{_HEAD.replace('>=3.10', '==3.11.*')}dependencies = ['apache-airflow==3.1.*']\n[tool.astro]\n",
    "Airflow 2": f"{_HEAD}dependencies = ['apache-airflow==2.9.*']\n[tool.astro]\n",
    "ended": f"{_HEAD}dependencies = ['apache-airflow==2.7.*']\n[tool.astro]\nruntime = '9.1.0'\n",
    "suppressed": f"{_HEAD}dependencies = ['apache-airflow==3.0.*']\n[tool.astro]\n"
    "# lint-runtime: ignore[outdated-release] until=2026-12-31 -- later\nruntime = '3.0-3'\n",
    "constraints": f"{_HEAD}dependencies = ['apache-airflow==3.0.*']\n[tool.astro]\nruntime = '3.0-3'\n"
    "[tool.uv]\nconstraint-dependencies = ['apache-airflow==3.0.6+astro.1']\n",
    "refused": f"{_HEAD}dependencies = ['apache-airflow>=3']\n[tool.astro]\n",
    "with a Dockerfile": f"{_HEAD}dependencies = ['apache-airflow==3.0.*']\n[tool.astro]\ndockerfile = 'D'\n",
    "unreadable": "[tool.astro]\nx = \n",
    "no manifest": "[project]\n",
}


@pytest.mark.parametrize("name", MANIFESTS)
def test_a_manifest_is_linted_the_same_from_its_report(name: str) -> None:
    data = MANIFESTS[name].encode()
    document = rendered("json", [_linted(data, "demo/pyproject.toml", AS_OF)])
    assert schema_errors(document, SCHEMA) == []
    (file,) = _past(document)
    config = Config(extend_select=frozenset({"not-lts"}))
    fresh, again = (
        _linted(data, "x/demo/pyproject.toml", AS_OF),
        recheck_file(file, config, TABLE.as_of(AS_OF)),
    )
    assert _view(again, everything=True) == _view(fresh, everything=True)
    assert _entry(again)["stages"] == _entry(fresh)["stages"]
    later = date(2027, 6, 1)
    fresh, again = (
        _linted(data, "x/demo/pyproject.toml", later),
        recheck_file(file, config, TABLE.as_of(later)),
    )
    assert _view(again, everything=False) == _view(fresh, everything=False)
    assert _entry(again)["stages"] == _entry(fresh)["stages"]


def _entry(report: Report) -> dict[str, Any]:
    """Format a report of one file as JSON, and return the entry of the file."""
    entry: dict[str, Any] = json.loads(rendered("json", [report]))["files"][0]
    return entry


def test_a_manifest_follows_new_builds() -> None:
    old = TABLE.as_of(AS_OF).newest("3.1")
    text = f"{_HEAD.replace('>=3.10', '==3.11.*')}dependencies = ['apache-airflow==3.1.*']\n[tool.astro]\n"
    document = rendered("json", [_linted(text.encode(), "pyproject.toml", AS_OF)])
    (file,) = _past(document.replace(f":{old}-python-3.11", ":3.1-2-python-3.11"))
    assert file.stages[0].image.endswith(":3.1-2-python-3.11")
    (image,) = recheck_file(file, Config(), TABLE.as_of(AS_OF)).images
    assert image.stage.image.endswith(f":{old}-python-3.11")
