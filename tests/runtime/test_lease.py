"""One process a journal, one epoch a start."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.errors import RefusedToStartError
from argonaut.domain.ids import StrategyId
from argonaut.engine.ids import epoch_of, order_id, signal_id
from argonaut.journal.query import RowFilter
from argonaut.runtime import lease
from argonaut.runtime.recorder import Recorder
from tests.runtime.journals import journal_in
from tests.runtime.virtual import FixedRng, VirtualClock, VirtualLoop


def test_a_second_instance_is_refused_with_the_first_one_s_number(tmp_path: Path) -> None:
    """F30: two bots on one account would answer each other's fills."""
    path = tmp_path / "journal.lock"

    with (
        lease.held(path),
        pytest.raises(RefusedToStartError, match=r"held by process [0-9]+"),
        lease.held(path),
    ):
        pass

    with lease.held(path):
        assert path.read_text().strip().isdigit()


@given(number=st.integers(1, 10**6), tag=st.from_regex("[a-z]{2}", fullmatch=True))
def test_an_epoch_tells_which_start_made_an_order(number: int, tag: str) -> None:
    """Through the order's id at the venue and back."""
    epoch = lease.epoch_text(tag, number)
    name = order_id(signal_id(StrategyId("trend"), epoch, 1), "e")

    assert lease.number_of(epoch_of(name) or "", tag) == number


def test_an_epoch_of_another_journal_is_nobody_s_start() -> None:
    assert lease.number_of("qz5", "qa") is None
    assert lease.number_of("qz", "qz") is None
    assert lease.number_of("", "qz") is None
    assert lease.number_of("qz-", "qz") is None


def test_each_start_takes_the_next_number(tmp_path: Path) -> None:
    """Order ids of one start must never be made by another."""
    loop = VirtualLoop()
    clock = VirtualClock(loop)
    taken = []
    for _ in range(3):
        journal = journal_in(tmp_path, clock)
        number = lease.take(journal, "qz", journal.rows(RowFilter(kinds=(lease.KIND,))))
        recorder = Recorder(journal, clock, emergency=None)
        row = lease.Lease(epoch="", number=number, config_hash="", build="")
        recorder.write(0, 0, lease.KIND, "", row)
        recorder.commit()
        journal.close()
        taken.append(number)
    loop.close()

    assert taken == [1, 2, 3]


def test_a_journal_that_counts_backwards_is_refused(tmp_path: Path) -> None:
    """An old copy put back by hand would mint ids the venue has seen."""
    loop = VirtualLoop()
    clock = VirtualClock(loop)
    journal = journal_in(tmp_path, clock)
    recorder = Recorder(journal, clock, emergency=None)
    row = lease.Lease(epoch="", number=9, config_hash="", build="")
    recorder.write(0, 0, lease.KIND, "", row)
    recorder.commit()

    with pytest.raises(RefusedToStartError, match="used again"):
        lease.take(journal, "qz", journal.rows(RowFilter(kinds=(lease.KIND,))))
    loop.close()


def test_a_tag_is_two_letters() -> None:
    assert lease.new_tag(FixedRng()) == "nn"
