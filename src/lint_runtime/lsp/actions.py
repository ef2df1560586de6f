"""Code actions: fixes, upgrades and suppressions."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from lsprotocol import types

from lint_runtime.diagnostics import Diagnostic, Edit, Location
from lint_runtime.linter.engine import lint_file, rules_to_silence
from lint_runtime.linter.fixes import NotFixableError, apply_edits, select_edits
from lint_runtime.linter.upgrade import Goal, plan_upgrades
from lint_runtime.lsp.buffer import Buffer
from lint_runtime.lsp.publish import lsp_diagnostic
from lint_runtime.rules.base import CommentNames, image_target

_QUICK_FIX = types.CodeActionKind.QuickFix.value
_REWRITE = types.CodeActionKind.RefactorRewrite.value
_FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.lint-runtime"
_DAYS = 90
"""The maximum number of days that a suppression from an action lasts."""
OPTIONS = types.CodeActionOptions(code_action_kinds=(_QUICK_FIX, _REWRITE, _FIX_ALL))


def code_actions(buffer: Buffer, params: types.CodeActionParams) -> list[types.CodeAction]:
    """Return the actions for the findings and images in a range, best first."""
    positions, diagnostics = buffer.positions, buffer.report.diagnostics
    start, end = positions.offset(params.range.start), positions.offset(params.range.end)
    findings = [finding for finding in diagnostics if positions.touches(finding.location, start, end)]
    with_fix = [finding for finding in findings if finding.fix]
    unused = _unused_after(select_edits(with_fix, unsafe=True), buffer)
    actions = [
        types.CodeAction(
            title=finding.fix.title + ("" if finding.fix.is_safe else " (unsafe: review it)"),
            kind=_QUICK_FIX,
            diagnostics=[lsp_diagnostic(finding, buffer)],
            is_preferred=finding.fix.is_safe,
            edit=_workspace_edit(
                finding.fix.edits,
                buffer,
                _removals(unused, finding.target.lines, buffer, is_only=len(with_fix) == 1),
            ),
        )
        for finding in with_fix
        if finding.fix
    ]
    actions += _upgrades(buffer, start, end)
    by_location: dict[Location, list[Diagnostic]] = {}
    for finding in (*diagnostics, *buffer.report.suppressed, *buffer.report.outranked):
        by_location.setdefault(finding.location, []).append(finding)
    suppressions = (_suppression(finding, by_location[finding.location], buffer) for finding in findings)
    actions += filter(None, suppressions)
    if edits := select_edits(diagnostics, unsafe=False):
        title = "Apply all safe fixes of lint-runtime"
        removals = _removals(_unused_after(edits, buffer), frozenset(), buffer, is_only=True)
        actions.append(
            types.CodeAction(title, kind=_FIX_ALL, edit=_workspace_edit(edits, buffer, removals))
        )
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
    lines = {image.stage.image_location: image_target(image.stage).lines for image in buffer.report.images}
    others = [series.series.name for series in reversed(buffer.known.maintained)]
    # A suppression accepts an image for now. It doesn't rule out an upgrade that somebody asks for.
    report = buffer.report._replace(suppressed=())
    for name in ("", *others) if actions else ():
        upgrades = [
            upgrade
            for upgrade in plan_upgrades(report, Goal(name, unsafe=True), buffer.config, buffer.known)
            if upgrade.edits and upgrade.location in actions
        ]
        edits = sorted({edit for upgrade in upgrades for edit in upgrade.edits})
        unused = _unused_after(edits, buffer)
        for upgrade in upgrades:
            title = f"Upgrade to {upgrade.after}"
            if upgrade.dropped:
                title += f", without {', '.join(upgrade.dropped)}"
            if upgrade.following:
                title += f"; then to {upgrade.following}"
            removals = _removals(unused, lines[upgrade.location], buffer, is_only=len(upgrades) == 1)
            edit = _workspace_edit(upgrade.edits, buffer, removals)
            action = types.CodeAction(title, kind=_REWRITE if name else _QUICK_FIX, edit=edit)
            actions[upgrade.location].setdefault(upgrade.after, action)
    for actions_of_image in actions.values():
        yield from actions_of_image.values()


def _unused_after(edits: list[Edit], buffer: Buffer) -> list[CommentNames]:
    """Return the suppression comments, and their names, that edits make unused."""
    if not edits or not buffer.report.comments:
        return []
    try:
        data = apply_edits(buffer.text.encode("utf-8", "surrogatepass"), edits)
    except NotFixableError:
        return []
    report = lint_file(data, buffer.report.path, buffer.config, buffer.known)
    before = {(comment.target, names) for comment, names in buffer.report.unused_comments}
    return [
        (comment, names)
        for comment, names in report.unused_comments
        if (comment.target, names) not in before
    ]


def _removals(
    unused: Iterable[CommentNames], lines: frozenset[int], buffer: Buffer, *, is_only: bool
) -> list[types.TextEdit]:
    """Return the changes that remove names from the comments above some lines, or whole comments.

    is_only: whether no other edits made comments unused, so comments for other lines and for the file
        can go, too
    """
    changes = []
    for comment, names in unused:
        if comment.above not in lines and not is_only:
            continue
        location = comment.target.location
        start, end = buffer.positions.span(location)
        text = ""
        if left := [name for name in comment.names if name not in names]:
            text = re.sub(r"\[[^\]]*\]", f"[{', '.join(left)}]", buffer.text[start:end], count=1)
        elif buffer.text.count("\n") >= location.line:
            location = Location(location.line, 1, location.line + 1, 1)
        changes.append(types.TextEdit(buffer.positions.range(location), text))
    return changes


def _suppression(
    finding: Diagnostic, here: Iterable[Diagnostic], buffer: Buffer
) -> types.CodeAction | None:
    """Insert a comment above the instruction that suppresses a finding and what waits behind it.

    here: all findings at the location, suppressed or not

    Returns None for a finding about a comment or a directive, or about a file without instructions.
    """
    line = max(line for line in finding.target.lines if line <= finding.line)
    place = Location(line, 1, line, 1)
    if not re.compile(r"[^\S\n]*[^\s#]").match(buffer.text, buffer.positions.span(place)[0]):
        return None
    config, today = buffer.config, buffer.known.day
    names = rules_to_silence(finding, here)
    days = _DAYS if config.max_suppression_days is None else min(_DAYS, config.max_suppression_days)
    until = today + timedelta(days=min(days, (date.max - today).days))
    comment = f"# lint-runtime: ignore[{', '.join(names)}] until={until}"
    if config.require_reason:
        comment += " -- TODO: say why"
    return types.CodeAction(
        title=f"Suppress {' and '.join(names)} here until {until}",
        kind=_QUICK_FIX,
        diagnostics=[lsp_diagnostic(finding, buffer)],
        edit=_workspace_edit([Edit(place, f"{comment}\n")], buffer),
    )


def _workspace_edit(
    edits: Iterable[Edit], buffer: Buffer, more: Iterable[types.TextEdit] = ()
) -> types.WorkspaceEdit:
    changes = [types.TextEdit(buffer.positions.range(edit.location), edit.text) for edit in edits]
    return types.WorkspaceEdit(changes={buffer.uri: [*changes, *more]})
