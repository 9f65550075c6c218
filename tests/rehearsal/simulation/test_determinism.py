"""Real ccxt under the simulated loop: virtual hours in no time, and the same to the last byte."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rehearsal.simulation import ccxt_run

ROOT = Path(__file__).resolve().parents[3]


def digest_in_another_process(seed: int, hash_seed: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "tests.rehearsal.simulation.ccxt_run", str(seed)],
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


@pytest.mark.slow
def test_one_seed_makes_one_trace_in_any_process():
    """I20: a failure found in a seed is the same failure on every machine, every day."""
    here, _ = ccxt_run.run(5)

    assert ccxt_run.run(5)[0].trace.digest == here.trace.digest
    assert digest_in_another_process(5, "1") == here.trace.digest
    assert digest_in_another_process(5, "2") == here.trace.digest


def test_another_seed_makes_another_trace():
    """Or a hundred thousand seeds would prove no more than one."""
    assert ccxt_run.run(5, 20)[0].trace.digest != ccxt_run.run(6, 20)[0].trace.digest


def test_an_hour_of_real_ccxt_is_a_few_thousand_turns():
    """Nothing polls: the cost of a run is what happens in it, never how long it lasts."""
    world, bot = ccxt_run.run(1, 300, weather=())

    assert bot.acknowledged == 300
    assert world.venue.orders == [f"c{number}" for number in range(300)]
    assert world.loop.time() > 3_000
    assert world.loop.turns < 10_000
    assert world.loop.failures == []


def test_ccxt_survives_bad_weather_as_it_is():
    """What is lost and late on the wire reaches ccxt as its own errors, and nothing else."""
    world, bot = ccxt_run.run(3)

    assert 50 < bot.acknowledged < 100
    assert len(world.venue.orders) >= bot.acknowledged
    assert len(set(world.venue.orders)) == len(world.venue.orders)
