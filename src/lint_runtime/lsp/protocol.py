"""The protocol of pygls, with two corrections."""

from collections.abc import Callable
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidRequest, JsonRpcServerNotInitialized
from pygls.protocol import LanguageServerProtocol


class Protocol(LanguageServerProtocol):
    """Refuses requests at the wrong time, and forgets the futures of finished handlers."""

    def handle_message(self, message: Any) -> None:
        """Handle a message. Refuses all requests before `initialize` and after `shutdown`."""
        method = getattr(message, "method", None)
        error: JsonRpcException | None = None
        if method in (None, types.EXIT):
            pass
        elif self._shutdown:
            error = JsonRpcInvalidRequest("the server is shutting down")
        elif self._workspace is None and method != types.INITIALIZE:
            error = JsonRpcServerNotInitialized("send 'initialize' first")
        if error is None:
            super().handle_message(message)
        elif hasattr(message, "id"):
            self._send_response(message.id, error=error.to_response_error())

    def _execute_handler(
        self,
        msg_id: Any,
        handler: Any,
        callback: Callable[[Any], None],
        args: Any = None,
        kwargs: Any = None,
    ) -> None:
        """Run a handler, and remove its future at the end: pygls keeps the futures of notifications."""
        super()._execute_handler(msg_id, handler, callback, args, kwargs)
        if future := self._request_futures.get(msg_id):
            future.add_done_callback(lambda _: self._request_futures.pop(msg_id, None))
