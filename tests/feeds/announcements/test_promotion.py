"""What a promotion asks for and promises."""

from __future__ import annotations

from decimal import Decimal

from argonaut.feeds.announcements.promotion import Amount, Tier, read_promotion


def amount(quantity: str, asset: str) -> Amount:
    return Amount(quantity=Decimal(quantity), asset=asset)


def test_a_ranking_has_a_pool_and_no_minimum() -> None:
    """A small account expects nothing of it, and must see that."""
    read = read_promotion(
        "ARGUSDT Challenge: Share Up to 10,000 BUSD in Rewards!",
        "Period: 2031-11-07 04:00 to 2031-12-18 23:59 (UTC)\nRegister first. Users will be ranked "
        "by volume, and the top 20 eligible users share a rewards pool of up to 10,000 BUSD.",
    )

    assert read.tiers == (Tier(min_volume=None, pool=amount("10000", "BUSD"), mode="ranked"),)
    assert (read.is_ranked, read.winners, read.wants_registration) == (True, 20, True)
    assert read.start_ns is not None
    assert read.end_ns is not None
    assert read.end_ns - read.start_ns == (41 * 86_400 + 71_940) * 10**9


def test_each_line_that_asks_for_a_volume_is_a_tier() -> None:
    read = read_promotion(
        "Argo (ARG): Trade and Earn",
        "- All who trade 5,000 ARG or more will share the prize pool of $15,000 in vouchers.\n"
        "- All users who trade at least $900 will equally share the prize pool of 35,000 USDT.",
    )

    assert read.tiers == (
        Tier(min_volume=amount("5000", "ARG"), pool=amount("15000", "USD"), mode="shared"),
        Tier(min_volume=amount("900", "USD"), pool=amount("35000", "USDT"), mode="equal"),
    )


def test_a_cap_per_user_is_read() -> None:
    assert read_promotion("", "The maximum reward per user is $50.").cap == amount("50", "USD")


def test_numbers_without_a_unit_promise_nothing() -> None:
    assert read_promotion("", "The prize pool of 4,000 is shared.").tiers == ()


def test_times_without_a_zone_make_no_period() -> None:
    read = read_promotion("", "Period: 2031-11-07 04:00 to 2031-12-18 23:59")

    assert (read.start_ns, read.end_ns) == (None, None)
