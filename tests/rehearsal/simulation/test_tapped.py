"""Tests of argonaut.rehearsal.simulation.tapped."""

from pathlib import Path

from argonaut.journal.meta import Meta
from argonaut.journal.writer import open_journal
from argonaut.rehearsal.simulation.disk import Mount
from argonaut.rehearsal.simulation.tapped import TappedJournal
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
