"""A journal as a file other programs read: JSON lines, CSV or Parquet."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from argonaut.journal.errors import JournalBrokenError, JournalIOError
from argonaut.journal.query import EVERY_ROW, RowFilter
from argonaut.journal.reader import JournalReader
from argonaut.journal.row import Row

if TYPE_CHECKING:
    import polars as pl

BATCH_ROWS = 10_000

_INTEGERS = frozenset({"seq", "event_seq", "event_ns", "wall_ns", "mono_ns", "pid"})


class ExportFormat(StrEnum):
    """How the rows are written."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


class ExportedRow(msgspec.Struct, frozen=True):
    """One line of the export. Hashes are hexadecimal; the payload is JSON, in tables its text."""

    seq: int
    event_seq: int
    event_ns: int
    kind: str
    subject: str
    payload: msgspec.Raw
    prev_hash: str
    hash: str
    wall_ns: int | None
    mono_ns: int | None
    pid: int | None
    mode: str | None


def export(
    source: Path | str, out: Path, file_format: ExportFormat, wanted: RowFilter = EVERY_ROW
) -> int:
    """Write the wanted rows of the journal at `source` to `out` and return how many there were.

    `out` is replaced only when all of it is written. The order log of SPEC section 2 is `JSONL`
    with the kinds that carry order intents, written to `orders.jsonl`.

    Raises:
        JournalBrokenError: A payload is no JSON.
        JournalIOError: `out` cannot be written.
        JournalError: What `JournalReader` raises.
    """
    draft = out.with_name(f"{out.name}.part")
    with JournalReader(source) as reader:
        batches = _Batches(map(_exported, reader.rows(wanted)))
        try:
            with draft.open("wb") as sink:
                _WRITERS[file_format](batches, sink)
                sink.flush()
                os.fsync(sink.fileno())
            draft.replace(out)
        except OSError as error:
            raise JournalIOError(f"cannot write {out} ({error}); want a writable folder") from error
        finally:
            draft.unlink(missing_ok=True)
    return batches.rows


class _Batches:
    """Rows in lists of at most `BATCH_ROWS`, counted as they pass."""

    def __init__(self, exported: Iterator[ExportedRow]) -> None:
        self._exported = exported
        self.rows = 0

    def __iter__(self) -> Iterator[list[ExportedRow]]:
        while batch := list(islice(self._exported, BATCH_ROWS)):
            self.rows += len(batch)
            yield batch


def _exported(row: Row) -> ExportedRow:
    try:
        payload = msgspec.json.format(row.payload, indent=-1)
        payload.decode()
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise JournalBrokenError(
            f"the payload of row {row.seq} is {row.payload[:80]!r}, want JSON ({error})", row.seq
        ) from error
    return ExportedRow(
        seq=row.seq,
        event_seq=row.event_seq,
        event_ns=row.event_ns,
        kind=row.kind,
        subject=row.subject,
        payload=msgspec.Raw(payload),
        prev_hash=row.prev_hash.hex(),
        hash=row.hash.hex(),
        wall_ns=row.wall_ns,
        mono_ns=row.mono_ns,
        pid=row.pid,
        mode=row.mode,
    )


def _write_jsonl(batches: Iterable[list[ExportedRow]], sink: BinaryIO) -> None:
    encoder = msgspec.json.Encoder()
    sink.writelines(encoder.encode_lines(batch) for batch in batches)


# polars is given the open file and never its path: a thread of its sink can still open a path
# after the export has failed and its draft was removed.
def _write_csv(batches: Iterable[list[ExportedRow]], sink: BinaryIO) -> None:
    _table(batches).sink_csv(sink)


def _write_parquet(batches: Iterable[list[ExportedRow]], sink: BinaryIO) -> None:
    import polars as pl  # noqa: PLC0415

    try:
        _table(batches).sink_parquet(sink)
    except pl.exceptions.ComputeError as error:  # a full disk; the rows raise errors of ours
        raise OSError(str(error)) from error


def _table(batches: Iterable[list[ExportedRow]]) -> pl.LazyFrame:
    """Return a frame that pulls the batches while it is written, so a journal of any size fits."""
    # polars takes longer to import than a small export; only tables pay for it.
    import polars as pl  # noqa: PLC0415
    from polars.io.plugins import register_io_source  # noqa: PLC0415

    names = ExportedRow.__struct_fields__
    schema = pl.Schema({name: pl.Int64() if name in _INTEGERS else pl.String() for name in names})

    def frames(
        _columns: list[str] | None, _predicate: object, _rows: int | None, _batch: int | None
    ) -> Iterator[pl.DataFrame]:
        yield pl.DataFrame(schema=schema)
        for batch in batches:
            yield pl.DataFrame([_texts(row) for row in batch], schema=schema)

    return register_io_source(frames, schema=schema)


def _texts(row: ExportedRow) -> dict[str, int | str | None]:
    return {**msgspec.structs.asdict(row), "payload": bytes(row.payload).decode()}


_Write = Callable[[Iterable[list[ExportedRow]], BinaryIO], None]

_WRITERS: dict[ExportFormat, _Write] = {
    ExportFormat.JSONL: _write_jsonl,
    ExportFormat.CSV: _write_csv,
    ExportFormat.PARQUET: _write_parquet,
}
