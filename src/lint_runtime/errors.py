"""The errors that end a command early."""


class UnusableError(Exception):
    """Something that a command depends on cannot be used; the command ends with exit code 2.

    `messages`: what is wrong, where, and what to do, one line each. What raises it knows all of that;
    nothing on the way to the command turns one such error into another.
    """

    def __init__(self, *messages: str) -> None:
        super().__init__("; ".join(messages))
        self.messages = messages


class WrongDocumentError(UnusableError):
    """A document that cannot be used, of which only its reader knows the name."""


def missing(what: str, extra: str = "report") -> UnusableError:
    """Return the error that `what` needs an extra that is not installed."""
    return UnusableError(f"{what} requires the extra '{extra}'; in a clone, run: pip install '.[{extra}]'")
