"""A feed is XML from a stranger: no bomb goes off in it, and no entity reaches for a file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.feeds.errors import AnswerShapeError, EmptyAnswerError, FeedError
from argonaut.feeds.events.rss_xml import read_items

RSS = b"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>Blog</title><link>https://blog.example</link>
<item><title>EXM is available for trading!</title><link>https://blog.example/exm</link>
<guid isPermaLink="false">post-7</guid><pubDate>Mon, 02 Feb 2026 12:00:00 +0000</pubDate>
<description>Short</description><content:encoded><![CDATA[<p>Long</p>]]></content:encoded></item>
<item><title>Second</title></item>
</channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Status</title>
<entry><id>tag:status,2026:1</id><title type="html">Maintenance</title>
<link rel="self" href="https://x.example/self"/><link href="https://x.example/1"/>
<updated>2026-02-02T13:00:00+01:00</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">In <b>bold</b></div></content>
</entry></feed>"""
NOON_NS = 1_770_033_600 * 1_000_000_000


def test_rss_is_read() -> None:
    first, second = read_items(RSS)

    assert (first.title, first.guid) == ("EXM is available for trading!", "post-7")
    assert (first.link, first.body) == ("https://blog.example/exm", "<p>Long</p>")
    assert first.published_ns == NOON_NS
    assert (second.title, second.guid, second.published_ns) == ("Second", "", None)


def test_atom_is_read() -> None:
    (entry,) = read_items(ATOM)

    assert (entry.title, entry.guid) == ("Maintenance", "tag:status,2026:1")
    assert (entry.link, entry.body) == ("https://x.example/1", "In bold")
    assert entry.published_ns == NOON_NS


BOMB = b"""<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;">]>
<rss><channel><item><title>&lol2;</title></item></channel></rss>"""
REACHES = b"""<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<rss><channel><item><title>&x;</title></item></channel></rss>"""


@pytest.mark.parametrize("body", [BOMB, REACHES, BOMB.decode().encode("utf-16")])
def test_an_entity_bomb_is_refused_unread(body: bytes) -> None:
    with pytest.raises(AnswerShapeError, match="document type"):
        read_items(body)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<rss><channel>", "no XML"),
        (b"{}", "no XML"),
        (b"<html><body/></html>", "want RSS or Atom, not <html>"),
        (b"<rss>" + b"<a>" * 40 + b"</a>" * 40 + b"</rss>", "at most 32 levels"),
        (b"<rss><item><title>" + b"x" * 300_000 + b"</title></item></rss>", "characters of title"),
        (b"<rss>" + b"<item/>" * 501 + b"</rss>", "at most 500 entries"),
        (b"<rss><item><title>&unknown;</title></item></rss>", "no XML"),
    ],
)
def test_what_is_no_feed_is_refused(body: bytes, said: str) -> None:
    with pytest.raises(AnswerShapeError, match=said):
        read_items(body)


def test_a_feed_without_entries_is_empty() -> None:
    with pytest.raises(EmptyAnswerError):
        read_items(b"<rss><channel><title>x</title></channel></rss>")


@pytest.mark.parametrize("date", ["yesterday", "0001-01-01T00:00:00Z", "Mon, 99 Feb 2026"])
def test_a_date_nobody_can_read_is_none(date: str) -> None:
    (item,) = read_items(f"<rss><item><pubDate>{date}</pubDate></item></rss>".encode())

    assert item.published_ns is None


@given(st.binary(max_size=400) | st.text("<>/=\"' rsitemle&;![]-", max_size=200).map(str.encode))
def test_any_bytes_are_entries_or_a_named_refusal(body: bytes) -> None:
    try:
        found = read_items(body)
    except FeedError:
        found = []

    assert len(found) <= 500
