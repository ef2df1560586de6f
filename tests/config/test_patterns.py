"""Path patterns match the same paths as in git, in linear time."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest

from lint_runtime.config.keys import read_config
from lint_runtime.config.patterns import MAX_COMPONENTS, is_match
from lint_runtime.images import mirrored

COMPONENTS = "a b ab ** ** * a* *b ? [ab] [!a]b [^a-c]* a*b *a*b* a**b \\a *** [a-] []a] x*".split()
NAMES = "a b ab ba aab abab x ]a -".split()
DEEP = "/".join(["a"] * 2000)


@pytest.mark.process
def test_patterns_match_what_git_ignores(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    choose = random.Random(20)  # noqa: S311 (not for security)
    matches = 0
    for _ in range(150):
        components = choose.choices(COMPONENTS, k=choose.randint(1, 5))
        pattern = choose.choice(["", "", "/"]) + "/".join(components) + choose.choice(["", "", "/"])
        paths = ["/".join(choose.choices(NAMES, k=choose.randint(1, 7))) for _ in range(80)]
        (tmp_path / ".gitignore").write_text(f"{pattern}\n")
        listed = subprocess.run(
            ["git", "check-ignore", "--no-index", "-z", "--stdin"],
            cwd=tmp_path,
            input="\0".join(paths),
            capture_output=True,
            text=True,
            check=False,
        )
        ignored = {*listed.stdout.split("\0")} - {""}
        assert {path for path in paths if is_match([pattern], path)} == ignored, pattern
        matches += len(ignored)
    assert matches > 1000


@pytest.mark.parametrize("pattern", ["#a", "/", "", " "])
def test_a_comment_matches_nothing(pattern: str) -> None:
    assert not is_match([pattern], "#a")
    assert is_match(["a", pattern], "a")


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        pytest.param("**/a/" * 10 + "b", DEEP, id="directories between names"),
        pytest.param("**/*/" * 20 + "b", DEEP, id="directories between directories"),
        pytest.param("**/" + "a/" * (MAX_COMPONENTS - 2) + "b", DEEP, id="many names"),
        pytest.param("*a" * 100 + "b", "a" * 100_000, id="stars in a name"),
        pytest.param("*a?[a]" * 40 + "b", "a" * 4000, id="stars and other characters in a name"),
        pytest.param("*a*a*b/" * 10 + "c", "/".join(["a" * 200 + "b"] * 9 + ["a" * 200] * 9), id="stars in names"),
        pytest.param("**/*a*a*a*/" * 10 + "b", "/".join(["a" * 100] * 40), id="both"),
    ],
)  # fmt: skip
def test_no_pattern_makes_a_matcher_hang(pattern: str, path: str) -> None:
    assert read_config({"exclude": [pattern], "per-file-ignores": {f"!{pattern}": []}})[1] == []
    assert not is_match([pattern], path)


def test_no_mirror_makes_a_matcher_hang() -> None:
    name = "/".join(["a"] * 100)
    mirrors = {
        f"host.example/{'a*/' * 60}{number}": "quay.io/astronomer/astro-runtime" for number in range(900)
    }
    assert mirrored(f"host.example/{name}", mirrors) == f"host.example/{name}"


@pytest.mark.parametrize("pattern", ["a/" * MAX_COMPONENTS + "a", "**/a/" * MAX_COMPONENTS])
def test_long_patterns_are_refused(pattern: str) -> None:
    expected = f"has more than {MAX_COMPONENTS} components"
    problems = read_config({"exclude": [pattern], "per-file-ignores": {pattern: []}})[1]
    assert [problem.endswith(expected) for problem in problems] == [True, True]
    assert read_config({"exclude": ["a/" * (MAX_COMPONENTS - 1) + "a"]})[1] == []
