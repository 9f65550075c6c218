"""What `argonaut signal show` does: ask or read, then tell the way of one signal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from argonaut.cli.output import print_json, print_line, printable
from argonaut.cli.place import JournalPlace
from argonaut.cli.trader import ask_trader, journal_meant, open_closed
from argonaut.domain.errors import ArgonautError, ExitCode
from argonaut.journal.query import RowFilter
from argonaut.journal.signal_fate import KINDS, OrderFate, SignalFate, fates_of
from argonaut.reports.wording import plain, utc


class UnknownSignalError(ArgonautError):
    """No signal of this id has ever come to this run."""

    exit_code = ExitCode.USAGE


def shown(signal_id: str, config: Path | None, *, source: str, as_json: bool) -> ExitCode:
    """Print what became of a signal.

    Raises:
        UnknownSignalError: There is none of this id.
        ConfigError, JournalError: There is no such run, or its journal cannot be read.
    """
    journal = journal_meant(config)
    fates = _asked(journal, signal_id, source)
    if not fates:
        whose = f" of {source}" if source else ""
        raise UnknownSignalError(f"no signal {signal_id}{whose} has come to {journal}")
    if as_json:
        print_json(fates)
        return ExitCode.OK
    for fate in fates:
        for line in fate_lines(fate):
            print_line(printable(line))
    return ExitCode.OK


def fate_lines(fate: SignalFate) -> Iterator[str]:
    """Yield the way of a signal as people read it."""
    detail = f": {fate.detail}" if fate.detail else ""
    yield (
        f"{fate.source} {fate.id}  {utc(fate.event_ns)}  {fate.instrument_id}  {fate.side}: "
        f"{fate.answer}{detail}"
    )
    for step in fate.steps:
        what = "" if step.what == "skip" else f"{step.what} "
        yield f"  {utc(step.event_ns)}  {step.who}  {what}{step.answer}: {step.why}"
    yield from (f"    {_order_line(each)}" for each in fate.orders)


def _order_line(order: OrderFate) -> str:
    said = f"{order.role} {order.side} {plain(order.quantity)}: {order.status}"
    if order.average_price is not None:
        said += f", {plain(order.filled)} at {order.average_price:.8g}"
    trial = "dry run, " if order.is_dry_run else ""
    return f"{said}  ({trial}{order.id})"


def _asked(journal: JournalPlace, signal_id: str, source: str) -> list[SignalFate]:
    answer = ask_trader(journal, "/signal", {"id": signal_id, "source": source})
    if answer is not None:
        return msgspec.convert(answer, list[SignalFate])
    with open_closed(journal) as reader:
        return fates_of(reader.rows(RowFilter(kinds=KINDS)), signal_id, source)
