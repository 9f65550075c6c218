from random import Random

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.journal.chain import GENESIS
from argonaut.journal.copying import back_up, restore
from argonaut.journal.errors import JournalError
from argonaut.journal.memory import MemoryJournal
from argonaut.journal.reader import JournalReader, verify
from argonaut.journal.verify import verify_rows
from tests.journal.opening import append_next, is_as_written, written
from tests.journal.places import FilePlace, verified
from tests.journal.told import told

COLUMNS = ("seq", "event_seq", "event_ns", "kind", "subject", "payload", "prev_hash", "hash")
ROWS = 12


def stored(rows=ROWS):
    """The rows of a whole journal as the file holds them, each a list of its hashed columns."""
    journal = MemoryJournal(keeps_rows=True)
    append_next(journal, rows)
    return [
        [
            *(row.seq, row.event_seq, row.event_ns, row.kind.encode(), row.subject.encode()),
            *(row.payload, row.prev_hash, row.hash),
        ]
        for row in journal.rows
    ]


def flipped(value, at, mask):
    """`value` with one byte changed; integers have eight."""
    if isinstance(value, int):
        number = int.from_bytes(
            flipped(value.to_bytes(8, "little", signed=True), at, mask), "little"
        )
        return number - 2**64 if number >= 2**63 else number
    at %= len(value)
    return value[:at] + bytes([value[at] ^ mask]) + value[at + 1 :]


def test_a_whole_chain_reports_its_length_times_and_head():
    rows = stored()
    report = verify_rows(rows)

    assert report.ok
    assert (report.rows, report.broken_seq, report.reason) == (ROWS, None, "")
    assert (report.first_ns, report.last_ns) == (rows[0][2], rows[-1][2])
    assert report.head_hash == rows[-1][7].hex()


def test_an_empty_chain_is_whole():
    report = verify_rows([])

    assert report.ok
    assert (report.rows, report.first_ns, report.head_hash) == (0, None, GENESIS.hex())


@given(
    st.integers(0, ROWS - 1),
    st.integers(0, len(COLUMNS) - 1),
    st.integers(0, 1000),
    st.integers(1, 255),
)
def test_any_changed_byte_of_any_hashed_column_is_found_in_its_row(row, column, at, mask):
    """Nobody, and no disk, rewrites what was decided."""
    rows = stored()
    rows[row][column] = flipped(rows[row][column], at, mask)
    report = verify_rows(rows)

    assert not report.ok
    assert report.broken_seq == row + 1
    assert report.rows == row
    assert report.reason


@given(st.integers(0, ROWS - 2))
def test_a_missing_row_is_found(gone):
    rows = stored()
    del rows[gone]
    report = verify_rows(rows)

    assert report.broken_seq == gone + 1
    assert f"found row {gone + 2}" in report.reason


def test_a_rewritten_row_with_a_fitting_hash_is_found_in_the_next():
    rows, forged = stored(), MemoryJournal(keeps_rows=True)
    append_next(forged, 4)
    forged.append(1, 1, "decision", "BTC", b'{"approved":true}')
    rows[4][1:6] = [1, 1, b"decision", b"BTC", b'{"approved":true}']
    rows[4][7] = forged.rows[4].hash
    report = verify_rows(rows)

    assert report.broken_seq == 6
    assert "prev_hash" in report.reason


@pytest.mark.parametrize("column", range(1, len(COLUMNS)))
@pytest.mark.parametrize("value", [None, "text", 7.5])
def test_a_column_of_another_type_is_a_flaw_and_no_traceback(column, value):
    rows = stored()
    rows[2][column] = value
    report = verify_rows(rows)

    assert report.broken_seq == 3
    assert report.reason


@pytest.mark.parametrize("column", COLUMNS)
def test_a_change_in_the_file_is_found_in_its_row(tmp_path, column):
    path = tmp_path / "j.db"
    written(path, ROWS)
    value = "x'00'" if column in {"payload", "prev_hash", "hash"} else "'999'"
    connection = apsw.Connection(str(path))
    connection.execute(f"UPDATE events SET {column} = {value} WHERE seq = 8")
    connection.close()
    report = verify(path)

    assert report.broken_seq == 8
    assert report.rows == 7


def test_no_flipped_byte_of_the_file_gets_a_changed_row_accepted(tmp_path):
    """Whatever the disk does to the file: a typed error, a flaw, or rows as they were written."""
    path = tmp_path / "j.db"
    written(path, 60)
    whole = path.read_bytes()
    dice = Random(5)
    found = 0
    for _ in range(1000):
        damaged = bytearray(whole)
        damaged[dice.randrange(len(whole))] ^= dice.randint(1, 255)
        path.write_bytes(damaged)
        try:
            with JournalReader(path) as reader:
                report = reader.verify()
                rows = list(reader.rows()) if report.ok else []
        except JournalError:
            found += 1
            continue
        found += not report.ok
        assert all(map(is_as_written, rows))
    assert found > 100


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM order_rows WHERE seq = (SELECT max(seq) FROM order_rows)",
        "UPDATE order_rows SET seq = seq + 1 WHERE seq = (SELECT max(seq) FROM order_rows)",
    ],
)
def test_a_row_hidden_from_its_order_is_found(place, tmp_path, damage):
    """A fill of that order, told late, would be nobody's."""
    told(place).close()
    whole = verified(place)
    place.change(damage)
    report = verified(place)
    restored = tmp_path / "restored.db"
    back_up(place.source, tmp_path / "copy.db")
    restore(tmp_path / "copy.db", restored)

    assert whole.ok
    assert not report.ok
    assert report.broken_seq is None
    assert "the index of orders names" in report.index_flaw
    assert verify(restored).ok


def test_a_file_without_an_index_has_no_flaw_in_it(tmp_path):
    place = FilePlace(tmp_path / "j.db")
    told(place, finds_orders=False).close()

    assert verified(place).ok
