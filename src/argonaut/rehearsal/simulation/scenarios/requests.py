"""F10 to F13: requests whose answer is late, lost, unreadable or a refusal to talk.

F10 and F11 are the whole grid of the failure model: every delay with every outcome.
"""

from __future__ import annotations

from collections.abc import Iterator

from argonaut.domain.number import ZERO
from argonaut.rehearsal.simulation.invariants.case import Case
from argonaut.rehearsal.simulation.kinds import ANY_REQUEST, CANCELS, ORDERS, QUESTIONS
from argonaut.rehearsal.simulation.plan import Fault, FaultPlan, Wish
from argonaut.rehearsal.simulation.scenarios.expect import (
    doubts,
    ends_flat,
    ends_guarded,
    enters_at_all,
    enters_never,
    enters_once,
    entries_at_venue,
    fills_become_known,
    leaves_when_told,
    never_placed_is_told,
)
from argonaut.rehearsal.simulation.scenarios.scenario import (
    QUIET_MARKET,
    THIN_MARKET,
    Expectation,
    Scenario,
    buy,
    fault,
    plan,
    scenario,
    sell,
)

_WINDOW_S = 5.0  # the adapter's recvWindow
_DELAYS_S = (0.2, 1.0, _WINDOW_S - 0.1, _WINDOW_S + 0.1, 60.0)
_BROKEN = (
    *("server_error", "server_busy", "unknown_answer", "half_body", "html_body"),
    *("empty_body", "text_body", "array_body", "nan_body"),
)


def _order(outcome: str) -> Wish:
    return buy(10, limit_offset=-0.02) if outcome == "accepted" else buy(10)


def _outcome(name: str, *faults: Fault) -> FaultPlan:
    """Return a plan in which an order, answered or not, comes to that end at the venue."""
    market = THIN_MARKET if name == "partially" else QUIET_MARKET
    return plan(_order(name), *faults, *_poverty(name), trade_s=40, market=market)


def _poverty(outcome: str) -> tuple[Fault, ...]:
    """Take the money away by hand right before, so that the venue refuses."""
    if outcome != "rejected":
        return ()
    return (fault("transfer", 9.999, target="USDT", amount=-99_900.0),)


def _reply_faults() -> Iterator[Fault]:
    for delay_s in _DELAYS_S:
        yield fault("reply_late", 9, delay_s, ORDERS)
    yield fault("reply_lost", 9, target=ORDERS)


def _request_faults() -> Iterator[Fault]:
    for delay_s in (12.0, 60.0):
        yield fault("request_late", 9, delay_s, ORDERS)
    yield fault("request_lost", 9, target=ORDERS)
    yield fault("server_busy", 9, target=ORDERS)


def _comes_to(outcome: str) -> Expectation:
    """Return the expectation that the order ended at the venue as the plan wants."""

    def expectation(case: Case) -> Iterator[str]:
        orders = entries_at_venue(case, "buy")
        if outcome == "rejected":
            if not case.placements or any(each.status != "REJECTED" for each in orders):
                yield f"want the order refused by the venue, found {len(orders)} there"
            return
        found = [(each.status, each.filled) for each in orders]
        is_so = {
            "filled": any(each.status == "FILLED" for each in orders),
            "partially": any(ZERO < each.filled < each.quantity for each in orders),
            "accepted": any(each.is_live and not each.filled for each in orders),
        }
        if not is_so[outcome]:
            yield f"want the order {outcome} at the venue, found {found}"

    return expectation


def _no_ban_is_earned(case: Case) -> Iterator[str]:
    """Every refusal for the rate was one the plan asked for."""
    if case.truth.refused_for_rate:
        yield f"want no refusal of the venue's own, found {case.truth.refused_for_rate}"


def _accepted_late() -> tuple[Scenario, ...]:
    """One scenario for each outcome an order can have while its answer is on the way."""
    return tuple(
        scenario(
            name,
            f"The answer is late or lost, the order is {outcome}",
            [_outcome(outcome, each) for each in _reply_faults()],
            _comes_to(outcome),
            enters_once,
            fills_become_known,
            core=5,
        )
        for name, outcome in (
            ("F10", "filled"),
            ("F10-partially", "partially"),
            ("F10-accepted", "accepted"),
            ("F10-rejected", "rejected"),
        )
    )


REQUESTS: tuple[Scenario, ...] = (
    *_accepted_late(),
    scenario(
        "F10-unknown",
        "The answer does not come, doubt begins and ends by evidence",
        [
            _outcome(outcome, *each)
            for outcome in ("filled", "partially", "accepted", "rejected")
            for each in (
                (fault("reply_lost", 9, target=ORDERS),),
                # Quiet meanwhile: a fill that the stream tells first leaves nothing to doubt.
                (fault("unknown_answer", 9, target=ORDERS), fault("stream_stall", 9, 3, "/ws-api")),
            )
        ],
        doubts,
        never_placed_is_told,
        enters_once,
        core=2,
    ),
    scenario(
        "F11",
        "The order never arrives, or too late to count",
        [
            _outcome(outcome, each)
            for outcome in ("filled", "accepted")
            for each in _request_faults()
        ],
        doubts,
        enters_never,
        never_placed_is_told,
        core=2,
    ),
    scenario(
        "F11-window",
        "The order comes right after its window, and the venue says so",
        [
            _outcome(outcome, fault("request_late", 9, _WINDOW_S + 0.1, ORDERS))
            for outcome in ("filled", "accepted")
        ],
        enters_never,
        never_placed_is_told,
    ),
    scenario(
        "F12",
        "Answers that are errors, broken off or no JSON",
        [
            plan(buy(10), sell(30), fault(kind, at_s, target=target), trade_s=50)
            for kind in _BROKEN
            for target, at_s in ((ORDERS, 9), (CANCELS, 15), (QUESTIONS, 9))
        ]
        + [
            plan(buy(10), sell(30), fault("bomb_body", 9, target=target), trade_s=50)
            for target in (ORDERS, QUESTIONS)
        ]
        + [plan(buy(10), sell(20), fault("drip", 9, 8, "/api"), trade_s=40)],
        never_placed_is_told,
        fills_become_known,
        enters_once,
        leaves_when_told,
    ),
    scenario(
        "F13",
        "The venue refuses to talk around an entry and an exit",
        [
            plan(buy(10), sell(40), fault(kind, at_s, for_s, target), trade_s=60)
            for kind, target in (("throttled", ORDERS), ("banned", ANY_REQUEST))
            for at_s in (9.9, 10.03, 39.9)
            for for_s in (3, 15)
            if (kind, at_s) != ("throttled", 10.03)  # the stop is sent before that
        ],
        _no_ban_is_earned,
        never_placed_is_told,
        enters_once,
        ends_guarded,
        core=2,
    ),
    scenario(
        "F13-exit",
        "The venue refuses to talk in the middle of an exit",
        [
            plan(buy(10), sell(20), fault(kind, at_s, for_s, target), trade_s=60)
            for kind, target, at_s in (
                ("throttled", CANCELS, 19.9),
                ("banned", ANY_REQUEST, 19.9),
                ("banned", ANY_REQUEST, 20.001),
            )
            for for_s in (3, 15)
        ],
        _no_ban_is_earned,
        enters_at_all,
        enters_once,
        ends_flat,
    ),
)
