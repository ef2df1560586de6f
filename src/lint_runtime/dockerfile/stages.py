"""The stages of a Dockerfile, and where in the file they come from."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from lint_runtime.diagnostics import Location
from lint_runtime.dockerfile.expansion import Origin
from lint_runtime.dockerfile.lines import Word
from lint_runtime.dockerfile.platforms import Platform
from lint_runtime.dockerfile.references import ImageReference


class Unresolved(NamedTuple):
    """A variable that a FROM needs and that has no value. `is_declared`: by an ARG without a default."""

    location: Location
    name: str
    is_declared: bool


class Placeholder(NamedTuple):
    """A placeholder that a template has in a FROM, which the build refuses as it is."""

    location: Location
    text: str


class Provenance(NamedTuple):
    """Where an expanded word comes from. `words`: those of the file, by the numbers in `origins`.

    `repeats`: the same words elsewhere, in an ARG that is declared again below a FROM.
    """

    origins: tuple[Origin, ...] = ()
    words: Sequence[Word] = ()
    repeats: Mapping[int, Sequence[Word]] = {}

    @property
    def numbers(self) -> frozenset[int | None]:
        """The numbers of all words that it comes from, with None among them if there may be more."""
        return frozenset(origin.word for origin in self.origins)

    @property
    def entangled(self) -> frozenset[int | None]:
        """The numbers of the words that are here twice with a part, or decide the text unseen."""
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
        """The first lines of the instructions that it comes from."""
        numbers = (number for number in self.numbers if number is not None)
        return frozenset(self.words[number].line.line for number in numbers)

    def place(self, start: int, end: int) -> tuple[list[Location], int] | None:
        """Return where the characters `start` to `end` (exclusive) are, and in which word.

        Where the word is repeated, they are in several places. None unless they are written together,
        on one line, as they are.
        """
        for origin in self.origins:
            offset = start - origin.at
            if offset >= 0 and end <= origin.at + origin.length and origin.word is not None:
                first = origin.start + offset
                words = (self.words[origin.word], *self.repeats.get(origin.word, ()))
                places = [word.locate(first, first + end - start) for word in words]
                known = [place for place in places if place]
                return (known, origin.word) if len(known) == len(places) else None
        return None


class Stage(NamedTuple):
    """One FROM, or an image that COPY or RUN takes files from, of which BuildKit makes a stage too.

    Lines count from 1.

    `image`, `platform`: after expansion; as written where they do not expand; "" if there is none.
    `stage_ref`: the index of the earlier stage it refers to. `reference`: None for a stage, for
    `scratch` and where the build refuses it. `platform_value`: None for none or a refused one;
    `platform_refusal` then says why. `platform_varies`: it follows the machine that builds.
    `platform_has_gaps`: a variable in it is empty or has no value. `registry_is_open`, `tag_is_open`: what
    comes before `reference`, or its tag, is not in the file.
    `image_source`, `platform_source`: where the expanded texts come from.
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
