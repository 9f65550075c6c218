"""F01 to F05, F28 and F30: what the trader's own machine does to it."""

from __future__ import annotations

from collections.abc import Iterator

from argonaut.rehearsal.simulation.invariants.case import Case
from argonaut.rehearsal.simulation.scenarios.scenario import (
    Scenario,
    buy,
    dies,
    enters_at_all,
    enters_once,
    fault,
    plan,
    scenario,
    sell,
)

_AFTER_S = (0.0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2.0)  # after the signal
_OPERATIONS = (40, 80, 120, 160, 200, 240, 280)  # of the disk: before, in and after a buy


def _second_is_refused(case: Case) -> Iterator[str]:
    """Whoever comes second to one disk is not let in, and sends nothing."""
    refused = [
        life.number
        for life in case.evidence.lives
        if life.ending == "refused" or life.error.startswith("JournalBusyError")
    ]
    if not refused:
        yield "want the second trader refused, found none"
    for name, sent in case.placements:
        if sent.life in refused:
            yield f"want nothing sent by the second trader, found {name}"


MACHINE: tuple[Scenario, ...] = (
    scenario(
        "F01",
        "The process is killed around a buy",
        [plan(buy(10), sell(22), fault("crash", 10 + after_s, 1)) for after_s in _AFTER_S],
        dies,
        enters_once,
    ),
    scenario(
        "F02",
        "The power goes around a buy",
        [plan(buy(10), sell(22), fault("power_cut", 10 + after_s, 3)) for after_s in _AFTER_S],
        dies,
        enters_once,
    ),
    scenario(
        "F03",
        "The disk is full, fails or is slow",
        [
            plan(buy(10), sell(22), fault(kind, 0, 0.5, count=first, amount=amount))
            for kind in ("disk_full", "disk_error", "disk_slow")
            for first in _OPERATIONS
            for amount in (1, 30)
        ],
        enters_once,
    ),
    scenario(
        "F04",
        "A second process opens the journal",
        [
            plan(buy(10), buy(16, "again"), fault("second_instance", at_s, 10, "disk"))
            for at_s in (9, 10.01, 12)
        ],
        _second_is_refused,
        enters_at_all,
    ),
    scenario(
        "F05",
        "The clock jumps or runs wrong",
        [
            plan(buy(10), sell(20), fault("clock_step", at_s, amount=step_s))
            for step_s in (-3_600, -2, -0.6, 0.6, 2, 3_600)
            for at_s in (5, 10.005, 15)
        ]
        + [
            plan(buy(20), sell(28), fault("clock_drift", 6, 20, amount=ppm))
            for ppm in (-5_000, 5_000)
        ],
        enters_once,
    ),
    scenario(
        "F28",
        "Nothing of the trader runs for a while",
        [
            plan(buy(10), sell(20), fault("loop_stall", at_s, for_s))
            for at_s in (9.9, 10.01, 10.03, 15)
            for for_s in (0.3, 3, 15)
        ],
        enters_at_all,
        enters_once,
    ),
    scenario(
        "F30",
        "A second trader starts at the same venue",
        [
            plan(buy(10), buy(16, "again"), fault("second_instance", at_s, 12, "venue"))
            for at_s in (6, 10.01, 14)
        ],
        enters_once,
    ),
)
