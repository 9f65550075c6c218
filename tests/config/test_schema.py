import datetime as dt
from decimal import Decimal

import pytest

from argonaut.config.errors import ConfigError
from argonaut.config.load import check
from argonaut.config.schema import Config
from tests.config.written import bars, minimal


def problems_of(raw):
    with pytest.raises(ConfigError) as refused:
        check(raw, "config")
    return refused.value.problems


def test_the_least_config_is_paper_small_and_with_every_check():
    raw = minimal()
    del raw["mode"]

    config = check(raw, "config")

    assert config.mode == "paper"
    assert config.risk.enabled
    assert not config.venue.allow_short
    assert config.venue.fees is None  # the venue's own default, which is not zero


def test_money_is_the_decimal_people_wrote():
    config = check(minimal(balances={"USDT": 0.1, "BTC": "1.10", "ETH": 3}), "config")

    assert config.balances == {"USDT": Decimal("0.1"), "BTC": Decimal("1.10"), "ETH": Decimal(3)}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"balances": {}}, "balances: is missing; want the opening balance"),
        ({"balances": {"USDT": -1}}, "balances.USDT: input should be greater than or equal to 0"),
        ({"balances": {"USDT": "lots"}}, "balances.USDT: input should be a valid decimal"),
        ({"balances": {"USDT": True}}, "balances.USDT: want a number, not true"),
        ({"balances": {"USDT": float("nan")}}, "balances.USDT: "),
        ({"balances": {"USDT": float("inf")}}, "balances.USDT: "),
        ({"data": []}, "data: tuple should have at least 1 item"),
        ({"strategies": []}, "strategies: tuple should have at least 1 item"),
        ({"mode": "shadow"}, "mode: input should be 'backtest', 'paper', 'live' or 'rehearse'"),
        ({"equity_sample_s": 0}, "equity_sample_s: input should be greater than 0, not 0"),
        ({"equity_sample_s": "5m"}, "equity_sample_s: input should be a valid integer"),
        ({"equity_sample_s": True}, "equity_sample_s: want a number, not true"),
        ({"paper": {"speed": -1}}, "paper.speed: "),
        ({"paper": {"speed": True}}, "paper.speed: want a number, not true"),
        ({"paper": {"speed": float("inf")}}, "paper.speed: "),
        ({"monitoring": {"prometheus_port": 70_000}}, "monitoring.prometheus_port: "),
        ({"plugins": {"allow": ["os.path/.."]}}, "plugins.allow: want dotted module names"),
        ({"data": [bars(timeframe="7x")]}, "data.0.timeframe: want a timeframe such as 30s"),
        ({"data": [bars(timeframe=None)]}, "data.0: bars want a timeframe such as 1m"),
        ({"data": [bars(instrument="")]}, "data.0: want an instrument such as BTC/USDT for bars"),
        ({"data": [bars(start="yesterday")]}, "data.0.start: want a UTC time such as"),
        ({"data": [bars(end="1066-10-14")]}, "data.0.end: want a time from 1970 to 2261"),
        ({"data": [bars(format="excel")]}, "data.0.format: input should be 'parquet'"),
        ({"data": [bars(kind="candles")]}, "data.0.kind: input should be 'bars'"),
        ({"instruments": {"BTC/USDT": {"tick_size": 0}}}, "instruments.BTC/USDT.tick_size: "),
        ({"strategies": [{"id": "My Bot", "class": "x"}]}, "strategies.0.id: string should match"),
        ({"risk": None}, "risk: input should be a valid dictionary"),
        ({"risk": {"checks": [{}]}}, "risk.checks.0.check: is missing"),
    ],
)
def test_a_value_of_the_wrong_kind_or_unit_is_named_with_its_place(change, said):
    problems = problems_of(minimal(**change))

    assert any(each.startswith(said) for each in problems), problems


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"blances": {}}, "blances: unknown key; did you mean 'balances'?"),
        ({"data": [bars(timeframme="1m")]}, "data.0.timeframme: unknown key; did you mean"),
        ({"venue": {"fee": {}}}, "venue.fee: unknown key; did you mean 'fees'?"),
        ({"venue": {"fees": {"clas": "x"}}}, "venue.fees.clas: unknown key; did you mean 'class'?"),
        ({"instruments": {"BTC/USDT": {"tick": 1}}}, "instruments.BTC/USDT.tick: unknown key"),
        ({"risk": {"checks": [{"chek": "x"}]}}, "risk.checks.0.chek: unknown key; did you mean"),
        ({"journal": {"zzz": 1}}, "journal.zzz: unknown key; known are path"),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest_known_one(change, said):
    assert any(each.startswith(said) for each in problems_of(minimal(**change)))


def test_all_problems_are_told_at_once():
    raw = minimal(blances=1, mode="shadow", equity_sample_s="x")
    del raw["strategies"]

    assert len(problems_of(raw)) == 4


def test_a_long_value_is_shown_short():
    (problem,) = problems_of(minimal(mode="x" * 5000))

    assert len(problem) < 250


def test_a_secret_of_the_wrong_type_is_not_shown():
    (problem,) = problems_of(minimal(api_key="hunter2hunter2"))

    assert "hunter2" not in problem


def test_a_date_that_yaml_made_is_taken_as_its_text():
    """Another loader may have read it; the unquoted date is how people write it."""
    config = check(minimal(data=[bars(start=dt.date(2021, 5, 19))]), "config")

    assert config.data[0].start == "2021-05-19"


def test_signals_need_no_instrument():
    config = check(minimal(data=[bars(), {"path": "x.jsonl", "kind": "signals"}]), "config")

    assert config.data[1].kind == "signals"


def test_the_schema_for_editors_has_every_section():
    properties = Config.model_json_schema()["properties"]

    assert set(properties) == set(Config.model_fields)
