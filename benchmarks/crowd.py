"""A real crowd through the social windows: `python -m benchmarks.crowd`.

2,529 tweets on Dogecoin of 24 January to 10 February 2021, with the likes and reposts each had when
they were collected; they are not part of this repository. Every minute what the windows say is held
against the guards of MemeSentiment. The table has the first minute of each alarm (alarms less than
the strategy's cooldown apart are one), and what the daily candles say came after it.

Two things make it look better than life: likes are those of the end and not of that minute, and
somebody chose the tweets because they became popular.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from argonaut.domain.event import ExternalEvent
from argonaut.feeds.social.figures import Heuristic
from argonaut.feeds.social.listener import Listener
from argonaut.feeds.social.post import Post, Watch, read_text
from argonaut.strategies.meme_sentiment import Params

ROOT: Final = Path(__file__).resolve().parent.parent
EVENTS: Final = Path(os.environ.get("ARGONAUT_SHARED", ROOT.parent / "shared")) / "data" / "events"
MINUTE_NS: Final = 60 * 1_000_000_000
HOLE_NS: Final = 24 * 60 * MINUTE_NS
DAY_S: Final = 86_400
Day = tuple[float, float, float]  # high, low, close


def read_tweets(path: Path) -> list[Post]:
    """Return the tweets as posts, oldest first; they have no author."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    posts = [
        Post(
            post_id=str(number),
            published_ns=row["ts"],
            text=read_text(row["text"]),
            symbols=frozenset({row["symbol"]}),
            engagement=(float(row["likes"] + 2 * row["retweets"]),),
        )
        for number, row in enumerate(rows)
    ]
    return sorted(posts, key=lambda post: post.published_ns)


def listen(posts: Sequence[Post], heuristic: Heuristic) -> list[ExternalEvent]:
    """Return what is said every minute, from the first tweet to the last.

    Where nothing is for a day nobody collected anything: a hole, not a silence.
    """
    listener = Listener("x", Watch(tickers=("DOGE",)), heuristic)
    since_ns = posts[0].published_ns // MINUTE_NS * MINUTE_NS
    events: list[ExternalEvent] = []
    at = 0
    while at < len(posts):
        if posts[at].published_ns - since_ns > HOLE_NS:
            since_ns = posts[at].published_ns // MINUTE_NS * MINUTE_NS
        until_ns = since_ns + MINUTE_NS
        end = at
        while end < len(posts) and posts[end].published_ns < until_ns:
            end += 1
        events += listener.live(posts[at:end], since_ns=since_ns, until_ns=until_ns)
        at, since_ns = end, until_ns
    return events


def passes(event: ExternalEvent, params: Params) -> bool:
    """Whether an event passes the guards of the strategy that look at the event alone."""
    asked = (
        (event.priority, params.priority_min),
        (event.score, params.score_min),
        (event.mentions, params.mentions_min),
        (event.velocity, params.velocity_min),
    )
    words = f" {event.title} {event.body}".lower()
    return (
        all(value is not None and value >= least for value, least in asked)
        and (event.sentiment is None or event.sentiment >= params.sentiment_min)
        and not any(f" {word}" in words for word in params.deny_words)
    )


def alarms(events: Sequence[ExternalEvent], params: Params) -> list[ExternalEvent]:
    """Return the first of each run of events that pass, a cooldown apart."""
    found: list[ExternalEvent] = []
    for event in events:
        apart_ns = event.event_ns - found[-1].event_ns if found else None
        far = apart_ns is None or apart_ns >= params.cooldown_s * 1e9
        if far and passes(event, params):
            found.append(event)
    return found


def read_days(path: Path) -> dict[str, Day]:
    """Return high, low and close of each day."""
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["Date"]: (float(row["High"]), float(row["Low"]), float(row["Close"]))
            for row in csv.DictReader(file)
        }


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crowd")
    parser.add_argument("--tweets", type=Path, default=EVENTS / "tweets_doge_2021.jsonl.gz")
    parser.add_argument("--days", type=Path, default=EVENTS / "daily_price_doge.csv")
    options = parser.parse_args(arguments)
    posts, days = read_tweets(options.tweets), read_days(options.days)
    events = listen(posts, Heuristic())
    found = alarms(events, Params())
    print("| alarm (UTC) | mentions | velocity | score | sentiment | priority | next day |")
    print("|---|---|---|---|---|---|---|")
    for event in found:
        print(
            f"| {_day(event.event_ns, '%d %b %H:%M')} | {event.mentions} | {event.velocity:.1f} "
            f"| {event.score:.1f} | {event.sentiment:+.2f} | {event.priority:.2f} "
            f"| {_after(event, days)} |"
        )
    told = sum(passes(event, Params()) for event in events)
    print(
        f"\n{len(posts)} tweets, {len(events)} events, {told} pass the guards, {len(found)} alarms"
    )
    return 0


def _after(event: ExternalEvent, days: dict[str, Day]) -> str:
    """Return what the next day did from the close of the alarm's day."""
    day = days.get(_day(event.event_ns, "%Y-%m-%d"))
    following = days.get(_day(event.event_ns + DAY_S * 1_000_000_000, "%Y-%m-%d"))
    if day is None or following is None:
        return "no price"
    high, low, close = (price / day[2] - 1 for price in following)
    return f"{close:+.0%} ({low:+.0%} to {high:+.0%})"


def _day(event_ns: int, form: str) -> str:
    return datetime.fromtimestamp(event_ns / 1e9, tz=UTC).strftime(form)


if __name__ == "__main__":
    sys.exit(main())
