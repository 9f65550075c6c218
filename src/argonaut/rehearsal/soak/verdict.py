"""Whether a soak lost or doubled anything: the simulation's invariants, put to real files.

What the venue knows is held against what the journal tells and what the last trader said of
itself. Deadlines while it traded are not judged: a trader that dies every few seconds has no
healthy time to count. What has to hold at the end is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from argonaut.domain.errors import ExitCode
from argonaut.domain.ids import InstrumentId
from argonaut.domain.mode import TradingMode
from argonaut.domain.number import ZERO
from argonaut.domain.order import OrderRole
from argonaut.journal.reader import JournalReader
from argonaut.rehearsal.simulation.history import history_is_consistent
from argonaut.rehearsal.simulation.invariants import books, control, orders, sending
from argonaut.rehearsal.simulation.invariants.case import (
    Case,
    Invariant,
    Violation,
    at,
    fill_key,
    symbol_of,
)
from argonaut.rehearsal.soak.config import JOURNAL, LOG, TRADERS
from argonaut.rehearsal.soak.evidence import evidence_of
from argonaut.rehearsal.soak.record import SoakRecord

_SINKS = (TRADERS, LOG, JOURNAL)
_PIECE = 1 << 20  # bytes of a sink that are looked through together


class SoakVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a soak, and everything that did not hold."""

    ok: bool
    seed: int
    kills: int
    kills_before_ready: int
    started_while_read: int  # somebody had the journal open
    started_afresh: int  # the other processes were forked off one that had loaded the program
    wall_s: float
    orders: int  # at the venue, ours
    fills: int
    lost: int  # executions never booked, orders at the venue that nobody meant
    doubled: int  # orders of one intent beyond the first, executions booked again
    balances_exact: bool
    unknown: int  # orders of which nobody knew at the end
    corrections: int  # rows that say what was found out about orders and executions
    faults: dict[str, int]  # drawn, by kind
    knobs_acted: dict[str, int]  # as far as the venue keeps them
    rows: int
    ready_s_median: float
    ready_s_most: float
    usage: dict[str, str]  # of each rate window, at its fullest
    violations: tuple[Violation, ...]


def holdings_are_guarded(case: Case) -> Iterator[Violation]:
    """I12, I13: at the end each holding has live orders that close it, and no flat one any stop.

    Held is what the last trader said: dust that was written off wants no stop.
    """
    closing: dict[str, Decimal] = {}
    for name, told in case.story.orders.items():
        if told.intent.role in (OrderRole.STOP, OrderRole.EXIT):
            for order in case.own_orders.get(name, []):
                if order.is_live:
                    key, left = "|".join(told.key), order.quantity - order.filled
                    closing[key] = closing.get(key, ZERO) + left
    held = case.evidence.belief.holdings
    for key in sorted({*closing, *held}):
        quantity, guarded = held.get(key, ZERO), closing.get(key, ZERO)
        bare, place = quantity - guarded, InstrumentId(key.partition("|")[2])
        if bare > ZERO and not case.is_dust(place, bare, case.end_ns):
            yield at("I12", case.end_ns, key, f"orders that close {quantity}", f"{guarded}")
        if bare < ZERO:
            yield at("I13", case.end_ns, key, f"no more than {quantity} closed", f"{guarded}")


def last_words_agree(case: Case) -> Iterator[Violation]:
    """I19: the orders the last trader had are those its journal leaves live."""
    told = {str(name) for name, each in case.story.orders.items() if not each.order.is_final}
    said = set(case.evidence.belief.live)
    for name in sorted(told ^ said):
        found = "live in the journal alone" if name in told else "live in the trader alone"
        yield at("I19", case.end_ns, name, "live in both or in none", found)


INVARIANTS: tuple[Invariant, ...] = (
    sending.used_once,
    orders.one_order_an_intent,
    orders.fills_are_known,
    orders.fills_are_booked_once,
    orders.unknown_ends_by_evidence,
    orders.told_once,
    orders.transitions_are_legal,
    orders.ends_agree,
    books.positions_are_true,
    books.balances_are_true,
    books.books_balance,
    books.adjustments_are_real,
    books.children_fit_their_parent,
    history_is_consistent,
    control.kill_is_obeyed,
    control.limits_are_kept,
    control.one_epoch_sends,
    control.all_is_well_again,
    holdings_are_guarded,
    last_words_agree,
)
"""Those that need nothing but the files of a run."""


def judge_soak(record: SoakRecord, folder: Path) -> SoakVerdict:
    """Judge what a soak left in its folder.

    Raises:
        JournalError: The journal cannot be read.
    """
    case = Case(evidence_of(record, folder))
    found = [
        *(each for invariant in INVARIANTS for each in invariant(case)),
        *_journal_is_whole(case, folder),
        *_ended_well(case, record),
        *_no_secret_leaks(case, folder),
    ]
    return _verdict(case, record, tuple(found))


def _journal_is_whole(case: Case, folder: Path) -> Iterator[Violation]:
    """I30: the chain verifies, and the index of orders with it."""
    with JournalReader(folder / JOURNAL) as reader:
        report = reader.verify()
    if not report.ok:
        yield at("I30", case.end_ns, f"row {report.broken_seq}", "a whole chain", report.reason)


def _ended_well(case: Case, record: SoakRecord) -> Iterator[Violation]:
    """I29, I24: nothing but kills ended a life, and nobody else could start on the journal."""
    for said in record.failures:
        yield at("I29", case.end_ns, "a life", "no end but a kill", said)
    if record.mode_before_halt != TradingMode.ACTIVE.name:
        found = record.mode_before_halt or "no answer"
        yield at("I29", case.end_ns, "mode after the calm", TradingMode.ACTIVE.name, found)
    if record.second_code != ExitCode.REFUSED:
        wanted = f"exit code {int(ExitCode.REFUSED)}"
        yield at("I24", case.end_ns, "a second trader", wanted, f"{record.second_code}")


def _no_secret_leaks(case: Case, folder: Path) -> Iterator[Violation]:
    """I25: neither half of the key is in anything that was written."""
    for name in _SINKS:
        for number, canary in enumerate(case.evidence.canaries, start=1):
            if _holds(folder / name, canary.encode()):
                yield at("I25", case.end_ns, name, "no secret", f"secret {number}")


def _holds(path: Path, wanted: bytes) -> bool:
    """Whether a file holds these bytes anywhere."""
    tail = b""
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            if wanted in tail + piece:
                return True
            tail = piece[-len(wanted) :]
    return False


def _verdict(case: Case, record: SoakRecord, found: tuple[Violation, ...]) -> SoakVerdict:
    ready_s = sorted(each.ready_s for each in record.deaths if each.ready_s is not None)
    return SoakVerdict(
        ok=not found,
        seed=record.seed,
        kills=len(record.deaths),
        kills_before_ready=len(record.deaths) - len(ready_s),
        started_while_read=sum(each.is_read for each in record.deaths),
        started_afresh=sum(each.is_fresh for each in record.deaths),
        wall_s=round((record.ended_ns - record.began_ns) / 1e9, 1),
        orders=sum(len(each) for each in case.own_orders.values()),
        fills=len(case.own_fills),
        lost=_lost(case),
        doubled=_doubled(case),
        balances_exact=not any(books.balances_are_true(case)),
        unknown=len(case.evidence.belief.unknown),
        corrections=sum(1 for _ in case.story.of_kind("correction")),
        faults=_counted(each.kind for each in record.faults),
        knobs_acted=_counted(record.acted),
        rows=len(case.evidence.rows),
        ready_s_median=round(_at_share(ready_s, 0.5), 2),
        ready_s_most=round(_at_share(ready_s, 1.0), 2),
        usage={each.window: f"{each.used} of {each.limit}" for each in case.truth.usage},
        violations=found,
    )


def _lost(case: Case) -> int:
    booked = set(_booked(case))
    unmeant = [name for name in case.own_orders if name not in case.story.orders]
    return len(case.own_fills.keys() - booked) + len(unmeant)


def _doubled(case: Case) -> int:
    again = sum(count - 1 for count in Counter(_booked(case)).values())
    return again + sum(len(each) - 1 for each in case.own_orders.values())


def _booked(case: Case) -> Iterator[str]:
    for step in case.story.fills:
        report: Any = step.report  # a fill, as the list says
        yield fill_key(symbol_of(step.order.instrument_id), report.fill_id)


def _counted(names: Iterator[str] | Sequence[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))


def _at_share(values: Sequence[float], share: float) -> float:
    """Return the value below which that share of some sorted values lies; 0 of none."""
    return values[min(int(len(values) * share), len(values) - 1)] if values else 0.0
