"""Many posts together, with no single one deciding."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.feeds.social.post import Post
from argonaut.feeds.social.strength import moods, strength, temper


def post(*engagement: float, votes=None, rated=None) -> Post:
    return Post(
        post_id="1", published_ns=0, text="", engagement=engagement, votes=votes, rated=rated
    )


def many(*posts: Post) -> tuple[float | None, bool]:
    return strength(posts, [False] * len(posts))


def test_engagement_is_summed_under_the_logarithm() -> None:
    """Reddit: log10(1 + all ups) + log10(1 + all comments)."""
    assert many(post(45, 4), post(45, 3), post(9, 2)) == (math.log10(100) + math.log10(10), False)


def test_a_source_that_rates_is_believed_before_engagement() -> None:
    assert many(post(9, rated=2.0), post(9, rated=4.0), post(9)) == (3.0, False)


def test_a_source_that_knows_no_engagement_has_no_strength() -> None:
    assert many(post(), post()) == (None, False)


def test_the_scale_ends_at_five() -> None:
    assert many(post(1e9, 1e9), post(1e9, 1e9)) == (5.0, False)
    assert many(post(rated=99.0)) == (5.0, False)


def test_one_post_counts_for_no_more_than_all_others_together() -> None:
    """A million bought likes under one post are worth what the others have."""
    assert many(post(1e6), post(4), post(5)) == (math.log10(19), True)


def test_a_lone_post_has_no_strength() -> None:
    assert many(post(1e6)) == (0.0, True)


def test_a_watched_account_is_not_held_down() -> None:
    assert strength([post(999.0), post(0.0)], [True, False]) == (3.0, False)


@pytest.mark.parametrize("odd", [math.inf, math.nan, -5.0])
def test_an_engagement_that_cannot_be_counts_for_nothing(odd: float) -> None:
    assert temper([odd, 1.0, 1.0], [False] * 3) == (2.0, False)


def test_votes_are_the_mood_where_there_are_some() -> None:
    assert moods([post(votes=(3, 1)), post(votes=(0, 0))], [None, None]) == 0.5


def test_no_vote_at_all_is_no_mood() -> None:
    """StockTwits: null sentiment everywhere is unknown, not zero."""
    assert moods([post(votes=(0, 0))], [0.9]) is None


def test_a_billion_votes_under_one_post_are_a_hundred() -> None:
    posts = [post(votes=(10**9, 0)), post(votes=(0, 60)), post(votes=(0, 60))]

    assert moods(posts, [None] * 3) == pytest.approx(-20 / 220)


def test_words_are_the_mood_where_nobody_votes() -> None:
    assert moods([post(), post(), post()], [0.5, None, 0.1]) == pytest.approx(0.3)
    assert moods([post()], [None]) is None


@given(st.lists(st.floats(0, 1e12), min_size=1, max_size=30), st.floats(0, 1e12))
def test_no_single_post_can_more_than_double_the_rest(rest: list[float], bomb: float) -> None:
    total, _ = temper([*rest, bomb], [False] * (len(rest) + 1))

    assert total <= 2 * math.fsum(rest) * (1 + 1e-12)


@given(st.lists(st.tuples(st.integers(0, 10**12), st.integers(0, 10**12)), max_size=20))
def test_a_mood_is_between_minus_one_and_one(votes: list[tuple[int, int]]) -> None:
    mood = moods([post(votes=each) for each in votes], [None] * len(votes))

    assert mood is None or -1 <= mood <= 1
