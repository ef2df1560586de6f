"""What to say where a library of an optional extra is not installed."""


class MissingExtraError(Exception):
    """A library that is not installed. The text says for what, and how to get it, in one line."""


def missing(what: str) -> MissingExtraError:
    """Return the error that `what`, which needs the extra `report`, cannot be made."""
    return MissingExtraError(f"{what} needs lint-runtime[report]: pip install 'lint-runtime[report]'")
