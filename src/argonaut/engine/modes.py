"""How much the bot may do: the strictest of what a person said and of every cause that lasts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from argonaut.domain.command import Command, Record
from argonaut.domain.event import NO_PRICES, Condition, OperatorCommand
from argonaut.domain.ids import InstrumentId
from argonaut.domain.mode import TradingMode
from argonaut.domain.record import ModeChanged

if TYPE_CHECKING:
    from argonaut.engine.desk import Desk


class Modes:
    """Keeps the person's mode and the causes apart, so that the end of one lifts no other.

    `account.mode` is the strictest of all. KILLED is a latch whoever set it.
    """

    def __init__(self, desk: Desk, emit: Callable[[Command], None]) -> None:
        self.person = TradingMode.ACTIVE
        self.causes: dict[str, TradingMode] = {}
        self.is_recovering = False  # no strategy is called, whatever the strictest mode is
        self._desk = desk
        self._account = desk.account
        self._emit = emit

    # what a person says

    def on_operator(self, command: OperatorCommand) -> None:
        """Do what a person asks for, unless it would let risk in after a kill."""
        self._emit(Record("operator", command.verb, command))
        mode = self.person.after(command.verb)
        if mode is None:
            self._note(command.who, f"{command.verb} {refusal(self.person)}")
            return
        self.person = mode
        self._settle(command.who, command.reason + self._still_limited(mode))
        exits = self._desk.exits
        if command.verb == "flatten":
            exits.flatten(f"{command.who}: {command.reason}")
        elif command.verb == "resume":
            exits.stop_flattening()
            for route in self._account.routes.values():
                route.is_frozen = False  # a person has looked at it

    def _still_limited(self, mode: TradingMode) -> str:
        """Name what keeps a person's word from having its whole effect."""
        stricter = [cause for cause, limit in self.causes.items() if limit > mode]
        return f"; still limited by {', '.join(stricter)}" if stricter else ""

    # what happens outside

    def on_condition(self, condition: Condition) -> None:
        """Take a cause up, change it or end it; told again it changes nothing."""
        if condition.instrument_id is not None:
            self._on_local(condition, condition.instrument_id)
            return
        if condition.mode is TradingMode.KILLED:
            is_news = self.person is not TradingMode.KILLED
            self.person = TradingMode.KILLED  # a latch: no end of a cause opens it
        else:
            is_news = _take(self.causes, condition)
        if not is_news:
            return
        self._emit(Record("condition", condition.cause, condition))
        self.is_recovering = TradingMode.RECOVERING in self.causes.values()
        before = self._account.mode
        if self.effective is not before or condition.mode > before:
            ended = "" if condition.mode is not TradingMode.ACTIVE else " is over"
            self._settle(condition.cause, condition.detail or f"{condition.cause}{ended}")

    def _on_local(self, condition: Condition, instrument_id: InstrumentId) -> None:
        """Limit one instrument: no more entries there, and those that work are taken out."""
        route = self._account.routes.get(instrument_id)
        assert route is not None, f"a condition names an instrument nobody trades: {condition}"
        if not _take(route.causes, condition):
            return
        self._emit(Record("condition", condition.cause, condition))
        if condition.mode > TradingMode.RECOVERING:
            self._desk.cancel_entries_at(instrument_id)
            if condition.cause == NO_PRICES:
                self._desk.warden.go_blind(instrument_id)

    # what comes of it

    @property
    def effective(self) -> TradingMode:
        """The strictest of all."""
        return max(self.person, *self.causes.values(), TradingMode.ACTIVE)

    def save(self) -> dict[str, Any]:
        """Return what a person and the causes said, as JSON values."""
        causes = {cause: mode.name for cause, mode in self.causes.items()}
        return {"person": self.person.name, "causes": causes}

    def load(self, state: Mapping[str, Any]) -> None:
        """Take back what `save` returned: what was latched stays latched."""
        self.person = TradingMode[state["person"]]
        self.causes = {cause: TradingMode[mode] for cause, mode in state["causes"].items()}
        self.is_recovering = TradingMode.RECOVERING in self.causes.values()
        self._account.mode = self.effective

    def _settle(self, who: str, reason: str) -> None:
        mode = self._account.mode = self.effective
        self._note(who, reason)
        if mode > TradingMode.RECOVERING:
            self._desk.cancel_entries()
        elif self.is_recovering:
            self._desk.cancel_entries_held_here()

    def _note(self, who: str, reason: str) -> None:
        name = self._account.mode.name
        self._emit(Record("mode", name, ModeChanged(mode=name, who=who, reason=reason)))


def refusal(mode: TradingMode) -> str:
    """Return how a word is refused in a mode, for people."""
    if mode is TradingMode.KILLED:
        return "refused: KILLED until a person says rearm"
    return f"refused: the mode is {mode.name}, and only a KILLED run is re-armed"


def _take(causes: dict[str, TradingMode], condition: Condition) -> bool:
    """Keep a cause for as long as it lasts; return whether that is news."""
    if condition.mode is TradingMode.ACTIVE:
        return causes.pop(condition.cause, None) is not None
    is_news = causes.get(condition.cause) is not condition.mode
    causes[condition.cause] = condition.mode
    return is_news
