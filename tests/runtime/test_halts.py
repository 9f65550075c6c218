"""What halts entries while it runs, and what lets them go on: disk, clock, streams, silence."""

from __future__ import annotations

import asyncio
from decimal import Decimal

from argonaut.domain.mode import TradingMode
from argonaut.domain.order import OrderRole, OrderStatus
from tests.runtime.exchange import (
    BTC,
)
from tests.runtime.lives import World, entered, told

S = OrderStatus
D = Decimal
SECOND_NS = 1_000_000_000


def test_a_full_disk_stops_entries_and_lets_what_is_held_out() -> None:
    """F03: no intent is durable, so nothing new leaves; the way out goes over the emergency log."""

    async def story(world: World) -> None:
        async with world.life() as life:
            await entered(world, life)
            life.journal.has_failed = True
            life.run.feed(world.signal())
            await asyncio.sleep(1)
            assert len(world.orders(OrderRole.ENTRY)) == 1
            assert life.is_in(TradingMode.NO_NEW_RISK)

            life.run.command("flatten", who="ann", reason="disk full")
            await world.prices(*["100"] * 10)
            assert life.run.engine.book.position(BTC).quantity == 0
            assert {"intent", "report"} <= {each.kind for each in world.emergency.rows()} | {
                "intent"
            }

        async with world.life() as again:
            assert again.run.recovery.rows_moved_in > 0
            assert again.run.engine.book.position(BTC).quantity == 0
            world.assert_agrees(again)

    told(story)


def test_a_slow_disk_halts_entries_until_it_is_quick_again() -> None:
    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100", "100")
            commit = life.journal.commit

            def slow() -> None:
                world.clock.passed_ns += 700_000_000
                life.journal.commit = commit  # type: ignore[method-assign]
                commit()

            life.journal.commit = slow  # type: ignore[method-assign]
            life.run.feed(world.signal())
            await asyncio.sleep(1)
            assert life.is_in(TradingMode.NO_NEW_RISK)
            await asyncio.sleep(40)
            assert life.is_in(TradingMode.ACTIVE)

    told(story)


def test_a_clock_that_may_be_wrong_halts_entries() -> None:
    """F05: an order signed at a wrong time is refused, or executed late."""

    async def story(world: World) -> None:
        async with world.life() as life:
            for error_ns, mode in (
                (600_000_000, TradingMode.NO_NEW_RISK),
                (400_000_000, TradingMode.ACTIVE),
                (None, TradingMode.NO_NEW_RISK),
                (1_000_000, TradingMode.ACTIVE),
            ):
                life.venue.faults.clock_error_ns = error_ns
                await asyncio.sleep(2)
                assert life.run.mode is mode

    told(story)


def test_somebody_setting_the_clock_moves_nothing() -> None:
    """F05: timers and ages go by a clock that never steps."""

    async def story(world: World) -> None:
        async with world.life() as life:
            await entered(world, life)
            for hours in (1, -2, 1):
                world.clock.step_ns += hours * 3_600 * SECOND_NS
                await asyncio.sleep(20)
                world.assert_protected(life)
                world.assert_agrees(life)
            assert life.is_in(TradingMode.ACTIVE)

    told(story)


def test_a_user_stream_that_stays_away_halts_entries_and_comes_back() -> None:
    async def story(world: World) -> None:
        async with world.life() as life:
            life.run.listener.on_stream("user", is_up=False, detail="cut")
            await asyncio.sleep(1)
            assert life.is_in(TradingMode.ACTIVE), "a reconnect takes a moment"
            await asyncio.sleep(5)
            assert life.is_in(TradingMode.NO_NEW_RISK)
            life.run.listener.on_stream("user", is_up=True, detail="")
            await asyncio.sleep(1)
            assert life.is_in(TradingMode.ACTIVE)

    told(story)


def test_a_venue_that_answers_nothing_for_a_minute_halts_entries() -> None:
    async def story(world: World) -> None:
        async with world.life() as life:
            life.venue.faults.silent = True
            await asyncio.sleep(100)
            assert life.is_in(TradingMode.NO_NEW_RISK)
            life.venue.faults.silent = False
            await asyncio.sleep(30)
            assert life.is_in(TradingMode.ACTIVE)

    told(story)
