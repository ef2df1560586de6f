"""Stages of a Dockerfile, and where the file defines their images and platforms."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from lint_runtime.diagnostics import Location
from lint_runtime.dockerfile.expansion import Origin
from lint_runtime.dockerfile.lines import Word
from lint_runtime.dockerfile.platforms import Platform
from lint_runtime.dockerfile.references import ImageReference


class Unresolved(NamedTuple):
    """A variable without a value in a FROM.

    location: the image or platform with the variable
    name: the name of the variable
    is_declared: whether an ARG without a default declares the variable
    """

    location: Location
    name: str
    is_declared: bool


class Placeholder(NamedTuple):
    """A template placeholder in a FROM, which the build rejects.

    location: the image or platform with the placeholder
    text: the placeholder
    """

    location: Location
    text: str


class Provenance(NamedTuple):
    """The sources of an expanded word.

    origins: the origins of the sections of the word
    words: all words of the file, by number
    repeats: the repetitions of a word in ARGs after the first FROM, by the number of the word
    """

    origins: tuple[Origin, ...] = ()
    words: Sequence[Word] = ()
    repeats: Mapping[int, Sequence[Word]] = {}

    @property
    def numbers(self) -> frozenset[int | None]:
        """The numbers of the source words. None stands for unknown source words."""
        return frozenset(origin.word for origin in self.origins)

    @property
    def entangled(self) -> frozenset[int | None]:
        """The numbers of the source words that are used twice or not copied verbatim."""
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
        """The first line of each instruction with a source word."""
        return frozenset(self.words[number].line.line for number in self.numbers if number is not None)

    def place(self, start: int, end: int) -> tuple[list[Location], int] | None:
        """Return the locations of the characters `start` to `end`, and the number of their word.

        A repeated word has several locations. Returns None if a location spans lines or has another text.
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
    """A FROM, or an image that COPY or RUN names. BuildKit makes a stage of each.

    line: the number of the first line, from 1
    end_line: the number of the last line
    image: the expanded image, or the image as written if the build rejects it
    image_location: the location of the image
    platform_location: the location of --platform, or of the image if there is no --platform
    name: the name of the stage, in lower case; may be empty
    platform: the expanded value of --platform; may be empty
    stage_ref: the index of the earlier stage that the image names
    reference: the parsed image; None for an earlier stage, `scratch` and an image that the build rejects
    platform_value: the parsed platform; None if it is missing or the build rejects it
    platform_refusal: the reason why the build rejects the platform; may be empty
    platform_varies: whether the platform depends on the machine that builds the image
    platform_has_gaps: whether a variable in the platform is empty or has no value
    registry_is_open: whether the registry is unknown
    tag_is_open: whether the tag is unknown
    target_platforms: the target platforms for which the image is this one; empty if it is for all
    image_source: the sources of the image
    platform_source: the sources of the platform
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
    target_platforms: tuple[Platform, ...] = ()
    image_source: Provenance = Provenance()
    platform_source: Provenance = Provenance()
