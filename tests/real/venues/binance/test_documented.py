"""Every message and error that is documented or was recorded elsewhere, through our own parsers."""

import gzip
import json

import pytest

from argonaut.domain.ids import InstrumentId
from argonaut.domain.order import Accepted, Canceled, Expired, Filled, Rejected
from argonaut.venues.binance.errors import CODES, Outcome, row_of
from argonaut.venues.binance.parse import execution_of
from argonaut.venues.binance.rules import decode_exchange_info, rules_of
from argonaut.venues.binance.strict import WireError
from argonaut.venues.binance.wire import (
    decode_account,
    decode_account_frame,
    decode_execution,
    decode_order,
    decode_orders,
    decode_own_trades,
    decode_public_trades,
)


@pytest.fixture(scope="module")
def fixtures(shared):
    return shared / "fixtures"


def loaded(path):
    raw = path.read_bytes()
    return json.loads(gzip.decompress(raw) if path.suffix == ".gz" else raw)


def examples(path):
    return [json.dumps(each) for each in loaded(path)["examples"]]


def test_every_documented_code_is_in_the_table(fixtures):
    listed = {each["code"] for each in loaded(fixtures / "binance_spot_docs/errors/errors.json")}

    assert listed <= set(CODES)


def test_every_text_of_the_matching_engine_has_an_outcome_that_is_no_guess(fixtures):
    """-2010 with any of them is a refusal, but for the one that says an order exists."""
    texts = [text for text, _ in loaded(fixtures / "binance_spot_docs/errors/messages.json")]
    unknown = [
        text for text in texts if row_of(status=400, code=-2010, text=text).place is Outcome.UNKNOWN
    ]

    assert len(texts) > 50
    assert unknown == [
        "Duplicate order sent.",
        "Order was not canceled due to cancel restrictions.",
    ]


def test_documented_events_of_the_account_are_read(fixtures):
    for path in sorted((fixtures / "binance_spot_docs/user-data-stream").glob("*.json")):
        for text in examples(path):
            assert decode_account_frame(text).subscription_id == 0


def test_the_documented_order_update_is_an_acceptance(fixtures):
    (text,) = examples(fixtures / "binance_spot_docs/user-data-stream/Order_Update.json")
    event = json.dumps(json.loads(text)["event"])

    assert [type(each) for each in execution_of(decode_execution(event)).reports] == [Accepted]


def test_documented_answers_to_an_order_are_read(fixtures):
    texts = examples(fixtures / "binance_spot_docs/rest-api/New_order_TRADE.json")
    ack, *whole = texts

    with pytest.raises(WireError):
        decode_order(ack)  # never asked for: it tells no status
    assert [decode_order(text).status for text in whole] == ["FILLED", "FILLED"]


RECORDED = "nautilus/binance"
# Each step also says which order of the venue's it is of: the frame before may have been lost.
REPORTS: dict[str, list[type] | None] = {
    "a/spot/user_data_json/execution_report_new.json": [Accepted],
    "a/spot/user_data_json/execution_report_trade.json": [Accepted, Filled],
    "a/spot/user_data_json/execution_report_canceled.json": [Accepted, Canceled],
    "a/spot/user_data_json/execution_report_stop_loss.json": [Accepted],
    "b/ws_messages/ws_spot_execution_report_new.json": [Accepted],
    "b/ws_messages/ws_spot_execution_report_trade.json": [Accepted, Filled],
    "b/ws_messages/ws_spot_execution_report_canceled.json": [Accepted, Canceled],
    "b/ws_messages/ws_spot_execution_report_rejected.json": [Rejected],
    "b/ws_messages/ws_spot_execution_report_custom_client_id.json": None,
    "b/ws_messages/ws_spot_execution_report_empty_client_id.json": None,
    "b/ws_messages/ws_spot_execution_report_binance_us.json": None,
    "b/ws_messages/ws_spot_execution_report_new_price_match.json": [Accepted],
    "b/ws_messages/ws_spot_execution_report_trade_l_zero_new.json": [],
    "b/ws_messages/ws_spot_execution_report_trade_l_zero_expired.json": [Accepted, Expired],
}


@pytest.mark.parametrize("name", REPORTS)
def test_recorded_reports_are_what_they_say(fixtures, name):
    shown = loaded(fixtures / RECORDED / name)
    told = execution_of(decode_execution(json.dumps(shown.get("data", shown))))

    wanted = REPORTS[name]
    assert wanted is None or [type(each) for each in told.reports] == wanted


def test_a_recorded_fill_at_no_price_is_refused(fixtures):
    name = "b/ws_messages/ws_spot_execution_report_trade_l_zero.json"
    shown = loaded(fixtures / RECORDED / name)["data"]

    with pytest.raises(WireError, match="price > 0"):
        execution_of(decode_execution(json.dumps(shown)))


def test_recorded_answers_of_rest_are_read(fixtures):
    folder = fixtures / RECORDED / "a/spot/http_json"
    for name, decode in (
        ("account_response", decode_account),
        ("account_trades_response", decode_own_trades),
        ("all_orders_response", decode_orders),
        ("open_orders_response", decode_orders),
        ("order_response", decode_order),
        ("trades_response", decode_public_trades),
    ):
        assert decode((folder / f"{name}.json").read_bytes())
    info = fixtures / RECORDED / "b/http_responses/http_spot_market_exchange_info.json"
    assert decode_exchange_info(info.read_bytes()).symbols


def test_the_rules_of_a_whole_market_make_instruments(fixtures):
    """Every symbol the venue listed one day, with all the filters they had."""
    raw = gzip.decompress((fixtures / "captures/cryptofeed/BINANCE.0.gz").read_bytes())
    _, _, text = raw.decode().splitlines()[0].partition(": {")
    info = decode_exchange_info("{" + text)
    wanted = [
        InstrumentId(f"{each.base_asset}/{each.quote_asset}@binance")
        for each in info.symbols
        if each.is_spot_trading_allowed
    ]

    found = rules_of(info, wanted)

    assert len(found) > 1_000
    assert all(each.instrument.min_notional > 0 for each in found.values())
