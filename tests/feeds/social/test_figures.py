"""What figures are worth, and the event made of them."""

import math
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.errors import InvalidValueError
from argonaut.feeds.social.figures import (
    Figures,
    Heuristic,
    judged,
    mood,
    priority,
    scale,
    social_event,
)

SECOND_NS = 1_000_000_000
NOON_NS = 1_767_355_200 * SECOND_NS


def figures(**fields) -> Figures:
    """Strong figures of one coin: every part is full."""
    strong: dict[str, Any] = {
        "symbol": "DOGE",
        "bucket_ns": NOON_NS,
        "published_ns": NOON_NS + 90 * SECOND_NS,
        "score": 3.0,
        "mentions": 40,
        "velocity": 3.0,
        "sentiment": 0.5,
    }
    return Figures(**(strong | fields))


def event(**fields):
    return social_event("reddit", figures(**fields), Heuristic(), NOON_NS + 100 * SECOND_NS)


def test_full_figures_matter_as_much_as_can_be() -> None:
    assert priority(figures(), Heuristic()) == pytest.approx(1.0)


def test_each_part_adds_its_weight() -> None:
    alone = {"score": None, "mentions": 0, "velocity": None, "sentiment": None}

    assert priority(figures(**alone), Heuristic()) == 0.0
    assert priority(figures(**(alone | {"score": 1.5})), Heuristic()) == pytest.approx(0.15)
    assert priority(figures(**(alone | {"score": 5.0})), Heuristic()) == pytest.approx(0.3)
    assert priority(figures(**(alone | {"mentions": 20})), Heuristic()) == pytest.approx(0.1)
    assert priority(figures(**(alone | {"velocity": 3.0})), Heuristic()) == pytest.approx(0.3)
    assert priority(figures(**(alone | {"sentiment": 0.25})), Heuristic()) == pytest.approx(0.1)


def test_an_unknown_velocity_is_not_enough_for_the_meme_strategy() -> None:
    """Its guard is 0.82: before two hours of history nothing is that urgent."""
    assert priority(figures(velocity=None), Heuristic()) < 0.82


def test_a_bad_mood_adds_nothing_and_takes_nothing() -> None:
    assert priority(figures(sentiment=-1.0), Heuristic()) == pytest.approx(0.8)


def test_a_watched_account_adds_its_bonus() -> None:
    weak = figures(velocity=1.0, watched=True)

    assert priority(weak, Heuristic()) == pytest.approx(0.9)
    assert priority(figures(watched=True), Heuristic()) == 1.0


def test_suspect_figures_are_held_down() -> None:
    assert priority(figures(suspect=True, watched=True), Heuristic()) == 0.5


def test_too_many_at_once_are_suspect_and_it_says_why() -> None:
    found = judged(figures(velocity=80.0), Heuristic())

    assert found.suspect
    assert found.caps == ("80 times the usual is more than 50",)
    assert judged(figures(velocity=50.0), Heuristic()) == figures(velocity=50.0)
    assert not judged(figures(velocity=None), Heuristic()).suspect


def test_an_event_carries_the_figures() -> None:
    made = event()

    assert (made.source, made.kind, made.symbols) == ("reddit", "social", ("DOGE",))
    assert (made.score, made.mentions, made.velocity, made.sentiment) == (3.0, 40, 3.0, 0.5)
    assert made.published_ns == NOON_NS + 90 * SECOND_NS
    assert made.event_ns == NOON_NS + 100 * SECOND_NS
    assert made.title == "40 mentions of DOGE, 3 times the usual"
    assert made.payload == {"window": "2026-01-02T12:00:00Z"}


def test_what_is_unknown_stays_unknown() -> None:
    made = event(score=None, velocity=None, sentiment=None)

    assert (made.score, made.velocity, made.sentiment) == (None, None, None)
    assert "not known how many are usual" in made.title


def test_two_tellings_within_a_minute_are_one_event() -> None:
    assert event().event_id == "reddit:DOGE:2026-01-02T12:01:00Z"
    assert event(published_ns=NOON_NS + 119 * SECOND_NS).event_id == event().event_id
    assert event(published_ns=NOON_NS + 120 * SECOND_NS).event_id != event().event_id


def test_a_source_without_a_time_has_one_event_a_window() -> None:
    made = event(published_ns=None)

    assert (made.event_id, made.published_ns) == ("reddit:DOGE:2026-01-02T12:00:00Z", None)


def test_what_was_held_down_is_told_in_title_and_payload() -> None:
    made = event(velocity=80.0)

    assert made.priority == 0.5
    assert made.title.endswith("held down: 80 times the usual is more than 50")
    assert made.payload["caps"] == "80 times the usual is more than 50"


def test_the_strongest_posts_are_its_body_and_bounded() -> None:
    made = event(texts=("a" * 9_000, "it is a scam", "b", "c"))

    assert made.body.splitlines() == ["a" * 400, "it is a scam", "b"]


def test_a_number_no_journal_can_hold_is_cut() -> None:
    assert msgspec.json.encode(event(mentions=10**300))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"score_full": 0.0}, "want score_full > 0"),
        ({"velocity_weight": -1.0}, "want velocity_weight >= 0"),
        ({"mentions_full": math.nan}, "want mentions_full > 0"),
        ({"account_bonus": 2.0}, "want 0 <= account_bonus <= 1"),
        ({"every_s": 0.0}, "want every_s > 0"),
        (
            {
                "score_weight": 0.0,
                "mentions_weight": 0.0,
                "velocity_weight": 0.0,
                "sentiment_weight": 0.0,
            },
            "at least one weight",
        ),
    ],
)
def test_a_heuristic_that_tells_nothing_apart_is_refused(wrong: dict, said: str) -> None:
    with pytest.raises(InvalidValueError, match=said):
        Heuristic(**wrong)


@pytest.mark.parametrize(
    ("value", "scaled"), [(None, None), (-3.0, 0.0), (0.0, 0.0), (50.0, 2.5), (400.0, 5.0)]
)
def test_a_scale_ends_at_five_and_unknown_is_unknown(value, scaled) -> None:
    assert scale(value, 100.0) == scaled


@pytest.mark.parametrize(
    ("value", "wanted"), [(None, None), (50.0, 0.0), (100.0, 1.0), (0.0, -1.0), (1e9, 1.0)]
)
def test_a_mood_has_its_middle_and_its_ends(value, wanted) -> None:
    assert mood(value, middle=50.0, reach=50.0) == wanted


known = st.none() | st.floats(0, 1e9)


@given(known, st.integers(0, 10**9), known, st.none() | st.floats(-1, 1), st.booleans())
def test_a_priority_is_between_nothing_and_one(score, mentions, velocity, sentiment, suspect):
    found = figures(
        score=score, mentions=mentions, velocity=velocity, sentiment=sentiment, suspect=suspect
    )

    assert 0 <= priority(found, Heuristic()) <= (0.5 if suspect else 1.0)


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.integers(0, 1000), st.integers(0, 1000))
def test_more_never_matters_less(velocity, more, mentions, others):
    less = priority(figures(velocity=velocity, mentions=mentions), Heuristic())
    greater = figures(velocity=velocity + more, mentions=mentions + others)

    assert priority(greater, Heuristic()) >= less
