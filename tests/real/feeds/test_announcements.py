"""Real announcement texts, against what people read in them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from argonaut.feeds.announcements.event import events_of
from argonaut.feeds.announcements.read import Notice, read_announcement
from tests.conftest import SHARED
from tests.strategies.sniping import Floor, at_ns

pytestmark = pytest.mark.real

CASES = SHARED / "data/events/announcements.jsonl"
KINDS = {
    "futures_listing": "perp_listing",
    "spot_listing": "listing",
    "promo": "promo",
    "pair_delisting": "delisting",
    "token_delisting": "delisting",
    "margin_delisting": "delisting",
    "risk_tag": "other",
    "product_news": "delisting",  # its title says so; it names nothing, so it asks for nothing
}


def cases() -> list[dict[str, Any]]:
    return [json.loads(line) for line in CASES.read_text().splitlines()] if CASES.exists() else []


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["title"][:50])
def test_every_expected_field_is_read(case: dict[str, Any]) -> None:
    """The fields were written down by people who read the text; notes are for people."""
    read = read_announcement(case["title"], case["body"], published_ns=ns(case["published"]))
    wanted = dict(case["expect"])

    assert read.kind == KINDS[case["kind"]]
    assert read.faults == ()
    for name, value in wanted.items():
        if name in READERS:
            assert READERS[name](read) == value, name
        else:
            assert name in {"note", "venue", "tiers"}, f"no reader for {name}"


def test_the_tiers_of_a_promotion_are_read_as_far_as_the_excerpt_has_them() -> None:
    """The third pool is not in the text that was kept, so it is not known."""
    (case,) = (each for each in cases() if "tiers" in each["expect"])
    promotion = read_announcement(case["title"], case["body"]).promotion
    assert promotion is not None

    volumes = [str(each.min_volume) for each in promotion.tiers]
    pools = [None if each.pool is None else str(each.pool) for each in promotion.tiers]

    assert volumes == [volume for volume, _ in case["expect"]["tiers"]]
    assert pools == ["15000 USD", "35000 USD", None]
    assert [each.mode for each in promotion.tiers] == ["shared", "equal", "ranked"]


def test_nothing_else_is_a_listing() -> None:
    """A false listing buys what nobody lists."""
    read = [(case["kind"], read_announcement(case["title"], case["body"])) for case in cases()]

    assert sum(notice.action == "list" for _, notice in read) == 4
    assert all(kind.endswith("_listing") == (notice.action == "list") for kind, notice in read)


def test_a_promotion_in_a_wallet_is_told_apart() -> None:
    (case,) = (each for each in cases() if "venue" in each["expect"])

    assert read_announcement(case["title"], case["body"]).market == "wallet"


def ns(text: str | None) -> int | None:
    if text is None:
        return None
    when = datetime.fromisoformat(text)
    return int(when.replace(tzinfo=when.tzinfo or UTC).timestamp()) * 10**9


def iso(event_ns: int | None) -> str | None:
    if event_ns is None:
        return None
    return datetime.fromtimestamp(event_ns // 10**9, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def symbols_of(notice: Notice) -> list[str]:
    if notice.pairs:
        return [pair.replace("/", "") for pair in notice.pairs]
    quote = "USDT" if notice.kind == "perp_listing" else ""
    return [asset + quote for asset in notice.assets]


def first_tier(notice: Notice) -> Any:
    assert notice.promotion is not None
    return notice.promotion.tiers[0]


READERS: dict[str, Any] = {
    "symbols": symbols_of,
    "market": lambda notice: notice.market,
    "go_live": lambda notice: iso(notice.go_live_ns),
    "effective": lambda notice: iso(notice.effective_ns),
    "action": lambda notice: notice.action,
    "max_leverage": lambda notice: notice.max_leverage,
    "tick_size": lambda notice: str(notice.tick_size),
    "start": lambda notice: iso(notice.promotion.start_ns),
    "end": lambda notice: iso(notice.promotion.end_ns),
    "pool": lambda notice: str(first_tier(notice).pool),
    "min_volume": lambda notice: first_tier(notice).min_volume,
    "ranked": lambda notice: notice.promotion.is_ranked,
    "winners": lambda notice: notice.promotion.winners,
    "registration_required": lambda notice: notice.promotion.wants_registration,
    "max_reward": lambda notice: str(notice.promotion.cap),
}


def test_no_text_that_is_no_listing_becomes_one() -> None:
    """0 false listings: what a strategy may hunt, of all texts, and the market of each."""
    found = [
        event
        for case in cases()
        for event in events_of(
            source="binance_cms",
            event_id=case["title"],
            title=case["title"],
            body=case["body"],
            seen_ns=1,
        )
        if event.kind == "listing"
    ]

    listed = [case["title"] for case in cases() if case["kind"] == "spot_listing"]
    assert [event.event_id for event in found] == listed


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["title"][:50])
def test_a_sniper_hunts_nothing_but_the_spot_listings(case: dict[str, Any]) -> None:
    floor = Floor(elsewhere=None)
    published_ns = ns(case["published"])

    floor.feed(
        events_of(
            source="binance_cms",
            event_id="a1",
            title=case["title"],
            body=case["body"],
            seen_ns=published_ns or at_ns(-7000),
            published_ns=published_ns,
        )
    )

    assert bool(floor.bodies("watch")) == (case["kind"] == "spot_listing")
    assert floor.entries() == []
