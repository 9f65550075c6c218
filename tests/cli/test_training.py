"""Training from the command line: a file or a config in, a version with a role out."""

from __future__ import annotations

import pytest

from argonaut.cli.training import name_of
from tests.cli.calling import call
from tests.config.written import RECORDINGS, bars, flat_rows, minimal, minute_csv, written

BTC = RECORDINGS / "binance_spot_BTCUSDT_1m_20210510_20210520.parquet"
HMM = "argonaut.strategies.hmm_ensemble.HmmEnsemble"


def trained(folder, *more):
    return call(
        "train", "hmm", BTC, "--instrument", "BTC/USDT", "--models", folder / "models", *more
    )


def test_the_first_version_decides_and_a_later_one_is_watched(tmp_path):
    first = trained(tmp_path, "--end", "2021-05-14", "--json").answer
    second = trained(tmp_path, "--end", "2021-05-16")

    assert [(each["name"], each["version"], each["role"]) for each in first] == [
        ("btc-usdt", 1, "current")
    ]
    assert [each["regime"] for each in first[0]["regimes"]] == ["bear", "chop", "bull"]
    assert second.code == 0
    assert second.out.startswith("btc-usdt v2 is watched beside the one that decides: ")


def test_promote_lets_it_decide_at_once(tmp_path):
    trained(tmp_path, "--end", "2021-05-14")

    assert trained(tmp_path, "--promote").out.startswith("btc-usdt v2 decides: ")


def test_a_config_trains_what_its_strategies_want_where_they_look_for_it(tmp_path):
    raw = minimal(data=[bars(start="2021-05-16")], strategies=[{"id": "hmm", "class": HMM}])
    called = call("train", "hmm", written(tmp_path, raw), "--json")

    assert called.code == 0
    assert called.answer[0]["models"] == str(tmp_path / "data" / "models")
    assert (tmp_path / "data" / "models" / "btc-usdt" / "v0001.json").is_file()


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        (("--end", "2021-05-10T03:00"), 3, "want at least 1120 bars"),
        (("--timeframe", "1s"), 2, "the recording has 1m; say --timeframe 1m"),
        (("--end", "soon"), 2, "want a time such as 2023-04-15"),
        (("--rounds", "2", "--tolerance", "1e-12"), 4, "not settled after"),
        (("--name", "../x"), 2, "want a name of a-z, 0-9 and -"),
        ((BTC,), 2, "two sources are for the model btc-usdt"),
    ],
)
def test_what_cannot_be_trained_is_told_and_nothing_is_kept(tmp_path, more, code, said):
    called = trained(tmp_path, *more)

    assert called.code == code
    assert said in called.err
    assert not list(tmp_path.rglob("v*.json"))


def test_a_dead_market_is_told(tmp_path):
    file = minute_csv(tmp_path, flat_rows(1500))
    called = call("train", "hmm", file, "--instrument", "X/USDT", "--models", tmp_path / "m")

    assert called.code == 3
    assert "X/USDT 1m: only 0 bars have moves and volume in their window" in called.err


def test_a_file_that_is_not_there_is_told(tmp_path):
    called = call("train", "hmm", tmp_path / "absent.parquet")

    assert called.code == 2
    assert "absent.parquet" in called.err


def test_a_config_without_the_strategy_is_told(tmp_path):
    called = call("train", "hmm", written(tmp_path, minimal()))

    assert called.code == 2
    assert "has no HmmEnsemble; name files of bars instead" in called.err


def test_the_name_of_a_model_is_that_of_its_instrument():
    assert name_of("BTC/USDT:USDT@binance") == "btc-usdt-usdt"
