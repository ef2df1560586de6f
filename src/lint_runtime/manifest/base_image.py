"""Read the base image of a declared Dockerfile as the Astro CLI does, which is not as BuildKit does.

The CLI knows no continued lines, here-documents, comments or arguments.
"""

import re
from typing import NamedTuple

_RUNTIME = ("astrocrpublic.azurecr.io/", "quay.io/astronomer/")
_PYTHON = r"-python-[0-9]+\.[0-9]+(?:-base)?\Z"


class BaseImage(NamedTuple):
    """The image of the last stage.

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
