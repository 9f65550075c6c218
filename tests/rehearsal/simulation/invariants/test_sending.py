import msgspec
import pytest

from argonaut.domain.ids import ClientOrderId
from argonaut.domain.order import OrderType
from argonaut.domain.record import OrderSent
from tests.rehearsal.simulation.written import (
    ENTRY,
    D,
    Written,
    bought,
    caught,
    clean,
    decision,
    guarded,
    order,
    said,
    signalled,
    stop,
)


def test_i01_an_order_without_an_intent_is_caught():
    """After a crash nobody would know that the order exists."""
    history = clean()
    history.post(12, order("trend-a1-2-e"))

    assert "no intent" in said(history, "I01")


def test_i01_an_intent_that_was_not_durable_yet_is_caught():
    """A power cut between the send and the sync would lose the order."""
    history = clean()
    history.sent[0] = msgspec.structs.replace(history.sent[0], durable_seq=1)

    assert "durable then: 1" in said(history, "I01")


@pytest.mark.parametrize(
    "params", [{"quantity": "2"}, {"side": "SELL"}, {"symbol": "ETHUSDT"}, {"quantity": "x"}]
)
def test_i01_an_order_other_than_meant_is_caught(params):
    history = clean()
    sent = history.sent[0]
    history.sent[0] = msgspec.structs.replace(sent, params={**sent.params, **params})

    assert "I01" in caught(history)


def test_i01_a_limit_at_another_price_is_caught():
    history = Written()
    signalled(history)
    meant = order(order_type=OrderType.LIMIT, price=D(99))
    history.row(10, "decision", "trend-a1-1", decision(meant))
    history.post(10, meant, params={"price": "98"})
    history.true(10.02, meant, "NEW")

    assert "price=98 for 99" in said(history, "I01")


def test_i02_an_order_sent_twice_is_caught():
    """The same id does not protect: a venue forgets it when the first one has filled."""
    history = clean()
    history.post(12, order())

    assert "sent once" in said(history, "I02")


def test_i02_an_id_meant_twice_is_caught():
    """A counter that starts anew after a restart gives an old order's id to a new one."""
    history = clean()
    history.row(12, "intent", ENTRY, OrderSent(order=order(quantity="2"), reason="again"))

    assert "another intent" in said(history, "I02")


def test_i02_an_id_no_venue_takes_is_caught():
    history = clean()
    name = "Trend_SELECT"
    guarded(history, stop(ClientOrderId(name)), at_s=12)

    assert name in said(history, "I02")


def test_i10_an_entry_on_a_stale_price_is_caught():
    """A stream that stalled an hour ago still shows a price, and it is a bargain."""
    history = clean()
    history.truth["prices"] = {"BTC/USDT": ((0, D(150)),)}

    assert "decided on 100" in said(history, "I10")


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"quantity": "-1"}, "quantity=-1"),
        ({"quantity": "NaN"}, "quantity=NaN"),
        ({"quantity": "zero"}, "quantity=zero"),
        ({"quantity": "1.0001"}, "off the lot"),
        ({"stopPrice": "90.001"}, "off the tick"),
    ],
)
def test_i11_a_number_no_venue_takes_is_caught(params, found):
    history = clean()
    sent = history.sent[1]
    history.sent[1] = msgspec.structs.replace(sent, params={**sent.params, **params})

    assert found in said(history, "I11")


def test_i11_a_refusal_for_a_filter_is_caught():
    history = clean()
    answer = '{"code":-1013,"msg":"Filter failure: LOT_SIZE"}'
    history.sent[1] = msgspec.structs.replace(history.sent[1], answer=answer)

    assert "LOT_SIZE" in said(history, "I11")


def test_a_buy_that_is_well_sent_passes():
    history = Written()
    signalled(history)
    bought(history, order())
    guarded(history, stop())

    assert caught(history) == set()
