"""Stages of a Dockerfile, and the source locations of their images and platforms."""

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

    location: the location of the image or platform that uses the variable
    name: the name of the variable
    is_declared: whether an ARG without a default declares the variable
    """

    location: Location
    name: str
    is_declared: bool


class Provenance(NamedTuple):
    """The sources of an expanded word.

    A source word is a word in the file that a section of the text comes from. For example, after
    `ARG TAG=3`, the word `image:$TAG` has two source words: itself, and the default `3`.

    origins: the sources of the sections of the word, in order
    words: all words of the file; `Origin.word` is an index into this list
    repeats: maps the index of the default of an ARG to the defaults of identical ARGs in stages
    """

    origins: tuple[Origin, ...] = ()
    words: Sequence[Word] = ()
    repeats: Mapping[int, Sequence[Word]] = {}

    @property
    def numbers(self) -> frozenset[int | None]:
        """The indexes of the source words. Contains None if a source word is unknown."""
        return frozenset(origin.word for origin in self.origins)

    @property
    def entangled(self) -> frozenset[int | None]:
        """The indexes of the source words that are used twice, or only influence the text.

        For example, `FROM image:$A.$A` uses the default of `ARG A=3` twice.
        """
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
        """The first lines of the instructions that contain source words."""
        return frozenset(self.words[number].line.line for number in self.numbers if number is not None)

    def place(self, start: int, end: int) -> tuple[list[Location], int] | None:
        """Return where the slice `start:end` of the text is in the file, and the index of its source word.

        The slice has several locations if identical ARGs repeat the source word. Returns None if the slice
        comes from several source words, or if a location is unknown or spans several lines.
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
    """A build stage: a FROM, or an image that COPY or RUN reads from.

    line: the number of the first line, from 1
    end_line: the number of the last line
    image: the expanded image, or the image as written if the build rejects it
    image_location: the location of the image
    platform_location: the location of --platform, or of the image if there is no --platform
    name: the name of the stage, in lower case; may be empty
    platform: the expanded value of --platform; may be empty
    stage_ref: the index of the earlier stage that the image names, or None
    reference: the parsed image; None if the image is an earlier stage, `scratch` or rejected
    platform_value: the parsed platform; None if the platform is missing or rejected
    platform_refusal: the reason why the build rejects the platform; may be empty
    platform_varies: whether the platform depends on a platform variable, such as TARGETARCH
    platform_has_gaps: whether a variable in the platform is empty or has no value
    target_platforms: the target platforms that get this image; empty if all get the same image
    variables: the names of the variables in the image before expansion
    unresolved: the names of the variables in the image that only a build argument can set
    subject: the text that findings show in place of `image`, or ""
    comment_lines: more lines whose suppression comments apply to the image
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
    target_platforms: tuple[Platform, ...] = ()
    variables: tuple[str, ...] = ()
    unresolved: tuple[str, ...] = ()
    subject: str = ""
    comment_lines: frozenset[int] = frozenset()
    image_source: Provenance = Provenance()
    platform_source: Provenance = Provenance()
