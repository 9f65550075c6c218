"""The soak itself, small: real processes, real sockets, real kills."""

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import pytest

from argonaut.rehearsal.soak import drive
from argonaut.rehearsal.soak.drive import Soak, SoakError
from argonaut.rehearsal.soak.record import SoakPlan, SoakRecord
from argonaut.rehearsal.soak.verdict import judge_soak
from argonaut.runtime.clock import SystemClock
from tests.cli.calling import alive_in_session, environment, spawn, start
from tests.cli.test_trading import wait_for

BROKEN = {
    "a lost execution": lambda truth: truth["trades"].append(_another(truth["trades"][-1])),
    "an order sent twice": lambda truth: truth["orders"].append(_another(truth["orders"][-1])),
    "a unit gone": lambda truth: truth["balances"].update(USDT="999999.99999999"),
}


def test_f01_a_trader_killed_at_a_venue_that_fails_loses_and_doubles_nothing(
    tmp_path: Path,
) -> None:
    """The promise of the product, on the real thing; and the judge would have seen it broken."""
    folder = tmp_path / "soak"
    options = ("--kills", 5, "--seed", 28, "--keep", folder, "--json")
    called = spawn("rehearse", "soak", *options, within_s=600)
    found = called.answer

    assert found["violations"] == []
    assert (called.code, found["ok"], found["kills"]) == (0, True, 5)
    assert (found["lost"], found["doubled"], found["unknown"]) == (0, 0, 0)
    assert found["balances_exact"]
    assert found["started_while_read"] > 0
    assert min(found["orders"], found["fills"], sum(found["faults"].values())) > 0
    for what, bend in BROKEN.items():
        assert _judged_after(folder, bend), f"{what} was not seen"


@pytest.fixture
def folder() -> Iterator[Path]:
    """One whose path is short: the system takes a hundred characters for a control socket."""
    with TemporaryDirectory() as path:
        yield Path(path)


@pytest.mark.parametrize("moment", ["the venue starts", "the trader is ready"])
def test_sigterm_ends_a_soak_with_its_venue_and_its_trader(folder: Path, moment: str) -> None:
    """Nobody is left who trades with a venue nobody asks, and no folder nobody was told of."""
    options = {"start_new_session": True, "env": environment(TMPDIR=str(folder))}
    soak = start("rehearse", "soak", "--kills", 50, **options)

    def has_come() -> bool:
        if moment == "the venue starts":
            return len(alive_in_session(soak.pid)) > 1
        return any("ready after" in each.read_text() for each in folder.glob("*/traders.log"))

    try:
        wait_for(has_come, process=soak)
        soak.terminate()
        _, said = soak.communicate(timeout=60)

        # In its debug mode asyncio says more before: of slow steps, of a process it had to end.
        assert (soak.returncode, said.splitlines()[-1:]) == (4, ["stopped"]), said
        wait_for(lambda: not alive_in_session(soak.pid))
        assert not list(folder.iterdir())
    finally:
        for each in alive_in_session(soak.pid):  # whom a failed test leaves
            os.kill(each, signal.SIGKILL)


def test_a_soak_whose_traders_never_live_gives_up_and_says_why(tmp_path: Path) -> None:
    """It would go on for ever: only kills are counted."""
    keep = tmp_path / ("deep" * 20) / "soak"

    called = spawn("rehearse", "soak", "--kills", 50, "--keep", keep, within_s=300)

    assert called.code == 4
    assert "10 traders ended by themselves; the last with code 3" in called.err
    assert "want a path of at most 100 characters" in called.err


def test_a_soak_whose_first_trader_is_never_ready_proves_nothing_and_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drive, "_FIRST_READY_S", 0.0)
    plan = SoakPlan(kills=5, seed=28)  # its first life is none that ends early

    with pytest.raises(SoakError, match=r"no trader was ready within 0 s; see .*traders\.log"):
        asyncio.run(Soak(plan, folder, SystemClock()).run())
    assert "process" in (folder / "traders.log").read_text()


def _judged_after(folder: Path, bend: Any) -> bool:
    """Whether the judge finds something once the venue's truth is another."""
    path = folder / "truth.json"
    whole = path.read_bytes()
    truth = msgspec.json.decode(whole)
    bend(truth)
    path.write_bytes(msgspec.json.encode(truth))
    record = msgspec.json.decode((folder / "record.json").read_bytes(), type=SoakRecord)
    verdict = judge_soak(record, folder)
    path.write_bytes(whole)
    return not verdict.ok and bool(verdict.lost or verdict.doubled or not verdict.balances_exact)


def _another(row: dict[str, Any]) -> dict[str, Any]:
    """The same once more, under the next number of its kind."""
    number = "trade_id" if "trade_id" in row else "order_id"
    return row | {number: row[number] + 1_000_000}


@pytest.mark.parametrize("options", [("--kills", 0), ("--speed", 0)])
def test_a_soak_that_cannot_be_is_refused(options: tuple[object, ...]) -> None:
    assert spawn("rehearse", "soak", *options).code == 2
