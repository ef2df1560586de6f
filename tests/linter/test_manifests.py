"""Astro manifests: their findings, and fixes and upgrades that change only versions."""

from __future__ import annotations

import json
import random
from datetime import date
from pathlib import Path

import pytest

from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Diagnostic
from lint_runtime.linter.engine import lint_file
from lint_runtime.linter.fixes import apply_edits, select_edits
from lint_runtime.linter.report import Report
from lint_runtime.linter.upgrade import plan_upgrades
from lint_runtime.manifest.parser import parse_manifest
from lint_runtime.rules.base import Neighbors
from tests.conftest import AS_OF, TABLE, Command
from tests.manifest.cases import CASES, Case
from tests.manifest.mutation import TOKENS
from tests.manifest.test_conformance import WITHOUT_ASTRO

ENDED = date(2027, 12, 1)
DAYS = [date(2025, 9, 10), AS_OF, date(2027, 2, 1), date(2027, 5, 5), ENDED, date(2028, 9, 1)]


def _manifest(requirement: str, astro: str = "", python: str = ">=3.12") -> str:
    return (
        f"# é\n[project]\nname = 'demo'\nrequires-python = '{python}'\n"
        f"dependencies = ['{requirement}']\n\n[tool.astro]\n{astro}\n"
    )


def _lint(text: str | bytes, today: date = AS_OF, dockerfile: bytes | None = None) -> Report:
    data = text.encode() if isinstance(text, str) else text
    neighbors = Neighbors({} if dockerfile is None else {"Dockerfile": dockerfile})
    return lint_file(data, "a/pyproject.toml", Config(), TABLE.as_of(today), neighbors=neighbors)


def _fixed(text: str, today: date = AS_OF, dockerfile: bytes | None = None) -> str:
    edits = select_edits(_lint(text, today, dockerfile).diagnostics, unsafe=True)
    return apply_edits(text.encode(), edits).decode()


def _upgraded(text: str, today: date, goal: str = "") -> str:
    upgrades = plan_upgrades(_lint(text, today), goal, Config(), TABLE.as_of(today), unsafe=True)
    return apply_edits(text.encode(), sorted(edit for plan in upgrades for edit in plan.edits)).decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("apache-airflow==3.1.*", "runtime = '3.1-2'  # why"), ("apache-airflow==3.1.*", "runtime = '3.1-21'  # why")),
        (("apache-airflow == 3.1.0", "runtime = \"3.1-2\""), ("apache-airflow ==3.1.8", "runtime = \"3.1-21\"")),
        (("Apache_Airflow[celery]==3.1 ; python_version > \"3\"", "runtime='3.1-2'"), ("Apache_Airflow[celery]==3.1.8 ; python_version > \"3\"", "runtime='3.1-21'")),
        (("apache-airflow==3.*", "runtime = '3.2-1'"), ("apache-airflow==3.*", "runtime = '3.2-10'")),
        (("apache-airflow==2.11.*", "runtime = '13.5.0'"), ("apache-airflow==2.11.*", "runtime = '13.11.0'")),
        (("apache-airflow==2.11.0", ""), ("apache-airflow==2.11.2", "")),
        (("apache-airflow==3.3.0", ""), ("apache-airflow==3.3.2", "")),
        (("apache-airflow==3.1.*', 'apache-airflow == 3.1.*", "runtime = '3.1-2'"), ("apache-airflow==3.1.*', 'apache-airflow == 3.1.*", "runtime = '3.1-21'")),
        (("apache-airflow==3.1.*", "runtime = '3.1\\u002d2'"), ("apache-airflow==3.1.*", "runtime = '3.1\\u002d2'")),
    ],
    ids=["a build", "a release", "extras and a marker", "a major version", "Airflow 2", "a release of Airflow 2", "a patch", "two requirements", "an escape sequence"],
)  # fmt: skip
def test_a_fix_changes_only_versions(before: tuple[str, str], after: tuple[str, str]) -> None:
    if "\\u" in before[1]:
        before, after = ((pair[0], pair[1].replace("'", '"')) for pair in (before, after))
    assert _fixed(_manifest(*before)) == _manifest(*after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("apache-airflow==3.0.*", "runtime = '3.0-3'", ">=3.12"), ("apache-airflow==3.3.*", "runtime = '3.3-8'", ">=3.12")),
        (("apache-airflow==3.0.*", "", ">=3.10"), ("apache-airflow==3.3.*", "", ">=3.12")),
        (("apache-airflow==3.0.*", "", ">=3.11"), ("apache-airflow==3.3.*", "", ">=3.12")),
        (("apache-airflow==3.0.*", "", ">=3.9"), ("apache-airflow==3.3.*", "", ">=3.9")),
        (("apache-airflow==3.0.*", "", ">=3.10,<3.14"), ("apache-airflow==3.3.*", "", ">=3.10,<3.14")),
        (("apache-airflow==3.0.6", "runtime = '3.0-18'", ">=3.12"), ("apache-airflow==3.3.2", "runtime = '3.3-8'", ">=3.12")),
        (("apache-airflow==3.0.6', 'apache-airflow==3.0.6 ; python_version > \"3\"", "", ">=3.12"), ("apache-airflow==3.3.2', 'apache-airflow==3.3.2 ; python_version > \"3\"", "", ">=3.12")),
        (("apache-airflow==3.*", "runtime = '3.0-18'", ">=3.12"), ("apache-airflow==3.*", "runtime = '3.3-8'", ">=3.12")),
        (("apache-airflow==3.0.*', 'apache-airflow-core", "", ">=3.12"), ("apache-airflow==3.3.*', 'apache-airflow-core", "", ">=3.12")),
        # requires-python allows no Python version that Runtime 3.3 has, so nothing changes.
        (("apache-airflow==3.0.*", "", "==3.11.*"), ("apache-airflow==3.0.*", "", "==3.11.*")),
        # Only --upgrade-to moves from Airflow 2 to Airflow 3.
        (("apache-airflow==2.11.*", "runtime = '13.11.0'", ">=3.12"), ("apache-airflow==2.11.*", "runtime = '13.11.0'", ">=3.12")),
    ],
    ids=["a build", "the first bound of Airflow 3", "the listed bound", "another bound", "a range", "a release", "two requirements", "a major version", "a bare core", "another Python", "Airflow 2"],
)  # fmt: skip
def test_an_upgrade_changes_only_versions(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    assert _upgraded(_manifest(*before), date(2027, 11, 15)) == _manifest(*after)


def test_an_upgrade_that_only_users_can_make() -> None:
    day = date(2027, 11, 15)
    report = _lint(_manifest("apache-airflow==3.0.*", "", "==3.11.*"), day)
    (plan,) = plan_upgrades(report, "", Config(), TABLE.as_of(day), unsafe=True)
    assert plan.reason == "its manifest needs changes by hand"


def test_an_upgrade_to_airflow_3() -> None:
    before = _manifest("apache-airflow==2.11.*", "runtime = '13.11.0'", ">=3.10,<3.13")
    after = _manifest("apache-airflow==3.3.*", "runtime = '3.3-8'", ">=3.12")
    assert _upgraded(before, AS_OF, goal="3.3") == after
    # 9.7.0 can't move to Airflow 3 directly, so the first upgrade is to 13.11.0.
    first = _upgraded(_manifest("apache-airflow==2.7.*", "runtime = '9.7.0'"), AS_OF, goal="3.3")
    assert first == _manifest("apache-airflow==2.11.*", "runtime = '13.11.0'")


def test_line_ends_stay() -> None:
    before = _manifest("apache-airflow==3.1.0", "runtime = '3.1-2'").replace("\n", "\r\n").rstrip()
    assert _fixed(before) == before.replace("3.1.0", "3.1.8").replace("3.1-2", "3.1-21")


@pytest.mark.parametrize(
    "mark", [b"\xef\xbb\xbf", b"# \xff\n"], ids=["a byte order mark", "an invalid byte"]
)
def test_a_manifest_that_the_cli_cannot_read_is_not_changed(mark: bytes) -> None:
    report = _lint(mark + _manifest("apache-airflow==3.1.*", "runtime = '3.1-2'").encode())
    assert [(finding.rule, finding.fix) for finding in report.diagnostics] == [("invalid-manifest", None)]


def test_a_release_whose_airflow_is_unknown_is_not_written() -> None:
    # 3.0-3 was the newest build on that day. Its exact Airflow version is unknown, so there is no fix.
    text = _manifest("apache-airflow==3.0.1", "runtime = '3.0-2'")
    findings = _lint(text, date(2025, 6, 20)).diagnostics
    assert [(finding.rule, finding.fix) for finding in findings] == [("unknown-release", None)]


def _help(text: str, today: date = ENDED) -> tuple[str, str]:
    finding = _lint(text, today).diagnostics[0]
    return finding.help, "\n".join(finding.notes)


def test_help_says_what_to_write_and_names_the_other_way() -> None:
    advice, notes = _help(_manifest("apache-airflow==3.0.*", "runtime = '3.0-3'", ">=3.10"))
    settings = "apache-airflow==3.3.*, runtime = '3.3-8' and requires-python = '>=3.12'"
    command = "'astro local upgrade airflow 3.3'"
    assert advice.startswith(f"write {settings}, or run {command} (Airflow 3.3")
    assert "[tool.uv]" not in notes
    # The help names no new requires-python: only users know which Python versions their code supports.
    advice, _ = _help(_manifest("apache-airflow==3.0.*", "runtime = '3.0-3'", "==3.11.*"))
    settings = "apache-airflow==3.3.*, runtime = '3.3-8' and a requires-python that admits Python 3.14"
    assert advice.startswith(f"write {settings}, or run {command} (Airflow 3.3")
    uv = "[tool.uv]\nconstraint-dependencies = ['apache-airflow==3.0.6+astro.1']\n"
    _, notes = _help(_manifest("apache-airflow==3.0.*", "runtime = '3.0-3'") + uv)
    assert "the constraints in [tool.uv] follow at the next 'astro local start'" in notes
    # Only the build changes, so there is no note on constraints.
    advice, notes = _help(_manifest("apache-airflow==3.3.*", "runtime = '3.3-1'") + uv, AS_OF)
    assert advice == "write runtime = '3.3-8'"
    assert "tool.uv" not in notes
    _, notes = _help(_manifest("apache-airflow==3.3.*", "runtime = '3.2-10'") + uv, AS_OF)
    assert "the constraints in [tool.uv] follow" in notes


def test_the_requirement_of_a_converted_project(
    run: Command, run_lifecycle: Command, tmp_path: Path
) -> None:
    shown = run_lifecycle("show", "9.1.0", "--format", "csv", "--as-of", AS_OF)
    assert "requirement,apache-airflow==2.7.* ('astro init' leaves 2.*)" in shown.out
    (tmp_path / "Dockerfile").write_text("FROM quay.io/astronomer/astro-runtime:9.1.0\n")
    linted = run("--format", "json", "--as-of", AS_OF, "Dockerfile", cwd=tmp_path)
    assert "'astro init', change apache-airflow==2.* to apache-airflow==2.7.*" in linted.out


COMMENT = "# lint-runtime: ignore[outdated-release, airflow-mismatch]\n"
TWO_FINDINGS = _manifest("apache-airflow==3.1.4", "runtime = '3.1-2'").replace(">=3.12", ">=3.11")


def _rules(text: str) -> list[str]:
    return [finding.rule for finding in _lint(text).diagnostics if finding.severity != "info"]


@pytest.mark.parametrize("line", ["runtime = ", "dependencies = "])
def test_a_comment_above_the_key_or_the_requirement(line: str) -> None:
    assert _rules(TWO_FINDINGS) == ["airflow-mismatch", "outdated-release"]
    assert _rules(TWO_FINDINGS.replace(line, COMMENT + line)) == []


def test_a_comment_above_a_requirement_in_an_array() -> None:
    text = TWO_FINDINGS.replace("['apache", f"[\n  'a',\n  {COMMENT}  'apache")
    assert _rules(text) == []


def test_a_comment_in_a_string_is_none() -> None:
    text = TWO_FINDINGS.replace("[tool.astro]", f"[tool.b]\na = '''\n{COMMENT}'''\n[tool.astro]")
    assert _rules(text) == ["airflow-mismatch", "outdated-release"]


def test_a_baseline(run: Command, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(_manifest("apache-airflow==3.1.*", "runtime = '3.2-10'"))
    lint = ("--isolated", "--as-of", AS_OF, "pyproject.toml")
    assert run(*lint, cwd=tmp_path).code == 1
    run(*lint, "--write-baseline", "b.json", cwd=tmp_path)
    assert run(*lint, "--baseline", "b.json", cwd=tmp_path).code == 0


@pytest.mark.parametrize(
    ("requirement", "python"), [("apache-airflow==2.11.*", ">=3.12"), ("apache-airflow==3.1.*", "==3.11.*")]
)
def test_a_baseline_outlives_new_builds(
    run: Command, tmp_path: Path, requirement: str, python: str
) -> None:
    (tmp_path / "pyproject.toml").write_text(_manifest(requirement, python=python))
    (tmp_path / "c.toml").write_text("select = ['disallowed-version']\n[require]\nruntime = '>=3.2'\n")
    lint = ("--config", "c.toml", "pyproject.toml", "--format", "json", "--as-of")
    run(*lint, date(2025, 11, 10), "--write-baseline", "b.json", cwd=tmp_path)
    assert '"rule": "disallowed-version"' in (tmp_path / "b.json").read_text()
    images = set()
    for day in (date(2025, 11, 10), AS_OF):
        linted = run(*lint, day, "--baseline", "b.json", cwd=tmp_path)
        assert linted.code == 0
        (file,) = json.loads(linted.out)["files"]
        images.add(file["stages"][0]["image"])
    assert len(images) == 2


def test_your_own_policy(run: Command, tmp_path: Path) -> None:
    text = _manifest("apache-airflow==3.1.*", "runtime = '3.1-21'")
    (tmp_path / "pyproject.toml").write_text(text)
    (tmp_path / "c.toml").write_text("[require]\nruntime = '>=3.2'\n")
    lint = ("--config", "c.toml", "--as-of", AS_OF, "pyproject.toml")
    refused = run(*lint, cwd=tmp_path)
    assert "8:12: error: Astro Runtime 3.1-21 is not allowed" in refused.out
    assert run(*lint, "--fix", "--upgrade", cwd=tmp_path).code == 0
    after = _manifest("apache-airflow==3.3.*", "runtime = '3.3-8'")
    assert (tmp_path / "pyproject.toml").read_text() == after


def test_the_contract(run: Command, tmp_path: Path) -> None:
    """Check that the JSON report and the Astro CLI agree on the image and errors of each manifest."""
    for number, case in enumerate(CASES):
        _write(tmp_path / str(number), case)
    names = [f"{number}/pyproject.toml" for number in range(len(CASES))]
    out = run("--format", "json", "--isolated", "--as-of", AS_OF, *names, cwd=tmp_path).out
    files = {
        Path(file["path"]).parts[0]: file
        for file in json.loads(out)["files"]
        if "pyproject" in file["path"]
    }
    for number, case in enumerate(CASES):
        vendor, file = case.vendor, files.get(str(number))
        if vendor["status"] == "not_astro" or case.name in WITHOUT_ASTRO:
            assert file is None, case.name
            continue
        assert file is not None, case.name
        errors = [
            finding["rule"]
            for finding in file["findings"]
            if finding["severity"] == "error"
            and finding["rule"] in ("invalid-manifest", "airflow-mismatch")
        ]
        image = vendor.get("local_image", {}).get("ref") if vendor["status"] == "loaded" else None
        assert [stage["image"] for stage in file["stages"]] == ([image] if image else []), case.name
        is_refused = vendor["status"] != "loaded" or "error" in vendor.get("local_image", {})
        assert bool(errors) == is_refused, case.name
        manifest = parse_manifest(case.data)
        if image and manifest and manifest.requirement:
            decides = manifest.build or manifest.requirement
            assert [stage["line"] for stage in file["stages"]] == [decides.location.line], case.name


def _write(directory: Path, case: Case) -> None:
    directory.mkdir()
    (directory / "pyproject.toml").write_bytes(case.data)
    for name, content in case.files.items():
        if not name.startswith(("/", "..")):
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)


PINS = [
    *("==3.0.*", "==3.1.*", "==3.2.*", "==3.3.*", "==3.*", "==3.1", "==3.1.0", "==3.0.5", "==3.3.0"),
    *(" == 3.1.*", "==2.7.*", "==2.11.*", "==2.*", "==2.10.3", "==2.11.0", "==2.4.*", "==4.0.*"),
    *("==3.2.2", "==3.1.4", "==3.9.*", ">=3", ""),
]
BUILDS = [
    *("", "3.0-3", "3.0-9", "3.0-18", "3.1-2", "3.1-8", "3.1-21", "3.2-1", "3.3-1", "3.3-8", "3.3"),
    *("7.1.0", "9.1.0", "12.5.0", "13.1.0", "13.5.0", "13.11.0", "3.1-999", "3.9-1"),
]
BOUNDS = [
    *("", ">=3.10", ">=3.11", ">=3.12", ">=3.10,<3.13", ">=3.10,<3.12", "==3.11.*", "==3.12.*"),
    *(">=3.15", "~=3.12", "<3.14,>=3.12", "^3.12", ">=3.8,<3.10"),
]
NAMES = ["apache-airflow", "Apache_Airflow", "apache-airflow[celery,google]", "apache-airflow-core"]
MARKERS = ["", '; python_version >= "3.9"', " ; sys_platform == 'linux'"]
MUTATIONS = 700  # few enough for every test run: 20,000 take a minute
FROMS = [
    b"FROM astrocrpublic.azurecr.io/runtime:3.1-2\n",
    b"ARG V=3.2-4\nFROM astrocrpublic.azurecr.io/runtime:$V\n",
    b"FROM quay.io/astronomer/astro-runtime:9.1.0\n",
    b"FROM \\\n astrocrpublic.azurecr.io/runtime:3.3-8\n",
]


def _random_manifest(rng: random.Random) -> bytes:
    """Return a manifest with random versions and layout. Half of the manifests are also mutated."""

    def quoted(text: str) -> str:
        quote = rng.choice(("'", '"', "'''", '"""'))
        if rng.random() < 0.03:
            text = text.replace("=", "\\u003d", 1)
        quote = '"""' if "'" in text or "\\" in text else "'''" if '"' in text else quote
        return f"{quote}{text}{quote}"

    names = [rng.choice(NAMES) + rng.choice(PINS) + rng.choice(MARKERS)]
    names += ["apache-airflow-core"] * (rng.random() < 0.2) + ["pandas>=2"] * (rng.random() < 0.5)
    names += ["apache-airflow" + rng.choice(PINS)] * (rng.random() < 0.2)
    rng.shuffle(names)
    lines = ["# é", "[project]", "name = 'demo'"]
    if bound := rng.choice(BOUNDS):
        lines.append(f"requires-python = {quoted(bound)} # why")
    lines += [f"dependencies = [{rng.choice((', ', ',  # c' + chr(10))).join(map(quoted, names))}]"]
    lines += ["[tool.astro]"]
    if build := rng.choice(BUILDS):
        lines.append(f"runtime  =  {quoted(build)}")
    lines += ["dockerfile = 'Dockerfile'"] * (rng.random() < 0.1)
    data = rng.choice(("\n", "\r\n")).join(lines).encode()
    for _ in range(rng.choice((0, 0, 0, 1, 2, 3))):
        start = rng.randint(0, len(data))
        end = start + rng.choice((0, 0, rng.randint(0, 8)))
        data = data[:start] + rng.choice((b"", *TOKENS)) + data[end:]
    return data


def _check_change(before: Report, finding: Diagnostic, data: bytes, after: bytes, lint: object) -> None:
    manifest = parse_manifest(after)
    assert manifest is not None
    assert manifest.is_accepted
    assert after != data
    assert after.count(b"\n") == data.count(b"\n")
    assert callable(lint)
    report = lint(after)
    known = {(other.rule, other.severity) for other in before.diagnostics}
    left = {(other.rule, other.severity) for other in report.diagnostics}
    assert (finding.rule, finding.severity) not in left or finding.rule == "airflow-mismatch"
    assert not {key for key in left - known if key[1].at_least(finding.severity)}


def test_every_change_of_a_random_manifest_is_right() -> None:
    offered = 0
    for seed in range(MUTATIONS):
        rng = random.Random(seed)  # noqa: S311 (not a secret)
        data, today, dockerfile = _random_manifest(rng), rng.choice(DAYS), rng.choice(FROMS)

        def lint(data: bytes, today: date = today, dockerfile: bytes = dockerfile) -> Report:
            return _lint(data, today, dockerfile)

        report = lint(data)
        for finding in report.diagnostics:
            for change in filter(None, (finding.fix, finding.upgrade)):
                offered += 1
                _check_change(report, finding, data, apply_edits(data, sorted(change.edits)), lint)
        for goal in ("", "3.3"):
            known = TABLE.as_of(today)
            for upgrade in plan_upgrades(report, goal, Config(), known, unsafe=True):
                if upgrade.edits:
                    assert lint(apply_edits(data, sorted(upgrade.edits))).stages
    assert offered > MUTATIONS / 20
