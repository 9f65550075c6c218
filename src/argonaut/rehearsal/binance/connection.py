"""One WebSocket of the venue: a bounded queue out, pings, a count of what comes in, and faults."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Literal

import msgspec
from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

from argonaut.ports import Clock
from argonaut.rehearsal.binance import events
from argonaut.rehearsal.binance.garbled import garbled_frame
from argonaut.rehearsal.binance.symbols import Json
from argonaut.rehearsal.faults import (
    CutStream,
    DropFrame,
    DuplicateFrame,
    Faults,
    GarbleFrame,
    ShutDownStream,
    SwapFrames,
    TerminateStream,
)

_SECOND_NS = 1_000_000_000
_QUEUE_MAX = 10_000


class StreamRules(msgspec.Struct, frozen=True, kw_only=True):
    """How long a connection lives and how much it may say."""

    ping_every_s: float = 20.0
    pong_within_s: float = 60.0
    life_s: float = 86_400.0
    shutdown_before_s: float = 10.0  # serverShutdown is told so long before the end
    inbound_each_s: int = 5
    streams_max: int = 1_024


Taker = Callable[[str], Awaitable[None]]
Wrapper = Callable[[Json], Json]


class Connection:
    """Sends what it is told, in order; ends by its own rules, by a fault, or by the peer."""

    def __init__(
        self,
        request: web.Request,
        kind: Literal["user", "market"],
        *,
        clock: Clock,
        faults: Faults,
        rules: StreamRules,
    ) -> None:
        self._request = request
        self._kind = kind
        self._clock = clock
        self._faults = faults
        self._rules = rules
        self._socket = web.WebSocketResponse(autoping=False, compress=False, max_msg_size=1 << 20)
        self._queue: deque[bytes | None] = deque()  # at most _QUEUE_MAX, None is the end
        self._reader: asyncio.Future[None] | None = None  # of the queue, who waits
        self._alarm: asyncio.TimerHandle | None = None  # for the next thing but a frame
        self._alarm_ns = 0
        self._began_ns = self._heard_ns = clock.mono_ns()
        self._held: deque[bytes] = deque(maxlen=1)
        self._inbound: deque[int] = deque(maxlen=rules.inbound_each_s + 1)
        self._ends_ns = self._began_ns + round(rules.life_s * _SECOND_NS)
        self._is_mute = False
        self._is_warned = False

    # out

    def tell(self, name: str, payload: Json, wrap: Wrapper) -> None:
        """Queue a payload in its wrapping, unless a fault has other plans with it."""
        if self._is_mute:
            return
        now_ns = self._clock.wall_ns()
        frame = msgspec.json.encode(wrap(payload))
        fault = self._faults.on_frame(self._kind, name, now_ns)
        if fault is None and not self._held:
            self._put(frame)
        elif isinstance(fault, DropFrame):
            return
        elif isinstance(fault, CutStream):
            self.abort()
        elif isinstance(fault, GarbleFrame):
            self._put(garbled_frame(payload, fault.shape, wrap))
        elif isinstance(fault, SwapFrames) and not self._held:
            self._held.append(frame)
        elif isinstance(fault, ShutDownStream):
            self.warn(fault.grace_s, wrap)
        elif isinstance(fault, TerminateStream):
            self.answer(wrap(events.stream_terminated(now_ns)))
            self._is_mute = True
        else:
            self._put(frame)
            if isinstance(fault, DuplicateFrame):
                self._put(frame)
            if self._held:
                self._put(self._held.popleft())

    def answer(self, body: object) -> None:
        """Queue an answer to what the peer asked; no stream fault touches it."""
        self._put(msgspec.json.encode(body))

    def warn(self, grace_s: float, wrap: Wrapper) -> None:
        """Tell that the connection ends soon, and end it then."""
        self._is_warned = True
        self.answer(wrap(events.server_shutdown(self._clock.wall_ns())))
        self._ends_ns = self._clock.mono_ns() + round(grace_s * _SECOND_NS)

    def abort(self) -> None:
        """Cut the line; the peer sees a reset, if anything."""
        self._is_mute = True
        if self._request.transport is not None:
            self._request.transport.abort()
        self._put(None)

    def _put(self, frame: bytes | None) -> None:
        if len(self._queue) >= _QUEUE_MAX:
            # A peer that does not read is dropped, as everywhere.
            self._queue.popleft()
            frame = None
        self._queue.append(frame)
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    async def _next(self) -> bytes | None:
        """Return what is to be sent next; one task asks, so less is needed than a shared queue."""
        if not self._queue:
            self._reader = asyncio.get_running_loop().create_future()
            await self._reader
        return self._queue.popleft()

    # life

    async def run(self, take: Taker, wrap: Wrapper) -> web.WebSocketResponse:
        """Serve until the end; `take` gets each text the peer sends."""
        await self._socket.prepare(self._request)
        writer = asyncio.create_task(self._write(wrap))
        try:
            while (message := await self._socket.receive()).type not in _OVER:
                if not await self._heard(message, take):
                    break
        finally:
            writer.cancel()
            await asyncio.wait([writer])
            if self._alarm is not None:
                self._alarm.cancel()
        return self._socket

    async def _heard(self, message: WSMessage, take: Taker) -> bool:
        """Take one message; return whether the connection goes on."""
        now_ns = self._clock.mono_ns()
        self._inbound.append(now_ns)
        is_full = len(self._inbound) == self._inbound.maxlen
        if is_full and now_ns - self._inbound[0] < _SECOND_NS:
            await self._socket.close(
                code=WSCloseCode.POLICY_VIOLATION, message=b"Too many requests"
            )
            return False
        if message.type is WSMsgType.PING:
            await self._socket.pong(message.data)
        elif message.type is WSMsgType.PONG:
            self._heard_ns = now_ns
        elif message.type is WSMsgType.TEXT:
            await take(message.data)
        return True

    async def _write(self, wrap: Wrapper) -> None:
        """Send what waits; ping, warn and end when it is time."""
        rules = self._rules
        next_ping_ns = self._began_ns + round(rules.ping_every_s * _SECOND_NS)
        while True:
            now_ns = self._clock.mono_ns()
            if now_ns - self._heard_ns > (rules.ping_every_s + rules.pong_within_s) * _SECOND_NS:
                break
            if now_ns >= self._ends_ns:
                break
            warn_ns = self._ends_ns - round(rules.shutdown_before_s * _SECOND_NS)
            if now_ns >= warn_ns and not self._is_warned:
                self.warn(rules.shutdown_before_s, wrap)
            if now_ns >= next_ping_ns:
                next_ping_ns = now_ns + round(rules.ping_every_s * _SECOND_NS)
                await self._socket.ping(str(now_ns // 1_000_000).encode())
            due_ns = [next_ping_ns, self._ends_ns]
            if not self._is_warned:
                due_ns.append(warn_ns)
            self._set_alarm(min(due_ns), now_ns)
            frame = await self._next()
            if frame is None:
                break
            if not frame:
                continue
            try:
                await self._socket.send_frame(frame, WSMsgType.TEXT)
            except ConnectionError:
                break  # the reader learns of it, too, and ends the connection
        await self._socket.close()

    def _set_alarm(self, due_ns: int, now_ns: int) -> None:
        """Have an empty frame then: one timer for many frames, and none for each wait."""
        if self._alarm is not None:
            if self._alarm_ns == due_ns:
                return
            self._alarm.cancel()
        wait_s = max(due_ns - now_ns, 1_000_000) / _SECOND_NS
        self._alarm = asyncio.get_running_loop().call_later(wait_s, self._ring)
        self._alarm_ns = due_ns

    def _ring(self) -> None:
        self._alarm = None
        if not self._queue:  # else what waits there wakes the writer
            self._put(b"")


_OVER = (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR)
