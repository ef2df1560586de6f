"""The protocol of pygls, with two corrections."""

from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidRequest, JsonRpcServerNotInitialized
from pygls.protocol import LanguageServerProtocol


class Protocol(LanguageServerProtocol):
    """Refuses requests at the wrong time, and forgets the futures of finished handlers."""

    def handle_message(self, message: Any) -> None:
        """Handle a message. Refuses all requests before `initialize` and after `shutdown`."""
        method = getattr(message, "method", None)
        is_early = self._workspace is None and method != types.INITIALIZE
        if method in (None, types.EXIT) or not (self._shutdown or is_early):
            super().handle_message(message)
        elif hasattr(message, "id"):
            error: JsonRpcException = JsonRpcServerNotInitialized("send 'initialize' first")
            if self._shutdown:
                error = JsonRpcInvalidRequest("the server is shutting down")
            self._send_response(message.id, error=error.to_response_error())

    def _execute_handler(self, msg_id: Any, *args: Any, **kwargs: Any) -> None:
        """Run a handler, and remove its future at the end: pygls keeps the futures of notifications."""
        super()._execute_handler(msg_id, *args, **kwargs)
        if future := self._request_futures.get(msg_id):
            future.add_done_callback(lambda _: self._request_futures.pop(msg_id, None))
