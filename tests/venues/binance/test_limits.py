"""The budget: never above 80 % of what is published, and a fifth always left for exits (F13)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.timeframe import DAY_NS, MINUTE_NS, SECOND_NS
from argonaut.venues.binance.limits import Lane, Limiter, Window
from argonaut.venues.binance.rules import RateLimit


def published(kind="REQUEST_WEIGHT", interval="MINUTE", number=1, most=100, count=0):
    return RateLimit(
        rate_limit_type=kind, interval=interval, interval_num=number, limit=most, count=count
    )


def spent(limiter, lane, mono_ns=0, *, weight=1, orders=0):
    """Send as many requests as the lane lets go at that moment; return how many."""
    count = 0
    while not limiter.wait_ns(weight, lane, mono_ns, orders=orders):
        limiter.take(weight, mono_ns, orders=orders)
        count += 1
    return count


def narrow():
    limiter = Limiter()
    limiter.adopt([published(), published("ORDERS", "SECOND", 10, most=10)], 0)
    return limiter


def test_entries_get_three_fifths_and_exits_what_is_left_to_four():
    limiter = narrow()

    assert spent(limiter, Lane.ORDINARY) == 60
    assert spent(limiter, Lane.RESERVED) == 20
    assert spent(limiter, Lane.RESERVED) == 0


def test_orders_have_their_own_count():
    limiter = narrow()

    assert spent(limiter, Lane.ORDINARY, orders=1) == 6
    assert spent(limiter, Lane.RESERVED, orders=1) == 2
    assert limiter.wait_ns(1, Lane.ORDINARY, 0) == 0


def test_a_window_frees_what_it_forgets():
    limiter = narrow()
    spent(limiter, Lane.RESERVED)

    wait_ns = limiter.wait_ns(1, Lane.ORDINARY, 0)

    assert MINUTE_NS <= wait_ns <= MINUTE_NS + 2 * SECOND_NS
    assert limiter.wait_ns(1, Lane.ORDINARY, wait_ns) == 0


def test_the_venues_own_count_is_believed_when_it_is_higher():
    """Another program at this address uses the same budget."""
    limiter = narrow()
    limiter.take(1, 0)

    limiter.learn({"x-mbx-used-weight-1m": "75", "x-mbx-order-count-10s": "9"}, 0)

    assert spent(limiter, Lane.ORDINARY) == 0
    assert spent(limiter, Lane.RESERVED) == 5
    assert limiter.wait_ns(1, Lane.RESERVED, 0, orders=1) > 0


@pytest.mark.parametrize("told", ["", "-5", "many", "9" * 20, "٣"])
def test_a_count_that_is_none_is_not_believed(told):
    limiter = narrow()

    limiter.learn({"x-mbx-used-weight-1m": told}, 0)

    assert spent(limiter, Lane.ORDINARY) == 60


@pytest.mark.parametrize("status", [418, 429])
def test_nothing_at_all_is_sent_inside_retry_after(status):
    """Exits included: asking on makes three days of a ban of minutes."""
    limiter = Limiter()

    until_ns = limiter.hold(status, "30", 5)

    assert until_ns == 5 + 30 * SECOND_NS
    assert limiter.wait_ns(1, Lane.RESERVED, 5) == 30 * SECOND_NS
    assert limiter.is_held(until_ns - 1)
    assert limiter.wait_ns(1, Lane.RESERVED, until_ns) == 0


def test_a_later_and_shorter_retry_after_does_not_shorten_a_ban():
    limiter = Limiter()
    limiter.hold(418, "600", 0)

    assert limiter.hold(429, "1", 0) == 600 * SECOND_NS


@pytest.mark.parametrize(
    ("status", "told", "seconds"),
    [(429, "", 60), (418, "soon", 600), (403, "", 300), (418, "9" * 9, 4 * 86_400)],
)
def test_without_a_time_one_is_assumed_and_none_is_endless(status, told, seconds):
    assert Limiter().hold(status, told, 0) == seconds * SECOND_NS


def test_too_many_orders_hold_orders_only():
    limiter = narrow()

    limiter.hold_orders(0)

    assert limiter.wait_ns(1, Lane.RESERVED, 0, orders=1) == 10 * SECOND_NS
    assert limiter.wait_ns(1, Lane.RESERVED, 0) == 0


def test_limits_as_published_replace_what_was_assumed():
    limiter = Limiter()
    limiter.adopt(
        [
            published(most=1200),
            published("ORDERS", "DAY", 1, most=10),
            published("CONNECTIONS", most=1),
            published("RAW_REQUESTS", "HOUR", 1, most=7),
        ],
        0,
    )

    assert limiter.shares(0) == {
        "weight 1M": 0.0,
        "orders 10S": 0.0,
        "orders 1D": 0.0,
        "raw 5M": 0.0,
        "raw 1H": 0.0,
    }
    assert spent(limiter, Lane.RESERVED) == 5


def test_what_an_earlier_life_has_used_counts():
    """A bot that is killed and started again and again must not start from nothing each time."""
    limiter = narrow()
    limiter.adopt([published("ORDERS", "SECOND", 10, most=10, count=6)], 0)

    assert spent(limiter, Lane.ORDINARY, orders=1) == 0
    assert spent(limiter, Lane.RESERVED, orders=1) == 2


def test_shares_show_how_much_is_used():
    limiter = narrow()
    limiter.take(50, 0, orders=2)

    assert limiter.shares(0)["weight 1M"] == 0.5
    assert limiter.shares(0)["orders 10S"] == 0.2


@given(
    st.lists(
        st.tuples(st.integers(0, 5 * SECOND_NS), st.integers(1, 30), st.sampled_from(Lane)),
        max_size=80,
    )
)
def test_in_no_window_of_time_is_more_used_than_four_fifths(steps):
    """Sliding, not from minute to minute: whatever windows the venue counts by, it holds."""
    limiter = Limiter()
    limiter.adopt([published(most=100)], 0)
    sent = []
    now_ns = 0
    for pause_ns, weight, lane in steps:
        now_ns += pause_ns
        if not limiter.wait_ns(weight, lane, now_ns):
            limiter.take(weight, now_ns)
            sent.append((now_ns, weight, lane))
    for count, (end_ns, _, lane) in enumerate(sent, start=1):
        used = sum(weight for at, weight, _ in sent[:count] if at > end_ns - MINUTE_NS)
        assert used <= lane.value


@given(st.lists(st.tuples(st.integers(0, 20 * SECOND_NS), st.integers(1, 9)), max_size=60))
def test_the_wait_told_is_always_enough(steps):
    window = Window(50, MINUTE_NS)
    now_ns = 0
    for pause_ns, units in steps:
        now_ns += pause_ns
        now_ns += window.wait_ns(units, 60, now_ns)
        assert window.wait_ns(units, 60, now_ns) == 0
        window.add(units, now_ns)


def test_a_window_remembers_in_parts_and_never_more_of_them():
    """A day of requests is no list of a hundred thousand."""
    window = Window(10**6, DAY_NS)
    for second in range(0, 86_400, 10):
        window.add(1, second * SECOND_NS)

    assert len(window._slices) <= 51


def test_i26_a_limit_remembers_no_more_parts_than_its_window_has():
    """Requests go for days; what is out of the window is nobody's business any more."""
    limiter = Limiter()
    for second in range(600):
        assert not limiter.wait_ns(1, Lane.ORDINARY, second * SECOND_NS)
        limiter.take(1, second * SECOND_NS)
    held, most = limiter.fullness

    assert 20 < held <= most
