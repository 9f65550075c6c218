import pytest

from tests.cli.calling import call

WANTED = (
    "orders fills trades equity_start equity_final return_fraction cagr max_drawdown_fraction "
    "max_drawdown_days sharpe sortino calmar win_rate profit_factor avg_win avg_loss fees_quote "
    "slippage_quote exposure_fraction turnover by_strategy by_instrument balances journal_sha256"
)


def test_json_is_one_object_with_every_figure_that_was_promised(config):
    """Scripts depend on these names."""
    called = call("backtest", config, "--json")

    assert called.code == 0
    assert not called.err
    found = called.answer
    assert not [name for name in WANTED.split() if name not in found]
    assert found["fills"] > 10
    assert found["refusals"]["max_positions"] > 0
    assert set(found["by_strategy"]) == {"momentum", "trend"}
    assert found["equity_final"] == pytest.approx(
        10_000 + found["realized_quote"],
        abs=50,  # what is still held is marked to market
    )


def test_the_text_summary_says_the_same(config):
    summary = call("backtest", config, "--json").answer
    called = call("backtest", config)

    assert called.code == 0
    assert f"{summary['orders']:,} orders, {summary['fills']:,} fills" in called.out
    assert summary["journal_sha256"] in called.out
    assert "By strategy" in called.out
    assert "max_positions" in called.out


def test_a_setting_changes_the_run_and_not_the_file(config):
    before = config.read_text()
    changed = call("backtest", config, "--json", "--set", "strategies.momentum.enabled=false")
    plain = call("backtest", config, "--json")

    assert set(changed.answer["by_strategy"]) == {"trend"}
    assert changed.answer["journal_sha256"] != plain.answer["journal_sha256"]
    assert config.read_text() == before


def test_the_places_of_the_files_are_told(config, tmp_path):
    called = call("backtest", config, "--report", tmp_path / "report.html")

    assert f"report written to {tmp_path / 'report.html'}" in called.out


def test_recordings_are_kept_in_the_cache_that_was_asked_for(config, tmp_path, home):
    call("backtest", config, "--json", "--cache", tmp_path / "kept")
    call("backtest", config, "--json", "--no-cache")

    assert len(list((tmp_path / "kept").glob("*.columns"))) == 2
    assert not (home / "cache").exists()


def test_recordings_are_kept_in_the_cache_of_the_user(config, home):
    cold = call("backtest", config, "--json")
    warm = call("backtest", config, "--json")

    assert len(list((home / "cache" / "argonaut").glob("*.columns"))) == 2
    assert warm.answer == cold.answer
