"""The place, code, message and help of every problem of a manifest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lint_runtime.manifest.parser import parse_manifest
from tests.conftest import FIXTURES

MANIFESTS = FIXTURES / "golden" / "manifests"


def test_golden_problems(golden: Callable[[Path, str], None]) -> None:
    lines: list[str] = []
    for path in sorted(MANIFESTS.glob("*.toml")):
        text = path.read_text(encoding="utf-8")
        manifest = parse_manifest(text.encode())
        assert manifest is not None
        lines += ["", path.name] if lines else [path.name]
        for problem in manifest.problems:
            place = problem.location
            assert place.line == place.end_line
            source = text.split("\n")[place.line - 1][place.column - 1 : place.end_column - 1]
            lines += [f"{place.line}:{place.column}: {source}", f"  {problem.code} {problem.key}"]
            lines += [f"  {problem.message}", f"  {problem.help}"]
    golden(MANIFESTS / "problems.text", "".join(f"{line}\n" for line in lines))
