"""What an engine is made from: everything it needs, passed in once, checked once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.instrument import Instrument
from argonaut.domain.order import OrderType
from argonaut.engine.ids import is_epoch
from argonaut.engine.listings import ListingRule
from argonaut.engine.notices import NoticeRules
from argonaut.engine.scanner import Scan
from argonaut.ports import Capability
from argonaut.risk.allocation import Plan
from argonaut.risk.gate import Gate
from argonaut.strategies.interface import Pace, Strategy

SampleHook = Callable[[int, float], None]  # (event_ns, equity in the account's quote asset)
_SECOND_NS = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSetup:
    """The parts of one engine. Strategies are instances, one per instrument, in config order."""

    instruments: Sequence[Instrument]
    strategies: Sequence[Strategy]
    gate: Gate
    capability: Capability
    quote: str  # the account's reporting asset
    base_timeframes_ns: Mapping[InstrumentId, int] = field(default_factory=dict)
    order_types: frozenset[OrderType] = frozenset(OrderType)
    equity_sample_ns: int = 60 * _SECOND_NS
    drawdown_window_ns: int = 86_400 * _SECOND_NS
    advisers: frozenset[StrategyId] = frozenset()  # heard, decided, never sent
    twins: frozenset[StrategyId] | None = None  # in the shadow: who takes signals on trial alone
    nets: bool = True  # opposite market orders of two strategies meet here, not at the venue
    plan: Plan | None = None  # how capital is shared; None is not at all
    scan: Scan | None = None  # which instruments may be entered; None is all
    paces: Mapping[StrategyId, Pace] = field(default_factory=dict)  # instead of those declared
    folds: bool = False  # a restart folds the journal: what prices alone did is in it too
    audit_every_ns: int = 0  # how often to look whether protection rests; 0 is never
    epoch: str = "0"  # of the lease; part of every order id
    on_sample: SampleHook | None = None
    notices: NoticeRules = field(default_factory=NoticeRules)
    listings: ListingRule | None = None  # instruments that may come later; None is none

    def __post_init__(self) -> None:
        """Refuse a strategy at an unknown instrument and two of one name at one instrument."""
        known = {each.instrument_id for each in self.instruments}
        seen: set[tuple[str, str]] = set()
        for strategy in self.strategies:
            if strategy.instrument_id not in known:
                raise InvalidValueError(
                    f"strategy {strategy.strategy_id} trades {strategy.instrument_id}, "
                    f"which is not among the instruments: {', '.join(sorted(known))}"
                )
            key = (strategy.strategy_id, strategy.instrument_id)
            if key in seen:
                raise InvalidValueError(
                    f"two strategies are called {key[0]} at {key[1]}; ids must differ"
                )
            seen.add(key)
        if not is_epoch(self.epoch):
            raise InvalidValueError(f"want an epoch of 1 to 8 of [a-z0-9], not {self.epoch!r}")
        if self.equity_sample_ns <= 0:
            raise InvalidValueError(f"want equity_sample_ns > 0, not {self.equity_sample_ns}")
