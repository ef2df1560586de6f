"""The documentation is correct: its tables, links, examples and rule pages."""

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
from lint_runtime.manifest.parser import parse_manifest
from lint_runtime.rules import RULE_BY_NAME, RULES, RULES_BY_TOPIC
from lint_runtime.rules.base import Rule
from tests.conftest import KNOWN, ROOT, Command, copy_projects

pytestmark = pytest.mark.once

DOCS = ROOT / "docs"
TOP = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")
PAGES = [*(ROOT / name for name in TOP), *sorted(DOCS.rglob("*.md"))]


def _text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def _table(name: str, heading: str) -> list[list[str]]:
    """Return the rows of a table on a page, each as a list of cells, without the header.

    heading: the first cell of the header
    """
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
    # The table lists `-o` without its long form `--output`, so add it.
    shown = {frozenset([*names, "--output"] if names == ["-o"] else names) for names in written}
    assert shown == expected
    assert len(written) == len(expected)


def test_formats() -> None:
    assert [row[0] for row in _table("command.md", "format")] == [f"`{name}`" for name in FORMATTERS]


def test_the_summary_of_the_example_projects(tmp_path: Path, run: Command) -> None:
    (block,) = re.findall(r"```console\n\$ lint-runtime (.*)\n([^`]*)```", _text("command.md"))
    assert run(*block[0].split(), cwd=copy_projects(tmp_path)).out == block[1]


def test_names_of_dockerfiles_and_statuses() -> None:
    words = {*DOCKERFILE_NAMES, *NOT_DOCKERFILES, *(status.value for status in Status)}
    assert {"Dockerfile.*", ".bak", "maintained"} <= words
    assert {word for word in words if f"`{word}`" not in _text("command.md")} == set()


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


def _examples(page: Path, language: str) -> list[str]:
    """Return the code blocks of a language on a page. Fails if the page has none."""
    examples = re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    assert examples, page
    return examples


def test_configuration_examples_are_valid(tmp_path: Path) -> None:
    for page in (ROOT / "README.md", DOCS / "configuration.md", DOCS / "cookbook.md"):
        for example in _examples(page, "toml"):
            path = tmp_path / ("pyproject.toml" if "[tool." in example else "example.toml")
            path.write_text(example)
            assert parse_manifest(example.encode()) or load(str(path)).keys, example


def test_comment_examples_suppress() -> None:
    for page in (ROOT / "README.md", DOCS / "configuration.md"):
        (example,) = _examples(page, "dockerfile")
        report = lint_file(example.encode(), "Dockerfile", Config(), KNOWN)
        assert report.diagnostics == (), page
        assert len(report.suppressed) == 2, page


def test_comment_example_in_a_manifest_suppresses() -> None:
    (example,) = [text for text in _examples(DOCS / "configuration.md", "toml") if "[tool.astro]" in text]
    report = lint_file(example.encode(), "pyproject.toml", Config(), KNOWN)
    assert (report.diagnostics, [finding.rule for finding in report.suppressed]) == (
        (),
        ["security-fixes-only"],
    )


def test_the_dockerfile_of_the_cookbook_is_fine() -> None:
    (example,) = _examples(DOCS / "cookbook.md", "dockerfile")
    assert "FROM astrocrpublic.azurecr.io/runtime:" in example
    assert lint_file(example.encode(), "Dockerfile", Config(), KNOWN).diagnostics == ()


def test_the_picture_is_of_the_example_projects(
    golden: Callable[[Path, str], None], run_lifecycle: Command, tmp_path: Path
) -> None:
    (name,) = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", _text("lifecycle.md"))
    arguments = ["timeline", "--format", "svg", "--for", "fixtures/projects", "--as-of", "2026-09-25"]
    result = run_lifecycle(*arguments, cwd=copy_projects(tmp_path))
    assert result.code == 0
    golden(DOCS / name, result.out)


def test_python_examples_run(capsys: pytest.CaptureFixture[str]) -> None:
    findings, manifest, images, _ = _examples(DOCS / "programs.md", "python")
    names: dict[str, object] = {}
    exec(compile(findings, "programs.md", "exec"), names)  # noqa: S102
    assert capsys.readouterr().out.startswith("1 error end-of-basic-support Astro Runtime 9.7.0 ")
    exec(compile(images, "programs.md", "exec"), names)  # noqa: S102
    assert capsys.readouterr().out == "9.7.0-base unsupported 2025-01-31\n"
    exec(compile(manifest, "programs.md", "exec"), names)  # noqa: S102
    assert capsys.readouterr().out == "airflow-mismatch\n"


# --- The pages of the rules --------------------------------------------------------------------------


def _page(rule: Rule) -> str:
    default = "" if rule.on_by_default else ", off by default"
    topic = f"Topic: [`{rule.topic.word}`](README.md)"
    text, _, options = rule.documentation.strip().partition("## Options\n")
    options = re.sub(
        "^- `(.+)`$",
        lambda match: (
            f"- [`{match[1]}`]"
            + (
                f"({match[1]}.md)"
                if match[1] in RULE_BY_NAME
                else "(../configuration.md#configuration-files)"
            )
        ),
        options,
        flags=re.MULTILINE,
    )
    text = re.sub("see `(.+)`", r"see [`\1`](\1.md)", text)
    return f"# {rule.name} ({rule.severity}{default})\n\n{text}## Options\n{options}\n\n{topic}\n"


def _index() -> str:
    sections = []
    for topic, rules in RULES_BY_TOPIC.items():
        rows = "".join(
            f"| [`{rule.name}`]({rule.name}.md) | {rule.severity} | {rule.summary}"
            f"{'' if rule.on_by_default else ' Off by default.'} |\n"
            for rule in rules
        )
        sections.append(
            f"## {topic}\n\nTopic: `{rules[0].topic.word}`\n\n| rule | severity | reports |\n|---|---|---|\n{rows}"
        )
    note = "These pages are generated from the docstrings of the rules. `lint-runtime --explain RULE` prints them.\n"
    note += "The name of a topic stands for [all its rules](../configuration.md#rules-and-topics)."
    return "\n".join([f"# Rules\n\n{note}\n", *sections])


def test_the_index_of_the_rules(golden: Callable[[Path, str], None]) -> None:
    golden(DOCS / "rules" / "README.md", _index())


def test_the_pages_of_the_rules(golden: Callable[[Path, str], None]) -> None:
    for rule in RULES:
        golden(DOCS / "rules" / f"{rule.name}.md", _page(rule))
    pages = {path.stem for path in (DOCS / "rules").iterdir()}
    assert pages == {"README", *(rule.name for rule in RULES)}


# --- Links -------------------------------------------------------------------------------------------


def _links(page: Path) -> list[str]:
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(page.read_text(encoding="utf-8"))
    inline = [child for token in tokens for child in token.children or ()]
    return [str(link) for child in inline if (link := child.attrs.get("href") or child.attrs.get("src"))]


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_no_link_is_broken() -> None:
    links = [(page, link) for page in PAGES for link in _links(page) if not link.startswith("https://")]
    assert len(links) > 50
    for page, link in links:
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), (page, link)
        assert not anchor or anchor in _anchors(target), (page, link)


def test_every_page_is_linked() -> None:
    linked = {(page.parent / link.partition("#")[0]).resolve() for page in PAGES for link in _links(page)}
    pages = {page for page in PAGES if page.parent != ROOT}
    assert len(pages) > 40
    assert pages - linked == set()
