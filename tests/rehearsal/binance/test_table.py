"""The account's orders: ids that ascend, client ids that come free, and what is locked."""

from decimal import Decimal

from argonaut.rehearsal.binance.table import OrderTable, algo_count
from argonaut.rehearsal.binance.words import Kind, Side, Status
from tests.rehearsal.binance.client import BTC, ETH
from tests.rehearsal.binance.test_records import order

D = Decimal


def table() -> OrderTable:
    return OrderTable({"BTCUSDT": BTC, "ETHUSDT": ETH})


def test_a_client_id_finds_the_last_order_of_that_id():
    """Which is why a query by client id proves nothing about an earlier order."""
    orders = table()
    first, second = order(order_id=1), order(order_id=2)
    orders.add(first)
    first.status = Status.CANCELED
    orders.close(first)
    orders.add(second)

    assert orders.find("BTCUSDT", client_id="mine") is second
    assert orders.find("BTCUSDT", order_id=1) is first
    assert orders.find("ETHUSDT", order_id=1) is None
    assert orders.find("BTCUSDT") is None


def test_of_a_list_only_the_largest_order_is_locked():
    """One cancels the other, so both can never fill."""
    orders = table()
    for number, price in ((1, "110"), (2, "90")):
        orders.add(
            order(order_id=number, client_id=str(number), side=Side.SELL, price=D(price), list_id=7)
        )
    orders.add(order(order_id=3, client_id="3", side=Side.SELL, quantity=D(5)))

    assert orders.locked("BTC") == D(7)
    assert orders.locked("USDT") == 0
    assert [each.order_id for each in orders.siblings(orders.by_id["BTCUSDT"][1])] == [2]
    assert orders.siblings(orders.by_id["BTCUSDT"][3]) == []


def test_orders_that_wait_for_a_stop_price_are_counted():
    """There is a filter on their number."""
    orders = table()
    orders.add(order(kind=Kind.STOP_LOSS, working_ns=None))

    assert algo_count(orders.open_of("BTCUSDT")) == 1
    assert orders.open_of("ETHUSDT") == []


def test_each_symbol_numbers_its_own_orders():
    """As the venue does: whoever knows an order by its number alone takes one for another."""
    orders = table()
    for symbol in ("BTCUSDT", "ETHUSDT", "BTCUSDT"):
        orders.add(order(symbol=symbol, order_id=orders.next_id(symbol), client_id=f"{symbol}-1"))
        orders.close(orders.all[-1])
    first, other, second = orders.all

    assert first.order_id == other.order_id == second.order_id - 1
    assert orders.find("ETHUSDT", order_id=first.order_id) is other
    assert orders.find("BTCUSDT", order_id=first.order_id) is first
