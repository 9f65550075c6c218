import msgspec

from argonaut.domain.event import ForeignOrder
from argonaut.domain.ids import ClientOrderId, VenueOrderId
from argonaut.domain.order import OrderStatus, Side
from argonaut.domain.venue_view import VenueOrder
from argonaut.rehearsal.simulation.invariants.case import Case
from argonaut.rehearsal.simulation.scenarios.orders import ORDER_LIVES
from tests.rehearsal.simulation.written import BTC, ENTRY, D, clean, order

BY_NAME = {each.name: each for each in ORDER_LIVES}


def misses(name, history):
    return " ".join(BY_NAME[name].disappointments(Case(history.evidence())))


def test_f14_wants_an_order_that_filled_in_parts():
    history = clean()
    assert "several fills" in misses("F14", history)

    history.fill(11, order(), "2", "0.1")
    assert "several fills" not in misses("F14", history)


def test_f16_wants_the_foreign_order_told_and_alone():
    """Somebody's own order is somebody's own money."""
    history = clean()
    assert "made by hand, found none" in misses("F16", history)

    history.true(12, order(ClientOrderId("web_1")), "CANCELED", is_ours=False)
    seen = VenueOrder(
        instrument_id=BTC,
        client_order_id=ClientOrderId("web_1"),
        venue_order_id=VenueOrderId("v"),
        side=Side.BUY,
        status=OrderStatus.ACCEPTED,
        quantity=D(1),
    )
    history.row(13, "foreign", "v", ForeignOrder(event_ns=0, order=seen))
    said = misses("F16", history)
    assert "left alone, found CANCELED" in said
    assert "about the foreign order" not in said


def test_f15_wants_a_cancel_and_a_fill_to_meet():
    history = clean()
    assert "while its order is being filled" in misses("F15", history)

    history.post(10.03, order(), params={"origClientOrderId": ENTRY})
    history.sent[-1] = msgspec.structs.replace(history.sent[-1], method="DELETE")
    assert "while its order is being filled" not in misses("F15", history)


def test_f16_wants_the_resting_order_to_outlive_the_restart():
    history = clean()

    assert "want the resting order there after the restart" in misses("F16", history)


def test_f25_wants_absurd_wishes_refused_and_big_ones_made_smaller():
    history = clean()
    assert "want w0 refused" in misses("F25", history)

    history.plan = msgspec.structs.replace(history.plan, symbol_cap=D(50))
    history.plan = msgspec.structs.replace(
        history.plan, wishes=(msgspec.structs.replace(history.plan.wishes[0], signal_id="buy"),)
    )
    assert misses("F25-cap", history) == ""  # another signal's order is none of its
