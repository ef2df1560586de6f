"""The variables that a FROM can see."""

from collections.abc import Set

from lint_runtime.dockerfile.expansion import Expander, is_plain
from lint_runtime.variable import (
    MAX_EXPANSION,
    MAX_NAMES,
    MAX_TOTAL,
    Expansion,
    ExpansionError,
    Origin,
    Variable,
)


class Scope:
    """The variables that FROM can see, in the order ARG defines them, and the budget they share."""

    def __init__(self, escape: str, variables: dict[str, Variable]) -> None:
        self._escape = escape
        self._variables = dict(variables)
        self._declared: set[str] = set()
        self._left = MAX_TOTAL

    def define(self, name: str, variable: Variable) -> None:
        """Give `name` a value, in place of any it had."""
        self._variables[name] = variable

    def declare(self, name: str) -> None:
        """Note an ARG without a default: it keeps a value that it has, and says that one may be given."""
        self._declared.add(name)

    def expand(self, word: str, number: int) -> Expansion:
        """Expand `word` with what is defined so far; origins name it by `number`. Raises ExpansionError."""
        if is_plain(word) and len(word) <= min(self._left, MAX_EXPANSION):
            self._left -= len(word)
            return Expansion(word, origins=(Origin(0, len(word), number, 0),))
        expander = Expander(word, number, self._escape, self._variables, self._left)
        try:
            text, origins = expander.until("")
        except ExpansionError as error:
            error.missing, error.unknown = self._sorted_out(expander)
            raise
        finally:
            self._left -= expander.matching_cost
        self._left -= len(text)
        return Expansion(text, *self._sorted_out(expander), expander.varies, origins)

    def _sorted_out(self, expander: Expander) -> tuple[frozenset[str], frozenset[str]]:
        missing = expander.missing | (expander.valueless & self._declared)
        unknown = expander.unknown | (expander.valueless - self._declared)
        return _bounded(missing), _bounded(unknown)


def _bounded(names: Set[str]) -> frozenset[str]:
    """Keep what a chain of ARGs carries along from growing with its square."""
    return frozenset(names if len(names) <= MAX_NAMES else sorted(names)[:MAX_NAMES])
