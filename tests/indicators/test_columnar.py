"""Whole columns: equal to the stream to the last bit, whichever way they are worked out."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given

from argonaut.indicators import Indicator, IndicatorError, Lagged, Macd, Sma, Streamed, Vwap
from argonaut.indicators.columnar import (
    COMPILED_ROWS_MIN,
    COMPILED_ROWS_MIN_LOADED,
    checked,
    streamed,
)
from argonaut.indicators.compiled import COMPILED, compiled
from tests.indicators.series import (
    EVERY_INDICATOR,
    Series,
    assert_same_bits,
    inputs_of,
    name_of,
    series_of,
    stream,
    walks,
)


def long_series(rows: int) -> Series:
    """A seeded walk with ties, spikes and hours without volume."""
    dice = np.random.default_rng(7)
    steps = dice.choice([0, 0, 1, -1, 3, -3, 400, -400], size=(rows, 2))
    wicks = dice.choice([0, 0, 1, 5], size=(rows, 2))
    volumes = np.where(np.arange(rows) % 500 < 60, 0.0, np.round(dice.exponential(3, rows), 3))
    gaps = dice.choice([0, 1, 60, 400, 2_000], size=rows)
    return series_of(list(zip(*steps.T, *wicks.T, volumes, gaps, strict=True)))


@pytest.mark.parametrize("indicator", EVERY_INDICATOR, ids=name_of)
@given(series=walks())
def test_the_compiled_twin_equals_the_stream_to_the_last_bit(
    indicator: Streamed, series: Series
) -> None:
    """A backtest that used the kernel must decide what live decides."""
    kernel = compiled(indicator, inputs_of(indicator, series))

    assert kernel is not None
    assert_same_bits(kernel, stream(indicator, series))


@pytest.mark.parametrize("indicator", EVERY_INDICATOR, ids=name_of)
def test_a_long_column_is_compiled_and_equals_the_stream(indicator: Streamed) -> None:
    """Rounding that only shows after thousands of steps shows here."""
    series = long_series(COMPILED_ROWS_MIN_LOADED)
    columns = [series[name] for name in indicator.inputs]

    assert_same_bits(indicator.columns(*columns), stream(indicator, series))


@pytest.mark.parametrize("indicator", EVERY_INDICATOR, ids=name_of)
@given(series=walks())
def test_outputs_are_defined_from_the_warm_up_on(indicator: Streamed, series: Series) -> None:
    columns = stream(indicator, series)

    rows = len(series["close"])
    if getattr(indicator, "skip_ns", 0):
        return  # by time, so there is no number of inputs to state
    for column in columns:
        assert not np.isnan(column[indicator.warmup - 1 :]).any()
    if rows >= indicator.warmup > 1:
        assert any(np.isnan(column[indicator.warmup - 2]) for column in columns)


@pytest.mark.parametrize("indicator", EVERY_INDICATOR, ids=name_of)
def test_columns_leave_the_state_alone(indicator: Streamed) -> None:
    """The backtest driver asks for columns of the same objects that it then streams."""
    series = long_series(40)
    used = indicator.fresh()
    for row in zip(*(column.tolist() for column in inputs_of(used, series)), strict=True):
        used.update(*row)
    before = used.save()

    used.columns(*inputs_of(used, series))

    assert used.save() == before


def test_every_indicator_of_the_package_has_a_kernel() -> None:
    assert {type(indicator) for indicator in EVERY_INDICATOR} == set(COMPILED)


@pytest.mark.parametrize("indicator", EVERY_INDICATOR, ids=name_of)
def test_an_indicator_reads_columns_that_bars_or_trades_have(indicator: Indicator) -> None:
    series = series_of([])

    assert set(indicator.inputs) <= series.keys()


def test_a_read_only_column_of_another_type_is_taken() -> None:
    """Columns come memory-mapped, and volumes of some venues are whole numbers."""
    volume = np.arange(8)
    volume.flags.writeable = False

    (column,) = Sma(2, "volume").columns(volume)

    assert column.tolist()[1:] == [0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5]


def test_a_kernel_sees_one_kind_of_array_only() -> None:
    """For every other kind, read-only or with gaps, numba would compile a kernel anew."""
    frozen = np.arange(8.0)
    frozen.flags.writeable = False

    for column in (frozen, np.arange(16.0)[::2], np.arange(8, dtype=np.int32)):
        (array,) = checked(Sma(2), (column,))
        assert array.flags.carray
        assert array.dtype == np.float64


def test_too_few_columns_are_refused_by_name() -> None:
    with pytest.raises(IndicatorError, match="want the columns high, low, close, volume, not 1"):
        Vwap(3).columns(np.ones(3))


def test_columns_of_unequal_length_are_refused() -> None:
    with pytest.raises(IndicatorError, match="of one length"):
        Vwap(3).columns(np.ones(3), np.ones(3), np.ones(3), np.ones(2))


def test_a_table_is_not_a_column() -> None:
    with pytest.raises(IndicatorError, match="one-dimensional"):
        Sma(3).columns(np.ones((3, 3)))


class Midpoint(Streamed):
    """An indicator as a user writes one: without slots, without a kernel."""

    parameters = ("share",)
    inputs = ("high", "low")
    warmup = 1

    def __init__(self, share: float) -> None:
        self.share = share
        self.value: float | None = None

    def update(self, high: float, low: float) -> None:
        self.value = low + (high - low) * self.share


def test_a_users_indicator_has_columns_without_a_kernel() -> None:
    series = long_series(COMPILED_ROWS_MIN_LOADED)

    (column,) = Midpoint(0.25).columns(series["high"], series["low"])

    assert np.array_equal(column, series["low"] + (series["high"] - series["low"]) * 0.25)


def test_no_rows_give_no_rows() -> None:
    columns = streamed(Macd(), (np.empty(0),))

    assert [column.shape for column in columns] == [(0,), (0,), (0,)]


def run_python(code: str, **environment: str) -> str:
    """Run `code` in a new interpreter and return what it printed."""
    command = [sys.executable, "-c", code]
    path = {"PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run(
        command, env=path | environment, capture_output=True, text=True, check=True, timeout=120
    )
    return done.stdout.strip()


def test_live_start_and_short_columns_do_not_import_numba() -> None:
    """A command of a user waits for every import; numba alone takes a third of a second."""
    loaded = run_python(
        "import sys, argonaut.indicators as indicators\n"
        "print('numpy' in sys.modules, 'numba' in sys.modules)\n"
        "import numpy\n"
        "indicators.Sma(3).columns(numpy.ones(1000))\n"
        "print('numba' in sys.modules)\n"
    )

    assert loaded.split() == ["False", "False", "False"]


def test_where_numba_can_cache_nothing_the_stream_stands_in() -> None:
    """A container with a read-only file system and no home must still backtest."""
    column = run_python(
        "import sys, numpy, argonaut.indicators as indicators\n"
        f"column, = indicators.Sma(2).columns(numpy.arange({COMPILED_ROWS_MIN}.0))\n"
        "print(column[-1], 'argonaut.indicators.compiled' in sys.modules)\n",
        NUMBA_CACHE_LOCATOR_CLASSES="numba.core.caching._IPythonCacheLocator",
    )

    assert column == f"{COMPILED_ROWS_MIN - 1.5} False"


def test_a_lag_longer_than_the_column_leaves_it_undefined() -> None:
    kernel = compiled(Lagged(Sma(2), 9), (np.ones(5),))

    assert kernel is not None
    assert np.isnan(kernel[0]).all()
