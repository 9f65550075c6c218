from tests.cli.calling import call
from tests.config.written import minimal, written


def test_a_sound_config_says_what_a_run_would_have(config):
    called = call("config", "check", config)

    assert called.code == 0
    assert "is sound: backtest, hash " in called.out
    assert "BTCUSDT_1m_20210510_20210520.parquet: 1,440 rows" in called.out
    assert "strategy momentum: BTC/USDT@sim, DOGE/USDT@sim" in called.out
    assert "risk checks: mode, finite, " in called.out


def test_a_sound_config_as_json(config):
    found = call("config", "check", config, "--json").answer

    assert found["mode"] == "backtest"
    assert [each["rows"] for each in found["data"]] == [1_440, 1_440]
    assert found["instruments"] == ["BTC/USDT@sim", "DOGE/USDT@sim"]
    assert [each["id"] for each in found["strategies"]] == ["momentum", "trend"]
    assert "drawdown" in found["checks"]


def test_show_tells_which_layer_won(config, monkeypatch):
    monkeypatch.setenv("MAX_NOTIONAL_USDT", "150")

    called = call("config", "show", config, "--set", "seed=7")
    lines = {line.partition(" = ")[0]: line for line in called.out.splitlines()}
    assert lines["seed"].split() == ["seed", "=", "7", "#", "--set"]
    assert lines["mode"].endswith("# file")
    assert lines["equity_sample_s"].endswith("# default")
    assert lines["risk.checks.1.params.max_quote"].endswith("# environment MAX_NOTIONAL_USDT")


def test_show_tells_which_list_of_instruments_won(config):
    """A strategy that trades what nobody meant is found out before it does."""
    shown = call("config", "show", config, "--set", "universe.scanner.enabled=true")
    lines = shown.out.splitlines()

    assert any(
        line.split("  #")[0].strip() == "strategies.trend trades = everything"
        and line.endswith("# universe.scanner")
        for line in lines
    )


def test_show_as_json_and_without_secrets(tmp_path):
    raw = minimal()
    raw["strategies"][0]["params"] = {"api_secret": "hunter2"}

    called = call("config", "show", written(tmp_path, raw), "--json")
    found = {each["place"]: each for each in called.answer}
    assert "hunter2" not in called.out
    assert found["strategies.0.params.api_secret"]["value"] == "***"
    assert found["risk.enabled"] == {"place": "risk.enabled", "value": True, "source": "default"}


def test_flags_are_listed_with_what_they_do_and_how_they_are_set(tmp_path, monkeypatch):
    monkeypatch.setenv("TREND_ENABLED", "false")
    (tmp_path / ".env").write_text("MAX_NOTIONAL_USDT=50\n")

    lines = call("config", "flags", tmp_path / "any.yaml").out.splitlines()
    (trend,) = [line for line in lines if line.startswith("TREND_ENABLED ")]
    assert trend.split(maxsplit=1)[1] == (
        "switches TrendFollow = false (environment TREND_ENABLED)"
    )
    assert any(line.endswith("= 50 (.env MAX_NOTIONAL_USDT)") for line in lines)
    rows = call("config", "flags", "--json").answer
    assert {row["name"] for row in rows} >= {"TRADE_SYMBOLS", "ENABLE_RISK_CHECKS"}
