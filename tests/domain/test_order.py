"""The life of an order: the table is the law, and money is real whenever it is told."""

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.order import (
    TRANSITIONS,
    Accepted,
    Amended,
    Canceled,
    CancelRequested,
    Denied,
    Expired,
    Filled,
    IllegalTransitionError,
    Order,
    OrderEvent,
    OrderRole,
    OrderStatus,
    OrderType,
    OutcomeUnknown,
    Rejected,
    Report,
    Side,
    Submitted,
    TimeInForce,
    Triggered,
    apply,
)
from tests.domain.orders import (
    ACCEPTED,
    CANCEL_REQUESTED,
    CANCELED,
    DENIED,
    EVENTS,
    EXPIRED,
    REJECTED,
    SUBMITTED,
    TRIGGERED,
    UNKNOWN,
    WHEN,
    D,
    amended,
    fill,
    new_order,
    order_after,
)

S = OrderStatus
KINDS = {
    Denied,
    Submitted,
    OutcomeUnknown,
    Accepted,
    Rejected,
    Triggered,
    Filled,
    CancelRequested,
    Canceled,
    Expired,
    Amended,
}


def test_every_status_is_in_the_table() -> None:
    assert set(TRANSITIONS) == set(OrderStatus)


def test_every_event_is_in_the_table_and_leads_to_a_status_of_it() -> None:
    """An event that nothing takes would be a venue's word that always halts an instrument."""
    steps = [step for row in TRANSITIONS.values() for step in row.items()]

    assert {kind for kind, _ in steps} == KINDS
    assert {status for _, status in steps} <= set(TRANSITIONS)


def test_every_status_can_be_reached_and_every_live_one_left_for_an_end() -> None:
    reached = {S.CREATED}
    for _ in OrderStatus:
        reached |= {status for known in reached for status in TRANSITIONS[known].values()}

    assert reached | {S.FILLED} == set(OrderStatus)  # FILLED comes of quantity, not of the table
    for status in OrderStatus:
        assert status.is_final or any(end.is_final for end in TRANSITIONS[status].values())


@given(st.lists(EVENTS, max_size=14))
def test_no_history_can_forget_a_fill_or_revive_an_order(events: list[OrderEvent]) -> None:
    """Feed any events in any order, skipping the illegal ones, and check the invariants."""
    order = order_after()
    fills: dict[str, Filled] = {}
    for event in events:
        before = order
        try:
            order = apply(order, event)
        except IllegalTransitionError:
            continue
        if isinstance(event, Filled):
            fills.setdefault(event.fill_id, event)

        assert D(0) <= before.filled <= order.filled
        assert order.filled == sum((each.quantity for each in fills.values()), start=D(0))
        assert order.filled_quote == sum(
            (each.quantity * each.price for each in fills.values()), start=D(0)
        )
        assert order.leaves == (0 if order.is_final else order.quantity - order.filled)
        assert (order.status is S.FILLED) == (order.filled >= order.quantity)
        if before.is_final:
            assert order.is_final
            assert before.status in (order.status, S.FILLED) or order.status is S.FILLED


@given(st.lists(EVENTS, max_size=14))
def test_any_event_told_twice_in_a_row_does_no_more_than_once(events: list[OrderEvent]) -> None:
    order = order_after()
    for event in events:
        try:
            order = apply(order, event)
        except IllegalTransitionError:
            continue
        try:
            again = apply(order, event)
        except IllegalTransitionError:
            continue

        assert (again.filled, again.filled_quote) == (order.filled, order.filled_quote)
        assert again.is_final == order.is_final


@given(st.lists(EVENTS, max_size=14))
def test_unknown_is_left_only_by_a_word_of_the_venue(events: list[OrderEvent]) -> None:
    """Guessing here resends an order that exists, or frees money that is spoken for."""
    order = order_after(SUBMITTED, UNKNOWN)
    for event in events:
        before = order
        try:
            order = apply(order, event)
        except IllegalTransitionError:
            continue

        if before.status is S.UNKNOWN and order.status is not S.UNKNOWN:
            evidence = (Accepted, Amended, Rejected, Triggered, Filled, Canceled, Expired)
            assert isinstance(event, evidence)


@given(st.lists(EVENTS, max_size=14))
def test_an_order_reads_back_from_json_as_it_was(events: list[OrderEvent]) -> None:
    """The journal is JSON; a restart that loses a digit or a fill id doubles a position."""
    order = order_after()
    for event in events:
        try:
            order = apply(order, event)
        except IllegalTransitionError:
            continue

    assert msgspec.json.decode(msgspec.json.encode(order), type=Order) == order


@given(EVENTS)
def test_an_event_reads_back_from_json_as_it_was(event: OrderEvent) -> None:
    assert msgspec.json.decode(msgspec.json.encode(event), type=type(event)) == event


@pytest.mark.parametrize(
    "report",
    [
        ACCEPTED,
        REJECTED,
        TRIGGERED,
        fill("f-1", "1"),
        CANCELED,
        EXPIRED,
        amended(price="5"),
        UNKNOWN,
    ],
)
def test_a_report_says_in_json_which_one_it_is(report: Report) -> None:
    assert msgspec.json.decode(msgspec.json.encode(report), type=Report) == report


def test_an_order_s_json_names_nothing_we_do_not_know() -> None:
    text = msgspec.json.encode(new_order()).replace(b'"side"', b'"sides"')

    with pytest.raises(msgspec.ValidationError, match="sides"):
        msgspec.json.decode(text, type=Order)


@pytest.mark.parametrize(
    ("events", "status"),
    [
        ([], S.CREATED),
        ([DENIED], S.DENIED),
        ([SUBMITTED], S.SUBMITTED),
        ([SUBMITTED, UNKNOWN], S.UNKNOWN),
        ([SUBMITTED, UNKNOWN, CANCEL_REQUESTED], S.UNKNOWN),
        ([SUBMITTED, UNKNOWN, ACCEPTED], S.ACCEPTED),
        ([SUBMITTED, REJECTED], S.REJECTED),
        ([SUBMITTED, ACCEPTED], S.ACCEPTED),
        ([SUBMITTED, ACCEPTED, ACCEPTED], S.ACCEPTED),
        ([SUBMITTED, ACCEPTED, TRIGGERED], S.TRIGGERED),
        ([SUBMITTED, ACCEPTED, REJECTED], S.REJECTED),
        ([SUBMITTED, ACCEPTED, UNKNOWN], S.UNKNOWN),
        ([SUBMITTED, ACCEPTED, CANCEL_REQUESTED], S.PENDING_CANCEL),
        ([SUBMITTED, ACCEPTED, CANCEL_REQUESTED, UNKNOWN], S.UNKNOWN),
        ([SUBMITTED, ACCEPTED, CANCEL_REQUESTED, CANCELED], S.CANCELED),
        ([SUBMITTED, CANCELED], S.CANCELED),
        ([SUBMITTED, ACCEPTED, EXPIRED], S.EXPIRED),
        ([SUBMITTED, ACCEPTED, fill("f-1", "0.4")], S.PARTIALLY_FILLED),
        ([SUBMITTED, fill("f-1", "0.4"), ACCEPTED], S.PARTIALLY_FILLED),
        ([SUBMITTED, ACCEPTED, fill("f-1", "1")], S.FILLED),
        ([SUBMITTED, fill("f-1", "1"), ACCEPTED], S.FILLED),
        ([SUBMITTED, fill("f-1", "1"), TRIGGERED], S.FILLED),
        ([SUBMITTED, fill("f-1", "1"), CANCEL_REQUESTED], S.FILLED),
        ([SUBMITTED, ACCEPTED, CANCEL_REQUESTED, fill("f-1", "0.4")], S.PENDING_CANCEL),
    ],
)
def test_the_table_is_walked_as_written(events: list[OrderEvent], status: OrderStatus) -> None:
    assert order_after(*events).status is status


@pytest.mark.parametrize(
    "events",
    [
        [ACCEPTED],
        [DENIED, SUBMITTED],
        [SUBMITTED, REJECTED, CANCEL_REQUESTED],
        [DENIED, ACCEPTED],
        [SUBMITTED, CANCELED, CANCEL_REQUESTED],
        [SUBMITTED, fill("f-1", "0.4"), REJECTED],
        [SUBMITTED, fill("f-1", "0.4"), UNKNOWN, REJECTED],
        [SUBMITTED, fill("f-1", "0.4"), CANCEL_REQUESTED, REJECTED],
    ],
)
def test_what_the_table_does_not_know_is_an_error(events: list[OrderEvent]) -> None:
    order = order_after(*events[:-1])

    with pytest.raises(IllegalTransitionError, match="a-1"):
        apply(order, events[-1])


def test_a_fill_reported_twice_counts_once() -> None:
    """Venues resend after a reconnect; the position must not move twice."""
    order = order_after(SUBMITTED, ACCEPTED, fill("f-1", "0.4"))

    assert apply(order, fill("f-1", "0.4")) is order


def test_a_fill_that_beats_the_cancel_still_counts() -> None:
    """We heard "canceled" first, but the trade happened."""
    order = order_after(SUBMITTED, CANCEL_REQUESTED, CANCELED, fill("f-1", "1"))

    assert (order.status, order.filled) == (S.FILLED, D(1))


@pytest.mark.parametrize("end", [CANCELED, EXPIRED])
def test_a_late_part_fill_counts_and_the_order_stays_ended(end: OrderEvent) -> None:
    order = order_after(SUBMITTED, ACCEPTED, end, fill("f-1", "0.4"))

    assert order.status is order_after(SUBMITTED, end).status
    assert (order.filled, order.leaves) == (D("0.4"), D(0))


@pytest.mark.parametrize("end", [CANCELED, EXPIRED])
def test_an_acceptance_told_after_the_end_only_names_the_order(end: OrderEvent) -> None:
    """The answer to our request may come after the stream said it is over."""
    order = order_after(SUBMITTED, end, ACCEPTED, TRIGGERED)

    assert order.status is order_after(SUBMITTED, end).status
    assert order.venue_order_id == "v-1"


@pytest.mark.parametrize("found", [ACCEPTED, TRIGGERED])
def test_an_order_found_again_remembers_that_it_had_filled(found: OrderEvent) -> None:
    order = order_after(SUBMITTED, ACCEPTED, fill("f-1", "0.4"), UNKNOWN, found)

    assert (order.status, order.leaves) == (S.PARTIALLY_FILLED, D("0.6"))


def test_fills_make_the_average_price() -> None:
    order = order_after(SUBMITTED, fill("f-1", "0.25", "100"), fill("f-2", "0.75", "104"))

    assert (order.average_price, order.filled_quote) == (D(103), D(103))
    assert order_after(SUBMITTED).average_price is None


def test_f15_a_fill_beyond_the_order_counts_and_the_excess_shows() -> None:
    """The base units are ours, whatever the venue should have done."""
    order = order_after(SUBMITTED, fill("f-1", "0.4"), fill("f-2", "0.7"))

    assert (order.status, order.filled, order.leaves) == (S.FILLED, D("1.1"), D(0))
    assert order.excess == D("0.1")
    assert order_after(SUBMITTED).excess == 0


@pytest.mark.parametrize("end", [[SUBMITTED, REJECTED], [DENIED]])
def test_f15_a_fill_of_an_order_that_was_never_taken_counts(end: list[OrderEvent]) -> None:
    """We believed it absent; the money says otherwise."""
    part = order_after(*end, fill("f-1", "0.4"))
    whole = apply(part, fill("f-2", "0.6"))

    assert (part.status, part.filled, part.leaves) == (order_after(*end).status, D("0.4"), D(0))
    assert (whole.status, whole.filled) == (S.FILLED, D(1))


@pytest.mark.parametrize(
    "events",
    [
        [SUBMITTED, ACCEPTED],
        [SUBMITTED, TRIGGERED],
        [SUBMITTED, UNKNOWN],
        [SUBMITTED, CANCELED],
        [SUBMITTED, EXPIRED],
        [SUBMITTED, REJECTED],
        [SUBMITTED, fill("f-1", "1")],
    ],
)
def test_f08_what_is_told_twice_changes_nothing(events: list[OrderEvent]) -> None:
    """The same object: nothing to journal, nothing to tell."""
    order = order_after(*events)

    assert apply(order, events[-1]) is order


@pytest.mark.parametrize("end", [CANCELED, EXPIRED, REJECTED, fill("f-1", "1")])
def test_f10_a_time_out_heard_after_the_end_opens_nothing_again(end: OrderEvent) -> None:
    """The stream told how it ended before the request gave up waiting for its answer."""
    order = order_after(SUBMITTED, end)

    assert apply(order, UNKNOWN) is order


STORY = st.lists(
    st.sampled_from([ACCEPTED, TRIGGERED, UNKNOWN, CANCEL_REQUESTED]), max_size=3
).flatmap(
    lambda told: st.tuples(
        st.just(told),
        st.sampled_from([("0.4",), ("0.4", "0.6"), ("0.1", "0.2", "0.3"), ("0.7", "0.7")]),
        st.sampled_from([None, CANCELED, EXPIRED]),
    )
)


@given(STORY, st.data())
def test_f08_f15_any_order_and_repetition_of_reports_ends_with_the_same_fills(
    story: tuple[list[OrderEvent], tuple[str, ...], OrderEvent | None], data: st.DataObject
) -> None:
    """An order is a join of what was told of it: up to 7 reports, shuffled and repeated."""
    told, parts, end = story
    fills = [fill(f"f-{n}", part) for n, part in enumerate(parts)]
    events: list[OrderEvent] = [*told, *fills, *([] if end is None else [end])]
    repeated = events + data.draw(st.lists(st.sampled_from(events), max_size=4))
    shuffled = data.draw(st.permutations(repeated))

    order = order_after(SUBMITTED)
    for event in shuffled:
        if not (isinstance(event, CancelRequested) and order.is_final):  # we ask of live ones
            order = apply(order, event)

    assert order.filled == sum(D(part) for part in parts)
    assert set(order.fill_ids) == {each.fill_id for each in fills}
    assert order.is_final == (end is not None or order.filled >= 1)


def test_an_amendment_changes_what_it_names() -> None:
    order = order_after(SUBMITTED, ACCEPTED)
    priced = apply(order, amended(price="99", trigger_price="98"))
    larger = apply(priced, amended(quantity="2"))

    assert (priced.price, priced.trigger_price, priced.quantity) == (D(99), D(98), D(1))
    assert (larger.price, larger.trigger_price, larger.quantity) == (D(99), D(98), D(2))
    assert larger.status is S.ACCEPTED


def test_an_amendment_down_to_what_has_filled_fills_the_order() -> None:
    order = order_after(SUBMITTED, fill("f-1", "0.4"), amended(quantity="0.4"))

    assert (order.status, order.leaves) == (S.FILLED, D(0))


def test_an_amendment_below_what_has_filled_is_an_error() -> None:
    order = order_after(SUBMITTED, fill("f-1", "0.4"))

    with pytest.raises(IllegalTransitionError, match=r"amended to 0\.3, already filled 0\.4"):
        apply(order, amended(quantity="0.3"))


@pytest.mark.parametrize("name", ["quantity", "price", "trigger_price"])
@pytest.mark.parametrize("value", ["0", "-1", "NaN", "Infinity"])
def test_an_amendment_to_no_number_is_refused(name: str, value: str) -> None:
    """Amended to zero, an order that never filled would have counted as filled."""
    with pytest.raises(InvalidValueError, match=f"want {name} > 0 after an amendment, not {value}"):
        amended(**{name: value})


@pytest.mark.parametrize("value", ["0", "-1", "NaN", "sNaN", "Infinity"])
def test_a_fill_that_cannot_be_is_refused(value: str) -> None:
    with pytest.raises(InvalidValueError, match=f"fill f-1: want quantity > 0, not {value}"):
        fill("f-1", value)
    with pytest.raises(InvalidValueError, match=f"fill f-1: want price > 0, not {value}"):
        fill("f-1", "1", value)


@pytest.mark.parametrize(("fee", "asset"), [("NaN", "USDT"), ("-Infinity", "USDT"), ("0.1", "")])
def test_a_fee_wants_to_be_finite_and_of_some_asset(fee: str, asset: str) -> None:
    with pytest.raises(InvalidValueError, match=f"want a finite fee in a named asset, not {fee}"):
        fill("f-1", "1", fee=D(fee), fee_asset=asset)


def test_a_rebate_is_a_fee() -> None:
    assert fill("f-1", "1", fee=D("-0.1"), fee_asset="USDT").fee == D("-0.1")


def test_a_fill_from_the_wire_is_checked_as_well() -> None:
    text = msgspec.json.encode(fill("f-1", "1")).replace(b'"quantity":"1"', b'"quantity":"NaN"')

    with pytest.raises(msgspec.ValidationError, match="want quantity > 0, not NaN"):
        msgspec.json.decode(text, type=Filled)


def test_sides_have_signs_and_opposites() -> None:
    assert (Side.BUY.sign, Side.SELL.sign) == (1, -1)
    assert (Side.BUY.opposite, Side.SELL.opposite) == (Side.SELL, Side.BUY)


def test_stops_and_targets_protect_and_entries_and_exits_do_not() -> None:
    assert {role for role in OrderRole if role.is_protective} == {OrderRole.STOP, OrderRole.TARGET}


def test_final_is_where_nothing_more_is_expected() -> None:
    final = {status for status in OrderStatus if status.is_final}

    assert final == {S.DENIED, S.FILLED, S.CANCELED, S.EXPIRED, S.REJECTED}


@given(
    st.builds(
        Order,
        **{name: st.just(WHEN["client_order_id"]) for name in ("client_order_id",)},
        strategy_id=st.text(max_size=5),
        instrument_id=st.text(max_size=5),
        side=st.sampled_from(Side),
        order_type=st.sampled_from(OrderType),
        role=st.sampled_from(OrderRole),
        time_in_force=st.sampled_from(TimeInForce),
        quantity=st.decimals(allow_nan=False, allow_infinity=False),
        price=st.none() | st.decimals(allow_nan=False, allow_infinity=False),
        fill_ids=st.lists(st.text(max_size=4), max_size=3).map(tuple),
        tag=st.text(max_size=5),
    )
)
def test_any_order_s_numbers_keep_every_digit_in_json(order: Order) -> None:
    back = msgspec.json.decode(msgspec.json.encode(order), type=Order)

    assert back == order
    assert _digits(back.quantity) == _digits(order.quantity)


def _digits(value: Decimal) -> tuple[object, ...]:
    return tuple(value.as_tuple())
