"""The names detectors have for instruments: `BTC/USDT`, `BTC/USDT@binance`, `BTCUSDT.BINANCE`.

A table of every spelling of the instruments a run trades, so a name is either exactly one of them
or unknown. No look-alike letter and no half of a name finds anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from argonaut.domain.ids import InstrumentId, venue_of

_PERPETUAL = ".P"  # how charting services mark one


class Spellings:
    """Finds an instrument by name. `venues` are further names for where the run trades."""

    def __init__(self, known: Iterable[InstrumentId], venues: Sequence[str] = ()) -> None:
        self._found: dict[str, InstrumentId | None] = {}  # None where two share a spelling
        for instrument_id in dict.fromkeys(known):
            for spelling in _spellings(instrument_id, venues):
                other = self._found.setdefault(spelling, instrument_id)
                if other != instrument_id:
                    self._found[spelling] = None

    def find(self, name: str) -> InstrumentId | None:
        """Return the instrument of this name; None when there is none, or more than one."""
        return self._found.get(name)


def _spellings(instrument_id: InstrumentId, venues: Sequence[str]) -> Iterator[str]:
    symbol = instrument_id.rpartition("@")[0] or instrument_id
    pair, colon, _ = symbol.partition(":")
    short = pair.replace("/", "") + (_PERPETUAL if colon else "")
    yield symbol
    yield short
    for venue in (venue_of(instrument_id), *venues):
        yield f"{symbol}@{venue}"
        yield f"{short}.{venue.upper()}"
        yield f"{venue.upper()}:{short}"
