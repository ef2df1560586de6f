"""Read the Runtime build of a tag or a Dockerfile as the Astro CLI does, and compare it with a pin.

Unlike BuildKit, the CLI knows no continued lines, here-documents, comments or arguments.
"""

import re
from typing import NamedTuple

from lint_runtime.manifest.requirements import generation, series

_AIRFLOW_3 = r"3(?:(\.[0-9]+)(-[0-9]+)?)?"
_AIRFLOW_2 = r"([0-9]{1,18})(?:\.[0-9]+){0,2}"
_RUNTIME = ("astrocrpublic.azurecr.io/", "quay.io/astronomer/")
_PYTHON = r"-python-[0-9]+\.[0-9]+(?:-base)?\Z"


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


class BaseImage(NamedTuple):
    """The image of the last stage of a Dockerfile.

    image: the image without tag and digest
    tag: the tag, `latest` without one, or "" for an image with a digest
    line: the line of its FROM, from 1
    """

    image: str
    tag: str
    line: int

    @property
    def version(self) -> str:
        """The Runtime version in the tag without `-python-X.Y`, `-base` and `-slim`, or ""."""
        if not self.image.startswith(_RUNTIME) or "$" in self.tag:
            return ""
        return re.sub(_PYTHON, "", self.tag).removesuffix("-base").removesuffix("-slim")


def read_base_image(text: str) -> BaseImage | None:
    """Return the base image that the CLI compares with the requirement, or None if it finds none."""
    stages: list[tuple[str, int, str]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        words = line.split()
        if not words or words[0].upper() != "FROM":
            continue
        while len(words) > 1 and words[1].startswith("--"):
            del words[1]
        if len(words) > 1:
            alias = words[3].lower() if len(words) > 3 and words[2].upper() == "AS" else ""
            stages.append((words[1], number, alias))
    if not stages:
        return None
    reference, number, _ = stages.pop()
    aliases = {alias: (image, line) for image, line, alias in stages}
    while (alias := reference.lower()) in aliases:
        reference, number = aliases.pop(alias)
    image, at, _ = reference.partition("@")
    head, colon, tag = image.rpartition(":")
    if not colon or "/" in tag:
        head, tag = image, "latest"
    return None if "$" in head else BaseImage(head, "" if at else tag, number)
