"""The house rules that no type checker sees."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

import lint_runtime
from lint_runtime.formatters import FORMATTERS
from lint_runtime.rules import RULES
from tests.conftest import loaded_modules

PACKAGE = Path(lint_runtime.__file__).parent

# From the top to the bottom: a package or module imports only what is below it. Neighbors on one
# floor do not know each other.
HOUSE = (
    ("__main__", "lsp"),
    ("cli",),
    ("api",),
    ("formatters",),
    ("linter",),
    ("rules",),
    ("config",),
    ("images",),
    ("dockerfile", "lifecycle"),
    ("files",),
    ("diagnostics", "errors", "text"),
)
# Within `lifecycle`, the same: refreshing the data and showing it both build on the facts.
LIFECYCLE = ("lifecycle.update", "lifecycle.views")
LATE = (
    "cli.documentation",
    "api",
    "cli.lifecycle",
    "config.keys",
    "config.show",
    "dockerfile.comments",
    "dockerfile.heredocs",
    "dockerfile.shell_pattern",
    "files",
    "formatters.fingerprints",
    "lifecycle.feed",
    "lifecycle.merge",
    "lifecycle.policy",
    "lifecycle.specifiers",
    "lifecycle.verify",
    "linter.baseline",
    "linter.fixes",
    "linter.inventory",
    "linter.past_report",
    "linter.recheck",
    "rules.suppressions",
)
MODULES = sorted(PACKAGE.rglob("*.py"))


def _name(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


NAMES = {_name(path) for path in MODULES}


def _floor(module: str) -> int:
    room = module.partition(".")[0]
    return next(index for index, rooms in enumerate(HOUSE) if room in rooms)


def _imports(path: Path) -> set[str]:
    """Return the modules of the package that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("lint_runtime"):
            base = node.module.removeprefix("lint_runtime").removeprefix(".")
            below = {f"{base}.{alias.name}".strip(".") for alias in node.names}
            found |= below & NAMES or {base}
    return found - {""}


IMPORTS = {_name(path): _imports(path) for path in MODULES}


def test_every_room_of_the_house_is_listed() -> None:
    rooms = {name.partition(".")[0] for name in NAMES} - {""}
    assert rooms == {room for floor in HOUSE for room in floor}


@pytest.mark.parametrize("module", sorted(NAMES - {""}))
def test_imports_run_downward(module: str) -> None:
    room = module.partition(".")[0]
    others = [name for name in IMPORTS[module] if name.partition(".")[0] != room]
    assert [name for name in others if _floor(name) <= _floor(module)] == []


@pytest.mark.parametrize("package", LIFECYCLE)
def test_what_is_known_does_not_depend_on_how_it_is_refreshed_or_shown(package: str) -> None:
    outside = [name for name in NAMES if name.startswith("lifecycle.") and not name.startswith(package)]
    assert [name for name in outside for imported in IMPORTS[name] if imported.startswith(package)] == []


def test_no_module_imports_itself_by_way_of_another() -> None:
    @cache
    def depth(module: str) -> int:
        # A cycle never ends, which Python reports as a RecursionError.
        return 1 + max(map(depth, IMPORTS[module]), default=0)

    assert all(depth(module) for module in NAMES)


def _mentions(path: Path, *words: str) -> bool:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    names |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return any(f"{name}.".startswith(f"{word}.") for name in names for word in words)


@pytest.mark.parametrize(
    ("library", "modules"),
    [
        ("dockerfile_parse", ["dockerfile.lexer"]),
        ("packaging", ["images", "lifecycle.specifiers"]),
        ("pathspec", ["config.keys", "config.settings"]),
        (
            "click",
            [
                "cli.console",
                "cli.lifecycle",
                "cli.lint",
                "cli.options",
                "formatters.full",
                "formatters.text",
                "lifecycle.views.render",
                "lifecycle.views.timeline_text",
                "lsp.__main__",
            ],
        ),
        ("fastjsonschema", ["files"]),
        ("httpx", ["lifecycle.update.fetch"]),
        ("icalendar", ["lifecycle.views.timeline_ics"]),
        ("jinja2", ["formatters.html"]),
        ("markupsafe", ["formatters.html"]),
        ("socket", []),
        ("urllib.request", ["lifecycle.update.fetch"]),
        ("http", []),
        ("subprocess", ["dockerfile.gitignore"]),
        ("pygls", ["lsp.server"]),
        (
            "lsprotocol",
            [
                f"lsp.{name}"
                for name in (
                    "actions",
                    "completion",
                    "diagnostics",
                    "hints",
                    "hover",
                    "positions",
                    "server",
                )
            ],
        ),
    ],
)
def test_who_uses_which_library(library: str, modules: list[str]) -> None:
    assert [_name(path) for path in MODULES if _mentions(path, library)] == modules


@pytest.mark.parametrize("module", sorted(name for name in NAMES if name.startswith("lsp.")))
def test_the_language_server_uses_what_other_programs_can_use(module: str) -> None:
    outside = {name for name in IMPORTS[module] if not name.startswith("lsp")}
    # The command itself is like the others.
    command = {"cli.console", "cli.options", "errors"}
    assert outside <= (command if module == "lsp.__main__" else {"api"})


def test_the_clock_is_read_in_one_place() -> None:
    calls = ("datetime.now(", "date.today(", "time.time(")
    assert [_name(path) for path in MODULES if any(call in path.read_text() for call in calls)] == [
        "cli.console"
    ]


def test_every_module_of_a_rule_is_registered_under_its_name() -> None:
    shared = {"advice", "base", "suppressions", "upgrades"}
    modules = {path.stem for path in (PACKAGE / "rules").glob("[!_]*.py")} - shared
    assert {rule.name for rule in RULES} == {module.replace("_", "-") for module in modules}
    assert len(RULES) == len(modules)


@pytest.mark.process
def test_a_run_imports_only_what_it_needs(tmp_path: Path) -> None:
    loaded = loaded_modules(
        "from lint_runtime.cli.lint import main; main(['-', '--as-of', '2026-09-25'])",
        cwd=tmp_path,
        stdin="FROM quay.io/astronomer/astro-runtime:13.11.0\n",
    )
    late = {f"lint_runtime.{name}" for name in LATE}
    late |= {f"lint_runtime.{name}" for name in NAMES if name.startswith(LIFECYCLE)}
    late |= {f"lint_runtime.formatters.{name}" for name in FORMATTERS if name != "text"}
    late |= {
        "csv",
        "dataclasses",
        "difflib",
        "fastjsonschema",
        "hashlib",
        "httpx",
        "importlib.metadata",
        "packaging",
        "pathspec",
        "socket",
        "tomllib",
        "tomli",
        "xml",
    }
    assert loaded & late == set()
