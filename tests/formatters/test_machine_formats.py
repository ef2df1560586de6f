"""Every machine format, checked with published schemas and independent parsers."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from posixpath import normpath
from typing import Any
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree as ET

import pytest
from junitparser import Failure, JUnitXml
from xmlschema import XMLSchema

from lint_runtime import __version__
from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Diagnostic, Edit, Fix, Location, Severity
from lint_runtime.formatters.fingerprints import fingerprints
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.linter.report import Report
from lint_runtime.rules import LIFECYCLE_POLICY, RULES, address_of
from lint_runtime.text import portable_text, prose, visible
from tests.conftest import AS_OF, FIXTURES, TABLE, rendered, schema_errors
from tests.formatters.inputs import (
    BY_BASELINE,
    BY_COMMENT,
    FIX,
    FOUND,
    HOSTILE,
    PLACE,
    RUNTIME,
    about,
    hostile_report,
    hostile_reports,
    lint_text,
    report_of,
)

SCHEMAS = FIXTURES / "schemas"
SARIF = SCHEMAS / "sarif-2.1.0.json"
RDJSON = SCHEMAS / "rdformat.json"
OTHER_TABLE = LifecycleTable(date(2026, 1, 2), TABLE.series, TABLE.releases, source="a<b>\udcff.json")

GRADED = [FOUND._replace(severity=severity) for severity in reversed(Severity)]
LATE = FOUND._replace(rule="end-of-maintenance")


# Azure


def _agent_commands(text: str) -> list[tuple[dict[str, str], str]]:
    """Parse logging commands as the agent of Azure Pipelines does."""

    def unescaped(value: str) -> str:
        for escape, char in (("%3B", ";"), ("%5D", "]"), ("%0D", "\r"), ("%0A", "\n"), ("%AZP25", "%")):
            value = value.replace(escape, char)
        return value

    commands = []
    for line in re.split("\r\n|\r|\n", text):
        if match := re.match(r"##vso\[([^\s\]]+) ?([^\]]*)\](.*)", line):
            assert match[1] == "task.logissue"
            pairs = [item.split("=", maxsplit=1) for item in match[2].split(";") if item]
            commands.append(({key: unescaped(value) for key, value in pairs}, unescaped(match[3])))
    return commands


def test_azure_reads_one_command_for_each_finding() -> None:
    written = rendered("azure", hostile_reports())
    assert _agent_commands(written) == [
        (
            {
                "type": severity,
                "sourcepath": visible(normpath(text)),
                "linenumber": "2",
                "columnnumber": "6",
                "code": "floating-tag",
            },
            f"{visible(text)}; {visible(text)}",
        )
        for text in HOSTILE.values()
        for severity in ("warning", "error")
    ]
    assert written.count("\n") == 2 * len(HOSTILE)


def test_azure_has_lines_of_the_log_for_infos_and_commands_for_problems() -> None:
    info = FOUND._replace(severity=Severity.INFO, message="##[x]", help="y")
    written = rendered("azure", [report_of(info, path="::a")], problems=["50% off"])
    assert written == (
        "./::a:2:6: info: #\\x23[x]; y [floating-tag]\n##vso[task.logissue type=error]50%AZP25 off\n"
    )
    assert _agent_commands(written) == [({"type": "error"}, "50% off")]


# Checkstyle


def test_checkstyle_is_xml_with_every_finding() -> None:
    written = rendered("checkstyle", [*hostile_reports(), report_of(path="clean")], problems=["a<b"])
    assert written.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<checkstyle version="8.0">\n')
    root = ET.fromstring(written)  # noqa: S314 (our own output)
    files = [(file.attrib, [error.attrib for error in file]) for file in root]
    assert files[:-1] == [
        (
            {"name": visible(text)},
            [
                {
                    "line": "2",
                    "column": "6",
                    "severity": severity,
                    "message": f"{visible(text)}; {visible(text)}",
                    "source": "lint-runtime.floating-tag",
                }
                for severity in ("warning", "error")
            ],
        )
        for text in HOSTILE.values()
    ]
    assert files[-1] == (
        {"name": "lint-runtime"},
        [{"severity": "error", "message": "a<b", "source": "lint-runtime"}],
    )


def test_checkstyle_without_problems_names_only_files_with_findings() -> None:
    written = rendered("checkstyle", [report_of(path="clean"), report_of(FOUND, path="a")])
    assert re.findall('<file name="(.*?)">', written) == ["a"]


# GitHub


def _runner_commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Parse workflow commands as the GitHub runner does: line by line, unescaping `%25` last."""

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


def test_github_reads_one_command_for_each_finding() -> None:
    written = rendered("github", hostile_reports())
    assert _runner_commands(written) == [
        (
            severity,
            {
                "file": visible(normpath(text)),
                "line": "2",
                "endLine": "2",
                "col": "6",
                "endColumn": "11",
                "title": "floating-tag (lint-runtime)",
            },
            f"{visible(text)}\nhelp: {visible(text)}\nnote: {visible(text)}\nsee: {address_of('floating-tag')}",
        )
        for severity in ("error", "warning")
        for text in HOSTILE.values()
    ]
    assert written.count("\n") == 2 * len(HOSTILE)


def test_github_gets_problems_and_then_the_most_severe_of_the_whole_run() -> None:
    reports = [report_of(*GRADED, *GRADED, path="a"), report_of(*GRADED, path="b")]
    read = _runner_commands(rendered("github", reports, problems=["50% off"]))
    assert read[0] == ("error", {"title": "lint-runtime"}, "50% off")
    assert [(command, properties["file"]) for command, properties, _ in read[1:]] == [
        (command, path) for command in ("error", "warning", "notice") for path in "aab"
    ]


def test_github_gets_columns_within_one_line_only() -> None:
    written = rendered("github", [report_of(about(Location(2, 6, 3, 1)))])
    ((_, properties, _),) = _runner_commands(written)
    assert properties == {
        "file": "Dockerfile",
        "line": "2",
        "endLine": "3",
        "title": "floating-tag (lint-runtime)",
    }


def test_github_gets_everything_of_a_run_that_is_too_large_for_memory() -> None:
    reports = [report_of(FOUND._replace(message=f"{number} {'é' * 5000}")) for number in range(40)]
    read = _runner_commands(rendered("github", reports))
    assert [message.partition("\n")[0] for _, _, message in read] == [
        report.diagnostics[0].message for report in reports
    ]


# SARIF


def _sarif(*reports: Report, **run: Any) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(rendered("sarif", reports, **run))
    (sarif_run,) = document["runs"]
    result: dict[str, Any] = sarif_run
    return result


def test_sarif_fits_the_published_schema() -> None:
    suppressed = [FOUND._replace(suppression=by) for by in (BY_COMMENT, BY_BASELINE)]
    reports = [report_of(FOUND._replace(fix=FIX), *suppressed), *hostile_reports()]
    assert schema_errors(rendered("sarif", reports, problems=["x"]), SARIF) == []
    assert schema_errors(rendered("sarif", []), SARIF) == []
    broken = json.loads(rendered("sarif", reports))
    broken["runs"][0]["results"][0].update(level="fatal")
    assert schema_errors(json.dumps(broken), SARIF)


def test_sarif_describes_the_tool_and_every_rule() -> None:
    document = json.loads(rendered("sarif", []))
    assert document["version"] == "2.1.0"
    assert document["$schema"].endswith("/sarif-schema-2.1.0.json")
    (run,) = document["runs"]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["fullName"], driver["semanticVersion"]) == (
        "lint-runtime",
        f"lint-runtime {__version__}",
        __version__,
    )
    rules = {rule["id"]: rule for rule in driver["rules"]}
    assert [*rules] == [rule.name for rule in RULES]
    yanked = rules["yanked-release"]
    assert yanked.pop("fullDescription")["text"].startswith("Reports releases that Astronomer has yanked")
    documentation = yanked.pop("help")
    assert documentation["markdown"] == documentation["text"]
    assert documentation["text"].startswith("A release that was withdrawn.")
    assert "## Why it matters" in documentation["text"]
    assert yanked == {
        "id": "yanked-release",
        "name": "YankedRelease",
        "shortDescription": {"text": "A release that was withdrawn."},
        "helpUri": LIFECYCLE_POLICY,
        "defaultConfiguration": {"level": "error"},
        "properties": {
            "tags": ["dockerfile", "maintainability"],
            "precision": "very-high",
            "problem.severity": "error",
        },
    }
    levels = {
        (rule["defaultConfiguration"]["level"], rule["properties"]["problem.severity"])
        for rule in rules.values()
    }
    assert levels == {("error", "error"), ("warning", "warning"), ("note", "recommendation")}
    # SARIF forbids a name that differs from the id only in case.
    assert {name for name, rule in rules.items() if rule["name"].lower() == name} == set()
    assert rules["prerelease"]["name"] == "PrereleaseRule"
    assert "helpUri" not in rules["unused-suppression"]


def test_sarif_results() -> None:
    suppressed = [
        about(PLACE._replace(line=5, end_line=6))._replace(suppression=by)
        for by in (BY_COMMENT, BY_BASELINE)
    ]
    infos = FOUND._replace(severity=Severity.INFO, fix=FIX)
    newer = FOUND._replace(rule="rule-of-a-newer-version", severity=Severity.ERROR)
    run = _sarif(report_of(infos, newer, *suppressed, path="a b/Dockerfile"))
    first, unknown, second, _ = run["results"]
    assert run["tool"]["driver"]["rules"][first["ruleIndex"]]["id"] == first["ruleId"] == "floating-tag"
    assert (unknown["ruleId"], unknown["ruleIndex"]) == ("rule-of-a-newer-version", -1)
    assert [result["level"] for result in run["results"]] == ["note", "error", "warning", "warning"]
    place = first["locations"][0]["physicalLocation"]
    assert place == {
        "artifactLocation": {"uri": "a%20b/Dockerfile", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 2, "startColumn": 6, "endLine": 2, "endColumn": 11},
    }
    assert [result["suppressions"] for result in run["results"]] == [
        [],
        [],
        [{"kind": "inSource", "justification": "not before May", "properties": {"until": "2027-04-30"}}],
        [{"kind": "external"}],
    ]
    assert first["fixes"] == [
        {
            "description": {"text": "Pin it"},
            "artifactChanges": [
                {
                    "artifactLocation": place["artifactLocation"],
                    "replacements": [
                        {
                            "deletedRegion": {
                                "startLine": line,
                                "startColumn": start,
                                "endLine": line,
                                "endColumn": end,
                            },
                            "insertedContent": {"text": text},
                        }
                        for line, start, end, text in ((2, 9, 11, ":9.2.0"), (1, 5, 5, "x"))
                    ],
                }
            ],
        }
    ]
    assert "fixes" not in second


def test_sarif_links_related_places() -> None:
    target = FOUND.target._replace(related=(Location(4, 6, 4, 9), Location(7, 1, 7, 3)))
    first, second = _sarif(report_of(FOUND._replace(target=target), FOUND))["results"]
    assert first["message"]["text"].startswith("It floats")
    assert "[line 4](1)" in first["message"]["text"]
    assert "[line 7](2)" in first["message"]["text"]
    assert [
        (place["id"], place["physicalLocation"]["region"]["startLine"])
        for place in first["relatedLocations"]
    ] == [(1, 4), (2, 7)]
    assert "relatedLocations" not in second


def test_sarif_links_three_related_places() -> None:
    places = tuple(Location(line, 6, line, 9) for line in (4, 7, 9))
    found = FOUND._replace(target=FOUND.target._replace(related=places))
    (result,) = _sarif(report_of(found))["results"]
    assert result["message"]["text"].endswith("(used in [line 4](1), [line 7](2) and [line 9](3))")


def test_sarif_leaves_out_suppressed_findings_unless_asked_to_show_them() -> None:
    report = report_of(FOUND, FOUND._replace(suppression=BY_COMMENT))
    assert len(_sarif(report, shows_suppressed=False)["results"]) == 1
    assert len(_sarif(report, shows_suppressed=True)["results"]) == 2


def test_sarif_describes_the_run() -> None:
    run = _sarif(report_of()._replace(table=OTHER_TABLE), report_of())
    assert [*run] == [
        "tool",
        "automationDetails",
        "originalUriBaseIds",
        "columnKind",
        "results",
        "invocations",
        "properties",
    ]
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["originalUriBaseIds"]["%SRCROOT%"]["description"]["text"].startswith("The root of the repo")
    assert run["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]
    assert run["properties"] == {
        "as_of": "2026-09-25",
        "table_date": "2026-01-02",
        "tables": [OTHER_TABLE.identity, TABLE.identity],
    }
    assert _sarif()["properties"]["tables"] == [TABLE.identity]
    failed = _sarif(problems=["cannot [read](x)"])
    assert failed["invocations"] == [
        {
            "executionSuccessful": False,
            "toolExecutionNotifications": [{"level": "error", "message": {"text": "cannot [read] (x)"}}],
        }
    ]


def test_sarif_sets_runs_apart_by_label_or_build() -> None:
    assert _sarif()["automationDetails"] == {"id": "lint-runtime/"}
    assert _sarif(label="a\udcff")["automationDetails"] == {"id": "lint-runtime/a\\xff/"}
    pipeline = ("org", "project", "12", "lint", "phase", "Job", "refs/heads/main", "345")
    kind = "azuredevops/pipeline/build"
    assert _sarif(label="a", pipeline=pipeline)["automationDetails"] == {
        "id": f"{kind}/org/project/12/phase/refs/heads/main/345",
        "properties": {
            f"{kind}/buildDefinitionId": "12",
            f"{kind}/buildDefinitionName": "lint",
            f"{kind}/phaseId": "phase",
            f"{kind}/phaseName": "Job",
        },
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
    (result,) = _sarif(report_of(FOUND, path=path))["results"]
    location = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": uri, **({} if path.startswith("/") else {"uriBaseId": "%SRCROOT%"})}
    if not set(path) & set("/\ud800"):
        assert unquote_to_bytes(uri) == path.encode("utf-8", "surrogateescape")


def test_no_message_in_sarif_is_a_link() -> None:
    results = _sarif(hostile_report(HOSTILE["links and images"]))["results"]
    texts = [result["message"]["text"] for result in results]
    texts += [result["fixes"][0]["description"]["text"] for result in results]
    assert len(texts) == 6
    assert [text for text in texts if "](" in text or "] (" not in text] == []


# GitLab


def _gitlab(*reports: Report) -> list[dict[str, Any]]:
    issues: list[dict[str, Any]] = json.loads(rendered("gitlab", reports))
    return issues


def test_gitlab_gets_the_documented_fields() -> None:
    graded = [*reversed(GRADED), FOUND._replace(suppression=BY_COMMENT)]
    issues = _gitlab(report_of(*graded, path="./a/Dockerfile"))
    assert [issue["severity"] for issue in issues] == ["major", "info", "minor"]
    assert len({issue.pop("fingerprint") for issue in issues}) == 3
    assert issues[0] == {
        "description": "It floats",
        "check_name": "floating-tag",
        "severity": "major",
        "location": {"path": "a/Dockerfile", "lines": {"begin": 2, "end": 2}},
    }


def test_gitlab_reads_hostile_text() -> None:
    issues = _gitlab(*hostile_reports())
    for issue in issues:
        assert re.fullmatch("[0-9a-f]{64}", issue.pop("fingerprint"))
    assert issues == [
        {
            "description": f"{portable_text(text)}; {portable_text(text)}",
            "check_name": "floating-tag",
            "severity": severity,
            "location": {"path": portable_text(normpath(text)), "lines": {"begin": 2, "end": 2}},
        }
        for text in HOSTILE.values()
        for severity in ("major", "minor")
    ]


# JUnit


def _junit(*reports: Report, **run: Any) -> JUnitXml:
    text = rendered("junit", reports, **run)
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n')
    XMLSchema(str(SCHEMAS / "junit-10.xsd")).validate(text)
    return JUnitXml.fromstring(text.encode())


def test_junit_fails_for_errors_alone() -> None:
    error = FOUND._replace(severity=Severity.ERROR)
    reports = [
        report_of(path="fine"),
        report_of(FOUND, path="warned"),
        report_of(error, error, FOUND, path="bad"),
        report_of(error, path="one"),
        report_of(error._replace(suppression=BY_COMMENT), path="suppressed"),
    ]
    (suite,) = _junit(*reports)
    assert (suite.name, suite.tests, suite.failures, suite.errors, suite.skipped) == (
        "lint-runtime",
        5,
        2,
        0,
        0,
    )
    assert {item.name: item.value for item in suite.properties()} == {  # type: ignore[no-untyped-call]
        "as-of": "2026-09-25",
        **{f"table-{key}": value for key, value in TABLE.identity.items()},
    }
    cases = {case.name: case for case in suite}
    assert {case.classname for case in suite} == {"lint-runtime"}
    assert {name: case.is_passed for name, case in cases.items()} == {
        "fine": True,
        "warned": True,
        "bad": False,
        "one": False,
        "suppressed": True,
    }
    assert (cases["warned"].system_out, cases["bad"].system_out) == (
        "warned:2:6: warning: It floats [floating-tag]",
        "bad:2:6: warning: It floats [floating-tag]",
    )
    assert (cases["fine"].system_out, cases["one"].system_out) == (None, None)
    (failure,) = cases["bad"].result
    assert isinstance(failure, Failure)
    assert (failure.type, failure.message) == ("floating-tag", "It floats (and 1 more)")
    assert failure.text == "\n".join(["bad:2:6: error: It floats [floating-tag]"] * 2)
    assert cases["one"].result[0].message == "It floats"


def test_junit_has_a_test_for_each_problem_and_properties_for_each_table() -> None:
    text = rendered("junit", [report_of()._replace(table=OTHER_TABLE), report_of()], problems=["a<b"])
    assert 'tests="3" failures="0" errors="1"' in text
    assert (
        '    <testcase name="lint-runtime" classname="lint-runtime">\n'
        '      <error type="problem" message="a&lt;b" />\n'
        "    </testcase>\n"
        "  </testsuite>\n"
    ) in text
    (suite,) = JUnitXml.fromstring(text.encode())
    names = [item.name for item in suite.properties()]  # type: ignore[no-untyped-call]
    assert names == ["as-of"] + [
        f"{prefix}-{key}" for prefix in ("table", "table-2") for key in ("date", "source", "sha256")
    ]
    assert 'name="table-source" value="a&lt;b&gt;\\xff.json"' in text


def test_junit_reads_hostile_text() -> None:
    (suite,) = _junit(*hostile_reports())
    read = [(case.name, case.result[0].message, case.result[0].text, case.system_out) for case in suite]

    def lines(text: str, severity: str) -> str:
        # junitparser strips white space around a text, so expect none.
        place = f"{visible(text)}:2:6"
        details = [f"  {label}: {visible(text)}" for label in ("help", "note")]
        return "\n".join([f"{place}: {severity}: {visible(text)} [floating-tag]", *details])

    assert read == [
        (visible(text), visible(text), lines(text, "error"), lines(text, "warning"))
        for text in HOSTILE.values()
    ]


# rdjson


def _rdjson(*reports: Report) -> list[dict[str, Any]]:
    document = json.loads(rendered("rdjson", reports))
    assert document["source"] == {"name": "lint-runtime"}
    findings: list[dict[str, Any]] = document["diagnostics"]
    return findings


def test_rdjson_fits_the_schema_of_the_format() -> None:
    reports = [report_of(FOUND._replace(fix=FIX)), *hostile_reports()]
    assert schema_errors(rendered("rdjson", reports), RDJSON) == []
    assert schema_errors(rendered("rdjson", []), RDJSON) == []
    broken = json.loads(rendered("rdjson", reports))
    broken["diagnostics"][0].pop("location")
    assert schema_errors(json.dumps(broken), RDJSON)


def test_rdjson_findings() -> None:
    suppressed = FOUND._replace(suppression=BY_COMMENT)
    warning = FOUND._replace(fix=FIX, help="pin it", notes=("a note", "a 2nd"))
    error = LATE._replace(severity=Severity.ERROR)
    first, second = _rdjson(report_of(warning, suppressed, error, path="./a/Dockerfile"))
    assert first == {
        "message": "It floats; pin it\n- a note\n- a `2nd`",
        "location": {
            "path": "a/Dockerfile",
            "range": {"start": {"line": 2, "column": 6}, "end": {"line": 2, "column": 11}},
        },
        "severity": "WARNING",
        "code": {"value": "floating-tag", "url": address_of("floating-tag")},
        "suggestions": [
            {
                "range": {"start": {"line": line, "column": start}, "end": {"line": line, "column": end}},
                "text": text,
            }
            for line, start, end, text in ((2, 9, 11, ":9.2.0"), (1, 5, 5, "x"))
        ],
    }
    assert (second["message"], second["severity"], second["suggestions"]) == ("It floats", "ERROR", [])
    assert second["code"] == {"value": "end-of-maintenance", "url": LIFECYCLE_POLICY}


def test_rdjson_shows_hostile_text_as_prose() -> None:
    """Check that `prose` escapes all messages. The tests of Markdown check what `prose` returns."""
    assert [(found["location"]["path"], found["message"]) for found in _rdjson(*hostile_reports())] == [
        (portable_text(normpath(text)), f"{prose(text)}; {prose(text)}\n- {prose(text)}")
        for text in HOSTILE.values()
        for _ in ("warning", "error")
    ]


IMAGE = f"{RUNTIME}:9"


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(f"FROM {IMAGE}\n", id="only ASCII"),
        pytest.param(f"# é\nFROM {IMAGE}\n", id="wide characters in another line"),
        pytest.param(f"FROM --platform=é漢\U00010400 {IMAGE}\n", id="wide characters before the image"),
        pytest.param(f"FROM --platform=\udcff\udc80 {IMAGE}\n", id="bytes that are not UTF-8"),
        pytest.param(f"\ufeffFROM {IMAGE}\n", id="a byte order mark"),
        pytest.param(f"\ufeffFROM --platform=é {IMAGE}\n", id="a byte order mark and wide characters"),
        pytest.param(f"\ufeff\n\ufeffFROM {IMAGE}\n", id="a byte order mark in another line"),
        pytest.param(f"FROM a\nFROM \\\n  --platform=é {IMAGE}", id="a continued line"),
    ],
)
def test_columns_in_rdjson_count_bytes(source: str) -> None:
    line = next(number for number, text in enumerate(source.split("\n"), start=1) if IMAGE in text)
    text = source.split("\n")[line - 1]
    # Findings don't count a byte order mark at the start of the file as a column.
    column = text.index(IMAGE) + 1 - (line == 1 and text.startswith("\ufeff"))
    end = column + len(IMAGE)
    fix = Fix("Pin it", (Edit(Location(line, end - 1, line, end), "13"),))
    report = report_of(about(Location(line, column, line, end))._replace(fix=fix))
    (read,) = _rdjson(report._replace(lines={line: text}))

    def bytes_of(span: dict[str, dict[str, int]]) -> bytes:
        line = source.split("\n")[span["start"]["line"] - 1].encode("utf-8", "surrogateescape")
        return line[span["start"]["column"] - 1 : span["end"]["column"] - 1]

    assert bytes_of(read["location"]["range"]) == IMAGE.encode()
    assert bytes_of(read["suggestions"][0]["range"]) == b"9"


def test_a_finding_that_ends_in_a_wide_line_in_rdjson() -> None:
    (read,) = _rdjson(lint_text("FROM a\\\né:9\n"))
    assert read["location"]["range"] == {"start": {"line": 1, "column": 6}, "end": {"line": 2, "column": 5}}


# Fingerprints


def _fingerprints(*found: Diagnostic) -> list[str]:
    return [fingerprint for _, fingerprint in fingerprints(found)]


@pytest.mark.parametrize(
    ("other", "is_same"),
    [
        pytest.param(about(Location(9, 1, 9, 2)), True, id="another location"),
        pytest.param(FOUND._replace(message="It ended 3 days ago"), True, id="another message"),
        pytest.param(FOUND._replace(severity=Severity.ERROR), True, id="another severity"),
        pytest.param(FOUND._replace(fix=FIX, suppression=BY_COMMENT), True, id="suppressed and fixable"),
        pytest.param(FOUND._replace(path="./Dockerfile"), True, id="another spelling of the path"),
        pytest.param(FOUND._replace(path="a/Dockerfile"), False, id="another file"),
        pytest.param(FOUND._replace(rule="prerelease"), False, id="another rule"),
        pytest.param(about(PLACE, "runtime:8"), False, id="another subject"),
        pytest.param(about(PLACE, "\udcff"), False, id="a subject that is not UTF-8"),
    ],
)
def test_changes_that_keep_or_change_a_fingerprint(other: Diagnostic, is_same: bool) -> None:
    assert (_fingerprints(FOUND) == _fingerprints(other)) is is_same


def test_a_fingerprint_is_the_same_on_every_system() -> None:
    windows, posix = FOUND._replace(path="a\\Dockerfile"), FOUND._replace(path="a/Dockerfile")
    assert _fingerprints(windows) == _fingerprints(posix)
    assert _fingerprints(FOUND) == ["16259d9823f6155bf4a86e62e2b0e8b7ac0ede728e06f695270a928d94e264cd"]


def test_fingerprints_of_equal_findings_differ_and_keep_their_order() -> None:
    one, two, three = _fingerprints(
        FOUND, about(PLACE._replace(line=5, end_line=5)), about(PLACE._replace(line=9, end_line=9))
    )
    assert len({one, two, three}) == 3
    assert _fingerprints(FOUND, FOUND) == [one, two]


def _identities(name: str, source: str, as_of: date) -> list[str]:
    text = rendered(name, [lint_text(source, day=as_of)], as_of=as_of)
    return re.findall('(?:fingerprint|lintRuntime/v1)": "([0-9a-f]{64})"', text)


@pytest.mark.parametrize("name", ["sarif", "gitlab"])
def test_fingerprints_are_stable_across_days_and_line_moves(name: str) -> None:
    source = f"FROM {IMAGE}.7.0\nFROM {IMAGE}.7.0\nFROM {IMAGE}\n"
    today = _identities(name, source, AS_OF)
    assert len(today) == len(set(today)) >= 3
    assert _identities(name, source, AS_OF + timedelta(days=1)) == today
    assert _identities(name, f"\n{source}", AS_OF) == today


def test_suppressing_a_finding_leaves_the_fingerprints_of_the_others() -> None:
    first, second = FOUND, about(PLACE._replace(line=5, end_line=5))
    _, before = _gitlab(report_of(first, second))
    (after,) = _gitlab(report_of(first._replace(suppression=BY_COMMENT), second))
    assert after == before
    results = _sarif(report_of(first._replace(suppression=BY_COMMENT), second))["results"]
    assert results[1]["partialFingerprints"] == {"lintRuntime/v1": before["fingerprint"]}


def test_columns_of_findings_do_not_count_a_byte_order_mark() -> None:
    report = lint_text(f"\ufeffFROM {IMAGE}\n", config=Config(select=frozenset({"floating-tag"})))
    assert [found.column for found in report.diagnostics] == [6]
