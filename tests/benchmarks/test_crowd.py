"""The table of a real crowd, on tweets of our own making."""

import gzip
import json

import pytest

from argonaut.feeds.social.figures import Heuristic
from argonaut.strategies.meme_sentiment import Params
from benchmarks import crowd
from tests.feeds.social.talk import SECOND_NS, START_NS, spelled


def tweet(number: int, at_s: float, text: str = "$DOGE is amazing") -> dict:
    return {
        "ts": START_NS + int(at_s * SECOND_NS),
        "symbol": "DOGE",
        "text": f"{text} {spelled(number)}",
        "replies": 0,
        "retweets": 10,
        "likes": 30,
    }


@pytest.fixture
def files(tmp_path):
    """Two tweets a window for three hours, and then forty within ten minutes."""
    rows = [tweet(n, n * 300) for n in range(36)]
    rows += [tweet(100 + n, 18 * 600 + n * 10) for n in range(40)]
    tweets, days = tmp_path / "tweets.gz", tmp_path / "days.csv"
    tweets.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    days.write_text("Date,High,Low,Close\n2025-12-29,1,1,1\n2025-12-30,1.5,0.8,1.2\n")
    return tweets, days


def test_a_burst_is_one_alarm_however_long_it_lasts(files):
    posts = crowd.read_tweets(files[0])
    found = crowd.alarms(crowd.listen(posts, Heuristic()), Params())

    assert len(posts) == 76
    assert len(found) == 1
    assert found[0].mentions is not None
    assert found[0].mentions >= 18


def test_what_says_a_forbidden_word_is_no_alarm(tmp_path):
    rows = [tweet(n, n * 300) for n in range(36)]
    rows += [tweet(100 + n, 18 * 600 + n * 10, "$DOGE giveaway amazing") for n in range(40)]
    path = tmp_path / "tweets.gz"
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))

    assert not crowd.alarms(crowd.listen(crowd.read_tweets(path), Heuristic()), Params())


def test_the_table_tells_what_the_next_day_did(files, capsys):
    tweets, days = files

    assert crowd.main(["--tweets", str(tweets), "--days", str(days)]) == 0
    told = capsys.readouterr().out
    assert "76 tweets" in told
    assert "1 alarms" in told
    assert "+20% (-20% to +50%)" in told
