"""Compare the parser with recorded results of BuildKit."""

from __future__ import annotations

import base64
import json
from typing import Any

from lint_runtime import check
from lint_runtime.dockerfile.parser import Dockerfile, parse_dockerfile
from lint_runtime.dockerfile.platforms import spelled
from tests.conftest import AS_OF, FIXTURES

# A case is `accepted` if BuildKit accepts its FROM instructions. In these accepted cases, BuildKit later rejects the
# file because of another instruction: a COPY, or an instruction before the first FROM.
REJECTED_LATER = {
    *("copy_from_bad_index", "copy_from_self", "copy_from_upper_image", "copy_from_var"),
    *("stage-count_01", "stage-count_02"),
}


def _cases(name: str) -> list[dict[str, Any]]:
    text = (FIXTURES / "conformance" / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


CASES = _cases("cases.jsonl")
CORNERS = _cases("corners.jsonl")
KINDS = _cases("kinds.jsonl")
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
    assert (len(ACCEPTED), len(REJECTED), len(CORNERS), len(KINDS)) == (111, 76, 64, 24)


def test_accepted_files_have_exactly_the_stages_that_buildkit_sees() -> None:
    wrong = {}
    for case in ACCEPTED:
        dockerfile = parse_dockerfile(_data(case), case.get("build_args", {}))
        is_rejected = case["name"] in REJECTED_LATER
        if _stages(dockerfile) != case["stages"] or bool(dockerfile.errors) != is_rejected:
            wrong[case["name"]] = (case["stages"], dockerfile)
    assert wrong == {}


def test_rejected_files_have_a_parse_error_where_buildkit_has_its_error() -> None:
    wrong = {}
    for case in REJECTED:
        findings = check(_data(case), today=AS_OF, build_args=case.get("build_args")).findings
        # Expect a parse-error, or one of the rules about templates, unknown instructions and custom frontends.
        rules = ("parse-error", "template-placeholder", "unknown-instruction", "foreign-frontend")
        lines = {finding.line for finding in findings if finding.rule in rules}
        # BuildKit rejects the instruction on line 4 of this case. A custom frontend may know the instruction, so the
        # finding is about `# syntax=` on line 1.
        line = 1 if case["name"] == "syntax_custom_frontend_pyenv" else case["error_line"] or 1
        if line not in lines:
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
                bool(dockerfile.errors) == (case["name"] in REJECTED_LATER)
                and _stages(dockerfile) == case["stages"]
                and [value and spelled(value) for value in values] == case["platforms"]
                and [use.image for use in dockerfile.uses] == images
                and used <= dockerfile.used
            )
        if not is_right:
            wrong[case["name"]] = (case, dockerfile)
    assert wrong == {}


def test_kinds_of_differences_from_generated_files() -> None:
    wrong = {}
    for case in KINDS:
        expected = case["buildkit"]
        dockerfile = parse_dockerfile(_data(case), {})
        if expected["accepted"]:
            # `loads` has the images of stages, and the images that COPY and RUN name.
            used = {use["stage"] for use in expected.get("uses", ())} - {None}
            loads = {load.split()[0] for load in expected["loads"]}
            images = [use.image for use in dockerfile.uses]
            is_right = (
                dockerfile.errors == ()
                and dockerfile.unknown is None
                and [(stage["line"], stage["image"]) for stage in expected["stages"]]
                == [(stage.line, stage.image) for stage in dockerfile.stages]
                and used <= dockerfile.used
                and set(images) == loads - {stage["norm"] for stage in expected["stages"]}
            )
        else:
            findings = check(_data(case), today=AS_OF).findings
            rules = {finding.rule for finding in findings}
            lines = {line for finding in findings for line in range(finding.line - 1, finding.line + 1)}
            rule = "unknown-instruction" if "unknown" in case["name"] else "parse-error"
            is_right = rule in rules and "ignored-stage" not in rules
            is_right = is_right and expected.get("error_line") in {None, *lines}
        if not is_right:
            wrong[case["name"]] = (expected, dockerfile)
    assert wrong == {}
