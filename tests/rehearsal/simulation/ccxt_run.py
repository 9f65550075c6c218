"""Real ccxt, REST and streams, against a small venue, in bad weather: prints the hash of its trace.

Run as a program by the tests, so that two processes with different hash seeds can be compared.
"""

import asyncio
import sys

import aiohttp
import ccxt.pro
from aiohttp import web

from argonaut.rehearsal.simulation.host import Life, SimHost
from argonaut.rehearsal.simulation.net import SimConnector
from argonaut.rehearsal.simulation.weather import NetFault
from tests.rehearsal.simulation.small_world import SECOND_NS, URL, SmallWorld

_SYMBOL = {
    "symbol": "BTCUSDT",
    "status": "TRADING",
    "baseAsset": "BTC",
    "baseAssetPrecision": 8,
    "quoteAsset": "USDT",
    "quotePrecision": 8,
    "quoteAssetPrecision": 8,
    "orderTypes": ["LIMIT", "MARKET"],
    "isSpotTradingAllowed": True,
    "permissions": ["SPOT"],
    "filters": [
        {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1e6", "tickSize": "0.01"},
        {"filterType": "LOT_SIZE", "minQty": "0.001", "maxQty": "9000", "stepSize": "0.001"},
    ],
}
WEATHER = (
    NetFault(kind="slow", chance=0.05, delay_ns=30 * SECOND_NS),
    NetFault(kind="cut", chance=0.01),
)


class CcxtBot:
    """Sends an order every ten seconds through ccxt and watches trades beside it."""

    def __init__(self, world: SmallWorld, orders: int) -> None:
        self._world = world
        self._orders = orders
        self.acknowledged = 0
        self.frames = 0

    async def __call__(self, life: Life) -> None:
        session = aiohttp.ClientSession(connector=SimConnector(self._world.net))
        exchange = _exchange(session)
        watching = asyncio.create_task(self._watch(exchange))
        for number in range(self._orders):
            try:
                await exchange.create_order(
                    "BTC/USDT", "limit", "buy", 1, 100, {"newClientOrderId": f"c{number}"}
                )
                self.acknowledged += 1
            except ccxt.BaseError:
                await asyncio.sleep(1)
            await asyncio.sleep(10)
        watching.cancel()
        await exchange.close()
        await session.close()

    async def _watch(self, exchange: ccxt.pro.binance) -> None:
        while True:
            try:
                self.frames += len(await exchange.watch_trades("BTC/USDT"))
            except ccxt.BaseError:
                await asyncio.sleep(1)


def _exchange(session: aiohttp.ClientSession) -> ccxt.pro.binance:
    exchange = ccxt.pro.binance(
        {
            "apiKey": "key",
            "secret": "secret",
            "session": session,
            "enableRateLimit": False,
            "verify": False,
            "options": {
                "fetchMarkets": {"types": ["spot"]},
                "fetchCurrencies": False,
                "fetchMargins": False,
            },
        }
    )
    urls = exchange.urls["api"]
    urls.update({name: f"{URL}/api/v3" for name, url in urls.items() if isinstance(url, str)})
    urls["ws"]["spot"] = f"{URL}/stream".replace("http", "ws")
    return exchange


def ccxt_venue(world: SmallWorld) -> web.Application:
    """The small venue, with the rules ccxt asks for and trades on the stream."""
    app = world.venue.app()

    async def rules(_request: web.Request) -> web.Response:
        return web.json_response({"symbols": [_SYMBOL], "rateLimits": []})

    app.router.add_get("/api/v3/exchangeInfo", rules)
    return app


def run(
    seed: int, orders: int = 100, *, weather: tuple[NetFault, ...] = WEATHER
) -> tuple[SmallWorld, CcxtBot]:
    """Run the bot to its end; return world and bot to be looked at."""
    world = SmallWorld(seed, net=weather, shuffle=0.3)
    bot = CcxtBot(world, orders)

    async def main(world: SmallWorld) -> None:
        await SimHost(world.net, world.disk).run(bot)

    world.run(main, ccxt_venue(world))
    return world, bot


if __name__ == "__main__":
    sys.stdout.write(run(int(sys.argv[1]))[0].trace.digest)
