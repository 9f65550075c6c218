"""An example detector: says "buy" when a minute trades far more than usual while prices rise.

A detector is any program that knows something. This one reads recorded bars one after the other,
looks only at bars that have closed, and writes one JSON line a signal, as a live one would send
them. Argonaut neither trusts nor imports it: `DetectorDriven` filters what it says, the risk gate
measures what is left.

    python examples/volume_spike_detector.py data/recordings/binance_spot_*USDT_1m_2021*.parquet \
        --out data/recordings/demo_signals.jsonl
"""

from __future__ import annotations

import argparse
import json
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

MINUTE_NS = 60_000_000_000
SOURCE = "volume-spike"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What counts as a spike. Lengths in minutes, the rise as a fraction."""

    baseline: int = 240  # minutes of usual volume, before the spike
    factor: float = 6.0  # times the usual volume
    rise: float = 0.003  # from open to close of the spike
    rest: int = 120  # minutes without another entry, and as long the spike is watched
    thinking_ns: int = 750_000_000  # from the bar's close until the signal is out
    notional: int = 120  # quote units to ask for


def signals_of(
    instrument: str, bars: Iterable[tuple[Any, ...]], rule: Rule
) -> Iterator[dict[str, Any]]:
    """Yield the signals of one market from its bars (open_ns, open, close, volume), oldest first.

    "Buy" at a spike; "sell what you hold" when the price falls back below where the spike began.
    """
    usual: deque[float] = deque(maxlen=rule.baseline)
    quiet_until_ns = 0
    began_at: float | None = None  # the open of the spike that is watched
    for open_ns, first, last, volume in bars:
        close_ns = open_ns + MINUTE_NS
        if close_ns >= quiet_until_ns:
            began_at = None
        if began_at is not None and last < began_at:
            began_at = None
            yield signal(instrument, close_ns, rule, side="sell", intent="exit", confidence=1.0)
        elif began_at is None and len(usual) == rule.baseline and close_ns >= quiet_until_ns:
            mean = sum(usual) / rule.baseline
            if mean > 0 and volume >= rule.factor * mean and last / first - 1 >= rule.rise:
                quiet_until_ns = close_ns + rule.rest * MINUTE_NS
                began_at = first
                # From a half towards one, as the volume grows beyond the least that counts.
                sure = round(1 - 0.5 * rule.factor * mean / volume, 3)
                entry = signal(
                    instrument, close_ns, rule, side="buy", intent="enter", confidence=sure
                )
                yield {**entry, "notional": str(rule.notional), "ttl_s": 30.0}
        usual.append(volume)  # only now: a bar is never part of what it is measured against


def signal(
    instrument: str, close_ns: int, rule: Rule, *, side: str, intent: str, confidence: float
) -> dict[str, Any]:
    """Return one signal as Argonaut takes it. The id is unique for ever: it has an effect once."""
    return {
        "ts_ns": close_ns + rule.thinking_ns,
        "id": f"{instrument.replace('/', '').lower()}-{intent}-{close_ns // MINUTE_NS}",
        "source": SOURCE,
        "instrument": instrument,
        "side": side,
        "intent": intent,
        "confidence": confidence,
        "tag": "volume_spike",
    }


def bars_of(path: Path) -> Iterator[tuple[Any, ...]]:
    """Yield (open_ns, open, close, volume) of a recording."""
    return pl.read_parquet(path, columns=["ts", "open", "close", "volume"]).iter_rows()


def instrument_of(path: Path) -> str:
    """Return `BTC/USDT` for a file called `binance_spot_BTCUSDT_1m_....parquet`."""
    found = re.search(r"_([A-Z]+)(USDT)_", path.name)
    if found is None:
        raise SystemExit(f"{path}: want a name such as binance_spot_BTCUSDT_1m_2021.parquet")
    return f"{found[1]}/{found[2]}"


def main() -> None:
    """Read every recording and write the signals of all in the order of their times."""
    parser = argparse.ArgumentParser(description="Find volume spikes in recorded bars.")
    parser.add_argument("recordings", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    found = [
        each
        for path in asked.recordings
        for each in signals_of(instrument_of(path), bars_of(path), Rule())
    ]
    found.sort(key=lambda each: (each["ts_ns"], each["instrument"]))
    asked.out.write_text("".join(json.dumps(each) + "\n" for each in found), encoding="utf-8")
    print(f"{len(found)} signals written to {asked.out}")


if __name__ == "__main__":
    main()
