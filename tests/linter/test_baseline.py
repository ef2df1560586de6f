"""Baselines: a project records its findings once, and then sees only new findings."""

from __future__ import annotations

import json
import os
import re
from datetime import date
from pathlib import Path

import pytest

from lint_runtime.config.model import Config
from lint_runtime.diagnostics import SuppressionKind
from lint_runtime.errors import UnusableError
from lint_runtime.formatters import FORMATTERS
from lint_runtime.linter import baseline as baseline_module
from lint_runtime.linter.baseline import Baseline, load, record
from lint_runtime.linter.engine import lint_file
from lint_runtime.linter.report import Report
from lint_runtime.text import quoted
from tests.conftest import AS_OF, FIXTURES, TABLE
from tests.linter.conftest import LintIn

RUNTIME = "quay.io/astronomer/astro-runtime"
UNSUPPORTED = f"FROM {RUNTIME}:9.7.0\n"
YANKED = f"FROM {RUNTIME}:9.1.0\n"
OUTDATED = f"FROM {RUNTIME}:13.6.0\n"
FINE = f"FROM {RUNTIME}:13.11.0\n"


def _report(
    source: str, known: Baseline | None = None, today: date = AS_OF, path: str = "Dockerfile"
) -> Report:
    return lint_file(
        source.encode(), path, Config(), TABLE.as_of(today), baseline=known.of(path) if known else None
    )


def _baseline(source: str, today: date = AS_OF) -> Baseline:
    return Baseline("baseline.json").replaced([record(_report(source, today=today))])


def _active(source: str, known: Baseline, today: date = AS_OF) -> list[tuple[int, str]]:
    return [(found.line, found.rule) for found in _report(source, known, today).diagnostics]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(UNSUPPORTED, UNSUPPORTED, id="no change"),
        pytest.param(UNSUPPORTED, "# a comment\n\n" + UNSUPPORTED, id="a new line above"),
        pytest.param(UNSUPPORTED, f"FROM --platform=linux/amd64 \\\n  {RUNTIME}:9.7.0 AS a\n", id="a line written differently"),
        pytest.param(UNSUPPORTED, f"ARG V=9.7.0\nFROM {RUNTIME}:${{V}}\n", id="a tag that moves to an ARG"),
        pytest.param(f"FROM {RUNTIME}:9.7.0 AS a\n{OUTDATED}", f"FROM {RUNTIME}:13.6.0 AS a\n{UNSUPPORTED}", id="stages in another order"),
        pytest.param(YANKED, YANKED, id="no change of a finding that outranks others"),
        pytest.param(FINE + f"COPY --from={RUNTIME}:9.7.0 /a /b\n", f"{FINE}RUN --mount=from={RUNTIME}:9.7.0 true\n", id="COPY that becomes RUN --mount"),
        pytest.param("FROM a b\n" + UNSUPPORTED, "\nFROM a b\n" + UNSUPPORTED, id="a line above a parse error"),
        pytest.param(f"FROM --platform=linux/s390x {RUNTIME}:13.11.0\n", f"\nFROM --platform=linux/s390x {RUNTIME}:13.11.0\n", id="a line above a platform"),
        pytest.param("# lint-runtime: ignore\n" + FINE, "#\n# lint-runtime: ignore\n" + FINE, id="a line above a comment"),
        pytest.param(UNSUPPORTED + UNSUPPORTED, UNSUPPORTED, id="one of two equal stages removed"),
    ],
)  # fmt: skip
def test_changes_that_cause_no_new_finding(before: str, after: str) -> None:
    baseline = _baseline(before)
    assert len(baseline) > 0
    assert _active(after, baseline) == []


@pytest.mark.parametrize(
    ("before", "after", "active"),
    [
        pytest.param(UNSUPPORTED, UNSUPPORTED + UNSUPPORTED.replace("\n", " AS b\n"), [(1, "ignored-stage"), (2, "end-of-basic-support")], id="the same image again"),
        pytest.param(UNSUPPORTED, f"FROM {RUNTIME}:9.8.0\n", [(1, "end-of-basic-support")], id="another release of the series"),
        pytest.param(OUTDATED, f"FROM {RUNTIME}:13.6.0-base\n", [(1, "outdated-release")], id="another variant"),
        pytest.param(OUTDATED, UNSUPPORTED, [(1, "end-of-basic-support")], id="another rule"),
        pytest.param(f"FROM --platform=linux/s390x {RUNTIME}:13.11.0\n", f"FROM --platform=linux/arm {RUNTIME}:13.11.0\n", [(1, "unsupported-platform")], id="another platform"),
        pytest.param("FROM a b\n", "FROM a c\n", [(1, "parse-error")], id="another parse error"),
    ],
)  # fmt: skip
def test_new_findings_are_reported(before: str, after: str, active: list[tuple[int, str]]) -> None:
    assert _active(after, _baseline(before)) == active


@pytest.mark.parametrize(
    ("source", "first", "last", "after"),
    [
        pytest.param(UNSUPPORTED, date(2026, 9, 25), date(2030, 1, 1), [], id="an end in the distant past"),
        pytest.param(OUTDATED, date(2026, 9, 25), date(2027, 1, 29), [], id="outdated"),
        pytest.param(
            OUTDATED,
            date(2026, 9, 25),
            date(2027, 1, 30),
            [(1, "maintenance-ending")],
            id="an approaching end",
        ),
        pytest.param(FINE, date(2027, 1, 30), date(2027, 4, 30), [], id="an end on its last day"),
        pytest.param(FINE, date(2027, 1, 30), date(2030, 5, 1), [], id="a past end"),
        pytest.param(YANKED, date(2026, 9, 25), date(2028, 2, 29), [], id="yanked and ended"),
    ],
)
def test_findings_on_a_later_day(
    source: str, first: date, last: date, after: list[tuple[int, str]]
) -> None:
    assert _active(source, _baseline(source, first), last) == after


def test_suppressed_findings_name_the_baseline() -> None:
    baseline = _baseline(UNSUPPORTED)
    kinds = {
        found.suppression and found.suppression.kind for found in _report(UNSUPPORTED, baseline).suppressed
    }
    assert kinds == {SuppressionKind.BASELINE}


def test_a_finding_with_a_comment_does_not_use_up_the_baseline() -> None:
    source = f"# lint-runtime: ignore[outdated-release]\n{OUTDATED}"
    again = f"FROM {RUNTIME}:13.6.0 AS b\n"
    baseline = _baseline(again)
    assert _active(source.replace("\n", " AS a\n", 2).replace("] AS a", "]") + again, baseline) == []


def test_linting_again_finds_the_baseline_unchanged() -> None:
    baseline = _baseline(UNSUPPORTED)
    assert [_active(UNSUPPORTED, baseline) for _ in range(3)] == [[], [], []]


OTHER_VERSION = "not a baseline of this version; delete it and run --write-baseline"
INVALID = "invalid findings; delete it and run --write-baseline"
UNUSABLE = {
    "an empty file": (b"", "not valid JSON"),
    "YAML": (b"findings: []", "not valid JSON"),
    "half a baseline": (b'{"schema_version": 1, "findings": [', "not valid JSON"),
    "UTF-16": (b"\xff\xfe\xff", "not valid JSON"),
    "deep nesting": (b"[" * 1_000_000, "not valid JSON"),
    "a number with too many digits": (b'{"schema_version": 1, "findings": [' + b"9" * 5000 + b"]}", "not valid JSON"),
    "a list": (b"[]", OTHER_VERSION),
    "null": (b"null", OTHER_VERSION),
    "another tool": (b'{"runs": []}', OTHER_VERSION),
    "an older version": (b'{"schema_version": 0, "findings": []}', OTHER_VERSION),
    "a newer version": (b'{"schema_version": 2, "findings": []}', OTHER_VERSION),
    "a version that is true": (b'{"schema_version": true, "findings": []}', OTHER_VERSION),
    "no findings": (b'{"schema_version": 1}', INVALID),
    "an object for findings": (b'{"schema_version": 1, "findings": {}}', INVALID),
    "a number for a finding": (b'{"schema_version": 1, "findings": [1]}', INVALID),
    "no count": (b'{"schema_version": 1, "findings": [{"path": "a", "rule": "b", "subject": "c"}]}', INVALID),
    "a count that is text": (b'{"schema_version": 1, "findings": [{"path": "a", "rule": "b", "subject": "c", "count": "1"}]}', INVALID),
    "a count that is true": (b'{"schema_version": 1, "findings": [{"path": "a", "rule": "b", "subject": "c", "count": true}]}', INVALID),
    "a count of 0": (b'{"schema_version": 1, "findings": [{"path": "a", "rule": "b", "subject": "c", "count": 0}]}', INVALID),
    "a negative count": (b'{"schema_version": 1, "findings": [{"path": "a", "rule": "b", "subject": "c", "count": -1}]}', INVALID),
    "a path that is a list": (b'{"schema_version": 1, "findings": [{"path": ["a"], "rule": "b", "subject": "c", "count": 1}]}', INVALID),
}  # fmt: skip


def test_baselines_that_cannot_be_used(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    for name, (content, message) in UNUSABLE.items():
        path.write_bytes(content)
        with pytest.raises(UnusableError) as raised:
            load(str(path))
        assert str(raised.value) == f"cannot use the baseline {quoted(str(path))}: {message}", name


def test_a_baseline_of_the_maximum_size_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(Baseline(str(path)).text())
    size = path.stat().st_size
    monkeypatch.setattr(baseline_module, "MAX_SIZE", size)
    assert len(load(str(path))) == 0
    monkeypatch.setattr(baseline_module, "MAX_SIZE", size - 1)
    with pytest.raises(UnusableError, match="larger than 0 MiB"):
        load(str(path))


def test_a_written_baseline_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    names = ("b\udcff\n", "a/é", "\u2028")
    reports = [_report(YANKED + OUTDATED, path=str(tmp_path / name)) for name in names]
    baseline = Baseline(str(path)).replaced(map(record, reports))
    path.write_text(baseline.text(), encoding="ascii")
    again = load(str(path))
    assert again.text() == baseline.text()
    assert len(again) == len(baseline) == 12
    assert dict(again.of(str(tmp_path / "a" / "é"))) == dict(baseline.of(str(tmp_path / "a" / "é")))


def test_equal_entries_add_up(tmp_path: Path) -> None:
    entry = {"path": "D", "rule": "r", "subject": "s", "count": 2, "note": "kept by hand"}
    path = tmp_path / "baseline.json"
    path.write_text(
        "\ufeff" + json.dumps({"schema_version": 1, "findings": [entry, entry]}), encoding="utf-8"
    )
    assert load(str(path)).of(str(tmp_path / "D")) == {("r", "s"): 4}


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    for name, content in {"one": UNSUPPORTED, "two": YANKED + OUTDATED, "three": FINE}.items():
        (tmp_path / "fleet" / name).mkdir(parents=True)
        (tmp_path / "fleet" / name / "Dockerfile").write_text(content)
    return tmp_path / "fleet"


def test_a_project_adopts_the_linter(fleet: Path, lint_in: LintIn) -> None:
    assert lint_in(fleet)[0] == 1
    code, out, err = lint_in(fleet, "--write-baseline", "known.json")
    assert (code, out) == (0, "")
    assert err == "lint-runtime: recorded 5 findings in 3 files in the baseline 'known.json'\n"
    code, out, err = lint_in(fleet, "--baseline", "known.json")
    assert (code, out) == (0, "")
    assert err.startswith("lint-runtime: no new problems, 4 suppressed in 3 files with ")
    (fleet / "four.dockerfile").write_text(UNSUPPORTED)
    code, out, _ = lint_in(fleet, "--baseline", "known.json")
    assert (code, out.count("\n")) == (1, 1)
    assert out.startswith("four.dockerfile:1:6: error: ")


def test_the_file_is_sorted_and_reproducible(fleet: Path, lint_in: LintIn) -> None:
    lint_in(fleet, "--write-baseline", "a.json", "one", "two", "three")
    lint_in(
        fleet, "--write-baseline", "b.json", "three", "two", "./one/Dockerfile", "--as-of", "2026-09-26"
    )
    written = (fleet / "a.json").read_text()
    assert written == (fleet / "b.json").read_text()
    entries = json.loads(written)["findings"]
    keys = [(entry["path"], entry["rule"], entry["subject"]) for entry in entries]
    assert keys == sorted(keys)
    assert entries[0] == {
        "path": "one/Dockerfile",
        "rule": "end-of-maintenance",
        "subject": f"{RUNTIME}:9.7.0",
        "count": 1,
    }
    assert "2026" not in written


@pytest.mark.parametrize(
    ("directory", "arguments"),
    [
        pytest.param(".", ["--baseline", "known.json"], id="the directory of the baseline"),
        pytest.param("..", ["--baseline", "fleet/known.json", "fleet"], id="its parent"),
        pytest.param("one", ["--baseline", "../known.json", "../two", "."], id="a subdirectory"),
        pytest.param("/", ["--baseline", "{fleet}/known.json", "{fleet}"], id="absolute paths"),
    ],
)
def test_paths_are_relative_to_the_directory_of_the_baseline(
    fleet: Path, directory: str, arguments: list[str], lint_in: LintIn
) -> None:
    assert lint_in(fleet, "--write-baseline", "known.json")[0] == 0
    code, out, _ = lint_in(fleet / directory, *(argument.format(fleet=fleet) for argument in arguments))
    assert (code, out) == (0, "")


def test_a_project_moves_with_its_baseline(fleet: Path, lint_in: LintIn) -> None:
    assert lint_in(fleet, "--write-baseline", "known.json")[0] == 0
    moved = fleet.rename(fleet.parent / "elsewhere")
    assert lint_in(moved, "--baseline", "known.json")[0] == 0
    (moved / "known.json").rename(moved / "one" / "known.json")
    assert lint_in(moved, "--baseline", "one/known.json")[0] == 1


def test_standard_input_is_found_by_its_name(fleet: Path, lint_in: LintIn) -> None:
    assert lint_in(fleet, "--write-baseline", "known.json")[0] == 0
    named = ["--baseline", "known.json", "-", "--stdin-filename"]
    assert lint_in(fleet, *named, "one/Dockerfile", stdin=UNSUPPORTED)[0] == 0
    assert lint_in(fleet, *named, "three/Dockerfile", stdin=UNSUPPORTED)[0] == 1


def test_excluded_files_are_not_recorded(fleet: Path, lint_in: LintIn) -> None:
    (fleet / ".lint-runtime.toml").write_text(
        'exclude = ["two"]\n[per-file-ignores]\n"one/*" = ["end-of-maintenance"]\n'
    )
    assert lint_in(fleet, "--write-baseline", "known.json")[0] == 0
    entries = json.loads((fleet / "known.json").read_text())["findings"]
    assert [(entry["path"], entry["rule"]) for entry in entries] == [
        ("one/Dockerfile", "end-of-maintenance")
    ]
    assert lint_in(fleet, "--baseline", "known.json")[0] == 0
    _, out, _ = lint_in(fleet, "--isolated", "--baseline", "known.json")
    assert {line.partition(":")[0] for line in out.splitlines()} == {"two/Dockerfile"}


def test_suppressed_findings_are_not_fixed(fleet: Path, lint_in: LintIn) -> None:
    (fleet / "one" / "Dockerfile").write_text(OUTDATED)
    assert lint_in(fleet, "--write-baseline", "known.json", "one")[0] == 0
    (fleet / "one" / "Dockerfile").write_text(f"FROM {RUNTIME}:13.6.0 AS a\nFROM {RUNTIME}:13.7.0\n")
    code, _, err = lint_in(fleet, "--baseline", "known.json", "--fix", "one")
    assert (code, err.splitlines()[-1].partition(" in ")[0]) == (
        0,
        "lint-runtime: 1 fixed, no new problems, 1 suppressed",
    )
    assert (fleet / "one" / "Dockerfile").read_text() == f"FROM {RUNTIME}:13.6.0 AS a\n{FINE}"


def test_findings_with_a_comment_are_not_recorded(fleet: Path, lint_in: LintIn) -> None:
    (fleet / "one" / "Dockerfile").write_text(f"# lint-runtime: ignore[outdated-release]\n{OUTDATED}")
    assert lint_in(fleet, "--write-baseline", "known.json", "one")[0] == 0
    assert json.loads((fleet / "known.json").read_text())["findings"] == []
    (fleet / "one" / "Dockerfile").write_text(OUTDATED)
    assert "[outdated-release]" in lint_in(fleet, "--baseline", "known.json", "one")[1]


def test_json_and_sarif_name_the_baseline(fleet: Path, lint_in: LintIn) -> None:
    assert lint_in(fleet, "--write-baseline", "known.json", "one")[0] == 0
    arguments = ["--baseline", "known.json", "one", "--format"]
    report = json.loads(lint_in(fleet, *arguments, "json")[1])
    expected = {"kind": "baseline", "reason": "", "until": None}
    assert [found["suppression"] for found in report["files"][0]["findings"]] == [expected]
    assert json.loads(lint_in(fleet, *arguments, "sarif")[1])["runs"][0]["results"] == []
    sarif = json.loads(lint_in(fleet, "--sarif-suppressed", *arguments, "sarif")[1])
    assert [result["suppressions"] for result in sarif["runs"][0]["results"]] == [[{"kind": "external"}]]


def _paths(file: Path) -> list[str]:
    return sorted({entry["path"] for entry in json.loads(file.read_text())["findings"]})


STALE = "lint-runtime: {} in the baseline 'known.json' no longer {}; remove {} with --update-baseline\n"


def test_fixed_findings_are_reported_and_removed(fleet: Path, lint_in: LintIn) -> None:
    assert lint_in(fleet, "--write-baseline", "known.json")[0] == 0
    before = (fleet / "known.json").read_text()
    assert "no longer" not in lint_in(fleet, "--baseline", "known.json").err
    (fleet / "two" / "Dockerfile").write_text(FINE)
    code, _, err = lint_in(fleet, "--baseline", "known.json")
    assert (code, err.startswith(STALE.format("4 findings", "occur", "them"))) == (0, True)
    assert (fleet / "known.json").read_text() == before
    (fleet / "three" / "Dockerfile").write_text(UNSUPPORTED)
    code, out, err = lint_in(fleet, "--baseline", "known.json", "--update-baseline")
    assert (code, out.count("\n")) == (1, 1)
    assert "lint-runtime: removed 4 findings that no longer occur from the baseline 'known.json'" in err
    # New findings are not added to the baseline.
    assert _paths(fleet / "known.json") == ["one/Dockerfile"]
    assert "no longer" not in lint_in(fleet, "--baseline", "known.json").err


def test_one_of_two_equal_findings_is_removed(fleet: Path, lint_in: LintIn) -> None:
    (fleet / "one" / "Dockerfile").write_text(UNSUPPORTED.replace("\n", " AS a\n") + UNSUPPORTED)
    assert lint_in(fleet, "--ignore", "ignored-stage", "--write-baseline", "known.json", "one")[0] == 0
    (fleet / "one" / "Dockerfile").write_text(UNSUPPORTED)
    lint_in(fleet, "--baseline", "known.json", "--update-baseline", "one")
    (entry, *others) = json.loads((fleet / "known.json").read_text())["findings"]
    assert (entry["count"], others) == (1, [])


def test_findings_of_rules_and_files_that_did_not_run_stay(fleet: Path, lint_in: LintIn) -> None:
    assert lint_in(fleet, "--write-baseline", "known.json")[0] == 0
    before = (fleet / "known.json").read_text()
    for arguments in (["--select", "parse-error"], ["three"], ["--ignore", "end-of-basic-support"]):
        result = lint_in(fleet, "--baseline", "known.json", "--update-baseline", *arguments)
        assert "no longer" not in result.err
        assert (fleet / "known.json").read_text() == before


def test_findings_of_a_deleted_file_are_removed(fleet: Path, lint_in: LintIn) -> None:
    assert lint_in(fleet, "--write-baseline", "known.json")[0] == 0
    (fleet / "two" / "Dockerfile").unlink()
    lint_in(fleet, "--baseline", "known.json", "--update-baseline", "three")
    assert _paths(fleet / "known.json") == ["one/Dockerfile"]


def test_findings_that_a_fix_resolves_are_stale(fleet: Path, lint_in: LintIn) -> None:
    (fleet / "one" / "Dockerfile").write_text(OUTDATED)
    assert lint_in(fleet, "--write-baseline", "known.json", "one")[0] == 0
    (fleet / "one" / "Dockerfile").write_text(OUTDATED.replace("13.6.0", "13.7.0"))
    _, _, err = lint_in(fleet, "--baseline", "known.json", "--fix", "one")
    assert STALE.format("1 finding", "occurs", "it") in err


def test_findings_that_a_comment_suppresses_are_stale(fleet: Path, lint_in: LintIn) -> None:
    (fleet / "one" / "Dockerfile").write_text(OUTDATED)
    assert lint_in(fleet, "--write-baseline", "known.json", "one")[0] == 0
    (fleet / "one" / "Dockerfile").write_text(f"# lint-runtime: ignore[outdated-release]\n{OUTDATED}")
    code, _, err = lint_in(fleet, "--baseline", "known.json", "one")
    assert (code, err.startswith(STALE.format("1 finding", "occurs", "it"))) == (0, True)


def test_findings_of_other_files_are_kept_when_some_are_recorded_again(
    fleet: Path, lint_in: LintIn
) -> None:
    assert lint_in(fleet, "--write-baseline", "known.json")[0] == 0
    whole = (fleet / "known.json").read_text()
    assert lint_in(fleet, "--write-baseline", "known.json", "one")[0] == 0
    assert (fleet / "known.json").read_text() == whole
    (fleet / "one" / "Dockerfile").write_text(FINE)
    (fleet / "three" / "Dockerfile").write_text(UNSUPPORTED)
    assert lint_in(fleet, "--write-baseline", "known.json", "one", "three")[0] == 0
    assert _paths(fleet / "known.json") == ["three/Dockerfile", "two/Dockerfile"]
    (fleet / "two" / "Dockerfile").unlink()
    assert lint_in(fleet, "--write-baseline", "known.json", "one")[0] == 0
    assert _paths(fleet / "known.json") == ["three/Dockerfile"]


def test_another_file_is_not_replaced_by_a_baseline(fleet: Path, lint_in: LintIn) -> None:
    (fleet / "notes.txt").write_text("mine")
    code, _, err = lint_in(fleet, "--write-baseline", "notes.txt")
    assert (code, err) == (2, "lint-runtime: cannot use the baseline 'notes.txt': not valid JSON\n")
    assert (fleet / "notes.txt").read_text() == "mine"


def test_an_update_requires_a_baseline_and_no_dry_run(fleet: Path, lint_in: LintIn) -> None:
    assert "--update-baseline requires --baseline." in lint_in(fleet, "--update-baseline").err
    together = lint_in(fleet, "--baseline", "known.json", "--update-baseline", "--diff")
    assert "--update-baseline and --diff can't be used together." in together.err


def test_a_baseline_suppresses_every_finding_in_every_format(tmp_path: Path, lint_in: LintIn) -> None:
    for place, file in enumerate(sorted((FIXTURES / "rules").glob("*/bad.Dockerfile"))):
        (tmp_path / f"{place}.Dockerfile").write_bytes(file.read_bytes())
    assert lint_in(tmp_path, "--write-baseline", "known.json")[0] == 0
    options = [option for name in FORMATTERS for option in ("-o", f"{name}=report.{name}")]
    _, _, plain = lint_in(tmp_path, *options)
    before = {name: (tmp_path / f"report.{name}").read_text() for name in FORMATTERS}
    code, _, err = lint_in(tmp_path, *options, "--baseline", "known.json")
    assert (code, "no new problems" in err) == (0, True)
    found, suppressed = (
        sum(map(int, re.findall(r"(\d+) (?:error|warning|info|suppressed)", line.split(" in ")[0])))
        for line in (plain, err)
    )
    assert suppressed == found > 100
    for name in FORMATTERS:
        after = (tmp_path / f"report.{name}").read_text()
        for marker in MARKERS:
            assert after.count(marker) <= before[name].count(marker), (name, marker)


MARKERS = ('"subject": ', '"ruleId": ', "check_name", " [", "::", "<testcase", "| error", '"message"')


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        pytest.param(["--baseline", "missing.json"], "cannot use the baseline 'missing.json': No such file or directory", id="a missing file"),
        pytest.param(["--baseline", "one"], "cannot use the baseline 'one': Is a directory", id="a directory"),
        pytest.param(["--baseline", "one/Dockerfile"], "cannot use the baseline 'one/Dockerfile': not valid JSON", id="a Dockerfile"),
        pytest.param(["--baseline", "/dev/zero"], "cannot use the baseline '/dev/zero': not a regular file", id="an endless file"),
        pytest.param(["--write-baseline", "no/such.json"], "cannot write 'no/such.json': No such file or directory", id="a missing directory"),
        pytest.param(["--write-baseline", "one"], "cannot write 'one': Is a directory", id="a directory in its place"),
        pytest.param(["--write-baseline", "/dev/full"], "cannot write '/dev/full': No space left on device", id="a full disk"),
    ],
)  # fmt: skip
def test_files_that_cannot_be_read_or_written(
    fleet: Path, arguments: list[str], complaint: str, lint_in: LintIn
) -> None:
    assert lint_in(fleet, *arguments) == (2, "", f"lint-runtime: {complaint}\n")


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["--baseline", "a", "--write-baseline", "b"], id="both"),
        pytest.param(["--write-baseline", "b", "--fix"], id="with --fix"),
        pytest.param(["--write-baseline", "b", "--diff"], id="with --diff"),
    ],
)
def test_options_that_conflict(fleet: Path, arguments: list[str], lint_in: LintIn) -> None:
    code, out, err = lint_in(fleet, *arguments)
    assert (code, out) == (2, "")
    assert "--write-baseline" in err.splitlines()[-1]
    assert not (fleet / "b").exists()


def test_an_unreadable_path_leaves_the_old_baseline_unchanged(fleet: Path, lint_in: LintIn) -> None:
    assert lint_in(fleet, "--write-baseline", "known.json")[0] == 0
    before = (fleet / "known.json").read_bytes()
    code, out, err = lint_in(fleet, "--write-baseline", "known.json", "one", "missing/Dockerfile")
    assert (code, out) == (2, "")
    assert err.splitlines() == [
        "lint-runtime: cannot read 'missing/Dockerfile': No such file or directory",
        "lint-runtime: the baseline 'known.json' was not written",
    ]
    assert (fleet / "known.json").read_bytes() == before
    assert sorted(path.name for path in fleet.iterdir()) == ["known.json", "one", "three", "two"]


def test_a_file_name_that_is_not_utf_8(tmp_path: Path, lint_in: LintIn) -> None:
    name = os.fsencode(tmp_path) + b"/\xff\n.dockerfile"
    with open(name, "wb") as file:
        file.write(UNSUPPORTED.encode())
    assert lint_in(tmp_path, "--write-baseline", "known.json")[0] == 0
    assert (
        json.loads((tmp_path / "known.json").read_bytes())["findings"][0]["path"] == "\udcff\n.dockerfile"
    )
    assert lint_in(tmp_path, "--baseline", "known.json")[0] == 0
