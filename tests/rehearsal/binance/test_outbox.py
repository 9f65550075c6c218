"""What the venue tells by itself waits in order until the app takes it."""

from argonaut.rehearsal.binance.outbox import Outbox, StreamEvent, UserEvent


def test_user_events_are_numbered_and_kept_for_who_judges():
    """Taken once by the app, seen for ever by the truth."""
    outbox = Outbox()
    outbox.user(1, {"e": "a"})
    outbox.user(2, {"e": "b"})

    taken = outbox.drain()

    assert [each.seq for each in taken if isinstance(each, UserEvent)] == [1, 2]
    assert outbox.drain() == []
    assert [each.payload["e"] for each in outbox.history] == ["a", "b"]


def test_a_market_payload_is_made_only_for_listeners():
    """Most streams are silent most of the time; nobody should pay for them."""
    outbox, made = Outbox(), []

    def make():
        made.append(1)
        return {"p": 1}

    outbox.stream("btcusdt@trade", 1, make)
    outbox.listen("btcusdt@trade")
    outbox.stream("btcusdt@trade", 2, make)
    outbox.leave("btcusdt@trade")
    outbox.stream("btcusdt@trade", 3, make)

    assert made == [1]
    assert outbox.drain() == [StreamEvent(stream="btcusdt@trade", event_ns=2, payload={"p": 1})]
