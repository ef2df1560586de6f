"""BuildKit is the truth: what it sees in a file is what is seen here."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from lint_runtime import lint
from lint_runtime.dockerfile.parser import parse_dockerfile
from lint_runtime.dockerfile.platforms import spelled
from tests.conftest import AS_OF, FIXTURES

LINES = (FIXTURES / "conformance" / "cases.jsonl").read_text(encoding="utf-8").splitlines()
CASES: list[dict[str, Any]] = [json.loads(line) for line in LINES]
ACCEPTED = [case for case in CASES if case["accepted"]]
REJECTED = [case for case in CASES if not case["accepted"]]

# What the build refuses outside of directives, ARG and FROM, which this tool leaves to others.
OTHER_INSTRUCTIONS = {
    "cmd_json_int_hides_from",
    "kw_label_before_from",
    "kw_onbuild_empty",
    "kw_onbuild_from",
    "kw_unknown_before_from",
    "kw_unknown_oneword",
    "m4_include",
    "run_mount_from_arg",
    "syntax_custom_frontend_pyenv",
}


def _data(case: dict[str, Any]) -> bytes:
    if "dockerfile" in case:
        return str(case["dockerfile"]).encode()
    return base64.b64decode(case["dockerfile_base64"])


def _name(case: dict[str, Any]) -> str:
    return str(case["name"])


def test_all_cases_are_here() -> None:
    assert (len(ACCEPTED), len(REJECTED)) == (111, 76)


@pytest.mark.parametrize("case", ACCEPTED, ids=_name)
def test_accepted_files_have_exactly_the_stages_that_buildkit_sees(case: dict[str, Any]) -> None:
    dockerfile = parse_dockerfile(_data(case), case.get("build_args", {}))
    seen = [
        {
            "line": stage.line,
            "end_line": stage.end_line,
            "name": stage.name,
            "image": stage.image,
            "platform": stage.platform,
            "stage_ref": stage.stage_ref,
        }
        for stage in dockerfile.stages
    ]
    assert seen == case["stages"]
    assert dockerfile.errors == ()


@pytest.mark.parametrize("case", REJECTED, ids=_name)
def test_rejected_files_have_a_parse_error_where_buildkit_has_its_error(case: dict[str, Any]) -> None:
    found = lint(_data(case), today=AS_OF, build_args=case.get("build_args"))
    # The build refuses a template, too.
    rules = ("parse-error", "template-placeholder")
    lines = {diagnostic.line for diagnostic in found if diagnostic.rule in rules}
    if case["name"] in OTHER_INSTRUCTIONS:
        assert lines == set()
    else:
        assert (case["error_line"] or 1) in lines


# --- Odd corners, found by comparing generated files -------------------------------------------------

CORNER_LINES = (FIXTURES / "conformance" / "corners.jsonl").read_text(encoding="utf-8").splitlines()
CORNERS: list[dict[str, Any]] = [json.loads(line) for line in CORNER_LINES]


@pytest.mark.parametrize("case", CORNERS, ids=_name)
def test_corners(case: dict[str, Any]) -> None:
    dockerfile = parse_dockerfile(_data(case), case.get("build_args") or {})
    if not case["accepted"]:
        assert dockerfile.errors
        assert case["error_line"] in {None, *(error.location.line for error in dockerfile.errors)}
        return
    assert dockerfile.errors == ()
    assert [
        {
            "line": stage.line,
            "end_line": stage.end_line,
            "name": stage.name,
            "image": stage.image,
            "platform": stage.platform,
            "stage_ref": stage.stage_ref,
        }
        for stage in dockerfile.stages
    ] == case["stages"]
    platforms = [stage.platform_value and spelled(stage.platform_value) for stage in dockerfile.stages]
    assert platforms == case["platforms"]
    assert [use.image for use in dockerfile.uses] == [
        use["image"] for use in case["uses"] if use["stage"] is None
    ]
    assert {use["stage"] for use in case["uses"]} - {None} <= dockerfile.used
