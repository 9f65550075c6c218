from typing import Any

import msgspec
import pytest

from argonaut.domain.order import Canceled, Expired, OrderRole
from argonaut.domain.record import Anomaly, OrderSent
from argonaut.domain.signal import Protection
from argonaut.rehearsal.simulation.plan import Fault
from tests.rehearsal.simulation.written import (
    BTC,
    STOP,
    D,
    S,
    Written,
    bought,
    caught,
    clean,
    decision,
    filled,
    guarded,
    order,
    said,
    signalled,
    stop,
)


def late_stop(at_s: float) -> Written:
    history = Written()
    signalled(history)
    bought(history, order())
    guarded(history, stop(), at_s=at_s)
    return history


def test_i12_a_position_without_its_stop_is_caught():
    history = Written()
    signalled(history)
    bought(history, order())

    assert "a stop by" in said(history, "I12")


def test_i12_a_stop_that_comes_too_late_is_caught():
    assert caught(late_stop(10.9)) == set()
    assert caught(late_stop(12.5)) == {"I12"}


def test_i12_a_fault_gives_time_and_no_more_than_that():
    history = late_stop(25)
    outage = Fault(kind="maintenance", at_ns=10 * S, for_ns=12 * S)
    history.plan = msgspec.structs.replace(history.plan, faults=(outage,))
    assert "I12" not in caught(history)

    history = late_stop(40)
    history.plan = msgspec.structs.replace(history.plan, faults=(outage,))
    assert "I12" in caught(history)


def test_i12_a_stop_over_a_part_only_is_caught():
    history = Written()
    signalled(history)
    bought(history, order())
    guarded(history, stop(quantity="0.5"))

    assert "I12" in caught(history)


def test_i12_a_stop_that_vanished_and_is_not_placed_again_is_caught():
    history = clean()
    history.orders[1] = msgspec.structs.replace(
        history.orders[1], status="CANCELED", ended_ns=30 * S
    )
    history.report(30.1, Canceled(client_order_id=STOP, event_ns=0))

    assert "I12" in caught(history)


def filled_in_parts(stops_at: dict[int, float]) -> Written:
    """An entry that fills every 0.9 s from 10 s on; the stop of a part rests from its time on."""
    history = Written()
    signalled(history)
    entry = order(quantity="6")
    history.row(10, "decision", "trend-a1-1", decision(entry))
    history.post(10, entry)
    history.true(10, entry, "PARTIALLY_FILLED", ended_s=30, filled=D(5))
    moments = [(10.0 + 0.9 * part, part, "fill") for part in range(5)]
    moments += [(at_s, part, "stop") for part, at_s in stops_at.items()]
    for at_s, part, what in sorted(moments):
        if what == "fill":
            history.fill(at_s, entry, f"{part}", "1")
            history.report(at_s, filled(entry, at_s, f"{part}"))
        else:
            guarded(history, stop(f"trend-a1-1-s{part}"), at_s=at_s)
    return history


def test_i12_what_was_written_off_wants_no_stop():
    """Less than the venue takes an order of is held no more (seed 1522)."""
    history = clean()
    history.fill(20, order("trend-a1-3-e"), "9", "0.06")
    entry = order("trend-a1-3-e", quantity="0.06")
    history.row(20, "intent", entry.client_order_id, OrderSent(order=entry, reason="more"))
    history.true(20, entry)
    history.report(20.1, filled(entry, 20, "9", "0.06"))
    bare = said(history, "I12")
    history.row(20.2, "anomaly", "dust", Anomaly(what="dust", detail=f"0.06 {BTC} is too little"))

    assert "I12 at 20.100 s" in bare
    assert said(history, "I12") == ""


@pytest.mark.parametrize(("ended_s", "is_caught"), [(30, True), (None, False)])
def test_i12_what_is_too_little_for_a_stop_may_wait_for_more_while_an_entry_works(
    ended_s, is_caught
):
    """0.055 is worth 5.5 at the market and 4.95 at the stop, of which 5 is the least (64340)."""
    history = Written()
    signalled(history)
    entry = order(quantity="6")
    history.row(10, "decision", "trend-a1-1", decision(entry))
    history.post(10, entry)
    status = "NEW" if ended_s is None else "CANCELED"
    history.true(10, entry, status, ended_s=ended_s, filled=D("0.055"))
    history.fill(11, entry, "1", "0.055")
    history.report(11, filled(entry, 11, "1", "0.055"))

    assert ("I12 at 30.000 s" in said(history, "I12")) is is_caught
    assert "I12 at 11" not in said(history, "I12")


def test_i12_an_entry_that_fills_faster_than_a_stop_can_be_sent_passes():
    """Its last part is always bare, and each part for a second only."""
    history = filled_in_parts({part: 11.0 + 0.9 * part for part in range(5)})

    assert "I12" not in caught(history)


def test_i12_a_part_of_many_that_gets_no_stop_is_caught():
    """The stops of those that came after it cover it, and then nothing covers them."""
    history = filled_in_parts({part: 11.0 + 0.9 * part for part in range(4)})

    assert said(history, "I12").startswith("I12 at 13.600 s")


def test_i12_a_part_whose_stop_comes_late_is_caught():
    at_s = {part: 11.0 + 0.9 * part for part in range(5)}
    history = filled_in_parts({**at_s, 2: 20.0})

    assert "I12" in caught(history)


def test_i12_a_position_nobody_wanted_a_stop_for_passes():
    history = Written()
    signalled(history)
    bare = decision(order())
    wish = msgspec.structs.replace(bare.signal, protection=Protection())
    history.row(10, "decision", "1", msgspec.structs.replace(bare, signal=wish))
    history.post(10, order())
    history.true(10.02, order())
    history.fill(10.02, order(), "1", "1")
    history.report(10.05, filled(order(), 10.02))

    assert caught(history) == set()


def resting_exit(**more: Any) -> Written:
    """The stop makes way for an exit at 30 s, which rests to the end."""
    history = clean()
    history.orders[1] = msgspec.structs.replace(
        history.orders[1], status="CANCELED", ended_ns=30 * S
    )
    history.report(30.1, Canceled(client_order_id=STOP, event_ns=0))
    exit_ = stop("trend-a1-2-x", role=OrderRole.EXIT, trigger_price=None)
    history.row(30.1, "intent", exit_.client_order_id, OrderSent(order=exit_, reason="out"))
    history.post(30.1, exit_)
    history.true(30.2, exit_, "NEW")
    history.orders[2] = msgspec.structs.replace(history.orders[2], **more)
    return history


def test_i12_an_exit_that_works_covers_what_it_will_close():
    """On a spot account the stop has to make way for the exit: the base units are locked."""
    assert "I12" not in caught(resting_exit())
    assert "I12" not in caught(resting_exit(kind="LIMIT", price=D(100)))


def test_i12_an_exit_that_rests_away_from_the_price_covers_nothing_for_long():
    """The price may fall, and nobody sells."""
    far = {"kind": "LIMIT", "price": D(101)}

    assert said(resting_exit(**far), "I12").startswith("I12 at 40.200 s")


def closed_in_parts(*times_s: float, part: str = "0.2") -> Written:
    """The stop is reached at 20 s and finds nobody; exits at market each close a part."""
    history = clean()
    history.orders[1] = msgspec.structs.replace(
        history.orders[1], status="CANCELED", ended_ns=20 * S
    )
    history.report(20.01, Canceled(client_order_id=STOP, event_ns=0))
    for number, at_s in enumerate(times_s):
        way_out = stop(f"trend-a1-{number}-x", role=OrderRole.EXIT, trigger_price=None)
        name = way_out.client_order_id
        history.row(at_s, "intent", name, OrderSent(order=way_out, reason="out"))
        history.post(at_s, way_out)
        history.true(at_s, way_out, "EXPIRED", filled=D(part))
        history.fill(at_s, way_out, f"x{number}", part)
        history.report(at_s, filled(way_out, at_s, f"x{number}", part))
        history.report(at_s + 0.01, Expired(client_order_id=name, event_ns=0))
    return history


def test_i12_a_holding_that_a_thin_book_takes_a_part_at_a_time_is_being_closed():
    """Its stop is reached, so that none can rest: to go on leaving is all there is (seed 20060)."""
    assert "I12" not in caught(closed_in_parts(21, 22, 23, 24, 25))


def test_i12_a_way_out_that_is_not_gone_on_with_is_caught():
    """A part that was closed buys time for the next one, and no more than that."""
    paused = said(closed_in_parts(21, 22, 27, 28, 29), "I12")

    assert paused.startswith("I12 at 22.000 s")
    assert "a stop by 23.080 s, found none until 27.000 s" in paused
    assert "I12 at 22.000 s" in said(closed_in_parts(21, 22), "I12")


def sold(history: Written) -> None:
    """The holding is closed by an exit at 30 s; the stop is left as it is."""
    exit_ = stop("trend-a1-2-x", role=OrderRole.EXIT, trigger_price=None)
    history.row(30, "intent", exit_.client_order_id, OrderSent(order=exit_, reason="out"))
    history.post(30, exit_)
    history.true(30, exit_)
    history.fill(30, exit_, "2", "1")
    history.report(30.1, filled(exit_, 30, "2"))


def test_i13_a_stop_left_over_is_caught():
    """It would sell what is bought next, or open a short."""
    history = clean()
    sold(history)

    assert STOP in said(history, "I13")


def test_i13_a_stop_taken_out_in_time_passes():
    history = clean()
    sold(history)
    history.orders[1] = msgspec.structs.replace(
        history.orders[1], status="CANCELED", ended_ns=33 * S
    )
    history.report(33.1, Canceled(client_order_id=STOP, event_ns=0))

    assert caught(history) == set()


def test_i13_selling_more_than_was_bought_is_caught():
    history = clean()
    sold(history)
    history.fill(31, stop(), "3", "1")

    assert "never below zero" in said(history, "I13")
