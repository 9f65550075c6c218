from argonaut.journal.chain import GENESIS
from argonaut.journal.memory import MemoryJournal
from argonaut.journal.scribe import Scribe
from argonaut.journal.store import BufferedRow
from argonaut.journal.wire import Batch
from tests.journal.opening import append_next, content


class Sheet:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.rows: list[BufferedRow] = []
        self.ended = ""

    def write(self, rows) -> None:
        self.rows += rows

    def sync(self) -> None:
        self.ended += "synced"

    def finish(self) -> None:
        self.ended += "finished"

    def release(self) -> None:
        self.ended += "released"


def batch(first: int, last: int) -> Batch:
    return Batch(first, -first, [content(seq) for seq in range(first, last + 1)])


def test_it_chains_as_every_journal_does():
    memory = MemoryJournal(keeps_rows=True)
    append_next(memory, 9)
    sheet = Sheet()
    scribe = Scribe(sheet, pid=7, mode="backtest")
    scribe.write(batch(1, 4))
    scribe.write(batch(5, 9))

    assert scribe.head() == (9, bytes.fromhex(memory.head[1]))
    assert [row[:8] for row in sheet.rows] == [
        (row.seq, row.event_seq, row.event_ns, row.kind, row.subject, row.payload,
         row.prev_hash, row.hash)
        for row in memory.rows
    ]  # fmt: skip
    assert {row[8:] for row in sheet.rows} == {(1, -1, 7, "backtest"), (5, -5, 7, "backtest")}


def test_one_goes_on_where_another_left_off():
    alone, first = Scribe(None, pid=7, mode="m"), Scribe(None, pid=7, mode="m")
    alone.write(batch(1, 9))
    first.write(batch(1, 4))
    seq, digest = first.head()
    second = Scribe(None, pid=8, mode="m", seq=seq, digest=digest)
    second.write(batch(5, 9))

    assert second.head() == alone.head()


def test_a_chain_without_a_file_begins_at_the_genesis_and_ends_quietly():
    scribe = Scribe(None, pid=7, mode="m")
    scribe.sync()
    scribe.finish()
    scribe.release()

    assert scribe.head() == (0, GENESIS)


def test_the_sheet_hears_of_the_end():
    sheet = Sheet()
    scribe = Scribe(sheet, pid=7, mode="m")
    scribe.sync()
    scribe.finish()
    scribe.release()

    assert sheet.ended == "syncedfinishedreleased"
