"""A silent source looks like a quiet market; only its health tells the two apart."""

from argonaut.feeds.events.health import Health

SECOND_NS = 1_000_000_000


def health():
    return Health(stale_s=300.0, now_ns=0)


def test_a_source_that_never_answers_is_stale_after_its_time():
    source = health()

    assert not source.is_stale(300 * SECOND_NS)
    assert source.is_stale(301 * SECOND_NS)
    assert source.sentence(301 * SECOND_NS) == "never answered well"


def test_a_good_answer_makes_it_well_though_it_has_no_news():
    """No new article for a day is normal."""
    source = health()
    source.bad("throttled: HTTP 429")

    source.ok(400 * SECOND_NS)

    assert not source.is_stale(700 * SECOND_NS)
    assert (source.failures, source.last_new_item_ns) == (0, None)


def test_failures_in_a_row_are_counted_and_the_last_is_named():
    source = health()
    source.ok(10 * SECOND_NS)
    for _ in range(3):
        source.bad("html: want JSON, the body is a page of HTML")

    said = source.sentence(70 * SECOND_NS)

    assert said == (
        "last well 60 s ago, 3 failures in a row, the last: "
        "html: want JSON, the body is a page of HTML"
    )


def test_a_source_that_answers_and_withholds_is_not_well():
    source = health()
    source.ok(10 * SECOND_NS)

    source.withheld = "1 that the list shows never came by push, the last: X"

    assert source.is_stale(11 * SECOND_NS)
    assert source.sentence(70 * SECOND_NS) == (
        "last well 60 s ago, but 1 that the list shows never came by push, the last: X"
    )


def test_news_are_noted():
    source = health()

    source.news(5)

    assert source.last_new_item_ns == 5
