"""Trend following: enter when three timeframes agree, leave at a stop, a target or a cross.

The idea, its source and where it fails: docs/explanation/trend-following.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.market import Bar
from argonaut.domain.order import Filled, Side
from argonaut.domain.signal import (
    Enter,
    EquityFraction,
    Exit,
    Protect,
    Protection,
    Signal,
    Skip,
    Target,
)
from argonaut.domain.timeframe import parse_timeframe
from argonaut.indicators import Atr, RollingHigh, RollingLow, Rsi, Sma
from argonaut.ledger.holding import Holding
from argonaut.strategies.interface import Pace, Signals, Strategy
from argonaut.strategies.trend_tuner import Knobs, Tuner


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Knobs of the trend follower. Lengths are bars of their own timeframe."""

    timeframe: str = "4h"  # primary: decides, and measures RSI, ATR and extremes
    fast_bars: int = 50
    slow_bars: int = 200
    confirm_timeframe: str = "1h"  # has to point the same way at an entry
    confirm_fast_bars: int = 100
    confirm_slow_bars: int = 400
    regime_timeframe: str = "1d"  # has to as well, as `regime` says
    regime_fast_bars: int = 50
    regime_slow_bars: int = 200
    regime: Literal["required", "when_warm"] = "required"  # waited for, or left out while cold
    rsi_bars: int = 14
    rsi_low: float = 52.0  # a long wants the RSI between the two, a short mirrored at 50
    rsi_high: float = 72.0
    atr_bars: int = 14
    stop_bars: int = 3
    stop_atr: float = 1.2  # below the lowest low of `stop_bars`
    target_atr: float = 2.0  # above the close at entry
    cooldown_bars: int = 3  # flat bars before the next entry
    shorts: bool = False  # only where the venue lends
    equity_fraction: Decimal = Decimal("0.015")  # spent on an entry
    notional_min_quote: Decimal = Decimal(75)  # but at least so much
    tuning: Literal["off", "advise", "act"] = "off"  # whether the tuner looks, and may move knobs

    def __post_init__(self) -> None:
        """Refuse lengths, windows and multiples that cannot work together."""
        for prefix in ("", "confirm_", "regime_"):
            fast, slow = getattr(self, f"{prefix}fast_bars"), getattr(self, f"{prefix}slow_bars")
            if not 0 < fast < slow:
                raise InvalidValueError(
                    f"want 0 < {prefix}fast_bars < {prefix}slow_bars, not {fast} and {slow}"
                )
            parse_timeframe(getattr(self, f"{prefix}timeframe"))
        if not 0 <= self.rsi_low < self.rsi_high <= 100:
            raise InvalidValueError(
                f"want 0 <= rsi_low < rsi_high <= 100, not {self.rsi_low} and {self.rsi_high}"
            )
        for name in ("rsi_bars", "atr_bars", "stop_bars", "stop_atr", "target_atr"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                raise InvalidValueError(f"want {name} > 0, not {value}")
        if not 0 < self.equity_fraction <= 1:
            raise InvalidValueError(
                f"want 0 < equity_fraction <= 1 (0.015 is 1.5 percent), not {self.equity_fraction}"
            )
        for name in ("cooldown_bars", "notional_min_quote"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0):
                raise InvalidValueError(f"want {name} >= 0, not {value}")


class TrendFollow(Strategy):
    """Long, and short where allowed, one position at a time.

    FLAT, ACTIVE and COOLDOWN are read from the holding: what the ledger says happened, never
    what was asked for.
    """

    pace = Pace(silent_s=14 * 86_400.0, entries_a_day=20)  # a handful a week on five symbols
    saved = ("_reason",)

    def __init__(
        self, strategy_id: StrategyId, instrument_id: InstrumentId, params: Params
    ) -> None:
        super().__init__(strategy_id, instrument_id)
        self.params = params
        self.timeframes = (params.timeframe,)
        main, confirm, regime = (
            params.timeframe,
            params.confirm_timeframe,
            params.regime_timeframe,
        )
        self.fast = self.use(Sma(params.fast_bars), timeframe=main)
        self.slow = self.use(Sma(params.slow_bars), timeframe=main)
        self.rsi = self.use(Rsi(params.rsi_bars), timeframe=main)
        self.atr = self.use(Atr(params.atr_bars), timeframe=main)
        self.lowest = self.use(RollingLow(params.stop_bars, of="low"), timeframe=main)
        self.highest = self.use(RollingHigh(params.stop_bars, of="high"), timeframe=main)
        self.confirm_fast = self.use(Sma(params.confirm_fast_bars), timeframe=confirm)
        self.confirm_slow = self.use(Sma(params.confirm_slow_bars), timeframe=confirm)
        self.regime_fast = self.use(Sma(params.regime_fast_bars), timeframe=regime)
        self.regime_slow = self.use(Sma(params.regime_slow_bars), timeframe=regime)
        self._reason = ""
        knobs = Knobs(
            params.rsi_low,
            params.rsi_high,
            params.stop_atr,
            params.target_atr,
            params.cooldown_bars,
        )
        self.tuner = Tuner(knobs, acts=params.tuning == "act")
        self._is_tuned = params.tuning != "off"
        self._realized: str | None = None  # quote units, when last flat

    def on_bar(self, bar: Bar, holding: Holding) -> Iterator[Signal]:
        """Manage what is held; when flat and cooled down, look for agreement."""
        if self._is_tuned:
            self._haunt(bar)
            if self._realized is None and holding.is_idle:
                self._realized = str(holding.realized)
        if not holding.is_flat:
            yield from self._manage(bar, holding)
        elif holding.is_idle:
            yield from self._seek(bar, holding)

    def on_fill(self, fill: Filled, holding: Holding) -> Signals:
        """Have the tuner learn from a trade that is closed."""
        del fill
        if not self._is_tuned or not holding.is_flat:
            return None
        before = Decimal(self._realized or 0)
        self._realized = str(holding.realized)
        return [self._skip(said) for said in self.tuner.on_trade(won=holding.realized > before)]

    def explain(self) -> str:
        """Say why nothing was decided last time."""
        return self._reason

    def save(self) -> dict[str, Any]:
        """Return why nothing was decided and, where it is on, what the tuner knows."""
        tuned = {"tuner": self.tuner.save(), "realized": self._realized} if self._is_tuned else {}
        return {**super().save(), **tuned}

    def load(self, state: Mapping[str, Any]) -> None:
        """Take back what `save` returned; a tuner that was off then begins as new."""
        super().load(state)
        if self._is_tuned:
            self.tuner.load(state.get("tuner", {}))
            self._realized = state.get("realized")

    def _seek(self, bar: Bar, holding: Holding) -> Iterator[Signal]:
        knobs = self.tuner.knobs
        reason = self._blocker(bar, holding.closed_ns, knobs)
        if not reason:
            self._reason = ""
            yield self._entry(bar, knobs, is_long=self._direction() > 0)
        elif reason != self._reason:
            self._reason = reason
            yield self._skip(reason)

    def _skip(self, reason: str) -> Skip:
        return Skip(strategy_id=self.strategy_id, instrument_id=self.instrument_id, reason=reason)

    def _haunt(self, bar: Bar) -> None:
        """Let the ghosts of a trial trade this bar as we would."""
        for ghost in self.tuner.ghosts:
            if ghost.sign:
                ghost.watch(bar.low, bar.high, bar.close_ns)
            if ghost.sign and _sign(self.fast.value, self.slow.value) == -ghost.sign:
                ghost.close(bar.close, bar.close_ns)
            elif ghost.sign:
                ghost.tighten(self._stop(ghost.knobs, is_long=ghost.sign > 0))
            elif not self._blocker(bar, ghost.closed_ns, ghost.knobs):
                sign, knobs = self._direction(), ghost.knobs
                ghost.open(
                    sign,
                    bar.close,
                    stop=self._stop(knobs, is_long=sign > 0),
                    target=self._target(bar, knobs, sign),
                )

    def _blocker(self, bar: Bar, closed_ns: int | None, knobs: Knobs) -> str:
        """Return what stands against an entry now, first things first; empty when nothing."""
        cold = self._cold()
        if cold:
            return f"waits for history: {cold}"
        if closed_ns is not None:
            flat_bars = (bar.close_ns - closed_ns) // bar.timeframe_ns
            if flat_bars < knobs.cooldown_bars:
                return f"cooldown of {knobs.cooldown_bars} bars"
        direction = self._direction()
        if direction == 0:
            return "timeframes disagree"
        if direction < 0 and not self.params.shorts:
            return "trend is down, shorts are off"
        assert self.rsi.value is not None, "warm, so the RSI is known"
        low, high = _rsi_window(knobs, is_long=direction > 0)
        if not low <= self.rsi.value <= high:
            return f"RSI outside {low:g} to {high:g}"
        stop = self._stop(knobs, is_long=direction > 0)
        if min(stop, self._target(bar, knobs, direction)) <= 0:
            return "range too wide: stop or target would lie below zero"
        return ""

    def _cold(self) -> str:
        """Name the history that is still missing, as bars of a timeframe."""
        params = self.params
        needed = [
            (self.slow.value, params.timeframe, params.slow_bars),
            (self.confirm_slow.value, params.confirm_timeframe, params.confirm_slow_bars),
            (self.rsi.value, params.timeframe, params.rsi_bars + 1),
            (self.atr.value, params.timeframe, params.atr_bars + 1),
            (self.lowest.value, params.timeframe, params.stop_bars),
        ]
        if params.regime == "required":
            needed.append(
                (self.regime_slow.value, params.regime_timeframe, params.regime_slow_bars)
            )
        bars_of: dict[str, int] = {}
        for value, timeframe, bars in needed:
            if value is None:
                bars_of[timeframe] = max(bars, bars_of.get(timeframe, 0))
        return ", ".join(f"{bars} bars of {timeframe}" for timeframe, bars in bars_of.items())

    def _direction(self) -> int:
        """+1 when every timeframe has fast above slow, -1 when every one has it below, else 0."""
        signs = {
            _sign(self.fast.value, self.slow.value),
            _sign(self.confirm_fast.value, self.confirm_slow.value),
        }
        if self.regime_slow.value is not None:
            signs.add(_sign(self.regime_fast.value, self.regime_slow.value))
        return signs.pop() if len(signs) == 1 else 0

    def _entry(self, bar: Bar, knobs: Knobs, *, is_long: bool) -> Enter:
        params = self.params
        timeframes = [params.timeframe, params.confirm_timeframe]
        if self.regime_slow.value is not None:
            timeframes.append(params.regime_timeframe)
        return Enter(
            strategy_id=self.strategy_id,
            instrument_id=self.instrument_id,
            side=Side.BUY if is_long else Side.SELL,
            size=EquityFraction(params.equity_fraction, params.notional_min_quote),
            protection=Protection(
                stop_price=self._stop(knobs, is_long=is_long),
                targets=(Target(price=self._target(bar, knobs, 1 if is_long else -1)),),
                exit_tag="trend_follow_exit",
            ),
            tag=f"trend_follow_{'long' if is_long else 'short'}",
            reason=(
                f"averages point {'up' if is_long else 'down'} on {', '.join(timeframes)}; "
                f"RSI {self.rsi.value:.1f}, ATR {self.atr.value:.6g}"
            ),
        )

    def _target(self, bar: Bar, knobs: Knobs, sign: int) -> float:
        atr = self.atr.value
        assert atr is not None, "warm, so the range is known"
        return bar.close + sign * knobs.target_atr * atr

    def _stop(self, knobs: Knobs, *, is_long: bool) -> float:
        """Beyond the extreme of the last bars by a multiple of the average true range."""
        atr, lowest, highest = self.atr.value, self.lowest.value, self.highest.value
        assert atr is not None, "warm, so the range is known"
        assert lowest is not None, "warm, so the low is known"
        assert highest is not None, "warm, so the high is known"
        margin = knobs.stop_atr * atr
        return lowest - margin if is_long else highest + margin

    def _manage(self, bar: Bar, holding: Holding) -> Iterator[Signal]:
        """Leave when the averages cross back; otherwise follow with the stop."""
        if holding.exiting:
            return
        sign = 1 if holding.is_long else -1
        if _sign(self.fast.value, self.slow.value) == -sign:
            yield Exit(
                strategy_id=self.strategy_id,
                instrument_id=self.instrument_id,
                tag="trend_follow_exit",
                reason=f"fast average crossed back over slow, {self._gain(bar, holding)}",
            )
            return
        stop = self._stop(self.tuner.knobs, is_long=holding.is_long)
        resting = holding.stop_price
        if resting is not None and stop > 0 and sign * stop > sign * float(resting):
            yield Protect(
                strategy_id=self.strategy_id,
                instrument_id=self.instrument_id,
                stop_price=stop,
                reason=f"extreme of {self.params.stop_bars} bars moved our way",
            )

    def _gain(self, bar: Bar, holding: Holding) -> str:
        average = holding.average_price
        assert average is not None, "a holding that is not flat has a price"
        sign = 1 if holding.is_long else -1
        return f"P&L {sign * (bar.close / float(average) - 1):+.2%}"


def _sign(fast: float | None, slow: float | None) -> int:
    if fast is None or slow is None or fast == slow:
        return 0
    return 1 if fast > slow else -1


def _rsi_window(knobs: Knobs, *, is_long: bool) -> tuple[float, float]:
    low, high = knobs.rsi_low, knobs.rsi_high
    return (low, high) if is_long else (100 - high, 100 - low)
