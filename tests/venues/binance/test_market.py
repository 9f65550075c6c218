"""Market data over a real socket: caught up, mended, watched, and honest about its holes."""

import asyncio
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from argonaut.domain.market import Bar, Quote
from argonaut.domain.timeframe import MINUTE_NS
from argonaut.ports import MarketStream
from argonaut.venues.binance.link import HeldBackError, StreamError
from argonaut.venues.binance.market import Market
from tests.venues.binance.made import BTC, T_MS, T_NS, ManualClock, message, recorded, rules, text
from tests.venues.binance.stub import Stub, answer, asking, until

WANTED = (
    MarketStream(instrument_id=BTC, kind="trades"),
    MarketStream(instrument_id=BTC, kind="quotes"),
    MarketStream(instrument_id=BTC, kind="bars", timeframe_ns=MINUTE_NS),
)
TRADES, KLINES = ("GET", "/api/v3/historicalTrades"), ("GET", "/api/v3/klines")
LAST_TRADE = ("GET", "/api/v3/aggTrades")
TICKER, DEPTH = ("GET", "/api/v3/ticker/bookTicker"), ("GET", "/api/v3/depth")


class Heard:
    def __init__(self):
        self.prices, self.states = [], []

    def on_event(self, event):
        if isinstance(event, Bar):
            self.prices.append(("bar", event.open_ns))
        elif isinstance(event, Quote):
            self.prices.append(("quote", event.bid))
        else:
            self.prices.append(("trade", event.price))

    def on_stream(self, instrument_id, is_up, detail):
        self.states.append((is_up, detail))


@asynccontextmanager
async def market(stub=None, wanted=WANTED, **other):
    """A connected market of a stub, with its reader running."""
    clock = ManualClock()
    async with asking(stub, clock, **other) as (served, client):
        heard = Heard()
        made: Any = Market(
            [rules()],
            wanted,
            client=client,
            emit=heard.on_event,
            on_stream=heard.on_stream,
            on_hint=client.hints.append,
        )
        served.replies.setdefault(("GET", "none"), answer(""))
        frames = []

        def on_text(frame):
            frames.append(made.on_text(frame))

        link = await made.start(on_text)
        pump = asyncio.create_task(link.pump())
        made.heard, made.stub, made.frames, made.clock = heard, served, frames, clock
        made.hints = client.hints
        try:
            yield made
        finally:
            pump.cancel()
            await asyncio.wait({pump})
            await link.close()


def played(story, stub=None, **other):
    async def run():
        async with market(stub, **other) as made:
            return await story(made)

    return asyncio.run(run())


def frame(name, **changed):
    shown = message("market", name)
    inner = shown["data"]["k"] if "k" in shown["data"] else shown["data"]
    inner.update(changed)
    return text(shown)


async def said(made, *frames):
    """Send frames and wait until they were taken."""
    want = len(made.frames) + len(frames)
    for each in frames:
        await made.stub.say("market", each)
    await until(lambda: len(made.frames) >= want)


def test_one_address_subscribes_everything_wanted():
    async def story(made):
        await until(lambda: made.stub.sockets["market"])
        return made.stub.asked

    (asked,) = played(story)
    assert asked[1] == "/stream?streams=btcusdt@trade/btcusdt@bookTicker/btcusdt@kline_1m"


def test_catching_up_asks_for_the_quote_of_now():
    """An illiquid market would otherwise show nothing until it moves."""

    async def story(made):
        await made.catch_up()
        return made.heard.prices

    assert played(story) == [("quote", 64321.5)]


def test_frames_become_events_as_they_come():
    async def story(made):
        await said(
            made,
            recorded("market", "trade"),
            recorded("market", "ticker"),
            recorded("market", "kline_closed"),
        )
        return made.heard.prices

    assert played(story) == [("trade", 64321.57), ("quote", 64321.5), ("bar", T_NS)]


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "{",
        "null",
        '{"stream":"btcusdt@trade","data":{}}',
        '{"stream":"btcusdt@trade","data":{"e":"trade","p":NaN}}',
        '{"stream":"ethbtc@trade","data":{}}',
        frame("trade", p="-1"),
        frame("trade", p="1e9"),
        frame("ticker", b="64321.58"),  # crossed
        frame("kline_closed", h="1"),
        '{"stream":"btcusdt@trade","stream":"btcusdt@trade","data":{}}',
        '{"result":null,"id":1}',
        "[" * 5_000,
    ],
)
def test_a_frame_that_cannot_be_is_dropped_and_counted_and_the_next_is_heard(garbage):
    """F24: one bad frame ends ccxt's stream without a word; ours goes on."""

    async def story(made):
        await said(made, garbage, recorded("market", "trade"))
        return made.dropped, made.heard.prices

    assert played(story) == (1, [("trade", 64321.57)])


def test_a_frame_spelled_otherwise_is_read_too():
    async def story(made):
        shown = message("market", "trade")
        await said(made, text({"data": shown["data"], "stream": shown["stream"]}))
        return made.heard.prices

    assert played(story) == [("trade", 64321.57)]


@pytest.mark.parametrize("name", ["shutdown", "shutdown_raw"])
def test_a_goodbye_asks_for_a_new_connection(name):
    async def story(made):
        await said(made, recorded("market", name))
        return made.frames

    assert played(story) == ["the venue shuts this server down"]


def test_a_hole_in_the_trades_is_filled_from_the_venues_record():
    async def story(made):
        await said(made, frame("trade", t=9_000), frame("trade", t=9_002, p="64000"))
        assert await made.tend() == ""
        return made.heard.prices, made.stub.requests(*TRADES)

    prices, asked = played(story)

    assert prices == [("trade", 64321.57), ("trade", 64321.57), ("trade", 64000.0)]
    assert asked[0]["fromId"] == "9001"


def test_a_hole_the_venue_cannot_fill_is_told():
    stub = Stub()
    stub.replies[TRADES] = answer([])

    async def story(made):
        await said(made, frame("trade", t=9_000), frame("trade", t=9_005))
        await made.tend()
        return made.heard.prices, made.hints

    prices, hints = played(story, stub)

    assert len(prices) == 2
    assert hints == ["trades 9001 to 9004 of BTCUSDT are missing"]


def test_a_record_of_trades_that_cannot_be_leaves_a_hole_and_no_price():
    stub = Stub()
    (shown,) = message("rest", "public_trades")
    stub.replies[TRADES] = answer([{**shown, "price": "0"}])

    async def story(made):
        await said(made, frame("trade", t=9_000), frame("trade", t=9_002))
        await made.tend()
        return made.heard.prices, made.hints, made.dropped

    prices, hints, dropped = played(story, stub)

    assert all(price > 0 for _, price in prices)
    assert hints == ["trades 9001 to 9001 of BTCUSDT are missing"]
    assert dropped == 1


def test_candles_that_contradict_themselves_are_no_reason_to_go_on():
    rows = message("rest", "klines")
    rows[0][2] = "1"
    stub = Stub()
    stub.replies[KLINES] = answer(rows)

    async def story(made):
        await said(made, frame("kline_closed", t=T_MS - 60_000))
        await made.catch_up()

    with pytest.raises(StreamError, match="candles of BTCUSDT"):
        played(story, stub)


def test_trades_missed_while_away_are_caught_up_with():
    async def story(made):
        await said(made, frame("trade", t=9_000))
        await made.catch_up()
        return made.heard.prices

    assert played(story) == [("trade", 64321.57), ("quote", 64321.5), ("trade", 64321.57)]


def test_candles_missed_while_away_are_caught_up_with():
    async def story(made):
        await said(made, frame("kline_closed", t=T_MS - 60_000))
        made.clock.pass_s(125)
        await made.catch_up()
        return [each for each in made.heard.prices if each[0] == "bar"]

    assert played(story) == [
        ("bar", T_NS - MINUTE_NS),
        ("bar", T_NS),
        ("bar", T_NS + MINUTE_NS),
    ]


def test_a_candle_missing_between_is_asked_for():
    async def story(made):
        made.clock.pass_s(121)
        await said(
            made,
            frame("kline_closed", t=T_MS - 60_000),
            frame("kline_closed", t=T_MS + 60_000),
        )
        await made.tend()
        return [each[1] for each in made.heard.prices if each[0] == "bar"]

    assert played(story) == [T_NS - MINUTE_NS, T_NS, T_NS + MINUTE_NS]


@pytest.mark.parametrize("where", [TICKER, TRADES, KLINES])
@pytest.mark.parametrize("reply", [answer("", 503), answer("{")])
def test_a_stream_that_cannot_catch_up_says_so(where, reply):
    stub = Stub()
    stub.replies[where] = reply

    async def story(made):
        await said(made, frame("trade", t=9_000), frame("kline_closed", t=T_MS - 60_000))
        await made.catch_up()

    with pytest.raises(StreamError):
        played(story, stub)


def test_a_silence_the_venue_confirms_is_no_stall():
    """A quiet market at night must not be dialed anew every five seconds."""
    stub = Stub()

    async def story(made):
        now = [message("rest", "klines")[0]]
        now[0][0], now[0][4], now[0][5] = T_MS, "64310.00000000", "12.50000000"
        stub.replies[KLINES] = answer(now)
        await said(
            made,
            frame("trade", t=9_001),
            recorded("market", "ticker"),
            recorded("market", "kline_open"),
        )
        made.clock.pass_s(7)
        assert await made.tend() == ""
        asked = len(stub.asked)
        made.clock.pass_s(4)
        assert await made.tend() == ""
        return len(stub.asked) - asked

    assert played(story, stub) == 0  # excused, it is asked about later


@pytest.mark.parametrize(
    ("kind", "where", "shown"),
    [
        ("quotes", TICKER, {**message("rest", "book_ticker"), "bidPrice": "64321.51"}),
        ("trades", LAST_TRADE, [{**message("rest", "aggregates")[0], "l": 9_100}]),
        ("bars 1m", KLINES, message("rest", "klines")[1:]),
    ],
)
def test_a_silence_while_the_venue_goes_on_is_a_stall(kind, where, shown):
    """F06: each kind by itself; the others may flow on the same connection."""
    stub = Stub()
    stub.replies[where] = answer(shown)
    kinds = {"quotes": WANTED[1:2], "trades": WANTED[:1], "bars 1m": WANTED[2:]}

    async def story(made):
        name = {"quotes": "ticker", "trades": "trade", "bars 1m": "kline_open"}[kind]
        await said(made, recorded("market", name))
        made.clock.pass_s(4)
        assert await made.tend() == ""
        made.clock.pass_s(3)
        return await made.tend()

    assert played(story, stub, wanted=kinds[kind]) == f"{kind} of BTCUSDT stall"


def test_silence_of_the_whole_venue_is_a_stall():
    stub = Stub()
    stub.replies[TICKER] = answer("", 503)

    async def story(made):
        await said(made, recorded("market", "ticker"))
        made.clock.pass_s(7)
        return await made.tend()

    assert "any 5xx" in played(story, stub, wanted=WANTED[1:2])


def test_while_nothing_may_be_asked_silence_proves_nothing():
    """A ban must not take the streams that still flow."""

    async def story(made):
        made._client.limiter.hold(429, "60", made.clock.mono_ns())
        made.clock.pass_s(7)
        return await made.tend()

    assert played(story) == ""


BOOKS = {"wanted": WANTED[1:2], "keeps_books": True}


def test_a_kept_book_is_told_as_quotes_once_it_has_its_snapshot():
    async def story(made):
        made.on_state(is_up=True, detail="subscribed")
        await said(made, recorded("market", "depth"))
        await made.catch_up()
        await made.tend()
        return made.heard.prices, made.heard.states, made.stub.asked[0][1]

    prices, states, address = played(story, **BOOKS)

    assert prices == [("quote", 64321.5)]
    assert states == [(True, "the book is whole")]
    assert address.endswith("btcusdt@depth@100ms")


def test_a_gap_of_the_book_is_told_at_once_and_mended():
    """F09: no quote of a book with a hole, and a new snapshot."""
    stub = Stub()

    async def story(made):
        await made.catch_up()
        made.on_state(is_up=True, detail="subscribed")
        await said(made, frame("depth", U=600, u=601))
        stub.replies[DEPTH] = answer({**message("rest", "depth"), "lastUpdateId": 650})
        await made.tend()
        return made.heard.states

    states = played(story, stub, **BOOKS)

    assert states == [
        (True, "subscribed"),
        (False, "the book has a gap"),
        (True, "the book is whole"),
    ]
    assert len(stub.requests(*DEPTH)) == 2


def test_a_snapshot_that_stays_too_old_leaves_the_instrument_down():
    stub = Stub()

    async def story(made):
        made.on_state(is_up=True, detail="subscribed")
        await said(made, frame("depth", U=600, u=601))
        await made.tend()
        return made.heard.states, len(stub.requests(*DEPTH))

    assert played(story, stub, **BOOKS) == ([], 3)


@pytest.mark.parametrize(
    "reply",
    [answer("", 500), answer("{}"), answer({"lastUpdateId": 1, "bids": [["0", "1"]], "asks": []})],
)
def test_a_snapshot_that_cannot_be_had_is_a_reason_to_start_anew(reply):
    stub = Stub()
    stub.replies[DEPTH] = reply

    async def story(made):
        await made.catch_up()

    with pytest.raises(StreamError):
        played(story, stub, **BOOKS)


def test_a_kept_book_that_is_silent_is_compared_with_the_venues():
    async def story(made):
        await made.catch_up()
        best = {"b": [["64321.50", "1.25"]], "a": [["64321.57", "0.4"]]}
        await said(made, frame("depth", U=503, u=504, **best))
        made.clock.pass_s(7)
        quiet = await made.tend()
        moved = {**message("rest", "book_ticker"), "askPrice": "64321.60"}
        made.stub.replies[TICKER] = answer(moved)
        made.clock.pass_s(30)
        return quiet, await made.tend()

    assert played(story, **BOOKS) == ("", "quotes of BTCUSDT stall")


def test_when_the_connection_goes_every_instrument_is_down_and_its_book_gone():
    async def story(made):
        await made.catch_up()
        made.on_state(is_up=True, detail="subscribed")
        made.on_state(is_up=False, detail="connection lost")
        return made.heard.states, made._feeds[BTC].is_book_whole()

    assert played(story, **BOOKS) == (
        [(True, "subscribed"), (False, "connection lost")],
        False,
    )


def test_an_empty_side_of_the_book_is_no_quote_and_no_stall():
    async def nothing(request):
        return web.json_response({**message("rest", "book_ticker"), "bidPrice": "0.00000000"})

    stub = Stub()
    stub.replies[TICKER] = nothing

    async def story(made):
        await made.catch_up()
        return made.heard.prices, made.dropped

    assert played(story, stub) == ([], 1)


@pytest.mark.parametrize(
    ("left", "wanted"),
    [([["64321.57", "0"]], ""), ([], "quotes of BTCUSDT stall")],
    ids=["ours is empty too", "ours is not"],
)
def test_a_silent_book_with_an_empty_side_is_compared_with_the_venues(left, wanted):
    """An order that takes a whole side of a thin book ended every stream, for good."""
    stub = Stub()
    shown = message("rest", "depth")
    best = {"bids": shown["bids"][:1], "asks": [["64321.57", "0.4"]]}
    stub.replies[DEPTH] = answer({**shown, **best})

    async def story(made):
        await made.catch_up()
        await said(made, frame("depth", U=503, u=504, b=[], a=left))
        empty = {"askPrice": "0.00000000", "askQty": "0.00000000"}
        made.stub.replies[TICKER] = answer({**message("rest", "book_ticker"), **empty})
        made.clock.pass_s(7)
        return await made.tend(), made.dropped

    assert played(story, stub, **BOOKS) == (wanted, 1)


def test_no_connection_is_made_while_the_venue_wants_silence():
    """A stream that dials inside a ban makes it longer, for orders too (I16)."""

    async def story(made):
        before = len(made.stub.asked)
        made._client.limiter.hold(418, "60", made.clock.mono_ns())
        with pytest.raises(HeldBackError):
            await made.start(print)
        return len(made.stub.asked) - before

    assert played(story) == 0
