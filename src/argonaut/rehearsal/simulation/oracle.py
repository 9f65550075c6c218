"""The oracle: every invariant put to one run. Nothing it says depends on how the run was made."""

from __future__ import annotations

from collections.abc import Mapping

from argonaut.rehearsal.simulation.evidence import Evidence
from argonaut.rehearsal.simulation.history import history_is_consistent
from argonaut.rehearsal.simulation.invariants import (
    books,
    control,
    limits,
    orders,
    protection,
    sending,
)
from argonaut.rehearsal.simulation.invariants.case import Case, Invariant, Violation

INVARIANTS: Mapping[str, tuple[Invariant, ...]] = {
    "I01": (sending.meant_before_sent,),
    "I02": (sending.used_once,),
    "I03": (orders.one_order_an_intent, orders.foreign_is_left_alone),
    "I04": (orders.fills_are_known, books.positions_are_true),
    "I05": (
        books.balances_are_true,
        books.adjustments_are_real,
        books.adjustments_are_right_at_once,
    ),
    "I06": (books.books_balance,),
    "I07": (orders.fills_are_booked_once,),
    "I08": (books.children_fit_their_parent,),
    "I09": (books.exposure_stays_capped,),
    "I10": (sending.prices_are_fresh,),
    "I11": (sending.numbers_are_valid,),
    "I12": (protection.positions_are_protected,),
    "I13": (protection.no_orphans, protection.nothing_is_sold_short),
    "I14": (control.kill_is_obeyed,),
    "I15": (limits.limits_bind, limits.stops_only_tighten),
    "I16": (control.limits_are_kept, control.no_request_in_a_ban),
    "I17": (orders.unknown_ends_by_evidence,),
    "I18": (orders.told_once, history_is_consistent),
    "I19": (control.replays_agree,),
    "I23": (control.signals_count_once, control.signals_are_answered),
    "I24": (control.one_epoch_sends,),
    "I25": (control.no_secret_leaks,),
    "I26": (control.bounds_are_kept,),
    "I28": (orders.transitions_are_legal,),
    "I29": (control.all_is_well_again, orders.ends_agree),
    "I30": (control.journal_is_whole,),
}
"""By id. I20 compares two runs and stands in `same_run`; what is missing has no part in a run."""


def judge(evidence: Evidence) -> tuple[Violation, ...]:
    """Return everything that did not hold, in the order it happened."""
    case = Case(evidence)
    found = [
        violation
        for invariants in INVARIANTS.values()
        for invariant in invariants
        for violation in invariant(case)
    ]
    return tuple(sorted(found, key=lambda each: (each.at_ns, each.invariant, each.subject)))


def same_run(one: Evidence, other: Evidence) -> tuple[Violation, ...]:
    """I20: the same plan makes the same run, whatever the process."""
    if one.trace_hash == other.trace_hash:
        return ()
    return (
        Violation(
            invariant="I20",
            at_ns=0,
            subject=f"seed {one.plan.seed}",
            expected=one.trace_hash,
            found=other.trace_hash,
        ),
    )
