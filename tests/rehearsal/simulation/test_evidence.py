from decimal import Decimal

import pytest

from argonaut.rehearsal.simulation.evidence import Sent, TrueOrder

OCO = "/api/v3/orderList/oco"


def sent(method="POST", path="/api/v3/order", **params):
    return Sent(at_ns=1, life=1, method=method, path=path, params=params, durable_seq=1)


@pytest.mark.parametrize(
    ("request_", "ids"),
    [
        (sent(newClientOrderId="a"), ("a",)),
        (sent("WS", "order.place", newClientOrderId="a"), ("a",)),
        (sent(path=OCO, aboveClientOrderId="a", belowClientOrderId="b"), ("a", "b")),
        (sent(path="/api/v3/order/test", newClientOrderId="a"), ()),
        (sent("GET", newClientOrderId="a"), ()),
        (sent("WS", "userDataStream.subscribe"), ()),
        (sent("DELETE", origClientOrderId="a", newClientOrderId="cancel-1"), ()),
    ],
)
def test_what_a_request_would_place_is_read_from_its_ids(request_, ids):
    """Every rule about sending stands on this: an order that is not seen is not judged."""
    assert request_.places == ids


def test_what_a_request_takes_out_is_read_from_its_id():
    assert sent("DELETE", origClientOrderId="a").cancels == "a"
    assert sent("WS", "order.cancel", origClientOrderId="a").cancels == "a"
    assert sent("GET", origClientOrderId="a").cancels is None


def test_an_order_is_live_until_it_ended_and_a_stop_when_it_has_a_trigger():
    order = TrueOrder(
        symbol="BTC/USDT",
        client_order_id="a",
        venue_order_id="1",
        side="sell",
        kind="STOP_LOSS",
        status="NEW",
        quantity=Decimal(1),
        filled=Decimal(0),
        trigger_price=Decimal(90),
        created_ns=5,
    )

    assert order.is_live
    assert order.is_stop
