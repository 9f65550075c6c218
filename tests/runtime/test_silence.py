"""What the venue asked us not to do, kept over a restart."""

from __future__ import annotations

import asyncio

import msgspec

from argonaut.journal.row import Row
from argonaut.runtime.silence import KIND, Silence, left_ns
from tests.runtime.lives import Life, World, told

S = 1_000_000_000


def row(until_s: int, for_s: int, kind: str = KIND) -> Row:
    payload = msgspec.json.encode(Silence(until_ns=until_s * S, for_ns=for_s * S, why="banned"))
    return Row(1, 0, 0, kind, "binance", payload, b"", b"")


def test_the_longest_silence_that_is_left_counts() -> None:
    rows = [row(100, 20), row(130, 60), row(900, 900, kind="lease")]

    assert left_ns(rows, 90 * S) == 40 * S
    assert left_ns(rows, 500 * S) <= 0
    assert left_ns([], 0) == 0


def test_a_clock_that_was_set_back_makes_it_no_longer_than_it_was() -> None:
    """Else an hour's mistake of the machine is an hour without a stop."""
    assert left_ns([row(7_200, 60)], 0) == 60 * S


def test_a_ban_is_kept_by_the_next_start() -> None:
    """F13: a killed process asked again at once, and each time the ban grew."""

    async def story(world: World) -> None:
        life = Life(world)
        await life.start()
        life.run.listener.on_silence(120 * S, "this address is banned")
        life.run.listener.on_silence(120 * S, "this address is banned")
        await life.crash()
        await asyncio.sleep(20)
        async with world.life() as life:
            assert 80 * S < life.venue.silent_ns <= 100 * S
        await asyncio.sleep(120)
        async with world.life() as life:
            assert life.venue.silent_ns == 0

        assert len(world.rows(KIND)) == 1

    told(story)
