"""How long three market regimes take to train, here and with hmmlearn, on equal work in one run.

Run it as `python -m benchmarks.hmm_training`. Rows are drawn from a seed, three regimes that
overlap little or much and last 30 rows, or are the features of recorded bars (`--bars`).
Both begin from the same guesses, one split by each feature, and stop at the same gain of log
likelihood a round; where the likelihoods they end at differ by more than `APART_MAX`, the run
fails. Both are timed by the processor time of one core, in turns, and the best turn of each counts:
other work on the machine only ever slows one down. One more figure: the guesses on as many threads
as there are guesses, by wall time.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from argonaut.feeds.tape.columns import BarColumns
from argonaut.feeds.tape.load import load
from argonaut.feeds.tape.spec import DataSpec
from argonaut.indicators.hmm.features import RegimeFeatures
from argonaut.indicators.hmm.model import GaussianHmm
from argonaut.indicators.hmm.training import Trained, guess, improve
from benchmarks.peers import Peer, PeerMissingError, environment

ROOT: Final = Path(__file__).resolve().parent.parent
APART_MAX: Final = 0.05  # of a log likelihood of tens of thousands
HMMLEARN: Final = Peer(
    name="hmmlearn",
    alternatives=(("hmmlearn==0.3.3",), ("hmmlearn",)),
    module="benchmarks.peer_hmmlearn",
    workloads=(),
    repeats=3,
)
SCALINGS: Final = ("log", "scaling")  # hmmlearn's default, and its faster way
ONE_THREAD: Final = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
Rows = NDArray[np.float64]


def overlapping(count: int, *, nearness: float = 1.0, seed: int = 7) -> Rows:
    """Return (count, 3) rows of three regimes, `nearness` times as near to each other as usual."""
    dice = np.random.default_rng(seed)
    transition = np.array([[0.97, 0.02, 0.01], [0.02, 0.96, 0.02], [0.01, 0.03, 0.96]])
    means = np.array([[-0.6, 0.5, 0.3], [0.0, -0.5, -0.2], [0.6, 0.4, 0.3]])
    spreads = np.array([[1.0, 0.8, 0.9], [0.7, 0.7, 0.8], [1.0, 0.9, 0.9]])
    edges, steps = transition.cumsum(axis=1), dice.random(count)
    states = np.zeros(count, np.int64)
    for t in range(1, count):
        states[t] = min(int(np.searchsorted(edges[states[t - 1]], steps[t])), 2)
    made: Rows = means[states] / nearness + spreads[states] * dice.standard_normal((count, 3))
    return made


def features_of(path: Path) -> Rows:
    """Return the features of recorded bars of a minute."""
    bars = load(DataSpec(path=path)).columns
    assert isinstance(bars, BarColumns), f"want bars, not {path}"
    rows = np.column_stack(RegimeFeatures().columns(bars.close, bars.volume))
    made: Rows = np.ascontiguousarray(rows[np.isfinite(rows).all(axis=1)])
    return made


def guesses_of(rows: Rows) -> list[GaussianHmm]:
    """Return the guess by each feature."""
    return [guess(rows, 3, k, floors=np.full(3, 1e-12)) for k in range(rows.shape[1])]


def trained(rows: Rows, begun: GaussianHmm, tolerance: float) -> Trained:
    """Train from one guess until a round gains less than `tolerance`."""
    return improve(begun, rows, rounds_max=5000, tolerance=tolerance, leaps=True)


def timed(work: Callable[[], Any], clock: Callable[[], float]) -> tuple[float, Any]:
    """Return how long some work took by a clock, and what came of it."""
    began = clock()
    done = work()
    return clock() - began, done


def main(arguments: list[str] | None = None) -> int:
    """Measure, print a table, and return 1 where the likelihoods differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=43_200, help="a month of minutes")
    parser.add_argument("--nearness", type=float, default=1.0, help="of the regimes drawn")
    parser.add_argument("--bars", type=Path, help="a recording of minutes instead")
    parser.add_argument("--tolerance", type=float, default=1e-4, help="gain a round to stop at")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--peer-python", help="an interpreter that has hmmlearn")
    asked = parser.parse_args(arguments)
    rows = (
        overlapping(asked.rows, nearness=asked.nearness)
        if asked.bars is None
        else features_of(asked.bars)[: asked.rows]
    )
    begun = guesses_of(rows)
    trained(rows[:500], begun[0], 1e-2)  # what is compiled is loaded before
    try:
        python = asked.peer_python or environment(HMMLEARN, ROOT / "build" / "bench-env")
    except PeerMissingError as error:
        print(f"hmmlearn is not to be had: {error}")
        python = None
    ours: list[tuple[float, list[Trained]]] = []
    theirs: dict[str, list[dict[str, Any]]] = {each: [] for each in SCALINGS}
    with tempfile.TemporaryDirectory() as folder:
        file = _written(Path(folder) / "rows.npz", rows, begun, asked.tolerance)
        for _ in range(asked.repeat):
            ours.append(
                timed(
                    lambda: [trained(rows, each, asked.tolerance) for each in begun],
                    time.process_time,
                )
            )
            if python is not None:
                for scaling in SCALINGS:
                    theirs[scaling].append(_peer(python, file, scaling))
    return _told(rows, begun, asked.tolerance, ours, theirs if python else {})


def _written(path: Path, rows: Rows, begun: list[GaussianHmm], tolerance: float) -> Path:
    np.savez(
        path,
        rows=rows,
        tolerance=tolerance,
        start=np.array([each.start for each in begun]),
        transition=np.array([each.transition for each in begun]),
        means=np.array([each.means for each in begun]),
        variances=np.array([each.variances for each in begun]),
    )
    return path


def _peer(python: str, file: Path, scaling: str) -> dict[str, Any]:
    script = ROOT / "benchmarks" / "peer_hmmlearn.py"
    done = subprocess.run(
        [python, str(script), str(file), scaling],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **ONE_THREAD, "PYTHONPATH": ""},
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _told(
    rows: Rows,
    begun: list[GaussianHmm],
    tolerance: float,
    ours: list[tuple[float, list[Trained]]],
    theirs: dict[str, list[dict[str, Any]]],
) -> int:
    seconds, made = min(ours, key=lambda each: each[0])
    best, rounds = max(each.log_likelihood for each in made), sum(each.rounds for each in made)
    with ThreadPoolExecutor(len(begun)) as pool:
        wall, _ = timed(
            lambda: list(pool.map(lambda each: trained(rows, each, tolerance), begun)),
            time.perf_counter,
        )
    print(f"{len(rows):,} rows, 3 features, 3 states, {len(begun)} guesses, gain {tolerance:g}")
    print(f"{'':22}{'s':>9}{'rounds':>8}{'ns/row/round':>14}{'log likelihood':>18}{'ratio':>8}")
    _line("argonaut", seconds, rounds, len(rows), best, None)
    apart = 0.0
    for scaling, runs in theirs.items():
        fastest = min(runs, key=lambda each: each["seconds"])
        likelihood = max(fastest["likelihoods"])
        apart = max(apart, abs(likelihood - best))
        name = f"hmmlearn, {scaling}"
        ratio = fastest["seconds"] / seconds
        _line(name, fastest["seconds"], fastest["rounds"], len(rows), likelihood, ratio)
    print(f"argonaut, {len(begun)} threads on {os.cpu_count()} cores: {wall:.3f} s of wall time")
    if apart > APART_MAX:
        print(f"DIFFERS: the best log likelihoods are {apart:.4f} apart, want {APART_MAX} at most")
        return 1
    return 0


def _line(
    name: str, seconds: float, rounds: int, rows: int, likelihood: float, ratio: float | None
) -> None:
    each = seconds / rounds / rows * 1e9
    times = "" if ratio is None else f"{ratio:.1f}"
    print(f"{name:22}{seconds:9.3f}{rounds:8}{each:14.1f}{likelihood:18.3f}{times:>8}")


if __name__ == "__main__":
    sys.exit(main())
