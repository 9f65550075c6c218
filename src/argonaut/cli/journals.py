"""What `argonaut journal` does: verify, show and export, of a file or of a running trader."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from argonaut.cli.output import (
    UnusableTargetError,
    print_json,
    print_line,
    printable,
    replaced,
    require_target,
)
from argonaut.cli.trader import ask_trader, journal_named, open_closed
from argonaut.domain.errors import ExitCode, InvalidValueError
from argonaut.domain.record import SHADOW, Decision, DetectorAnswer, ProtectionMoved
from argonaut.domain.signal import Skip
from argonaut.journal.body import KINDS, row_object
from argonaut.journal.export import ExportFormat, export
from argonaut.journal.order_log import ORDER_KINDS, OrderLog
from argonaut.journal.query import RowFilter
from argonaut.journal.why import is_named
from argonaut.reports.signal_line import line_of
from argonaut.reports.wording import utc

_SHOWN_MAX = 200
_DECIDED: dict[str, type[Decision | Skip | ProtectionMoved | DetectorAnswer]] = {
    "decision": Decision,
    "skip": Skip,
    "protection": ProtectionMoved,
    "signal": DetectorAnswer,
}


def verify_journal(source: str, *, as_json: bool) -> ExitCode:
    """Print whether a journal is whole.

    Raises:
        JournalError: It cannot be read at all.
    """
    journal = journal_named(source)
    with open_closed(journal) as reader:
        report, meta, path = reader.verify(), reader.meta, reader.name
    if as_json:
        print_json(
            {
                "path": path,
                "ok": report.ok,
                "meta": msgspec.to_builtins(meta),
                **msgspec.to_builtins(report),
            }
        )
    elif report.ok:
        print_line(f"{path} is whole: {report.rows:,} rows, head {report.head_hash}")
        if report.first_ns is not None:
            print_line(f"  {utc(report.first_ns)} to {utc(report.last_ns)} UTC")
        build = f" build {meta.build_hash}" if meta.build_hash else ""
        print_line(f"  begun by {meta.created_by}{build} with config {meta.config_hash[:16]}")
    elif report.index_flaw:
        print_line(f"{path}: all {report.rows:,} rows are whole, but {report.index_flaw}")
        print_line("  back it up and restore the copy, which makes the index anew")
    else:
        print_line(f"{path} is broken at row {report.broken_seq}: {report.reason}")
        print_line(f"  {report.rows:,} rows before it are whole, head {report.head_hash}")
    return ExitCode.OK if report.ok else ExitCode.REFUSED


def show_journal(
    source: str, kinds: Sequence[str], *, last: int, instrument: str, as_json: bool
) -> None:
    """Print the last rows, of the trader that has the journal open or of the closed file.

    Raises:
        JournalError, InvalidValueError: It cannot be read, or there is no such kind.
    """
    _require_kinds(kinds)
    journal = journal_named(source)
    asked = {"kinds": ",".join(kinds), "limit": "1000"}
    rows = ask_trader(journal, "/rows", asked)
    if rows is None:
        with open_closed(journal) as reader:
            rows = [row_object(row) for row in reader.rows(RowFilter(kinds=kinds))]
    wanted = [row for row in rows if _speaks_of(row, instrument)][-last:]
    if as_json:
        print_json(wanted)
        return
    for row in wanted:
        print_line(_row_line(row))


def export_journal(
    source: str, target: Path | None, kinds: Sequence[str], *, orders: bool, as_json: bool
) -> None:
    """Write rows, or the log of orders, to a file.

    Raises:
        JournalError, OutputError, InvalidValueError: Nothing was written.
    """
    _require_kinds(kinds)
    is_order_log = orders or target is None
    out = target or Path("orders.jsonl")
    format_ = _format_of(out)
    if is_order_log and format_ is not ExportFormat.JSONL:
        raise UnusableTargetError(f"{out}: the log of orders is JSON lines, want a .jsonl file")
    require_target(out)
    journal = journal_named(source)
    if is_order_log:
        log = OrderLog()
        with open_closed(journal) as reader:
            for row in reader.rows(RowFilter(kinds=ORDER_KINDS)):
                log.take(row)
        with replaced(out) as file:
            file.writelines(msgspec.json.encode(each).decode() + "\n" for each in log.lines)
        count = len(log.lines)
    else:
        count = export(journal.rows, out, format_, RowFilter(kinds=kinds))
    if as_json:
        print_json({"path": str(out), "rows": count})
    else:
        print_line(f"{count:,} {'orders' if is_order_log else 'rows'} written to {out}")


def _require_kinds(kinds: Sequence[str]) -> None:
    unknown = [each for each in kinds if each.removeprefix(SHADOW) not in KINDS]
    if unknown:
        raise InvalidValueError(f"--kind: want one of {', '.join(KINDS)}, not {unknown[0]!r}")


def _format_of(out: Path) -> ExportFormat:
    try:
        return ExportFormat(out.suffix.removeprefix("."))
    except ValueError:
        raise UnusableTargetError(
            f"{out}: want a name that ends in .jsonl, .csv or .parquet"
        ) from None


def _speaks_of(row: dict[str, Any], instrument: str) -> bool:
    return not instrument or any(
        is_named(instrument, name) for name in _instruments_in(row["body"])
    )


def _instruments_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, each in value.items():
            if key == "instrument_id" and isinstance(each, str):
                yield each
            else:
                yield from _instruments_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from _instruments_in(each)


def _row_line(row: dict[str, Any]) -> str:
    said = _said(row)
    said = said if len(said) <= _SHOWN_MAX else f"{said[:_SHOWN_MAX]}…"
    return printable(f"{row['seq']:>8}  {utc(row['event_ns'])}  {row['kind']:<12} {said}")


def _said(row: dict[str, Any]) -> str:
    """Say a decision as people do, and anything else as it stands in the journal."""
    type_ = _DECIDED.get(row["kind"].removeprefix(SHADOW))
    if type_ is None:
        return f"{row['subject']} {msgspec.json.encode(row['body']).decode()}"
    line = line_of(row["event_ns"], msgspec.convert(row["body"], type_))
    parts = (line.who, line.instrument_id, line.wish, line.answer, line.why, line.reason)
    return "  ".join(part for part in parts if part)
