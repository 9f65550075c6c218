"""Rounds for as long as a run lasts."""

from __future__ import annotations

import asyncio

from argonaut.domain.mode import TradingMode
from argonaut.domain.order import OrderRole, OrderStatus
from argonaut.runtime.reconciler import CAUSE, EVERY_S
from tests.runtime.exchange import BTC, LOST
from tests.runtime.lives import World, told

S = OrderStatus


def test_a_quiet_run_is_asked_about_every_fifteen_seconds_and_writes_nothing() -> None:
    async def story(world: World) -> None:
        async with world.life() as life:
            before = life.run.parts.reconciler.rounds
            rows = life.run.recorder.rows_written
            await asyncio.sleep(10 * EVERY_S)

            assert 9 <= life.run.parts.reconciler.rounds - before <= 11
            assert life.run.recorder.rows_written - rows <= 30, "timers of the audit alone"
            assert not [row for row in life.journal.rows() if row.kind == "correction"]

    told(story)


def test_an_order_in_doubt_makes_rounds_more_often() -> None:
    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100", "100")
            life.venue.faults.submits.append(LOST)
            life.run.feed(world.signal())
            await asyncio.sleep(3)
            before = life.run.parts.reconciler.rounds
            await asyncio.sleep(10)

            assert life.run.parts.reconciler.rounds - before >= 2
            assert not life.run.engine.desk.live

    told(story)


def test_f05_an_order_in_doubt_is_settled_though_the_engine_has_seen_a_later_time() -> None:
    """Somebody's clock was ahead once; waits go on by ours, not by the latest input's."""

    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100", "100")
            life.run.engine.now_ns += 3_600_000_000_000
            life.venue.faults.submits.append(LOST)
            life.run.feed(world.signal())
            await asyncio.sleep(60)

            assert not life.run.engine.desk.live

    told(story)


def test_an_order_the_venue_denies_after_it_acknowledged_it_stays_and_blocks() -> None:
    """F36: no second stop, however long it is not shown; told, and over when it is back."""

    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100", "100")
            life.run.feed(world.signal())
            await world.prices("100", "100")
            (stop,) = life.run.engine.desk.live
            life.venue.faults.hidden.add(stop)
            await asyncio.sleep(1_800)
            assert len(world.orders(OrderRole.STOP)) == 1
            assert list(life.run.engine.routes[BTC].causes) == ["venue order"]

            life.venue.faults.hidden.clear()
            await asyncio.sleep(20)
            assert not life.run.engine.routes[BTC].causes
            world.assert_agrees(life)
            world.assert_protected(life)

    told(story)


def test_an_order_that_lives_after_it_was_given_up_is_taken_out() -> None:
    """F36: the venue denied it for longer than any bound, and has it after all."""

    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100", "100")
            life.venue.faults.submits.append("unanswered")
            world.exchange.drops = 5
            life.run.feed(world.signal(order_type="limit", limit_price=98.0))
            await asyncio.sleep(0.05)
            (entry,) = world.orders(OrderRole.ENTRY)
            life.venue.faults.hidden.add(entry.client_order_id)
            await asyncio.sleep(60)
            assert not life.run.engine.desk.live, "given up, with all the evidence there was"

            world.exchange.drops = 0
            life.venue.faults.hidden.clear()
            await asyncio.sleep(60)
            assert world.orders(OrderRole.ENTRY)[0].status is S.CANCELED
            world.assert_agrees(life)

    told(story)


def test_a_minute_without_a_whole_round_is_a_cause_of_its_own() -> None:
    async def story(world: World) -> None:
        async with world.life() as life:
            life.venue.faults.silent = True
            await asyncio.sleep(90)
            assert life.run.engine.modes.causes[CAUSE] is TradingMode.NO_NEW_RISK
            life.venue.faults.silent = False

    told(story)
