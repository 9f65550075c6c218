"""Keys, signatures and timing: what the venue refuses before it looks at an order."""

import pytest

from argonaut.rehearsal.binance.access import signed_part
from argonaut.rehearsal.binance.requests import Pending, Request
from tests.rehearsal.binance.client import KEY, READER, Client, order, told_refusal

ACCOUNT = "/api/v3/account"


def test_an_unknown_key_and_no_key_are_told_apart():
    """One is a wrong key, address or right; the other no key at all."""
    client = Client()
    unknown = Request(method="GET", path=ACCOUNT, api_key="nobody0000000000")
    none = Request(method="GET", path=ACCOUNT)

    told = [told_refusal(client.venue.answer(each, client.now_ns))[0] for each in (unknown, none)]

    assert told == [-2015, -2014]


def test_a_key_without_the_right_to_trade_may_only_ask():
    """F38: it has to be found at the start, not at the first order."""
    client = Client()

    assert client.ok("GET", ACCOUNT, key=READER)["canTrade"] is False
    assert client.refused("POST", "/api/v3/order", key=READER, **order(quantity=1, price=99)) == (
        -2015,
        "Invalid API-key, IP, or permissions for action.",
    )


def test_one_changed_byte_breaks_the_signature():
    """The signature is over exactly what was sent."""
    client = Client()
    good = client.call("GET", ACCOUNT)
    bad = Request(
        method="GET",
        path=ACCOUNT,
        query=f"timestamp={client.now_ns // 1_000_000}&signature={'0' * 64}",
        api_key=KEY.key,
    )
    missing = Request(
        method="GET",
        path=ACCOUNT,
        query=f"timestamp={client.now_ns // 1_000_000}",
        api_key=KEY.key,
    )

    assert good.status == 200
    assert told_refusal(client.venue.answer(bad, client.now_ns))[0] == -1022
    assert told_refusal(client.venue.answer(missing, client.now_ns))[0] == -1102


@pytest.mark.parametrize(
    ("late_ms", "window_ms", "code"),
    [
        (0, 5000, None),
        (5000, 5000, None),
        (5001, 5000, -1021),
        (-999, 5000, None),
        (-1000, 5000, -1021),
    ],
)
def test_a_request_is_taken_within_its_window_only(late_ms, window_ms, code):
    """F05: both ends, to the millisecond."""
    client = Client()
    timestamp = client.now_ns // 1_000_000 - late_ms

    answer = client.call("GET", ACCOUNT, timestamp=timestamp, recvWindow=window_ms)

    assert (None if answer.status == 200 else told_refusal(answer)[0]) == code


def test_a_window_is_at_most_a_minute():
    """And never nothing; a timestamp has to be there."""
    client = Client()

    assert client.refused("GET", ACCOUNT, recvWindow=60001)[0] == -1131
    assert client.refused("GET", ACCOUNT, recvWindow=0)[0] == -1131
    assert client.refused("GET", ACCOUNT, timestamp="")[0] in (-1105, -1102)


def test_a_late_order_is_refused_at_the_engines_door_again():
    """The bound after which an unseen order can never arrive: rule R2 rests on it."""
    client = Client()
    request = client.signed("POST", "/api/v3/order", **order(quantity=1, price=99))
    pending = client.venue.receive(request, client.now_ns)
    assert isinstance(pending, Pending)

    client.wait(5.001)
    answer = client.venue.execute(pending, client.now_ns)

    assert told_refusal(answer)[0] == -1021
    assert not client.state.matching.table.all


def test_the_signature_is_taken_out_wherever_it_stands():
    """Clients put it last; the venue does not insist."""
    assert signed_part("a=1&signature=ff&b=2") == ("a=1&b=2", "ff")
    assert signed_part("") == ("", None)


def test_a_key_never_shows_its_secret():
    """Not even in a traceback of a rehearsal."""
    assert "canary" not in repr(KEY)
