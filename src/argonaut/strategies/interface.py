"""The strategy plug-in: what the engine calls, what a strategy may answer.

A strategy is a class with a frozen `Params` dataclass beside it. The engine makes one instance
per instrument, feeds it views, and sends what it answers through the risk gate. It never sees a
venue, a clock or an account; what it holds it reads from the `Holding`, which the ledger writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, NamedTuple, Protocol, TypeVar

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.event import DetectorSignal, ExternalEvent, TimerFired
from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.market import Bar, Quote, Trade
from argonaut.domain.order import Filled, Order
from argonaut.domain.signal import Overheard, Signal
from argonaut.domain.timeframe import parse_timeframe
from argonaut.domain.tuning import Standing, Tuning
from argonaut.indicators.interface import Indicator
from argonaut.ledger.holding import Holding

Signals = Iterable[Signal] | None
IndicatorT = TypeVar("IndicatorT", bound=Indicator)


class Declared(NamedTuple):
    """An indicator the engine updates before it calls the strategy."""

    indicator: Indicator
    source: str  # "bar" or "trade"
    timeframe_ns: int  # 0 is the timeframe of the data


class Pace(NamedTuple):
    """How often a strategy wishes to enter, all its instruments together; None is not said."""

    silent_s: float | None = None  # longer without such a wish is worth a word
    entries_a_day: int | None = None  # and more of them in 24 h


class MarketView(Protocol):
    """What a strategy that roams may ask about other instruments than its own."""

    def is_known(self, instrument_id: InstrumentId) -> bool:
        """Whether it trades here already."""

    def price_of(self, asset: str, *, age_max_ns: int) -> float | None:
        """Return the last price of an asset in money, None where nobody has seen one lately."""


class Strategy:
    """Base of all strategies: every method answers "nothing"; override what you need.

    `timeframes` names the bars that `on_bar` is called with; empty means the data's own. Bars of
    longer timeframes are aggregated by the engine and arrive when complete. Indicators of every
    timeframe are updated before the first `on_bar` of an instant, so all are of the same now.
    """

    timeframes: tuple[str, ...] = ()
    saved: ClassVar[tuple[str, ...]] = ()  # names of attributes that `save` keeps
    pace: ClassVar[Pace] = Pace()  # what it expects of itself; the config may say otherwise
    hears: tuple[str, ...] | None = None  # ids whose wishes it lives on; () is any other strategy
    roams: ClassVar[bool] = False  # one instance, which may ask for other instruments with `Watch`
    market: MarketView  # set by the engine where it roams

    def __init__(self, strategy_id: StrategyId, instrument_id: InstrumentId) -> None:
        self.strategy_id = strategy_id
        self.instrument_id = instrument_id
        self.declared: list[Declared] = []

    def use(self, indicator: IndicatorT, *, timeframe: str = "", source: str = "bar") -> IndicatorT:
        """Have the engine update `indicator`; read its outputs, None until it is warm."""
        timeframe_ns = parse_timeframe(timeframe) if timeframe else 0
        self.declared.append(Declared(indicator, source, timeframe_ns))
        return indicator

    def timeframes_ns(self) -> tuple[int, ...]:
        """Return `timeframes` in nanoseconds; empty means the data's own."""
        return tuple(parse_timeframe(each) for each in self.timeframes)

    def on_bar(self, bar: Bar, holding: Holding) -> Signals:
        """A bar of one of `timeframes` closed. The view is reused: copy what you keep."""

    def on_trade(self, trade: Trade, holding: Holding) -> Signals:
        """Somebody traded."""

    def on_quote(self, quote: Quote, holding: Holding) -> Signals:
        """The best bid or offer changed."""

    def on_event(self, event: ExternalEvent, holding: Holding) -> Signals:
        """A feed told something."""

    def on_signal(self, signal: DetectorSignal, holding: Holding) -> Signals:
        """A detector asks for something."""

    def on_wish(self, overheard: Overheard, holding: Holding) -> Signals:
        """Another strategy at this instrument wishes something; wishes of such listeners excepted.

        So two listeners never answer each other for ever.
        """

    def on_fill(self, fill: Filled, holding: Holding) -> Signals:
        """One of this strategy's orders filled; `holding` already counts it."""

    def on_end(self, order: Order, holding: Holding) -> Signals:
        """One of this strategy's orders is over, however it ended; told once, after its fills."""

    def on_timer(self, timer: TimerFired, holding: Holding) -> Signals:
        """A timer this strategy asked for is due."""

    def wake_at(self) -> int | None:
        """When `on_timer` is wanted next (UTC nanoseconds); asked after every call."""
        return None

    def tunings(self) -> tuple[Tuning, ...]:
        """Name the models and calibrations it wants to be told of, as events."""
        return ()

    def standing(self) -> Standing | None:
        """Say which models it has promoted or dismissed by itself."""
        return None

    def explain(self) -> str:
        """Say why nothing was decided last time; shown by `argonaut status`."""
        return ""

    def save(self) -> dict[str, Any]:
        """Return state worth keeping over a restart, as JSON values; indicators not included."""
        return {name: getattr(self, name) for name in self.saved}

    def load(self, state: Mapping[str, Any]) -> None:
        """Take back what `save` returned.

        Raises:
            InvalidValueError: Another version saved it: a name is missing.
        """
        missing = [name for name in self.saved if name not in state]
        if missing:
            raise InvalidValueError(
                f"{self.strategy_id}: want a saved state with {', '.join(missing)}, "
                f"not one with {', '.join(state) or 'nothing'}"
            )
        for name in self.saved:
            setattr(self, name, state[name])
