"""Show a verdict about each Runtime image in one or more files."""

from collections.abc import Iterable, Mapping

from lint_runtime.lifecycle.table import Snapshot
from lint_runtime.lifecycle.views.render import Grid, View

_HEADERS = ("path", "line", "image", "verdict", "next_step")
# Never wrap: other programs read the path and the line number at the start of each line.
_LIMITS = (10**9, 10**9, 10**9)


def view_verdicts(images: Iterable[Mapping[str, object]], known: Snapshot) -> View:
    """Return a table with a row for each image.

    images: a mapping for each image, with _HEADERS as keys
    """
    rows = [[str(image[name]) for name in _HEADERS] for image in images]
    compact = [
        (f"{path}:{line}", image, "; ".join(filter(None, words))) for path, line, image, *words in rows
    ]
    return View(
        "Images of Astro Runtime",
        known,
        {"images": [dict(image) for image in images]},
        records=Grid(_HEADERS, rows),
        readable=Grid(_HEADERS, rows),
        compact=Grid(("place", "image", "verdict"), compact, _LIMITS),
    )
