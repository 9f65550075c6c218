"""The shadow of a run: strategies on trial, in the same funnel, over a venue of their own.

It is an engine like the account's, with the same rules, models and market data, and a book that
nothing of the account is in. A run without a strategy on trial has none. Where only single signals
may be on trial it sleeps until the first one comes: until then it costs and writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from argonaut.config.allocation import plan_of
from argonaut.config.assembly import Assembly
from argonaut.domain.event import Condition, Deposited, Event, InstrumentListed, OperatorCommand
from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.instrument import Instrument
from argonaut.domain.mode import TradingMode, Verb
from argonaut.domain.signal import Overheard
from argonaut.engine.core import Engine
from argonaut.engine.relay import listen
from argonaut.engine.route import answers
from argonaut.journal.shadow import ShadowJournal
from argonaut.ports import Journal
from argonaut.reports.run_log import RunLog
from argonaut.strategies.interface import Strategy
from argonaut.venues.sim.beside import Beside
from argonaut.venues.sim.mirror import Mirror
from argonaut.venues.sim.session import Observer, Session
from argonaut.venues.sim.venue import SimVenue

Hear = Callable[[Overheard], None]
_SAID: dict[TradingMode, Verb] = {
    TradingMode.NO_NEW_RISK: "pause",
    TradingMode.REDUCE_ONLY: "flatten",
    TradingMode.KILLED: "halt",
}
"""What a person must have said for a mode to be."""


@dataclass(slots=True, kw_only=True)
class Shadow:
    """Everything that is on trial in one run."""

    engine: Engine
    venue: SimVenue
    session: Session
    log: RunLog
    mirror: Mirror
    twins: frozenset[StrategyId]

    def beside(self, account: Engine, session: Session) -> Beside:
        """Return both as one; `mirror` has to be an observer of the account's session."""
        both = Beside(session, self.session, self.mirror, begin=lambda: self.begin(account))
        self.join(account, both.hear)
        return both

    def join(self, account: Engine, hear: Hear) -> None:
        """Let both ask and overhear each other; `hear` takes wishes for those of the account."""
        account.intake.beside = self.engine.intake.takes
        ways: tuple[tuple[Engine, Engine, Hear, frozenset[StrategyId]], ...] = (
            (self.engine, account, self.mirror.hear, frozenset()),
            (account, self.engine, hear, self.twins),
        )
        listeners = [
            (told.routes[name], tell, but)
            for hearer, told, tell, but in ways
            for name, route in hearer.routes.items()
            if route.hearers
        ]
        for route, tell, but in listeners:
            listen(route, tell, but=but)

    def close(self) -> None:
        """Mark its book to market a last time, at the end of a run, and prove its sums."""
        self.engine.close()
        self.engine.book.check()

    def begin(self, account: Engine) -> None:
        """Let it start from what the account has, sees and may do now."""
        self.mirror.is_awake = True
        for event in _standing_of(account):
            if isinstance(event, Deposited):
                self.venue.deposit(event.asset, event.amount)
            self.session.feed(event)
        for name, route in account.routes.items():
            ours = self.engine.routes[name]
            ours.price, ours.bid, ours.ask = route.price, route.bid, route.ask
            ours.seen_ns = route.seen_ns


def shadow_of(
    assembly: Assembly,
    journal: Journal,
    *,
    log: RunLog | None = None,
    observers: Sequence[Observer] = (),
    instruments: Sequence[Instrument] | None = None,
    epoch: str = "0",
) -> Shadow | None:
    """Return the shadow of a run, asleep; None where nothing can be on trial.

    `instruments` are those a real venue has told, `epoch` is of this start. Its ids begin their
    epoch with a zero, which no epoch of an account's start does: no name is ever used twice.
    """
    on_trial = assembly.on_trial
    seated = [each for each in assembly.strategies() if _has_a_part(each, on_trial)]
    if not seated:
        return None
    venue = assembly.venue(instruments, venue_id=f"dry-{epoch}", balances={})
    log = log or RunLog()
    setup = assembly.setup(
        venue.capability, on_sample=log.sample, instruments=instruments, epoch=epoch
    )
    twins = frozenset(each.strategy_id for each in seated) - on_trial
    engine = Engine(
        replace(
            setup,
            strategies=seated,
            epoch=f"0{epoch}",
            plan=plan_of(assembly.config, with_trials=True),
            audit_every_ns=0,  # its venue forgets nothing
            twins=twins,
        )
    )
    session = Session(
        engine, venue, ShadowJournal(journal), durable_sends=False, observers=(log, *observers)
    )
    mirror = Mirror(engine.intake.takes)
    return Shadow(engine=engine, venue=venue, session=session, log=log, mirror=mirror, twins=twins)


def _has_a_part(strategy: Strategy, on_trial: frozenset[StrategyId]) -> bool:
    """Whether it is on trial, or a signal on trial may be for it."""
    return strategy.strategy_id in on_trial or answers(strategy, "on_signal")


def _standing_of(account: Engine) -> list[Event]:
    """Return the inputs after which another engine has the account's money, listings and limits."""
    now_ns = account.now_ns
    listed = (
        InstrumentListed(event_ns=now_ns, instrument=each.instrument)
        for each in account.listings.listed.values()
    )
    money = (
        Deposited(event_ns=now_ns, asset=asset, amount=amount)
        for asset, amount in account.book.balances.items()
        if amount
    )
    places: list[tuple[InstrumentId | None, dict[str, TradingMode]]]
    places = [(None, account.modes.causes)]
    places += [(name, route.causes) for name, route in account.routes.items()]
    causes = (
        Condition(event_ns=now_ns, cause=cause, mode=mode, instrument_id=place)
        for place, found in places
        for cause, mode in found.items()
        if mode is not TradingMode.RECOVERING
    )
    verb = _SAID.get(account.modes.person)
    said = () if verb is None else (OperatorCommand(event_ns=now_ns, verb=verb, who="shadow"),)
    return list(chain(listed, money, causes, said))
