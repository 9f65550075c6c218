"""What a venue tells by itself, and when it is heard."""

from __future__ import annotations

import asyncio

from argonaut.domain.event import Event
from argonaut.domain.ids import ClientOrderId, VenueOrderId
from argonaut.domain.market import Bar, Quote, Trade
from argonaut.domain.mode import TradingMode
from argonaut.domain.order import Accepted, Order
from argonaut.runtime.listener import Listener
from tests.runtime.exchange import BTC
from tests.runtime.lives import Life, World, told

MINUTE_NS = 60_000_000_000


def listener_at(life: Life, heard: list[Event], hints: list[str]) -> Listener:
    """A listener beside the run's own."""
    listener = Listener(lambda for_ns, why: None)

    def recall(name: ClientOrderId) -> Order | None:
        del name
        return None

    listener.attach(
        life.run.engine,
        feed=heard.append,
        hint=lambda: hints.append("round"),
        look_again=lambda: hints.append("look again"),
        now_ns=life.run.loop.now_ns,
        recall=recall,
    )
    return listener


def report(name: str) -> Accepted:
    return Accepted(
        client_order_id=ClientOrderId(name), event_ns=1, venue_order_id=VenueOrderId("v1")
    )


def a_bar(minute: int) -> Bar:
    return Bar(BTC, MINUTE_NS, minute * MINUTE_NS, open=1, high=1, low=1, close=1, volume=1)


def test_reports_wait_until_there_is_an_engine_to_take_them() -> None:
    """The stream is up before the journal is folded; what it tells meanwhile is kept."""

    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100", "100")
            life.run.feed(world.signal())
            await world.prices("100", "100")
            (stop,) = life.run.engine.desk.live
            early = Listener(lambda for_ns, why: None)
            early.on_event(report(stop))
            heard: list[Event] = []
            early.attach(
                life.run.engine,
                feed=heard.append,
                hint=lambda: None,
                look_again=lambda: None,
                now_ns=life.run.loop.now_ns,
                recall=lambda name: None,
            )

            assert heard == [report(stop)]

    told(story)


def test_a_report_of_nobody_s_order_asks_for_a_round() -> None:
    async def story(world: World) -> None:
        async with world.life() as life:
            heard: list[Event] = []
            hints: list[str] = []
            listener_at(life, heard, hints).on_event(report("web-1"))

            assert (heard, hints) == ([], ["round"])

    told(story)


def test_bars_that_close_while_indicators_warm_up_are_shown_once() -> None:
    """Neither lost nor counted twice: an average over them would be another one."""

    async def story(world: World) -> None:
        async with world.life() as life:
            heard: list[Event] = []
            listener = listener_at(life, heard, [])
            for minute in (1, 2, 3):
                listener.on_event(a_bar(minute))
            listener.skip_until(BTC, a_bar(2).close_ns)
            listener.open_market()
            listener.on_event(a_bar(4))
            listener.close_market()
            listener.on_event(a_bar(5))

            assert [getattr(each, "open_ns", 0) // MINUTE_NS for each in heard] == [3, 4]

    told(story)


def test_the_last_prices_of_a_start_are_shown_when_it_is_over() -> None:
    """A quiet market says nothing more: decisions would go by the price of before the restart."""

    async def story(world: World) -> None:
        async with world.life() as life:
            heard: list[Event] = []
            listener = listener_at(life, heard, [])
            quote, trade = Quote(BTC, 3, bid=1, ask=2), Trade(BTC, 4, price=5)
            listener.on_event(quote)
            listener.on_event(trade)
            quote.event_ns, quote.bid, quote.ask = 5, 3, 4  # an adapter fills its views anew
            listener.on_event(quote)
            quote.event_ns, trade.event_ns = 9, 9
            assert not heard

            listener.open_market()

            shown = [(type(each), each.event_ns) for each in heard]
            assert shown == [(Trade, 4), (Quote, 5)]
            assert isinstance(heard[1], Quote)
            assert (heard[1].bid, heard[1].ask) == (3, 4)

            listener.open_market()
            assert len(heard) == 2

    told(story)


def test_a_price_from_before_the_last_bar_shown_is_none_any_more() -> None:
    async def story(world: World) -> None:
        async with world.life() as life:
            bar = a_bar(2)
            for warm_ns, wanted in ((bar.close_ns, [Trade]), (bar.open_ns, [Bar, Trade])):
                heard: list[Event] = []
                listener = listener_at(life, heard, [])
                listener.on_event(Quote(BTC, bar.close_ns - 1, bid=1, ask=2))
                listener.on_event(bar)
                listener.on_event(Trade(BTC, bar.close_ns, price=3))
                listener.skip_until(BTC, warm_ns)
                listener.open_market()

                assert [type(each) for each in heard] == wanted

    told(story)


def test_what_is_booked_of_a_live_order_is_known_once_there_is_an_engine() -> None:
    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100", "100")
            life.run.feed(world.signal(order_type="limit", limit_price=98.0))
            await world.prices("100", "100")
            (entry,) = life.run.engine.desk.live
            listener = listener_at(life, [], [])

            assert listener.booked(entry) == 0
            assert listener.booked(ClientOrderId("web-1")) is None
            assert Listener(lambda for_ns, why: None).booked(entry) is None

    told(story)


def test_a_market_stream_that_stays_away_limits_its_instrument_alone() -> None:
    async def story(world: World) -> None:
        async with world.life() as life:
            name = f"market {BTC}"
            life.run.listener.on_stream(name, is_up=False, detail="gap")
            life.run.listener.on_stream("market ETH/USDT@memory", is_up=False, detail="gap")
            await asyncio.sleep(6)
            assert list(life.run.engine.routes[BTC].causes) == ["market stream"]
            assert life.run.mode is TradingMode.ACTIVE
            life.run.listener.on_stream(name, is_up=True, detail="")
            await asyncio.sleep(1)
            assert not life.run.engine.routes[BTC].causes

    told(story)


def test_the_venue_is_asked_again_once_a_silence_is_over() -> None:
    """What is in doubt waits for two rounds; the next by the clock may be ten seconds off."""

    async def story(world: World) -> None:
        async with world.life() as life:
            hints: list[str] = []
            listener = listener_at(life, [], hints)
            for seconds in (30, 31, 5):  # every request under way is refused, and tells of its own
                listener.on_silence(seconds * 1_000_000_000, "429")
            await asyncio.sleep(31)
            assert hints == []
            await asyncio.sleep(0.1)
            assert hints == ["look again"]

            listener.on_silence(1_000_000_000, "429")
            listener.close()
            await asyncio.sleep(2)
            assert hints == ["look again"]

    told(story)


def test_a_hint_asks_for_a_round_and_a_stream_that_came_back_for_all_in_doubt_too() -> None:
    async def story(world: World) -> None:
        async with world.life() as life:
            hints: list[str] = []
            listener = listener_at(life, [], hints)
            listener.on_hint("balance")
            listener.on_stream("user", is_up=True, detail="")

            assert hints == ["round", "look again"]

    told(story)
