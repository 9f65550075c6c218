"""Tests of argonaut.rehearsal.simulation.tapped."""

from pathlib import Path

import pytest

from argonaut.journal.meta import Meta
from argonaut.journal.writer import open_journal
from argonaut.rehearsal.simulation.disk import Mount
from argonaut.rehearsal.simulation.errors import HostDown
from argonaut.rehearsal.simulation.tapped import TappedEmergency, TappedJournal
from argonaut.runtime.emergency import MemoryEmergency, StrandedRow
from tests.rehearsal.simulation.small_world import SmallWorld


def test_appends_and_commits_are_points_and_commits_are_told():
    """A death between the journal and the wire is the one that costs money."""
    world = SmallWorld()
    mount = Mount("tapped", world.disk)
    writer = open_journal(
        Path("j"), Meta(config_hash="x"), clock=world.clock, pid=1, mode="live", vfs=mount.name
    )
    points: list[str] = []
    commits: list[tuple[int, list[tuple[str, str]]]] = []
    journal = TappedJournal(
        writer, point=points.append, on_commit=lambda seq, rows: commits.append((seq, rows))
    )

    assert journal.append(1, 1, "decision", "a", b"{}") == 1
    assert journal.append(1, 1, "intent", "b", b"{}") == 2
    journal.commit()
    journal.commit()

    assert points == ["append decision", "append intent", "commit"]
    assert commits == [(2, [("decision", "a"), ("intent", "b")])]
    assert journal.head[0] == 2
    journal.close()


def test_what_the_emergency_log_keeps_is_as_durable_as_the_journal():
    """An exit may leave over it: then its intent was there before its first byte."""
    log = MemoryEmergency()
    points: list[str] = []
    commits: list[tuple[int, list[tuple[str, str]]]] = []
    tapped = TappedEmergency(
        log, point=points.append, on_commit=lambda seq, rows: commits.append((seq, rows))
    )
    rows = [StrandedRow(seq, 1, 1, "intent", name, "{}") for seq, name in ((7, "a"), (8, "b"))]

    assert tapped.write(rows)
    assert tapped.rows() == log.rows() == tuple(rows)
    tapped.clear()

    assert points == ["emergency write", "emergency clear"]
    assert commits == [(8, [("intent", "a"), ("intent", "b")])]
    assert log.rows() == ()


def test_a_dead_machine_s_emergency_log_takes_nothing():
    """What is cleared away after a death must not look as if it had been saved before it."""
    log = MemoryEmergency()

    def dead(name: str) -> None:
        raise HostDown(name)

    tapped = TappedEmergency(log, point=dead, on_commit=lambda seq, rows: None)

    with pytest.raises(HostDown):
        tapped.write([StrandedRow(1, 1, 1, "intent", "a", "{}")])
    assert log.rows() == ()
