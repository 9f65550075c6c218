"""The example detector: honest about time, and the source of the demo's signals."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.ids import VenueId
from argonaut.feeds.signals import parse_signal
from examples.volume_spike_detector import (
    MINUTE_NS,
    Rule,
    bars_of,
    instrument_of,
    signals_of,
)

ROOT = Path(__file__).resolve().parents[2]
RECORDINGS = ROOT / "data" / "recordings"
MARKETS = sorted(RECORDINGS.glob("binance_spot_*USDT_1m_2021*.parquet"))
SMALL = Rule(baseline=3, factor=2.0, rise=0.01, rest=5)
BARS = st.lists(st.tuples(st.floats(1, 100), st.floats(1, 100), st.floats(0, 1_000)), max_size=60)


def numbered(bars):
    return [(index * MINUTE_NS, *bar) for index, bar in enumerate(bars)]


def test_the_committed_signals_are_what_the_program_writes(tmp_path):
    """Signals nobody can make again would be a story, not a recording."""
    out = tmp_path / "signals.jsonl"
    subprocess.run(
        [sys.executable, ROOT / "examples" / "volume_spike_detector.py", *MARKETS, "--out", out],
        check=True,
        capture_output=True,
    )

    assert out.read_text() == (RECORDINGS / "demo_signals.jsonl").read_text()


def test_every_signal_is_one_argonaut_takes():
    lines = (RECORDINGS / "demo_signals.jsonl").read_text().splitlines()
    found = [
        parse_signal(line.encode(), seen_ns=json.loads(line)["ts_ns"], venue_id=VenueId("sim"))
        for line in lines
    ]

    assert len({each.signal_id for each in found}) == len(found) > 50
    assert {each.side for each in found} == {"buy", "sell"}
    assert [each.event_ns for each in found] == sorted(each.event_ns for each in found)


@given(BARS, st.integers(0, 60))
def test_what_comes_later_changes_no_earlier_signal(bars, cut):
    """Looking ahead is the one mistake that makes every detector look brilliant."""
    rows = numbered(bars)
    whole = list(signals_of("A/B", rows, SMALL))
    before = list(signals_of("A/B", rows[:cut], SMALL))

    end_ns = cut * MINUTE_NS + SMALL.thinking_ns
    assert before == [each for each in whole if each["ts_ns"] <= end_ns]


@pytest.mark.parametrize("path", MARKETS[:1], ids=lambda path: path.name)
def test_a_cut_recording_gives_the_same_signals_up_to_the_cut(path):
    name, rows = instrument_of(path), list(bars_of(path))
    cut = 9_000
    end_ns = rows[cut][0] + Rule().thinking_ns

    whole = list(signals_of(name, rows, Rule()))
    before = list(signals_of(name, rows[:cut], Rule()))
    assert before == [each for each in whole if each["ts_ns"] <= end_ns]
    assert before


def test_a_spike_is_bought_and_given_up_when_it_is_taken_back():
    quiet = [(100.0, 100.0, 10.0)] * 4
    spike, higher, back = (100.0, 102.0, 50.0), (102.0, 103.0, 20.0), (103.0, 99.0, 20.0)
    found = list(signals_of("A/B", numbered([*quiet, spike, higher, back]), SMALL))

    assert [(each["side"], each["intent"]) for each in found] == [
        ("buy", "enter"),
        ("sell", "exit"),
    ]
    assert found[0]["ts_ns"] == 5 * MINUTE_NS + SMALL.thinking_ns
    assert found[0]["confidence"] == 0.8
    assert found[1]["ts_ns"] == 7 * MINUTE_NS + SMALL.thinking_ns


def test_quiet_falling_and_resting_markets_get_no_signal():
    quiet = [(100.0, 100.0, 10.0)] * 4
    falling = (100.0, 90.0, 500.0)
    spike = (100.0, 102.0, 50.0)

    assert not list(signals_of("A/B", numbered([*quiet, falling]), SMALL))
    twice = list(signals_of("A/B", numbered([*quiet, spike, (102.0, 105.0, 500.0)]), SMALL))
    assert len(twice) == 1
    assert not list(signals_of("A/B", numbered([spike] * 3), SMALL))


def test_a_name_that_tells_no_market_is_refused():
    with pytest.raises(SystemExit, match="want a name such as"):
        instrument_of(Path("bars.parquet"))
