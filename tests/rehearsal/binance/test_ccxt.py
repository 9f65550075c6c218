"""The real ccxt, REST and streams, against the venue over loopback sockets.

What its parsers make of our messages is what any of its users would get.
"""

import asyncio
from contextlib import asynccontextmanager

import ccxt.async_support
import ccxt.pro
import pytest

from argonaut.rehearsal.faults import DropReply, FailReply, Throttle, When
from tests.rehearsal.binance.client import ASKS, BIDS, KEY
from tests.rehearsal.binance.served import served

BTC = "BTC/USDT"


@asynccontextmanager
async def trading(*knobs, kind=ccxt.pro.binance, **settings):
    """Serve a venue and connect a ccxt client whose clock is the venue's."""
    async with served(knobs, **settings) as venue:
        options = {"fetchMarkets": {"types": ["spot"]}, "fetchMargins": True}
        client = kind(
            {
                "apiKey": KEY.key,
                "secret": KEY.secret,
                "enableRateLimit": False,
                "options": options,
                "timeout": 5_000,
            }
        )
        client.milliseconds = lambda: venue.client.now_ns // 1_000_000
        api, stream = client.urls["api"], venue.root.replace("http", "ws")
        api["public"] = api["private"] = f"{venue.root}/api/v3"
        api["sapi"] = f"{venue.root}/sapi/v1"
        api["ws"] = {"spot": f"{stream}/ws", "ws-api": {"spot": f"{stream}/ws-api/v3"}}
        try:
            yield client, venue
        finally:
            await client.close()


def test_markets_and_balances_are_understood():
    """Precision and limits are what a bot rounds by."""

    async def play():
        async with trading() as (client, _):
            markets = await client.load_markets()
            return markets[BTC], await client.fetch_balance(), await client.fetch_status()

    market, balance, status = asyncio.run(play())

    assert market["precision"]["price"] == 0.01
    assert market["limits"]["cost"]["min"] == 5.0
    assert (market["active"], market["taker"]) == (True, 0.001)
    assert balance["USDT"] == {"free": 10_000.0, "used": 0.0, "total": 10_000.0}
    assert status["status"] == "ok"


def test_an_orders_whole_life_is_understood():
    """Placed, found by either id, listed, cancelled; and the fills of another."""

    async def play():
        async with trading() as (client, _):
            placed = await client.create_order(
                BTC, "limit", "buy", 1, 99, {"clientOrderId": "mine-1"}
            )
            found = await client.fetch_order(None, BTC, {"clientOrderId": "mine-1"})
            open_orders = await client.fetch_open_orders(BTC)
            canceled = await client.cancel_order(placed["id"], BTC)
            bought = await client.create_order(BTC, "market", "buy", 1.5)
            stop = await client.create_order(BTC, "market", "sell", 1, None, {"stopLossPrice": 90})
            trades = await client.fetch_my_trades(BTC)
            history = await client.fetch_orders(BTC)
            gone = await client.cancel_all_orders(BTC)
            return placed, found, open_orders, canceled, bought, stop, trades, history, gone

    placed, found, open_orders, canceled, bought, stop, trades, history, gone = asyncio.run(play())

    assert (placed["status"], placed["clientOrderId"]) == ("open", "mine-1")
    assert found["id"] == placed["id"] == open_orders[0]["id"]
    assert canceled["status"] == "canceled"
    assert (bought["status"], bought["filled"], bought["fees"]) == (
        "closed",
        1.5,
        [{"currency": "BTC", "cost": 0.0015}],
    )
    assert bought["average"] == pytest.approx((100 + 0.5 * 100.10) / 1.5)
    assert [each["id"] for each in trades] == [each["id"] for each in bought["trades"]]
    assert stop["triggerPrice"] == 90.0
    assert [each["status"] for each in history] == ["canceled", "closed", "open"]
    assert [each["id"] for each in gone] == [stop["id"]]


def test_market_data_is_understood():
    """Book, trades, candles, tickers and fees."""

    async def play():
        async with trading() as (client, _):
            return (
                await client.fetch_order_book(BTC),
                await client.fetch_trades(BTC),
                await client.fetch_ohlcv(BTC, "1m"),
                await client.fetch_ticker(BTC),
                await client.fetch_bids_asks([BTC]),
                await client.fetch_trading_fee(BTC),
                await client.fetch_time(),
            )

    book, trades, bars, ticker, best, fee, time_ms = asyncio.run(play())

    assert book["bids"] == [[99.9, 1.0], [99.8, 2.0]]
    assert (trades[0]["price"], trades[0]["side"]) == (100.0, "buy")
    assert bars[0][1:] == [100.0, 100.0, 100.0, 100.0, 0.5]
    assert (ticker["last"], best[BTC]["ask"], fee["taker"]) == (100.0, 100.0, 0.001)
    assert time_ms == 1_700_000_000_000


def test_streams_are_understood():
    """Own orders and public trades; and a book that is kept in step."""

    async def play():
        async with trading() as (client, venue):
            await client.load_markets()
            watching = [
                asyncio.ensure_future(each)
                for each in (
                    client.watch_orders(BTC),
                    client.watch_trades(BTC),
                    client.watch_order_book(BTC),
                )
            ]
            wanted = venue.client.state.outbox.wanted
            await _until(lambda: wanted["btcusdt@trade"] and wanted["btcusdt@depth@100ms"])
            await _until(lambda: _waits_for(client, "orders"))
            await client.create_order(BTC, "market", "buy", 0.5)
            for _ in range(3):
                await venue.move(BIDS, ASKS)
            told = [await asyncio.wait_for(each, 5) for each in watching]
            await _until(lambda: client.orders[-1]["status"] == "closed")
            return *told, list(client.orders)

    first, trades, book, orders = asyncio.run(play())

    assert first[0]["status"] in ("open", "closed")
    assert [(each["filled"], each["status"]) for each in orders] == [(0.5, "closed")]
    assert trades[-1]["amount"] == 0.5
    assert book["bids"][0] == [99.9, 1.0]


def _waits_for(client, word: str) -> bool:
    return any(word in name for each in client.clients.values() for name in each.futures)


async def _until(is_so) -> None:
    for _ in range(500):
        if is_so():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come to that within five seconds")


@pytest.mark.parametrize(
    ("sent", "raised"),
    [
        (("limit", "buy", 1, 99.001), None),  # rounded by ccxt
        (("limit", "buy", 0.05, 99), ccxt.BadRequest),  # notional
        (("limit", "buy", 1, 1), ccxt.InvalidOrder),  # percent price
        (("limit", "buy", 500, 99), ccxt.InsufficientFunds),
        (("market", "sell", 1, None, {"stopLossPrice": 200}), ccxt.OrderImmediatelyFillable),
        (("limit", "buy", 1, 100, {"postOnly": True}), ccxt.OrderImmediatelyFillable),
    ],
)
def test_refusals_raise_what_the_real_venue_raises(sent, raised):
    """The class of the exception decides whether an order is dead or unknown."""

    async def play():
        async with trading() as (client, _):
            try:
                await client.create_order(BTC, *sent)
            except ccxt.BaseError as error:
                return type(error)
            return None

    assert asyncio.run(play()) is raised


ONCE = When(times=1)


@pytest.mark.parametrize(
    ("knob", "raised", "placed"),
    [
        (FailReply(when=ONCE), ccxt.RequestTimeout, 1),
        (
            FailReply(when=ONCE, code=-1006, msg="Execution status unknown."),
            ccxt.OperationFailed,
            1,
        ),
        (
            FailReply(when=ONCE, code=-1001, msg="Internal error.", executes=False),
            ccxt.OperationFailed,
            0,
        ),
        (DropReply(when=ONCE), ccxt.NetworkError, 1),
        (Throttle(when=ONCE), ccxt.DDoSProtection, 0),
        (Throttle(when=ONCE, is_ban=True), ccxt.DDoSProtection, 0),
    ],
)
def test_faults_raise_what_says_unknown_or_not_now(knob, raised, placed):
    """F10 to F13 as a user of ccxt meets them."""

    async def play():
        async with trading(knob, kind=ccxt.async_support.binance) as (client, venue):
            await client.load_markets()
            with pytest.raises(raised):
                await client.create_order(BTC, "limit", "buy", 1, 99)
            return len(venue.client.state.matching.table.all)

    assert asyncio.run(play()) == placed
