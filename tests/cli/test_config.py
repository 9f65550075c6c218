import json

from tests.cli.calling import call
from tests.config.written import minimal, written


def test_checks_that_are_off_are_not_listed(config):
    called = call("config", "check", config, "--set", "risk.enabled=false")

    assert "risk checks: validity only" in called.out


def test_every_problem_is_told_at_once(tmp_path):
    raw = minimal(
        strategies=[{"id": "a", "class": "x.Y"}, {"id": "b", "class": "argonaut.nix.Nix"}],
        risk={"checks": [{"check": "nix"}]},
    )

    called = call("config", "check", written(tmp_path, raw), "--json")
    assert called.code == 2
    assert len(called.answer["problems"]) == 3


def test_the_schema_is_one_for_editors():
    found = json.loads(call("config", "schema").out)

    assert found["title"] == "Config"
    assert "class" in found["$defs"]["StrategySection"]["properties"]
