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


class Variable(NamedTuple):
    """What a name stands for. `value` None: its default was refused. The rest: as in Expansion."""

    value: str | None
    missing: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    varies: bool = False


class Expansion(NamedTuple):
    """An expanded word.

    `missing`: names the word needed a value of, which an ARG declares without one. `unknown`: the
    same, declared by no ARG so far. `varies`: the text depends on the machine that builds, by
    `BUILDPLATFORM`, `TARGETARCH` and their like.
    """

    text: str
    missing: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    varies: bool = False
