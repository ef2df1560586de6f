"""Variants: the tag suffixes that are available for a release."""

from collections.abc import Iterable
from datetime import date

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
    missing = {}
    for name, suffix in tag.suffixes.items():
        if name not in _VARIANTS:
            continue
        if series.variants is None:
            # UBI 9 images have different Python versions than other images.
            is_unknown = name != "python" or tag.ubi9 or not series.pythons
            exists = is_unknown or tag.python in series.pythons
        else:
            variant = series.variant(name)
            exists = variant is not None and variant.includes(version)
            if name == "python":
                exists = exists and tag.python in pythons_of(series, is_ubi9=tag.ubi9)
        if not exists:
            missing[name] = suffix
    return missing


def pythons_of(series: ReleaseSeries, *, is_ubi9: bool) -> tuple[str, ...]:
    """Return the Python versions that a tag suffix of a series can name."""
    has_suffix = series.pythons if series.variants is None else series.variant("python")
    pythons = (*series.pythons, *(series.ubi9_pythons if is_ubi9 else ()))
    return tuple(dict.fromkeys(pythons)) if has_suffix else ()


def supported_pythons(series: ReleaseSeries, known: Snapshot, *, is_ubi9: bool) -> tuple[str, ...]:
    """Return the versions from `pythons_of` with upstream support on `known.day`."""
    return tuple(
        python
        for python in pythons_of(series, is_ubi9=is_ubi9)
        if (known.table.python_end(python) or date.max) >= known.day
    )


def by_distance(pythons: Iterable[str], wanted: str) -> list[str]:
    """Sort Python versions by the distance of their minor version from that of `wanted`, closest first."""
    minor = int(wanted.partition(".")[2] or 0)
    return sorted(pythons, key=lambda python: abs(int(python.partition(".")[2]) - minor))
