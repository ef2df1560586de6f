"""The changelog's word on the table: where it goes, and that nothing else moves."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lint_runtime.lifecycle.embedded import TABLE
from lint_runtime.lifecycle.model import ReleaseLine
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.update.embed import summary, with_table

from .conftest import ROOT

DAY = date(2026, 11, 20)
CHANGELOG = ROOT / "CHANGELOG.md"
NEW = "Lifecycle table of 2026-11-20: lines 3 to 13 and 3.0 to 3.4."
LONG = (
    "Lifecycle table of 2026-11-20: lines 3 to 13 and 3.0 to 3.4; new: line 3.4, 3 releases; moved: 1 date; "
    "yanked: 1."
)
# The same, as the file has it.
WRAPPED = LONG.replace("yanked: 1", "yanked:\n1")
HEAD = "# Changelog\n\nLifecycle table of no section.\n\n"
OLD = "## 0.1.0 - 2026-10-01\n\nLifecycle table of 2026-09-25: lines 3 to 13.\n\n### Added\n\n- All.\n"
TOP = "## 0.1.1 - unreleased\n"

CASES = {
    "a paragraph": (f"{TOP}\nLifecycle table of 2026-10-02: x.\n\n- a\n", NEW, f"{TOP}\n{NEW}\n\n- a\n"),
    "a wrapped paragraph right above the next section": (
        f"{TOP}\nLifecycle table of x,\ny,\n{OLD}",
        LONG,
        f"{TOP}\n{WRAPPED}\n{OLD}",
    ),
    "a wrapped paragraph": (
        f"{TOP}\nLifecycle table of x;\ny;\nz.\n\n- a\n",
        NEW,
        f"{TOP}\n{NEW}\n\n- a\n",
    ),
    "a paragraph to be wrapped": (
        f"{TOP}\nLifecycle table of x.\n\n- a\n",
        LONG,
        f"{TOP}\n{WRAPPED}\n\n- a\n",
    ),
    "a paragraph after others": (
        f"{TOP}\nA word.\n\n### Added\n\n- a\n\nLifecycle table of x.\n\n{OLD}",
        NEW,
        f"{TOP}\nA word.\n\n### Added\n\n- a\n\n{NEW}\n\n{OLD}",
    ),
    "a paragraph right under its heading": (f"{TOP}Lifecycle table of x.\n", NEW, f"{TOP}{NEW}\n"),
    "a paragraph right above a heading": (
        f"{TOP}\nLifecycle table of x.\n### Added\n",
        NEW,
        f"{TOP}\n{NEW}\n### Added\n",
    ),
    "a paragraph at the end, without a line break": (f"{TOP}\nLifecycle table of x.", NEW, f"{TOP}\n{NEW}"),
    "words in the midst of a paragraph": (
        f"{TOP}\nThere is a new\nLifecycle table of x.\n",
        NEW,
        f"{TOP}\n{NEW}\n\nThere is a new\nLifecycle table of x.\n",
    ),
    "a paragraph above a line of spaces": (
        f"{TOP}\nLifecycle table of x.\n  \n- a\n",
        NEW,
        f"{TOP}\n{NEW}\n  \n- a\n",
    ),
    "no paragraph": (f"{TOP}\n### Added\n\n- a\n", NEW, f"{TOP}\n{NEW}\n\n### Added\n\n- a\n"),
    "no paragraph, and an older one": (f"{TOP}\n- a\n\n{OLD}", NEW, f"{TOP}\n{NEW}\n\n- a\n\n{OLD}"),
    "no paragraph and no blank line": (f"{TOP}- a\n", NEW, f"{TOP}\n{NEW}\n\n- a\n"),
    "nothing but a heading": (TOP, NEW, f"{TOP}\n{NEW}\n"),
    "nothing but a heading, without a line break": (TOP.rstrip(), NEW, f"{TOP}\n{NEW}\n"),
    "a released section": (OLD, NEW, f"{TOP}\n{NEW}\n\n{OLD}"),
    "a section released and withdrawn": (
        "## 1.2.9 - 2026-10-01 [YANKED]\n",
        NEW,
        f"## 1.2.10 - unreleased\n\n{NEW}\n\n## 1.2.9 - 2026-10-01 [YANKED]\n",
    ),
}


@pytest.mark.parametrize(("before", "paragraph", "after"), CASES.values(), ids=CASES)
def test_where_the_paragraph_goes(before: str, paragraph: str, after: str) -> None:
    assert with_table(HEAD + before, paragraph) == HEAD + after


@pytest.mark.parametrize(("before", "paragraph", "after"), CASES.values(), ids=CASES)
def test_line_breaks_are_those_of_the_file(before: str, paragraph: str, after: str) -> None:
    with_breaks = [(HEAD + text).replace("\n", "\r\n") for text in (before, after)]
    assert with_table(with_breaks[0], paragraph) == with_breaks[1]


@pytest.mark.parametrize(("before", "paragraph", "after"), CASES.values(), ids=CASES)
def test_a_second_time_changes_nothing(before: str, paragraph: str, after: str) -> None:
    assert with_table(HEAD + after, paragraph) == HEAD + after != HEAD + before


@given(
    st.lists(st.sampled_from([TOP, OLD, "\n", "- a\n", "Lifecycle table of x\n", "y.\n", "\x0c\u2028 z\n"]))
)
def test_any_changelog_is_changed_once(parts: list[str]) -> None:
    changelog = HEAD + "".join(parts)
    if TOP in parts or OLD in parts:
        changed = with_table(changelog, LONG)
        assert WRAPPED in changed
        assert with_table(changed, LONG) == changed


def test_no_word_is_cut() -> None:
    words = [*"Lifecycle table of".split(), "x" * 80, "2026-11-20", "y-" * 70]
    assert with_table(TOP, " ".join(words)).split()[-len(words) :] == words


REFUSED = {
    "no section": ("# Changelog\n\n### Added\n", NEW, "the changelog has no section"),
    "nothing": ("", NEW, "the changelog has no section"),
    "a heading without a version": (
        "## Unreleased\n",
        NEW,
        "'## Unreleased' is not '## X.Y.Z - unreleased'",
    ),
    "a heading without a state": ("## 0.1.0\n", NEW, "'## 0.1.0' is not '## X.Y.Z - unreleased'"),
    "a state that is none": ("## 0.1.0 - unreleasable\n", NEW, "'## 0.1.0 - unreleasable' is not"),
    "a day that is none": ("## 0.1.0 - 2026-10-011\n", NEW, "'## 0.1.0 - 2026-10-011' is not"),
    "another paragraph": (TOP, "New rules.", "the paragraph does not start with 'Lifecycle table of '"),
}


@pytest.mark.parametrize(("changelog", "paragraph", "error"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(changelog: str, paragraph: str, error: str) -> None:
    with pytest.raises(ValueError, match=f"^{error}"):
        with_table(changelog, paragraph)


def test_the_changelog_tells_of_the_embedded_table() -> None:
    changelog = CHANGELOG.read_text(encoding="utf-8")
    told = re.search(rf"\n\n({re.escape(summary(TABLE).removesuffix('.'))}[^\n]*)\n\n", changelog)
    assert told
    assert with_table(changelog, NEW) == changelog.replace(told[1], NEW)


SUMMARIES = {
    "no line": ("", "lines none"),
    "one line": ("13", "line 13"),
    "two lines": ("12 13", "lines 12 and 13"),
    "a run of three": ("11 12 13", "lines 11 to 13"),
    "a gap": ("3 4 5 7 9 10 11", "lines 3 to 5, 7 and 9 to 11"),
    "both majors": ("12 13 3.0", "lines 12, 13 and 3.0"),
    "a run in each major": ("9 10 11 3.0 3.1 3.2", "lines 9 to 11 and 3.0 to 3.2"),
    "ten after nine": ("3.8 3.9 3.10", "lines 3.8 to 3.10"),
    "a new major": ("3.1 3.2 3.3 4.0 4.1 4.2", "lines 3.1 to 3.3 and 4.0 to 4.2"),
    "numbers that follow in other majors": ("3.3 4.4 5.5", "lines 3.3, 4.4 and 5.5"),
    "numbers that go on over majors": ("1 2 3.0 3.1", "lines 1, 2, 3.0 and 3.1"),
}


@pytest.mark.parametrize(("names", "told"), SUMMARIES.values(), ids=SUMMARIES)
def test_summary(names: str, told: str) -> None:
    lines = [ReleaseLine(name, "3.0" if "." in name else "2.11", DAY, (), "docs") for name in names.split()]
    assert summary(LifecycleTable(DAY, lines, [])) == f"Lifecycle table of 2026-11-20: {told}."
