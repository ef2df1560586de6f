"""Runtime versions."""

import re
from typing import NamedTuple


class RuntimeVersion(NamedTuple):
    """The version of a release. 3.0-1 sorts after 13.0.0.

    airflow: the Airflow major, 2 for X.Y.Z, 3 for X.Y-N
    major: X
    minor: Y
    patch: Z or N
    """

    airflow: int
    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}{'.' if self.airflow == 2 else '-'}{self.patch}"

    @property
    def series(self) -> str:
        """The name of the release series: `13` for 13.6.0, `3.1` for 3.1-5."""
        return str(self.major) if self.airflow == 2 else f"{self.major}.{self.minor}"

    @property
    def other_form(self) -> "RuntimeVersion":
        """The version for the other Airflow major with the same numbers: 3.0-8 for 3.0.8."""
        return self._replace(airflow=3 if self.airflow == 2 else 2)


INTEGER = r"(?:0|[1-9][0-9]{0,8})"
_VERSION = re.compile(rf"({INTEGER})\.({INTEGER})([.-])({INTEGER})")


def parse_version(text: str) -> RuntimeVersion | None:
    """Parse `13.6.0` or `3.1-5`. Returns None for other text."""
    match = _VERSION.fullmatch(text)
    if match is None:
        return None
    major, minor, patch = int(match[1]), int(match[2]), int(match[4])
    return RuntimeVersion(2 if match[3] == "." else 3, major, minor, patch)


def series_name(series: str) -> str:
    """Return the name of a series for people: `13.x` for 13, `3.1` for 3.1."""
    return series if "." in series else f"{series}.x"
