"""How orders fill at the rehearsed venue: what it tells of money has to be true."""

from decimal import Decimal

from argonaut.rehearsal.binance.words import SymbolStatus
from tests.rehearsal.binance.client import BIDS, Client

D = Decimal


def test_a_market_order_walks_the_levels_and_pays_each_at_its_price():
    """One average price would hide that a large order costs more than the best offer."""
    client = Client()

    told = client.order("BUY", "MARKET", quantity="2")

    assert [(each["price"], each["qty"]) for each in told["fills"]] == [
        ("100.00000000", "1.00000000"),
        ("100.10000000", "1.00000000"),
    ]
    assert told["status"] == "FILLED"
    assert told["cummulativeQuoteQty"] == "200.10000000"
    assert client.free("USDT") == (D("9799.90"), D(0))
    assert client.free("BTC") == (D("11.998"), D(0))  # 0.1 % of what was received


def test_a_market_order_larger_than_the_book_expires_with_what_it_got():
    """A bot that takes EXPIRED for "nothing happened" loses sight of eight bitcoin."""
    client = Client(balances={"USDT": D(100_000)})

    told = client.order("BUY", "MARKET", quantity="9")

    assert (told["status"], told["executedQty"]) == ("EXPIRED", "8.00000000")
    assert told["expiryReason"] == "INSUFFICIENT_LIQUIDITY"
    assert [each["x"] for each in client.events()] == ["NEW", "TRADE", "TRADE", "TRADE", "EXPIRED"]


def test_a_market_order_sized_by_quote_never_spends_more():
    """What was not spent stays: the last step may be too dear."""
    client = Client()

    told = client.order("BUY", "MARKET", quoteOrderQty="150")

    assert told["origQuoteOrderQty"] == "150.00000000"
    assert told["executedQty"] == "1.49950000"  # 1 at 100, 0.4995 at 100.10
    assert D(told["cummulativeQuoteQty"]) <= 150


def test_a_limit_order_that_crosses_takes_and_rests_with_what_is_left():
    """Both happen in one answer, and only the rest stays locked."""
    client = Client()

    told = client.order(price="100.05", quantity="1.5")

    assert (told["status"], told["executedQty"]) == ("PARTIALLY_FILLED", "1.00000000")
    assert client.free("USDT") == (D("9900") - D("50.025"), D("50.025"))


def test_a_resting_order_fills_as_maker_at_its_own_price():
    """The seller comes to our price; a better one is not ours to have."""
    client = Client()
    client.order(price="99", quantity="0.5")

    client.move(bids=(("98.50", "3"),), asks=(("98.90", "4"),))

    (trade,) = client.ok("GET", "/api/v3/myTrades", symbol="BTCUSDT")
    assert (trade["price"], trade["qty"], trade["isMaker"]) == ("99.00000000", "0.50000000", True)
    assert client.free("USDT") == (D("9950.5"), D(0))


def test_a_resting_order_fills_by_no_more_than_the_market_offers():
    """Partial fills are where bots lose count."""
    client = Client()
    client.order(price="99", quantity="2")

    client.move(bids=(("98.50", "3"),), asks=(("98.90", "0.7"),))

    (row,) = client.ok("GET", "/api/v3/openOrders", symbol="BTCUSDT")
    assert (row["status"], row["executedQty"]) == ("PARTIALLY_FILLED", "0.70000000")
    assert client.free("USDT")[1] == D("128.7")


def test_ioc_and_fok_take_what_they_may_and_end():
    """One keeps a part, the other wants all or nothing."""
    client = Client()

    ioc = client.order(price="100.05", quantity="3", timeInForce="IOC")
    fok = client.order(price="100.10", quantity="3", timeInForce="FOK")

    assert (ioc["status"], ioc["executedQty"]) == ("EXPIRED", "1.00000000")
    assert (fok["status"], fok["executedQty"]) == ("EXPIRED", "0.00000000")
    assert fok["expiryReason"] == "UNFILLED_FOK_ORDER_EXPIRED"


def test_a_maker_only_order_is_refused_when_it_would_take():
    """It pays the maker's fee or does not exist."""
    client = Client()

    refused = client.no_order("BUY", "LIMIT_MAKER", quantity="1", price="100")

    assert refused == (-2010, "Order would immediately match and take.")
    assert client.order("BUY", "LIMIT_MAKER", quantity="1", price="99.99")["status"] == "NEW"


def test_a_stop_waits_for_a_trade_and_then_takes_the_market():
    """Its events tell NEW twice: when it came, and when it entered the book."""
    client = Client()
    bids, asks = (("99.40", "1"), ("99.30", "1")), (("99.60", "1"),)
    client.order("SELL", "STOP_LOSS", quantity="1.2", stopPrice="99.50")
    client.move(bids, asks, trades=())
    assert client.events()[-1]["x"] == "NEW"

    client.move(bids, asks, trades=(("99.45", "1"),))

    assert [(each["x"], each["X"], each["w"]) for each in client.events()] == [
        ("NEW", "NEW", False),
        ("NEW", "NEW", True),
        ("TRADE", "PARTIALLY_FILLED", True),
        ("TRADE", "FILLED", False),
    ]
    assert client.free("BTC") == (D("8.8"), D(0))


def test_a_stop_on_the_wrong_side_would_trigger_at_once():
    """A stop that fires on arrival is a market order nobody asked for."""
    client = Client()

    for side, kind, stop in (
        ("SELL", "STOP_LOSS", "100.50"),
        ("BUY", "STOP_LOSS", "99.50"),
        ("SELL", "TAKE_PROFIT", "99.50"),
        ("BUY", "TAKE_PROFIT", "100.50"),
    ):
        assert client.no_order(side, kind, quantity="1", stopPrice=stop) == (
            -2010,
            "Order would trigger immediately.",
        )


def test_a_stop_limit_rests_at_its_limit_when_the_market_has_gone_past():
    """The gap that leaves a position without a stop."""
    client = Client()
    client.order("SELL", "STOP_LOSS_LIMIT", quantity="1", price="99.40", stopPrice="99.50")

    client.move(bids=(("99.00", "5"),), asks=(("99.20", "5"),), trades=(("99.10", "1"),))

    (row,) = client.ok("GET", "/api/v3/openOrders", symbol="BTCUSDT")
    assert (row["isWorking"], row["executedQty"]) == (True, "0.00000000")


def test_a_take_profit_triggers_in_the_other_direction():
    """A seller's profit lies above, its stop below."""
    client = Client()
    client.order("SELL", "TAKE_PROFIT", quantity="0.5", stopPrice="101")

    client.move(bids=(("101.20", "5"),), asks=(("101.30", "5"),), trades=(("101.25", "1"),))

    (trade,) = client.ok("GET", "/api/v3/myTrades", symbol="BTCUSDT")
    assert trade["price"] == "101.20000000"


def test_a_triggered_buy_that_cannot_be_paid_for_any_more_expires():
    """The price it was locked at is gone; the account must not go below zero."""
    client = Client(balances={"USDT": D(101)})
    client.order("BUY", "STOP_LOSS", quantity="1", stopPrice="101")

    client.move(bids=(("104", "5"),), asks=(("105", "5"),), trades=(("104.50", "1"),))

    assert client.events()[-1]["eR"] == "REJECTED"
    assert client.free("USDT") == (D(101), D(0))


def test_a_client_id_is_unique_among_open_orders_only():
    """The trap that doubles an order when a time-out is answered with a resend."""
    client = Client()
    client.order(price="99", quantity="1", newClientOrderId="same")

    refused = client.no_order("BUY", "MARKET", quantity="1", newClientOrderId="same")
    client.ok("DELETE", "/api/v3/order", symbol="BTCUSDT", origClientOrderId="same")
    for _ in range(2):
        client.order("BUY", "MARKET", quantity="0.5", newClientOrderId="same")

    assert refused == (-2010, "Duplicate order sent.")
    assert client.free("BTC")[0] == D("10.999")


def test_what_orders_lock_cannot_be_spent_twice():
    """Not by a stop that waits beside a target, either."""
    client = Client()
    client.order("SELL", price="101", quantity="6")
    client.order("SELL", "STOP_LOSS", quantity="4", stopPrice="90")

    refused = client.no_order("SELL", "MARKET", quantity="0.1")

    assert refused == (-2010, "Account has insufficient balance for requested action.")
    assert client.free("BTC") == (D(0), D(10))


def test_a_cancel_frees_what_was_locked_and_names_both_ids():
    """In the event, `c` is the cancel's own id and `C` the order's."""
    client = Client()
    placed = client.order(price="99", quantity="1", newClientOrderId="mine")

    told = client.ok(
        "DELETE",
        "/api/v3/order",
        symbol="BTCUSDT",
        orderId=placed["orderId"],
        newClientOrderId="the-cancel",
    )

    assert (told["origClientOrderId"], told["clientOrderId"]) == ("mine", "the-cancel")
    event = client.events()[-1]
    assert (event["x"], event["c"], event["C"]) == ("CANCELED", "the-cancel", "mine")
    assert client.free("USDT") == (D(10_000), D(0))


def test_nothing_matches_while_a_symbol_does_not_trade():
    """Prices may move; the engine is shut."""
    client = Client()
    client.order(price="99", quantity="1")
    client.venue.set_status("BTCUSDT", SymbolStatus.CANCEL_ONLY)

    client.move(bids=BIDS, asks=(("98", "5"),))

    assert not client.state.matching.table.trades["BTCUSDT"]
    assert client.no_order("BUY", "MARKET", quantity="1") == (-2010, "Market is closed.")


def test_the_balances_of_every_moment_are_what_was_exchanged():
    """Money is neither made nor lost at the venue but by fees."""
    client = Client()
    client.order("BUY", "MARKET", quantity="1.5")
    client.order("SELL", price="101", quantity="2")
    client.move(bids=(("102", "9"),), asks=(("102.1", "9"),))

    truth = client.venue.truth()

    base, quote = D(10), D(10_000)
    for each in truth.trades:
        sign = 1 if each.is_buyer else -1
        base += sign * each.quantity - (each.commission if each.commission_asset == "BTC" else 0)
        quote -= sign * each.quote_quantity
        quote -= each.commission if each.commission_asset == "USDT" else 0
    assert truth.balances == {"BTC": base, "USDT": quote}
