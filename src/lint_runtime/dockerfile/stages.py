"""Stages, and the source of their images and platforms in the file."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from lint_runtime.diagnostics import Location
from lint_runtime.dockerfile.expansion import Origin
from lint_runtime.dockerfile.lines import Word
from lint_runtime.dockerfile.platforms import Platform
from lint_runtime.dockerfile.references import ImageReference


class Unresolved(NamedTuple):
    """A variable without a value that a FROM needs.

    location: the image or platform that needs it
    name: its name
    is_declared: whether an ARG without a default declares it
    """

    location: Location
    name: str
    is_declared: bool


class Placeholder(NamedTuple):
    """A placeholder of a template in a FROM, which the build rejects.

    location: the image or platform
    text: the placeholder
    """

    location: Location
    text: str


class Provenance(NamedTuple):
    """The sources of an expanded word in the file.

    origins: the origins of its sections
    words: all words of the file, by number
    repeats: the same words in ARGs repeated after a FROM, by number
    """

    origins: tuple[Origin, ...] = ()
    words: Sequence[Word] = ()
    repeats: Mapping[int, Sequence[Word]] = {}

    @property
    def numbers(self) -> frozenset[int | None]:
        """The numbers of its source words. Contains None if some are unknown."""
        return frozenset(origin.word for origin in self.origins)

    @property
    def entangled(self) -> frozenset[int | None]:
        """The source words used more than once, or used only to compute the text."""
        if len(self.origins) == 1 and self.origins[0].length:
            return frozenset()
        known = (origin for origin in self.origins if origin.word is not None)
        ordered = sorted((origin.word, origin.start, origin.length) for origin in known)
        twice = {
            word
            for (word, start, length), after in pairwise(ordered)
            if after[0] == word and after[1] < start + length
        }
        return frozenset(twice | {word for word, _, length in ordered if not length})

    @property
    def lines(self) -> frozenset[int]:
        """The first lines of its source instructions."""
        numbers = (number for number in self.numbers if number is not None)
        return frozenset(self.words[number].line.line for number in numbers)

    def place(self, start: int, end: int) -> tuple[list[Location], int] | None:
        """Return the locations of the characters `start` to `end` (exclusive), and their word.

        A repeated word has several locations. Returns None unless each has the text verbatim on one line.
        """
        for origin in self.origins:
            offset = start - origin.at
            if offset >= 0 and end <= origin.at + origin.length and origin.word is not None:
                first = origin.start + offset
                words = (self.words[origin.word], *self.repeats.get(origin.word, ()))
                places = [place for word in words if (place := word.locate(first, first + end - start))]
                return (places, origin.word) if len(places) == len(words) else None
        return None


class Stage(NamedTuple):
    """A FROM, or an image that COPY or RUN reads from. BuildKit makes a stage of each.

    line: the number of its first line, from 1
    end_line: the number of its last line
    image: the expanded image, or the written one if the build rejects it
    image_location: the location of the image
    platform_location: the location of the platform, or of the image without a platform
    name: the name of the stage in lower case; may be empty
    platform: the expanded value of --platform; may be empty
    stage_ref: the index of the earlier stage that it is based on
    reference: the parsed image; None for a stage, for `scratch` and if the build rejects the image
    platform_value: the parsed platform
    platform_refusal: why the build rejects the platform, or ""
    platform_varies: whether the platform depends on the building machine
    platform_has_gaps: whether a variable in the platform is empty or has no value
    registry_is_open: whether the registry is not in the file
    tag_is_open: whether the tag is not in the file
    image_source: the source of the image
    platform_source: the source of the platform
    """

    line: int
    end_line: int
    image: str
    image_location: Location
    platform_location: Location
    name: str = ""
    platform: str = ""
    stage_ref: int | None = None
    reference: ImageReference | None = None
    platform_value: Platform | None = None
    platform_refusal: str = ""
    platform_varies: bool = False
    platform_has_gaps: bool = False
    registry_is_open: bool = False
    tag_is_open: bool = False
    image_source: Provenance = Provenance()
    platform_source: Provenance = Provenance()
