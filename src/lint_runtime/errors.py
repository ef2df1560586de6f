"""Exceptions that end a command early."""


class UnusableError(Exception):
    """An unusable input or a missing dependency. The command exits with 2.

    messages: the error messages, one line each
    """

    def __init__(self, *messages: str) -> None:
        super().__init__("; ".join(messages))
        self.messages = messages


class WrongDocumentError(UnusableError):
    """An invalid JSON document. The message doesn't name the file: callers add the name."""


def missing(what: str, extra: str = "report") -> UnusableError:
    """Return an error saying that `what` requires a missing extra."""
    return UnusableError(f"{what} requires the extra '{extra}'; in a clone, run: pip install '.[{extra}]'")
