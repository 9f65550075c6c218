"""Situations: named patterns of bars and trades that tell others of a displacement. Never trades.

The patterns, how they are judged by what came of them, and where they fail:
docs/explanation/situations.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.market import Bar, Trade
from argonaut.domain.signal import Announce
from argonaut.indicators import Atr, Lagged, RollingHigh, RollingLow, Sma, WindowLow
from argonaut.ledger.holding import Holding
from argonaut.strategies.interface import Signals, Strategy

_SECOND_NS = 1_000_000_000
PRIORITIES = {"burst": 0.9, "surge": 0.8, "breakout": 0.6, "squeeze": 0.5}
"""Every pattern, with how much it counts before anything is known of what comes of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """What the patterns look for. Fractions: 0.02 is two percent."""

    patterns: tuple[str, ...] = tuple(PRIORITIES)
    burst_fraction: float = 0.01  # trades: above the lowest of the last `burst_s`
    burst_s: float = 20.0
    surge_fraction: float = 0.02  # bars: close above the lowest of the last `surge_bars`
    surge_bars: int = 3
    volume_factor: float = 3.0  # of the bar, over the mean of `volume_bars`
    volume_bars: int = 20
    breakout_fraction: float = 0.005  # close above the high of the last `breakout_bars`
    breakout_bars: int = 60
    squeeze_ratio: float = 0.6  # short range over long range before the bar that leaves it
    squeeze_short_bars: int = 5
    squeeze_long_bars: int = 30
    quiet_s: float = 300.0  # between two tellings of one pattern
    horizon_s: float = 900.0  # so long a pattern has to come to something
    win_fraction: float = 0.01  # up so far first is a success
    loss_fraction: float = 0.005  # down so far first, or neither in time, is none
    judged_min: int = 10  # outcomes before a pattern can fall silent
    silent_below: float = 0.25  # rate of success under which it does

    def __post_init__(self) -> None:
        """Refuse what matches nothing or everything."""
        unknown = [each for each in self.patterns if each not in PRIORITIES]
        if unknown or not self.patterns:
            raise InvalidValueError(f"want patterns of {', '.join(PRIORITIES)}, not {unknown}")
        for name in ("burst", "surge", "breakout", "win", "loss"):
            value = getattr(self, f"{name}_fraction")
            if not 0 < value < 1:
                raise InvalidValueError(
                    f"want 0 < {name}_fraction < 1 (0.01 is one percent), not {value}"
                )
        for name in ("burst_s", "volume_factor", "quiet_s", "horizon_s", "judged_min"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                raise InvalidValueError(f"want {name} > 0, not {value}")
        for name in ("squeeze_ratio", "silent_below"):
            if not 0 <= getattr(self, name) < 1:
                raise InvalidValueError(f"want 0 <= {name} < 1, not {getattr(self, name)}")
        if not 0 < self.squeeze_short_bars < self.squeeze_long_bars:
            raise InvalidValueError(
                f"want 0 < squeeze_short_bars < squeeze_long_bars, not {self.squeeze_short_bars} "
                f"and {self.squeeze_long_bars}"
            )


class Situations(Strategy):
    """Tells of each pattern once in a while, and less of those that came to nothing."""

    saved = ("_told_ns", "_watched", "_outcomes", "_reason")

    def __init__(
        self, strategy_id: StrategyId, instrument_id: InstrumentId, params: Params
    ) -> None:
        super().__init__(strategy_id, instrument_id)
        self.params = params
        self._on = frozenset(params.patterns)
        self._told_ns: dict[str, int] = {}
        self._watched: list[dict[str, Any]] = []  # patterns whose outcome is open
        self._outcomes: dict[str, list[int]] = {}  # pattern: successes, all
        self._reason = ""
        self._has_bars = bool(self._on - {"burst"})
        if self._has_bars:
            self.low = self.use(RollingLow(params.surge_bars, of="close", skip=1))
            self.high = self.use(RollingHigh(params.breakout_bars, of="high", skip=1))
            self.volume = self.use(Lagged(Sma(params.volume_bars, of="volume"), 1))
            self.short = self.use(Lagged(Atr(params.squeeze_short_bars), 1))
            self.long = self.use(Lagged(Atr(params.squeeze_long_bars), 1))
        if "burst" in self._on:
            window_ns = int(params.burst_s * _SECOND_NS)
            self.trade_low = self.use(WindowLow(window_ns), source="trade")

    def on_bar(self, bar: Bar, holding: Holding) -> Signals:
        """Judge what is open, then tell of the first of the patterns that the bar makes."""
        del holding
        now_ns = bar.close_ns
        if self._watched:
            self._judge(now_ns, bar.high, bar.low)
        if not self._has_bars:
            return None
        found = sorted(self._on_this_bar(bar), key=lambda each: -PRIORITIES[each[0]])
        told = [self._tell(name, now_ns, before, bar.close) for name, before in found]
        return [each for each in told if each is not None][:1]

    def on_trade(self, trade: Trade, holding: Holding) -> Signals:
        """Judge what is open, then look for a burst."""
        del holding
        price = trade.price
        if self._watched:
            self._judge(trade.event_ns, price, price)
        if "burst" not in self._on:
            return None
        low = self.trade_low.value
        if low is None or price < low * (1 + self.params.burst_fraction):
            return None
        told = self._tell("burst", trade.event_ns, low, price)
        return None if told is None else (told,)

    def explain(self) -> str:
        """Say what was seen last."""
        return self._reason

    def rate_of(self, pattern: str) -> float:
        """Return how often a pattern came to something, a half before anything is known."""
        wins, count = self._outcomes.get(pattern, (0, 0))
        return (wins + 1) / (count + 2)

    def _on_this_bar(self, bar: Bar) -> Iterator[tuple[str, float]]:
        """Yield each pattern that the bar makes, with the price from before it."""
        params, close = self.params, bar.close
        low, high, usual = self.low.value, self.high.value, self.volume.value
        short, long = self.short.value, self.long.value
        is_heavy = usual is not None and bar.volume >= params.volume_factor * usual > 0
        has_surged = low is not None and close >= low * (1 + params.surge_fraction)
        is_out = high is not None and close >= high * (1 + params.breakout_fraction)
        if low is not None and has_surged and is_heavy and "surge" in self._on:
            yield "surge", low
        if high is not None and is_out and is_heavy and "breakout" in self._on:
            yield "breakout", high
        if short is None or long is None or "squeeze" not in self._on:
            return
        if short <= params.squeeze_ratio * long and close - bar.open > long:
            yield "squeeze", bar.open

    def _tell(self, pattern: str, now_ns: int, before: float, price: float) -> Announce | None:
        """Tell of a pattern, unless it was told a moment ago or has come to nothing too often."""
        told_ns, quiet_ns = self._told_ns.get(pattern), self.params.quiet_s * _SECOND_NS
        if told_ns is not None and now_ns - told_ns < quiet_ns:
            return None
        self._told_ns[pattern] = now_ns
        until_ns = now_ns + int(self.params.horizon_s * _SECOND_NS)
        self._watched.append({"pattern": pattern, "price": price, "until_ns": until_ns})
        rate = self.rate_of(pattern)
        count = self._outcomes.get(pattern, (0, 0))[1]
        said = f"{pattern}: {price / before - 1:.2%} above {before:g}, came to something {rate:.0%}"
        if count >= self.params.judged_min and rate < self.params.silent_below:
            self._reason = f"{said}; silent until it does better"
            return None
        self._reason = said
        return Announce(
            strategy_id=self.strategy_id,
            instrument_id=self.instrument_id,
            reason=said,
            kind="displacement",
            priority=min(PRIORITIES[pattern] * (0.5 + rate), 1.0),
            payload={"pattern": pattern, "price": repr(float(before)), "outcomes": str(count)},
        )

    def _judge(self, now_ns: int, high: float, low: float) -> None:
        """Close what has come to something, or to nothing; in doubt it has not."""
        params, still = self.params, []
        for each in self._watched:
            price = each["price"]
            has_lost = low <= price * (1 - params.loss_fraction) or now_ns > each["until_ns"]
            has_won = not has_lost and high >= price * (1 + params.win_fraction)
            if not (has_lost or has_won):
                still.append(each)
                continue
            wins, count = self._outcomes.get(each["pattern"], (0, 0))
            self._outcomes[each["pattern"]] = [wins + has_won, count + 1]
        self._watched = still
