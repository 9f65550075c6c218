import json
from dataclasses import replace
from decimal import Decimal

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.order import OrderRole, Side
from argonaut.reports.charts import (
    CANDLES_SHOWN,
    MARKS_SHOWN,
    candle_figure,
    equity_figure,
    thinned,
)
from argonaut.reports.run_log import FillMark
from tests.reports.records import BTC, MINUTE_NS, TREND, candles, played_log, report

ETH = InstrumentId("ETH/USDT@sim")


def traces(figure):
    return {trace["name"]: trace for trace in figure["data"]}


def test_equity_and_drawdown_share_their_times():
    figure = traces(equity_figure(report()))

    assert figure["equity"]["x"] == figure["drawdown"]["x"] == [0, 360_000, 960_000, 1_560_000]
    assert figure["equity"]["y"] == [1000, 1000, 1001, 1002]
    assert figure["drawdown"]["y"] == [0, 0, 0, 0]


def test_a_candle_chart_shows_entries_exits_and_levels():
    figure, caption = candle_figure(report(), BTC)

    found = traces(figure)
    assert list(found) == ["price", "stop", "target", "won", "lost", "enter long", "exit"]
    assert len(found["enter long"]["x"]) == len(found["exit"]["x"]) == 3
    assert found["stop"]["y"][:3] == [98.0, 98.0, None]
    assert found["target"]["x"][:3] == [60_000, 360_000, None]
    assert found["won"]["y"] == [100.0, 105.0, None, 100.0, 105.0, None]
    assert "+4.90 USDT (+4.90 %)" in found["won"]["text"][0]
    assert figure["trades"] == [[60_000, 360_000], [660_000, 960_000], [1_260_000, 1_560_000]]
    assert caption == "87 candles of 1 min, times UTC"
    assert json.loads(json.dumps(figure, allow_nan=False)) == figure


def test_an_instrument_without_trades_shows_its_whole_price():
    figure, _ = candle_figure(report(candles={BTC: candles(), ETH: candles(30)}), ETH)

    assert list(traces(figure)) == ["price"]
    assert len(figure["data"][0]["x"]) == 30


def test_many_candles_are_merged_and_many_marks_are_cut():
    """A browser draws 5,000 candles well, and 250,000 not at all."""
    mark = FillMark(0, TREND, BTC, Side.SELL, OrderRole.ENTRY, Decimal(100), Decimal(1), "dense")
    last = msgspec.structs.replace(mark, event_ns=12_000 * MINUTE_NS, role=OrderRole.EXIT)
    fills = [*[mark] * (MARKS_SHOWN + 5), last]
    made = replace(report(candles={BTC: candles(12_000)}), fills=fills)

    figure, caption = candle_figure(made, BTC)

    assert len(figure["data"][0]["x"]) <= CANDLES_SHOWN
    assert len(traces(figure)["enter short"]["x"]) == MARKS_SHOWN
    assert caption.startswith(
        "4,000 candles of 3 min, each 3 recorded ones; the last 2,000 of 2,006"
    )


def test_long_candles_are_told_in_hours():
    bars = candles(10, step_ns=240 * MINUTE_NS)

    _, caption = candle_figure(report(candles={ETH: bars}), ETH)

    assert caption == "10 candles of 4 h, times UTC"


@pytest.mark.parametrize("part", ["stop", "target", "won", "lost", "enter long", "exit"])
def test_text_in_a_chart_is_escaped(part):
    """The chart library reads hover text as HTML."""
    log = played_log(strategy=StrategyId("<a href='evil'>"), tag="<b>")

    figure, _ = candle_figure(report(log), BTC)

    assert not any("<" in text for text in traces(figure)[part]["text"])


def test_few_samples_are_not_thinned():
    times, values = np.arange(10), np.arange(10.0)

    assert thinned(times, values, 10) == (times, values)


@given(st.integers(11, 3000), st.integers(10, 200), st.integers(0, 2**31))
def test_thinning_keeps_ends_and_extremes_within_its_limit(count, limit, seed):
    values = np.random.default_rng(seed).normal(size=count)
    times = np.arange(count)

    kept_times, kept = thinned(times, values, limit)

    assert kept.size <= max(limit, 2)
    assert (kept[0], kept[-1]) == (values[0], values[-1])
    assert (kept.max(), kept.min()) == (values.max(), values.min())
    assert (values[kept_times] == kept).all()
    assert (np.diff(kept_times) > 0).all()
