"""The way of a signal: a transport brings it, the door judges it, it waits, the engine takes it.

A transport hears back only after what the engine decided is durable. So a broker is told to forget
a message when a crash can no longer lose it, and redelivers it otherwise; the engine knows what it
has seen, so that the second time has no effect.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from argonaut.domain.event import DetectorSignal
from argonaut.domain.order import Order
from argonaut.feeds.detectors.answer import Answer, duplicate, refused
from argonaut.feeds.detectors.dead_letters import DeadLetters
from argonaut.feeds.detectors.door import Arrival, Door, Market
from argonaut.feeds.detectors.fates import Fates
from argonaut.feeds.detectors.queue import SignalQueue, Waiting
from argonaut.feeds.detectors.watcher import Watcher
from argonaut.ports import Clock

QUEUE_MAX = 4_096
_BATCH = 64  # signals that share one commit, and the loop's turn
Teller = Callable[[Answer], None]


class Trader(Market, Protocol):
    """The run that takes signals."""

    @property
    def is_ready(self) -> bool:
        """Whether signals may be fed now."""

    def now_ns(self) -> int:
        """The time of an input that comes now, by the run's own clock."""

    @property
    def tape_row(self) -> int | None:
        """Where in a recorded tape the run is; None when it lives on no tape."""

    def order(self, client_order_id: str) -> Order | None:
        """An order that is live or ended not long ago."""

    def take(self, signals: Sequence[DetectorSignal]) -> bool:
        """Step the engine with each; return whether what came of them is durable."""


class OrderState(msgspec.Struct, frozen=True, kw_only=True):
    """An order that a signal led to, as it is now."""

    id: str
    status: str
    side: str
    quantity: str
    filled: str


class Fate(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a signal so far."""

    answer: Answer
    orders: tuple[OrderState, ...]


class Intake:
    """Takes arrivals from every transport of one run. Owned by one event loop."""

    def __init__(
        self,
        door: Door,
        trader: Trader,
        fates: Fates,
        dead_letters: DeadLetters,
        clock: Clock,
        watcher: Watcher,
        *,
        queue_max: int = QUEUE_MAX,
    ) -> None:
        self.fates = fates
        self.dead_letters = dead_letters
        self._watcher = watcher
        self._door = door
        self._trader = trader
        self._clock = clock
        self._queue = SignalQueue(queue_max)
        self._is_scheduled = False
        self._is_open = True

    def __len__(self) -> int:
        """Return how many signals wait."""
        return len(self._queue)

    async def send(self, arrival: Arrival) -> Answer:
        """Take one arrival and return its answer, once that is durable. This is the Python call."""
        heard: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

        def tell(answer: Answer) -> None:
            if not heard.done():  # whoever waited may have gone away
                heard.set_result(answer)

        self.offer(arrival, tell)
        return await heard

    def offer(self, arrival: Arrival, tell: Teller) -> None:
        """Take one arrival; `tell` is called with its answer, at once or in a later turn."""

        def count(answer: Answer) -> None:
            self._watcher.on_answer(arrival.transport, answer)
            if answer.is_bad:
                self.dead_letters.add(arrival, answer, self._clock.wall_ns())
            tell(answer)

        if not (self._is_open and self._trader.is_ready):
            count(refused("not_ready"))
            return
        judged = self._door.check(arrival)
        if isinstance(judged, Answer):
            count(self._with_fate(judged))
            return
        shed = self._queue.push(Waiting(judged, count))
        if shed is not None:
            code = "full" if shed.is_exit else "shed"
            shed.tell(_turned_away(code, shed))
        self._schedule()

    def fate(self, arrival: Arrival, source_name: str, signal_id: str) -> Fate | Answer:
        """Return what became of a signal, for the source that sent it; or why it is not told.

        `arrival` is the question, signed like a signal.
        """
        source = self._door.reader(arrival, source_name)
        if isinstance(source, Answer):
            return source
        found = self.fates.answer(source.name, signal_id)
        if found is None:
            return refused("unknown_signal", signal_id=signal_id, source=source.name)
        orders = [order for each in found.orders if (order := self._trader.order(each)) is not None]
        return Fate(answer=found, orders=tuple(_order_state(each) for each in orders))

    def close(self) -> None:
        """Take no more; what still waits is told that it may come again."""
        self._is_open = False
        for waiting in self._queue.pop(len(self._queue)):
            waiting.tell(_turned_away("not_ready", waiting))

    def _with_fate(self, answer: Answer) -> Answer:
        """Tell the sender of a duplicate what came of the first one."""
        first = (
            self.fates.answer(answer.source, answer.id) if answer.answer == "duplicate" else None
        )
        if first is None:
            return answer
        said = f"{answer.detail}; it was {first.answer}" + (
            f": {first.detail}" if first.detail else ""
        )
        return msgspec.structs.replace(answer, detail=said, orders=first.orders)

    def _schedule(self) -> None:
        if not self._is_scheduled:
            self._is_scheduled = True
            asyncio.get_running_loop().call_soon(self._drain)

    def _drain(self) -> None:
        """Feed what waits, one batch a turn: prices and reports have their turns between."""
        self._is_scheduled = False
        trader = self._trader
        batch = list(self._queue.pop(_BATCH))
        fresh: dict[tuple[str, str], Waiting] = {}
        again: list[Waiting] = []
        for each in batch:
            signal = each.passed.signal
            key = (signal.source, str(signal.signal_id))
            if key in fresh or trader.has_seen(*key):  # it came twice before the first was taken
                again.append(each)
            else:
                fresh[key] = each
        is_durable = trader.is_ready and self._feed([each.passed.signal for each in fresh.values()])
        for each in fresh.values():
            each.tell(self._answer(each, is_durable=is_durable))
        for each in again:
            each.tell(self._again(each, is_durable=is_durable))
        if len(self._queue):
            self._schedule()

    def _feed(self, signals: Sequence[DetectorSignal]) -> bool:
        trader = self._trader
        now_ns, wall_ns, row = trader.now_ns(), self._clock.wall_ns(), trader.tape_row
        return trader.take(
            [_timed(each, now_ns=now_ns, wall_ns=wall_ns, row=row) for each in signals]
        )

    def _answer(self, waiting: Waiting, *, is_durable: bool) -> Answer:
        signal = waiting.passed.signal
        found = self.fates.answer(signal.source, signal.signal_id) if is_durable else None
        return _turned_away("not_ready", waiting) if found is None else found

    def _again(self, waiting: Waiting, *, is_durable: bool) -> Answer:
        signal = waiting.passed.signal
        if not is_durable:
            return _turned_away("not_ready", waiting)
        return self._with_fate(duplicate(signal.source, signal.signal_id))


def _timed(signal: DetectorSignal, *, now_ns: int, wall_ns: int, row: int | None) -> DetectorSignal:
    """Put a signal on the run's time, as old as it is by the clock on the wall.

    A recorded tape plays another year, and a venue's clock is not ours; its age is the same.
    """
    sent_ns = None if signal.sent_ns is None else now_ns - (wall_ns - signal.sent_ns)
    return msgspec.structs.replace(signal, event_ns=now_ns, sent_ns=sent_ns, tape_row=row)


def _turned_away(code: str, waiting: Waiting) -> Answer:
    signal = waiting.passed.signal
    return refused(code, signal_id=signal.signal_id, source=signal.source)


def _order_state(order: Order) -> OrderState:
    return OrderState(
        id=order.client_order_id,
        status=order.status.value,
        side=order.side.value,
        quantity=f"{order.quantity:f}",
        filled=f"{order.filled:f}",
    )
