"""An indicator over whole columns: by its own `update`, or compiled where that pays."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from argonaut.indicators.errors import IndicatorError
from argonaut.indicators.interface import Indicator

Columns = tuple[NDArray[np.float64], ...]

# To import numba and load the kernels from its cache takes about half a second, in which a plain
# loop does a million and a half rows. Several indicators share that cost, so the line is lower.
COMPILED_ROWS_MIN = 300_000


def columns_of(fresh: Indicator, inputs: Sequence[NDArray[Any]]) -> Columns:
    """Return one float64 column per output of `fresh`, NaN where `update` has None.

    Raises:
        IndicatorError: The number of columns or their lengths do not fit.
    """
    arrays = checked(fresh, inputs)
    if arrays[0].size >= COMPILED_ROWS_MIN:
        # numba takes a third of a second to import, which short columns do not repay.
        from argonaut.indicators.compiled import compiled  # noqa: PLC0415

        columns = compiled(fresh, arrays)
        if columns is not None:
            return columns
    return streamed(fresh, arrays)


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
    rows = zip(*(array.tolist() for array in arrays), strict=True)
    read = attrgetter(*outputs)
    if len(outputs) == 1:
        made = []
        for row in rows:
            update(*row)
            made.append(read(fresh))
        return (np.array(made, np.float64),)

    many = []
    for row in rows:
        update(*row)
        many.append(read(fresh))
    if not many:
        return tuple(np.empty(0) for _ in outputs)
    return tuple(np.array(column, np.float64) for column in zip(*many, strict=True))
