from decimal import Decimal

import msgspec
import pytest

from argonaut.domain.event import ForeignOrder
from argonaut.domain.ids import ClientOrderId, InstrumentId, VenueOrderId
from argonaut.domain.order import OrderStatus, Side
from argonaut.domain.record import Decision, OrderSent
from argonaut.domain.venue_view import VenueOrder
from argonaut.journal.body import body_of
from argonaut.journal.found import KINDS, found_in, orders_in
from argonaut.journal.memory import MemoryJournal
from tests.journal.told import told_rows


def decoded_ids(row):
    """The orders a row is about, the slow and certain way."""
    body = body_of(row)
    if isinstance(body, Decision):
        return [order.client_order_id for order in body.orders]
    if isinstance(body, OrderSent):
        return [body.order.client_order_id]
    if row.kind == "round_trip":
        return [row.subject]
    named = getattr(body, "client_order_id", None)
    return [] if named is None else [named]


def test_what_is_found_without_decoding_is_what_decoding_finds():
    """A late fill of a closed order is booked to what these rows say it was."""
    found = {row.seq: list(orders_in(row.kind, row.subject, row.payload)) for row in told_rows()}

    assert found == {row.seq: decoded_ids(row) for row in told_rows()}
    assert sum(map(bool, found.values())) > 50


def test_a_text_that_looks_like_an_id_is_none():
    """The reason of a signal is written by whoever sends it."""
    decision = next(row for row in told_rows() if row.kind == "decision")
    body = msgspec.json.decode(decision.payload)
    body["signal"]["reason"] = '{"client_order_id":"forged-1-e"}'
    payload = msgspec.json.encode(body)

    assert "forged-1-e" not in orders_in("decision", "", payload)


def test_a_foreign_order_is_found_by_the_id_it_carries():
    order = VenueOrder(
        instrument_id=InstrumentId("BTC/USDT@binance"),
        client_order_id=ClientOrderId("web_77"),
        venue_order_id=VenueOrderId("9"),
        side=Side.BUY,
        status=OrderStatus.ACCEPTED,
        quantity=Decimal(1),
    )
    payload = msgspec.json.encode(ForeignOrder(event_ns=1, order=order))

    assert list(orders_in("foreign", "9", payload)) == ["web_77"]


@pytest.mark.parametrize("kind", ["skip", "snapshot", "strategy_state", "signal"])
def test_other_kinds_are_about_no_order(kind):
    assert kind not in KINDS
    assert not orders_in(kind, "s-1-e", b'{"client_order_id":"s-1-e"}')


def test_a_group_yields_its_mentions_and_the_hashes_of_its_snapshots():
    journal = MemoryJournal(keeps_rows=True)
    journal.append(1, 1, "intent", "s-1-s1", b"{}")
    journal.append(1, 1, "snapshot", "", b"{}")
    journal.append(1, 1, "decision", "s-2", b'{"orders":[{"client_order_id":"s-2-e"}]}')
    mentions, seals = found_in([msgspec.structs.astuple(row) for row in journal.rows])

    assert mentions == [("s-1-s1", 1), ("s-2-e", 3)]
    assert seals == [(2, journal.rows[1].hash)]
