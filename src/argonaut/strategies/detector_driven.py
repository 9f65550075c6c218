"""Detector-driven: forwards signals from outside that are sure enough, fresh and on the list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.event import DetectorSignal
from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.number import ONE, ZERO
from argonaut.domain.order import OrderType, Side
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
from argonaut.strategies.interface import Strategy

_SECOND_NS = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """What a detector's signal must have before it is forwarded."""

    confidence_min: float = 0.5
    ttl_s: float = 30.0  # where the signal brings no time to live of its own
    sources: tuple[str, ...] = ()  # allow-list; empty allows every source
    stop_fraction: float | None = 0.02  # where the signal brings no stop; None leaves it bare
    target_fraction: float | None = None

    def __post_init__(self) -> None:
        """Refuse fractions and times out of range."""
        if not 0 <= self.confidence_min <= 1:
            raise InvalidValueError(f"want 0 <= confidence_min <= 1, not {self.confidence_min}")
        if not self.ttl_s > 0:
            raise InvalidValueError(f"want ttl_s > 0, not {self.ttl_s}")
        for name in ("stop_fraction", "target_fraction"):
            value = getattr(self, name)
            if value is not None and not 0 < value < 1:
                raise InvalidValueError(f"want 0 < {name} < 1 (0.02 is two percent), not {value}")


class DetectorDriven(Strategy):
    """Has no opinion of its own. `intent: auto` closes what an opposite signal meets, first."""

    def __init__(
        self, strategy_id: StrategyId, instrument_id: InstrumentId, params: Params
    ) -> None:
        super().__init__(strategy_id, instrument_id)
        self.params = params

    def on_signal(self, signal: DetectorSignal, holding: Holding) -> Iterator[Signal]:
        """Forward one signal, or say why not."""
        blocker = self._blocker(signal, holding)
        if blocker:
            yield Skip(
                strategy_id=self.strategy_id,
                instrument_id=self.instrument_id,
                reason=f"{signal.source} {signal.signal_id}: {blocker}",
            )
            return
        opposes = holding.quantity * _side(signal).sign < 0
        if signal.intent == "exit" or (signal.intent == "auto" and opposes):
            yield from self._reduce(signal, holding)
        else:
            yield self._entry(signal, _size(signal, ONE))

    def _blocker(self, signal: DetectorSignal, holding: Holding) -> str:
        if self.params.sources and signal.source not in self.params.sources:
            return f"source is not among {', '.join(self.params.sources)}"
        if signal.intent == "exit":
            return "nothing is held to exit" if holding.is_flat else ""
        if signal.confidence < self.params.confidence_min:
            return f"confidence {signal.confidence:g} below {self.params.confidence_min:g}"
        if signal.sent_ns is not None:
            age_s = (signal.event_ns - signal.sent_ns) / _SECOND_NS
            ttl_s = self.params.ttl_s if signal.ttl_s is None else signal.ttl_s
            if age_s > ttl_s:
                return f"{age_s:.1f} s old, time to live {ttl_s:g} s"
        return ""

    def _reduce(self, signal: DetectorSignal, holding: Holding) -> Iterator[Signal]:
        """Exit what the signal covers of the holding; what is over becomes an entry."""
        held = abs(holding.quantity)
        asked = signal.quantity
        if asked is None or signal.intent == "exit":
            fraction, over = _exit_fraction(signal, held), ZERO
        else:
            fraction, over = min(asked / held, ONE), max(asked - held, ZERO)
        yield Exit(
            strategy_id=self.strategy_id,
            instrument_id=self.instrument_id,
            fraction=fraction,
            source=signal.source,
            user_id=signal.user_id,
            dry_run=signal.dry_run,
            tag=signal.tag or "detector_exit",
            reason=f"{signal.source} says {signal.side}, signal {signal.signal_id}",
        )
        if over and asked is not None:
            yield self._entry(signal, _size(signal, over / asked))

    def _entry(self, signal: DetectorSignal, size: Size) -> Enter:
        return Enter(
            strategy_id=self.strategy_id,
            instrument_id=self.instrument_id,
            side=_side(signal),
            size=size,
            protection=self._protection(signal),
            order_type=OrderType(signal.order_type),
            limit_price=signal.limit_price,
            confidence=signal.confidence,
            source=signal.source,
            user_id=signal.user_id,
            dry_run=signal.dry_run,
            tag=signal.tag or "detector",
            reason=(
                f"{signal.source} says {signal.side} with confidence {signal.confidence:g}, "
                f"signal {signal.signal_id}"
            ),
        )

    def _protection(self, signal: DetectorSignal) -> Protection:
        targets: tuple[Target, ...] = ()
        if signal.take_profit is not None:
            targets = (Target(price=signal.take_profit),)
        elif self.params.target_fraction is not None:
            targets = (Target(fraction=self.params.target_fraction),)
        return Protection(
            stop_price=signal.stop_price,
            stop_fraction=None if signal.stop_price is not None else self.params.stop_fraction,
            targets=targets,
        )


def _side(signal: DetectorSignal) -> Side:
    return Side(signal.side)


def _size(signal: DetectorSignal, share: Decimal) -> Size:
    """Return `share` of what the signal asks for."""
    if signal.quantity is not None:
        return Quantity(signal.quantity * share)
    if signal.notional is not None:
        return Notional(signal.notional * share)
    assert signal.fraction is not None, f"the door lets in one size only: {signal}"
    return EquityFraction(signal.fraction * share)


def _exit_fraction(signal: DetectorSignal, held: Decimal) -> Decimal:
    """Return the part of the holding an exit asks for; all of it when it names no quantity."""
    if signal.quantity is not None:
        return min(signal.quantity / held, ONE)
    if signal.intent == "exit" and signal.fraction is not None:
        return min(signal.fraction, ONE)
    return ONE
