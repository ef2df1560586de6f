"""Compare the parser of manifests with recorded results of the Astro CLI."""

from __future__ import annotations

import pytest

from lint_runtime.manifest.parser import parse_manifest
from lint_runtime.manifest.requirements import parse_python_range
from tests.manifest.cases import CASES, Case

# The CLI reports this problem after reading the declared Dockerfile, which parse_manifest doesn't read.
LATER = "dockerfile_airflow_mismatch"
# The CLI can't parse these files. parse_manifest ignores them, because they don't have the word `astro`.
WITHOUT_ASTRO = {"toml-error/not toml at all", "wrong-type/tool a list"}


def _by_name(case: Case) -> str:
    return case.name


def test_all_cases_are_read() -> None:
    assert len(CASES) == 121
    later = [case.name for case in CASES if LATER in str(case.vendor.get("problems"))]
    assert len(later) == 5
    assert all(name.startswith("dockerfile/") for name in later)


@pytest.mark.parametrize("case", CASES, ids=_by_name)
def test_a_manifest_reads_as_in_the_cli(case: Case) -> None:
    vendor = case.vendor
    manifest = parse_manifest(case.data)
    if vendor["status"] == "not_astro" or case.name in WITHOUT_ASTRO:
        assert manifest is None
        return
    assert manifest is not None
    if vendor["status"] == "parse_error":
        assert manifest.error is not None
        assert not manifest.is_accepted
        place = vendor["parse_error"]
        assert manifest.error.location.start == (place["line"], place["column"])
        return
    problems = [(p["code"], p["key"]) for p in vendor.get("problems", ()) if p["code"] != LATER]
    assert [(problem.code, problem.key) for problem in manifest.problems] == problems
    assert manifest.error is None
    assert manifest.is_accepted == (not problems)
    assert (manifest.pin, manifest.series) == (vendor.get("pin", ""), vendor.get("series", ""))
    stated = {
        "runtime": manifest.build,
        "requires_python": manifest.requires_python,
    }
    for key, text in stated.items():
        assert (text.text if text else None) == vendor.get(key)
    bound = manifest.requires_python
    is_readable = bound is not None and parse_python_range(bound.text) is not None
    assert is_readable == vendor.get("requires_python_readable", False)
    declared = vendor.get("dockerfile", {}).get("declared")
    assert (manifest.dockerfile.text if manifest.dockerfile else None) == declared
