"""What can be mended without asking: the fixes that several rules offer, and why there may be none."""

from lint_runtime.diagnostics import Edit, Fix
from lint_runtime.dockerfile.references import ImageReference
from lint_runtime.images import RuntimeImage
from lint_runtime.lifecycle.model import Lifecycle, Status


def to_newest(image: RuntimeImage, lifecycle: Lifecycle, *, is_safe: bool) -> Fix | None:
    """Return the fix that names the newest usable release of the same line, every suffix kept.

    None where the line is past its maintenance.
    """
    if lifecycle.newest is None or lifecycle.status is not Status.MAINTAINED:
        return None
    return fix(f"Use {lifecycle.newest}", image.edit_number(str(lifecycle.newest)), is_safe=is_safe)


def fix(title: str, edit: Edit | None, *, is_safe: bool) -> Fix | None:
    """Return the fix that consists of `edit`; None without one."""
    return Fix(title, (edit,), is_safe) if edit else None


def pinned(reference: ImageReference) -> str:
    """Say why there is no fix for an image pinned by digest; "" for any other."""
    if not reference.digest:
        return ""
    return ". The digest decides what is pulled, so this is never fixed automatically: change both"
