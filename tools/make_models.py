"""Makes the trained models that the bundled configs decide with, from bundled recordings.

Usage: `python -m tools.make_models`. Each is trained by `argonaut train hmm` itself, in a folder of
its own, and kept under `config/models` where its numbers are news: a processor that adds in another
order changes the last digits, and a model with other last digits is the same one.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from argonaut.cli.training import Asked, tell_training
from argonaut.feeds.models.registry import Registry
from argonaut.indicators.hmm.card import Card

ROOT: Final = Path(__file__).resolve().parent.parent
MODELS: Final = ROOT / "config" / "models"
RECORDINGS: Final = ROOT / "data" / "recordings"
APART_MAX: Final = 1e-6  # of any number of the same model


class Bundled(NamedTuple):
    """One model: its name, and the bundled recording and instrument it learns from."""

    name: str
    recording: str
    instrument: str


# The together run trades ETH/USD on Gemini seven weeks after these bars of Binance end.
BUNDLED: Final = (
    Bundled("eth-usd", "binance_spot_ETHUSDT_1m_20210510_20210520.parquet", "ETH/USDT"),
)


def train(bundled: Bundled, models: Path) -> Card:
    """Train a model by the command, in the registry `models`; return what was kept."""
    asked = Asked(instrument=bundled.instrument, name=bundled.name, models=models, promote=True)
    tell_training([RECORDINGS / bundled.recording], asked, as_json=False)
    registry = Registry(models)
    return registry.card(bundled.name, registry.versions(bundled.name)[-1])


def apart(one: Card, other: Card) -> float:
    """Return the largest difference between any two numbers of two models."""
    pairs = [
        (getattr(one.model, name), getattr(other.model, name))
        for name in ("start", "transition", "means", "variances")
    ]
    pairs.append(((one.usual, one.sway), (other.usual, other.sway)))
    return max(float(np.abs(np.array(a) - np.array(b)).max()) for a, b in pairs)


def keep(bundled: Bundled, models: Path) -> bool:
    """Train a model anew and keep it in `models` unless it is there already; say if it was not."""
    registry = Registry(models)
    with tempfile.TemporaryDirectory() as folder:
        made = train(bundled, Path(folder))
    current = registry.ledger(bundled.name).current
    kept = None if current is None else registry.card(bundled.name, current)
    if kept is not None and kept.data == made.data and apart(kept, made) <= APART_MAX:
        return False
    version = registry.add(made).version
    registry.promote(bundled.name, version, at=made.trained, why="tools.make_models")
    (models / bundled.name / ".lock").unlink()
    return True


def main() -> None:
    """Train every bundled model, and tell which are new."""
    for each in BUNDLED:
        print(f"{each.name}: {'kept anew' if keep(each, MODELS) else 'unchanged'}")


if __name__ == "__main__":
    main()
