"""Which symbols of an event the run can trade. Letters that only look like ours make no symbol."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from argonaut.domain.event import ExternalEvent
from argonaut.domain.ids import InstrumentId

_SYMBOL = re.compile(r"[A-Z0-9]{1,20}")
_MULTIPLIERS = ("1000000", "10000", "1000", "1M")
INSTRUMENTS = "instruments"
REFUSED = "refused_symbols"


class Resolver:
    """Knows the instruments of a run.

    A symbol that none of them has stays on the event: what is to be listed is on no venue yet, and
    no strategy can trade what has no instrument.
    """

    def __init__(self, names: Iterable[InstrumentId]) -> None:
        self._of_base: dict[str, list[InstrumentId]] = {}
        for name in names:
            self._of_base.setdefault(name.partition("/")[0], []).append(name)

    def resolve(self, event: ExternalEvent) -> ExternalEvent:
        """Return the event with plain symbols, and in its payload the instruments they are.

        `payload["instruments"]` lists them with commas, `payload["refused_symbols"]` what was
        written in other letters, in ASCII.
        """
        good, bad = [], []
        for symbol in event.symbols:
            upper = symbol.upper()
            if symbol.isascii() and _SYMBOL.fullmatch(upper):
                good.append(self._plain(upper))
            else:
                bad.append(ascii(symbol)[1:-1])
        symbols = tuple(dict.fromkeys(good))
        payload = dict(event.payload)
        found = [name for each in symbols for name in self._of_base.get(each, ())]
        if found:
            payload[INSTRUMENTS] = ",".join(found)
        if bad:
            payload[REFUSED] = ",".join(bad)
        return msgspec.structs.replace(event, symbols=symbols, payload=payload)

    def _plain(self, symbol: str) -> str:
        """Return the base asset: 1000PEPE is PEPE only where the run has PEPE and no 1000PEPE."""
        if symbol in self._of_base:
            return symbol
        for multiplier in _MULTIPLIERS:
            base = symbol.removeprefix(multiplier)
            if base != symbol and base in self._of_base:
                return base
        return symbol
