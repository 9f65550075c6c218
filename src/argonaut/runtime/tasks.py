"""Tasks that belong to one run: none is forgotten, and the first that fails ends the run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


class Tasks:
    """Starts tasks and ends them all. A `TaskGroup` cannot span `start` and `run`; this can."""

    def __init__(self, on_failure: Callable[[BaseException], None]) -> None:
        self._running: dict[asyncio.Task[None], None] = {}
        self._on_failure = on_failure

    def start(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Begin some work; its failure is told, its result is nothing."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._running[task] = None
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.pop(task, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._on_failure(error)

    def __len__(self) -> int:
        """Return how many are under way."""
        return len(self._running)

    async def settle(self, timeout_s: float) -> None:
        """Wait for what is under way, at most so long."""
        if self._running:
            await asyncio.wait(list(self._running), timeout=timeout_s)

    async def close(self) -> None:
        """Cancel what is under way and wait until it has ended."""
        while self._running:
            waiting = list(self._running)
            for task in waiting:
                task.cancel()
            await asyncio.wait(waiting)
