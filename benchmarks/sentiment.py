"""The sentiment scorer against people, and VADER beside it: `python -m benchmarks.sentiment`.

285 posts that people have labelled positive or negative; they are not part of this repository.
Those that were read before our lexicon was written prove nothing and are left out of the second
column. A scorer that finds nothing in a post, or zero, says positive, which most posts are.

VADER (Hutto and Gilbert, ICWSM 2014; the package vaderSentiment, MIT) is asked as its authors
advise: its compound score. It knows no crypto words, ours knows little else. Neither was fitted to
these labels.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from argonaut.feeds.sentiment.score import score

ROOT: Final = Path(__file__).resolve().parent.parent
SHARED: Final = Path(os.environ.get("ARGONAUT_SHARED", ROOT.parent / "shared"))
POSTS: Final = SHARED / "data" / "events" / "social_labelled_reddit.jsonl"
SEEN: Final = 60  # posts that were read before the lexicon was written
WANTED: Final = 0.10  # above the majority class
LABELS: Final = ("positive", "negative")
Post = tuple[str, str]  # text, label
Scorer = Callable[[str], float | None]


def ours(text: str) -> float | None:
    """Return what our scorer says, None if it knows no word of the text."""
    read = score(text)
    return None if read is None else read.score


def vader() -> Scorer | None:
    """Return VADER's scorer, None where it is not installed."""
    if importlib.util.find_spec("vaderSentiment") is None:
        return None
    module = importlib.import_module("vaderSentiment.vaderSentiment")
    analyzer = module.SentimentIntensityAnalyzer()

    def compound(text: str) -> float | None:
        value = float(analyzer.polarity_scores(text)["compound"])
        return value or None

    return compound


def read_posts(path: Path) -> list[Post]:
    """Return text and label of each line.

    Raises:
        ValueError: A label other than positive and negative.
    """
    posts = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    found = {str(post["label"]) for post in posts}
    if found - set(LABELS):
        raise ValueError(f"want the labels {LABELS}, not {sorted(found)}")
    return [(post["text"], post["label"]) for post in posts]


def measure(scorer: Scorer, posts: Sequence[Post]) -> dict[str, Any]:
    """Return how often a scorer is right, by label, how often it had a say, and its speed."""
    started = time.perf_counter()
    scores = [scorer(text) for text, _ in posts]
    took_s = time.perf_counter() - started
    right = Counter(
        label
        for (_, label), value in zip(posts, scores, strict=True)
        if label == ("positive" if value is None or value >= 0 else "negative")
    )
    count = Counter(label for _, label in posts)
    return {
        "posts": len(posts),
        "accuracy": sum(right.values()) / len(posts),
        **{label: right[label] / count[label] if count[label] else None for label in LABELS},
        "had_a_say": sum(value is not None for value in scores) / len(posts),
        "us_a_post": took_s / len(posts) * 1e6,
    }


def majority(posts: Sequence[Post]) -> float:
    """Return how often somebody is right who always says what most posts are."""
    return Counter(label for _, label in posts).most_common(1)[0][1] / len(posts)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; return 1 if ours is not ten points above the majority of unseen posts."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sentiment")
    parser.add_argument("--posts", type=Path, default=POSTS, help="labelled posts, JSON lines")
    parser.add_argument("--seen", type=int, default=SEEN, help=f"first ones left out ({SEEN})")
    options = parser.parse_args(arguments)
    posts = read_posts(options.posts)
    unseen = posts[options.seen :]
    print("| scorer | all | unseen | positive | negative | had a say | us a post |")
    print("|---|---|---|---|---|---|---|")
    print(f"| majority | {majority(posts):.1%} | {majority(unseen):.1%} | | | | |")
    scorers = {"ours": ours, "VADER": vader()}
    for name, scorer in scorers.items():
        if scorer is None:
            print(f"| {name} | not installed: pip install '.[dev]' | | | | | |")
            continue
        whole, part = measure(scorer, posts), measure(scorer, unseen)
        print(
            f"| {name} | {whole['accuracy']:.1%} | {part['accuracy']:.1%} "
            f"| {part['positive']:.1%} | {part['negative']:.1%} "
            f"| {part['had_a_say']:.1%} | {part['us_a_post']:.0f} |"
        )
    ahead = measure(ours, unseen)["accuracy"] - majority(unseen)
    print(
        f"\n{len(posts)} posts, {len(unseen)} unseen; ours is {ahead * 100:.1f} points above the "
        f"majority, want {WANTED * 100:.0f}"
    )
    return 0 if ahead >= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
