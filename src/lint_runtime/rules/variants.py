"""Variants: the tag suffixes that are available for a release."""

from lint_runtime.images import RuntimeTag
from lint_runtime.lifecycle.model import ReleaseSeries
from lint_runtime.lifecycle.table import Snapshot
from lint_runtime.lifecycle.versions import RuntimeVersion

_VARIANTS = ("ubi9", "python", "slim")


def missing_suffixes(
    tag: RuntimeTag, series: ReleaseSeries, version: RuntimeVersion | None
) -> dict[str, str]:
    """Return the suffixes of a tag that a release doesn't have, keyed by name.

    version: the release, or None for any release of the series

    Skips suffixes whose availability is unknown.
    """
    suffixes = tag.suffixes
    if series.variants is None:
        # UBI 9 images have different Python versions than other images.
        is_unknown = tag.ubi9 or not series.pythons or tag.python in ("", *series.pythons)
        return {} if is_unknown else {"python": suffixes["python"]}
    available = {variant.name for variant in series.variants if variant.includes(version)}
    if tag.python not in pythons_of(series, is_ubi9=tag.ubi9):
        available.discard("python")
    return {name: suffixes[name] for name in _VARIANTS if name in suffixes and name not in available}


def pythons_of(series: ReleaseSeries, *, is_ubi9: bool, known: Snapshot | None = None) -> tuple[str, ...]:
    """Return the Python versions that a tag suffix of a series can name.

    known: the lifecycle data of the day on which the versions need upstream support, or None for all
    """
    has_suffix = series.pythons if series.variants is None else series.variant("python")
    pythons = (*series.pythons, *(series.ubi9_pythons if is_ubi9 else ())) if has_suffix else ()
    return tuple(
        python
        for python in dict.fromkeys(pythons)
        if known is None or (known.table.python_end(python) or known.day) >= known.day
    )
