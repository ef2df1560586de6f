"""Read the tag of a Runtime build as the Astro CLI does, and compare it with a pin."""

import re
from typing import NamedTuple

from lint_runtime.manifest.requirements import generation, series

_AIRFLOW_3 = r"3(?:(\.[0-9]+)(-[0-9]+)?)?"
_AIRFLOW_2 = r"([0-9]{1,18})(?:\.[0-9]+){0,2}"


class Build(NamedTuple):
    """A Runtime version.

    generation: the major version of Airflow, `2` or `3`
    series: the Airflow series if the version shows it, as in `3.3-8`, or ""
    is_exact: whether it names one build, not the newest build of a series
    """

    generation: str
    series: str
    is_exact: bool

    def disagreement(self, pin: str) -> str:
        """Return how the build contradicts a pin: `generation`, `series` or ""."""
        if self.generation != generation(pin):
            return "generation"
        return "series" if self.series and "." in pin and self.series != series(pin) else ""


def parse_build(tag: str) -> Build | None:
    """Parse a tag such as `3.3-8`, `3.3` or `13.11.0`, without a suffix. Returns None for other texts."""
    tag = tag.strip()
    if match := re.fullmatch(_AIRFLOW_3, tag):
        return Build("3", f"3{match[1]}" if match[1] else "", is_exact=match[2] is not None)
    match = re.fullmatch(_AIRFLOW_2, tag)
    # Runtime 1 to 3 are older than any Airflow that the CLI runs.
    if match and int(match[1]) >= 4:
        return Build("2", "", is_exact=tag.count(".") == 2)
    return None
