"""Bybit's titles list and promise in one breath, and that is two events."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aiohttp import web

from argonaut.feeds.errors import AnswerError, EmptyAnswerError, RefusedBySourceError
from argonaut.feeds.events.bybit import Params, read_bybit
from tests.feeds.events.asked import asked
from tests.feeds.events.parts import NOW_NS, StandIn, text

NOW_MS = NOW_NS // 1_000_000
TITLE = "New Listing: Arbitrum (ARB) — Deposit, Trade and Stake ARB to Share a 400,000 USDT Prize Pool!"  # fmt: skip  # noqa: E501


def item(title: str = TITLE, url: str = "https://announcements.bybit.com/a/1", **more: Any) -> Any:
    return {
        "title": title, "description": "Trading opens.",
        "type": {"title": "New", "key": "new_crypto"},
        "tags": ["Spot", "Spot Listings"], "url": url, "dateTimestamp": NOW_MS - 90_000,
        "publishTime": NOW_MS - 30_000,
        "startDateTimestamp": NOW_MS, "endDateTimestamp": NOW_MS + 1,
    } | more  # fmt: skip


def answer(*items: Any) -> web.Response:
    result = {"total": 1234, "list": list(items)}
    return text(json.dumps({"retCode": 0, "retMsg": "OK", "result": result}))


def test_a_listing_with_a_prize_pool_is_two_events() -> None:
    server = StandIn(answer(item()), answer(item()))

    bench = asked("bybit", server, 2, type="new_crypto")

    listing, promo = bench.trader.journal
    assert (listing.source, listing.kind, listing.symbols) == ("bybit", "listing", ("ARB",))
    assert (promo.kind, promo.payload["pool_quote"]) == ("promo", "400000")
    assert promo.payload["parent"] == listing.event_id
    assert listing.published_ns == NOW_NS - 30_000_000_000
    assert listing.payload["labels"] == "Spot,Spot Listings"
    assert listing.payload["window_starts_ns"] == str(NOW_NS)
    path = server.requests[0][0]
    assert path == "/v5/announcements/index?locale=en-US&page=1&limit=20&type=new_crypto"


def test_an_answer_of_old_times_has_the_authors_date_alone() -> None:
    older = item()
    del older["publishTime"]

    bench = asked("bybit", StandIn(answer(older)))

    assert bench.trader.journal[0].published_ns == NOW_NS - 90_000_000_000


def test_a_listing_has_no_time_of_trading_so_that_nothing_is_awaited_or_read_again() -> None:
    """A campaign's start that was taken for the listing's would buy at the wrong minute."""
    server = StandIn(answer(item()))

    bench = asked("bybit", server)

    listing = bench.trader.journal[0]
    assert listing.kind == "listing"
    assert "go_live_ns" not in listing.payload
    assert list(bench.upcoming) == []
    assert len(server.requests) == 1


def test_an_item_whose_text_has_changed_is_known_and_told_once() -> None:
    """An edit of what names no time moves nothing; it must not look like a second listing."""
    edited = item(TITLE.replace("400,000", "500,000"), description="Trading has opened.")

    bench = asked("bybit", StandIn(answer(item()), answer(edited)), 2)

    assert [event.kind for event in bench.trader.journal] == ["listing", "promo"]


def test_one_odd_item_does_not_hide_the_others() -> None:
    bench = asked("bybit", StandIn(answer({"title": 7}, item("News", "u2"))))

    assert bench.taken == ["u2"]


def test_they_are_taken_in_the_order_they_went_out() -> None:
    newer, older = item("B", "b"), item("A", "a", publishTime=NOW_MS - 60_000)

    assert asked("bybit", StandIn(answer(newer, older))).taken == ["a", "b"]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b'{"retCode": 10001, "retMsg": "params error", "result": {}}', RefusedBySourceError),
        (b'{"retCode": 0, "retMsg": "OK", "result": {"total": 0, "list": []}}', EmptyAnswerError),
        (b'{"retCode": 0, "result": {"list": [{"title": 1}]}}', AnswerError),
        (b'{"retCode": 0, "result": {"list": [', AnswerError),
        (b"<html>", AnswerError),
    ],
)
def test_an_answer_that_is_none_is_refused(body: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        read_bybit(body, NOW_NS)


def test_a_page_is_of_bounded_length() -> None:
    with pytest.raises(ValueError, match="want limit from 1 to 50, not 51"):
        Params(limit=51)
