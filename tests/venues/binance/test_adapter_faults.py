"""A bug of our own costs a connection or a turn, and never the streams for good."""

import asyncio
from contextlib import asynccontextmanager

from argonaut.runtime.clock import SystemClock
from argonaut.venues.binance.adapter import BinanceSpot
from tests.venues.binance.made import BTC, Half, recorded, settings
from tests.venues.binance.stub import answer, serving, until


class Failing:
    """Who listens, with a bug wherever it is told of something."""

    def __init__(self):
        self.streams = []

    def on_stream(self, name, *, is_up, detail):
        self.streams.append((name, is_up, detail))

    def on_event(self, event):
        raise ZeroDivisionError(type(event).__name__)

    def booked(self, client_order_id):
        return None

    def on_silence(self, for_ns, why):
        raise ZeroDivisionError(why)

    def on_hint(self, what):
        raise ZeroDivisionError(what)


@asynccontextmanager
async def opened():
    """A venue with that listener, the listener, and what nobody handled."""
    faults = []
    async with serving() as served:
        venue = BinanceSpot(settings(served.root), [BTC], clock=SystemClock(), rng=Half())
        heard = Failing()
        await venue.open(heard)
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: faults.append(context))
        try:
            yield served, venue, heard, faults
        finally:
            await venue.close()


def test_a_bug_met_while_reading_is_told_and_the_stream_begins_anew():
    """It is down until it is subscribed again, and says so: nobody is there at night to restart."""

    async def run():
        async with opened() as (served, _, heard, faults):
            await served.say("user", recorded("user", "trade"))
            await until(lambda: len(heard.streams) == 3)
            return heard.streams, faults

    streams, faults = asyncio.run(run())
    assert [each[:2] for each in streams] == [("user", True), ("user", False), ("user", True)]
    assert streams[1][2] == "connection lost: stopped by a fault: ZeroDivisionError"
    assert [each["message"] for each in faults] == [
        "a fault of our own: user of Binance begins anew"
    ]
    assert isinstance(faults[0]["exception"], ZeroDivisionError)


def test_a_bug_met_in_the_upkeep_does_not_end_it():
    """The clock and the rules are kept fresh for as long as the venue is open."""

    async def run():
        async with opened() as (served, venue, _, faults):
            served.replies["GET", "/api/v3/exchangeInfo"] = answer("", 503)
            venue._are_rules_doubted = True
            await until(lambda: len(faults) == 1)
            venue._are_rules_doubted = True
            await until(lambda: len(faults) == 2)
            return faults

    first, second = asyncio.run(run())
    assert first["stream"] == second["stream"] == "the upkeep"
    assert "the rules cannot be read anew" in str(second["exception"])
