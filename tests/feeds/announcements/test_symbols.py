"""Coins and pairs in a text."""

from __future__ import annotations

from argonaut.feeds.announcements.symbols import (
    assets_in,
    contracts_in,
    delisted_in,
    foreign_tickers_in,
    pairs_in,
)
from argonaut.feeds.announcements.text import plain


def test_tickers_stand_in_parentheses() -> None:
    assert assets_in("Argo (ARG), One Inch (1INCH) at 15:00 (UTC) via (API) (2031)") == (
        "ARG",
        "1INCH",
    )


def test_a_letter_of_another_script_makes_no_ticker() -> None:
    """Its first letter is Cyrillic: somebody wants the wrong coin bought."""
    posing = "Argo (\u0410RG)"

    assert assets_in(posing) == ()
    assert foreign_tickers_in(posing) == ("\u0410RG",)


def test_full_width_letters_are_the_letters_they_show() -> None:
    assert assets_in(plain("Argo (\uff21\uff32\uff27)")) == ("ARG",)


def test_pairs_need_a_quote_that_is_money_somewhere() -> None:
    assert pairs_in("ARG/USDT, NTL/BTC and/or A/B, ARG/USDT") == ("ARG/USDT", "NTL/BTC")


def test_contracts_lose_their_quote_and_keep_their_multiplier() -> None:
    title = plain("Launch USDⓈ-Margined ARGUSDT, 1000NTL and OLD Perpetual Contracts")

    assert contracts_in(title) == ("ARG", "1000NTL", "OLD")


def test_a_list_between_delist_and_a_date_is_a_list() -> None:
    assert delisted_in("Venue Will Delist ARG, NTL and OLD on 2031-01-30") == ("ARG", "NTL", "OLD")
    assert delisted_in("Venue will delist 23 pairs, Argo is affected") == ()
