"""When a strategy is woken."""

from __future__ import annotations

from argonaut.domain.event import (
    TimerFired,
)
from tests.stories.listener import Listener
from tests.stories.stage import (
    BTC,
    SECOND_NS,
    START_NS,
    Stage,
    flat,
)
from tests.stories.wire import Wire


def test_a_timer_fires_at_its_time_and_before_the_bar_of_the_same_time() -> None:
    """A cooldown that ends at the close has ended when the close is looked at."""
    listener = Listener()
    listener.wake_ns = START_NS + 120 * SECOND_NS
    stage = Stage(listener)

    stage.bars(flat(100), flat(101))

    assert listener.heard == ["bar 100", "timer at 120", "bar 101"]


def test_a_timer_that_is_moved_fires_once() -> None:
    """The later wish replaces the earlier."""
    listener = Listener()
    listener.wake_ns = START_NS + 150 * SECOND_NS
    stage = Stage(listener)
    stage.bars(flat(100))
    listener.wake_ns = START_NS + 170 * SECOND_NS

    stage.bars(flat(101), flat(102), flat(103))

    assert listener.heard == ["bar 100", "bar 101", "timer at 170", "bar 102", "bar 103"]


def test_a_timer_that_is_no_longer_wanted_does_not_fire() -> None:
    """`wake_at` answered None."""
    listener = Listener()
    listener.wake_ns = START_NS + 150 * SECOND_NS
    stage = Stage(listener)
    stage.bars(flat(100))
    listener.wake_ns = None

    stage.bars(flat(101), flat(102))

    assert listener.heard == ["bar 100", "bar 101", "bar 102"]


def test_a_wish_to_be_woken_in_the_past_wakes_nobody_and_hangs_nothing() -> None:
    """A strategy that always answers with the same moment must not stop time."""
    listener = Listener()
    listener.wake_ns = START_NS + 90 * SECOND_NS
    stage = Stage(listener)

    stage.bars(flat(100), flat(101), flat(102))

    assert listener.heard == ["bar 100", "timer at 90", "bar 101", "bar 102"]


def test_a_timer_is_asked_for_once_and_not_on_every_bar() -> None:
    """A million bars want a million commands otherwise."""
    listener = Listener()
    wire = Wire(listener)
    listener.wake_ns = wire.now_ns + 10**12

    wire.bar(100)
    asked = dict(wire.timers)
    wire.timers.clear()
    wire.bar(100)

    assert asked == {f"story|{BTC}": listener.wake_ns}
    assert wire.timers == {}


def test_a_timer_of_a_strategy_nobody_knows_is_journaled_and_forgotten() -> None:
    """After a change of the config an old timer may still come."""
    stage = Stage(Listener())

    stage.feed(TimerFired(key="gone|XYZ/USDT@sim", event_ns=START_NS))
    stage.feed(TimerFired(key=f"gone|{BTC}", event_ns=START_NS))

    assert len(stage.bodies("timer")) == 2
