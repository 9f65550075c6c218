"""The events that are not about orders."""

from decimal import Decimal

from argonaut.rehearsal.binance import events
from tests.rehearsal.binance.client import Client

MS_NS = 1_000_000


def test_a_transfer_tells_the_delta_and_then_the_balance():
    """One is what changed, the other what is: a client that adds both counts twice."""
    client = Client()

    client.venue.transfer("USDT", Decimal(-100), client.now_ns)

    assert client.events("balanceUpdate")[-1]["d"] == "-100.00000000"
    assert client.events("outboundAccountPosition")[-1]["B"] == [
        {"a": "USDT", "f": "9900.00000000", "l": "0.00000000"}
    ]


def test_the_rare_events_have_their_names():
    """Each is told by its `e`."""
    told = (
        events.external_lock("NEO", Decimal(10), 5 * MS_NS),
        events.stream_terminated(5 * MS_NS),
        events.server_shutdown(5 * MS_NS),
    )

    assert [each["e"] for each in told] == [
        "externalLockUpdate",
        "eventStreamTerminated",
        "serverShutdown",
    ]
    assert {each["E"] for each in told} == {5}


def test_the_book_is_told_as_what_changed():
    """Zero takes a level out; ids follow one another without a gap."""
    client = Client()
    tape = client.state.tapes["BTCUSDT"]
    first = events.depth_event(tape, 0)

    client.move(asks=(("100.00", "3"),))

    second = events.depth_event(tape, 0)
    assert (first["u"], second["U"], second["u"]) == (1003, 1004, 1006)
    assert second["a"] == [
        ["100.10000000", "0.00000000"],
        ["100.30000000", "0.00000000"],
        ["100.00000000", "3.00000000"],
    ]
    assert events.best_event(tape)["A"] == "3.00000000"
    assert events.mini_ticker_event(tape, 0)["c"] == "100.00000000"
