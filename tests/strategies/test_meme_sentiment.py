"""Every guard and default of MemeSentiment."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.event import ExternalEvent
from argonaut.domain.market import Quote
from argonaut.domain.signal import Enter, Protection, RiskFraction, Skip, Target
from argonaut.strategies.meme_sentiment import MemeSentiment, Params
from tests.strategies.feeding import BTC, NAME, SECOND_NS, START_NS, Feeding, a_bar, holding

NOW_NS = START_NS + 10 * 60 * SECOND_NS
GOOD: dict[str, Any] = {
    "source": "x",
    "kind": "social",
    "title": "BTC is loved",
    "symbols": ("BTC",),
    "published_ns": NOW_NS,
    "priority": 0.82,
    "score": 2.2,
    "mentions": 18,
    "velocity": 1.0,
    "sentiment": 0.4,
}


def an_event(**fields):
    told: dict[str, Any] = {"event_ns": NOW_NS, "event_id": "e1"}
    return ExternalEvent(**(told | GOOD | fields))


def fed(low=100.0, price=100.0, spread=0.02, **params):
    """Return a strategy that has seen ten bars and a quote of this moment."""
    feeding = Feeding(MemeSentiment(NAME, BTC, Params(**({"run_bars": 10} | params))))
    for minute in range(10):
        feeding.bar(a_bar(price, price, low, price, minute=minute))
    half = price * spread / 2
    quote = Quote(BTC, NOW_NS, bid=price - half, ask=price + half)
    feeding.strategy.on_quote(quote, feeding.holding)
    return feeding.strategy


def said(event, strategy=None, held=None):
    return list((strategy or fed()).on_event(event, held or holding()) or ())


def blocker(event, strategy=None, held=None):
    (skip,) = said(event, strategy, held)
    assert isinstance(skip, Skip)
    return skip.reason


# defaults


def test_the_defaults_are_those_of_the_spec() -> None:
    params = Params()

    assert (params.priority_min, params.score_min) == (0.82, 2.2)
    assert (params.mentions_min, params.velocity_min) == (18, 1.0)
    assert (params.run_fraction_max, params.spread_fraction_max) == (0.55, 0.035)
    assert (params.cooldown_s, params.risk_fraction) == (1200.0, Decimal("0.0075"))
    assert (params.stop_fraction, params.target_fraction, params.trail_fraction) == (
        0.10,
        0.25,
        0.12,
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"priority_min": 1.1},
        {"score_min": float("nan")},
        {"mentions_min": -1},
        {"run_bars": 0},
        {"spread_fraction_max": 3.5},
        {"stop_fraction": 10},
        {"risk_fraction": Decimal("0.02")},
        {"risk_fraction": Decimal("0.004")},
        {"sentiment_min": -2},
    ],
)
def test_a_guard_that_guards_nothing_is_refused(wrong: dict[str, Any]) -> None:
    """3.5 for 3.5 percent would let any spread pass."""
    with pytest.raises(InvalidValueError, match=f"want .*{next(iter(wrong))}"):
        Params(**wrong)


# what passes


def test_an_event_at_every_limit_is_bought_with_its_whole_bracket() -> None:
    (entry,) = said(an_event())

    assert isinstance(entry, Enter)
    assert entry.size == RiskFraction(Decimal("0.0075"))
    assert entry.protection == Protection(
        stop_fraction=0.10, trail_fraction=0.12, targets=(Target(fraction=0.25),)
    )
    assert entry.tag == "meme_sentiment"
    assert entry.reason == "x: 18 mentions of BTC, score 2.2"


def test_an_event_about_another_coin_or_of_another_kind_is_not_for_us() -> None:
    assert said(an_event(symbols=("ETH",))) == []
    assert said(an_event(kind="listing")) == []


def test_a_source_without_a_sentiment_passes() -> None:
    """Unknown is not bad; the other guards stand."""
    assert isinstance(said(an_event(sentiment=None))[0], Enter)


# what does not


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"priority": 0.81}, "want priority >= 0.82, not 0.81"),
        ({"score": 2.1}, "want score >= 2.2, not 2.1"),
        ({"score": None}, "want score >= 2.2, not unknown"),
        ({"mentions": 17}, "want mentions >= 18, not 17"),
        ({"mentions": None}, "want mentions >= 18, not unknown"),
        ({"velocity": 0.9}, "want velocity >= 1, not 0.9"),
        ({"velocity": None}, "want velocity >= 1, not unknown"),
        ({"sentiment": -0.1}, "want sentiment >= 0, not -0.1"),
        ({"title": "BTC was hacked"}, "it says 'hack'"),
        ({"body": "a Giveaway for you"}, "it says 'giveaway'"),
        ({"published_ns": NOW_NS - 901 * SECOND_NS}, "it is older than 900 s"),
        ({"published_ns": NOW_NS - 61 * SECOND_NS, "ttl_s": 60.0}, "it is older than 60 s"),
    ],
)
def test_each_guard_on_the_event_holds_and_says_so(fields: dict[str, Any], reason: str) -> None:
    assert blocker(an_event(**fields)).endswith(f"but {reason}")


def test_a_word_inside_another_is_not_that_word() -> None:
    """A drug is no rug."""
    assert isinstance(said(an_event(title="BTC is a drug"))[0], Enter)


def test_what_has_run_already_is_left() -> None:
    """At 55 percent over its low it is bought, above that somebody sells to us."""
    assert isinstance(said(an_event(), fed(low=100, price=155))[0], Enter)
    assert "has run 56% already, want at most 55%" in blocker(an_event(), fed(low=100, price=156))


def test_without_the_low_nothing_is_bought() -> None:
    """What is not known counts against it."""
    new = MemeSentiment(NAME, BTC, Params())

    assert "the low of 360 bars is not known yet" in blocker(an_event(), new)


def test_a_wide_spread_is_not_paid() -> None:
    assert isinstance(said(an_event(), fed(spread=0.0349))[0], Enter)
    assert "a spread of 3.60%, want at most 3.50%" in blocker(an_event(), fed(spread=0.036))


def test_an_old_quote_is_no_quote() -> None:
    late = an_event(event_ns=NOW_NS + 31 * SECOND_NS)

    assert "no quote of the last 30 s" in blocker(late)


def test_a_held_position_is_not_enlarged() -> None:
    assert "something is held" in blocker(an_event(), held=holding("1"))


def test_the_cooldown_lasts_twenty_minutes_from_the_entry() -> None:
    strategy = fed(quote_age_max_s=10_000.0)
    said(an_event(), strategy)
    soon, later = (an_event(event_ns=NOW_NS + s * SECOND_NS, ttl_s=1e6) for s in (1199, 1200))

    assert "cooldown of 1200 s" in blocker(soon, strategy)
    assert isinstance(said(later, strategy)[0], Enter)


def test_the_cooldown_survives_a_restart() -> None:
    """Otherwise a crash buys the same rumor twice."""
    before = fed()
    said(an_event(), before)
    after = fed()

    after.load(before.save())

    assert "cooldown" in blocker(an_event(event_ns=NOW_NS + SECOND_NS), after)


def test_it_explains_what_stood_against_the_last_event() -> None:
    strategy = fed()
    said(an_event(score=1.0), strategy)

    assert strategy.explain() == "want score >= 2.2, not 1.0"


@given(
    st.fixed_dictionaries(
        {
            "priority": st.floats(0, 1),
            "score": st.none() | st.floats(-10, 10),
            "mentions": st.none() | st.integers(-5, 100),
            "velocity": st.none() | st.floats(-5, 5),
            "sentiment": st.none() | st.floats(-1, 1),
        }
    )
)
def test_it_enters_exactly_when_every_guard_is_met(fields: dict[str, Any]) -> None:
    params = Params()

    entered = isinstance(said(an_event(**fields))[0], Enter)

    assert entered == (
        fields["priority"] >= params.priority_min
        and (fields["score"] or -1) >= params.score_min
        and (fields["mentions"] or -1) >= params.mentions_min
        and (fields["velocity"] or -1) >= params.velocity_min
        and (fields["sentiment"] is None or fields["sentiment"] >= 0)
    )
