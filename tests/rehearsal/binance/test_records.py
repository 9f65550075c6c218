"""How an order and an execution are remembered, and how they were a while ago."""

from decimal import Decimal

from argonaut.rehearsal.binance.records import WireOrder, WireTrade, order_row, result_row
from argonaut.rehearsal.binance.words import Expiry, Kind, Side, Status, TimeInForce

D = Decimal
MS_NS = 1_000_000


def trade(quantity: str, at_ms: int) -> WireTrade:
    return WireTrade(
        trade_id=at_ms,
        order_id=1,
        list_id=-1,
        symbol="BTCUSDT",
        price=D(100),
        quantity=D(quantity),
        commission=D(0),
        commission_asset="BTC",
        event_ns=at_ms * MS_NS,
        is_buyer=True,
        is_maker=False,
    )


def order(**changes) -> WireOrder:
    return WireOrder(
        **{
            "order_id": 1,
            "symbol": "BTCUSDT",
            "client_id": "mine",
            "side": Side.BUY,
            "kind": Kind.LIMIT,
            "time_in_force": TimeInForce.GTC,
            "quantity": D(2),
            "price": D(100),
            "created_ns": 1_000 * MS_NS,
            "updated_ns": 1_000 * MS_NS,
            "working_ns": 1_000 * MS_NS,
            **changes,
        }
    )


def test_what_an_order_did_is_the_sum_of_its_executions():
    """Nothing else is remembered, so nothing can disagree."""
    half = order(trades=[trade("0.5", 1_500)], status=Status.PARTIALLY_FILLED)

    assert (half.executed, half.quote_executed, half.leaves) == (D("0.5"), D(50), D("1.5"))
    assert half.lock == D(150)


def test_an_order_can_be_seen_as_it_was():
    """A stale read shows an old state, not a false one."""
    done = order(
        trades=[trade("0.5", 1_500), trade("1.5", 2_000)],
        status=Status.FILLED,
        updated_ns=2_000 * MS_NS,
    )

    states = [done.as_of(at * MS_NS) for at in (999, 1_200, 1_700, 2_000)]

    assert states[0] is None
    assert [(each.status, each.executed) for each in states if each is not None] == [
        (Status.NEW, D(0)),
        (Status.PARTIALLY_FILLED, D("0.5")),
        (Status.FILLED, D(2)),
    ]


def test_an_ended_order_says_why():
    """And one that never entered the book has no working time."""
    ended = order(
        kind=Kind.STOP_LOSS_LIMIT,
        stop_price=D(101),
        working_ns=None,
        status=Status.EXPIRED,
        expiry=Expiry.OCO_TRIGGER,
    )

    assert order_row(ended)["expiryReason"] == result_row(ended)["expiryReason"] == "OCO_TRIGGER"
    assert (order_row(ended)["workingTime"], order_row(ended)["isWorking"]) == (-1, False)
    assert result_row(ended)["stopPrice"] == "101.00000000"
    assert not ended.is_waiting
    assert ended.leaves == 0


def test_a_strategy_number_comes_back_as_it_was_sent():
    """It is how some clients find their own."""
    assert order_row(order(strategy={"strategyId": 5}))["strategyId"] == 5
