"""Worked spreadsheets from the test data of the package `ta`.

Where a sheet starts its recursion elsewhere than TA-Lib, the test says so and continues ours from
the sheet's own start: then only the step is compared, which is what the sheet can tell. The sheets
of accumulation, force, money flow, the Ulcer index, the ultimate oscillator (but for its true
range) and the trend cycle are of indicators we do not have.
"""

import csv
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from argonaut.indicators import (
    Bollinger,
    Ema,
    RollingHigh,
    RollingLow,
    Rsi,
    StandardDeviation,
    Stochastic,
    TrueRange,
)

Sheet = dict[str, NDArray[np.float64]]


def read(shared: Path, name: str) -> Sheet:
    """Return the columns of a sheet, an empty cell as NaN."""
    path = shared / "fixtures" / "indicators" / "ta" / name
    if not path.is_file():
        pytest.skip(f"no sheet at {path}")
    with path.open() as lines:
        rows = list(csv.DictReader(lines))
    return {
        name: np.array([float(row[name] or "nan") for row in rows])
        for name in rows[0]
        if name and name.lower() != "date"
    }


def assert_sheet(ours: NDArray[np.float64], theirs: NDArray[np.float64], decimals: int) -> None:
    """Compare where the sheet has a number, to half of its last decimal and a bit."""
    assert np.array_equal(np.isnan(ours), np.isnan(theirs))
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=0.51 * 10.0**-decimals)


def test_bollinger_bands(shared: Path) -> None:
    sheet = read(shared, "cs-bbands.csv")

    upper, middle, lower = Bollinger(20, 2.0).columns(sheet["Close"])
    (deviation,) = StandardDeviation(20).columns(sheet["Close"])

    assert_sheet(deviation, sheet["20-day Standard Deviation"], 6)
    assert_sheet(upper, sheet["HighBand"], 6)
    assert_sheet(middle, sheet["MiddleBand"], 6)
    assert_sheet(lower, sheet["LowBand"], 6)


def test_donchian_channel(shared: Path) -> None:
    sheet = read(shared, "cs-dc.csv")

    (upper,) = RollingHigh(20, "high").columns(sheet["high"])
    (lower,) = RollingLow(20, "low").columns(sheet["low"])

    assert_sheet(upper, sheet["upper_band"], 2)
    assert_sheet(lower, sheet["lower_band"], 2)


def test_stochastic_oscillator(shared: Path) -> None:
    """The sheet's line is the raw one; its average leaves out the first it could have given."""
    sheet = read(shared, "cs-soo.csv")
    close = np.nan_to_num(sheet["Close"])  # the sheet has none before the first window is full

    k, d = Stochastic(14, 1, 3).columns(sheet["High"], sheet["Low"], close)

    first = 14 + 3 - 2
    assert np.isnan(d[:first]).all()
    assert_sheet(k[first:], sheet["SO"][first:], 6)
    assert_sheet(d[first + 1 :], sheet["SO_SIG"][first + 1 :], 5)  # it averages rounded cells


def test_williams_r_from_extremes(shared: Path) -> None:
    sheet = read(shared, "cs-percentr.csv")

    (highest,) = RollingHigh(14, "high").columns(sheet["High"])
    (lowest,) = RollingLow(14, "low").columns(sheet["Low"])

    assert_sheet(highest, sheet["Highest High (14)"], 6)
    assert_sheet(lowest, sheet["Lowest Low (14)"], 6)
    close = sheet["Close"]
    assert_sheet(-100 * (highest - close) / (highest - lowest), sheet["Williams_%R"], 6)


@pytest.mark.parametrize(("name", "column"), [("vortex", "TR"), ("ultosc", "True Range")])
def test_true_range(shared: Path, name: str, column: str) -> None:
    sheet = read(shared, f"cs-{name}.csv")

    (span,) = TrueRange().columns(sheet["High"], sheet["Low"], sheet["Close"])

    assert_sheet(span, sheet[column], 6)


def test_relative_strength_steps_alike_but_is_seeded_otherwise(shared: Path) -> None:
    """The sheet smooths from a first gain of 0; Wilder and TA-Lib average the first 14."""
    sheet = read(shared, "cs-rsi.csv")
    close, index = sheet["Close"], sheet["RSI"]
    start = int(np.flatnonzero(~np.isnan(index))[0])
    ours = Rsi(14)
    for price in close[: start + 1].tolist():
        ours.update(price)
    assert ours.value is not None
    assert abs(ours.value - index[start]) > 1

    ours._gain, ours._loss = float(sheet["Avg Gain"][start]), float(sheet["Avg Loss"][start])
    stepped = [ours.update(price) for price in close[start + 1 :].tolist()]

    np.testing.assert_allclose(
        np.array(stepped, np.float64), index[start + 1 :], rtol=0, atol=2e-4
    )  # the sheet's averages carry six decimals


@pytest.mark.parametrize(("length", "column"), [(12, "12 day EMA"), (26, "26 day EMA")])
def test_exponential_average_steps_alike_but_is_seeded_otherwise(
    shared: Path, length: int, column: str
) -> None:
    """The sheet starts from the first price; TA-Lib from the mean of the first `length`."""
    sheet = read(shared, "cs-ppo.csv")
    ours = Ema(length)
    ours.value = float(sheet["Close"][0])

    stepped = [ours.update(price) for price in sheet["Close"][1:].tolist()]

    np.testing.assert_allclose(np.array(stepped, np.float64), sheet[column][1:], rtol=1e-8, atol=0)
