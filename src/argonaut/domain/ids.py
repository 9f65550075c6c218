"""Names of things. Each is a plain string at run time and a type of its own to mypy."""

from __future__ import annotations

from functools import lru_cache
from typing import NewType

InstrumentId = NewType("InstrumentId", str)  # "BTC/USDT@sim", perpetuals "BTC/USDT:USDT@binance"
VenueId = NewType("VenueId", str)
StrategyId = NewType("StrategyId", str)
ClientOrderId = NewType("ClientOrderId", str)  # ours, minted before sending; [a-z0-9-], <= 32 chars
VenueOrderId = NewType("VenueOrderId", str)  # of one instrument: venues number each on its own
OrderKey = tuple[InstrumentId, VenueOrderId]  # what names an order at its venue
FillId = NewType("FillId", str)  # the venue's id of one execution; the key against duplicates
SignalId = NewType("SignalId", str)


@lru_cache(maxsize=4096)
def venue_of(instrument_id: InstrumentId) -> VenueId:
    """Return the venue part of `BTC/USDT@binance`; empty when there is none."""
    return VenueId(instrument_id.rpartition("@")[2] if "@" in instrument_id else "")
