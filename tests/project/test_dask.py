"""The documented recipe for Dask works when it runs in two processes."""

from __future__ import annotations

import ast
import pickle
import re
import sys
from datetime import date
from pathlib import Path

import pytest

from lint_runtime import Result, check
from tests.conftest import AS_OF, FIXTURES, ROOT, copy_projects, run_process

*_, RECIPE = re.findall(
    r"```python\n(.*?)```", (ROOT / "docs" / "programs.md").read_text(encoding="utf-8"), re.DOTALL
)
# This code makes two processes wait for each other. Otherwise, one process could do all the work.
MEETING = """\
    import os, time
    Path(f"process-{os.getpid()}").touch()
    deadline = time.monotonic() + 30
    while len(list(Path().glob("process-*"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
"""


@pytest.mark.process
def test_the_recipe_finds_what_linting_finds_in_two_processes(tmp_path: Path) -> None:
    pytest.importorskip("dask.bag")
    directory = copy_projects(tmp_path)
    first_line = "    path, content = row\n"
    assert first_line in RECIPE
    (tmp_path / "recipe.py").write_text(RECIPE.replace(first_line, MEETING + first_line), encoding="utf-8")
    result = run_process(sys.executable, tmp_path / "recipe.py", cwd=directory)
    assert result.code == 0, result.err
    rows = [ast.literal_eval(line) for line in result.out.splitlines()]
    assert len(rows) > 5
    assert rows == [
        {
            "path": path.relative_to(ROOT).as_posix(),
            "line": finding.line,
            "rule": finding.rule,
            "severity": finding.severity.value,
        }
        for path in sorted((FIXTURES / "projects").rglob("Dockerfile"))
        for finding in check(path.read_bytes(), today=date(2026, 11, 23)).findings
    ]
    assert len(list(directory.glob("process-*"))) == 2


def test_results_can_be_pickled() -> None:
    results = [
        check(path.read_bytes(), path.as_posix(), today=AS_OF)
        for path in (FIXTURES / "projects").rglob("*ockerfile")
    ]
    copies = pickle.loads(pickle.dumps(results))  # noqa: S301
    assert copies == results
    assert {type(copy) for copy in copies} == {Result}
    assert any(copy.findings for copy in copies)
    assert any(copy.images for copy in copies)
