"""What every indicator offers to the engine, the backtest driver and a strategy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:  # numpy takes 70 ms to import, which a live start need not pay
    import numpy as np
    from numpy.typing import NDArray

BAR_COLUMNS = ("open", "high", "low", "close", "volume", "open_ns", "close_ns")
TRADE_COLUMNS = ("ts_ns", "price", "quantity")


class Indicator(Protocol):
    """Numbers in, numbers out, one step at a time or a whole column at once.

    Market data is validated before it gets here: inputs are finite, times are int nanoseconds
    that do not decrease. Nothing is checked again on the hot path.
    """

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the columns read, in the order `update` and `columns` take them.

        A bar offers `BAR_COLUMNS`, a trade `TRADE_COLUMNS`.
        """
        ...

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of the attributes `update` sets; each is None until it is defined, never NaN."""
        ...

    @property
    def warmup(self) -> int:
        """How many inputs it takes until every output is defined: 10 for a mean of 10."""
        ...

    def update(self, *inputs: Any, **_: Any) -> float | None:  # noqa: ANN401 - any step fits
        """Take one value per input column, in order, and set the outputs.

        Returns the output where there is only one, else None.
        """
        ...

    def columns(self, *inputs: NDArray[Any]) -> tuple[NDArray[np.float64], ...]:
        """Return one column per output, as if from fresh state: NaN where `update` has None.

        Equal to the stream to the last bit; the state here is neither read nor changed.

        Raises:
            IndicatorError: The number of columns or their lengths do not fit.
        """
        ...

    def save(self) -> dict[str, Any]:
        """Return the state as JSON values."""
        ...

    def load(self, saved: Mapping[str, Any]) -> None:
        """Continue from what `save` returned, to the last bit.

        Raises:
            IndicatorError: It was saved by another indicator or with other parameters.
        """
        ...
