"""The configs that ship are sound, and show what their comments promise."""

import json

import pytest

from argonaut.cli.rehearsing import key_of, write_keys
from argonaut.journal.query import RowFilter
from argonaut.journal.reader import JournalReader
from tests.cli.calling import ROOT, call

REHEARSED = ROOT / "config" / "rehearse.yaml"  # has keys and a venue beside it, no recordings
CONFIGS = sorted(path for path in (ROOT / "config").glob("*.yaml") if path != REHEARSED)
MINUTE_NS = 60_000_000_000
PUMP_NS = 1_619_978_412_000_000_000  # 2021-05-02 18:00:12 UTC, as it was announced
COLLAPSE_NS = 1_619_298_060_000_000_000  # close of the bar of 2021-04-24 21:00 UTC


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    journal = tmp_path_factory.mktemp("demo") / "journal.db"
    called = call("backtest", ROOT / "config" / "paper-demo.yaml", "--json", "--journal", journal)
    return called.answer


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.name)
def test_a_shipped_config_is_sound(path):
    called = call("config", "check", path)

    assert called.code == 0
    assert not called.err


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.name)
def test_a_shipped_config_needs_nothing_but_the_repository(path):
    found = call("config", "check", path, "--json").answer

    assert all(str(ROOT / "data" / "recordings") in each["path"].replace("/config/..", "")
               for each in found["data"])  # fmt: skip


def test_the_rehearsed_config_is_sound_once_a_venue_has_written_its_keys(tmp_path):
    path = tmp_path / "config" / REHEARSED.name
    path.parent.mkdir()
    path.write_text(REHEARSED.read_text())
    assert "api_key" in call("config", "check", path).err

    write_keys(tmp_path / "var" / "rehearsal" / "keys", key_of(1))
    assert call("config", "check", path).code == 0


def test_the_bold_one_lives_in_theory_and_the_careful_one_for_money():
    found = call("backtest", ROOT / "config" / "paper-dry-run.yaml", "--json").answer

    assert set(found["by_strategy"]) == {"careful"}
    assert set(found["dry_run"]["by_strategy"]) == {"bold"}
    assert found["dry_run"]["trades"] > found["trades"] > 10


def test_three_strategies_trade_in_the_demo(demo):
    assert {name for name, row in demo["by_strategy"].items() if row["fills"] >= 10} == {
        "trend",
        "momentum",
        "spikes",
    }
    assert all(row["fills"] for row in demo["by_instrument"].values())
    assert len(demo["by_instrument"]) == 5


def test_the_demo_shows_refusals_and_smaller_entries_as_well(demo):
    assert sum(demo["refusals"].values()) > 10
    assert demo["reductions"]["max_notional"] > 5


def test_the_demo_ends_within_two_minutes():
    found = {
        each["place"]: each["value"]
        for each in call("config", "show", ROOT / "config" / "paper-demo.yaml", "--json").answer
    }

    ten_days_s = 10 * 86_400
    assert 60 < ten_days_s / found["paper.speed"] <= 100
    assert found["paper.forever"] is False


def test_the_pump_is_bought_within_two_minutes_and_the_collapse_is_not(tmp_path):
    journal = tmp_path / "journal.db"
    call("backtest", ROOT / "config" / "backtest-momentum-pump.yaml", "--journal", journal)
    with JournalReader(journal) as reader:
        decisions = list(reader.rows(RowFilter(kinds=("decision",))))
    bought_ns = [
        row.event_ns
        for row in decisions
        if (body := json.loads(row.payload))["approved"] and body["signal"]["type"] == "Enter"
    ]

    assert any(PUMP_NS < each <= PUMP_NS + 2 * MINUTE_NS for each in bought_ns)
    assert COLLAPSE_NS not in bought_ns
    assert not any(COLLAPSE_NS < each < COLLAPSE_NS + 10 * MINUTE_NS for each in bought_ns)
