"""Real posts that people have labelled."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from argonaut.feeds.sentiment.score import score
from tests.conftest import SHARED

pytestmark = pytest.mark.real

POSTS = SHARED / "data/events/social_labelled_reddit.jsonl"
SEEN = 60  # posts that were read before the lexicon was written; they prove nothing


def test_the_score_beats_the_majority_by_ten_points() -> None:
    """A text that says nothing counts as positive, which the majority is."""
    posts = [json.loads(line) for line in POSTS.read_text().splitlines()][SEEN:]
    majority = Counter(post["label"] for post in posts).most_common(1)[0][1] / len(posts)

    right = sum(read_label(post["text"]) == post["label"] for post in posts) / len(posts)

    assert right >= majority + 0.10, f"{right:.1%} of {len(posts)} against {majority:.1%}"


def read_label(text: str) -> str:
    read = score(text)
    return "positive" if read is None or read.score >= 0 else "negative"
