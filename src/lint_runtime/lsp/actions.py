"""Code actions: fixes, upgrades and suppressions."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lsprotocol import types

from lint_runtime.diagnostics import Diagnostic, Edit, Location, edited
from lint_runtime.linter.engine import lint_file, rules_to_silence
from lint_runtime.linter.fixes import NotFixableError, apply_edits, select_edits
from lint_runtime.linter.report import Report
from lint_runtime.linter.upgrade import plan_upgrades
from lint_runtime.lsp.buffer import Buffer
from lint_runtime.lsp.publish import lsp_diagnostic
from lint_runtime.manifest.reader import is_manifest_name, read_manifest
from lint_runtime.rules.base import SuppressionComment
from lint_runtime.text import days_after

_QUICK_FIX = types.CodeActionKind.QuickFix.value
_REWRITE = types.CodeActionKind.RefactorRewrite.value
_FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.lint-runtime"
_DAYS = 90
"""Days that an offered suppression lasts, unless the configuration allows fewer."""
OPTIONS = types.CodeActionOptions(code_action_kinds=(_QUICK_FIX, _REWRITE, _FIX_ALL))

_Places = dict[tuple[str, int | None], set[Location]]
"""Maps (rule, line) to the locations of the images that the rule has findings about.

A line is the first line of an instruction. None stands for the whole file.
"""


@dataclass(eq=False)
class _Change:
    """A change of one or more images, or a suppression, to be offered as a code action.

    title: the title of the action
    kind: the kind of the action, such as `quickfix`
    edits: the edits of the images, or the edit that adds the suppression comment
    images: the locations of the changed images. Empty for a suppression.
    findings: the findings that the change resolves
    is_safe: whether the change needs no review
    is_preferred: whether the change resolves findings by writing the destination of an image
    is_harmful: whether the change is an upgrade that causes a new finding
    removals: the edits that remove suppression comments, or names in them, which the change makes unused
    """

    title: str
    kind: str
    edits: set[Edit]
    images: set[Location]
    findings: list[Diagnostic] = field(default_factory=list)
    is_safe: bool = True
    is_preferred: bool = False
    is_harmful: bool = False
    removals: list[types.TextEdit] = field(default_factory=list)

    def action(self, buffer: Buffer) -> types.CodeAction:
        """Convert the change to a code action."""
        edits = [
            types.TextEdit(buffer.positions.range(edit.location), edit.text) for edit in sorted(self.edits)
        ]
        return types.CodeAction(
            self.title + ("" if self.is_safe else " (unsafe: review it)"),
            kind=self.kind,
            diagnostics=[lsp_diagnostic(finding, buffer) for finding in self.findings] or None,
            is_preferred=self.is_preferred or None,
            edit=types.WorkspaceEdit(changes={buffer.uri: [*edits, *self.removals]}),
        )


def code_actions(buffer: Buffer, params: types.CodeActionParams) -> list[types.CodeAction]:
    """Return the code actions for the findings and images in the requested range, best first."""
    start, end = buffer.positions.offset(params.range.start), buffer.positions.offset(params.range.end)
    only = [str(getattr(kind, "value", kind)) for kind in params.context.only or [""]]

    def is_wanted(kind: str) -> bool:
        # A requested kind includes its subkinds: `source.fixAll` includes `source.fixAll.lint-runtime`.
        return any(not wanted or f"{kind}.".startswith(f"{wanted}.") for wanted in only)

    diagnostics = buffer.report.diagnostics
    places = {place: place for finding in diagnostics for place in finding.images} | buffer.images
    touched = {image for place, image in places.items() if buffer.place_of(place, start, end)}
    changes = _fixes(buffer, touched)
    if is_wanted(_REWRITE):
        changes += _upgrades(buffer, touched, {frozenset(change.edits) for change in changes})
    if edits := select_edits(diagnostics, unsafe=False):
        images = {image for finding in diagnostics if finding.fix for image in buffer.images_of(finding)}
        changes.append(_Change("Apply all safe fixes of lint-runtime", _FIX_ALL, {*edits}, images))
    changes = [change for change in changes if is_wanted(change.kind)]
    _check(changes, buffer)
    if is_wanted(_QUICK_FIX) and buffer.settings.suppress_actions:
        changes += _suppressions(buffer, touched)
    changes.sort(key=lambda change: change.kind == _FIX_ALL)
    return [change.action(buffer) for change in changes if not change.is_harmful]


def image_upgrades(buffer: Buffer, range_: types.Range | None = None) -> list[types.CodeAction]:
    """Return the actions that upgrade images with findings to their destinations.

    range_: the range in which to upgrade images, or None for the whole file
    """
    images = {*buffer.images.values()}
    if range_:
        start, end = buffer.positions.offset(range_.start), buffer.positions.offset(range_.end)
        images = {image for image in images if buffer.place_of(image, start, end)}
    targets = ((image, image.next or image.destination) for image in buffer.report.images)
    written = {edit for image, target in targets if target for edit in image.edits(target)}
    changes = [
        change for change in _fixes(buffer, images) if change.is_preferred and change.edits & written
    ]
    _check(changes, buffer)
    return [change.action(buffer) for change in changes]


def _fixes(buffer: Buffer, touched: set[Location]) -> list[_Change]:
    """Return the fixes and upgrades that belong to findings about the touched images.

    Those that replace an image with its destination come first.

    touched: the locations of the images in the requested range
    """
    detours = {
        image.edits(image.newest)
        for image in buffer.report.images
        if image.newest
        and not any(step and step.text == image.newest.text for step in (image.destination, image.next))
    }
    changes = []
    for finding in buffer.report.diagnostics:
        if fix := finding.fix or finding.upgrade:
            images, is_preferred = buffer.images_of(finding), fix.edits not in detours
            change = _Change(
                fix.title, _QUICK_FIX, {*fix.edits}, images, [finding], fix.is_safe, is_preferred
            )
            changes.append(change)
    return sorted(_merged(changes, touched), key=lambda change: not change.is_preferred)


def _upgrades(buffer: Buffer, touched: set[Location], offered: set[frozenset[Edit]]) -> Iterator[_Change]:
    """Yield the upgrades of the touched images to each maintained series, newest series first.

    touched: the locations of the images in the requested range
    offered: the edits of each action offered so far. Upgrades with the same edits are left out.
    """
    if touched.isdisjoint(image.stage.image_location for image in buffer.report.images):
        return
    # Ignore suppressions: a user who asks for upgrades wants them for suppressed findings, too.
    report = buffer.report._replace(suppressed=())
    for series in reversed(buffer.known.maintained):
        changes = []
        for upgrade in plan_upgrades(report, series.series.name, buffer.config, buffer.known, unsafe=True):
            title = f"Upgrade to {upgrade.after}"
            title += f", without {', '.join(upgrade.dropped)}" if upgrade.dropped else ""
            title += f"; then to {upgrade.following}" if upgrade.following else ""
            changes.append(_Change(title, _REWRITE, {*upgrade.edits}, {upgrade.location}))
        for change in _merged(changes, touched):
            # Upgrades to several series can start with the same required stop. Offer this stop only once.
            if (edits := frozenset(change.edits)) not in offered:
                offered.add(edits)
                yield change


def _merged(changes: Iterable[_Change], touched: set[Location]) -> list[_Change]:
    """Merge changes that share an edit, such as changes of two images that use the same ARG.

    Then drops the changes that affect no touched image. A merged change has the title of one of its changes
    that affects a touched image.

    touched: the locations of the images in the requested range
    """
    by_edit: dict[Edit, _Change] = {}
    for change in sorted(changes, key=lambda change: change.images.isdisjoint(touched)):
        sharing = dict.fromkeys(by_edit[edit] for edit in change.edits if edit in by_edit)
        first, *others = [*sharing, change]
        for other in others:
            first.edits |= other.edits
            first.images |= other.images
            first.findings += other.findings
            first.is_safe &= other.is_safe
        by_edit.update(dict.fromkeys(first.edits, first))
    return [change for change in dict.fromkeys(by_edit.values()) if not change.images.isdisjoint(touched)]


def _check(changes: Iterable[_Change], buffer: Buffer) -> None:
    """Lint the file with the changes applied. Marks the upgrades that cause new findings.

    Also lets each change remove the suppression comments that it makes unused. To save time, each run of
    the linter checks several changes, at most one for each image.
    """
    report = buffer.report
    places: _Places = {}
    for finding in (*report.findings, *report.outranked):
        for line in (None, *finding.target.lines):
            places.setdefault((finding.rule, line), set()).update(buffer.images_of(finding))
    left = [change for change in changes if change.kind == _REWRITE or report.comments]
    while left:
        by_image: dict[Location, _Change] = {}
        for change in left:
            if by_image.keys().isdisjoint(change.images):
                by_image.update(dict.fromkeys(change.images, change))
        checked = set(by_image.values())
        left = [change for change in left if change not in checked]
        edits = sorted({edit for change in checked for edit in change.edits})
        try:
            data = apply_edits(buffer.text.encode("utf-8", "surrogatepass"), edits)
        except NotFixableError:
            continue
        # Count all neighbors as linted. If an upgraded Dockerfile disagrees with its manifest, the finding
        # is then in the manifest, and the upgrade doesn't count as harmful.
        neighbors = buffer.neighbors._replace(linted=frozenset(buffer.neighbors.contents))
        after = lint_file(data, report.path, buffer.config, buffer.known, neighbors=neighbors)
        upgrades = {image: change for image, change in by_image.items() if change.kind == _REWRITE}
        _add_outcomes(upgrades, after, buffer, places)
        _add_removals(by_image, after, buffer, places)


def _add_outcomes(
    by_image: dict[Location, _Change], after: Report, buffer: Buffer, places: _Places
) -> None:
    """Add the findings that upgrades resolve, and mark the upgrades that cause new findings.

    by_image: maps the location of an image to its upgrade
    after: the report of the changed file
    """
    report = buffer.report
    stages, moved = (*report.stages, *report.uses), (*after.stages, *after.uses)
    olds = {
        place: old.image_location
        for (old, _), (new, _) in zip(stages, moved, strict=False)
        for place in (new.platform_location, new.image_location)
    }
    found = {
        (olds.get(place, place), finding.rule) for finding in after.diagnostics for place in finding.images
    }
    for image, rule in found:
        if image in by_image and image not in places.get((rule, None), ()):
            by_image[image].is_harmful = True
    for finding in report.diagnostics:
        images = buffer.images_of(finding)
        change = by_image.get(min(images))
        is_left = any((image, finding.rule) in found for image in images)
        if change and images <= change.images and not is_left:
            change.findings.append(finding)


def _add_removals(
    by_image: dict[Location, _Change], after: Report, buffer: Buffer, places: _Places
) -> None:
    """Add to each change the edits that remove the suppression comments it makes unused.

    If only some names in a comment become unused, removes only these names.

    by_image: maps the location of an image to its change
    after: the report of the changed file
    """
    for comment, names in after.unused_comments:
        unused: dict[_Change | None, list[str]] = {}
        for name in names:
            anchors = ((rule, comment.above) for rule in comment.names[name])
            users = {by_image.get(place) for anchor in anchors for place in places.get(anchor, ())}
            # Keep a name that only several changes together make unused: users may apply just one.
            unused.setdefault(users.pop() if len(users) == 1 else None, []).append(name)
        for change, gone in unused.items():
            if change:
                change.removals.append(_removal(comment, gone, buffer))


def _removal(comment: SuppressionComment, gone: Iterable[str], buffer: Buffer) -> types.TextEdit:
    """Return the edit that removes names from a comment, or the whole comment if no name is left."""
    location, text = comment.target.location, ""
    if left := [name for name in comment.names if name not in gone]:
        start, end = buffer.positions.span(location)
        text = re.sub(r"\[[^\]]*\]", f"[{', '.join(left)}]", buffer.text[start:end], count=1)
    elif buffer.text.count("\n") >= location.line:
        location = Location(location.line, 1, location.line + 1, 1)
    return types.TextEdit(buffer.positions.range(location), text)


def _suppressions(buffer: Buffer, touched: set[Location]) -> Iterator[_Change]:
    """Yield changes that suppress findings with a comment above the instruction.

    The comment also names the rules whose findings would appear once the finding is suppressed. Omits
    findings about comments, about directives, and about files without instructions. Yields nothing if the
    configuration requires a reason, which only the user knows.

    touched: the locations of the images in the requested range
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
    comments: dict[tuple[int, tuple[str, ...]], list[Diagnostic]] = {}
    for finding in report.diagnostics:
        if not touched.isdisjoint(buffer.images_of(finding)):
            line = max(line for line in finding.target.lines if line <= finding.line)
            names = rules_to_silence(finding, by_location[finding.location])
            comments.setdefault((line, names), []).append(finding)
    for (line, names), findings in comments.items():
        place = Location(line, 1, line, 1)
        if instruction.match(buffer.text, buffer.positions.span(place)[0]):
            edit = Edit(place, f"# lint-runtime: ignore[{', '.join(names)}] until={until}\n")
            if is_manifest_name(report.path):
                # Omit a comment that the edited manifest has only as the text of a multi-line string.
                after = read_manifest(edited(buffer.text, [edit]).encode("utf-8", "surrogatepass"))
                if after is None or all(comment.location.line != line for comment in after.comments):
                    continue
            title = f"Suppress {' and '.join(names)} here until {until}"
            yield _Change(title, _QUICK_FIX, {edit}, set(), findings)
