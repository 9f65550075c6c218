"""One chain from event to outbox, its timers, and what it writes besides."""

from __future__ import annotations

import asyncio

import msgspec

from argonaut.domain.command import SetTimer
from argonaut.domain.event import TimerFired
from tests.runtime.exchange import BTC
from tests.runtime.lives import World, told

SECOND_NS = 1_000_000_000


def test_a_timer_fires_once_at_its_time_and_a_replaced_one_only_at_the_new_one() -> None:
    async def story(world: World) -> None:
        async with world.life() as life:
            loop, fired = life.run.loop, []
            step = life.run.engine.step

            def spied(event):
                if isinstance(event, TimerFired) and event.key == "x|y":
                    fired.append(world.clock.wall_ns())
                return step(event)

            life.run.engine.step = spied  # type: ignore[method-assign]
            began_ns = world.clock.wall_ns()
            for seconds in (1, 3):
                loop.perform([SetTimer("x|y", loop.now_ns() + seconds * SECOND_NS)])
            loop.perform([SetTimer("gone", loop.now_ns() + SECOND_NS), SetTimer("gone", None)])
            await asyncio.sleep(10)

            assert len(fired) == 1
            assert abs(fired[0] - began_ns - 3 * SECOND_NS) < SECOND_NS // 10

    told(story)


def test_a_wait_is_as_long_as_asked_for_though_the_venue_is_ahead_of_us() -> None:
    """Asked over a slow way, the venue's time may be taken for half a second less (seed 13417)."""

    async def story(world: World) -> None:
        async with world.life() as life:
            loop, engine = life.run.loop, life.run.engine
            world.clock.step_ns = 500_000_000
            await world.prices("100", every_s=0.0)
            world.clock.step_ns = 0
            at_ns = engine.now_ns + SECOND_NS // 10

            loop.perform([SetTimer("x|y", at_ns)])
            await asyncio.sleep(0.2)

            assert at_ns <= engine.now_ns < at_ns + SECOND_NS // 20

    told(story)


def test_many_replaced_timers_leave_no_heap_behind() -> None:
    """I26: a strategy that moves its timer at each tick must not fill the memory."""

    async def story(world: World) -> None:
        async with world.life() as life:
            loop = life.run.loop
            for number in range(10_000):
                loop.perform([SetTimer("x|y", loop.now_ns() + SECOND_NS + number)])

            held, most = loop.timers
            assert held <= most < 200

    told(story)


def test_what_a_strategy_knows_is_kept_beside_what_it_decided() -> None:
    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100", "100")
            life.run.feed(world.signal())
            await world.prices("100", "100")

        rows = world.rows("decision", "strategy_state")
        assert [row.kind for row in rows] == ["decision", "strategy_state"]
        assert rows[0].event_seq == rows[1].event_seq

    told(story)


def test_what_a_strategy_knows_is_kept_beside_what_it_left_and_why() -> None:
    """A signal that waits for a confirmation is in no decision, and a kill must not lose it."""

    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100", "100")
            life.run.feed(world.signal(confidence=0.1))
            await world.prices("100", "100")

        rows = world.rows("skip", "strategy_state")
        assert [row.kind for row in rows] == ["skip", "strategy_state"]

    told(story)


def test_the_whole_state_is_written_once_in_so_many_rows_and_at_a_clean_stop() -> None:
    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100", "100")
            life.run.feed(world.signal(order_type="limit", limit_price=98.0))
            for _ in range(10):
                life.run.command("pause", who="ann", reason="")
                life.run.command("resume", who="ann", reason="")
                await asyncio.sleep(1)

        snapshots = world.rows("snapshot")
        assert len(snapshots) >= 3
        state = msgspec.json.decode(snapshots[-1].payload)
        assert state["seq"] == snapshots[-1].event_seq

    told(story, journal={"path": "journal.db", "snapshot_rows": 10})


def test_time_made_here_never_goes_back() -> None:
    """Venue times may be ahead of ours by a moment."""

    async def story(world: World) -> None:
        async with world.life() as life:
            world.clock.step_ns = 500_000_000
            await world.prices("100", every_s=0.0)
            world.clock.step_ns = 0

            assert life.run.loop.now_ns() >= life.run.engine.routes[BTC].seen_ns

    told(story)
