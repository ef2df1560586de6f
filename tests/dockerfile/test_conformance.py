"""Compare the parser with recorded results of BuildKit."""

from __future__ import annotations

import base64
import json
from typing import Any

from lint_runtime import check
from lint_runtime.dockerfile.parser import Dockerfile, parse_dockerfile
from lint_runtime.dockerfile.platforms import spelled
from tests.conftest import AS_OF, FIXTURES

# The build rejects these files for other reasons than directives, ARG and FROM. lint-runtime does not report them.
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


def _cases(name: str) -> list[dict[str, Any]]:
    text = (FIXTURES / "conformance" / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


CASES = _cases("cases.jsonl")
CORNERS = _cases("corners.jsonl")
ACCEPTED = [case for case in CASES if case["accepted"]]
REJECTED = [case for case in CASES if not case["accepted"]]


def _data(case: dict[str, Any]) -> bytes:
    if "dockerfile" in case:
        return str(case["dockerfile"]).encode()
    return base64.b64decode(case["dockerfile_base64"])


def _stages(dockerfile: Dockerfile) -> list[dict[str, object]]:
    names = ("line", "end_line", "name", "image", "platform", "stage_ref")
    return [{name: getattr(stage, name) for name in names} for stage in dockerfile.stages]


def test_the_number_of_cases() -> None:
    assert (len(ACCEPTED), len(REJECTED), len(CORNERS)) == (111, 76, 64)


def test_accepted_files_have_exactly_the_stages_that_buildkit_sees() -> None:
    wrong = {}
    for case in ACCEPTED:
        dockerfile = parse_dockerfile(_data(case), case.get("build_args", {}))
        if _stages(dockerfile) != case["stages"] or dockerfile.errors:
            wrong[case["name"]] = (case["stages"], dockerfile)
    assert wrong == {}


def test_rejected_files_have_a_parse_error_where_buildkit_has_its_error() -> None:
    wrong = {}
    for case in REJECTED:
        findings = check(_data(case), today=AS_OF, build_args=case.get("build_args")).findings
        # The build rejects templates. lint-runtime has another rule for them.
        rules = ("parse-error", "template-placeholder")
        lines = {finding.line for finding in findings if finding.rule in rules}
        is_other = case["name"] in OTHER_INSTRUCTIONS
        if lines if is_other else (case["error_line"] or 1) not in lines:
            wrong[case["name"]] = (case["error"], findings)
    assert wrong == {}


def test_corner_cases_from_generated_files() -> None:
    wrong = {}
    for case in CORNERS:
        dockerfile = parse_dockerfile(_data(case), case.get("build_args") or {})
        if not case["accepted"]:
            lines = {error.location.line for error in dockerfile.errors}
            is_right = bool(lines) and case["error_line"] in {None, *lines}
        else:
            values = [stage.platform_value for stage in dockerfile.stages]
            used = {use["stage"] for use in case["uses"]} - {None}
            images = [use["image"] for use in case["uses"] if use["stage"] is None]
            is_right = (
                dockerfile.errors == ()
                and _stages(dockerfile) == case["stages"]
                and [value and spelled(value) for value in values] == case["platforms"]
                and [use.image for use in dockerfile.uses] == images
                and used <= dockerfile.used
            )
        if not is_right:
            wrong[case["name"]] = (case, dockerfile)
    assert wrong == {}
