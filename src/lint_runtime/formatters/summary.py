"""One row per image, with the image to write instead, for runs with many files."""

from lint_runtime.formatters.base import Format, Run, Write
from lint_runtime.formatters.steps import Steps
from lint_runtime.linter.inventory import take_inventory
from lint_runtime.linter.report import Report


class Summary(Format):
    """Writes what to do about the images of all files. The step that most files need comes first."""

    def __init__(self, run: Run, write: Write) -> None:
        super().__init__(run, write)
        self._steps = Steps()

    @staticmethod
    def entry(report: Report, run: Run) -> Steps:
        """Return what to do about the images of a file."""
        return Steps(take_inventory(report, run.as_of))

    def add(self, entry: Steps) -> None:
        """Count the steps for a file."""
        self._steps.add(entry)

    def finish(self) -> None:
        """Write the rows, and a command that shows the findings of a file."""
        self.write(self._steps.as_text(self.run))
        if self._steps.files:
            self.write("To see the findings of a file: lint-runtime --format full PATH\n")
