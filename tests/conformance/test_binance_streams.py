"""Streams against the wire-level venue: every fault of a frame, and nothing lost for good."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from argonaut.domain.errors import RefusedToStartError
from argonaut.domain.order import Accepted, Filled
from argonaut.domain.timeframe import MINUTE_NS
from argonaut.ports import MISTIMED, NOT_SENT
from argonaut.rehearsal.binance.access import ApiKey
from argonaut.rehearsal.binance.connection import StreamRules
from argonaut.rehearsal.faults import (
    ChangeRules,
    CutStream,
    DelayRequest,
    DropFrame,
    DuplicateFrame,
    GarbleFrame,
    RefuseStream,
    SetMaintenance,
    ShutDownStream,
    SwapFrames,
    TerminateStream,
    Transfer,
    When,
)
from argonaut.rehearsal.simulation.clock import ClockStep, SimClock
from argonaut.rehearsal.simulation.weather import NetFault
from argonaut.venues.binance.errors import VenueUnreachableError
from tests.conformance.rig import BTC, KEY, SECOND_NS, SECRET, limit, order, played, sleep
from tests.rehearsal.simulation.small_world import EPOCH_NS

NAME = f"market {BTC}"
MS_NS = 1_000_000
ONCE = When(from_s=10.0, times=1)


def listened(seconds, knobs=(), **other):
    """Listen for a while; return the rig with what was heard."""

    async def story(rig):
        await sleep(seconds)
        rig.record = [
            (each.event_ns // MS_NS, float(each.price), float(each.quantity))
            for each in rig.exchange.state.tapes["BTCUSDT"].trades
        ]
        return rig

    return played(story, knobs, **other)


def assert_whole(rig, *, at_least, latest=8):
    """Trades in order, none twice, none missing, but for the last two seconds of them."""
    record = rig.record
    heard = [(at_ns // MS_NS, price, quantity) for at_ns, price, quantity in rig.heard.trades]
    assert len(heard) >= at_least
    first = record.index(heard[0])
    assert heard == record[first : first + len(heard)]
    late = len(record) - first - len(heard)
    assert late <= latest, f"{late} of {len(record)} not told in time"


def test_market_data_are_whole_and_bars_complete():
    rig = listened(190)

    assert_whole(rig, at_least=100)
    assert all(bid < ask for bid, ask in rig.heard.quotes)
    assert rig.heard.bars == [EPOCH_NS + n * MINUTE_NS for n in range(3)]
    assert rig.heard.states(NAME) == [True]


@pytest.mark.parametrize(
    "knob",
    [
        DuplicateFrame(stream="market", when=When(chance=0.3)),
        SwapFrames(stream="market", name="trade", when=When(chance=0.2)),
        DropFrame(stream="market", name="trade", when=When(chance=0.2)),
        DropFrame(stream="market", name="kline", when=When(chance=0.5)),
        CutStream(stream="market", when=When(from_s=20.0, until_s=180.0, chance=0.02)),
        ShutDownStream(stream="market", when=When(from_s=20.0, until_s=180.0, chance=0.01)),
        RefuseStream(stream="market", when=When(from_s=20.0, times=3)),
        *(
            GarbleFrame(stream="market", when=When(chance=0.2), shape=shape)
            for shape in ("text", "nan", "negative", "zero", "huge", "crossed")
        ),
    ],
    ids=lambda knob: f"{type(knob).__name__}-{getattr(knob, 'shape', knob.name)}",
)
def test_whatever_happens_to_frames_prints_are_told_once_and_in_order(knob):
    """F06 to F09, F24: no hole, no double, no impossible price; bars follow each other."""
    rig = listened(240, [knob])

    assert_whole(rig, at_least=100)
    assert all(0 < bid < ask for bid, ask in rig.heard.quotes)
    assert rig.heard.bars == sorted(set(rig.heard.bars))
    assert {later - earlier for earlier, later in pairwise(rig.heard.bars)} <= {MINUTE_NS}
    assert rig.heard.states(NAME)[-1]


@pytest.mark.parametrize("name", ["trade", "bookTicker", "kline", ""])
def test_a_silent_stall_of_each_kind_is_noticed_and_mended(name):
    """F06: the connection lives, pings are answered, and one stream says nothing more."""
    rig = listened(
        120, [DropFrame(stream="market", name=name, when=When(from_s=30.0, until_s=50.0))]
    )

    downs = [at_s for at_s, told, is_up, _ in rig.heard.streams if told == NAME and not is_up]
    assert downs
    assert downs[0] < 30 + (20 if name == "kline" else 12)
    assert rig.heard.states(NAME)[-1]
    assert_whole(rig, at_least=100)


def test_the_venues_own_cut_after_a_day_costs_nothing():
    """Here a day is a minute long: each goodbye is answered by a new connection beside the old."""
    rig = listened(300, streams=StreamRules(life_s=90.0, shutdown_before_s=10.0))

    assert_whole(rig, at_least=200)
    assert rig.heard.states(NAME) == [True]
    assert rig.heard.states("user") == [True]


@pytest.mark.parametrize(
    "knob",
    [
        CutStream(stream="user", when=ONCE),
        TerminateStream(stream="user", when=ONCE),
        ShutDownStream(stream="user", when=ONCE, grace_s=0.0),
    ],
    ids=lambda knob: type(knob).__name__,
)
def test_a_user_stream_that_ends_is_back_and_who_relies_on_it_is_told(knob):
    async def story(rig):
        await sleep(12)
        await rig.venue.submit(order("c-1"))
        await sleep(30)
        await rig.venue.submit(order("c-2"))
        await sleep(5)
        return rig

    rig = played(story, [knob])

    assert rig.heard.states("user")[-1]
    assert "c-2" in {each.client_order_id for each in rig.heard.reports if isinstance(each, Filled)}


def test_one_report_missing_on_a_stream_that_is_otherwise_well_is_noticed():
    """F07: nobody else's heartbeat shows it; our own order does."""

    async def story(rig):
        await sleep(10)
        await rig.venue.submit(limit("c-1"))
        await sleep(15)
        return rig

    rig = played(story, [DropFrame(stream="user", name="executionReport", when=When(times=1))])

    assert rig.heard.states("user") == [True, False, True]
    (why,) = [
        detail for _, name, is_up, detail in rig.heard.streams if name == "user" and not is_up
    ]
    assert "c-1" in why


def test_reports_told_twice_are_told_once():
    async def story(rig):
        for number in range(5):
            await rig.venue.submit(order(f"c-{number}"))
        await sleep(3)
        return rig

    rig = played(story, [DuplicateFrame(stream="user")])
    fills = [each.fill_id for each in rig.heard.reports if isinstance(each, Filled)]

    assert len(fills) == len(set(fills)) >= 5


def test_a_deposit_is_a_hint():
    """F31."""
    rig = listened(10, [Transfer(at_s=5.0, asset="USDT", amount=Decimal(100))])

    assert any("USDT" in hint for hint in rig.heard.hints)


def test_a_kept_book_shows_no_crossed_price_whatever_is_lost():
    """F09 over the wire: gaps are told, mended, and no quote of a broken book is heard."""
    rig = listened(
        120,
        [DropFrame(stream="market", name="depth", when=When(chance=0.1))],
        keeps_books=True,
    )

    assert len(rig.heard.quotes) > 20
    assert all(bid < ask for bid, ask in rig.heard.quotes)
    assert not all(rig.heard.states(NAME))
    assert rig.heard.states(NAME)[-1]
    assert rig.exchange.truth().refusals == 0


@pytest.mark.parametrize("step_s", [3600, -3600, 2, -2])
def test_a_step_of_our_own_clock_changes_nothing(step_s):
    """F05: signing follows the venue's clock on monotonic time."""

    async def story(rig):
        await sleep(20)
        reports = await rig.venue.submit(order())
        return reports, rig.venue.clock_error_ns()

    def ours(world):
        return SimClock(
            world.loop, EPOCH_NS, (ClockStep(at_ns=15 * SECOND_NS, step_ns=step_s * SECOND_NS),)
        )

    reports, error_ns = played(story, clock=ours)

    assert isinstance(reports[0], Accepted)
    assert error_ns < 500 * MS_NS


def test_a_clock_that_starts_an_hour_wrong_signs_right():
    async def story(rig):
        return await rig.venue.submit(order())

    reports = played(story, clock=lambda world: SimClock(world.loop, EPOCH_NS + 3600 * SECOND_NS))

    assert isinstance(reports[0], Accepted)


def test_a_refused_time_is_measured_anew_within_seconds():
    """-1021: one order lost, and no time for a second one."""

    async def story(rig):
        await sleep(5)
        (refused,) = await rig.venue.submit(order("c-1"))
        unknown = rig.venue.clock_error_ns()
        await sleep(3)
        return refused, unknown, rig.venue.clock_error_ns(), await rig.venue.submit(order("c-2"))

    late = DelayRequest(when=When(times=1), seconds=6.0)
    refused, unknown, known, reports = played(story, [late])

    assert refused.code == MISTIMED
    assert unknown is None
    assert known < 500 * MS_NS
    assert isinstance(reports[0], Accepted)


def test_rules_that_change_are_known_within_the_hour():
    """F34: a tick that grows; no order off the new grid leaves."""

    async def story(rig):
        await sleep(3_700)
        return rig.heard.hints, await rig.venue.submit(limit("c-1", price="50000.01"))

    change = ChangeRules(at_s=100.0, symbol="BTCUSDT", rules={"tick": "0.1"})
    hints, (rejected,) = played(story, [change], market=())

    assert hints == ["the rules of BTCUSDT have changed"]
    assert rejected.code == NOT_SENT


def test_a_refusal_for_a_filter_brings_the_new_rules_at_once():
    async def story(rig):
        await sleep(10)
        (first,) = await rig.venue.submit(limit("c-1", price="50000.01"))
        await sleep(3)
        (second,) = await rig.venue.submit(limit("c-2", price="50000.01"))
        return first, second

    change = ChangeRules(at_s=5.0, symbol="BTCUSDT", rules={"tick": "0.1"})
    first, second = played(story, [change], market=())

    assert first.code == "-1013"
    assert second.code == NOT_SENT


def test_maintenance_is_survived():
    """F35: streams down, orders unknown or refused, and all of it back by itself."""

    async def story(rig):
        await sleep(90)
        reports = await rig.venue.submit(order())
        return rig, reports

    rig, reports = played(
        story, [SetMaintenance(at_s=20.0, is_on=True), SetMaintenance(at_s=50.0, is_on=False)]
    )

    assert isinstance(reports[0], Accepted)
    assert rig.heard.states("user")[-1]
    assert rig.heard.states(NAME)[-1]
    assert rig.heard.states(NAME)[1] is False


def test_a_minute_without_any_network_is_survived():
    """Nothing lost, and back within half a minute of its return."""
    cut = NetFault(kind="disconnect", from_ns=30 * SECOND_NS, to_ns=31 * SECOND_NS, link="")
    away = NetFault(kind="refuse", from_ns=30 * SECOND_NS, to_ns=90 * SECOND_NS, link="")
    rig = listened(150, net=(cut, away))

    assert_whole(rig, at_least=200)
    back = [at_s for at_s, _, is_up, _ in rig.heard.streams if is_up]
    assert max(back) < 121


def test_a_venue_in_maintenance_cannot_be_opened_and_can_be_later():
    async def story(rig):
        tries = 0
        while True:
            try:
                await rig.venue.open(rig.heard)
            except VenueUnreachableError:
                tries += 1
                await sleep(5)
            else:
                return tries

    tries = played(
        story,
        [SetMaintenance(at_s=0.0, is_on=True), SetMaintenance(at_s=30.0, is_on=False)],
        opens=False,
    )
    assert tries > 1


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (ApiKey(key=KEY, secret=SECRET, can_withdraw=True), "may withdraw"),
        (ApiKey(key=KEY, secret=SECRET, can_trade=False), "trad"),
        (ApiKey(key=KEY, secret="another" * 8), "refuses the key"),
        (ApiKey(key="another" * 8, secret=SECRET), "refuses the key"),
    ],
    ids=["withdraws", "no trading", "wrong secret", "unknown"],
)
def test_a_key_that_is_not_right_is_refused_at_the_start(key, said):
    async def story(rig):
        with pytest.raises(RefusedToStartError, match=said) as told:
            await rig.venue.open(rig.heard)
        return str(told.value)

    words = played(story, key=key, opens=False)
    assert KEY not in words
    assert SECRET not in words


def test_bars_to_warm_up_with_come_complete_and_in_order():
    async def story(rig):
        return await rig.venue.bars(BTC, MINUTE_NS, EPOCH_NS - 1_500 * MINUTE_NS)

    found = played(story, history_minutes=1_500)

    assert len(found) == 1_500
    assert [each.open_ns for each in found] == [
        EPOCH_NS - (1_500 - n) * MINUTE_NS for n in range(1_500)
    ]


KNOBS = st.lists(
    st.sampled_from(
        [
            DuplicateFrame(stream="market", when=When(chance=0.1)),
            SwapFrames(stream="market", when=When(chance=0.1)),
            DropFrame(stream="market", when=When(chance=0.05)),
            CutStream(stream="market", when=When(chance=0.01)),
            CutStream(stream="user", when=When(chance=0.1)),
            ShutDownStream(stream="market", when=When(chance=0.01)),
            GarbleFrame(stream="market", when=When(chance=0.1), shape="nan"),
            RefuseStream(stream="market", when=When(chance=0.5)),
            DropFrame(stream="market", when=When(from_s=20.0, until_s=35.0)),
        ]
    ),
    unique=True,
    max_size=4,
)


@settings(max_examples=25)
@given(KNOBS, st.integers(1, 10**6), st.booleans())
def test_any_mixture_of_faults_leaves_prints_whole(knobs, seed, keeps_books):
    rig = listened(90, knobs, seed=seed, keeps_books=keeps_books)

    if rig.heard.trades:
        assert_whole(rig, at_least=1, latest=10**6)  # it may end in the middle of a fault
    assert all(0 < bid < ask for bid, ask in rig.heard.quotes)
    assert rig.heard.bars == sorted(set(rig.heard.bars))
    assert rig.exchange.truth().refusals == 0
