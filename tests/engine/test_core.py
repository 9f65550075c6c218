"""The engine as a whole: who is asked when, what a person may do, what a broken strategy costs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from argonaut.domain.event import (
    Deposited,
    DetectorSignal,
    ExternalEvent,
    OperatorCommand,
)
from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.market import Bar, Quote, Trade
from argonaut.domain.mode import TradingMode
from argonaut.domain.order import Filled
from argonaut.domain.signal import Signal
from argonaut.domain.timeframe import DAY_NS
from argonaut.indicators.averages import Sma
from argonaut.ledger.holding import Holding
from argonaut.strategies.interface import Signals, Strategy
from tests.stories.listener import Listener, detected
from tests.stories.stage import (
    BTC,
    SECOND_NS,
    START_NS,
    Scripted,
    Stage,
    enter,
    flat,
    instrument_of,
    leave,
    move,
)
from tests.stories.wire import Wire, anomalies, guarded

STOPPED = {0: (enter(stop_price=95.0),)}


# who is told what


def test_a_strategy_hears_of_everything_it_listens_to() -> None:
    """Every door of the plug-in interface, through the real funnel."""
    listener = Listener()
    listener.answer = lambda said: (enter(),) if said == "bar 100" else None
    wire = Wire(listener)
    wire.bar(100)
    wire.fill("entry", "1")
    wire.step(Trade(BTC, wire.now_ns, price=101.0, quantity=1.0))
    wire.step(Quote(BTC, wire.now_ns, bid=100.0, ask=102.0))
    wire.step(detected())
    wire.step(ExternalEvent(event_ns=wire.now_ns, event_id="e1", source="test", kind="listing"))

    assert listener.heard == [
        "bar 100",
        "fill 1 of 1",
        "end filled",
        "trade 101",
        "quote 100 102",
        "signal s1",
        "event e1",
    ]
    assert wire.engine.account.market_price(BTC) == 101


def test_a_fill_is_told_to_the_strategy_whose_order_it_was_and_to_nobody_else() -> None:
    """Two strategies share the instrument, not their orders."""
    buyer, other = Scripted({0: (enter(),)}), Scripted({}, name="other")
    stage = Stage(buyer, other)

    stage.bars(flat(100), flat(100))

    assert (len(buyer.told), other.told) == (1, [])


def test_an_event_of_an_instrument_nobody_trades_is_journaled() -> None:
    """A detector may talk about anything."""
    stage = Stage(Listener())

    stage.feed(detected(instrument_id=InstrumentId("XYZ/USDT@sim")))

    assert [each.answer for each in stage.bodies("signal")] == ["rejected"]


def test_a_signal_reaches_the_strategy_it_names() -> None:
    """Two take signals; one is meant."""
    one, two = Listener("one"), Listener("two")
    stage = Stage(one, two)

    stage.feed(detected(strategy=StrategyId("two")))

    assert (one.heard, two.heard) == ([], ["signal s1"])


def test_a_signal_told_twice_has_one_effect() -> None:
    """I23: every broker redelivers."""
    listener = Listener()
    stage = Stage(listener)

    stage.feed(detected())
    stage.feed(detected())

    assert listener.heard == ["signal s1"]
    assert [each.answer for each in stage.bodies("signal")] == ["accepted", "duplicate"]


def test_all_wishes_of_one_call_are_decided_on_one_state() -> None:
    """A generator is drained before the first of its wishes changes anything."""
    seen: list[Decimal] = []

    class Twice(Scripted):
        def on_bar(self, bar: Bar, holding: Holding) -> Any:
            if self.bars == 0:
                self.bars = 1
                yield enter()
                seen.append(holding.entering)
                yield enter()

    stage = Stage(Twice({}))

    stage.bars(flat(100))

    assert seen == [0]
    assert stage.holding.entering == 2


def test_a_strategy_that_does_not_listen_to_events_is_not_asked() -> None:
    """Only what it overrides."""
    listener, other = Listener(), Scripted({}, name="other")
    stage = Stage(other, listener)

    stage.feed(ExternalEvent(event_ns=START_NS, event_id="e1", source="test", kind="listing"))

    assert listener.heard == ["event e1"]


def test_a_wish_for_another_instrument_is_about_what_is_held_there() -> None:
    """An exit sized by the wrong holding would sell what nobody asked for."""
    eth = InstrumentId("ETH/USDT@sim")
    both = [instrument_of(), instrument_of(instrument_id=eth, base="ETH")]
    strategy = Scripted(
        {
            0: (enter(), replace(enter("200"), instrument_id=eth)),
            1: (replace(leave(), instrument_id=eth),),
        }
    )
    wire = Wire(strategy, setup={"instruments": both})
    wire.step(Trade(eth, wire.now_ns, price=100.0, quantity=1.0))
    wire.bar(100)
    for order in list(wire.sent):
        wire.fill(order, str(order.quantity))
    wire.bar(100)

    order = wire.last("exit")
    assert (order.instrument_id, order.quantity) == (eth, Decimal(2))


# prices that cannot be


@pytest.mark.parametrize("price", [0.0, -1.0, math.nan, math.inf])
def test_a_price_that_cannot_be_reaches_nobody(price: float) -> None:
    """F24: a NaN in an average is a NaN for ever, and one in the books is the end of them."""
    listener = Listener()
    average = listener.use(Sma(2))
    stage = Stage(listener)
    stage.bars(flat(100))

    stage.bar(price, price, price, price)
    stage.trades(price)
    stage.quotes((price, price), (101, 100))
    stage.bars(flat(102))

    assert listener.heard == ["bar 100", "bar 102"]
    assert average.value == 101
    assert anomalies(stage) == ["bad price"]  # one a minute is enough
    assert stage.engine.account.market_price(BTC) == 102


@given(
    closes=st.lists(
        st.sampled_from([100.0, 99.0, 101.5, 0.0, -3.0, math.nan, math.inf, 1e-9]), max_size=12
    )
)
def test_no_price_whatsoever_raises_or_makes_the_equity_wrong(closes: list[float]) -> None:
    """Held or not, with stops or without."""
    stage = Stage(Scripted({0: (enter(stop_price=95.0, trail_fraction=0.1),), 4: (leave(),)}))

    stage.bars(flat(100), flat(100), *[(each, each, each, each) for each in closes])
    stage.engine.close()

    equity = stage.engine.account.equity()
    assert equity is not None
    assert equity.is_finite()


# a strategy that breaks


class Broken(Strategy):
    """Raises where it is told to, and holds a position while it does."""

    def __init__(self, where: str) -> None:
        super().__init__(StrategyId("broken"), BTC)
        self.where = where
        self.calls = 0

    def on_bar(self, bar: Bar, holding: Holding) -> Signals:
        self.calls += 1
        if self.calls == 1:
            return (enter(name="broken", stop_price=95.0),)
        if self.where == "bar":
            raise ZeroDivisionError("no volume")
        if self.where == "generator":
            return self._halfway()
        if self.where == "wish":
            return ("buy",)  # type: ignore[return-value]
        if self.where == "other":
            return (enter(name="story"),)
        if self.where == "reason":
            return (enter(name="broken").__class__(**_fields_without_reason()),)
        if self.where == "list":
            return 7  # type: ignore[return-value]
        return None

    def on_fill(self, fill: Filled, holding: Holding) -> Signals:
        if self.where == "fill":
            raise KeyError("fill")
        return None

    def on_signal(self, signal: DetectorSignal, holding: Holding) -> Signals:
        if self.where == "signal":
            raise ValueError("signal")
        return None

    def on_trade(self, trade: Trade, holding: Holding) -> Signals:
        if self.where == "trade":
            raise ValueError("trade")
        return None

    def wake_at(self) -> int | None:
        if self.where == "wake" and self.calls > 1:
            raise ValueError("wake")
        return None

    def _halfway(self) -> Any:
        yield enter(name="broken")
        raise RuntimeError("halfway")


def _fields_without_reason() -> dict[str, Any]:
    wish = enter(name="broken")
    return {name: getattr(wish, name) for name in wish.__struct_fields__} | {"reason": 7}


BREAKS = {
    "bar": "ZeroDivisionError: no volume",
    "generator": "RuntimeError: halfway",
    "wish": "InvalidValueError: want a wish such as Enter, Exit or Skip, not 'buy'",
    "other": "InvalidValueError: want a wish of broken, not of 'story'",
    "reason": "InvalidValueError: want a reason in words, not 7",
    "list": "TypeError: 'int' object is not iterable",
    "fill": "KeyError: 'fill'",
    "signal": "ValueError: signal",
    "trade": "ValueError: trade",
    "wake": "ValueError: wake",
}


@pytest.mark.parametrize("where", BREAKS)
def test_a_strategy_that_raises_is_paused_and_its_position_stays_protected(where: str) -> None:
    """F27: told once, never called again, and the others go on in the very same instant."""
    other = Listener()
    stage = Stage(Broken(where), other)
    stage.bars(flat(100), flat(100), flat(100))
    stage.feed(detected(event_ns=stage.now_ns))
    stage.trades(100)
    before = len(other.heard)

    told = stage.bars(flat(100), flat(100))

    paused = stage.bodies("strategy_paused")
    assert [each.error for each in paused] == [BREAKS[where]]
    assert stage.resting() == {"stop": "1 sell stop 95"}
    assert told == []
    assert other.heard[before:] == ["bar 100", "bar 100"]
    assert other.heard.count("bar 100") == 5


def test_what_a_broken_strategy_still_wanted_is_taken_out() -> None:
    """Nobody would watch over it."""

    class Breaking(Scripted):
        def on_bar(self, bar: Bar, holding: Holding) -> Sequence[Signal]:
            if self.bars == 1:
                raise ValueError("now")
            return super().on_bar(bar, holding)

    wire = Wire(Breaking({0: (enter(),)}))
    wire.bar(100)

    wire.bar(100)

    assert wire.canceled == [wire.sent[0].client_order_id]


def test_a_signal_for_a_paused_strategy_finds_no_taker() -> None:
    """The detector is told, instead of waiting for an order that never comes."""
    stage = Stage(Broken("signal"))

    stage.feed(detected("s1"))
    stage.feed(detected("s2"))

    assert [each.answer for each in stage.bodies("signal")] == ["accepted", "rejected"]
    assert "no strategy takes signals" in stage.bodies("signal")[-1].detail


def test_a_paused_strategy_hears_no_timer_and_no_fill() -> None:
    """Nor anything else."""
    listener = Listener()
    listener.wake_ns = START_NS + 90 * SECOND_NS
    listener.answer = lambda said: (enter(),) if said == "bar 100" else None
    stage = Stage(listener)
    stage.bars(flat(100))
    listener.answer = _raise

    stage.bars(flat(100), flat(100))

    assert listener.heard == ["bar 100", "fill 1.000 of 1.000"]
    assert [each.error for each in stage.bodies("strategy_paused")] == ["ValueError: enough"]


def _raise(said: str) -> Signals:
    raise ValueError("enough")


# what a person may do


def test_pause_takes_entries_out_and_lets_nothing_in() -> None:
    """Exits and protection go on."""
    stage = Stage(Scripted({**STOPPED, 2: (enter(),), 3: (leave(),)}))
    stage.bars(flat(100), flat(100))

    told = stage.say("pause") + stage.bars(*[flat(100)] * 3)

    assert told == [
        "mode NO_NEW_RISK",
        "enter refused: mode",
        "exit approved: 1",
        "stop canceled",
        "exit filled 1 at 100",
        "round trip 0",
    ]


def test_resume_lets_entries_in_again() -> None:
    """A pause is no end."""
    stage = Stage(Scripted({0: (enter(),)}))

    told = stage.say("pause") + stage.say("resume") + stage.bars(flat(100))

    assert told == ["mode NO_NEW_RISK", "mode ACTIVE", "enter approved: 1"]


def test_a_halt_is_for_the_whole_run() -> None:
    """I14: a latch that a word could lift is no latch."""
    stage = Stage(Scripted({**STOPPED, 2: (enter(),)}))
    stage.bars(flat(100), flat(100))

    told = stage.say("halt") + stage.say("resume") + stage.say("pause") + stage.bars(flat(100))

    assert told == ["mode KILLED"] * 3 + ["enter refused: mode"]
    assert stage.engine.account.mode is TradingMode.KILLED
    assert "resume refused" in stage.bodies("mode")[1].reason
    assert stage.resting() == {"stop": "1 sell stop 95"}


def test_under_a_halt_one_may_still_flatten() -> None:
    """Nothing may keep a position open."""
    stage = Stage(Scripted(STOPPED))
    stage.bars(flat(100), flat(100))
    stage.say("halt")

    told = stage.say("flatten") + stage.bars(flat(100))

    assert told[0] == "mode KILLED"
    assert told[-1] == "round trip 0"
    assert stage.holding.is_flat


def test_a_pause_does_not_stop_a_flattening() -> None:
    """It asks for less risk, not for more."""
    wire = guarded(STOPPED)
    wire.say("flatten")

    wire.say("pause")

    assert wire.engine.account.mode is TradingMode.REDUCE_ONLY
    assert wire.engine.desk.exits.flattening


def test_every_command_is_in_the_journal_with_who_and_why() -> None:
    """And answered by a row of its own, so that nobody has to guess."""
    stage = Stage(Scripted({}))

    stage.feed(OperatorCommand(event_ns=START_NS, verb="pause", who="ann", reason="lunch"))

    assert stage.bodies("operator")[0].who == "ann"
    assert (stage.bodies("mode")[0].who, stage.bodies("mode")[0].reason) == ("ann", "lunch")


# the rest of a run


def test_strategies_are_saved_at_midnight() -> None:
    """What a strategy wants back after a restart is in the journal once a day."""

    class Counting(Scripted):
        saved = ("bars",)

    counting, silent = Counting({}), Scripted({}, name="silent")
    wire = Wire(counting, silent)
    days = 0
    while days < 2:
        day = wire.now_ns // DAY_NS
        wire.bar(100)
        wire.now_ns += 3600 * SECOND_NS
        days += wire.now_ns // DAY_NS > day
    wire.bar(100)
    wire.bar(100)

    states = [each.body for each in wire.records if each.kind == "strategy_state"]
    assert len(states) == 2
    assert {each.strategy_id for each in states} == {"story"}  # type: ignore[attr-defined]


def test_the_last_mark_of_a_run_is_its_end() -> None:
    """A report ends with what there was at the end."""
    samples: list[tuple[int, float]] = []
    stage = Stage(
        Scripted({0: (enter(),)}),
        setup={"on_sample": lambda event_ns, equity: samples.append((event_ns, equity))},
    )
    stage.bars(flat(100), flat(100), flat(110))

    stage.engine.close()

    assert samples[-1] == (stage.now_ns, 10_010.0)


def test_the_end_of_a_run_without_a_price_marks_nothing() -> None:
    """Of what has no price nobody knows the worth."""
    samples: list[tuple[int, float]] = []
    stage = Stage(
        Scripted({}),
        setup={"on_sample": lambda event_ns, equity: samples.append((event_ns, equity))},
    )
    stage.feed(Deposited(event_ns=START_NS, asset="BTC", amount=Decimal(1)))
    first = len(samples)

    stage.engine.close()

    assert len(samples) == first


def test_a_move_of_the_stop_is_told_to_the_strategy_through_its_holding() -> None:
    """What rests is read, never remembered."""
    stage = Stage(Scripted({**STOPPED, 2: (move(stop_price=97.0),)}))
    stage.bars(flat(100), flat(100))
    first = stage.holding.stop_price

    stage.bars(flat(100))

    assert (first, stage.holding.stop_price) == (Decimal("95.00"), Decimal("97.00"))
