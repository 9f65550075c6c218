"""Whatever was lost on the way, rounds of reconciliation bring both sides together, and then stop.

The venue's truth and what we were told of it are drawn apart at random: orders that never arrived,
acknowledgements, executions and ends that were not told, transfers, and rounds whose questions get
no answer or an old one.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from argonaut.domain.event import Correction
from argonaut.domain.ids import VenueOrderId
from argonaut.domain.order import OrderStatus, OutcomeUnknown, Rejected, Side
from argonaut.domain.venue_view import NotFound
from argonaut.execution.reconcile.order import report_of
from tests.execution.reconcile.two_sides import BTC, Account, Rounds, Truth, order_named

S = OrderStatus
D = Decimal
LIVE_OR_NOT = (S.ACCEPTED, S.CANCELED, S.EXPIRED)
QUESTIONS = ("open_orders", "fills", "balances", "found")


@st.composite
def parted(draw: st.DrawFn) -> tuple[Account, Truth]:
    """Two sides that disagree in any way a lost message can make them."""
    ours, truth = Account(USDT="1000", BTC="50"), Truth(USDT="1000", BTC="50")
    for number in range(draw(st.integers(0, 4))):
        _part_an_order(draw, ours, truth, f"trend-1-{number}-e", number)
    # Both at once would look like a trade, and hold an unanswered order for a person to judge; so
    # would a little money beside a purchase and a sale that nobody answered for.
    lost = {each.side for each in ours.orders.values() if each.venue_order_id is None}
    asset, size = draw(st.sampled_from((("USDT", 40 if len(lost) > 1 else 1), ("BTC", 1))))
    truth.move(asset, D(size * draw(st.integers(-3, 3))))
    return ours, truth


def _part_an_order(draw: st.DrawFn, ours: Account, truth: Truth, name: str, number: int) -> None:
    venue_id = VenueOrderId(str(number))
    side = draw(st.sampled_from(Side))
    order = order_named(name, quantity="3", side=side)
    is_told = draw(st.booleans())
    arrived = is_told or draw(st.booleans())
    if arrived:
        truth.has(order, venue_id)
    order = ours.place(order, known_as=venue_id if is_told else "")
    if not is_told and draw(st.booleans()):
        ours.lose_track(order)
    if not arrived:
        return
    for _ in range(draw(st.integers(0, 3))):
        fill = truth.fill(venue_id, "1", fee="0.1")
        if is_told and draw(st.booleans()):
            ours.take([report_of(order, fill)])
    status = draw(st.sampled_from(LIVE_OR_NOT))
    if not truth.orders[venue_id].status.is_final:
        truth.end(venue_id, status)


@st.composite
def bad_rounds(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Rounds in which some questions get no answer, or one that leaves things out."""
    nothing: dict[str, Any] = {"open_orders": None, "fills": {}, "balances": None, "found": {}}
    gaps: dict[str, Any] = {"open_orders": (), "fills": {BTC: ()}}
    rounds = []
    for _ in range(draw(st.integers(0, 4))):
        left_out = draw(st.sets(st.sampled_from(QUESTIONS)))
        answers = {each: nothing[each] for each in sorted(left_out)}
        if draw(st.booleans()):
            answers |= {each: gaps[each] for each in gaps if each not in answers}
        rounds.append(answers)
    return rounds


@given(sides=parted(), bad=bad_rounds())
@settings(max_examples=300, deadline=None)
def test_rounds_make_both_sides_equal_and_then_find_nothing(
    sides: tuple[Account, Truth], bad: list[dict[str, Any]]
) -> None:
    """Recovery run ten times is recovery run once."""
    ours, truth = sides
    rounds = Rounds(ours, truth)
    for answers in bad:
        rounds.round(**answers)

    for _ in range(40):
        rounds.round()

    for name, order in ours.orders.items():
        shown = truth.find(order)
        if isinstance(shown, NotFound):
            assert order.status is S.REJECTED
        else:
            assert (order.filled, order.is_final) == (shown.filled, shown.status.is_final), name
    assert ours.balances == truth.balances
    assert not [limit for limit in ours.limits if limit[0] != "residual"]
    before = (dict(ours.orders), len(ours.corrections))
    assert [rounds.round().inputs for _ in range(10)] == [()] * 10
    assert (dict(ours.orders), len(ours.corrections)) == before


@given(sides=parted(), bad=bad_rounds())
@settings(max_examples=150, deadline=None)
def test_a_restart_in_between_changes_nothing_in_the_end(
    sides: tuple[Account, Truth], bad: list[dict[str, Any]]
) -> None:
    """What rounds remember is a convenience: forgetting it costs time, never truth."""
    ours, truth = sides
    rounds = Rounds(ours, truth)
    for answers in bad:
        rounds.round(**answers)
        rounds.memory = Rounds(ours, truth).memory
        ours.limits.clear()

    for _ in range(40):
        rounds.round()

    assert ours.balances == truth.balances


@given(sides=parted(), bad=bad_rounds())
@settings(max_examples=200, deadline=None)
def test_no_order_ends_and_nothing_is_adjusted_without_a_correction(
    sides: tuple[Account, Truth], bad: list[dict[str, Any]]
) -> None:
    """I17: the evidence is in the journal before what it is evidence for."""
    ours, truth = sides
    rounds = Rounds(ours, truth)

    for answers in [*bad, *({} for _ in range(20))]:
        seen: set[str] = set()
        for each in rounds.round(**answers).inputs:
            if isinstance(each, Correction):
                seen.add(each.subject)
                assert each.evidence
                continue
            subject = getattr(each, "client_order_id", getattr(each, "asset", None))
            assert subject is None or subject in seen


@given(sides=parted(), bad=bad_rounds())
@settings(max_examples=200, deadline=None)
def test_only_an_order_that_is_not_there_is_given_up(
    sides: tuple[Account, Truth], bad: list[dict[str, Any]]
) -> None:
    """A wrong "it never arrived" is how a bot buys twice."""
    ours, truth = sides
    rounds = Rounds(ours, truth)

    for answers in [*bad, *({} for _ in range(20))]:
        for each in rounds.round(after_s=20, **answers).inputs:
            assert not isinstance(each, OutcomeUnknown)
            if isinstance(each, Rejected):
                there = {order.client_order_id for order in truth.orders.values()}
                assert each.client_order_id not in there
