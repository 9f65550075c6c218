"""The machine the trader runs on: it starts a program, dies at a point or a time, and restarts.

Death takes everything but the disk. No statement of the program runs after it that could change
anything: its tasks are forgotten by the loop, its connections and handles are cut.
"""

from __future__ import annotations

import asyncio
import inspect
import itertools
import warnings
from asyncio import events
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

import msgspec

from argonaut.rehearsal.simulation.disk import Mount, SimDisk
from argonaut.rehearsal.simulation.errors import HostDown
from argonaut.rehearsal.simulation.loop import Owner, SimLoop
from argonaut.rehearsal.simulation.net import SimNet

_SECOND_NS = 1_000_000_000
_CLOSINGS_MAX = 500  # coroutines that wait for each other, and awaits in their `finally` blocks

How = Literal["kill", "power"]


class Crash(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A death of the machine: at a time since the world began, or at a point of a life.

    Points are counted from 1 in each life; `life` 0 is whichever runs. kill: the process dies, its
    system keeps what it wrote and resets its connections. power: unsynced sectors go by chance and
    peers hear nothing. It starts again after `down_ns`.
    """

    at_ns: int | None = None
    at_point: int | None = None
    life: int = 0
    how: How = "kill"
    down_ns: int = _SECOND_NS


class Stall(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Nothing of the machine runs from `at_ns` on for `for_ns`; the rest of the world does."""

    at_ns: int
    for_ns: int


class Point(msgspec.Struct, frozen=True, array_like=True):
    """Something that was about to happen, where the machine could have died."""

    life: int
    number: int  # from 1 in each life
    name: str
    at_ns: int


class Life:
    """One run of the program. `death` is the crash that ended it, `error` what it failed of."""

    def __init__(self, number: int, owner: Owner, mount: Mount, began_ns: int) -> None:
        self.number = number
        self.owner = owner
        self.mount = mount
        self.began_ns = began_ns
        self.ended_ns: int | None = None
        self.points = 0
        self.death: Crash | None = None
        self.error: Exception | None = None
        self.last_words: list[BaseException] = []  # what its tasks raised when it was dead


Program = Callable[[Life], Coroutine[Any, Any, None]]


class SimHost:
    """Runs one program at a time; each start of it is a life.

    `numbers` are what lives are called, where several machines share them.
    """

    def __init__(
        self,
        net: SimNet,
        disk: SimDisk,
        *,
        name: str = "bot",
        crashes: Sequence[Crash] = (),
        stalls: Sequence[Stall] = (),
        numbers: Iterator[int] | None = None,
    ) -> None:
        self.lives: list[Life] = []
        self.points: list[Point] = []
        self.struck: Counter[Crash | Stall] = Counter()  # how often each fault did something
        self._name = name
        self._numbers = itertools.count(1) if numbers is None else numbers
        self._loop = net.loop
        self._trace = net.trace
        self._net = net
        self._disk = disk
        self._crashes = list(crashes)
        self._over: asyncio.Future[None] = self._loop.create_future()
        for crash in self._crashes:
            if crash.at_ns is not None:
                self._loop.call_at_ns(crash.at_ns, self._crash_when_due, crash)
        for stall in stalls:
            self._loop.call_at_ns(stall.at_ns, self._stall, stall)

    @property
    def is_up(self) -> bool:
        """Whether a life runs."""
        return bool(self.lives) and self.lives[-1].owner.is_alive

    async def run(self, program: Program) -> Life:
        """Start the program and return its life when it has ended, failed or died."""
        assert not self.is_up, f"{self._name} runs already"
        number, loop = next(self._numbers), self._loop
        owner = Owner(f"{self._name}{number}", self._on_point)
        mount = Mount(f"{self._name}{number}-{id(self)}", self._disk)
        life = Life(number, owner, mount, loop.now_ns)
        self.lives.append(life)
        self._over = loop.create_future()
        self._trace.note(loop.now_ns, owner.name, "boot")
        with loop.owned_by(owner):
            loop.create_task(self._lived(life, program))
        await self._over
        life.last_words = bury(loop, owner)
        return life

    async def _lived(self, life: Life, program: Program) -> None:
        try:
            await program(life)
        except Exception as error:  # noqa: BLE001 - a program that fails ends its process
            life.error = error if life.owner.is_alive else None
        if life.owner.is_alive:  # SQLite may have made another error of a death in its callback
            self._exit(life, silently=False)

    def _on_point(self, name: str) -> None:
        """Count what the program is about to do, and die here if the plan says so."""
        life = self.lives[-1]
        life.points += 1
        self.points.append(Point(life.number, life.points, name, self._loop.now_ns))
        for crash in self._crashes:
            if crash.at_point == life.points and crash.life in (0, life.number):
                self._crashes.remove(crash)
                self._crash(crash)
                raise HostDown(f"{life.owner.name} died at point {life.points} ({name})")

    def _crash_when_due(self, crash: Crash) -> None:
        if crash in self._crashes:
            self._crash(crash)

    def _crash(self, crash: Crash) -> None:
        """End this life at once, if there is one."""
        if not self.is_up:
            return
        life = self.lives[-1]
        life.death = crash
        self.struck[crash] += 1
        self._trace.note(self._loop.now_ns, life.owner.name, f"dies by {crash.how}")
        self._exit(life, silently=crash.how == "power")
        if crash.how == "power":
            self._disk.lose_power()

    def heal(self) -> None:
        """Die no more by plan."""
        self._crashes.clear()

    def switch_off(self) -> None:
        """End what runs, at once and for no reason: the world is over for it."""
        if self.is_up:
            self._exit(self.lives[-1], silently=False)

    def _stall(self, stall: Stall) -> None:
        if self.is_up:
            self.struck[stall] += 1
            with self._loop.owned_by(self.lives[-1].owner):
                self._loop.keep_busy(stall.for_ns)

    def _exit(self, life: Life, *, silently: bool) -> None:
        life.owner.is_alive = False
        life.ended_ns = self._loop.now_ns
        life.mount.detach()
        with self._loop.owned_by(self._loop.world):
            self._net.hang_up(life.owner, silently=silently)
            self._over.set_result(None)


def bury(loop: SimLoop, owner: Owner) -> list[BaseException]:
    """End a dead owner's coroutines now, unheard, not whenever the collector comes by.

    Returns what they raised meanwhile.
    """
    owner.is_alive = False
    words: list[BaseException] = []
    with loop.owned_by(owner), _running(loop), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # some were never awaited, nor will be
        for task in loop.tasks_of(owner):
            words += _silence(task.forget())
    return words


@contextmanager
def _running(loop: SimLoop) -> Iterator[None]:
    """Let coroutines that are closed find the loop they ran in."""
    before = events._get_running_loop()  # noqa: SLF001 - asyncio's door for other loops
    events._set_running_loop(loop)  # noqa: SLF001 - asyncio's door for other loops
    try:
        yield
    finally:
        events._set_running_loop(before)  # noqa: SLF001 - asyncio's door for other loops


def _silence(coroutine: Coroutine[Any, Any, Any]) -> list[BaseException]:
    """Close a coroutine of a dead machine; return what its `finally` blocks raised meanwhile.

    From the inside out: an inner one that awaits in a `finally` would outlive its caller.
    """
    raised: list[BaseException] = []
    for _ in range(_CLOSINGS_MAX):
        innermost = _innermost(coroutine)
        try:
            innermost.close()
        except (HostDown, Exception) as error:  # noqa: BLE001 - the dead change nothing
            raised.append(error)
        if inspect.getcoroutinestate(coroutine) == inspect.CORO_CLOSED:
            break
    return raised


def _innermost(coroutine: Coroutine[Any, Any, Any]) -> Coroutine[Any, Any, Any]:
    """Return the last open coroutine of those that wait for each other."""
    inner = getattr(coroutine, "cr_await", None)
    while inspect.iscoroutine(inner) and inspect.getcoroutinestate(inner) != inspect.CORO_CLOSED:
        coroutine, inner = inner, inner.cr_await
    return coroutine
