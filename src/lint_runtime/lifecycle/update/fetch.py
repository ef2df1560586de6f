"""Read the feed from a file or over HTTP(S), with limits on time and size."""

import re
import socket
import time
from concurrent.futures import Future, wait
from contextlib import suppress
from datetime import date, timezone
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.client import responses
from ipaddress import ip_address
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit
from urllib.request import url2pathname

from lint_runtime.errors import UnusableError
from lint_runtime.lifecycle.load import read_file
from lint_runtime.text import quoted, visible
from lint_runtime.version import __version__

if TYPE_CHECKING:
    import httpx

NO_CLIENT = (
    "downloading requires the extra 'update'; in a clone, run: pip install '.[update]'"
    " (not needed with --from FILE)"
)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LATE = "timed out after {:g} seconds"

# Time limits in seconds: to connect, for each part of the response, and for the whole download.
CONNECT, READ, TOTAL = 10.0, 15.0, 60.0
# The maximum size of the response in bytes, and the maximum number of redirects.
SIZE, REDIRECTS = 32 << 20, 5


class FeedVersion(NamedTuple):
    """A version of the feed, identified by response headers. Missing headers are "".

    url: the address of the feed
    etag: the value of `ETag`
    last_modified: the value of `Last-Modified`
    """

    url: str
    etag: str = ""
    last_modified: str = ""

    @property
    def day(self) -> date | None:
        """The UTC day of `last_modified`, or None if the header is invalid."""
        try:
            moment = parsedate_to_datetime(self.last_modified)
            # For the zone "-0000", the parser returns a UTC time without a zone: it needs no conversion.
            return (moment.astimezone(timezone.utc) if moment.tzinfo else moment).date()
        except (ValueError, TypeError, IndexError, OverflowError):
            return None


def fetch(known: FeedVersion) -> tuple[bytes, FeedVersion] | None:
    """Download the feed. Returns None if it is unchanged. Raises UnusableError.

    known: the URL, and the headers of the last download if there was one
    """
    # Download in a thread, and limit the wait: httpx has no time limit for name lookups and slow headers.
    outcome: Future[tuple[bytes, FeedVersion] | None] = Future()
    deadline = time.monotonic() + TOTAL

    def work() -> None:
        try:
            outcome.set_result(_fetch(known, deadline))
        except BaseException as error:
            outcome.set_exception(error)

    Thread(target=work, name="fetching", daemon=True).start()
    if not wait([outcome], TOTAL).done:
        raise UnusableError(_LATE.format(TOTAL))
    return outcome.result()


def _fetch(known: FeedVersion, deadline: float) -> tuple[bytes, FeedVersion] | None:
    try:
        # Lazy import: optional dependency, needed only for downloads.
        import httpx
    except ImportError:
        raise UnusableError(NO_CLIENT) from None

    validators = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    conditions = {name: value for name, text in validators.items() if (value := _sendable(text))}
    headers = {"User-Agent": f"lint-runtime/{__version__}", "Accept-Encoding": "identity", **conditions}
    try:
        client = httpx.Client(headers=headers, timeout=httpx.Timeout(READ, connect=CONNECT))
    # httpx reads environment variables, and fails if they contain invalid proxies or certificate paths.
    except (httpx.InvalidURL, ValueError, ImportError, OSError) as error:
        raise UnusableError(f"cannot set up the HTTP client: {_text(error)}") from None
    try:
        address = httpx.URL(known.url)
    except (httpx.InvalidURL, ValueError) as error:
        raise UnusableError(f"invalid URL: {_text(error)}") from None
    _check_address(address, "URL")
    try:
        with client:
            return _follow(client, address, known.url, deadline)
    except httpx.ConnectTimeout:
        reason = f"no connection within {CONNECT:g} seconds"
    except httpx.TimeoutException:
        reason = f"timed out after {READ:g} seconds without a response"
    except httpx.ProxyError as error:
        reason = f"proxy error: {_text(error)}"
    except httpx.RemoteProtocolError as error:
        reason = f"malformed response: {_text(error)}"
    # Host names that are too long to encode raise UnicodeError.
    except (httpx.HTTPError, UnicodeError) as error:
        reason = f"the connection failed: {_text(error)}"
    except (httpx.InvalidURL, ValueError) as error:
        reason = f"invalid redirect URL: {_text(error)}"
    raise UnusableError(reason)


def _follow(
    client: "httpx.Client", address: "httpx.URL", url: str, deadline: float
) -> tuple[bytes, FeedVersion] | None:
    """Download a document and follow redirects. Returns None if it is unchanged."""
    is_conditional = "If-None-Match" in client.headers or "If-Modified-Since" in client.headers
    for _ in range(REDIRECTS + 1):
        if time.monotonic() >= deadline:
            raise UnusableError(_LATE.format(TOTAL))
        with client.stream("GET", address) as response:
            if response.status_code == 304 and is_conditional:
                return None
            if response.status_code not in _REDIRECTS:
                return _document(response, url, deadline)
            location = response.headers.get("Location", "")
        if not location:
            raise UnusableError("the server sent a redirect without a URL")
        target = address.join(location)
        if target.scheme != address.scheme:
            raise UnusableError(f"the server redirects from {address.scheme} to {quoted(target.scheme)}")
        _check_address(target, "redirect URL")
        if target.scheme == "https" and target.host != address.host:
            _check_public(target.host)
        address = target
    raise UnusableError(f"more than {REDIRECTS} redirects")


def _check_public(host: str) -> None:
    """Raise UnusableError for a host in a private or local network."""
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, None)}
    # Accept a name that cannot be looked up: a proxy may know it. Without a proxy, connecting fails.
    except (OSError, UnicodeError):
        return
    for text in sorted(found):
        address = ip_address(text.partition("%")[0])
        if not (getattr(address, "ipv4_mapped", None) or address).is_global:
            raise UnusableError(f"the server redirects to the private address {text}")


def _check_address(address: "httpx.URL", what: str) -> None:
    if address.scheme not in ("https", "http"):
        raise UnusableError(f"invalid {what}: it must start with https://")
    if not address.host:
        raise UnusableError(f"invalid {what}: it has no host")
    if address.userinfo:
        raise UnusableError(f"invalid {what}: it must not contain a user or password")
    with suppress(ValueError):
        if address.scheme == "https" or address.host == "localhost" or ip_address(address.host).is_loopback:
            return
    raise UnusableError(f"invalid {what}: plain http is only allowed for localhost; use https")


def _document(response: "httpx.Response", url: str, deadline: float) -> tuple[bytes, FeedVersion]:
    headers, status = response.headers, response.status_code
    if status != HTTPStatus.OK:
        # Show the standard reason phrase: the server's own phrase may be any text.
        phrase = responses.get(status, "")
        raise UnusableError(f"the server responded with {status} {phrase}".rstrip())
    coding = headers.get("Content-Encoding", "identity")
    if coding.lower() != "identity":
        raise UnusableError(f"malformed response: unexpected compression {quoted(coding)}")
    too_large = UnusableError(f"larger than {SIZE:,} bytes")
    # With a Transfer-Encoding, Content-Length is not the size of the response, so ignore it.
    if "Transfer-Encoding" not in headers and int(headers.get("Content-Length", 0)) > SIZE:
        raise too_large
    data = bytearray()
    for chunk in response.iter_raw():
        data += chunk
        if len(data) > SIZE:
            raise too_large
        if time.monotonic() >= deadline:
            raise UnusableError(_LATE.format(TOTAL))
    validators = (_sendable(headers.get(name, "")) for name in ("ETag", "Last-Modified"))
    return bytes(data), FeedVersion(url, *validators)


def _sendable(validator: str) -> str:
    """Strip the value of `ETag` or `Last-Modified`. Returns "" if it cannot be sent in a request header."""
    return validator.strip() if validator.isascii() and validator.isprintable() else ""


def _text(error: Exception) -> str:
    """Return the message of an error on one line, without error numbers."""
    text = re.sub(r"^\[[^]]*\] ?| \(_ssl\.c:\d+\)$", "", str(error)[:200])
    return visible(text).rstrip(".") or type(error).__name__


def shown_origin(origin: str) -> str:
    """Escape a path or URL for a message, and remove credentials from the URL."""
    return visible(re.sub("//[^/@]*@", "//", origin))


def read_content(
    origin: str, known: FeedVersion | None
) -> tuple[bytes, date | None, FeedVersion | None] | None:
    """Return the bytes, the day of the last change and the version of the feed. Raises UnusableError.

    Returns None if the feed is unchanged. The day is None if the server sends no valid date. The version is
    None for a file.

    origin: a path, a `file:` or `https:` URL, or an `http:` URL on localhost
    """
    if origin == "-":
        raise UnusableError("standard input is not supported; give the path of a file")
    path = origin
    if "://" in origin or origin.lower().startswith("file:"):
        try:
            address = urlsplit(origin)
        except ValueError:
            raise UnusableError(f"invalid URL {quoted(origin)}") from None
        if address.scheme != "file":
            try:
                found = fetch(known if known and known.url == origin else FeedVersion(origin))
            except UnusableError as error:
                raise UnusableError(f"cannot read '{shown_origin(origin)}': {error}") from None
            return found and (found[0], found[1].day, found[1])
        if address.netloc.lower() not in ("", "localhost"):
            raise UnusableError(f"{quoted(origin)} names a file of another machine")
        path = url2pathname(address.path)
    try:
        return *read_file(path), None
    except OSError as error:
        raise UnusableError(f"cannot read {quoted(path)}: {error.strerror or error}") from None
    except ValueError:
        raise UnusableError(f"cannot read {quoted(path)}: invalid path") from None
