"""A trader copies its own journal while it trades."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from argonaut.domain.errors import RefusedToStartError
from argonaut.journal.copying import put_in_place
from argonaut.journal.reader import verify
from argonaut.journal.row import Row
from argonaut.runtime.backup import BackupState, RunningBackup
from argonaut.runtime.control import ControlServer, ask
from argonaut.runtime.paper import PaperRun
from tests.journal.opening import append_next, opened
from tests.runtime.test_control import answers


async def copied(where: Path, target: Path) -> BackupState:
    await ask(where, "/backup", body={"path": str(target)})
    while True:
        state = msgspec.convert(await ask(where, "/backup"), BackupState)
        if state.is_whole or state.error:
            return state
        await asyncio.sleep(0.01)


def test_the_copy_of_a_running_trader_verifies_and_the_run_goes_on(tmp_path: Path) -> None:
    """A backup by night may not need a stop: stops are when stops are missed."""
    draft = tmp_path / "copy.part"

    async def asking(run: PaperRun, _server: ControlServer, where: Path) -> Any:
        state = await copied(where, draft)
        seq = run.journal.head[0]
        run.player.play_to_row(run.player.rows_played + 500)
        return state, seq, run.journal.head[0]

    state, seq, later = answers(tmp_path, asking)
    report = put_in_place(draft, tmp_path / "copy.db")

    assert state.is_whole
    assert 0 < report.rows <= seq < later
    assert verify(tmp_path / "copy.db").ok


def test_the_chain_is_given_out_in_pieces_as_it_is(tmp_path: Path) -> None:
    """The tables for people are made of it, in a process that can slow nobody."""

    async def asking(run: PaperRun, _server: ControlServer, where: Path) -> Any:
        run.journal.commit()
        rows: list[Row] = []
        while page := msgspec.convert(
            await ask(where, "/chain", query={"from_seq": str(len(rows) + 1), "limit": "9"}),
            list[Row],
        ):
            rows += page
        return rows, list(run.journal.rows()), await ask(where, "/meta")

    rows, stored, meta = answers(tmp_path, asking)

    assert rows == stored
    assert len(rows) > 20
    assert meta["run"]["quote"] == "USDT"


@pytest.mark.parametrize("path", ["copy.part", "/tmp/journal.db", ""])
def test_a_place_that_is_no_draft_is_refused(tmp_path: Path, path: str) -> None:
    async def asking(_run: PaperRun, _server: ControlServer, where: Path) -> Any:
        return await ask(where, "/backup", body={"path": path})

    with pytest.raises(RefusedToStartError, match=r"ends in \.part"):
        answers(tmp_path, asking)


def test_nobody_asked_for_a_copy(tmp_path: Path) -> None:
    async def asking(_run: PaperRun, _server: ControlServer, where: Path) -> Any:
        return await ask(where, "/backup")

    with pytest.raises(RefusedToStartError, match="no copy"):
        answers(tmp_path, asking)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    async def asking(_run: PaperRun, _server: ControlServer, where: Path) -> Any:
        return await copied(where, tmp_path / "nowhere" / "copy.part")

    with pytest.raises(RefusedToStartError, match="cannot be opened"):
        answers(tmp_path, asking)


def test_one_copy_at_a_time_and_a_stop_gives_it_up(tmp_path: Path) -> None:
    async def twice() -> RunningBackup:
        journal = opened(tmp_path / "j.db")
        append_next(journal, 4_000)
        journal.commit()
        backup = RunningBackup()
        backup.begin(journal, tmp_path / "copy.part")
        with pytest.raises(RefusedToStartError, match="is being made"):
            backup.begin(journal, tmp_path / "other.part")
        await backup.close()
        journal.close()
        return backup

    state = asyncio.run(twice()).state

    assert state is not None
    assert not state.is_whole
    assert verify(tmp_path / "j.db").rows == 4_000
