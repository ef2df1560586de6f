"""What people write, days and names, and what they may have meant."""

import re
from collections.abc import Iterable
from datetime import date

_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"


def parse_day(text: str) -> date | None:
    """Read a day written YYYY-MM-DD; None if `text` is none."""
    try:
        return date.fromisoformat(text) if re.fullmatch(_DAY, text) else None
    except ValueError:
        return None


def closest(word: str, known: Iterable[str]) -> str:
    """Return the one of `known` that `word` comes close to; "" if it comes close to none."""
    # Only a mistake comes here, and the import is not for free.
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, list(known), n=1)), "")
