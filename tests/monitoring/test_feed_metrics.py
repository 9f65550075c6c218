"""Whoever is woken at night sees in the metrics which source is sick, and for how long."""

from prometheus_client import CollectorRegistry, generate_latest

from argonaut.monitoring.feed_metrics import FeedMetrics


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
