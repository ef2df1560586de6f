"""Code actions: fixes, upgrades and suppressions."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from lsprotocol import types

from lint_runtime.diagnostics import Edit, Location
from lint_runtime.linter.fixes import select_edits
from lint_runtime.linter.upgrade import Goal, plan_upgrades
from lint_runtime.lsp.buffer import Buffer
from lint_runtime.lsp.publish import lsp_diagnostic

_QUICK_FIX = types.CodeActionKind.QuickFix.value
_REWRITE = types.CodeActionKind.RefactorRewrite.value
_FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.lint-runtime"
OPTIONS = types.CodeActionOptions(code_action_kinds=(_QUICK_FIX, _REWRITE, _FIX_ALL))


def code_actions(buffer: Buffer, params: types.CodeActionParams) -> list[types.CodeAction]:
    """Return the actions for the findings and images in a range, best first."""
    positions, diagnostics = buffer.positions, buffer.report.diagnostics
    start, end = positions.offset(params.range.start), positions.offset(params.range.end)
    findings = [finding for finding in diagnostics if positions.touches(finding.location, start, end)]
    actions = [
        types.CodeAction(
            title=finding.fix.title + ("" if finding.fix.is_safe else " (unsafe: review it)"),
            kind=_QUICK_FIX,
            diagnostics=[lsp_diagnostic(finding, buffer)],
            is_preferred=finding.fix.is_safe,
            edit=_workspace_edit(finding.fix.edits, buffer),
        )
        for finding in findings
        if finding.fix
    ]
    actions += _upgrades(buffer, start, end)
    until = buffer.known.day + timedelta(days=90)
    for finding in findings:
        line = max(line for line in finding.target.lines if line <= finding.line)
        comment = f"# lint-runtime: ignore[{finding.rule}] until={until} --\n"
        action = types.CodeAction(
            title=f"Suppress {finding.rule} here until {until}",
            kind=_QUICK_FIX,
            diagnostics=[lsp_diagnostic(finding, buffer)],
            edit=_workspace_edit([Edit(Location(line, 1, line, 1), comment)], buffer),
        )
        actions.append(action)
    if edits := select_edits(diagnostics, unsafe=False):
        title = "Apply all safe fixes of lint-runtime"
        actions.append(types.CodeAction(title, kind=_FIX_ALL, edit=_workspace_edit(edits, buffer)))
    # A kind includes its subkinds: `source.fixAll` requests `source.fixAll.lint-runtime`.
    requested = tuple(kind + "." for kind in params.context.only or ())
    return [action for action in actions if not requested or f"{action.kind}.".startswith(requested)]


def _upgrades(buffer: Buffer, start: int, end: int) -> Iterator[types.CodeAction]:
    """Yield image upgrades: first to the best series, then to others, newest first."""
    # Key by the new tag: several goals can share a required first stop.
    actions: dict[Location, dict[str, types.CodeAction]] = {
        image.stage.image_location: {}
        for image in buffer.report.images
        if buffer.positions.touches(image.stage.image_location, start, end)
    }
    others = [series.series.name for series in reversed(buffer.known.maintained)]
    for name in ("", *others) if actions else ():
        for upgrade in plan_upgrades(buffer.report, Goal(name, unsafe=True), buffer.config, buffer.known):
            if not upgrade.edits or upgrade.location not in actions:
                continue
            title = f"Upgrade to {upgrade.after}"
            if upgrade.dropped:
                title += f", without {', '.join(upgrade.dropped)}"
            if upgrade.following:
                title += f"; then to {upgrade.following}"
            action = types.CodeAction(
                title, kind=_REWRITE if name else _QUICK_FIX, edit=_workspace_edit(upgrade.edits, buffer)
            )
            actions[upgrade.location].setdefault(upgrade.after, action)
    for actions_of_image in actions.values():
        yield from actions_of_image.values()


def _workspace_edit(edits: Iterable[Edit], buffer: Buffer) -> types.WorkspaceEdit:
    changes = [types.TextEdit(buffer.positions.range(edit.location), edit.text) for edit in edits]
    return types.WorkspaceEdit(changes={buffer.uri: changes})
