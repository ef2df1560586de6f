"""The protocol of pygls, corrected where it keeps futures or is silent."""

from collections.abc import Callable
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidRequest, JsonRpcServerNotInitialized
from pygls.protocol import LanguageServerProtocol


class Protocol(LanguageServerProtocol):
    """The protocol of the server."""

    def handle_message(self, message: Any) -> None:
        """Handle a message. Refuses requests before `initialize` and after `shutdown`."""
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
        """Run a handler. pygls keeps the futures of notifications for ever."""
        super()._execute_handler(msg_id, handler, callback, args, kwargs)
        if future := self._request_futures.get(msg_id):
            future.add_done_callback(lambda _: self._request_futures.pop(msg_id, None))
