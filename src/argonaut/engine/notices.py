"""What a venue announces about what is traded here: removals, pauses, changes, acted on by rule.

An announcement makes a plan for each instrument it is about: from when on no entry is taken, when
everything is closed, when it is over. Plans are journaled as `notice` rows; what they do then are
conditions and exits as any other. Strategies need not know.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from argonaut.domain.command import Record, SetTimer
from argonaut.domain.event import Condition, ExternalEvent
from argonaut.domain.mode import TradingMode
from argonaut.domain.record import NoticePlanned
from argonaut.engine.route import Route

if TYPE_CHECKING:
    from argonaut.engine.core import Engine

NOTICES_KEY: Final = "notices"  # strategies' timers have a "|" in their keys
CAUSE: Final = "notice of "  # how the causes that come of plans begin; a restart keeps them
_SECOND_NS: Final = 1_000_000_000
_AGAIN_NS: Final = 30 * _SECOND_NS  # what is not closed yet is looked at again
Action = Literal["ignore", "freeze", "flatten"]
_RULE_OF: Final = {
    "delisting": "delisting",
    "suspension": "suspension",
    "maintenance": "suspension",
    "contract_change": "contract_change",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRules:
    """What is done about each kind of notice, and how long before and after its time."""

    delisting: Action = "flatten"
    suspension: Action = "freeze"
    contract_change: Action = "freeze"
    before_s: float = 3600.0
    after_s: float = 3600.0  # a pause is taken for over
    unknown_s: float = 86_400.0  # how long one without a certain time freezes


class Notices:
    """Plans for instruments, by instrument and kind; a newer notice replaces the older plan."""

    def __init__(self, engine: Engine, rules: NoticeRules) -> None:
        self._engine = engine
        self._rules = rules
        self._plans: dict[tuple[str, str], NoticePlanned] = {}

    def take(self, event: ExternalEvent) -> None:
        """Plan what a notice calls for, and do what is due at once."""
        rule = _RULE_OF.get(event.kind)
        action: Action = "ignore" if rule is None else getattr(self._rules, rule)
        if action == "ignore":
            return
        for route in list(self._engine.routes.values()):
            if is_about(event, route):
                plan = self._plan_of(event, route, action)
                self._engine.emit(Record("notice", plan.instrument_id, plan))
                self.remember(plan)
        self.look()

    def _plan_of(self, event: ExternalEvent, route: Route, action: Action) -> NoticePlanned:
        rules, now_ns = self._rules, self._engine.now_ns
        said = event.payload.get("effective_ns", "")
        at_ns = int(said) if said.isdecimal() else None
        before_ns = int(rules.before_s * _SECOND_NS)
        is_for_good = event.kind == "delisting"
        if at_ns is None:
            freeze_ns, flatten_ns = now_ns, None
            end_ns = None if is_for_good else now_ns + int(rules.unknown_s * _SECOND_NS)
        else:
            freeze_ns = now_ns if is_for_good else at_ns - before_ns
            flatten_ns = at_ns - before_ns if action == "flatten" else None
            end_ns = None if is_for_good else at_ns + int(rules.after_s * _SECOND_NS)
        detail = event.title
        if at_ns is None and action == "flatten":
            detail += "; no certain time is told, so it is frozen and a person has to close it"
        return NoticePlanned(
            event_id=event.event_id,
            kind=event.kind,
            instrument_id=route.instrument.instrument_id,
            action=action,
            freeze_ns=freeze_ns,
            flatten_ns=flatten_ns,
            end_ns=end_ns,
            detail=detail,
        )

    def remember(self, plan: NoticePlanned) -> None:
        """Keep a plan instead of an older one of its kind."""
        self._plans[plan.instrument_id, plan.kind] = plan

    def look(self) -> None:
        """Do what is due now, and ask to be woken for what comes next."""
        now_ns = self._engine.now_ns
        for key, plan in list(self._plans.items()):
            mode = _mode_at(plan, now_ns)
            self._limit(plan, mode)
            if mode is TradingMode.REDUCE_ONLY:
                self._close(plan)
            if plan.end_ns is not None and now_ns >= plan.end_ns:
                del self._plans[key]
        self.set_timer()

    def _limit(self, plan: NoticePlanned, mode: TradingMode) -> None:
        self._engine.modes.on_condition(
            Condition(
                event_ns=self._engine.now_ns,
                cause=CAUSE + plan.kind,
                mode=mode,
                detail=plan.detail,
                instrument_id=plan.instrument_id,
            )
        )

    def _close(self, plan: NoticePlanned) -> None:
        """Leave what is held there, whoever holds it."""
        exits = self._engine.desk.exits
        for holding in self._held(plan):
            key = (holding.strategy_id, holding.instrument_id)
            exits.escape(key, f"{plan.kind}: {plan.detail}", tag="notice")

    def _held(self, plan: NoticePlanned) -> list[Any]:
        has_lots = self._engine.desk.exits.has_lots
        held = self._engine.book.holdings()
        return [
            each for each in held if each.instrument_id == plan.instrument_id and has_lots(each)
        ]

    def set_timer(self) -> None:
        """Ask to be woken for the next thing that is due."""
        due = [at_ns for plan in self._plans.values() for at_ns in self._due(plan)]
        if due:
            self._engine.emit(SetTimer(NOTICES_KEY, min(due)))

    def _due(self, plan: NoticePlanned) -> Iterator[int]:
        now_ns = self._engine.now_ns
        for at_ns in (plan.freeze_ns, plan.flatten_ns, plan.end_ns):
            if at_ns is not None and at_ns > now_ns:
                yield at_ns
        if _mode_at(plan, now_ns) is TradingMode.REDUCE_ONLY and self._held(plan):
            yield now_ns + _AGAIN_NS

    def save(self) -> list[Any]:
        """Return every plan, as JSON values."""
        found: list[Any] = msgspec.to_builtins(list(self._plans.values()))
        return found

    def load(self, state: Iterable[Any]) -> None:
        """Take back what `save` returned."""
        for plan in msgspec.convert(list(state), list[NoticePlanned]):
            self.remember(plan)


def _mode_at(plan: NoticePlanned, now_ns: int) -> TradingMode:
    if plan.end_ns is not None and now_ns >= plan.end_ns:
        return TradingMode.ACTIVE
    if plan.flatten_ns is not None and now_ns >= plan.flatten_ns:
        return TradingMode.REDUCE_ONLY
    return TradingMode.NO_NEW_RISK if now_ns >= plan.freeze_ns else TradingMode.ACTIVE


def is_about(event: ExternalEvent, route: Route) -> bool:
    """Whether a notice is about an instrument: its venue, its market, and its coin or pair.

    A notice about margin, or about perpetuals, leaves what is held on spot alone.
    """
    instrument, payload = route.instrument, event.payload
    if instrument.venue_id not in (payload.get("venue", instrument.venue_id), "sim"):
        return False
    markets = ("usdm", "coinm") if ":" in instrument.instrument_id else ("spot", "")
    if payload.get("market", "") not in markets:
        return False
    if "assets" not in payload and "pairs" not in payload:
        return instrument.base in event.symbols
    pair = f"{instrument.base}/{instrument.quote}"
    return instrument.base in _words(payload, "assets") or pair in _words(payload, "pairs")


def _words(payload: dict[str, str], name: str) -> list[str]:
    return payload.get(name, "").split(",")
