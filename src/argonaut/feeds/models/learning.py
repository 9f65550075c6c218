"""Learn a model of market regimes from recorded bars, and what has to be known to trust it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from argonaut.domain.errors import ExitCode
from argonaut.domain.timeframe import format_timeframe
from argonaut.feeds.errors import FeedError
from argonaut.feeds.tape.columns import BarColumns
from argonaut.indicators.errors import IndicatorError
from argonaut.indicators.hmm.card import Card
from argonaut.indicators.hmm.features import FEATURES, RegimeFeatures
from argonaut.indicators.hmm.model import GaussianHmm
from argonaut.indicators.hmm.training import Trained, train

STATES = 3
ROWS_MIN = 1_000  # fewer say nothing about three regimes
_DEAD_FRACTION_MAX = 0.2  # of bars without volume
_BLOCKS_MIN = 8  # so many means say how far a mean strays
_BLOCK_ROWS = 1_440  # a day of minutes
_NORMAL_MAD = 1.4826  # median distances from the median in a standard deviation of a normal
_DRIFT = FEATURES.index("drift")
_DIRECTION_MIN = 0.3  # of the drift a walk without direction makes, which is 1
STEPS = 3  # features, training, judgement
Array = NDArray[np.float64]


class LearningError(FeedError):
    """Nothing can be learned from this; the message says what is wrong with it and where."""

    exit_code = ExitCode.REFUSED


class NotSettledError(LearningError):
    """It was still getting better when its rounds were used up."""

    exit_code = ExitCode.FAILED


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """How to learn: features over these windows, rounds at most, and when it has settled."""

    window_bars: int = 120
    short_bars: int = 15
    rounds_max: int = 2_000
    tolerance: float = 1e-4  # gain of log likelihood a round


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """A card, version 1 until a registry numbers it, and how the training went."""

    card: Card
    log_likelihood: float
    rounds: int
    shares: tuple[float, ...]  # of the rows in each regime, bear, chop, bull
    stay_bars: tuple[float, ...]  # how long each lasts on average


def learn(
    bars: BarColumns,
    lesson: Lesson,
    *,
    name: str,
    trained: str,
    data: Sequence[str] = (),
    progress: Callable[[int], None] | None = None,
) -> Learned:
    """Return what one series of bars teaches. `progress` gets the steps done, of `STEPS`.

    The likeliest three regimes of all are those of volatility, which say nothing about direction.
    So training starts from a split by drift, and bear and bull stay each other's image.

    Raises:
        LearningError: Too little data, dead bars, a feature that never changes, or regimes that do
            not differ in direction.
        NotSettledError: It did not settle within `rounds_max` rounds.
    """
    tell = progress or _tell_nobody
    rows = _rows_of(bars, lesson)
    tell(1)
    try:
        made = train(
            rows,
            STATES,
            rounds_max=lesson.rounds_max,
            tolerance=lesson.tolerance,
            split_by=(_DRIFT,),
            has_mirror=True,
        )
    except IndicatorError as error:
        raise LearningError(f"{_who(bars)}: {_named(str(error))}") from error
    if not made.is_settled:
        raise NotSettledError(
            f"{_who(bars)}: not settled after {made.rounds} rounds of training, want a gain below "
            f"{lesson.tolerance:g} a round; allow more rounds or a larger --tolerance"
        )
    tell(2)
    low, _, high = (row[_DRIFT] for row in made.model.means)
    if not (low <= -_DIRECTION_MIN and high >= _DIRECTION_MIN):
        raise LearningError(
            f"{_who(bars)}: the regimes do not differ in direction: want mean drifts below "
            f"-{_DIRECTION_MIN} and above {_DIRECTION_MIN}, not {low:+.2f} and {high:+.2f}"
        )
    learned = _learned(bars, rows, made, lesson, name=name, trained=trained, data=data)
    tell(STEPS)
    return learned


def _tell_nobody(_done: int) -> None:
    """Nobody watches."""


def _rows_of(bars: BarColumns, lesson: Lesson) -> Array:
    """Return the features that are known, in order."""
    least = ROWS_MIN + lesson.window_bars
    if len(bars) < least:
        raise LearningError(
            f"{_who(bars)}: want at least {least} bars (a window of {lesson.window_bars} and "
            f"{ROWS_MIN} to learn from), not {len(bars)}"
        )
    for column in ("close", "volume"):
        values = getattr(bars, column)
        bad = ~np.isfinite(values) | (values <= 0 if column == "close" else values < 0)
        if bad.any():
            row = int(np.argmax(bad))
            raise LearningError(f"{_who(bars)}: {column} is {values[row]} in row {row}")
    dead = float((bars.volume == 0).mean())
    if dead > _DEAD_FRACTION_MAX:
        raise LearningError(
            f"{_who(bars)}: {dead:.0%} of the bars have no volume, want at most "
            f"{_DEAD_FRACTION_MAX:.0%}; use longer bars or another recording"
        )
    features = RegimeFeatures(lesson.window_bars, lesson.short_bars)
    rows = np.column_stack(features.columns(bars.close, bars.volume))
    known: Array = np.ascontiguousarray(rows[np.isfinite(rows).all(axis=1)])
    if known.shape[0] < ROWS_MIN:
        raise LearningError(
            f"{_who(bars)}: only {known.shape[0]} bars have moves and volume in their window, "
            f"want {ROWS_MIN}"
        )
    return known


def _learned(
    bars: BarColumns,
    rows: Array,
    made: Trained,
    lesson: Lesson,
    *,
    name: str,
    trained: str,
    data: Sequence[str],
) -> Learned:
    densities, probabilities = _foreseen(made.model, rows)
    block_rows = min(_BLOCK_ROWS, rows.shape[0] // _BLOCKS_MIN)
    blocks = rows.shape[0] // block_rows
    means = densities[: blocks * block_rows].reshape(blocks, block_rows).mean(axis=1)
    card = Card(
        name=name,
        version=1,
        timeframe=format_timeframe(bars.timeframe_ns),
        window_bars=lesson.window_bars,
        short_bars=lesson.short_bars,
        model=made.model,
        rows=rows.shape[0],
        usual=float(np.median(means)),
        sway=float(_NORMAL_MAD * np.median(np.abs(means - np.median(means)))),
        block_rows=block_rows,
        trained=trained,
        data=tuple(data),
    )
    shares = np.bincount(probabilities.argmax(axis=1), minlength=STATES) / rows.shape[0]
    stays = [1.0 / max(1.0 - made.model.transition[k][k], 1e-12) for k in range(STATES)]
    return Learned(
        card=card,
        log_likelihood=made.log_likelihood,
        rounds=made.rounds,
        shares=tuple(shares.tolist()),
        stay_bars=tuple(stays),
    )


def _foreseen(model: GaussianHmm, rows: Array) -> tuple[Array, Array]:
    """Return each row's log density given those before (T,), and the filter's answer (T, K)."""
    from argonaut.indicators.hmm.columns import parts_of  # noqa: PLC0415 - numba, as in `train`
    from argonaut.indicators.kernels.hmm import expectation  # noqa: PLC0415

    parts = parts_of(model)
    alphas, _, scales, _ = expectation(rows, *parts)
    _, _, means, inverses, constants = parts
    apart = rows[:, np.newaxis, :] - means
    logs = constants - 0.5 * (apart * apart * inverses).sum(axis=2)
    return logs.max(axis=1) + np.log(scales), alphas


def _named(said: str) -> str:
    """Put the names of the features where a message has their numbers."""
    for number, feature in enumerate(FEATURES):
        said = said.replace(f"feature {number} ", f"the feature {feature} ")
    return said


def _who(bars: BarColumns) -> str:
    return f"{bars.instrument_id.partition('@')[0]} {format_timeframe(bars.timeframe_ns)}"
