"""How long three market regimes take to train, here and with hmmlearn, on equal work in one run.

Run it as `python -m benchmarks.hmm_training` for every workload of the table in the README: rows
drawn from a seed, three regimes that overlap little or much and last 30 rows, and the features of
recorded bars; `--rows`, `--nearness` and `--bars` ask for one of your own.

Equal work: both begin from the same guesses, one split by each feature, go round by round and stop
at the same gain of log likelihood a round, so they do the same number of rounds from each guess.
Where they do not, or any number of the trained models differs by more than `MODEL_APART_MAX`, the
run fails. Both are timed by the processor time of one core, in turns, and the best turn of each
counts: other work on the machine only ever slows one down.

Another line is what `argonaut train hmm` does: leaps over rounds, to the same gain a round. That is
less work for the same end; its likelihoods have to be within `APART_MAX`. The last figure is the
guesses on as many threads as there are guesses, by wall time.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from argonaut.feeds.tape.columns import BarColumns
from argonaut.feeds.tape.load import load
from argonaut.feeds.tape.spec import DataSpec
from argonaut.indicators.hmm.features import RegimeFeatures
from argonaut.indicators.hmm.model import GaussianHmm
from argonaut.indicators.hmm.rounds import Rounds, numbers_of
from argonaut.indicators.hmm.training import Trained, guess, improve
from benchmarks.peers import Peer, PeerMissingError, environment

ROOT: Final = Path(__file__).resolve().parent.parent
BUNDLED: Final = ROOT / "data/recordings/binance_spot_BTCUSDT_1m_20210510_20210520.parquet"
MODEL_APART_MAX: Final = 1e-6  # of any probability, mean or variance, after equal work
APART_MAX: Final = 0.05  # of a log likelihood of tens of thousands, after leaps
HMMLEARN: Final = Peer(
    name="hmmlearn",
    alternatives=(("hmmlearn==0.3.3",), ("hmmlearn",)),
    module="benchmarks.peer_hmmlearn",
    workloads=(),
    repeats=3,
)
MONTH: Final = 43_200  # of minutes
PLAIN: Final = "argonaut, round by round"
LEAPING: Final = "argonaut, with leaps"
OURS: Final = {PLAIN: False, LEAPING: True}  # whether it leaps
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


def trained(rows: Rows, begun: GaussianHmm, tolerance: float, *, leaps: bool) -> Trained:
    """Train from one guess until a round gains less than `tolerance`."""
    return improve(begun, rows, rounds_max=5000, tolerance=tolerance, leaps=leaps)


def timed(work: Callable[[], Any], clock: Callable[[], float]) -> tuple[float, Any]:
    """Return how long some work took by a clock, and what came of it."""
    began = clock()
    done = work()
    return clock() - began, done


class Workload(NamedTuple):
    """Rows to train on, in words, and the gain a round to stop at."""

    words: str
    rows: Rows
    tolerance: float


class Turn(NamedTuple):
    """One training from every guess: processor time, and for each guess what came of it."""

    seconds: float
    rounds: list[int]  # each one measures the likelihood once
    likelihoods: list[float]
    models: list[list[NDArray[np.float64]]]  # start, transition, means, variances, flat


def ours(workload: Workload, begun: list[GaussianHmm], *, leaps: bool) -> Turn:
    """Train here, one guess after the other."""
    rows, tolerance = workload.rows, workload.tolerance
    seconds, made = timed(
        lambda: [trained(rows, each, tolerance, leaps=leaps) for each in begun], time.process_time
    )
    return Turn(
        seconds,
        [each.rounds + (not leaps) for each in made],  # and the one that only measured
        [each.log_likelihood for each in made],
        [[] if leaps else _further(each.model, rows) for each in made],
    )


def _further(model: GaussianHmm, rows: Rows) -> list[NDArray[np.float64]]:
    """Return the numbers one round on: the peer takes the last round's, we those before it."""
    _, better = Rounds(rows).improve(numbers_of(model))
    return [each.ravel() for each in better]


def theirs(python: str, file: Path, scaling: str) -> Turn:
    """Train with the peer, in a process of its own with one thread."""
    script = ROOT / "benchmarks" / "peer_hmmlearn.py"
    done = subprocess.run(
        [python, str(script), str(file), scaling],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **ONE_THREAD, "PYTHONPATH": ""},
    )
    told: dict[str, Any] = json.loads(done.stdout)
    models = [[np.array(part) for part in model] for model in told["models"]]
    return Turn(told["seconds"], told["rounds"], told["likelihoods"], models)


def apart(one: Turn, other: Turn) -> float:
    """Return the largest difference of any number of two turns' models, over 1 and its size."""
    return max(
        float((np.abs(a - b) / np.maximum(np.abs(b), 1.0)).max())
        for mine, yours in zip(one.models, other.models, strict=True)
        for a, b in zip(mine, yours, strict=True)
    )


def compared(workload: Workload, python: str | None, repeat: int) -> list[str]:
    """Measure one workload, print its table, and return what is wrong with the comparison."""
    begun = guesses_of(workload.rows)
    turns: dict[str, list[Turn]] = {}
    with tempfile.TemporaryDirectory() as folder:
        file = _written(Path(folder) / "rows.npz", workload, begun)
        for _ in range(repeat):
            for name, leaps in OURS.items():
                turns.setdefault(name, []).append(ours(workload, begun, leaps=leaps))
            for scaling in SCALINGS if python is not None else ():
                assert python is not None, "the peer is asked only where there is one"
                turn = theirs(python, file, scaling)
                turns.setdefault(f"hmmlearn, {scaling}", []).append(turn)
    best = {name: min(each, key=lambda turn: turn.seconds) for name, each in turns.items()}
    _tell(workload, best)
    with ThreadPoolExecutor(len(begun)) as pool:
        wall, _ = timed(
            lambda: list(
                pool.map(
                    lambda each: trained(workload.rows, each, workload.tolerance, leaps=True), begun
                )
            ),
            time.perf_counter,
        )
    print(f"{LEAPING}, {len(begun)} threads on {os.cpu_count()} cores: {wall:.3f} s of wall time")
    return list(_faults(best))


def _written(path: Path, workload: Workload, begun: list[GaussianHmm]) -> Path:
    np.savez(
        path,
        rows=workload.rows,
        tolerance=workload.tolerance,
        start=np.array([each.start for each in begun]),
        transition=np.array([each.transition for each in begun]),
        means=np.array([each.means for each in begun]),
        variances=np.array([each.variances for each in begun]),
    )
    return path


def _tell(workload: Workload, best: dict[str, Turn]) -> None:
    count, plain, leaping = len(workload.rows), best[PLAIN].seconds, best[LEAPING].seconds
    print(f"\n{workload.words}: {count:,} rows, 3 guesses, gain {workload.tolerance:g}")
    print(f"{'':26}{'s':>9}{'rounds':>8}{'ns/row/round':>14}{'log likelihood':>18}", end="")
    print(f"{'equal work':>12}{'with leaps':>12}")
    for name, turn in best.items():
        each = turn.seconds / sum(turn.rounds) / count * 1e9
        print(f"{name:26}{turn.seconds:9.3f}{sum(turn.rounds):8}{each:14.1f}", end="")
        print(f"{max(turn.likelihoods):18.3f}", end="")
        is_peer = name not in OURS
        times = f"{turn.seconds / plain:11.1f}×{turn.seconds / leaping:11.1f}×"
        print(times if is_peer else "")


def _faults(best: dict[str, Turn]) -> Iterator[str]:
    mine, leaping = best[PLAIN], best[LEAPING]
    for name, turn in best.items():
        if name in OURS:
            continue
        if turn.rounds != mine.rounds:
            yield f"{name} did {turn.rounds} rounds, ours {mine.rounds}: not equal work"
        elif (far := apart(mine, turn)) > MODEL_APART_MAX:
            yield f"a number of {name} is {far:.2g} off ours, want {MODEL_APART_MAX} at most"
        if (far := abs(max(turn.likelihoods) - max(leaping.likelihoods))) > APART_MAX:
            yield f"likelihoods of {name} and of leaps are {far:.4f} apart, want {APART_MAX}"


def workloads(asked: argparse.Namespace) -> Iterator[Workload]:
    """Yield what was asked for, or every workload of the table."""
    if asked.bars is not None:
        rows = features_of(asked.bars)[: asked.rows]
        yield Workload(f"features of {asked.bars.name}", rows, asked.tolerance)
    elif asked.rows is not None or asked.nearness is not None:
        near = asked.nearness or 1.0
        rows = overlapping(asked.rows or MONTH, nearness=near)
        yield Workload(f"drawn, nearness {near:g}", rows, asked.tolerance)
    else:
        yield Workload(f"features of {BUNDLED.name}", features_of(BUNDLED), asked.tolerance)
        yield Workload("drawn, regimes that differ", overlapping(MONTH), asked.tolerance)
        near = overlapping(10_000, nearness=2.0)
        yield Workload("drawn, regimes that overlap", near, asked.tolerance)


def main(arguments: list[str] | None = None) -> int:
    """Measure, print a table for each workload, and return 1 where the work was not equal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, help=f"of your own workload; {MONTH} if left out")
    parser.add_argument("--nearness", type=float, help="of the regimes drawn; 1 if left out")
    parser.add_argument("--bars", type=Path, help="a recording of minutes instead")
    parser.add_argument("--tolerance", type=float, default=1e-4, help="gain a round to stop at")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--peer-python", help="an interpreter that has hmmlearn")
    asked = parser.parse_args(arguments)
    warm = overlapping(3000)
    trained(warm, guesses_of(warm)[0], 1.0, leaps=True)  # what is compiled is loaded before
    try:
        python = asked.peer_python or environment(HMMLEARN, ROOT / "build" / "bench-env")
    except PeerMissingError as error:
        print(f"hmmlearn is not to be had: {error}")
        python = None
    faults = [each for work in workloads(asked) for each in compared(work, python, asked.repeat)]
    for fault in faults:
        print(f"DIFFERS: {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
