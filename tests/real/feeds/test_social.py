"""The tweets of a real run."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from argonaut.feeds.social.figures import Heuristic
from argonaut.strategies.meme_sentiment import Params
from benchmarks import crowd
from tests.conftest import SHARED

pytestmark = pytest.mark.real

EVENTS = SHARED / "data/events"


def test_four_bursts_of_dogecoin_in_2021_are_four_alarms() -> None:
    """The table of docs/explanation/meme-sentiment.md."""
    posts = crowd.read_tweets(EVENTS / "tweets_doge_2021.jsonl.gz")
    events = crowd.listen(posts, Heuristic())
    found = crowd.alarms(events, Params())

    assert (len(posts), len(events)) == (2529, 55)
    assert [
        datetime.fromtimestamp(event.event_ns // 10**9, tz=UTC).strftime("%d %b %H:%M")
        for event in found
    ] == ["31 Jan 18:57", "01 Feb 06:47", "06 Feb 04:56", "10 Feb 15:14"]
    assert [event.mentions for event in found] == [21, 32, 18, 18]
