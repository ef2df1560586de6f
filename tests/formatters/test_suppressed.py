"""The output of `--show-suppressed`, as text and as JSON."""

from __future__ import annotations

import json
from datetime import date

from lint_runtime.diagnostics import Severity
from lint_runtime.formatters.base import Run
from lint_runtime.formatters.suppressed import Suppressed, SuppressedJson
from lint_runtime.linter.report import Tally
from tests.conftest import AS_OF, TABLE
from tests.formatters.inputs import BY_BASELINE, BY_COMMENT, FOUND, PLACE, about, report_of

LOWER = about(PLACE._replace(line=5, end_line=5))._replace(message="##[error]", severity=Severity.INFO)
REPORTS = [
    report_of(FOUND._replace(suppression=BY_BASELINE), FOUND._replace(message="Active"), path="a"),
    report_of(LOWER._replace(suppression=BY_COMMENT._replace(reason="", until=None)), path="b"),
    report_of(
        FOUND._replace(suppression=BY_COMMENT),
        LOWER._replace(suppression=BY_COMMENT._replace(until=date(2027, 1, 2))),
        FOUND._replace(suppression=BY_COMMENT._replace(reason="", until=None)),
        path="::c",
    ),
]


def _written(kind: type[Suppressed]) -> str:
    run, texts = Run(AS_OF, TABLE, Tally()), list[str]()
    output = kind(run, texts.append)
    for report in REPORTS:
        output.add(kind.entry(report, run))
    output.finish()
    return "".join(texts)


def test_suppressed_findings_are_lines_nearest_end_first() -> None:
    assert _written(Suppressed).splitlines() == [
        "./::c:5:6: until 2027-01-02: info: #\\x23[error] [floating-tag] -- not before May",
        "./::c:2:6: until 2027-04-30: warning: It floats [floating-tag] -- not before May",
        "./::c:2:6: without end: warning: It floats [floating-tag]",
        "b:5:6: without end: info: #\\x23[error] [floating-tag]",
        "a:2:6: in the baseline: warning: It floats [floating-tag]",
    ]


def test_suppressed_findings_in_json_have_the_order_of_the_lines() -> None:
    rows = json.loads(_written(SuppressedJson))
    assert [(row["path"], row["line"], row["kind"], row["until"]) for row in rows] == [
        ("::c", 5, "comment", "2027-01-02"),
        ("::c", 2, "comment", "2027-04-30"),
        ("::c", 2, "comment", None),
        ("b", 5, "comment", None),
        ("a", 2, "baseline", None),
    ]
    assert rows[1] == {
        "path": "::c",
        "line": 2,
        "column": 6,
        "rule": "floating-tag",
        "severity": "warning",
        "message": "It floats",
        "kind": "comment",
        "reason": "not before May",
        "until": "2027-04-30",
    }
