"""One WebSocket connection: every frame is handed on at once, on the turn it arrives.

ccxt.pro's own connection stops reading for ever after one frame that is no JSON, and tells nobody
(docs/adr/0013); this one hands text on and leaves judging it to who parses it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import aiohttp

from argonaut.domain.errors import ArgonautError
from argonaut.venues.binance.transport import SilencedError

_MESSAGE_MAX = 8 * 1024 * 1024  # bytes
_CONNECT_TIMEOUT_S = 10.0
_PING_EVERY_S = 15.0  # a connection whose pings stay unanswered is dead
_NO_CONNECTION = (
    aiohttp.ClientError,
    OSError,
    TimeoutError,
    ValueError,
    RuntimeError,
    AssertionError,  # aiohttp 3's, of a connection lost as it became a WebSocket
)


class StreamError(ArgonautError):
    """A stream cannot be had, or not be relied on any more."""


class HeldBackError(StreamError):
    """We may not ask the venue now; that says nothing about the stream."""


class RefusedError(StreamError):
    """The venue answered the dial, and not with a stream."""

    def __init__(self, status: int, retry_after: str) -> None:
        super().__init__(f"no connection: HTTP {status}")
        self.status = status
        self.retry_after = retry_after  # seconds, as the header had them


class Link:
    """A connection to `url`; `on_text` is called with each frame, synchronously."""

    def __init__(
        self, socket: aiohttp.ClientWebSocketResponse, on_text: Callable[[str], None]
    ) -> None:
        self._socket = socket
        self._on_text = on_text

    @classmethod
    async def connect(
        cls, session: aiohttp.ClientSession, url: str, on_text: Callable[[str], None]
    ) -> Link:
        """Return an open connection.

        Raises:
            HeldBackError: The venue wants silence since we began to connect.
            RefusedError: The venue does not want it now.
            StreamError: It cannot be had.
        """
        try:
            async with asyncio.timeout(_CONNECT_TIMEOUT_S):
                socket = await session.ws_connect(
                    url,
                    heartbeat=_PING_EVERY_S,
                    max_msg_size=_MESSAGE_MAX,
                    timeout=aiohttp.ClientWSTimeout(ws_close=1.0),
                )
        except aiohttp.WSServerHandshakeError as error:
            told = "" if error.headers is None else error.headers.get("Retry-After", "")
            raise RefusedError(error.status, told) from None
        except SilencedError as error:
            raise HeldBackError(str(error)) from None
        except _NO_CONNECTION as error:
            raise StreamError(f"no connection: {type(error).__name__}") from None
        return cls(socket, on_text)

    async def send(self, text: str) -> None:
        """Send one frame.

        Raises:
            StreamError: The connection is gone.
        """
        try:
            await self._socket.send_str(text)
        except (aiohttp.ClientError, OSError, RuntimeError) as error:
            raise StreamError(f"nothing sent: {type(error).__name__}") from None

    async def pump(self) -> str:
        """Hand frames on until the connection ends; return why it did."""
        while True:
            try:
                message = await self._socket.receive()
            except (aiohttp.ClientError, OSError) as error:
                return type(error).__name__  # a ping was read and its answer has no way any more
            if message.type is aiohttp.WSMsgType.TEXT:
                self._on_text(message.data)
            elif message.type is aiohttp.WSMsgType.BINARY:
                self._on_text(message.data.decode("utf-8", "replace"))
            else:
                # The server says goodbye, the wire is cut, or a frame is no frame.
                return f"{message.type.name.lower()} {self._socket.close_code or ''}".strip()

    async def close(self) -> None:
        """Close the connection; it may be gone already."""
        await self._socket.close()
