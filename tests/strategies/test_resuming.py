"""A strategy saved in the middle and restored says what the uninterrupted one would have said.

That is what lets a restart continue a run instead of starting another.
"""

from decimal import Decimal

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from argonaut.domain.event import DetectorSignal
from argonaut.domain.ids import ClientOrderId, FillId, SignalId
from argonaut.domain.order import Filled, Side
from argonaut.domain.signal import Enter, Protect, Quantity, Skip
from argonaut.strategies import detector_driven, momentum, trend_follow
from tests.strategies.feeding import BTC, NAME, START_NS, Feeding, a_bar, a_trade, holding

TREND = trend_follow.Params(
    timeframe="2m",
    fast_bars=2,
    slow_bars=4,
    confirm_timeframe="1m",
    confirm_fast_bars=3,
    confirm_slow_bars=6,
    regime_timeframe="3m",
    regime_fast_bars=1,
    regime_slow_bars=2,
    rsi_bars=3,
    rsi_low=40.0,
    rsi_high=100.0,
    atr_bars=3,
    cooldown_bars=1,
    shorts=True,
)
ON_BARS = momentum.Params(baseline_bars=3, rise_fraction=0.01, cooldown_s=60.0)
ON_TRADES = momentum.Params(
    source="trades", window_s=10.0, baseline_s=30.0, rise_fraction=0.01, cooldown_s=20.0
)
steps = st.lists(
    st.tuples(st.integers(-30, 33), st.integers(0, 20), st.integers(0, 9)),
    min_size=30,
    max_size=120,
)


def bars_of(walk):
    price, bars = 1000, []
    for minute, (step, wick, volume) in enumerate(walk):
        close = max(price + step, 100)
        high, low = max(price, close) + wick, min(price, close) - wick
        bars.append(a_bar(price / 10, high / 10, low / 10, close / 10, volume, minute=minute))
        price = close
    return bars


def trades_of(walk):
    price, second, trades = 1000, 0.0, []
    for step, pause, quantity in walk:
        price, second = max(price + step // 3, 100), second + pause / 5
        trades.append(a_trade(second, price / 10, quantity + 1.0))
    return trades


def fed(strategy, events):
    feeding = Feeding(strategy)
    for event in events:
        feed(feeding, event)
    return feeding


def feed(feeding, event):
    (feeding.trade if hasattr(event, "aggressor") else feeding.bar)(event)


CASES = {
    "TrendFollow": (lambda: trend_follow.TrendFollow(NAME, BTC, TREND), bars_of),
    "Momentum on bars": (lambda: momentum.Momentum(NAME, BTC, ON_BARS), bars_of),
    "Momentum on trades": (lambda: momentum.Momentum(NAME, BTC, ON_TRADES), trades_of),
}


@pytest.mark.parametrize("case", CASES)
@given(walk=steps, data=st.data())
@settings(max_examples=60)
def test_a_restored_strategy_says_what_the_uninterrupted_one_says(case, walk, data):
    make, events_of = CASES[case]
    events = events_of(walk)
    cut = data.draw(st.integers(0, len(events)))
    whole = fed(make(), events)

    before = fed(make(), events[:cut])
    after = Feeding(make())
    after.restore(before.saved())
    for event in events[cut:]:
        feed(after, event)

    assert before.said + after.said == whole.said
    assert after.saved() == whole.saved()


@pytest.mark.parametrize(
    ("case", "kind"),
    [
        ("TrendFollow", Protect),
        ("TrendFollow", Enter),
        ("TrendFollow", Skip),
        ("Momentum on bars", Enter),
        ("Momentum on bars", Skip),
        ("Momentum on trades", Enter),
        ("Momentum on trades", Skip),
    ],
)
def test_the_walks_above_reach_what_they_are_to_test(case, kind):
    """A property over silence would hold for ever."""
    make, events_of = CASES[case]

    find(
        steps,
        lambda walk: any(isinstance(each, kind) for each in fed(make(), events_of(walk)).said),
        settings=settings(max_examples=2000, database=None, phases=[Phase.generate]),
    )


def test_a_flip_that_waits_for_its_exit_survives_a_restart():
    """The exit went out before the crash; its fill comes after it, and the short is still due."""
    params = detector_driven.Params()
    before = detector_driven.DetectorDriven(NAME, BTC, params)
    list(
        before.on_signal(
            DetectorSignal(
                event_ns=START_NS,
                signal_id=SignalId("1"),
                source="dip",
                instrument_id=BTC,
                side="sell",
                quantity=Decimal(3),
            ),
            holding("1"),
        )
    )
    after = detector_driven.DetectorDriven(NAME, BTC, params)

    after.load(before.save())
    fill = Filled(
        client_order_id=ClientOrderId("x"),
        event_ns=START_NS,
        fill_id=FillId("1"),
        price=Decimal(100),
        quantity=Decimal(1),
    )
    answers = after.on_fill(fill, holding())

    assert [(each.side, each.size) for each in answers or () if isinstance(each, Enter)] == [
        (Side.SELL, Quantity(Decimal(2)))
    ]
