"""From a signal's first byte to its order's way out: `python -m benchmarks.signal_latency`.

A live run in a process of its own (recovery, reconciling, journal on disk, every check), with a
venue that notes when it is asked to take an order. The detector is this process: it signs, pushes
over one kept HTTP connection at a steady pace, a buy and the exit of it in turn, and knows from the
answer which order a signal became. In: before the first byte is written. Out: the adapter is
called, after the commit. Wording and signing a request is measured by `live_path.py`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from benchmarks import machine
from benchmarks.live_path import spread
from benchmarks.signals import DETECTOR, Http, sealed, started

_SYNCS: Final = 500
RISK: Final[dict[str, dict[str, Any]]] = {"order_rate": {"max_per_minute": 1_000_000}}


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and return 1 when the 99th percentile is 5 ms or more."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.signal_latency")
    parser.add_argument("--rate", type=int, default=100, help="signals a second (100)")
    parser.add_argument("--seconds", type=int, default=30, help="how long (30)")
    parser.add_argument("--folder", type=Path, help="where the journal is (the temporary files')")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="signals", dir=options.folder) as place:
        folder = Path(place)
        with started(folder, _config(folder)) as trader:
            sent, refused = asyncio.run(_push(trader.push_url, options))
        syncs = _bare_syncs(folder / "bare")
        stamps = dict(line.split() for line in (folder / "stamps").read_text().splitlines())
    taken = [int(stamps[order]) - began for order, began in sent.items() if order in stamps]
    figures = {
        "signals": options.rate * options.seconds,
        "orders": len(taken),
        "refused": refused,
        "rate": options.rate,
        "in_to_out_us": spread(taken),
        "bare_fdatasync_us": spread(syncs),
        "load_average": machine.load(),
    }
    print(json.dumps(figures, indent=1))
    return 0 if taken and figures["in_to_out_us"]["p99"] < 5_000 else 1


def _bare_syncs(place: Path) -> list[int]:
    """Return what a bare write and sync takes on the same disk, right after."""
    taken = []
    with place.open("wb") as file:
        for _ in range(_SYNCS):
            file.write(bytes(4_096))
            began = time.monotonic_ns()
            file.flush()
            os.fdatasync(file.fileno())
            taken.append(time.monotonic_ns() - began)
            time.sleep(0.005)
    return taken


def _config(folder: Path) -> dict[str, Any]:
    return {
        "mode": "rehearse",
        "data": [{"instrument": "BTC/USDT", "kind": "quotes"}],
        "venue": {
            "class": "benchmarks.instant_venue.InstantVenue",
            "params": {"stamps": str(folder / "stamps")},
        },
        "plugins": {"allow": ["benchmarks"]},
        "strategies": [{"id": "detector", "class": DETECTOR, "params": {"stop_fraction": None}}],
        "risk": {"checks": [{"check": code, "params": RISK[code]} for code in RISK]},
    }


async def _push(url: str, options: argparse.Namespace) -> tuple[dict[str, int], dict[str, int]]:
    """Return when each order's signal was sent, and the codes of what became none."""
    sent: dict[str, int] = {}
    refused: dict[str, int] = {}
    link = await Http.to(url)
    began = time.perf_counter()
    for number in range(options.rate * options.seconds):
        wait_s = began + number / options.rate - time.perf_counter()
        if wait_s > 0:
            await asyncio.sleep(wait_s)
        intent = "enter" if number % 2 == 0 else "exit"
        side = "buy" if intent == "enter" else "sell"
        envelope = sealed(number, side=side, intent=intent)
        sent_ns = time.monotonic_ns()
        answer = await link.post(envelope)
        for order in answer.get("orders", ()):
            sent[order] = sent_ns
        if not answer.get("orders"):
            code = answer.get("code") or answer["answer"]
            refused[code] = refused.get(code, 0) + 1
    link.close()
    return sent, refused


if __name__ == "__main__":
    sys.exit(main())
