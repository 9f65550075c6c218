"""Single orders in doubt, looked up until they are certain."""

from __future__ import annotations

import asyncio

from argonaut.domain.ids import ClientOrderId
from argonaut.domain.order import OrderRole
from tests.runtime.exchange import BTC, LOST, TIMEOUT_S, UNANSWERED
from tests.runtime.lives import Life, World, told


def count_finds(life: Life) -> list[float]:
    """Note when single orders are looked up: rounds do so as well."""
    asked: list[float] = []
    find = life.venue.find

    async def spied(order):
        task = asyncio.current_task()
        if task is not None and task.get_name().startswith("probe"):
            asked.append(asyncio.get_running_loop().time())
        return await find(order)

    life.venue.find = spied  # type: ignore[method-assign]
    return asked


def test_an_order_in_doubt_is_asked_about_soon_and_then_less_often() -> None:
    """At 0.2, 0.5, 1, 2 and 5 s, and no burst against the venue's limits."""

    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100", "100")
            life.venue.faults.submits.append(UNANSWERED)
            world.exchange.drops = 10
            life.venue.faults.hidden.update(f"detector-qz1-{n}" for n in "x")
            life.venue.faults.silent = True
            asked = count_finds(life)
            life.run.feed(world.signal())
            sent_s = asyncio.get_running_loop().time()
            await asyncio.sleep(4)
            prompt = [round(each - sent_s, 1) for each in asked if each - sent_s < 2.1]
            assert prompt[:4] == [0.2, 0.5, 1.0, 2.0]

            await asyncio.sleep(11.5)
            later = [round(each - sent_s) for each in asked if each - sent_s > 2.1]
            assert later == [5, 10, 15]
            life.venue.faults.silent = False
            await asyncio.sleep(20)
            world.assert_agrees(life)

    told(story)


def test_an_order_in_doubt_is_asked_about_at_once_when_a_silence_is_over() -> None:
    """Its next turn may be five seconds off, and a stop that is to make way holds up an exit."""

    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100", "100")
            life.venue.faults.submits.append(UNANSWERED)
            world.exchange.drops = 10
            life.venue.faults.silent = True
            asked = count_finds(life)
            life.run.feed(world.signal())
            await asyncio.sleep(12)
            (entry,) = world.orders(OrderRole.ENTRY)
            before = len(asked)
            life.run.parts.prober.look_now()
            await asyncio.sleep(0.01)
            assert len(asked) == before + 1, f"{entry.client_order_id} is asked about now"

            life.venue.faults.silent = False
            await asyncio.sleep(30)
            world.assert_agrees(life)

    told(story)


def test_an_entry_that_could_not_be_taken_out_is_once_a_stream_is_back() -> None:
    """Nothing could leave while the network was away; the next turn may be five seconds off."""

    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100", "100")
            life.run.feed(world.signal(order_type="limit", limit_price=98.0))
            await world.prices("100", "100")
            (entry,) = world.orders(OrderRole.ENTRY)
            life.venue.faults.cancels.append(LOST)
            life.venue.faults.silent = True
            life.run.command("pause", who="ann", reason="")
            await asyncio.sleep(TIMEOUT_S + 7)  # the next turn is at ten
            life.venue.faults.silent = False
            assert entry.client_order_id in life.run.engine.desk.live

            life.run.listener.on_stream("user", is_up=True, detail="subscribed")
            await asyncio.sleep(0.5)

            assert not life.run.engine.desk.live
            world.assert_agrees(life)

    told(story)


def test_a_certain_order_is_left_alone() -> None:
    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100", "100")
            life.run.feed(world.signal(order_type="limit", limit_price=98.0))
            await world.prices("100", "100")
            asked = count_finds(life)
            (entry,) = world.orders(OrderRole.ENTRY)
            life.run.watch(entry.client_order_id)
            assert len(life.run.parts.prober) == 1
            life.run.watch(ClientOrderId("nobody"))
            await asyncio.sleep(8)

            assert asked == []

    told(story)


def test_an_answer_older_than_the_stream_changes_nothing() -> None:
    """The look-up was under way when the execution was told."""

    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100", "100")
            life.run.feed(world.signal(order_type="limit", limit_price=99.0))
            await world.prices("100", "100")
            life.venue.faults.cancels.append(LOST)
            life.run.command("pause", who="ann", reason="")
            (entry,) = world.orders(OrderRole.ENTRY)
            stale = world.exchange.shown(entry)
            find = life.venue.find

            async def late(order):
                await find(order)
                world.exchange.show("98")
                await asyncio.sleep(0.05)
                return stale

            life.venue.find = late  # type: ignore[method-assign]
            life.run.watch(entry.client_order_id)
            await asyncio.sleep(5)

            assert life.run.engine.book.position(BTC).quantity > 0

    told(story)
