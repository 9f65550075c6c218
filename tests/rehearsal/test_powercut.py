"""RELIABILITY F02: power cuts at random writes, truncations, deletions and syncs."""

import apsw
import pytest

from argonaut.rehearsal.powercut import CutDisk, PowerCutRun, content


def test_no_acknowledged_row_is_lost_in_a_thousand_power_cuts():
    """An order whose intent was durable is at the venue; its row must be there after the cut."""
    found = PowerCutRun(seed=7, synchronous="full").run(1_000)

    assert found.ok
    assert found.cuts == 1_000
    assert found.rows_lost == 0
    assert found.torn_cuts > 500  # the cuts did hit unsynced writes
    assert found.acknowledged_rows > 5_000


@pytest.mark.parametrize("synchronous", ["normal", "off"])
def test_a_writer_that_syncs_less_loses_rows(synchronous):
    """A disk that never lost anything would prove nothing."""
    found = PowerCutRun(seed=7, synchronous=synchronous).run(100)

    assert not found.ok
    assert found.cuts_that_lost + found.unreadable > 10


def test_one_seed_is_one_story():
    """A cut that loses a row has to be cut again to be understood."""
    stories = [PowerCutRun(seed=3, synchronous="normal").run(50) for _ in range(2)]

    assert stories[0] == stories[1]
    assert PowerCutRun(seed=4, synchronous="normal").run(50) != stories[0]


def test_the_number_of_cuts_is_the_one_asked_for_and_is_told():
    told = []
    found = PowerCutRun(seed=1, synchronous="full").run(7, lambda *done: told.append(done))

    assert found.cuts == 7
    assert told == [(4, 7), (7, 7)]


def test_nothing_reaches_the_disk_after_the_cut():
    disk = CutDisk()
    disk.begin(cut_at=2)
    disk.operate("write")
    for _ in range(2):
        with pytest.raises(apsw.IOError, match="no power for a sync"):
            disk.operate("sync")
    disk.begin(cut_at=0)
    disk.operate("sync")


def test_rows_differ_and_snapshots_fall_among_them():
    kinds = {content(seq)[2] for seq in range(1, 40)}

    assert kinds == {"intent", "report", "skip", "snapshot"}
    assert len({content(seq) for seq in range(1, 40)}) == 39
