"""The same adapter against the same venue over real sockets of this machine, on the real clock."""

import asyncio
from contextlib import asynccontextmanager
from decimal import Decimal

from aiohttp import web

from argonaut.domain.order import (
    Accepted,
    Canceled,
    Filled,
    OrderRole,
    OutcomeUnknown,
    Rejected,
)
from argonaut.ports import NOT_SENT
from argonaut.rehearsal.binance.access import ApiKey
from argonaut.rehearsal.binance.app import binance_app
from argonaut.rehearsal.binance.exchange import Exchange
from argonaut.rehearsal.binance.state import Settings
from argonaut.rehearsal.dice import Dice
from argonaut.rehearsal.faults import DropReply, DropRequest, Faults, When
from argonaut.rehearsal.market import PriceWalk, WalkMarket
from argonaut.runtime.clock import SystemClock
from argonaut.venues.binance import BinanceSpot
from tests.conformance.rig import BTC, KEY, MARKET, SECRET, Heard, limit, order, symbol
from tests.venues.binance.made import settings
from tests.venues.binance.stub import until


@asynccontextmanager
async def served(*knobs):
    """A venue on a free port, and the adapter open at it."""
    clock = SystemClock()
    now_ns = clock.wall_ns()
    walk = WalkMarket(
        symbol="BTCUSDT", start=Decimal(60_000), tick=Decimal("0.01"), lot=Decimal("0.00001")
    )
    exchange = Exchange(
        Settings(
            symbols=(symbol(),),
            keys=(ApiKey(key=KEY, secret=SECRET),),
            balances={"USDT": Decimal(1_000_000), "BTC": Decimal(10)},
        ),
        PriceWalk([walk], seed=1, start_ns=now_ns, step_ns=20_000_000),
        start_ns=now_ns,
    )
    app = binance_app(exchange, clock, Faults(knobs, seed=1, start_ns=now_ns))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    heard = Heard(clock)
    venue = BinanceSpot(
        settings(f"http://{host}:{port}"), [BTC], clock=clock, rng=Dice(1), market=MARKET
    )
    try:
        await venue.open(heard)
        yield venue, heard, exchange
    finally:
        await venue.close()
        await runner.cleanup()


def test_orders_live_and_die_and_the_streams_tell_of_them():
    async def story():
        async with served() as (venue, heard, exchange):
            resting = limit("r-1")
            reports = [*await venue.submit(resting), *await venue.submit(order("m-1"))]
            reports += await venue.cancel(resting)
            await until(lambda: len(heard.reports) >= 4 and len(heard.trades) > 5)
            balances = await venue.balances()
            return reports, heard, balances, exchange.truth()

    reports, heard, balances, truth = asyncio.run(story())

    assert [type(each) for each in reports] == [Accepted, Accepted, Filled, Canceled]
    assert {type(each) for each in heard.reports} >= {Accepted, Filled, Canceled}
    assert all(bid < ask for bid, ask in heard.quotes)
    assert balances.total == {name: amount for name, amount in truth.balances.items() if amount}


def test_an_answer_that_is_lost_is_unknown_and_a_dead_venue_is_nothing_sent():
    async def story():
        lost = (
            DropReply(when=When(times=1)),
            DropRequest(when=When(skip=1, times=1)),
        )
        async with served(*lost) as (venue, _, exchange):
            first = await venue.submit(order("c-1"))
            second = await venue.submit(order("c-2"))
            third = await venue.submit(order("c-3", role=OrderRole.EXIT))
            ids = [each.client_id for each in exchange.truth().orders]
        async with served() as (venue, _, _):
            await venue._session.close()
            closed = await venue.submit(order("c-4"))
        return first, second, third, closed, ids

    first, second, third, closed, ids = asyncio.run(story())

    assert isinstance(first[0], OutcomeUnknown)
    assert isinstance(second[0], OutcomeUnknown)
    assert isinstance(third[0], Accepted)
    assert sorted(ids) == ["c-1", "c-3"]
    assert isinstance(closed[0], Rejected)
    assert closed[0].code == NOT_SENT
