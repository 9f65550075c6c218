"""One entry of a config's `data` list."""

from __future__ import annotations

from pathlib import Path

import msgspec

from argonaut.domain.ids import InstrumentId
from argonaut.domain.timeframe import parse_timeframe
from argonaut.feeds.tape.columns import Clock, Kind
from argonaut.feeds.tape.findings import tolerable
from argonaut.feeds.tape.sniff import Format


class DataSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which file, whose market, and how to read it.

    `timeframe` (such as `1m`) is wanted for bars. `symbol` picks the rows of a file that holds
    several. `tolerate` names flaws to accept. What is None is found out from the file.
    """

    path: Path
    instrument: InstrumentId = InstrumentId("")
    kind: Kind | None = None
    timeframe: str | None = None
    format: Format | None = None
    symbol: str | None = None
    clock: Clock = Clock.AUTO
    tolerate: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a spelling no reader could act on."""
        for name in self.tolerate:
            tolerable(name)
        if self.timeframe is not None:
            parse_timeframe(self.timeframe)

    @property
    def timeframe_ns(self) -> int | None:
        """Nanoseconds of `timeframe`, None when the file is to tell."""
        return None if self.timeframe is None else parse_timeframe(self.timeframe)
