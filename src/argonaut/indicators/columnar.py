"""An indicator over whole columns: by its own `update`, or compiled where that pays."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from argonaut.indicators.errors import IndicatorError
from argonaut.indicators.interface import Indicator

Columns = tuple[NDArray[np.float64], ...]

# To import numba and load a first kernel from its cache took 0.35 s, in which a plain loop does a
# million rows. Several indicators share that cost, so the line is lower. Once it is paid, another
# kernel takes 5 to 40 ms to load.
COMPILED_ROWS_MIN = 300_000
COMPILED_ROWS_MIN_LOADED = 30_000


def columns_of(fresh: Indicator, inputs: Sequence[NDArray[Any]]) -> Columns:
    """Return one float64 column per output of `fresh`, NaN where `update` has None.

    Raises:
        IndicatorError: The number of columns or their lengths do not fit.
    """
    arrays = checked(fresh, inputs)
    loaded = "argonaut.indicators.compiled" in sys.modules
    if arrays[0].size >= (COMPILED_ROWS_MIN_LOADED if loaded else COMPILED_ROWS_MIN):
        columns = _compiled(fresh, arrays)
        if columns is not None:
            return columns
    return streamed(fresh, arrays)


def _compiled(fresh: Indicator, arrays: tuple[NDArray[Any], ...]) -> Columns | None:
    """Return the outputs of the kernel of `fresh`, None when none can be had."""
    try:
        # numba takes a third of a second to import, which short columns do not repay.
        from argonaut.indicators.compiled import compiled  # noqa: PLC0415
    except RuntimeError:  # numba may write its cache nowhere: the stream gives the same, slower
        return None
    return compiled(fresh, arrays)


def checked(indicator: Indicator, inputs: Sequence[NDArray[Any]]) -> tuple[NDArray[Any], ...]:
    """Return `inputs` as contiguous int64 (times) and float64 arrays of equal length.

    Raises:
        IndicatorError: The number of columns or their lengths do not fit.
    """
    names = indicator.inputs
    if len(inputs) != len(names):
        raise IndicatorError(f"want the columns {', '.join(names)}, not {len(inputs)} of them")
    arrays = tuple(
        np.require(column, np.int64 if name.endswith("_ns") else np.float64, ["C", "A", "W"])
        for name, column in zip(names, inputs, strict=True)
    )
    shapes = {array.shape for array in arrays}
    if len(shapes) != 1 or arrays[0].ndim != 1:
        raise IndicatorError(f"want one-dimensional columns of one length, not {sorted(shapes)}")
    return arrays


def streamed(fresh: Indicator, arrays: Sequence[NDArray[Any]]) -> Columns:
    """Return the outputs of `fresh` after each row, by calling its `update`."""
    update = fresh.update
    outputs = fresh.outputs
    read = attrgetter(*outputs)
    made: list[Any] = []
    keep = made.append if len(outputs) == 1 else made.extend
    for row in zip(*(array.tolist() for array in arrays), strict=True):
        update(*row)
        keep(read(fresh))
    table = np.array(made, np.float64).reshape(-1, len(outputs))
    return tuple(np.ascontiguousarray(table[:, place]) for place in range(len(outputs)))
