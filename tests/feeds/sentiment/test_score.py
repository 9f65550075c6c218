"""How a text is meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.feeds.sentiment.score import score


def value(text: str) -> float:
    read = score(text)
    assert read is not None
    return read.score


@pytest.mark.parametrize(
    "text", ["This coin is amazing 🚀", "Time to buy", "I am bullish on it", "TO THE MOON!!"]
)
def test_praise_is_above_zero(text: str) -> None:
    assert value(text) > 0


@pytest.mark.parametrize("text", ["It is a scam", "we got rekt 📉", "going to zero", "rug pull"])
def test_blame_is_below_zero(text: str) -> None:
    assert value(text) < 0


def test_a_text_without_a_known_word_is_unknown_and_not_neutral() -> None:
    """Zero would pull an average toward the middle; None stays out of it."""
    assert score("the quick brown fox") is None
    assert score("") is None


def test_a_negation_turns_a_word_round_and_weakens_it() -> None:
    assert value("not good") < 0 < value("not bad")
    assert abs(value("not good")) < value("good")


def test_a_negation_ends_with_its_sentence() -> None:
    assert value("No. Good coin") > 0


def test_an_emphasis_counts_more_and_a_doubt_less() -> None:
    assert value("very good") > value("good") > value("maybe good")


def test_what_comes_after_a_but_counts_more() -> None:
    assert value("great team but a scam") < value("a scam but a great team")


def test_a_phrase_counts_before_its_words() -> None:
    """The end of a bear market is good news."""
    read = score("the bear market is over")

    assert read is not None
    assert read.words == (("bear market is over", 3.0),)


def test_it_tells_the_words_it_was_read_from() -> None:
    read = score("Cheap and not slow")

    assert read is not None
    assert [word for word, _ in read.words] == ["cheap", "slow"]
    assert [weight > 0 for _, weight in read.words] == [True, True]


@given(st.text(max_size=2000))
def test_any_text_has_a_score_within_bounds_or_none(text: str) -> None:
    read = score(text)

    assert read is None or -1 < read.score < 1


@given(st.text(max_size=200))
def test_the_same_text_has_the_same_score(text: str) -> None:
    assert score(text) == score(text)
