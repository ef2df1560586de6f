"""What variables and expanded words are, and the bounds on what a word may become."""

from typing import NamedTuple

MAX_EXPANSION = 1 << 20
"""The most characters one word may expand to; an image reference has a few hundred."""

MAX_TOTAL = 8 << 20
"""The most characters all words of one file may expand to together."""

MAX_DEPTH = 50
"""How deep `${A:-${B:-…}}` may nest."""

MAX_PATTERN = 256
MAX_MATCHED = 4096
"""The most characters of a wildcard pattern, and of the value it is matched against."""

MATCHING_COST = 8
"""What matching a pattern costs of the file's total, per character of the value."""


class ExpansionError(ValueError):
    """A word that BuildKit refuses, or that grows beyond the bounds. The text says which and why.

    `missing` and `unknown`: as in Expansion, met before the word was refused.
    """

    missing: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()


class BrokenVariableError(ExpansionError):
    """A word that uses a variable whose own default was refused, which has been reported there."""


class Origin(NamedTuple):
    """Where a part of an expanded word comes from.

    `at`: where the part starts in the expanded text. `length`: its characters, 0 where the source only
    decided the text, as the value that a pattern is cut from does. `word`: the number of the word that
    it stands in, None for one that is not known. `start`: where it starts there.
    """

    at: int
    length: int
    word: int | None
    start: int


UNTRACED = (Origin(0, 0, None, 0),)
"""The origins of a text that was put together of too many parts to tell."""

MAX_ORIGINS = 64
"""The most parts of one word whose origins are kept; an image reference has a handful."""

MAX_NAMES = 64
"""The most names of missing or unknown variables that one word carries along."""


class Variable(NamedTuple):
    """What a name stands for. `value` None: its default was refused. The rest: as in Expansion."""

    value: str | None
    missing: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    varies: bool = False
    origins: tuple[Origin, ...] = ()


class Expansion(NamedTuple):
    """An expanded word.

    `missing`: names the word needed a value of, which an ARG declares without one. `unknown`: the
    same, declared by no ARG so far. `varies`: the text depends on the machine that builds, by
    `BUILDPLATFORM`, `TARGETARCH` and their like. `origins`: where the text comes from, in its order.
    """

    text: str
    missing: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    varies: bool = False
    origins: tuple[Origin, ...] = ()
