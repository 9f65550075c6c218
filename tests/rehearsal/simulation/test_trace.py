"""Tests of argonaut.rehearsal.simulation.trace."""

from argonaut.rehearsal.simulation import trace
from argonaut.rehearsal.simulation.trace import Trace


def test_equal_histories_have_equal_hashes_and_others_have_not():
    """One hash stands for a whole run, so every part of every event must count."""
    events = (1, "bot", "write", b"a"), (2, "bot", "write", b"a"), (1, "venue", "write", b"a")
    digests = set()
    for event in (*events, (1, "bot", "read", b"a"), (1, "bot", "write", b"b")):
        one, other = Trace(), Trace()
        one.note(*event)
        other.note(*event)
        assert one.digest == other.digest
        digests.add(one.digest)

    assert len(digests) == 5


def test_the_last_lines_are_kept_to_be_read(monkeypatch):
    """What happened just before the end is what a person looks at first; memory has a bound."""
    monkeypatch.setattr(trace, "LINES_KEPT", 3)
    short, whole = Trace(), Trace(keep_all=True)
    for number in range(10):
        short.note(number, "bot", "write", b"abc")
        whole.note(number, "bot", "write", b"abc")

    assert list(short.lines) == ["7 bot write 3", "8 bot write 3", "9 bot write 3"]
    assert len(whole.lines) == short.count == 10


def test_a_hash_asked_for_early_changes_nothing_and_knows_everything():
    """Events are hashed many at once; a run is compared at whatever moment it ends."""
    asked, unasked = Trace(), Trace()
    digests = []
    for number in range(200):
        for each in (asked, unasked):
            each.note(number, "bot", "write", b"a" * 1_000)
        digests.append(asked.digest)

    assert len(set(digests)) == 200
    assert asked.digest == unasked.digest
