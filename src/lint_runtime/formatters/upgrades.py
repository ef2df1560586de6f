"""What upgrades look like: the images that move or stay, and what changes with each move."""

from collections.abc import Iterable, Iterator

from lint_runtime.lifecycle.comparison import Difference, Hop
from lint_runtime.lifecycle.views.render import Grid, Layout, text_table
from lint_runtime.linter.report import Upgrade
from lint_runtime.text import cell, code, counted, shown_path, visible

Upgrades = Iterable[tuple[str, Upgrade]]
"""Images that move or stay, with the paths of their files."""


def describe(path: str, upgrade: Upgrade, *, is_done: bool) -> str:
    """Say in one line where an image moves, or why it stays."""
    place = f"{shown_path(path)}:{upgrade.location.line}:{upgrade.location.column}"
    if upgrade.reason:
        return f"left {place} at {visible(upgrade.before)}: {visible(upgrade.reason)}"
    done = "upgraded" if is_done else "would upgrade"
    text = f"{done} {place} from {visible(upgrade.before)} to {visible(upgrade.after)}"
    text += f", without {', '.join(upgrade.dropped)}" if upgrade.dropped else ""
    return text + (f"; then upgrade to {visible(upgrade.following)}" if upgrade.following else "")


def changes_as_text(upgrades: Upgrades) -> Iterator[str]:
    """Yield a table of what changes for each pair of releases, once."""
    for hop in _hops(upgrades):
        before, after = hop.before.name, hop.after.name
        rows = [*hop.changes, *_way(hop)]
        table = text_table(
            Grid(("what changes", before, after), rows), Layout((20, 28, 28), "  ", {}), is_colored=False
        )
        yield "".join(f"  {line}\n" for line in table.splitlines())


def changes_as_markdown(upgrades: Upgrades) -> Iterator[str]:
    """Yield a section on the images that move, those that stay, and what changes."""
    upgrades = list(upgrades)
    moving = [(path, upgrade) for path, upgrade in upgrades if not upgrade.reason]
    staying = [(path, upgrade) for path, upgrade in upgrades if upgrade.reason]
    if upgrades:
        yield f"\n### Upgrades: {counted(len(moving), 'image')}\n\n"
    for path, upgrade in moving:
        text = f"- {_place(path, upgrade)}: {code(upgrade.before)} to {code(upgrade.after)}"
        text += f", without {', '.join(map(code, upgrade.dropped))}" if upgrade.dropped else ""
        yield text + (f"; then upgrade to {code(upgrade.following)}\n" if upgrade.following else "\n")
    for path, upgrade in staying:
        yield f"- {_place(path, upgrade)}: {code(upgrade.before)} stays: {cell(upgrade.reason)}\n"
    for hop in _hops(moving):
        yield f"\n| what changes | {code(hop.before.name)} | {code(hop.after.name)} |\n|---|---|---|\n"
        for name, before, after in (*hop.changes, *_way(hop)):
            yield f"| {name} | {cell(before)} | {cell(after)} |\n"


def _hops(upgrades: Upgrades) -> list[Hop]:
    """Return each pair of releases once, whatever suffixes both have."""
    hops = [upgrade.hop for _, upgrade in upgrades if upgrade.hop and not upgrade.reason]
    return list({(hop.differences, hop.between): hop for hop in reversed(hops)}.values())[::-1]


def _way(hop: Hop) -> Iterator[Difference]:
    if hop.before.lifecycle.series:
        yield Difference("releases between", hop.passed, "")
        yield Difference("upgrade in place", hop.way, "")


def _place(path: str, upgrade: Upgrade) -> str:
    return code(f"{path}:{upgrade.location.line}")
