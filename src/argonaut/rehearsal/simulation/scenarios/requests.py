"""F10 to F13: requests whose answer is late, lost, unreadable or a refusal to talk.

F10 and F11 are the whole grid of the failure model: every delay with every outcome.
"""

from __future__ import annotations

from collections.abc import Iterator

from argonaut.rehearsal.simulation.invariants.case import Case
from argonaut.rehearsal.simulation.kinds import CANCELS, ORDERS, QUESTIONS
from argonaut.rehearsal.simulation.plan import Fault, FaultPlan, Wish
from argonaut.rehearsal.simulation.scenarios.scenario import (
    QUIET_MARKET,
    THIN_MARKET,
    Scenario,
    buy,
    doubts,
    enters_at_all,
    enters_never,
    enters_once,
    fault,
    plan,
    scenario,
    sell,
)

_WINDOW_S = 5.0  # the adapter's recvWindow
_DELAYS_S = (0.2, 1.0, _WINDOW_S - 0.1, _WINDOW_S + 0.1, 60.0)
_OUTCOMES = ("filled", "partially", "accepted", "rejected")
_BROKEN = ("server_error", "server_busy", "unknown_answer", "half_body", "html_body")


def _outcome(name: str, *faults: Fault) -> FaultPlan:
    """Return a plan in which an order, answered or not, comes to that end at the venue."""
    market = THIN_MARKET if name == "partially" else QUIET_MARKET
    return plan(_order(name), *faults, *_poverty(name), trade_s=40, market=market)


def _order(outcome: str) -> Wish:
    return buy(10, limit_offset=-0.02) if outcome == "accepted" else buy(10)


def _poverty(outcome: str) -> tuple[Fault, ...]:
    """Take the money away by hand right before, so that the venue refuses."""
    if outcome != "rejected":
        return ()
    return (fault("transfer", 9.95, target="USDT", amount=-99_900.0),)


def _reply_faults() -> Iterator[Fault]:
    for delay_s in _DELAYS_S:
        yield fault("reply_late", 9, delay_s, ORDERS)
    yield fault("reply_lost", 9, target=ORDERS)


def _request_faults() -> Iterator[Fault]:
    for delay_s in (_WINDOW_S + 0.1, 12.0, 60.0):
        yield fault("request_late", 9, delay_s, ORDERS)
    yield fault("request_lost", 9, target=ORDERS)
    yield fault("server_busy", 9, target=ORDERS)


def _no_ban_is_earned(case: Case) -> Iterator[str]:
    """Every refusal for the rate was one the plan asked for."""
    if case.truth.refused_for_rate:
        yield f"want no refusal of the venue's own, found {case.truth.refused_for_rate}"


REQUESTS: tuple[Scenario, ...] = (
    scenario(
        "F10",
        "The answer is late or lost, the order is there",
        [_outcome(outcome, each) for outcome in _OUTCOMES for each in _reply_faults()],
        enters_once,
        core=5,
    ),
    scenario(
        "F10-unknown",
        "The answer is lost and doubt begins",
        [
            _outcome(outcome, fault("reply_lost", 9, target=ORDERS))
            for outcome in ("filled", "accepted")
        ],
        enters_at_all,
        enters_once,
        doubts,
    ),
    scenario(
        "F11",
        "The order never arrives, or too late to count",
        [
            _outcome(outcome, each)
            for outcome in ("filled", "accepted")
            for each in _request_faults()
        ],
        enters_never,
        core=3,
    ),
    scenario(
        "F12",
        "Answers that are errors, broken off or no JSON",
        [
            plan(buy(10), sell(20), fault(kind, at_s, target=target), trade_s=40)
            for kind in _BROKEN
            for target, at_s in ((ORDERS, 9), (CANCELS, 15), (QUESTIONS, 9))
        ]
        + [plan(buy(10), sell(20), fault("drip", 9, 8, "/api"), trade_s=40)],
        enters_once,
    ),
    scenario(
        "F13",
        "The venue refuses to talk in the middle of an exit",
        [
            plan(buy(10), sell(20), fault(kind, at_s, for_s, target), trade_s=60)
            for kind, target in (("throttled", ORDERS), ("throttled", CANCELS), ("banned", "* *"))
            for at_s in (9.9, 19.9, 20.05)
            for for_s in (3, 15)
        ],
        _no_ban_is_earned,
        enters_once,
    ),
)
