"""What a strategy gets from its base: nothing said by default, state that comes back."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.errors import InvalidValueError
from argonaut.indicators import Sma
from argonaut.strategies.interface import Strategy
from tests.strategies.feeding import BTC, MINUTE_NS, NAME, a_bar, a_trade, holding

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


class Remembering(Strategy):
    """Keeps two things over a restart."""

    saved = ("seen", "reason")

    def __init__(self):
        super().__init__(NAME, BTC)
        self.seen = 0
        self.reason = ""


def test_a_strategy_that_overrides_nothing_says_nothing():
    """Whoever writes one method must not have to write the other eight."""
    strategy, held = Strategy(NAME, BTC), holding()
    answers = [
        strategy.on_bar(a_bar(), held),
        strategy.on_trade(a_trade(0, 100.0), held),
        *(
            getattr(strategy, name)(None, held)
            for name in ("on_quote", "on_event", "on_signal", "on_fill", "on_timer")
        ),
        strategy.wake_at(),
    ]

    assert answers == [None] * 8
    assert strategy.explain() == ""
    assert strategy.save() == {}


def test_an_indicator_is_declared_with_the_timeframe_it_is_read_on():
    strategy = Strategy(NAME, BTC)
    mean = strategy.use(Sma(3), timeframe="4h")
    prints = strategy.use(Sma(2, of="price"), source="trade")

    assert [tuple(each) for each in strategy.declared] == [
        (mean, "bar", 240 * MINUTE_NS),
        (prints, "trade", 0),
    ]


def test_a_timeframe_nobody_can_read_is_refused_at_once():
    with pytest.raises(InvalidValueError, match="'1M'"):
        Strategy(NAME, BTC).use(Sma(3), timeframe="1M")


def test_timeframes_are_told_in_nanoseconds():
    strategy = Strategy(NAME, BTC)
    strategy.timeframes = ("1m", "1h")

    assert strategy.timeframes_ns() == (MINUTE_NS, 60 * MINUTE_NS)


@given(seen=JSON, reason=JSON)
def test_what_is_saved_comes_back_through_json(seen, reason):
    """The journal keeps state as JSON: what does not survive it would be lost in a restart."""
    before, after = Remembering(), Remembering()
    before.seen, before.reason = seen, reason

    after.load(json.loads(json.dumps(before.save())))

    assert (after.seen, after.reason) == (seen, reason)


def test_a_state_saved_by_another_version_is_refused_by_name():
    """A restart with half a state would trade on the wrong memory."""
    strategy = Remembering()

    with pytest.raises(InvalidValueError, match="want a saved state with reason, not one with se"):
        strategy.load({"seen": 3})

    assert strategy.seen == 0
