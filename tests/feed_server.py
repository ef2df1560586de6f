"""A local HTTP server that sends exactly the bytes that a test gives it."""

from __future__ import annotations

import socketserver
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple


class Request(NamedTuple):
    """A request. The names of headers are in lower case."""

    method: str
    target: str
    headers: dict[str, str]


Pieces = Iterable[bytes | float]
"""What a server sends: bytes, and between them pauses in seconds."""

Answer = Callable[[Request], Pieces]


def said(*pieces: bytes | float) -> Answer:
    """Return an answer that sends exactly these pieces for every request."""
    return lambda _: pieces


def whole(body: bytes = b"", status: str = "200 OK", *headers: str) -> bytes:
    """Return the bytes of an HTTP response with a Content-Length.

    headers: lines such as `ETag: x`, with any characters below U+0100
    """
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def published(body: bytes, etag: str = "", last_modified: str = "") -> Answer:
    """Return an answer that sends `body`, or 304 if the request has the ETag or the date of `body`."""

    def answer(request: Request) -> Pieces:
        known = request.headers.get("if-none-match"), request.headers.get("if-modified-since")
        if (etag and known[0] == etag) or (last_modified and known[1] == last_modified):
            return [whole(b"", "304 Not Modified")]
        validators = (("ETag", etag), ("Last-Modified", last_modified))
        return [whole(body, "200 OK", *(f"{name}: {value}" for name, value in validators if value))]

    return answer


class FeedServer(socketserver.ThreadingTCPServer):
    """An HTTP server or proxy.

    answers: the answers, keyed by path, or by URL for a proxy. Requests without an answer get 404.
    requests: the requests so far
    sent: the number of bytes sent, including bytes that the client has not received yet
    """

    request_queue_size = 32

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.tls = tls
        self.answers: dict[str, Answer] = {}
        self.requests: list[Request] = []
        self.sent = 0
        self.is_stopped = threading.Event()
        self.port: int = self.server_address[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,))
        self._thread.start()

    def stop(self) -> None:
        """Stop the server and wait for all answers to end."""
        self.is_stopped.set()
        self.shutdown()
        self.server_close()
        self._thread.join()

    def handle_error(self, *_: object) -> None:
        """Ignore errors of disconnecting clients, and raise other errors."""
        try:
            raise
        except OSError:
            pass


class _Handler(socketserver.StreamRequestHandler):
    server: FeedServer
    timeout = 10.0

    def setup(self) -> None:
        if self.server.tls:
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def handle(self) -> None:
        lines: list[str] = []
        while (line := self.rfile.readline().decode("latin-1").strip()) or not lines:
            lines.append(line)
        if lines[0].count(" ") != 2:
            return
        method, target, _ = lines[0].split(" ")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
        request = Request(method, target, headers)
        self.server.requests.append(request)
        for piece in self.server.answers.get(target, said(whole(b"", "404 Not Found")))(request):
            if isinstance(piece, bytes):
                self.wfile.write(piece)
                self.server.sent += len(piece)
            elif self.server.is_stopped.wait(piece):
                break

    def finish(self) -> None:
        super().finish()
        # Close the TLS socket here: the server closes only the socket that the TLS socket wraps.
        self.request.close()


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[FeedServer]:
    """Run a server, over TLS if `tls` is given, and stop it at the end."""
    server = FeedServer(tls)
    try:
        yield server
    finally:
        server.stop()
