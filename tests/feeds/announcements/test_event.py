"""An announcement as an event: what strategies and rules may act on, in words."""

from __future__ import annotations

from typing import Any

from argonaut.feeds.announcements.event import events_of, payload_of, symbols_of
from argonaut.feeds.announcements.read import Notice

SECOND_NS = 1_000_000_000
SEEN_NS = 1_767_344_400 * SECOND_NS


def of(title: str, body: str = "", **fields):
    told: dict[str, Any] = {
        "source": "binance_ws",
        "event_id": "a1",
        "seen_ns": SEEN_NS,
        "venue": "binance",
    }
    return events_of(title=title, body=body, **(told | fields))


def test_a_listing_names_coin_market_and_go_live() -> None:
    (event,) = of(
        "Binance Will List Gnosis (GNO) with Seed Tag Applied",
        "Binance will list Gnosis (GNO) and open trading at 2026-01-02 10:00 (UTC).",
        url="https://www.binance.com/en/support/announcement/a1",
        published_ns=SEEN_NS - SECOND_NS,
        parsed_ns=SEEN_NS + 1,
    )

    assert (event.kind, event.symbols, event.priority) == ("listing", ("GNO",), 1.0)
    assert event.published_ns == SEEN_NS - SECOND_NS
    assert event.payload == {
        "venue": "binance",
        "parsed_ns": str(SEEN_NS + 1),
        "market": "spot",
        "go_live_ns": str(1_767_348_000 * SECOND_NS),
        "assets": "GNO",
        "tags": "seed",
    }


def test_a_title_that_lists_and_promises_is_two_events_with_one_parent() -> None:
    listing, promo = of(
        "New Listing: Arbitrum (ARB) - Deposit, Trade and Stake ARB to Share a 400,000 USDT "
        "Prize Pool!",
        source="bybit",
    )

    assert (listing.kind, listing.event_id) == ("listing", "a1")
    assert (promo.kind, promo.event_id) == ("promo", "a1#promo")
    assert promo.payload["parent"] == "a1"
    assert promo.payload["pool_quote"] == "400000"
    assert promo.symbols == ("ARB",)


def test_a_promotion_tells_what_it_asks_for_and_promises() -> None:
    (event,) = of(
        "Trade and Share Rewards: ABC Challenge",
        "Promotion Period: 2025-09-08 16:00 (UTC) to 2025-09-22 16:00 (UTC)\n"
        "Users who trade at least $500 will share 20,000 USDT equally.\n"
        "The maximum reward per user is 50 USDT.",
    )

    assert event.kind == "promo"
    assert event.payload["min_volume_quote"] == "500"
    assert event.payload["pool_quote"] == "20000"
    assert event.payload["cap_quote"] == "50"
    assert event.payload["mode"] == "equal"
    assert int(event.payload["starts_ns"]) < int(event.payload["ends_ns"])


def test_a_pool_of_coins_has_no_price_here_and_says_nothing() -> None:
    (event,) = of("ABC Challenge", "Users who trade at least 500 ABC share 20,000 ABC.")

    assert not {"pool_quote", "min_volume_quote"} & set(event.payload)


def test_a_perpetual_tells_leverage_and_tick() -> None:
    (event,) = of(
        "Binance Futures to launch USDⓈ-M BICO perpetual contract with 10x leverage",
        "The tick size of the contract is 0.0001",
    )

    assert event.payload["market"] == "usdm"
    assert event.payload["max_leverage"] == "10"
    assert event.payload["tick_size"] == "0.0001"


def test_the_bases_of_pairs_are_symbols() -> None:
    notice = Notice(kind="delisting", market="spot", assets=("ABC",), pairs=("ABC/BTC", "XYZ/ETH"))

    assert symbols_of(notice) == ("ABC", "XYZ")
    assert payload_of(notice)["pairs"] == "ABC/BTC,XYZ/ETH"


def test_what_could_not_be_read_for_certain_is_said() -> None:
    (event,) = of("Binance Will List Gnosis (GN\N{CYRILLIC CAPITAL LETTER O})")

    assert "another script" in event.payload["faults"]
    assert event.symbols == ()


def test_a_launchpool_that_opens_trading_is_a_listing_and_an_airdrop() -> None:
    listing, airdrop = of(
        "Introducing Example (EXM) on Binance Launchpool",
        "Binance will then list EXM and open trading at 2026-01-02 10:00 (UTC).",
    )

    assert (listing.kind, airdrop.kind, airdrop.event_id) == ("listing", "airdrop", "a1#airdrop")


def test_what_the_source_says_itself_stands_beside_and_never_instead() -> None:
    """A catalogue is worth knowing; a source cannot name the market in the reader's place."""
    (made,) = events_of(
        source="s", event_id="1", title="Binance Will List Foo (FOO)", seen_ns=0, venue="binance",
        more={"catalog": "48", "venue": "forged", "market": "forged"},
    )  # fmt: skip

    said = {name: made.payload[name] for name in ("catalog", "venue", "market")}
    assert said == {"catalog": "48", "venue": "binance", "market": "spot"}
