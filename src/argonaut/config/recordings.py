"""The recordings a config names, read and checked; every bad one is told, not just the first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from argonaut.config.errors import ConfigError
from argonaut.config.instruments import Stream
from argonaut.config.schema import Recording
from argonaut.domain.errors import ArgonautError
from argonaut.domain.ids import InstrumentId, VenueId
from argonaut.feeds.errors import BadDataError
from argonaut.feeds.events.body import parse_events
from argonaut.feeds.signals import parse_signal
from argonaut.feeds.tape.cache import ColumnCache
from argonaut.feeds.tape.columns import (
    TOLD,
    BarColumns,
    Kind,
    QuoteColumns,
    SignalRows,
    TradeColumns,
)
from argonaut.feeds.tape.quality import QualityReport
from argonaut.feeds.tape.read import read
from argonaut.feeds.tape.sniff import Format
from argonaut.feeds.tape.spec import DataSpec

VENUE = "sim"
_FAULTS_TOLD_MAX = 5
_SECOND_NS = 1_000_000_000
_END_OF_TIME_NS = 2**63 - 1


def read_recordings(
    recordings: Sequence[Recording], *, folder: Path, cache: ColumnCache | None
) -> tuple[tuple[Stream, ...], tuple[QualityReport, ...]]:
    """Return the columns of every recording, cut to its period, and the reports on them.

    Raises:
        ConfigError, DataFileError, BadDataError: What is wrong with a recording; where several
            are bad, one error that lists them all.
    """
    read_ones: list[tuple[Stream, QualityReport]] = []
    faults: list[ArgonautError] = []
    for recording in recordings:
        try:
            read_ones.append(_read(recording, folder, cache))
        except ArgonautError as error:
            faults.append(error)
    if len(faults) == 1:
        raise faults[0]
    if faults:
        problems = [line for each in faults for line in problems_of(each)]
        if all(isinstance(each, BadDataError) for each in faults):
            raise BadDataError("\n".join([f"data: {len(faults)} bad recordings", *problems]))
        raise ConfigError("data", problems)
    return tuple(each for each, _ in read_ones), tuple(report for _, report in read_ones)


def problems_of(error: ArgonautError) -> tuple[str, ...]:
    """Return the single problems of an error."""
    return error.problems if isinstance(error, ConfigError) else (str(error),)


def at_venue(name: str, venue_id: str = VENUE) -> InstrumentId:
    """Return the id of an instrument; one without `@venue` is at the run's venue."""
    return InstrumentId(name if "@" in name else f"{name}@{venue_id}")


def _read(
    recording: Recording, folder: Path, cache: ColumnCache | None
) -> tuple[Stream, QualityReport]:
    kind = Kind(recording.kind)
    assert recording.path is not None, "the schema wants one where recordings are played"
    spec = DataSpec(
        path=folder / recording.path,
        instrument=InstrumentId("") if kind in TOLD else at_venue(recording.instrument),
        kind=kind,
        timeframe=recording.timeframe,
        format=None if recording.format is None else Format(recording.format),
        symbol=recording.symbol,
        tolerate=recording.tolerate,
    )
    columns, report = read(spec, cache=cache)
    assert isinstance(columns, BarColumns | TradeColumns | QuoteColumns | SignalRows), kind
    if isinstance(columns, SignalRows):
        _check_told(columns, spec.path)
    start_ns = _time_ns(recording.start, default=0)
    end_ns = _time_ns(recording.end, default=_END_OF_TIME_NS)
    stream = columns.between(start_ns, end_ns)
    if not len(stream):
        start, end = recording.start or "its start", recording.end or "its end"
        raise ConfigError("data", [f"{recording.path}: holds nothing from {start} to {end}"])
    return stream, report


def _check_told(rows: SignalRows, path: Path) -> None:
    """Refuse a file with a signal or event nobody could take, before the run meets it half-way."""
    faults: list[str] = []
    for number, (seen_ns, body) in enumerate(zip(rows.ts_ns.tolist(), rows.body, strict=True), 1):
        try:
            if rows.kind is Kind.EVENTS:
                parse_events(body, seen_ns=seen_ns)
            else:
                parse_signal(body, seen_ns=seen_ns, venue_id=VenueId(VENUE))
        except ArgonautError as error:
            faults.append(f"{rows.kind.removesuffix('s')} {number}: {error}")
    if faults:
        more = len(faults) - _FAULTS_TOLD_MAX
        rest = f"; and {more} more" if more > 0 else ""
        raise BadDataError(f"{path}: {'; '.join(faults[:_FAULTS_TOLD_MAX])}{rest}")


def _time_ns(text: str | None, *, default: int) -> int:
    if text is None:
        return default
    moment = datetime.fromisoformat(text)
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return int(Decimal(repr(moment.timestamp())) * _SECOND_NS)
