"""A live run: one engine, one venue over a network, one journal, and everything between them.

`start` recovers (the same way after a crash, a clean stop or on the first day), `run` trades until
somebody stops it, `close` releases the journal. Orders and stops at the venue outlive all of it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from itertools import chain

from argonaut.config.assembly import Assembly
from argonaut.config.shadow import Shadow
from argonaut.domain.event import (
    Condition,
    DetectorSignal,
    Event,
    ExternalEvent,
    OperatorCommand,
)
from argonaut.domain.ids import ClientOrderId
from argonaut.domain.mode import TradingMode, Verb
from argonaut.engine.core import Engine
from argonaut.monitoring.logs import log_event
from argonaut.ports import Clock, Rng, Venue
from argonaut.reports.run_log import RunLog
from argonaut.runtime import silence
from argonaut.runtime.clock import EngineClock
from argonaut.runtime.emergency import Emergency
from argonaut.runtime.listener import Listener
from argonaut.runtime.loop import Loop
from argonaut.runtime.recorder import SLOW_NS, Durable, LiveJournal, Observer, Recorder
from argonaut.runtime.recovery import Parts, Recovery
from argonaut.runtime.tasks import Tasks
from argonaut.runtime.tuner import Tuner

_TURN_S = 0.2  # how often a screen may be drawn
_WATCH_S = 1.0
_SETTLE_S = 5.0  # a stop waits so long for the answers to what was sent
_CLOCK_ERROR_MAX_NS = 500_000_000
_SLOW_FOR_NS = 30_000_000_000  # commits have to be quick for so long before entries go on
_SILENCES_APART_NS = 1_000_000_000
_HELD_BACK_MAX = 10_000
_LOG_KEPT = 10_000
Outside = DetectorSignal | ExternalEvent | OperatorCommand


class LiveRun:
    """One live or rehearsed run. Owned by one event loop; every wait goes through it."""

    def __init__(
        self,
        assembly: Assembly,
        venue: Venue,
        journal: LiveJournal,
        clock: Clock,
        rng: Rng,
        *,
        observers: Sequence[Observer] = (),
        shadow_observers: Sequence[Observer] = (),
        emergency: Emergency | None = None,
    ) -> None:
        self.assembly = assembly
        self.venue = venue
        self.journal = journal
        self.log = RunLog(kept=_LOG_KEPT, samples_kept=_LOG_KEPT)
        self.shadow_log = RunLog(kept=_LOG_KEPT, samples_kept=_LOG_KEPT)  # of what is on trial
        self.shadow_observers = tuple(shadow_observers)
        self.is_ready = False
        self.failure: BaseException | None = None
        self.clock = EngineClock(clock)
        self.tasks = Tasks(self.fail)
        self.listener = Listener(self._on_silence)
        self._wall = clock
        self._silent_until_ns = 0  # by this machine's clock, as written down last
        self.recorder = Recorder(
            journal, clock, emergency=emergency, observers=(self.log, *observers)
        )
        self.recovery = Recovery(self, emergency, rng)
        self._parts: Parts | None = None
        self._tuner: Tuner | None = None
        self._over = asyncio.Event()
        self._is_stopping = False
        self._was_ready = False
        self._endless: list[asyncio.Task[None]] = []  # those that only a stop ends
        self._held_back: deque[Outside] = deque()
        self._slow_ns: int | None = None  # when a commit was slow last

    # what everybody asks

    @property
    def engine(self) -> Engine:
        """The engine, from the moment recovery has made it."""
        return self.parts.engine

    @property
    def parts(self) -> Parts:
        """What recovery has put together."""
        assert self._parts is not None, "a run has parts once it has started"
        return self._parts

    @property
    def has_engine(self) -> bool:
        """Whether recovery has come so far that there is an engine."""
        return self._parts is not None

    @property
    def shadow(self) -> Shadow | None:
        """What is on trial, where anything can be."""
        live = self.loop.shadow
        return None if live is None else live.parts

    @property
    def loop(self) -> Loop:
        """What steps the engine."""
        return self.parts.loop

    @property
    def mode(self) -> TradingMode:
        """How much the bot may do now."""
        return self.engine.account.mode

    @property
    def epoch(self) -> str:
        """Which start this is, as it stands in order ids."""
        return self.recovery.epoch

    @property
    def rows_recovered(self) -> int:
        """How many rows the journal had when this run was started."""
        return self.recovery.rows_recovered

    @property
    def progress(self) -> tuple[int, int]:
        """A live run has no tape: rows written, of as many."""
        return self.recorder.rows_written, 0

    @property
    def is_finished(self) -> bool:
        """A live run never comes to an end of its own."""
        return False

    @property
    def is_stopping(self) -> bool:
        """Whether somebody asked for the end."""
        return self._is_stopping

    # a life

    async def start(self) -> None:
        """Recover: when this returns, what we believe is what the venue has, and strategies run.

        Raises:
            RefusedToStartError: The venue refuses us, or the lease is not ours.
            JournalError: The journal cannot be trusted or written.
        """
        recovering = asyncio.ensure_future(self.recovery.run())
        try:
            await self._until_over(recovering)
            if not recovering.done():  # somebody asked for the end
                return
            recovering.result()
        except BaseException as error:
            self.failure = self.failure or error
            await self._leave()
            raise
        finally:
            recovering.cancel()
        if self.failure is not None:
            await self._leave()
            raise self.failure
        self.is_ready = self._was_ready = True
        log_event("run_ready", epoch=self.epoch, rows_recovered=self.rows_recovered)
        self._look_for_tunings()
        while self._held_back:
            self.loop.feed(self._held_back.popleft())

    def build(self, parts: Parts) -> None:
        """Take what recovery has put together."""
        self._parts = parts
        trial = self.shadow
        self._tuner = Tuner(
            chain(parts.engine.strategies(), () if trial is None else trial.engine.strategies()),
            self.assembly.folder,
            parts.loop.feed,
            lambda: (parts.loop.now_ns(), None),
            keeps_roles=True,
        )

    def _look_for_tunings(self) -> None:
        if self._tuner is not None:
            self._tuner.look(self._wall.mono_ns(), wall_ns=self._wall.wall_ns())

    async def run(self, on_turn: Callable[[], None] | None = None) -> None:
        """Trade until `stop` is called.

        `on_turn` is called a few times a second, for a screen; it must not block.

        Raises:
            Exception: What broke the run; the journal holds everything up to there.
        """
        if not self._over.is_set():
            self._endless.append(self.tasks.start(self.parts.reconciler.run(), "reconcile"))
            self._endless.append(self.tasks.start(self._watch(), "watch"))
        while not self._over.is_set():
            if on_turn is not None:
                on_turn()
            await self._until_over(timeout_s=None if on_turn is None else _TURN_S)
        await self._leave()
        if self.failure is not None:
            raise self.failure
        if self._parts is not None:
            self.engine.book.check()

    async def _until_over(
        self, work: asyncio.Future[None] | None = None, *, timeout_s: float | None = None
    ) -> None:
        """Wait until the run is to end, or for some work or time, whatever comes first."""
        waiter = asyncio.ensure_future(self._over.wait())
        waits = (waiter,) if work is None else (waiter, work)
        try:
            await asyncio.wait(waits, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiter.cancel()

    async def _leave(self) -> None:
        """Take in nothing more, let what was sent be answered, and write down where we stand."""
        self.is_ready = False
        self.listener.close_market()
        if self._parts is not None:
            await self._stop_parts(self._parts)
        self.listener.close()
        await self.venue.close()

    async def _stop_parts(self, parts: Parts) -> None:
        for task in self._endless:
            task.cancel()
        if self.failure is None:
            await self.tasks.settle(_SETTLE_S)
        await self.tasks.close()
        parts.loop.close()
        if self.failure is None and self._was_ready:
            parts.engine.close()
            if parts.loop.shadow is not None:
                parts.loop.shadow.close()
            parts.loop.snapshot()
        self.recorder.commit()

    def stop(self) -> None:
        """End the run; orders and stops at the venue stay as they are."""
        self._is_stopping = True
        self._over.set()

    def fail(self, error: BaseException) -> None:
        """End the run because of a bug: nothing it decides can be trusted any more."""
        if self.failure is None:
            self.failure = error
            log_event("run_failed", level="CRITICAL", error=type(error).__name__)
        self._over.set()

    def close(self) -> None:
        """Release the journal."""
        self.journal.close()

    # what comes from outside

    def feed(self, event: Outside) -> None:
        """Take a signal, an external event or a command; what comes too early waits.

        Signals are told apart for ever by (source, id): one sent again has no second effect.
        """
        if self.is_ready:
            self.loop.feed(event)
        elif len(self._held_back) < _HELD_BACK_MAX:
            self._held_back.append(event)

    def command(self, verb: Verb, *, who: str, reason: str) -> None:
        """Take an operator's command now, whatever the state of recovery; durable on return."""
        loop = self.loop
        loop.feed(OperatorCommand(event_ns=loop.now_ns(), verb=verb, who=who, reason=reason))
        self.parts.outbox.flush()

    # what the outbox tells (`outbox.Hears`)

    def watch(self, client_order_id: ClientOrderId) -> None:
        """Look an order up until its state is certain."""
        self.parts.prober.watch(client_order_id)

    def hear(self, event: Event) -> None:
        """Step the engine with what happened inside."""
        self.loop.feed(event)

    def on_commit(self, durable: Durable) -> None:
        """Take no new risk when rows are not in the journal, or get there slowly (F03)."""
        recorder, failure = self.recorder, self.recorder.failure
        if durable is not Durable.JOURNAL:
            self.limit("journal", TradingMode.NO_NEW_RISK, str(failure))
        elif recorder.commit_ns > SLOW_NS:
            self._slow_ns = self.clock.now_ns()
            said = f"a commit took {recorder.commit_ns // 1_000_000} ms"
            recorder.commit_ns = 0
            self.limit("journal slow", TradingMode.NO_NEW_RISK, said)

    def wall_ns(self) -> int:
        """What this machine takes for the time; only it goes on while no process runs."""
        return self._wall.wall_ns()

    def _on_silence(self, for_ns: int, why: str) -> None:
        """Write down that the venue wants silence, so that a restart does not break it.

        Every request under way is refused alike; one row tells of them all.
        """
        until_ns = self.wall_ns() + for_ns
        if until_ns < self._silent_until_ns + _SILENCES_APART_NS:
            return
        self._silent_until_ns = until_ns
        log_event("venue_silent", level="WARNING", seconds=for_ns // 1_000_000_000)
        name = self.venue.capability.venue_id
        body = silence.Silence(until_ns=until_ns, for_ns=for_ns, why=why)
        self.recorder.write(0, self.clock.now_ns(), silence.KIND, name, body)
        if self._parts is None:
            self.recorder.commit()
        else:
            self.parts.outbox.flush()

    def limit(self, cause: str, mode: TradingMode, detail: str) -> None:
        """Say that something outside limits what the bot may do, or ACTIVE: does not any more."""
        loop = self.loop
        loop.feed(Condition(event_ns=loop.now_ns(), cause=cause, mode=mode, detail=detail))

    async def _watch(self) -> None:
        """Keep an eye on the clock and on the journal's disk."""
        while True:
            self.check_clock()
            self.loop.pass_time()
            self._look_for_tunings()
            slow_ns = self._slow_ns
            if slow_ns is not None and self.clock.now_ns() - slow_ns > _SLOW_FOR_NS:
                self._slow_ns = None
                self.limit("journal slow", TradingMode.ACTIVE, "")
            await asyncio.sleep(_WATCH_S)

    def check_clock(self) -> None:
        """Take no new risk while our idea of the venue's time may be wrong by half a second."""
        error_ns = self.venue.clock_error_ns()
        if error_ns is not None and error_ns <= _CLOCK_ERROR_MAX_NS:
            if "clock" in self.engine.modes.causes:
                self.limit("clock", TradingMode.ACTIVE, "")
            return
        known = "unknown" if error_ns is None else f"up to {error_ns // 1_000_000} ms"
        self.limit("clock", TradingMode.NO_NEW_RISK, f"the error of our clock is {known}")
