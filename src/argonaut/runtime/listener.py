"""What a venue tells by itself, on its way to the engine.

Reports that come while a run is still recovering wait until the journal is folded; an order the
engine has forgotten is read back before its report is fed; what is nobody's asks for a round.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from decimal import Decimal

from argonaut.domain.event import NO_PRICES, Condition, Event
from argonaut.domain.ids import ClientOrderId, InstrumentId
from argonaut.domain.market import Bar, MarketEvent, Quote, Trade
from argonaut.domain.mode import TradingMode
from argonaut.domain.order import Order, Report
from argonaut.engine.core import Engine
from argonaut.monitoring.logs import log_event

_GRACE_S = 5.0  # a stream may take so long to come back before entries are taken out
_AFTER_SILENCE_S = 0.05  # a request in the very instant of its end might still be held back
_WAITING_MAX = 100_000
_BARS_MAX = 10_000
_MARKET_DATA = frozenset({Bar, Trade, Quote})
USER = "user"
_MARKET = "market "
_SECOND_NS = 1_000_000_000


class Listener:
    """Implements `ports.VenueListener` for one run."""

    def __init__(self, on_silence: Callable[[int, str], None]) -> None:
        self._on_silence = on_silence
        self.user_is_up = asyncio.Event()
        self._hears_market = False  # strategies may see prices
        self._bars: deque[Bar] = deque(maxlen=_BARS_MAX)  # completed while nobody looked
        self._last: dict[tuple[InstrumentId, type], Quote | Trade] = {}  # told meanwhile
        self._skip_until_ns: dict[InstrumentId, int] = {}
        self._feed: Callable[[Event], None] | None = None
        self._hint: Callable[[], None] = _nobody
        self._look_again: Callable[[], None] = _nobody
        self._now_ns: Callable[[], int] = _no_time
        self._recall: Callable[[ClientOrderId], Order | None] = _nothing
        self._engine: Engine | None = None
        self._waiting: deque[Report] = deque()
        self._grace: dict[str, asyncio.TimerHandle] = {}
        self._silence: asyncio.TimerHandle | None = None

    def attach(
        self,
        engine: Engine,
        *,
        feed: Callable[[Event], None],
        hint: Callable[[], None],
        look_again: Callable[[], None],
        now_ns: Callable[[], int],
        recall: Callable[[ClientOrderId], Order | None],
    ) -> None:
        """Let what has waited go to the engine, and what comes from now on.

        `hint` is called where something may have been missed, `look_again` where the venue could
        not be asked and now can: after a silence, and once a stream is back.
        """
        self._engine, self._feed = engine, feed
        self._hint, self._look_again = hint, look_again
        self._now_ns, self._recall = now_ns, recall
        while self._waiting:
            self._on_report(self._waiting.popleft())

    def skip_until(self, instrument_id: InstrumentId, close_ns: int) -> None:
        """Let no bar through that closed then or before: indicators have seen it."""
        self._skip_until_ns[instrument_id] = close_ns

    def open_market(self) -> None:
        """Let prices through, beginning with what was told while nobody looked.

        That is the bars that closed while indicators warmed up, then the last quote and the last
        print of each instrument: until a quiet market moves they are the only prices of now.
        """
        assert self._feed is not None, "attached"
        self._hears_market = True
        while self._bars:
            bar = self._bars.popleft()
            if bar.close_ns > self._skip_until_ns.get(bar.instrument_id, bar.close_ns):
                self._skip_until_ns[bar.instrument_id] = bar.close_ns
                self._feed(bar)
        last, self._last = self._last, {}
        for price in last.values():
            if price.event_ns >= self._skip_until_ns.get(price.instrument_id, price.event_ns):
                self._feed(price)

    def close_market(self) -> None:
        """Let no more prices through."""
        self._hears_market = False

    def close(self) -> None:
        """Hear nothing more."""
        self._feed = None
        self._hears_market = False
        for alarm in (*self._grace.values(), self._silence):
            if alarm is not None:
                alarm.cancel()

    # `ports.VenueListener`

    def on_event(self, event: MarketEvent | Report) -> None:
        """Take market data, or a report."""
        if type(event) in _MARKET_DATA:
            if self._hears_market and self._feed is not None:
                self._feed(event)
            elif isinstance(event, Bar):
                self._bars.append(event.copy())
            elif isinstance(event, Quote | Trade):
                key = (event.instrument_id, type(event))
                self._last.pop(key, None)  # so that they are shown in the order they came
                self._last[key] = event.copy()
            return
        report: Report = event  # type: ignore[assignment]  # the only other kind there is
        if self._feed is not None:
            self._on_report(report)
        elif len(self._waiting) < _WAITING_MAX:
            self._waiting.append(report)

    def on_stream(self, name: str, *, is_up: bool, detail: str) -> None:
        """Take note that a stream is whole, or is not; after a gap ask for what was missed."""
        log_event(
            "stream_up" if is_up else "stream_down",
            level="INFO" if is_up else "WARNING",
            stream=name,
            detail=detail,
        )
        if name == USER:
            (self.user_is_up.set if is_up else self.user_is_up.clear)()
        alarm = self._grace.pop(name, None)
        if alarm is not None:
            alarm.cancel()
        if is_up:
            self._condition(name, TradingMode.ACTIVE, "")
            self._look_again()  # what could not be asked, or taken out, now can
        else:
            loop = asyncio.get_running_loop()
            self._grace[name] = loop.call_later(_GRACE_S, self._is_down, name, detail)

    def on_hint(self, what: str) -> None:
        """Reconcile soon."""
        del what
        self._hint()

    def on_silence(self, for_ns: int, why: str) -> None:
        """Have it written down that the venue wants silence, and the venue asked once it is over.

        What happened meanwhile is unknown, and what is in doubt waits for two rounds (R3).
        """
        self._on_silence(for_ns, why)
        loop = asyncio.get_running_loop()
        due_s = loop.time() + for_ns / _SECOND_NS + _AFTER_SILENCE_S
        if self._silence is None or self._silence.when() < due_s:
            if self._silence is not None:
                self._silence.cancel()
            self._silence = loop.call_at(due_s, self._silence_is_over)

    def booked(self, client_order_id: ClientOrderId) -> Decimal | None:
        """Return what is booked of a live order; None where there is none such here."""
        order = None if self._engine is None else self._engine.desk.live.get(client_order_id)
        return None if order is None else order.filled

    # how

    def _silence_is_over(self) -> None:
        self._silence = None
        self._look_again()

    def _is_down(self, name: str, detail: str) -> None:
        self._grace.pop(name, None)
        self._condition(name, TradingMode.NO_NEW_RISK, detail or f"{name} is down")

    def _condition(self, name: str, mode: TradingMode, detail: str) -> None:
        if self._feed is None or self._engine is None:
            return
        place = InstrumentId(name.removeprefix(_MARKET)) if name.startswith(_MARKET) else None
        if place is not None and place not in self._engine.routes:
            return
        self._feed(
            Condition(
                event_ns=self._now_ns(),
                cause=NO_PRICES if place else f"{name} stream",
                mode=mode,
                detail=detail,
                instrument_id=place,
            )
        )

    def _on_report(self, report: Report) -> None:
        assert self._feed is not None, "attached"
        assert self._engine is not None, "attached"
        desk, name = self._engine.desk, report.client_order_id
        if name not in desk.live and name not in desk.closed and self._recall(name) is None:
            self._hint()  # somebody else's, and money has moved
            return
        self._feed(report)


def _nobody() -> None:
    """Hear a hint before there is anybody to ask."""


def _no_time() -> int:
    return 0


def _nothing(client_order_id: ClientOrderId) -> Order | None:
    del client_order_id
    return None
