"""What a title is about. The titles are made up; their shapes are those of exchanges."""

from __future__ import annotations

import pytest

from argonaut.feeds.announcements.kinds import kind_of, market_of

LISTINGS = [
    "Venue Will List Argo Coin (ARG)",
    "Venue Will List Argo (ARG) and Nautilus (NTL)",
    "Venue Will List Argo (ARG) with Seed Tag Applied",
    "New Listing: Argo (ARG) - Deposit, Trade and Stake ARG to Share a 4,000 USDT Prize Pool!",
    "Venue to list Argo Protocol (ARG) for spot trading",
    "ARG is available for trading!",
]
NO_LISTINGS = [
    ("Venue Will Extend the Monitoring Tag to Include ARG, NTL", "other"),
    ("Venue Removes the Seed Tag for Argo (ARG) and Nautilus (NTL)", "other"),
    ("Venue Adds ARG/ETH, NTL/USDT & ARG/BUSD Trading Pairs", "new_pair"),
    ("Venue Will Add Argo (ARG) on Earn, Buy Crypto, Convert & Margin", "other"),
    ("Venue Will Delist ARG, NTL on 2031-01-30", "delisting"),
    ("Notice of Removal of Spot Trading Pairs - 2031-01-30", "delisting"),
    ("Venue Will Cease Support for Argo (ARG)", "delisting"),
    ("Venue Will Support the Argo (ARG) Network Upgrade & Hard Fork", "suspension"),
    ("Venue Will Suspend Deposits of Argo (ARG)", "suspension"),
    ("Venue Will Support the Argo (ARG) Contract Swap", "contract_change"),
    ("Venue Postpones the Listing of Argo (ARG)", "contract_change"),
    ("Updates on the Funding Rate of ARGUSDT Perpetual Contracts", "contract_change"),
    ("Venue Will List Tokenized Stock of Argo (ARGX)", "other"),
    ("Venue Will Launch Pre-Market Trading of Argo (ARG)", "other"),
    ("ARGUSDT Trading Challenge: Share Up to 10,000 BUSD in Rewards!", "promo"),
    ("Argo (ARG): Learn, Trade and Earn", "promo"),
    ("Quarterly proof of reserves", "other"),
]


@pytest.mark.parametrize("title", LISTINGS)
def test_a_listing_is_a_listing(title: str) -> None:
    assert kind_of(title, "") == "listing"


@pytest.mark.parametrize(("title", "kind"), NO_LISTINGS)
def test_what_only_looks_like_a_listing_is_none(title: str, kind: str) -> None:
    """Whoever buys these buys what falls, or what everybody has had for years."""
    assert kind_of(title, "") == kind


@pytest.mark.parametrize(
    "title",
    [
        "Venue Futures Will Launch USDS-M ARG Perpetual Contract With up to 50x Leverage",
        "Venue Futures Will Launch USDS-Margined ARGUSDT Perpetual Contract (2031-01-30)",
    ],
)
def test_a_new_perpetual_is_not_a_spot_listing(title: str) -> None:
    assert kind_of(title, "") == "perp_listing"
    assert market_of("perp_listing", title, "") == "usdm"


def test_an_airdrop_is_a_listing_when_trading_opens_too() -> None:
    title = "Introducing Argo (ARG) on Venue Launchpool"

    assert kind_of(title, "Farm ARG for thirty days.") == "airdrop"
    assert kind_of(title, "Venue will then list ARG and open trading.") == "listing"


@pytest.mark.parametrize(
    ("body", "market"),
    [
        ("It will delist 23 margin trading pairs.", "margin"),
        ("Venue will cease trading for these spot pairs.", "spot"),
        ("The USDS-M ARGUSDT contract settles.", "usdm"),
    ],
)
def test_a_delisting_names_its_market_in_the_body(body: str, market: str) -> None:
    assert market_of("delisting", "Venue will delist 23 pairs", body) == market
