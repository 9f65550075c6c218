"""The garbage collector during a run, and as it was after it."""

from __future__ import annotations

import gc
import weakref

import pytest

from argonaut.backtest.collector import calm_collector


def test_a_run_leaves_the_collector_as_it_found_it_even_when_it_fails() -> None:
    """A program that runs a backtest among other work keeps its own settings."""
    before = gc.get_threshold()

    def fail() -> None:
        with calm_collector():
            assert gc.get_threshold()[0] > before[0]
            assert gc.get_freeze_count() > 0
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)


def test_cycles_made_during_a_run_are_still_freed() -> None:
    """The collector is slowed, not switched off: a long run must not grow without bound."""

    class Knot:
        def __init__(self) -> None:
            self.itself = self

    with calm_collector():
        gone = weakref.ref(Knot())
        kept: list[list[int]] = [[] for _ in range(2 * gc.get_threshold()[0])]

        assert kept
        assert gone() is None
