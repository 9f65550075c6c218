"""Measure every engine on equal work, compare, and append the figures to the history.

Every run is a process of its own; the engines take turns, so that a busy minute of the machine
falls on all of them. `python -m benchmarks --help` lists the options.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks import machine, table, workloads
from benchmarks.outcome import Outcome, parse
from benchmarks.peers import PEERS, PeerMissingError, environment, installed
from tools.compile import CompileError, build, modules

ROOT: Final = Path(__file__).resolve().parent.parent
BUILD: Final = ROOT / "build"
HISTORY: Final = ROOT / "benchmarks" / "history.jsonl"
RUN_TIMEOUT_S: Final = 300
LAST_TURN_BEGINS_S: Final = 360  # so that the whole ends within ten minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """An engine that can be run here."""

    name: str
    python: str
    module: str
    workloads: tuple[str, ...]
    repeats: int
    flags: tuple[str, ...] = ()
    package: Path = ROOT / "src"  # where it finds argonaut


COMPILED: Final = "argonaut-compiled"
OURS: Final = (
    Contender(
        name="argonaut",
        python=sys.executable,
        module="benchmarks.ours",
        workloads=("bars", "bars-silent", "trades"),
        repeats=9,
    ),
    Contender(
        name="argonaut-plain",
        python=sys.executable,
        module="benchmarks.ours",
        workloads=("trades",),
        repeats=9,
        flags=("--plain",),
    ),
)
BARE: Final = Contender(
    name="bare",
    python=sys.executable,
    module="benchmarks.bare",
    workloads=("bars", "trades"),
    repeats=9,
)


class RunFailedError(Exception):
    """An engine ended without a result; the message holds its last words."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmarks; return 1 if an engine failed or engines disagree."""
    options = _options(arguments)
    folders = _write_data(options.rows)
    contenders, versions, absent = _contenders(options)
    load_before = machine.load()
    outcomes, failed = _take_turns(contenders, folders, options.repeat)
    compiled = next((each.package for each in contenders if each.name == COMPILED), None)
    extras = _extras(folders["trades"], failed, compiled)
    medians = {key: _median(runs) for key, runs in outcomes.items()}
    disagreements = table.disagreements(medians)
    record = {
        "date": dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%MZ"),
        "commit": _commit(),
        "machine": machine.describe(),
        "load_average": [load_before, machine.load()],
        "rows": options.rows,
        "installed": versions,
        "absent": absent,
        "failed": failed,
        "disagreements": disagreements,
        **extras,
        "results": {
            f"{workload}/{name}": {
                "runs": len(outcomes[workload, name]),
                "best_run_s": min(run.run_s for run in outcomes[workload, name]),
                **asdict(outcome),
            }
            for (workload, name), outcome in medians.items()
        },
    }
    print(json.dumps(record, indent=1) if options.json else table.render(record, medians))
    if not options.no_history:
        with HISTORY.open("a", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")
    return 1 if failed or disagreements else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    names = [peer.name for peer in PEERS]
    parser.add_argument("--rows", type=int, default=1_000_000, help="bars and trades (1000000)")
    parser.add_argument("--repeat", type=int, default=3, help="runs a workload, median taken (3)")
    parser.add_argument(
        "--peers",
        default=",".join(names),
        help=f"which of {','.join(names)} to run (all; 6 to 10 minutes)",
    )
    parser.add_argument("--no-peers", action="store_true", help="ours and the bare loop only")
    parser.add_argument("--no-history", action="store_true", help="do not append to the history")
    parser.add_argument("--json", action="store_true", help="print the record, not the table")
    options = parser.parse_args(arguments)
    options.peers = [] if options.no_peers else [name for name in options.peers.split(",") if name]
    if unknown := set(options.peers) - set(names):
        parser.error(f"unknown peers {sorted(unknown)}, want some of {names}")
    if options.rows < 1_000 or options.repeat < 1:
        parser.error(f"want --rows >= 1000 and --repeat >= 1, not {options.rows}, {options.repeat}")
    return options


def _write_data(rows: int) -> dict[str, Path]:
    """Write the columns of both workloads; return the folder of each workload."""
    bars, trades = (BUILD / "bench-data" / f"{kind}-{rows}" for kind in ("bars", "trades"))
    for folder, columns in (
        (bars, workloads.make_bars(rows)),
        (trades, workloads.make_trades(rows)),
    ):
        workloads.write_workload(folder, columns)
        workloads.write_recording(folder, columns)
    return {"bars": bars, "bars-silent": bars, "trades": trades}


def _contenders(
    options: argparse.Namespace,
) -> tuple[list[Contender], dict[str, dict[str, str]], dict[str, str]]:
    """Return who can run here, what was installed for them, and who is absent and why."""
    contenders, versions, absent = [BARE, *OURS], {}, {}
    _say(f"{COMPILED}: compiling, a minute or two the first time")
    try:
        contenders.append(_compiled())
    except CompileError as error:
        absent[COMPILED] = str(error)
    for peer in PEERS:
        if peer.name not in options.peers:
            absent[peer.name] = "not asked for"
            continue
        _say(f"{peer.name}: preparing its environment")
        try:
            python = environment(peer, BUILD / "bench-env")
        except PeerMissingError as error:
            absent[peer.name] = str(error)
            continue
        versions[peer.name] = installed(python)
        contenders.append(
            Contender(
                name=peer.name,
                python=python,
                module=peer.module,
                workloads=peer.workloads,
                repeats=peer.repeats,
            )
        )
    return contenders, versions, absent


def _compiled() -> Contender:
    """Return our engine as it runs when its funnel is compiled ahead of time.

    Raises:
        CompileError: It cannot be compiled here.
    """
    return Contender(
        name=COMPILED,
        python=sys.executable,
        module="benchmarks.ours",
        workloads=("bars", "bars-silent", "trades"),
        repeats=9,
        package=build(BUILD / "compiled", modules()),
    )


def _take_turns(
    contenders: list[Contender], folders: dict[str, Path], repeat: int
) -> tuple[dict[tuple[str, str], list[Outcome]], dict[str, str]]:
    """Run everybody `repeat` times, in turns; return the outcomes and who failed."""
    outcomes: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    failed: dict[str, str] = {}
    started = time.monotonic()
    for turn in range(repeat):
        if turn and time.monotonic() - started > LAST_TURN_BEGINS_S:
            _say(f"no time for turn {turn + 1} of {repeat}")
            break
        for workload, folder in folders.items():
            for contender in contenders:
                if workload not in contender.workloads or turn >= contender.repeats:
                    continue
                key = f"{workload}/{contender.name}"
                if key in failed:
                    continue
                try:
                    outcome = _run(contender, workload, folder)
                except RunFailedError as error:
                    failed[key] = str(error)
                    _say(f"{key}: {error}")
                    continue
                outcomes[workload, contender.name].append(outcome)
                _say(f"{key}: {outcome.row_us:.2f} us a row, {outcome.peak_rss_mb:.0f} MB")
    return outcomes, failed


def _run(contender: Contender, workload: str, folder: Path) -> Outcome:
    """Run one engine on one workload in a fresh process."""
    command = [contender.python, "-m", contender.module, workload, str(folder), *contender.flags]
    return parse(_output(command, package=contender.package))


def _extras(trades: Path, failed: dict[str, str], compiled: Path | None) -> dict[str, Any]:
    """Measure what only our program has: the live path and the whole process.

    Both as they come, and from the `compiled` package where there is one.
    """
    commands = {
        "live_path": ["benchmarks.live_path", str(trades)],
        "commits": ["benchmarks.commits", str(BUILD)],
        "recovery": ["benchmarks.recovery", str(trades)],
        "whole_process": ["benchmarks.whole_process", str(BUILD), "3"],
    }
    runs = [(name, command, ROOT / "src") for name, command in commands.items()]
    if compiled is not None:
        runs += [
            (f"{name}_compiled", commands[name], compiled)
            for name in ("live_path", "whole_process")
        ]
    extras = {}
    for name, command, package in runs:
        try:
            extras[name] = json.loads(_output([sys.executable, "-m", *command], package=package))
        except RunFailedError as error:
            failed[name] = str(error)
    return extras


def _output(command: list[str], *, package: Path = ROOT / "src") -> str:
    """Return the standard output of a fresh process that can import ours, from `package`.

    Raises:
        RunFailedError: It failed or took too long.
    """
    places = os.pathsep.join((str(package), str(ROOT)))
    environ = {**os.environ, "PYTHONPATH": places, "PYTHONHASHSEED": "0"}
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            env=environ,
            cwd=BUILD,
            timeout=RUN_TIMEOUT_S,
        )
    except subprocess.TimeoutExpired:
        raise RunFailedError(f"no result within {RUN_TIMEOUT_S} s") from None
    if done.returncode != 0:
        words = done.stderr.strip().splitlines()
        last = words[-1].replace(f"{ROOT}{os.sep}", "") if words else "silent"
        raise RunFailedError(f"exit code {done.returncode}: {last}")
    return done.stdout


def _median(runs: list[Outcome]) -> Outcome:
    """Return the run whose wall time is the (lower) median."""
    middle = statistics.median_low([run.run_s for run in runs])
    return next(run for run in runs if run.run_s == middle)


def _commit() -> str:
    command = ["git", "rev-parse", "--short", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    return done.stdout.strip() or "unknown"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
