"""Downloads from a real local server that may misbehave."""

from __future__ import annotations

import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
import pytest

from lint_runtime import __version__
from lint_runtime.errors import UnusableError
from lint_runtime.lifecycle.update import fetch as fetching
from lint_runtime.lifecycle.update.fetch import FeedVersion, fetch
from tests.conftest import loaded_modules
from tests.feed_server import Answer, FeedServer, Pieces, Request, published, said, serving, whole

BODY = b'{"document": true}\n'
ETAG = 'W/"13-abc"'
MODIFIED = "Wed, 21 Oct 2026 23:30:00 GMT"
OLDER = "Tue, 20 Oct 2026 07:28:00 GMT"
OK = b"HTTP/1.1 200 OK\r\n"

Limits = dict[str, Any]
AMPLE = Limits(READ=10, TOTAL=20)
UNREACHABLE = "feed.invalid"


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name == "SSL_CERT_FILE":
            monkeypatch.delenv(name)
    # An empty directory: loading the system certificates would take most of the time of the tests.
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with serving() as server:
        yield server


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list of the host names looked up so far. Every connection starts with a look-up."""
    hosts: list[str] = []
    look_up = socket.getaddrinfo

    def spy(host: str, *rest: int) -> object:
        hosts.append(host)
        return look_up(host, *rest)

    monkeypatch.setattr(socket, "getaddrinfo", spy)
    return hosts


def _closed_port() -> int:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port: int = closed.getsockname()[1]
        return port


def _fetched(
    url: str, etag: str = "", last_modified: str = "", limits: Limits = AMPLE
) -> tuple[bytes, FeedVersion] | None:
    """Download the document at `url`. Returns None if its version is unchanged."""
    with patch.multiple(fetching, **limits):
        return fetch(FeedVersion(url, etag, last_modified))


def _content(
    url: str, data: bytes = BODY, etag: str = "", last_modified: str = ""
) -> tuple[bytes, FeedVersion]:
    return data, FeedVersion(url, etag, last_modified)


def _failure(url: str, etag: str = "", last_modified: str = "", limits: Limits = AMPLE) -> str:
    """Return the error message of a download. Checks that the message is one printable line."""
    with pytest.raises(UnusableError) as caught:
        _fetched(url, etag, last_modified, limits)
    text = str(caught.value)
    assert text.isprintable()
    assert 0 < len(text) < 400
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return text


def _failure_of(server: FeedServer, answer: Answer, limits: Limits = AMPLE) -> str:
    server.answers["/feed"] = answer
    return _failure(f"{server.url}/feed", limits=limits)


def test_a_download(server: FeedServer) -> None:
    server.answers["/feed?a=b"] = published(BODY, ETAG, MODIFIED)
    url = f"{server.url}/feed?a=b#c"
    assert fetch(FeedVersion(url)) == (BODY, FeedVersion(url, ETAG, MODIFIED))
    (request,) = server.requests
    assert (request.method, request.target) == ("GET", "/feed?a=b")
    assert request.headers["user-agent"] == f"lint-runtime/{__version__}"
    assert request.headers["accept-encoding"] == "identity"
    assert not {"if-none-match", "if-modified-since", "authorization", "cookie"} & request.headers.keys()


FORMS: dict[str, tuple[bytes, bytes]] = {
    "empty": (OK + b"Content-Length: 0\r\n\r\n", b""),
    "without a length": (OK + b"Connection: close\r\n\r\nuntil the end", b"until the end"),
    "HTTP 1.0": (b"HTTP/1.0 200 OK\r\n\r\nold", b"old"),
    "chunks": (OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n", b"abcde"),
    "chunks and a length": (
        OK + b"Content-Length: 99\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
        b"a",
    ),
    "longer than its length": (OK + b"Content-Length: 2\r\n\r\nabcdef", b"ab"),
    "explicitly not compressed": (OK + b"Content-Encoding: Identity\r\n\r\nab", b"ab"),
    "after an early hint": (b"HTTP/1.1 103 Early Hints\r\n\r\n" + OK + b"\r\nab", b"ab"),
}


def test_all_forms_of_responses(server: FeedServer) -> None:
    url, found = f"{server.url}/feed", {}
    for name, (answer, _) in FORMS.items():
        server.answers["/feed"] = said(answer)
        found[name] = _fetched(url)
    assert found == {name: _content(url, data) for name, (_, data) in FORMS.items()}


KNOWN: dict[str, tuple[str, str, dict[str, str]]] = {
    "both": (ETAG, MODIFIED, {"if-none-match": ETAG, "if-modified-since": MODIFIED}),
    "an ETag": (ETAG, "", {"if-none-match": ETAG}),
    "a modification time": ("", MODIFIED, {"if-modified-since": MODIFIED}),
    "a header injection": ("a\r\nX: y", MODIFIED, {"if-modified-since": MODIFIED}),
    "not ASCII": ("ä", MODIFIED, {"if-modified-since": MODIFIED}),
    "a tab": (" \t", MODIFIED, {"if-modified-since": MODIFIED}),
    "a space": (" ", MODIFIED, {"if-modified-since": MODIFIED}),
}


def test_a_known_version_is_not_sent_again(server: FeedServer) -> None:
    server.answers["/feed"] = published(BODY, ETAG, MODIFIED)
    for etag, last_modified, _ in KNOWN.values():
        assert _fetched(f"{server.url}/feed", etag, last_modified) is None, (etag, last_modified)
    sent = [
        {name: value for name, value in request.headers.items() if name.startswith("if-")}
        for request in server.requests
    ]
    assert sent == [headers for _, _, headers in KNOWN.values()]


def test_a_newer_version_is_sent(server: FeedServer) -> None:
    server.answers["/feed"] = published(BODY, ETAG, MODIFIED)
    url = f"{server.url}/feed"
    assert _fetched(url, '"other"', OLDER) == _content(url, BODY, ETAG, MODIFIED)


def test_a_304_without_a_condition_is_an_error(server: FeedServer) -> None:
    server.answers["/feed"] = said(whole(b"", "304 Not Modified"))
    for etag, last_modified in (("", ""), ("\x00", "é")):
        failure = _failure(f"{server.url}/feed", etag, last_modified)
        assert failure == "the server responded with 304 Not Modified"


VALIDATORS: dict[str, tuple[list[str], tuple[str, str]]] = {
    "not ASCII": (["ETag: \xff\x9b", f"Last-Modified: {MODIFIED}"], ("", MODIFIED)),
    "a tab": (["ETag: a\tb"], ("", "")),
    "spaces around it": (["ETag:    a   "], ("a", "")),
    "two": (["ETag: a", "ETag: b"], ("a, b", "")),
    "an invalid time": (["Last-Modified: yesterday"], ("", "yesterday")),
}


def test_only_validators_that_can_be_sent_back_are_kept(server: FeedServer) -> None:
    url, found = f"{server.url}/feed", {}
    for name, (headers, _) in VALIDATORS.items():
        server.answers["/feed"] = said(whole(BODY, "200 OK", *headers))
        found[name] = _fetched(url)
    assert found == {name: _content(url, BODY, *expected) for name, (_, expected) in VALIDATORS.items()}


DAYS: list[tuple[str, date | None]] = [
    (MODIFIED, date(2026, 10, 21)),
    ("Wed, 21 Oct 2026 23:30:00 -0100", date(2026, 10, 22)),
    ("Wed, 21 Oct 2026 23:30:00 -0000", date(2026, 10, 21)),
    ("Wednesday, 21-Oct-26 23:30:00 GMT", date(2026, 10, 21)),
    ("", None),
    ("yesterday", None),
    ("Wed, 32 Oct 2026 23:30:00 GMT", None),
    ("Fri, 31 Dec 9999 23:30:00 -0100", None),
    ("Wed, 21 Oct " + "9" * 30 + " 23:30:00 GMT", None),
    ("Wed, 21 Oct " + "9" * 900 + " 23:30:00 +" + "9" * 900, None),
    (", , , , ", None),
]


def test_the_day_of_a_version() -> None:
    found = [(text, FeedVersion("", last_modified=text).day) for text, _ in DAYS]
    assert found == DAYS


def test_the_day_of_a_version_does_not_depend_on_the_time_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC+5")
    time.tzset()
    try:
        for zone, day in (("-0000", 21), ("GMT", 21), ("+0000", 21), ("-0100", 22)):
            version = FeedVersion("", last_modified=f"Wed, 21 Oct 2026 23:30:00 {zone}")
            assert version.day == date(2026, 10, day), zone
        assert FeedVersion("", last_modified="Wed, 21 Oct 2026 01:30:00 GMT").day == date(2026, 10, 21)
    finally:
        monkeypatch.undo()
        time.tzset()


STATUSES = [
    ("404 Not Found", "the server responded with 404 Not Found"),
    ("500 Internal Server Error", "the server responded with 500 Internal Server Error"),
    ("404 \x9b31m\xe2\x80\xae ##[error]", "the server responded with 404 Not Found"),
    ("404 \x1b[31m\x07", "the server responded with 404 Not Found"),
    ("299 \x9b31m", "the server responded with 299"),
    ("206 Partial Content", "the server responded with 206 Partial Content"),
    ("300 Multiple Choices", "the server responded with 300 Multiple Choices"),
    ("305 Use Proxy", "the server responded with 305 Use Proxy"),
]


def test_statuses_other_than_200(server: FeedServer) -> None:
    found = [
        (status, _failure_of(server, said(whole(BODY, status, "Location: /")))) for status, _ in STATUSES
    ]
    assert found == STATUSES


BROKEN: dict[str, tuple[bytes, str]] = {
    "a truncated body": (OK + b"Content-Length: 100\r\n\r\nshort", "received 5 bytes, expected 100"),
    "truncated headers": (OK + b"Content-Length: 1\r\n", "Server disconnected"),
    "no answer": (b"", "Server disconnected without sending a response"),
    "a truncated chunk": (OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab", "incomplete chunked read"),
    "no last chunk": (OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n", "incomplete chunked read"),
    "no chunk": (OK + b"Transfer-Encoding: chunked\r\n\r\n\x1b[31m\r\nab\r\n", "illegal chunk header"),
    "compressed chunks": (OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n", "Transfer-Encoding"),
    "two lengths": (OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", "Content-Length"),
    "a negative length": (OK + b"Content-Length: -1\r\n\r\nab", "Content-Length"),
    "a length with other digits": (OK + b"Content-Length: \xb2\r\n\r\nab", "Content-Length"),
    "a huge length": (OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\nab", "Content-Length"),
    "a header of control characters": (OK + b"ETag: \x1b[31m\x00\r\n\r\n", "illegal header line"),
    "not HTTP": (b"\x1b[2J\r\n" * 1000 + b"\r\n", "illegal status line"),
    "endless headers": (OK + b"X: " + b"a" * 200_000, ""),
}


def test_malformed_responses(server: FeedServer) -> None:
    failures = {name: _failure_of(server, said(answer)) for name, (answer, _) in BROKEN.items()}
    assert {name for name, text in failures.items() if not text.startswith("malformed response: ")} == set()
    assert {name: text for name, text in failures.items() if BROKEN[name][1] not in text} == {}


def test_compressed_responses(server: FeedServer) -> None:
    for coding in ("gzip", "GZIP", "br", "identity, gzip", "\xff\x9b[31m"):
        text = _failure_of(server, said(whole(BODY, "200 OK", f"Content-Encoding: {coding}")))
        assert text.startswith("malformed response: unexpected compression '"), coding


def test_the_usual_limits() -> None:
    assert (fetching.CONNECT, fetching.READ, fetching.TOTAL) == (10.0, 15.0, 60.0)
    assert (fetching.SIZE, fetching.REDIRECTS) == (32 << 20, 5)


def test_the_largest_document(server: FeedServer) -> None:
    limits = Limits(SIZE=len(BODY))
    server.answers["/named"] = said(whole(BODY))
    server.answers["/unnamed"] = said(OK + b"\r\n" + BODY)
    for path in ("named", "unnamed"):
        assert _fetched(f"{server.url}/{path}", limits=limits) == _content(f"{server.url}/{path}")


def _endless(_: Request) -> Pieces:
    yield OK + b"\r\n"
    while True:
        yield b"a" * 100_000


def test_a_document_with_a_declared_length_that_is_too_large(server: FeedServer) -> None:
    # The server waits 60 seconds before the body, so a client that waits for the body would time out.
    answer = said(OK + b"Content-Length: 1001\r\n\r\n", 60)
    assert _failure_of(server, answer, Limits(SIZE=1000)) == "larger than 1,000 bytes"


def test_a_document_that_turns_out_to_be_too_large(server: FeedServer) -> None:
    assert _failure_of(server, _endless, Limits(SIZE=1_000_000)) == "larger than 1,000,000 bytes"
    server.stop()
    # The server may send more than the client reads, because the operating system buffers data.
    assert 1_000_000 < server.sent < 50_000_000


def _dripping(start: bytes, piece: bytes) -> Answer:
    def answer(_: Request) -> Pieces:
        yield start
        while True:
            yield piece
            yield 0.05

    return answer


@pytest.mark.parametrize(
    ("answer", "limits", "message"),
    [
        pytest.param(
            said(60), Limits(READ=0.2), "timed out after 0.2 seconds without a response", id="no first byte"
        ),
        pytest.param(
            said(OK + b"Content-Length: 9\r\n\r\na", 60),
            Limits(READ=0.2),
            "timed out after 0.2 seconds without a response",
            id="no second byte",
        ),
        pytest.param(
            _dripping(OK + b"Content-Length: 9000\r\n\r\n", b"a"),
            Limits(TOTAL=0.4),
            "timed out after 0.4 seconds",
            id="a slow body",
        ),
        pytest.param(
            _dripping(OK + b"X: ", b"a"),
            Limits(TOTAL=0.4),
            "timed out after 0.4 seconds",
            id="slow headers",
        ),
        pytest.param(
            _dripping(OK + b"Transfer-Encoding: chunked\r\n\r\n1", b";"),
            Limits(TOTAL=0.4),
            "timed out after 0.4 seconds",
            id="a slow chunk",
        ),
        pytest.param(
            _dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
            Limits(TOTAL=0.4),
            "timed out after 0.4 seconds",
            id="endless hints",
        ),
    ],
)
def test_slow_servers_time_out(server: FeedServer, answer: Answer, limits: Limits, message: str) -> None:
    started = time.monotonic()
    assert _failure_of(server, answer, limits) == message
    # Without the limit, the download would take 60 seconds or more.
    assert limits.get("READ", 0) <= time.monotonic() - started < 30


def test_the_thread_ends_after_a_timeout(server: FeedServer) -> None:
    server.answers["/feed"] = _dripping(OK + b"\r\n", b"a")
    with pytest.raises(UnusableError, match="timed out after"):
        _fetched(f"{server.url}/feed", limits=Limits(TOTAL=0.3))
    assert _has_ended()


def _has_ended() -> bool:
    """Wait for the end of the download thread, and return whether it has ended within 30 seconds."""
    until = time.monotonic() + 30
    while any(thread.name == "fetching" for thread in threading.enumerate()):
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


def _moved(location: str, status: str = "302 Found") -> Answer:
    return said(whole(b"elsewhere", status, *([f"Location: {location}"] if location else [])))


def test_a_redirect_is_followed(server: FeedServer) -> None:
    url = f"{server.url}/deep/old"
    server.answers["/deep/feed"] = published(BODY, ETAG)
    for status, location in (
        ("301 Moved Permanently", "/deep/feed"),
        ("302 Found", "../deep/feed"),
        ("303 See Other", "feed"),
        ("307 Temporary Redirect", f"{server.url}/deep/feed"),
        ("308 Permanent Redirect", f"//127.0.0.1:{server.port}/deep/feed"),
        ("302 \xff", "feed#a"),
    ):
        server.requests.clear()
        server.answers["/deep/old"] = _moved(location, status)
        assert _fetched(url) == _content(url, BODY, ETAG), status
        assert [request.target for request in server.requests] == ["/deep/old", "/deep/feed"], status


def test_a_redirect_to_another_server(server: FeedServer) -> None:
    with serving() as other:
        server.answers["/feed"] = _moved(f"http://localhost:{other.port}/feed")
        other.answers["/feed"] = published(BODY, ETAG, MODIFIED)
        url = f"{server.url}/feed"
        assert _fetched(url) == _content(url, BODY, ETAG, MODIFIED)
        assert _fetched(url, ETAG) is None


@pytest.mark.parametrize(
    ("host", "addresses", "refused"),
    [
        ("10.0.0.1", [], "10.0.0.1"),
        ("169.254.169.254", [], "169.254.169.254"),
        ("100.64.0.1", [], "100.64.0.1"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("[::1]", [], "::1"),
        ("[fe80::1]", [], "fe80::1"),
        ("[fd00::1]", [], "fd00::1"),
        ("[::ffff:192.168.0.1]", [], "::ffff:192.168.0.1"),
        ("metadata.example", ["169.254.169.254"], "169.254.169.254"),
        ("half.example", ["93.184.216.34", "192.168.1.1"], "192.168.1.1"),
        ("scoped.example", ["fe80::1%eth0"], "fe80::1%eth0"),
        ("public.example", ["93.184.216.34", "2606:2800:220:1::1"], ""),
        ("93.184.216.34", [], ""),
        ("unknown.example", ["?"], ""),
    ],
)
def test_an_https_feed_does_not_redirect_to_a_private_address(
    host: str, addresses: list[str], refused: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    requested: list[str] = []

    def resolve(name: str, _: object) -> list[tuple[object, ...]]:
        if addresses == ["?"]:
            raise socket.gaierror
        return [(0, 0, 0, "", (address, 0)) for address in addresses or [name]]

    def respond(request: httpx.Request) -> httpx.Response:
        requested.append(request.url.host)
        if request.url.host == "feed.example":
            return httpx.Response(302, headers={"Location": f"https://{host}/feed"})
        return httpx.Response(200, stream=httpx.ByteStream(BODY))

    client = httpx.Client
    monkeypatch.setattr(
        httpx, "Client", lambda **options: client(**options, transport=httpx.MockTransport(respond))
    )
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    if refused:
        message = f"the server redirects to the private address {refused}"
        assert _failure("https://feed.example/") == message
        assert requested == ["feed.example"]
    else:
        assert _fetched("https://feed.example/")
        assert requested == ["feed.example", host]


def test_the_maximum_number_of_redirects(server: FeedServer) -> None:
    for number in range(3):
        server.answers[f"/{number}"] = _moved(f"/{number + 1}")
    server.answers["/3"] = published(BODY)
    assert _fetched(f"{server.url}/0", limits=Limits(REDIRECTS=3)) == _content(f"{server.url}/0")
    assert _failure(f"{server.url}/0", limits=Limits(REDIRECTS=2)) == "more than 2 redirects"


def test_a_redirect_in_a_circle(server: FeedServer) -> None:
    assert _failure_of(server, _moved("/feed")) == "more than 5 redirects"
    assert len(server.requests) == 6


def test_slow_redirects_time_out(server: FeedServer) -> None:
    limits = Limits(REDIRECTS=1000, TOTAL=0.4)
    answer = said(0.05, whole(b"", "302 Found", "Location: /feed"))
    assert _failure_of(server, answer, limits) == "timed out after 0.4 seconds"
    assert _has_ended()
    assert len(server.requests) < 20


NOT_FOLLOWED: dict[str, tuple[str, str]] = {
    "a file": ("file:///etc/passwd", "the server redirects from http to 'file'"),
    "https": (f"https://{UNREACHABLE}/", "the server redirects from http to 'https'"),
    "ftp": (f"ftp://{UNREACHABLE}/", "the server redirects from http to 'ftp'"),
    "a script": (
        "javascript:alert(1)",
        "invalid redirect URL: For absolute URLs, path must be empty or begin with '/'",
    ),
    "data": ("data:,a", "invalid redirect URL: For absolute URLs, path must be empty or begin with '/'"),
    "plain http to another host": (
        f"http://{UNREACHABLE}/",
        "invalid redirect URL: plain http is only allowed for localhost; use https",
    ),
    "plain http to another host, relative": (
        f"//{UNREACHABLE}/",
        "invalid redirect URL: plain http is only allowed for localhost; use https",
    ),
    "another host in disguise": (
        f"http://127.0.0.1\\@{UNREACHABLE}/",
        "invalid redirect URL: it must not contain a user or password",
    ),
    "with a password": (
        "http://user:secret@127.0.0.1/",
        "invalid redirect URL: it must not contain a user or password",
    ),
    "an invalid port": (
        "http://127.0.0.1:port/",
        "malformed response: Invalid URL in location header: Invalid port: 'port'",
    ),
    "nowhere": ("", "the server sent a redirect without a URL"),
}


def test_redirects_that_are_refused(server: FeedServer, looked_up: list[str]) -> None:
    failures = {name: _failure_of(server, _moved(location)) for name, (location, _) in NOT_FOLLOWED.items()}
    assert failures == {name: message for name, (_, message) in NOT_FOLLOWED.items()}
    assert {*looked_up} == {"127.0.0.1"}
    assert [request.target for request in server.requests] == ["/feed"] * len(NOT_FOLLOWED)


def test_redirects_with_misleading_characters(server: FeedServer, looked_up: list[str]) -> None:
    for location in (
        "\x9b31m",
        "http://\xff\x9b\xad/",
        "\xe2\x80\xae:##[error]a",
        "x" * 70_000,
        "http://[\xff",
    ):
        assert "##[" not in _failure_of(server, _moved(location)), location
    assert {*looked_up} == {"127.0.0.1"}


REFUSED = [
    (
        f"http://{UNREACHABLE}/",
        "invalid URL: plain http is only allowed for localhost; use https",
    ),
    ("http://10.0.0.1/", "invalid URL: plain http is only allowed for localhost; use https"),
    ("http://0.0.0.0/", "invalid URL: plain http is only allowed for localhost; use https"),
    ("http://[::2]/", "invalid URL: plain http is only allowed for localhost; use https"),
    ("http://127.1/", "invalid URL: plain http is only allowed for localhost; use https"),
    (
        "http://localhost.feed.invalid/",
        "invalid URL: plain http is only allowed for localhost; use https",
    ),
    (f"ftp://{UNREACHABLE}/", "invalid URL: it must start with https://"),
    ("file:///etc/passwd", "invalid URL: it must start with https://"),
    (f"{UNREACHABLE}/feed", "invalid URL: it must start with https://"),
    ("", "invalid URL: it must start with https://"),
    ("https:///feed", "invalid URL: it has no host"),
    ("https://:443/feed", "invalid URL: it has no host"),
    (f"https://user:secret@{UNREACHABLE}/", "invalid URL: it must not contain a user or password"),
    (f"https://user@{UNREACHABLE}/", "invalid URL: it must not contain a user or password"),
    (f"http://localhost\\@{UNREACHABLE}/", "invalid URL: it must not contain a user or password"),
    (f"https://{UNREACHABLE}:port/", "invalid URL: Invalid port: 'port'"),
    (
        f"https://{UNREACHABLE}/\n##[error]",
        "invalid URL: Invalid non-printable ASCII character in URL, '\\n' at position 21",
    ),
    ("https://\u202e\ud800/", "invalid URL: "),
    ("https://" + "a" * 70_000, "invalid URL: URL too long"),
]


def test_urls_that_are_refused_before_a_name_look_up(looked_up: list[str]) -> None:
    assert len(REFUSED) > 10
    for url, message in REFUSED:
        assert _failure(url).startswith(message), url
    assert looked_up == []


def test_plain_http_to_this_machine() -> None:
    port = _closed_port()
    for host in ("127.0.0.1", "127.8.9.10", "localhost", "LOCALHOST", "[::1]"):
        assert _failure(f"http://{host}:{port}/").startswith("the connection failed: "), host


def test_a_closed_port() -> None:
    assert _failure(f"http://127.0.0.1:{_closed_port()}/") == "the connection failed: Connection refused"


def test_a_host_name_that_cannot_be_encoded() -> None:
    # Match only a part, because the text of the error depends on the version of Python.
    assert re.match("the connection failed: .*'idna' codec", _failure(f"https://{'a' * 70}.invalid/"))


def test_a_proxy_is_used(server: FeedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    target = f"http://127.0.0.1:{_closed_port()}/feed"
    server.answers[target] = published(BODY, ETAG)
    monkeypatch.setenv("HTTP_PROXY", server.url)
    assert _fetched(target) == _content(target, BODY, ETAG)
    assert [request.target for request in server.requests] == [target]
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert _failure(target) == "the connection failed: Connection refused"


def test_a_proxy_that_refuses(server: FeedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", server.url)
    server.answers[f"{UNREACHABLE}:443"] = said(whole(b"", "407 \x1b[31m\xff\x9b"))
    assert _failure(f"https://{UNREACHABLE}/").startswith("proxy error: 407")
    assert [request.method for request in server.requests] == ["CONNECT"]


ENVIRONMENTS = [
    ("http_proxy", "gopher://127.0.0.1", "Unknown scheme for proxy URL"),
    ("http_proxy", "http://127.0.0.1:port", "Invalid port: 'port'"),
    ("http_proxy", "http://user:secret@\x1b", "Invalid non-printable ASCII character in URL"),
    ("all_proxy", "socks5://127.0.0.1", "the 'socksio' package is not installed"),
    ("SSL_CERT_FILE", "/nowhere/\x1b[31m", "No such file or directory"),
    ("SSL_CERT_FILE", os.devnull, ""),
]


def test_invalid_proxies_and_certificates_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(ENVIRONMENTS) == 6
    for name, value, message in ENVIRONMENTS:
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            text = _failure("https://127.0.0.1/")
        assert text.startswith("cannot set up the HTTP client: "), (name, value)
        assert message in text, (name, value)
        assert "secret" not in text


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the path of an untrusted certificate for this machine. The key is in the same directory."""
    if not shutil.which("openssl"):
        pytest.skip("certificates are made by openssl")
    directory = tmp_path_factory.mktemp("certificate")
    subprocess.run(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1"
        " -addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out certificate.pem".split(),
        cwd=directory,
        check=True,
        capture_output=True,
    )
    return directory / "certificate.pem"


@pytest.fixture
def tls_server(certificate: Path) -> Iterator[FeedServer]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, certificate.with_name("key.pem"))
    with serving(tls) as server:
        server.answers["/feed"] = published(BODY, ETAG)
        yield server


def test_a_certificate_has_to_be_trusted(
    tls_server: FeedServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_DIR")
    url = f"{tls_server.url}/feed"
    assert _failure(url) == "the connection failed: certificate verify failed: self-signed certificate"
    assert tls_server.requests == []
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert _fetched(url) == _content(url, BODY, ETAG)
    other_name = url.replace("127.0.0.1", "localhost")
    assert _failure(other_name).startswith(
        "the connection failed: certificate verify failed: Hostname mismatch"
    )


def test_a_redirect_from_https_to_http(
    tls_server: FeedServer, server: FeedServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    tls_server.answers["/old"] = _moved(f"{server.url}/feed")
    assert _failure(f"{tls_server.url}/old") == "the server redirects from https to 'http'"
    assert server.requests == []


def test_a_server_that_never_starts_tls() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}/feed"
        started = time.monotonic()
        assert _failure(url, limits=Limits(CONNECT=0.3)) == "no connection within 0.3 seconds"
        # The default limits would take longer: 10 seconds to connect and 15 seconds to read.
        assert time.monotonic() - started < 10


def test_a_server_without_tls(server: FeedServer) -> None:
    # If the random bytes of the TLS hello contain a line break, the server closes the connection. If not, the server
    # waits for a line break.
    reason = _failure(server.url.replace("http:", "https:"), limits=Limits(CONNECT=0.3))
    assert reason == "no connection within 0.3 seconds" or reason.startswith("the connection failed: ")


def test_without_an_http_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "httpx", None)
    assert _failure(f"https://{UNREACHABLE}/") == (
        "downloading requires the extra 'update'; in a clone, run: pip install '.[update]' (not needed with --from FILE)"
    )


@pytest.mark.process
def test_the_http_client_is_loaded_only_when_it_is_needed() -> None:
    assert "httpx" not in loaded_modules("import lint_runtime.lifecycle.update.fetch")
