"""What to do about the images of a run, as rows for terminals and for Markdown."""

from collections import Counter
from collections.abc import Iterable, Mapping

from lint_runtime.formatters.base import Run
from lint_runtime.linter.inventory import NEED_ATTENTION, Entry, EntryStatus, Step
from lint_runtime.text import cell, code, counted, visible

_ROWS, _MARKDOWN_ROWS = 1000, 200
"""The maximum numbers of rows on a terminal and in Markdown."""

_KEPT = 10_000
"""The maximum number of different steps to keep in memory."""

_SHOWN = 300
"""Longer images are cut to this length. The build rejects such images anyway."""

_ENDED = (EntryStatus.UNSUPPORTED, EntryStatus.BASIC_SUPPORT)
OTHER = "files and comments"
"""The text to show in place of the image for steps that are not about an image."""


class Steps:
    """What to do about the images of a file or of a run, and the number of files that need each step.

    files: the number of files with at least one step
    """

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        found = (entry.step for entry in entries)
        cut = (step._replace(image=step.image[:_SHOWN]) for step in found if step)
        self._counts = Counter(dict.fromkeys(cut, 1))
        self.files = min(1, len(self._counts))

    def add(self, later: "Steps") -> None:
        """Add the steps and the counts of later files."""
        self.files += later.files
        for step, count in later._counts.items():
            if step in self._counts or len(self._counts) < _KEPT:
                self._counts[step] += count

    def as_text(self, run: Run) -> str:
        """Return the rows for a terminal. A row has two lines, or three if its image is long."""
        rows = sorted_steps(self._counts)[:_ROWS]
        states = [_state(step) for step, _ in rows]
        width, margin = max(map(len, states), default=0), " " * 8
        text = f"{'FILES':>6}  IMAGE -> WHAT TO WRITE\n{margin}{'STATE':{width}}  OPTIONS\n" if rows else ""
        for (step, count), state in zip(rows, states, strict=True):
            image, target = visible(step.image) or OTHER, visible(to_write(step))
            place = " " if len(f"{margin}{image} -> {target}") <= run.width else f"\n{margin}"
            arrow = f"{place}-> {run.style(target, fg='green')}" if step.destination else ""
            number = run.style(f"{count:>6,}", bold=True)
            color = "red" if step.status in NEED_ATTENTION else "yellow"
            shown, options = run.style(f"{state:{width}}", fg=color), step.command or by_hand(step)
            text += f"{number}  {image}{arrow}\n{margin}{shown}  {options}".rstrip() + "\n"
        return text + self._end(run, len(rows))

    def as_markdown(self, run: Run) -> str:
        """Return the rows as a Markdown table."""
        rows = sorted_steps(self._counts)[:_MARKDOWN_ROWS]
        text = "| files | image | state | write | options |\n|---:|---|---|---|---|\n" if rows else ""
        for step, count in rows:
            image = cell(step.image, code) or OTHER
            options = code(step.command) or by_hand(step)
            target = cell(step.destination, code)
            text += f"| {count:,} | {image} | {_state(step)} | {target} | {options} |\n"
        return text + ("\n" if rows else "") + self._end(run, len(rows))

    def _end(self, run: Run, shown: int) -> str:
        """Return the line after the rows: how many rows were left out, and how many files need nothing."""
        left, total = len(self._counts) - shown, run.total.files
        more = f"… and {left:,} more (too many to show). " if left else ""
        idle = total - self.files
        nothing = f"{idle:,} of {counted(total, 'file')} {'needs' if idle == 1 else 'need'} nothing.\n"
        return f"{more}{nothing if total else ''}"


def sorted_steps(files: Mapping[Step, int]) -> list[tuple[Step, int]]:
    """Return steps with their numbers of files, most files first."""
    key = lambda row: (-row[1], row[0].status.rank, row[0].image, row[0].destination)  # noqa: E731
    return sorted(files.items(), key=key)


def _state(step: Step) -> str:
    """Return the state of the image with its date, as in `maintained until 2027-03-31`."""
    if step.day is None:
        return step.status.value
    if step.status is EntryStatus.ENDING:
        return f"ending on {step.day}"
    return f"{step.status.value} {'since' if step.status in _ENDED else 'until'} {step.day}"


def by_hand(step: Step) -> str:
    """Return the text to show for a step that no command can do, such as `by hand`."""
    if step.status is EntryStatus.UNCHECKED:
        return "set its variables"
    return "by hand" if step.destination else "see its findings"


def to_write(step: Step) -> str:
    """Return the image to write. If only the tag changes, returns only the tag."""
    repository = step.image.rpartition(":")[0]
    return step.destination.removeprefix(f"{repository}:") if repository else step.destination
