"""Parse and compare Runtime versions."""

import re
from typing import NamedTuple


class RuntimeVersion(NamedTuple):
    """A Runtime version. Airflow 3 versions sort after Airflow 2 versions: 3.0-1 follows 13.0.0.

    airflow: the Airflow major version, which is 2 for X.Y.Z and 3 for X.Y-N
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
        """The version in the other notation: 3.0-8 for 3.0.8, and 3.0.8 for 3.0-8."""
        return self._replace(airflow=3 if self.airflow == 2 else 2)


INTEGER = r"(?:0|[1-9][0-9]{0,8})"
_VERSION = re.compile(rf"({INTEGER})\.({INTEGER})([.-])({INTEGER})")


def parse_version(text: str) -> RuntimeVersion | None:
    """Parse a version such as `13.6.0` or `3.1-5`. Returns None if invalid."""
    match = _VERSION.fullmatch(text)
    if match is None:
        return None
    major, minor, patch = int(match[1]), int(match[2]), int(match[4])
    return RuntimeVersion(2 if match[3] == "." else 3, major, minor, patch)


def series_name(series: str) -> str:
    """Return the display name of a series: `13.x` for 13, `3.1` for 3.1."""
    return series if "." in series else f"{series}.x"
