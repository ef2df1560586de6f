"""The id of a run in SARIF reports, from --label or the variables of Azure Pipelines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import AS_OF, Command

PHASE = "3a3a2a60-14c7-570b-14a4-fa42ad92f52a"
PIPELINE = {
    "TF_BUILD": "True",
    "SYSTEM_COLLECTIONURI": "https://dev.azure.com/contoso/",
    "SYSTEM_TEAMPROJECT": "shop",
    "SYSTEM_DEFINITIONID": "12",
    "BUILD_DEFINITIONNAME": "lint the Dockerfiles",
    "SYSTEM_PHASEID": PHASE,
    "SYSTEM_PHASENAME": "Job",
    "BUILD_SOURCEBRANCH": "refs/heads/main",
    "BUILD_BUILDID": "345",
}
KIND = "azuredevops/pipeline/build"


def _automation(run: Command, directory: Path, env: dict[str, str], *arguments: str) -> dict[str, Any]:
    (directory / "Dockerfile").write_text("FROM quay.io/astronomer/astro-runtime:9.7.0\n")
    out = run("--as-of", AS_OF, "--format", "sarif", *arguments, ".", cwd=directory, env=env).out
    details: dict[str, Any] = json.loads(out)["runs"][0]["automationDetails"]
    return details


@pytest.mark.parametrize("address", ["https://dev.azure.com/contoso/", "https://contoso.visualstudio.com/"])
def test_sarif_of_azure_pipelines_names_the_build(address: str, tmp_path: Path, run: Command) -> None:
    details = _automation(run, tmp_path, {**PIPELINE, "SYSTEM_COLLECTIONURI": address})
    assert details == {
        "id": f"{KIND}/contoso/shop/12/{PHASE}/refs/heads/main/345",
        "properties": {
            f"{KIND}/buildDefinitionId": "12",
            f"{KIND}/buildDefinitionName": "lint the Dockerfiles",
            f"{KIND}/phaseId": PHASE,
            f"{KIND}/phaseName": "Job",
        },
    }


def test_sarif_outside_azure_pipelines_names_the_tool(tmp_path: Path, run: Command) -> None:
    details = {}
    for missing in PIPELINE:
        env = {name: value for name, value in PIPELINE.items() if name != missing}
        details[missing] = _automation(run, tmp_path, env)
    assert details == {name: {"id": "lint-runtime/"} for name in PIPELINE}


def test_a_label_distinguishes_runs(tmp_path: Path, run: Command) -> None:
    details = _automation(run, tmp_path, {}, "--label", "shop", "-o", "json=a.json")
    assert details == {"id": "lint-runtime/shop/"}
