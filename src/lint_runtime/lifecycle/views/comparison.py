"""What changes from one release to another, side by side."""

from datetime import date

from lint_runtime.lifecycle.comparison import Hop, describe
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.views.render import Grid, Layout, View


def view_comparison(hop: Hop, table: LifecycleTable, day: date) -> View:
    """Return a view of every property of both releases, and of the way between them."""
    before, after = hop.before.name, hop.after.name
    rows = [*hop.differences, ("releases between", hop.passed, ""), ("upgrade in place", hop.way, "")]
    changed = {row: 2 for row, one in enumerate(hop.differences) if one.before != one.after}
    grid = Grid(("", before, after), rows)
    return View(
        f"Astro Runtime {before} compared with {after}",
        day,
        table.identity,
        describe(hop),
        records=grid._replace(headers=("name", "before", "after")),
        readable=grid,
        compact=grid,
        layout=Layout((20, 28, 28), "  ", dict.fromkeys(changed.items(), "cyan")),
    )
