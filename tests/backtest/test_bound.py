"""Which indicators become columns, and that a column says what the live twin would."""

from __future__ import annotations

from typing import cast

import numpy as np

from argonaut.backtest.bound import bind_columns
from argonaut.config.assembly import Assembly
from argonaut.domain.ids import StrategyId
from argonaut.domain.market import Trade
from argonaut.engine.core import Engine
from argonaut.feeds.tape.columns import BarColumns, QuoteColumns, TradeColumns
from argonaut.indicators import Sma, Streamed, WindowFirst
from argonaut.ledger.holding import Holding
from argonaut.strategies.interface import Strategy
from tests.parity.one_day import one_day
from tests.stories.stage import BTC, MINUTE_NS, START_NS, Scripted, Stage


class Watching(Strategy):
    """Follows the mean of the last two trades."""

    def __init__(self) -> None:
        super().__init__(StrategyId("watching"), BTC)
        self.mean = self.use(Sma(2, "price"), source="trade")

    def on_trade(self, trade: Trade, holding: Holding) -> None:
        """Only watch."""


def engine_of(assembly: Assembly) -> Engine:
    return Engine(assembly.setup(assembly.venue().capability))


def test_every_stream_of_bars_gets_the_indicators_of_its_instrument() -> None:
    """An indicator that is missed is merely slow; one bound to a stranger is wrong."""
    assembly = one_day()
    bound = bind_columns(engine_of(assembly), assembly.streams)

    assert set(bound) == set(range(len(assembly.streams)))
    for index, walks in bound.items():
        stream = assembly.streams[index]
        assert isinstance(stream, BarColumns)
        assert walks
        for indicator, columns in walks:
            assert len(columns) == len(indicator.outputs)
            assert all(column.shape == stream.close.shape for column in columns)


def test_a_bound_column_is_what_the_live_twin_says_bar_by_bar() -> None:
    """The journal is only the same if each value is the same, to the last bit."""
    assembly = one_day()
    stream = assembly.streams[0]
    assert isinstance(stream, BarColumns)
    for bound, columns in bind_columns(engine_of(assembly), assembly.streams)[0]:
        live = cast("Streamed", bound).fresh()
        inputs = [
            stream.close_ns() if name == "close_ns" else getattr(stream, name)
            for name in live.inputs
        ]
        said = []
        for row in zip(*(each.tolist() for each in inputs), strict=True):
            live.update(*row)
            said.append([getattr(live, name) for name in live.outputs])

        wanted = np.array(said, dtype=np.float64).T
        assert np.array_equal(wanted, np.array(columns), equal_nan=True), bound


def test_what_is_bound_is_taken_off_the_engine() -> None:
    """Updating it as well would move it by two bars at a time."""
    assembly = one_day()
    engine = engine_of(assembly)
    before = [len(route.bar_updates) for route in engine.routes.values()]
    bind_columns(engine, assembly.streams)

    assert all(before)
    assert not any(route.bar_updates for route in engine.routes.values())


def test_two_streams_of_one_instrument_stay_live() -> None:
    """Their rows interleave, so that neither column alone is what the indicator sees."""
    assembly = one_day()
    engine = engine_of(assembly)
    doubled = (assembly.streams[0], assembly.streams[0], assembly.streams[1])
    bound = bind_columns(engine, doubled)
    doubled_one, alone = engine.routes.values()

    assert set(bound) == {2}
    assert doubled_one.bar_updates
    assert not alone.bar_updates


def test_indicators_of_trades_become_columns_and_quotes_have_none() -> None:
    """A tape of prints is the longest there is, and the one that gains most."""
    engine = Stage(Watching()).engine
    times = np.arange(1, 4, dtype=np.int64)
    trades = TradeColumns(
        BTC, times, np.array([1.0, 2.0, 4.0]), np.ones(3), np.ones(3, dtype=np.int8)
    )
    quotes = QuoteColumns(BTC, times, np.ones(3), np.ones(3), np.ones(3), np.ones(3))
    ((index, ((_, (column,)),)),) = bind_columns(engine, (quotes, trades)).items()

    assert index == 1
    assert np.array_equal(column, [np.nan, 1.5, 3.0], equal_nan=True)
    assert not engine.routes[BTC].trade_updates


def test_a_window_by_time_reads_when_each_bar_was_complete() -> None:
    """By its open the window would reach one bar further back than live."""
    strategy = Scripted({})
    first = strategy.use(WindowFirst(2 * MINUTE_NS, "close"))
    engine = Stage(strategy).engine
    price = np.array([1.0, 2.0, 4.0, 8.0, 16.0])
    open_ns = START_NS + MINUTE_NS * np.arange(5, dtype=np.int64)
    bars = BarColumns(BTC, MINUTE_NS, open_ns, price, price, price, price, price)
    (((bound, (column,)),),) = bind_columns(engine, (bars,)).values()
    live = first.fresh()

    assert bound is first
    assert first.inputs[0] == "close_ns"
    for close_ns, close, value in zip(bars.close_ns().tolist(), price, column, strict=True):
        live.update(close_ns, close)
        said = getattr(live, live.outputs[0])
        assert value == said or (said is None and np.isnan(value))
