"""Parse Runtime versions, and find the base image of a Dockerfile, as the Astro CLI does.

Unlike BuildKit, the CLI reads each line of a Dockerfile on its own. It does not recognize continued lines,
here-documents, comments and build arguments.
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
    series: the Airflow series, such as `3.3` for `3.3-8`. "" if the version does not show the series, as in
        `13.11.0`
    is_exact: whether the version is one build, such as `3.3-8`. False for a series, such as `3.3`
    """

    generation: str
    series: str
    is_exact: bool

    def disagreement(self, pin: str) -> str:
        """Return which part of a pin the build contradicts: `generation`, `series`, or "" for neither."""
        if self.generation != generation(pin):
            return "generation"
        return "series" if self.series and "." in pin and self.series != series(pin) else ""


def parse_build(tag: str) -> Build | None:
    """Parse a tag such as `3.3-8`, `3.3` or `13.11.0`.

    Returns None for other tags, including tags with a suffix such as `3.3-8-base`.
    """
    tag = tag.strip()
    if match := re.fullmatch(_AIRFLOW_3, tag):
        return Build("3", f"3{match[1]}" if match[1] else "", is_exact=match[2] is not None)
    match = re.fullmatch(_AIRFLOW_2, tag)
    # Like the CLI, reject Runtime 1 to 3: their Airflow versions are too old.
    if match and int(match[1]) >= 4:
        return Build("2", "", is_exact=tag.count(".") == 2)
    return None


class BaseImage(NamedTuple):
    """The image of the last stage of a Dockerfile.

    image: the image without tag and digest
    tag: "" if the image has a digest. Otherwise the tag, or `latest` if the image has no tag
    line: the line number of the FROM. The first line is 1
    """

    image: str
    tag: str
    line: int

    @property
    def version(self) -> str:
        """The tag without its suffixes: `3.3-8` for `3.3-8-python-3.12-base`.

        "" if the image is not a Runtime image, or if the tag has a variable.
        """
        if not self.image.startswith(_RUNTIME) or "$" in self.tag:
            return ""
        return re.sub(_PYTHON, "", self.tag).removesuffix("-base").removesuffix("-slim")


def read_base_image(text: str) -> BaseImage | None:
    """Return the image of the last stage. If it names an earlier stage, return the image of that stage.

    Returns None if there is no FROM, or if the image has a variable in its name.
    """
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
