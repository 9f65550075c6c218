"""Text that looks like a listing and is none, or is hostile: nothing trades by mistake."""

from __future__ import annotations

from typing import Any

import pytest

from argonaut.domain.event import ExternalEvent
from tests.strategies.sniping import GO_LIVE, SECOND_NS, Floor, announced, at_ns

OPENS = f"Trading opens for it: open trading at {GO_LIVE}."

NO_LISTINGS = [
    # tags
    "Binance Will Extend the Monitoring Tag to Include Gnosis (GNO) and Remove the Seed Tag for It",
    "Binance Will Remove the Seed Tag for Gnosis (GNO)",
    "Updates on Seed Tag and Monitoring Tag: Gnosis (GNO)",
    # new pairs of old coins
    "Binance Adds GNO/ETH, GNO/USDT & OPX/USDT Trading Pairs",
    "Notice on New Trading Pairs & Trading Bots Services on Binance Spot: GNO/USDT",
    # earn and the like
    "Binance Will Add Gnosis (GNO) on Earn, Buy Crypto, Convert, Margin & Futures",
    "Binance Earn: Enjoy Up to 29.9% APR with Gnosis (GNO) Flexible Products",
    # what is no coin
    "Binance Will List Tokenized Stock Gnosis (GNO)",
    "Binance Will List Gnosis (GNO) on Pre-Market",
    "Binance Alpha Will List Gnosis (GNO)",
    # perpetuals
    "Binance Futures Will Launch USDⓈ-Margined GNOUSDT Perpetual Contract",
    "Binance Futures Will List Gnosis (GNO) Perpetual Contracts",
    # the opposite
    "Binance Will Delist Gnosis (GNO)",
    "Binance Will Postpone the Listing of Gnosis (GNO)",
    "Binance Will Suspend Trading for Gnosis (GNO)",
    "Binance Will Support the Gnosis (GNO) Contract Swap",
    # promises and talk
    "Gnosis (GNO) Trading Competition: Share Up to 10,000 USDT",
    "What Is Gnosis (GNO)?",
    "",
    "GNO",
]


@pytest.mark.parametrize("title", NO_LISTINGS)
def test_what_only_looks_like_a_listing_buys_nothing(title) -> None:
    floor = Floor()
    floor.feed(announced(title, OPENS))

    floor.quotes("GNO", range(30), 10.5)

    assert floor.bodies("watch") == []
    assert floor.entries() == []


@pytest.mark.parametrize(
    "ticker",
    [
        "GN\N{CYRILLIC CAPITAL LETTER O}",
        "\N{GREEK CAPITAL LETTER NU}EX",
        "G\N{ZERO WIDTH SPACE}NO\N{CYRILLIC CAPITAL LETTER ER}",
        "\N{CJK UNIFIED IDEOGRAPH-5E01}",
        "GNO-USDT",
        "GNO/USDT@SIM",
        "G" * 20,
        "123",
        "USDT",
        "UTC",
    ],
)
def test_a_symbol_that_is_not_plain_ascii_buys_nothing(ticker) -> None:
    floor = Floor()
    floor.feed(announced(f"Binance Will List Gnosis ({ticker})", OPENS))

    for asset in ("GNO", "NEX"):
        floor.quotes(asset, range(30), 10.5)

    assert floor.entries() == []


def test_a_homoglyph_is_told_as_a_fault() -> None:
    floor = Floor()
    floor.feed(announced("Binance Will List Gnosis (GN\N{CYRILLIC CAPITAL LETTER O})", OPENS))

    assert (
        "could not be read for certain: a symbol in letters of another script" in (floor.skips()[0])
    )


@pytest.mark.parametrize("symbol", ["GN\N{CYRILLIC CAPITAL LETTER O}", "gno", "G NO", "", "A" * 13])
def test_an_event_with_a_symbol_that_no_reader_would_give_buys_nothing(symbol) -> None:
    """A feed may hand over events that are ready made."""
    floor = Floor()
    floor.session.feed(
        ExternalEvent(
            event_ns=at_ns(-60),
            event_id="x",
            source="file",
            kind="listing",
            symbols=(symbol,),
            payload={"market": "spot", "go_live_ns": str(at_ns(0))},
        )
    )

    assert floor.bodies("watch") == []
    assert "plain letters and digits" in floor.skips()[0]


def test_an_event_without_a_market_or_a_coin_buys_nothing() -> None:
    floor = Floor()
    cases: list[dict[str, Any]] = [{"symbols": ("GNO",)}, {"payload": {"market": "spot"}}]
    for number, fields in enumerate(cases):
        floor.session.feed(
            ExternalEvent(
                event_ns=at_ns(-60), event_id=str(number), source="f", kind="listing", **fields
            )
        )

    assert floor.bodies("watch") == []
    assert "want spot" in floor.skips()[0]
    assert "names no coin" in floor.skips()[1]


def test_a_coin_that_the_venue_never_lists_buys_nothing() -> None:
    floor = Floor()
    floor.feed(announced("Binance Will List Nonesuch (NONE)", OPENS))

    floor.tick(181)

    assert floor.entries() == []
    assert "no two-sided book" in floor.skips()[0]


# times and languages


@pytest.mark.parametrize(
    "body",
    [
        "Binance will list GNO and open trading at 2026-01-02 18:00 (UTC+8).",
        "Binance will list GNO and open trading at 2026-01-02 10:00 AM (UTC).",
        "Binance will list GNO and open trading at 10:00 UTC on January 2, 2026.",
        (
            "Deposits of GNO open at 2026-01-01 08:00 (UTC).\n"
            "Binance will list GNO and open trading at 2026-01-02 10:00 (UTC).\n"
            "Withdrawals will open at 2026-01-03 10:00 (UTC)."
        ),
    ],
)
def test_go_live_is_the_time_trading_opens_whatever_its_zone(body) -> None:
    floor = Floor()
    floor.feed(announced(body=body))

    floor.quotes("GNO", range(12), 10.5)
    assert floor.entries() == []
    floor.quote("GNO", 12, 10.5)

    assert floor.bought() == ["GNO/USDT@sim"]


@pytest.mark.parametrize(
    "body",
    [
        "Binance will list GNO and open trading at 2026-01-02 10:00.",
        "Binance will list GNO and open trading at 2026-01-02 10:00 (Moon Time).",
        "Binance will list GNO and open trading at 2036-01-02 10:00 (UTC).",
        "Binance will list GNO and open trading at 2016-01-02 10:00 (UTC).",
        "Binance will list GNO and open trading at 2026-13-02 10:00 (UTC).",
    ],
)
def test_a_time_that_cannot_be_relied_on_buys_nothing(body) -> None:
    floor = Floor()
    floor.feed(announced(body=body))

    floor.quotes("GNO", range(30), 10.5)

    assert floor.entries() == []
    assert "could not be read for certain" in floor.skips()[0]


@pytest.mark.parametrize(
    "title",
    [
        "Binance listet Gnosis (GNO)",
        "Binance wird Gnosis (GNO) nicht listen",
        "Ililista ng Binance ang Gnosis (GNO)",
        "Aalisin ng Binance ang Gnosis (GNO) sa listahan",
        "Binance nimmt Gnosis (GNO) vom Handel",
    ],
)
def test_german_and_filipino_titles_are_not_guessed_at(title) -> None:
    """A language the reader has no words for is no listing: a chance lost, nothing bought."""
    floor = Floor()
    floor.feed(announced(title, OPENS))

    floor.quotes("GNO", range(30), 10.5)

    assert floor.entries() == []


# told twice


def test_the_same_notice_by_push_and_by_list_buys_once() -> None:
    floor = Floor()
    floor.feed(announced(event_id="hash"))
    floor.feed(announced(event_id="code", source="binance_cms", second=-3500))
    floor.feed(announced("Updated: Binance Will List Gnosis (GNO)", event_id="code2", second=-3000))

    floor.quotes("GNO", range(30), 10.5)

    assert floor.bought() == ["GNO/USDT@sim"]


def test_a_flood_of_listings_hunts_three() -> None:
    floor = Floor(instruments_max=100)
    for number in range(300):
        floor.feed(announced(f"Binance Will List Coin (C{number})", OPENS, event_id=str(number)))

    assert len(floor.bodies("watch")) == 3


def test_a_huge_and_nested_body_is_read_in_time_and_buys_nothing() -> None:
    floor = Floor()
    floor.feed(announced("Binance Will List Gnosis (GNO)", "<div>" * 50_000 + OPENS * 2_000))

    floor.quotes("GNO", range(30), 99.0)

    assert floor.entries() == []
    assert at_ns(1) - at_ns(0) == SECOND_NS


def edit(*, venue: str = "binance", assets: str = "GNO", **payload: str) -> ExternalEvent:
    """An announcement whose text was read again, a minute before go-live."""
    said = {"venue": venue, "market": "spot", "assets": assets, **payload}
    return ExternalEvent(
        event_ns=at_ns(-60), event_id="a1~1", source="binance_cms", kind="listing_edit",
        title="Binance Will List Gnosis (GNO)", symbols=(assets,), payload=said,
    )  # fmt: skip


@pytest.mark.parametrize(
    "other", [edit(assets="OPX", called_off="it says so"), edit(called_off=""), edit(go_live_ns="")]
)
def test_an_edit_of_something_else_or_of_nothing_changes_no_hunt(other: ExternalEvent) -> None:
    floor = Floor()
    floor.feed(announced())

    floor.feed((other,))
    floor.quotes("GNO", range(15), 10.5)

    assert floor.bought() == ["GNO/USDT@sim"]


def test_an_edit_of_what_is_held_leaves_it_to_its_stop() -> None:
    """A coin that trades is not sold because a page says that it does not."""
    floor = Floor()
    floor.feed(announced())
    floor.quotes("GNO", range(15), 10.5)

    floor.feed((edit(called_off="it says so"),))

    assert floor.holding().quantity > 0
    assert not any("it says so" in each for each in floor.skips())


def test_an_edit_after_the_first_quote_moves_nothing_and_may_call_off() -> None:
    """Where it trades already, it has gone live; a cancellation counts all the same."""
    floor = Floor()
    floor.feed(announced())
    floor.quotes("GNO", range(5), 10.5)

    floor.feed((edit(go_live_ns=str(at_ns(7200))),))
    watched = len(floor.bodies("watch"))
    floor.feed((edit(called_off="it says so"),))
    floor.quotes("GNO", range(5, 30), 10.5)

    assert watched == 1
    assert floor.bought() == []
    assert floor.skips()[-1] == "listing of GNO left: its announcement was edited, it says so"
