from decimal import Decimal

from argonaut.domain.ids import FillId
from argonaut.domain.instrument import Instrument
from argonaut.domain.order import Filled, Side
from argonaut.ledger.attribution import Attribution
from argonaut.ledger.book import Book
from argonaut.reports.attribution_tables import attribution_object, attribution_tables
from tests.reports.records import BTC, order

INSTRUMENT = Instrument(
    instrument_id=BTC,
    base="BTC",
    quote="USDT",
    tick_size=Decimal("0.01"),
    lot_size=Decimal("0.0001"),
)


def test_the_tables_of_a_book_add_up_to_its_account():
    book = Book({BTC: INSTRUMENT}, quote="USDT")
    book.deposit("USDT", Decimal(1000), 0)
    for number, (side, price) in enumerate([(Side.BUY, "100"), (Side.SELL, "110")]):
        sent = order(f"o-{number}", side=side, tag="dip")
        execution = Filled(
            client_order_id=sent.client_order_id,
            event_ns=number,
            fill_id=FillId(f"f-{number}"),
            quantity=Decimal(1),
            price=Decimal(price),
            fee=Decimal("0.5"),
            fee_asset="USDT",
        )
        book.apply_fill(sent, execution)

    tables = attribution_tables(book)

    assert tables.total.realized == 9
    assert tables.by_strategy == {"trend": tables.total}
    assert tables.by_instrument == {BTC: tables.total}
    assert tables.by_tag == {"dip": tables.total}


def test_a_row_as_json_values():
    row = Attribution(
        realized=Decimal(9),
        fees=Decimal(1),
        volume_quote=Decimal(210),
        fills=2,
        round_trips=1,
        wins=1,
        unvalued={"XYZ": Decimal("-0.1"), "ABC": Decimal(-2)},
    )

    found = attribution_object(row)

    assert found == {
        "realized": 9.0,
        "fees_quote": 1.0,
        "slippage_quote": 0.0,
        "volume_quote": 210.0,
        "fills": 2,
        "trades": 1,
        "wins": 1,
        "win_rate": 1.0,
        "unvalued": {"ABC": -2.0, "XYZ": -0.1},
    }
    assert list(found["unvalued"]) == ["ABC", "XYZ"]
