"""Scalp: buy the low end of a small range when the book leans up, and be out within basis points.

The idea, its guards and where it fails: docs/explanation/scalp.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.event import TimerFired
from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.market import Quote, Trade
from argonaut.domain.order import Order, OrderRole, Side
from argonaut.domain.signal import Enter, Exit, Notional, Protection, Signal, Skip, Target
from argonaut.indicators import Rsi, WindowHigh, WindowLow
from argonaut.ledger.holding import Holding
from argonaut.strategies.interface import Signals, Strategy

_SECOND_NS = 1_000_000_000
_MINUTE_NS = 60 * _SECOND_NS
_ROUNDING = 1e-9  # a range of exactly six basis points must not come out a hair short in float64


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Knobs of the scalper. Fractions: 0.0006 is six basis points. Quote units count as dollars."""

    window_s: float = 30.0  # of trades; range, position and number of ticks are of it
    ticks_min: int = 8  # trades in the window
    range_fraction_min: float = 0.0006  # high over low of the window, of the low
    position_low: float = 0.22  # buy at or below this part of the range
    position_high: float = 0.78  # sell short at or above this part
    rsi_ticks: int = 2
    rsi_low: float = 20.0  # buy at or below
    rsi_high: float = 80.0  # sell short at or above
    imbalance_min: float = 0.18  # (bid size - ask size) / both, at the best prices; mirrored
    spread_fraction_max: float = 0.0006  # of the mid price
    depth_min_quote: float = 20_000.0  # resting at the best bid and the best ask together
    book_age_max_s: float = 5.0
    signals_per_minute: int = 6  # entries asked for, refused ones too
    cooldown_s: float = 15.0  # after a position is closed
    ttl_s: float = 30.0  # an entry that has not filled whole by then is taken out
    stop_fraction: float = 0.0012  # from the average entry price
    target_fraction: float = 0.0018
    fee_fraction: float = 0.001  # of each trade; yours may be less
    slippage_fraction: float = 0.0001  # of each trade, believed until own fills tell
    slippage_fills: int = 20  # how many fills what is believed weighs
    notional_quote: Decimal = Decimal(50)
    shorts: bool = False  # only where the venue lends

    def __post_init__(self) -> None:
        """Refuse numbers that guard nothing or that no market could meet."""
        for low, high, least, most in (
            (self.position_low, self.position_high, 0.0, 1.0),
            (self.rsi_low, self.rsi_high, 0.0, 100.0),
        ):
            if not least <= low < high <= most:
                raise InvalidValueError(
                    f"want {least:g} <= low < high <= {most:g} of position and RSI, "
                    f"not {low} and {high}"
                )
        for name in (
            "range_fraction_min",
            "spread_fraction_max",
            "stop_fraction",
            "target_fraction",
        ):
            value = getattr(self, name)
            if not 0 < value < 1:
                raise InvalidValueError(f"want 0 < {name} < 1 (0.0006 is 6 bp), not {value}")
        for name in (
            "window_s",
            "ticks_min",
            "rsi_ticks",
            "book_age_max_s",
            "signals_per_minute",
            "ttl_s",
            "slippage_fills",
            "notional_quote",
        ):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                raise InvalidValueError(f"want {name} > 0, not {value}")
        for name in ("depth_min_quote", "cooldown_s", "fee_fraction", "slippage_fraction"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0):
                raise InvalidValueError(f"want {name} >= 0, not {value}")
        if not 0 <= self.imbalance_min < 1:
            raise InvalidValueError(f"want 0 <= imbalance_min < 1, not {self.imbalance_min}")


class Scalp(Strategy):
    """One small position at a time; the engine's bracket closes it."""

    saved = ("_ticks", "_asked", "_slip_in", "_slip_out", "_guard", "_reason", "_told_ns")

    def __init__(
        self, strategy_id: StrategyId, instrument_id: InstrumentId, params: Params
    ) -> None:
        super().__init__(strategy_id, instrument_id)
        self.params = params
        self._window_ns = int(params.window_s * _SECOND_NS)
        self._ttl_ns = int(params.ttl_s * _SECOND_NS)
        self.high = self.use(WindowHigh(self._window_ns), source="trade")
        self.low = self.use(WindowLow(self._window_ns), source="trade")
        self.rsi = self.use(Rsi(params.rsi_ticks, of="price"), source="trade")
        self._ticks: list[int] = []  # times of the last `ticks_min` trades
        self._asked: list[int] = []  # times of the last `signals_per_minute` entries asked for
        self._slip_in = params.slippage_fraction  # of an entry, as own fills had it
        self._slip_out = params.slippage_fraction  # of a stop or another exit at market
        self._guard = self._reason = ""  # what stood against the last chance, and in words
        self._told_ns = 0
        self._bid = self._ask = self._bid_size = self._ask_size = 0.0
        self._quoted_ns: int | None = None

    def on_quote(self, quote: Quote, holding: Holding) -> None:
        """Remember the top of the book."""
        del holding
        self._bid, self._ask, self._quoted_ns = quote.bid, quote.ask, quote.event_ns
        self._bid_size, self._ask_size = quote.bid_quantity, quote.ask_quantity

    def on_trade(self, trade: Trade, holding: Holding) -> Signals:
        """Decide at every trade."""
        ticks = self._ticks
        ticks.append(trade.event_ns)
        if len(ticks) > self.params.ticks_min:
            del ticks[0]
        side = self._side(trade) if holding.is_idle else None
        return None if side is None else self._judge(trade, side, holding)

    def explain(self) -> str:
        """Say what stood against the last chance."""
        return self._reason

    # the chance

    def _side(self, trade: Trade) -> Side | None:
        """Return what the window and the RSI say; None when nothing."""
        params, ticks = self.params, self._ticks
        high, low, rsi = self.high.value, self.low.value, self.rsi.value
        if high is None or low is None or rsi is None:
            return None
        if len(ticks) < params.ticks_min or trade.event_ns - ticks[0] >= self._window_ns:
            return None
        width = high - low
        if width / low < params.range_fraction_min - _ROUNDING:
            return None
        position = (trade.price - low) / width
        if position <= params.position_low + _ROUNDING and rsi <= params.rsi_low:
            return Side.BUY
        if (
            params.shorts
            and position >= params.position_high - _ROUNDING
            and rsi >= params.rsi_high
        ):
            return Side.SELL
        return None

    def _judge(self, trade: Trade, side: Side, holding: Holding) -> Iterator[Signal]:
        now_ns = trade.event_ns
        guard, said = (
            self._about_book(now_ns, side)
            or self._about_pace(now_ns, holding)
            or self._about_edge()
            or ("", "")
        )
        chance = f"{side.value} at {self._position(trade):.2f} of {self._range():.1f} bp"
        if not guard:
            self._asked = [*self._asked, now_ns][-self.params.signals_per_minute :]
            self._guard = self._reason = ""
            yield self._entry(side, f"{chance}, {self._edge():.1f} bp are left of the target")
        elif guard != self._guard or now_ns - self._told_ns >= _MINUTE_NS:
            self._guard, self._told_ns, self._reason = guard, now_ns, f"{chance}, but {said}"
            yield Skip(
                strategy_id=self.strategy_id,
                instrument_id=self.instrument_id,
                reason=self._reason,
            )

    def _about_book(self, now_ns: int, side: Side) -> tuple[str, str] | None:
        """Return which guard of the book stands against it and what it says."""
        params, quoted_ns = self.params, self._quoted_ns
        if quoted_ns is None:
            return "book age", "no quote has come yet"
        age_s = (now_ns - quoted_ns) / _SECOND_NS
        if age_s > params.book_age_max_s:
            return "book age", f"the book is {age_s:.1f} s old, want {params.book_age_max_s:g}"
        spread = self._spread()
        if spread > params.spread_fraction_max + _ROUNDING:
            most = params.spread_fraction_max
            return "spread", f"a spread of {_bp(spread)}, want at most {_bp(most)}"
        depth = self._bid * self._bid_size + self._ask * self._ask_size
        if depth < params.depth_min_quote:
            return "depth", f"{depth:.0f} rest at the best prices, want {params.depth_min_quote:g}"
        imbalance = side.sign * self._imbalance()
        if imbalance < params.imbalance_min - _ROUNDING:
            return (
                "imbalance",
                f"the book leans {imbalance:+.2f} our way, want {params.imbalance_min:g}",
            )
        return None

    def _about_pace(self, now_ns: int, holding: Holding) -> tuple[str, str] | None:
        params, closed_ns = self.params, holding.closed_ns
        if closed_ns is not None and now_ns - closed_ns < params.cooldown_s * _SECOND_NS:
            return "cooldown", f"cooldown of {params.cooldown_s:g} s"
        recent = [each for each in self._asked if now_ns - each < _MINUTE_NS]
        if len(recent) >= params.signals_per_minute:
            return "pace", f"{len(recent)} signals in the last minute are enough"
        return None

    def _about_edge(self) -> tuple[str, str] | None:
        """Want something left of the take-profit once fees and slippage are paid."""
        params = self.params
        if self._edge() > 0:
            return None
        return "edge", (
            f"nothing is left of {_bp(params.target_fraction)}: fees "
            f"{_bp(2 * params.fee_fraction)}, slippage {_bp(self.slippage())}"
        )

    def _edge(self) -> float:
        """Return what is left of the take-profit, in basis points."""
        params = self.params
        return 1e4 * (params.target_fraction - 2 * params.fee_fraction - self.slippage())

    # slippage, learned

    def slippage(self) -> float:
        """Return what is predicted to be lost against the price decided on, in and out.

        As own fills had it, and at least half the spread that stands now for the way in.
        """
        return max(self._slip_in, self._spread() / 2) + self._slip_out

    def on_end(self, order: Order, holding: Holding) -> None:
        """Learn from an order that is over what its fills lost."""
        del holding
        believed = order.decision_price if order.role is OrderRole.ENTRY else order.trigger_price
        if order.role not in (OrderRole.ENTRY, OrderRole.STOP) or not order.filled or not believed:
            return
        average = order.filled_quote / order.filled
        lost = order.side.sign * (float(average / believed) - 1)
        share = 1 / (self.params.slippage_fills + 1)
        if order.role is OrderRole.ENTRY:
            self._slip_in += share * (lost - self._slip_in)
        else:
            self._slip_out += share * (lost - self._slip_out)

    # time to live

    def wake_at(self) -> int | None:
        """When the last entry asked for has to be filled."""
        return self._asked[-1] + self._ttl_ns if self._asked else None

    def on_timer(self, timer: TimerFired, holding: Holding) -> Iterator[Signal]:
        """Take out an entry that has not filled whole, with what filled of it."""
        del timer
        if holding.entering:
            yield Exit(
                strategy_id=self.strategy_id,
                instrument_id=self.instrument_id,
                tag="scalp_exit",
                reason=f"not filled within {self.params.ttl_s:g} s",
            )

    # numbers

    def _entry(self, side: Side, reason: str) -> Enter:
        params = self.params
        return Enter(
            strategy_id=self.strategy_id,
            instrument_id=self.instrument_id,
            side=side,
            size=Notional(params.notional_quote),
            protection=Protection(
                stop_fraction=params.stop_fraction,
                targets=(Target(fraction=params.target_fraction),),
            ),
            tag="scalp",
            reason=reason,
        )

    def _spread(self) -> float:
        middle = (self._ask + self._bid) * 0.5
        return (self._ask - self._bid) / middle if middle else 0.0

    def _imbalance(self) -> float:
        both = self._bid_size + self._ask_size
        return (self._bid_size - self._ask_size) / both if both else 0.0

    def _position(self, trade: Trade) -> float:
        high, low = self.high.value or 0.0, self.low.value or 0.0
        return (trade.price - low) / (high - low)

    def _range(self) -> float:
        high, low = self.high.value or 0.0, self.low.value or 0.0
        return 1e4 * (high - low) / low


def _bp(fraction: float) -> str:
    return f"{fraction * 1e4:.1f} bp"
