"""What the HMM ensemble does on bars it was not trained on: the table and picture of its page.

Run it as `PYTHONPATH=src .venv/bin/python tools/hmm_study.py`; it wants the larger recordings at
../shared (or $ARGONAUT_SHARED), and Chromium for the picture. Each model learns from the first half
of a recording and trades the second; P&L is of a trade, after costs and without.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from argonaut.domain.ids import InstrumentId
from argonaut.feeds.models.learning import Lesson, learn
from argonaut.feeds.models.registry import Registry
from argonaut.feeds.tape.columns import BarColumns
from argonaut.feeds.tape.load import load
from argonaut.feeds.tape.spec import DataSpec
from argonaut.indicators.hmm.features import RegimeFeatures
from argonaut.indicators.hmm.forward import filtered
from tools.make_plots import BROWSERS, IMAGES, SHARED, draw, moments
from tools.strategy_runs import STRATEGIES, Played, play

AT = "2026-11-29T00:00:00Z"
NO_COSTS = {name: {"class": "off", "enabled": False} for name in ("fees", "slippage")}
SHOWN = slice(2_880, 3_240)  # bars of the second half, in the picture


@dataclass(frozen=True)
class Study:
    """One recording: what it is called, where it is cut, and its bars."""

    file: str
    instrument: str
    timeframe: str
    cut: str

    @property
    def path(self) -> Path:
        """Where the recording is."""
        return SHARED / "data" / "klines" / f"{self.file}.parquet"


STUDIES = (
    Study("binance_spot_BTCUSDT_1m_20230316_20230501", "BTC/USDT", "1m", "2023-04-08"),
    Study("binance_spot_ETHUSDT_1m_20230316_20230501", "ETH/USDT", "1m", "2023-04-08"),
    Study("binance_spot_SOLUSDT_1m_20230316_20230501", "SOL/USDT", "1m", "2023-04-08"),
    Study("binance_spot_DOGEUSDT_1m_20230316_20230501", "DOGE/USDT", "1m", "2023-04-08"),
    Study("binance_spot_BTCUSDT_1m_20210420_20210520", "BTC/USDT", "1m", "2021-05-05"),
    Study("binance_spot_BTCUSDT_5m_20250101_20250618", "BTC/USDT", "5m", "2025-03-26"),
    Study("binance_spot_ETHUSDT_5m_20250101_20250618", "ETH/USDT", "5m", "2025-03-26"),
)


def trained(study: Study, folder: Path) -> BarColumns:
    """Train on the first half into the registry of `folder`; return the bars of the second."""
    spec = DataSpec(path=study.path, instrument=InstrumentId(f"{study.instrument}@sim"))
    bars = load(spec).columns
    assert isinstance(bars, BarColumns), "the studies are of bars"
    cut_ns = int(np.datetime64(study.cut, "ns").astype(int))
    name = study.instrument.replace("/", "-").lower()
    made = learn(bars.between(0, cut_ns), Lesson(), name=name, trained=AT)
    registry = Registry(folder / "data" / "models")
    registry.promote(name, registry.add(made.card).version, at=AT, why="the study")
    return bars.between(cut_ns, 2**63 - 1)


def traded(study: Study, folder: Path, *, costs: bool) -> Played:
    """Trade the second half, all defaults, on what `trained` has left in `folder`."""
    raw: dict[str, Any] = {
        "balances": {"USDT": "10000"},
        "data": [
            {
                "path": str(study.path),
                "instrument": study.instrument,
                "timeframe": study.timeframe,
                "start": study.cut,
            }
        ],
        "strategies": [
            {
                "id": "hmm",
                "class": f"{STRATEGIES}.hmm_ensemble.HmmEnsemble",
                "params": {"timeframe": study.timeframe},
            }
        ],
        "risk": {"only": True},
    }
    return play(folder, raw if costs else {**raw, "venue": NO_COSTS})


def row_of(study: Study, folder: Path) -> str:
    """Return one line of the table."""
    after, before = traded(study, folder, costs=True), traded(study, folder, costs=False)
    results = [np.array([pnl for _, pnl in each.positions()]) for each in (after, before)]
    days = sum(len(each) * each.timeframe_ns for each in after.bars()) / 86_400e9
    net, gross = results
    return (
        f"| {study.instrument} {study.timeframe}, from {study.cut} | {days:.1f} | {len(net)} | "
        f"{(net > 0).mean():.0%} | {net.mean():+.3%} | {(gross > 0).mean():.0%} | "
        f"{gross.mean():+.3%} | {10 * net.sum():+.2f} |"
    )


def picture(study: Study, bars: BarColumns, folder: Path) -> go.Figure:
    """Draw price, regimes and trades of a quarter of a day of the second half."""
    name = study.instrument.replace("/", "-").lower()
    card = Registry(folder / "data" / "models").card(name, 1)
    rows = np.column_stack(RegimeFeatures().columns(bars.close, bars.volume))
    known = np.isfinite(rows).all(axis=1)
    told = np.full((len(bars), 3), np.nan)
    told[known] = filtered(card.model, np.ascontiguousarray(rows[known]))
    times = moments(bars.close_ns()[SHOWN])
    figure = go.Figure()
    figure.add_scatter(x=times, y=bars.close[SHOWN], name="close", line={"color": "#24292f"})
    for k, (label, color) in enumerate(
        (("bear", "#c8414b"), ("chop", "#9aa3ad"), ("bull", "#2a9d63"))
    ):
        figure.add_scatter(
            x=times,
            y=told[SHOWN, k],
            name=label,
            yaxis="y2",
            stackgroup="regimes",
            line={"width": 0, "color": color},
        )
    low, high = bars.close_ns()[SHOWN][[0, -1]]
    entries = [at for at, _ in traded(study, folder, costs=True).entries if low <= at <= high]
    at_rows = np.searchsorted(bars.close_ns(), entries)
    figure.add_scatter(
        x=moments(np.array(entries, np.int64)),
        y=bars.close[at_rows],
        name="decided to buy",
        mode="markers",
        marker={"symbol": "triangle-up", "size": 12, "color": "#1b4f9c"},
    )
    figure.update_layout(
        title=f"{study.instrument} {study.timeframe}: regimes by the causal filter, and entries",
        yaxis={"domain": [0.32, 1.0], "title": "USDT"},
        yaxis2={"domain": [0.0, 0.26], "title": "probability", "range": [0, 1]},
        xaxis={"anchor": "y2"},
        height=620,
        template="plotly_white",
    )
    return figure


def main() -> int:
    """Print the table and draw the picture; return 1 where the recordings are not here."""
    if not (SHARED / "data").is_dir():
        print(f"hmm_study: no recordings at {SHARED} (set ARGONAUT_SHARED)")
        return 1
    print("| second half of | days | trades | won | mean trade | won | mean trade | USD |")
    print("|---|---|---|---|---|---|---|---|")
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    for number, study in enumerate(STUDIES):
        with tempfile.TemporaryDirectory() as kept:
            folder = Path(kept)
            bars = trained(study, folder)
            print(row_of(study, folder), flush=True)
            if number == 0 and browser is not None:
                figure = picture(study, bars, folder)
                draw(figure, IMAGES / "hmm-ensemble.png", browser=browser, folder=folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
