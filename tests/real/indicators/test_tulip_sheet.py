"""Tulip's worked examples, to the three decimals they are printed with.

Each example gives inputs and the last so many outputs. Tulip starts some recursions elsewhere than
TA-Lib; each test that meets this names it and continues from Tulip's own start.
"""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from argonaut.indicators import (
    Adx,
    Atr,
    Bollinger,
    Ema,
    Lagged,
    Obv,
    Returns,
    RollingHigh,
    RollingLow,
    Rsi,
    Sma,
    StandardDeviation,
    Stochastic,
    Streamed,
    TrueRange,
    Volatility,
    Vwap,
)

Lines = list[NDArray[np.float64]]
ATOL = 0.51e-3


@pytest.fixture(scope="module")
def examples(shared: Path) -> dict[str, Lines]:
    """The number lines of each example, by its heading: inputs first, then outputs."""
    path = shared / "fixtures" / "indicators" / "tulip" / "untest.txt"
    if not path.is_file():
        pytest.skip(f"no sheet at {path}")
    found: dict[str, Lines] = {}
    heading = ""
    for line in path.read_text().splitlines():
        if line.startswith("{"):
            numbers = line.strip("{} ").split(",")
            found[heading].append(np.array([float(number) for number in numbers if number]))
        elif line and not line.startswith("#"):
            heading = line.strip()
            found[heading] = []
    return found


SAME = [
    ("sma 5", Sma(5), 1),
    ("stddev 5", StandardDeviation(5), 1),
    ("max 5", RollingHigh(5), 1),
    ("min 5", RollingLow(5), 1),
    ("roc 5", Returns(5), 1),
    ("rsi 5", Rsi(5), 1),
    ("stoch 5 3 3", Stochastic(5, 3, 3), 3),
    ("lag 5", Lagged(Sma(1), 5), 1),
]


@pytest.mark.parametrize(("heading", "indicator", "inputs"), SAME, ids=[case[0] for case in SAME])
def test_examples_with_the_same_convention_are_met(
    heading: str, indicator: Streamed, inputs: int, examples: dict[str, Lines]
) -> None:
    lines = examples[heading]

    columns = indicator.columns(*lines[:inputs])

    for ours, theirs in zip(columns, lines[inputs:], strict=True):
        defined = ours[~np.isnan(ours)]
        assert defined.size == theirs.size
        np.testing.assert_allclose(defined, theirs, rtol=0, atol=ATOL)


def test_volatility_is_tulips_over_the_root_of_its_252_days(examples: dict[str, Lines]) -> None:
    close, theirs = examples["volatility 5"]

    (ours,) = Volatility(5).columns(close)

    np.testing.assert_allclose(ours[5:] * 252**0.5, theirs, rtol=0, atol=ATOL)


def test_variance_and_williams_r_follow_from_deviation_and_stochastic(
    examples: dict[str, Lines],
) -> None:
    close, variance = examples["var 5"]
    *prices, williams_r = examples["willr 5"]

    (deviation,) = StandardDeviation(5).columns(close)
    k, _ = Stochastic(5, 1, 1).columns(*prices)

    np.testing.assert_allclose(deviation[4:] ** 2, variance, rtol=0, atol=ATOL)
    np.testing.assert_allclose(k[4:] - 100, williams_r, rtol=0, atol=ATOL)


def test_bands_come_in_the_other_order(examples: dict[str, Lines]) -> None:
    close, lower, middle, upper = examples["bbands 5 2"]

    columns = Bollinger(5, 2.0).columns(close)

    for ours, theirs in zip(columns, (upper, middle, lower), strict=True):
        np.testing.assert_allclose(ours[4:], theirs, rtol=0, atol=ATOL)


def test_the_weighted_average_of_closes_is_ours_of_flat_bars(examples: dict[str, Lines]) -> None:
    close, volume, theirs = examples["vwma 5"]

    (ours,) = Vwap(5).columns(close, close, close, volume)

    np.testing.assert_allclose(ours[4:], theirs, rtol=0, atol=ATOL)


def test_true_range_has_no_first_bar_where_tulip_takes_high_minus_low(
    examples: dict[str, Lines],
) -> None:
    high, low, close, theirs = examples["tr"]

    (ours,) = TrueRange().columns(high, low, close)

    np.testing.assert_allclose(ours[1:], theirs[1:], rtol=0, atol=ATOL)


def test_on_balance_volume_starts_at_the_first_volume_where_tulip_starts_at_zero(
    examples: dict[str, Lines],
) -> None:
    close, volume, theirs = examples["obv"]

    (ours,) = Obv().columns(close, volume)

    np.testing.assert_array_equal(ours - volume[0], theirs)


def test_exponential_average_steps_alike_from_tulips_first_price(
    examples: dict[str, Lines],
) -> None:
    close, theirs = examples["ema 5"]
    ours = Ema(5)
    ours.value = float(close[0])

    stepped = [ours.update(price) for price in close[1:].tolist()]

    np.testing.assert_allclose(np.array(stepped, np.float64), theirs[1:], rtol=0, atol=ATOL)


def test_average_true_range_steps_alike_from_tulips_seed(examples: dict[str, Lines]) -> None:
    """Tulip's first average counts the range of the first bar, which has no previous close."""
    high, low, close, theirs = examples["atr 5"]
    rows = list(zip(high.tolist(), low.tolist(), close.tolist(), strict=True))
    ours = Atr(5)
    for row in rows[:5]:
        ours.update(*row)
    ours.value = ours._average = float(theirs[0])

    stepped = [ours.update(*row) for row in rows[5:]]

    np.testing.assert_allclose(np.array(stepped, np.float64), theirs[1:], rtol=0, atol=2 * ATOL)


def test_directional_indicators_begin_one_bar_after_tulips(examples: dict[str, Lines]) -> None:
    high, low, close, plus, minus = examples["di 5"]

    _, plus_di, minus_di = Adx(5).columns(high, low, close)

    np.testing.assert_allclose(plus_di[5:], plus[1:], rtol=0, atol=ATOL)
    np.testing.assert_allclose(minus_di[5:], minus[1:], rtol=0, atol=ATOL)


def test_directional_index_steps_alike_from_tulips_seed(examples: dict[str, Lines]) -> None:
    """Tulip's first average is one bar earlier than TA-Lib's. It needs no close, nor does ours."""
    high, low, theirs = examples["adx 5"]
    rows = list(zip(high.tolist(), low.tolist(), low.tolist(), strict=True))
    ours = Adx(5)
    for row in rows[:10]:
        ours.update(*row)
    ours.value = float(theirs[1])

    stepped = []
    for row in rows[10:]:
        ours.update(*row)
        stepped.append(ours.value)

    np.testing.assert_allclose(stepped, theirs[2:], rtol=0, atol=2 * ATOL)
