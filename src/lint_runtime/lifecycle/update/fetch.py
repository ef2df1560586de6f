"""Reading the feed from a file or over HTTP(S), bounded in time and in size."""

import re
import time
from datetime import date, timezone
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit
from urllib.request import url2pathname

from lint_runtime import __version__
from lint_runtime.errors import UnusableError
from lint_runtime.lifecycle.load import read_file
from lint_runtime.text import quoted, visible

if TYPE_CHECKING:
    import httpx

NO_CLIENT = (
    "downloading requires the extra 'update'; in a clone, run: pip install '.[update]'"
    " (not needed with --from FILE)"
)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LONGEST_VALIDATOR = 1000
_LATE = "timed out after {:g} seconds"
_SHOWN = 200


class Validators(NamedTuple):
    """The headers by which a server names the version that it sent, "" for those that are missing."""

    etag: str = ""
    last_modified: str = ""

    @property
    def day(self) -> date | None:
        """The day, in UTC, of `last_modified`; None if that is not a time."""
        try:
            moment = parsedate_to_datetime(self.last_modified)
            # A time of an unknown zone ("-0000") is one of UTC.
            return (moment.astimezone(timezone.utc) if moment.tzinfo else moment).date()
        except (ValueError, TypeError, IndexError, OverflowError):
            return None


class Limits(NamedTuple):
    """How long to wait, in seconds, how much to take, in bytes, and how many redirects to follow."""

    connect: float = 10.0
    read: float = 15.0
    total: float = 60.0
    size: int = 32 << 20
    redirects: int = 5


class Fetched(NamedTuple):
    """A document as it came."""

    data: bytes
    validators: Validators


_NOTHING_KNOWN = Validators()
_USUAL_LIMITS = Limits()


def fetch(url: str, known: Validators = _NOTHING_KNOWN, limits: Limits = _USUAL_LIMITS) -> Fetched | None:
    """Return the document at `url`; None if the server says that it is still the version `known`.

    Raises UnusableError.
    """
    try:
        import httpx  # noqa: F401
    except ImportError:
        raise UnusableError(NO_CLIENT) from None
    # To look up a name, or to read headers that come byte by byte, may take forever. So that happens in
    # a thread that can be left behind, and ends with the process at the latest.
    outcomes: SimpleQueue[Fetched | BaseException | None] = SimpleQueue()
    deadline = time.monotonic() + limits.total

    def work() -> None:
        try:
            outcomes.put(_fetch(url, known, limits, deadline))
        except BaseException as error:
            outcomes.put(error)

    Thread(target=work, name="fetching", daemon=True).start()
    try:
        outcome = outcomes.get(timeout=limits.total)
    except Empty:
        raise UnusableError(_LATE.format(limits.total)) from None
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


def _fetch(url: str, known: Validators, limits: Limits, deadline: float) -> Fetched | None:
    import httpx

    asked = {"If-None-Match": _fit(known.etag), "If-Modified-Since": _fit(known.last_modified)}
    headers = {name: value for name, value in asked.items() if value}
    try:
        with _client(limits) as client:
            address = _address(url)
            for _ in range(limits.redirects + 1):
                with client.stream("GET", address, headers=headers) as response:
                    if response.status_code not in _REDIRECTS:
                        is_known = response.status_code == httpx.codes.NOT_MODIFIED and bool(headers)
                        return None if is_known else _document(response, limits, deadline)
                    address = _address(response.headers.get("Location", ""), address)
                _check_time(limits, deadline)
    # A host that is too long for a name makes a UnicodeError. The client looks at the URLs of redirects
    # too, though it follows none.
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        raise UnusableError(_reason(error, limits)) from None
    raise UnusableError(f"more than {limits.redirects} redirects")


def _client(limits: Limits) -> "httpx.Client":
    import httpx

    headers = {"User-Agent": f"lint-runtime/{__version__}", "Accept-Encoding": "identity"}
    timeout = httpx.Timeout(limits.read, connect=limits.connect)
    try:
        return httpx.Client(headers=headers, timeout=timeout)
    # The environment names proxies and certificates, which may be none.
    except (httpx.InvalidURL, ValueError, ImportError, OSError) as error:
        raise UnusableError(f"cannot set up the HTTP client: {_text(error)}") from None


def _address(text: str, previous: "httpx.URL | None" = None) -> "httpx.URL":
    """Return the URL that `text` is, seen from the one that redirects to it."""
    import httpx

    what = "redirect URL" if previous else "URL"
    try:
        address = previous.join(text) if previous else httpx.URL(text)
    except (httpx.InvalidURL, ValueError) as error:
        raise UnusableError(f"invalid {what}: {_text(error)}") from None
    if previous and not text:
        raise UnusableError("the server sent a redirect without a URL")
    if previous and address.scheme != previous.scheme:
        raise UnusableError(f"the server redirects from {previous.scheme} to {quoted(address.scheme)}")
    if address.scheme not in ("https", "http"):
        raise UnusableError(f"invalid {what}: it must start with https://")
    if not address.host:
        raise UnusableError(f"invalid {what}: it has no host")
    if address.userinfo:
        raise UnusableError(f"invalid {what}: it must not contain a user or password")
    if address.scheme == "http" and not _is_this_machine(address.host):
        raise UnusableError(f"invalid {what}: plain http is only allowed for localhost; use https")
    return address


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _document(response: "httpx.Response", limits: Limits, deadline: float) -> Fetched:
    import httpx

    headers = response.headers
    status = response.status_code
    if status != httpx.codes.OK:
        # The server's own words for it could be any.
        raise UnusableError(
            f"the server responded with {status} {httpx.codes.get_reason_phrase(status)}".rstrip()
        )
    coding = headers.get("Content-Encoding", "identity")
    if coding.lower() != "identity":
        raise UnusableError(f"malformed response: unexpected compression {quoted(coding)}")
    # What comes in chunks is as long as it is, whatever is declared.
    if "Transfer-Encoding" not in headers:
        _check_size(limits, int(headers.get("Content-Length", 0)))
    data = bytearray()
    for chunk in response.iter_raw():
        _check_time(limits, deadline)
        _check_size(limits, len(data) + len(chunk))
        data += chunk
    validators = Validators(_fit(headers.get("ETag", "")), _fit(headers.get("Last-Modified", "")))
    return Fetched(bytes(data), validators)


def _fit(validator: str) -> str:
    """Return a validator as it can be sent back, "" if it cannot be."""
    is_fit = len(validator) <= _LONGEST_VALIDATOR and validator.isascii() and validator.isprintable()
    return validator.strip() if is_fit else ""


def _check_size(limits: Limits, size: int) -> None:
    if size > limits.size:
        raise UnusableError(f"larger than {limits.size:,} bytes")


def _check_time(limits: Limits, deadline: float) -> None:
    if time.monotonic() >= deadline:
        raise UnusableError(_LATE.format(limits.total))


def _reason(error: Exception, limits: Limits) -> str:
    """Return why the server did not answer."""
    import httpx

    if isinstance(error, httpx.ConnectTimeout):
        return f"no connection within {limits.connect:g} seconds"
    if isinstance(error, httpx.TimeoutException):
        return f"timed out after {limits.read:g} seconds without a response"
    if isinstance(error, httpx.ProxyError):
        return f"proxy error: {_text(error)}"
    if isinstance(error, httpx.RemoteProtocolError):
        return f"malformed response: {_text(error)}"
    if isinstance(error, httpx.InvalidURL):
        return f"invalid redirect URL: {_text(error)}"
    return f"the connection failed: {_text(error)}"


def _text(error: Exception) -> str:
    """Return an error's text without what only programs need, as one line."""
    text = re.sub(r"^\[[^]]*\] ?| \(_ssl\.c:\d+\)$", "", str(error)[:_SHOWN])
    return visible(text).rstrip(".") or type(error).__name__


_LOCAL_HOSTS = ("", "localhost")


def shown_origin(origin: str) -> str:
    """Return a path or an address as a message shows it: without what may be a password."""
    return visible(re.sub("//[^/@]*@", "//", origin))


class FeedVersion(NamedTuple):
    """The version of the feed that data was made with: its address, and the validators of the server."""

    url: str
    validators: Validators


class FeedContent(NamedTuple):
    """A feed as it was read. `latest`: the last day that it may be of. `version`: None for a file."""

    data: bytes
    latest: date
    version: FeedVersion | None


def read_content(origin: str, known: FeedVersion | None, today: date) -> FeedContent | None:
    """Return the feed at `origin`: a path, or a `file:`, `https:` or loopback `http:` address.

    None if it still is the version `known`. Raises UnusableError.
    """
    path = _path(origin)
    if path is None:
        return _fetched(origin, known, today)
    try:
        data, modified = read_file(path)
    except OSError as error:
        raise UnusableError(f"cannot read {quoted(path)}: {error.strerror or error}") from None
    except ValueError:
        raise UnusableError(f"cannot read {quoted(path)}: invalid path") from None
    return FeedContent(data, min(modified, today), None)


def _path(origin: str) -> str | None:
    """Return the path of a file; None for an address to fetch."""
    if origin == "-":
        raise UnusableError("standard input is not supported; give the path of a file")
    if "://" not in origin and not origin.lower().startswith("file:"):
        return origin
    try:
        address = urlsplit(origin)
    except ValueError:
        raise UnusableError(f"invalid URL {quoted(origin)}") from None
    if address.scheme != "file":
        return None
    if address.netloc.lower() not in _LOCAL_HOSTS:
        raise UnusableError(f"{quoted(origin)} names a file of another machine")
    return url2pathname(address.path)


def _fetched(url: str, known: FeedVersion | None, today: date) -> FeedContent | None:
    validators = known.validators if known and known.url == url else _NOTHING_KNOWN
    try:
        fetched = fetch(url, validators)
    except UnusableError as error:
        raise UnusableError(f"cannot read '{shown_origin(url)}': {error}") from None
    if fetched is None:
        return None
    latest = min(fetched.validators.day or today, today)
    return FeedContent(fetched.data, latest, FeedVersion(url, fetched.validators))
