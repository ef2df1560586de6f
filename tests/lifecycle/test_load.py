"""Lifecycle data in a file: the option `--table`, the key `table`, and findings that use this data."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lint_runtime
from lint_runtime.config.files import load
from lint_runtime.config.model import Config
from lint_runtime.dockerfile.platforms import parse_platform
from lint_runtime.files import MAX_DOCUMENT
from lint_runtime.lifecycle.load import embedded_table
from lint_runtime.lifecycle.model import (
    EMBEDDED,
    Availability,
    Release,
    ReleaseSeries,
    Schedule,
    Yank,
)
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.update.refresh import dump_table
from lint_runtime.lifecycle.versions import RuntimeVersion, parse_version
from lint_runtime.linter.engine import lint_file
from lint_runtime.rules import RULES
from tests.conftest import ENDS, LINT, Command, Result, schema_errors

TABLE = embedded_table()

NAME = ".lint-runtime.toml"
QUAY = "quay.io/astronomer/astro-runtime"
AZURE = "astrocrpublic.azurecr.io/runtime"
FINE = f"FROM {QUAY}:13.11.0\n"
"""A Dockerfile with the newest release in the embedded table. Most tests use tables with a newer release."""

DAY = "2026-11-22"
REPORT_SCHEMA = Path(lint_runtime.__file__).parent / "formatters/report.schema.json"


Lint = Callable[..., Result]
"""Runs `lint-runtime` with arguments in the directory `cwd`, as of `day`."""


@pytest.fixture
def lint(run: Command) -> Lint:
    def lint(*arguments: object, cwd: Path, day: str = DAY, stdin: str = "") -> Result:
        return run("--as-of", day, *arguments, cwd=cwd, stdin=stdin)

    return lint


@pytest.fixture
def lint_json(lint: Lint) -> Callable[..., Any]:
    """Return a function that lints and returns the JSON report."""
    return lambda *arguments, **options: json.loads(lint("--format", "json", *arguments, **options).out)


def _run_process(
    environment: dict[str, str], *arguments: str, cwd: Path
) -> subprocess.CompletedProcess[str]:
    command = [*LINT, *arguments]
    return subprocess.run(
        command, cwd=cwd, env=os.environ | environment, capture_output=True, text=True, check=False
    )


def _write(directory: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return directory


def _v(text: str) -> RuntimeVersion:
    version = parse_version(text)
    assert version
    return version


def _released(*versions: str, day: date = date(2026, 10, 30)) -> list[Release]:
    return [Release(_v(version), "feed", released=day) for version in versions]


def _changed(version: str = "13.99.0", day: date = date(2026, 11, 1)) -> str:
    """Return the text of a table file: the embedded table with the date `day` and one more release."""
    return dump_table(LifecycleTable(day, TABLE.series, [*TABLE.releases, *_released(version)]))


def _feed(*versions: str, **metadata: object) -> str:
    """Return the JSON text of a feed with these releases. All releases have the same metadata."""
    keys: dict[str, dict[str, object]] = {"runtimeVersions": {}, "runtimeVersionsV3": {}}
    for version in versions:
        is_airflow_2 = _v(version).airflow == 2
        airflow = "2.11.2" if is_airflow_2 else f"{version.partition('-')[0]}.0"
        given = {"airflowVersion": airflow, "channel": "stable", "releaseDate": "2026-10-30", **metadata}
        keys["runtimeVersions" if is_airflow_2 else "runtimeVersionsV3"][version] = {"metadata": given}
    return json.dumps({"schemaVersion": "1.0", **keys})


def _touch(path: Path, *when: int) -> None:
    moment = datetime(*when, tzinfo=timezone.utc).timestamp()  # type: ignore[arg-type, misc]
    os.utime(path, (moment, moment))


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Return a directory with a Dockerfile, a table in `t.json` and the feed in `feed.json`."""
    feed = _feed("13.98.0", endOfSupport="2027-12-31")
    _write(tmp_path, {"Dockerfile": FINE, "t.json": _changed(), "feed.json": feed})
    _touch(tmp_path / "feed.json", 2026, 11, 10, 12)
    return tmp_path


EACH_TABLE = pytest.mark.parametrize(
    ("name", "day", "newest", "end"),
    [
        pytest.param("t.json", "2026-11-01", "13.99.0", "2027-04-30", id="a table"),
        pytest.param("feed.json", "2026-11-10", "13.98.0", "2027-12-31", id="the feed"),
    ],
)


def _identity(path: Path, day: str, name: str = "") -> dict[str, str]:
    return {"date": day, "source": name or str(path), "sha256": sha256(path.read_bytes()).hexdigest()}


# --- The option --------------------------------------------------------------------------------------


def test_the_embedded_table_has_no_finding(directory: Path, lint: Lint) -> None:
    assert lint(cwd=directory)[:2] == (0, "")


@EACH_TABLE
def test_findings_follow_the_table(
    directory: Path, name: str, day: str, newest: str, end: str, lint: Lint
) -> None:
    code, out, err = lint("--fail-on", "warning", "--table", name, cwd=directory)
    assert code == 1
    assert out.count("\n") == 1
    assert f"13.11.0 is outdated: {newest} is available; use {newest} [outdated-release]" in out
    full = lint("--format", "full", "--table", name, cwd=directory).out
    assert f"note: 13.x: maintenance ends on {end}" in full
    found = "1 warning (1 fixable with --fix) in 1 file with 1 Runtime image"
    assert err == f"lint-runtime: {found}, as of {DAY} (lifecycle data of {day} in {name})\n"


@EACH_TABLE
def test_json_names_the_table(
    directory: Path, name: str, day: str, newest: str, end: str, lint: Lint
) -> None:
    path = directory / name
    _, out, _ = lint("--format", "json", "--table", path, cwd=directory)
    report = json.loads(out)
    assert report["table"] == _identity(path, day)
    assert report["tables"] == [report["table"]]
    assert [file["table"] for file in report["files"]] == [str(path)]
    assert report["files"][0]["stages"][0]["runtime"]["end_of_maintenance"] == end
    assert report["files"][0]["findings"][0]["fix"]["edits"][0]["text"] == newest
    assert schema_errors(out, REPORT_SCHEMA) == []


def test_json_names_the_embedded_table(directory: Path, lint_json: Callable[..., Any]) -> None:
    report = lint_json(cwd=directory)
    assert report["table"] == TABLE.identity
    assert (report["table"]["source"], report["files"][0]["table"]) == (EMBEDDED, EMBEDDED)
    assert report["table"]["sha256"] == sha256(dump_table(TABLE).encode()).hexdigest()


@EACH_TABLE
def test_other_formats_name_the_table(
    directory: Path, name: str, day: str, newest: str, end: str, lint: Lint
) -> None:
    outputs = [f"--output={kind}={kind}.out" for kind in ("sarif", "junit", "markdown")]
    lint("--table", name, *outputs, "Dockerfile", cwd=directory)
    expected = _identity(directory / name, day, name)
    (scan,) = json.loads((directory / "sarif.out").read_text())["runs"]
    assert (scan["properties"]["table_date"], scan["properties"]["tables"]) == (day, [expected])
    properties = ET.parse(directory / "junit.out").getroot().iter("property")  # noqa: S314
    found = {one.get("name"): one.get("value") for one in properties}
    assert found == {"as-of": DAY, **{f"table-{key}": value for key, value in expected.items()}}
    heading = (directory / "markdown.out").read_text().partition("\n")[0]
    assert heading.endswith(f"(lifecycle data of {day} in `{name}`, SHA-256 `{expected['sha256'][:12]}`)")
    assert newest in (directory / "markdown.out").read_text()
    assert f"13.x: maintenance ends on {end}" in (directory / "junit.out").read_text()


@pytest.mark.process
@pytest.mark.parametrize("zone", ["Etc/GMT+12", "Etc/GMT-14"])
@pytest.mark.parametrize(("hour", "day"), [((9, 23), "2026-11-09"), ((10, 0), "2026-11-10")])
def test_the_feed_is_of_the_utc_day_of_its_file(
    directory: Path, zone: str, hour: tuple[int, int], day: str
) -> None:
    _touch(directory / "feed.json", 2026, 11, *hour)
    err = _run_process({"TZ": zone}, "--as-of", DAY, "--table", "feed.json", cwd=directory).stderr
    assert f"(lifecycle data of {day} in feed.json)" in err


def test_an_old_feed_is_merged_over_the_embedded_table(directory: Path, lint: Lint) -> None:
    (directory / "feed.json").write_text(_feed("13.5.0", releaseDate="2026-01-15"), encoding="utf-8")
    _touch(directory / "feed.json", 2026, 11, 10)
    code, out, err = lint("--table", "feed.json", "Dockerfile", cwd=directory)
    assert (code, out) == (0, "")
    # All releases in the feed are older than the embedded table, so the date of the table stays.
    assert f"(lifecycle data of {TABLE.date} in feed.json)" in err


def test_ends_on_a_past_day(directory: Path, lint_json: Callable[..., Any]) -> None:
    ends = [
        lint_json("--table", "feed.json", cwd=directory, day=day)["files"][0]["stages"][0]["runtime"]
        for day in ("2026-11-09", "2026-11-10")
    ]
    assert [end["end_of_maintenance"] for end in ends] == ["2027-04-30", "2027-12-31"]


def test_a_hostile_name_of_a_table(directory: Path, lint: Lint, lint_json: Callable[..., Any]) -> None:
    name = os.fsdecode(b"##[error]\x1b[31m\n::error::`x`|<b>\xff.json")
    (directory / name).write_text(_changed(), encoding="utf-8")
    shown = "#\\x23[error]\\x1b[31m\\n::error::`x`|<b>\\xff.json"
    for kind in ("text", "json", "sarif", "junit", "markdown"):
        code, out, err = lint("--format", kind, "--table", name, "Dockerfile", cwd=directory)
        assert (code, err.count("\n")) == (0, 1)
        assert f"(lifecycle data of 2026-11-01 in {shown})" in err
        assert "##[" not in out + err
        assert "\x1b" not in out + err
        assert all(series.isprintable() for series in (out + err).splitlines())
    report = lint_json("--table", name, "Dockerfile", cwd=directory)
    assert report["files"][0]["table"] == report["table"]["source"]
    assert schema_errors(json.dumps(report), REPORT_SCHEMA) == []


@pytest.mark.parametrize("moment", [10**15, -(10**12), 10**11, 0, 1])
def test_a_file_of_any_age_is_read(directory: Path, moment: int, lint: Lint) -> None:
    # Prefer /dev/shm, because not every file system can store these times.
    place = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else directory  # noqa: S108
    for name in ("t.json", "feed.json"):
        path = place / f"lint-runtime-{os.getpid()}-{name}"
        path.write_text((directory / name).read_text(encoding="utf-8"), encoding="utf-8")
        try:
            os.utime(path, (moment, moment))
            code, _, err = lint("--table", path, "Dockerfile", cwd=directory)
        finally:
            path.unlink()
        assert "Traceback" not in err, name
        assert code == 0 or name == "feed.json", name


# --- The key -----------------------------------------------------------------------------------------

EACH_FILE = pytest.mark.parametrize(
    ("file", "text"),
    [
        pytest.param(NAME, 'table = "t.json"\n', id=NAME),
        pytest.param("pyproject.toml", '[tool.lint-runtime]\ntable = "t.json"\n', id="pyproject.toml"),
    ],
)


@EACH_FILE
def test_the_path_is_relative_to_the_configuration_file(
    directory: Path, file: str, text: str, lint: Lint, lint_json: Callable[..., Any]
) -> None:
    _write(
        directory, {file: text, "sub/Dockerfile": FINE, "elsewhere/x": "", "elsewhere/t.json": "no table"}
    )
    for cwd, path in (
        (directory, "sub"),
        (directory / "sub", "."),
        (directory / "elsewhere", "../sub/Dockerfile"),
    ):
        code, out, err = lint(path, cwd=cwd)
        assert (code, out.count("use 13.99.0")) == (0, 1)
        assert "(lifecycle data of 2026-11-01 in " in err
        assert err.endswith("t.json)\n")
    report = lint_json("../sub", cwd=directory / "elsewhere")
    assert os.path.samefile(report["table"]["source"], directory / "t.json")


def test_the_path_may_lead_out_of_the_directory_or_be_absolute(directory: Path, lint: Lint) -> None:
    _write(directory, {f"a/{NAME}": 'table = "../t.json"', "a/Dockerfile": FINE})
    _write(
        directory, {f"b/{NAME}": f"table = {json.dumps(str(directory / 't.json'))}", "b/Dockerfile": FINE}
    )
    for project in ("a", "b"):
        assert "use 13.99.0" in lint(project, cwd=directory)[1]


@EACH_FILE
def test_the_option_replaces_the_key(directory: Path, file: str, text: str, lint: Lint) -> None:
    _write(directory, {file: text})
    code, out, err = lint("--table", "feed.json", cwd=directory)
    assert (code, "use 13.98.0" in out) == (0, True)
    assert "(lifecycle data of 2026-11-10 in feed.json)" in err


def test_a_table_that_the_option_replaces_is_not_read(directory: Path, lint: Lint) -> None:
    _write(directory, {NAME: 'table = "missing.json"'})
    assert lint("--table", "t.json", cwd=directory)[0] == 0


@EACH_FILE
def test_isolated_ignores_the_key(directory: Path, file: str, text: str, lint: Lint) -> None:
    _write(directory, {file: text})
    assert lint("--isolated", cwd=directory)[:2] == (0, "")
    assert "use 13.98.0" in lint("--isolated", "--table", "feed.json", cwd=directory)[1]


def test_the_table_of_a_given_configuration(directory: Path, lint: Lint) -> None:
    _write(directory, {"etc/c.toml": 'table = "u.json"', "etc/u.json": _changed("13.97.0")})
    _write(directory, {NAME: 'table = "t.json"', "sub/Dockerfile": FINE})
    for cwd, config in ((directory, "etc/c.toml"), (directory / "sub", "../etc/c.toml")):
        code, out, err = lint("--config", config, ".", cwd=cwd)
        assert code == 0
        assert "use 13.97.0" in out
        assert "13.99.0" not in out
        assert "u.json)" in err
    assert "use 13.98.0" in lint("--config", "etc/c.toml", "--table", "feed.json", cwd=directory)[1]


def test_a_missing_table_of_a_given_configuration(directory: Path, lint: Lint) -> None:
    _write(directory, {"etc/c.toml": 'table = "t.json"'})
    code, out, err = lint("--config", "etc/c.toml", ".", cwd=directory)
    assert (code, out) == (2, "")
    shown = "cannot use the lifecycle data 'etc/t.json': No such file or directory"
    assert err == f"lint-runtime: etc/c.toml: {shown}\n"


@pytest.fixture
def projects(directory: Path) -> Path:
    """Return a directory with three projects: `a` and `b` have a table each, and `c` has none."""
    (directory / "Dockerfile").unlink()
    _write(
        directory,
        {
            f"a/{NAME}": 'table = "../t.json"',
            f"b/{NAME}": 'table = "../feed.json"',
            **{f"{project}/{part}/Dockerfile": FINE for project in "abc" for part in "12"},
        },
    )
    return directory


def test_every_project_is_checked_by_its_own_table(projects: Path, lint: Lint) -> None:
    code, out, err = lint("b", "c", "a", cwd=projects)
    assert code == 0
    assert [(series[0], series.partition("; use ")[2][:7]) for series in out.splitlines()] == [
        ("b", "13.98.0"),
        ("b", "13.98.0"),
        ("a", "13.99.0"),
        ("a", "13.99.0"),
    ]
    (summary,) = err.splitlines()
    shown = re.findall(r"lifecycle data of (\S+?)(?:,| in \S*/(\S+?)[,)])", summary)
    assert shown == [("2026-11-10", "feed.json"), ("2026-10-06", ""), ("2026-11-01", "t.json")]


def test_json_names_the_table_of_each_file(projects: Path, lint: Lint) -> None:
    _, out, _ = lint("--format", "json", "b", "c", "a", cwd=projects)
    report = json.loads(out)
    assert [table["date"] for table in report["tables"]] == ["2026-11-10", "2026-10-06", "2026-11-01"]
    assert report["table"] == report["tables"][0]
    sources = [table["source"] for table in report["tables"]]
    checked = [(file["path"], file["table"]) for file in report["files"]]
    assert checked == [
        (f"{project}/{part}/Dockerfile", source)
        for project, source in zip("bca", sources, strict=True)
        for part in "12"
    ]
    hashes = [sha256((projects / name).read_bytes()).hexdigest() for name in ("feed.json", "t.json")]
    assert [report["tables"][index]["sha256"] for index in (0, 2)] == hashes
    assert schema_errors(out, REPORT_SCHEMA) == []


def test_other_formats_name_all_tables(projects: Path, lint: Lint) -> None:
    outputs = [f"--output={kind}={kind}.out" for kind in ("sarif", "junit", "markdown", "json")]
    lint(*outputs, "a", "b", cwd=projects)
    tables = json.loads((projects / "json.out").read_text())["tables"]
    (scan,) = json.loads((projects / "sarif.out").read_text())["runs"]
    assert scan["properties"]["tables"] == tables
    assert scan["properties"]["table_date"] == tables[0]["date"]
    properties = ET.parse(projects / "junit.out").getroot().iter("property")  # noqa: S314
    found = [(one.get("name"), one.get("value")) for one in properties]
    named = zip(("table", "table-2"), tables, strict=True)
    assert found[1:] == [(f"{name}-{key}", value) for name, table in named for key, value in table.items()]
    heading = (projects / "markdown.out").read_text().partition("\n")[0]
    assert re.findall(r"data of (\S+)", heading) == ["2026-11-01", "2026-11-10"]


def test_a_table_of_many_projects_is_one_table(
    directory: Path, lint: Lint, lint_json: Callable[..., Any]
) -> None:
    names = [f"p{number}" for number in range(3)]
    for name in names:
        _write(directory, {f"{name}/{NAME}": 'table = "../t.json"', f"{name}/Dockerfile": FINE})
    assert len(lint_json(*names, cwd=directory)["tables"]) == 1
    _, _, err = lint(*names, cwd=directory, day="2027-11-22")
    assert err.count("days old") == 1
    assert err.count("t.json") == 2


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(None, "No such file or directory", id="missing"),
        pytest.param('{"schema_version": 1', "not valid JSON", id="broken"),
    ],
)
def test_a_project_with_an_unusable_table(
    projects: Path, content: str | None, reason: str, lint: Lint, lint_json: Callable[..., Any]
) -> None:
    (projects / "t.json").unlink()
    if content is not None:
        (projects / "t.json").write_text(content, encoding="utf-8")
    code, out, err = lint("a", "b", "c", cwd=projects)
    assert code == 2
    assert {series[0] for series in out.splitlines()} == {"b"}
    complaint, summary = err.splitlines()
    config = projects / "a" / NAME
    assert complaint.startswith(f"lint-runtime: {config}: cannot use the lifecycle data '")
    assert f"t.json': {reason}" in complaint
    assert "in 4 files" in summary
    report = lint_json("a", "b", "c", cwd=projects)
    assert [file["path"][0] for file in report["files"]] == ["b", "b", "c", "c"]
    assert report["problems"] == [complaint.removeprefix("lint-runtime: ")]
    assert [table["date"] for table in report["tables"]] == ["2026-11-10", "2026-10-06"]


def test_a_file_without_its_table_is_not_checked(projects: Path, lint: Lint) -> None:
    (projects / "t.json").unlink()
    code, out, err = lint("a", cwd=projects)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "cannot use the lifecycle data" in err


@EACH_FILE
@pytest.mark.parametrize(
    ("value", "shown"),
    [("1", "1"), ("true", "true"), ('["t.json"]', ""), ('""', "''"), ('"a\\u0000b"', "'a\\x00b'")],
)
def test_wrong_values_of_the_key(
    directory: Path, file: str, text: str, value: str, shown: str, lint: Lint
) -> None:
    _write(directory, {file: text.replace('"t.json"', value), "other/.git/x": "", "other/Dockerfile": FINE})
    code, out, err = lint("Dockerfile", "other", cwd=directory)
    assert (code, out) == (2, "")
    # The first line is about the repository `other`, which git can't read.
    _, complaint, summary = err.splitlines()
    assert complaint.startswith(
        f"lint-runtime: {directory / file}: table: must be the path of a file, not {shown}"
    )
    assert "no problems in 1 file" in summary


def _setting(lint: Lint, *arguments: str, cwd: Path) -> str:
    code, out, err = lint("--show-config", *arguments, cwd=cwd)
    assert (code, err) == (0, "")
    return out.splitlines()[-1]


@EACH_FILE
def test_show_config(directory: Path, file: str, text: str, lint: Lint) -> None:
    _write(directory, {file: text, "sub/Dockerfile": FINE})
    written = f'table = "{directory / "t.json"}"'
    assert _setting(lint, "sub", cwd=directory) == f"{written}  # {directory / file}"
    assert _setting(lint, cwd=directory / "sub") == f"{written}  # {directory / file}"
    assert _setting(lint, "--isolated", cwd=directory) == "# table is not set"
    assert _setting(lint, "--table", "feed.json", cwd=directory) == 'table = "feed.json"  # --table'
    assert (
        _setting(lint, "--isolated", "--table", "feed.json", cwd=directory)
        == 'table = "feed.json"  # --table'
    )
    assert (
        _setting(lint, "--config", f"../{file}", cwd=directory / "sub")
        == f'table = "../t.json"  # ../{file}'
    )


def test_show_config_can_be_used_as_a_configuration(directory: Path, lint: Lint) -> None:
    name = 'é "quoted" \\ #.json'
    (directory / name).write_text(_changed("13.97.0"), encoding="utf-8")
    _write(directory, {NAME: f"table = {json.dumps(name)}"})
    out = lint("--show-config", cwd=directory)[1]
    again = directory / "other" / NAME
    _write(directory, {"other/.git/x": "", "other/Dockerfile": FINE, f"other/{NAME}": out})
    assert load(str(again)).config == load(str(directory / NAME)).config
    assert "use 13.97.0" in lint(cwd=directory / "other")[1]


def test_show_config_of_a_table_that_is_missing(directory: Path, lint: Lint) -> None:
    _write(directory, {NAME: 'table = "missing.json"'})
    code, out, err = lint("--show-config", cwd=directory)
    assert (code, out, err.count("\n")) == (2, "", 1)


# --- Tables that cannot be used ----------------------------------------------------------------------


def _directory(path: Path) -> None:
    path.mkdir()


def _too_large(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(MAX_DOCUMENT + 1)


def _content(data: str | bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(data.encode() if isinstance(data, str) else data)

    return write


def _document(**changes: object) -> str:
    return json.dumps({**json.loads(dump_table(TABLE)), **changes})


NO_TABLES = [
    pytest.param(lambda _: None, "No such file or directory", id="missing"),
    pytest.param(_directory, "Is a directory", id="a directory"),
    pytest.param(_too_large, f"larger than {MAX_DOCUMENT >> 20} MiB", id="too large"),
    pytest.param(_content(""), "not valid JSON", id="empty"),
    pytest.param(_content("FROM x"), "not valid JSON", id="a Dockerfile"),
    pytest.param(_content("\n <!DOCTYPE html><p>no"), "not valid JSON: it is HTML or XML", id="HTML"),
    pytest.param(_content(_changed()[:5000]), "not valid JSON", id="a truncated table"),
    pytest.param(_content(_feed("13.98.0")[:-9]), "not valid JSON", id="a truncated feed"),
    pytest.param(_content(b'{"date": "\xff"}'), "it is not UTF-8", id="not UTF-8"),
    pytest.param(_content(_changed().encode("utf-16")), "not valid JSON", id="UTF-16"),
    pytest.param(_content("[1]"), "not a JSON object", id="an array"),
    pytest.param(_content("[" * 100_000), "nested too deeply", id="a deeply nested document"),
    pytest.param(_content("{}"), "missing keys schema_version", id="an empty object"),
    pytest.param(_content(_document(schema_version=2)), "schema_version", id="another version"),
    pytest.param(_content(_document(date="2026-02-30")), "date must be a date", id="an invalid date"),
    pytest.param(_content(_document(series=[])), "series", id="no series"),
    pytest.param(_content(_document(extra="\x1b[31m##[error]")), "", id="an unknown key"),
    pytest.param(_content(_document(**{"\x1b[31m##[error]\n": 1})), "", id="a hostile key"),
    pytest.param(
        _content(_document(releases=[{"version": "\x1b##["}])), "releases", id="a hostile release"
    ),
    pytest.param(_content(_feed()), "it has no releases", id="an empty feed"),
    pytest.param(_content(_feed("13.98.0", channel="beta")), "no release", id="a feed of pre-releases"),
    pytest.param(
        _content('{"schemaVersion": "2.0", "runtimeVersions": {}}'),
        "schemaVersion",
        id="another version of the feed",
    ),
    pytest.param(_content('{"schemaVersion": "1.0"}'), "", id="a feed without releases"),
    pytest.param(
        _content(_feed("13.98.0", releaseDate="soon")), "releaseDate", id="a feed with invalid dates"
    ),
]


@pytest.mark.parametrize(("make", "reason"), NO_TABLES)
def test_a_table_that_cannot_be_used(
    directory: Path, make: Callable[[Path], None], reason: str, lint: Lint
) -> None:
    hostile = os.fsdecode(b"##[error]\x1b[31m\n::error::\xe2\x80\xae\xff")
    names = {"bad.json": "bad.json", hostile: "#\\x23[error]\\x1b[31m\\n::error::\\u202e\\xff"}
    for name, shown in names.items():
        make(directory / name)
        code, out, err = lint("--table", name, "Dockerfile", cwd=directory)
        assert (code, out) == (2, "")
        (line,) = err.split("\n")[:-1]
        assert line.startswith(f"lint-runtime: cannot use the lifecycle data '{shown}': ")
        assert reason in line
        assert line.isprintable()
        assert "##[" not in line
        assert len(line) < 600


def test_an_empty_path_is_not_a_table(directory: Path, lint: Lint) -> None:
    code, out, err = lint("--table", "", cwd=directory)
    assert (code, out, err.count("\n")) == (2, "", 1)


def test_nothing_is_written_if_the_table_cannot_be_used(directory: Path, lint: Lint) -> None:
    (directory / "Dockerfile").write_text(f"FROM {QUAY}:13.6.0\n", encoding="utf-8")
    before = {path: path.read_bytes() for path in directory.iterdir()}
    for arguments in (["--fix"], ["--diff"], ["--write-baseline", "b.json"], ["--output=json=o.json"]):
        assert lint("--table", "missing.json", *arguments, cwd=directory)[:2] == (2, "")
    assert {path: path.read_bytes() for path in directory.iterdir()} == before


@pytest.mark.parametrize(
    ("name", "airflow"),
    [("3.1", "2.11"), ("13", "3.1"), ("14", "1.10"), ("4.0", "4.0"), ("3.1", "5.0")],
)
def test_a_series_with_a_number_for_another_airflow_major(
    directory: Path, name: str, airflow: str, lint: Lint
) -> None:
    version = f"{name}-1" if "." in name else f"{name}.1.0"
    schedule = (Schedule(date(2026, 9, 25), date(2027, 9, 30), None, False, "feed"),)
    ended = ReleaseSeries(
        "12", "2.10", date(2024, 1, 1), (schedule[0]._replace(end_of_maintenance=date(2026, 1, 1)),), "docs"
    )
    series = ReleaseSeries(name, airflow, date(2026, 1, 1), schedule, "feed")
    releases = _released(version, f"{version[:-1]}9", "12.1.0")
    table = dump_table(LifecycleTable(date(2026, 11, 1), [ended, series], releases))
    _write(directory, {"t.json": table, "Dockerfile": _dockerfile(version, "12.1.0", "13.1.0", "3.0-1")})
    for day in (DAY, "2027-09-01", "2028-01-01"):
        code, out, _ = lint("--table", "t.json", cwd=directory, day=day)
        assert code == 1
        assert "Maintenance of Astro Runtime 12.1.0 ended on 2026-01-01" in out


def test_a_feed_with_a_series_for_airflow_4(directory: Path, lint: Lint) -> None:
    (directory / "feed.json").write_text(_feed("3.0-19", "3.3-9", "4.0-1"), encoding="utf-8")
    _touch(directory / "feed.json", 2026, 11, 10)
    source = _dockerfile("4.0-1", "3.0-19", "3.0-1", "3.3-9", "13.11.0", "12.1.0", "9.7.0", "latest")
    (directory / "Dockerfile").write_text(source, encoding="utf-8")
    for day in (DAY, "2027-04-15", "2027-06-01", "2029-01-01", "2031-01-01"):
        code, out, _ = lint("--table", "feed.json", cwd=directory, day=day)
        assert code == 1, day
        assert "Astro Runtime 9.7.0 has been unsupported since 2026-02-01" in out, day


# --- Old tables --------------------------------------------------------------------------------------


def _stale_lines(err: str) -> list[str]:
    return [line for line in err.splitlines() if "days old" in line]


@pytest.mark.parametrize(("age", "is_reported"), [(-100, False), (0, False), (180, False), (181, True)])
def test_a_table_is_old_after_180_days(directory: Path, age: int, lint: Lint, *, is_reported: bool) -> None:
    day = date(2026, 11, 1) + timedelta(days=age)
    for number in range(20):
        _write(directory, {f"many/{number}/Dockerfile": FINE})
    for paths in (["Dockerfile"], ["many", "Dockerfile"]):
        _, _, err = lint("--table", "t.json", *paths, cwd=directory, day=day.isoformat())
        shown = _stale_lines(err)
        assert len(err.splitlines()) == 1 + is_reported
        assert len(shown) == is_reported
        for line in shown:
            assert line.startswith(
                "lint-runtime: the lifecycle data of 2026-11-01 in t.json is 181 days old"
            )
            assert "runtime-lifecycle update" in line
            assert "update lint-runtime" in line


def test_the_embedded_table_is_old_after_180_days(directory: Path, lint: Lint) -> None:
    for age, count in ((180, 0), (181, 1)):
        day = TABLE.date + timedelta(days=age)
        shown = _stale_lines(lint("Dockerfile", cwd=directory, day=day.isoformat())[2])
        assert len(shown) == count
        assert all(f"the lifecycle data of {TABLE.date} is {age} days old" in line for line in shown)


@pytest.mark.parametrize(("age", "count"), [(100, 0), (200, 1)])
def test_the_age_of_a_table_counts_from_today(
    directory: Path, age: int, count: int, lint: Lint, run: Command
) -> None:
    day = datetime.now(timezone.utc).date() - timedelta(days=age)
    (directory / "t.json").write_text(_changed(day=day), encoding="utf-8")
    _, _, err = run("--table", "t.json", "Dockerfile", cwd=directory)
    assert len(_stale_lines(err)) == count
    _, _, err = lint("--table", "t.json", "Dockerfile", cwd=directory, day=day.isoformat())
    assert _stale_lines(err) == []


@pytest.mark.parametrize("image", [f"{AZURE}:3.3-8", f"{QUAY}:9.7.0", "debian"])
@pytest.mark.parametrize("level", ["info", "error"])
def test_the_age_of_a_table_changes_neither_exit_code_nor_findings(
    directory: Path, image: str, level: str, lint: Lint
) -> None:
    (directory / "Dockerfile").write_text(f"FROM {image}\n", encoding="utf-8")
    results: list[tuple[int, str, str]] = []
    for day in (date(2026, 9, 25), date(2027, 6, 1)):
        (directory / "t.json").write_text(_changed(day=day), encoding="utf-8")
        arguments = ["--fail-on", level, "--select", "end-of-maintenance,end-of-basic-support"]
        code, out, err = lint("--table", "t.json", *arguments, cwd=directory, day="2027-06-01")
        results.append((code, out.replace(str(day), "DAY"), err))
    assert [len(_stale_lines(err)) for _, _, err in results] == [1, 0]
    assert results[0][:2] == results[1][:2]
    assert results[0][0] == int("9.7.0" in image)


def test_an_old_table_is_not_a_problem_in_the_report(
    directory: Path, lint_json: Callable[..., Any]
) -> None:
    (directory / "Dockerfile").write_text("FROM debian\n", encoding="utf-8")
    report = lint_json("--table", "t.json", cwd=directory, day="2027-11-22")
    assert (report["problems"], report["files"][0]["findings"]) == ([], [])


def test_every_old_table_gets_one_warning(projects: Path, lint: Lint) -> None:
    _, _, err = lint("a", "b", "c", cwd=projects, day="2027-05-05")
    shown = _stale_lines(err)
    assert [re.findall(r"data of (\S+)(?: in \S*/(\S+))? is (\d+) days", line)[0] for line in shown] == [
        ("2026-11-01", "t.json", "185"),
        ("2026-10-06", "", "211"),
    ]
    assert len(_stale_lines(lint("a", "b", cwd=projects, day="2027-05-20")[2])) == 2


@pytest.mark.parametrize("option", ["--diff", "--fix", "--write-baseline=b.json", "--format=json"])
def test_an_old_table_gets_a_warning_in_every_mode(directory: Path, option: str, lint: Lint) -> None:
    code, out, err = lint("--table", "t.json", option, "Dockerfile", cwd=directory, day="2027-04-30")
    assert (code, len(_stale_lines(err))) == (0, 0)
    code, out, err = lint("--table", "t.json", option, "Dockerfile", cwd=directory, day="2027-05-01")
    assert len(_stale_lines(err)) == 1
    assert "days old" not in out


# --- Computed dates ----------------------------------------------------------------------------------

PUBLISHED = date(2026, 9, 25)
OLD_END, OLD_SUPPORT = date(2026, 11, 30), date(2027, 5, 31)
NEW_END, NEW_SUPPORT = date(2028, 4, 30), date(2028, 10, 31)
OLD, NEW, BOTH, NEITHER = (ENDS[0],), (ENDS[1],), ENDS, ()


def _computed_table(old: tuple[str, ...], new: tuple[str, ...]) -> LifecycleTable:
    """Return a table with the old series 12 and 3.1 and the new series 13 and 3.2.

    old: the names of the computed fields in the schedules of 12 and 3.1
    new: the names of the computed fields in the schedules of 13 and 3.2
    """

    def series(name: str, airflow: str, *, is_old: bool) -> ReleaseSeries:
        ends = (OLD_END, OLD_SUPPORT) if is_old else (NEW_END, NEW_SUPPORT)
        schedule = Schedule(PUBLISHED, *ends, not is_old, "feed", old if is_old else new)
        offers = (Availability("amd64"),) if is_old else (Availability("amd64"), Availability("arm64"))
        day = date(2025, 1, 1) if is_old else date(2026, 1, 1)
        return ReleaseSeries(name, airflow, day, (schedule,), "feed", architectures=offers, variants=())

    all_series = [
        series("12", "2.10", is_old=True),
        series("13", "2.11", is_old=False),
        series("3.1", "3.1", is_old=True),
        series("3.2", "3.2", is_old=False),
    ]
    releases = _released(*"12.1.0 12.2.0 13.1.0 13.2.0 13.3.0 3.1-1 3.1-2 3.2-1 3.2-2".split())
    yanked = Release(_v("13.0.0"), "feed", released=date(2026, 1, 1), yank=Yank(PUBLISHED, "broken"))
    ended = Release(_v("12.0.0"), "feed", released=date(2026, 1, 1), yank=Yank(PUBLISHED, "broken"))
    return LifecycleTable(date(2026, 11, 1), all_series, [*releases, yanked, ended])


USUAL = Config()
EVERY_RULE = Config(extend_select=frozenset(rule.name for rule in RULES))


def _messages(image: str, table: LifecycleTable, day: date, config: Config = USUAL) -> dict[str, str]:
    source = image if "FROM " in image else f"FROM {image}\n"
    report = lint_file(source.encode(), "Dockerfile", config, table.as_of(day))
    return {finding.rule: "\n".join((finding.sentence, *finding.notes)) for finding in report.findings}


ENDING = OLD_END - timedelta(days=8)
JUST_ENDED = OLD_END + timedelta(days=2)
LONG_ENDED = OLD_SUPPORT + timedelta(days=3)


@pytest.mark.parametrize(
    ("rule", "tag", "day", "old", "words"),
    [
        ("maintenance-ending", "12.2.0", ENDING, OLD, "ends in 8 days, on 2026-11-30 (computed);"),
        ("maintenance-ending", "12.2.0", ENDING, NEW, "ends in 8 days, on 2026-11-30;"),
        ("maintenance-ending", "12.2.0", OLD_END, BOTH, "ends today, on 2026-11-30 (computed);"),
        (
            "end-of-maintenance",
            "12.2.0",
            JUST_ENDED,
            BOTH,
            "ended on 2026-11-30 (computed);",
        ),
        ("end-of-maintenance", "12.2.0", JUST_ENDED, NEW, "ended on 2026-11-30;"),
        (
            "end-of-maintenance",
            "12.2.0",
            JUST_ENDED,
            OLD,
            "12.x: maintenance ended on 2026-11-30 (computed 2026-09-25 by the maintenance policy);"
            " basic support ends on 2027-05-31 (announced 2026-09-25)",
        ),
        (
            "end-of-basic-support",
            "12.2.0",
            LONG_ENDED,
            BOTH,
            "has been unsupported since 2027-06-01 (computed);",
        ),
        (
            "end-of-basic-support",
            "12.2.0",
            LONG_ENDED,
            BOTH,
            "12.x: maintenance ended on 2026-11-30; basic support ended on 2027-05-31"
            " (computed 2026-09-25 by the maintenance policy)",
        ),
        (
            "end-of-basic-support",
            "12.2.0",
            LONG_ENDED,
            NEW,
            "12.x: maintenance ended on 2026-11-30 (announced 2026-09-25);"
            " basic support ended on 2027-05-31 (computed 2026-09-25 by the maintenance policy)",
        ),
        (
            "outdated-release",
            "12.1.0",
            ENDING,
            OLD,
            "12.x: maintenance ends on 2026-11-30 (computed 2026-09-25 by the maintenance policy)",
        ),
        (
            "yanked-release",
            "12.0.0",
            JUST_ENDED,
            OLD,
            "12.x: maintenance ended on 2026-11-30 (computed 2026-09-25 by the maintenance policy)",
        ),
        (
            "security-fixes-only",
            "3.1-2",
            ENDING,
            OLD,
            "3.1: maintenance ends on 2026-11-30 (computed 2026-09-25 by the maintenance policy)",
        ),
    ],
)
def test_a_computed_date_is_called_computed(
    rule: str, tag: str, day: date, old: tuple[str, ...], words: str
) -> None:
    table = _computed_table(old, NEITHER)
    if rule == "security-fixes-only":
        # Add a newer Stable series, which the rule requires.
        later = ReleaseSeries(
            "3.90", "3.90", date(2026, 1, 1), (Schedule(PUBLISHED, NEW_END, None, False, "x"),), "x"
        )
        table = LifecycleTable(table.date, [*table.series, later], [*table.releases, *_released("3.90-1")])
    repository = QUAY if tag[0] == "1" else AZURE
    found = _messages(f"{repository}:{tag}", table, day, Config(warn_within=0 if rule[0] == "s" else 90))
    assert words in found[rule]


def test_advice_calls_the_end_of_the_next_series_computed() -> None:
    images = [
        ("maintenance-ending", f"{QUAY}:12.2.0"),
        ("yanked-release", f"{QUAY}:13.0.0"),
        ("floating-tag", f"{QUAY}:13"),
        ("floating-tag", f"{QUAY}:latest"),
        ("not-lts", f"{QUAY}:12.2.0"),
        ("amd64-only", f"{QUAY}:12.2.0"),
        ("retired-image", "quay.io/astronomer/ap-airflow:2.1.1"),
    ]
    for rule, image in images:
        for computed in (OLD, NEW):
            table, config = _computed_table(NEITHER, computed), Config(select=frozenset({rule}))
            text = _messages(image, table, ENDING, config)[rule]
            assert _dates(text, NEW_END) == {computed is OLD}, text


def _dates(text: str, end: date) -> set[bool]:
    """Return whether mentions of `end` in `text` are marked as computed. If they differ, returns both values."""
    other = r"(?:; basic support (?:ends|ended) on [0-9-]+)?"
    return {re.match(rf"{other}(?:, | \()computed", rest) is not None for rest in text.split(str(end))[1:]}


IMAGES = [
    *(
        f"{QUAY}:{tag}"
        for tag in "12.0.0 12.1.0 12.2.0 13.0.0 13.1.0 13.3.0 13.9.0 12 13 latest 14.0.0".split()
    ),
    *(f"{AZURE}:{tag}" for tag in "3.1-1 3.1-2 3.2-1 3.2-2 3.2-9 3.1 3.2 3 latest 3.9-1 12.1.0".split()),
    f"{QUAY}:3.1-1",
    "quay.io/astronomer/ap-airflow:2.1.1",
    f"--platform=linux/arm64 {QUAY}:12.1.0",
]
DAYS = [ENDING, JUST_ENDED, LONG_ENDED, NEW_END, NEW_SUPPORT + timedelta(days=1)]


def test_every_date_in_every_message_is_called_computed_or_not() -> None:
    ends = {OLD_END: ENDS[0], NEW_END: ENDS[0], OLD_SUPPORT: ENDS[1], NEW_SUPPORT: ENDS[1]}
    seen: Counter[tuple[date, bool]] = Counter()
    for computed in (NEITHER, OLD, NEW, BOTH):
        table = _computed_table(computed, computed)
        for image in IMAGES:
            for day in DAYS:
                for message in _messages(image, table, day, EVERY_RULE).values():
                    for end, name in ends.items():
                        called = _dates(message, end)
                        assert called <= {name in computed}, (image, day, message)
                        seen.update((end, is_computed) for is_computed in called)
    assert {
        (end, is_computed): seen[end, is_computed] > 10 for end in ends for is_computed in (True, False)
    } == {(end, is_computed): True for end in ends for is_computed in (True, False)}, seen


def test_published_dates_of_the_embedded_table_are_never_called_computed() -> None:
    dated: Counter[str] = Counter()
    for release in TABLE.releases:
        image = f"{QUAY if release.version.airflow == 2 else AZURE}:{release.version}"
        for day in (date(2026, 11, 22), date(2027, 4, 1), date(2029, 1, 1)):
            for rule, message in _messages(image, TABLE, day, EVERY_RULE).items():
                assert "computed" not in message, (image, day)
                dated[rule] += "announced" in message
    assert (
        min(dated[rule] for rule in ("end-of-basic-support", "end-of-maintenance", "outdated-release")) > 10
    )


@pytest.mark.parametrize("computed", [NEITHER, OLD, NEW, BOTH], ids=" ".join)
def test_json_names_the_ends_that_are_computed(
    tmp_path: Path, computed: tuple[str, ...], lint: Lint
) -> None:
    table = dump_table(_computed_table(computed, NEITHER))
    _write(tmp_path, {"t.json": table, "Dockerfile": _dockerfile("12.2.0", "13.3.0", "7.0.0") + "FROM x\n"})
    _, out, _ = lint("--format", "json", "--table", "t.json", cwd=tmp_path)
    runtimes = [stage["runtime"] for stage in json.loads(out)["files"][0]["stages"]]
    assert [runtime and runtime["computed"] for runtime in runtimes] == [list(computed), [], [], None]
    assert schema_errors(out, REPORT_SCHEMA) == []


def test_the_ends_that_a_feed_leaves_out_are_computed(
    directory: Path, lint: Lint, lint_json: Callable[..., Any]
) -> None:
    (directory / "feed.json").write_text(_feed("3.90-1"), encoding="utf-8")
    _touch(directory / "feed.json", 2026, 11, 10)
    (directory / "Dockerfile").write_text(f"FROM {AZURE}:3.90-1\n", encoding="utf-8")
    stage = lint_json("--table", "feed.json", cwd=directory)["files"][0]["stages"][0]
    assert stage["runtime"]["computed"] == list(ENDS)
    day = stage["runtime"]["end_of_maintenance"]
    out = lint("--table", "feed.json", cwd=directory, day=day)[1]
    assert f"Maintenance of Astro Runtime 3.90-1 ends today, on {day} (computed); " in out


# --- Tables with few facts ---------------------------------------------------------------------------

TAGS = """
    latest 3 13 13.11 13.1.0 13.11.0 13.99.0 12.1.0 12.1.0-base 12 9.7.0 9.7.0-python-3.9 11.20.0-slim
    13.11.0-ubi9 13.1.0-ubi9-python-3.12-slim-base 3.0 3.1 3.1-5 3.1-99 3.0-1 3.0.8 3.1.5 3.1-5-python-3.12
    3.1-5-base 3.99-1 4.0-1 14 14.0.0 99.99.99 0.0.0 1.0.0 2.0-1 13.0.0-alpha4 3.2-1.dev1 13.11.0-slim-ubi9
    nonsense 13.11.0@sha256:0000000000000000000000000000000000000000000000000000000000000000 999999999.0.0
""".split()
REPOSITORIES = [
    QUAY,
    AZURE,
    f"{QUAY}-dev",
    f"{AZURE}-dev",
    "images.astronomer.cloud/baseimages/astro-remote-execution-agent",
    "quay.io/astronomer/ap-airflow",
]


def _dockerfile(*tags: str) -> str:
    return "".join(
        f"FROM {QUAY if (version := parse_version(tag)) is None or version.airflow == 2 else AZURE}:{tag}\n"
        for tag in tags
    )


def _bare(name: str, airflow: str, *, is_scheduled: bool = True) -> ReleaseSeries:
    """Return a series whose architectures, variants and Python versions are unknown."""
    schedule = Schedule(PUBLISHED, OLD_END, OLD_SUPPORT, False, "feed", ENDS)
    return ReleaseSeries(name, airflow, date(2025, 1, 1), (schedule,) if is_scheduled else (), "feed")


DATE = date(2026, 11, 1)
FEW = {
    "one series of Airflow 3": LifecycleTable(DATE, [_bare("3.1", "3.1")], _released("3.1-1", "3.1-5")),
    "one series of Airflow 2": LifecycleTable(DATE, [_bare("13", "2.11")], _released("13.1.0", "13.11.0")),
    "a series without releases": LifecycleTable(DATE, [_bare("13", "2.11")], []),
    "a series without a schedule": LifecycleTable(
        DATE, [_bare("3.1", "3.1", is_scheduled=False)], _released("3.1-1")
    ),
    "a release without a series": LifecycleTable(DATE, [_bare("12", "2.10")], _released("13.1.0", "3.1-5")),
    "a series whose releases are yanked": LifecycleTable(
        DATE,
        [_bare("13", "2.11")],
        [Release(_v("13.11.0"), "feed", yank=Yank(PUBLISHED, "")), Release(_v("13.1.0"), "feed")],
    ),
    "the embedded series without optional facts": LifecycleTable(
        DATE,
        [
            series._replace(architectures=(), variants=None, pythons=(), default_python=None)
            for series in TABLE.series
        ],
        TABLE.releases,
    ),
}
SOME_DAYS = [date(2000, 1, 1), ENDING, LONG_ENDED]
DEMANDING = EVERY_RULE._replace(target_platforms=tuple(map(parse_platform, ("linux/amd64", "linux/arm64"))))


@pytest.mark.once
def test_a_table_with_few_facts_is_enough() -> None:
    for name, table in FEW.items():
        count = 0
        for repository, day in product(REPOSITORIES, SOME_DAYS):
            for platform, config in (("", Config()), ("--platform=linux/arm64 ", DEMANDING)):
                source = "".join(f"FROM {platform}{repository}:{tag}\n" for tag in TAGS)
                for finding in lint_file(source.encode(), "Dockerfile", config, table.as_of(day)).findings:
                    count += 1
                    for text in (finding.message, finding.help, *finding.notes):
                        where = (name, day, finding.subject, text)
                        assert "None" not in text, where
                        assert "  " not in text, where
                        assert re.search(r"\b(use|of|for|and|until|to|is)\s*$", text) is None, where
        assert count > 500, name


@pytest.mark.once
def test_a_table_with_few_facts_in_a_run(tmp_path: Path, lint: Lint) -> None:
    images = [f"{repository}:{tag}" for repository in (QUAY, AZURE) for tag in TAGS]
    for name, table in FEW.items():
        source = "".join(f"FROM {image}\n" for image in images)
        _write(tmp_path, {"t.json": dump_table(table), "Dockerfile": source})
        arguments = ("--table", "t.json", "Dockerfile")
        code, out, err = lint("--format", "json", *arguments, cwd=tmp_path, day="2027-01-01")
        assert (code, err.count("\n")) == (1, 1), name
        assert len(json.loads(out)["files"][0]["stages"]) == len(images), name
        assert schema_errors(out, REPORT_SCHEMA) == [], name
        assert "would fix " in lint("--diff", "--unsafe-fixes", *arguments, cwd=tmp_path)[2], name


NUMBERS = st.sampled_from([0, 1, 2, 3, 4, 5, 11, 12, 13, 14, 99, 999_999_999])
SUFFIXES = st.sampled_from(
    [
        "",
        "-base",
        "-slim",
        "-ubi9",
        "-python-3.12",
        "-python-9.9",
        "-alpha1",
        "-python-3.12-astro-agent-1.2.0",
    ]
)


@given(
    numbers=st.lists(NUMBERS, min_size=1, max_size=4),
    mark=st.sampled_from(".-"),
    suffixes=st.lists(SUFFIXES, max_size=3).map("".join),
    repository=st.sampled_from(REPOSITORIES),
    platform=st.sampled_from(["", "--platform=linux/arm64 ", "--platform=linux/s390x ", "--platform=$X "]),
    table=st.sampled_from(list(FEW.values())),
    day=st.dates(date(2000, 1, 1), date(2099, 12, 31)),
)
def test_any_tag_can_be_checked_with_a_small_table(
    numbers: list[int],
    mark: str,
    suffixes: str,
    repository: str,
    platform: str,
    table: LifecycleTable,
    day: date,
) -> None:
    number = ".".join(map(str, numbers[:2])) + "".join(f"{mark}{number}" for number in numbers[2:])
    source = f"FROM {platform}{repository}:{number}{suffixes}\n"
    report = lint_file(source.encode(), "Dockerfile", DEMANDING, table.as_of(day))
    assert report.table is table
    assert [finding.sentence for finding in report.findings if "None" in finding.sentence] == []
    # Without exactly three numbers, the tag is floating or invalid, so it always has a finding.
    if len(numbers) != 3:
        assert report.findings


def test_rules_report_nothing_about_unknown_facts() -> None:
    about_images = {"amd64-only", "unsupported-platform", "unavailable-variant"}
    platforms = ["linux/amd64", "linux/arm64", "linux/s390x", "$BUILDPLATFORM"]
    suffixes = ["", "-python-3.12", "-slim", "-ubi9", "-ubi9-python-9.9", "-base"]
    reported: dict[str, set[str]] = {}
    for name, table in (("little", FEW["the embedded series without optional facts"]), ("all", TABLE)):
        rules = reported.setdefault(name, set())
        for platform, suffix, tag in product(
            platforms, suffixes, ("13.11.0", "12.1.0", "4.2.9", "13", "3.1-5")
        ):
            image = f"{AZURE if '-' in tag else QUAY}:{tag}{suffix}"
            source = f"FROM --platform={platform} {image}\nFROM {image}"
            rules.update(_messages(source, table, ENDING, EVERY_RULE))
        for suffix in suffixes:
            rules.update(_messages(f"FROM {QUAY}:4.2.9{suffix}", table, ENDING, DEMANDING))
    assert reported["little"] & {*about_images, "target-platform"} == set()
    assert reported["all"] >= {*about_images, "target-platform"}


def test_a_series_known_to_have_no_variants() -> None:
    for variants, is_reported in ((None, False), ((), True)):
        series = _bare("13", "2.11")._replace(variants=variants)
        table = LifecycleTable(DATE, [series], _released("13.1.0"))
        found = _messages(f"{QUAY}:13.1.0-slim", table, ENDING)
        assert ("unavailable-variant" in found) is is_reported
