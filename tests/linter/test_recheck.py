"""Reports of many machines, read again as one run."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import lint_runtime
from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Diagnostic, Target
from lint_runtime.errors import WrongDocumentError
from lint_runtime.files import MAX_DOCUMENT
from lint_runtime.formatters import FORMATTERS
from lint_runtime.lifecycle.data_file import dump_table
from lint_runtime.lifecycle.load import embedded_table
from lint_runtime.lifecycle.model import Yank
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.linter.engine import lint_file
from lint_runtime.linter.past_report import SCHEMA_VERSION, PastFile, open_report
from lint_runtime.linter.recheck import recheck_file
from lint_runtime.linter.report import Report
from lint_runtime.rules import RULE_BY_NAME, RULES
from lint_runtime.text import portable_text
from tests.conftest import (
    AS_OF,
    FIXTURES,
    LINT,
    ROOT,
    Command,
    Result,
    rendered,
    run_process,
    schema_errors,
)
from tests.dockerfile.test_conformance import CASES, _data

TABLE = embedded_table()

DAY = ["--as-of", AS_OF.isoformat()]
OUTDATED = "FROM quay.io/astronomer/astro-runtime:13.6.0\n"
UNSUPPORTED = "FROM quay.io/astronomer/astro-runtime:9.7.0\n"
SCHEMA = Path(lint_runtime.__file__).parent / "formatters/report.schema.json"
SOURCES = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in FIXTURES.rglob("*ockerfile")}
SOURCES |= {f"cases/{case['name']}": _data(case) for case in CASES}


def _report(run: Command, file: Path, *arguments: object, source: str | None = None) -> dict[str, Any]:
    """Write a report, of standard input if `source` is given, and return it."""
    given: tuple[object, ...] = (*arguments, *(["-"] if source is not None else []))
    _, out, err = run(*DAY, "--format", "json", *given, cwd=ROOT, stdin=source or "")
    assert out, err
    file.write_text(out, encoding="utf-8")
    document: dict[str, Any] = json.loads(out)
    return document


def _again(run: Command, *arguments: object, cwd: Path, day: date = AS_OF, stdin: bytes = b"") -> Result:
    return run("--as-of", day, "--from-report", *arguments, cwd=cwd, stdin=stdin)


def _found(out: str) -> list[tuple[str, str]]:
    """Return the paths and rules of findings in text."""
    return [(line.partition(":")[0], line.rpartition("[")[2][:-1]) for line in out.splitlines()]


# The same as linting


def test_text_is_that_of_the_run_itself_but_for_the_origin(tmp_path: Path, run: Command) -> None:
    _report(run, tmp_path / "a.json", "--label", "team/shop", "fixtures/projects")
    code, out, err = run(*DAY, "fixtures/projects", cwd=ROOT)
    assert _again(run, "a.json", cwd=tmp_path) == (
        code,
        "".join(f"team/shop/{line}\n" for line in out.splitlines()),
        err.replace(" (2 fixable with --fix)", "").replace("7 files", "7 files from 1 report"),
    )


@pytest.mark.parametrize("name", FORMATTERS)
def test_every_format_is_that_of_the_run_itself_but_for_the_origin_and_fixes(name: str) -> None:
    files = {path: data for path, data in SOURCES.items() if "projects" in path}
    # The files are not here, so that no line of them can be shown.
    reports = [
        _unfixed(_linted(data, f"x/{path}", AS_OF))._replace(lines={}) for path, data in files.items()
    ]
    document = rendered("json", [_linted(data, path, AS_OF) for path, data in files.items()])
    again = [recheck_file(file, AS_OF, Config(), TABLE) for file in _past(document, "x.json")]
    assert rendered(name, again) == rendered(name, reports)


@pytest.mark.parametrize("name", FORMATTERS)
def test_every_format_is_written_by_the_command(name: str, tmp_path: Path, run: Command) -> None:
    _report(run, tmp_path / "a.json", "fixtures/projects")
    code, out, _ = _again(run, "a.json", "--format", name, "--output", f"{name}=file", cwd=tmp_path)
    assert code == 1
    assert (tmp_path / "file").read_text(encoding="utf-8") == out
    assert "billing" in out
    assert (
        _again(
            run, "a.json", "--format", name, "--fail-on", "error", "--select", "amd64-only", cwd=tmp_path
        )[0]
        == 0
    )


def _linted(data: bytes, path: str, today: date, table: LifecycleTable = TABLE) -> Report:
    return lint_file(data, path, today, Config(extend_select=frozenset({"not-lts"})), table)


def _unfixed(report: Report) -> Report:
    def unfixed(found: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
        return tuple(diagnostic._replace(fix=None) for diagnostic in found)

    return report._replace(diagnostics=unfixed(report.diagnostics), suppressed=unfixed(report.suppressed))


def _past(document: str, path: str) -> tuple[PastFile, ...]:
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory, path)
        file.write_text(document, encoding="utf-8")
        with open_report(str(file)) as past:
            return tuple(entry.read() for entry in past.entries)


def _view(report: Report, *, everything: bool) -> list[Diagnostic]:
    return [
        found._replace(
            path="",
            fix=None,
            message=portable_text(found.message),
            target=Target(found.location, portable_text(found.subject)),
        )
        for found in report.findings
        if everything or RULE_BY_NAME[found.rule].is_repeatable
    ]


def test_rechecked_for_its_own_day_a_report_is_unchanged() -> None:
    reports = [_linted(data, path, AS_OF) for path, data in SOURCES.items()]
    past = _past(rendered("json", reports), "x.json")
    assert len(past) == len(reports)
    for report, file in zip(reports, past, strict=True):
        again = recheck_file(file, AS_OF, Config(), TABLE)
        assert _view(again, everything=True) == _view(report, everything=True)
        facts = [json.loads(rendered("json", [one]))["files"][0] for one in (report, again)]
        assert facts[0] | {"path": ""} == facts[1] | {"path": ""}


DAYS = st.dates(date(2021, 6, 1), date(2030, 12, 31))


@given(DAYS, DAYS)
@settings(phases=[Phase.explicit, Phase.generate])
def test_rechecked_for_another_day_a_report_says_what_linting_on_that_day_says(
    written: date, day: date
) -> None:
    document = rendered("json", [_linted(data, path, written) for path, data in SOURCES.items()])
    config = Config(extend_select=frozenset({"not-lts"}))
    for data, file in zip(SOURCES.values(), _past(document, "x.json"), strict=True):
        again = recheck_file(file, day, config, TABLE)
        assert _unreasoned(again) == _unreasoned(_linted(data, "", day))


def _unreasoned(report: Report) -> list[Diagnostic]:
    """Return what was found; of two comments that suppress the same, a report has the one that does longer."""
    return [
        found._replace(suppression=found.suppression and found.suppression._replace(reason="", until=None))
        for found in _view(report, everything=False)
    ]


def test_what_a_report_does_not_hold_is_not_rechecked() -> None:
    assert {rule.name for rule in RULES if not rule.is_repeatable} == {
        "parse-error",
        "template-placeholder",
        "unknown-instruction",
        "unresolved-variable",
        "disallowed-version",
        "invalid-platform",
        "target-platform",
        "ignored-stage",
        "invalid-suppression",
        "expired-suppression",
        "unused-suppression",
    }


def test_an_end_nears_comes_and_passes(tmp_path: Path, run: Command) -> None:
    _report(run, tmp_path / "a.json", source="FROM quay.io/astronomer/astro-runtime:13.11.0\n")
    assert _again(run, "a.json", cwd=tmp_path)[:2] == (0, "")
    code, out, err = _again(run, "a.json", cwd=tmp_path, day=date(2027, 4, 1))
    assert (code, _found(out)) == (0, [("a/<stdin>", "maintenance-ending")])
    assert err.endswith(
        "1 warning in 1 file from 1 report with 1 Runtime image, as of 2027-04-01 (lifecycle data of 2026-09-25)\n"
    )
    code, out, _ = _again(run, "a.json", cwd=tmp_path, day=date(2027, 5, 1))
    assert (code, _found(out)) == (1, [("a/<stdin>", "end-of-maintenance")])
    assert _again(run, "a.json", "--warn-within", 217, cwd=tmp_path)[1].count("maintenance-ending") == 1


# What was suppressed


@pytest.mark.parametrize(
    ("day", "suppressed", "found"),
    [(date(2026, 12, 31), 1, []), (date(2027, 1, 1), 0, ["outdated-release"])],
)
def test_a_suppression_holds_through_its_last_day(
    day: date, suppressed: int, found: list[str], tmp_path: Path, run: Command
) -> None:
    source = f"# lint-runtime: ignore[outdated-release] until=2026-12-31 -- later\n{OUTDATED}"
    _report(run, tmp_path / "a.json", source=source)
    report = json.loads(_again(run, "a.json", "--format", "json", cwd=tmp_path, day=day)[1])
    assert report["summary"]["suppressed"] == suppressed
    assert [one["rule"] for one in report["diagnostics"] if not one["suppression"]] == found


def test_a_suppression_of_what_cannot_be_rechecked_ends_as_well(tmp_path: Path, run: Command) -> None:
    source = "# lint-runtime: ignore[parse-error] until=2026-12-31\nFROM a b c\n"
    _report(run, tmp_path / "a.json", source=source)
    assert _again(run, "a.json", cwd=tmp_path)[:2] == (0, "")
    assert _again(run, "a.json", cwd=tmp_path, day=date(2027, 1, 1))[0] == 1


def test_a_comment_suppresses_the_rules_it_names_and_a_baseline_an_end_for_good(
    tmp_path: Path, run: Command
) -> None:
    (tmp_path / "Dockerfile").write_text("FROM quay.io/astronomer/astro-runtime:12.5.0\n")
    run(*DAY, "--write-baseline", "known.json", "Dockerfile", cwd=tmp_path)
    _, out, _ = run(*DAY, "--baseline", "known.json", "--format", "json", "Dockerfile", cwd=tmp_path)
    (tmp_path / "a.json").write_text(out)
    _report(
        run,
        tmp_path / "b.json",
        source="# lint-runtime: ignore[end-of-maintenance]\nFROM quay.io/astronomer/astro-runtime:12.5.0\n",
    )
    assert _again(run, "a.json", "b.json", cwd=tmp_path)[:2] == (0, "")
    _, out, _ = _again(run, "a.json", "b.json", cwd=tmp_path, day=date(2027, 3, 1))
    assert _found(out) == [("b/<stdin>", "end-of-basic-support")]


# Whose report it is


def test_two_reports_of_the_same_name_and_paths_are_two_all_the_same(tmp_path: Path, run: Command) -> None:
    for directory in ("x", "y"):
        (tmp_path / directory).mkdir()
        _report(run, tmp_path / directory / "lint.json", source=UNSUPPORTED)
    code, out, err = _again(run, "x/lint.json", "y/lint.json", "./x/../x/lint.json", cwd=tmp_path)
    assert (code, _found(out)) == (1, [("lint/<stdin>", "end-of-basic-support")] * 2)
    assert "2 errors in 2 files from 2 reports" in err


def test_a_report_with_the_same_path_twice_gives_two_files(tmp_path: Path, run: Command) -> None:
    document = _report(
        run, tmp_path / "a.json", source=f"# lint-runtime: ignore[outdated-release]\n{OUTDATED}FROM a b c\n"
    )
    document["files"] *= 2
    document["diagnostics"] *= 2
    (tmp_path / "a.json").write_text(json.dumps(document))
    again = json.loads(_again(run, "a.json", "--format", "json", cwd=tmp_path)[1])
    assert again["summary"] == {"files": 2, "errors": 2, "warnings": 2, "infos": 0, "suppressed": 2}
    assert {one["rule"] for one in again["diagnostics"] if not one["suppression"]} == {
        "parse-error",
        "ignored-stage",
    }


@pytest.mark.parametrize(
    ("label", "path", "shown"),
    [
        ("shop", "a/Dockerfile", "shop/a/Dockerfile"),
        (None, "a/Dockerfile", "job-7.lint/a/Dockerfile"),
        ("", "Dockerfile", "job-7.lint/Dockerfile"),
        ("team/shop", "/builds/x/Dockerfile", "team/shop/builds/x/Dockerfile"),
        ("shop", "../other//./Dockerfile", "shop/other/Dockerfile"),
        ("../../etc", "../../passwd", "etc/passwd"),
        ("/", "Dockerfile", "job-7.lint/Dockerfile"),
        ("\x1b[31m\n::error::", "\u202eDockerfile", "\\x1b[31m\\n::error::/\\u202eDockerfile"),
    ],
)
def test_paths_keep_their_origin(
    label: str | None, path: str, shown: str, tmp_path: Path, run: Command
) -> None:
    document = _report(run, tmp_path / "job-7.lint.json", source=UNSUPPORTED)
    document["label"] = label
    document["files"][0]["path"] = document["diagnostics"][0]["path"] = path
    (tmp_path / "job-7.lint.json").write_text(json.dumps(document))
    assert _again(run, "job-7.lint.json", cwd=tmp_path)[1].startswith(f"{shown}:1:6: error: ")


def test_the_label_is_in_the_report(tmp_path: Path, run: Command) -> None:
    assert _report(run, tmp_path / "a.json", source=UNSUPPORTED)["label"] is None
    assert _report(run, tmp_path / "a.json", "--label", "shop", source=UNSUPPORTED)["label"] == "shop"
    _, out, _ = _again(run, "a.json", "--label", "all", "--format", "json", cwd=tmp_path)
    assert schema_errors(out, SCHEMA) == []
    (tmp_path / "b.json").write_text(out)
    assert _found(_again(run, "b.json", cwd=tmp_path)[1]) == [("all/shop/<stdin>", "end-of-basic-support")]


def test_mirrors_of_the_job_are_known_again(tmp_path: Path, run: Command) -> None:
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
    assert "13.11.0" not in out.splitlines()[2]


# How it is shown


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


def test_a_rule_that_is_off_by_default_stays_on_where_it_was(tmp_path: Path, run: Command) -> None:
    (tmp_path / "lts.toml").write_text('extend-select = ["not-lts"]')
    source = "FROM quay.io/astronomer/astro-runtime:10.9.0\n"
    _report(run, tmp_path / "a.json", "--config", tmp_path / "lts.toml", source=source)
    assert "[not-lts]" in _again(run, "a.json", cwd=tmp_path)[1]
    assert "[not-lts]" not in _again(run, "a.json", "--ignore", "not-lts", cwd=tmp_path)[1]


def test_another_table(tmp_path: Path, run: Command) -> None:
    _report(run, tmp_path / "a.json", source="FROM quay.io/astronomer/astro-runtime:13.11.0\n")
    releases = [one for one in TABLE.releases if one.version.series == "13"]
    yanked = releases[-1]._replace(yank=Yank(date(2026, 9, 24), "It is broken"))
    others = [one for one in TABLE.releases if one.version != yanked.version]
    (tmp_path / "table.json").write_text(
        dump_table(LifecycleTable(TABLE.date, TABLE.series, [*others, yanked]))
    )
    code, out, _ = _again(run, "a.json", "--table", "table.json", "--format", "json", cwd=tmp_path)
    report = json.loads(out)
    assert (code, [one["rule"] for one in report["diagnostics"]]) == (1, ["yanked-release"])
    assert (report["table"]["source"], report["files"][0]["table"]) == ("table.json", "table.json")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--from-report"], "--from-report requires reports"),
        (["--from-report", "a.json", "--fix"], "can't be combined with"),
        (["--from-report", "a.json", "--diff"], "can't be combined with"),
        (["--from-report", "a.json", "--show-config"], "can't be combined with"),
        (["--from-report", "a.json", "--build-arg", "A=b"], "can't be combined with"),
        (["--from-report", "a.json", "--baseline", "x"], "can't be combined with"),
        (["--from-report", "a.json", "--write-baseline", "x"], "can't be combined with"),
        (["--from-report", "-", "--stdin-filename", "x"], "can't be combined with"),
        (["--label", "x"], "--label requires --format json or --output json=PATH."),
        (["--label", " ", "--format", "json"], "' ' is not a valid name."),
    ],
)
def test_what_does_not_go_together(
    arguments: list[str], message: str, tmp_path: Path, run: Command
) -> None:
    code, out, err = run(*arguments, cwd=tmp_path)
    assert (code, out) == (2, "")
    assert message in " ".join(err.split())


# Newer and broken reports


def test_findings_of_an_unknown_rule_are_unchanged(tmp_path: Path, run: Command) -> None:
    document = _report(run, tmp_path / "a.json", source=UNSUPPORTED)
    document["diagnostics"].append(document["diagnostics"][0] | {"rule": "brand-new", "message": "New."})
    (tmp_path / "a.json").write_text(json.dumps(document))
    for name in FORMATTERS:
        code, _, err = _again(run, "a.json", "--format", name, cwd=tmp_path)
        assert code == 1, err
    assert _found(_again(run, "a.json", cwd=tmp_path)[1])[1:] == [("a/<stdin>", "end-of-basic-support")]
    assert "[brand-new]" not in _again(run, "a.json", "--select", "end-of-basic-support", cwd=tmp_path)[1]


def _with(*place: object, value: object) -> Callable[[dict[str, Any]], object]:
    def spoil(document: dict[str, Any]) -> None:
        inner: Any = document
        for key in place[:-1]:
            inner = inner[key]
        inner[place[-1]] = value

    return spoil


STAGE = ("files", 0, "stages", 0)
FOUND = ("diagnostics", 0)
BROKEN: dict[str, tuple[object, str]] = {
    "not JSON": ("{", "not valid JSON"),
    "nothing": ("", "not valid JSON"),
    "HTML": ("<html>", "not valid JSON: it is HTML or XML"),
    "a list": ("[]", "not a JSON object"),
    "not UTF-8": (b'{"a": "\xff"}', "it is not UTF-8"),
    "nested too deeply": ("[" * 100_000, "nested too deeply"),
    "too large": (b'{"label": "' + b"a" * (2 * MAX_DOCUMENT), "a part of it is larger than 32 MiB"),
    "another document": ("{}", "not a report that --format json wrote"),
    "no version": (_with("schema_version", value=True), "not a report that --format json wrote"),
    "a newer version": (_with("schema_version", value=2), "written by a newer version (schema 2, not 1)"),
    "no files": (_with("files", value=None), "files must be an array"),
    "a key missing": (lambda document: document.pop("diagnostics"), "missing key diagnostics"),
    "a line before the first": (_with(*STAGE, "line", value=0), "line must be bigger than or equal to 1"),
    "a line beyond all": (_with(*FOUND, "end_line", value=1e300), "end_line must be smaller than"),
    "an invalid line": (_with(*FOUND, "line", value=float("inf")), "line must be a whole number"),
    "an invalid image": (_with(*STAGE, "image", value=7), "image must be a string"),
    "an end before the start": (
        _with(*FOUND, "line", value=9),
        "a location in line 9 ends before it starts",
    ),
    "an invalid rule": (_with(*FOUND, "rule", value="x]\n"), "rule must match pattern"),
    "an invalid severity": (_with(*FOUND, "severity", value="fatal"), "severity must be one of"),
    "a finding of no file": (
        _with(*FOUND, "path", value="x\x1b"),
        "a finding is in 'x\\x1b', which is not in the list of files",
    ),
    "an invalid day": (
        _with(*FOUND, "suppression", value={"kind": "comment", "reason": "", "until": "2026-02-30"}),
        "suppression is not in a supported form",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_report_is_named_and_the_others_count(name: str, tmp_path: Path, run: Command) -> None:
    content, reason = BROKEN[name]
    document = _report(run, tmp_path / "a.json", source=UNSUPPORTED)
    if callable(content):
        content(document)
        content = json.dumps(document)
    (tmp_path / "b.json").write_bytes(content.encode() if isinstance(content, str) else bytes(content))  # type: ignore[call-overload]
    code, out, err = _again(run, "b.json", "a.json", cwd=tmp_path)
    first, *_, last = err.splitlines()
    assert (code, _found(out)) == (2, [("a/<stdin>", "end-of-basic-support")])
    assert first.startswith("lint-runtime: cannot use the report 'b.json': ")
    assert reason in first
    assert last.startswith("lint-runtime: 1 error in 1 file from 1 report with ")
    assert json.loads(_again(run, "b.json", "a.json", "--format", "json", cwd=tmp_path)[1])["problems"] == [
        first[14:]
    ]


def test_what_cannot_be_read_is_named(tmp_path: Path, run: Command) -> None:
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
def test_nothing_in_a_report_gets_out_of_what_is_printed(
    label: str, path: str, image: str, message: str, reason: str
) -> None:
    document = json.loads(
        rendered("json", [_linted(UNSUPPORTED.encode() + b"FROM a b c", "Dockerfile", AS_OF)])
    )
    document["label"] = label
    document["files"][0]["path"] = path
    stage = document["files"][0]["stages"][0]
    stage.update(image=image, name=message, platform=label, repository=reason)
    suppressed = {"kind": "comment", "reason": reason, "until": None}
    document["diagnostics"] = [
        one | {"path": path, "message": message, "subject": image, "suppression": suppression}
        for one in document["diagnostics"]
        for suppression in (None, suppressed)
    ]
    reports = [recheck_file(file, AS_OF, Config(), TABLE) for file in _past(json.dumps(document), "a.json")]
    for name in FORMATTERS:
        text = rendered(name, reports)
        assert not set(text) & set("\x1b\x9b\u202e\u2028\x00\r")
        assert all(char.isprintable() or char in "\n " or not char.isascii() for char in text)
        assert "\n::error::" not in text or name == "github"
        text.encode()


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["files", "diagnostics", "stages", "path", "label", "image", "runtime"]), inner, max_size=4), max_leaves=12), st.sampled_from(["files", "diagnostics", "label", "problems"]))  # fmt: skip
def test_any_document_is_read_or_refused(value: object, key: str) -> None:
    document = {"schema_version": SCHEMA_VERSION, "files": [], "diagnostics": [], key: value}
    with suppress(WrongDocumentError):
        _past(json.dumps(document), "a.json")


# Many of them


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


def test_two_thousand_reports(tmp_path: Path, run: Command) -> None:
    _report(run, tmp_path / "seed.json", "fixtures/projects")
    content = (tmp_path / "seed.json").read_bytes()
    for number in range(2000):
        (tmp_path / f"job-{number:04}.json").write_bytes(content)
    (tmp_path / "job-1000.json").write_text("{")
    names = b"\0".join(f"job-{number:04}.json".encode() for number in range(2000))
    started = time.monotonic()
    code, out, err = _again(run, "-", cwd=tmp_path, stdin=names)
    assert time.monotonic() - started < 60
    one = _again(run, "seed.json", cwd=tmp_path)[1].count("\n")
    assert (code, out.count("\n")) == (2, 1999 * one)
    assert f"in {1999 * 7} files from 1999 reports" in err


@pytest.mark.process
def test_reports_are_shown_as_they_are_read_and_not_kept(tmp_path: Path, run: Command) -> None:
    _report(run, tmp_path / "seed.json", "fixtures/projects")
    names = []
    for number in range(400):
        (tmp_path / f"{number}.json").hardlink_to(tmp_path / "seed.json")
        names.append(f"{number}.json")
    peaks = [_peak(names[:count], tmp_path) for count in (20, 400)]
    assert peaks[1] - peaks[0] < 4 << 20


def _peak(names: list[str], directory: Path) -> int:
    """Return the most memory that reading reports took, in bytes."""
    code = (
        "import resource, sys; from lint_runtime.cli.lint import main; main(sys.argv[1:]);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
    )
    measured = run_process(sys.executable, "-c", code, *DAY, "--from-report", *names, cwd=directory)
    return int(measured.err.split()[-1]) << 10


def test_hostile_reports_take_no_time_to_speak_of() -> None:
    reports = [_linted(f"# lint-runtime: ignore[outdated-release]\n{OUTDATED}".encode(), "D", AS_OF)]
    document = json.loads(rendered("json", reports))
    document["files"] *= 3_000
    document["diagnostics"] = [
        document["diagnostics"][0] | {"line": 2, "end_line": line} for line in range(3, 30_000)
    ]
    started = time.monotonic()
    for file in _past(json.dumps(document), "a.json"):
        recheck_file(file, AS_OF, Config(), TABLE)
    assert time.monotonic() - started < 15


@pytest.mark.process
def test_a_terminal_shows_how_far_it_is(tmp_path: Path, run: Command) -> None:
    _report(run, tmp_path / "a.json", source=UNSUPPORTED)
    os.mkfifo(tmp_path / "slow.json")
    terminal, side = pty.openpty()
    command = [*LINT, *DAY, "--from-report", "slow.json", "a.json"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=side) as process:
        # This returns when the command reads.
        with open(tmp_path / "slow.json", "wb") as file:
            time.sleep(1.5)
            file.write((tmp_path / "a.json").read_bytes())
        assert process.stdout
        out = process.stdout.read().decode()
    os.close(side)
    shown = os.read(terminal, 10_000).decode()
    os.close(terminal)
    assert process.returncode == 1
    assert [path for path, _ in _found(out)] == ["slow/<stdin>", "a/<stdin>"]
    assert "Linting" in shown


def test_reports_of_one_name_get_a_warning(tmp_path: Path, run: Command) -> None:
    for directory in ("a", "b", "c"):
        (tmp_path / directory).mkdir()
        _report(run, tmp_path / directory / "report.json", source=OUTDATED)
    code, _, err = _again(run, "a/report.json", "b/report.json", "c/report.json", cwd=tmp_path)
    assert code == 0
    shown = "lint-runtime: several reports are named 'report'; give each a different --label"
    assert [line for line in err.splitlines() if "named" in line] == [shown]


def test_no_report_at_all_is_no_success(tmp_path: Path, run: Command) -> None:
    code, _, err = _again(run, "-", cwd=tmp_path)
    assert code == 2
    assert err.startswith("lint-runtime: no reports given\n")
