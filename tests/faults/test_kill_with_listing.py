"""F01, F18: `kill -9` of a live trader between an announcement, its order and its stop.

The real command, armed, in mode live, at a venue of its own process over real sockets; the coin is
not there at the start and lists later. Who announces says it again until it is taken, as a feed
does. Whatever was lost with the process: one position, protected, nothing twice; or none, where the
intent was written and its bytes had not left, for nobody sends an order twice.
"""

from __future__ import annotations

import json
import subprocess
import time
import urllib.request
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

import pytest
import yaml

from tests.faults.processes import (
    explained,
    free_port,
    given_up,
    rows,
    said_by,
    stops,
    trader,
    truth,
    until,
    venue,
)

LOT = Decimal("0.001")
slow = pytest.mark.slow


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param("heard", marks=slow),  # the announcement is in no journal yet
        "awaited",  # it is, and the coin is not there yet
        pytest.param("quoted", marks=slow),  # the coin is there
        "decided",  # it is to be bought, and that is in no journal yet
        pytest.param("entry after", marks=slow),  # bought, and nobody here knows
        "stop before",
        pytest.param("stop after", marks=slow),
    ],
)
def test_f18_a_listing_is_one_position_protected_whenever_the_trader_dies(
    moment: str, tmp_path: Path
) -> None:
    """Between announcement and order, and between order and stop."""
    with Listing(tmp_path) as listing:
        listing.die_once(moment)
        with listing.trader():
            until(listing.announce)
            until(listing.is_protected)
            again = [listing.announce() for _ in range(3)]
            events, entries = rows(listing.journal, "event"), listing.entries()
            ended = listing.truth()

    assert again == [True] * 3
    assert len(events) == 1
    assert [each["approved"] for each in entries] == [True]
    bought = [each for each in ended["orders"] if each["side"] == "BUY"]
    assert [(each["symbol"], each["status"]) for each in bought] == [("SOLUSDT", "FILLED")]
    first, second = (Decimal(each["quantity"]) for each in stops(ended))  # one for each target
    assert abs(first - second) <= LOT


@slow
def test_f11_an_entry_that_was_written_and_not_sent_is_given_up_and_why_tells_it(
    tmp_path: Path,
) -> None:
    """Its bytes may have left, for all the next start knows; a second might be one too many."""
    with Listing(tmp_path) as listing:
        listing.die_once("entry before")
        with listing.trader():
            until(lambda: given_up(listing.journal))
            until(lambda: any("left" in each for each in explained(listing.journal)))
            said = listing.why()
            ended = listing.truth()

    assert ended["orders"] == []
    assert ended["balances"]["USDT"] == "10000"
    assert "buy: approved" in said
    assert "order: corrected" in said
    assert "asked twice after it could still arrive: no order, no execution" in said
    assert "listing of SOL left: the entry ended rejected, nothing filled" in said


class Listing:
    """A venue where SOL does not trade yet, and a trader that waits for announcements."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.journal = folder / "journal.db"
        self._venue = venue(folder, "--symbols", "BTCUSDT,SOLUSDT")
        self._port = free_port()
        self._body = b""

    def __enter__(self) -> Self:
        self._url = self._venue.__enter__()
        self._set_status("BREAK")
        self._config = written(self.folder, self._url, self._port)
        return self

    def __exit__(self, *error: object) -> None:
        self._venue.__exit__(*error)  # type: ignore[arg-type]

    def trader(self, **variables: str) -> Any:
        return trader(self._config, "--arm", **variables)

    def die_once(self, moment: str) -> None:
        """Start a trader that dies at a moment; announce the coin, and let it list later."""
        died = self.folder / "died"
        with self.trader(MORTAL=f"{moment} {died}") as first:
            until(lambda: explained(self.journal) or _is_over(first))
            self._word()
            until(lambda: self.announce() or _is_over(first))
            until(lambda: self._is_awaited() or _is_over(first))
            self._set_status("TRADING")
            assert first.wait(timeout=180) == -9
        self._set_status("TRADING")
        assert died.exists()

    def truth(self) -> Any:
        return truth(self._url)

    def is_protected(self) -> bool:
        """Whether something is held, and all of it but less than two lots has its stops."""
        account = self.truth()
        held = Decimal(account["balances"].get("SOL", "0"))
        return (
            held > 0 and held - sum(Decimal(each["quantity"]) for each in stops(account)) < 2 * LOT
        )

    def entries(self) -> list[Any]:
        found = [each["body"] for each in rows(self.journal, "decision")]
        return [each for each in found if each["signal"]["type"] == "Enter"]

    def why(self) -> str:
        """What a person hears who asks why nothing was bought."""
        return said_by("why", "SOL", "--config", str(self._config))

    # the announcement

    def _word(self) -> None:
        """Word it: trading opens two seconds from now."""
        opens = datetime.fromtimestamp(time.time() + 2, UTC).strftime("%Y-%m-%d %H:%M:%S")
        body = f"Binance will list Solana (SOL) and open trading at {opens} (UTC)."
        payload = {"id": "c0de", "title": "Binance Will List Solana (SOL)", "body": body}
        self._body = json.dumps({"source": "desk", "payload": payload}).encode()

    def announce(self) -> bool:
        """Push the announcement; return whether it was dealt with."""
        url = f"http://127.0.0.1:{self._port}/v1/events"
        try:
            with urllib.request.urlopen(url, data=self._body, timeout=20) as answer:
                return answer.status == 200
        except (OSError, ValueError):  # nobody is there, or it cannot be kept now
            return False

    def _is_awaited(self) -> bool:
        return any("SOL" in each for each in explained(self.journal))

    def _set_status(self, status: str) -> None:
        knobs = [{"fault": "set_status", "at_s": 0, "symbol": "SOLUSDT", "status": status}]
        body = json.dumps(knobs).encode()
        urllib.request.urlopen(f"{self._url}/rehearsal/faults", data=body, timeout=10).close()
        until(lambda: self._status() == status)

    def _status(self) -> str:
        url = f"{self._url}/api/v3/exchangeInfo?symbol=SOLUSDT"
        with urllib.request.urlopen(url, timeout=10) as answer:
            return str(json.load(answer)["symbols"][0]["status"])


def _is_over(process: subprocess.Popen[bytes]) -> bool:
    return process.poll() is not None


def written(folder: Path, url: str, port: int) -> Path:
    """The config of a live trader that buys what is listed."""
    config = {
        "mode": "live",
        "data": [{"instrument": "BTC/USDT", "kind": "quotes"}],
        "venue": {
            "class": "tests.faults.mortal_venue.MortalVenue",
            "params": {
                "rest_url": url,
                "api_key_file": "keys/api_key",
                "api_secret_file": "keys/api_secret",
            },
        },
        "listings": {"enabled": True, "quotes": ["USDT"]},
        "strategies": [
            {
                "id": "sniper",
                "class": "tests.faults.mortal_sniper.MortalSniper",
                "params": {"wait_s": 0.5, "first_window_s": 1.0, "give_up_s": 900.0},
            }
        ],
        "events": {"external_feed": {"port": port}},
        "journal": {"path": "journal.db"},
        "monitoring": {"prometheus": False, "log_path": "argonaut.log"},
        "plugins": {"allow": ["tests"]},
    }
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(config))
    return path
