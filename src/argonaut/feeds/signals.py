"""A detector's signal as JSON, checked and turned into what the engine takes."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import msgspec

from argonaut.domain.event import DetectorSignal
from argonaut.domain.ids import InstrumentId, SignalId, StrategyId, VenueId
from argonaut.feeds.errors import BadDataError

SIGNAL_BYTES_MAX = 65_536


class _Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields of a signal as a detector writes them."""

    id: str
    source: str
    instrument: str
    side: Literal["buy", "sell"]
    intent: Literal["auto", "enter", "exit"] = "auto"
    quantity: Decimal | None = None
    notional: Decimal | None = None
    fraction: Decimal | None = None
    confidence: float = 1.0
    order_type: Literal["market", "limit"] = "market"
    limit_price: float | None = None
    stop_price: float | None = None
    take_profit: float | None = None
    expected_price: float | None = None
    ttl_s: float | None = None
    dry_run: bool = False
    strategy: str | None = None
    user_id: str = ""
    tag: str = ""
    ts_ns: int | None = None
    metadata: dict[str, str] = {}


_decode = msgspec.json.Decoder(_Body).decode


def parse_signal(body: bytes, *, seen_ns: int, venue_id: VenueId) -> DetectorSignal:
    """Return the signal of one JSON object; an instrument without `@venue` is at `venue_id`.

    Numbers out of range are left to the engine, which answers them and journals the answer.

    Raises:
        BadDataError: Larger than 64 KB, not JSON, an unknown field, a wrong type or no id.
    """
    if len(body) > SIGNAL_BYTES_MAX:
        raise BadDataError(f"want a signal of at most {SIGNAL_BYTES_MAX} bytes, not {len(body)}")
    try:
        raw = _decode(body)
    except (msgspec.DecodeError, ValueError) as error:
        raise BadDataError(f"signal {body[:80]!r}: {error}") from error
    if not raw.id or not raw.source:
        raise BadDataError(f"a signal wants an id and a source, not {raw.id!r} from {raw.source!r}")
    at = raw.instrument if "@" in raw.instrument else f"{raw.instrument}@{venue_id}"
    return DetectorSignal(
        event_ns=seen_ns,
        signal_id=SignalId(raw.id),
        source=raw.source,
        instrument_id=InstrumentId(at),
        side=raw.side,
        intent=raw.intent,
        quantity=raw.quantity,
        notional=raw.notional,
        fraction=raw.fraction,
        confidence=raw.confidence,
        order_type=raw.order_type,
        limit_price=raw.limit_price,
        stop_price=raw.stop_price,
        take_profit=raw.take_profit,
        expected_price=raw.expected_price,
        ttl_s=raw.ttl_s,
        dry_run=raw.dry_run,
        strategy=None if raw.strategy is None else StrategyId(raw.strategy),
        user_id=raw.user_id,
        tag=raw.tag,
        sent_ns=raw.ts_ns,
        metadata=raw.metadata,
    )
