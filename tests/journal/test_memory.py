from argonaut.journal.chain import GENESIS
from argonaut.journal.memory import MemoryJournal
from tests.journal.opening import append_next, content, opened


def test_a_journal_in_memory_has_the_head_of_the_same_journal_in_a_file(tmp_path):
    """A backtest and a paper run of one recording are compared by this hash."""
    memory, file = MemoryJournal(), opened(tmp_path / "j.db", mode="paper", pid=99)
    append_next(memory, 50)
    append_next(file, 50)
    memory.commit()
    file.close()

    assert memory.head == file.head
    assert memory.head[0] == 50


def test_rows_are_kept_when_asked():
    journal = MemoryJournal(keeps_rows=True)
    append_next(journal, 3)
    journal.close()

    assert [row.seq for row in journal.rows] == [1, 2, 3]
    assert journal.rows[1].payload == content(2)[4]
    assert journal.rows[1].prev_hash == journal.rows[0].hash
    assert journal.head == (3, journal.rows[2].hash.hex())


def test_rows_are_not_kept_unless_asked():
    journal = MemoryJournal()
    append_next(journal, 3)

    assert journal.rows == []


def test_an_empty_journal_stands_at_the_genesis():
    assert MemoryJournal().head == (0, GENESIS.hex())
