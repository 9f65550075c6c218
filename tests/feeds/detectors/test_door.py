"""The door: who, when, about what, how much and how often."""

import json
from dataclasses import dataclass
from decimal import Decimal
from ipaddress import ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.ids import InstrumentId
from argonaut.domain.secret import Secret
from argonaut.feeds.detectors.answer import Answer
from argonaut.feeds.detectors.door import Arrival, Passed
from argonaut.feeds.detectors.source import Source
from argonaut.feeds.detectors.tradingview import read_alert
from argonaut.runtime.clock import SystemClock
from tests.feeds.detectors.house import BTC, SCANNER, SECRETS, House, said, sealed

WORD = "a-word-that-is-in-the-body"
CHARTS = Source(name="charts", auth="body_secret", secrets={"word": Secret(WORD)})
SCRIPT = Source(name="script", auth="loopback")


@dataclass
class HandClock:
    wall: int = 0
    mono: int = 0

    def wall_ns(self):
        return SystemClock().wall_ns() + self.wall

    def mono_ns(self):
        return self.mono


def scanner(**more):
    secrets = {key_id: Secret(secret) for key_id, secret in SECRETS.items()}
    return Source(name="scanner", secrets=secrets, **more)


def check(*sources, house=None, body=None, **arrival):
    house = house or House(*(sources or (SCANNER,)))
    given: dict[str, Any] = {"is_push": True, "peer": "127.0.0.1"} | arrival
    envelope = sealed(said() if body is None else body)
    return house.door.check(Arrival.of(envelope, "http", **given))


def unsigned(source, house=None, read=None, body=None, peer="127.0.0.1", **fields):
    text = body or said(source=source.name, **fields)
    more = {} if read is None else {"read": read}
    arrival = Arrival(transport="http", body=text, peer=peer, is_push=True, **more)
    return (house or House(source)).door.check(arrival)


def code(judged):
    assert isinstance(judged, Answer)
    return judged.code


# who


def test_a_signed_signal_passes_as_its_source():
    passed = check()

    assert isinstance(passed, Passed)
    assert (passed.signal.source, passed.signal.instrument_id) == ("scanner", BTC)


def test_a_source_that_signs_may_not_leave_it_out():
    assert code(unsigned(SCANNER)) == "bad_envelope"


def test_a_secret_in_the_body_is_enough_only_where_the_config_says_so():
    assert isinstance(unsigned(CHARTS, secret=WORD), Passed)
    assert code(unsigned(CHARTS, secret="a guess")) == "bad_signature"
    assert code(unsigned(CHARTS)) == "bad_signature"
    assert code(unsigned(CHARTS, secret="ключ")) == "bad_signature"


def test_a_loopback_script_needs_no_secret_and_to_be_on_this_machine():
    assert isinstance(unsigned(SCRIPT), Passed)
    assert code(unsigned(SCRIPT, peer="198.51.100.7")) == "forbidden"
    assert code(unsigned(SCRIPT, peer="")) == "forbidden"  # out of a broker anybody may speak


def test_a_chart_s_alert_passes_with_its_secret():
    alert = {
        "id": "1",
        "source": "charts",
        "secret": WORD,
        "ticker": "BTCUSDT",
        "exchange": "BINANCE",
        "action": "buy",
        "contracts": "0.1",
        "time": "2026-01-02T03:04:05Z",
    }
    passed = unsigned(CHARTS, read=read_alert, body=json.dumps(alert).encode())

    assert isinstance(passed, Passed)
    assert passed.signal.quantity == Decimal("0.1")


def test_a_source_may_be_bound_to_addresses_and_transports():
    bound = scanner(networks=(ip_network("198.51.100.0/24"),))

    assert code(check(bound, peer="203.0.113.1")) == "forbidden"
    assert isinstance(check(bound, peer="198.51.100.9"), Passed)
    assert code(check(scanner(transports=frozenset({"redis"})))) == "forbidden"


# about what


def test_a_source_may_be_bound_to_instruments():
    assert code(check(scanner(instruments=frozenset({InstrumentId("ETH/USDT@sim")})))) == (
        "not_allowed"
    )
    assert isinstance(check(scanner(instruments=frozenset({BTC}))), Passed)


def test_the_id_may_come_from_the_transport():
    """Redis, Kafka and others number what they carry; a client may send an idempotency key."""
    body = said("")

    assert code(check(body=body)) == "no_id"
    passed = check(body=body, fallback_id="1735-0")
    assert isinstance(passed, Passed)
    assert passed.signal.signal_id == "1735-0"


def test_short_forms_mean_the_same():
    body = json.dumps(
        {"id": "a", "symbol": "BTCUSDT.BINANCE", "side": "sell", "size": 0.1}
    ).encode()
    passed = check(body=body)

    assert isinstance(passed, Passed)
    assert (passed.signal.instrument_id, passed.signal.quantity) == (BTC, Decimal("0.1"))


def test_a_source_on_trial_trades_nothing_whatever_it_says():
    passed = check(scanner(dry_run=True), body=said(dry_run=False, ttl_s=5))

    assert isinstance(passed, Passed)
    assert passed.signal.dry_run
    assert passed.signal.ttl_s == 5


def test_what_the_engine_has_seen_is_answered_here():
    """A flood of duplicates must not fill the journal."""
    house = House()
    house.trader.seen["scanner", "s-1"] = None

    judged = check(house=house)

    assert isinstance(judged, Answer)
    assert judged.answer == "duplicate"


# how much


@pytest.mark.parametrize(
    ("fields", "passes"),
    [
        ({"notional": "500"}, True),
        ({"notional": "500.01"}, False),
        ({"notional": None, "quantity": "0.01"}, True),  # at 50,000
        ({"notional": None, "quantity": "0.011"}, False),
        ({"notional": None, "fraction": "0.05"}, True),  # of 10,000
        ({"notional": None, "fraction": "0.06"}, False),
        ({"notional": None, "quantity": "9", "intent": "exit"}, True),
    ],
)
def test_an_entry_may_ask_for_no_more_than_its_source_may(fields, passes):
    fields = {name: value for name, value in fields.items() if value is not None}
    body = json.dumps({"id": "a", "instrument": "BTC/USDT", "side": "buy"} | fields).encode()

    judged = check(scanner(notional_max=Decimal(500)), body=body)

    assert isinstance(judged, Passed) is passes
    assert passes or code(judged) == "over_cap"


def test_what_closes_a_holding_is_free_and_what_goes_beyond_is_not():
    house = House(scanner(notional_max=Decimal(500)))
    house.trader.held[BTC, "sell"] = Decimal("0.1")  # 5,000 held

    assert isinstance(check(house=house, body=said("a", side="sell", notional="5400")), Passed)
    assert code(check(house=house, body=said("b", side="sell", notional="5600"))) == "over_cap"


def test_an_unknown_price_is_not_a_price_of_zero():
    house = House(scanner(notional_max=Decimal(500)))
    house.trader.prices.clear()
    body = json.dumps(
        {"id": "a", "instrument": "BTC/USDT", "side": "buy", "quantity": "0.001"}
    ).encode()

    assert code(check(house=house, body=body)) == "no_price"


# how often


def test_a_source_that_floods_is_told_to_wait_and_its_exits_are_not():
    clock = HandClock()
    house = House(scanner(per_second_max=10.0), clock=clock)
    for number in range(10):
        assert isinstance(check(house=house, body=said(f"a-{number}")), Passed)

    assert code(check(house=house, body=said("b"))) == "rate"
    assert isinstance(check(house=house, body=said("c", intent="exit")), Passed)
    clock.mono += 100_000_000
    assert isinstance(check(house=house, body=said("d")), Passed)
    assert code(check(house=house, body=said("e"))) == "rate"


def test_what_was_told_to_wait_may_come_again_as_it_is():
    """Its nonce is used up by what was taken, not by what was turned away."""
    clock = HandClock()
    house = House(scanner(per_second_max=1.0), clock=clock)
    check(house=house, body=said("first"))
    arrival = Arrival.of(sealed(said("a")), "http", is_push=True)

    assert code(house.door.check(arrival)) == "rate"
    clock.mono += 1_000_000_000
    assert isinstance(house.door.check(arrival), Passed)


def test_a_nonce_is_remembered_longer_than_its_window_lasts():
    clock = HandClock()
    house = House(clock=clock)
    ahead = Arrival.of(sealed(said("a"), age_s=-4.9), "http", is_push=True)
    assert isinstance(house.door.check(ahead), Passed)

    clock.mono, clock.wall = 9_800_000_000, 9_800_000_000  # still within the window
    assert code(house.door.check(ahead)) == "replayed"
    clock.mono, clock.wall = 11_100_000_000, 11_100_000_000
    assert code(house.door.check(ahead)) == "outside_window"


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_nothing_unsigned_passes_and_nothing_raises(head, body):
    judged = House().door.check(Arrival(transport="http", head=head, body=body))

    assert isinstance(judged, Answer)
