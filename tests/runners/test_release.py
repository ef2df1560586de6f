"""The release workflow, except for publishing the files that it builds."""

from __future__ import annotations

import json
from pathlib import Path

from lint_runtime import __version__
from tests.runners.github import Run, act, kept
from tests.runners.projects import commit, git

TAG = f"v{__version__}"


def _push_tag(project: Path, release: Path, *, is_on_main: bool) -> Run:
    """Run the release workflow for a tag that is, or isn't, on main."""
    git(release.parent, "clone", "--quiet", str(release), str(project))
    # Replace the checks that the workflow runs first, because they include this test.
    commit(project, {".ci/run": "exit 0\n"})
    git(project, "update-ref", "refs/remotes/origin/main", "HEAD" if is_on_main else "HEAD^")
    git(project, "tag", "--force", TAG)
    payload = {"ref": f"refs/tags/{TAG}"}
    return act(
        project, ".github/workflows/release.yml", release, event="push", payload=payload, job="build"
    )


def test_a_tag_on_main(tmp_path: Path, release: Path) -> None:
    project = tmp_path / "project"
    run = _push_tag(project, release, is_on_main=True)
    assert run.jobs["build"].result == "success", run.text
    built = {path.name for path in (kept(project) / "dist").iterdir()}
    assert built == {f"lint_runtime-{__version__}.tar.gz", f"lint_runtime-{__version__}-py3-none-any.whl"}
    sbom = json.loads((kept(project) / "sbom" / "lint-runtime.cdx.json").read_text(encoding="utf-8"))
    assert (sbom["metadata"]["component"]["name"], sbom["metadata"]["component"]["version"]) == (
        "lint-runtime",
        __version__,
    )
    assert {"click", "packaging"} <= {component["name"] for component in sbom["components"]}
    assert str(tmp_path) not in json.dumps(sbom)


def test_a_tag_that_is_not_on_main(tmp_path: Path, release: Path) -> None:
    project = tmp_path / "project"
    run = _push_tag(project, release, is_on_main=False)
    assert run.jobs["build"].result == "failure", run.text
    assert [*kept(project).iterdir()] == []
