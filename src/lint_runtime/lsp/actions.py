"""Code actions: fixes, upgrades and suppressions."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from operator import attrgetter

from lsprotocol import types

from lint_runtime.diagnostics import Diagnostic, Edit, Fix, Location
from lint_runtime.linter.engine import lint_file, rules_to_silence
from lint_runtime.linter.fixes import NotFixableError, apply_edits, select_edits
from lint_runtime.linter.report import Report, Upgrade
from lint_runtime.linter.upgrade import Goal, plan_upgrades
from lint_runtime.lsp.buffer import Buffer
from lint_runtime.lsp.publish import lsp_diagnostic
from lint_runtime.rules import RULE_BY_NAME
from lint_runtime.rules.base import SuppressionComment
from lint_runtime.text import days_after

_QUICK_FIX = types.CodeActionKind.QuickFix.value
_REWRITE = types.CodeActionKind.RefactorRewrite.value
_FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.lint-runtime"
_DAYS = 90
"""The maximum number of days that a suppression from an action lasts."""
OPTIONS = types.CodeActionOptions(code_action_kinds=(_QUICK_FIX, _REWRITE, _FIX_ALL))


@dataclass(eq=False)
class _Change:
    """An action that changes images.

    action: the action, without its edit
    edits: the changes of the images
    images: the locations of the images
    removals: the changes that remove comments that become unused
    """

    action: types.CodeAction
    edits: list[Edit]
    images: set[Location]
    removals: list[types.TextEdit] = field(default_factory=list)


def code_actions(buffer: Buffer, params: types.CodeActionParams) -> list[types.CodeAction]:
    """Return the actions for the findings and images in a range, best first."""
    start, end = buffer.positions.offset(params.range.start), buffer.positions.offset(params.range.end)
    only = [str(getattr(kind, "value", kind)) for kind in params.context.only or [""]]

    def is_wanted(kind: str) -> bool:
        # A kind includes its subkinds: `source.fixAll` requests `source.fixAll.lint-runtime`.
        return any(not wanted or f"{kind}.".startswith(f"{wanted}.") for wanted in only)

    changes = list(_fixes(buffer, start, end)) if is_wanted(_QUICK_FIX) else []
    if is_wanted(_QUICK_FIX) or is_wanted(_REWRITE):
        upgrades = _upgrades(buffer, start, end)
        changes += (upgrade for upgrade in upgrades if is_wanted(str(upgrade.action.kind)))
    suppressions = list(_suppressions(buffer, start, end)) if is_wanted(_QUICK_FIX) else []
    diagnostics = buffer.report.diagnostics
    edits = select_edits(diagnostics, unsafe=False) if is_wanted(_FIX_ALL) else []
    last = []
    if edits:
        action = types.CodeAction("Apply all safe fixes of lint-runtime", kind=_FIX_ALL)
        images = {finding.location for finding in diagnostics if finding.fix and finding.fix.is_safe}
        last.append(_Change(action, edits, images))
    _remove_unused_comments([*changes, *last], buffer)
    for change in (*changes, *last):
        change.action.edit = _workspace_edit(change.edits, buffer, change.removals)
    return [*(change.action for change in changes), *suppressions, *(change.action for change in last)]


def _fixes(buffer: Buffer, start: int, end: int) -> Iterator[_Change]:
    """Yield each fix of a finding in a range. Findings that share an ARG share its fix."""
    by_fix: dict[Fix, list[Diagnostic]] = {}
    for finding in buffer.report.diagnostics:
        if finding.fix:
            by_fix.setdefault(finding.fix, []).append(finding)
    for fix, fixed in by_fix.items():
        if any(buffer.place_of(finding.location, start, end) for finding in fixed):
            action = types.CodeAction(
                title=fix.title + ("" if fix.is_safe else " (unsafe: review it)"),
                kind=_QUICK_FIX,
                diagnostics=[lsp_diagnostic(finding, buffer) for finding in fixed],
                is_preferred=True,
            )
            yield _Change(action, sorted(fix.edits), {finding.location for finding in fixed})


def _upgrades(buffer: Buffer, start: int, end: int) -> Iterator[_Change]:
    """Yield image upgrades: first to the best series, then to others, newest first.

    Omits upgrades that bring a new finding.
    """
    places = (image.stage.image_location for image in buffer.report.images)
    touched = {place for place in places if buffer.place_of(place, start, end)}
    if not touched:
        return
    part = _with_shared_words(buffer.report, touched)
    resolved = _Outcomes(buffer, part).resolved
    # A suppression accepts an image for now. It doesn't rule out an upgrade that somebody asks for.
    part = part._replace(suppressed=())
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
            is_best = not name and bool(findings) and not any(finding.fix for finding in findings)
            action = types.CodeAction(
                title,
                kind=_REWRITE if name else _QUICK_FIX,
                diagnostics=[lsp_diagnostic(finding, buffer) for finding in findings] or None,
                is_preferred=True if is_best else None,
            )
            yield _Change(action, sorted(edits), {upgrade.location for upgrade in group})


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


def _suppressions(buffer: Buffer, start: int, end: int) -> Iterator[types.CodeAction]:
    """Yield a comment above the instruction for each finding in a range, and what waits behind it.

    Omits findings about comments, directives and files without instructions. Yields nothing if comments
    require a reason, which only the author knows.
    """
    report, config, today = buffer.report, buffer.config, buffer.known.day
    if config.require_reason:
        return
    by_location: dict[Location, list[Diagnostic]] = {}
    for finding in (*report.findings, *report.outranked):
        by_location.setdefault(finding.location, []).append(finding)
    days = _DAYS if config.max_suppression_days is None else min(_DAYS, config.max_suppression_days)
    until = days_after(today, days)
    instruction = re.compile(r"[^\S\n]*[^\s#]")
    for finding in report.diagnostics:
        line = max(line for line in finding.target.lines if line <= finding.line)
        place = Location(line, 1, line, 1)
        is_in_range = buffer.positions.touches(finding.location, start, end)
        if not is_in_range or not instruction.match(buffer.text, buffer.positions.span(place)[0]):
            continue
        names = rules_to_silence(finding, by_location[finding.location])
        comment = f"# lint-runtime: ignore[{', '.join(names)}] until={until}"
        yield types.CodeAction(
            title=f"Suppress {' and '.join(names)} here until {until}",
            kind=_QUICK_FIX,
            diagnostics=[lsp_diagnostic(finding, buffer)],
            edit=_workspace_edit([Edit(place, f"{comment}\n")], buffer),
        )


def _remove_unused_comments(changes: Iterable[_Change], buffer: Buffer) -> None:
    """Let changes remove the suppression comments, and the names in them, that they make unused.

    Lints changes of different images together, so the time depends on the changes of one image.
    """
    report = buffer.report
    images = {image.stage.platform_location: image.stage.image_location for image in report.images}
    places: dict[tuple[str, int | None], set[Location]] = {}
    for finding in (*report.findings, *report.outranked):
        for line in (None, *finding.target.lines):
            place = images.get(finding.location, finding.location)
            places.setdefault((finding.rule, line), set()).add(place)
    used = {(rule, comment.above) for comment in report.comments for rule in comment.rules}
    commented = {place for anchor in used for place in places.get(anchor, ())}
    for change in changes:
        change.images = {images.get(place, place) for place in change.images}
    left = [change for change in changes if not commented.isdisjoint(change.images)]
    while left:
        by_image: dict[Location, _Change] = {}
        later = []
        for change in left:
            if by_image.keys().isdisjoint(change.images):
                by_image.update(dict.fromkeys(change.images, change))
            else:
                later.append(change)
        left = later
        _add_removals(by_image, places, buffer)


def _add_removals(
    by_image: dict[Location, _Change], places: dict[tuple[str, int | None], set[Location]], buffer: Buffer
) -> None:
    """Add removals to the changes that make comments unused, found by linting the changed file.

    by_image: the changes by image, at most one for each
    places: the images with findings, by the rule and the line below a comment that covers them
    """
    edits = sorted({edit for change in set(by_image.values()) for edit in change.edits})
    try:
        data = apply_edits(buffer.text.encode("utf-8", "surrogatepass"), edits)
    except NotFixableError:
        return
    after = lint_file(data, buffer.report.path, buffer.config, buffer.known)
    for comment, names in after.unused_comments:
        unused: dict[_Change | None, list[str]] = {}
        for name in names:
            anchors = ((rule, comment.above) for rule in comment.names[name])
            users = {by_image.get(place) for anchor in anchors for place in places.get(anchor, ())}
            # If several changes leave a name unused together, each alone keeps it in use.
            unused.setdefault(users.pop() if len(users) == 1 else None, []).append(name)
        for change, gone in unused.items():
            if change:
                change.removals.append(_removal(comment, gone, buffer))


def _removal(comment: SuppressionComment, gone: Iterable[str], buffer: Buffer) -> types.TextEdit:
    """Return the change that removes names from a comment, or the whole comment."""
    location, text = comment.target.location, ""
    if left := [name for name in comment.names if name not in gone]:
        start, end = buffer.positions.span(location)
        text = re.sub(r"\[[^\]]*\]", f"[{', '.join(left)}]", buffer.text[start:end], count=1)
    elif buffer.text.count("\n") >= location.line:
        location = Location(location.line, 1, location.line + 1, 1)
    return types.TextEdit(buffer.positions.range(location), text)


def _workspace_edit(
    edits: Iterable[Edit], buffer: Buffer, more: Iterable[types.TextEdit] = ()
) -> types.WorkspaceEdit:
    changes = [types.TextEdit(buffer.positions.range(edit.location), edit.text) for edit in edits]
    return types.WorkspaceEdit(changes={buffer.uri: [*changes, *more]})
