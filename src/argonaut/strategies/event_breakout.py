"""Event breakout: buy a price that something real has just moved, if it is still early.

The idea, its guards and where it fails: docs/explanation/event-breakout.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.event import ExternalEvent, TimerFired
from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.market import Bar, Quote, Trade
from argonaut.domain.order import Side
from argonaut.domain.signal import Enter, Protect, Protection, RiskFraction, Signal, Skip, Target
from argonaut.indicators import Atr, RollingLow, WindowSum
from argonaut.ledger.holding import Holding
from argonaut.strategies.interface import Signals, Strategy

_SECOND_NS = 1_000_000_000
_MINUTE_NS = 60 * _SECOND_NS
_HALF = Decimal("0.5")
_KINDS = frozenset({"displacement", "listing", "perp_listing"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Guards and exits of the breakout strategy. Fractions: 0.2 is 20 percent."""

    late_max_s: float = 1800.0  # after the event's own time
    chase_fraction_max: float = 0.20  # above the price that the event names
    spread_fraction_max: float = 0.006  # of the mid price
    quote_age_max_s: float = 5.0
    minute_notional_min: float = 500_000.0  # quote units traded in the last minute
    fresh_s: float = 300.0  # so long after the event only half the size is taken
    risk_fraction: Decimal = Decimal("0.0075")  # of equity lost if the stop is hit
    stop_bars: int = 3  # the stop is their low, where that is below the price
    stop_atr: float = 1.5  # else so many average true ranges below it
    atr_bars: int = 14
    first_target_fraction: float = 0.03
    second_target_fraction: float = 0.06
    target_share: float = 0.33  # of the position, at each of the two
    trail_atr: float = 1.2  # the stop of the rest follows the best price at this distance
    trail_every_s: float = 2.0
    cooldown_s: float = 900.0  # after a position is closed
    skips_max: int = 3  # so many events left in `skips_window_s` deny the coin
    skips_window_s: float = 1800.0
    denied_s: float = 7200.0

    def __post_init__(self) -> None:
        """Refuse guards that would guard nothing."""
        for name in (
            "chase_fraction_max",
            "spread_fraction_max",
            "first_target_fraction",
            "second_target_fraction",
        ):
            value = getattr(self, name)
            if not 0 < value < 1:
                raise InvalidValueError(f"want 0 < {name} < 1 (0.03 is three percent), not {value}")
        if not self.first_target_fraction < self.second_target_fraction:
            raise InvalidValueError(
                f"want first_target_fraction < second_target_fraction, not "
                f"{self.first_target_fraction} and {self.second_target_fraction}"
            )
        if not 0 < self.target_share < 0.5:
            raise InvalidValueError(f"want 0 < target_share < 0.5, not {self.target_share}")
        if not 0 < self.risk_fraction <= Decimal("0.05"):
            raise InvalidValueError(f"want 0 < risk_fraction <= 0.05, not {self.risk_fraction}")
        for name in ("late_max_s", "quote_age_max_s", "stop_bars", "stop_atr", "atr_bars"):
            self._want(name, 0)
        for name in ("trail_atr", "trail_every_s", "skips_max", "skips_window_s"):
            self._want(name, 0)
        for name in ("minute_notional_min", "fresh_s", "cooldown_s", "denied_s"):
            self._want(name, -1)

    def _want(self, name: str, above: float) -> None:
        value = getattr(self, name)
        if not (math.isfinite(value) and value > above):
            least = "> 0" if above == 0 else ">= 0"
            raise InvalidValueError(f"want {name} {least}, not {value}")


class EventBreakout(Strategy):
    """Long only, one position at a time: two targets, and a rest that trails."""

    saved = ("_skips_ns", "_denied_until_ns", "_best", "_trail_due_ns", "_reason")

    def __init__(
        self, strategy_id: StrategyId, instrument_id: InstrumentId, params: Params
    ) -> None:
        super().__init__(strategy_id, instrument_id)
        self.params = params
        self.asset = instrument_id.partition("/")[0]
        self.low = self.use(RollingLow(params.stop_bars, of="low"))
        self.atr = self.use(Atr(params.atr_bars))
        self.minute_quantity = self.use(WindowSum(_MINUTE_NS), source="trade")
        self._price: float | None = None
        self._bid = self._ask = 0.0
        self._quoted_ns: int | None = None
        self._skips_ns: list[int] = []  # when events were left, the last few
        self._denied_until_ns = 0
        self._best: float | None = None  # best price since the entry
        self._trail_due_ns: int | None = None
        self._reason = ""

    # what it sees

    def on_bar(self, bar: Bar, holding: Holding) -> None:
        """Remember the price."""
        self._see(bar.close, bar.high, holding)

    def on_trade(self, trade: Trade, holding: Holding) -> None:
        """Remember the price."""
        self._see(trade.price, trade.price, holding)

    def on_quote(self, quote: Quote, holding: Holding) -> None:
        """Remember what it would cost to get in and out."""
        del holding
        self._bid, self._ask, self._quoted_ns = quote.bid, quote.ask, quote.event_ns

    def _see(self, price: float, high: float, holding: Holding) -> None:
        self._price = price
        if holding.is_long:
            self._best = high if self._best is None else max(self._best, high)

    # events

    def on_event(self, event: ExternalEvent, holding: Holding) -> Signals:
        """Enter on an event about this coin that passes every guard; else say which it failed."""
        if event.kind not in _KINDS or self.asset not in event.symbols:
            return None
        return self._judge(event, holding)

    def explain(self) -> str:
        """Say what stood against the last event."""
        return self._reason

    def _judge(self, event: ExternalEvent, holding: Holding) -> Iterator[Signal]:
        now_ns = event.event_ns
        blocker = (
            self._about_us(now_ns, holding)
            or self._about_event(event)
            or self._about_market(now_ns)
        )
        self._reason = blocker
        if blocker:
            if now_ns >= self._denied_until_ns:
                self._count_skip(now_ns)
            yield Skip(
                strategy_id=self.strategy_id,
                instrument_id=self.instrument_id,
                reason=f"{event.kind} of {self.asset} by {event.source}, but {blocker}",
            )
            return
        self._best = self._price
        self._trail_due_ns = now_ns + int(self.params.trail_every_s * _SECOND_NS)
        yield self._entry(event)

    def _count_skip(self, now_ns: int) -> None:
        """Deny the coin for a while when events about it come to nothing again and again."""
        window_ns = self.params.skips_window_s * _SECOND_NS
        recent = [each for each in self._skips_ns if now_ns - each < window_ns]
        self._skips_ns = [*recent, now_ns][-self.params.skips_max :]
        if len(self._skips_ns) == self.params.skips_max:
            self._skips_ns = []
            self._denied_until_ns = now_ns + int(self.params.denied_s * _SECOND_NS)

    def _about_us(self, now_ns: int, holding: Holding) -> str:
        if now_ns < self._denied_until_ns:
            return f"it is denied after {self.params.skips_max} events that came to nothing"
        if not holding.is_idle:
            return "something is held or on its way"
        closed_ns, cooldown_s = holding.closed_ns, self.params.cooldown_s
        if closed_ns is not None and now_ns - closed_ns < cooldown_s * _SECOND_NS:
            return f"cooldown of {cooldown_s:g} s"
        return ""

    def _about_event(self, event: ExternalEvent) -> str:
        late_s = self._late_s(event)
        if late_s > self.params.late_max_s:
            return f"it is {late_s:.0f} s late, want at most {self.params.late_max_s:g}"
        before, price = _price_of(event), self._price
        if before is None:
            return "it names no price from before"
        if price is None:
            return "no price was seen yet"
        chase = price / before - 1
        if chase >= self.params.chase_fraction_max:
            most = self.params.chase_fraction_max
            return f"the price is {chase:.1%} above {before:g}, want less than {most:.0%}"
        return ""

    def _about_market(self, now_ns: int) -> str:
        """Return what the market has against it; what is not known counts against it."""
        params = self.params
        if self.low.value is None or self.atr.value is None:
            return f"{max(params.stop_bars, params.atr_bars + 1)} bars are not known yet"
        quoted_ns = self._quoted_ns
        if quoted_ns is None or now_ns - quoted_ns > params.quote_age_max_s * _SECOND_NS:
            return f"no quote of the last {params.quote_age_max_s:g} s"
        spread = (self._ask - self._bid) / ((self._ask + self._bid) * 0.5)
        if spread >= params.spread_fraction_max:
            return f"a spread of {spread:.2%}, want less than {params.spread_fraction_max:.2%}"
        assert self._price is not None, "the guards on the event have seen it"
        notional = (self.minute_quantity.value or 0.0) * self._price
        if notional < params.minute_notional_min:
            least = params.minute_notional_min
            return f"{notional:,.0f} traded in a minute, want at least {least:,.0f}"
        if self._stop() <= 0:
            return "the range is too wide: the stop would lie below zero"
        return ""

    def _late_s(self, event: ExternalEvent) -> float:
        published_ns = event.event_ns if event.published_ns is None else event.published_ns
        return (event.event_ns - published_ns) / _SECOND_NS

    def _stop(self) -> float:
        """Return the low of the last bars, or a distance in ranges where the price is below it."""
        price, low, atr = self._price, self.low.value, self.atr.value
        assert price is not None, "asked behind the guards, which know it"
        assert low is not None, "asked behind the guards, which know it"
        assert atr is not None, "asked behind the guards, which know it"
        return low if low < price else price - self.params.stop_atr * atr

    def _entry(self, event: ExternalEvent) -> Enter:
        params = self.params
        late_s = self._late_s(event)
        is_fresh = late_s < params.fresh_s
        share = params.target_share
        return Enter(
            strategy_id=self.strategy_id,
            instrument_id=self.instrument_id,
            side=Side.BUY,
            size=RiskFraction(params.risk_fraction * _HALF if is_fresh else params.risk_fraction),
            protection=Protection(
                stop_price=self._stop(),
                targets=(
                    Target(fraction=params.first_target_fraction, share=share),
                    Target(fraction=params.second_target_fraction, share=share),
                ),
            ),
            tag="event_breakout",
            reason=f"{event.kind} of {self.asset} by {event.source}, {late_s:.0f} s ago"
            + (", half the size" if is_fresh else ""),
        )

    # the rest trails

    def wake_at(self) -> int | None:
        """When the stop is looked at next."""
        return self._trail_due_ns

    def on_timer(self, timer: TimerFired, holding: Holding) -> Iterator[Signal]:
        """Let the stop follow the best price; it only tightens."""
        self._trail_due_ns = None
        if holding.is_idle:
            self._best = None
            return
        self._trail_due_ns = timer.event_ns + int(self.params.trail_every_s * _SECOND_NS)
        best, atr, resting = self._best, self.atr.value, holding.stop_price
        if not holding.is_long or best is None or atr is None or resting is None:
            return
        stop = best - self.params.trail_atr * atr
        if stop > float(resting) and (self._price is None or stop < self._price):
            yield Protect(
                strategy_id=self.strategy_id,
                instrument_id=self.instrument_id,
                stop_price=stop,
                reason=f"{self.params.trail_atr:g} ranges below the best price {best:g}",
            )


def _price_of(event: ExternalEvent) -> float | None:
    """Return the price from before the move that an event names in its payload."""
    try:
        price = float(event.payload.get("price", ""))
    except ValueError:
        return None
    return price if math.isfinite(price) and price > 0 else None
