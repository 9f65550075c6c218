"""What the adapter says of an order against the truth of the venue, with every fault there is."""

import asyncio
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from argonaut.domain.order import (
    Accepted,
    Canceled,
    Filled,
    OrderRole,
    OrderStatus,
    OrderType,
    OutcomeUnknown,
    Rejected,
    Side,
    Triggered,
)
from argonaut.domain.transitions import apply
from argonaut.domain.venue_view import NoAnswer, NotFound, VenueOrder
from argonaut.ports import NOT_SENT
from argonaut.rehearsal.faults import (
    DelayMatching,
    DelayReply,
    DelayRequest,
    DropReply,
    DropRequest,
    FailReply,
    GarbleReply,
    HideOrders,
    SetStatus,
    Throttle,
    When,
)
from argonaut.rehearsal.simulation.weather import NetFault
from tests.conformance.rig import BTC, SECOND_NS, another, limit, order, played, sleep
from tests.rehearsal.simulation.small_world import EPOCH_NS

ONCE = When(times=1)


def submitted(knobs=(), made=None, wait_s=0.0, **other):
    """Submit one order; return what was told, what the venue has after a while, and the rig."""

    async def story(rig):
        sent = made or order()
        reports = await rig.venue.submit(sent)
        await sleep(wait_s)
        return reports, rig.orders(sent.client_order_id), rig

    return played(story, knobs, **other)


def test_an_order_that_is_forbidden_while_its_connection_is_made_never_leaves():
    """I14, I15: a kill or a limit came meanwhile, and its row is durable."""
    asked = []

    def forbids():
        asked.append("no entry leaves while KILLED")
        return asked[0]

    async def story(rig):
        reports = await rig.venue.submit(order(), forbids=forbids)
        await sleep(1)
        return reports, rig.orders(order().client_order_id)

    [rejected], held = played(story)

    assert isinstance(rejected, Rejected)
    assert (rejected.code, rejected.reason) == (NOT_SENT, asked[0])
    assert (len(asked), held) == (1, [])


def test_a_market_order_fills_and_every_number_is_the_venues():
    async def story(rig):
        reports = await rig.venue.submit(order())
        await sleep(1)
        fills = await rig.venue.fills(BTC, EPOCH_NS)
        balances = await rig.venue.balances()
        return reports, fills, balances, rig

    reports, fills, balances, rig = played(story)
    told = [each for each in reports if isinstance(each, Filled)]
    streamed = [each for each in rig.heard.reports if isinstance(each, Filled)]

    assert sum(each.quantity for each in told) == Decimal("0.001")
    assert {each.fill_id for each in told} == {each.fill_id for each in streamed}
    assert {each.fill_id for each in told} == {each.fill_id for each in fills}
    assert sum(each.fee for each in told) == sum(each.fee for each in streamed)
    truth = rig.exchange.truth()
    assert balances.total == {asset: amount for asset, amount in truth.balances.items() if amount}


@pytest.mark.parametrize("as_maker", [True, False])
def test_a_limit_order_rests_is_listed_found_and_cancelled(as_maker):
    async def story(rig):
        sent = limit(post_only=as_maker)
        (accepted,) = await rig.venue.submit(sent)
        listed = await rig.venue.open_orders()
        found = await rig.venue.find(sent)
        canceled = await rig.venue.cancel(sent)
        again = await rig.venue.cancel(sent)
        gone = await rig.venue.find(sent)
        return accepted, listed, found, canceled, again, gone

    accepted, listed, found, canceled, again, gone = played(story)

    assert isinstance(accepted, Accepted)
    assert [each.client_order_id for each in listed] == ["c-1"]
    assert (found.status, found.price) == (OrderStatus.ACCEPTED, Decimal(50_000))
    assert [type(each) for each in canceled] == [Canceled]
    assert again == ()
    assert gone.status is OrderStatus.CANCELED


def test_an_order_that_must_not_take_is_refused_when_it_would():
    (rejected,), orders, _ = submitted(made=limit(price="70000", post_only=True))

    assert isinstance(rejected, Rejected)
    assert rejected.code == "-2010"
    assert not orders


def test_a_stop_waits_at_the_venue_triggers_and_fills():
    async def story(rig):
        stop = order(
            order_type=OrderType.STOP,
            side=Side.SELL,
            role=OrderRole.STOP,
            trigger_price=Decimal(59999),
        )
        reports = await rig.venue.submit(stop)
        for _ in range(600):
            await sleep(1)
            if any(isinstance(each, Filled) for each in rig.heard.reports):
                break
        for report in (*reports, *rig.heard.reports):
            stop = apply(stop if stop.status is not OrderStatus.CREATED else _sent(stop), report)
        return reports, rig.heard.reports, stop

    reports, streamed, stop = played(story)

    assert [type(each) for each in reports] == [Accepted]
    assert Filled in {type(each) for each in streamed}
    assert stop.status is OrderStatus.FILLED
    assert Triggered not in {type(each) for each in reports}


def _sent(made):
    return replace(made, status=OrderStatus.SUBMITTED)


EXECUTED = [
    DropReply(when=ONCE),
    FailReply(when=ONCE, executes=True),
    FailReply(when=ONCE, executes=True, status=500, code=-1000, msg="An unknown error"),
    FailReply(when=ONCE, executes=True, status=400, code=-1006, msg="Unexpected response"),
    DelayReply(when=ONCE, seconds=60.0),
    *(
        GarbleReply(when=ONCE, shape=shape)
        for shape in ("half", "html", "empty", "text", "array", "infinite", "bomb", "drip")
    ),
]
NOT_EXECUTED = [
    DropRequest(when=ONCE),
    FailReply(when=ONCE, executes=False),
    DelayRequest(when=ONCE, seconds=60.0),
    DelayRequest(when=ONCE, seconds=12.0),
    DelayMatching(when=ONCE, seconds=60.0),
]


def _name(knob):
    return f"{type(knob).__name__}-{getattr(knob, 'shape', getattr(knob, 'code', ''))}"


@pytest.mark.parametrize("knob", EXECUTED, ids=_name)
def test_an_order_that_was_executed_and_not_answered_is_unknown(knob):
    """F10, F12: told as refused it would be bought again."""
    (unknown,), orders, rig = submitted([knob], wait_s=20)

    assert isinstance(unknown, OutcomeUnknown)
    assert len(orders) == 1
    assert Filled in {type(each) for each in rig.heard.reports}  # the stream brings the evidence


@pytest.mark.parametrize("knob", NOT_EXECUTED, ids=_name)
def test_an_order_that_was_lost_is_unknown_and_never_comes_late(knob):
    """F11, R2: after the lateness bound it can be replaced."""
    (unknown,), orders, _ = submitted([knob], wait_s=120)

    assert isinstance(unknown, OutcomeUnknown)
    assert not orders


@pytest.mark.parametrize("seconds", [0.0, 1.0, 4.9, 5.1, 9.0, 12.0, 16.9, 60.0])
@pytest.mark.parametrize("where", [DelayRequest, DelayMatching, DelayReply])
def test_whatever_is_late_nothing_appears_after_the_lateness_bound(where, seconds):
    """The grid of F10 and F11: the order is there by the bound, or never."""

    async def story(rig):
        began_ns = rig.world.clock.mono_ns()
        reports = await rig.venue.submit(order())
        waits_ns = rig.venue.lateness_ns - (rig.world.clock.mono_ns() - began_ns)
        await sleep(max(waits_ns, 0) / SECOND_NS)
        by_then = len(rig.orders("c-1"))
        await sleep(120)
        return reports, by_then, len(rig.orders("c-1"))

    reports, by_then, in_the_end = played(story, [where(when=ONCE, seconds=seconds)])

    assert by_then == in_the_end
    if isinstance(reports[0], Rejected):
        assert in_the_end == 0
    if isinstance(reports[0], Accepted):
        assert in_the_end == 1


@pytest.mark.parametrize("is_ban", [False, True])
def test_a_throttled_order_is_refused_and_the_venue_is_left_alone(is_ban):
    """F13: zero requests within Retry-After, so a ban is never prolonged."""

    async def story(rig):
        (first,) = await rig.venue.submit(order())
        (second,) = await rig.venue.submit(order("c-2", role=OrderRole.EXIT))
        question = await rig.venue.find(order())
        await sleep(31)
        third = (await rig.venue.submit(order("c-3")))[0]
        return first, second, question, third, rig.exchange.truth().refusals

    knob = Throttle(when=ONCE, retry_after_s=30, is_ban=is_ban)
    first, second, question, third, refusals = played(story, [knob])

    assert isinstance(first, Rejected)
    assert isinstance(second, Rejected)
    assert second.code == NOT_SENT
    assert isinstance(question, NoAnswer)
    assert isinstance(third, Accepted)
    assert refusals == 0


def test_a_burst_stays_below_four_fifths_of_every_limit():
    """I16: the venue's own counters say so, exits and questions included."""

    async def story(rig):
        for number in range(400):
            role = OrderRole.EXIT if number % 4 == 0 else OrderRole.ENTRY
            await rig.venue.submit(limit(f"b-{number}", role=role))
            if number % 10 == 0:
                await rig.venue.find(limit(f"b-{number}"))
                await asyncio.gather(rig.venue.balances(), rig.venue.open_orders())
        return rig.exchange.truth()

    truth = played(story)

    assert truth.refusals == 0
    assert truth.peaks
    for window, used, most in truth.peaks:
        assert used <= most * 0.8, window


def test_one_life_after_another_stays_below_the_limits_together():
    """A bot that is killed every two seconds starts from what the venue has counted."""

    async def story(rig):
        for life in range(8):
            venue = another(rig)
            await venue.open(rig.heard)
            for number in range(40):
                await venue.submit(limit(f"l-{life}-{number}", role=OrderRole.EXIT))
            await venue.close()
            await sleep(2)
        return rig.exchange.truth()

    truth = played(story, market=())

    assert truth.refusals == 0
    for window, used, most in truth.peaks:
        assert used <= most * 0.8, window


def test_a_closed_market_refuses():
    async def story(rig):
        await sleep(5)
        return await rig.venue.submit(order())

    (rejected,) = played(story, [SetStatus(at_s=2.0, symbol="BTCUSDT", status="BREAK")])

    assert isinstance(rejected, Rejected)


def test_an_order_the_venue_hides_is_not_found_and_found_later():
    """F36: not found is weak evidence."""

    async def story(rig):
        await rig.venue.submit(limit())
        early = await rig.venue.find(limit())
        await sleep(40)
        return early, await rig.venue.find(limit())

    early, late = played(story, [HideOrders(seconds=30.0)])

    assert isinstance(early, NotFound)
    assert isinstance(late, VenueOrder)


def test_a_refused_connection_is_nothing_sent():
    async def story(rig):
        await sleep(20)
        return await rig.venue.submit(order()), rig.orders("c-1")

    fault = NetFault(kind="refuse", from_ns=15 * SECOND_NS, to_ns=60 * SECOND_NS, link="/api")
    cut = NetFault(kind="disconnect", from_ns=16 * SECOND_NS, to_ns=17 * SECOND_NS, link="/api")
    (rejected,), orders = played(story, net=(fault, cut))

    assert isinstance(rejected, Rejected)
    assert rejected.code == NOT_SENT
    assert not orders


FAULTS = st.lists(
    st.sampled_from(
        [*EXECUTED, *NOT_EXECUTED, Throttle(when=ONCE, retry_after_s=3), DelayReply(seconds=2.0)]
    ),
    max_size=4,
)


@settings(max_examples=40)
@given(
    FAULTS,
    st.integers(1, 10**6),
    st.lists(st.sampled_from(["market", "limit", "cancel", "find"]), min_size=1, max_size=8),
)
def test_whatever_happens_the_word_of_the_adapter_agrees_with_the_truth(knobs, seed, acts):
    """Rejected: not at the venue. Accepted: there, once. Unknown: at most once. For any faults."""

    async def story(rig):
        told = {}
        for number, act in enumerate(acts):
            name = f"c-{number}"
            if act == "market":
                told[name] = await rig.venue.submit(order(name))
            elif act == "limit":
                told[name] = await rig.venue.submit(limit(name))
            elif act == "cancel" and told:
                await rig.venue.cancel(limit(next(iter(told))))
            elif told:
                await rig.venue.find(limit(next(iter(told))))
        await sleep(120)
        return told, rig

    told, rig = played(story, knobs, seed=seed, market=())
    for name, reports in told.items():
        count = len(rig.orders(name))
        if isinstance(reports[0], Rejected):
            assert count == 0
        elif isinstance(reports[0], OutcomeUnknown):
            assert count <= 1
        else:
            assert count == 1
    assert rig.exchange.truth().refusals == 0
