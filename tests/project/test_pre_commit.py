"""The hook that this repository runs on itself is the published one."""

import re
from typing import Any

import yaml

from tests.conftest import ROOT
from tests.project.test_hooks import HOOKS


def _own() -> dict[str, Any]:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    (hook,) = [hook for repo in config["repos"] for hook in repo["hooks"] if hook["id"] == "lint-runtime"]
    return {**hook, "config": config}


def test_it_is_the_published_hook() -> None:
    own, published = _own(), HOOKS[0]
    for key in ("id", "name", "entry", "types", "types_or", "require_serial", "files", "exclude"):
        assert own[key] == published[key]


def test_the_example_projects_are_not_left_out() -> None:
    own = _own()
    projects = [
        path.relative_to(ROOT).as_posix() for path in (ROOT / "fixtures/projects").rglob("*ockerfile")
    ]
    assert len(projects) > 5
    for path in projects:
        assert re.search(own["files"], path)
        assert not re.search(own["exclude"], path)
        assert not re.search(own["config"]["exclude"], path)
