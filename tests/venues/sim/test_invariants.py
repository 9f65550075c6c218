"""What holds whatever the prices, orders, cancels and models are."""

from decimal import Decimal
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from argonaut.domain.order import Filled, OrderType, Side, TimeInForce
from argonaut.venues.sim import (
    FixedBps,
    FixedLatency,
    JitterLatency,
    MakerTaker,
    SpreadPlusImpact,
    VolumeParticipation,
)
from tests.venues.sim.stage import NO_CAP, Stage, fills, order

FEES = {
    "quote": MakerTaker(maker=Decimal("0.0002"), taker=Decimal("0.001")),
    "base": MakerTaker(taker=Decimal("0.001"), fee_asset="base_on_buy"),
    "third": MakerTaker(fee_asset="BNB", asset_prices={"USDT": Decimal(300)}),
}
EXAMPLES = 40
ASSETS = ("USDT", "COIN", "BNB")


def ticks(low: int, high: int):
    """Prices on the grid of 0.1, as floats."""
    return st.integers(low, high).map(lambda tick: tick / 10)


@st.composite
def bars(draw, count: int):
    """Bars that wander, gap and sometimes stand still: (open, high, low, close, volume)."""
    made = []
    for _ in range(count):
        first, last = draw(ticks(800, 1200)), draw(ticks(800, 1200))
        up, down = draw(st.integers(0, 100)), draw(st.integers(0, 100))
        high = round(max(first, last) + up / 10, 1)
        low = round(min(first, last) - down / 10, 1)
        made.append((first, high, low, last, draw(st.sampled_from([0.0, 3.0, 1000.0]))))
    return made


def price(low: int = 800, high: int = 1200):
    return st.integers(low, high).map(lambda tick: Decimal(tick) / 10)


@st.composite
def wishes(draw, number: int):
    """One order of any kind, sometimes impossible."""
    order_type = draw(st.sampled_from(OrderType))
    fields: dict = {}
    if order_type in (OrderType.LIMIT, OrderType.STOP_LIMIT):
        fields["price"] = draw(price())
    if order_type in (OrderType.STOP, OrderType.STOP_LIMIT):
        fields["trigger_price"] = draw(price())
    if order_type is OrderType.TRAILING_STOP:
        fields["trail_fraction"] = draw(st.sampled_from([Decimal("0.01"), Decimal("0.1")]))
        fields["trigger_price"] = draw(st.none() | price())
    if order_type in (OrderType.MARKET, OrderType.LIMIT):
        fields["time_in_force"] = draw(
            st.sampled_from([TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK])
        )
    if order_type is OrderType.MARKET:
        fields["quote_quantity"] = draw(st.none() | st.just(Decimal(150)))
    if order_type is OrderType.LIMIT:
        fields["post_only"] = draw(st.booleans()) and fields["time_in_force"] is TimeInForce.GTC
    return order(
        f"o{number}",
        draw(st.sampled_from(["buy", "sell"])),
        order_type.value,
        str(Decimal(draw(st.integers(1, 3000))) / 1000),
        reduce_only=draw(st.booleans()),
        oco_group=draw(st.sampled_from(["", "", "g", "h"])),
        **fields,
    )


@st.composite
def sessions(draw):
    """What a session sees: for each bar, the orders and cancels decided at its close."""
    count = draw(st.integers(1, 6))
    tape = draw(bars(count))
    plan = []
    for at in range(count):
        sent = [draw(wishes(10 * at + each)) for each in range(draw(st.integers(0, 3)))]
        plan.append((sent, draw(st.none() | st.integers(0, 60))))
    return tape, plan


@st.composite
def models(draw):
    """A venue's models, each on or off."""
    return {
        "fees": FEES[draw(st.sampled_from(sorted(FEES)))],
        "slippage": draw(
            st.sampled_from([FixedBps(Decimal(0)), FixedBps(Decimal(7)), SpreadPlusImpact()])
        ),
        "participation": draw(st.sampled_from([NO_CAP, VolumeParticipation()])),
        "fill_at": draw(st.sampled_from(["next_open", "close"])),
        "touch_fills": draw(st.booleans()),
        "gap_improves": draw(st.booleans()),
    }


def play(session, watch=lambda stage, report: None, *, count=None, **settings) -> Stage:
    """Play the bars; after each, cancel and submit what was planned."""
    tape, plan = session
    start = {"USDT": "500", "COIN": "2", "BNB": "0.01"}
    stage = Stage(**({"balances": start, "react": watch} | settings))
    for ohlcv, (sent, canceled) in list(zip(tape, plan, strict=True))[:count]:
        stage.bar(*ohlcv[:4], volume=ohlcv[4])
        if canceled is not None:
            stage.cancel(f"o{canceled}")
        for each in sent:
            stage.send(each)
    return stage


@given(sessions(), models())
@settings(max_examples=EXAMPLES, deadline=None)
def test_a_spot_balance_is_never_negative(session, chosen):
    def look(stage, report):
        assert all(amount >= 0 for amount in stage.balances.values()), (report, stage.balances)

    play(session, look, **chosen)


@given(sessions(), models(), st.booleans())
@settings(max_examples=EXAMPLES, deadline=None)
def test_what_leaves_one_balance_is_in_another_or_a_fee(session, chosen, allow_short):
    stage = play(session, allow_short=allow_short, **chosen)
    expected = {"USDT": Decimal(500), "COIN": Decimal(2), "BNB": Decimal("0.01")}
    for filled in fills(stage.reports):
        sign = 1 if stage.orders[filled.client_order_id].side is Side.BUY else -1
        expected["COIN"] += sign * filled.quantity
        expected["USDT"] -= sign * filled.quantity * filled.price
        expected[filled.fee_asset] -= filled.fee

    assert {asset: stage.balances[asset] for asset in ASSETS} == expected


@given(sessions(), models())
@settings(max_examples=EXAMPLES, deadline=None)
def test_an_order_never_gets_more_than_it_asked_for_nor_before_it_was_there(session, chosen):
    """That every step is legal, and no fill overfills, the stage checks with `apply`."""
    sent_ns: dict[str, int] = {}

    def note(stage, report):
        name = report.client_order_id
        sent_ns.setdefault(name, report.event_ns)
        assert report.event_ns >= sent_ns[name]

    stage = play(session, note, **chosen)
    for name, each in stage.orders.items():
        assert each.filled <= each.quantity
        cash = each.quote_quantity
        paid = sum(
            filled.price * filled.quantity + (filled.fee if filled.fee_asset == "USDT" else 0)
            for filled in fills(stage.reports)
            if filled.client_order_id == name
        )
        assert cash is None or each.side is Side.SELL or paid <= cash


@given(sessions(), models())
@settings(max_examples=EXAMPLES, deadline=None)
def test_reduce_only_never_opens_or_flips(session, chosen):
    position = Decimal(2)

    def follow(stage, report):
        nonlocal position
        if isinstance(report, Filled):
            order = stage.orders[report.client_order_id]
            before = position
            position += report.quantity * (1 if order.side is Side.BUY else -1)
            if order.reduce_only:
                assert abs(position) < abs(before)
                assert position * before >= 0

    fees = MakerTaker()
    play(session, follow, allow_short=True, **(chosen | {"fees": fees}))


@given(sessions(), models())
@settings(max_examples=EXAMPLES, deadline=None)
def test_a_group_never_fills_more_than_its_largest_order(session, chosen):
    """Orders of one group submitted together; whichever fill first, the rest make room."""
    tape, plan = session
    sent = [each for orders, _ in plan for each in orders if each.oco_group]
    first_only = [(sent, None), *[([], None)] * (len(tape) - 1)]
    stage = play((tape, first_only), **chosen)
    for group in ("g", "h"):
        members = [each for each in stage.orders.values() if each.oco_group == group]
        asked = [each.quantity for each in sent if each.oco_group == group]

        assert sum(each.filled for each in members) <= max(asked, default=Decimal(0))


@given(sessions(), models())
@settings(max_examples=EXAMPLES, deadline=None)
def test_a_limit_never_fills_worse_than_its_price(session, chosen):
    stage = play(session, **chosen)
    for filled in fills(stage.reports):
        order = stage.orders[filled.client_order_id]
        if order.price is not None:
            gain = (order.price - filled.price) * (1 if order.side is Side.BUY else -1)
            assert gain >= 0


@given(sessions(), models())
@settings(max_examples=EXAMPLES, deadline=None)
def test_a_stop_never_fills_better_than_its_trigger(session, chosen):
    """Before slippage; slippage only makes it worse. A trailing stop's trigger moves."""
    stage = play(session, **(chosen | {"participation": NO_CAP}))
    for filled in fills(stage.reports):
        order = stage.orders[filled.client_order_id]
        if order.order_type is OrderType.STOP:
            assert order.trigger_price is not None
            gain = (order.trigger_price - filled.price) * (1 if order.side is Side.BUY else -1)
            assert gain <= 0


@given(sessions(), models())
@settings(max_examples=EXAMPLES, deadline=None)
def test_slippage_is_always_against_us(session, chosen):
    stage = play(session, **chosen)

    assert all(each.slippage_quote >= 0 for each in fills(stage.reports))
    assert all(each.slippage_quote == 0 for each in fills(stage.reports) if each.is_maker)


@given(sessions(), models(), st.data())
@settings(max_examples=EXAMPLES, deadline=None)
def test_bars_to_come_change_nothing_that_was_told(session, chosen, data):
    """No look-ahead: the same run cut short tells the same, as far as it goes."""
    count = data.draw(st.integers(0, len(session[0])))
    whole, cut = play(session, **chosen), play(session, count=count, **chosen)

    assert whole.reports[: len(cut.reports)] == cut.reports


@given(sessions(), models())
@settings(max_examples=EXAMPLES, deadline=None)
def test_the_same_run_twice_tells_the_same(session, chosen):
    jitter = partial(JitterLatency, seed=3)

    assert (
        play(session, latency=jitter(), **chosen).reports
        == play(session, latency=jitter(), **chosen).reports
    )


@st.composite
def live_sessions(draw):
    """Prints or quotes, a few microseconds apart, and an order after some of them."""
    moments = []
    for at in range(draw(st.integers(1, 12))):
        bid = draw(ticks(900, 1100))
        sent = draw(st.none() | wishes(at))
        quantity = draw(st.sampled_from([0.2, 5.0]))
        moments.append((bid, quantity, draw(st.integers(1, 3)) * 1000, sent))
    return draw(st.booleans()), moments


def play_live(session, watch, *, asleep: bool = True, **settings) -> Stage:
    """Play trades or quotes; `asleep` lets the venue skip what cannot matter."""
    is_quotes, moments = session
    stage = Stage(balances={"USDT": "500", "COIN": "2", "BNB": "0.01"}, react=watch, **settings)
    for bid, quantity, after_ns, sent in moments:
        if not asleep:
            for market in stage.venue.working.values():
                market.stay_awake()
        if is_quotes:
            stage.quote(bid, round(bid + 0.2, 1), quantity=quantity, after_ns=after_ns)
        else:
            stage.trade(bid, quantity, after_ns=after_ns)
        if sent is not None:
            stage.send(sent)
    return stage


@given(live_sessions(), models(), st.sampled_from([0.0, 0.002]))
@settings(max_examples=EXAMPLES, deadline=None)
def test_on_trades_and_quotes_nothing_fills_before_it_arrives(session, chosen, ms):
    sent_ns: dict[str, int] = {}

    def look(stage, report):
        sent_ns.setdefault(report.client_order_id, stage.now_ns)
        assert all(amount >= 0 for amount in stage.balances.values())

    stage = play_live(session, look, latency=FixedLatency(ms=ms), **chosen)
    waited = {name: stage.orders[name] for name in sent_ns}
    for filled in fills(stage.reports):
        order = waited[filled.client_order_id]
        if order.order_type is not OrderType.MARKET:  # told of its acceptance when it was sent
            assert filled.event_ns >= sent_ns[filled.client_order_id] + round(ms * 1_000_000)


@pytest.mark.parametrize("ms", [0.0, 0.002])
@given(session=live_sessions(), chosen=models())
@settings(max_examples=EXAMPLES, deadline=None)
def test_sleeping_through_prices_that_cannot_matter_changes_nothing(session, chosen, ms):
    """The wake bounds are the fast twin of looking at every order at every price."""
    latency = FixedLatency(ms=ms)
    fast = play_live(session, lambda *_: None, latency=latency, **chosen)
    slow = play_live(session, lambda *_: None, asleep=False, latency=latency, **chosen)

    assert fast.reports == slow.reports


@given(sessions(), models())
@settings(max_examples=EXAMPLES, deadline=None)
def test_sleeping_through_bars_that_cannot_matter_changes_nothing(session, chosen):
    def wake(stage, report):
        for market in stage.venue.working.values():
            market.stay_awake()

    fast = play(session, **chosen)
    slow = play(session, wake, **chosen)

    assert fast.reports == slow.reports
