"""The upgrades of a run: upgraded and skipped images, and changes between releases."""

from collections.abc import Iterable, Iterator
from textwrap import indent

from lint_runtime.lifecycle.comparison import Comparison, Difference
from lint_runtime.lifecycle.views.render import Grid, text_table
from lint_runtime.linter.report import Upgrade
from lint_runtime.text import cell, code, counted, shown_path, visible

Upgrades = Iterable[tuple[str, Upgrade]]
"""Upgraded and skipped images, each with the path of its file."""


def move_as_text(path: str, upgrade: Upgrade, *, is_done: bool) -> str:
    """Return a line with the new release of an image, or the reason for skipping the image.

    is_done: whether the upgrade was written to the file
    """
    place = f"{shown_path(path)}:{upgrade.location.line}:{upgrade.location.column}"
    if upgrade.reason:
        return f"skipped {place} ({visible(upgrade.before)}): {visible(upgrade.reason)}"
    done = "upgraded" if is_done else "would upgrade"
    text = f"{done} {place} from {visible(upgrade.before)} to {visible(upgrade.after)}"
    text += f", without {', '.join(upgrade.dropped)}" if upgrade.dropped else ""
    return text + (f"; then upgrade to {visible(upgrade.following)}" if upgrade.following else "")


def changes_as_text(upgrades: Upgrades) -> Iterator[str]:
    """Yield a table of changes for each pair of releases."""
    for comparison, rows in _tables(upgrades):
        headers = ("what changes", comparison.before.name, comparison.after.name)
        yield indent(text_table(Grid(headers, rows, (20, 28, 28)), is_colored=False), "  ")


def changes_as_markdown(upgrades: Upgrades) -> Iterator[str]:
    """Yield a list of images, and a table of changes for each pair of releases."""
    # List skipped images last: only skipped images have a reason.
    upgrades = sorted(upgrades, key=lambda entry: bool(entry[1].reason))
    if upgrades:
        moving = sum(not upgrade.reason for _, upgrade in upgrades)
        yield f"\n### Upgrades: {counted(moving, 'image')}\n\n"
    for path, upgrade in upgrades:
        text = f"- {code(f'{path}:{upgrade.location.line}')}: {code(upgrade.before)}"
        if upgrade.reason:
            yield f"{text} stays: {cell(upgrade.reason)}\n"
            continue
        text += f" to {code(upgrade.after)}"
        text += f", without {', '.join(map(code, upgrade.dropped))}" if upgrade.dropped else ""
        yield text + (f"; then upgrade to {code(upgrade.following)}\n" if upgrade.following else "\n")
    for comparison, rows in _tables(upgrades):
        before, after = code(comparison.before.name), code(comparison.after.name)
        yield f"\n| what changes | {before} | {after} |\n|---|---|---|\n"
        for difference in rows:
            yield f"| {difference.name} | {cell(difference.before)} | {cell(difference.after)} |\n"


def _tables(upgrades: Upgrades) -> Iterator[tuple[Comparison, list[Difference]]]:
    """Yield comparisons with their table rows. If comparisons differ only in image names, yields one."""
    comparisons: dict[object, Comparison] = {}
    for _, upgrade in upgrades:
        if upgrade.comparison:
            pair = (upgrade.comparison.differences, upgrade.comparison.between)
            # Move a repeated comparison to the end: the last upgrade decides the order of tables.
            comparisons[pair] = comparisons.pop(pair, upgrade.comparison)
    for comparison in comparisons.values():
        # Astronomer Certified images have no series. For them, leave out the rows about the releases in
        # between and about in-place upgrades.
        has_series = bool(comparison.before.lifecycle.series.name)
        yield comparison, [*comparison.changes, *(comparison.rows if has_series else ())]
