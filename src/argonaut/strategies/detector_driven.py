"""Detector-driven: forwards signals from outside that are sure enough, fresh and on the list.

What becomes of each field, and where it fails: docs/explanation/detector-driven.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, Context, Decimal

import msgspec

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.event import DetectorSignal
from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.market import Bar, Quote, Trade
from argonaut.domain.number import ONE, to_decimal
from argonaut.domain.order import Filled, OrderType, Side
from argonaut.domain.signal import (
    Enter,
    EquityFraction,
    Exit,
    Notional,
    Protection,
    Quantity,
    Signal,
    Size,
    Skip,
    Target,
)
from argonaut.ledger.holding import Holding
from argonaut.strategies.interface import Signals, Strategy

_SECOND_NS = 1_000_000_000
_ORDER_TYPES = {each.value: each for each in OrderType}
_STOPS = (OrderType.STOP, OrderType.STOP_LIMIT)
_UP = Context(prec=28, rounding=ROUND_CEILING)  # a third of 3 must not come out a lot short of 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """What a detector's signal must have before it is forwarded."""

    confidence_min: float = 0.5  # an intent to exit is taken whatever its confidence
    ttl_s: float = 30.0  # where the signal brings no time to live of its own
    sources: tuple[str, ...] = ()  # allow-list; empty allows every source
    stop_fraction: float | None = 0.02  # where the signal brings no stop; null leaves it bare
    target_fraction: float | None = None  # where the signal brings no take-profit

    def __post_init__(self) -> None:
        """Refuse fractions and times out of range."""
        if not 0 <= self.confidence_min <= 1:
            raise InvalidValueError(f"want 0 <= confidence_min <= 1, not {self.confidence_min}")
        if not (math.isfinite(self.ttl_s) and self.ttl_s > 0):
            raise InvalidValueError(f"want ttl_s > 0, not {self.ttl_s}")
        for name in ("stop_fraction", "target_fraction"):
            value = getattr(self, name)
            if value is not None and not 0 < value < 1:
                raise InvalidValueError(f"want 0 < {name} < 1 (0.02 is two percent), not {value}")


class DetectorDriven(Strategy):
    """Has no opinion of its own. `intent: auto` closes what an opposite signal meets, first."""

    saved = ("_price", "_flip", "_flip_until_ns")

    def __init__(
        self, strategy_id: StrategyId, instrument_id: InstrumentId, params: Params
    ) -> None:
        super().__init__(strategy_id, instrument_id)
        self.params = params
        self._price: float | None = None  # last seen, to measure a notional against the holding
        self._flip = ""  # the entry that follows the exit now working, as JSON
        self._flip_until_ns = 0

    def on_bar(self, bar: Bar, holding: Holding) -> None:  # noqa: ARG002 - its shape
        """Remember the price."""
        self._price = bar.close

    def on_trade(self, trade: Trade, holding: Holding) -> None:  # noqa: ARG002 - its shape
        """Remember the price."""
        self._price = trade.price

    def on_quote(self, quote: Quote, holding: Holding) -> None:  # noqa: ARG002 - its shape
        """Remember the price."""
        self._price = (quote.bid + quote.ask) * 0.5

    def on_signal(self, signal: DetectorSignal, holding: Holding) -> Iterator[Signal]:
        """Forward one signal, or say why not."""
        blocker = self.blocker(signal, holding)
        if blocker:
            yield self._skip(
                f"{signal.source} {signal.signal_id}: {blocker}", signal.source, signal.signal_id
            )
            return
        self._flip = ""  # the newest signal counts
        if signal.intent == "exit" or (signal.intent == "auto" and opposes(signal, holding)):
            yield from self._reduce(signal, holding)
        else:
            yield self._entry(signal, _size(signal))

    def on_fill(self, fill: Filled, holding: Holding) -> Signals:
        """Enter the other way once the exit of a flip is through."""
        if not self._flip or not holding.is_idle:
            return ()
        entry = msgspec.json.decode(self._flip, type=Enter)
        self._flip = ""
        if fill.event_ns > self._flip_until_ns:
            late = f"{entry.reason}: expired before the exit was through"
            return (self._skip(late, entry.source, entry.answers_to),)
        return (entry,)

    def _skip(self, reason: str, source: str, answers_to: str) -> Skip:
        return Skip(
            strategy_id=self.strategy_id,
            instrument_id=self.instrument_id,
            reason=reason,
            source=source,
            answers_to=answers_to,
        )

    def blocker(self, signal: DetectorSignal, holding: Holding) -> str:
        """Return why a signal is not forwarded; empty when it is."""
        if self.params.sources and signal.source not in self.params.sources:
            return f"source is not among {', '.join(self.params.sources)}"
        if signal.order_type not in _ORDER_TYPES:
            return f"want order_type {', '.join(_ORDER_TYPES)}, not {signal.order_type!r}"
        if signal.intent == "exit":
            is_empty = holding.is_flat and not holding.entering
            return "nothing is held to exit" if is_empty else ""
        if not signal.confidence >= self.params.confidence_min:
            return f"confidence {signal.confidence:g} below {self.params.confidence_min:g}"
        if signal.sent_ns is not None:
            age_s = (signal.event_ns - signal.sent_ns) / _SECOND_NS
            if age_s > self._ttl_s(signal):
                return f"{age_s:.1f} s old, time to live {self._ttl_s(signal):g} s"
        return ""

    def _ttl_s(self, signal: DetectorSignal) -> float:
        return self.params.ttl_s if signal.ttl_s is None else signal.ttl_s

    def _reduce(self, signal: DetectorSignal, holding: Holding) -> Iterator[Signal]:
        """Exit what the signal covers of the holding; what an `auto` asks beyond it is a flip."""
        held = abs(holding.quantity)
        asked = self._base_asked(signal, held)
        # Nothing held means that an entry is working, and any exit takes it out.
        yield self._exit(signal, min(_UP.divide(asked, held), ONE) if held else ONE)
        if not held or asked <= held or signal.intent == "exit":
            return
        entry = self._entry(signal, Quantity(asked - held))
        if signal.dry_run:
            yield entry
        elif not holding.exiting:
            self._follow(signal, entry)

    def _follow(self, signal: DetectorSignal, entry: Enter) -> None:
        """Keep the entry until the exit is through.

        Sent at once it could overtake the exit, be netted with the holding, and leave the exit
        nothing to close.
        """
        sent_ns = signal.event_ns if signal.sent_ns is None else signal.sent_ns
        self._flip = msgspec.json.encode(entry).decode()
        self._flip_until_ns = sent_ns + int(self._ttl_s(signal) * _SECOND_NS)

    def _base_asked(self, signal: DetectorSignal, held: Decimal) -> Decimal:
        """Return the base units to reduce by: all of them where the signal does not tell.

        The fraction of an exit is one of the holding; that of an `auto` is one of equity, which
        no strategy sees.
        """
        if signal.quantity is not None:
            return signal.quantity
        price = self._price or signal.expected_price
        if signal.notional is not None and price is not None:
            return signal.notional / to_decimal(price)
        if signal.fraction is not None and signal.intent == "exit":
            return signal.fraction * held
        return held

    def _exit(self, signal: DetectorSignal, fraction: Decimal) -> Exit:
        return Exit(
            strategy_id=self.strategy_id,
            instrument_id=self.instrument_id,
            fraction=fraction,
            order_type=_ORDER_TYPES[signal.order_type],
            limit_price=signal.limit_price,
            source=signal.source,
            user_id=signal.user_id,
            dry_run=signal.dry_run,
            answers_to=signal.signal_id,
            tag=signal.tag or "detector_exit",
            reason=f"{signal.source} says {signal.side}, signal {signal.signal_id}",
        )

    def _entry(self, signal: DetectorSignal, size: Size) -> Enter:
        order_type = _ORDER_TYPES[signal.order_type]
        return Enter(
            strategy_id=self.strategy_id,
            instrument_id=self.instrument_id,
            side=_side(signal),
            size=size,
            protection=self._protection(signal, is_triggered=order_type in _STOPS),
            order_type=order_type,
            limit_price=signal.limit_price,
            trigger_price=signal.stop_price if order_type in _STOPS else None,
            confidence=signal.confidence,
            source=signal.source,
            user_id=signal.user_id,
            dry_run=signal.dry_run,
            answers_to=signal.signal_id,
            tag=signal.tag or "detector",
            reason=(
                f"{signal.source} says {signal.side} with confidence {signal.confidence:g}, "
                f"signal {signal.signal_id}"
            ),
        )

    def _protection(self, signal: DetectorSignal, *, is_triggered: bool) -> Protection:
        """Guard the entry; the `stop_price` of a stop order is its trigger, not its protection."""
        stop_price = None if is_triggered else signal.stop_price
        targets: tuple[Target, ...] = ()
        if signal.take_profit is not None:
            targets = (Target(price=signal.take_profit),)
        elif self.params.target_fraction is not None:
            targets = (Target(fraction=self.params.target_fraction),)
        return Protection(
            stop_price=stop_price,
            stop_fraction=None if stop_price is not None else self.params.stop_fraction,
            targets=targets,
        )


def _side(signal: DetectorSignal) -> Side:
    return Side(signal.side)


def opposes(signal: DetectorSignal, holding: Holding) -> bool:
    """Whether the signal's side reduces what is held, or will be once working entries fill."""
    sign = _side(signal).sign
    return holding.quantity * sign < 0 or holding.expected * sign < 0


def _size(signal: DetectorSignal) -> Size:
    if signal.quantity is not None:
        return Quantity(signal.quantity)
    if signal.notional is not None:
        return Notional(signal.notional)
    assert signal.fraction is not None, f"the door lets in one size only: {signal}"
    return EquityFraction(signal.fraction)
