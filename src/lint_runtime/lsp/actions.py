"""Code actions: fixes, upgrades and suppressions."""

from collections.abc import Iterable, Iterator
from operator import attrgetter

from lsprotocol import types

from lint_runtime.diagnostics import Diagnostic, Edit, Fix, Location
from lint_runtime.linter.engine import lint_file
from lint_runtime.linter.fixes import select_edits
from lint_runtime.linter.report import Report, Upgrade
from lint_runtime.linter.upgrade import Goal, plan_upgrades
from lint_runtime.lsp.buffer import Buffer
from lint_runtime.lsp.publish import lsp_diagnostic
from lint_runtime.rules import RULE_BY_NAME
from lint_runtime.text import days_after

_QUICK_FIX = types.CodeActionKind.QuickFix.value
_REWRITE = types.CodeActionKind.RefactorRewrite.value
_FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.lint-runtime"
OPTIONS = types.CodeActionOptions(code_action_kinds=(_QUICK_FIX, _REWRITE, _FIX_ALL))


def code_actions(buffer: Buffer, params: types.CodeActionParams) -> list[types.CodeAction]:
    """Return the actions for the findings and images in a range, best first."""
    start, end = buffer.positions.offset(params.range.start), buffer.positions.offset(params.range.end)
    only = [str(getattr(kind, "value", kind)) for kind in params.context.only or [""]]

    def is_wanted(kind: str) -> bool:
        # A kind includes its subkinds: `source.fixAll` requests `source.fixAll.lint-runtime`.
        return any(not wanted or f"{kind}.".startswith(f"{wanted}.") for wanted in only)

    diagnostics = buffer.report.diagnostics
    findings = [finding for finding in diagnostics if buffer.place_of(finding.location, start, end)]
    actions = list(_fixes(buffer, findings)) if is_wanted(_QUICK_FIX) else []
    if is_wanted(_QUICK_FIX) or is_wanted(_REWRITE):
        upgrades = _upgrades(buffer, start, end)
        actions += (upgrade for upgrade in upgrades if is_wanted(str(upgrade.kind)))
    until = days_after(buffer.known.day, 90)
    for finding in findings if is_wanted(_QUICK_FIX) else ():
        if not buffer.positions.touches(finding.location, start, end):
            continue
        line = max(line for line in finding.target.lines if line <= finding.line)
        comment = f"# lint-runtime: ignore[{finding.rule}] until={until} --\n"
        action = types.CodeAction(
            title=f"Suppress {finding.rule} here until {until}",
            kind=_QUICK_FIX,
            diagnostics=[lsp_diagnostic(finding, buffer)],
            edit=_workspace_edit([Edit(Location(line, 1, line, 1), comment)], buffer),
        )
        actions.append(action)
    edits = select_edits(diagnostics, unsafe=False) if is_wanted(_FIX_ALL) else []
    if edits:
        title = "Apply all safe fixes of lint-runtime"
        actions.append(types.CodeAction(title, kind=_FIX_ALL, edit=_workspace_edit(edits, buffer)))
    return actions


def _fixes(buffer: Buffer, findings: Iterable[Diagnostic]) -> Iterator[types.CodeAction]:
    """Yield an action for each fix. Findings that share an ARG share its fix."""
    by_fix: dict[Fix, list[Diagnostic]] = {}
    for finding in findings:
        if finding.fix:
            by_fix.setdefault(finding.fix, []).append(finding)
    for fix, fixed in by_fix.items():
        yield types.CodeAction(
            title=fix.title + ("" if fix.is_safe else " (unsafe: review it)"),
            kind=_QUICK_FIX,
            diagnostics=[lsp_diagnostic(finding, buffer) for finding in fixed],
            is_preferred=True,
            edit=_workspace_edit(fix.edits, buffer),
        )


def _upgrades(buffer: Buffer, start: int, end: int) -> Iterator[types.CodeAction]:
    """Yield image upgrades: first to the best series, then to others, newest first.

    Omits upgrades that bring a new finding.
    """
    places = (image.stage.image_location for image in buffer.report.images)
    touched = {place for place in places if buffer.place_of(place, start, end)}
    if not touched:
        return
    part = _with_shared_words(buffer.report, touched)
    resolved = _Outcomes(buffer, part).resolved
    # Several goals can share a required first stop.
    offered: set[frozenset[Edit]] = set()
    for name in ("", *(series.series.name for series in reversed(buffer.known.maintained))):
        for group in _groups(plan_upgrades(part, Goal(name, unsafe=True), buffer.config, buffer.known)):
            edits = frozenset(edit for upgrade in group for edit in upgrade.edits)
            in_range = [upgrade for upgrade in group if upgrade.location in touched]
            if not in_range or edits in offered or (findings := resolved(group)) is None:
                continue
            upgrade = min(in_range, key=attrgetter("location"))
            offered.add(edits)
            title = f"Upgrade to {upgrade.after}"
            if upgrade.dropped:
                title += f", without {', '.join(upgrade.dropped)}"
            if upgrade.following:
                title += f"; then to {upgrade.following}"
            yield types.CodeAction(
                title,
                kind=_REWRITE if name else _QUICK_FIX,
                diagnostics=[lsp_diagnostic(finding, buffer) for finding in findings] or None,
                is_preferred=True if not name and not any(finding.fix for finding in findings) else None,
                edit=_workspace_edit(sorted(edits), buffer),
            )


class _Outcomes:
    """Predicts the findings about upgraded images by linting each new image alone."""

    def __init__(self, buffer: Buffer, part: Report) -> None:
        self._buffer = buffer
        self._stages = {image.stage.image_location: image.stage for image in part.images}
        self._active: dict[Location, list[Diagnostic]] = {}
        for finding in part.diagnostics:
            self._active.setdefault(finding.location, []).append(finding)
        self._known = {(finding.location, finding.rule) for finding in (*part.findings, *part.outranked)}
        self._rules: dict[tuple[str, str], set[str]] = {}

    def resolved(self, upgrades: Iterable[Upgrade]) -> list[Diagnostic] | None:
        """Return the findings that upgrades resolve, or None if they bring a new finding."""
        resolved: list[Diagnostic] = []
        for upgrade in upgrades:
            stage = self._stages[upgrade.location]
            image = stage.image.removesuffix(upgrade.before) + upgrade.after
            rules = self._rules_of(image, stage.platform)
            places = {stage.platform_location, stage.image_location}
            if any(all((place, rule) not in self._known for place in places) for rule in rules):
                return None
            for place in places:
                resolved += (
                    finding
                    for finding in self._active.get(place, ())
                    if RULE_BY_NAME[finding.rule].checks_images and finding.rule not in rules
                )
        return resolved

    def _rules_of(self, image: str, platform: str) -> set[str]:
        if (image, platform) not in self._rules:
            text = f"FROM --platform={platform} {image}\n" if platform else f"FROM {image}\n"
            report = lint_file(
                text.encode(), self._buffer.report.path, self._buffer.config, self._buffer.known
            )
            self._rules[image, platform] = {finding.rule for finding in report.diagnostics}
        return self._rules[image, platform]


def _with_shared_words(report: Report, touched: Iterable[Location]) -> Report:
    """Return a report with only the images at some locations, and the images that share their ARGs."""
    related = set(touched)
    words: set[int | None] = set()
    is_growing = True
    while is_growing:
        is_growing = False
        for image in report.images:
            numbers = image.stage.image_source.numbers
            location = image.stage.image_location
            if (location in related or numbers & words) and not (location in related and numbers <= words):
                related.add(location)
                words |= numbers
                is_growing = True
    stages, uses = (
        tuple((stage, image) for stage, image in pairs if stage.image_location in related)
        for pairs in (report.stages, report.uses)
    )
    return report._replace(stages=stages, uses=uses)


def _groups(upgrades: Iterable[Upgrade]) -> list[list[Upgrade]]:
    """Group the upgrades that share an edit, because their images use the same ARG."""
    by_edit: dict[Edit, list[Upgrade]] = {}
    for upgrade in upgrades:
        group = [upgrade]
        for edit in upgrade.edits:
            other = by_edit.get(edit, group)
            if other is not group:
                smaller, group = sorted((other, group), key=len)
                group += smaller
                by_edit.update((moved, group) for member in smaller for moved in member.edits)
        by_edit.update((edit, group) for edit in upgrade.edits)
    return list({id(group): group for group in by_edit.values()}.values())


def _workspace_edit(edits: Iterable[Edit], buffer: Buffer) -> types.WorkspaceEdit:
    changes = [types.TextEdit(buffer.positions.range(edit.location), edit.text) for edit in edits]
    return types.WorkspaceEdit(changes={buffer.uri: changes})
