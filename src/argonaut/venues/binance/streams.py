"""Keep one subscription alive: dial, watch, replace before it is cut, and back off when it fails.

A replacement runs beside the old connection until it is whole, so a planned change loses nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple, Protocol

from argonaut.domain.timeframe import HOUR_NS, MINUTE_NS, SECOND_NS
from argonaut.ports import Clock, Rng
from argonaut.venues.binance.link import HeldBackError, Link, StreamError

AGE_MAX_NS = 23 * HOUR_NS  # the venue cuts at 24 h
_AGE_SPREAD_NS = HOUR_NS // 2  # so that many connections do not change at once
HEALTHY_NS = 60 * SECOND_NS  # alive for so long, the next failure starts with short waits again
_BACKOFF_FIRST_S = 0.5
_BACKOFF_MAX_S = 30.0
_HELD_BACK_S = 1.0
_WATCH_EVERY_S = 1.0
_CLOSE_TIMEOUT_S = 2.0


class Subscription(Protocol):
    """What a stream is about; `Stream` keeps it alive."""

    name: str

    async def start(self, on_text: Callable[[str], None]) -> Link:
        """Connect and subscribe.

        Raises:
            StreamError: It cannot be had.
        """

    async def catch_up(self) -> None:
        """Fill what was missed, with frames flowing already.

        Raises:
            StreamError: What was missed cannot be had now.
        """

    def on_text(self, text: str) -> str:
        """Take a frame; return why the connection has to be replaced, or an empty text."""

    async def tend(self) -> str:
        """Do what is due each second; return why the stream cannot be relied on, or ""."""

    def on_state(self, *, is_up: bool, detail: str) -> None:
        """Tell whether the stream is whole."""


class End(NamedTuple):
    """Why a connection is done with; a lost one tells nothing any more, one to replace does."""

    is_lost: bool
    why: str


class _Session:
    """One connection with the task that reads it."""

    def __init__(self, subscription: Subscription, started_ns: int) -> None:
        self.started_ns = started_ns
        self.ended: asyncio.Future[End] = asyncio.get_running_loop().create_future()
        self.pump: asyncio.Task[None] | None = None
        self.link: Link | None = None
        self.fault: BaseException | None = None  # of our own code, met while reading
        self._waiter: asyncio.Future[None] | None = None
        self._subscription = subscription

    def on_text(self, text: str) -> None:
        """Hand a frame on."""
        if why := self._subscription.on_text(text):
            self.end(End(is_lost=False, why=why))

    def end(self, end: End) -> None:
        """Note the first reason to be done with it."""
        if not self.ended.done():
            self.ended.set_result(end)
            _wake(self._waiter)

    async def lasts(self, seconds: float) -> bool:
        """Wait so long, or until it ends; return whether it goes on. For one who waits at a time.

        `asyncio.wait` does the same with twice the work, each second of each stream.
        """
        if self.ended.done():
            return False
        loop = asyncio.get_running_loop()
        self._waiter = loop.create_future()
        alarm = loop.call_later(seconds, _wake, self._waiter)
        try:
            await self._waiter
        finally:
            alarm.cancel()
        return not self.ended.done()

    async def read(self, link: Link) -> None:
        """Read until the connection ends, or until a fault of our own stops it."""
        why = "its reader stopped"
        try:
            why = await link.pump()
        except Exception as fault:
            why = _stopped(fault)
            raise
        finally:
            self.end(End(is_lost=True, why=f"connection lost: {why}"))

    @property
    def is_reading(self) -> bool:
        """Whether frames can still come."""
        return self.pump is not None and not self.pump.done()

    async def close(self) -> None:
        """Stop reading and close; never waits long."""
        if self.pump is not None:
            self.pump.cancel()
            await asyncio.wait({self.pump})
            if not self.pump.cancelled():
                self.fault = self.pump.exception()
        if self.link is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(_CLOSE_TIMEOUT_S):
                    await self.link.close()


def _wake(waiter: asyncio.Future[None] | None) -> None:
    if waiter is not None and not waiter.done():
        waiter.set_result(None)


def tell_fault(fault: Exception, stream: str) -> None:
    """Tell in full, with where it was raised, what of ours broke a stream."""
    asyncio.get_running_loop().call_exception_handler(
        {
            "message": f"a fault of our own: {stream} of Binance begins anew",
            "exception": fault,
            "stream": stream,
        }
    )


def _stopped(fault: Exception) -> str:
    return f"stopped by a fault: {type(fault).__name__}"


class Backoff:
    """Waits that grow while failures follow each other, each spread over its whole length."""

    def __init__(self, rng: Rng) -> None:
        self._rng = rng
        self.failures = 0

    def next_s(self) -> float:
        """Return how long to wait now, in seconds."""
        ceiling = min(_BACKOFF_MAX_S, _BACKOFF_FIRST_S * (1 << min(self.failures, 10)))
        self.failures += 1
        return self._rng.random() * ceiling

    def lived(self, alive_ns: int) -> bool:
        """Start over after sustained health; return whether it was that."""
        if alive_ns < HEALTHY_NS:
            return False
        self.failures = 0
        return True


class Stream:
    """Runs until it is cancelled."""

    def __init__(self, subscription: Subscription, *, clock: Clock, rng: Rng) -> None:
        self._subscription = subscription
        self._clock = clock
        self._rng = rng
        self._backoff = Backoff(rng)
        self._current: _Session | None = None
        self._is_up = False
        self.connections = 0  # made so far

    async def run(self) -> None:
        """Keep the subscription alive for ever.

        A fault of our own ends its connection only: it is told in full and dialed again, as nobody
        is there at night to start the program anew.
        """
        fault: Exception | None = None
        try:
            while True:
                try:
                    await (self._turn() if fault is None else self._get_over(fault))
                    fault = None
                except Exception as met:  # noqa: BLE001 - whatever it is, it is told
                    fault = met
        finally:
            if self._current is not None:
                await self._current.close()

    async def _get_over(self, fault: Exception) -> None:
        tell_fault(fault, self._subscription.name)
        self._tell(is_up=False, detail=_stopped(fault))
        gone, self._current = self._current, None
        if gone is not None:
            await gone.close()
        await self._pause(None)

    async def _turn(self) -> None:
        """Have a whole connection in the place of what there is, and stay until it ends."""
        old = self._current
        try:
            fresh = await self._start()
        except StreamError as error:
            if old is None or not old.is_reading:
                await self._drop(str(error))
            await self._pause(old, is_held_back=isinstance(error, HeldBackError))
            return
        self._current = fresh
        if old is not None:
            if not old.is_reading:
                self._tell(is_up=False, detail="lost before its replacement was there")
            await old.close()
        self._tell(is_up=True, detail="subscribed")
        end = await self._watch(fresh)
        is_healthy = self._backoff.lived(self._clock.mono_ns() - fresh.started_ns)
        if end.is_lost:
            await self._drop(end.why)
            await self._pause(None)
        elif not is_healthy:  # a server that says goodbye to every newcomer is not hammered
            await self._pause(fresh)

    async def _start(self) -> _Session:
        session = _Session(self._subscription, self._clock.mono_ns())
        self.connections += 1
        try:
            await self._connect(session)
        except BaseException:
            await session.close()
            raise
        return session

    async def _connect(self, session: _Session) -> None:
        session.link = await self._subscription.start(session.on_text)
        session.pump = asyncio.create_task(session.read(session.link))
        await self._subscription.catch_up()
        if not session.is_reading:
            raise StreamError("lost while catching up")

    async def _watch(self, session: _Session) -> End:
        """Return when the connection ended, is too old, or is silent without a reason."""
        spread_ns = int(self._rng.random() * _AGE_SPREAD_NS)
        old_at_ns = session.started_ns + AGE_MAX_NS - spread_ns
        while True:
            if not await session.lasts(_WATCH_EVERY_S):
                return session.ended.result()
            if self._clock.mono_ns() >= old_at_ns:
                return End(is_lost=False, why="the venue would cut it soon")
            if why := await self._subscription.tend():
                return End(is_lost=True, why=why)

    async def _drop(self, why: str) -> None:
        self._tell(is_up=False, detail=why)
        gone, self._current = self._current, None
        if gone is not None:
            await gone.close()
            if gone.fault is not None:
                raise gone.fault  # a bug of ours, and no end of a connection

    async def _pause(self, old: _Session | None, *, is_held_back: bool = False) -> None:
        """Wait before the next attempt; not longer than the old connection lives.

        To be held back is no failure, and asks the venue nothing: it is tried each second, so that
        the stream is back as soon as a silence is over.
        """
        wait_s = _HELD_BACK_S if is_held_back else self._backoff.next_s()
        if old is None or old.pump is None:
            await asyncio.sleep(wait_s)
        else:
            await asyncio.wait({old.pump}, timeout=wait_s)

    def _tell(self, *, is_up: bool, detail: str) -> None:
        if is_up != self._is_up:
            self._is_up = is_up
            self._subscription.on_state(is_up=is_up, detail=detail)


class Pulse:
    """How long a stream may be silent, by how it has spoken so far. Monotonic nanoseconds."""

    FLOOR_NS = 5 * SECOND_NS
    CEILING_NS = MINUTE_NS

    def __init__(self, mono_ns: int) -> None:
        self._heard_ns = mono_ns
        self._gap_ns = SECOND_NS  # a moving mean
        self._patience = 1  # doubled each time silence turned out to be real

    def on_frame(self, mono_ns: int) -> None:
        """Note a frame."""
        self._gap_ns += (mono_ns - self._heard_ns - self._gap_ns) // 16
        self._heard_ns = mono_ns
        self._patience = 1

    def is_silent(self, mono_ns: int) -> bool:
        """Whether it has been quiet for longer than three of its usual gaps, and five seconds."""
        allowed_ns = max(3 * self._gap_ns, self.FLOOR_NS) * self._patience
        return mono_ns - self._heard_ns > min(allowed_ns, self.CEILING_NS)

    def excuse(self, mono_ns: int) -> None:
        """Accept the silence: the venue has shown that nothing happened."""
        self._heard_ns = mono_ns
        self._patience = min(self._patience * 2, 16)
