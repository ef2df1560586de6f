"""The documentation says what is so: its tables, its links, and the pages of the rules."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import click
import pytest
import yaml
from markdown_it import MarkdownIt

from lint_runtime.cli import lifecycle as lifecycle_cli
from lint_runtime.cli.lint import command
from lint_runtime.config.files import load
from lint_runtime.config.model import Config
from lint_runtime.dockerfile.discovery import DOCKERFILE_NAMES, NOT_DOCKERFILES
from lint_runtime.formatters import FORMATTERS
from lint_runtime.lifecycle.model import Status
from lint_runtime.linter.engine import lint_file
from lint_runtime.rules import RULE_BY_NAME, RULES, RULES_BY_TOPIC
from lint_runtime.rules.base import Rule
from tests.conftest import AS_OF, ROOT, Command

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
EACH_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())


def _text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def _table(name: str, heading: str) -> list[list[str]]:
    """Return the cells of the table on a page whose first row starts with `heading`."""
    _, _, below = _text(name).partition(f"\n| {heading} |")
    rows = re.match(r"(?:.*\n)\|[-|]+\n((?:\|.*\n)+)", below)
    assert rows
    cells = [re.split(r"(?<!\\)\|", row)[1:-1] for row in rows[1].splitlines()]
    return [[cell.strip().replace("\\|", "|") for cell in row] for row in cells]


def test_options() -> None:
    options = [option for option in command.params if isinstance(option, click.Option)]
    written = [
        re.findall(r"(?<![\w-])--?[a-zA-Z][a-z-]*", row[0]) for row in _table("command.md", "option")
    ]
    expected = {frozenset(option.opts) for option in options} | {frozenset(("-h", "--help"))}
    # -o stands for --output, too.
    shown = {frozenset([*names, "--output"] if names == ["-o"] else names) for names in written}
    assert shown == expected
    assert len(written) == len(expected)


def test_formats() -> None:
    assert [row[0] for row in _table("command.md", "format")] == [f"`{name}`" for name in FORMATTERS]


def test_names_of_dockerfiles() -> None:
    for name in (*DOCKERFILE_NAMES, *NOT_DOCKERFILES):
        assert f"`{name}`" in _text("command.md")


def test_statuses() -> None:
    for status in Status:
        assert f"`{status.value}`" in _text("command.md")


def test_keys() -> None:
    cells = [row[0] for row in _table("configuration.md", "key")]
    keys = [re.split("[.]", key)[0] for cell in cells for key in re.findall("`([^`]+)`", cell)]
    assert sorted(set(keys)) == sorted(field.replace("_", "-") for field in Config._fields)


def test_commands_of_the_table() -> None:
    rows = _table("lifecycle.md", "command")
    names = [re.findall("`([a-z]+)", row[0])[0] for row in rows]
    assert sorted(names) == sorted(lifecycle_cli.command.commands)
    for name, row in zip(names, rows, strict=True):
        options = {option for given in lifecycle_cli.command.commands[name].params for option in given.opts}
        assert set(re.findall("--[a-z-]+", " ".join(row))) <= options


def test_hooks() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert [row[0] for row in _table("ci.md", "hook")] == [f"`{hook['id']}`" for hook in hooks]


@pytest.mark.parametrize("name", ["README.md", "docs/configuration.md", "docs/cookbook.md"])
def test_configurations_shown_are_valid(name: str, tmp_path: Path) -> None:
    examples = re.findall(r"```toml\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL)
    assert examples
    for number, example in enumerate(examples):
        path = tmp_path / f"{number}.toml"
        path.write_text(example)
        assert load(str(path), RULE_BY_NAME).keys


@pytest.mark.parametrize("name", ["README.md", "docs/configuration.md"])
def test_the_comment_shown_suppresses(name: str) -> None:
    (example,) = re.findall(
        r"```dockerfile\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL
    )
    report = lint_file(example.encode(), "Dockerfile", AS_OF, Config())
    assert report.diagnostics == ()
    assert len(report.suppressed) == 2


def test_the_dockerfile_of_the_cookbook_is_fine() -> None:
    (example,) = re.findall(r"```dockerfile\n(.*?)```", _text("cookbook.md"), re.DOTALL)
    assert lint_file(example.encode(), "Dockerfile", AS_OF, Config()).diagnostics == ()


def test_the_picture_is_of_the_example_projects(
    golden: Callable[[Path, str], None], run_lifecycle: Command
) -> None:
    (name,) = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", _text("lifecycle.md"))
    arguments = ["timeline", "--format", "svg", "--for", "fixtures/projects", "--as-of", "2026-09-25"]
    result = run_lifecycle(*arguments, cwd=ROOT)
    assert result.code == 0
    golden(DOCS / name, result.out)


def test_the_python_shown_runs(capsys: pytest.CaptureFixture[str]) -> None:
    first, second, _ = re.findall(r"```python\n(.*?)```", _text("programs.md"), re.DOTALL)
    exec(compile(first, "programs.md", "exec"), {})  # noqa: S102
    assert capsys.readouterr().out.startswith("1 error end-of-basic-support Astro Runtime 9.7.0 ")
    exec(compile(second, "programs.md", "exec"), {})  # noqa: S102
    assert capsys.readouterr().out == ("9.7.0-base unsupported since 2026-01-31\nupgrade to 13.11.0-base\n")


# --- The pages of the rules --------------------------------------------------------------------------


def _page(rule: Rule) -> str:
    default = "" if rule.on_by_default else ", off by default"
    return f"# {rule.name} ({rule.severity}{default})\n\n{rule.documentation.strip()}\n"


def _index() -> str:
    sections = []
    for topic, rules in RULES_BY_TOPIC.items():
        rows = "".join(
            f"| [`{rule.name}`]({rule.name}.md) | {rule.severity} | {rule.summary}"
            f"{'' if rule.on_by_default else ' Off by default.'} |\n"
            for rule in rules
        )
        sections.append(f"## {topic}\n\n| rule | severity | reports |\n|---|---|---|\n{rows}")
    note = "These pages are generated from the docstrings of the rules. `lint-runtime --explain RULE` prints them."
    return "\n".join([f"# Rules\n\n{note}\n", *sections])


def test_the_index_of_the_rules(golden: Callable[[Path, str], None]) -> None:
    golden(DOCS / "rules" / "README.md", _index())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_page_of_a_rule(rule: Rule, golden: Callable[[Path, str], None]) -> None:
    golden(DOCS / "rules" / f"{rule.name}.md", _page(rule))


def test_every_page_is_of_a_rule() -> None:
    pages = {path.stem for path in (DOCS / "rules").iterdir()}
    assert pages == {"README", *(rule.name for rule in RULES)}


# --- Links -------------------------------------------------------------------------------------------


def _links(page: Path) -> list[str]:
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(page.read_text(encoding="utf-8"))
    inline = [child for token in tokens for child in token.children or ()]
    found = [child.attrs.get("href") or child.attrs.get("src") for child in inline]
    return [str(link) for link in found if link]


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@EACH_PAGE
def test_no_link_is_broken(page: Path) -> None:
    for link in _links(page):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in _anchors(target), link


def test_every_page_is_linked() -> None:
    linked = {(page.parent / link.partition("#")[0]).resolve() for page in PAGES for link in _links(page)}
    assert {page for page in PAGES if page.parent != ROOT} <= linked
