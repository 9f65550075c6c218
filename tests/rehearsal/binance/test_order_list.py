"""How a list tells that it is done."""

from argonaut.rehearsal.binance.order_list import OrderList
from argonaut.rehearsal.binance.words import Status
from tests.rehearsal.binance.test_records import order


def test_a_list_is_done_when_none_of_its_orders_is_open():
    """Query and event say the same."""
    first, second = order(order_id=1, client_id="a"), order(order_id=2, client_id="b")
    orders = {1: first, 2: second}
    listed = OrderList(
        list_id=5, client_id="both", symbol="BTCUSDT", order_ids=(1, 2), created_ns=0
    )
    first.status = Status.FILLED
    assert listed.row(orders)["listOrderStatus"] == "EXECUTING"

    second.status = Status.EXPIRED

    event = listed.event(orders, 0)
    assert (event["l"], event["L"]) == ("ALL_DONE", "ALL_DONE")
    assert event["O"] == [
        {"s": "BTCUSDT", "i": 1, "c": "a"},
        {"s": "BTCUSDT", "i": 2, "c": "b"},
    ]
