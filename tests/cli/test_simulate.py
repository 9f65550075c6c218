import os

import pytest

from tests.cli.calling import call, environment, spawn


def test_seeds_are_run_and_the_answer_is_json():
    called = call("simulate", "--seeds", 2, "--from", 12, "--jobs", 1, "--json")

    assert called.code == 0
    assert called.answer["runs"] == 2
    assert called.answer["failed"] == 0


def test_an_unknown_scenario_is_a_usage_error():
    called = call("simulate", "--scenario", "F99")

    assert called.code == 2
    assert "F99" in called.err


@pytest.mark.slow
def test_i20_a_seed_is_the_same_run_in_another_process_on_another_hash_seed(monkeypatch):
    """A failing seed from the nightly machine has to fail on mine."""
    hashes = set()
    for hash_seed in ("0", "4711"):
        monkeypatch.setitem(os.environ, "PYTHONHASHSEED", hash_seed)
        assert environment()["PYTHONHASHSEED"] == hash_seed
        called = spawn("simulate", "--seeds", 2, "--from", 12, "--jobs", 1, "--json")
        hashes.add(called.answer["trace_sha256"])

    assert len(hashes) == 1
