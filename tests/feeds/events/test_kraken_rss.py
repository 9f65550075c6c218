"""Kraken announces in its blog."""

from tests.feeds.events.asked import asked
from tests.feeds.events.parts import StandIn, text
from tests.feeds.events.test_rss_xml import RSS


def test_what_the_blog_says_is_available_is_a_listing_of_kraken() -> None:
    body = RSS.replace(b"EXM is available", b"Example (EXM) is available")

    bench = asked("kraken_rss", StandIn(text(body)), path="/feed")

    first = next(each for each in bench.trader.journal if each.event_id == "post-7")
    assert (first.source, first.kind, first.symbols) == ("kraken_rss", "listing", ("EXM",))
    assert first.payload["venue"] == "kraken"
    assert first.url == "https://blog.example/exm"
