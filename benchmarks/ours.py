"""Argonaut on the same workloads, through the public backtest; the adapter to be filled.

Protocol: `ours.py bars|bars-silent|trades FOLDER` reads the columns of FOLDER, runs the strategy of
`rules.py` with the journal on and every default check of the gate, and prints one `Outcome`.
"""

from __future__ import annotations

import importlib.util
from typing import Final

MODULE: Final = "benchmarks.ours"
WORKLOADS: Final = ("bars", "bars-silent", "trades")


def missing() -> str | None:
    """Return why our side cannot run yet, None if it can."""
    if importlib.util.find_spec("argonaut.backtest") is None:
        return "argonaut.backtest does not exist yet"
    return "benchmarks/ours.py is not wired yet"
