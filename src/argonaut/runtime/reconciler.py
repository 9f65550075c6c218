"""Keeps what we believe equal to what the venue has, for as long as a run lasts.

A round every fifteen seconds, and at once after a gap in a stream; every five seconds while an
order is in doubt or money is not explained. Streams can lose one frame and stay healthy: only
asking finds that (F07).
"""

from __future__ import annotations

import asyncio

from msgspec.structs import replace

from argonaut.domain.event import Condition
from argonaut.domain.ids import ClientOrderId, InstrumentId, OrderKey
from argonaut.domain.mode import TradingMode
from argonaut.domain.order import OrderStatus
from argonaut.engine.core import Engine
from argonaut.engine.ids import epoch_of
from argonaut.execution.reconcile.reconcile import reconcile
from argonaut.execution.reconcile.round import (
    STRICTNESS,
    Limit,
    Memory,
    Rules,
    Said,
)
from argonaut.monitoring.logs import log_event
from argonaut.ports import Venue
from argonaut.runtime.belief import Belief
from argonaut.runtime.lease import number_of
from argonaut.runtime.outbox import Hears, Outbox
from argonaut.runtime.questions import ask_round, is_full

_SECOND_NS = 1_000_000_000
EVERY_S = 15.0
UNSETTLED_EVERY_S = 5.05  # from end to start: rounds count as two when five seconds lie between
_APART_S = 1.0  # hints that come in heaps make one round
_OVERLAP_NS = 600 * _SECOND_NS  # executions are asked for from so long before the last round
_FAR_OVERLAP_NS = 3_600 * _SECOND_NS  # at a start, and while a residual is not explained
_EARLIER_NS = 2 * _SECOND_NS
_SILENT_NS = 60 * _SECOND_NS  # without one whole round: no new risk
CAUSE = "reconciliation"


class Reconciler:
    """Asks, and feeds the engine what follows."""

    def __init__(
        self,
        venue: Venue,
        engine: Engine,
        belief: Belief,
        outbox: Outbox,
        hears: Hears,
        *,
        tag: str,
        number: int,
    ) -> None:
        self.rounds = 0
        self._venue = venue
        self._engine = engine
        self._belief = belief
        self._outbox = outbox
        self._hears = hears
        self._tag = tag
        self._number = number
        self._memory = Memory(limits=_limits_in(engine))
        self._hint = asyncio.Event()
        self._ask: tuple[ClientOrderId, ...] = ()
        self._probe: tuple[OrderKey, ...] = ()
        self._looks_back = True
        self._last_full_ns = belief.clock_ns

    def hint(self) -> None:
        """Have a round soon: something was missed, or may have been."""
        self._hint.set()

    async def run(self) -> None:
        """Reconcile until cancelled."""
        loop = asyncio.get_running_loop()
        began_s = ended_s = loop.time()
        while True:
            due_s = ended_s + UNSETTLED_EVERY_S if self._is_unsettled() else began_s + EVERY_S
            alarm = loop.call_at(due_s, self._hint.set)
            await self._hint.wait()
            alarm.cancel()
            self._hint.clear()
            began_s = loop.time()
            is_whole = await self.round()
            ended_s = loop.time()
            self._limit_when_silent(is_whole=is_whole)
            await asyncio.sleep(_APART_S)

    async def round(self, *, strict: bool = False, since_ns: int | None = None) -> bool:
        """Ask everything once and take what follows; return whether all was answered.

        `strict` is for a start: what is not explained limits at once. Executions are asked for
        from `since_ns` on, where given.
        """
        belief = self._belief
        asked_ns = belief.clock_ns
        belief.note_asking()
        said = await ask_round(
            self._venue,
            belief,
            asked_ns=asked_ns,
            since_ns=self._since_ns() if since_ns is None else since_ns,
            also=self._ask,
            probe=self._probe,
        )
        said = replace(said, told_ns=belief.clock_ns)
        self._look_for_rivals(said)
        self._take(said, strict=strict)
        self._outbox.keep_only(self._engine.desk.live)
        self.rounds += 1
        is_whole = is_full(said, belief)
        if is_whole:
            self._last_full_ns = asked_ns
        return is_whole

    def _take(self, said: Said, *, strict: bool) -> None:
        rules = Rules(lateness_ns=self._venue.lateness_ns, strict=strict)
        found = reconcile(ours=self._belief, said=said, memory=self._memory, rules=rules)
        self._memory = found.memory
        self._ask, self._probe = found.ask, found.probe
        self._looks_back = found.look_back
        if found.inputs:
            log_event("reconciled", level="WARNING", inputs=len(found.inputs))
        for each in found.inputs:
            self._hears.hear(each)
        for order in found.take_out:
            self._outbox.cancel(order)

    def _since_ns(self) -> int:
        """Return from when on executions are asked for: from before the oldest unproved order."""
        overlap_ns = _FAR_OVERLAP_NS if self._looks_back else _OVERLAP_NS
        made_ns = [order.created_ns - _EARLIER_NS for order in self._belief.live.values()]
        return max(min(self._last_full_ns - overlap_ns, *made_ns, self._last_full_ns), 0)

    def _is_unsettled(self) -> bool:
        memory = self._memory
        return bool(memory.residuals or memory.absences or memory.risen or memory.limits) or any(
            order.status is OrderStatus.UNKNOWN for order in self._belief.live.values()
        )

    def _limit_when_silent(self, *, is_whole: bool) -> None:
        """Take no new risk while the venue has not answered a whole round for a minute."""
        silent_ns = self._belief.clock_ns - self._last_full_ns
        if is_whole:
            self._condition(CAUSE, TradingMode.ACTIVE, "")
        elif silent_ns > _SILENT_NS:
            said = f"the venue has not answered a whole round for {silent_ns // _SECOND_NS} s"
            self._condition(CAUSE, TradingMode.NO_NEW_RISK, said)

    def _look_for_rivals(self, said: Said) -> None:
        """Send nothing more once a later start of this very journal is at the venue (F30)."""
        for shown in said.open_orders or ():
            epoch = epoch_of(shown.client_order_id) or ""
            number = number_of(epoch, self._tag)
            if number is not None and number > self._number and not self._outbox.door.fence:
                self._outbox.door.fence = (
                    f"start {number} of this journal has sent {shown.client_order_id}; "
                    f"this is start {self._number}"
                )
                self._condition("fenced", TradingMode.NO_NEW_RISK, self._outbox.door.fence)

    def _condition(self, cause: str, mode: TradingMode, detail: str) -> None:
        now_ns = self._belief.now_ns
        self._hears.hear(Condition(event_ns=now_ns, cause=cause, mode=mode, detail=detail))


def _limits_in(engine: Engine) -> dict[Limit, str]:
    """Return the limits an earlier run has left in force; a round confirms or ends them."""
    places: list[tuple[InstrumentId | None, dict[str, TradingMode]]] = [
        (None, engine.modes.causes),
        *((name, route.causes) for name, route in engine.routes.items()),
    ]
    return {
        Limit(cause, place): "from before the start"
        for place, causes in places
        for cause in STRICTNESS
        if cause in causes
    }
