"""Whoever is woken at night sees in the metrics which source is sick, and for how long."""

from prometheus_client import CollectorRegistry, generate_latest

from argonaut.domain.ids import InstrumentId
from argonaut.domain.record import NoticePlanned
from argonaut.monitoring.feed_metrics import FeedMetrics


def plan(**times: int | None) -> NoticePlanned:
    return NoticePlanned(
        event_id="n",
        kind="delisting",
        instrument_id=InstrumentId("GNO/USDT@sim"),
        action="flatten",
        **{"freeze_ns": 5_000_000_000, "flatten_ns": None} | times,  # type: ignore[arg-type]
    )


def test_what_a_notice_will_do_is_shown_until_it_is_over() -> None:
    """An alert has to come before the venue's hour, and to end after it."""
    registry = CollectorRegistry()
    feeds = FeedMetrics(registry)

    feeds.count_notice(plan())
    feeds.show_notices([plan(flatten_ns=9_500_000_000)])
    shown = generate_latest(registry).decode()
    feeds.show_notices([])
    over = generate_latest(registry).decode()

    labels = 'instrument="GNO/USDT@sim",kind="delisting"} '
    assert f'notice_acts_at_seconds{{action="freeze",{labels}5.0' in shown
    assert f'notice_acts_at_seconds{{action="flatten",{labels}9.5' in shown
    assert "notice_acts_at_seconds{" not in over
    assert 'notices_planned_total{action="flatten",kind="delisting"} 1.0' in over


def test_every_number_has_the_name_of_its_source() -> None:
    registry = CollectorRegistry()
    feeds = FeedMetrics(registry)

    feeds.count_answer("bybit", "html")
    feeds.count_item("bybit", "duplicate")
    feeds.time_stage("bybit", "seen_to_parsed", 0.003)
    feeds.show("bybit", is_stale=True, failures=4, ages_s={"last_ok": 301.0})

    shown = generate_latest(registry).decode()
    assert 'event_feed_answers_total{result="html",source="bybit"} 1.0' in shown
    assert 'event_items_total{result="duplicate",source="bybit"} 1.0' in shown
    assert 'event_stage_seconds_bucket{le="0.005",source="bybit",stage="seen_to_parsed"}' in shown
    assert 'event_feed_stale{source="bybit"} 1.0' in shown
    assert 'event_feed_failures{source="bybit"} 4.0' in shown
    assert 'event_feed_last_ok_age_seconds{source="bybit"} 301.0' in shown
    assert 'event_feed_last_new_item_age_seconds{source="bybit"}' not in shown
