"""What a round of questions to the venue does to what we believe."""

from __future__ import annotations

from decimal import Decimal

import pytest

from argonaut.domain.event import Condition
from argonaut.domain.mode import TradingMode
from argonaut.domain.order import Filled, OrderStatus, OrderType, Side
from argonaut.domain.venue_view import NotFound
from tests.execution.reconcile.two_sides import BTC, ETH, Account, Rounds, Truth, order_named

S = OrderStatus
D = Decimal
GONE = NotFound(detail="-2013")


def sides(**balances: str) -> tuple[Account, Truth, Rounds]:
    ours, truth = Account(**balances), Truth(**balances)
    return ours, truth, Rounds(ours, truth)


def test_what_agrees_leads_to_nothing() -> None:
    """A round every fifteen seconds must not write a row every fifteen seconds."""
    ours, truth, rounds = sides()
    order = ours.place(order_named("trend-1-1-e"), known_as="7")
    truth.has(order, "7")

    assert [rounds.round().inputs for _ in range(10)] == [()] * 10


def test_an_order_without_an_answer_is_found_and_acknowledged() -> None:
    """The reply was lost, the order was not: it must not be sent a second time (F10)."""
    ours, truth, rounds = sides()
    order = ours.place(order_named("trend-1-1-e"))
    ours.lose_track(order)
    truth.has(order, "7")

    rounds.round()

    found = ours.orders[order.client_order_id]
    assert (found.status, found.venue_order_id) == (S.ACCEPTED, "7")
    assert [each.what for each in ours.corrections] == ["found"]
    assert rounds.round().inputs == ()


def test_a_missed_execution_is_booked_once() -> None:
    """One frame of a healthy stream was lost (F07); the executions list has it."""
    ours, truth, rounds = sides()
    order = ours.place(order_named("trend-1-1-e"), known_as="7")
    truth.has(order, "7")
    truth.fill("7", "0.4", fee="0.04")
    truth.fill("7", "0.6")

    rounds.round()

    assert ours.orders[order.client_order_id].status is S.FILLED
    assert ours.balances == truth.balances
    assert [each.what for each in ours.corrections] == ["missed_fill", "missed_fill"]
    assert rounds.round().inputs == ()


def test_an_execution_told_before_by_the_stream_is_not_booked_again() -> None:
    ours, truth, rounds = sides()
    order = ours.place(order_named("trend-1-1-e"), known_as="7")
    truth.has(order, "7")
    fill = truth.fill("7", "0.4")
    ours.take(
        [
            Filled(
                client_order_id=order.client_order_id,
                event_ns=fill.event_ns,
                fill_id=fill.fill_id,
                quantity=fill.quantity,
                price=fill.price,
            )
        ]
    )

    assert rounds.round().inputs == ()


def test_an_execution_of_an_order_that_ended_here_still_counts() -> None:
    """The cancel was told first, the fill was real (F15): fills win."""
    ours, truth, rounds = sides()
    order = ours.place(order_named("trend-1-1-e"), known_as="7")
    truth.has(order, "7")
    truth.end("7")
    rounds.round()
    assert ours.orders[order.client_order_id].status is S.CANCELED

    truth.fill("7", "0.4")
    rounds.round()

    assert ours.orders[order.client_order_id].filled == D("0.4")
    assert ours.balances == truth.balances


def test_an_order_ends_only_when_all_its_executions_are_booked() -> None:
    """The list of executions lags behind the order: ending first would lose the fill."""
    ours, truth, rounds = sides()
    order = ours.place(order_named("trend-1-1-e"), known_as="7")
    truth.has(order, "7")
    truth.fill("7", "0.4")
    truth.end("7")

    rounds.round(fills={BTC: ()})
    assert not ours.orders[order.client_order_id].is_final
    assert ours.limits == {("venue order", BTC): TradingMode.NO_NEW_RISK}

    rounds.round()
    assert ours.orders[order.client_order_id].status is S.CANCELED
    assert ours.orders[order.client_order_id].filled == D("0.4")
    assert ours.limits == {}


def test_an_acknowledged_order_is_never_ended_by_not_found() -> None:
    """freqtrade#12681: a stop was denied for half an hour, and a second one placed (F36)."""
    ours, truth, rounds = sides()
    order = ours.place(order_named("trend-1-1-e"), known_as="7")
    truth.has(order, "7")

    for _ in range(300):
        rounds.round(open_orders=(), found={order.client_order_id: GONE})
    assert ours.orders[order.client_order_id].status is S.ACCEPTED
    assert ours.limits == {("venue order", BTC): TradingMode.NO_NEW_RISK}

    rounds.round()
    assert ours.limits == {}


def test_an_order_of_another_instrument_with_the_same_number_is_not_taken_for_it() -> None:
    """Each instrument's orders are numbered on their own, so numbers meet."""
    ours, truth = Account(BTC, ETH), Truth()
    order = ours.place(order_named("trend-1-1-e"), known_as="7")
    by_hand = truth.has(order_named("web-9f3a", quantity="3", instrument_id=ETH), "7")
    rounds = Rounds(ours, truth)

    rounds.round(found={order.client_order_id: GONE})
    rounds.round(found={order.client_order_id: GONE})

    assert ours.orders[order.client_order_id].status is S.ACCEPTED
    assert ours.limits == {("venue order", BTC): TradingMode.NO_NEW_RISK}
    assert ours.foreign == [by_hand]


def test_no_answer_about_a_hidden_order_keeps_the_limit() -> None:
    """Silence must not let risk in again."""
    ours, truth, rounds = sides()
    order = ours.place(order_named("trend-1-1-e"), known_as="7")
    truth.has(order, "7")
    rounds.round(open_orders=(), found={order.client_order_id: GONE})

    found = rounds.round(open_orders=(), found={})

    assert found.ask == (order.client_order_id,)
    assert ours.limits == {("venue order", BTC): TradingMode.NO_NEW_RISK}


def test_a_count_that_goes_back_changes_nothing_and_is_told() -> None:
    """A stale answer says less is filled than the venue had told before (F36)."""
    ours, truth, rounds = sides()
    order = ours.place(order_named("trend-1-1-e"), known_as="7")
    before = truth.has(order, "7")
    truth.fill("7", "0.4")
    rounds.round()

    rounds.round(open_orders=(before,), found={})

    assert ours.orders[order.client_order_id].filled == D("0.4")
    assert ours.limits == {("venue order", BTC): TradingMode.NO_NEW_RISK}


def test_an_order_somebody_else_placed_is_quarantined_once() -> None:
    """A person trades by hand at the same account: told, never touched (F16)."""
    ours, truth, rounds = sides()
    by_hand = order_named("web-9f3a")
    truth.has(by_hand, "99")

    found = rounds.round()
    rounds.round()

    assert [each.venue_order_id for each in ours.foreign] == ["99"]
    assert (found.take_out, ours.limits) == ((), {})


def test_a_live_order_with_our_kind_of_id_and_no_intent_is_another_instance() -> None:
    """Two bots on one account would answer each other's fills (F30)."""
    ours, truth, rounds = sides()
    truth.has(order_named("trend-k9-1-e"), "99")

    rounds.round()

    assert ours.limits == {("another instance", None): TradingMode.NO_NEW_RISK}
    rounds.round(open_orders=None)
    assert ours.limits, "a list that did not come proves nothing"


def test_one_id_of_ours_under_two_ids_of_the_venue_is_another_instance() -> None:
    ours, truth, rounds = sides()
    order = ours.place(order_named("trend-1-1-e"), known_as="7")
    truth.has(order, "8")

    rounds.round()

    assert ("another instance", None) in ours.limits
    assert ours.orders[order.client_order_id].venue_order_id == "7"


def test_an_order_that_ended_here_and_lives_there_is_taken_out() -> None:
    """Invisible for half an hour, then there after all: nobody wants it any more."""
    ours, truth, rounds = sides()
    order = ours.place(order_named("trend-1-1-e"), known_as="7")
    truth.has(order, "7")
    truth.end("7")
    rounds.round()
    truth.end("7", S.ACCEPTED)

    taken_out = [rounds.round().take_out for _ in range(3)]

    assert [len(each) for each in taken_out] == [0, 1, 1], "one sight of it may be stale"
    assert ours.limits == {("venue order", BTC): TradingMode.NO_NEW_RISK}
    truth.end("7")
    rounds.round()
    assert ours.limits == {}


def test_a_trigger_nobody_told_of_is_told() -> None:
    ours, truth, rounds = sides()
    stop = order_named(
        "trend-1-1-s", side=Side.SELL, order_type=OrderType.STOP, price=None, trigger_price=D(90)
    )
    ours.place(stop, known_as="7")
    truth.has(stop, "7", status=S.TRIGGERED)

    rounds.round()

    assert ours.orders[stop.client_order_id].status is S.TRIGGERED
    assert rounds.round().inputs == ()


def test_an_amendment_without_an_answer_shows_in_the_order() -> None:
    """The answer to the amendment was lost; the order's own price says whether it was done."""
    ours, truth, rounds = sides()
    order = ours.place(order_named("trend-1-1-e"), known_as="7")
    ours.lose_track(order)
    truth.has(order_named("trend-1-1-e", quantity="0.5", price=D(99)), "7")

    rounds.round()

    found = ours.orders[order.client_order_id]
    assert (found.status, found.quantity, found.price) == (S.ACCEPTED, D("0.5"), D(99))
    assert rounds.round().inputs == ()


def test_an_order_sized_by_quote_ends_below_its_base_quantity() -> None:
    """FILLED by value leaves base units that never will: the order is over."""
    ours, truth, rounds = sides()
    order = ours.place(
        order_named("trend-1-1-e", order_type=OrderType.MARKET, price=None), known_as="7"
    )
    truth.has(order, "7")
    truth.fill("7", "0.9")
    truth.end("7", S.FILLED)

    rounds.round()

    found = ours.orders[order.client_order_id]
    assert (found.status, found.filled) == (S.EXPIRED, D("0.9"))


@pytest.mark.parametrize("status", [S.REJECTED, S.EXPIRED, S.CANCELED])
def test_an_unanswered_order_that_ended_at_the_venue_ends_here(status: OrderStatus) -> None:
    """F11: the venue refused it, and the refusal was lost."""
    ours, truth, rounds = sides()
    order = ours.place(order_named("trend-1-1-e"))
    ours.lose_track(order)
    truth.has(order, "7", status=status)

    rounds.round()

    assert ours.orders[order.client_order_id].status is status
    assert rounds.round().inputs == ()


def test_an_order_held_here_until_its_trigger_is_nothing_to_ask_about() -> None:
    """What was never sent is not missing at the venue."""
    ours, truth, rounds = sides()
    order = order_named("trend-1-1-e")
    ours.orders = {}

    found = rounds.round()

    assert (found.ask, found.inputs) == ((), ())
    assert order.client_order_id not in ours.live
    assert truth.orders == {}


def test_an_execution_that_names_our_id_is_ours_without_an_acknowledgement() -> None:
    """Some venues show our id with an execution; then no look-up is needed."""
    ours, truth, rounds = sides()
    order = ours.place(order_named("trend-1-1-e"))
    truth.has(order, "7")
    fill = truth.fill("7", "1")
    named = type(fill)(
        **{name: getattr(fill, name) for name in fill.__struct_fields__}
        | {"client_order_id": order.client_order_id}
    )

    rounds.round(open_orders=(), found={}, fills={BTC: (named,)})

    assert ours.orders[order.client_order_id].status is S.FILLED


def test_corrections_come_before_what_they_correct() -> None:
    """A reader of the journal sees why before what."""
    ours, truth, rounds = sides()
    order = ours.place(order_named("trend-1-1-e"))
    ours.lose_track(order)
    truth.has(order, "7")
    truth.fill("7", "1")

    kinds = [type(each).__name__ for each in rounds.round().inputs]

    assert kinds == ["Correction", "Accepted", "Correction", "Filled"]


def test_limits_name_their_cause_and_say_why() -> None:
    ours, truth, rounds = sides()
    order = ours.place(order_named("trend-1-1-e"))
    ours.lose_track(order)

    (told,) = rounds.round(after_s=1).inputs

    assert isinstance(told, Condition)
    assert (told.cause, told.instrument_id) == ("unknown order", BTC)
    assert order.client_order_id in told.detail
    assert truth.orders == {}
