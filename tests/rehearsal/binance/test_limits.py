"""Rate limits: counted as the venue counts them, and a ban for who does not listen."""

import pytest

from argonaut.domain.errors import InvalidValueError
from argonaut.rehearsal.binance.errors import RefusalError
from argonaut.rehearsal.binance.limits import LimitRules, Limits

SECOND_NS = 1_000_000_000
MINUTE_NS = 60 * SECOND_NS


def refusal(limits: Limits, weight: int, now_ns: int) -> RefusalError:
    with pytest.raises(RefusalError) as caught:
        limits.enter(weight, now_ns)
    return caught.value


def test_weight_beyond_the_minute_is_refused_until_the_next():
    """Retry-After tells exactly how long."""
    limits = Limits(LimitRules(weight_1m=100))
    limits.enter(100, 15 * SECOND_NS)

    refused = refusal(limits, 1, 15 * SECOND_NS)

    assert (refused.status, refused.code, refused.retry_after_s) == (429, -1003, 45)
    limits.enter(1, MINUTE_NS)
    assert limits.headers(MINUTE_NS, with_orders=False)["X-MBX-USED-WEIGHT-1M"] == "1"


def test_who_goes_on_after_a_429_is_banned_longer_each_time():
    """418: two minutes, then four; nothing is let in meanwhile."""
    limits = Limits(LimitRules(weight_1m=1))
    limits.enter(1, 0)

    statuses = [refusal(limits, 1, 0).status for _ in range(12)]

    assert statuses == [429] * 10 + [418] * 2
    assert refusal(limits, 0, 119 * SECOND_NS).status == 418
    assert not limits.connect(119 * SECOND_NS)
    limits.enter(1, 120 * SECOND_NS)
    assert [refusal(limits, 1, 120 * SECOND_NS).retry_after_s for _ in range(11)][-1] == 240


def test_raw_requests_have_a_window_of_their_own():
    """Cheap requests count there, too."""
    limits = Limits(LimitRules(raw_5m=2))
    limits.enter(0, 0)
    limits.enter(0, 0)

    assert "raw requests per 5 MINUTE" in refusal(limits, 0, 0).msg


def test_unfilled_orders_are_counted_and_filled_ones_forgiven():
    """So a market order that fills does not eat the budget of the exits."""
    limits = Limits(LimitRules(orders_10s=2))
    limits.enter_orders(2, 0)

    with pytest.raises(RefusalError, match="limit is 2 orders per 10 SECOND"):
        limits.enter_orders(1, 0)
    limits.filled(0)
    limits.enter_orders(1, 0)

    assert limits.usage(0)[0]["count"] == 2
    assert limits.headers(0, with_orders=True)["X-MBX-ORDER-COUNT-1D"] == "2"


def test_what_was_used_at_most_is_remembered():
    """The oracle wants every window below four fifths of its limit."""
    limits = Limits(LimitRules())
    limits.enter(50, 0)
    limits.give_back(50, 0)
    limits.connect(0)

    peaks = {name: used for name, used, _ in limits.peaks()}

    assert peaks["weight_1m"] == 50
    assert peaks["connections_5m"] == 1
    assert limits.told(0)[0]["count"] == 0


def test_a_ban_that_a_fault_laid_is_not_held_against_the_client():
    """What it asks inside the ban is counted by itself."""
    limits = Limits(LimitRules())
    limits.ban(0, seconds=30)

    assert refusal(limits, 1, 0).retry_after_s == 30
    assert (limits.refusals, limits.asked_in_ban) == (0, 1)


def test_connections_are_limited_too():
    """A reconnect loop without a pause is a ban at the real venue."""
    limits = Limits(LimitRules(connections_5m=1))

    assert [limits.connect(0), limits.connect(1)] == [True, False]
    assert limits.refusals == 1


def test_a_limit_of_nothing_is_refused():
    """Nobody could ask anything."""
    with pytest.raises(InvalidValueError, match="want weight_1m >= 1, not 0"):
        LimitRules(weight_1m=0)
