"""One tape for two: the account first, and the shadow with what concerns it."""

from __future__ import annotations

from argonaut.domain.command import WatchInstrument
from argonaut.domain.event import ExternalEvent, OperatorCommand
from argonaut.domain.ids import InstrumentId
from argonaut.domain.market import Bar, Quote, Trade
from argonaut.venues.sim.beside import Beside
from argonaut.venues.sim.mirror import Mirror
from argonaut.venues.sim.session import Session
from tests.stories.listener import Listener, detected
from tests.stories.stage import BTC, MINUTE_NS, START_NS, Stage, enter, resting_of


class Two:
    """An account and a shadow with one listener each."""

    def __init__(self, *, awake: bool = True) -> None:
        self.account_hears, self.shadow_hears = Listener("real"), Listener("trial")
        self.shadow = Stage(self.shadow_hears, setup={"twins": frozenset()})
        self.mirror = Mirror(self.shadow.engine.intake.takes)
        self.account = Stage(self.account_hears)
        self.account.session = Session(
            self.account.engine,
            self.account.venue,
            self.account.journal,
            durable_sends=False,
            observers=(self.mirror,),
        )
        self.begun = 0
        self.both = Beside(
            self.account.session, self.shadow.session, self.mirror, begin=self._begin
        )
        if awake:
            self.both.begin()

    def _begin(self) -> None:
        self.begun += 1
        self.mirror.is_awake = True

    def bar(self, minute: int, price: float = 100.0) -> None:
        open_ns = START_NS + minute * MINUTE_NS
        prices = dict.fromkeys(("open", "high", "low", "close"), price)
        if BTC in self.both.working or BTC in self.both.beside:
            self.both.open(BTC, open_ns, price)
        self.both.bar(Bar(BTC, MINUTE_NS, open_ns, volume=1e6, **prices))


def test_market_data_reaches_both() -> None:
    two = Two()
    two.bar(0)
    at_ns = START_NS + 2 * MINUTE_NS
    two.both.trade(Trade(BTC, at_ns, price=101.0, quantity=1.0))
    two.both.quote(Quote(BTC, at_ns, bid=99.0, ask=101.0, bid_quantity=1.0, ask_quantity=1.0))

    assert two.account_hears.heard == ["bar 100", "trade 101", "quote 99 101"]
    assert two.shadow_hears.heard == two.account_hears.heard


def test_an_order_of_the_shadow_meets_the_open_and_nothing_of_the_account_does() -> None:
    two = Two()
    two.shadow_hears.answer = lambda said: (enter(name="trial"),) if said == "bar 100" else None
    two.bar(0)

    assert BTC in two.both.beside
    assert BTC not in two.both.working
    two.bar(1, 101.0)
    assert two.shadow_hears.heard == ["bar 100", "fill 1.000 of 1.000", "end filled", "bar 101"]
    assert resting_of(two.account.engine) == {}


def test_what_a_person_says_reaches_both_in_this_order() -> None:
    two = Two()
    two.bar(0)
    two.both.feed(OperatorCommand(event_ns=two.account.engine.now_ns, verb="halt"))

    assert two.account.engine.account.mode.name == "KILLED"
    assert two.shadow.engine.account.mode.name == "KILLED"


def test_events_reach_both() -> None:
    two = Two()
    two.both.feed(ExternalEvent(event_ns=START_NS, event_id="e", source="s", kind="news"))

    assert two.account_hears.heard == two.shadow_hears.heard == ["event e"]


def test_a_sleeping_shadow_is_shown_nothing_and_wakes_with_its_first_signal() -> None:
    two = Two(awake=False)
    two.account.engine.intake.beside = two.shadow.engine.intake.takes
    two.bar(0)

    assert two.shadow_hears.heard == []
    two.both.feed(detected(event_ns=two.account.engine.now_ns, dry_run=True))
    two.bar(1)

    assert two.begun == 1
    assert two.shadow_hears.heard == ["signal s1", "bar 100"]
    assert two.account_hears.heard == ["bar 100", "bar 100"]


def test_whoever_lists_instruments_hears_both() -> None:
    two = Two()
    heard: list[WatchInstrument] = []
    two.both.on_watch = heard.append
    command = WatchInstrument(InstrumentId("NEW/USDT@sim"), 1, 2)
    two.account.session.on_watch(command)
    two.shadow.session.on_watch(command)

    assert two.both.on_watch == heard.append
    assert heard == [command, command]
