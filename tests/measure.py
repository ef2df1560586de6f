"""Print size targets for the package and its tests, and whether they hold. Exits with 1 if a target is missed.

If the arguments are the paths of an earlier and a later `lint-runtime`, also prints the speed targets.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "lint_runtime"
MODULES = sorted(PACKAGE.rglob("*.py"))

LINES = 13_500
"""The most lines that the package may have, without the lines of LATER_FEATURES."""

LATER_FEATURES = 8_936
"""The number of lines that features added after the limit of LINES was set.

These features are Astro manifests, `--tracked`, `--init`, CODEOWNERS, the comparison of reports, destinations,
and the workspace mode of the language server. Commit f0a6d6a5, before them, has 14,134 lines, and commit
a5ea3f65, after them, has 23,070 lines.
"""


class Target(NamedTuple):
    """A figure with a limit that it must not exceed.

    name: the thing counted
    figure: the current number
    limit: the highest allowed number
    """

    name: str
    figure: float
    limit: float

    @property
    def holds(self) -> bool:
        """Whether the figure is within the limit."""
        return self.figure <= self.limit

    @property
    def row(self) -> str:
        """The target as a line of the printed table."""
        verdict = "holds" if self.holds else "missed"
        return f"{self.name:36} {self.figure:>8,}  at most {self.limit:>6,}  {verdict}"


def module_name(path: Path) -> str:
    """Return the name of a module within the package, such as `lsp.hover`, or `lint_runtime` for the package."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__") or PACKAGE.name


def import_graph() -> dict[str, set[str]]:
    """Map each module of the package to the modules of the package that it imports.

    Includes imports in functions.
    """
    names = {module_name(path) for path in MODULES}
    return {module_name(path): _imports(path, names) for path in MODULES}


def _imports(path: Path, names: set[str]) -> set[str]:
    imported: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules = {f"{node.module}.{alias.name}" for alias in node.names}
            # In `from a import b`, `b` may be a module. If it isn't, the module `a` is imported.
            imported |= {name if _short(name) in names else node.module for name in modules}
    return {_short(name) for name in imported if f"{name}.".startswith(f"{PACKAGE.name}.")}


def _short(name: str) -> str:
    return name.removeprefix(f"{PACKAGE.name}.")


def package_graph(graph: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Reduce an import graph of modules to subpackages and top-level modules, such as `lsp` and `text`."""
    packages: dict[str, set[str]] = {}
    for module, imported in graph.items():
        package = module.partition(".")[0]
        others = {name.partition(".")[0] for name in imported} - {package}
        packages.setdefault(package, set()).update(others)
    return packages


def find_cycle(graph: Mapping[str, set[str]]) -> list[str]:
    """Return the modules on a cycle of imports, or an empty list if there is no cycle."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        cycle: list[str] = error.args[1]
        return cycle
    return []


def import_levels(graph: Mapping[str, set[str]]) -> int:
    """Return the length of the longest chain of imports. Raises CycleError for a cycle."""
    levels: dict[str, int] = {}
    for name in TopologicalSorter(graph).static_order():
        levels[name] = 1 + max((levels[imported] for imported in graph[name]), default=0)
    return max(levels.values())


def source_targets() -> list[Target]:
    """Return the targets for the source of the package."""
    graph = import_graph()
    texts = [path.read_text(encoding="utf-8") for path in MODULES]
    lines = sum(text.count("\n") for text in texts)
    functions = deferred = 0
    for text in texts:
        inside = set()
        for function in ast.walk(ast.parse(text)):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                functions += 1
                inside |= {
                    node for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom)
                }
        deferred += len(inside)
    bounds = sum(len(re.findall(r"^_?MAX_\w+\b.*=", text, re.MULTILINE)) for text in texts)
    return [
        Target("lines of the package", lines, LINES + LATER_FEATURES),
        Target("functions per 1,000 lines", round(1000 * functions / lines, 1), 45),
        Target("imports inside functions", deferred, 45),
        Target("MAX_ constants", bounds, 15),
        Target("import levels between packages", import_levels(package_graph(graph)), 10),
        Target("modules on a cycle of imports", len(find_cycle(graph)), 0),
    ]


def test_targets() -> list[Target]:
    """Return the targets for the tests."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "--quiet", "-n", "0"]
    listed = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    if listed.returncode:
        sys.exit("\n".join(["the tests can't be collected:", *listed.stdout.splitlines()[-20:]]))
    items = sum(line.startswith("tests/") for line in listed.stdout.splitlines())
    return [Target("test items", items, 4_800)]


def main() -> int:
    """Print a row for each target. Returns 1 if a target is missed."""
    hold = True
    for targets in (source_targets, test_targets):
        for target in targets():
            print(target.row)
            hold &= target.holds
    if sys.argv[1:]:
        command = [sys.executable, str(ROOT / "benchmarks" / "before.py"), *sys.argv[1:]]
        hold &= subprocess.run(command, check=False).returncode == 0
    return int(not hold)


if __name__ == "__main__":
    sys.exit(main())
