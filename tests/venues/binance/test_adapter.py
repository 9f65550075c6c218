"""The port over a real socket: each order sent once, each outcome told as what it is."""

import asyncio
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest
from aiohttp import web

from argonaut.domain.errors import RefusedToStartError
from argonaut.domain.market import Bar
from argonaut.domain.order import (
    Accepted,
    Canceled,
    Filled,
    OrderRole,
    OrderType,
    OutcomeUnknown,
    Rejected,
)
from argonaut.domain.timeframe import MINUTE_NS
from argonaut.domain.venue_view import NoAnswer, NotFound, VenueOrder
from argonaut.ports import MISTIMED, NOT_SENT, REACHED, MarketStream, Venue
from argonaut.runtime.clock import SystemClock
from argonaut.venues.binance import adapter as adapter_module
from argonaut.venues.binance.adapter import BinanceSpot
from argonaut.venues.binance.errors import VenueUnreachableError
from argonaut.venues.binance.limits import Lane
from argonaut.venues.binance.settings import BinanceSettings
from tests.venues.binance.made import (
    BTC,
    ETH,
    KEY,
    SECRET,
    T_MS,
    T_NS,
    Half,
    message,
    order,
    recorded,
    settings,
)
from tests.venues.binance.stub import Stub, answer, cut, serving, until

POST, DELETE = ("POST", "/api/v3/order"), ("DELETE", "/api/v3/order")
QUOTES = MarketStream(instrument_id=BTC, kind="quotes")


class Heard:
    def __init__(self):
        self.events, self.streams, self.hints = [], [], []

    def on_event(self, event):
        self.events.append(event)

    def on_stream(self, name, *, is_up, detail):
        self.streams.append((name, is_up))

    def on_hint(self, what):
        self.hints.append(what)

    def booked(self, client_order_id):
        return None

    def on_silence(self, for_ns, why):
        self.hints.append(why)


@asynccontextmanager
async def opened(stub=None, instruments=(BTC,), market=(), **other):
    """An open venue of a stub."""
    async with serving(stub) as served:
        venue: Any = BinanceSpot(
            settings(served.root, **other),
            instruments,
            clock=SystemClock(),
            rng=Half(),
            market=market,
        )
        heard = Heard()
        instruments = await venue.open(heard)
        venue.heard, venue.stub, venue.opened = heard, served, instruments
        try:
            yield venue
        finally:
            await venue.close()


def played(story, stub=None, **other):
    async def run():
        async with opened(stub, **other) as venue:
            return await story(venue)

    return asyncio.run(run())


def submitted(reply=None, **changed):
    """What comes of submitting an order, and the venue it was sent through."""
    stub = Stub()
    if reply is not None:
        stub.replies[POST] = reply

    async def story(venue):
        return await venue.submit(order(**changed)), venue

    return played(story, stub)


def test_it_is_a_venue_of_the_port():
    venue: Venue = BinanceSpot(settings(), [BTC], clock=SystemClock(), rng=Half())

    assert venue.clock_error_ns() is None  # asked before it is open
    assert venue.lateness_ns == 17_000_000_000
    assert BinanceSpot.settings_type is BinanceSettings


def test_opening_gives_the_instruments_and_has_every_stream_up():
    async def story(venue):
        return venue.opened, venue.heard.streams, venue.clock_error_ns()

    instruments, streams, error_ns = played(
        story,
        instruments=(BTC, ETH),
        market=(QUOTES, MarketStream(instrument_id=ETH, kind="trades")),
    )

    assert [each.instrument_id for each in instruments] == [BTC, ETH]
    assert sorted(streams) == [
        ("market BTC/USDT@binance", True),
        ("market ETH/BTC@binance", True),
        ("user", True),
    ]
    assert error_ns is not None


def test_the_venue_can_be_opened_again_after_it_was_closed():
    async def story(venue):
        await venue.close()
        await venue.open(venue.heard)
        return await venue.submit(order())

    assert [type(each) for each in played(story)] == [Accepted]


def test_when_opening_fails_everything_is_closed_and_it_can_be_tried_again():
    async def run():
        stub = Stub()
        good = stub.replies["GET", "/api/v3/account"]
        stub.replies["GET", "/api/v3/account"] = answer("", 503)
        async with serving(stub) as served:
            venue = BinanceSpot(settings(served.root), [BTC], clock=SystemClock(), rng=Half())
            with pytest.raises(VenueUnreachableError):
                await venue.open(Heard())
            assert venue._session is None
            stub.replies["GET", "/api/v3/account"] = good
            found = await venue.open(Heard())
            await venue.close()
            return found

    assert len(asyncio.run(run())) == 1


def test_a_stream_that_does_not_come_up_is_no_open_venue(monkeypatch):
    monkeypatch.setattr(adapter_module, "_STREAMS_TIMEOUT_S", 0.1)
    stub = Stub()
    stub.subscription = {"status": 500}

    async def story(venue):
        return None

    with pytest.raises(VenueUnreachableError, match="no user from Binance"):
        played(story, stub)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"rest_url": "https://api.binance.com"}, "on this machine"),
        ({"market": (MarketStream(instrument_id=ETH, kind="quotes"),)}, "is not traded here"),
    ],
)
def test_what_is_configured_wrong_does_not_open(other, said):
    async def story(venue):
        return None

    with pytest.raises(RefusedToStartError, match=said):
        played(story, **other)


def test_an_order_is_accepted():
    (accepted,), venue = submitted()

    assert isinstance(accepted, Accepted)
    assert len(venue.stub.requests(*POST)) == 1


def test_a_market_order_tells_its_fills():
    reports, _ = submitted(
        answer(message("rest", "placed_filled")), order_type=OrderType.MARKET, price=None
    )

    assert [type(each) for each in reports] == [Accepted, Filled, Filled]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (message("rest", "refusal"), 400, "-2010"),
        ("<html>", 403, "http_403"),
        ({"code": -2010, "msg": "Order would trigger immediately."}, 400, REACHED),
        ({"code": -1021, "msg": "Timestamp for this request is outside."}, 400, MISTIMED),
    ],
)
def test_a_refusal_is_told_by_the_venues_code_its_status_or_its_words(body, status, code):
    (rejected,), _ = submitted(answer(body, status))

    assert rejected.code == code


@pytest.mark.parametrize(
    "reply",
    [
        cut,
        answer("", 503),
        answer({"code": -1007, "msg": "Timeout"}, 408),
        answer({"code": -2010, "msg": "Duplicate order sent."}, 400),
        answer({"code": -7777, "msg": "something new"}, 400),
        answer("<html>", 200),
        answer({**message("rest", "placed"), "clientOrderId": "another"}),
        answer("", 307, Location="/api/v3/order2"),
    ],
)
def test_what_nobody_can_know_is_unknown_and_is_never_sent_again(reply):
    """F10, F12, R1."""
    (unknown,), venue = submitted(reply)

    assert isinstance(unknown, OutcomeUnknown)
    assert len(venue.stub.requests(*POST)) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"quantity": Decimal("0.000001")},
        {"price": Decimal(-5)},
        {"price": Decimal("NaN")},
        {"order_type": OrderType.TRAILING_STOP},
        {"instrument_id": ETH},
    ],
)
def test_what_cannot_be_an_order_there_is_not_sent(changed):
    (rejected,), venue = submitted(**changed)

    assert isinstance(rejected, Rejected)
    assert rejected.code == NOT_SENT
    assert not venue.stub.requests(*POST)


def test_an_order_nobody_could_be_reached_with_is_not_sent():
    async def story(venue):
        nowhere = "http://127.0.0.1:9/api/v3"
        venue._client._ccxt.urls["api"]["private"] = nowhere
        venue._client._known.add(("POST", f"{nowhere}/order"))
        return await venue.submit(order())

    (rejected,) = played(story)
    assert isinstance(rejected, Rejected)
    assert rejected.code == NOT_SENT


def test_entries_stop_where_exits_still_go():
    """F13: a burst of entries must not use up what a stop needs."""

    async def story(venue):
        client = venue._client
        client.limiter.take(3_600, client.clock.mono_ns())
        (entry,) = await venue.submit(order())
        (exit_order,) = await venue.submit(order(role=OrderRole.STOP))
        return entry, exit_order

    entry, exit_order = played(story)
    assert isinstance(entry, Rejected)
    assert entry.code == NOT_SENT
    assert isinstance(exit_order, Accepted)
    assert Lane.ORDINARY.value < Lane.RESERVED.value


def test_a_refused_filter_has_the_rules_read_anew():
    async def story(venue):
        await venue.submit(order())
        return venue._are_rules_doubted

    stub = Stub()
    stub.replies[POST] = answer({"code": -1013, "msg": "Filter failure: LOT_SIZE"}, 400)
    assert played(story, stub)


def test_an_answer_that_leaves_fills_out_has_the_account_asked():
    fills = message("rest", "placed_filled")["fills"][:1]
    _, venue = submitted(
        answer({**message("rest", "placed_filled"), "fills": fills}),
        order_type=OrderType.MARKET,
        price=None,
    )

    assert "0.01000000 executed, 0.00600000 told" in venue.heard.hints[0]


def test_rules_that_changed_are_told_and_used():
    async def story(venue):
        info = message("exchange_info", "symbols")
        info[0].update(status="BREAK")
        info[0]["filters"][0]["tickSize"] = "0.1"
        venue.stub.replies["GET", "/api/v3/exchangeInfo"] = answer({"symbols": info})
        await venue._refresh_rules()
        (rejected,) = await venue.submit(order(price=Decimal("64000.01")))
        return venue.heard.hints, rejected

    hints, rejected = played(story)
    assert hints[:2] == ["BTCUSDT was TRADING, is BREAK", "the rules of BTCUSDT have changed"]
    assert rejected.code == NOT_SENT


def test_rules_that_cannot_be_read_anew_stay_as_they_were():
    async def story(venue):
        venue.stub.replies["GET", "/api/v3/exchangeInfo"] = answer("", 503)
        await venue._refresh_rules()
        return venue.heard.hints, await venue.submit(order())

    hints, reports = played(story)
    assert "cannot be read anew" in hints[0]
    assert isinstance(reports[0], Accepted)


def test_a_cancel_is_told():
    async def story(venue):
        return await venue.cancel(order(filled=Decimal("0.004"))), venue.stub.requests(*DELETE)

    reports, asked = played(story)
    assert [type(each) for each in reports] == [Canceled]
    assert asked[0]["origClientOrderId"] == "trend-k1-1-e"


@pytest.mark.parametrize(
    "reply",
    [
        answer({"code": -2011, "msg": "Unknown order sent."}, 400),
        answer("", 503),
        answer({"x": 1}),
        answer({**message("rest", "canceled"), "status": "FILLED"}),
        cut,
    ],
)
def test_a_cancel_that_proves_nothing_tells_nothing(reply):
    """F15: the order may have filled; who asked has to look it up."""
    stub = Stub()
    stub.replies[DELETE] = reply

    async def story(venue):
        return await venue.cancel(order())

    assert played(story, stub) == ()


def test_what_was_used_before_counts_after_the_venue_was_opened_again():
    async def story(venue):
        venue._client.limiter.take(4_800, venue._client.clock.mono_ns())
        await venue.close()
        with pytest.raises(VenueUnreachableError, match="rate budget"):
            await venue.open(venue.heard)

    played(story)


def test_an_order_at_an_instrument_of_nobody_is_not_cancelled():
    async def story(venue):
        return await venue.cancel(order(instrument_id=ETH)), venue.stub.requests(*DELETE)

    assert played(story) == ((), [])


def test_bars_that_contradict_themselves_are_no_answer():
    rows = message("rest", "klines")
    rows[0][2] = "1"
    stub = Stub()
    stub.replies["GET", "/api/v3/klines"] = answer(rows)

    async def story(venue):
        return await venue.bars(BTC, MINUTE_NS, T_NS)

    assert isinstance(played(story, stub), NoAnswer)


def test_questions_are_passed_on():
    async def story(venue):
        return (
            await venue.find(order()),
            await venue.open_orders(),
            await venue.fills(BTC, T_NS),
            await venue.balances(),
        )

    found, live, fills, balances = played(story)
    assert isinstance(found, VenueOrder)
    assert len(live) == len(fills) == 1
    assert balances.total["BTC"] == Decimal("0.6")


def test_an_order_that_is_not_there_is_not_found():
    stub = Stub()
    stub.replies["GET", "/api/v3/order"] = answer({"code": -2013, "msg": "no"}, 400)

    async def story(venue):
        return await venue.find(order())

    assert isinstance(played(story, stub), NotFound)


def test_bars_to_warm_up_with_are_completed_ones():
    stub = Stub()
    stub.replies["GET", "/api/v3/time"] = answer({"serverTime": T_MS + 65_000})

    async def story(venue):
        return await venue.bars(BTC, MINUTE_NS, T_NS)

    found = played(story, stub)
    assert [type(each) for each in found] == [Bar]  # the second ends after the venue's now


@pytest.mark.parametrize("reply", [answer("", 500), answer([[1]])])
def test_bars_that_are_not_told_are_no_answer(reply):
    stub = Stub()

    async def story(venue):
        stub.replies["GET", "/api/v3/klines"] = reply
        return await venue.bars(BTC, MINUTE_NS, T_NS), await venue.bars(ETH, MINUTE_NS, T_NS)

    assert [type(each) for each in played(story, stub)] == [NoAnswer, NoAnswer]


def test_what_the_streams_tell_is_heard():
    async def story(venue):
        await venue.stub.say("user", recorded("user", "trade"))
        await venue.stub.say("market", recorded("market", "ticker"))
        await until(lambda: len(venue.heard.events) >= 4)
        return [type(each).__name__ for each in venue.heard.events]

    assert sorted(played(story, market=(QUOTES,))) == ["Accepted", "Filled", "Quote", "Quote"]


def test_a_cut_user_stream_is_told_and_comes_back():
    async def story(venue):
        await venue.stub.sockets["user"][0].close()
        await until(lambda: venue.heard.streams.count(("user", True)) == 2)
        return venue.heard.streams

    assert played(story) == [("user", True), ("user", False), ("user", True)]


def test_hostile_answers_of_every_kind_show_no_key(capsys, caplog):
    """F40, all the way up: reports, hints and logs are what reaches people."""
    stub = Stub()

    async def echo(request):
        everything = f"{request.headers} {await request.text()} {request.path_qs}"
        return web.json_response({"code": -1013, "msg": everything}, status=400)

    stub.replies[POST] = stub.replies[DELETE] = echo

    async def story(venue):
        reports = [*await venue.submit(order()), *await venue.cancel(order())]
        stub.replies["GET", "/api/v3/order"] = echo
        return reports, await venue.find(order()), venue.heard.hints

    told = repr(played(story, stub)) + caplog.text + "".join(capsys.readouterr())
    assert KEY not in told
    assert SECRET not in told
    assert "signature=" not in told.replace("signature=***", "")
