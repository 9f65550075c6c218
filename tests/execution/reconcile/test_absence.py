"""When an order that nobody answered for is given up, and when it never is (rule R3)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from argonaut.domain.mode import TradingMode
from argonaut.domain.order import Order, OrderStatus, Rejected, Side
from argonaut.domain.venue_view import NotFound, VenueFill
from argonaut.execution.reconcile.absence import ABSENT
from argonaut.execution.reconcile.round import Findings
from tests.execution.reconcile.two_sides import (
    BOUND_NS,
    BTC,
    ETH,
    SECOND_NS,
    Account,
    Rounds,
    Truth,
    order_named,
)

S = OrderStatus
D = Decimal
BOUND_S = BOUND_NS // SECOND_NS


def lost(**fields: Any) -> tuple[Account, Truth, Rounds, Order]:
    """One order without an answer, at a venue that has nothing."""
    ours, truth = Account(USDT="1000", BTC="5"), Truth(USDT="1000", BTC="5")
    order = ours.place(order_named("trend-1-1-e", **fields))
    ours.lose_track(order)
    return ours, truth, Rounds(ours, truth), order


def rejections(found: Findings) -> list[str]:
    return [each.code for each in found.inputs if isinstance(each, Rejected)]


def test_two_rounds_after_the_bound_end_it_with_the_whole_evidence() -> None:
    """F11: it never arrived. The strategy is told once, and the record says how we know."""
    ours, _, rounds, order = lost()

    early = rounds.round(after_s=BOUND_S)
    first = rounds.round(after_s=1)
    second = rounds.round(after_s=5)

    assert [rejections(each) for each in (early, first, second)] == [[], [], [ABSENT]]
    assert ours.orders[order.client_order_id].status is S.REJECTED
    (correction,) = ours.corrections
    assert correction.what == "absent"
    asked = {"order", "open_orders", "fills", "BTC", "USDT", "asked_ns", "sent_by_ns"}
    assert asked | {f"first_{each}" for each in asked} <= set(correction.evidence)
    assert ours.limits == {}
    assert rounds.round().inputs == ()


def test_until_then_its_instrument_takes_no_new_risk() -> None:
    """Its worst case may be real; another entry would double it."""
    ours, _, rounds, _ = lost()

    rounds.round(after_s=1)

    assert ours.limits == {("unknown order", BTC): TradingMode.NO_NEW_RISK}


def test_two_rounds_close_together_are_one() -> None:
    """A venue's copy that lags does so for both of them."""
    _, _, rounds, _ = lost()
    rounds.round(after_s=BOUND_S + 1)

    assert [rejections(rounds.round(after_s=1)) for _ in range(4)] == [[]] * 4
    assert rejections(rounds.round(after_s=1)) == [ABSENT]


def test_the_time_between_two_rounds_counts_from_the_last_answer_of_the_first() -> None:
    """A slow round looked the order up at its end, and the next one at its start (seed 300565)."""
    ours, _, rounds, _ = lost()
    began_ns = ours.now_ns + (BOUND_S + 1) * SECOND_NS
    rounds.round(after_s=BOUND_S + 1, told_ns=began_ns + 2 * SECOND_NS)

    assert rejections(rounds.round(after_s=5)) == []
    assert rejections(rounds.round(after_s=2)) == [ABSENT]


@pytest.mark.parametrize(
    "missing",
    [
        {"open_orders": None},
        {"fills": {}},
        {"balances": None},
        {"found": {}},
        {"fills_since_ns": 2_000 * SECOND_NS},
    ],
    ids=lambda each: next(iter(each)),
)
def test_a_question_without_an_answer_is_no_evidence(missing: dict[str, Any]) -> None:
    """All of it, or none: a gap in the evidence is where the order would hide."""
    ours, _, rounds, order = lost()

    for _ in range(10):
        rounds.round(after_s=BOUND_S, **missing)

    assert ours.orders[order.client_order_id].status is S.UNKNOWN


def test_a_gap_between_two_rounds_starts_the_count_again() -> None:
    _, _, rounds, _ = lost()
    rounds.round(after_s=BOUND_S + 1)
    rounds.round(balances=None)

    assert rejections(rounds.round()) == []
    assert rejections(rounds.round()) == [ABSENT]


def test_balances_that_moved_like_a_trade_keep_it_unknown() -> None:
    """The lists lag, the money has moved: it executed, whatever they say."""
    ours, truth, rounds, order = lost()
    truth.move("BTC", D("0.4"))
    truth.move("USDT", D("-40"))

    for _ in range(20):
        rounds.round(after_s=BOUND_S)

    assert ours.orders[order.client_order_id].status is S.UNKNOWN
    assert ours.adjusted == [], "nothing is booked while it may be this order's"
    assert ours.limits[("residual", BTC)] is TradingMode.REDUCE_ONLY


def unseen_exit(ours: Account) -> Order:
    """A sale that nobody answered for either."""
    order = ours.place(order_named("trend-2-1-x", side=Side.SELL, quantity="0.1"))
    ours.lose_track(order)
    return order


def test_a_sale_behind_a_larger_purchase_that_nobody_shows_is_not_given_up() -> None:
    """Together they moved the balances the other way, and it was sold twice (seed 10724)."""
    ours, truth, rounds, entry = lost()
    leaving = unseen_exit(ours)
    truth.move("BTC", D("0.4") - D("0.1"))
    truth.move("USDT", D(-40) + D(10))

    for _ in range(10):
        rounds.round(after_s=BOUND_S)

    found = [ours.orders[each.client_order_id].status for each in (entry, leaving)]
    assert found == [S.UNKNOWN, S.UNKNOWN]


def test_a_sale_and_a_purchase_of_as_much_are_told_by_what_they_cost() -> None:
    """With fees paid in a third asset only the spread is left of them."""
    ours, truth, rounds, entry = lost()
    leaving = unseen_exit(ours)
    truth.move("USDT", D("-0.01"))

    for _ in range(10):
        rounds.round(after_s=BOUND_S)

    found = [ours.orders[each.client_order_id].status for each in (entry, leaving)]
    assert found == [S.UNKNOWN, S.UNKNOWN]


def test_more_than_prices_move_is_a_transfer_beside_a_purchase_and_a_sale() -> None:
    """Held for ever for it, a stop that never arrived left its position bare (seed 15264)."""
    ours, truth, rounds, entry = lost()
    leaving = unseen_exit(ours)
    truth.move("USDT", D(-50))

    for _ in range(4):
        rounds.round(after_s=BOUND_S)

    found = [ours.orders[each.client_order_id].status for each in (entry, leaving)]
    assert found == [S.REJECTED, S.REJECTED]


def test_a_purchase_and_a_sale_that_moved_nothing_are_both_given_up() -> None:
    ours, _, rounds, entry = lost()
    leaving = unseen_exit(ours)

    for _ in range(4):
        rounds.round(after_s=BOUND_S)

    found = [ours.orders[each.client_order_id].status for each in (entry, leaving)]
    assert found == [S.REJECTED, S.REJECTED]


def test_an_order_that_is_shown_hides_nothing() -> None:
    """A stop rests as before, and money has come in: the order without an answer is not there."""
    ours, truth, rounds, order = lost()
    stop = ours.place(order_named("trend-1-1-s", side=Side.SELL), known_as="7")
    truth.has(stop, "7")
    truth.move("USDT", D(500))

    for _ in range(4):
        rounds.round(after_s=BOUND_S)

    assert ours.orders[order.client_order_id].status is S.REJECTED


def test_a_transfer_in_the_meantime_is_no_trade_of_it() -> None:
    """A deposit moves one asset; waiting for it to go away would block the symbol for ever."""
    ours, truth, rounds, order = lost()
    truth.move("USDT", D(500))

    for _ in range(4):
        rounds.round(after_s=BOUND_S)

    assert ours.orders[order.client_order_id].status is S.REJECTED
    assert ours.balances == truth.balances


def hand_fill(**fields: Any) -> VenueFill:
    given: dict[str, Any] = {
        "instrument_id": BTC,
        "fill_id": "x1",
        "venue_order_id": "99",
        "side": Side.BUY,
        "quantity": D("0.4"),
        "price": D(100),
        "event_ns": 1_001 * SECOND_NS,
    }
    return VenueFill(**given | fields)


def test_an_execution_nobody_owns_could_be_its_own_and_is_looked_up() -> None:
    """Executions carry the venue's id only, and we never learned which one ours has."""
    ours, _, rounds, order = lost()
    fills = {BTC: (hand_fill(),)}
    rounds.round(after_s=BOUND_S + 1, fills=fills)

    found = rounds.round(fills=fills)

    assert found.probe == ((BTC, "99"),)
    assert ours.orders[order.client_order_id].status is S.UNKNOWN


def test_an_execution_that_is_somebody_else_s_does_not_hold_it() -> None:
    """The look-up shows another id: a trade by hand at the same time."""
    ours, truth, rounds, order = lost()
    other = truth.has(order_named("web-9f3a", quantity="0.4"), "99")
    truth.fill("99", "0.4")
    probed = {other.key: truth.orders[other.venue_order_id]}

    probes = [rounds.round(after_s=BOUND_S, probed=probed).probe for _ in range(4)]

    assert probes == [()] * 4
    assert ours.orders[order.client_order_id].status is S.REJECTED, "its trade explains it all"
    rounds.round()
    rounds.round()
    assert ours.balances == truth.balances
    assert {each.reason for each in ours.adjusted} == {"trade by hand"}


def test_an_earlier_trade_by_hand_does_not_hide_one_by_hand_now() -> None:
    """The first is in the books already, and is still among the executions that are listed."""
    ours, truth, rounds, order = lost()
    others = {}
    for name, at in (("98", "before"), ("99", "now")):
        other = truth.has(order_named(f"web-{name}", quantity="0.4"), name)
        others[other.key] = other
        truth.fill(name, "0.4", fee="0.1")
        if at == "before":
            ours.balances = dict(truth.balances)
    truth.move("USDT", D(7))  # and a deposit on top

    for _ in range(4):
        rounds.round(after_s=BOUND_S, probed=others)

    assert ours.orders[order.client_order_id].status is S.REJECTED


def test_a_trade_by_hand_that_explains_a_part_only_keeps_it_unknown() -> None:
    """What is over may be its own execution, which no list shows yet."""
    ours, truth, rounds, order = lost()
    other = truth.has(order_named("web-9f3a", quantity="0.4"), "99")
    truth.fill("99", "0.4")
    truth.move("BTC", D("0.1"))
    truth.move("USDT", D("-10"))

    for _ in range(6):
        rounds.round(after_s=BOUND_S, probed={other.key: other})

    assert ours.orders[order.client_order_id].status is S.UNKNOWN


def test_a_number_that_was_looked_up_at_one_instrument_says_nothing_of_another() -> None:
    """Venues number the orders of each instrument on their own (seed 27980)."""
    ours, truth = Account(BTC, ETH, USDT="1000"), Truth(USDT="1000")
    for name, instrument_id in (("trend-1-1-e", BTC), ("trend-1-2-e", ETH)):
        ours.lose_track(ours.place(order_named(name, instrument_id=instrument_id)))
    fills = {BTC: (hand_fill(),), ETH: (hand_fill(instrument_id=ETH, fill_id="x2"),)}
    by_hand = truth.has(order_named("web-9f3a", instrument_id=ETH), "99")
    rounds = Rounds(ours, truth)

    before = rounds.round(after_s=BOUND_S, fills=fills)
    after = rounds.round(fills=fills, probed={by_hand.key: by_hand})

    assert before.probe == ((BTC, "99"), (ETH, "99"))
    assert after.probe == ((BTC, "99"),)


def test_an_execution_on_the_other_side_cannot_be_its_own() -> None:
    ours, _, rounds, order = lost()
    fills = {BTC: (hand_fill(side=Side.SELL), hand_fill(quantity=D(2)), hand_fill(event_ns=1))}

    probes = [rounds.round(after_s=BOUND_S, fills=fills).probe for _ in range(3)]

    assert probes == [(), (), ()]
    assert ours.orders[order.client_order_id].status is S.REJECTED


def test_it_is_never_ended_once_the_venue_has_acknowledged_it() -> None:
    ours, _, rounds, order = lost()
    acknowledged = Account(USDT="1000", BTC="5")
    acknowledged.place(order, known_as="7")
    rounds.ours = acknowledged

    for _ in range(20):
        rounds.round(after_s=BOUND_S, found={order.client_order_id: NotFound(detail="-2013")})

    assert not acknowledged.orders[order.client_order_id].is_final
    assert ours.corrections == []
