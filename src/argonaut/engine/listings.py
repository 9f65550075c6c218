"""Instruments that were not there at the start: who may ask for one, and who sits at it then.

A strategy that roams asks with `Watch`; the rule says whether it may; the loop looks for the
instrument at the venue and answers with `InstrumentListed`, an input like any other, whose row in
the journal a fold, a snapshot and a replay take up. Why so: docs/adr/0018.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from argonaut.domain.command import Record, WatchInstrument
from argonaut.domain.event import InstrumentListed
from argonaut.domain.ids import InstrumentId, StrategyId, VenueId, venue_of
from argonaut.domain.record import WatchAnswer
from argonaut.domain.signal import Watch
from argonaut.engine.route import Route, Seat
from argonaut.engine.saved_parts import Listed, Watched
from argonaut.strategies.interface import Strategy

if TYPE_CHECKING:
    from argonaut.engine.core import Engine

_MONEY: Final = frozenset({"USDT", "USDC", "FDUSD", "BUSD", "TUSD", "DAI", "USD"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingRule:
    """Which instruments a strategy may trade that nobody named at the start."""

    venue_id: VenueId
    quotes: frozenset[str]
    instruments_max: int  # watched, held or with a live order at one time


class Listings:
    """Adds instruments to a running engine. Implements `strategies.interface.MarketView`."""

    def __init__(self, engine: Engine, rule: ListingRule | None) -> None:
        self._engine = engine
        self._rule = rule
        self.watched: dict[InstrumentId, Watched] = {}
        self.listed: dict[InstrumentId, Listed] = {}  # in the order they came
        engine.desk.on_watch = self.take

    # what a strategy may ask

    def is_known(self, instrument_id: InstrumentId) -> bool:
        """Whether it trades here already."""
        return instrument_id in self._engine.routes

    def price_of(self, asset: str, *, age_max_ns: int) -> float | None:
        """Return the last price of an asset in money, at whichever instrument showed it last."""
        engine = self._engine
        quotes = _MONEY | {engine.book.quote}
        seen = [
            (route.seen_ns, route.price)
            for route in engine.routes.values()
            if route.instrument.base == asset
            and route.instrument.quote in quotes
            and route.price is not None
            and engine.now_ns - route.seen_ns <= age_max_ns
        ]
        return max(seen)[1] if seen else None

    # asking

    def take(self, wish: Watch) -> None:
        """Have the loop look for an instrument, or say why not."""
        self._forget_the_late()
        fault = self._fault_of(wish)
        answer = WatchAnswer(signal=wish, accepted=not fault, detail=fault)
        self._engine.emit(Record("watch", wish.strategy_id, answer))
        if not fault:
            self.remember(answer)
            self._ask_for(wish.instrument_id)

    def remember(self, answer: WatchAnswer) -> None:
        """Keep who waits for what."""
        if not answer.accepted:
            return
        wish = answer.signal
        before = self.watched.get(wish.instrument_id)
        if before is not None and before.strategies == (wish.strategy_id,):
            before = None  # it waits for another time now, and nobody else waits
        names = () if before is None else before.strategies
        self.watched[wish.instrument_id] = Watched(
            from_ns=wish.from_ns if before is None else min(before.from_ns, wish.from_ns),
            until_ns=wish.until_ns if before is None else max(before.until_ns, wish.until_ns),
            strategies=tuple(dict.fromkeys((*names, wish.strategy_id))),
        )

    def ask_again(self) -> None:
        """Ask the loop anew for everything that is waited for: it has just begun."""
        self._forget_the_late()
        for name in self.watched:
            self._ask_for(name)

    def _ask_for(self, name: InstrumentId) -> None:
        watched = self.watched[name]
        self._engine.emit(WatchInstrument(name, watched.from_ns, watched.until_ns))

    def _fault_of(self, wish: Watch) -> str:
        """Return what the rule has against a wish, or nothing."""
        rule, name = self._rule, wish.instrument_id
        if rule is None:
            return "instruments that are not in the config are not allowed: listings.enabled"
        if self._home_of(wish.strategy_id) is None:
            return f"{wish.strategy_id} is no strategy that roams"
        if self.is_known(name):
            return f"{name} is there already"
        base, slash, quote = name.partition("@")[0].partition("/")
        if not (base and slash) or venue_of(name) != rule.venue_id:
            return f"want BASE/QUOTE at {rule.venue_id}, not {name}"
        if quote not in rule.quotes:
            return f"want a quote among {', '.join(sorted(rule.quotes))}, not {quote}"
        if name not in self.watched and self.in_use >= rule.instruments_max:
            return f"{self.in_use} are in use, {rule.instruments_max} are allowed"
        return ""

    @property
    def in_use(self) -> int:
        """How many are waited for, held, or have a live order."""
        desk, book = self._engine.desk, self._engine.book
        busy = {order.instrument_id for order in desk.live.values()}
        busy |= {each.instrument_id for each in book.holdings() if not each.is_flat}
        return len(self.watched) + len(busy & set(self.listed))

    def _forget_the_late(self) -> None:
        now_ns = self._engine.now_ns
        for name in [each for each, of in self.watched.items() if of.until_ns < now_ns]:
            del self.watched[name]

    # coming

    def on_listed(self, event: InstrumentListed) -> None:
        """Give an instrument its route, and a seat to each strategy that waited for it."""
        instrument = event.instrument
        name = instrument.instrument_id
        self._engine.emit(Record("instrument", name, event))
        watched = self.watched.pop(name, None)
        if self.is_known(name):
            return
        is_late = watched is None or watched.until_ns < self._engine.now_ns  # others wait longer
        names = () if watched is None or is_late else watched.strategies
        self._add(Listed(instrument=instrument, strategies=names))

    def _add(self, listed: Listed) -> None:
        engine, instrument = self._engine, listed.instrument
        name = instrument.instrument_id
        self.listed[name] = listed
        engine.book.add(instrument)
        base_ns = engine.base_timeframes_ns.get(name, 0)
        route = engine.routes[name] = Route(instrument, base_ns, engine.book.position(name))
        for strategy_id in listed.strategies:
            home = self._home_of(strategy_id)
            if home is not None:  # else the config has it no more
                seat = route.seat(home.strategy, engine.book.holding(strategy_id, name), home)
                if home.is_paused:
                    route.pause(seat)

    def _home_of(self, strategy_id: StrategyId) -> Seat | None:
        """Return the seat of a roaming strategy."""
        for route in self._engine.routes.values():
            for seat in route.seats:
                strategy = seat.strategy
                if strategy.roams and strategy.strategy_id == strategy_id and seat.home is seat:
                    return seat
        return None

    # for the whole engine

    def seats_of(self, strategy: Strategy) -> Iterator[tuple[Route, Seat]]:
        """Yield every seat of a strategy, its home and where it is a guest."""
        for route in list(self._engine.routes.values()):
            for seat in list(route.seats):
                if seat.strategy is strategy:
                    yield route, seat

    def save(self) -> dict[str, Any]:
        """Return what is waited for and what came, as JSON values."""
        found: dict[str, Any] = msgspec.to_builtins(
            {"watched": self.watched, "listed": list(self.listed.values())}
        )
        return found

    def load(self, state: Mapping[str, Any]) -> None:
        """Take back what `save` returned, before anything that lives at these instruments."""
        self.watched = msgspec.convert(state["watched"], dict[InstrumentId, Watched])
        came: Iterable[Listed] = msgspec.convert(state["listed"], list[Listed])
        for listed in came:
            if not self.is_known(listed.instrument.instrument_id):
                self._add(listed)
