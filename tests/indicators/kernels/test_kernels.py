"""The kernels as plain Python: what numba compiles must do what the source says."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numba.core.dispatcher import Dispatcher

from argonaut.indicators.kernels import averages, dispersion, extremes, volume, wilder, windows
from tests.indicators.series import Series, series_of

MODULES = (averages, dispersion, extremes, volume, wilder, windows)
LENGTH = 4


def kernels() -> list[Any]:
    """Return every compiled function of the package as a case."""
    cases = []
    for module in MODULES:
        for name, value in sorted(vars(module).items()):
            if isinstance(value, Dispatcher) and value.py_func.__module__ == module.__name__:
                cases.append(pytest.param(value, id=name))
    return cases


def walk() -> Series:
    """A short walk with ties, flats, a spike, equal times and minutes without volume."""
    dice = np.random.default_rng(11)
    rows = 120
    steps = dice.choice([0, 0, 1, -1, 7, 900, -900], size=(rows, 2))
    wicks = dice.choice([0, 3], size=(rows, 2))
    volumes = np.where(np.arange(rows) % 30 < 8, 0.0, np.round(dice.exponential(3, rows), 3))
    steps[60:75] = wicks[60:75] = 0
    gaps = dice.choice([0, 60, 400, 2_000], size=rows)
    return series_of(list(zip(*steps.T, *wicks.T, volumes, gaps, strict=True)))


def arguments(function: Callable[..., Any]) -> list[Any]:
    """Return one argument per parameter of a kernel, by the parameter's name."""
    series = walk()
    price = series["close"]
    known: dict[str, Any] = {
        **series,
        "values": price,
        "length": LENGTH,
        "width": 2.0,
        "nothing": 1e-290,
        "window_ns": 900,
        "skip_ns": 400,
        "session_ns": 3_600_000_000_000,
        "means": price.copy(),
        "deviations": price,
        "spreads": price.copy(),
        "highest": series["high"],
        "lowest": series["low"],
        "total": 1e16,
        "low": series["low"],
        "value": 3.3,
    }
    if function.__name__ == "_two_sum":
        known["low"] = 0.25
    code = function.__code__
    return [known[name] for name in code.co_varnames[: code.co_argcount]]


@pytest.mark.parametrize("kernel", kernels())
def test_compiled_and_plain_agree_to_the_last_bit(kernel: Dispatcher) -> None:
    compiled_arguments, plain_arguments = arguments(kernel.py_func), arguments(kernel.py_func)

    compiled = kernel(*compiled_arguments)
    plain = kernel.py_func(*plain_arguments)

    for one, other in zip(
        [compiled, *compiled_arguments], [plain, *plain_arguments], strict=True
    ):  # the arguments too: a helper of a kernel fills some of them
        assert np.asarray(one, np.float64).tobytes() == np.asarray(other, np.float64).tobytes()
