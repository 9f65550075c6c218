"""Faults on requests: what was done, and what the client is left to believe."""

import asyncio
from decimal import Decimal

import aiohttp
import pytest

from argonaut.rehearsal.binance.lies import Lies
from argonaut.rehearsal.binance.serving import perform, told_lies
from argonaut.rehearsal.faults import (
    ChangeRules,
    DelayMatching,
    DelayReply,
    DelayRequest,
    DropReply,
    DropRequest,
    FailReply,
    HandCancel,
    HandTrade,
    HideOrders,
    Knob,
    SetStatus,
    ShortOpenOrders,
    StaleReads,
    Throttle,
    Transfer,
    When,
    WrongFilled,
)
from tests.rehearsal.binance.client import Client
from tests.rehearsal.binance.served import served

ONCE = When(times=1)


def ordered(knob: Knob) -> tuple[int | str, int]:
    """Send one order past a fault; return what the client got and how many orders there are."""

    async def play():
        async with served([knob]) as venue:
            try:
                told: int | str = (await venue.order(price="99", quantity="1")).status
            except (TimeoutError, aiohttp.ClientError) as error:
                told = type(error).__name__
            return told, len(venue.client.state.matching.table.all)

    return asyncio.run(play())


@pytest.mark.parametrize(
    ("knob", "told", "placed"),
    [
        (DropRequest(when=ONCE), "ServerDisconnectedError", 0),
        (DropReply(when=ONCE), "ServerDisconnectedError", 1),
        (FailReply(when=ONCE), 503, 1),
        (FailReply(when=ONCE, executes=False), 503, 0),
        (FailReply(when=ONCE, status=504, code=-1006, msg="Execution status unknown."), 504, 1),
        (Throttle(when=ONCE), 429, 0),
        (Throttle(when=ONCE, is_ban=True), 418, 0),
        (DelayReply(when=ONCE, seconds=0.01), 200, 1),
        (DelayRequest(when=ONCE, seconds=0.01), 200, 1),
        (DelayMatching(when=ONCE, seconds=0.01), 200, 1),
    ],
)
def test_the_client_is_told_one_thing_and_another_is_true(knob, told, placed):
    """F10 to F13: the same silence, with and without an order behind it."""
    got, orders = ordered(knob)

    assert orders == placed
    assert got == told or (isinstance(told, str) and isinstance(got, str))


def test_a_ban_shuts_everything_out_until_it_is_over():
    """Not only the request it was given for."""

    async def play():
        async with served([Throttle(when=ONCE, is_ban=True, retry_after_s=30)]) as venue:
            first = await venue.order(price="99", quantity="1")
            second = await venue.get("/api/v3/time")
            venue.client.wait(30)
            third = await venue.get("/api/v3/time")
            return first, second, third

    first, second, third = asyncio.run(play())

    assert (first.status, second.status, third.status) == (418, 418, 200)
    assert (first.headers["Retry-After"], second.headers["Retry-After"]) == ("30", "30")


def test_lies_are_told_to_questions_only():
    """The matching engine never lies."""

    async def play():
        async with served([HideOrders(seconds=60)]) as venue:
            placed = await (await venue.order(price="99", quantity="1")).json()
            sent = {"symbol": "BTCUSDT", "orderId": placed["orderId"]}
            asked = await (await venue.send("GET", "/api/v3/order", **sent)).json()
            canceled = await (await venue.send("DELETE", "/api/v3/order", **sent)).json()
            return asked, canceled

    asked, canceled = asyncio.run(play())

    assert asked["code"] == -2013
    assert canceled["status"] == "CANCELED"


def test_several_lies_are_told_as_one():
    """Each kind adds its own untruth."""
    knobs = [
        HideOrders(seconds=1),
        StaleReads(seconds=2, balances=True),
        ShortOpenOrders(most=3),
        WrongFilled(share=Decimal("0.1")),
    ]

    assert told_lies(knobs) == Lies(
        hidden_ns=10**9,
        stale_ns=2 * 10**9,
        stale_balances_ns=2 * 10**9,
        open_orders_max=3,
        filled_share=Decimal("0.1"),
    )


def test_acts_of_a_person_are_done_at_the_account():
    """F31 and F34: trades, transfers and rules that change under the bot's feet."""
    client = Client()
    done = [
        perform(each, client.venue, client.now_ns)
        for each in (
            HandTrade(at_s=0, symbol="BTCUSDT", side="BUY", quantity=Decimal(1)),
            HandTrade(
                at_s=0,
                symbol="BTCUSDT",
                side="SELL",
                quantity=Decimal(1),
                price=Decimal(110),
            ),
            HandCancel(at_s=0, symbol="BTCUSDT"),
            Transfer(at_s=0, asset="USDT", amount=Decimal(5)),
            ChangeRules(at_s=0, symbol="BTCUSDT", rules={"tick": "0.1"}),
            ChangeRules(at_s=0, symbol="BTCUSDT", rules={"tock": "0.1"}),
            SetStatus(at_s=0, symbol="BTCUSDT", status="HALT"),
            HandTrade(at_s=0, symbol="BTCUSDT", side="BUY", quantity=Decimal(1)),
        )
    ]

    assert done[:5] == [""] * 5
    assert "not ['tock']" in done[5]
    assert done[6] == ""
    assert done[-1] == "400 -2010: Market is closed."
    assert client.free("USDT")[0] == Decimal(10_000) - 100 + 5
