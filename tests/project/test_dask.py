"""The recipe for Dask is run as it is written."""

from __future__ import annotations

import ast
import pickle
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from lint_runtime import lint
from tests.conftest import AS_OF, FIXTURES, ROOT

*_, RECIPE = re.findall(
    r"```python\n(.*?)```", (ROOT / "docs" / "programs.md").read_text(encoding="utf-8"), re.DOTALL
)


def test_the_recipe_finds_what_linting_finds(tmp_path: Path) -> None:
    pytest.importorskip("dask.bag")
    script = tmp_path / "recipe.py"
    script.write_text(RECIPE, encoding="utf-8")
    command = [sys.executable, str(script)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    found = [ast.literal_eval(line) for line in result.stdout.splitlines()]
    assert found == [
        {"path": one.path, "line": one.line, "rule": one.rule, "severity": one.severity.value}
        for path in sorted((FIXTURES / "projects").rglob("Dockerfile"))
        for one in lint(path.read_bytes(), path.relative_to(ROOT).as_posix(), today=date(2026, 11, 23))
    ]
    assert len(found) > 5


def test_the_work_is_done_in_two_other_processes() -> None:
    pytest.importorskip("dask.bag")
    recipe = RECIPE.replace(
        "    path, content = row\n", "    import os, time; time.sleep(0.5)\n    path, content = row\n"
    )
    recipe = recipe.replace("{", '{"process": os.getpid(), ', 1)
    result = subprocess.run(
        [sys.executable, "-c", f"import os\nprint(os.getpid())\n{recipe}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    main, *rows = result.stdout.splitlines()
    workers = {ast.literal_eval(row)["process"] for row in rows}
    assert len(workers - {int(main)}) == 2


def test_findings_pickle() -> None:
    for path in FIXTURES.rglob("*ockerfile"):
        found = lint(path.read_bytes(), path.as_posix(), today=AS_OF)
        again = pickle.loads(pickle.dumps(found))  # noqa: S301
        assert again == found
        assert [type(one) for one in again] == [type(one) for one in found]
