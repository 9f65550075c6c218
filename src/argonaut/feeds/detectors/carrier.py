"""What keeps a connection up for ever: begin, be told when it ends, wait a little, begin again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from argonaut.feeds.detectors.answer import Answer
from argonaut.feeds.detectors.door import Arrival
from argonaut.feeds.detectors.intake import Intake
from argonaut.feeds.detectors.watcher import Watcher
from argonaut.ports import Clock, Rng

_FIRST_S, _MOST_S = 0.25, 30.0  # how long to wait after the first failure, and at most
_HEALTHY_NS = 30_000_000_000  # a connection that lived so long starts the waits over
_AGAIN_FIRST_S, _AGAIN_MOST_S = 0.02, 1.0  # between offers of what may come again
_CANCELS_MAX, _CANCEL_WITHIN_S = 20, 0.5
Told = Callable[[str], None]


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """What every connection needs."""

    intake: Intake
    watcher: Watcher
    clock: Clock
    rng: Rng


class Carrier:
    """Runs `session` again and again. It calls what it is given once signals can come."""

    def __init__(self, name: str, session: Callable[[Told], Awaitable[None]], parts: Parts) -> None:
        self.name = name
        self._session = session
        self._parts = parts
        self._task: asyncio.Task[None] | None = None
        self._is_up = False
        self._has_failed = False

    async def start(self) -> None:
        """Begin in the background: what is not there yet may come later."""
        self._task = asyncio.create_task(self._run(), name=f"detectors {self.name}")

    async def close(self) -> None:
        """End the connection. What it has not acknowledged comes again to the next run."""
        for _ in range(_CANCELS_MAX):
            if self._task is None or self._task.done():
                return
            # Seen with redis: a cancellation that meets an answer is swallowed (`asyncio.wait_for`
            # before Python 3.12), and the session reads on as if nobody had asked.
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=_CANCEL_WITHIN_S)

    async def _run(self) -> None:
        wait_s, clock = _FIRST_S, self._parts.clock
        while True:
            began_ns = clock.mono_ns()
            try:
                await self._session(self._up)
                why = "the other end has closed it"
            except Exception as error:  # noqa: BLE001 - a client library may raise anything
                why = f"{type(error).__name__}: {error}"
            self._down(why)
            if clock.mono_ns() - began_ns > _HEALTHY_NS:
                wait_s = _FIRST_S
            await asyncio.sleep(wait_s * (0.5 + self._parts.rng.random() / 2))
            wait_s = min(2 * wait_s, _MOST_S)

    def _up(self, detail: str) -> None:
        if not self._is_up:
            self._is_up = True
            self._parts.watcher.on_transport(self.name, is_up=True, detail=detail)

    def _down(self, why: str) -> None:
        if self._is_up or not self._has_failed:  # told once, not at every try
            self._is_up, self._has_failed = False, True
            self._parts.watcher.on_transport(self.name, is_up=False, detail=why)


async def delivered(intake: Intake, arrival: Arrival) -> Answer:
    """Offer what a queue holds until it is decided: it is acknowledged only then."""
    wait_s = _AGAIN_FIRST_S
    while True:
        answer = await intake.send(arrival)
        if not answer.may_retry:
            return answer
        await asyncio.sleep(wait_s)
        wait_s = min(2 * wait_s, _AGAIN_MOST_S)


def queued(envelope: bytes | None, transport: str, fallback_id: str) -> Arrival:
    """Return the arrival of a message out of a queue: it may be old, and may come again."""
    return Arrival.of(envelope or b"", transport, fallback_id=fallback_id)


def reason(answer: Answer) -> dict[str, Any]:
    """Return what stands beside a dead letter that goes back to a broker."""
    return {"code": answer.code, "detail": answer.detail[:500], "source": answer.source}
