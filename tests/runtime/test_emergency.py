"""The log that still takes rows when the journal's disk takes none."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from argonaut.runtime.emergency import EmergencyLog, MemoryEmergency, StrandedRow


def row(seq: int, payload: str = "{}") -> StrandedRow:
    return StrandedRow(seq, seq, seq, "intent", "trend-1", payload)


def test_rows_survive_the_process(tmp_path: Path) -> None:
    """What was sent while the disk was full must be known to the next start."""
    path = tmp_path / "journal.emergency"
    log = EmergencyLog(path)

    assert log.write([row(1), row(2)])
    assert log.write([row(3)])
    log.close()

    assert EmergencyLog(path).rows() == (row(1), row(2), row(3))


def test_its_room_is_taken_beforehand_and_is_the_owner_s(tmp_path: Path) -> None:
    """A full disk must not refuse it too, and it holds what the journal holds."""
    path = tmp_path / "journal.emergency"

    EmergencyLog(path, 65_536).close()

    assert path.stat().st_blocks * 512 >= 65_536
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_does_not_fit_is_refused_whole(tmp_path: Path) -> None:
    """Half a row is no record of an order."""
    log = EmergencyLog(tmp_path / "log", 4_096)
    assert log.write([row(1)])

    assert not log.write([row(2, "x" * 5_000)])

    assert log.rows() == (row(1),)


def test_a_line_that_a_crash_cut_off_was_never_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "log"
    log = EmergencyLog(path, 4_096)
    log.write([row(1)])
    with path.open("r+b") as file:
        file.seek(len(log._content()))
        file.write(b'[2,2,2,"int')

    again = EmergencyLog(path, 4_096)

    assert again.rows() == (row(1),)
    assert again.write([row(2)])
    assert again.rows() == (row(1), row(2))


def test_a_disk_that_fails_is_answered_with_no(tmp_path: Path) -> None:
    """Nobody is left to catch an error there; the caller sends less instead."""
    log = EmergencyLog(tmp_path / "log", 4_096)
    log.close()
    reader = os.open(tmp_path / "log", os.O_RDONLY)
    log._file = reader

    assert not log.write([row(1)])
    os.close(reader)


def test_clearing_forgets(tmp_path: Path) -> None:
    """Rows moved into the journal must not be moved in again."""
    path = tmp_path / "log"
    log = EmergencyLog(path, 4_096)
    log.write([row(1)])

    log.clear()

    assert log.rows() == ()
    assert EmergencyLog(path, 4_096).rows() == ()


@pytest.mark.parametrize("rows", [[], [row(1)], [row(1), row(2)]])
def test_the_one_in_memory_keeps_and_forgets_alike(rows: list[StrandedRow]) -> None:
    log = MemoryEmergency()

    assert log.write(rows)
    assert log.rows() == tuple(rows)
    log.clear()
    assert log.rows() == ()
