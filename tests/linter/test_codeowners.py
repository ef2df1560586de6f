"""Owners of files in CODEOWNERS, by the rules of GitHub and of GitLab."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from lint_runtime.linter.codeowners import CodeOwners, read_codeowners
from tests.conftest import Command

GITHUB = """\
# The examples of GitHub's documentation
*       @global-owner1 @global-owner2
*.js    @js-owner #This is an inline comment.
*.go docs@example.com
*.txt @octo-org/octocats
/build/logs/ @doctocat
docs/* docs@example.com
apps/ @octocat
/docs/ @doctocat
/scripts/ @doctocat @octocat
**/logs @octocat
/apps/ @octocat
/apps/github # @nobody
/apps/github/readme @doctocat nobody @#1 @ and#@x # @nobody
a\\ b/ @space
![x] @nobody
[ab].js @nobody
!x.js @nobody
"""

SECTIONS = """\
* @everyone
[Documentation] @docs-team @org/docs
docs/
README.md
/CHANGELOG.md @changes
^[Optional][2] @optional
*.rb
[documentation]
*.md @writers
[Empty] # @nobody
/src/ @src
/src/legacy/
!/src/free/
"""


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("Dockerfile", "@global-owner1 @global-owner2"),
        ("deep/er/Dockerfile", "@global-owner1 @global-owner2"),
        ("src/a.js", "@js-owner"),
        ("a.js", "@js-owner"),
        ("a.go", "docs@example.com"),
        ("build/logs/x/y", "@octocat"),
        ("other/build/logs", "@octocat"),
        ("my/build/logs.d/x", "@global-owner1 @global-owner2"),
        ("docs/x", "@doctocat"),
        ("my/docs/x", "@global-owner1 @global-owner2"),
        ("my/apps/x", "@octocat"),
        ("apps/x/y", "@octocat"),
        ("apps/github/x", ""),
        ("apps/github/readme", "@doctocat @#1 @ and#@x"),
        ("scripts/x", "@doctocat @octocat"),
        ("x/a b/Dockerfile", "@space"),
    ],
)
def test_github(path: str, owners: str) -> None:
    assert " ".join(CodeOwners(GITHUB, is_gitlab=False).of(path)) == owners


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("Dockerfile", "@everyone"),
        ("docs/a/b", "@everyone @docs-team @org/docs"),
        ("x/docs/a", "@everyone @docs-team @org/docs"),
        ("docs/a.md", "@everyone @writers"),
        ("CHANGELOG.md", "@everyone @writers"),
        ("lib/a.rb", "@everyone @optional"),
        ("src/x", "@everyone @src"),
        ("src/legacy/x", "@everyone"),
        ("src/free/x", "@everyone"),
    ],
)
def test_gitlab(path: str, owners: str) -> None:
    assert " ".join(CodeOwners(SECTIONS, is_gitlab=True).of(path)) == owners


@pytest.mark.parametrize(
    ("pattern", "path", "github", "gitlab"),
    [
        ("docs/x", "docs/x", True, True),
        ("docs/x", "my/docs/x", False, True),
        ("/docs", "docs/x", True, False),
        ("docs", "my/docs/x/y", True, False),
        ("docs/*", "docs/x", True, True),
        ("docs/*", "docs/x/y", False, False),
        ("docs/**", "docs/x/y", True, True),
        ("/docs/**/x", "docs/a/b/x", True, True),
        ("/docs/**/x", "docs/x", True, True),
        ("Docker*", "a/Dockerfile", True, True),
        ("/a*/x", "a/b/x", False, False),
        ("Dockerfile.?", "Dockerfile.a", True, True),
        ("Dockerfile.[ab]", "Dockerfile.a", False, True),
        ("\\#x", "#x", True, True),
        ("dockerfile", "Dockerfile", False, False),
    ],
)
def test_where_patterns_match(pattern: str, path: str, github: bool, gitlab: bool) -> None:
    for is_gitlab, expected in ((False, github), (True, gitlab)):
        owners = CodeOwners(f"{pattern} @x", is_gitlab=is_gitlab).of(path)
        assert bool(owners) is expected, is_gitlab


def test_hostile_patterns_take_linear_time() -> None:
    for line in ("a*" * 2000, "**/a/" * 800, "?" * 3000 + "*", "[a]*" * 900, "*" * 5000, "[" * 4000):
        # A matcher that backtracks would never finish.
        owners = CodeOwners("\n".join([f"{line} @x"] * 20), is_gitlab=True)
        assert owners.of("/".join(["a" * 200] * 20 + ["b"])) in ((), ("@x",))


FILES = {
    ".github/CODEOWNERS": "* @github",
    "CODEOWNERS": "* @root",
    "docs/CODEOWNERS": "* @docs",
    ".gitlab/CODEOWNERS": "[A] @gitlab\n*",
}


def test_the_first_file_counts(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    for name, owner in zip(FILES, ("@github", "@root", "@docs", "@gitlab"), strict=True):
        assert read_codeowners(str(tmp_path)).of("x") == (owner,)
        (tmp_path / name).unlink()
    assert read_codeowners(str(tmp_path)).of("x") == ()


def test_the_rules_of_gitlab_apply_to_a_file_for_gitlab(tmp_path: Path) -> None:
    file = tmp_path / "CODEOWNERS"
    for text, name in (("a/b @x", ".gitlab-ci.yml"), ("[S]\na/b @x", "other")):
        file.write_text(text)
        (tmp_path / name).touch()
        assert read_codeowners(str(tmp_path)).of("my/a/b") == ("@x",)
        (tmp_path / name).unlink()
    file.write_text("a/b @x")
    assert read_codeowners(str(tmp_path)).of("my/a/b") == ()
    # In `.gitlab` and `.github`, the directory decides which syntax applies. The content of CODEOWNERS and the file
    # `.gitlab-ci.yml` make no difference.
    for directory in (".gitlab", ".github"):
        (tmp_path / directory).mkdir()
        file = file.rename(tmp_path / directory / "CODEOWNERS")
        expected = ("@x",) if directory == ".gitlab" else ()
        assert read_codeowners(str(tmp_path)).of("my/a/b") == expected
    file.write_text("[S]\na/b @x")
    (tmp_path / ".gitlab-ci.yml").touch()
    assert read_codeowners(str(tmp_path)).of("my/a/b") == ()


def test_files_that_are_not_used(tmp_path: Path) -> None:
    (tmp_path / "repository").mkdir()
    outside, file = tmp_path / "outside", tmp_path / "repository" / "CODEOWNERS"
    outside.write_text("* @secret")
    file.symlink_to(outside)
    (tmp_path / "repository" / "docs").mkdir()
    (tmp_path / "repository" / "docs" / "CODEOWNERS").write_text("* @docs")
    assert read_codeowners(str(tmp_path / "repository")).of("x") == ("@docs",)
    file.unlink()
    os.mkfifo(file)
    assert read_codeowners(str(tmp_path / "repository")).of("x") == ("@docs",)
    file.unlink()
    # A file may have at most 10,000 lines and 1 MiB. A larger file counts as empty.
    for text, owners in (
        ("* @x\n" * 10_000, ("@x",)),
        ("* @x\n" * 10_001, ()),
        ("* @x #".ljust(1 << 20, "x"), ("@x",)),
        ("* @x #".ljust((1 << 20) + 1, "x"), ()),
    ):
        file.write_text(text)
        assert read_codeowners(str(tmp_path / "repository")).of("x") == owners
    file.write_bytes(b"\xef\xbb\xbf* @x\xff\r\n")
    assert read_codeowners(str(tmp_path / "repository")).of("x") == ("@x\ufffd",)


def test_owners_in_reports(tmp_path: Path, run: Command) -> None:
    # The nested repository `b/c` has its own CODEOWNERS.
    for name, text in {
        "CODEOWNERS": "/a/ @org/a\n",
        ".git/HEAD": "",
        "a/Dockerfile": "FROM x\n",
        "b/Dockerfile": "FROM x\n",
        "b/c/CODEOWNERS": "Dockerfile c@example.com\n",
        "b/c/.git/HEAD": "",
        "b/c/d/Dockerfile": "FROM x\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)

    def owners(report: str) -> dict[str, list[str]]:
        return {file["path"]: file["owners"] for file in json.loads(report)["files"]}

    expected = {"../a/Dockerfile": ["@org/a"], "Dockerfile": [], "c/d/Dockerfile": ["c@example.com"]}
    direct = run("--format", "json", "../a", ".", "-j", "2", cwd=tmp_path / "b").out
    assert owners(direct) == expected
    (tmp_path / "r.json").write_text(direct)
    past = owners(run("--format", "json", "--from-report", "r.json", cwd=tmp_path).out)
    assert [*past.values()] == [*expected.values()]
    stdin = run(
        "--format", "json", "--stdin-filename", "a/Dockerfile", "-", cwd=tmp_path, stdin="FROM x\n"
    ).out
    assert owners(stdin) == {"a/Dockerfile": ["@org/a"]}
