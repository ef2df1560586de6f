"""What to say where a library of an optional extra is not installed."""

from collections.abc import Sequence


class MissingExtraError(Exception):
    """A library that is not installed. The text says for what, and how to get it, in one line."""


def missing(what: str) -> MissingExtraError:
    """Return the error that `what`, which needs the extra `report`, cannot be made."""
    return MissingExtraError(f"{what} needs lint-runtime[report]: pip install 'lint-runtime[report]'")


class ConfigError(Exception):
    """A configuration file that cannot be used. `messages`: what is wrong with it, a line each."""

    def __init__(self, messages: Sequence[str]) -> None:
        super().__init__("; ".join(messages))
        self.messages = tuple(messages)


class UnusableError(Exception):
    """Something named by an option or argument that cannot be used. The text is what to say of it."""


class WrongDocumentError(ValueError):
    """A document that cannot be used. The text says what is wrong with it, in one line."""
