"""A detector's signal as JSON, checked and turned into what the engine takes."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import msgspec

from argonaut.domain.event import DetectorSignal
from argonaut.domain.ids import InstrumentId, SignalId, StrategyId, VenueId
from argonaut.feeds.errors import BadDataError

SIGNAL_BYTES_MAX = 65_536
_SHOWN_BYTES = 80
_DIGITS_MAX = 40  # of a number written as text
_METADATA_MAX = 32
_LENGTHS = {
    "id": 128,
    "source": 64,
    "instrument": 64,
    "asset": 64,
    "symbol": 64,
    "strategy": 64,
    "user_id": 64,
    "tag": 64,
}
_END_OF_TIME_NS = 2**63 - 1
# What may be said in several ways, and the words for it, the one used everywhere else first.
_SAME = {
    "instrument": ("instrument", "asset", "symbol"),
    "quantity": ("quantity", "size"),
    "notional": ("notional", "quote"),
}


class SignalBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields of a signal as a detector writes them; short forms stand beside the long ones."""

    id: str = ""
    source: str = ""
    instrument: str = ""
    asset: str = ""
    symbol: str = ""
    side: Literal["buy", "sell"]
    intent: Literal["auto", "enter", "exit"] = "auto"
    quantity: Decimal | None = None
    size: Decimal | None = None
    notional: Decimal | None = None
    quote: Decimal | None = None
    fraction: Decimal | None = None
    confidence: float = 1.0
    order_type: Literal["market", "limit"] = "market"
    limit_price: float | None = None
    stop_price: float | None = None
    take_profit: float | None = None
    expected_price: float | None = None
    leverage: float | None = None
    ttl_s: float | None = None
    dry_run: bool = False
    strategy: str | None = None
    user_id: str = ""
    tag: str = ""
    ts_ns: int | None = None
    secret: str = ""  # of a source that cannot sign; never kept
    metadata: dict[str, str] = {}

    def __post_init__(self) -> None:
        """Refuse texts that are long or hold control characters, and what is said twice."""
        for name, most in _LENGTHS.items():
            text = getattr(self, name)
            if text and not (len(text) <= most and text.isprintable()):
                raise ValueError(f"want {name} of at most {most} printable characters")
        for name in ("quantity", "size", "notional", "quote", "fraction"):
            number = getattr(self, name)
            if number is not None and len(number.as_tuple().digits) > _DIGITS_MAX:
                raise ValueError(f"want {name} of at most {_DIGITS_MAX} digits")
        for name, words in _SAME.items():
            said = [word for word in words if getattr(self, word) not in (None, "")]
            if len(said) > 1:
                raise ValueError(f"want one of {', '.join(words)} for the {name}, not {said}")
        if self.ts_ns is not None and not 0 <= self.ts_ns <= _END_OF_TIME_NS:
            raise ValueError(f"want ts_ns in UTC nanoseconds, not {self.ts_ns}")
        if self.leverage is not None and not 0 < self.leverage <= 1:
            raise ValueError(f"want leverage 1 or none, not {self.leverage}")
        if len(self.metadata) > _METADATA_MAX:
            raise ValueError(f"want at most {_METADATA_MAX} entries of metadata")

    @property
    def place(self) -> str:
        """What it is about, as the detector spells it."""
        return self.instrument or self.asset or self.symbol

    def signal(
        self,
        *,
        event_ns: int,
        signal_id: str,
        source: str,
        instrument_id: InstrumentId,
        sent_ns: int | None,
    ) -> DetectorSignal:
        """Return what the engine takes."""
        return DetectorSignal(
            event_ns=event_ns,
            signal_id=SignalId(signal_id),
            source=source,
            instrument_id=instrument_id,
            side=self.side,
            intent=self.intent,
            quantity=self.size if self.quantity is None else self.quantity,
            notional=self.quote if self.notional is None else self.notional,
            fraction=self.fraction,
            confidence=self.confidence,
            order_type=self.order_type,
            limit_price=self.limit_price,
            stop_price=self.stop_price,
            take_profit=self.take_profit,
            expected_price=self.expected_price,
            ttl_s=self.ttl_s,
            dry_run=self.dry_run,
            strategy=None if self.strategy is None else StrategyId(self.strategy),
            user_id=self.user_id,
            tag=self.tag,
            sent_ns=sent_ns,
            metadata=self.metadata,
        )


_decode = msgspec.json.Decoder(SignalBody).decode


def read_body(body: bytes) -> SignalBody:
    """Return the fields of one JSON object.

    Raises:
        BadDataError: Larger than 64 KB, not JSON, an unknown field, a wrong type, or no instrument.
    """
    if len(body) > SIGNAL_BYTES_MAX:
        raise BadDataError(f"want a signal of at most {SIGNAL_BYTES_MAX} bytes, not {len(body)}")
    try:
        raw = _decode(body)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise BadDataError(f"signal {_shown(body)}: {error}") from error
    if not raw.place:
        raise BadDataError(f"signal {_shown(body)}: want an instrument such as BTC/USDT")
    return raw


def parse_signal(body: bytes, *, seen_ns: int, venue_id: VenueId) -> DetectorSignal:
    """Return the signal of one JSON object; an instrument without `@venue` is at `venue_id`.

    Numbers out of range are left to the engine, which answers them and journals the answer.

    Raises:
        BadDataError: As `read_body`, or there is no id or no source.
    """
    raw = read_body(body)
    if not raw.id or not raw.source:
        raise BadDataError(f"a signal wants an id and a source, not {raw.id!r} from {raw.source!r}")
    place = raw.place
    return raw.signal(
        event_ns=seen_ns,
        signal_id=raw.id,
        source=raw.source,
        instrument_id=InstrumentId(place if "@" in place else f"{place}@{venue_id}"),
        sent_ns=raw.ts_ns,
    )


def _shown(body: bytes) -> str:
    """Return the beginning of a body, unless a secret may stand in it."""
    return "with a secret" if b"secret" in body else repr(body[:_SHOWN_BYTES])
