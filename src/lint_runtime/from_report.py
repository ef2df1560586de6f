"""Files of JSON reports -> their reports for today: what many machines have linted, told as one run."""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence

from lint_runtime.diagnostics import quoted, visible
from lint_runtime.document import MAX_DOCUMENT, WrongDocumentError
from lint_runtime.linter.past_report import PastReport, read_report
from lint_runtime.linter.rejudge import judged_again
from lint_runtime.linter.report import Report
from lint_runtime.linter.session import STDIN, Session


def report_files(paths: Sequence[str]) -> Iterator[str]:
    """Yield `paths`, each once; for `-`, those on standard input, each ended by a NUL character."""
    seen: set[str] = set()
    for path in paths:
        for file in _listed() if path == STDIN else (path,):
            identity = os.path.abspath(file)
            if identity not in seen:
                seen.add(identity)
                yield file


def _listed() -> Iterable[str]:
    content = sys.stdin.buffer.read() if sys.stdin else b""
    return [os.fsdecode(name) for name in content.split(b"\0") if name]


def reports_again(files: Iterable[str], session: Session) -> Iterator[Report]:
    """Judge what the reports in `files` hold; those that are broken fail the session."""
    origins: dict[str, bool] = {}
    for file in files:
        try:
            past = _read(file)
        except (OSError, WrongDocumentError) as error:
            reason = error.strerror if isinstance(error, OSError) else None
            session.fail(f"cannot use the report {quoted(file)}: {reason or error}")
            continue
        session.past_reports += 1
        if past.origin in origins and not origins[past.origin]:
            origins[past.origin] = True
            session.tell(f"several reports are called {quoted(past.origin)}; --label tells them apart")
        origins.setdefault(past.origin, False)
        for problem in past.problems:
            session.fail(f"the report {quoted(file)} is not whole: {visible(problem)}")
        yield from _judged(past, session)
    if not session.past_reports and not session.problems:
        session.fail("there is no report to read")


def _read(path: str) -> PastReport:
    with open(path, "rb") as file:
        return read_report(file.read(MAX_DOCUMENT + 1), path)


def _judged(past: PastReport, session: Session) -> Iterator[Report]:
    for file in past.files:
        applied = session.applied(file.path)
        if applied:
            report = judged_again(file, session.today, applied.config, applied.table)
            session.take(report, applied)
            yield report
