import pytest

from argonaut.config.flags import FLAGS
from argonaut.config.layers import Variables, lay

BY_NAME = {flag.name: flag for flag in FLAGS}


def applied(raw, **environment):
    layers = lay(raw, Variables(environment, {}), ())
    return layers.raw, layers.problems


def strategies(*names):
    return {"strategies": [{"id": name.lower(), "class": f"a.b.{name}"} for name in names]}


@pytest.mark.parametrize(
    ("text", "value"), [("1", True), ("TRUE", True), ("on", True), ("0", False), (" No ", False)]
)
def test_a_switch_takes_the_usual_words(text, value):
    raw, problems = applied(strategies("TrendFollow"), TREND_ENABLED=text)

    assert raw["strategies"][0]["enabled"] is value
    assert not problems


@pytest.mark.parametrize("name", ["TREND_ENABLED", "STRATEGY_DRY_RUN", "ENABLE_RISK_CHECKS"])
def test_a_switch_refuses_other_words_and_names_itself(name):
    _, problems = applied(strategies("TrendFollow"), **{name: "maybe"})

    assert problems == [f"{name}: want true or false, not 'maybe'"]


def test_a_switch_touches_the_strategies_of_its_class_only():
    raw, _ = applied(
        strategies("TrendFollow", "SuperTrendFollow", "Momentum"), TREND_ENABLED="false"
    )

    assert [each.get("enabled") for each in raw["strategies"]] == [False, None, None]


def test_a_switch_for_all_touches_all():
    raw, _ = applied(strategies("TrendFollow", "Momentum"), STRATEGY_DRY_RUN="true")

    assert [each["dry_run"] for each in raw["strategies"]] == [True, True]


def test_a_list_of_its_own_wins_over_the_shared_default():
    raw, _ = applied(
        strategies("TrendFollow", "Momentum"),
        TREND_SYMBOLS="BTC/USDT, ETH/USDT",
        TRADE_SYMBOLS="DOGE/USDT",
    )

    assert raw["strategies"][0]["instruments"] == ["BTC/USDT", "ETH/USDT"]
    assert raw["strategies"][1]["instruments"] == ["DOGE/USDT"]


def test_an_empty_list_of_symbols_is_refused():
    _, problems = applied(strategies("Momentum"), TRADE_SYMBOLS=" , ")

    assert "want a list such as BTC/USDT,ETH/USDT" in problems[0]


def test_risk_checks_are_switched_even_where_the_section_is_empty():
    raw, problems = applied({"risk": None}, ENABLE_RISK_CHECKS="false")

    assert raw["risk"] == {"enabled": False}
    assert not problems


def test_a_limit_is_added_as_a_check():
    raw, _ = applied({}, MAX_NOTIONAL_USDT="150", EXPOSURE_CAP_SYMBOL="900")

    assert raw["risk"]["checks"] == [
        {"check": "max_notional", "params": {"max_quote": "150"}},
        {"check": "symbol_exposure", "params": {"gross_quote": "900", "net_quote": "900"}},
    ]


def test_a_limit_changes_the_check_that_is_there():
    listed = {"check": "max_notional", "params": {"on_excess": "refuse"}}
    raw, _ = applied({"risk": {"checks": [listed]}}, MAX_NOTIONAL_USDT="150")

    assert raw["risk"]["checks"] == [
        {"check": "max_notional", "params": {"on_excess": "refuse", "max_quote": "150"}}
    ]


def test_a_limit_wants_a_number():
    _, problems = applied({}, MAX_NOTIONAL_USDT="lots")

    assert problems == ["MAX_NOTIONAL_USDT: want a number, not 'lots'"]


@pytest.mark.parametrize("risk", ["text", [1], 5, {"checks": "text"}, {"checks": {"a": 1}}])
@pytest.mark.parametrize("value", ["1", "true"])
def test_no_flag_stumbles_over_a_file_of_the_wrong_shape(risk, value):
    """The schema tells what is wrong; a flag may not hide it behind a traceback."""
    raw = {"risk": risk, "strategies": "text"}

    applied(raw, **dict.fromkeys(BY_NAME, value))


def test_every_flag_says_what_it_does():
    assert all(flag.says for flag in FLAGS)
    assert len(BY_NAME) == len(FLAGS)
