"""F14 to F16 and F25: fills in parts, races, orders left open, and numbers no order may have."""

from __future__ import annotations

from collections.abc import Iterator

from argonaut.domain.number import ZERO
from argonaut.domain.signal import Enter
from argonaut.rehearsal.simulation.invariants.case import Case
from argonaut.rehearsal.simulation.kinds import CANCELS, ORDERS, USER_STREAM
from argonaut.rehearsal.simulation.plan import SECOND_NS
from argonaut.rehearsal.simulation.scenarios.expect import (
    cancels_sent,
    dies,
    ends_guarded,
    enters_at_all,
    enters_never,
    enters_once,
    entries_at_venue,
    fills_become_known,
)
from argonaut.rehearsal.simulation.scenarios.scenario import (
    BTC,
    THIN_MARKET,
    Scenario,
    buy,
    fault,
    plan,
    scenario,
    sell,
)

_RACES_S = (10.05, 10.5, 11.98, 11.99, 11.995, 12.0, 12.005)  # the book fills up at whole seconds
_RACE_NS = (
    2 * SECOND_NS + SECOND_NS // 2
)  # a cancel that is two seconds late meets fills on its way


def _fills_in_parts(case: Case) -> Iterator[str]:
    """Some order filled in more than one execution: the book was thin indeed."""
    if not any(len(fills) > 1 for fills in case.fills_of.values()):
        yield "want an order of several fills, found none"


def _is_a_race(case: Case) -> Iterator[str]:
    """A cancel leaves for an order that is still being filled."""
    for sent in cancels_sent(case):
        orders = case.own_orders.get(str(sent.cancels), [])
        fills = case.fills_of.get(str(sent.cancels), ())
        if orders and any(abs(fill.event_ns - sent.at_ns) < _RACE_NS for fill in fills):
            return
    yield "want a cancel while its order is being filled, found none"


def _rest_lives_through(case: Case) -> Iterator[str]:
    """The order that rested is one order, and outlives the restart."""
    gap_ns = max((each.end_ns for each in case.plan.faults if each.for_ns), default=0)
    resting = entries_at_venue(case, "rests")
    if not any(each.ended_ns is None or each.ended_ns > gap_ns for each in resting):
        yield f"want the resting order there after the restart, found {len(resting)} that ended"


def _is_answered_no(case: Case) -> Iterator[str]:
    """A wish with an absurd number is refused by name: at the door or at the gate."""
    answered = {
        each.body.signal.signal_id: each.body.answer for each in case.story.of_kind("signal")
    }
    decided = {
        each.body.signal.tag: each.body.approved
        for each in case.story.of_kind("decision")
        if isinstance(each.body.signal, Enter)
    }
    for wish in case.plan.wishes:
        if answered.get(wish.signal_id) == "accepted" and decided.get(wish.signal_id, True):
            yield f"want {wish.signal_id} refused, found it accepted"


def _is_clipped(case: Case) -> Iterator[str]:
    """A wish beyond the cap is made smaller, not sent as it is."""
    for order in entries_at_venue(case, "buy"):
        worth = order.quantity * (case.price_at(BTC, order.created_ns) or ZERO)
        if worth > case.plan.symbol_cap:
            yield f"want at most {case.plan.symbol_cap} bought, found {worth}"


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
        fills_become_known,
        enters_once,
        ends_guarded,
    ),
    scenario(
        "F15",
        "A cancel and a fill race each other",
        [
            plan(
                buy(10, limit_offset=0.0001, notional=size),
                sell(at_s),
                *faults,
                trade_s=40,
                market=THIN_MARKET,
            )
            for size in ("900", "2500")
            for at_s in _RACES_S
            for faults in (
                (),
                (fault("frames_swapped", 9.9, target=USER_STREAM, count=6),),
                (fault("request_late", 9, 2, CANCELS),),
                (fault("reply_lost", 9, target=CANCELS),),
            )
        ],
        _is_a_race,
        fills_become_known,
        enters_once,
        ends_guarded,
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
        _rest_lives_through,
        enters_at_all,
        enters_once,
    ),
    scenario(
        "F25",
        "Sizes and prices no order may have",
        [
            *(
                plan(buy(10, notional=size), trade_s=15)
                for size in ("1e30", "1e9", "0.000001", "0", "-500")
            ),
            *(plan(buy(10, limit_offset=offset), trade_s=15) for offset in (9.0, -0.99, -1.5)),
        ],
        enters_never,
        _is_answered_no,
    ),
    scenario(
        "F25-cap",
        "A size beyond the cap",
        [plan(buy(10, notional=size), trade_s=15) for size in ("5001", "6000", "90000")],
        enters_once,
        _is_clipped,
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
