"""The rules for Renovate in `docs/comparison.md`, applied to the tags of all releases."""

from __future__ import annotations

import json
import re

import pytest

from lint_runtime.images import REPOSITORIES, RepositoryKind
from lint_runtime.lifecycle.load import embedded_table
from tests.conftest import ROOT

pytestmark = pytest.mark.once

(CONFIGURATION,) = re.findall(
    r"```json\n(.*?)```", (ROOT / "docs" / "comparison.md").read_text(encoding="utf-8"), re.DOTALL
)
RUNTIME, AGENT, AGENT_BASE = json.loads(CONFIGURATION)["packageRules"]
RELEASES = [release.version for release in embedded_table().releases]
NUMBERS = ("major", "minor", "patch", "build", "revision")


def _proposed(rule: dict[str, str], current: str, tags: list[str]) -> list[str]:
    """Return the tags that Renovate would propose instead of `current`, oldest first.

    These are the newer tags with the same value of the group `compatibility`.
    """
    pattern = re.compile(rule["versioning"].removeprefix("regex:").replace("(?<", "(?P<"), re.ASCII)
    matches = {tag: match for tag in [current, *tags] if (match := pattern.search(tag))}
    if current not in matches:
        return []

    def numbers(tag: str) -> list[int]:
        groups = matches[tag].groupdict()
        return [int(groups.get(name) or 0) for name in NUMBERS]

    compatible = [
        tag for tag in matches if matches[tag]["compatibility"] == matches[current]["compatibility"]
    ]
    return sorted((tag for tag in compatible if numbers(tag) > numbers(current)), key=numbers)


def test_the_rules_name_the_repositories_of_the_vendor() -> None:
    def named(kind: RepositoryKind) -> list[str]:
        return [name for name, repository in REPOSITORIES.items() if repository.kind is kind]

    assert sorted(RUNTIME["matchPackageNames"]) == sorted(named(RepositoryKind.RUNTIME))
    assert AGENT["matchPackageNames"] == AGENT_BASE["matchPackageNames"] == named(RepositoryKind.AGENT)


@pytest.mark.parametrize("suffix", ["", "-base", "-python-3.12", "-python-3.12-base"])
def test_newer_runtime_releases_are_proposed(suffix: str) -> None:
    tags = [
        f"{version}{other}"
        for version in RELEASES
        for other in ("", "-base", "-python-3.12", "-python-3.11-base")
    ]
    tags += [f"{version}{suffix}" for version in RELEASES] + [
        "3.1",
        "latest",
        "3.0-30.dev1",
        "3.0-30-alpha",
    ]
    assert f"3.0-18{suffix}" in _proposed(RUNTIME, f"3.0-9{suffix}", tags)
    assert f"13.11.0{suffix}" in _proposed(RUNTIME, f"13.9.0{suffix}", tags)
    proposed = {re.sub(r"^[0-9.]+(-\d+)?", "", tag) for tag in _proposed(RUNTIME, f"2.0.0{suffix}", tags)}
    assert proposed == {suffix}
    assert _proposed(RUNTIME, f"3.0-18{suffix}", [f"3.0-9{suffix}"]) == []
    assert _proposed(RUNTIME, "3.1", tags) == []


@pytest.mark.parametrize(("rule", "base"), [(AGENT, ""), (AGENT_BASE, "-base")], ids=["full", "base"])
def test_newer_agents_are_proposed(rule: dict[str, str], base: str) -> None:
    assert bool(re.search(r"-base$", base)) == (rule["matchCurrentValue"] == "/-base$/")
    tags = [
        *("3.1-5-python-3.12-astro-agent-1.10.0", "3.1-5-python-3.12-astro-agent-1.2.1"),
        *("3.1-12-python-3.12-astro-agent-1.2.0", "3.1-12-python-3.11-astro-agent-1.2.0"),
        "3.1-12-ubi9-python-3.12-astro-agent-1.2.0",
    ]
    every = [f"{tag}{suffix}" for tag in tags for suffix in ("", "-base")]
    assert _proposed(rule, f"3.1-5-python-3.12-astro-agent-1.2.0{base}", every) == [
        f"3.1-5-python-3.12-astro-agent-1.10.0{base}",
        f"3.1-12-python-3.12-astro-agent-1.2.0{base}",
    ]
