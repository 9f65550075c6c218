"""Saving and restoring: a restarted bot must see what it would have seen."""

import json
from collections import deque
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.errors import ExitCode
from argonaut.indicators import Ema, IndicatorError, Lagged, Rsi, Sma, Streamed
from tests.indicators.series import EVERY_INDICATOR, Series, inputs_of, name_of, walks


def outputs(indicator: Streamed, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Update with `rows` and return every output after each."""
    seen = []
    for row in rows:
        indicator.update(*row)
        seen.append(tuple(getattr(indicator, name) for name in indicator.outputs))
    return seen


@pytest.mark.parametrize("indicator", EVERY_INDICATOR, ids=name_of)
@given(series=walks(rows_min=2, rows_max=40), cut=st.floats(0, 1))
def test_an_indicator_restored_from_json_continues_to_the_last_bit(
    indicator: Streamed, series: Series, cut: float
) -> None:
    columns = inputs_of(indicator, series)
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    half = int(cut * len(rows))
    straight = indicator.fresh()
    expected = outputs(straight, rows)
    first, second = indicator.fresh(), indicator.fresh()
    before = outputs(first, rows[:half])

    second.load(json.loads(json.dumps(first.save())))
    after = outputs(second, rows[half:])

    assert repr(before + after) == repr(expected)
    assert second.save() == straight.save()


@pytest.mark.parametrize("indicator", EVERY_INDICATOR, ids=name_of)
def test_a_fresh_indicator_has_the_parameters_and_no_value(indicator: Streamed) -> None:
    fresh = indicator.fresh()

    assert fresh.inputs == indicator.inputs
    assert fresh.warmup == indicator.warmup
    assert all(getattr(fresh, name) is None for name in fresh.outputs)


@pytest.mark.parametrize("indicator", EVERY_INDICATOR, ids=name_of)
def test_an_update_answers_where_there_is_one_answer_to_give(indicator: Streamed) -> None:
    used = indicator.fresh()
    width = len(indicator.inputs)

    answers = [used.update(*range(1000 * step, 1000 * step + width)) for step in range(1, 31)]

    one = indicator.outputs == ("value",)
    assert answers[-1] == (getattr(used, "value", None) if one else None)
    assert (answers[-1] is not None) is one


@pytest.mark.parametrize("indicator", EVERY_INDICATOR, ids=name_of)
def test_restoring_forgets_what_was_there_before(indicator: Streamed) -> None:
    width = len(indicator.inputs)
    used, wanted = indicator.fresh(), indicator.fresh()
    for step in range(1, 9):
        wanted.update(*range(1000 * step, 1000 * step + width))
        used.update(*range(700 * step, 700 * step + width))

    used.load(wanted.save())

    assert used.save() == wanted.save()


def test_a_state_saved_with_another_length_is_refused() -> None:
    """Someone changed the config between two runs: a wrong mean would trade."""
    saved = Sma(10).save()

    with pytest.raises(IndicatorError, match=r"want a saved parameters .*20.*, not .*10"):
        Sma(20).load(saved)


def test_a_state_of_another_indicator_is_refused() -> None:
    with pytest.raises(IndicatorError, match="want a saved indicator Sma, not Ema"):
        Sma(10).load(Ema(10).save())


def test_a_state_with_other_parts_is_refused() -> None:
    """It was written by another version of the program."""
    saved = Rsi(14).save()
    del saved["state"]["_gain"]

    with pytest.raises(IndicatorError, match=r"Rsi: want a saved state of .*_gain"):
        Rsi(14).load(saved)


def test_an_inner_indicator_is_saved_with_the_outer_one() -> None:
    lagged = Lagged(Sma(2), 1)
    for value in (1.0, 3.0, 9.0):
        lagged.update(value)

    copy = Lagged(Sma(2), 1)
    copy.load(lagged.save())

    assert (copy.value, copy.inner.save()) == (2.0, lagged.inner.save())
    with pytest.raises(IndicatorError, match="want a saved parameters"):
        Lagged(Sma(3), 1).load(lagged.save())


class Streak(Streamed):
    """An indicator as a user writes one: how many times in a row the price rose."""

    parameters = ("of",)
    warmup = 1

    def __init__(self, of: str = "close") -> None:
        self.of = of
        self.inputs = (of,)
        self.value: float | None = None
        self.seen: deque[float] = deque(maxlen=1)
        self.extra: Any = None

    def update(self, value: float) -> float | None:
        rising = bool(self.seen) and value > self.seen[-1]
        self.value = (self.value or 0.0) + 1 if rising else 0.0
        self.seen.append(value)
        return self.value


def test_a_users_indicator_is_saved_without_saying_how() -> None:
    streak = Streak()
    for price in (1.0, 2.0, 3.0):
        streak.update(price)

    copy = Streak()
    copy.load(json.loads(json.dumps(streak.save())))

    assert copy.update(4.0) == 3.0


def test_state_that_json_cannot_hold_is_refused_when_saved() -> None:
    streak = Streak()
    streak.extra = [Sma(3)]

    with pytest.raises(IndicatorError, match="want numbers, strings or None in extra, not <"):
        streak.save()


def test_an_indicator_without_a_step_says_so() -> None:
    class Empty(Streamed):
        pass

    with pytest.raises(NotImplementedError, match="Empty has no update"):
        Empty().update(1.0)


def test_a_refused_parameter_is_an_error_of_usage() -> None:
    with pytest.raises(IndicatorError) as refusal:
        Sma(0)

    assert refusal.value.exit_code is ExitCode.USAGE
