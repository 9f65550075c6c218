"""Tests of argonaut.rehearsal.simulation.host."""

import asyncio
import gc
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from argonaut.journal.meta import Meta
from argonaut.journal.writer import open_journal
from argonaut.rehearsal.simulation.host import Crash, Life, SimHost, Stall
from tests.rehearsal.simulation.small_world import SECOND_NS, SmallWorld, send_order, session


class DoneError(Exception):
    """All orders are sent."""


@dataclass
class SmallBot:
    """Journals an order, sends it, and journals the answer: the shape of the real one."""

    world: SmallWorld
    acknowledged: list[int] = field(default_factory=list)
    recovered: list[int] = field(default_factory=list)
    after_death: list[str] = field(default_factory=list)
    orders: int = 4

    async def __call__(self, life: Life) -> None:
        writer = open_journal(
            Path("journal.db"),
            Meta(config_hash="x"),
            clock=self.world.clock,
            pid=1,
            mode="live",
            vfs=life.mount.name,
        )
        self.recovered.append(writer.head[0])
        try:
            async with asyncio.TaskGroup() as group, session(self.world) as http:
                group.create_task(self.beat(life))
                for number in range(self.orders):
                    writer.append(1, 1, "intent", f"{life.number}-{number}", b"x" * 300)
                    writer.commit()
                    self.acknowledged.append(writer.head[0])
                    outcome = await send_order(http, number)
                    writer.append(1, 1, "report", outcome, b"")
                    await asyncio.sleep(1)
                raise DoneError  # noqa: TRY301 - it ends the beat
        except* DoneError:
            writer.close()
        finally:
            await asyncio.sleep(0.1)
            if not life.owner.is_alive:
                self.after_death.append("finally")
            writer.append(9, 9, "last words", "", b"")

    async def beat(self, life: Life) -> None:
        while True:
            if not life.owner.is_alive:
                self.after_death.append("beat")
            await asyncio.sleep(0.3)


def lived(
    *crashes: Crash, seed: int = 1, stalls: tuple[Stall, ...] = ()
) -> tuple[SmallBot, SimHost]:
    """Run the bot until one of its lives ends by itself."""
    world = SmallWorld(seed)
    bot = SmallBot(world)

    async def main(world: SmallWorld) -> SimHost:
        host = SimHost(world.net, world.disk, crashes=crashes, stalls=stalls)
        while True:
            life = await host.run(bot)
            if life.death is None:
                return host
            await asyncio.sleep(life.death.down_ns / SECOND_NS)

    host = world.run(main)
    assert world.loop.failures == []
    return bot, host


def test_a_life_without_crash_ends_by_itself():
    """The base line: the bot does its work and is gone."""
    bot, host = lived()

    assert bot.world.venue.orders == ["c0", "c1", "c2", "c3"]
    assert [life.death for life in host.lives] == [None]
    assert not host.is_up


def test_every_point_is_numbered_and_named():
    """Disk operations, connecting, socket writes and deliveries: each a place to die at."""
    _, host = lived()

    assert [point.number for point in host.points] == list(range(1, len(host.points) + 1))
    assert {"disk write", "disk sync", "connect /api/v3/order"} <= {
        point.name for point in host.points
    }
    assert sum(point.name == "write /api/v3/order" for point in host.points) >= 4
    assert sum(point.name == "read /api/v3/order" for point in host.points) >= 4


@pytest.mark.parametrize("how", ["kill", "power"])
def test_nothing_acknowledged_is_lost_at_any_point(how):
    """Exhaustive: death before every single effect, and the heir has all that was durable."""
    _, whole = lived()
    for point in whole.points:
        bot, host = lived(Crash(at_point=point.number, life=1, how=how))

        assert len(host.lives) == 2
        assert host.points[point.number - 1].name == point.name
        before = bot.acknowledged[: -bot.orders]
        assert bot.recovered[-1] >= max(before, default=0)
        assert len(bot.world.venue.orders) <= len(bot.acknowledged)
        assert "beat" not in bot.after_death


def test_a_crash_in_the_recovery_after_a_crash():
    """`crash_again`: the second life dies too, at each of its first points."""
    for again in range(1, 12):
        _, host = lived(Crash(at_point=60, life=1), Crash(at_point=again, life=2))

        assert [life.points for life in host.lives[:2]] == [60, again]
        assert host.lives[2].death is None


def test_a_crash_at_a_time_comes_between_two_callbacks():
    """Most real deaths hit a program that waits."""
    bot, host = lived(Crash(at_ns=2_500_000_000, down_ns=7 * SECOND_NS))

    first, second = host.lives
    assert first.ended_ns == 2_500_000_000
    assert second.began_ns == 9_500_000_000
    assert len(bot.world.venue.orders) == 3 + 4


def test_no_finally_of_the_dead_changes_anything():
    """Its last words are spoken into nothing: journal, net and loop are deaf to them."""
    bot, _ = lived(Crash(at_ns=2_500_000_000))
    gc.collect()

    assert "beat" not in bot.after_death
    assert bot.recovered == [0, 5]


def test_a_crash_while_it_is_down_changes_nothing():
    """Two deaths may be planned close together."""
    _, host = lived(Crash(at_ns=SECOND_NS, down_ns=5 * SECOND_NS), Crash(at_ns=3 * SECOND_NS))

    assert len(host.lives) == 2


def test_a_stalled_machine_is_late_and_the_venue_is_not():
    """A swapped-out process resumes as if nothing had been (F28)."""
    bot, host = lived(stalls=(Stall(at_ns=1_500_000_000, for_ns=8 * SECOND_NS),))
    quick, _ = lived()

    assert bot.world.venue.orders == quick.world.venue.orders
    assert host.lives[0].ended_ns is not None
    assert host.lives[0].ended_ns > 11 * SECOND_NS


def test_a_program_that_fails_is_a_life_with_an_error():
    """The trader may refuse to start; that is an end like any other."""
    world = SmallWorld()

    async def fails(life: Life) -> None:
        raise ValueError("no key")

    async def main(world: SmallWorld) -> Life:
        return await SimHost(world.net, world.disk).run(fails)

    life = world.run(main)

    assert isinstance(life.error, ValueError)
    assert life.death is None


def test_two_machines_live_in_one_world():
    """A second instance elsewhere has a disk and points of its own."""
    world = SmallWorld()
    bot = SmallBot(world)

    async def main(world: SmallWorld) -> list[SimHost]:
        hosts = [SimHost(world.net, world.disk, name=name) for name in ("one", "two")]
        hosts[1]._disk = SmallWorld().disk
        first = asyncio.ensure_future(hosts[0].run(bot))
        await asyncio.sleep(0.5)
        await first
        return hosts

    first, second = world.run(main)

    assert first.points
    assert not second.points
