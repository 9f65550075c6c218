"""F14 to F16 and F25: fills in parts, races, orders left open, and numbers no order may have."""

from __future__ import annotations

from collections.abc import Iterator

from argonaut.rehearsal.simulation.invariants.case import Case
from argonaut.rehearsal.simulation.kinds import CANCELS, ORDERS, USER_STREAM
from argonaut.rehearsal.simulation.scenarios.scenario import (
    BTC,
    THIN_MARKET,
    Scenario,
    buy,
    dies,
    enters_at_all,
    enters_never,
    enters_once,
    fault,
    plan,
    scenario,
    sell,
)

_RACES_S = (0.0, 0.005, 0.02, 0.1, 1.0)  # between the order and the wish to take it out


def _fills_in_parts(case: Case) -> Iterator[str]:
    """Some order filled in more than one execution: the book was thin indeed."""
    if not any(len(fills) > 1 for fills in case.fills_of.values()):
        yield "want an order of several fills, found none"


def _foreign_is_told(case: Case) -> Iterator[str]:
    """An order made by hand is told of, and is still there."""
    theirs = [each for each in case.truth.orders if not each.is_ours]
    if not theirs:
        yield "want an order made by hand, found none"
    if not list(case.story.of_kind("foreign")):
        yield "want a row about the foreign order, found none"
    for order in theirs:
        if not order.is_live and order.status != "FILLED":
            yield f"want the foreign order left alone, found {order.status}"


ORDER_LIVES: tuple[Scenario, ...] = (
    scenario(
        "F14",
        "Fills in parts, then the connection is gone",
        [
            plan(
                buy(10, notional="2500"),
                sell(25),
                fault("disconnect", at_s, for_s, link),
                trade_s=40,
                market=THIN_MARKET,
            )
            for link in ("/ws-api", "/api", "")
            for at_s in (10.01, 10.5, 25.02)
            for for_s in (0, 10)
        ],
        _fills_in_parts,
        enters_once,
    ),
    scenario(
        "F15",
        "A cancel and a fill race each other",
        [
            plan(buy(10, limit_offset=-0.00005), sell(10 + after_s), *faults, trade_s=40)
            for after_s in _RACES_S
            for faults in (
                (),
                (fault("frames_swapped", 9, target=USER_STREAM, count=6),),
                (fault("request_late", 9, 2, CANCELS),),
                (fault("reply_lost", 9, target=CANCELS),),
            )
        ],
        enters_once,
    ),
    scenario(
        "F16",
        "A restart with orders open",
        [
            plan(
                buy(8, "rests", limit_offset=-0.02),
                buy(10, "holds"),
                fault("hand_order", 12, target=BTC),
                fault(kind, at_s, for_s),
                sell(30),
                trade_s=45,
            )
            for kind in ("restart", "crash")
            for at_s in (9, 14, 20)
            for for_s in (1, 15)
        ],
        dies,
        _foreign_is_told,
        enters_at_all,
    ),
    scenario(
        "F25",
        "Sizes and prices no order may have",
        [
            plan(buy(10, notional="1e30"), trade_s=15),
            plan(buy(10, notional="1e9"), trade_s=15),
            plan(buy(10, notional="0.000001"), trade_s=15),
            plan(buy(10, notional="6000"), trade_s=15),
            plan(buy(10, limit_offset=9.0), trade_s=15),
            plan(buy(10, limit_offset=-0.99), trade_s=15),
        ],
        enters_never,
    ),
    scenario(
        "F25-exit",
        "An exit while nothing is held, and one that is asked for twice",
        [
            plan(sell(10), trade_s=20),
            plan(buy(10), sell(15), sell(15.001, "again"), trade_s=30),
            plan(
                buy(10),
                sell(15),
                sell(15.5, "again"),
                fault("reply_lost", 14, target=ORDERS),
                trade_s=40,
            ),
        ],
        enters_once,
        core=2,
    ),
)
