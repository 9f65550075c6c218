import pytest
import yaml

from argonaut.config.errors import ConfigError
from argonaut.config.load import load_config, load_explained
from tests.config.written import minimal, written


def settings(path, **more):
    return {each.place: each for each in load_explained(path, **more)[1]}


def test_a_config_is_loaded_with_the_environment_of_the_process(tmp_path, monkeypatch):
    monkeypatch.setenv("ARGONAUT_TEST_NAME", "from-here")
    path = written(tmp_path, minimal(name="${ARGONAUT_TEST_NAME}"))

    assert load_config(path).name == "from-here"


def test_every_setting_says_which_layer_won(tmp_path):
    (tmp_path / ".env").write_text("SPEED=60\nNAME=file\n")
    raw = minimal(name="${NAME}", paper={"speed": "${SPEED}"}, quote="USDT")
    path = written(tmp_path, raw)

    found = settings(
        path,
        sets=["seed=7"],
        environment={"NAME": "process", "MAX_NOTIONAL_USDT": "150"},
    )

    assert (found["name"].value, found["name"].source) == ("process", "environment NAME")
    assert (found["paper.speed"].value, found["paper.speed"].source) == (60.0, ".env SPEED")
    assert (found["seed"].value, found["seed"].source) == (7, "--set")
    assert found["quote"].source == "file"
    assert found["equity_sample_s"].source == "default"
    assert found["risk.checks.0.params.max_quote"].source == "environment MAX_NOTIONAL_USDT"
    assert found["strategies.0.class"].source == "file"
    assert found["strategies.0.enabled"].source == "default"


def test_a_secret_is_never_shown(tmp_path):
    raw = minimal()
    raw["strategies"][0]["params"] = {"api_key": "hunter2", "who": "${MY_TOKEN}", "empty_token": ""}
    path = written(tmp_path, raw)

    found = settings(path, environment={"MY_TOKEN": "hunter3"})

    assert found["strategies.0.params.api_key"].value == "***"
    assert found["strategies.0.params.who"].value == "***"
    assert found["strategies.0.params.empty_token"].value == ""


def test_the_python_spelling_of_a_class_is_credited_to_the_file(tmp_path):
    raw = minimal()
    raw["strategies"][0]["class_path"] = raw["strategies"][0].pop("class")

    assert settings(written(tmp_path, raw))["strategies.0.class"].source == "file"


def test_problems_of_every_layer_are_told_at_once(tmp_path):
    path = written(tmp_path, minimal(name="${ABSENT}", blances=1, mode="live"))

    with pytest.raises(ConfigError) as refused:
        load_config(path, sets=["list.0=1=", "nonsense"], environment={"TREND_ENABLED": "maybe"})
    said = "\n".join(refused.value.problems)
    for part in ("ABSENT", "blances", "nonsense", "TREND_ENABLED", "list: unknown key"):
        assert part in said


def test_a_place_with_a_missing_variable_is_told_once(tmp_path):
    path = written(tmp_path, minimal(balances={"USDT": "${ABSENT}"}))

    with pytest.raises(ConfigError) as refused:
        load_config(path, environment={})
    assert refused.value.problems == (
        "balances.USDT: the variable ABSENT is not set and has no default",
    )


def test_a_number_out_of_the_environment_is_a_number(tmp_path):
    path = written(tmp_path, minimal(paper={"speed": "${SPEED}", "forever": "${FOREVER}"}))

    config = load_config(path, environment={"SPEED": "2.5", "FOREVER": "false"})

    assert config.paper.speed == 2.5
    assert config.paper.forever is False


def test_what_is_shown_can_be_loaded_again(tmp_path):
    config = load_config(written(tmp_path, minimal()))
    again = written(
        tmp_path, yaml.safe_dump(config.model_dump(mode="json", by_alias=True)), "b.yaml"
    )

    assert load_config(again) == config
