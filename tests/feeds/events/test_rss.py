"""News are news; only a venue's own feed can list, and a changed id makes no second listing."""

from __future__ import annotations

import pytest

from argonaut.feeds.events.rss import read_feed
from tests.feeds.events.asked import asked
from tests.feeds.events.parts import NOW_NS, StandIn, text
from tests.feeds.events.test_rss_xml import ATOM, RSS

LISTS = """<rss><channel><item><title>{title}</title><link>https://n.example/1</link>
<guid>{guid}</guid><pubDate>Mon, 02 Feb 2026 02:39:00 GMT</pubDate></item></channel></rss>"""


def listing(guid: str = "g-1", title: str = "Binance Will List Example (EXM)") -> str:
    return LISTS.format(guid=guid, title=title)


def test_a_report_about_a_listing_is_news_and_no_listing() -> None:
    """Anybody can write that something will be listed."""
    bench = asked("rss", StandIn(text(listing())), path="/feed")

    (taken,) = bench.trader.journal
    assert (taken.source, taken.kind, taken.symbols) == ("rss:feed", "news", ())
    assert taken.published_ns == NOW_NS - 60 * 1_000_000_000


def test_a_venues_own_feed_announces() -> None:
    bench = asked("rss", StandIn(text(listing())), venue="binance")

    (taken,) = bench.trader.journal
    assert (taken.kind, taken.symbols) == ("listing", ("EXM",))
    assert taken.payload["venue"] == "binance"


def test_etag_and_304_are_kept_to() -> None:
    server = StandIn(text(listing(), ETag='"a"'), text("", 304), text(listing("g-2", "Other")))

    bench = asked("rss", server, 3)

    assert [each.get("If-None-Match") for _, each in server.requests] == [None, '"a"', '"a"']
    assert bench.book.answers == ["ok", "unchanged", "ok"]


def test_a_changed_guid_makes_no_second_event() -> None:
    server = StandIn(text(listing("g-1")), text(listing("g-1-changed")))

    assert asked("rss", server, 2, venue="binance").taken == ["g-1"]


def test_an_entity_bomb_is_counted_and_the_next_answer_is_read() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "b">]><rss><item><title>&a;</title></item></rss>'

    bench = asked("rss", StandIn(text(bomb), text(listing())), 2)

    assert bench.book.answers == ["unreadable", "ok"]
    assert bench.taken == ["g-1"]


def test_a_page_of_html_is_a_sick_feed() -> None:
    bench = asked("rss", StandIn(text("<!DOCTYPE html><html>moved</html>")))

    assert bench.book.answers == ["html"]


def test_an_entry_without_id_is_told_apart_by_its_link_or_its_title() -> None:
    body = b"<rss><item><title>A</title></item><item><title>B</title></item></rss>"

    one, two = (each.event_id for each in read_feed(body, NOW_NS, source="s"))

    assert len(one) == len(two) == 64
    assert one != two


@pytest.mark.parametrize("body", [RSS, ATOM])
def test_both_kinds_are_read(body: bytes) -> None:
    assert all(each.title for each in read_feed(body, NOW_NS, source="s"))
