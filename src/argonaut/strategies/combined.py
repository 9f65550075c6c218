"""Combined: a detector's signal is traded when the bot's own analysis says the same.

The idea, its guards and where it fails: docs/explanation/combined.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.event import DetectorSignal, TimerFired
from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.market import Bar, Quote, Trade
from argonaut.domain.order import Filled, Side
from argonaut.domain.signal import Enter, Exit, Overheard, Signal, Skip
from argonaut.ledger.holding import Holding
from argonaut.strategies import detector_driven
from argonaut.strategies.detector_driven import DetectorDriven, opposes
from argonaut.strategies.interface import Signals, Strategy

_SECOND_NS = 1_000_000_000
_WAITING_MAX = 16  # signals that wait at a time, one of a source


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """How much each side counts, and what both together must reach."""

    analysis: tuple[str, ...] = ()  # ids of the strategies that are own analysis; empty is all
    internal_weight: float = 0.5  # of own analysis in the score; the detector has the rest
    require_confirmation: bool = True  # both must agree; false asks the score alone
    confirm_s: float = 300.0  # so long a signal waits, and so long an own opinion counts
    confidence_min: float = 0.5  # of the score, where no confirmation is required
    sources: tuple[str, ...] = ()  # allow-list; empty allows every source
    stop_fraction: float | None = 0.02  # where the signal brings no stop; null leaves it bare
    target_fraction: float | None = None  # where the signal brings no take-profit

    def __post_init__(self) -> None:
        """Refuse weights, confidences and times out of range."""
        for name in ("internal_weight", "confidence_min"):
            value = getattr(self, name)
            if not 0 <= value <= 1:
                raise InvalidValueError(f"want 0 <= {name} <= 1, not {value}")
        if not (math.isfinite(self.confirm_s) and self.confirm_s > 0):
            raise InvalidValueError(f"want confirm_s > 0, not {self.confirm_s}")
        _forwarding(self)


class Combined(Strategy):
    """Enters when both agree; an exit of a detector is never held up.

    Own analysis is what other strategies at this instrument wish. What happens to a confirmed
    signal is DetectorDriven's to say: sizes, exits, flips and protection are the same there.
    """

    saved = ("_waiting", "_opinions", "_reason")

    def __init__(
        self, strategy_id: StrategyId, instrument_id: InstrumentId, params: Params
    ) -> None:
        super().__init__(strategy_id, instrument_id)
        self.params = params
        self.hears = params.analysis
        self._confirm_ns = int(params.confirm_s * _SECOND_NS)
        self._forwarder = DetectorDriven(strategy_id, instrument_id, _forwarding(params))
        self._waiting: list[str] = []  # signals as JSON, oldest first
        self._opinions: dict[str, list[float]] = {}  # strategy: [-1 to 1, when in nanoseconds]
        self._reason = ""

    def on_bar(self, bar: Bar, holding: Holding) -> None:
        """Remember the price."""
        self._forwarder.on_bar(bar, holding)

    def on_trade(self, trade: Trade, holding: Holding) -> None:
        """Remember the price."""
        self._forwarder.on_trade(trade, holding)

    def on_quote(self, quote: Quote, holding: Holding) -> None:
        """Remember the price."""
        self._forwarder.on_quote(quote, holding)

    def on_fill(self, fill: Filled, holding: Holding) -> Signals:
        """Go on with a flip once its exit is through."""
        return self._forwarder.on_fill(fill, holding)

    def explain(self) -> str:
        """Say what is waited for, or what stood against the last signal."""
        return self._reason

    def save(self) -> dict[str, Any]:
        """Return what waits, what others think, and what the forwarder keeps."""
        return {**super().save(), "forwarder": self._forwarder.save()}

    def load(self, state: Mapping[str, Any]) -> None:
        """Take back what `save` returned."""
        super().load(state)
        self._forwarder.load(state.get("forwarder", {}))

    # the detector's side

    def on_signal(self, signal: DetectorSignal, holding: Holding) -> Iterator[Signal]:
        """Trade a signal that own analysis shares, have it wait for that, or say why not."""
        blocker = self._forwarder.blocker(signal, holding)
        if blocker:
            yield self._skip(f"{_name(signal)}: {blocker}", signal)
        elif signal.intent == "exit":
            yield from self._forwarder.on_signal(signal, holding)
        else:
            yield from self._judge(signal, holding)

    def _judge(self, signal: DetectorSignal, holding: Holding) -> Iterator[Signal]:
        """Forward what passes; of the rest, what closes is not held up and an entry may wait."""
        doubt = self._doubt(signal, signal.event_ns)
        if not doubt:
            yield from self._forward(signal, signal.event_ns, holding)
            return
        if signal.intent == "auto" and opposes(signal, holding):
            closing = msgspec.structs.replace(signal, intent="exit", fraction=None)
            yield from self._forwarder.on_signal(closing, holding)
            yield self._skip(f"{_name(signal)} closes and does not enter: {doubt}", signal)
        elif self.params.require_confirmation:
            yield from self._wait(signal, doubt)
        else:
            yield self._skip(f"{_name(signal)}: {doubt}", signal)

    def _doubt(self, signal: DetectorSignal, now_ns: int) -> str:
        """Return what own analysis has against an entry; empty when nothing."""
        sign, internal = _sign(signal), self._internal(now_ns)
        if self.params.require_confirmation:
            if internal is None:
                return "own analysis has no opinion"
            return "" if internal * sign > 0 else f"own analysis says {_said(internal)}"
        score = self._score(signal, now_ns)
        if score < self.params.confidence_min:
            return f"score {score:.2f} below {self.params.confidence_min:g}"
        return ""

    def _score(self, signal: DetectorSignal, now_ns: int) -> float:
        """Return what both sides think of the signal's direction, -1 to 1; no opinion is 0."""
        weight, internal = self.params.internal_weight, self._internal(now_ns) or 0.0
        return (1 - weight) * signal.confidence + weight * internal * _sign(signal)

    def _forward(self, signal: DetectorSignal, now_ns: int, holding: Holding) -> Iterator[Signal]:
        """Have DetectorDriven word it, with the score as confidence and what both said."""
        internal, score = self._internal(now_ns), self._score(signal, now_ns)
        own = "no opinion of our own" if internal is None else f"own analysis {_said(internal)}"
        both = msgspec.structs.replace(
            signal,
            event_ns=now_ns,
            confidence=min(max(score, 0.0), 1.0),
            sent_ns=signal.event_ns if signal.sent_ns is None else signal.sent_ns,
            tag=signal.tag or "combined",
        )
        said = f"score {score:.2f}: confidence {signal.confidence:g}, {own}"
        self._reason = ""
        for wish in self._forwarder.on_signal(both, holding):
            yield _explained(wish, said)

    # what waits

    def _wait(self, signal: DetectorSignal, doubt: str) -> Iterator[Signal]:
        """Keep a signal until own analysis agrees; a newer one of its source takes its place."""
        waiting = self._signals()
        kept = [each for each in waiting if each.source != signal.source]
        left = [each for each in waiting if each.source == signal.source]
        left += kept[: max(0, len(kept) + 1 - _WAITING_MAX)]
        for each in left:
            yield self._skip(f"{_name(each)}: gives way to {_name(signal)}", each)
        self._keep([*(each for each in kept if each not in left), signal])
        said = f"{_name(signal)} waits up to {self.params.confirm_s:g} s: {doubt}"
        yield self._skip(said, signal, is_waiting=True)

    def on_wish(self, overheard: Overheard, holding: Holding) -> Iterator[Signal]:
        """Take what another strategy wishes for an opinion; trade what waited for it."""
        wish, now_ns = overheard.wish, overheard.event_ns
        if self.params.analysis and wish.strategy_id not in self.params.analysis:
            return
        if isinstance(wish, Exit) and not wish.source:
            self._opinions.pop(wish.strategy_id, None)
        if not isinstance(wish, Enter) or wish.source:  # no detector confirms a detector
            return
        if wish.instrument_id != self.instrument_id:
            return
        self._opinions[wish.strategy_id] = [wish.side.sign * wish.confidence, now_ns]
        yield from self._expire(now_ns)
        agreed = [each for each in self._signals() if not self._doubt(each, now_ns)]
        self._keep([each for each in self._signals() if each not in agreed])
        for each in agreed:
            yield from self._forward(each, now_ns, holding)

    def wake_at(self) -> int | None:
        """When the first signal has waited too long."""
        return min((self._deadline_ns(each) + 1 for each in self._signals()), default=None)

    def on_timer(self, timer: TimerFired, holding: Holding) -> Iterator[Signal]:
        """Leave what nobody confirmed."""
        del holding
        yield from self._expire(timer.event_ns)

    def _expire(self, now_ns: int) -> Iterator[Signal]:
        late = [each for each in self._signals() if now_ns > self._deadline_ns(each)]
        if late:
            self._keep([each for each in self._signals() if each not in late])
        for each in late:
            waited_s = (self._deadline_ns(each) - each.event_ns) / _SECOND_NS
            yield self._skip(f"{_name(each)}: not confirmed within {waited_s:g} s", each)

    def _deadline_ns(self, signal: DetectorSignal) -> int:
        """When it has waited too long: by our window, or by its own time to live."""
        ours_ns = signal.event_ns + self._confirm_ns
        if signal.ttl_s is None:
            return ours_ns
        sent_ns = signal.event_ns if signal.sent_ns is None else signal.sent_ns
        return min(ours_ns, sent_ns + int(signal.ttl_s * _SECOND_NS))

    def _signals(self) -> list[DetectorSignal]:
        return [msgspec.json.decode(each, type=DetectorSignal) for each in self._waiting]

    def _keep(self, signals: list[DetectorSignal]) -> None:
        self._waiting = [msgspec.json.encode(each).decode() for each in signals]

    # own analysis

    def _internal(self, now_ns: int) -> float | None:
        """Return the mean of the fresh opinions, -1 to 1; None where there is none."""
        fresh = [
            opinion
            for opinion, at_ns in self._opinions.values()
            if now_ns - at_ns <= self._confirm_ns
        ]
        return sum(fresh) / len(fresh) if fresh else None

    def _skip(self, reason: str, signal: DetectorSignal, *, is_waiting: bool = False) -> Skip:
        self._reason = reason
        return Skip(
            strategy_id=self.strategy_id,
            instrument_id=self.instrument_id,
            reason=reason,
            source=signal.source,
            answers_to=signal.signal_id,
            is_waiting=is_waiting,
        )


def _forwarding(params: Params) -> detector_driven.Params:
    """Return the forwarder's knobs: confidence and waiting are decided before it."""
    return detector_driven.Params(
        confidence_min=0.0,
        ttl_s=params.confirm_s,
        sources=params.sources,
        stop_fraction=params.stop_fraction,
        target_fraction=params.target_fraction,
    )


def _name(signal: DetectorSignal) -> str:
    return f"{signal.source} {signal.signal_id}"


def _sign(signal: DetectorSignal) -> int:
    return Side(signal.side).sign


def _said(internal: float) -> str:
    if internal == 0:
        return "undecided"
    return f"{'buy' if internal > 0 else 'sell'} {abs(internal):.2f}"


def _explained(wish: Signal, said: str) -> Signal:
    explained: Signal = msgspec.structs.replace(wish, reason=f"{wish.reason}; {said}")
    return explained
