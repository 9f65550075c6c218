"""One announcement whole."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from argonaut.feeds.announcements.read import read_announcement

DAY_NS = 86_400 * 10**9


def ns(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 10**9


def test_the_listing_time_is_not_that_of_deposits_or_farming() -> None:
    """Four times stand in such a text; three of them are days off."""
    read = read_announcement(
        "Venue Will List Argo (ARG) with Seed Tag Applied",
        "Users can start depositing ARG at 2031-01-01 08:00 (UTC).\n"
        "Farming starts 2031-01-01 00:00 (UTC).\n"
        "Venue will list ARG and open trading for ARG/USDT and ARG/TRY at 2031-01-02 10:00 (UTC).\n"
        "Withdrawals will open at 2031-01-03 10:00 (UTC).",
        published_ns=ns("2031-01-01"),
    )

    assert (read.kind, read.market, read.action) == ("listing", "spot", "list")
    assert (read.assets, read.pairs) == (("ARG",), ("ARG/USDT", "ARG/TRY"))
    assert read.go_live_ns == ns("2031-01-02T10:00")
    assert read.tags == ("seed",)
    assert read.faults == ()


def test_a_perpetual_tells_its_terms() -> None:
    read = read_announcement(
        "Venue Futures Will Launch USDⓈ-M ARG Perpetual Contract With up to 50x Leverage",
        "It will launch the contract at 2031-11-14 15:00 (UTC). The tick size of it is 0.0001.",
    )

    assert (read.kind, read.market, read.assets) == ("perp_listing", "usdm", ("ARG",))
    assert (read.max_leverage, str(read.tick_size)) == (50, "0.0001")
    assert read.go_live_ns == ns("2031-11-14T15:00")


def test_a_delisting_says_what_ends_when() -> None:
    read = read_announcement(
        "Venue will remove spot trading pairs",
        "Venue will cease trading for these at 03:00 UTC on March 8, 2031: ARG/BTC, NTL/BNB.\n"
        "Deposits after March 9, 2031, at 03:00 (UTC) are not credited.",
    )

    assert (read.kind, read.action) == ("delisting", "delist")
    assert read.pairs == ("ARG/BTC", "NTL/BNB")
    assert read.effective_ns == ns("2031-03-08T03:00")


def test_a_retired_product_without_a_name_to_trade_asks_for_nothing() -> None:
    read = read_announcement("Venue to phase out support for OLD products", "It will delist pairs.")

    assert (read.kind, read.action) == ("delisting", "none")


def test_a_tag_notice_lists_what_was_added_and_lists_nothing() -> None:
    read = read_announcement(
        "Venue Monitoring Tag changes",
        "Added to the list are Argo (ARG) and Nautilus (NTL). GMX (GMX) loses the Seed Tag.",
    )

    assert (read.kind, read.action, read.assets) == ("other", "none", ("ARG", "NTL"))


def test_a_time_that_cannot_be_is_told_and_not_used() -> None:
    """A misread year must not arm a timer, and must not go unseen."""
    published_ns = ns("2031-01-01")
    early = read_announcement(
        "Venue Will List Argo (ARG)",
        "Will list ARG at 2030-01-02 10:00 (UTC).",
        published_ns=published_ns,
    )
    late = read_announcement(
        "Venue Will List Argo (ARG)",
        "Will list ARG at 2031-09-02 10:00 (UTC).",
        published_ns=published_ns,
    )

    assert (early.go_live_ns, late.go_live_ns) == (None, None)
    assert "before its publication" in early.faults[0]
    assert "more than 60 days" in late.faults[0]


def test_a_time_without_a_zone_is_told_and_not_used() -> None:
    read = read_announcement("Venue Will List Argo (ARG)", "Will list ARG at 2031-01-02 10:00.")

    assert read.go_live_ns is None
    assert read.faults == ("2031-01-02 10:00: no time zone",)


def test_a_posing_ticker_is_told() -> None:
    read = read_announcement("Venue Will List Argo (\u0410RG)", "")

    assert (read.assets, read.action) == ((), "none")
    assert read.faults == ("a symbol in letters of another script: '\\u0410RG'",)


@given(st.text(max_size=400), st.text(max_size=1000))
def test_any_text_is_read_without_an_error(title: str, body: str) -> None:
    read = read_announcement(title, body)

    assert read.go_live_ns is None or read.kind in {"listing", "perp_listing", "new_pair"}
    assert all(each.isascii() for each in read.assets)
