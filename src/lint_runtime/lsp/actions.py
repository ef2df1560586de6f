"""What an editor offers to do about a finding or an image."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from lsprotocol import types

from lint_runtime.api import Diagnostic, Edit, Location, RuntimeImage, Upgrade, list_upgrades
from lint_runtime.lsp.buffer import Buffer
from lint_runtime.lsp.diagnostics import diagnostic_of

SUPPRESSED_FOR = timedelta(days=90)
"""How far ahead a suppression ends that the editor writes."""

FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.lint-runtime"


def actions_in(buffer: Buffer, place: types.Range) -> Iterator[types.CodeAction]:
    """Yield what can be done about the findings and the images in a range, the best first."""
    start, end = buffer.positions.offset(place.start), buffer.positions.offset(place.end)

    def is_here(location: Location) -> bool:
        first, last = buffer.positions.span(location)
        return first <= end and start <= last

    found = [one for one in buffer.result.findings if is_here(one.location)]
    for finding in found:
        yield from _fix(finding, buffer)
    for image in buffer.result.images:
        if is_here(image.stage.image_location):
            yield from _upgrades(image, buffer)
    for finding in found:
        yield _suppression(finding, buffer)
    yield from _fix_all(buffer)


def _fix(finding: Diagnostic, buffer: Buffer) -> Iterator[types.CodeAction]:
    if finding.fix:
        unsafe = "" if finding.fix.is_safe else " (unsafe: review it)"
        yield types.CodeAction(
            title=f"{finding.fix.title}{unsafe}",
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[diagnostic_of(finding, buffer)],
            is_preferred=finding.fix.is_safe,
            edit=_changes(buffer, finding.fix.edits),
        )


def _upgrades(image: RuntimeImage, buffer: Buffer) -> Iterator[types.CodeAction]:
    """Yield the move to the best series, and those to all others that are maintained."""
    result = buffer.result
    names = ["", *(series.series for series in reversed(result.table.maintained(result.today)))]
    seen: set[str] = set()
    for name in names:
        for upgrade in list_upgrades(result, image, name):
            if upgrade.edits and upgrade.after not in seen:
                seen.add(upgrade.after)
                yield types.CodeAction(
                    title=_title(upgrade),
                    kind=types.CodeActionKind.RefactorRewrite if name else types.CodeActionKind.QuickFix,
                    edit=_changes(buffer, upgrade.edits),
                )


def _title(upgrade: Upgrade) -> str:
    title = f"Upgrade to {upgrade.after}"
    title += f", without {', '.join(upgrade.dropped)}" if upgrade.dropped else ""
    return f"{title}; then to {upgrade.following}" if upgrade.following else title


def _suppression(finding: Diagnostic, buffer: Buffer) -> types.CodeAction:
    """Return a comment above the instruction, with an end and room for a reason behind it."""
    line = max((line for line in finding.target.lines if line <= finding.line), default=finding.line)
    until = buffer.result.today + SUPPRESSED_FOR
    comment = f"# lint-runtime: ignore[{finding.rule}] until={until} --\n"
    return types.CodeAction(
        title=f"Suppress {finding.rule} here until {until}",
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[diagnostic_of(finding, buffer)],
        edit=_changes(buffer, [Edit(Location(line, 1, line, 1), comment)]),
    )


def _fix_all(buffer: Buffer) -> Iterator[types.CodeAction]:
    edits = buffer.result.safe_edits()
    if edits:
        yield types.CodeAction(
            title="Apply all safe fixes of lint-runtime", kind=FIX_ALL, edit=_changes(buffer, edits)
        )


def _changes(buffer: Buffer, edits: Iterable[Edit]) -> types.WorkspaceEdit:
    changes = [types.TextEdit(buffer.positions.range(edit.location), edit.text) for edit in edits]
    return types.WorkspaceEdit(changes={buffer.uri: changes})
