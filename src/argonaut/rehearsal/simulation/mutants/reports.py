"""Bugs on the way in: what is told twice, late or wrongly, and what is made of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from argonaut.domain.event import DetectorSignal
from argonaut.domain.ids import StrategyId
from argonaut.domain.number import ZERO
from argonaut.domain.order import (
    Filled,
    Order,
    OrderEvent,
    OrderRole,
    OrderType,
    Rejected,
    Report,
)
from argonaut.domain.venue_view import NoAnswer, NotFound, VenueFill, VenueOrder
from argonaut.engine import inbox
from argonaut.engine.detectors import Doorman
from argonaut.engine.inbox import Inbox
from argonaut.engine.route import Key
from argonaut.engine.warden import Warden
from argonaut.execution.reconcile import absence, balance, order, reconcile
from argonaut.execution.reconcile.round import Absence, Rules
from argonaut.ledger.book import Book
from argonaut.rehearsal.simulation.mutants.mutant import DOUBTS, Mutant, instead
from argonaut.runtime.prober import Prober
from argonaut.runtime.reconciler import Reconciler
from argonaut.venues.binance.adapter import BinanceSpot
from argonaut.venues.binance.user import User

_STOPS = (OrderType.STOP, OrderType.STOP_LIMIT, OrderType.TRAILING_STOP)


def _ignores_late(on_report: Any) -> Any:
    def punctual(self: Inbox, report: Report) -> None:
        if isinstance(report, Filled) and report.client_order_id in self._desk.closed:
            return
        on_report(self, report)

    return punctual


def _forgets_fills(apply: Any) -> Any:
    def forgetful(before: Order, event: OrderEvent) -> Order:
        known = replace(before, fill_ids=()) if isinstance(event, Filled) else before
        after: Order = apply(known, event)
        return before if after is known else after

    return forgetful


def _not_found_is_rejected(look: Any) -> Any:
    async def hasty(self: Prober, wanted: Order, at_s: float) -> None:
        if isinstance(await self._venue.find(wanted), NotFound):
            name = wanted.client_order_id
            self._hears.hear(
                Rejected(client_order_id=name, event_ns=self._belief.now_ns, code="x", reason="?")
            )
            return
        await look(self, wanted, at_s)

    return hasty


def _one_round(absent: Any) -> Any:
    def sure(wanted: Order, **settings: Any) -> Any:
        found = absent(wanted, **settings)
        if not isinstance(found, Absence):
            return found
        memory = settings["memory"]
        shown = {wanted.client_order_id: Absence(told_ns=0, evidence={})}
        sooner = replace(memory, absences={**memory.absences, **shown})
        return absent(wanted, **{**settings, "memory": sooner})

    return sure


def _no_lateness(is_negative: Any) -> Any:
    def impatient(wanted: Order, *, rules: Rules, **settings: Any) -> bool:
        return bool(is_negative(wanted, rules=replace(rules, lateness_ns=0), **settings))

    return impatient


def _wrong_service(find: Any) -> Any:
    async def elsewhere(self: BinanceSpot, wanted: Order) -> VenueOrder | NotFound | NoAnswer:
        if wanted.order_type in _STOPS:
            return NotFound(detail="asked where no stops are")
        return await find(self, wanted)  # type: ignore[no-any-return]

    return elsewhere


def _stops_are_not_orders(open_orders: Any) -> Any:
    async def without(self: BinanceSpot) -> Sequence[VenueOrder] | NoAnswer:
        shown = await open_orders(self)
        if isinstance(shown, NoAnswer):
            return shown
        return [each for each in shown if each.trigger_price is None]

    return without


def _no_fills(_: Any) -> Any:
    async def none(self: BinanceSpot, *_: Any) -> Sequence[VenueFill] | NoAnswer:
        del self
        return ()

    return none


def _free(pay_fee: Any) -> Any:
    def unpaid(self: Book, sheet: Any, filled: Order, fill: Filled) -> Any:
        return pay_fee(self, sheet, filled, replace(fill, fee=ZERO))

    return unpaid


def _priced_by_the_order(report_of: Any) -> Any:
    def guessed(wanted: Order, fill: VenueFill) -> Filled:
        told: Filled = report_of(wanted, fill)
        return replace(told, price=told.price + Decimal("0.01"))

    return guessed


def _fees_forgotten(report_of: Any) -> Any:
    def free(wanted: Order, fill: VenueFill) -> Filled:
        told: Filled = report_of(wanted, fill)
        return replace(told, fee=ZERO, fee_asset="")

    return free


def _tidies_up(take: Any) -> Any:
    def tidy(self: Reconciler, said: Any, *, strict: bool) -> None:
        take(self, said, strict=strict)
        for shown in said.open_orders or ():
            if not self._belief.is_ours(shown.client_order_id):
                theirs = _as_ours(shown)
                asyncio.get_running_loop().create_task(self._venue.cancel(theirs))

    return tidy


def _as_ours(shown: VenueOrder) -> Order:
    return Order(
        client_order_id=shown.client_order_id,
        strategy_id=StrategyId("nobody"),
        instrument_id=shown.instrument_id,
        side=shown.side,
        order_type=OrderType.LIMIT,
        role=OrderRole.ENTRY,
        quantity=shown.quantity,
        venue_order_id=shown.venue_order_id,
    )


def _forgets_signals(judge: Any) -> Any:
    def judged(self: Doorman, signal: DetectorSignal, **settings: Any) -> Any:
        answer = judge(self, signal, **settings)
        self._seen.pop((signal.source, signal.signal_id), None)
        return answer

    return judged


def _forgets_its_stop(_: Any) -> Any:
    def forget(self: Warden, key: Key, filled: Order | None = None) -> None:
        del filled
        self.guards.pop(key, None)
        self._desk.account.routes[key[1]].guards.pop(key[0], None)

    return forget


REPORTS: tuple[Mutant, ...] = (
    Mutant(
        name="late fill ignored",
        says="a fill told after the end of its order is not booked",
        patches=(
            (Inbox, "on_report", _ignores_late),
            (User, "_lacks_fills", instead(lambda *_: False)),  # which lets few come late
        ),
        needs=(("frames_swapped user", "frame_lost user"),),
    ),
    Mutant(
        name="fills by REST and stream both booked",
        says="an execution told twice counts twice",
        patches=(
            (inbox, "apply", _forgets_fills),
            (Book, "has_booked", instead(lambda *_: False)),
            (User, "_is_repeated", instead(lambda *_: False)),
        ),
    ),
    Mutant(
        name="not found is rejected",
        says="one `not found` ends an order",
        patches=((Prober, "_look", _not_found_is_rejected),),
        needs=(DOUBTS,),
    ),
    Mutant(
        name="absent after one round",
        says="absence is believed at the first time it shows",
        patches=((reconcile, "absent", _one_round),),
        needs=(DOUBTS,),
    ),
    Mutant(
        name="no lateness wait",
        says="absence is believed while the request may still arrive",
        patches=((absence, "_is_negative", _no_lateness),),
        needs=(DOUBTS,),
    ),
    Mutant(
        name="stops asked for in the wrong service",
        says="stops are looked up and listed where they are not",
        patches=(
            (BinanceSpot, "find", _wrong_service),
            (BinanceSpot, "open_orders", _stops_are_not_orders),
        ),
    ),
    Mutant(
        name="fills never asked for",
        says="what the stream did not tell of executions is not asked for",
        patches=((BinanceSpot, "fills", _no_fills),),
    ),
    Mutant(
        name="fee not booked",
        says="fees are left out of the books",
        patches=((Book, "_pay_fee", _free),),
    ),
    Mutant(
        name="missed fill at a guessed price",
        says="an execution found later is booked at about its price",
        patches=((order, "report_of", _priced_by_the_order),),
    ),
    Mutant(
        name="missed fill without its fee",
        says="an execution found later is booked without its fee",
        patches=((order, "report_of", _fees_forgotten),),
    ),
    Mutant(
        name="adjusted while it moves",
        says="a balance is adjusted while an order may still explain it",
        patches=(
            (balance, "_in_flight", instead(lambda *_: frozenset())),
            (balance, "_may_book", instead(lambda *_, **__: True)),
        ),
    ),
    Mutant(
        name="foreign order canceled",
        says="an order somebody made by hand is taken out",
        patches=((Reconciler, "_take", _tidies_up),),
        needs=(("hand_order",),),
    ),
    Mutant(
        name="signals forgotten",
        says="a signal that comes again counts again",
        patches=((Doorman, "judge", _forgets_signals),),
    ),
    Mutant(
        name="stop never placed",
        says="nothing puts up the protection of a fill",
        patches=((Warden, "restore", instead(lambda *_: None)),),
    ),
    Mutant(
        name="stop left over",
        says="an exit goes beside the stop, which stays when the position is gone",
        patches=(
            (Warden, "suspend", instead(lambda *_, **__: False)),
            (Warden, "retire", _forgets_its_stop),
            (Warden, "_sweep", instead(lambda *_: None)),
        ),
        needs=(("hand_trade",),),
    ),
)
