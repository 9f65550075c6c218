"""What a person says to a running bot, and what has to be so before it is told as done."""

from __future__ import annotations

import pytest

from argonaut.cli import commanding
from argonaut.cli.commanding import missing_of
from argonaut.cli.place import JournalPlace
from tests.cli.pictures import held, resting, snapshot

ENTRY = resting(role="entry", side="buy", client_order_id="e1", status="accepted")


@pytest.mark.parametrize(
    ("verb", "found", "missing"),
    [
        ("pause", {"mode": "NO_NEW_RISK"}, []),
        ("pause", {"mode": "REDUCE_ONLY"}, []),
        ("pause", {"mode": "ACTIVE"}, ["the mode is ACTIVE, not NO_NEW_RISK"]),
        (
            "pause",
            {"mode": "NO_NEW_RISK", "orders": (resting(), ENTRY)},
            ["entry e1 of BTC/USDT@sim: accepted"],
        ),
        ("halt", {"mode": "KILLED"}, []),
        ("halt", {"mode": "NO_NEW_RISK"}, ["the mode is NO_NEW_RISK, not KILLED"]),
        ("flatten", {"mode": "REDUCE_ONLY", "holdings": (), "orders": ()}, []),
        (
            "flatten",
            {"mode": "KILLED", "holdings": (held(),)},
            ["stop x of BTC/USDT@sim: accepted", "trend holds 0.005 BTC/USDT@sim"],
        ),
        ("rearm", {"mode": "NO_NEW_RISK"}, []),
        ("rearm", {"mode": "KILLED"}, ["it is still KILLED"]),
        ("resume", {"mode": "ACTIVE"}, []),
    ],
)
def test_a_word_is_done_when_the_run_is_what_it_asks_for(verb, found, missing):
    assert list(missing_of(verb, snapshot(**found))) == missing


def test_a_resume_that_a_cause_still_limits_says_where_to_look():
    (said,) = missing_of("resume", snapshot(mode="NO_NEW_RISK"))

    assert "journal show --kind condition" in said


def test_what_is_missing_is_told_line_by_line(capsys):
    commanding._tell("pause", snapshot(name="mine"), ["entry e1: accepted"], 2.0)

    told = capsys.readouterr().out
    assert "mine: pause was taken, but after 2 s:" in told
    assert "entry e1: accepted" in told
    assert "it goes on trying" in told


def test_a_trader_that_has_gone_meanwhile_is_told(capsys):
    commanding._tell("halt", None, ["the trader has ended"], 2.0)

    assert "halt: the trader has ended" in capsys.readouterr().out


def test_who_asks_sees_a_trader_that_has_gone(tmp_path):
    shown, missing = commanding._seen("halt", JournalPlace.of(tmp_path / "j.db"), 0.0)

    assert shown is None
    assert missing == ["the trader has ended"]
