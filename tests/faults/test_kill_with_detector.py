"""F02: `kill -9` of a live trader between a detector's signal, its order and its stop.

The real command at a venue of its own process; the detector says its signal again until it is
answered, as one should. Whatever was lost with the process: one position, protected, exactly once;
or none, where the intent was written and its bytes had not left, for nobody sends an order twice.
"""

from __future__ import annotations

import itertools
import json
import time
import urllib.error
import urllib.request
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from argonaut.feeds.detectors.envelope import head_for
from tests.faults.processes import (
    explained,
    free_port,
    given_up,
    stops,
    trader,
    truth,
    until,
    venue,
)

SECRET = "a-secret-of-thirty-two-characters"
SIGNAL = b'{"id":"a-1","instrument":"BTC/USDT","side":"buy","notional":"100","intent":"enter"}'
nonces = itertools.count(10**7)


@pytest.mark.parametrize(
    "moment",
    [
        "signal",
        pytest.param("entry after", marks=pytest.mark.slow),
        "stop before",
        pytest.param("stop after", marks=pytest.mark.slow),
    ],
)
def test_f02_one_signal_is_one_position_protected_whenever_the_trader_dies(
    moment: str, tmp_path: Path
) -> None:
    """Between signal and order, and between order and stop."""
    with venue(tmp_path) as url:
        port = free_port()
        config = written(tmp_path, url, port)
        die_once(config, moment, port)
        with trader(config):
            until(lambda: "sees prices" in explained(tmp_path / "journal.db"))
            until(lambda: told(port) is not None)
            until(lambda: len(stops(truth(url))) == 1)
            again = [told(port) for _ in range(5)]
            ended = truth(url)

    assert [each["answer"] for each in again] == ["duplicate"] * 5
    bought = [each for each in ended["orders"] if each["side"] == "BUY"]
    assert [each["status"] for each in bought] == ["FILLED"]
    held = Decimal(ended["balances"]["BTC"])
    (stop,) = stops(ended)
    assert 0 < held - Decimal(stop["quantity"]) < Decimal("0.00001") or held == Decimal(
        stop["quantity"]
    )


@pytest.mark.slow
def test_f02_an_entry_that_was_written_and_not_sent_is_given_up_and_not_sent_again(
    tmp_path: Path,
) -> None:
    """Its bytes may have left, for all the next start knows; a second might be one too many."""
    with venue(tmp_path) as url:
        port = free_port()
        config = written(tmp_path, url, port)
        die_once(config, "entry before", port)
        with trader(config):
            until(lambda: (told(port) or {}).get("answer") == "duplicate")
            until(lambda: given_up(tmp_path / "journal.db"))
            ended = truth(url)

    assert ended["orders"] == []
    assert ended["balances"]["USDT"] == "10000"


def die_once(config: Path, moment: str, port: int) -> None:
    """Start a trader that dies at a moment, and push the signal until it has."""
    died = config.parent / "died"
    with trader(config, MORTAL=f"{moment} {died}") as first:
        until(lambda: "sees prices" in explained(config.parent / "journal.db"))
        until(lambda: told(port) or first.poll() is not None)
        assert first.wait(timeout=60) == -9
    assert died.exists()


# the trader


def written(folder: Path, url: str, port: int) -> Path:
    """The config of a trader that listens to one detector."""
    config = {
        "mode": "rehearse",
        "data": [{"instrument": "BTC/USDT", "kind": "quotes"}],
        "venue": {
            "class": "tests.faults.mortal_venue.MortalVenue",
            "params": {
                "rest_url": url,
                "api_key_file": "keys/api_key",
                "api_secret_file": "keys/api_secret",
            },
        },
        "strategies": [
            {
                "id": "detector",
                "class": "tests.faults.mortal_venue.MortalDetector",
                "params": {"stop_fraction": 0.05},
            }
        ],
        "detectors": {
            "server": {"port": port},
            "sources": [
                {"id": "dip", "keys": [{"id": "dip-1", "secret_file": "dip.key"}], "ttl_s": 600}
            ],
            "dead_letter_path": None,
        },
        "journal": {"path": "journal.db"},
        "monitoring": {"prometheus": False, "log_path": "argonaut.log"},
        "plugins": {"allow": ["tests"]},
    }
    secret = folder / "dip.key"
    secret.touch(mode=0o600)
    secret.write_text(SECRET)
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(config))
    return path


# the detector


def told(port: int) -> Any:
    """Push the signal, signed anew; return the answer, None where nobody gives one yet."""
    head = head_for(
        SIGNAL,
        key_id="dip-1",
        secret=SECRET.encode(),
        sent_ns=time.time_ns(),
        nonce=str(next(nonces)),
    )
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/v1/signals", data=SIGNAL, headers={"X-Sig": head.decode()}
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refusal:
        said = json.load(refusal)
        return None if said.get("code") == "not_ready" else said
    except (OSError, ValueError):
        return None
