"""Tests of argonaut.rehearsal.simulation.loop."""

import asyncio
import gc
from collections.abc import AsyncIterator
from typing import Any

import pytest

from argonaut.rehearsal.simulation.dice import Dice
from argonaut.rehearsal.simulation.errors import HostDown, StuckError
from argonaut.rehearsal.simulation.loop import Owner, SimLoop


def new_loop(seed: int = 1, shuffle: float = 0.0) -> SimLoop:
    return SimLoop(Dice(seed, "sched"), shuffle=shuffle)


def test_an_hour_of_sleep_takes_an_hour_of_virtual_time_and_no_real_one():
    """A hundred thousand runs of minutes each are only possible if waiting is free."""
    loop = new_loop()

    async def sleeps() -> float:
        for _ in range(3_600):
            await asyncio.sleep(1)
        return loop.time()

    assert loop.run_until_complete(sleeps()) == 3_600.0
    assert loop.now_ns == 3_600_000_000_000


def test_timers_run_in_the_order_of_their_times_and_then_of_their_making():
    """What is due first happens first, whoever asked for it later."""
    loop = new_loop()
    seen: list[Any] = []

    async def wait() -> None:
        loop.call_later(2, seen.append, "second")
        loop.call_later(1, seen.append, "first")
        loop.call_at(2, seen.append, "third")
        await asyncio.sleep(3)

    loop.run_until_complete(wait())

    assert seen == ["first", "second", "third"]


def test_a_cancelled_timer_neither_runs_nor_moves_the_time():
    """A time-out that was not needed must not make the world wait for it."""
    loop = new_loop()
    seen: list[Any] = []

    async def wait() -> None:
        handle = loop.call_later(5, seen.append, "never")
        loop.call_soon(seen.append, "soon").cancel()
        handle.cancel()
        assert handle.cancelled()
        assert handle.when() == 5.0
        await asyncio.sleep(0)

    loop.run_until_complete(wait())

    assert seen == []
    assert loop.now_ns == 0


def test_shuffling_reorders_a_turn_and_never_across_turns():
    """Other schedules are explored, but only ones a fair loop could have."""
    orders = set()
    for seed in range(20):
        loop = new_loop(seed, shuffle=1.0)
        seen: list[Any] = []

        async def two_turns(loop=loop, seen=seen) -> None:
            for number in range(4):
                loop.call_soon(seen.append, number)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            loop.call_soon(seen.append, "after")
            await asyncio.sleep(0)
            await asyncio.sleep(0)

        loop.run_until_complete(two_turns())
        assert seen[-1] == "after"
        assert sorted(seen[:-1]) == [0, 1, 2, 3]
        orders.add(tuple(seen))

    assert len(orders) > 5


def test_the_schedule_of_a_seed_is_always_the_same():
    """A failing schedule that cannot be had again cannot be mended."""

    def schedule(seed: int) -> list[int]:
        loop = new_loop(seed, shuffle=0.5)
        seen: list[int] = []

        async def worker(number: int) -> None:
            for _ in range(5):
                seen.append(number)
                await asyncio.sleep(0)

        async def main() -> None:
            async with asyncio.TaskGroup() as group:
                for number in range(5):
                    group.create_task(worker(number))

        loop.run_until_complete(main())
        return seen

    assert schedule(7) == schedule(7)
    assert schedule(7) != schedule(8)


def test_sets_of_tasks_and_futures_have_one_order():
    """A TaskGroup cancels its tasks in the order of a set: by address it would differ each run."""
    loop = new_loop()

    async def main() -> list[int]:
        tasks = {loop.create_task(asyncio.sleep(1)) for _ in range(20)}
        futures = {loop.create_future() for _ in range(20)}
        return [hash(each) for each in (*tasks, *futures)]

    first, second = loop.run_until_complete(main()), new_loop().run_until_complete(asyncio.sleep(0))

    assert second is None
    assert first == sorted(first)


def test_nothing_a_dead_owner_scheduled_runs():
    """After the point of death not one more callback of the machine may do anything."""
    loop = new_loop()
    seen: list[Any] = []
    machine = Owner("bot")

    async def busy() -> None:
        try:
            while True:
                seen.append("turn")
                await asyncio.sleep(1)
        finally:
            seen.append("finally")

    async def main() -> None:
        with loop.owned_by(machine):
            task = loop.create_task(busy())
            loop.call_later(5, seen.append, "timer")
        await asyncio.sleep(2.5)
        machine.is_alive = False
        with loop.owned_by(machine):
            loop.call_soon(seen.append, "scheduled by the dead")
            loop.call_later(1, seen.append, "scheduled by the dead")
            with pytest.raises(HostDown):
                loop.create_task(busy())
        await asyncio.sleep(10)
        assert loop.tasks_of(machine) == [task]
        task.forget()  # type: ignore[attr-defined]

    loop.run_until_complete(main())

    assert seen == ["turn", "turn", "turn"]


def test_what_runs_inherits_the_owner_of_what_scheduled_it():
    """A task of the venue stays the venue's, so that a crash of the trader leaves it running."""
    loop = new_loop()
    owners: list[str] = []

    async def child() -> None:
        await asyncio.sleep(1)
        owners.append(loop.owner.name)

    async def parent() -> None:
        loop.create_task(child())
        await asyncio.sleep(0)
        owners.append(loop.owner.name)

    async def main() -> None:
        with loop.owned_by(Owner("venue")):
            loop.create_task(parent())
        await asyncio.sleep(5)
        owners.append(loop.owner.name)

    loop.run_until_complete(main())

    assert owners == ["venue", "venue", "world"]


def test_a_busy_machine_runs_late_while_the_world_goes_on():
    """A slow disk or a stolen processor delays the trader, never the venue."""
    loop = new_loop()
    seen: list[Any] = []
    machine = Owner("bot")

    def slow() -> None:
        loop.keep_busy(3_000_000_000)
        seen.append(("slow", loop.time()))
        loop.call_soon(lambda: seen.append(("next", loop.time())))

    async def main() -> None:
        with loop.owned_by(machine):
            loop.call_later(1, slow)
        loop.call_later(2, lambda: seen.append(("world", loop.time())))
        await asyncio.sleep(10)

    loop.run_until_complete(main())

    assert seen == [("slow", 4.0), ("world", 2.0), ("next", 4.0)]
    assert machine.stalls == [(1_000_000_000, 4_000_000_000)]


def test_a_program_that_waits_for_nothing_is_told_so():
    """A dead-lock ends the run at once instead of hanging the machine."""
    loop = new_loop()

    async def waits() -> None:
        await loop.create_future()

    with pytest.raises(StuckError, match="nothing is left to wait for at 0 ns"):
        loop.run_until_complete(waits())
    for task in loop.tasks_of(loop.world):
        task.forget().close()


def test_a_program_that_spins_is_stopped(monkeypatch):
    """A loop that polls without waiting would never let virtual time pass."""
    monkeypatch.setattr("argonaut.rehearsal.simulation.loop.TURNS_AT_ONE_INSTANT_MAX", 100)
    loop = new_loop()

    async def spins() -> None:
        while True:  # noqa: ASYNC110 - what it must not do
            await asyncio.sleep(0)

    with pytest.raises(StuckError, match="time stands still"):
        loop.run_until_complete(spins())
    for task in loop.tasks_of(loop.world):
        task.forget().close()


def test_an_error_in_a_callback_is_recorded():
    """Nothing that goes wrong in a run may vanish."""
    loop = new_loop()

    async def main() -> None:
        loop.call_soon(lambda: {"a": 1}["b"])
        await asyncio.sleep(1)

    loop.run_until_complete(main())

    assert [type(each["exception"]) for each in loop.failures] == [KeyError]


def test_async_generators_of_the_living_are_closed():
    """As in any asyncio loop: what was left half-way tidies up after itself."""
    loop = new_loop()
    seen: list[Any] = []

    async def numbers() -> AsyncIterator[int]:
        try:
            yield 1
            yield 2
        finally:
            await asyncio.sleep(0.5)
            seen.append("closed")

    async def main() -> None:
        async for _ in numbers():
            break
        gc.collect()
        await asyncio.sleep(1)

    loop.run_until_complete(main())

    assert seen == ["closed"]


def test_a_loop_runs_once_at_a_time_and_not_after_its_end():
    """Two runs in one loop would share a time."""
    loop = new_loop()
    assert not loop.is_running()
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.set_debug(True)
    loop.close()

    assert loop.is_closed()
    assert not loop.get_debug()
    with pytest.raises(RuntimeError, match="neither closed nor running"):
        loop.run_forever()
