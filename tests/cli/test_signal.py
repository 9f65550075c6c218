"""`argonaut signal`: checking and sending by hand."""

import asyncio
import json
import threading
from typing import Any

import pytest

from tests.cli.calling import call
from tests.feeds.detectors.house import SECRETS, House
from tests.feeds.detectors.rigs import HttpRig

SOUND = {"id": "a-1", "instrument": "BTC/USDT", "side": "buy", "notional": "100"}


def lines(folder, *signals):
    path = folder / "signals.jsonl"
    path.write_text(
        "\n".join(each if isinstance(each, str) else json.dumps(each) for each in signals)
    )
    return path


@pytest.fixture
def door():
    """A door that listens in another thread while commands are called in this one."""
    ready, stop = threading.Event(), threading.Event()
    found: dict[str, Any] = {}

    async def whole():
        house, rig = House(), HttpRig()
        await rig.open(house)
        found["house"] = house
        found["url"] = f"http://127.0.0.1:{rig.server.port}/v1/signals"
        ready.set()
        await asyncio.to_thread(stop.wait)
        await rig.close()

    thread = threading.Thread(target=lambda: asyncio.run(whole()))
    thread.start()
    ready.wait(20)
    yield found
    stop.set()
    thread.join(20)


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "secret"
    path.write_text(SECRETS["k-new"])
    path.chmod(0o600)
    return path


def test_sound_signals_are_called_sound(tmp_path):
    called = call("signal", "validate", lines(tmp_path, SOUND, SOUND | {"intent": "exit"}))

    assert called.code == 0
    assert called.out.splitlines() == ["1: sound", "2: sound"]


def test_each_fault_is_told_with_its_line(tmp_path):
    path = lines(tmp_path, SOUND, "{", SOUND | {"notional": "-1"}, SOUND | {"colour": "red"})

    called = call("signal", "validate", path, "--json")

    faults = [each["fault"] for each in called.answer]
    assert called.code == 2
    assert faults[0] == ""
    assert "truncated" in faults[1]
    assert faults[2] == "want notional > 0, not -1"
    assert "unknown field `colour`" in faults[3]


def test_the_instruments_of_a_run_are_checked_too(tmp_path, config):
    path = lines(tmp_path, SOUND, SOUND | {"instrument": "NOPE/USDT"})

    called = call("signal", "validate", path, "--config", config)

    assert called.out.splitlines() == ["1: sound", "2: unknown instrument NOPE/USDT"]


def test_lines_are_signed_and_pushed_and_their_answers_shown(tmp_path, door, secret):
    path = lines(tmp_path, SOUND, SOUND, SOUND | {"id": "a-2", "instrument": "NOPE/USDT"})

    called = call(
        "signal", "send", path, "--key", "k-new", "--secret-file", secret, "--to", door["url"]
    )

    assert called.code == 4
    assert [line.split()[1] for line in called.out.splitlines()] == [
        "accepted",
        "duplicate",
        "rejected",
    ]
    assert door["house"].taken == ["a-1"]


def test_a_line_without_an_id_is_given_one(tmp_path, door, secret):
    path = lines(tmp_path, {name: value for name, value in SOUND.items() if name != "id"})

    called = call(
        "signal",
        "send",
        path,
        *("--key", "k-new", "--secret-file", secret, "--to", door["url"], "--json"),
    )

    assert called.code == 0
    assert called.answer[0]["answer"] == "accepted"


def test_nobody_there_is_said_and_not_a_traceback(tmp_path, secret):
    url = "http://127.0.0.1:9/v1/signals"

    called = call(
        "signal",
        "send",
        lines(tmp_path, SOUND),
        *("--key", "k-new", "--secret-file", secret, "--to", url),
    )

    assert called.code == 4
    assert url in called.err
