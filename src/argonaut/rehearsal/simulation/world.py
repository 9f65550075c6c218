"""One world: a trader, its machine, the venue, the network between them, and what goes wrong.

The same plan makes the same run, to the last byte; `trace_hash` of its evidence says whether it
did. A run ends with a calm in which nothing goes wrong any more and all must become well.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable
from typing import Literal, cast, get_args

import msgspec

from argonaut.config.errors import ConfigError
from argonaut.domain.errors import RefusedToStartError
from argonaut.domain.event import DetectorSignal
from argonaut.domain.instrument import Instrument
from argonaut.domain.mode import Verb
from argonaut.journal.errors import JournalBusyError
from argonaut.rehearsal.binance.access import ApiKey
from argonaut.rehearsal.simulation import believed
from argonaut.rehearsal.simulation.calm import APART_NS, LOOK_NS, Look, Watch
from argonaut.rehearsal.simulation.clock import SimClock
from argonaut.rehearsal.simulation.dice import Dice
from argonaut.rehearsal.simulation.disk import SimDisk
from argonaut.rehearsal.simulation.errors import HostDown
from argonaut.rehearsal.simulation.evidence import Belief, Commit, Evidence, Life, Passed
from argonaut.rehearsal.simulation.host import Life as HostLife
from argonaut.rehearsal.simulation.host import SimHost, bury
from argonaut.rehearsal.simulation.inject import Called, Command, Restart, Second, arrange
from argonaut.rehearsal.simulation.loop import SimLoop
from argonaut.rehearsal.simulation.mistakes import secrets_of
from argonaut.rehearsal.simulation.net import SimNet
from argonaut.rehearsal.simulation.plan import SECOND_NS, FaultPlan
from argonaut.rehearsal.simulation.recovered import states_of
from argonaut.rehearsal.simulation.sealed import collected, sealed
from argonaut.rehearsal.simulation.sinks import Heard
from argonaut.rehearsal.simulation.struck import Struck
from argonaut.rehearsal.simulation.trace import Trace
from argonaut.rehearsal.simulation.trader import Trader, rows_on
from argonaut.rehearsal.simulation.truths import disowned
from argonaut.rehearsal.simulation.venue_host import VenueHost
from argonaut.rehearsal.simulation.weather import Weather
from argonaut.rehearsal.simulation.wiretap import Wiretap
from argonaut.rehearsal.simulation.wishes import Wishes
from argonaut.runtime.clock import SystemClock

_NOON_NS = 1_782_907_200 * SECOND_NS  # 2026-07-01 12:00 UTC
_BEFORE_MIDNIGHT_NS = 1_782_950_280 * SECOND_NS  # 23:58, so that the day changes in the run
_SHUFFLES = (0.0, 0.1, 0.5)  # how often the callbacks of a turn are permuted
Ending = Literal["end", "stop", "crash", "failed", "refused"]
_REFUSALS = (RefusedToStartError, JournalBusyError, ConfigError)
_QUIET_NS = 2 * SECOND_NS  # no order has left and none has filled for so long
_QUIET_TRIES = 300  # a thin book takes an exit in many parts, one each second
_NEXT_INSTANT_S = 1e-6
_RESTART_NS = SECOND_NS  # what a supervisor waits before it starts a failed trader again


def run_plan(plan: FaultPlan) -> Evidence:
    """Run a plan to its end and return everything that is known about the run."""
    began_ns = SystemClock().mono_ns()
    with collected():
        evidence = World(plan).run()
    took_ns = SystemClock().mono_ns() - began_ns
    return msgspec.structs.replace(evidence, wall_s=took_ns / SECOND_NS)


class World:
    """Everything of one run. Made for one plan, and run once."""

    def __init__(self, plan: FaultPlan, *, keep_trace: bool = False) -> None:
        dice = Dice(plan.seed, "world")
        self.plan = plan
        self.trace = Trace(keep_all=keep_trace)
        self.loop = loop = SimLoop(Dice(plan.seed, "sched"), shuffle=dice.pick(_SHUFFLES))
        self._faults = arrange(plan)
        self._epoch_ns = dice.pick((_NOON_NS, _BEFORE_MIDNIGHT_NS))
        self._clock = SimClock(loop, self._epoch_ns, self._faults.clock)
        self._venue_clock = SimClock(loop, self._epoch_ns)
        self._weather = Weather(
            Dice(plan.seed, "net"), latency_ns=plan.latency_ns, faults=self._faults.net
        )
        self.net = SimNet(loop, self._weather, self.trace)
        self.net.tap = self._tap = Wiretap(lambda: loop.now_ns, self._whose)
        self.disk = SimDisk(loop, Dice(plan.seed, "disk"), self.trace, self._faults.disk)
        self._numbers = itertools.count(1)
        self.host = SimHost(
            self.net,
            self.disk,
            crashes=self._faults.crashes,
            stalls=self._faults.stalls,
            numbers=self._numbers,
        )
        key = Dice(plan.seed, "key")
        self._key = ApiKey(key=key.bytes(24).hex(), secret=key.bytes(24).hex())
        self.venue = VenueHost(plan, self.net, self._venue_clock, self._key, self._faults.knobs)
        self._called: Counter[Called] = Counter()  # what came from outside
        self.trader = self._new_trader()
        self._wishes = Wishes(plan.wishes, loop, price=self.venue.price, deliver=self._deliver)
        self._heard = Heard()
        self._commits: list[Commit] = []
        self._durable: dict[int, int] = {}  # the last durable row, by life
        self._others: list[SimHost] = []  # machines of a second trader on the same disk
        self._rivals: list[tuple[SimHost, Trader]] = []  # second traders that get signals, too
        self._ready: dict[int, tuple[int, str]] = {}  # when a life was ready, and its epoch
        self._instruments: tuple[Instrument, ...] = ()  # the trading rules as last learned
        self._down_ns: int | None = None  # a stop was asked for, and how long it is to last
        self._is_over = False

    def run(self) -> Evidence:
        """Run to the end of the calm."""
        clock = self._venue_clock
        dice = Dice(self.plan.seed, "machine")
        with sealed(dice, wall_ns=clock.wall_ns, mono_ns=clock.mono_ns), self._heard.listening():
            self.loop.run_until_complete(self._run())
            evidence = self._evidence()
            bury(self.loop, self.venue.owner)
            self.loop.close()
        return evidence

    async def _run(self) -> None:
        loop, faults = self.loop, self._faults
        await self.venue.serve()
        loop.call_at_ns(self.plan.faults_end_ns, self._heal)
        for command in faults.commands:
            loop.call_at_ns(command.at_ns, self._command, command)
        for restart in faults.restarts:
            loop.call_at_ns(restart.at_ns, self._restart, restart)
        for second in faults.seconds:
            loop.call_at_ns(second.at_ns, self._start_second, second)
        living = loop.create_task(self._live())
        self._calm_ns = await self._calm()
        await self._quiet()
        self._is_over = True
        self._belief = self._believed()
        self.host.switch_off()
        await living

    async def _calm(self) -> int:
        """Wait for the end of the calm; return how long it was."""
        loop, plan = self.loop, self.plan
        if not plan.ends_when_well:
            await asyncio.sleep((plan.end_ns - loop.now_ns) / SECOND_NS)
            return plan.calm_ns
        await asyncio.sleep((plan.faults_end_ns + APART_NS - loop.now_ns) / SECOND_NS)
        watch = Watch(plan)
        while (left_ns := plan.end_ns - loop.now_ns) > 0:
            so_far = self._so_far()
            if watch.is_over(self._look(so_far), so_far, loop.now_ns):
                break
            await asyncio.sleep(min(LOOK_NS, left_ns) / SECOND_NS)
        return loop.now_ns - plan.faults_end_ns

    def _so_far(self) -> Evidence:
        """Return what is known of the run before it is over, without its journal."""
        return Evidence(
            plan=self.plan,
            instruments=(),
            rows=(),
            commits=(),
            sent=tuple(self._tap.sent),
            truth=self.venue.standing(),
            lives=tuple(self._life(each) for each in self._lives()),
            belief=self._believed(),
        )

    def _look(self, so_far: Evidence) -> Look:
        run = self.trader.run
        live = run.engine.desk.live if run is not None and run.has_engine else {}
        return Look(
            life=len(so_far.lives),
            belief=msgspec.structs.replace(so_far.belief, bounds={}),  # sizes come and go
            states=tuple((name, each.status.value, each.filled) for name, each in live.items()),
            orders=so_far.truth.orders,
            balances=so_far.truth.balances,
            awaited=self._wishes.awaited,
        )

    async def _quiet(self) -> None:
        """Wait for a point at which nothing is on its way: there what is believed must be true."""
        await asyncio.sleep(_NEXT_INSTANT_S)  # prices of this very one may come after us
        for _ in range(_QUIET_TRIES):
            since_ns = self.loop.now_ns - _QUIET_NS
            asked = any(each.places and each.at_ns > since_ns for each in self._tap.sent)
            if not asked and self.venue.last_fill_ns <= self._epoch_ns + since_ns:
                return
            await asyncio.sleep(_QUIET_NS / SECOND_NS)

    async def _live(self) -> None:
        """Start the trader, and start it again whenever it has died, failed or been stopped."""
        while not self._is_over:
            life = await self.host.run(self.trader)
            down_ns = self._down_ns or _RESTART_NS if life.death is None else life.death.down_ns
            self._down_ns = None
            if not self._is_over:
                await asyncio.sleep(down_ns / SECOND_NS)

    def _heal(self) -> None:
        """Begin the calm: nothing goes wrong from here on."""
        self.trace.note(self.loop.now_ns, "world", "calm")
        self._weather.heal()
        self.disk.heal()
        self._clock.heal()
        self.host.heal()
        self.venue.heal()
        run = self.trader.run
        if self.host.is_up and run is not None and run.recorder.failure is not None:
            self._restart(Restart(self.loop.now_ns, _RESTART_NS))  # as its operator is told to

    # what comes from outside

    def _as_trader(self, act: Callable[[], None], host: SimHost | None = None) -> None:
        """Do something that runs on a trader's machine, which may die of it."""
        with self.loop.owned_by((host or self.host).lives[-1].owner):
            try:
                act()
            except HostDown:
                self.trace.note(self.loop.now_ns, "world", "died of a call from outside")

    def _deliver(self, signal: DetectorSignal) -> bool:
        """Give a signal to the trader, and to a rival as well; say whether the trader took it."""
        for host, rival in self._rivals:
            self._feed(host, rival, signal)
        return self._feed(self.host, self.trader, signal)

    def _feed(self, host: SimHost, trader: Trader, signal: DetectorSignal) -> bool:
        run = trader.run
        if not host.is_up or run is None or not run.is_ready:
            return False
        stamped = msgspec.structs.replace(signal, event_ns=run.loop.now_ns())
        self._as_trader(lambda: run.feed(stamped), host)
        return True

    def _command(self, command: Command) -> None:
        run, verb = self.trader.run, command.verb
        assert verb in get_args(Verb), f"want one of {get_args(Verb)}, not {verb!r}"
        if not self.host.is_up or run is None or not run.has_engine:
            self.loop.call_at_ns(self.loop.now_ns + SECOND_NS, self._command, command)
            return
        self._called[command] += 1
        self._as_trader(lambda: run.command(cast("Verb", verb), who="operator", reason="plan"))

    def _restart(self, restart: Restart) -> None:
        run = self.trader.run
        if self.host.is_up and run is not None:
            self._called[restart] += 1
            self._down_ns = restart.down_ns
            self._as_trader(run.stop)

    def _start_second(self, second: Second) -> None:
        """Start another trader, on the same disk or with one of its own."""
        self._called[second] += 1
        disk = self.disk
        if second.shares != "disk":
            disk = SimDisk(self.loop, Dice(self.plan.seed, "second disk"), self.trace)
        other = SimHost(self.net, disk, name="other", numbers=self._numbers)
        trader = self._new_trader()
        if disk is self.disk:
            self._others.append(other)
        elif second.is_fed:
            self._rivals.append((other, trader))
        self.loop.create_task(other.run(trader))
        self.loop.call_at_ns(second.at_ns + second.for_ns, other.switch_off)

    def _new_trader(self) -> Trader:
        return Trader(
            self.plan,
            self.net,
            self._clock,
            self._key,
            on_ready=self._on_ready,
            on_commit=self._on_commit,
            mistakes=self._faults.mistakes,
            on_mistake=lambda mistake: self._called.update([mistake]),
        )

    # what is written down

    def _on_ready(self, life: HostLife, epoch: str) -> None:
        self._ready[life.number] = (self.loop.now_ns, epoch)
        if self.trader.run is not None:
            self._instruments = believed.instruments_of(self.trader.run)
        if self.host.lives and self.host.lives[-1] is life:
            with self.loop.owned_by(self.loop.world):
                self._wishes.on_ready()

    def _on_commit(self, life: HostLife, seq: int, rows: list[tuple[str, str]]) -> None:
        if life not in self._lives():
            return  # a second trader with a journal of its own
        self._commits.append(Commit(self.loop.now_ns, life.number, seq))
        self._durable[life.number] = seq
        for kind, subject in rows:
            if kind == "signal":
                self._wishes.taken(subject)

    def _whose(self) -> tuple[int, int]:
        """Return the life that runs now, and the last row it has made durable."""
        owner = self.loop.owner
        for life in reversed(self._lives()):
            if life.owner is owner:
                return life.number, self._durable.get(life.number, 0)
        return 0, 0

    def _lives(self) -> list[HostLife]:
        """Return the lives that had this journal, by number."""
        hosts = (self.host, *self._others)
        return sorted((life for host in hosts for life in host.lives), key=lambda each: each.number)

    def _believed(self) -> Belief:
        run = self.trader.run
        return believed.belief_of(run) if self.host.is_up and run else believed.NOTHING

    def _evidence(self) -> Evidence:
        trader = self.trader
        run = trader.run
        rows = rows_on(self.disk, self._venue_clock, trader.assembly)
        struck = Struck(self.host, self.disk, self._weather, self.venue.faults, self._called)
        sinks = {
            **self._heard.texts,
            "journal": "\n".join(row.payload.decode(errors="replace") for row in rows),
            "errors": "\n".join(map(str, (*self.loop.failures, *self._errors()))),
        }
        return Evidence(
            plan=msgspec.structs.replace(self.plan, calm_ns=self._calm_ns),  # as it was
            instruments=self._instruments,
            rows=rows,
            commits=tuple(self._commits),
            sent=tuple(each for each in self._tap.sent if each.life),
            truth=disowned(self.venue.truth(), self._names_of_rivals()),
            lives=tuple(self._life(each) for each in self._lives()),
            belief=self._belief,
            lateness_ns=trader.lateness_ns,
            epoch_ns=self._epoch_ns,
            sinks=sinks,
            states=states_of(run, rows) if run and self._belief.is_ready else {},
            canaries=secrets_of(self._key),
            dropped=trader.dropped,
            faults=tuple(
                f"{each['stream']}: {each['exception']!r}"
                for each in self.loop.failures
                if "stream" in each
            ),
            struck=struck.by_fault(self.plan),
            points=tuple(
                Passed(each.life, each.number, each.name, each.at_ns) for each in self.host.points
            ),
            trace_hash=self.trace.digest,
            config_hash=trader.assembly.config_hash,
        )

    def _errors(self) -> list[Exception]:
        """Return what lives ended of: a process prints it."""
        return [each.error for each in self._lives() if each.error is not None]

    def _names_of_rivals(self) -> frozenset[str]:
        """Return the client ids of orders sent by no life that has this journal."""
        return frozenset(name for each in self._tap.sent if not each.life for name in each.places)

    def _life(self, life: HostLife) -> Life:
        error = "" if life.error is None else f"{type(life.error).__name__}: {life.error}"
        is_last = life is self.host.lives[-1]
        ready_ns, epoch = self._ready.get(life.number, (None, ""))
        return Life(
            number=life.number,
            epoch=epoch,
            began_ns=life.began_ns,
            ready_ns=ready_ns,
            ended_ns=None if is_last and self._is_over else life.ended_ns,
            ending=_ending(life, is_last=is_last),
            error=error,
            stalls=tuple(life.owner.stalls),
        )


def _ending(life: HostLife, *, is_last: bool) -> Ending:
    if life.death is not None:
        return "crash"
    if life.error is not None:
        return "refused" if isinstance(life.error, _REFUSALS) else "failed"
    return "end" if is_last else "stop"
