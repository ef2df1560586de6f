"""The house rules that no type checker sees."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import lint_runtime
from lint_runtime.formatters import FORMATTERS
from lint_runtime.rules import RULES

PACKAGE = Path(lint_runtime.__file__).parent

# From the bottom to the top: what stands in a line knows only the lines above it, and its neighbours
# of the same line not at all.
FLOORS = (
    ("diagnostic", "extras", "timeline_css", "variable", "shell_pattern", "flags", "space", "spelling"),
    ("toml", "replacing", "streams"),
    ("bulk", "directive", "reference", "tag", "platform", "expansion", "fingerprint", "portable", "prose"),
    ("config", "scope", "heredoc", "lifecycle", "specifier", "key_values", "document", "grid", "fetching"),
    ("source", "lifecycle_table", "policy", "process"),
    ("timeline",),
    ("timeline_words",),
    ("timeline_shapes", "timeline_text", "timeline_ics"),
    ("timeline_layout",),
    ("timeline_svg",),
    ("table", "table_file", "table_source", "changelog", "merging", "changes", "verifying"),
    ("table_reader", "feed", "schedule_view", "verification", "subject"),
    ("details_view",),
    ("table_choice",),
    ("feed_source",),
    ("refresh",),
    ("destination",),
    ("instruction",),
    ("words", "comment"),
    ("stage", "suppression"),
    ("dockerfile",),
    ("image",),
    ("rule", "remedy"),
    ("advice",),
    ("report", "rules.*"),
    ("rules",),
    ("judging",),
    ("linter", "keys", "fixing", "past_report"),
    ("rejudging",),
    ("fleet",),
    ("page",),
    ("formatters.*",),
    ("formatters", "discovery", "progress", "baseline", "mending"),
    ("config_search", "patterns"),
    ("config_file",),
    ("settings", "options"),
    ("session", "show_config", "option_list"),
    ("invocation", "from_report", "timeline_cli"),
    ("cli", "lifecycle_cli"),
    ("__main__",),
)
LATE = (
    "baseline",
    "changelog",
    "changes",
    "comment",
    "config_file",
    "destination",
    "details_view",
    "document",
    "feed",
    "feed_source",
    "fetching",
    "fingerprint",
    "fixing",
    "fleet",
    "from_report",
    "grid",
    "key_values",
    "keys",
    "lifecycle_cli",
    "mending",
    "merging",
    "page",
    "past_report",
    "patterns",
    "policy",
    "portable",
    "prose",
    "refresh",
    "rejudging",
    "replacing",
    "schedule_view",
    "shell_pattern",
    "show_config",
    "specifier",
    "subject",
    "suppression",
    "table_choice",
    "table_file",
    "table_reader",
    "table_source",
    "timeline",
    "timeline_cli",
    "timeline_css",
    "timeline_ics",
    "timeline_layout",
    "timeline_shapes",
    "timeline_svg",
    "timeline_text",
    "timeline_words",
    "toml",
    "verification",
    "verifying",
)
MODULES = sorted(PACKAGE.rglob("*.py"))


def _name(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def _floor(name: str) -> int:
    if name == "":
        return -1
    family = f"{name.partition('.')[0]}.*" if "." in name else name
    return next(index for index, floor in enumerate(FLOORS) if family in floor)


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("lint_runtime"):
            base = node.module.removeprefix("lint_runtime").removeprefix(".")
            below = {f"{base}.{alias.name}".strip(".") for alias in node.names}
            found |= {name for name in below if (PACKAGE / (name.replace(".", "/") + ".py")).exists()} or {
                base
            }
    return found


@pytest.mark.parametrize("path", [path for path in MODULES if _name(path)], ids=_name)
def test_imports_run_downward(path: Path) -> None:
    upward = [name for name in _imports(path) if _floor(name) >= _floor(_name(path))]
    assert upward == []


def _mentions(path: Path, *words: str) -> bool:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    names |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return bool({name.partition(".")[0] for name in names} & set(words))


@pytest.mark.parametrize(
    ("library", "modules"),
    [
        ("dockerfile_parse", ["instruction"]),
        ("packaging", ["specifier", "tag"]),
        ("pathspec", ["keys", "patterns"]),
        (
            "click",
            [
                "cli",
                "formatters.text",
                "grid",
                "lifecycle_cli",
                "option_list",
                "options",
                "process",
                "progress",
                "timeline_cli",
                "timeline_text",
            ],
        ),
        ("fastjsonschema", ["document"]),
        ("httpx", ["fetching"]),
        ("icalendar", ["timeline_ics"]),
        ("jinja2", ["page"]),
        ("markupsafe", ["page"]),
        ("socket", []),
        ("urllib", ["feed_source"]),
        ("http", []),
        ("subprocess", []),
    ],
)
def test_who_uses_which_library(library: str, modules: list[str]) -> None:
    assert [_name(path) for path in MODULES if _mentions(path, library)] == modules


def test_the_clock_is_read_in_one_place() -> None:
    calls = ("datetime.now(", "date.today(", "time.time(")
    assert [_name(path) for path in MODULES if any(call in path.read_text() for call in calls)] == [
        "process"
    ]


def test_every_module_of_a_rule_is_registered_under_its_name() -> None:
    modules = {path.stem.replace("_", "-") for path in (PACKAGE / "rules").glob("[!_]*.py")}
    assert {rule.name for rule in RULES} == modules
    assert len(RULES) == len(modules)


def test_a_run_imports_only_what_it_needs(tmp_path: Path) -> None:
    code = (
        "import sys; from lint_runtime.cli.lint import main; main(['-', '--as-of', '2026-09-25']); "
        "print(*sorted(sys.modules))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        input="FROM quay.io/astronomer/astro-runtime:13.11.0\n",
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(result.stdout.split())
    late = {
        "packaging",
        "difflib",
        "dataclasses",
        "lint_runtime.dockerfile.heredocs",
        "lint_runtime.cli.console",
    }
    late |= {f"lint_runtime.{name}" for name in LATE}
    late |= {f"lint_runtime.formatters.{name}" for name in FORMATTERS if name != "text"}
    late |= {
        "csv",
        "fastjsonschema",
        "hashlib",
        "httpx",
        "importlib.metadata",
        "pathspec",
        "socket",
        "tomllib",
        "tomli",
        "xml",
    }
    assert loaded & late == set()
