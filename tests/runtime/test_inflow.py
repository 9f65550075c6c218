"""How sources are, for who asks: a silent feed must not look like a quiet one."""

from __future__ import annotations

import pytest

from argonaut.feeds.events.health import Health
from argonaut.runtime.inflow import DoorBook, FeedNow, Tally, feed_now
from tests.feeds.events.parts import NOW_NS, SECOND_NS, HandClock


class Source:
    """A feed with its health and what was counted of it."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.health = Health(stale_s=300.0, now_ns=self.clock.mono_ns())
        self.answers, self.items = Tally(), Tally()

    def now(self, *, is_pushed: bool = False) -> FeedNow:
        return feed_now(
            "bybit",
            "bybit",
            health=None if is_pushed else self.health,
            answers=self.answers,
            items=self.items,
            brought_ns=None,
            clock=self.clock,
        )


def test_a_feed_waits_is_well_fails_and_is_stale() -> None:
    source = Source()
    states = [source.now().state]
    source.health.ok(source.clock.mono_ns())
    states.append(source.now().state)
    source.health.bad("throttled: HTTP 429")
    states.append(source.now().state)
    source.clock.turn(301)
    states.append(source.now().state)

    assert states == ["waiting", "ok", "failing", "stale"]
    assert source.now().answered_ns == NOW_NS


def test_the_last_error_stays_to_be_read_when_all_is_well_again() -> None:
    """At three in the morning it failed; who looks at nine wants to know."""
    source = Source()
    source.answers.fail("throttled: HTTP 429", NOW_NS)
    source.clock.turn(60)
    source.health.ok(source.clock.mono_ns())

    found = source.now()
    assert (found.state, found.failures) == ("ok", 0)
    assert (found.error, found.error_ns) == ("throttled: HTTP 429", NOW_NS)
    assert found.answered_ns == NOW_NS + 60 * SECOND_NS


def test_what_is_withheld_makes_a_feed_stale_and_says_so() -> None:
    source = Source()
    source.health.ok(source.clock.mono_ns())
    source.health.withheld = "2 items never came by push"

    assert (source.now().state, source.now().withheld) == ("stale", "2 items never came by push")


def test_of_a_feed_that_is_pushed_silence_says_nothing() -> None:
    source = Source()
    source.answers.count("ok", NOW_NS)
    source.clock.turn(10_000)

    found = source.now(is_pushed=True)
    assert (found.state, found.answered_ns, found.answers) == ("pushed", NOW_NS, {"ok": 1})


def test_no_secret_of_an_error_is_told() -> None:
    source, book = Source(), DoorBook(["scanner"], ["redis"], HandClock())
    said = "ConnectionError: redis://bot:hunter2secret@broker:6379 refused"
    source.answers.fail(said, NOW_NS)
    book.on_link("redis", is_up=False, detail=said)
    book.on_answer("redis", "scanner", "rejected", said)

    told = f"{source.now()} {book.transports()} {book.detectors()}"
    assert "ConnectionError" in told
    assert "hunter2secret" not in told


def test_an_error_is_cut_to_what_a_person_reads() -> None:
    tally = Tally()
    tally.fail("x" * 10_000, NOW_NS)

    assert len(tally.error) == 200


def test_a_connection_is_down_until_it_is_up_and_says_since_when() -> None:
    clock = HandClock()
    book = DoorBook([], ["redis"], clock)
    (before,) = book.transports()
    clock.turn(5)
    book.on_link("redis", is_up=True, detail="stream signals")
    (after,) = book.transports()

    assert (before.state, before.detail) == ("down", "not connected yet")
    assert (after.state, after.detail) == ("up", "stream signals")
    assert after.since_ns == NOW_NS + 5 * SECOND_NS


def test_signals_are_counted_by_the_way_they_came_and_by_who_sent_them() -> None:
    clock = HandClock()
    book = DoorBook(["scanner", "silent"], [], clock)
    book.on_answer("http", "scanner", "accepted", "")
    clock.turn(1)
    book.on_answer("http", "scanner", "rejected", "rate: 11 signals a second")

    (way,) = book.transports()
    scanner, silent = book.detectors()
    assert (way.transport, way.state, way.since_ns) == ("http", "listening", None)
    assert way.answers == scanner.answers == {"accepted": 1, "rejected": 1}
    assert scanner.heard_ns == scanner.error_ns == NOW_NS + SECOND_NS
    assert scanner.error == "rate: 11 signals a second"
    assert (silent.heard_ns, silent.answers) == (None, {})


@pytest.mark.parametrize("claimed", ["nobody", ""])
def test_who_only_claims_to_be_a_source_is_not_kept_by_name(claimed: str) -> None:
    """Anybody may send a million names; memory is ours."""
    book = DoorBook(["scanner"], [], HandClock())
    book.on_answer("http", claimed, "rejected", "bad_signature: no key of this id")

    assert [each.source for each in book.detectors()] == ["scanner"]
    assert book.transports()[0].error.startswith("bad_signature")
