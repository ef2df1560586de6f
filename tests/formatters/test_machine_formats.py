"""Every machine format, read back by what reads it elsewhere: published schemas and parsers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from posixpath import normpath
from typing import Any
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree as ET

import pytest
from junitparser import Failure, JUnitXml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from xmlschema import XMLSchema

from lint_runtime.config.model import Config
from lint_runtime.diagnostics import (
    Diagnostic,
    Edit,
    Fix,
    Location,
    Severity,
    Suppression,
    SuppressionKind,
    Target,
)
from lint_runtime.formatters import FORMATTERS
from lint_runtime.formatters.fingerprints import fingerprints
from lint_runtime.formatters.markdown import MAX_BYTES, MAX_ROWS
from lint_runtime.lifecycle.load import embedded_table
from lint_runtime.linter.report import Report
from lint_runtime.rules import RULES
from lint_runtime.text import visible
from tests.conftest import AS_OF, FIXTURES, rendered, schema_errors
from tests.formatters.inputs import EACH_HOSTILE, HOSTILE, RUNTIME, lint_text

DATE = embedded_table().date
TABLE = embedded_table()

SCHEMAS = FIXTURES / "schemas"
SARIF = SCHEMAS / "sarif-2.1.0.json"
RDJSON = SCHEMAS / "rdformat.json"

PLACE = Location(2, 6, 2, 11)
FOUND = Diagnostic("Dockerfile", Target(PLACE, "runtime:9"), "floating-tag", Severity.WARNING, "It floats")
FIX = Fix("Pin it", (Edit(Location(2, 9, 2, 11), ":9.2.0"), Edit(Location(1, 5, 1, 5), "x")), is_safe=False)
BY_COMMENT = Suppression(SuppressionKind.COMMENT, "not before May", date(2027, 4, 30))
BY_BASELINE = Suppression(SuppressionKind.BASELINE)


def _about(place: Location, subject: str = "runtime:9") -> Diagnostic:
    return FOUND._replace(target=Target(place, subject))


def _report(*found: Diagnostic, path: str = "Dockerfile") -> Report:
    placed = [one._replace(path=path) for one in found]
    active = tuple(one for one in placed if one.suppression is None)
    suppressed = tuple(one for one in placed if one.suppression is not None)
    return Report(path, (), (), active, TABLE, suppressed)


def _hostile(text: str) -> Report:
    """Return a report that has `text` wherever it may show text of a file."""
    edit = Edit(Location(2, 9, 2, 11), text)
    fix = Fix(text, (edit,), is_safe=True)
    found = _about(PLACE, text)._replace(message=text, help=text, notes=(text,), fix=fix)
    error = found._replace(severity=Severity.ERROR)
    suppressed = found._replace(suppression=Suppression(SuppressionKind.COMMENT, text))
    report = _report(found, error, suppressed, path=text)
    line = text.encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape")
    return report._replace(lines={1: line, 2: line})


def _is_portable(text: str) -> bool:
    """Whether `text` holds no line end of its own, nothing invisible and no lone surrogate."""
    return all(line == visible(line) for line in text.split("\n"))


@pytest.mark.parametrize("name", FORMATTERS)
@EACH_HOSTILE
def test_no_hostile_text_gets_out_raw(name: str, text: str) -> None:
    written = rendered(name, [_hostile(text)])
    if name == "azure":
        written = re.sub(r"^##vso\[task\.logissue ", "", written, flags=re.MULTILINE)
    assert _is_portable(written)


@pytest.mark.parametrize("name", FORMATTERS)
def test_the_same_findings_read_the_same(name: str) -> None:
    reports = [_hostile(text) for text in HOSTILE.values()]
    assert rendered(name, reports) == rendered(name, reports)


@pytest.mark.parametrize("name", ["json", "sarif", "gitlab", "rdjson"])
@EACH_HOSTILE
def test_json_holds_nothing_that_a_strict_reader_refuses(name: str, text: str) -> None:
    read = json.loads(rendered(name, [_hostile(text)]))
    assert json.dumps(read, ensure_ascii=False).encode()


def _runner_commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Read workflow commands as the runner documents it: line by line, `%25` unescaped last."""

    def unescaped(value: str, *more: tuple[str, str]) -> str:
        for escape, char in (("%0D", "\r"), ("%0A", "\n"), *more, ("%25", "%")):
            value = value.replace(escape, char)
        return value

    commands = []
    for line in re.split("\r\n|\r|\n", text):
        if line.lstrip().startswith("::"):
            head, data = line.lstrip()[2:].split("::", maxsplit=1)
            command, _, properties = head.partition(" ")
            pairs = [item.split("=", maxsplit=1) for item in properties.split(",") if item]
            values = {key: unescaped(value, ("%3A", ":"), ("%2C", ",")) for key, value in pairs}
            commands.append((command, values, unescaped(data)))
    return commands


def _agent_commands(text: str) -> list[tuple[dict[str, str], str]]:
    """Read logging commands as the agent of Azure Pipelines does."""
    commands = []
    for line in re.split("\r\n|\r|\n", text):
        if match := re.match(r"##vso\[([^\s\]]+) ?([^\]]*)\](.*)", line):
            assert match[1] == "task.logissue"
            pairs = [item.split("=", maxsplit=1) for item in match[2].split(";") if item]
            found = [[*pair, match[3]] for pair in pairs]
            values = {key: _agent_text(value) for key, value, _ in found}
            commands.append((values, _agent_text(match[3])))
    return commands


def _agent_text(text: str) -> str:
    for escape, char in (("%3B", ";"), ("%5D", "]"), ("%0D", "\r"), ("%0A", "\n"), ("%AZP25", "%")):
        text = text.replace(escape, char)
    return text


@EACH_HOSTILE
def test_azure_reads_one_command_for_each_finding(text: str) -> None:
    written = rendered("azure", [_hostile(text)])
    read = _agent_commands(written)
    assert written.count("\n") == len(read) == 2
    for properties, message in read:
        assert list(properties) == ["type", "sourcepath", "linenumber", "columnnumber", "code"]
        assert properties["code"] == "floating-tag"
        assert properties["sourcepath"] == visible(normpath(text))
        assert message == f"{visible(text)}; {visible(text)}"


def test_azure_has_no_issue_for_an_info() -> None:
    reports = [_report(FOUND._replace(severity=Severity.INFO), path="a")]
    assert rendered("azure", reports).startswith("a:")
    assert _agent_commands(rendered("azure", reports)) == []


@EACH_HOSTILE
def test_checkstyle_is_xml_with_every_finding(text: str) -> None:
    written = rendered("checkstyle", [_hostile(text), _report(path="clean")])
    root = ET.fromstring(written)  # noqa: S314 (it is our own)
    assert root.tag == "checkstyle"
    (file,) = root
    assert file.attrib == {"name": visible(text)}
    assert sorted(error.attrib["severity"] for error in file) == ["error", "warning"]
    for error in file:
        assert error.attrib["message"] == f"{visible(text)}; {visible(text)}"
        assert error.attrib["source"] == "lint-runtime.floating-tag"
        assert int(error.attrib["line"]) >= 1


@EACH_HOSTILE
def test_github_reads_one_command_for_each_finding(text: str) -> None:
    written = rendered("github", [_hostile(text)])
    read = _runner_commands(written)
    assert [command for command, _, _ in read] == ["error", "warning"]
    assert written.count("\n") == 2
    for _, properties, message in read:
        assert list(properties) == ["file", "line", "endLine", "col", "endColumn", "title"]
        assert properties["file"] == visible(normpath(text))
        assert properties["title"] == "floating-tag (lint-runtime)"
        assert message == "\n".join(f"{label}{visible(text)}" for label in ("", "help: ", "note: "))


def test_github_gets_the_most_severe_of_the_whole_run_first() -> None:
    graded = [FOUND._replace(severity=severity) for severity in reversed(Severity)]
    reports = [_report(*graded, path="a"), _report(*graded, path="b")]
    read = [
        (command, properties["file"])
        for command, properties, _ in _runner_commands(rendered("github", reports))
    ]
    assert read == [(command, path) for command in ("error", "warning", "notice") for path in "ab"]


def test_github_gets_columns_within_one_line_only() -> None:
    found = [FOUND, _about(Location(2, 6, 3, 1))]
    one, two = [properties for _, properties, _ in _runner_commands(rendered("github", [_report(*found)]))]
    assert [one[key] for key in ("line", "endLine", "col", "endColumn")] == ["2", "2", "6", "11"]
    assert {key: two.get(key) for key in ("line", "endLine", "col", "endColumn")} == {
        "line": "2",
        "endLine": "3",
        "col": None,
        "endColumn": None,
    }


def _sarif(*reports: Report) -> dict[str, Any]:
    run: dict[str, Any] = json.loads(rendered("sarif", reports))["runs"][0]
    return run


def test_sarif_fits_the_published_schema() -> None:
    suppressed = [FOUND._replace(suppression=by) for by in (BY_COMMENT, BY_BASELINE)]
    reports = [_report(FOUND._replace(fix=FIX), *suppressed), *map(_hostile, HOSTILE.values())]
    assert schema_errors(rendered("sarif", reports), SARIF) == []


def test_sarif_describes_every_rule() -> None:
    rules = _sarif()["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.name for rule in RULES]
    (yanked,) = [rule for rule in rules if rule["id"] == "yanked-release"]
    assert yanked["name"] == "YankedRelease"
    assert yanked["shortDescription"] == {"text": "A release that was withdrawn."}
    assert yanked["fullDescription"]["text"].startswith("Reports releases that Astronomer has yanked")
    assert "## Why it matters" in yanked["help"]["markdown"]
    assert yanked["defaultConfiguration"] == {"level": "error"}
    assert yanked["properties"]["problem.severity"] == "error"
    # SARIF forbids a name that is the id in other letters.
    assert not [rule for rule in rules if rule.get("name", "").lower() == rule["id"]]


def test_sarif_results() -> None:
    suppressed = [
        _about(PLACE._replace(line=5, end_line=6))._replace(suppression=by)
        for by in (BY_COMMENT, BY_BASELINE)
    ]
    infos = FOUND._replace(severity=Severity.INFO, fix=FIX)
    run = _sarif(_report(infos, *suppressed, path="a b/Dockerfile"))
    first, second, third = run["results"]
    assert run["tool"]["driver"]["rules"][first["ruleIndex"]]["id"] == first["ruleId"] == "floating-tag"
    assert [result["level"] for result in run["results"]] == ["note", "warning", "warning"]
    place = first["locations"][0]["physicalLocation"]
    assert place == {
        "artifactLocation": {"uri": "a%20b/Dockerfile", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 2, "startColumn": 6, "endLine": 2, "endColumn": 11},
    }
    assert first["suppressions"] == []
    assert second["suppressions"] == [
        {"kind": "inSource", "justification": "not before May", "properties": {"until": "2027-04-30"}}
    ]
    assert third["suppressions"] == [{"kind": "external"}]
    (fix,) = first["fixes"]
    (change,) = fix["artifactChanges"]
    assert (fix["description"], change["artifactLocation"]) == (
        {"text": "Pin it"},
        place["artifactLocation"],
    )
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": line, "startColumn": start, "endLine": line, "endColumn": end},
            "insertedContent": {"text": text},
        }
        for line, start, end, text in ((2, 9, 11, ":9.2.0"), (1, 5, 5, "x"))
    ]
    assert run["properties"] == {
        "as_of": "2026-09-25",
        "table_date": str(DATE),
        "tables": [TABLE.identity],
    }


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("Dockerfile", "Dockerfile"),
        ("./a//Dockerfile", "a/Dockerfile"),
        ("../Dockerfile", "../Dockerfile"),
        ("a b/é", "a%20b/%C3%A9"),
        ("\udcff", "%FF"),
        ("\ud800", "%ED%A0%80"),
        ("javascript:x", "javascript%3Ax"),
        ("a%41?b#c", "a%2541%3Fb%23c"),
        ("<stdin>", "%3Cstdin%3E"),
        ("/a/b c", "file:///a/b%20c"),
        ("//a", "file:///a"),
    ],
)
def test_paths_in_sarif(path: str, uri: str) -> None:
    (result,) = _sarif(_report(FOUND, path=path))["results"]
    location = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": uri, **({} if path.startswith("/") else {"uriBaseId": "%SRCROOT%"})}
    if not set(path) & set("/\ud800"):
        assert unquote_to_bytes(uri) == path.encode("utf-8", "surrogateescape")


def test_no_message_in_sarif_is_a_link() -> None:
    run = _sarif(_hostile(HOSTILE["links and images"]))
    texts = [result["message"]["text"] for result in run["results"]]
    texts += [result["fixes"][0]["description"]["text"] for result in run["results"]]
    assert not [text for text in texts if re.search(r"\]\(", text)]


def _gitlab(*reports: Report) -> list[dict[str, Any]]:
    issues: list[dict[str, Any]] = json.loads(rendered("gitlab", reports))
    return issues


def test_gitlab_gets_the_documented_fields() -> None:
    graded = [FOUND._replace(severity=severity) for severity in Severity]
    issues = _gitlab(_report(*graded, FOUND._replace(suppression=BY_COMMENT), path="./a/Dockerfile"))
    assert [issue["severity"] for issue in issues] == ["major", "info", "minor"]
    assert len({issue.pop("fingerprint") for issue in issues}) == 3
    assert issues[0] == {
        "description": "It floats",
        "check_name": "floating-tag",
        "severity": "major",
        "location": {"path": "a/Dockerfile", "lines": {"begin": 2, "end": 2}},
    }


@EACH_HOSTILE
def test_gitlab_reads_hostile_text(text: str) -> None:
    for issue in _gitlab(_hostile(text)):
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert re.fullmatch("[0-9a-f]{64}", issue["fingerprint"])
        assert visible(issue["description"]) == f"{visible(text)}; {visible(text)}"
        assert visible(issue["location"]["path"]) == visible(normpath(text))


def _junit(*reports: Report) -> JUnitXml:
    text = rendered("junit", reports)
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n')
    XMLSchema(str(SCHEMAS / "junit-10.xsd")).validate(text)
    return JUnitXml.fromstring(text.encode())


def test_junit_fails_for_errors_alone() -> None:
    error = FOUND._replace(severity=Severity.ERROR)
    reports = [
        _report(path="fine"),
        _report(FOUND, path="warned"),
        _report(error, error, FOUND, path="bad"),
    ]
    (suite,) = _junit(*reports, _report(error._replace(suppression=BY_COMMENT), path="suppressed"))
    assert (suite.name, suite.tests, suite.failures, suite.errors, suite.skipped) == (
        "lint-runtime",
        4,
        1,
        0,
        0,
    )
    assert {item.name: item.value for item in suite.properties()} == {  # type: ignore[no-untyped-call]
        "as-of": "2026-09-25",
        **{f"table-{key}": value for key, value in TABLE.identity.items()},
    }
    cases = {case.name: case for case in suite}
    assert {name: case.is_passed for name, case in cases.items()} == {
        "fine": True,
        "warned": True,
        "bad": False,
        "suppressed": True,
    }
    assert cases["warned"].system_out == "warned:2:6: warning: It floats [floating-tag]"
    (failure,) = cases["bad"].result
    assert isinstance(failure, Failure)
    assert (failure.type, failure.message) == ("floating-tag", "It floats (and 1 more)")
    assert failure.text == "\n".join(["bad:2:6: error: It floats [floating-tag]"] * 2)


@EACH_HOSTILE
def test_junit_reads_hostile_text(text: str) -> None:
    (suite,) = _junit(_hostile(text))
    (case,) = suite
    (failure,) = case.result
    assert (case.name, failure.message) == (visible(text), visible(text))
    assert failure.text == "\n".join(
        (
            f"{visible(text)}:2:6: error: {visible(text)} [floating-tag]",
            f"  help: {visible(text)}",
            f"  note: {visible(text)}",
        )
    )


MARKDOWN = MarkdownIt("gfm-like")


def _cells(text: str) -> list[list[Token]]:
    """Return the tokens of every cell of the body of the one table in a Markdown text."""
    tokens = MARKDOWN.parse(text)
    assert [token.type for token in tokens].count("table_open") == 1
    body = [token.type for token in tokens].index("tbody_open")
    return [token.children or [] for token in tokens[body:] if token.type == "inline"]


@EACH_HOSTILE
def test_markdown_shows_hostile_text_as_it_is(text: str) -> None:
    cells = _cells(rendered("markdown", [_hostile(text)]))
    assert len(cells) == 2 * 5
    for cell in cells:
        assert {token.type for token in cell} <= {"text", "code_inline"}
    shown = ["".join(token.content for token in cell) for cell in cells[:5]]
    assert shown == ["error", f"{visible(text)}:2:6", "floating-tag", visible(text), visible(text)]


@EACH_HOSTILE
def test_markdown_keeps_out_of_code_only_what_nobody_reads_into(text: str) -> None:
    """Mentions, references, emoji and addresses are read in text that is not code, entities or not."""
    for cell in _cells(rendered("markdown", [_hostile(text)])):
        outside = "".join(token.content if token.type == "text" else "`" for token in cell)
        assert not re.search(r"[@#<>\[\]*_~\\]|:\w|www\.|//|[A-Za-z]-?[0-9]", outside)


def test_markdown_reads_as_prose() -> None:
    found = FOUND._replace(
        message="Astro Runtime 9.1.0 isn't available for arm64, 'a b': don't (only --platform=amd64)",
        help="upgrade to 13.11.0-base (Airflow 2.11, maintained until 2027-04-30); did you mean 3.0-8?",
    )
    row = rendered("markdown", [_report(found)]).splitlines()[-1]
    assert row == (
        "| warning | `Dockerfile:2:6` | `floating-tag`"
        " | Astro Runtime `9.1.0` isn't available for `arm64`, `a b`: don't (only `--platform=amd64`)"
        " | upgrade to `13.11.0-base` (Airflow `2.11`, maintained until 2027-04-30); did you mean `3.0-8`? |"
    )


@pytest.mark.parametrize(
    ("reports", "text"),
    [
        pytest.param([], "no problems in 0 files|No Dockerfiles found.", id="no file"),
        pytest.param([_report()], "no problems in 1 file|No problems found.", id="no finding"),
        pytest.param(
            [_report(FOUND._replace(suppression=BY_COMMENT))],
            "no problems, 1 suppressed in 1 file|No problems found.",
            id="suppressed ones alone",
        ),
    ],
)
def test_markdown_without_findings(reports: list[Report], text: str) -> None:
    counts, _, rest = text.partition("|")
    heading = f"### lint-runtime: {counts}, as of 2026-09-25 (lifecycle data of {DATE}, SHA-256 `{TABLE.sha256[:12]}`)"
    assert rendered("markdown", reports) == f"{heading}\n\n{rest}\n"


@pytest.mark.parametrize(
    ("count", "message", "shown"),
    [
        pytest.param(MAX_ROWS, "short", MAX_ROWS, id="as many rows as there may be"),
        pytest.param(MAX_ROWS + 5, "short", MAX_ROWS, id="too many rows"),
        pytest.param(100, "漢" * 10_000, 34, id="too many bytes"),
    ],
)
def test_a_markdown_table_fits_a_job_summary(count: int, message: str, shown: int) -> None:
    error = FOUND._replace(severity=Severity.ERROR)
    found = [FOUND._replace(message=message)] * (count - 1)
    text = rendered("markdown", [_report(*found, error)])
    assert len(text.encode()) < MAX_BYTES + 1000 < 1 << 20
    rows = re.findall("^[|] (error|warning) [|]", text, re.MULTILINE)
    assert (len(rows), rows[0]) == (shown, "error")
    assert text.endswith(f"\n… and {count - shown} more (too many to show).\n") is (count > shown)


def _rdjson(*reports: Report) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(rendered("rdjson", reports))["diagnostics"]
    return found


def test_rdjson_fits_the_schema_of_the_format() -> None:
    reports = [_report(FOUND._replace(fix=FIX)), *map(_hostile, HOSTILE.values())]
    assert schema_errors(rendered("rdjson", reports), RDJSON) == []


def test_rdjson_findings() -> None:
    suppressed = FOUND._replace(suppression=BY_COMMENT)
    found = [FOUND._replace(fix=FIX), suppressed, FOUND._replace(severity=Severity.ERROR)]
    warning, error = _rdjson(_report(*found, path="./a/Dockerfile"))
    assert (warning["severity"], error["severity"]) == ("WARNING", "ERROR")
    assert warning["code"] == {"value": "floating-tag"}
    assert warning["location"] == {
        "path": "a/Dockerfile",
        "range": {"start": {"line": 2, "column": 6}, "end": {"line": 2, "column": 11}},
    }
    assert warning["suggestions"] == [
        {
            "range": {"start": {"line": line, "column": start}, "end": {"line": line, "column": end}},
            "text": text,
        }
        for line, start, end, text in ((2, 9, 11, ":9.2.0"), (1, 5, 5, "x"))
    ]


@EACH_HOSTILE
def test_rdjson_messages_show_hostile_text_in_a_comment(text: str) -> None:
    for found in _rdjson(_hostile(text)):
        blocks = [block.children for block in MARKDOWN.parse(found["message"]) if block.children]
        assert {token.type for tokens in blocks for token in tokens} <= {"text", "code_inline"}
        sentence, note = ("".join(token.content for token in tokens) for tokens in blocks)
        assert (sentence, note) == (f"{visible(text)}; {visible(text)}", visible(text))


IMAGE = f"{RUNTIME}:9"


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(f"FROM {IMAGE}\n", id="only ASCII"),
        pytest.param(f"# é\nFROM {IMAGE}\n", id="wide in another line"),
        pytest.param(f"FROM --platform=é漢\U00010400 {IMAGE}\n", id="wide before the image"),
        pytest.param(f"FROM --platform=\udcff\udc80 {IMAGE}\n", id="bytes that are not UTF-8"),
        pytest.param(f"\ufeffFROM {IMAGE}\n", id="a byte order mark"),
        pytest.param(f"\ufeffFROM --platform=é {IMAGE}\n", id="a byte order mark and wide"),
        pytest.param(f"FROM a\nFROM \\\n  --platform=é {IMAGE}", id="a continued line"),
    ],
)
def test_columns_in_rdjson_count_bytes(source: str) -> None:
    report = lint_text(source, config=Config(select=frozenset({"floating-tag"})))
    (found,) = report.diagnostics
    edit = Edit(
        Location(found.line, found.location.end_column - 1, found.line, found.location.end_column), "13"
    )
    fixable = found._replace(fix=Fix("Pin it", (edit,), is_safe=True))
    (read,) = _rdjson(report._replace(diagnostics=(fixable,)))

    def bytes_of(span: dict[str, dict[str, int]]) -> bytes:
        line = source.split("\n")[span["start"]["line"] - 1].encode("utf-8", "surrogateescape")
        return line[span["start"]["column"] - 1 : span["end"]["column"] - 1]

    assert bytes_of(read["location"]["range"]) == IMAGE.encode()
    assert bytes_of(read["suggestions"][0]["range"]) == b"9"


def test_a_finding_that_ends_in_a_wide_line_in_rdjson() -> None:
    (read,) = _rdjson(lint_text("FROM a\\\né:9\n"))
    assert read["location"]["range"] == {"start": {"line": 1, "column": 6}, "end": {"line": 2, "column": 5}}


@pytest.mark.parametrize(
    ("name", "schema", "spoil"),
    [
        ("sarif", SARIF, lambda read: read["runs"][0]["results"][0].update(level="fatal")),
        ("sarif", SARIF, lambda read: read["runs"][0]["results"][0].pop("message")),
        ("rdjson", RDJSON, lambda read: read["diagnostics"][0].update(severity="FATAL")),
        ("rdjson", RDJSON, lambda read: read["diagnostics"][0].pop("location")),
    ],
)
def test_the_schemas_refuse_what_is_wrong(name: str, schema: Path, spoil: Callable[[Any], Any]) -> None:
    read = json.loads(rendered(name, [_report(FOUND)]))
    spoil(read)
    assert schema_errors(json.dumps(read), schema)


def test_an_empty_run() -> None:
    assert rendered("github", []) == ""
    assert schema_errors(rendered("sarif", []), SARIF) == []
    assert _sarif()["results"] == []
    assert _gitlab() == []
    (suite,) = _junit()
    assert (suite.tests, suite.failures, list(suite)) == (0, 0, [])
    assert schema_errors(rendered("rdjson", []), RDJSON) == []
    assert _rdjson() == []


def _fingerprints(*found: Diagnostic) -> list[str]:
    return [fingerprint for _, fingerprint in fingerprints(found)]


@pytest.mark.parametrize(
    ("other", "is_same"),
    [
        pytest.param(_about(Location(9, 1, 9, 2)), True, id="another place"),
        pytest.param(FOUND._replace(message="It ended 3 days ago"), True, id="another message"),
        pytest.param(FOUND._replace(severity=Severity.ERROR), True, id="another severity"),
        pytest.param(FOUND._replace(fix=FIX, suppression=BY_COMMENT), True, id="suppressed and fixable"),
        pytest.param(FOUND._replace(path="./Dockerfile"), True, id="the same file in other words"),
        pytest.param(FOUND._replace(path="a/Dockerfile"), False, id="another file"),
        pytest.param(FOUND._replace(rule="prerelease"), False, id="another rule"),
        pytest.param(_about(PLACE, "runtime:8"), False, id="another subject"),
        pytest.param(_about(PLACE, "\udcff"), False, id="a subject that is not text"),
    ],
)
def test_what_a_fingerprint_knows_again(other: Diagnostic, is_same: bool) -> None:
    assert (_fingerprints(FOUND) == _fingerprints(other)) is is_same


def test_a_fingerprint_is_the_same_on_every_system() -> None:
    windows, posix = FOUND._replace(path="a\\Dockerfile"), FOUND._replace(path="a/Dockerfile")
    assert _fingerprints(windows) == _fingerprints(posix)
    assert _fingerprints(FOUND) == ["16259d9823f6155bf4a86e62e2b0e8b7ac0ede728e06f695270a928d94e264cd"]


def test_fingerprints_of_equal_findings_differ_and_keep_their_order() -> None:
    one, two, three = _fingerprints(
        FOUND, _about(PLACE._replace(line=5, end_line=5)), _about(PLACE._replace(line=9, end_line=9))
    )
    assert len({one, two, three}) == 3
    assert _fingerprints(FOUND, FOUND) == [one, two]


def _identities(name: str, source: str, as_of: date) -> list[str]:
    text = rendered(name, [lint_text(source, day=as_of)], as_of=as_of)
    return re.findall('(?:fingerprint|lintRuntime/v1)": "([0-9a-f]{64})"', text)


@pytest.mark.parametrize("name", ["sarif", "gitlab"])
def test_findings_are_known_again_tomorrow_and_further_down(name: str) -> None:
    source = f"FROM {IMAGE}.7.0\nFROM {IMAGE}.7.0\nFROM {IMAGE}\n"
    today = _identities(name, source, AS_OF)
    assert len(today) == len(set(today)) >= 3
    assert _identities(name, source, AS_OF + timedelta(days=1)) == today
    assert _identities(name, f"\n{source}", AS_OF) == today


def test_suppressing_a_finding_leaves_the_fingerprints_of_the_others() -> None:
    first, second = FOUND, _about(PLACE._replace(line=5, end_line=5))
    _, before = _gitlab(_report(first, second))
    (after,) = _gitlab(_report(first._replace(suppression=BY_COMMENT), second))
    assert after == before
    results = _sarif(_report(first._replace(suppression=BY_COMMENT), second))["results"]
    assert results[1]["partialFingerprints"] == {"lintRuntime/v1": before["fingerprint"]}
