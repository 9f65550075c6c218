"""OKX writes its times as text, and gives each kind of announcement a page of its own."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aiohttp import web

from argonaut.feeds.errors import AnswerError, EmptyAnswerError, RefusedBySourceError
from argonaut.feeds.events.okx import Params, read_okx
from tests.feeds.events.asked import asked
from tests.feeds.events.parts import NOW_NS, StandIn, text


def item(title: str, url: str) -> dict[str, Any]:
    return {"annType": "announcements-new-listings", "title": title, "url": url,
            "pTime": str(NOW_NS // 1_000_000), "businessPTime": "1761620400000"}  # fmt: skip


def answer(*items: Any) -> web.Response:
    page = {"totalPage": "123", "details": list(items)}
    return text(json.dumps({"code": "0", "msg": "", "data": [page]}))


def test_each_kind_is_asked_for_and_read() -> None:
    server = StandIn(
        answer(item("OKX to list Virtuals Protocol (VIRTUAL) for spot trading", "u1")),
        answer(item("OKX to delist ABC, DEF on 2026-02-09", "u2")),
    )

    bench = asked("okx", server)

    listing, delisting = bench.trader.journal
    assert (listing.source, listing.kind, listing.symbols) == ("okx", "listing", ("VIRTUAL",))
    assert (delisting.kind, delisting.payload["venue"]) == ("delisting", "okx")
    assert listing.published_ns == NOW_NS
    assert [path for path, _ in server.requests] == [
        "/api/v5/support/announcements?annType=announcements-new-listings&page=1",
        "/api/v5/support/announcements?annType=announcements-delistings&page=1",
    ]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b'{"code": "50011", "msg": "Too Many Requests", "data": []}', RefusedBySourceError),
        (b'{"code": "0", "msg": "", "data": []}', EmptyAnswerError),
        (b'{"code": "0", "data": [{"details": [{"pTime": "soon"}]}]}', AnswerError),
        (b'{"code": "0", "data": [{"deta', AnswerError),
    ],
)
def test_an_answer_that_is_none_is_refused(body: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        read_okx(body, NOW_NS)


def test_a_kind_is_wanted() -> None:
    with pytest.raises(ValueError, match="at least one type"):
        Params(types=())
