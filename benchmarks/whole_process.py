"""The whole `argonaut backtest` on 100,000 bars: start, import, read, run, print, exit."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

from benchmarks import workloads
from benchmarks.ours import bars_config

ROWS: Final = 100_000
_ROOT: Final = Path(__file__).resolve().parents[1]
TIMEOUT_S: Final = 60
# A process inherits the peak of the one that started it, so a small one has to start it.
_MEMORY: Final = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def measure(build: Path, repeat: int) -> dict[str, Any]:
    """Return the median wall time of `repeat` runs after one that warms the caches.

    Raises:
        RuntimeError: The command failed; the message is its last line.
    """
    folder = build / "bench-data" / f"bars-{ROWS}"
    columns = workloads.make_bars(ROWS)
    workloads.write_workload(folder, columns)
    workloads.write_recording(folder, columns)
    config = folder / "backtest.yaml"
    config.write_text(bars_config(), encoding="utf-8")
    command = [sys.executable, "-m", "argonaut", "backtest", str(config), "--json"]
    first_s, _ = _timed(command, folder)
    taken = [_timed(command, folder) for _ in range(repeat)]
    result = json.loads(taken[-1][1])
    _, peak_kib = _timed([sys.executable, "-c", _MEMORY, *command], folder)
    return {
        "rows": ROWS,
        "cold_s": round(first_s, 3),
        "warm_s": round(statistics.median(each[0] for each in taken), 3),
        "peak_rss_mb": round(int(peak_kib) / 1024),
        "orders": len(result["orders"]) if isinstance(result["orders"], list) else result["orders"],
    }


def _timed(command: list[str], folder: Path) -> tuple[float, str]:
    started = time.perf_counter()
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(_places())},
        timeout=TIMEOUT_S,
    )
    taken_s = time.perf_counter() - started
    if done.returncode != 0:
        words = (done.stderr.strip() or done.stdout.strip() or "silent").splitlines()
        raise RuntimeError(f"exit code {done.returncode}: {words[-1]}")
    return taken_s, done.stdout


def _places() -> list[str]:
    """Return where the package comes from, as for us, and where the config finds the strategy."""
    given = os.environ.get("PYTHONPATH", "")
    return [*filter(None, given.split(os.pathsep)), str(_ROOT)]


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), int(sys.argv[2]))))
