"""An asyncio event loop whose time is a number: it jumps to the next timer when nothing is ready.

Everything in it belongs to an `Owner`, a life of a simulated machine; what runs inherits the owner
of what scheduled it. A dead owner's callbacks are never run, which is how a crash is simulated:
nothing after the point of death happens, no `finally`, no `except`.
"""

from __future__ import annotations

import asyncio
import heapq
import sys
from asyncio import events
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Generator, Iterator
from contextlib import contextmanager
from contextvars import Context, copy_context
from typing import Any, TypeVar, TypeVarTuple, Unpack, cast

from argonaut.rehearsal.simulation.dice import Dice
from argonaut.rehearsal.simulation.errors import HostDown, StuckError
from argonaut.rehearsal.simulation.outside import NoOutside

_SECOND_NS = 1_000_000_000
# A program that is busy for this many turns while no time passes will be so for ever.
TURNS_AT_ONE_INSTANT_MAX = 100_000

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class Owner:
    """One life of one machine.

    `busy_until_ns`: its processor has nothing left before then. `stalls` are all the times at which
    that was so, from when to when. `on_point` hears of everything it is about to do that others
    could notice.
    """

    __slots__ = ("busy_until_ns", "is_alive", "name", "on_point", "stalls")

    def __init__(self, name: str, on_point: Callable[[str], None] | None = None) -> None:
        self.name = name
        self.is_alive = True
        self.busy_until_ns = 0
        self.stalls: list[tuple[int, int]] = []
        self.on_point = on_point

    def __repr__(self) -> str:
        return f"<Owner {self.name} {'alive' if self.is_alive else 'dead'}>"


class SimFuture(asyncio.Future[Any]):
    """A future whose hash is its number: sets of futures have one order in every process.

    The loop sets it: an `__init__` of Python's for each would take as long as all the rest of it.
    """

    __slots__ = ("number",)

    number: int

    def __hash__(self) -> int:
        return self.number


class SimTask(asyncio.Task[Any]):
    """A task whose hash is its number, for the same reason."""

    def __init__(
        self,
        coroutine: Coroutine[Any, Any, Any],
        number: int,
        *,
        loop: SimLoop,
        name: str | None,
        context: Context | None,
    ) -> None:
        self.number = number
        self.owner = loop.owner
        super().__init__(coroutine, loop=loop, name=name or f"Task-{number}", context=context)

    def __hash__(self) -> int:
        return self.number

    def forget(self) -> Coroutine[Any, Any, Any]:
        """Let it go although it is not done, for its machine has died; return what it ran."""
        self._log_destroy_pending = False
        coroutine = self.get_coro()
        assert isinstance(coroutine, Coroutine), coroutine
        return coroutine


class SimHandle(asyncio.TimerHandle):
    """A callback with an owner. `when` is in seconds of the loop's time."""

    __slots__ = ("is_cancelled", "owner")

    _callback: Callable[..., object] | None  # None once cancelled

    def __init__(
        self,
        when: float,
        callback: Callable[..., object],
        args: tuple[Any, ...],
        owner: Owner,
        context: Context | None,
    ) -> None:
        self._when = when
        self._callback = callback
        self._args = args
        self._context = copy_context() if context is None else context
        self.is_cancelled = False
        self.owner = owner

    def cancel(self) -> None:
        """Never run it; what it holds is let go at once."""
        self.is_cancelled = True
        self._callback = None
        self._args = ()

    def cancelled(self) -> bool:
        """Say whether it was cancelled."""
        return self.is_cancelled


class SimLoop(NoOutside):
    """Virtual time, one thread, no sockets.

    Callbacks run in turns, as in asyncio: what is scheduled in one turn runs in the next. With
    `shuffle` > 0 a turn's callbacks are permuted that often, by the dice of the schedule.
    """

    def __init__(self, dice: Dice, *, shuffle: float = 0.0) -> None:
        self.world = self.owner = Owner("world")  # who is neither trader nor venue
        self.failures: list[dict[str, Any]] = []
        self.turns = 0
        self._dice = dice
        self._shuffle = shuffle
        self._now_ns = 0
        self._ready: list[SimHandle] = []
        self._timers: list[tuple[int, int, SimHandle]] = []
        self._numbers = 0
        self._generators: dict[int, Owner] = {}  # by id, for they are met again when they die
        self._is_running = False
        self._is_stopping = False
        self._is_closed = False

    # ---- time

    @property
    def now_ns(self) -> int:
        """Virtual nanoseconds since the loop was made, as who runs now sees them."""
        busy_ns = self.owner.busy_until_ns
        return busy_ns if busy_ns > self._now_ns else self._now_ns

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self.now_ns / _SECOND_NS

    def keep_busy(self, for_ns: int) -> None:
        """Let what runs now take `for_ns` of its machine's time; other machines go on."""
        since_ns = self.now_ns
        self.owner.busy_until_ns = since_ns + for_ns
        self.owner.stalls.append((since_ns, self.owner.busy_until_ns))

    def point(self, name: str) -> None:
        """Tell that who runs now is about to do something that others could notice.

        Raises:
            HostDown: It is dead, or dies here.
        """
        owner = self.owner
        if not owner.is_alive:
            raise HostDown(owner.name)
        if owner.on_point is not None:
            owner.on_point(name)

    # ---- scheduling

    def call_soon(
        self,
        callback: Callable[[Unpack[Ts]], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> SimHandle:
        """Run it in the next turn."""
        handle = SimHandle(0.0, callback, args, self.owner, context)
        if self.owner.is_alive:
            self._ready.append(handle)
        return handle

    def call_at(
        self,
        when: float,
        callback: Callable[[Unpack[Ts]], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> SimHandle:
        """Run it at `when`, in seconds of `time`."""
        return self.call_at_ns(round(when * _SECOND_NS), callback, *args, context=context)

    def call_later(
        self,
        delay: float,
        callback: Callable[[Unpack[Ts]], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> SimHandle:
        """Run it in `delay` seconds."""
        when_ns = self.now_ns + round(delay * _SECOND_NS)
        return self.call_at_ns(when_ns, callback, *args, context=context)

    def call_at_ns(
        self,
        when_ns: int,
        callback: Callable[[Unpack[Ts]], object],
        *args: *Ts,
        context: Context | None = None,
        owner: Owner | None = None,
    ) -> SimHandle:
        """Run it at a virtual time, on the machine of `owner` (None: the one that asks)."""
        handle = SimHandle(when_ns / _SECOND_NS, callback, args, owner or self.owner, context)
        if self.owner.is_alive:
            self._numbers += 1
            heapq.heappush(self._timers, (when_ns, self._numbers, handle))
        return handle

    def call_soon_threadsafe(
        self,
        callback: Callable[[Unpack[Ts]], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> SimHandle:
        """Run it in the next turn: there is but one thread."""
        return self.call_soon(callback, *args, context=context)

    def create_future(self) -> SimFuture:
        """Make a future with the next number."""
        future = SimFuture(loop=self)
        self._numbers = future.number = self._numbers + 1
        return future

    def create_task(
        self,
        coro: Coroutine[Any, Any, T] | Generator[Any, None, T],
        *,
        name: str | None = None,
        context: Context | None = None,
    ) -> asyncio.Task[T]:
        """Make a task of who runs now.

        Raises:
            HostDown: Who runs now is dead.
        """
        owner = self.owner
        if not owner.is_alive:
            coro.close()
            raise HostDown(owner.name)
        self._numbers += 1
        return SimTask(coro, self._numbers, loop=self, name=name, context=context)  # type: ignore[arg-type]  # asyncio takes generators too

    def tasks_of(self, owner: Owner) -> list[SimTask]:
        """Return the unfinished tasks of a life, oldest first."""
        tasks = [task for task in asyncio.all_tasks(self) if isinstance(task, SimTask)]
        return sorted((task for task in tasks if task.owner is owner), key=lambda task: task.number)

    @contextmanager
    def owned_by(self, owner: Owner) -> Iterator[None]:
        """Let what is scheduled inside belong to `owner`."""
        before, self.owner = self.owner, owner
        try:
            yield
        finally:
            self.owner = before

    # ---- running

    def run_until_complete(self, future: Awaitable[T] | Generator[Any, None, T]) -> T:
        """Run until it is done and return what it made."""
        task: asyncio.Future[T] = asyncio.ensure_future(cast("Awaitable[T]", future), loop=self)
        task.add_done_callback(self._stop_for)
        self.run_forever()
        if not task.done():
            raise RuntimeError(f"the loop was stopped before {task} was done")
        return task.result()

    def _stop_for(self, _task: object) -> None:
        self.stop()

    def run_forever(self) -> None:
        """Run until `stop`.

        Raises:
            StuckError: Nothing is left to wait for, or time stands still.
        """
        if self._is_closed or self._is_running:
            raise RuntimeError("want a loop that is neither closed nor running")
        self._is_running = True
        events._set_running_loop(self)  # noqa: SLF001 - asyncio's door for other loops
        hooks = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(firstiter=self._meet_generator, finalizer=self._close_generator)
        try:
            while not self._is_stopping:
                self._turn()
        finally:
            sys.set_asyncgen_hooks(*hooks)
            self.owner = self.world  # whatever ended it, nobody's callback runs any more
            self._is_stopping = self._is_running = False
            events._set_running_loop(None)  # noqa: SLF001 - asyncio's door for other loops

    def _meet_generator(self, generator: AsyncGenerator[Any, None]) -> None:
        self._generators[id(generator)] = self.owner

    def _close_generator(self, generator: AsyncGenerator[Any, None]) -> None:
        """Close a generator left half-way, unless its machine is dead."""
        owner = self._generators.pop(id(generator))
        if owner.is_alive:
            with self.owned_by(owner):
                self.create_task(generator.aclose())

    def _turn(self) -> None:
        self._wake()
        batch, self._ready = self._ready, []
        if len(batch) > 1 and self._shuffle and self._dice.random() < self._shuffle:
            self._dice.shuffle(batch)
        self.turns += 1
        now_ns, mine = self._now_ns, self.owner
        for handle in batch:
            owner = handle.owner
            if handle.is_cancelled or not owner.is_alive:
                continue
            if owner.busy_until_ns > now_ns:
                self._put_off(handle, owner.busy_until_ns)
                continue
            self.owner = owner
            try:
                # Here, and not by a method of the handle: a run makes thousands of these calls.
                handle._context.run(handle._callback, *handle._args)  # type: ignore[arg-type]  # noqa: SLF001 - not cancelled, so it has one
            except HostDown:
                assert not owner.is_alive, f"only a dead machine's code may stop so: {owner}"
            except Exception as error:  # noqa: BLE001 - a callback's error is recorded, as asyncio does
                self.call_exception_handler(
                    {"message": f"exception in callback of {owner.name}", "exception": error}
                )
        self.owner = mine

    def _put_off(self, handle: SimHandle, when_ns: int) -> None:
        self._numbers += 1
        heapq.heappush(self._timers, (when_ns, self._numbers, handle))

    def _wake(self) -> None:
        """Move due timers to the ready queue; jump in time when nothing is ready."""
        timers, ready = self._timers, self._ready
        while timers and (timers[0][2].is_cancelled or not timers[0][2].owner.is_alive):
            heapq.heappop(timers)
        if not ready:
            if not timers:
                raise StuckError(f"nothing is left to wait for at {self._now_ns} ns")
            if timers[0][0] > self._now_ns:
                self._now_ns = timers[0][0]
                self._turns_before = self.turns
        if self.turns - self._turns_before > TURNS_AT_ONE_INSTANT_MAX:
            raise StuckError(f"time stands still at {self._now_ns} ns")
        while timers and timers[0][0] <= self._now_ns:
            ready.append(heapq.heappop(timers)[2])

    _turns_before = 0

    # ---- the rest of a loop

    def stop(self) -> None:
        """Return from `run_forever` after this turn."""
        self._is_stopping = True

    def is_running(self) -> bool:
        """Say whether it runs."""
        return self._is_running

    def is_closed(self) -> bool:
        """Say whether it is closed."""
        return self._is_closed

    def close(self) -> None:
        """Forget everything that was scheduled."""
        self._is_closed = True
        self._ready.clear()
        self._timers.clear()

    async def shutdown_asyncgens(self) -> None:
        """Do nothing: generators end with their tasks."""

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 - asyncio's signature
        """Do nothing: there are no threads."""

    get_debug = staticmethod(bool)
    """Say no: debug mode reads the machine's clock. Each future asks, so Python runs no frame."""

    def set_debug(self, enabled: bool) -> None:  # noqa: FBT001 - asyncio's signature
        """Stay out of debug mode."""

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Record what nobody handled; it is part of what the run tells."""
        is_heard = self.owner.is_alive and not self._is_closed
        if is_heard and not isinstance(context.get("exception"), HostDown):
            self.failures.append(context)

    def default_exception_handler(self, context: dict[str, Any]) -> None:
        """Record it too."""
        self.call_exception_handler(context)
