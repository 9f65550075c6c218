"""The measurement of the sentiment scorer, on posts of our own making."""

import json
import sys

import pytest

from benchmarks import sentiment

POSTS = [
    ("DOGE is amazing", "positive"),
    ("what a scam", "negative"),
    ("the quick fox", "positive"),
    ("the slow fox jumps", "negative"),
]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "posts.jsonl"
    lines = [json.dumps({"text": text, "label": label}) for text, label in POSTS]
    path.write_text("\n".join(lines))
    return path


def test_a_post_without_a_known_word_counts_as_positive():
    figures = sentiment.measure(sentiment.ours, POSTS[:3])

    assert (figures["accuracy"], figures["positive"], figures["negative"]) == (1.0, 1.0, 1.0)
    assert figures["had_a_say"] == pytest.approx(2 / 3)


def test_the_majority_is_the_one_label_most_posts_have():
    assert sentiment.majority([*POSTS, ("x", "negative")]) == 0.6


def test_the_table_says_how_far_above_the_majority_ours_is(file, capsys, monkeypatch):
    """Without VADER it says so and goes on."""
    monkeypatch.setattr(sentiment, "vader", lambda: None)

    assert sentiment.main(["--posts", str(file), "--seen", "0"]) == 0
    told = capsys.readouterr().out
    assert "| VADER | not installed" in told
    assert "ours is 50.0 points above the majority" in told


def test_a_scorer_that_is_no_better_fails_the_command(file, monkeypatch, capsys):
    monkeypatch.setattr(sentiment, "ours", lambda text: 1.0)

    assert sentiment.main(["--posts", str(file), "--seen", "0"]) == 1
    assert "0.0 points" in capsys.readouterr().out


def test_an_unknown_label_is_refused(tmp_path):
    path = tmp_path / "posts.jsonl"
    path.write_text('{"text": "x", "label": "meh"}')

    with pytest.raises(ValueError, match="not \\['meh'\\]"):
        sentiment.read_posts(path)


def test_vader_is_asked_for_its_compound_score_where_it_is_installed():
    scorer = sentiment.vader()
    if scorer is None:
        assert "vaderSentiment" not in sys.modules
        pytest.skip("VADER is not installed")
    good, nothing = scorer("I love it"), scorer("the quick fox")

    assert good is not None
    assert good > 0
    assert nothing is None
