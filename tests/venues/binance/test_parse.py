"""Recorded messages to our own types: what is told is exactly what happened."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.ids import ClientOrderId, FillId, VenueOrderId
from argonaut.domain.market import Bar
from argonaut.domain.order import (
    Accepted,
    Canceled,
    Expired,
    Filled,
    OrderStatus,
    Rejected,
    Side,
    Triggered,
)
from argonaut.domain.timeframe import MINUTE_NS
from argonaut.domain.venue_view import VenueFill
from argonaut.venues.binance.parse import (
    balances_of,
    bar_of,
    canceled_of,
    execution_of,
    fill_candle,
    fill_of,
    placed_of,
    quote_numbers,
    ticker_numbers,
    venue_order_of,
)
from argonaut.venues.binance.strict import WireError
from argonaut.venues.binance.wire import (
    decode_account,
    decode_book_ticker,
    decode_execution,
    decode_kline,
    decode_klines,
    decode_order,
    decode_own_trades,
    decode_report_frame,
)
from tests.venues.binance.made import BTC, T_NS, message, order, recorded, text

MS_NS = 1_000_000
OURS = ClientOrderId("trend-k1-1-e")


def told(name, **changed):
    frame = message("user", name)
    frame["event"].update(changed)
    return execution_of(decode_report_frame(text(frame)).event)


def placed(name, **changed):
    return placed_of(decode_order(text({**message("rest", name), **changed})), order(), "BTCUSDT")


def test_a_new_order_is_accepted_with_the_venues_id():
    (accepted,) = told("new").reports

    assert accepted == Accepted(
        client_order_id=OURS, event_ns=T_NS + MS_NS, venue_order_id=VenueOrderId("4001")
    )


def test_a_stop_that_waits_has_not_triggered():
    """One that is taken for triggered is no protection any more."""
    assert [type(each) for each in told("stop_waits").reports] == [Accepted]


def test_a_stop_in_the_book_has_triggered():
    assert [type(each) for each in told("stop_triggered").reports] == [Accepted, Triggered]


@pytest.mark.parametrize("name", ["trade", "filled", "canceled", "expired", "self_trade"])
def test_every_step_tells_which_order_of_the_venues_it_is_of(name):
    """The frame that told it first may be lost, and its executions are listed by that id alone:
    they were booked as somebody's trade by hand (seed 29)."""
    known = told(name).reports[0]

    assert isinstance(known, Accepted)
    assert known.venue_order_id == "4001"


def test_an_execution_is_a_fill_with_its_fee():
    _, filled = told("trade").reports

    assert filled == Filled(
        client_order_id=OURS,
        event_ns=T_NS + MS_NS,
        fill_id=FillId("7001"),
        quantity=Decimal("0.00400000"),
        price=Decimal("63999.50000000"),
        fee=Decimal("0.00000400"),
        fee_asset="BTC",
        is_maker=True,
    )


def test_the_fee_may_be_in_a_third_asset():
    """With BNB for fees the whole base is ours; the ledger has to know."""
    _, filled = told("filled").reports

    assert isinstance(filled, Filled)
    assert (filled.fee, filled.fee_asset) == (Decimal("0.00012000"), "BNB")


def test_a_canceled_order_is_named_by_its_own_id_and_not_by_the_cancels():
    """`c` is the id of the request: an order taken out by hand would be nobody's."""
    _, canceled = told("canceled").reports

    assert canceled == Canceled(client_order_id=OURS, event_ns=T_NS + MS_NS)


@pytest.mark.parametrize("original", ["", "null", None])
def test_a_cancel_without_an_original_id_names_the_order_itself(original):
    _, canceled = told("canceled", c="trend-k1-1-e", C=original).reports

    assert canceled.client_order_id == "trend-k1-1-e"


def test_a_rejected_order_says_why():
    (rejected,) = told("rejected").reports

    assert isinstance(rejected, Rejected)
    assert rejected.reason == "INSUFFICIENT_BALANCES"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("expired", "UNFILLED_IOC_QUANTITY_EXPIRED"),
        ("expired_by_trade", "EXPIRED"),
        ("self_trade", "EXPIRED_IN_MATCH"),
    ],
)
def test_an_order_the_venue_ends_has_expired(name, reason):
    _, expired = told(name).reports

    assert isinstance(expired, Expired)
    assert expired.reason == reason


def test_a_last_fill_of_an_order_that_expires_is_told_before_its_end():
    reports = told("trade", X="EXPIRED").reports

    assert [type(each) for each in reports] == [Accepted, Filled, Expired]


def test_what_reports_cannot_tell_is_a_hint():
    assert told("replaced") == ((), "order trend-k1-1-e: REPLACED leaves it NEW")
    assert told("new", x="TRADE", X="NEW").hint == "order trend-k1-1-e: an execution of nothing"


def test_a_fill_at_no_price_is_refused():
    """Recorded once of a venue: booked, it would be a gift of the whole quantity."""
    with pytest.raises(WireError, match="price > 0"):
        told("trade", L="0.00000000")


def test_a_fee_in_no_asset_is_refused():
    with pytest.raises(WireError, match="asset of a fee"):
        told("trade", N=None)


def test_a_rebate_is_a_negative_fee():
    _, filled = told("trade", n="-0.00000100").reports

    assert isinstance(filled, Filled)
    assert filled.fee == Decimal("-0.00000100")


def test_a_placed_order_is_accepted():
    assert placed("placed").reports == (
        Accepted(client_order_id=OURS, event_ns=T_NS + MS_NS, venue_order_id=VenueOrderId("4001")),
    )


def test_a_market_order_tells_its_fills_at_once():
    accepted, *fills = placed("placed_filled").reports

    assert isinstance(accepted, Accepted)
    assert [(each.fill_id, each.quantity, each.price) for each in fills] == [
        ("7001", Decimal("0.00600000"), Decimal("64001.00000000")),
        ("7002", Decimal("0.00400000"), Decimal("64002.00000000")),
    ]
    assert placed("placed_filled").hint == ""


def test_an_order_that_takes_what_it_gets_expires_with_its_fills():
    assert [type(each) for each in placed("placed_expired").reports] == [Accepted, Filled, Expired]


def test_more_executed_than_told_is_a_hint_to_reconcile():
    """An answer that leaves a fill out must not lose it."""
    fills = message("rest", "placed_filled")["fills"][:1]

    assert placed("placed_filled", fills=fills).hint == (
        "order trend-k1-1-e: 0.01000000 executed, 0.00600000 told"
    )


def test_a_placed_order_may_be_refused_or_taken_out_in_its_answer():
    assert [type(each) for each in placed("placed", status="REJECTED").reports] == [Rejected]
    accepted, canceled = placed("placed", status="CANCELED").reports
    assert isinstance(accepted, Accepted)
    assert isinstance(canceled, Canceled)


def test_an_answer_that_leaves_fills_out_does_not_end_its_order():
    """What it bought is unknown, and its end would free the rest."""
    fills = message("rest", "placed_filled")["fills"][:1]
    found = placed("placed_filled", status="EXPIRED", fills=fills)

    assert [type(each) for each in found.reports] == [Accepted, Filled]
    assert "0.01000000 executed, 0.00600000 told" in found.hint


@pytest.mark.parametrize(
    "other", [{"clientOrderId": "another"}, {"symbol": "ETHBTC"}, {"side": "SELL"}]
)
def test_the_answer_to_another_order_is_no_answer(other):
    """F36: taken for ours it would end the wrong order."""
    with pytest.raises(WireError, match="want the answer to"):
        placed("placed", **other)


def test_a_cancel_is_told_when_what_was_executed_before_is_booked():
    answer = decode_order(recorded("rest", "canceled"))

    found = canceled_of(answer, order(filled=Decimal("0.001")), "BTCUSDT")

    assert found.reports == (), "its end would free what it holds before all is known"
    assert found.hint == "order trend-k1-1-e: canceled with 0.00400000 executed, 0.001 told"
    whole = canceled_of(answer, order(filled=Decimal("0.004")), "BTCUSDT")
    assert [type(each) for each in whole.reports] == [Canceled]
    assert not whole.hint


def test_a_cancel_that_finds_the_order_filled_tells_nothing_but_a_hint():
    answer = decode_order(text({**message("rest", "canceled"), "status": "FILLED"}))

    assert canceled_of(answer, order(filled=Decimal("0.004")), "BTCUSDT") == (
        (),
        "order trend-k1-1-e: FILLED after a cancel",
    )


def test_the_cancel_of_another_order_is_no_answer():
    answer = decode_order(text({**message("rest", "canceled"), "origClientOrderId": "another"}))

    with pytest.raises(WireError, match="want the cancel of"):
        canceled_of(answer, order(), "BTCUSDT")


def test_an_order_that_was_asked_for_is_shown_whole():
    found = venue_order_of(decode_order(recorded("rest", "order")), BTC)

    assert found.status is OrderStatus.PARTIALLY_FILLED
    assert (found.quantity, found.filled, found.price) == (
        Decimal("0.01"),
        Decimal("0.004"),
        Decimal(64000),
    )
    assert (found.trigger_price, found.updated_ns) == (None, T_NS + 5 * MS_NS)


def test_a_stop_that_waits_is_accepted_and_shows_its_trigger():
    found = venue_order_of(decode_order(recorded("rest", "stop")), BTC)

    assert (found.status, found.side) == (OrderStatus.ACCEPTED, Side.SELL)
    assert (found.price, found.trigger_price) == (None, Decimal(63000))


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("NEW", OrderStatus.ACCEPTED),
        ("PENDING_NEW", OrderStatus.ACCEPTED),
        ("FILLED", OrderStatus.FILLED),
        ("CANCELED", OrderStatus.CANCELED),
        ("PENDING_CANCEL", OrderStatus.PENDING_CANCEL),
        ("REJECTED", OrderStatus.REJECTED),
        ("EXPIRED", OrderStatus.EXPIRED),
        ("EXPIRED_IN_MATCH", OrderStatus.EXPIRED),
    ],
)
def test_every_documented_status_has_its_meaning(word, status):
    shown = decode_order(text({**message("rest", "order"), "status": word}))

    assert venue_order_of(shown, BTC).status is status


@pytest.mark.parametrize(
    "changed", [{"status": "SETTLED"}, {"executedQty": "0.02000000"}, {"side": "HOLD"}]
)
def test_an_order_no_venue_can_have_is_refused(changed):
    with pytest.raises(WireError):
        venue_order_of(decode_order(text({**message("rest", "order"), **changed})), BTC)


def test_an_execution_of_the_history_has_the_id_the_stream_tells():
    """The same fill comes by three ways and is booked once."""
    (shown,) = decode_own_trades(recorded("rest", "own_trades"))

    assert fill_of(shown, BTC) == VenueFill(
        instrument_id=BTC,
        fill_id=FillId("7001"),
        venue_order_id=VenueOrderId("4001"),
        side=Side.BUY,
        quantity=Decimal("0.00400000"),
        price=Decimal("64000.00000000"),
        fee=Decimal("0.00000400"),
        fee_asset="BTC",
        is_maker=True,
        event_ns=T_NS + 2 * MS_NS,
    )


def test_a_balance_counts_what_orders_lock():
    found = balances_of(decode_account(recorded("rest", "account")), T_NS)

    assert found.total == {"BTC": Decimal("0.6"), "USDT": Decimal(1000)}
    assert found.locked == {"BTC": Decimal("0.1")}
    assert found.as_of_ns == T_NS


def test_an_asset_listed_twice_is_refused():
    shown = message("rest", "account")
    shown["balances"].append(shown["balances"][0])

    with pytest.raises(WireError, match="every asset once"):
        balances_of(decode_account(text(shown)), T_NS)


def test_a_candle_is_read_from_rest_and_from_the_stream_alike():
    row = decode_klines(recorded("rest", "klines"))[0]
    streamed = Bar(BTC, MINUTE_NS)
    fill_candle(streamed, decode_kline(recorded("market", "kline_closed")).data.candle)
    asked = bar_of(row, BTC, MINUTE_NS)

    for bar in (streamed, asked):
        assert (bar.open_ns, bar.close_ns) == (T_NS, T_NS + MINUTE_NS)
        assert (bar.open, bar.high, bar.low, bar.close) == (64300.0, 64350.0, 64280.0, 64320.0)
        assert bar.volume == 20.0


@pytest.mark.parametrize("column", [1, 2, 3, 4])
def test_a_candle_that_contradicts_itself_is_refused(column):
    rows = message("rest", "klines")
    rows[0][column] = {1: "70000", 2: "1", 3: "70000", 4: "0"}[column]

    with pytest.raises(WireError):
        bar_of(decode_klines(text(rows))[0], BTC, MINUTE_NS)


def test_the_best_prices_are_floats():
    shown = decode_book_ticker(recorded("rest", "book_ticker"))

    assert ticker_numbers(shown) == (64321.5, 1.25, 64321.57, 0.4)


@pytest.mark.parametrize(
    ("bid", "ask"), [("2", "1"), ("1", "1"), ("0", "1"), ("1", "0"), ("1", "1" * 13)]
)
def test_a_book_that_cannot_be_is_no_quote(bid, ask):
    """I22: no strategy sees a crossed book."""
    with pytest.raises(WireError):
        quote_numbers(bid, "1", ask, "1")


FIELDS = st.sampled_from("eEscSofqpPFgCxXrilzLnNTtvIwmMOZYQWV")
VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.sampled_from(["0", "-1", "NaN", "1e9", "0.00000000", "1.5", "FILLED", "TRADE", "EXPIRED"])
    | st.text(max_size=5)
)


@given(
    st.sampled_from(["new", "trade", "filled", "canceled", "expired"]),
    st.dictionaries(FIELDS, VALUES, max_size=4),
)
def test_any_report_is_reports_or_a_declared_error(name, changed):
    """A parser that raises anything else stops the stream, and with it all that follows."""
    frame = message("user", name)
    frame["event"].update(changed)
    try:
        found = execution_of(decode_execution(json.dumps(frame["event"])))
    except (WireError, InvalidValueError):
        return
    assert all(each.client_order_id is not None for each in found.reports)
    for each in found.reports:
        if isinstance(each, Filled):
            assert each.quantity > 0
            assert each.price > 0
