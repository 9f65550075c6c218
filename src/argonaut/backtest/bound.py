"""Indicators computed once as columns, so that a backtest reads what a live run computes.

Both twins agree to the last bit, so the decisions and the journal are the same; only the time
differs. What cannot be a column (a longer timeframe) is updated as it is live.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from argonaut.domain.ids import InstrumentId
from argonaut.engine.core import Engine
from argonaut.feeds.tape.columns import BarColumns, SignalRows, TradeColumns
from argonaut.feeds.tape.player import Bound, Stream

Walk = tuple[Bound, tuple[NDArray[np.float64], ...]]


def bind_columns(engine: Engine, streams: Sequence[Stream]) -> dict[int, list[Walk]]:
    """Compute the declared indicators of each stream and take their updates off the engine.

    Only where an instrument has one stream of that kind; two interleave, so theirs stay live.
    """
    bound: dict[int, list[Walk]] = {}
    for index, stream in enumerate(streams):
        if isinstance(stream, SignalRows) or stream.instrument_id not in engine.routes:
            continue  # an instrument that comes later has no strategy yet
        if isinstance(stream, BarColumns) and _is_alone(stream, streams):
            source = "bar"
        elif isinstance(stream, TradeColumns) and _is_alone(stream, streams):
            source = "trade"
        else:
            continue
        bound[index] = [
            (indicator, indicator.columns(*(_column(stream, name) for name in indicator.inputs)))
            for indicator in engine.release_updates(stream.instrument_id, source)
        ]
    return bound


def _is_alone(stream: BarColumns | TradeColumns, streams: Sequence[Stream]) -> bool:
    name: InstrumentId = stream.instrument_id
    alike = [each for each in streams if isinstance(each, type(stream))]
    return sum(each.instrument_id == name for each in alike) == 1


def _column(stream: BarColumns | TradeColumns, name: str) -> NDArray[Any]:
    if name == "close_ns" and isinstance(stream, BarColumns):
        return stream.close_ns()
    column: NDArray[Any] = getattr(stream, name)
    return column
