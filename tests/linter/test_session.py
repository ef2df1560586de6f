"""One run: the files it finds, what it counts, and its complaints."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lint_runtime.config.settings import Settings
from lint_runtime.diagnostics import Severity
from lint_runtime.lifecycle.load import embedded_table
from lint_runtime.linter import neighbors
from lint_runtime.linter.engine import lint_file
from lint_runtime.linter.file_linter import FileLinter
from lint_runtime.linter.fixes import FixMode
from lint_runtime.linter.report import Report, Tally
from lint_runtime.linter.session import STALE_AFTER, Session
from lint_runtime.linter.workers import Batch, Worker, work
from tests.conftest import AS_OF

RUNTIME = "quay.io/astronomer/astro-runtime"


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def session(complaints: list[str]) -> Session:
    return Session(AS_OF, complaints.append)


def test_each_file_of_files_and_directories_is_found_once(
    tmp_path: Path, session: Session, complaints: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a/Dockerfile", "a/b/x.dockerfile", "c/Dockerfile"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).touch()
    assert list(session.files_of(["a"])) == ["a/Dockerfile", "a/b/x.dockerfile"]
    assert list(
        session.files_of(["a/b", "a", "a/b/x.dockerfile", tmp_path.as_posix(), "-", "-", "gone"])
    ) == [
        *("a/b/x.dockerfile", "a/Dockerfile", f"{tmp_path}/c/Dockerfile", "-", "gone"),
    ]
    assert list(session.files_of(["-"])) == ["-"]
    Path("-").mkdir()
    Path("-/Dockerfile").touch()
    assert list(session.files_of(["-", "./-"])) == ["-", "./-/Dockerfile"]
    assert complaints == []


def test_git_ignores_files_unless_told_otherwise(tmp_path: Path, session: Session) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    (tmp_path / ".gitignore").write_text("ignored\n")
    (tmp_path / "ignored").mkdir()
    (tmp_path / "ignored" / "Dockerfile").touch()
    assert list(session.files_of([str(tmp_path)])) == []
    assert len(list(session.files_of([str(tmp_path)], uses_gitignore=False))) == 1


def test_a_directory_that_cannot_be_searched_is_a_problem(
    session: Session, complaints: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: object) -> object:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "scandir", fail)
    assert list(session.files_of([str(tmp_path)])) == []
    assert complaints == [f"cannot read '{tmp_path}': Permission denied"]
    assert list(session.problems) == complaints


def test_a_problem_is_reported_once(session: Session, complaints: list[str]) -> None:
    batches: list[Batch] = []
    for problems in (["a", "b"], ["b", "c"]):
        tally = Tally()
        for problem in problems:
            tally.fail(problem)
        batches.append(([], tally))
    session.fail("c")
    assert list(session.parts(batches)) == []
    session.fail("a")
    assert complaints == ["c", "a", "b"]
    assert list(session.problems) == list(session.total.problems) == complaints


def test_old_lifecycle_data_is_reported_once(complaints: list[str]) -> None:
    table = embedded_table()
    for age, count in ((STALE_AFTER, 0), (STALE_AFTER + 1, 1)):
        session = Session(table.date + timedelta(days=age), complaints.append)
        batches = [([(1,), (2,)], Tally()), ([(3,)], Tally())]
        for _, tally in batches:
            tally.tables[table.source] = table
        assert list(session.parts(batches)) == [(1,), (2,), (3,)]
        assert len(complaints) == count
        assert session.total.tables == {table.source: table}
    assert STALE_AFTER == 180
    assert complaints == [
        f"the lifecycle data of {table.date} is 181 days old; update lint-runtime,"
        " or run 'runtime-lifecycle update --output FILE' and use --table FILE"
    ]


def test_tallies_of_parts_add_up_to_the_tally_of_the_whole(tmp_path: Path, complaints: list[str]) -> None:
    sources = [
        f"FROM {RUNTIME}:9.1.0\n",
        f"FROM {RUNTIME}:13.6.0\nCOPY --from={RUNTIME}:13.11.0 a b\n",
        f"FROM {RUNTIME}:13\nFROM a b c\n",
        f"# lint-runtime: ignore[end-of-basic-support] -- known\nFROM {RUNTIME}:9.7.0\n",
        "FROM debian\n",
    ]
    files = [str(tmp_path / f"{number}.dockerfile") for number in range(len(sources))]
    for file, source in zip(files, sources, strict=True):
        Path(file).write_text(source)
    (tmp_path / "excluded").mkdir()
    (tmp_path / "excluded" / "Dockerfile").touch()
    (tmp_path / "excluded" / ".lint-runtime.toml").write_text('exclude = ["*"]')
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "Dockerfile").touch()
    (tmp_path / "broken" / ".lint-runtime.toml").write_text("x = 1\ny = 2")
    files += [str(tmp_path / path) for path in ("excluded/Dockerfile", "broken/Dockerfile")]
    files += [str(tmp_path / path) for path in ("gone", "excluded/other")]

    def linter(honors_comments: bool) -> FileLinter:
        mode = FixMode(is_dry_run=True, unsafe=False, goal="")
        return FileLinter(Settings({}), AS_OF, fix_mode=mode, honors_comments=honors_comments)

    _, whole = Worker(linter(True).check, [])(files)
    session = Session(AS_OF, complaints.append)
    assert list(session.parts(work(Worker(linter(True).check, []), files, jobs=1))) == [()] * 5
    assert vars(session.total) == vars(whole)
    # The session and the single worker have equal totals. Check that the values are correct.
    assert (whole.files, whole.images, whole.excluded, whole.suppressed) == (5, 5, 2, 1)
    assert whole.found == {Severity.ERROR: 2, Severity.WARNING: 3}
    fixable = {"yanked-release": 1, "outdated-release": 1, "floating-tag": 1}
    assert whole.by_rule == {**fixable, "parse-error": 1, "ignored-stage": 1}
    assert whole.fixable_rules == fixable
    assert whole.fixable == {"--fix": 1, "--fix --unsafe-fixes": 1, "--fix --upgrade": 1}
    assert whole.fixes == 2
    assert len(whole.diffs) == 5
    assert [path for path, _ in whole.upgrades] == [files[0]]
    assert (whole.overruled, whole.fixed, whole.recorded) == ([], [], [])
    problems = list(whole.problems)
    assert [problem.removeprefix(f"{tmp_path}/").partition(":")[0] for problem in problems[:2]] == [
        "broken/.lint-runtime.toml"
    ] * 2
    assert problems[2:] == [f"cannot read '{file}': No such file or directory" for file in files[-2:]]
    assert list(whole.tables) == ["embedded"]
    assert whole.failing == 2
    _, overruled = Worker(linter(False).check, [])(files[3:4])
    assert [finding.rule for finding in overruled.overruled] == ["end-of-basic-support"]
    _, fine = Worker(linter(True).check, [])(files[1:2])
    assert not fine.failing
    fine.add(overruled)
    assert (fine.files, fine.failing, len(fine.overruled)) == (2, 1, 1)
    fine.add(Tally())
    assert (fine.files, fine.failing, len(fine.overruled)) == (2, 1, 1)


def test_a_closed_standard_input_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    _, tally = Worker(FileLinter(Settings({}), AS_OF).check, [])(["-"])
    assert list(tally.problems) == ["cannot read standard input: it is closed"]


def test_a_file_is_linted_again_only_after_a_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    linted: list[bytes] = []

    def lint(data: bytes, *arguments: Any, **options: Any) -> Report:
        linted.append(data)
        return lint_file(data, *arguments, **options)

    monkeypatch.setattr(neighbors, "lint_file", lint)
    file = tmp_path / "Dockerfile"
    linter = FileLinter(Settings({}), AS_OF, fix_mode=FixMode(is_dry_run=False, unsafe=False))
    for old, contents in ((b"13.11.0", [b"13.11.0"]), (b"13.6.0", [b"13.6.0", b"13.11.0"])):
        linted.clear()
        file.write_bytes(b"FROM %s:%s\n" % (RUNTIME.encode(), old))
        linter.check(str(file), Tally())
        assert linted == [b"FROM %s:%s\n" % (RUNTIME.encode(), tag) for tag in contents]
