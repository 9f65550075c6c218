"""`argonaut signal show`: the way of one signal, of a closed run and of one that still trades."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.calling import ROOT, call

SIGNALS = (
    {"ts_ns": 1621429830000000000, "id": "s3", "side": "buy", "notional": "200", "confidence": 0.9},
    {"ts_ns": 1621430730000000000, "id": "s4", "side": "sell", "notional": "100"},
    {
        "ts_ns": 1621430790000000000,
        "id": "s5",
        "source": "stranger",
        "side": "buy",
        "quantity": "1",
    },
)


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A crash, three signals of a detector, and a stop 5 % below."""
    folder = tmp_path_factory.mktemp("fates")
    lines = [{"source": "dip", "instrument": "ETH/USDT", **each} for each in SIGNALS]
    (folder / "signals.jsonl").write_text("\n".join(map(json.dumps, lines)))
    recording = ROOT / "data/recordings/binance_spot_ETHUSDT_1m_20210510_20210520.parquet"
    config = {
        "mode": "backtest",
        "balances": {"USDT": "10000"},
        "data": [
            {
                "path": str(recording),
                "instrument": "ETH/USDT",
                "timeframe": "1m",
                "start": "2021-05-19T12:00",
                "end": "2021-05-19T15:00",
            },
            {"path": "signals.jsonl", "kind": "signals"},
        ],
        "strategies": [
            {
                "id": "detector",
                "class": "argonaut.strategies.detector_driven.DetectorDriven",
                "params": {"sources": ["dip"], "stop_fraction": 0.05},
            }
        ],
        "journal": {"path": "run.journal"},
    }
    (folder / "config.yaml").write_text(json.dumps(config))
    assert call("backtest", folder / "config.yaml").code == 0
    return folder / "run.journal"


def test_a_signal_is_followed_to_its_orders_and_their_ends(journal: Path) -> None:
    called = call("signal", "show", "s3", "--config", journal)

    assert called.code == 0
    assert [line.strip().partition("  (")[0] for line in called.out.splitlines()] == [
        "dip s3  2021-05-19 13:10:30  ETH/USDT@sim  buy: accepted",
        "2021-05-19 13:10:30  detector  buy approved: dip says buy with confidence 0.9, signal s3",
        "entry buy 0.10388: filled, 0.10388 at 1981.28",
        "stop sell 0.10388: canceled",
        "stop sell 0.06108: accepted",
    ]


def test_what_was_left_says_why(journal: Path) -> None:
    (fate,) = call("signal", "show", "s5", "--config", journal, "--json").answer

    assert (fate["source"], fate["answer"], fate["orders"]) == ("stranger", "accepted", [])
    assert fate["steps"][0]["answer"] == "left"
    assert fate["steps"][0]["why"] == "stranger s5: source is not among dip"


def test_a_signal_that_never_came_is_told_so(journal: Path) -> None:
    called = call("signal", "show", "s9", "--config", journal)
    of_another = call("signal", "show", "s3", "--source", "stranger", "--config", journal)

    assert (called.code, of_another.code) == (2, 2)
    assert called.err.startswith("no signal s9 has come to ")
    assert of_another.err.startswith("no signal s3 of stranger has come to ")
