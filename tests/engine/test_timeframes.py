"""Bars of several lengths, made of the same small ones."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.ids import StrategyId
from argonaut.domain.market import Bar
from argonaut.feeds.tape.aggregate import aggregate
from argonaut.feeds.tape.columns import BarColumns
from argonaut.indicators.averages import Sma
from argonaut.ledger.holding import Holding
from argonaut.strategies.interface import Strategy
from tests.stories.stage import (
    BTC,
    MINUTE_NS,
    START_NS,
    Stage,
)


class Several(Strategy):
    """Listens to bars of one and five minutes, and looks at all averages whenever it is asked."""

    timeframes = ("1m", "5m")

    def __init__(self) -> None:
        super().__init__(StrategyId("several"), BTC)
        self.short = self.use(Sma(1))
        self.middle = self.use(Sma(1), timeframe="5m")
        self.long = self.use(Sma(1), timeframe="15m")
        self.seen: list[tuple[int, float, tuple[float | None, ...]]] = []
        self.bars: list[tuple[Any, ...]] = []

    def on_bar(self, bar: Bar, holding: Holding) -> None:
        averages = (self.short.value, self.middle.value, self.long.value)
        self.seen.append((bar.timeframe_ns // MINUTE_NS, bar.close, averages))
        if bar.timeframe_ns > MINUTE_NS:
            self.bars.append(
                (bar.open_ns, bar.open, bar.high, bar.low, bar.close, bar.volume, bar.close_ns)
            )


def test_indicators_of_every_timeframe_are_of_the_same_now_in_every_call() -> None:
    """Half an update would be a look into the past for one rule and the present for another."""
    strategy = Several()
    stage = Stage(strategy)
    first_ns = START_NS - START_NS % (15 * MINUTE_NS)

    for n in range(15):
        stage.session.bar(_bar(first_ns + n * MINUTE_NS, 100.0 + n))

    at_end = [each for each in strategy.seen if each[2][0] == 114.0]
    assert at_end == [(5, 114.0, (114.0, 114.0, 114.0)), (1, 114.0, (114.0, 114.0, 114.0))]
    assert strategy.seen[4:6] == [
        (5, 104.0, (104.0, 104.0, None)),
        (1, 104.0, (104.0, 104.0, None)),
    ]


@given(
    minutes=st.lists(st.integers(0, 200), min_size=1, max_size=60, unique=True),
    dice=st.randoms(use_true_random=False),
)
def test_longer_bars_are_those_of_the_tape_gaps_and_all(minutes: list[int], dice: Any) -> None:
    """A strategy must see in a backtest what its author saw on the chart."""
    first_ns = START_NS - START_NS % (15 * MINUTE_NS)
    rows = [(first_ns + minute * MINUTE_NS, *_prices(dice)) for minute in sorted(minutes)]
    strategy = Several()
    stage = Stage(strategy)

    for open_ns, opened, high, low, close, volume in rows:
        stage.session.bar(
            Bar(
                BTC, MINUTE_NS, open_ns, open=opened, high=high, low=low, close=close, volume=volume
            )
        )

    columns = aggregate(_columns(rows), 5 * MINUTE_NS)
    expected = [
        tuple(
            float(getattr(columns, name)[n]) for name in ("open", "high", "low", "close", "volume")
        )
        for n in range(len(columns))
    ]
    assert [each[1:6] for each in strategy.bars] == expected
    assert [each[0] for each in strategy.bars] == columns.open_ns.tolist()


def _prices(dice: Any) -> tuple[float, float, float, float, float]:
    opened, close = dice.uniform(90, 110), dice.uniform(90, 110)
    return opened, max(opened, close) + 1, min(opened, close) - 1, close, dice.uniform(0, 5)


def _columns(rows: list[tuple[Any, ...]]) -> BarColumns:
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    return BarColumns(
        BTC,
        MINUTE_NS,
        columns[0],
        open=columns[1],
        high=columns[2],
        low=columns[3],
        close=columns[4],
        volume=columns[5],
    )


def _bar(open_ns: int, price: float) -> Bar:
    return Bar(BTC, MINUTE_NS, open_ns, open=price, high=price, low=price, close=price, volume=1.0)
