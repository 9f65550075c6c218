"""The crossings of `cases.md` section 1 on DOGEUSDT, whose averages tie exactly now and then."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from argonaut.indicators import Sma


@pytest.fixture(scope="module")
def close(shared: Path) -> pl.Series:
    name = "binance_spot_DOGEUSDT_1m_20210420_20210520.parquet"
    return pl.read_parquet(shared / "data" / "klines" / name)["close"]


@pytest.mark.parametrize("length", [1, 2, 10, 20, 30, 100, 500])
def test_the_mean_is_that_of_polars_to_the_last_bit(close: pl.Series, length: int) -> None:
    """But for windows of one value only, which ours and pandas' return and polars rounds."""
    same = (close.rolling_min(length) == close.rolling_max(length)).fill_null(value=False)
    oracle = np.where(same.to_numpy(), close.to_numpy(), close.rolling_mean(length).to_numpy())

    (mean,) = Sma(length).columns(close.to_numpy())

    assert mean.tobytes() == oracle.tobytes()


def test_the_averages_cross_as_often_as_published(close: pl.Series) -> None:
    """1,640 trades; a plain sum gives 1,639, a running sum 1,641, exact arithmetic 1,637."""
    (fast,) = Sma(10).columns(close.to_numpy())
    (slow,) = Sma(30).columns(close.to_numpy())

    above, below = fast > slow, fast < slow
    crossings = (above[1:] & below[:-1]) | (below[1:] & above[:-1])

    assert np.count_nonzero(crossings) == 1640
    assert np.flatnonzero(fast == slow).size == 1
