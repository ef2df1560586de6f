"""Upgrades, as text on standard error and as Markdown."""

from __future__ import annotations

from pathlib import Path

import pytest

from lint_runtime.diagnostics import Location
from lint_runtime.formatters.changes import changes_as_markdown, move_as_text
from lint_runtime.linter.report import Upgrade
from tests.conftest import AS_OF, Command, Result
from tests.formatters.inputs import RUNTIME

SOURCES = {
    "a": f"FROM {RUNTIME}:9.1.0-python-3.9 AS a\nFROM {RUNTIME}:12.6.0-ubi9\n",
    "b": f"FROM {RUNTIME}:12.6.0 AS c\nFROM {RUNTIME}:13.1.0\nFROM {RUNTIME}:12.6.0-base\nFROM {RUNTIME}\n",
}
FROM_12_UBI9 = """
  what changes          12.6.0-ubi9                 13.11.0-ubi9
  Airflow               2.10                        2.11.2
  end of maintenance    2026-02-28                  2027-04-30
  end of basic support  2027-02-28                  not published
  status                basic-support               maintained
  releases between      19 listed (yanked: 13.5.0)
  in-place upgrade      yes
"""
FROM_12 = FROM_12_UBI9.replace("12.6.0-ubi9", "12.6.0     ").replace("13.11.0-ubi9", "13.11.0")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    for name, source in SOURCES.items():
        (tmp_path / f"{name}.dockerfile").write_text(source)
    return tmp_path


def _run(run: Command, directory: Path, *options: str) -> Result:
    return run("--as-of", AS_OF, "-o", "markdown=m.md", *options, ".", cwd=directory)


def _lines(result: Result) -> list[str]:
    """Return the lines about upgrades on standard error, without the name of the program."""
    return [
        line.removeprefix("lint-runtime: ")
        for line in result.err.splitlines()
        if " skipped " in line or " from " in line
    ]


def _section(directory: Path) -> str:
    """Return the section on upgrades in the Markdown summary."""
    return (directory / "m.md").read_text(encoding="utf-8").partition("\n### Upgrades: ")[2]


def test_without_upgrades_there_is_no_section(directory: Path, run: Command) -> None:
    assert "what changes" not in _run(run, directory, "--diff").err
    assert "what changes" not in (directory / "m.md").read_text(encoding="utf-8")


def test_images_that_move_and_that_stay(directory: Path, run: Command) -> None:
    result = _run(run, directory, "--diff", "--upgrade")
    reason = "13.x has no -python-3.9 image; add --unsafe-fixes to upgrade it to 13.11.0-python-3.10"
    assert _lines(result) == [
        f"skipped a.dockerfile:1:6 (9.1.0-python-3.9): {reason}",
        "would upgrade a.dockerfile:2:6 from 12.6.0-ubi9 to 13.11.0-ubi9",
        "would upgrade b.dockerfile:1:6 from 12.6.0 to 13.11.0",
        "would upgrade b.dockerfile:3:6 from 12.6.0-base to 13.11.0-base",
    ]
    assert f"-base\n{FROM_12_UBI9}{FROM_12}\nlint-runtime: " in result.err
    assert _section(directory).partition("\n\n| what changes")[0].splitlines() == [
        "3 images",
        "",
        "- `a.dockerfile:2`: `12.6.0-ubi9` to `13.11.0-ubi9`",
        "- `b.dockerfile:1`: `12.6.0` to `13.11.0`",
        "- `b.dockerfile:3`: `12.6.0-base` to `13.11.0-base`",
        "- `a.dockerfile:1`: `9.1.0-python-3.9` stays: `13.x` has no `-python-3.9` image;"
        " add `--unsafe-fixes` to upgrade it to `13.11.0-python-3.10`",
    ]


def test_only_images_that_stay(directory: Path, run: Command) -> None:
    (directory / "b.dockerfile").unlink()
    (directory / "a.dockerfile").write_text(SOURCES["a"].partition("\n")[0])
    result = _run(run, directory, "--diff", "--upgrade")
    assert [line.partition(" (")[0] for line in _lines(result)] == ["skipped a.dockerfile:1:6"]
    assert "what changes" not in result.err
    assert _section(directory).startswith("0 images\n\n- `a.dockerfile:1`: `9.1.0-python-3.9` stays: ")


def test_suffixes_that_are_dropped_and_the_next_stop(directory: Path, run: Command) -> None:
    result = _run(run, directory, "--diff", "--upgrade-to", "3.3", "--unsafe-fixes")
    registry = "astrocrpublic.azurecr.io/runtime"
    assert _lines(result)[:2] == [
        "would upgrade a.dockerfile:1:6 from 9.1.0-python-3.9 to 13.11.0-python-3.10, without -python-3.9;"
        f" then upgrade to {registry}:3.3-8-python-3.12",
        "would upgrade a.dockerfile:2:6 from 12.6.0-ubi9 to 13.11.0-ubi9;"
        f" then upgrade to {registry}:3.3-8-ubi9",
    ]
    assert _section(directory).splitlines()[2:4] == [
        "- `a.dockerfile:1`: `9.1.0-python-3.9` to `13.11.0-python-3.10`, without `-python-3.9`;"
        f" then upgrade to `{registry}:3.3-8-python-3.12`",
        f"- `a.dockerfile:2`: `12.6.0-ubi9` to `13.11.0-ubi9`; then upgrade to `{registry}:3.3-8-ubi9`",
    ]


def test_lists_of_suffixes_and_of_images_that_stay() -> None:
    upgrade = Upgrade(Location(2, 6, 2, 9), "9.1.0-a-b", "13.11.0", (), dropped=("-a", "-b"))
    text = move_as_text("::D", upgrade, is_done=True)
    assert text == "upgraded ./::D:2:6 from 9.1.0-a-b to 13.11.0, without -a, -b"
    stays = upgrade._replace(reason="a | b")
    assert "".join(changes_as_markdown([("a", stays), ("b", upgrade), ("c", stays)])) == (
        "\n### Upgrades: 1 image\n\n"
        "- `b:2`: `9.1.0-a-b` to `13.11.0`, without `-a`, `-b`\n"
        "- `a:2`: `9.1.0-a-b` stays: a &#124; b\n"
        "- `c:2`: `9.1.0-a-b` stays: a &#124; b\n"
    )
    assert "".join(changes_as_markdown([])) == ""


def test_changes_from_an_image_without_series(directory: Path, run: Command) -> None:
    """Check that its table lists no releases between, and that each table follows the last image with its changes."""
    retired = "quay.io/astronomer/ap-airflow:2.2.5-onbuild"
    tags = ("12.6.0", "12.7.0", "12.6.0-base")
    sources = [f"FROM {retired} AS a\n", *(f"FROM {RUNTIME}:{tag} AS s{tag}\n" for tag in tags)]
    (directory / "a.dockerfile").write_text("".join(sources))
    (directory / "b.dockerfile").unlink()
    tables = _run(run, directory, "--diff", "--upgrade").err.partition("\n\n")[2].split("\n\n")
    assert tables[0].startswith("  what changes        2.2.5-onbuild  13.11.0\n")
    assert ["  releases between " in table for table in tables[:3]] == [False, True, True]
    assert [table.split()[2] for table in tables[:3]] == ["2.2.5-onbuild", "12.7.0", "12.6.0"]
    assert "releases between" not in _section(directory).partition("`12.7.0` | `13.11.0`")[0]


def test_what_changes_in_markdown(directory: Path, run: Command) -> None:
    _run(run, directory, "--diff", "--upgrade")
    tables = ("\n" + _section(directory).partition("\n\n| what changes")[2]).split("\n\n| what changes")
    assert [table.splitlines()[0] for table in tables[1:]] == [" | `12.6.0` | `13.11.0` |"]
    assert tables[0] == (
        "\n | `12.6.0-ubi9` | `13.11.0-ubi9` |\n"
        "|---|---|---|\n"
        "| Airflow | `2.10` | `2.11.2` |\n"
        "| end of maintenance | 2026-02-28 | 2027-04-30 |\n"
        "| end of basic support | 2027-02-28 | not published |\n"
        "| status | basic-support | maintained |\n"
        "| releases between | 19 listed (yanked: `13.5.0`) |  |\n"
        "| in-place upgrade | yes |  |"
    )


def test_applied_upgrades_are_labeled(directory: Path, run: Command) -> None:
    result = _run(run, directory, "--fix", "--upgrade")
    assert _lines(result)[1] == "upgraded a.dockerfile:2:6 from 12.6.0-ubi9 to 13.11.0-ubi9"
    assert result.err.count("  what changes ") == 2
    assert "lint-runtime: 3 upgraded, 4 fixed, " in result.err
