"""The base of the indicators: whoever writes `__init__` and `update` gets the rest from here."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any, ClassVar, Self

from argonaut.indicators.errors import IndicatorError
from argonaut.indicators.interface import BAR_COLUMNS, TRADE_COLUMNS

if TYPE_CHECKING:  # numpy takes 70 ms to import, which a live start need not pay
    import numpy as np
    from numpy.typing import NDArray

_NUMBERS = tuple(name for name in BAR_COLUMNS + TRADE_COLUMNS if not name.endswith("_ns"))
_DERIVED = ("inputs", "outputs", "warmup")  # follow from the parameters, so they are not saved


class Streamed:
    """Columns, saving and restoring for a class that has `update`.

    A subclass names in `parameters` the arguments of its constructor, and keeps each as an
    attribute of that name. All else on it is state: numbers, strings, None, lists, deques and
    other `Streamed` objects. `columns` runs a fresh copy through `update`, or through a compiled
    twin where this package has one and the column is long.
    """

    __slots__ = ()
    parameters: ClassVar[tuple[str, ...]] = ()
    inputs: tuple[str, ...]
    outputs: tuple[str, ...] = ("value",)
    warmup: int

    def update(self, *inputs: Any, **_: Any) -> float | None:  # noqa: ANN401 - any step fits
        """Take one value per input column, in order, and set the outputs."""
        raise NotImplementedError(f"{type(self).__name__} has no update")

    def fresh(self) -> Self:
        """Return a new indicator with these parameters and no history."""
        return type(self)(**{name: _fresh(getattr(self, name)) for name in self.parameters})

    def columns(self, *inputs: NDArray[Any]) -> tuple[NDArray[np.float64], ...]:
        """Return one column per output, as if from fresh state: NaN where `update` has None.

        Raises:
            IndicatorError: The number of columns or their lengths do not fit.
        """
        # numpy, and numba behind it, take up to half a second to import: only who asks pays.
        from argonaut.indicators.columnar import columns_of  # noqa: PLC0415

        return columns_of(self.fresh(), inputs)

    def save(self) -> dict[str, Any]:
        """Return parameters and state as JSON values."""
        parameters = {name: getattr(self, name) for name in self.parameters}
        return {
            "indicator": type(self).__name__,
            "parameters": {k: v for k, v in parameters.items() if not isinstance(v, Streamed)},
            "state": {name: _saved(name, getattr(self, name)) for name in self._state()},
        }

    def load(self, saved: Mapping[str, Any]) -> None:
        """Continue from what `save` returned, to the last bit.

        Raises:
            IndicatorError: It was saved by another indicator or with other parameters.
        """
        want = self.fresh().save()
        for part in ("indicator", "parameters"):
            if saved.get(part) != want[part]:
                raise IndicatorError(f"want a saved {part} {want[part]}, not {saved.get(part)}")
        state = saved["state"]
        if state.keys() != want["state"].keys():
            raise IndicatorError(
                f"{type(self).__name__}: want a saved state of {sorted(want['state'])}, "
                f"not {sorted(state)}"
            )
        for name, value in state.items():
            held = getattr(self, name)
            if isinstance(held, Streamed):
                held.load(value)
            elif isinstance(held, deque):  # has a bound of its own, so it is refilled
                held.clear()
                held.extend(value)
            else:
                setattr(self, name, value)

    def _state(self) -> Iterator[str]:
        """Yield the names of all attributes that the parameters do not determine."""
        slots = [owner.__dict__.get("__slots__", ()) for owner in type(self).__mro__]
        for name in chain(*slots, getattr(self, "__dict__", ())):
            inner = isinstance(getattr(self, name), Streamed)
            if inner or (name not in self.parameters and name not in _DERIVED):
                yield name


def check_length(name: str, value: object, *, least: int = 1) -> int:
    """Return `value` when it can be a number of inputs.

    Raises:
        IndicatorError: It is not an int, or below `least`.
    """
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise IndicatorError(f"want {name} to be an int >= {least}, not {value!r}")
    return value


def check_column(value: str) -> str:
    """Return `value` when bars or trades have a number of that name.

    Raises:
        IndicatorError: They have not.
    """
    if value not in _NUMBERS:
        raise IndicatorError(f"want of to be one of {', '.join(_NUMBERS)}, not {value!r}")
    return value


def time_column(of: str) -> str:
    """Return the name of the time that belongs to column `of`: a bar's close or a trade's time."""
    return "ts_ns" if of in TRADE_COLUMNS else "close_ns"


def _fresh(value: object) -> object:
    return value.fresh() if isinstance(value, Streamed) else value


def _saved(name: str, value: object) -> object:
    """Return `value` as JSON has it."""
    if isinstance(value, Streamed):
        return value.save()
    kept = list(value) if isinstance(value, (list, deque)) else value
    for item in kept if isinstance(kept, list) else (kept,):
        if item is not None and not isinstance(item, (bool, int, float, str)):
            raise IndicatorError(f"want numbers, strings or None in {name}, not {item!r}")
    return kept
