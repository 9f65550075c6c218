"""Work of a run: told when it fails, ended with the run."""

from __future__ import annotations

import asyncio

from argonaut.runtime.tasks import Tasks
from tests.runtime.virtual import in_virtual_time


def test_the_first_failure_is_told() -> None:
    """A task that dies unseen is a reconciler that no longer reconciles."""
    told: list[BaseException] = []

    async def story() -> None:
        tasks = Tasks(told.append)

        async def broken() -> None:
            await asyncio.sleep(1)
            raise ValueError("broken")

        tasks.start(broken(), "broken")
        await tasks.settle(5)
        assert len(tasks) == 0

    in_virtual_time(story())

    assert [str(each) for each in told] == ["broken"]


def test_closing_cancels_what_is_under_way_and_tells_nothing() -> None:
    """A stop is no failure, and leaves nothing running behind."""
    told: list[BaseException] = []
    ended: list[str] = []

    async def story() -> None:
        tasks = Tasks(told.append)

        async def endless() -> None:
            try:
                await asyncio.sleep(1_000_000)
            finally:
                ended.append("endless")

        tasks.start(endless(), "endless")
        await tasks.settle(5)
        assert len(tasks) == 1
        await tasks.close()

    in_virtual_time(story())

    assert (told, ended) == ([], ["endless"])
