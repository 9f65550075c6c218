"""The order of everything: venue, timers, engine; the record before the order, durable first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.command import (
    AmendOrder,
    CancelOrder,
    Command,
    Record,
    SetTimer,
    SubmitOrder,
)
from argonaut.domain.event import Deposited, Event, TimerFired
from argonaut.domain.ids import ClientOrderId, InstrumentId, VenueId, VenueOrderId
from argonaut.domain.market import Bar, MarketEvent, Quote, Trade
from argonaut.domain.order import Accepted, Canceled, Order, Report, Triggered
from argonaut.ports import Capability
from argonaut.venues.sim.session import Session
from tests.domain.orders import new_order
from tests.stories.stage import Scripted, Stage, enter, flat

COIN = InstrumentId("COIN/USDT@sim")
NAME = ClientOrderId("a-1")
MINUTE_NS = 60_000_000_000
Reaction = Callable[[Event], Sequence[Command]]


class Note(msgspec.Struct, frozen=True):
    """The body of a record."""

    text: str = "x"


class Engine:
    """Writes down what it is told and answers what the test says."""

    def __init__(self, told: list[str], react: Reaction) -> None:
        self.told = told
        self.react = react
        self.seq = 0
        self.now_ns = 0

    def step(self, event: Event) -> Sequence[Command]:
        """Take one event."""
        self.seq += 1
        self.now_ns = max(self.now_ns, time_of(event))
        name = event.key if isinstance(event, TimerFired) else type(event).__name__
        self.told.append(f"engine {name}@{time_of(event)}")
        return self.react(event)


class Venue:
    """Writes down what it is asked, and reports what the test laid ready."""

    def __init__(self, told: list[str]) -> None:
        self.told = told
        self.working = {COIN: None}
        self.matches: list[Report] = []
        self.capability = Capability(
            venue_id=VenueId("sim"),
            order_types=frozenset(),
            has_oco=True,
            has_amend=True,
            has_reduce_only=True,
            allows_short=False,
        )

    def _match(self, what: str) -> Iterable[Report]:
        self.told.append(f"venue {what}")
        found, self.matches = self.matches, []
        return found

    def on_open(self, instrument_id: InstrumentId, open_ns: int, price: float) -> Iterable[Report]:
        """A bar opens."""
        return self._match("open")

    def on_bar(self, bar: Bar) -> Iterable[Report]:
        """A bar."""
        return self._match("bar")

    def on_trade(self, trade: Trade) -> Iterable[Report]:
        """A trade."""
        return self._match("trade")

    def on_quote(self, quote: Quote) -> Iterable[Report]:
        """A quote."""
        return self._match("quote")

    def observe(self, event: MarketEvent) -> None:
        """Look."""
        self.told.append("venue observes")

    def submit(self, order: Order, now_ns: int) -> Iterable[Report]:
        """Accept it."""
        self.told.append(f"venue takes {order.client_order_id}@{now_ns}")
        return (accepted(now_ns, order.client_order_id),)

    def cancel(self, client_order_id: ClientOrderId, now_ns: int) -> Iterable[Report]:
        """Take it out."""
        self.told.append(f"venue cancels {client_order_id}@{now_ns}")
        return (Canceled(client_order_id=client_order_id, event_ns=now_ns),)

    def amend(
        self, client_order_id: ClientOrderId, now_ns: int, **changes: Decimal | None
    ) -> Iterable[Report]:
        """Change it."""
        said = {name: str(value) for name, value in changes.items() if value is not None}
        self.told.append(f"venue amends {client_order_id} {said}")
        return ()


class Journal:
    """Counts what is buffered and what is durable."""

    def __init__(self, told: list[str]) -> None:
        self.told = told
        self.rows: list[tuple[Any, ...]] = []
        self.commits = 0

    @property
    def head(self) -> tuple[int, str]:
        """How many rows."""
        return len(self.rows), ""

    def append(self, event_seq: int, event_ns: int, kind: str, subject: str, payload: bytes) -> int:
        """Buffer a row."""
        self.rows.append((event_seq, event_ns, kind, subject, payload))
        self.told.append(f"row {subject}")
        return len(self.rows)

    def commit(self) -> None:
        """Make it durable."""
        self.commits += 1
        self.told.append("commit")

    def close(self) -> None:
        """Nothing to release."""


class Scene:
    """A session between the three, and one list of all that happened, in order."""

    def __init__(self, react: Reaction = lambda _: (), *, durable_sends: bool = False) -> None:
        self.told: list[str] = []
        self.engine = Engine(self.told, react)
        self.venue = Venue(self.told)
        self.journal = Journal(self.told)
        self.seen: list[tuple[int, int, Record]] = []
        self.session = Session(
            self.engine,
            self.venue,
            self.journal,
            durable_sends=durable_sends,
            observers=(lambda seq, ns, record: self.seen.append((seq, ns, record)),),
        )

    def with_timers(self, **timers: int) -> Scene:
        """Set timers through an input at time zero, and forget that it happened."""
        react, self.engine.react = (
            self.engine.react,
            lambda _: [SetTimer(key, at_ns) for key, at_ns in timers.items()],
        )
        self.session.feed(deposit(0))
        self.engine.react = react
        self.told.clear()
        return self


def time_of(event: Event) -> int:
    return event.close_ns if isinstance(event, Bar) else event.event_ns


def deposit(event_ns: int) -> Deposited:
    return Deposited(event_ns=event_ns, asset="USDT", amount=Decimal(1))


def accepted(event_ns: int, name: str = NAME) -> Accepted:
    return Accepted(
        client_order_id=ClientOrderId(name), event_ns=event_ns, venue_order_id=VenueOrderId("v")
    )


def bar(open_ns: int = 0) -> Bar:
    return Bar(COIN, MINUTE_NS, open_ns, open=1.0, high=1.0, low=1.0, close=1.0, volume=1.0)


def trade(event_ns: int) -> Trade:
    return Trade(COIN, event_ns, price=1.0, quantity=1.0)


def quote(event_ns: int) -> Quote:
    return Quote(COIN, event_ns, bid=1.0, bid_quantity=1.0, ask=2.0, ask_quantity=1.0)


def on(kind: type, *commands: Command) -> Reaction:
    """React with `commands` to events of `kind` only."""
    return lambda event: commands if isinstance(event, kind) else ()


ROW = Record("note", "first", Note())
SEND = SubmitOrder(new_order())


@pytest.mark.parametrize(
    ("play", "name", "ns"),
    [
        (lambda session: session.bar(bar()), "Bar", MINUTE_NS),
        (lambda session: session.trade(trade(7)), "Trade", 7),
        (lambda session: session.quote(quote(7)), "Quote", 7),
    ],
)
def test_resting_orders_meet_the_price_before_the_engine_sees_it(
    play: Callable[[Session], None], name: str, ns: int
) -> None:
    """The other way round a strategy would cancel what had filled already: looking ahead."""
    scene = Scene()
    scene.venue.matches = [Triggered(client_order_id=NAME, event_ns=ns)]
    play(scene.session)

    assert scene.told == [f"venue {name.lower()}", f"engine Triggered@{ns}", f"engine {name}@{ns}"]


def test_an_open_is_told_to_the_venue_alone() -> None:
    """The engine knows a bar when it is complete, not before."""
    scene = Scene().with_timers(due=5)
    scene.venue.matches = [Triggered(client_order_id=NAME, event_ns=9)]
    scene.session.open(COIN, 9, 1.0)

    assert scene.told == ["engine due@5", "venue open", "engine Triggered@9"]


def test_a_venue_with_nothing_working_is_not_asked_about_bars_and_trades() -> None:
    """It is the hot path of a backtest: nothing rests most of the time."""
    scene = Scene()
    scene.venue.working.clear()
    scene.session.bar(bar())
    scene.session.trade(trade(MINUTE_NS))

    assert scene.told == [f"engine Bar@{MINUTE_NS}", f"engine Trade@{MINUTE_NS}"]


@pytest.mark.parametrize(
    ("play", "name"),
    [
        (lambda session: session.trade(trade(100)), "trade"),
        (lambda session: session.quote(quote(100)), "quote"),
    ],
)
def test_an_earlier_timer_comes_before_the_venue_and_one_of_now_after_it(
    play: Callable[[Session], None], name: str
) -> None:
    """A timeout of 99 cannot know the fill of 100; one of 100 has to."""
    scene = Scene().with_timers(earlier=99, now=100, later=101)
    play(scene.session)

    assert scene.told == [
        "engine earlier@99",
        f"venue {name}",
        "engine now@100",
        f"engine {name.title()}@100",
    ]


def test_timers_inside_a_bar_come_after_its_fills() -> None:
    """Nobody knows when inside the bar it filled, and time may not step back."""
    scene = Scene().with_timers(inside=30)
    scene.venue.matches = [Triggered(client_order_id=NAME, event_ns=50)]
    scene.session.bar(bar())

    assert scene.told == [
        "venue bar",
        "engine Triggered@50",
        "engine inside@50",
        f"engine Bar@{MINUTE_NS}",
    ]


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 50), min_size=1))
def test_timers_fire_in_order_of_time_and_then_of_name(timers: dict[str, int]) -> None:
    """Two runs of one tape must fire alike, whatever order they were set in."""
    scene = Scene().with_timers(**timers)
    scene.session.feed(deposit(60))
    due = sorted((at_ns, key) for key, at_ns in timers.items())

    assert scene.told == [*(f"engine {key}@{at_ns}" for at_ns, key in due), "engine Deposited@60"]


def test_a_timer_fires_once() -> None:
    """A timeout that comes twice cancels twice."""
    scene = Scene().with_timers(a=5)
    scene.session.feed(deposit(6))
    scene.session.feed(deposit(7))

    assert scene.told == ["engine a@5", "engine Deposited@6", "engine Deposited@7"]


@pytest.mark.parametrize(
    ("again", "fires"), [(3, ["engine a@3"]), (9, ["engine a@9"]), (None, []), (5, ["engine a@5"])]
)
def test_a_timer_set_again_replaces_itself(again: int | None, fires: list[str]) -> None:
    """Earlier, later, taken back or the same: the last word counts."""
    scene = Scene().with_timers(a=5)
    scene.engine.react = on(Deposited, SetTimer("a", again))
    scene.session.feed(deposit(1))
    scene.engine.react = lambda _: ()
    scene.session.feed(deposit(20))

    assert scene.told == ["engine Deposited@1", *fires, "engine Deposited@20"]


def test_a_timer_moved_a_thousand_times_fires_once_and_keeps_no_trash() -> None:
    """A trailing timeout moves with each trade; the heap may not grow with the tape."""
    scene = Scene()
    for at_ns in range(1, 1_001):
        scene.engine.react = on(Deposited, SetTimer("a", 5_000 + at_ns))
        scene.session.feed(deposit(at_ns))
    scene.engine.react = lambda _: ()
    scene.told.clear()
    kept = len(scene.session._timers)
    scene.session.feed(deposit(9_000))

    assert scene.told == ["engine a@6000", "engine Deposited@9000"]
    assert kept < 100


def test_a_record_is_journaled_before_its_order_is_sent_and_answers_come_after() -> None:
    """What is sent without a record is lost in a crash."""
    scene = Scene(on(Deposited, ROW, SEND, Record("note", "second", Note())))
    scene.session.feed(deposit(4))

    assert scene.told == [
        "engine Deposited@4",
        "row first",
        "venue takes a-1@4",
        "row second",
        "engine Accepted@4",
    ]


def test_every_send_is_preceded_by_a_commit_of_all_before_it() -> None:
    """The intent has to be durable before its first byte leaves."""
    again = SubmitOrder(msgspec.structs.replace(new_order(), client_order_id=ClientOrderId("a-2")))
    react = on(Deposited, ROW, SEND, Record("note", "second", Note()), again)
    scene = Scene(react, durable_sends=True)
    scene.session.feed(deposit(4))

    assert scene.journal.commits == 2
    assert scene.told == [
        "engine Deposited@4",
        "row first",
        "commit",
        "venue takes a-1@4",
        "row second",
        "commit",
        "venue takes a-2@4",
        "engine Accepted@4",
        "engine Accepted@4",
    ]


def test_a_backtest_does_not_commit_for_each_send() -> None:
    """Nothing leaves the process, so nothing has to wait for a disk."""
    scene = Scene(on(Deposited, ROW, SEND))
    scene.session.feed(deposit(4))

    assert scene.journal.commits == 0


def test_a_failed_commit_sends_nothing_and_the_session_stays_usable() -> None:
    """A full disk may cost an entry; it may not make one nobody knows of."""
    scene = Scene(on(Deposited, ROW, SEND), durable_sends=True)

    def full() -> None:
        raise OSError("disk full")

    commit, scene.journal.commit = scene.journal.commit, full  # type: ignore[method-assign]
    with pytest.raises(OSError, match="disk full"):
        scene.session.feed(deposit(4))
    scene.journal.commit = commit  # type: ignore[method-assign]
    scene.engine.react = lambda _: ()
    scene.session.feed(deposit(5))

    assert not [each for each in scene.told if each.startswith("venue")]
    assert scene.told[-1] == "engine Deposited@5"


@pytest.mark.parametrize(("kind", "event"), [(Bar, bar()), (Trade, trade(MINUTE_NS))])
def test_an_order_can_meet_the_price_it_was_decided_on(kind: type, event: Bar | Trade) -> None:
    """The venue looks at the event before the order comes, and only if there is something."""
    scene = Scene(on(kind, SEND))
    scene.venue.working.clear()
    play = scene.session.bar if isinstance(event, Bar) else scene.session.trade
    play(event)  # type: ignore[arg-type]

    assert scene.told == [
        f"engine {kind.__name__}@{MINUTE_NS}",
        "venue observes",
        f"venue takes a-1@{MINUTE_NS}",
        f"engine Accepted@{MINUTE_NS}",
    ]


def test_an_order_decided_on_a_quote_meets_the_book_as_it_is() -> None:
    """The venue has seen the quote already: it is the book."""
    scene = Scene(on(Quote, SEND))
    scene.session.quote(quote(3))

    assert scene.told == ["venue quote", "engine Quote@3", "venue takes a-1@3", "engine Accepted@3"]


def test_cancel_and_amend_reach_the_venue_with_all_they_say() -> None:
    """A lost field would move the stop to where it was."""
    amend = AmendOrder(
        client_order_id=NAME,
        instrument_id=COIN,
        quantity=Decimal(1),
        price=Decimal(2),
        trigger_price=Decimal(3),
    )
    scene = Scene(on(Deposited, amend, CancelOrder(NAME, COIN)))
    scene.session.feed(deposit(4))

    assert scene.told == [
        "engine Deposited@4",
        "venue amends a-1 {'quantity': '1', 'price': '2', 'trigger_price': '3'}",
        "venue cancels a-1@4",
        "engine Canceled@4",
    ]


def test_what_an_answer_causes_waits_for_the_answers_before_it() -> None:
    """First come, first stepped: not the depth of a call decides, the order of events does."""

    def react(event: Event) -> Sequence[Command]:
        if isinstance(event, Deposited):
            return SEND, CancelOrder(ClientOrderId("b"), COIN)
        return (CancelOrder(ClientOrderId("c"), COIN),) if isinstance(event, Accepted) else ()

    scene = Scene(react)
    scene.session.feed(deposit(4))

    assert scene.told == [
        "engine Deposited@4",
        "venue takes a-1@4",
        "venue cancels b@4",
        "engine Accepted@4",
        "venue cancels c@4",
        "engine Canceled@4",
        "engine Canceled@4",
    ]


def test_observers_see_what_is_journaled_with_its_place() -> None:
    """Logs and metrics are told by what is true, after it is written."""
    scene = Scene(on(Deposited, ROW))
    scene.session.feed(deposit(4))

    assert scene.journal.rows == [(1, 4, "note", "first", b'{"text":"x"}')]
    assert scene.seen == [(1, 4, ROW)]


def test_with_the_real_engine_and_venue_the_decision_comes_before_its_fill() -> None:
    """The parts above are stand-ins; this is the order with the real ones."""
    stage = Stage(Scripted({0: (enter("100"),)}))
    story = stage.bars(flat(100), flat(100))

    assert [line.split(":")[0].split(" at ")[0] for line in story] == [
        "enter approved",
        "entry filled 1",
    ]


def test_time_that_passes_without_a_price_fires_what_is_due_at_its_own_time() -> None:
    scene = Scene().with_timers(one=50, two=90)
    scene.session.pass_time(60)

    assert scene.told == ["engine one@50"]


def test_one_more_may_watch_and_what_is_wanted_besides_a_step_is_done() -> None:
    """A restart journals and sends before the first event."""
    scene = Scene()
    more: list[Record] = []
    scene.session.show(lambda _seq, _ns, record: more.append(record))
    scene.session.perform((ROW,))

    assert more == [ROW]
    assert [each for _, _, each in scene.seen] == [ROW]
