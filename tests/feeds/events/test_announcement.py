"""What an announcement says reaches strategies under names they know, and twice where it is two."""

from argonaut.feeds.events.announcement import announced
from tests.feeds.events.parts import NOW_NS

LIST_BODY = "<p>Binance will list Example (EXM) and open trading at 2026-02-02 12:00 (UTC).</p>"
NOON = str(1_770_033_600 * 1_000_000_000)


def read(title, body="", **more):
    return announced(
        source="binance_cms", event_id="c-1", title=title, body=body,
        published_ns=NOW_NS, seen_ns=NOW_NS, **more,
    )  # fmt: skip


def test_a_listing_says_what_when_and_where():
    (made,) = read("Binance Will List Example (EXM) with Seed Tag Applied", LIST_BODY)

    assert (made.kind, made.symbols, made.priority) == ("listing", ("EXM",), 1.0)
    assert made.payload == {
        "market": "spot", "action": "list", "tags": "seed", "go_live_ns": NOON,
    }  # fmt: skip


def test_a_listing_with_a_campaign_is_two_events_with_one_parent():
    listing, promo = read(
        "New Listing: Arbitrum (ARB) - Deposit, Trade and Stake ARB "
        "to Share a 400,000 USDT Prize Pool!"
    )

    assert (listing.kind, listing.event_id) == ("listing", "c-1")
    assert (promo.kind, promo.event_id) == ("promo", "c-1#promo")
    assert promo.payload["parent_id"] == "c-1"
    assert promo.payload["pool_quote"] == "400000"
    assert promo.symbols == listing.symbols == ("ARB",)


def test_a_listing_with_an_airdrop_is_two_events():
    listing, airdrop = read("Introducing Example (EXM) on Binance HODLer Airdrops", LIST_BODY)

    assert (airdrop.kind, airdrop.payload["parent_id"]) == ("airdrop", "c-1")
    assert (listing.kind, listing.payload["go_live_ns"]) == ("listing", NOON)


def test_a_delisting_says_when_trading_ends():
    (made,) = read(
        "Binance Will Delist BADGER, BAL on 2026-02-02",
        "Binance will delist and cease trading on all spot pairs at 2026-02-02 12:00 (UTC).",
    )

    assert (made.kind, made.symbols) == ("delisting", ("BADGER", "BAL"))
    assert (made.payload["action"], made.payload["effective_ns"]) == ("delist", NOON)


def test_pairs_name_their_coins():
    (made,) = read("Binance Adds ARPA/ETH, PHB/USDT & VITE/BUSD Trading Pairs")

    assert (made.kind, made.symbols) == ("new_pair", ("ARPA", "PHB", "VITE"))
    assert made.payload["pairs"] == "ARPA/ETH,PHB/USDT,VITE/BUSD"


def test_what_could_not_be_relied_on_is_said():
    (made,) = read("Binance Will List Example (E\u0425M)")  # a Cyrillic letter

    assert made.symbols == ()
    assert "another script" in made.payload["faults"]
    assert "action" not in made.payload


def test_a_tag_list_is_no_listing():
    (made,) = read("Binance Will Extend the Monitoring Tag to Include Foo (FOO) and Bar (BAR)")

    assert (made.kind, "action" in made.payload) == ("other", False)


def test_what_the_source_says_itself_stays():
    (made,) = read("News", more={"catalog": "49"})

    assert made.payload == {"catalog": "49"}
