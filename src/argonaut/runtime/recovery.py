"""The ordered way to a running bot: the same after a crash, after a stop and on the first day.

lease, journal, rules, fold, RECOVERING, clock, streams, questions, unknown orders, protection,
equality, warm-up, READY. No strategy is asked and no risk is taken before the last step. Every step
can be cut off anywhere and done again: what it writes is what the next start finds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, product
from typing import TYPE_CHECKING, Any

import msgspec

import argonaut
from argonaut.config.assembly import Assembly
from argonaut.config.shadow import shadow_of
from argonaut.domain.event import Condition, Deposited
from argonaut.domain.ids import ClientOrderId, InstrumentId
from argonaut.domain.instrument import Instrument
from argonaut.domain.mode import TradingMode
from argonaut.domain.number import ZERO
from argonaut.domain.order import Order
from argonaut.domain.venue_view import NoAnswer
from argonaut.engine.core import Engine
from argonaut.engine.notices import CAUSE as NOTICE
from argonaut.engine.recovery import fold
from argonaut.execution.reconcile.round import STRICTNESS
from argonaut.journal.errors import JournalBrokenError
from argonaut.journal.query import RowFilter
from argonaut.journal.row import Row
from argonaut.monitoring.logs import log_event
from argonaut.ports import Rng
from argonaut.risk.collar import Collar
from argonaut.risk.view import Check
from argonaut.runtime import doubt, lease, silence
from argonaut.runtime.belief import Belief
from argonaut.runtime.door import Door
from argonaut.runtime.emergency import Emergency
from argonaut.runtime.listings import Lister
from argonaut.runtime.loop import Loop
from argonaut.runtime.outbox import Outbox
from argonaut.runtime.prober import Prober
from argonaut.runtime.questions import answered
from argonaut.runtime.reconciler import Reconciler
from argonaut.runtime.recorder import move_in
from argonaut.runtime.shadow import STATE, LiveShadow, RecorderJournal

if TYPE_CHECKING:
    from argonaut.runtime.live import LiveRun

CAUSE = "recovering"
_SECOND_NS = 1_000_000_000
_OVERLAP_NS = 3_600 * _SECOND_NS  # executions are asked for from so long before the last row
_STREAM_S = 10.0
_TRY_FIRST_S, _TRY_MAX_S = 1.0, 30.0
_CLOCK_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a run is made of once the rules of its venue are known."""

    engine: Engine
    loop: Loop
    outbox: Outbox
    belief: Belief
    prober: Prober
    reconciler: Reconciler


class Recovery:
    """Takes the steps of one start."""

    def __init__(self, run: LiveRun, emergency: Emergency | None, rng: Rng) -> None:
        self.epoch = ""
        self.rows_recovered = 0
        self.rows_moved_in = 0
        self._run = run
        self._emergency = emergency
        self._rng = rng
        self._number = 0
        self._last_row_ns = 0  # when the last run was seen alive
        self._doubts: tuple[Row, ...] = ()  # rows of earlier starts that tell of them

    async def run(self) -> None:
        """Take every step up to READY.

        Raises:
            RefusedToStartError: The lease is not ours, or the venue refuses us.
            JournalError: The journal cannot be trusted or written.
        """
        run = self._run
        self._take_lease()
        instruments = await self._open_venue()
        await self._set_clock()
        run.build(self._parts(instruments))
        await self._restore_listings()
        self._begin()
        run.check_clock()
        await self._hear_user_stream()
        await self._learn_account()
        await self._reconcile()
        if run.loop.shadow is not None and run.assembly.on_trial:
            run.loop.shadow.begin()
        run.parts.prober.watch_uncertain()
        run.loop.perform(run.engine.audit())
        await self._warm_up()
        run.limit(CAUSE, TradingMode.ACTIVE, "")
        run.listener.open_market()

    # lease and journal

    def _take_lease(self) -> None:
        """Move in what an earlier run could not write, then write which start this is."""
        run = self._run
        journal, recorder = run.journal, run.recorder
        if self._emergency is not None:
            self.rows_moved_in = move_in(journal, self._emergency)
        self.rows_recovered = journal.head[0]
        for row in journal.rows(RowFilter(from_seq=max(self.rows_recovered, 1))):
            self._last_row_ns = row.event_ns
        tag = journal.meta.run.get(lease.TAG, "")
        starts = list(journal.rows(RowFilter(kinds=(lease.KIND, silence.KIND, doubt.KIND))))
        self._number = lease.take(journal, tag, (row for row in starts if row.kind == lease.KIND))
        self._keep_silent(starts)
        self._doubts = tuple(row for row in starts if row.kind == doubt.KIND)
        self.epoch = lease.epoch_text(tag, self._number)
        row_of = lease.Lease(
            epoch=self.epoch,
            number=self._number,
            config_hash=run.assembly.config_hash,
            build=argonaut.__version__,
        )
        recorder.write(0, run.clock.now_ns(), lease.KIND, self.epoch, row_of)
        recorder.commit()
        if recorder.failure is not None:
            raise recorder.failure

    def _keep_silent(self, starts: Sequence[Row]) -> None:
        """Wait out what the venue asked an earlier process for."""
        left_ns = silence.left_ns(starts, self._run.wall_ns())
        if left_ns > 0:
            log_event("venue_silent", level="WARNING", seconds=left_ns // _SECOND_NS)
            self._run.venue.keep_silent(left_ns)

    # the venue

    async def _open_venue(self) -> Sequence[Instrument]:
        """Open the venue, however long its network is away."""
        wait_s = _TRY_FIRST_S
        while True:
            try:
                return await self._run.venue.open(self._run.listener)
            except (ConnectionError, TimeoutError) as error:
                log_event("venue_unreachable", level="WARNING", error=type(error).__name__)
            await asyncio.sleep(wait_s * (0.5 + self._rng.random() / 2))
            wait_s = min(2 * wait_s, _TRY_MAX_S)

    async def _set_clock(self) -> None:
        """Go by the venue's time: to a machine with a wrong one its prices are stale or to come."""
        for _ in range(_CLOCK_TRIES):
            balances = await answered(self._run.venue.balances(), "the venue's time")
            if not isinstance(balances, NoAnswer):
                self._run.clock.set(balances.as_of_ns)
                return
            await asyncio.sleep(_TRY_FIRST_S)

    # fold

    def _parts(self, instruments: Sequence[Instrument]) -> Parts:
        """Make the engine as its journal left it, and what stands around it."""
        run = self._run
        setup = run.assembly.setup(
            run.venue.capability,
            on_sample=run.log.sample,
            instruments=instruments,
            epoch=self.epoch,
        )
        engine = Engine(setup)
        saved = self._fold(engine)
        outbox = Outbox(
            run.venue,
            run.recorder,
            run.tasks,
            run.clock,
            door=Door(engine, _collar(run.assembly.checks())),
            hears=run,
        )
        loop = Loop(
            engine,
            run.recorder,
            outbox,
            run.clock,
            snapshot_rows=run.assembly.config.journal.snapshot_rows,
            on_bug=run.fail,
        )
        loop.shadow = self._shadow(loop, engine, instruments, saved)
        now_ns = run.clock.now_ns()
        belief = Belief(
            engine,
            run.journal,
            now_ns=loop.now_ns,
            clock_ns=run.clock.now_ns,
            sent_by_ns=outbox.sent_by_ns,
            left_by_ns=doubt.left_by_ns(self._doubts, now_ns=now_ns, mono_ns=run.clock.mono_ns()),
            began_ns=now_ns,
        )
        tag = run.journal.meta.run.get(lease.TAG, "")
        reconciler = Reconciler(
            run.venue, engine, belief, outbox, run, tag=tag, number=self._number
        )
        hint = reconciler.hint
        return Parts(
            engine=engine,
            loop=loop,
            outbox=outbox,
            belief=belief,
            prober=Prober(run.venue, belief, outbox, run.tasks, run, hint=hint),
            reconciler=reconciler,
        )

    def _shadow(
        self,
        loop: Loop,
        account: Engine,
        instruments: Sequence[Instrument],
        saved: Mapping[str, Any] | None,
    ) -> LiveShadow | None:
        """Make what is on trial as its rows left it; None where nothing can be."""
        run = self._run
        made = shadow_of(
            run.assembly,
            RecorderJournal(run.recorder),
            log=run.shadow_log,
            observers=run.shadow_observers,
            instruments=instruments,
            epoch=self.epoch,
        )
        if made is None:
            return None
        shadow = LiveShadow(made, account, loop.feed)
        shadow.fold(run.journal, saved or {})
        run.recorder.show(shadow.observe)
        return shadow

    async def _restore_listings(self) -> None:
        """Have the venue know what came after the config, and look for what is waited for."""
        run = self._run
        lister = Lister(run.venue, run.tasks, feed=run.loop.feed, now_ns=run.loop.now_ns)
        run.loop.on_watch = lister.watch
        gone = await lister.restore(list(run.engine.listings.listed))
        run.parts.belief.gone = frozenset(gone)
        if run.loop.shadow is not None:
            run.loop.shadow.parts.session.on_watch = lister.watch
            run.loop.shadow.resume()

    def _fold(self, engine: Engine) -> Mapping[str, Any] | None:
        """Bring an engine to where the journal ends, from its last whole state on.

        Return the part of that state that is the shadow's.
        """
        journal, shadow = self._run.journal, None
        rows = journal.rows(RowFilter(from_seq=max(journal.snapshot_seq, 1)))
        if journal.snapshot_seq:
            row = next(rows, None)
            if row is None or row.kind != "snapshot":
                found = "nothing" if row is None else f"a row {row.kind}"
                said = f"row {journal.snapshot_seq} was sealed as a snapshot and is {found}"
                raise JournalBrokenError(said, journal.snapshot_seq)
            state = msgspec.json.decode(row.payload)
            engine.load(state)
            shadow = state.get(STATE)
        fold(engine, rows)
        return shadow

    # RECOVERING

    def _begin(self) -> None:
        """Let nothing be risked, forget the causes of an earlier run, and take in what waits."""
        run = self._run
        engine, loop, belief = run.engine, run.loop, run.parts.belief
        if fresh := belief.fresh_doubts():
            body = doubt.Doubt(orders=fresh)
            run.recorder.write(0, run.clock.now_ns(), doubt.KIND, self.epoch, body)
        run.limit(CAUSE, TradingMode.RECOVERING, "the venue is being asked what it has")
        for place, causes in _places(engine):
            for cause in [each for each in causes if not _is_kept(each)]:
                loop.feed(
                    Condition(
                        event_ns=loop.now_ns(),
                        cause=cause,
                        mode=TradingMode.ACTIVE,
                        instrument_id=place,
                    )
                )

        def recall(name: ClientOrderId) -> Order | None:
            order = belief.order(name)
            if order is None or not order.is_final:
                return None
            engine.desk.recall(order)
            return order

        def look_again() -> None:
            run.parts.reconciler.hint()
            run.parts.prober.look_now()

        run.listener.attach(
            engine,
            feed=loop.feed,
            hint=run.parts.reconciler.hint,
            look_again=look_again,
            now_ns=loop.now_ns,
            recall=recall,
        )

    async def _hear_user_stream(self) -> None:
        """Have our own reports flow before the venue is asked what it has."""
        waiting = asyncio.ensure_future(self._run.listener.user_is_up.wait())
        done, _ = await asyncio.wait((waiting,), timeout=_STREAM_S)
        waiting.cancel()
        if not done:
            said = f"not up after {_STREAM_S:g} s"
            self._run.limit("user stream", TradingMode.NO_NEW_RISK, said)

    async def _learn_account(self) -> None:
        """Book the opening balances of an account that this journal knows nothing of."""
        run = self._run
        if run.engine.book.postings:
            return
        wait_s = _TRY_FIRST_S
        balances = await answered(run.venue.balances(), "balances")
        while isinstance(balances, NoAnswer):
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, _TRY_MAX_S)
            balances = await answered(run.venue.balances(), "balances")
        for asset in _traded(run.engine):
            amount = balances.total.get(asset, ZERO)
            if amount:
                run.loop.feed(Deposited(event_ns=run.loop.now_ns(), asset=asset, amount=amount))

    async def _reconcile(self) -> None:
        """Ask until every question of one round is answered."""
        run, wait_s = self._run, _TRY_FIRST_S
        seen_ns = min((self._last_row_ns or run.clock.now_ns(), run.clock.now_ns()))
        made_ns = [order.created_ns for order in run.parts.belief.live.values()]
        since_ns = max(min(seen_ns, *made_ns, seen_ns) - _OVERLAP_NS, 0)
        while not await run.parts.reconciler.round(strict=True, since_ns=since_ns):
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, _TRY_MAX_S)

    # warm-up

    async def _warm_up(self) -> None:
        """Show indicators the past they need; without an answer they warm up as time goes."""
        run, shadow = self._run, self._run.loop.shadow
        engines = [run.engine] if shadow is None else [run.engine, shadow.parts.engine]
        for name, (timeframe_ns, needed_ns) in _needed(run.assembly, engines).items():
            since_ns = run.loop.now_ns() - needed_ns - timeframe_ns
            bars = await answered(run.venue.bars(name, timeframe_ns, since_ns), f"bars of {name}")
            if isinstance(bars, NoAnswer):
                log_event("not_warmed_up", level="WARNING", instrument=name, why=bars.detail)
                continue
            for engine, bar in product(engines, bars):
                engine.routes[name].warm(bar)
            if bars:
                run.listener.skip_until(name, bars[-1].close_ns)


def _places(engine: Engine) -> list[tuple[InstrumentId | None, list[str]]]:
    """Return the causes in force, everywhere and at each instrument."""
    places: list[tuple[InstrumentId | None, list[str]]] = [(None, list(engine.modes.causes))]
    places += [(name, list(route.causes)) for name, route in engine.routes.items()]
    return places


def _is_kept(cause: str) -> bool:
    """Whether a cause of an earlier run still counts: what it was found by is asked again."""
    return cause in (CAUSE, *STRICTNESS) or cause.startswith(NOTICE)


def _traded(engine: Engine) -> list[str]:
    instruments = [route.instrument for route in engine.routes.values()]
    return list(dict.fromkeys(asset for each in instruments for asset in (each.base, each.quote)))


def _collar(checks: Sequence[Check]) -> Decimal:
    """Return how far an entry's price may lie from the market: as the gate has it."""
    for check in checks:
        if isinstance(check, Collar):
            return check.limit_fraction
    return Collar().limit_fraction


def _needed(assembly: Assembly, engines: Sequence[Engine]) -> dict[InstrumentId, tuple[int, int]]:
    """Return for each instrument with bars their length, and how long a past is needed."""
    needed: dict[InstrumentId, tuple[int, int]] = {}
    for feed in assembly.feeds:
        if feed.kind == "bars":
            needed[feed.instrument_id] = (feed.timeframe_ns, 0)
    for strategy in chain.from_iterable(each.strategies() for each in engines):
        if strategy.instrument_id not in needed:
            continue
        base_ns, longest_ns = needed[strategy.instrument_id]
        for declared in strategy.declared:
            if declared.source == "bar":
                length_ns = declared.timeframe_ns or base_ns
                longest_ns = max(longest_ns, (declared.indicator.warmup + 1) * length_ns)
        needed[strategy.instrument_id] = (base_ns, longest_ns)
    if (scanner := engines[0].account.scanner) is not None:
        for name, (base_ns, longest_ns) in needed.items():
            needed[name] = (base_ns, max(longest_ns, scanner.past_ns(name)))
    return {name: each for name, each in needed.items() if each[1]}
