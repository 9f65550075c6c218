"""The life of an order: the table is the law, and money is real whenever it is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.order import (
    Accepted,
    Amended,
    Canceled,
    CancelRequested,
    Denied,
    Expired,
    Filled,
    OrderEvent,
    OrderStatus,
    OutcomeUnknown,
    Rejected,
    Submitted,
    Triggered,
)
from argonaut.domain.transitions import TRANSITIONS, IllegalTransitionError, apply
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
    D,
    amended,
    fill,
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
        ([SUBMITTED, UNKNOWN, CANCEL_REQUESTED, ACCEPTED], S.PENDING_CANCEL),
        ([SUBMITTED, UNKNOWN, CANCEL_REQUESTED, TRIGGERED], S.PENDING_CANCEL),
        ([SUBMITTED, UNKNOWN, CANCEL_REQUESTED, amended(quantity="2")], S.PENDING_CANCEL),
        ([SUBMITTED, UNKNOWN, CANCEL_REQUESTED, fill("f-1", "0.4")], S.PENDING_CANCEL),
        ([SUBMITTED, UNKNOWN, CANCEL_REQUESTED, fill("f-1", "1")], S.FILLED),
        ([SUBMITTED, UNKNOWN, CANCEL_REQUESTED, UNKNOWN, ACCEPTED], S.PENDING_CANCEL),
        ([SUBMITTED, CANCEL_REQUESTED, UNKNOWN, ACCEPTED], S.PENDING_CANCEL),
        ([SUBMITTED, CANCEL_REQUESTED, UNKNOWN, CANCELED], S.CANCELED),
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
