"""The webhook of a charting service: an alert's JSON, as its template was filled in.

A template to paste into an alert's message:

    {"id": "{{timenow}} {{strategy.order.id}}", "source": "tradingview", "secret": "…",
     "ticker": "{{ticker}}", "exchange": "{{exchange}}", "action": "{{strategy.order.action}}",
     "contracts": "{{strategy.order.contracts}}", "price": "{{close}}", "time": "{{timenow}}"}

It cannot sign, so `secret` proves who it is, and its address if there is a list of them. `market`
may say `flat` (`{{strategy.market_position}}`): then the order closes what is held.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal

import msgspec

from argonaut.feeds.errors import BadDataError
from argonaut.feeds.signals import SIGNAL_BYTES_MAX, SignalBody

_SECOND_NS = 1_000_000_000


class _Alert(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: str = ""
    source: str = "tradingview"
    secret: str = ""
    ticker: str
    exchange: str = ""
    action: Literal["buy", "sell"]
    contracts: Decimal | None = None  # base units
    notional: Decimal | None = None
    fraction: Decimal | None = None
    price: str | float | None = None
    time: str
    market: Literal["long", "short", "flat", ""] = ""
    confidence: float = 1.0
    stop_price: float | None = None
    take_profit: float | None = None
    strategy: str | None = None
    comment: str = ""


_decode = msgspec.json.Decoder(_Alert).decode


def read_alert(body: bytes) -> SignalBody:
    """Return the signal of an alert.

    Raises:
        BadDataError: Larger than 64 KB, not JSON, a placeholder that was not filled in, an unknown
            field, a wrong type, or a time that is none.
    """
    if len(body) > SIGNAL_BYTES_MAX:
        raise BadDataError(f"want an alert of at most {SIGNAL_BYTES_MAX} bytes, not {len(body)}")
    if b"{{" in body:
        raise BadDataError("alert: a placeholder such as {{ticker}} was not filled in")
    try:
        alert = _decode(body)
        return SignalBody(
            id=alert.id,
            source=alert.source,
            secret=alert.secret,
            instrument=f"{alert.exchange}:{alert.ticker}" if alert.exchange else alert.ticker,
            side=alert.action,
            intent="exit" if alert.market == "flat" else "auto",
            quantity=alert.contracts,
            notional=alert.notional,
            fraction=alert.fraction,
            expected_price=None if alert.price in (None, "") else float(alert.price or 0),
            confidence=alert.confidence,
            stop_price=alert.stop_price,
            take_profit=alert.take_profit,
            strategy=alert.strategy,
            tag=alert.comment,
            ts_ns=_time_ns(alert.time),
        )
    except (msgspec.DecodeError, ValueError, OverflowError, RecursionError) as error:
        raise BadDataError(f"alert: {error}") from error


def _time_ns(text: str) -> int:
    """Return a UTC time such as 2026-01-02T03:04:05Z in nanoseconds."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return int(moment.timestamp()) * _SECOND_NS
