"""Each pattern, what came of it, and how that is told to who trades displacements."""

from __future__ import annotations

from typing import Any

import pytest

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.signal import Announce
from argonaut.strategies.situations import PRIORITIES, Params, Situations
from tests.strategies.feeding import BTC, NAME, Feeding, a_bar, a_trade, holding

WARM = 62


def fed(*, wide: float = 1.0, **params: Any) -> Feeding:
    """Return a matcher that has seen an hour of quiet bars around 100."""
    feeding = Feeding(Situations(NAME, BTC, Params(**params)))
    for minute in range(WARM):
        feeding.bar(a_bar(100, 100 + wide / 2, 100 - wide / 2, 100, minute=minute, volume=10))
    return feeding


def told(feeding: Feeding, *bars: tuple[float, float, float, float, float]) -> list[Announce]:
    """Play bars of (open, high, low, close, volume) after the quiet hour."""
    said: list[Any] = []
    for at, (opened, high, low, close, volume) in enumerate(bars):
        bar = a_bar(opened, high, low, close, minute=WARM + at, volume=volume)
        said += list(feeding.bar(bar) or ())
    assert all(isinstance(each, Announce) for each in said)
    return said


def names(said: list[Announce]) -> list[str]:
    return [each.payload["pattern"] for each in said]


def test_a_surge_on_volume_is_told_with_the_price_from_before_it() -> None:
    (said,) = told(fed(patterns=("surge",)), (100, 103, 100, 102.5, 40))

    assert said.kind == "displacement"
    assert said.payload == {"pattern": "surge", "price": "100.0", "outcomes": "0"}
    assert said.priority == pytest.approx(PRIORITIES["surge"])


@pytest.mark.parametrize(
    ("bar", "why"),
    [((100, 103, 100, 102.5, 29), "too little volume"), ((100, 102, 100, 101.9, 40), "too small")],
)
def test_what_is_no_surge_is_not_told(bar: Any, why: str) -> None:
    assert told(fed(patterns=("surge",)), bar) == [], why


def test_a_breakout_closes_above_the_highs_of_an_hour() -> None:
    matcher = fed(patterns=("breakout",))

    assert names(told(matcher, (100, 101.2, 100, 101.1, 40))) == ["breakout"]


def test_a_squeeze_is_left_by_a_bar_longer_than_the_usual_range() -> None:
    matcher = fed(patterns=("squeeze",), wide=4.0)
    still = [(100.0, 100.1, 99.9, 100.0, 10.0)] * 10

    assert told(matcher, *still) == []
    quiet = Feeding(matcher.strategy)
    bar = a_bar(100, 105, 100, 104.5, minute=WARM + 10, volume=10)
    said = list(quiet.bar(bar) or ())

    assert [each.payload["pattern"] for each in said] == ["squeeze"]  # type: ignore[union-attr]


def test_of_several_patterns_of_one_bar_the_first_by_priority_is_told() -> None:
    assert names(told(fed(), (100, 103, 100, 102.5, 40))) == ["surge"]


def test_a_burst_of_trades_is_told_at_the_trade() -> None:
    feeding = Feeding(Situations(NAME, BTC, Params(patterns=("burst",))))
    quiet = [list(feeding.trade(a_trade(second, 100.0, 1)) or ()) for second in range(5)]

    (said,) = feeding.trade(a_trade(6, 101.0, 1))

    assert quiet == [[]] * 5
    assert isinstance(said, Announce)
    assert said.payload["price"] == "100.0"


def test_a_pattern_is_told_once_in_quiet_s() -> None:
    rising = [(100 + 3 * n, 103 + 3 * n, 100 + 3 * n, 103 + 3 * n, 400 * 4**n) for n in range(4)]

    assert len(told(fed(patterns=("surge",), quiet_s=600.0), *rising)) == 1


def _after(matcher: Feeding, price: float, count: int, *, from_ns: int = 0) -> None:
    """Have a surge come to `price` in the minute after it, again and again."""
    strategy = matcher.strategy
    assert isinstance(strategy, Situations)
    for n in range(count):
        at_ns = from_ns + (n + 10) * 10**12
        strategy._tell("surge", at_ns, 95.0, 100.0)
        strategy._judge(at_ns + 1, price, price)


def test_what_comes_to_something_counts_more() -> None:
    matcher = fed(patterns=("surge",))
    _after(matcher, 101.0, 8)

    (said,) = told(matcher, (100, 103, 100, 102.5, 40))

    assert said.priority == 1.0
    assert "came to something 90%" in said.reason


def test_what_comes_to_nothing_falls_silent_and_is_still_watched() -> None:
    """It can only earn its voice back if its outcomes are known."""
    matcher = fed(patterns=("surge",))
    _after(matcher, 99.0, 10)

    assert told(matcher, (100, 103, 100, 102.5, 40)) == []
    assert matcher.strategy.explain().endswith("silent until it does better")
    _after(matcher, 101.0, 8, from_ns=2 * 10**18)
    strategy = matcher.strategy
    assert isinstance(strategy, Situations)
    assert strategy._tell("surge", 3 * 10**18, 95.0, 100.0) is not None


def test_what_comes_to_neither_in_time_came_to_nothing() -> None:
    strategy = Situations(NAME, BTC, Params())
    strategy._tell("surge", 0, 95.0, 100.0)

    strategy._judge(901 * 10**9, 100.0, 100.0)

    assert strategy._outcomes == {"surge": [0, 1]}
    assert strategy.rate_of("surge") == pytest.approx(1 / 3)


def test_outcomes_survive_a_restart() -> None:
    matcher = fed(patterns=("surge",))
    _after(matcher, 99.0, 10)
    again = Situations(NAME, BTC, Params(patterns=("surge",)))

    again.load(matcher.strategy.save())

    assert again.save() == matcher.strategy.save()
    assert again.rate_of("surge") < 0.25


def test_a_history_too_short_tells_nothing() -> None:
    strategy = Situations(NAME, BTC, Params())

    assert list(strategy.on_bar(a_bar(100, 110, 100, 110, volume=99), holding()) or ()) == []
    assert strategy.on_trade(a_trade(0, 100.0, 1), holding()) is None


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"patterns": ("cup",)}, "want patterns of burst"),
        ({"patterns": ()}, "want patterns of burst"),
        ({"surge_fraction": 2.0}, "want 0 < surge_fraction < 1"),
        ({"quiet_s": 0.0}, "want quiet_s > 0"),
        ({"silent_below": 1.0}, "want 0 <= silent_below < 1"),
        ({"squeeze_short_bars": 30}, "want 0 < squeeze_short_bars < squeeze_long_bars"),
    ],
)
def test_params_that_match_nothing_are_refused(params: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidValueError, match=said):
        Params(**params)
