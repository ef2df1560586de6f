"""Rules about imports that no type checker enforces."""

from __future__ import annotations

import ast

import pytest

from lint_runtime.formatters import FORMATTERS
from lint_runtime.rules import RULES
from tests.conftest import ROOT, loaded_modules
from tests.measure import (
    MODULES,
    PACKAGE,
    find_cycle,
    import_graph,
    import_levels,
    module_name,
    package_graph,
)

# The layers of the package, from top to bottom. A package or module imports only from the layers below its own.
LAYERS = (
    ("__main__", "lint_runtime"),
    ("api", "cli"),
    ("formatters", "lsp"),
    ("linter",),
    ("rules",),
    ("config", "projects"),
    ("images",),
    ("dockerfile", "lifecycle", "manifest"),
    ("files", "schema"),
    ("diagnostics", "errors", "text", "version"),
)
# These two packages don't import each other, and nothing else in `lifecycle` imports them.
ABOVE_LIFECYCLE = ("lifecycle.update", "lifecycle.views")
LIBRARIES = {
    "click": {
        *("cli.console", "cli.language_server", "cli.lifecycle", "cli.lint", "cli.options"),
        *("formatters.base", "lifecycle.views.render", "lifecycle.views.timeline_text"),
    },
    "dockerfile_parse": {"dockerfile.comments"},
    "http": {"lifecycle.update.fetch"},
    "httpx": {"lifecycle.update.fetch"},
    "icalendar": {"lifecycle.views.timeline_ics"},
    "jinja2": {"formatters.html"},
    "lsprotocol": {
        *("lsp.actions", "lsp.completion", "lsp.documents", "lsp.extension", "lsp.hints", "lsp.hover"),
        *("lsp.positions", "lsp.protocol", "lsp.publish", "lsp.sender", "lsp.server"),
    },
    "markupsafe": {"formatters.html"},
    "packaging": {"images", "lifecycle.specifiers"},
    "pygls": {"lsp.documents", "lsp.protocol", "lsp.sender", "lsp.server"},
    "socket": {"lifecycle.update.fetch"},
    "subprocess": {"dockerfile.git", "linter.processes"},
    "tomli": {"config.files"},
    "urllib.request": {"lifecycle.update.fetch"},
}
"""Maps a library to the modules that may import it, at the top or in a function."""

# Modules and libraries that an ordinary run must not load.
LAZY_MODULES = (
    "cli.init",
    "cli.lifecycle",
    "config.keys",
    "config.show",
    "dockerfile.comments",
    "formatters.fingerprints",
    "lifecycle.feed",
    "lifecycle.merge",
    "lifecycle.policy",
    "lifecycle.specifiers",
    "lifecycle.verify",
    "linter.fixes",
    "linter.inventory",
    "linter.past_report",
    "linter.recheck",
    "manifest.parser",
    "schema",
)
LAZY_LIBRARIES = {
    *("dataclasses", "difflib", "fastjsonschema", "hashlib", "httpx", "importlib.metadata"),
    *("packaging", "socket", "textwrap", "tomllib", "tomli", "xml"),
}

GRAPH = import_graph()
LAYER_OF = {package: number for number, layer in enumerate(LAYERS) for package in layer}


def test_every_package_has_a_layer() -> None:
    assert package_graph(GRAPH).keys() == LAYER_OF.keys()
    assert sum(map(len, LAYERS)) == len(LAYER_OF)


def test_imports_go_to_lower_layers() -> None:
    packages = package_graph(GRAPH)
    upward = {
        (importer, imported)
        for importer in packages
        for imported in packages[importer]
        if LAYER_OF[imported] <= LAYER_OF[importer]
    }
    assert upward == set()
    assert packages["api"] > {"linter", "config"}


def test_lifecycle_data_does_not_depend_on_its_updates_and_views() -> None:
    for package in ABOVE_LIFECYCLE:
        inside = {name for name in GRAPH if name.startswith(package)}
        importers = {
            name
            for name in GRAPH
            if name.startswith("lifecycle.") and name not in inside and GRAPH[name] & inside
        }
        assert inside
        assert importers == set()


def test_no_modules_import_each_other() -> None:
    assert find_cycle(GRAPH) == []
    assert find_cycle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]


def test_layers_are_few() -> None:
    assert import_levels(package_graph(GRAPH)) <= 10
    assert import_levels({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == 3


def _imported_libraries() -> dict[str, set[str]]:
    """Map each imported name to the modules that import it. The name `a.b` also counts as `a`."""
    importers: dict[str, set[str]] = {}
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
            for name in names:
                words = name.split(".")
                for length in range(1, len(words) + 1):
                    importers.setdefault(".".join(words[:length]), set()).add(module_name(path))
    return importers


def test_few_modules_use_libraries() -> None:
    importers = _imported_libraries()
    assert {name: importers.get(name, set()) for name in LIBRARIES} == LIBRARIES


def test_the_clock_is_read_in_one_module() -> None:
    calls = ("datetime.now(", "date.today(", "time.time(")
    readers = [module_name(path) for path in MODULES if any(call in path.read_text() for call in calls)]
    assert readers == ["cli.console"]


def test_every_module_of_a_rule_is_registered_under_its_name() -> None:
    shared = {"advice", "base", "destinations", "repositories", "suppressions", "variants"}
    modules = {path.stem for path in (PACKAGE / "rules").glob("[!_]*.py")} - shared
    assert {rule.name for rule in RULES} == {module.replace("_", "-") for module in modules}
    assert len(RULES) == len(modules)


def test_no_test_runs_a_command_in_the_checkout() -> None:
    paths = sorted((ROOT / "tests").rglob("test_*.py"))
    assert len(paths) > 40
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                directories = [keyword.value for keyword in node.keywords if keyword.arg == "cwd"]
                if isinstance(node.func, ast.Attribute) and node.func.attr == "chdir":
                    directories += node.args
                for directory in directories:
                    names = {child.id for child in ast.walk(directory) if isinstance(child, ast.Name)}
                    assert not names & {"FIXTURES", "PROJECTS", "ROOT"}, f"{path}:{node.lineno}"


@pytest.mark.process
def test_a_run_imports_only_what_it_needs() -> None:
    loaded = loaded_modules(
        "from lint_runtime.cli.lint import main; main(['-', '--as-of', '2026-09-25'])",
        stdin="FROM quay.io/astronomer/astro-runtime:13.11.0\n",
    )
    assert {"lint_runtime.linter.engine", "lint_runtime.formatters.text"} <= loaded
    lazy = {*LAZY_MODULES, *(name for name in GRAPH if name.startswith(ABOVE_LIFECYCLE))}
    lazy |= {f"formatters.{name}" for name in FORMATTERS if name != "text"}
    assert lazy <= GRAPH.keys()
    assert loaded & {*(f"lint_runtime.{name}" for name in lazy), *LAZY_LIBRARIES} == set()
