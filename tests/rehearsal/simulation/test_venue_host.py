"""Tests of argonaut.rehearsal.simulation.venue_host."""

import asyncio
from decimal import Decimal
from typing import Any

import aiohttp
import msgspec

from argonaut.rehearsal.binance.access import ApiKey
from argonaut.rehearsal.faults import HandTrade, SetMaintenance, SetStatus, Transfer
from argonaut.rehearsal.simulation.host import bury
from argonaut.rehearsal.simulation.plan import LISTED, SECOND_NS, FaultPlan
from argonaut.rehearsal.simulation.venue_host import PORT, VenueHost
from tests.rehearsal.simulation.small_world import SmallWorld, session

ROOT = f"http://127.0.0.1:{PORT}/api/v3"
KEY = ApiKey(key="k" * 16, secret="s" * 16)


async def told(http: aiohttp.ClientSession, question: str) -> tuple[int, Any]:
    async with http.get(f"{ROOT}/{question}") as answer:
        return answer.status, msgspec.json.decode(await answer.read())


def run(act, *knobs):
    """Let something happen at a venue of its own; return the venue."""
    world = SmallWorld()
    venue = VenueHost(FaultPlan(seed=3), world.net, world.clock, KEY, knobs)

    async def main(world: SmallWorld) -> None:
        await venue.serve()
        async with session(world) as http:
            await act(venue, http)

    world.run(main)
    bury(world.loop, venue.owner)
    return venue


def test_the_venue_speaks_over_the_simulated_net():
    """The same application that is served over real sockets."""

    async def act(venue, http):
        status, rules = await told(http, "exchangeInfo")
        assert status == 200
        assert [each["symbol"] for each in rules["symbols"]] == ["BTCUSDT", "ETHUSDT"]
        assert (await told(http, "time"))[0] == 200

    run(act)


def test_prices_walk_as_the_plan_says_and_are_written_down():
    """The oracle values everything at what the market really was."""

    async def act(venue, http):
        assert abs(venue.price("BTC/USDT") - LISTED["BTC/USDT"].start) < 10
        await asyncio.sleep(60)

    venue = run(act)
    prices = venue.truth().prices

    assert sorted(prices) == ["BTC/USDT", "ETH/USDT"]
    assert len(prices["BTC/USDT"]) >= 30
    assert venue.price("BTC/USDT") == prices["BTC/USDT"][-1][1]
    assert 58 * SECOND_NS < prices["ETH/USDT"][-1][0] <= 61 * SECOND_NS


def test_the_truth_knows_what_was_done_by_hand():
    """A trade on the web page is no order of the trader's, and a deposit no profit (F31)."""
    knobs = (
        HandTrade(at_s=1, symbol="BTCUSDT", side="BUY", quantity=Decimal("0.01")),
        Transfer(at_s=2, asset="USDT", amount=Decimal(50)),
    )

    async def act(venue, http):
        await asyncio.sleep(5)

    truth = run(act, *knobs).truth()

    (order,), (fill,) = truth.orders, truth.fills[:1]
    assert (order.symbol, order.side, order.status) == ("BTC/USDT", "buy", "FILLED")
    assert not order.is_ours
    assert order.ended_ns is not None
    assert SECOND_NS <= order.created_ns < 3 * SECOND_NS
    assert (fill.venue_order_id, fill.is_ours) == (order.venue_order_id, False)
    assert [(each.asset, each.amount) for each in truth.transfers] == [("USDT", Decimal(50))]
    assert truth.balances["BTC"] > 0
    assert truth.refused_for_rate == 0
    assert any(each.window == "weight_1m" for each in truth.usage)


def test_a_healed_venue_is_as_it_was():
    """The calm begins: no maintenance, every symbol trades, no knob acts any more."""
    knobs = (
        SetMaintenance(at_s=1, is_on=True),
        SetStatus(at_s=1, symbol="BTCUSDT", status="HALT"),
        Transfer(at_s=60, asset="USDT", amount=Decimal(50)),
    )

    async def act(venue, http):
        await asyncio.sleep(5)
        async with http.get(f"{ROOT}/time") as answer:
            assert answer.status == 503
        venue.heal()
        status, rules = await told(http, "exchangeInfo")
        assert status == 200
        assert {each["status"] for each in rules["symbols"]} == {"TRADING"}
        await asyncio.sleep(100)

    assert run(act, *knobs).truth().transfers == ()
