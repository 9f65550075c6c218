"""F01 to F05, F28 and F30: what the trader's own machine does to it."""

from __future__ import annotations

from collections.abc import Iterator

from argonaut.rehearsal.simulation.invariants.case import Case
from argonaut.rehearsal.simulation.plan import FaultPlan
from argonaut.rehearsal.simulation.scenarios.expect import (
    dies,
    ends_flat,
    enters_at_all,
    enters_not,
    enters_once,
    entries_at_venue,
    leaves_when_told,
    limits,
    says,
    says_nothing_of,
)
from argonaut.rehearsal.simulation.scenarios.scenario import (
    Scenario,
    buy,
    fault,
    plan,
    scenario,
    sell,
)

_AFTER_S = (0.0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2.0, 14.0)  # after the signal
_SOLD = 9  # the core: everything is over before its own death, and every moment is tried
_FOR_GOOD = 100_000  # operations of the disk: until the calm


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


def _both_are_told(case: Case) -> Iterator[str]:
    """Each of two traders halts itself, not only the one whose journal is looked at."""
    log = case.evidence.sinks.get("log", "").splitlines()
    halts = sum("another instance" in line and "condition_changed" in line for line in log)
    if halts < 2:
        yield f"want both traders told of another instance, found {halts}"


def _newcomer_sends_nothing(case: Case) -> Iterator[str]:
    """Who finds orders of another instance adds none of its own."""
    strange = [each.client_order_id for each in case.truth.orders if not each.is_ours]
    if strange:
        yield f"want no order of the newcomer, found {', '.join(strange)}"


def _is_silent_when_stalled(case: Case) -> Iterator[str]:
    """Nothing is sent by a machine that stands still."""
    for stall in (each for each in case.plan.faults if each.kind == "loop_stall"):
        for sent in case.evidence.sent:
            if stall.at_ns < sent.at_ns < stall.end_ns:
                yield f"want silence in the stall, found {sent.method} {sent.path}"


def _way_out_is_open(case: Case) -> Iterator[str]:
    """What was bought is sold before the disk is mended."""
    if entries_at_venue(case, "buy") and not any(
        fill.side == "sell" and fill.event_ns < case.plan.faults_end_ns
        for fill in case.own_fills.values()
    ):
        yield "want the holding sold while the disk is broken, found it kept"


def _broken_disk(kind: str, at_s: float, first: int, times: int) -> FaultPlan:
    """Return a plan whose disk breaks at an operation around a buy, and is asked for more."""
    broken = fault(kind, at_s, count=first, amount=times)
    return plan(buy(10), buy(16, "again"), sell(22), broken)


MACHINE: tuple[Scenario, ...] = (
    scenario(
        "F01",
        "The process is killed around a buy",
        [plan(buy(10), sell(22), fault("crash", 10 + after_s, 1)) for after_s in _AFTER_S],
        dies,
        enters_once,
        ends_flat,
        core=_SOLD,
    ),
    scenario(
        "F02",
        "The power goes around a buy",
        [plan(buy(10), sell(22), fault("power_cut", 10 + after_s, 3)) for after_s in _AFTER_S],
        dies,
        enters_once,
        ends_flat,
        core=_SOLD,
    ),
    scenario(
        "F03",
        "The disk is full or fails",
        [
            _broken_disk(kind, at_s, first, times)
            for kind in ("disk_full", "disk_error")
            for at_s, first in ((9.5, 1), (9.5, 2), (10, 3), (10, 5), (10, 8), (12, 1))
            for times in (1, _FOR_GOOD)
        ],
        says('"journal'),
        enters_once,
        enters_not("again"),
        _way_out_is_open,
        core=11,  # bought, and then the disk breaks for good
    ),
    scenario(
        "F03-slow",
        "The disk takes its time",
        [
            plan(
                buy(10),
                buy(16, "again"),
                sell(22),
                fault("disk_slow", at_s, for_s, count=first, amount=times),
            )
            for at_s, first in ((9.5, 1), (10, 3), (10.5, 1))
            for for_s, times in ((0.7, 12), (1.5, 40))
        ],
        limits("journal slow"),
        enters_once,
        ends_flat,
        core=4,
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
        enters_at_all,
        enters_once,
        ends_flat,
        says_nothing_of("-1021"),
    ),
    scenario(
        "F05-unsure",
        "The venue's time cannot be told to half a second",
        [
            plan(buy(60), sell(100), fault("slow_net", 2, for_s, "/api", amount=8), trade_s=110)
            for for_s in (75, 90)
        ],
        limits("clock"),
        enters_once,
    ),
    scenario(
        "F28",
        "Nothing of the trader runs for a while",
        [
            plan(buy(10), sell(20), fault("loop_stall", at_s, for_s))
            for at_s, for_s in (
                *((9.9, each) for each in (0.3, 3)),
                *((at_s, each) for at_s in (10.01, 10.03, 15) for each in (0.3, 3, 15)),
            )
        ],
        enters_at_all,
        enters_once,
        leaves_when_told,
        _is_silent_when_stalled,
    ),
    scenario(
        "F28-old",
        "A stall ends, and what comes in is old",
        [plan(buy(10), fault("loop_stall", 9.9, for_s), trade_s=60) for for_s in (12, 30)],
        enters_once,
        _is_silent_when_stalled,
    ),
    scenario(
        "F30",
        "Two traders at one account, each with a journal of its own, take the same signals",
        [
            plan(
                buy(10),
                buy(50, "again"),
                fault("second_instance", at_s, 60, "venue", amount=1),
                trade_s=70,
            )
            for at_s in (3, 6, 8)
        ],
        limits("another instance"),
        _both_are_told,
        enters_at_all,
        enters_once,
        enters_not("again"),
    ),
    scenario(
        "F30-late",
        "A second trader comes to an account that one has traded on",
        [
            plan(
                buy(10),
                buy(50, "again"),
                fault("second_instance", at_s, 50, "venue", amount=1),
                trade_s=70,
            )
            for at_s in (9.9, 10.5, 14)
        ],
        says("another instance"),
        _newcomer_sends_nothing,
        enters_once,
    ),
)
