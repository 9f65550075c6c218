import csv
import json

import polars as pl
import pytest

from argonaut.journal import export as exporting
from argonaut.journal.errors import JournalBrokenError, JournalIOError
from argonaut.journal.export import ExportFormat, export
from argonaut.journal.query import RowFilter
from tests.journal.opening import append_next, content, opened
from tests.journal.places import written_at

EVERY_FORMAT = pytest.mark.parametrize("file_format", list(ExportFormat))


@pytest.fixture
def journal(place):
    written_at(place, 25)
    return place.source


def loaded(out, file_format):
    """The exported lines as dictionaries, whatever the format."""
    if file_format == ExportFormat.JSONL:
        return [json.loads(line) for line in out.read_text().splitlines()]
    if file_format == ExportFormat.PARQUET:
        return pl.read_parquet(out).to_dicts()
    with out.open(newline="") as lines:
        return list(csv.DictReader(lines))


@EVERY_FORMAT
def test_every_row_is_exported_in_order(journal, tmp_path, file_format, monkeypatch):
    monkeypatch.setattr(exporting, "BATCH_ROWS", 10)
    out = tmp_path / "out"
    rows = export(journal, out, file_format)
    lines = loaded(out, file_format)

    assert rows == len(lines) == 25
    assert [int(line["seq"]) for line in lines] == list(range(1, 26))
    assert [line["subject"] for line in lines] == [content(seq)[3] for seq in range(1, 26)]
    assert lines[1]["prev_hash"] == lines[0]["hash"]
    assert int(lines[0]["event_ns"]) == content(1)[1]


@EVERY_FORMAT
def test_the_payload_stays_json(journal, tmp_path, file_format):
    out = tmp_path / "out"
    export(journal, out, file_format, RowFilter(from_seq=7, to_seq=7))
    payload = loaded(out, file_format)[0]["payload"]
    if file_format != ExportFormat.JSONL:
        payload = json.loads(payload)

    assert payload == json.loads(content(7)[4])


@EVERY_FORMAT
def test_a_filter_that_keeps_nothing_writes_a_file_without_rows(journal, tmp_path, file_format):
    out = tmp_path / "out"
    rows = export(journal, out, file_format, RowFilter(kinds=("operator",)))

    assert rows == 0
    assert loaded(out, file_format) == []


def test_the_order_log_holds_only_the_kinds_that_carry_orders(journal, tmp_path):
    out = tmp_path / "orders.jsonl"
    rows = export(journal, out, ExportFormat.JSONL, RowFilter(kinds=("decision",)))

    assert rows
    assert {line["kind"] for line in loaded(out, ExportFormat.JSONL)} == {"decision"}


def test_a_payload_over_several_lines_stays_one_line(tmp_path):
    path, out = tmp_path / "j.db", tmp_path / "out.jsonl"
    journal = opened(path)
    journal.append(1, 1, "signal", "", b'{\n "price": 1.50e3\n}')
    journal.close()
    export(path, out, ExportFormat.JSONL)

    assert '"payload":{"price":1.50e3}' in out.read_text()
    assert out.read_text().count("\n") == 1


@EVERY_FORMAT
@pytest.mark.parametrize("payload", [b"{", b'"\xff"', b""])
def test_a_payload_that_is_no_json_is_named_and_leaves_the_old_export(
    tmp_path, file_format, payload
):
    path, out = tmp_path / "j.db", tmp_path / "out"
    out.write_text("yesterday")
    journal = opened(path)
    append_next(journal, 2)
    journal.append(1, 1, "signal", "", payload)
    journal.close()

    with pytest.raises(JournalBrokenError, match="payload of row 3"):
        export(path, out, file_format)
    assert out.read_text() == "yesterday"
    assert {entry.name for entry in tmp_path.iterdir()} == {"j.db", "out"}


@EVERY_FORMAT
def test_a_folder_that_is_not_there_is_said(journal, tmp_path, file_format):
    with pytest.raises(JournalIOError, match="cannot write"):
        export(journal, tmp_path / "nowhere" / "out", file_format)


@EVERY_FORMAT
def test_a_full_disk_is_said_and_leaves_the_old_export(journal, tmp_path, file_format):
    out, draft = tmp_path / "out", tmp_path / "out.part"
    out.write_text("yesterday")
    draft.symlink_to("/dev/full")

    with pytest.raises(JournalIOError, match="No space left"):
        export(journal, out, file_format)
    assert out.read_text() == "yesterday"
    assert not draft.is_symlink()


@pytest.mark.parametrize("file_format", [ExportFormat.CSV, ExportFormat.PARQUET])
def test_a_thread_of_a_failed_table_has_nothing_left_to_open(tmp_path, file_format, monkeypatch):
    targets = []
    sink = getattr(pl.LazyFrame, f"sink_{file_format}")

    def watched(frame, target):
        targets.append(target)
        sink(frame, target)

    monkeypatch.setattr(pl.LazyFrame, f"sink_{file_format}", watched)
    journal = opened(tmp_path / "j.db")
    journal.append(1, 1, "signal", "", b"{")
    journal.close()

    with pytest.raises(JournalBrokenError):
        export(tmp_path / "j.db", tmp_path / "out", file_format)
    assert [target.closed for target in targets] == [True]
