"""A signal is money asked for by a stranger: every field is checked before the engine hears it."""

import json

import pytest

from argonaut.domain.ids import VenueId
from argonaut.feeds.errors import BadDataError
from argonaut.feeds.signals import SIGNAL_BYTES_MAX, parse_signal

SIGNAL = {"id": "s-1", "source": "scanner", "instrument": "BTC/USDT", "side": "buy"}


def parsed(seen_ns=7, **fields):
    return parse_signal(
        json.dumps(SIGNAL | fields).encode(), seen_ns=seen_ns, venue_id=VenueId("sim")
    )


def test_the_shortest_signal_is_an_instrument_and_a_side():
    signal = parsed()

    assert (signal.signal_id, signal.side, signal.intent) == ("s-1", "buy", "auto")
    assert (signal.event_ns, signal.sent_ns) == (7, None)


def test_an_instrument_without_a_venue_is_at_the_venue_that_listens():
    assert parsed().instrument_id == "BTC/USDT@sim"
    assert parsed(instrument="BTC/USDT@binance").instrument_id == "BTC/USDT@binance"


def test_the_detector_s_own_time_is_kept_beside_ours():
    signal = parsed(seen_ns=9, ts_ns=5)

    assert (signal.event_ns, signal.sent_ns) == (9, 5)


def test_sizes_are_exact_however_they_are_written():
    """A float would turn 0.1 into 0.1000000000000000055."""
    assert str(parsed(notional="0.1").notional) == "0.1"
    assert str(parsed(quantity=0.1).quantity) == "0.1"


@pytest.mark.parametrize(("short", "value"), [("size", "quantity"), ("quote", "notional")])
def test_short_forms_mean_the_same(short, value):
    assert str(getattr(parsed(**{short: "0.5"}), value)) == "0.5"


def test_a_body_that_may_hold_a_secret_is_not_shown():
    with pytest.raises(BadDataError, match="signal with a secret: ") as caught:
        parsed(secret="canary", side="hold")

    assert "canary" not in str(caught.value)


def test_a_named_strategy_is_kept():
    assert parsed(strategy="trend").strategy == "trend"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"amount": 1}, "unknown field `amount`"),
        ({"quantity": 1, "size": 1}, "want one of quantity, size for the quantity"),
        ({"instrument": ""}, "want an instrument such as"),
        ({"symbol": "BTC/USDT"}, "want one of instrument, asset, symbol"),
        ({"tag": "a\nb"}, "want tag of at most 64 printable characters"),
        ({"tag": "x" * 65}, "want tag of at most 64"),
        ({"notional": "1" * 41}, "want notional of at most 40 digits"),
        ({"leverage": 2}, "want leverage 1 or none, not 2"),
        ({"ts_ns": -1}, "want ts_ns in UTC nanoseconds"),
        ({"metadata": {str(n): "" for n in range(33)}}, "at most 32 entries"),
        ({"side": "hold"}, "hold"),
        ({"notional": "much"}, "decimal"),
        ({"confidence": "high"}, "Expected `float`"),
        ({"id": ""}, "wants an id and a source"),
        ({"source": ""}, "wants an id and a source"),
        ({"ts_ns": 1.5}, "Expected `int"),
    ],
)
def test_a_wrong_field_is_named(fields, message):
    with pytest.raises(BadDataError, match=message):
        parsed(**fields)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff\xfe"])
def test_what_is_no_object_is_refused(body):
    with pytest.raises(BadDataError, match="signal b'"):
        parse_signal(body, seen_ns=0, venue_id=VenueId("sim"))


def test_a_signal_of_more_than_64_kb_is_refused_unread():
    with pytest.raises(BadDataError, match=f"want a signal of at most {SIGNAL_BYTES_MAX} bytes"):
        parsed(tag="x" * SIGNAL_BYTES_MAX)
