import csv

import numpy as np

from argonaut.backtest.run import run_backtest
from argonaut.cli.loading import load_assembly
from argonaut.cli.outcome import candles_of, outcome_of
from argonaut.config.recordings import read_recordings
from argonaut.config.schema import Recording
from argonaut.journal.memory import MemoryJournal
from tests.config.written import RECORDINGS, bars


def outcome(config, **more):
    assembly = load_assembly(config, no_cache=True)
    result = run_backtest(assembly, MemoryJournal())
    head = (result.journal_rows, result.journal_sha256)
    return outcome_of(assembly, config, result.log, result.book, head, **more)


def stream(raw):
    streams, _ = read_recordings([Recording.model_validate(raw)], folder=RECORDINGS, cache=None)
    return streams[0]


def test_one_outcome_feeds_screen_json_and_files_alike(config, tmp_path):
    found = outcome(config)
    summary, report = found.summary(), found.report()
    found.write_trades(tmp_path / "trades.csv")
    found.write_equity(tmp_path / "equity.csv")
    found.write_html(tmp_path / "report.html")

    with (tmp_path / "trades.csv").open() as file:
        assert len(list(csv.reader(file))) == summary["trades"] + 1
    with (tmp_path / "equity.csv").open() as file:
        assert len(list(csv.reader(file))) == len(report.equity) + 1
    assert report.counts["fills"] == summary["fills"]
    assert summary["journal_sha256"] in report.facts["journal"]
    assert report.title in (tmp_path / "report.html").read_text()


def test_the_facts_say_what_a_run_was_made_of(config):
    facts = outcome(config).report().facts

    assert facts["config"].startswith("config.yaml, sha256 ")
    assert facts["mode"] == "backtest, orders fill at the next bar's open"
    assert facts["balances at the start"] == "10000 USDT"
    assert "BTCUSDT_1m_20210510_20210520.parquet, 1,440 rows" in facts["data 1"]
    assert "fees, slippage, latency, participation as the venue has them" in facts["models"]


def test_models_are_named_with_what_was_set(config):
    config.write_text(
        config.read_text() + "venue:\n  fees: {class: MakerTaker, params: {taker: 0.002}}\n"
        "  slippage: {class: FixedBps, enabled: false}\n"
    )
    models = outcome(config).report().facts["models"]

    assert "fees MakerTaker (taker 0.002)" in models
    assert "slippage off" in models


def test_bars_are_candles_as_they_are():
    minutes = stream(bars())

    (candles,) = candles_of([minutes]).values()
    assert candles.open_ns is minutes.between(0, 2**63 - 1).open_ns or len(candles) == 1_440
    assert np.array_equal(candles.close, minutes.close)


def test_a_run_that_was_stopped_saw_no_more_than_until_then():
    """Otherwise its report would show prices it never traded on."""
    minutes = stream(bars())
    until_ns = int(minutes.open_ns[100])

    (candles,) = candles_of([minutes], until_ns=until_ns).values()
    assert len(candles) == 100
    assert candles_of([minutes], until_ns=0) == {}


def test_trades_and_quotes_are_made_into_minutes():
    name = "BTC/USDT"
    trades = stream(
        {
            "path": "binance_spot_BTCUSDT_trades_20240808.parquet",
            "instrument": name,
            "kind": "trades",
        }
    )
    quotes = stream(
        {
            "path": "binance_spot_BTCUSDT_quotes_20240808.parquet",
            "instrument": name,
            "kind": "quotes",
        }
    )

    by_trades = candles_of([quotes, trades])[quotes.instrument_id]
    by_quotes = candles_of([quotes])[quotes.instrument_id]
    assert by_trades.timeframe_ns == by_quotes.timeframe_ns == 60_000_000_000
    assert float(by_trades.high.max()) == float(trades.price.max())
    assert float(by_quotes.low.min()) >= float(quotes.bid.min())


def test_a_book_that_never_traded_has_an_outcome(config):
    config.write_text(config.read_text().replace("rise_fraction: 0.01", "rise_fraction: 0.9"))
    config.write_text(config.read_text().replace("slow_bars: 18", "slow_bars: 9000"))
    found = outcome(config)

    assert found.summary()["trades"] == 0
    assert found.summary()["win_rate"] is None
    assert any(each.code == "few_trades" for each in found.diagnosis)
