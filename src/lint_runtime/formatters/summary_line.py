"""Summaries of a run for the command, Markdown and the HTML page."""

from lint_runtime.diagnostics import Severity
from lint_runtime.formatters.base import Run
from lint_runtime.lifecycle.table import describe_table
from lint_runtime.linter.report import Tally
from lint_runtime.text import code, counted, plural, prose


def command_summary(run: Run, reports: int, *, is_fix: bool, is_dry_run: bool, has_baseline: bool) -> str:
    """Return the last line of the command's output.

    reports: the number of reports read with --from-report
    """
    total = run.total
    none = "no new problems" if has_baseline and total.suppressed else "no problems"
    text = _findings(total, none, "" if is_fix or is_dry_run else _fixable(total))
    if is_dry_run and total.found:
        text = f"would fix {total.fixes} of {counted(total.found.total(), 'finding')}: {text}"
    elif is_dry_run:
        text = f"nothing to fix, {text}"
    elif total.fixes:
        text = f"{total.fixes} fixed, {text}"
    upgraded = sum(not upgrade.reason for _, upgrade in total.upgrades)
    if upgraded and is_fix:
        text = f"{upgraded} upgraded, {text}"
    files = counted(total.files, "file")
    if reports:
        files += f" from {counted(reports, 'report')}"
    images = counted(total.images, "Runtime image") if total.images else "no Runtime images"
    tables = ", ".join(map(describe_table, run.tables))
    return f"lint-runtime: {text} in {files} with {images}, as of {run.as_of} ({tables})"


def _fixable(total: Tally) -> str:
    """Return the counts of fixable findings, as in ` (3 fixable with --fix)`, or ""."""
    parts: list[str] = []
    for options, count in sorted(total.fixable.items()):
        what = "fixable " if not parts else "more " if options.endswith("unsafe-fixes") else ""
        parts.append(f"{count:,} {what}with {options}")
    return f" ({', '.join(parts)})" if parts else ""


def markdown_summary(run: Run) -> str:
    """Return the heading of the Markdown output."""
    files = counted(run.total.files, "file")
    tables = ", ".join(
        f"{prose(describe_table(table))}, SHA-256 {code(table.sha256[:12])}" for table in run.tables
    )
    return f"lint-runtime: {_findings(run.total)} in {files}, as of {run.as_of} ({tables})"


def _findings(total: Tally, none: str = "no problems", fixable: str = "") -> str:
    counts = [
        counted(total.found[severity], severity.value) for severity in Severity if total.found[severity]
    ]
    suppressed = f", {total.suppressed} suppressed" if total.suppressed else ""
    return (", ".join(counts) or none) + fixable + suppressed


def headline(files: int, images: int, attention: int, unknown: int) -> tuple[str, str]:
    """Return the headline of the HTML page: a count to show in large type, and a text.

    The count may be "".
    """
    if not files:
        return "", "No Dockerfiles or Astro manifests found"
    if not images:
        return "", "None of the linted files uses an Astro Runtime image"
    of_images = f"of {images:,} {plural(images, 'image')}"
    if attention:
        return f"{attention:,}", f"{of_images} need{'s' * (attention == 1)} attention"
    if unknown:
        return f"{unknown:,}", f"{of_images} {'is' if unknown == 1 else 'are'} unknown"
    return "", "The image is supported" if images == 1 else f"All {images:,} images are supported"
