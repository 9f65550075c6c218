"""What can be learned from bars, and what is said when nothing can."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from argonaut.domain.ids import InstrumentId
from argonaut.feeds.models.learning import LearningError, Lesson, NotSettledError, learn
from argonaut.feeds.tape.columns import BarColumns

MINUTE_NS = 60_000_000_000
AT = "2026-11-29T03:00:00Z"


def bars(count: int = 3000, **changes: Any) -> BarColumns:
    """Bars that rise, fall and rest by turns, from one seed."""
    dice = np.random.default_rng(5)
    drift = np.repeat(dice.permutation(np.tile([-1.0, 0.0, 1.0], count // 300 + 1)), 100)[:count]
    steps = 0.0006 * drift + 0.0008 * dice.standard_normal(count)
    close = 100 * np.exp(np.cumsum(steps))
    columns = {
        "open_ns": np.arange(count, dtype=np.int64) * MINUTE_NS,
        "open": close,
        "high": close * 1.001,
        "low": close * 0.999,
        "close": close,
        "volume": dice.lognormal(0, 0.5, count),
        **changes,
    }
    return BarColumns(InstrumentId("BTC/USDT@sim"), MINUTE_NS, **columns)


def learned(source: BarColumns, **lesson: Any) -> Any:
    return learn(source, Lesson(**lesson), name="btc-usdt", trained=AT)


def test_a_card_says_what_it_was_trained_on_and_what_is_usual() -> None:
    made = learn(bars(), Lesson(), name="btc-usdt", trained=AT, data=("a.parquet sha256 12",))
    card = made.card

    assert (card.name, card.version, card.timeframe, card.rows) == ("btc-usdt", 1, "1m", 2880)
    assert (card.window_bars, card.short_bars, card.trained) == (120, 15, AT)
    assert card.data == ("a.parquet sha256 12",)
    assert card.usual == pytest.approx(made.log_likelihood / card.rows, abs=0.2)
    assert card.sway > 0
    assert card.block_rows == 360
    assert math.fsum(made.shares) == pytest.approx(1)


def test_regimes_are_ordered_from_bear_to_bull() -> None:
    drifts = [row[0] for row in learned(bars()).card.model.means]

    assert drifts == sorted(drifts)


def test_the_same_bars_teach_the_same() -> None:
    assert learned(bars()) == learned(bars())


def test_progress_is_told() -> None:
    told: list[int] = []
    learn(bars(), Lesson(), name="x", trained=AT, progress=told.append)

    assert told == [1, 2, 3]


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        (bars(1119), "BTC/USDT 1m: want at least 1120 bars .*, not 1119"),
        (bars(close=np.r_[np.full(2999, 100.0), np.nan]), "close is nan in row 2999"),
        (bars(close=np.r_[0.0, np.full(2999, 100.0)]), "close is 0.0 in row 0"),
        (bars(volume=np.r_[np.full(2999, 1.0), -1.0]), "volume is -1.0 in row 2999"),
        (bars(volume=np.zeros(3000)), "100% of the bars have no volume, want at most 20%"),
        (bars(close=np.full(3000, 100.0)), "only 0 bars have moves and volume"),
        (bars(volume=np.full(3000, 1.0)), "the feature activity never changes"),
    ],
)
def test_what_teaches_nothing_is_refused_by_name(source: BarColumns, complaint: str) -> None:
    with pytest.raises(LearningError, match=complaint):
        learned(source)


def test_a_walk_without_direction_has_no_bear_and_no_bull() -> None:
    dice = np.random.default_rng(3)
    swings = np.repeat(np.where(np.arange(60) % 2, 0.002, 0.0001), 50) * np.tile([1, -1], 1500)
    close = 100 * np.exp(np.cumsum(swings * dice.lognormal(0, 0.2, 3000)))
    with pytest.raises(LearningError, match="the regimes do not differ in direction"):
        learned(bars(close=close))


def test_training_that_does_not_settle_is_no_model() -> None:
    with pytest.raises(NotSettledError, match=r"not settled after \d+ rounds of training"):
        learned(bars(), rounds_max=2, tolerance=1e-12)
