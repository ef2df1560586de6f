"""What ends a command early, and what to say of it."""


class UnusableError(Exception):
    """Something that a command depends on cannot be used; the command ends with exit code 2.

    `messages`: what is wrong, where, and what to do, one line each. What raises it knows all of that;
    nothing on the way to the command turns one such error into another.
    """

    def __init__(self, *messages: str) -> None:
        super().__init__("; ".join(messages))
        self.messages = messages


class ConfigError(UnusableError):
    """A configuration file that cannot be used."""


class WrongDocumentError(UnusableError):
    """A document that cannot be used."""


class MissingExtraError(UnusableError):
    """A library of an optional extra that is not installed."""


def missing(what: str) -> MissingExtraError:
    """Return the error that `what`, which needs the extra `report`, cannot be made."""
    return MissingExtraError(f"{what} needs lint-runtime[report]: pip install 'lint-runtime[report]'")
