"""The venue as a whole: it is a function of what it was told, and its truth adds up."""

from decimal import Decimal

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from argonaut.rehearsal.binance.exchange import Exchange
from argonaut.rehearsal.binance.limits import LimitRules
from argonaut.rehearsal.binance.requests import Request
from argonaut.rehearsal.binance.state import Settings
from argonaut.rehearsal.market import PriceWalk, WalkMarket
from tests.rehearsal.binance.client import BTC, KEY, START_NS, Client, order

D = Decimal
SECOND_NS = 1_000_000_000


def walking(seed: int) -> Client:
    """A client of a venue whose prices walk by themselves, one step a second."""
    client = Client()
    market = WalkMarket(
        symbol="BTCUSDT",
        start=D(100),
        tick=D("0.01"),
        lot=D("0.00001"),
        step_ticks=20,
        level_lots=50_000,
    )
    source = PriceWalk([market], seed=seed, start_ns=START_NS, step_ns=SECOND_NS)
    settings = Settings(
        symbols=(BTC,), keys=(KEY,), balances={"USDT": D(10_000), "BTC": D(10)}, history_minutes=5
    )
    client.venue = Exchange(settings, source, start_ns=START_NS)
    client.state = client.venue.state
    client.wait(1)
    return client


WISHES = st.lists(
    st.tuples(
        st.sampled_from(["BUY", "SELL"]),
        st.sampled_from(["MARKET", "LIMIT", "IOC", "STOP_LOSS", "TAKE_PROFIT", "CANCEL"]),
        st.integers(-300, 300),
        st.integers(1, 300),
    ),
    max_size=25,
)


def act(client: Client, side: str, kind: str, ticks: int, hundredths: int) -> None:
    client.wait(1)
    client.venue.advance(client.now_ns)
    last = client.state.tapes["BTCUSDT"].last_price or D(100)
    price = last + ticks * D("0.01")
    sent: dict[str, object] = {"quantity": D(hundredths) / 100}
    if kind == "CANCEL":
        client.call("DELETE", "/api/v3/openOrders", symbol="BTCUSDT")
        return
    if kind in ("LIMIT", "IOC"):
        sent |= {"price": price, "timeInForce": "GTC" if kind == "LIMIT" else "IOC"}
        kind = "LIMIT"
    elif kind != "MARKET":
        sent["stopPrice"] = price
    client.call("POST", "/api/v3/order", **order(side, kind, **sent))


@given(st.integers(0, 2**32), WISHES)
def test_money_adds_up_whatever_is_asked(seed, wishes):
    """Opening plus executions less fees is the balance, nothing is below zero, no fill too much."""
    client = walking(seed)

    for wish in wishes:
        act(client, *wish)

    truth = client.venue.truth()
    base, quote = D(10), D(10_000)
    for each in truth.trades:
        sign = 1 if each.is_buyer else -1
        base += sign * each.quantity - (each.commission if each.commission_asset == "BTC" else 0)
        quote -= sign * each.quote_quantity
        quote -= each.commission if each.commission_asset == "USDT" else 0
    assert truth.balances == {"BTC": base, "USDT": quote}
    assert all(each.executed <= each.quantity for each in truth.orders)
    for asset in ("BTC", "USDT"):
        free, locked = client.free(asset)
        assert free >= 0
        assert locked >= 0


@given(st.integers(0, 2**32), WISHES)
def test_the_events_alone_tell_the_truth(seed, wishes):
    """A client that books every executionReport knows each order's state and fills exactly."""
    client = walking(seed)

    for wish in wishes:
        act(client, *wish)

    truth = client.venue.truth()
    told = {each["i"]: (each["X"], each["z"]) for each in client.events()}
    really = {each.order_id: (each.status, f"{each.executed:.8f}") for each in truth.orders}
    assert told == really
    trades = [(each["t"], each["l"]) for each in client.events() if each["x"] == "TRADE"]
    assert sorted(trades) == sorted((e.trade_id, f"{e.quantity:.8f}") for e in truth.trades)


@given(st.integers(0, 2**32), WISHES)
def test_the_same_requests_give_the_same_bytes(seed, wishes):
    """A simulation of a whole day has to be repeatable to the last event."""
    first, second = walking(seed), walking(seed)

    for wish in wishes:
        act(first, *wish)
        act(second, *wish)

    assert msgspec.json.encode(first.venue.truth()) == msgspec.json.encode(second.venue.truth())


def test_an_order_that_is_taken_costs_no_weight_and_a_refused_one_does():
    """As it has been since April 2026."""
    client = Client(limits=LimitRules(weight_1m=100))
    client.order(price="99", quantity="1")
    before = client.call("POST", "/api/v3/order", **order(price="99", quantity="1"))
    after = client.call("POST", "/api/v3/order", **order(price="99", quantity="0"))

    assert before.headers["X-MBX-USED-WEIGHT-1M"] == "0"
    assert before.headers["X-MBX-ORDER-COUNT-10S"] == "2"
    assert after.headers["X-MBX-USED-WEIGHT-1M"] == "1"
    assert client.venue.truth().refusals == 0


def test_a_full_window_answers_429_with_the_seconds_to_wait():
    """F13: Retry-After is the only safe way on."""
    client = Client(limits=LimitRules(weight_1m=30, orders_10s=1))
    client.order(price="99", quantity="1")

    orders = client.call("POST", "/api/v3/order", **order(price="99", quantity="1"))
    client.call("GET", "/api/v3/account")
    weight = client.call("GET", "/api/v3/account")

    assert (orders.status, weight.status) == (429, 429)
    assert orders.headers["Retry-After"] == "10"
    assert client.venue.truth().refusals == 2


def test_a_path_that_is_not_there_is_404():
    """Such as the listen keys that were retired."""
    request = Request(method="POST", path="/api/v3/userDataStream")

    assert Client().venue.answer(request, START_NS).status == 404


def test_time_brings_what_is_due():
    """Prices move, klines roll, and the next moment of interest is known."""
    client = walking(3)
    outbox = client.state.outbox
    for name in ("btcusdt@trade", "btcusdt@kline_1m", "btcusdt@miniTicker", "btcusdt@depth5"):
        outbox.listen(name)
    assert client.venue.next_ns == START_NS

    client.venue.advance(START_NS + 10 * SECOND_NS)

    streams = {each.stream for each in client.venue.drain() if hasattr(each, "stream")}
    assert streams == set(outbox.wanted)
    assert client.venue.next_ns == START_NS + 11 * SECOND_NS


def test_prices_that_are_held_reach_nothing_and_go_on_afterwards():
    """Whoever compares two accounts wants none of them to move meanwhile."""
    client = walking(3)
    tape = client.state.tapes["BTCUSDT"]
    client.venue.is_still = True
    seen = len(tape.trades)
    client.wait(60)
    client.venue.advance(client.now_ns)
    assert len(tape.trades) == seen

    client.venue.is_still = False
    client.wait(60)
    client.venue.advance(client.now_ns)
    assert len(tape.trades) == seen + 60
