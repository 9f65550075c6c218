from msgspec.structs import replace

from argonaut.cli.inflow import inflow_lines
from argonaut.domain.record import NoticePlanned
from argonaut.runtime.inflow import DetectorNow, FeedNow, TransportNow
from tests.cli.pictures import BTC, NOON_NS, snapshot


def lines(**more):
    return list(inflow_lines(snapshot(**more)))


def test_nothing_is_said_where_nothing_can_come():
    assert lines() == []


def test_a_feed_is_told_with_its_health_times_counts_and_last_error():
    feed = FeedNow(
        source="list",
        connector="binance_articles",
        state="failing",
        answered_ns=NOON_NS,
        brought_ns=None,
        failures=1,
        answers={"ok": 1_200, "throttled": 3},
        items={"taken": 5},
        error="throttled: HTTP 429",
        error_ns=NOON_NS,
    )

    assert lines(feeds=(feed,)) == [
        "  feeds",
        (
            "    list (binance_articles): failing, 1 failure in a row, answered 2021-05-19 "
            "12:00:00, brought news never; 1,200 ok, 3 throttled; 5 taken; "
            "last error 2021-05-19 12:00:00 throttled: HTTP 429"
        ),
    ]


def test_what_a_push_withholds_is_told():
    feed = FeedNow(source="push", state="stale", withheld="1 item never came by push")

    assert lines(feeds=(feed,))[1] == (
        "    push: stale, 1 item never came by push, answered never, brought news never"
    )


def test_of_a_bot_that_does_not_run_nothing_is_said_of_answers():
    feed = FeedNow(source="desk", state="left", brought_ns=NOON_NS, items={"taken": 2})

    assert lines(feeds=(feed,))[1] == (
        "    desk: as the journal tells, brought news 2021-05-19 12:00:00; 2 taken"
    )


def test_what_notices_call_for_is_told_with_its_times():
    plan = NoticePlanned(
        event_id="n",
        kind="delisting",
        instrument_id=BTC,
        action="flatten",
        freeze_ns=NOON_NS,
        flatten_ns=NOON_NS + 3_600_000_000_000,
        detail="Venue Will Delist BTC",
    )
    pause = replace(
        plan, kind="maintenance", flatten_ns=None, freeze_ns=NOON_NS + 1, end_ns=NOON_NS
    )

    assert lines(notices=(plan, pause)) == [
        (
            "  notice of delisting at BTC/USDT@sim: no entries since 2021-05-19 12:00:00, "
            "everything is closed from 2021-05-19 13:00:00, for good; Venue Will Delist BTC"
        ),
        (
            "  notice of maintenance at BTC/USDT@sim: no entries from 2021-05-19 12:00:00, over at "
            "2021-05-19 12:00:00; Venue Will Delist BTC"
        ),
    ]


def test_ways_and_sources_of_signals_are_told():
    way = TransportNow(
        transport="redis",
        state="down",
        since_ns=NOON_NS,
        detail="ConnectionError",
        answers={"accepted": 7},
        heard_ns=NOON_NS,
    )
    source = DetectorNow(source="scanner", error="rate: too many")

    assert lines(transports=(way,), detectors=(source,)) == [
        "  ways of signals",
        (
            "    redis: down since 2021-05-19 12:00:00 (ConnectionError), heard 2021-05-19 "
            "12:00:00; 7 accepted"
        ),
        "  sources of signals",
        "    scanner: heard never; last error rate: too many",
    ]
