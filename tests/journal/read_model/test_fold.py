from decimal import Decimal

import msgspec
import pytest

from argonaut.domain.event import Adjusted, Deposited
from argonaut.domain.ids import ClientOrderId, FillId, InstrumentId, StrategyId, VenueOrderId
from argonaut.domain.order import (
    Accepted,
    Canceled,
    Denied,
    Filled,
    Order,
    OrderRole,
    OrderType,
    Side,
)
from argonaut.domain.record import Anomaly, OrderSent
from argonaut.journal.memory import MemoryJournal
from argonaut.journal.read_model.fold import Fold, FoldState, instrument_named

BTC = InstrumentId("BTC/USDT@binance")
NEW = FoldState()
ENCODE = msgspec.json.Encoder(order="deterministic").encode


class Told:
    """Rows of a small story, folded as they are told."""

    def __init__(self, state=NEW, lines=(), seen=()):
        self.journal = MemoryJournal(keeps_rows=True)
        self.fold = Fold(state, lines, seen)

    def tell(self, kind, subject, body):
        seq = self.journal.append(1, 1_000, kind, subject, ENCODE(body))
        self.fold.take(self.journal.rows[seq - 1])

    def deposit(self, asset, amount):
        self.tell("deposit", asset, Deposited(event_ns=1, asset=asset, amount=Decimal(amount)))

    def order(self, order_id="s-1-e", quantity="2", side=Side.BUY, role=OrderRole.ENTRY):
        order = Order(
            client_order_id=ClientOrderId(order_id),
            strategy_id=StrategyId("s"),
            instrument_id=BTC,
            side=side,
            order_type=OrderType.MARKET,
            role=role,
            quantity=Decimal(quantity),
        )
        self.tell("intent", order_id, OrderSent(order=order, reason="why not"))

    def fill(self, quantity, price, *, fill_id="t1", order_id="s-1-e"):
        self.tell(
            "report",
            order_id,
            Filled(
                client_order_id=ClientOrderId(order_id),
                event_ns=2_000,
                fill_id=FillId(fill_id),
                quantity=Decimal(quantity),
                price=Decimal(price),
            ),
        )


@pytest.fixture
def told():
    story = Told()
    story.deposit("USDT", "1000")
    return story


def test_a_fill_moves_order_position_and_equity(told):
    told.order()
    told.fill("0.5", "100")
    (order,), (position,) = told.fold.orders, told.fold.account.positions

    assert (order["status"], order["filled"]) == ("partially_filled", Decimal("0.5"))
    assert order["average_price"] == 100
    assert (position["quantity"], position["cost"]) == (Decimal("0.5"), 50)
    assert [each["equity"] for each in told.fold.account.equity] == [1000, 1000]
    assert told.fold.account.equity[-1]["balances"] == '{"BTC":"0.5","USDT":"950.0"}'
    assert told.fold.account.fills[0]["seq"] == 3


def test_a_fill_that_is_told_twice_counts_once(told):
    told.order()
    told.fill("0.5", "100")
    told.fill("0.5", "100")

    assert len(told.fold.account.fills) == 1
    assert told.fold.account.positions[0]["quantity"] == Decimal("0.5")


def test_a_fill_counted_on_an_earlier_page_counts_once():
    story = Told(seen=[(BTC, "t1")])
    story.order()
    story.fill("0.5", "100")

    assert not story.fold.account.fills
    assert not story.fold.account.positions


def test_a_fill_of_nobody_is_left_out(told):
    told.fill("1", "100", order_id="gone-1-e")

    assert not told.fold.account.fills
    assert len(told.fold.account.equity) == 1


def test_a_late_fill_of_a_canceled_order_is_money(told):
    told.order()
    told.tell("report", "s-1-e", Canceled(client_order_id=ClientOrderId("s-1-e"), event_ns=1))
    told.fill("0.5", "100")

    assert told.fold.orders[0]["status"] == "canceled"
    assert told.fold.account.positions[0]["quantity"] == Decimal("0.5")


def test_an_acceptance_brings_the_venues_id_and_a_denial_ends(told):
    accepted = Accepted(
        client_order_id=ClientOrderId("s-1-e"), event_ns=1, venue_order_id=VenueOrderId("77")
    )
    told.order()
    told.tell("report", "s-1-e", accepted)
    told.order("s-2-e")
    denied = Denied(client_order_id=ClientOrderId("s-2-e"), event_ns=9, reason="no")
    told.tell("report", "s-2-e", denied)
    first, second = told.fold.orders

    assert (first["status"], first["venue_order_id"]) == ("accepted", "77")
    assert (second["status"], second["ended_ns"]) == ("denied", 9)


def test_an_adjustment_moves_the_balance_and_is_no_gain(told):
    body = Adjusted(event_ns=1, asset="USDT", amount=Decimal(-100), reason="by hand")
    told.tell("adjustment", "USDT", body)
    last = told.fold.account.equity[-1]

    assert last["equity"] == last["net_transfers"] == 900


def test_dust_that_was_given_up_is_no_position(told):
    """The engine is flat; a model that shows a holding would be asked about for ever."""
    told.order()
    told.fill("2", "100")
    told.order("s-1-x", "1.9999", Side.SELL, OrderRole.EXIT)
    told.fill("1.9999", "110", fill_id="t2", order_id="s-1-x")
    told.tell("anomaly", "dust", Anomaly(what="dust", detail=f"0.0001 {BTC} is below one lot"))
    (position,) = told.fold.account.positions

    assert position["quantity"] == 0
    assert position["closed_ns"] == 2_000
    assert told.fold.account.equity[-1]["balances"] == '{"USDT":"1019.9890"}'


def test_dust_of_a_book_without_entries_is_left_alone():
    story = Told()
    story.tell("anomaly", "dust", Anomaly(what="dust", detail=f"0.1 {BTC} is below one lot"))

    assert not story.fold.account.positions


def test_a_coin_that_nothing_trades_is_left_out_of_equity():
    """As the ledger has it: a coin that pays fees must not make equity unknown."""
    story = Told(FoldState(quote="USDT"))
    story.deposit("BNB", "1")
    story.deposit("USDT", "10")

    assert [each["equity"] for each in story.fold.account.equity] == [0, 10]
    assert story.fold.account.equity[-1]["balances"] == '{"BNB":"1","USDT":"10"}'


def test_the_next_page_goes_on_where_this_one_ended(told):
    told.order()
    told.fill("2", "100")
    after = Told(told.fold.state())
    after.order("s-1-x", "2", Side.SELL, OrderRole.EXIT)
    after.fill("2", "110", fill_id="t2", order_id="s-1-x")

    assert after.fold.account.positions[0]["realized"] == 20
    assert after.fold.account.equity[0]["equity"] == 1020
    assert not told.fold.state().book["sheets"][0]["seen"]


def test_an_instrument_is_named_by_its_assets():
    named = instrument_named(InstrumentId("ETH/BTC:BTC@venue"))

    assert (named.base, named.quote) == ("ETH", "BTC")
