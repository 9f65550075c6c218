"""Binance's list is complete but late, and the push is early but forgets: together they are one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aiohttp import web

from argonaut.feeds.errors import AnswerError, EmptyAnswerError, RefusedBySourceError
from argonaut.feeds.events.binance_articles import (
    Params,
    binance_keys,
    body_text,
    read_articles,
    read_detail,
)
from argonaut.feeds.events.binance_push import read_push
from tests.feeds.events.asked import ask, asked
from tests.feeds.events.parts import NOW_NS, Bench, StandIn, text

NOW_MS = NOW_NS // 1_000_000
TITLE = "Binance Will List Example (EXM) with Seed Tag Applied"
BODY = "Binance will list Example (EXM) and open trading at 2026-02-02 12:00 (UTC)."
TREE = {
    "node": "root",
    "child": [
        {"node": "element", "tag": "p", "child": [{"node": "text", "text": BODY}]},
        {"node": "element", "tag": "ul", "child": [
            {"node": "element", "tag": "li", "child": [{"node": "text", "text": "Seed tag"}]}]},
    ],
}  # fmt: skip


def article(code: str = "c0de", title: str = TITLE, age_s: int = 30) -> dict[str, Any]:
    released = NOW_MS - age_s * 1_000
    return {"id": 123456, "code": code, "title": title, "type": 1, "releaseDate": released}


def listed(*articles: dict[str, Any], catalog: int = 48) -> web.Response:
    """An answer as the site gives it, everything nested as there."""
    catalogs = [
        {"catalogId": catalog, "parentCatalogId": None, "icon": "...", "description": None,
         "catalogName": "New Cryptocurrency Listing", "catalogType": 1, "total": 1234,
         "articles": list(articles), "catalogs": []}
    ]  # fmt: skip
    answer = {"code": "000000", "message": None, "messageDetail": None, "success": True}
    return text(json.dumps(answer | {"data": {"catalogs": catalogs}}))


def detail(body: Any) -> web.Response:
    return text(json.dumps({"code": "000000", "message": None, "data": {"body": body}}))


def test_a_new_article_is_read_with_its_text() -> None:
    server = StandIn(listed(article()), detail(json.dumps(TREE)))

    bench = asked("binance_articles", server, catalogs=(48,))

    (taken,) = bench.trader.journal
    assert (taken.source, taken.kind, taken.symbols) == ("binance_cms", "listing", ("EXM",))
    assert taken.payload["go_live_ns"] == str(1_770_033_600 * 1_000_000_000)
    assert taken.payload["instruments"] == "EXM/USDT@sim"
    assert (taken.payload["code"], taken.payload["catalog_id"]) == ("c0de", "48")
    assert taken.payload["venue"] == "binance"
    list_request, detail_request = (path for path, _ in server.requests)
    assert list_request.endswith("/list/query?type=1&catalogId=48&pageNo=1&pageSize=20")
    assert detail_request.endswith("/detail/query?articleCode=c0de")
    assert server.requests[0][1]["clienttype"] == "web"


def test_a_text_that_cannot_be_had_does_not_keep_the_listing_back() -> None:
    bench = asked(
        "binance_articles",
        StandIn(listed(article()), text("<html>challenge</html>")),
        catalogs=(48,),
    )  # fmt: skip

    (taken,) = bench.trader.journal
    assert (taken.kind, "go_live_ns" in taken.payload) == ("listing", False)
    assert bench.book.answers == ["ok", "html"]


def test_what_was_seen_is_not_asked_for_again() -> None:
    server = StandIn(listed(article()), detail(BODY), listed(article()))

    bench = asked("binance_articles", server, 2, catalogs=(48,))

    assert bench.taken == ["c0de"]
    assert len(server.requests) == 3


def test_an_edited_article_is_the_same_announcement() -> None:
    """Postponed and updated articles keep their code; a second entry would double the position."""
    edited = article(title=f"Updated: {TITLE}")

    bench = asked(
        "binance_articles", StandIn(listed(article()), listed(edited)), 2,
        catalogs=(48,), bodies=False,
    )  # fmt: skip

    assert bench.taken == ["c0de"]


def test_on_the_first_start_ever_no_catalogue_is_news() -> None:
    bench = Bench()
    old = StandIn(
        listed(article("a", age_s=9_000)), listed(article("b", "News", 9_000), catalog=49)
    )

    ask(bench, "binance_articles", old, catalogs=(48, 49))

    assert bench.taken == []
    assert [result for result, _ in bench.book.items] == ["history", "history"]
    assert len(old.requests) == 2, "texts of old articles are not asked for"


def test_a_push_and_the_list_are_one_announcement() -> None:
    """Whichever comes first is acted on; the other finds it seen."""
    inner = {"catalogId": 48, "catalogName": "New Cryptocurrency Listing", "title": TITLE,
             "publishDate": NOW_MS - 100_000, "body": BODY, "disclaimer": "..."}  # fmt: skip
    frame = json.dumps({"type": "DATA", "topic": "com_announcement_en", "data": json.dumps(inner)})
    bench = Bench()
    bench.intake.take("feed", (), seen_ns=NOW_NS)
    bench.intake.take(
        "push", read_push(frame, NOW_NS), seen_ns=NOW_NS, family="binance", keys=binance_keys
    )

    ask(bench, "binance_articles", StandIn(listed(article(age_s=30))), catalogs=(48,))
    ask(bench, "binance_articles", StandIn(listed(article("new", age_s=30, title="Other"))),
        catalogs=(48,), bodies=False)  # fmt: skip

    assert [each.source for each in bench.trader.journal] == ["binance_ws", "binance_cms"]
    assert bench.taken[1] == "new"


def test_the_same_title_at_another_time_is_another_announcement() -> None:
    """Monthly notices share their titles."""
    bench = asked(
        "binance_articles",
        StandIn(listed(article("a", "Notice", 700), article("b", "Notice", 30))),
        catalogs=(48,), bodies=False,
    )  # fmt: skip

    assert bench.taken == ["a", "b"]


def test_articles_may_stand_beside_the_catalogues() -> None:
    body = json.dumps({"code": "000000", "data": {"articles": [article()]}}).encode()

    ((found, catalog),) = read_articles(body)

    assert (found.code, catalog.catalog_id) == ("c0de", 0)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b'{"code": "100002", "message": "illegal parameter"}', RefusedBySourceError),
        (b'{"code": "000000", "data": {"catalogs": []}}', EmptyAnswerError),
        (b'{"code": "000000"}', EmptyAnswerError),
        (b'{"code": "000000", "data": {"catalogs": [{"articles": [{"title": 7}]}]}}', AnswerError),
        (b'{"code": "000000", "data": {"catalogs": [', AnswerError),
        (b"[]", AnswerError),
    ],
)
def test_an_answer_that_is_none_is_refused(body: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        read_articles(body)


def test_a_text_is_html_or_a_tree() -> None:
    answer = {"code": "000000", "data": {"body": "<p>x</p>"}}
    assert read_detail(json.dumps(answer).encode()) == ("", "<p>x</p>")
    titled = {"code": "000000", "data": {"title": "T", "body": "<p>x</p>"}}
    assert read_detail(json.dumps(titled).encode()) == ("T", "<p>x</p>")
    assert body_text(json.dumps(TREE)) == f"{BODY}\nSeed tag"
    assert body_text(TREE) == f"{BODY}\nSeed tag"
    assert body_text(None) == body_text('{"broken') == ""
    deep: Any = "x"
    for _ in range(200):
        deep = {"child": [deep]}
    assert body_text(deep) == ""


def test_an_article_without_text_is_no_article() -> None:
    with pytest.raises(EmptyAnswerError):
        read_detail(b'{"code": "000000", "data": {"body": ""}}')
    with pytest.raises(RefusedBySourceError):
        read_detail(b'{"code": "1", "message": "no"}')


@pytest.mark.parametrize("params", [{"catalogs": ()}, {"page_size": 0}, {"page_size": 51}])
def test_what_the_site_would_not_take_is_refused(params: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="want"):
        Params(**params)
