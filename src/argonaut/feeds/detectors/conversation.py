"""A WebSocket with a detector at its other end, whoever has called: envelopes in, answers out.

Every frame is one envelope. Answers come when they are known, each with the number of its frame,
counted from 0.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Protocol

import aiohttp
import msgspec

from argonaut.feeds.detectors.answer import Answer
from argonaut.feeds.detectors.door import Arrival
from argonaut.feeds.detectors.intake import Intake

FRAME_BYTES_MAX = 1_000_000  # a larger one ends the connection; beyond 64 KB it is refused
_IN_FLIGHT_MAX = 256  # frames without an answer yet, before no more are read


class Socket(Protocol):
    """Either end of a WebSocket as aiohttp has it."""

    async def receive(self) -> aiohttp.WSMessage:
        """Return the next message."""

    async def send_bytes(self, data: bytes) -> None:
        """Send a binary message."""

    async def send_str(self, data: str) -> None:
        """Send a text."""


class Conversation:
    """One connection, until either side ends it."""

    def __init__(self, socket: Socket, intake: Intake, *, transport: str, peer: str) -> None:
        self._socket = socket
        self._intake = intake
        self._transport = transport
        self._peer = peer
        self._answers: deque[bytes] = deque()  # at most as many as are in flight
        self._has_answer = asyncio.Event()
        self._room = asyncio.Semaphore(_IN_FLIGHT_MAX)

    async def run(self) -> None:
        """Talk until the connection ends."""
        writer = asyncio.ensure_future(self._write())
        try:
            await self._read()
        finally:
            writer.cancel()
            await asyncio.wait({writer})

    async def _read(self) -> None:
        frame = 0
        while True:
            message = await self._socket.receive()
            if message.type is aiohttp.WSMsgType.TEXT:
                envelope = message.data.encode(errors="surrogatepass")
            elif message.type is aiohttp.WSMsgType.BINARY:
                envelope = message.data
            else:
                return  # closing, closed or broken; pings are answered below us
            await self._room.acquire()
            self._take(envelope, frame)
            frame += 1

    def _take(self, envelope: bytes, frame: int) -> None:
        def tell(answer: Answer) -> None:
            self._answers.append(b'{"frame":%d,' % frame + msgspec.json.encode(answer)[1:])
            self._has_answer.set()

        arrival = Arrival.of(envelope, self._transport, peer=self._peer, is_push=True)
        self._intake.offer(arrival, tell)

    async def _write(self) -> None:
        while True:
            await self._has_answer.wait()
            self._has_answer.clear()
            while self._answers:
                await self._socket.send_str(self._answers.popleft().decode())
                self._room.release()
