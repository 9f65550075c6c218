"""Tests of argonaut.rehearsal.simulation.fresh: processes that know nothing but what they run."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

import argonaut
from argonaut.rehearsal.simulation.fresh import memory_of_runs, processes
from argonaut.rehearsal.simulation.sources import loaded

ROOT = Path(argonaut.__file__).parent.parent

# The program that starts a sweep has loaded the whole command line.
PROGRAM = """
from argonaut.cli import main
from argonaut.rehearsal.simulation.sweep import sweep
from argonaut.rehearsal.simulation.world import run_plan
if __name__ == "__main__":
    for verdicts in sweep([12, 13], run_plan, jobs=2):
        for verdict in verdicts:
            print(*verdict.sources.files, sep="\\n")
"""


def test_the_program_that_starts_them_is_not_loaded_there_and_is_itself_again_after():
    main = sys.modules["__main__"]
    before = dict(vars(main))
    with processes(1) as pool:
        assert pool.apply(os.getpid) != os.getpid()
        files = pool.apply(loaded).files

    assert vars(main) == before
    assert "argonaut/rehearsal/simulation/fresh.py" in files
    assert "argonaut/rehearsal/simulation/sweep.py" not in files


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc asks for them")
def test_processes_have_large_pages_where_there_are_any(tmp_path):
    """A tenth of the hours of a long sweep; and whoever set either variable knows why."""
    pages = tmp_path / "enabled"
    pages.write_text("always [madvise] never\n")
    set_by_hand = {"PYTHONMALLOC": "debug"}

    assert memory_of_runs({}, pages)["PYTHONMALLOC"] == "malloc"
    assert not memory_of_runs(set_by_hand, pages)
    assert not memory_of_runs({}, tmp_path / "none")
    pages.write_text("always madvise [never]\n")
    assert not memory_of_runs({}, pages)


def test_a_sweep_depends_on_the_trader_and_its_world_and_not_on_the_command_line(tmp_path):
    """What `--resume` counts by: the files of a seed's process alone, some hundred fewer."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    call = [sys.executable, str(program)]
    out = subprocess.run(call, env=environment, capture_output=True, check=True, text=True).stdout
    packages = {line.split("/")[1] for line in out.splitlines()}

    assert {"engine", "execution", "ledger", "risk", "venues", "journal", "rehearsal"} <= packages
    assert not {"cli", "backtest", "training"} & packages
    assert "argonaut/engine/core.py" in out
    assert not [line for line in out.splitlines() if not line.endswith((".py", ".so"))]
