import apsw
import pytest

from argonaut.journal.errors import JournalBrokenError
from argonaut.journal.query import RowFilter, select_rows
from argonaut.journal.reader import JournalReader
from tests.journal.opening import content, written
from tests.journal.places import written_at

ROWS = 30
FIRST_NS = content(1)[1]


@pytest.fixture
def journal(place):
    written_at(place, ROWS)
    with JournalReader(place.source) as reader:
        yield reader


@pytest.mark.parametrize(
    ("wanted", "holds"),
    [
        (RowFilter(), lambda row: True),
        (RowFilter(from_seq=12), lambda row: row.seq >= 12),
        (RowFilter(to_seq=4), lambda row: row.seq <= 4),
        (RowFilter(kinds=("decision",)), lambda row: row.kind == "decision"),
        (RowFilter(kinds={"signal", "report"}), lambda row: row.kind != "decision"),
        (RowFilter(subject="order-3"), lambda row: row.subject == "order-3"),
        (RowFilter(from_ns=FIRST_NS + 9), lambda row: row.event_ns >= FIRST_NS + 9),
        (RowFilter(to_ns=FIRST_NS + 9), lambda row: row.event_ns <= FIRST_NS + 9),
        (
            RowFilter(from_seq=5, kinds=("signal",), subject="order-1"),
            lambda row: row.seq >= 5 and row.kind == "signal" and row.subject == "order-1",
        ),
        (RowFilter(subject=""), lambda row: False),
    ],
)
def test_a_filter_keeps_exactly_the_rows_it_names(journal, wanted, holds):
    expected = [row.seq for row in journal.rows() if holds(row)]

    assert [row.seq for row in journal.rows(wanted)] == expected


def test_a_damaged_page_is_an_error_of_the_journal(tmp_path):
    path = tmp_path / "j.db"
    written(path, 200)
    connection = apsw.Connection(str(path))
    root = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'events'").get
    page_bytes = connection.pragma("page_size")
    connection.close()
    damaged = bytearray(path.read_bytes())
    damaged[(root - 1) * page_bytes : root * page_bytes] = b"\xff" * page_bytes
    path.write_bytes(damaged)
    connection = apsw.Connection(str(path))

    with pytest.raises(JournalBrokenError, match="is damaged"):
        list(select_rows(connection, path))
    connection.close()
    with JournalReader(path) as reader:
        assert "cannot be read" in reader.verify().reason
