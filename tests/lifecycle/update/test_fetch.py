"""How a document is fetched: from a real server, well-behaved or not, on this machine."""

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

import pytest

from lint_runtime import __version__
from lint_runtime.errors import UnusableError
from lint_runtime.lifecycle.update.fetch import Fetched, Limits, Validators, fetch
from tests.conftest import loaded_modules
from tests.feed_server import Answer, FeedServer, Pieces, Request, published, said, serving, whole

BODY = b'{"document": true}\n'
ETAG = 'W/"13-abc"'
MODIFIED = "Wed, 21 Oct 2026 23:30:00 GMT"
OLDER = "Tue, 20 Oct 2026 07:28:00 GMT"
OK = b"HTTP/1.1 200 OK\r\n"
AMPLE = Limits(connect=10, read=10, total=20)
NOTHING = Validators()
UNREACHABLE = "feed.invalid"


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name == "SSL_CERT_FILE":
            monkeypatch.delenv(name)
    # To read the usual certificates would take most of the time.
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with serving() as server:
        yield server


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the hosts that are looked up, which comes before every connection."""
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


def _failure(url: str, known: Validators = NOTHING, limits: Limits = AMPLE) -> str:
    """Return why `url` cannot be fetched, which is one line that is harmless to show."""
    with pytest.raises(UnusableError) as caught:
        fetch(url, known, limits)
    text = str(caught.value)
    assert text.isprintable()
    assert 0 < len(text) < 400
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return text


def _failure_of(server: FeedServer, answer: Answer, limits: Limits = AMPLE) -> str:
    server.answers["/feed"] = answer
    return _failure(f"{server.url}/feed", limits=limits)


def test_a_document(server: FeedServer) -> None:
    server.answers["/feed?a=b"] = published(BODY, ETAG, MODIFIED)
    assert fetch(f"{server.url}/feed?a=b#c") == Fetched(BODY, Validators(ETAG, MODIFIED))
    (request,) = server.requests
    assert (request.method, request.target) == ("GET", "/feed?a=b")
    assert request.headers["user-agent"] == f"lint-runtime/{__version__}"
    assert request.headers["accept-encoding"] == "identity"
    assert not {"if-none-match", "if-modified-since", "authorization", "cookie"} & request.headers.keys()


@pytest.mark.parametrize(
    ("answer", "data"),
    [
        pytest.param(OK + b"Content-Length: 0\r\n\r\n", b"", id="empty"),
        pytest.param(
            OK + b"Connection: close\r\n\r\nuntil the end", b"until the end", id="without a length"
        ),
        pytest.param(b"HTTP/1.0 200 OK\r\n\r\nold", b"old", id="of HTTP 1.0"),
        pytest.param(
            OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n",
            b"abcde",
            id="chunks",
        ),
        pytest.param(
            OK + b"Content-Length: 99\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
            b"a",
            id="chunks and a length",
        ),
        pytest.param(OK + b"Content-Length: 2\r\n\r\nabcdef", b"ab", id="more than the length"),
        pytest.param(OK + b"Content-Encoding: Identity\r\n\r\nab", b"ab", id="outright not compressed"),
        pytest.param(b"HTTP/1.1 103 Early Hints\r\n\r\n" + OK + b"\r\nab", b"ab", id="behind a hint"),
    ],
)
def test_a_document_comes_in_any_form(server: FeedServer, answer: bytes, data: bytes) -> None:
    server.answers["/feed"] = said(answer)
    assert fetch(f"{server.url}/feed", limits=AMPLE) == Fetched(data, Validators())


@pytest.mark.parametrize(
    ("known", "sent"),
    [
        pytest.param(
            Validators(ETAG, MODIFIED), {"if-none-match": ETAG, "if-modified-since": MODIFIED}, id="both"
        ),
        pytest.param(Validators(etag=ETAG), {"if-none-match": ETAG}, id="an ETag"),
        pytest.param(Validators(last_modified=MODIFIED), {"if-modified-since": MODIFIED}, id="a time"),
        pytest.param(Validators("a\r\nX: y", MODIFIED), {"if-modified-since": MODIFIED}, id="an injection"),
        pytest.param(Validators("ä", MODIFIED), {"if-modified-since": MODIFIED}, id="not ASCII"),
        pytest.param(Validators("a" * 1001, MODIFIED), {"if-modified-since": MODIFIED}, id="too long"),
        pytest.param(Validators(" \t", MODIFIED), {"if-modified-since": MODIFIED}, id="a tab"),
        pytest.param(Validators(" ", MODIFIED), {"if-modified-since": MODIFIED}, id="a blank"),
    ],
)
def test_a_known_version_is_not_sent_again(
    server: FeedServer, known: Validators, sent: dict[str, str]
) -> None:
    server.answers["/feed"] = published(BODY, ETAG, MODIFIED)
    assert fetch(f"{server.url}/feed", known) is None
    (request,) = server.requests
    assert {name: value for name, value in request.headers.items() if name.startswith("if-")} == sent


def test_a_newer_version_is_sent(server: FeedServer) -> None:
    server.answers["/feed"] = published(BODY, ETAG, MODIFIED)
    fetched = fetch(f"{server.url}/feed", Validators('"other"', OLDER))
    assert fetched == Fetched(BODY, Validators(ETAG, MODIFIED))


@pytest.mark.parametrize(
    "known", [Validators(), Validators("\x00", "é")], ids=["nothing known", "nothing that can be sent"]
)
def test_a_version_that_nobody_asked_about(server: FeedServer, known: Validators) -> None:
    server.answers["/feed"] = said(whole(b"", "304 Not Modified"))
    assert _failure(f"{server.url}/feed", known) == "the server responded with 304 Not Modified"


@pytest.mark.parametrize(
    ("headers", "validators"),
    [
        pytest.param(["ETag: " + "a" * 1000], Validators("a" * 1000), id="long"),
        pytest.param(["ETag: " + "a" * 1001], Validators(), id="too long"),
        pytest.param(
            ["ETag: \xff\x9b", f"Last-Modified: {MODIFIED}"], Validators("", MODIFIED), id="not ASCII"
        ),
        pytest.param(["ETag: a\tb"], Validators(), id="a tab"),
        pytest.param(["ETag:    a   "], Validators("a"), id="blanks around it"),
        pytest.param(["ETag: a", "ETag: b"], Validators("a, b"), id="two"),
        pytest.param(["Last-Modified: yesterday"], Validators("", "yesterday"), id="no time"),
    ],
)
def test_only_what_can_be_sent_back_is_kept(
    server: FeedServer, headers: list[str], validators: Validators
) -> None:
    server.answers["/feed"] = said(whole(BODY, "200 OK", *headers))
    assert fetch(f"{server.url}/feed") == Fetched(BODY, validators)


@pytest.mark.parametrize(
    ("last_modified", "day"),
    [
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
    ],
)
def test_the_day_of_a_version(last_modified: str, day: date | None) -> None:
    assert Validators(last_modified=last_modified).day == day


def test_the_day_of_a_version_of_no_known_zone_is_one_of_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC+5")
    time.tzset()
    try:
        assert Validators(last_modified="Wed, 21 Oct 2026 23:30:00 -0000").day == date(2026, 10, 21)
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    ("status", "message"),
    [
        ("404 Not Found", "the server responded with 404 Not Found"),
        ("500 Internal Server Error", "the server responded with 500 Internal Server Error"),
        ("404 \x9b31m\xe2\x80\xae ##[error]", "the server responded with 404 Not Found"),
        ("404 \x1b[31m\x07", "the server responded with 404 Not Found"),
        ("299 \x9b31m", "the server responded with 299"),
        ("206 Partial Content", "the server responded with 206 Partial Content"),
        ("300 Multiple Choices", "the server responded with 300 Multiple Choices"),
        ("305 Use Proxy", "the server responded with 305 Use Proxy"),
    ],
)
def test_another_status(server: FeedServer, status: str, message: str) -> None:
    assert _failure_of(server, said(whole(BODY, status, "Location: /"))) == message


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        pytest.param(
            OK + b"Content-Length: 100\r\n\r\nshort", "received 5 bytes, expected 100", id="cut short"
        ),
        pytest.param(OK + b"Content-Length: 1\r\n", "Server disconnected", id="cut in the headers"),
        pytest.param(b"", "Server disconnected without sending a response", id="no answer"),
        pytest.param(
            OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
            "incomplete chunked read",
            id="cut in a chunk",
        ),
        pytest.param(
            OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n",
            "incomplete chunked read",
            id="no last chunk",
        ),
        pytest.param(
            OK + b"Transfer-Encoding: chunked\r\n\r\n\x1b[31m\r\nab\r\n",
            "illegal chunk header",
            id="no chunk",
        ),
        pytest.param(
            OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n", "Transfer-Encoding", id="compressed chunks"
        ),
        pytest.param(
            OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", "Content-Length", id="two lengths"
        ),
        pytest.param(OK + b"Content-Length: -1\r\n\r\nab", "Content-Length", id="a negative length"),
        pytest.param(OK + b"Content-Length: \xb2\r\n\r\nab", "Content-Length", id="a length of odd digits"),
        pytest.param(
            OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\nab", "Content-Length", id="a huge length"
        ),
        pytest.param(OK + b"ETag: \x1b[31m\x00\r\n\r\n", "illegal header line", id="a header of controls"),
        pytest.param(b"\x1b[2J\r\n" * 1000 + b"\r\n", "illegal status line", id="no HTTP"),
        pytest.param(OK + b"X: " + b"a" * 200_000, "", id="endless headers"),
    ],
)
def test_a_broken_answer(server: FeedServer, answer: bytes, message: str) -> None:
    text = _failure_of(server, said(answer))
    assert text.startswith("malformed response: ")
    assert message in text


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "br", "identity, gzip", "\xff\x9b[31m"])
def test_a_compressed_answer(server: FeedServer, coding: str) -> None:
    text = _failure_of(server, said(whole(BODY, "200 OK", f"Content-Encoding: {coding}")))
    assert text.startswith("malformed response: unexpected compression '")


def test_a_document_as_large_as_it_may_be(server: FeedServer) -> None:
    limits = Limits(size=len(BODY))
    server.answers["/named"] = said(whole(BODY))
    server.answers["/unnamed"] = said(OK + b"\r\n" + BODY)
    for path in ("named", "unnamed"):
        assert fetch(f"{server.url}/{path}", limits=limits) == Fetched(BODY, Validators())


def _endless(_: Request) -> Pieces:
    yield OK + b"\r\n"
    while True:
        yield b"a" * 100_000


def test_a_document_that_is_too_large_by_its_own_word(server: FeedServer) -> None:
    # If it waited for a body, it would be for the time that it takes.
    answer = said(OK + b"Content-Length: 1001\r\n\r\n", 60)
    assert _failure_of(server, answer, Limits(size=1000)) == "larger than 1,000 bytes"


def test_a_document_that_turns_out_to_be_too_large(server: FeedServer) -> None:
    assert _failure_of(server, _endless, Limits(size=1_000_000)) == "larger than 1,000,000 bytes"
    server.stop()
    # The rest is what the system had taken in advance.
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
            said(60), Limits(read=0.2), "timed out after 0.2 seconds without a response", id="no first byte"
        ),
        pytest.param(
            said(OK + b"Content-Length: 9\r\n\r\na", 60),
            Limits(read=0.2),
            "timed out after 0.2 seconds without a response",
            id="no second byte",
        ),
        pytest.param(
            _dripping(OK + b"Content-Length: 9000\r\n\r\n", b"a"),
            Limits(total=0.4),
            "timed out after 0.4 seconds",
            id="a body that drips",
        ),
        pytest.param(
            _dripping(OK + b"X: ", b"a"),
            Limits(total=0.4),
            "timed out after 0.4 seconds",
            id="headers that drip",
        ),
        pytest.param(
            _dripping(OK + b"Transfer-Encoding: chunked\r\n\r\n1", b";"),
            Limits(total=0.4),
            "timed out after 0.4 seconds",
            id="a chunk that drips",
        ),
        pytest.param(
            _dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
            Limits(total=0.4),
            "timed out after 0.4 seconds",
            id="hints without end",
        ),
    ],
)
def test_a_slow_server_is_given_up(
    server: FeedServer, answer: Answer, limits: Limits, message: str
) -> None:
    started = time.monotonic()
    assert _failure_of(server, answer, limits) == message
    assert limits.read * (limits.total > 1) <= time.monotonic() - started < 3


def test_a_body_that_drips_is_read_no_further(server: FeedServer) -> None:
    server.answers["/feed"] = _dripping(OK + b"\r\n", b"a")
    with pytest.raises(UnusableError, match="timed out after"):
        fetch(f"{server.url}/feed", limits=Limits(total=0.3))
    assert _has_ended()


def _has_ended() -> bool:
    """Whether the thread that fetches comes to its end, though the server goes on."""
    until = time.monotonic() + 2
    while any(thread.name == "fetching" for thread in threading.enumerate()):
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


def _moved(location: str, status: str = "302 Found") -> Answer:
    return said(whole(b"elsewhere", status, *([f"Location: {location}"] if location else [])))


@pytest.mark.parametrize(
    ("status", "location"),
    [
        ("301 Moved Permanently", "/deep/feed"),
        ("302 Found", "../deep/feed"),
        ("303 See Other", "feed"),
        ("307 Temporary Redirect", "{}/deep/feed"),
        ("308 Permanent Redirect", "//127.0.0.1:{port}/deep/feed"),
        ("302 \xff", "feed#a"),
    ],
)
def test_a_redirect_is_followed(server: FeedServer, status: str, location: str) -> None:
    server.answers["/deep/old"] = _moved(location.format(server.url, port=server.port), status)
    server.answers["/deep/feed"] = published(BODY, ETAG)
    assert fetch(f"{server.url}/deep/old") == Fetched(BODY, Validators(ETAG))
    assert [request.target for request in server.requests] == ["/deep/old", "/deep/feed"]


def test_a_redirect_to_another_server(server: FeedServer) -> None:
    with serving() as other:
        server.answers["/feed"] = _moved(f"http://localhost:{other.port}/feed")
        other.answers["/feed"] = published(BODY, ETAG, MODIFIED)
        assert fetch(f"{server.url}/feed") == Fetched(BODY, Validators(ETAG, MODIFIED))
        assert fetch(f"{server.url}/feed", Validators(ETAG)) is None


def test_as_many_redirects_as_there_may_be(server: FeedServer) -> None:
    for number in range(3):
        server.answers[f"/{number}"] = _moved(f"/{number + 1}")
    server.answers["/3"] = published(BODY)
    assert fetch(f"{server.url}/0", limits=Limits(redirects=3)) == Fetched(BODY, Validators())
    assert _failure(f"{server.url}/0", limits=Limits(redirects=2)) == "more than 2 redirects"


def test_a_redirect_in_a_circle(server: FeedServer) -> None:
    assert _failure_of(server, _moved("/feed")) == "more than 5 redirects"
    assert len(server.requests) == 6


def test_slow_redirects_are_given_up(server: FeedServer) -> None:
    limits = Limits(redirects=1000, total=0.4)
    answer = said(0.05, whole(b"", "302 Found", "Location: /feed"))
    assert _failure_of(server, answer, limits) == "timed out after 0.4 seconds"
    assert _has_ended()
    assert len(server.requests) < 20


@pytest.mark.parametrize(
    ("location", "message"),
    [
        pytest.param("file:///etc/passwd", "the server redirects from http to 'file'", id="a file"),
        pytest.param(f"https://{UNREACHABLE}/", "the server redirects from http to 'https'", id="https"),
        pytest.param(f"ftp://{UNREACHABLE}/", "the server redirects from http to 'ftp'", id="ftp"),
        pytest.param(
            "javascript:alert(1)",
            "invalid redirect URL: For absolute URLs, path must be empty or begin with '/'",
            id="a script",
        ),
        pytest.param(
            "data:,a",
            "invalid redirect URL: For absolute URLs, path must be empty or begin with '/'",
            id="data",
        ),
        pytest.param(
            f"http://{UNREACHABLE}/",
            "invalid redirect URL: plain http is only allowed for localhost; use https",
            id="plain http to elsewhere",
        ),
        pytest.param(
            f"//{UNREACHABLE}/",
            "invalid redirect URL: plain http is only allowed for localhost; use https",
            id="plain http to elsewhere, relative",
        ),
        pytest.param(
            f"http://127.0.0.1\\@{UNREACHABLE}/",
            "invalid redirect URL: it must not contain a user or password",
            id="elsewhere in disguise",
        ),
        pytest.param(
            "http://user:secret@127.0.0.1/",
            "invalid redirect URL: it must not contain a user or password",
            id="with a password",
        ),
        pytest.param(
            "http://127.0.0.1:port/",
            "malformed response: Invalid URL in location header: Invalid port: 'port'",
            id="no port",
        ),
        pytest.param("", "the server sent a redirect without a URL", id="nowhere"),
    ],
)
def test_a_redirect_that_is_not_followed(
    server: FeedServer, looked_up: list[str], location: str, message: str
) -> None:
    assert _failure_of(server, _moved(location)) == message
    assert looked_up == ["127.0.0.1"]
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "location", ["\x9b31m", "http://\xff\x9b\xad/", "\xe2\x80\xae:##[error]a", "x" * 70_000, "http://[\xff"]
)
def test_a_redirect_to_what_shows_as_something_else(
    server: FeedServer, looked_up: list[str], location: str
) -> None:
    assert "##[" not in _failure_of(server, _moved(location))
    assert {*looked_up} == {"127.0.0.1"}


@pytest.mark.parametrize(
    ("url", "message"),
    [
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
    ],
)
def test_a_url_that_is_refused_before_anything_is_looked_up(
    looked_up: list[str], url: str, message: str
) -> None:
    assert _failure(url).startswith(message)
    assert looked_up == []


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "localhost", "LOCALHOST", "[::1]"])
def test_this_machine_may_be_asked_in_plain_http(host: str) -> None:
    assert _failure(f"http://{host}:{_closed_port()}/").startswith("the connection failed: ")


def test_nothing_listens() -> None:
    assert _failure(f"http://127.0.0.1:{_closed_port()}/") == "the connection failed: Connection refused"


def test_a_host_that_no_name_can_be_made_of() -> None:
    # Every Python has words of its own for it.
    assert re.match("the connection failed: .*'idna' codec", _failure(f"https://{'a' * 70}.invalid/"))


def test_a_proxy_is_used(server: FeedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    target = f"http://127.0.0.1:{_closed_port()}/feed"
    server.answers[target] = published(BODY, ETAG)
    monkeypatch.setenv("HTTP_PROXY", server.url)
    assert fetch(target) == Fetched(BODY, Validators(ETAG))
    assert [request.target for request in server.requests] == [target]
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert _failure(target) == "the connection failed: Connection refused"


def test_a_proxy_that_lets_nobody_through(server: FeedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", server.url)
    server.answers[f"{UNREACHABLE}:443"] = said(whole(b"", "407 \x1b[31m\xff\x9b"))
    assert _failure(f"https://{UNREACHABLE}/").startswith("proxy error: 407")
    assert [request.method for request in server.requests] == ["CONNECT"]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("http_proxy", "gopher://127.0.0.1", "Unknown scheme for proxy URL"),
        ("http_proxy", "http://127.0.0.1:port", "Invalid port: 'port'"),
        ("http_proxy", "http://user:secret@\x1b", "Invalid non-printable ASCII character in URL"),
        ("all_proxy", "socks5://127.0.0.1", "the 'socksio' package is not installed"),
        ("SSL_CERT_FILE", "/nowhere/\x1b[31m", "No such file or directory"),
        ("SSL_CERT_FILE", os.devnull, ""),
    ],
)
def test_an_environment_that_makes_no_sense(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, message: str
) -> None:
    monkeypatch.setenv(name, value)
    text = _failure("https://127.0.0.1/")
    assert text.startswith("cannot set up the HTTP client: ")
    assert message in text
    assert "secret" not in text


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with a certificate of this machine that nobody trusts, and its key."""
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
    assert fetch(url) == Fetched(BODY, Validators(ETAG))
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


def test_a_server_that_never_greets() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}/feed"
        started = time.monotonic()
        assert _failure(url, limits=Limits(connect=0.3)) == "no connection within 0.3 seconds"
        assert time.monotonic() - started < 3


def test_a_server_without_tls(server: FeedServer) -> None:
    # Depending on its random bytes, the greeting of TLS is a line to the server, which then hangs up, or no line.
    reason = _failure(server.url.replace("http:", "https:"), limits=Limits(connect=0.3))
    assert reason == "no connection within 0.3 seconds" or reason.startswith("the connection failed: ")


def test_without_an_http_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "httpx", None)
    assert _failure(f"https://{UNREACHABLE}/") == (
        "downloading requires the extra 'update'; in a clone, run: pip install '.[update]' (not needed with --from FILE)"
    )


@pytest.mark.process
def test_the_http_client_is_loaded_only_when_it_is_needed() -> None:
    assert "httpx" not in loaded_modules("import lint_runtime.lifecycle.update.fetch")
