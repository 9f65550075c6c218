"""The exit rules of the trade-based peer in our words: entries by bar, stop, target, trail.

A signal on bar n fills at the open of bar n + 1. What the peer looks up inside a bar (a take
profit that falls with the minutes, a trail that starts at an offset) is set at each bar's close.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.market import Bar
from argonaut.domain.order import Filled, OrderType, Side
from argonaut.domain.signal import (
    CashFraction,
    Enter,
    Exit,
    Notional,
    Protect,
    Protection,
    Signal,
    Skip,
    Target,
)
from argonaut.ledger.holding import Holding
from argonaut.strategies.interface import Strategy

_MINUTE_NS = 60 * 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Bars count from 0; fractions are of the entry price; `roi` is minutes held -> fraction."""

    enter_bars: tuple[int, ...]
    exit_bars: tuple[int, ...] = ()
    is_short: bool = False
    tag: str = ""
    notional: Decimal | None = None  # quote units; without it all cash, at the price it fills
    stop: float
    roi: Mapping[int, float] = field(default_factory=dict)  # net of `fee` on both sides
    fee: float = 0.0
    trail: float | None = None  # behind the best price from the entry on
    offset: float | None = None  # gain at which `offset_trail` begins
    offset_trail: float = 0.0
    entry_limit: float | None = None
    entry_limit_then: float | None = None  # for what is not filled at the first close after
    cancels_entry: bool = False  # at that close
    exit_limit: float | None = None


class ExitTable(Strategy):
    """One position at a time."""

    def __init__(
        self, strategy_id: StrategyId, instrument_id: InstrumentId, params: Params
    ) -> None:
        super().__init__(strategy_id, instrument_id)
        self.params = params
        self.sign = -1 if params.is_short else 1
        self.bars = 0

    def on_bar(self, bar: Bar, holding: Holding) -> Iterator[Signal]:
        """Leave or move the protection of what is held; else enter where it is due."""
        now, self.bars = self.bars, self.bars + 1
        if not holding.is_flat:
            if now in self.params.exit_bars:
                yield self._exit("the table says so", self.params.exit_limit)
            elif not holding.exiting:
                yield from self._protect(bar, holding)
        elif holding.entering:
            if self.params.cancels_entry or self.params.entry_limit_then is not None:
                yield self._exit("the entry is priced anew")
            if self.params.entry_limit_then is not None:
                yield self._enter(self.params.entry_limit_then)
        elif now in self.params.enter_bars:
            yield self._enter(self.params.entry_limit)

    def on_fill(self, fill: Filled, holding: Holding) -> Iterator[Signal]:
        """Note in which bar it filled; the fills of a bar are told at its close."""
        yield Skip(
            strategy_id=self.strategy_id,
            instrument_id=self.instrument_id,
            reason=f"{'out' if holding.is_flat else 'in'} {self.bars}",
        )

    def _protect(self, bar: Bar, holding: Holding) -> Iterator[Protect]:
        entry, opened_ns = float(holding.average_price or 0), holding.opened_ns or 0
        stop = None
        best = bar.low if self.params.is_short else bar.high
        offset = self.params.offset
        if offset is not None and self.sign * (best / entry - 1) >= offset:
            stop = best * (1 - self.sign * self.params.offset_trail)
        gain = self._gain((bar.close_ns - opened_ns) // _MINUTE_NS)
        if stop is not None or gain is not None:
            yield Protect(
                strategy_id=self.strategy_id,
                instrument_id=self.instrument_id,
                stop_price=stop,
                target_price=None if gain is None else entry * (1 + self.sign * gain),
                reason="a bar closed",
            )

    def _gain(self, minutes: int) -> float | None:
        """Return the gain in price that leaves the take profit of this minute after fees."""
        due = [minute for minute in self.params.roi if minute <= minutes]
        if not due:
            return None
        fee = self.params.fee
        return (1 + self.params.roi[max(due)] + fee) / (1 - fee) - 1

    def _enter(self, limit: float | None) -> Enter:
        gain, notional = self._gain(0), self.params.notional
        return Enter(
            strategy_id=self.strategy_id,
            instrument_id=self.instrument_id,
            side=Side.SELL if self.params.is_short else Side.BUY,
            size=CashFraction() if notional is None else Notional(notional),
            order_type=OrderType.MARKET if limit is None else OrderType.LIMIT,
            limit_price=limit,
            protection=Protection(
                stop_fraction=self.params.stop,
                trail_fraction=self.params.trail,
                targets=() if gain is None else (Target(fraction=gain),),
            ),
            tag=self.params.tag,
            reason="the table says so",
        )

    def _exit(self, reason: str, limit: float | None = None) -> Exit:
        return Exit(
            strategy_id=self.strategy_id,
            instrument_id=self.instrument_id,
            order_type=OrderType.MARKET if limit is None else OrderType.LIMIT,
            limit_price=limit,
            reason=reason,
        )
