"""Where a feed comes from, a file or an address -> its bytes, and the last day that it may be of."""

import re
from collections.abc import Callable
from datetime import date
from typing import NamedTuple
from urllib.parse import urlsplit
from urllib.request import url2pathname

from lint_runtime.diagnostics import quoted, visible
from lint_runtime.lifecycle.load import read_file
from lint_runtime.lifecycle.table_file import FeedVersion
from lint_runtime.lifecycle.update.fetch import FetchError, Validators, fetch

_LOCAL_HOSTS = ("", "localhost")


def shown_origin(origin: str) -> str:
    """Return a path or an address as it may be told: without what may be a password."""
    return visible(re.sub("//[^/@]*@", "//", origin))


class Source(NamedTuple):
    """A feed as it was read. `version`: what its server called it, None for a file."""

    data: bytes
    latest: date
    version: FeedVersion | None


def read_source(
    origin: str, known: FeedVersion | None, today: date, progress: Callable[[int, int | None], None]
) -> Source | None:
    """Return the feed at `origin`: a path, or a `file:`, `https:` or loopback `http:` address.

    None if it still is the version `known`. Raises FetchError.
    """
    path = _path(origin)
    if path is None:
        return _fetched(origin, known, today, progress)
    try:
        data, modified = read_file(path)
    except OSError as error:
        raise FetchError(f"cannot read {quoted(path)}: {error.strerror or error}") from None
    except ValueError:
        raise FetchError(f"cannot read {quoted(path)}: that is no path") from None
    return Source(data, min(modified, today), None)


def _path(origin: str) -> str | None:
    """Return the path of a file; None for what has to be fetched."""
    if origin == "-":
        raise FetchError("standard input is not read; name a file")
    if "://" not in origin and not origin.lower().startswith("file:"):
        return origin
    try:
        address = urlsplit(origin)
    except ValueError:
        raise FetchError(f"{quoted(origin)} is no address") from None
    if address.scheme != "file":
        return None
    if address.netloc.lower() not in _LOCAL_HOSTS:
        raise FetchError(f"{quoted(origin)} names a file of another machine")
    return url2pathname(address.path)


def _fetched(
    url: str, known: FeedVersion | None, today: date, progress: Callable[[int, int | None], None]
) -> Source | None:
    same = known is not None and known.url == url
    validators = Validators(known.etag, known.last_modified) if known and same else Validators()
    try:
        fetched = fetch(url, validators, progress=progress)
    except FetchError as error:
        raise FetchError(f"cannot read '{shown_origin(url)}': {error}") from None
    if fetched is None:
        return None
    said = fetched.validators
    latest = min(said.day or today, today)
    return Source(fetched.data, latest, FeedVersion(url, said.etag, said.last_modified))
