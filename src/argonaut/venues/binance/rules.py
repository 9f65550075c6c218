"""`exchangeInfo` to trading rules: the instrument, and what of the rules it cannot hold.

Filters: the venue's `filters.md` (2026). A field of zero switches its check off.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

import msgspec

from argonaut.domain.ids import InstrumentId
from argonaut.domain.instrument import Instrument
from argonaut.domain.number import ZERO
from argonaut.domain.timeframe import DAY_NS, HOUR_NS, MINUTE_NS, SECOND_NS
from argonaut.venues.binance.strict import Amount, Decoder, WireError, Word

_INTERVALS = {"SECOND": SECOND_NS, "MINUTE": MINUTE_NS, "HOUR": HOUR_NS, "DAY": DAY_NS}


class Filter(msgspec.Struct, frozen=True, rename="camel"):
    """Any filter; a kind has some of these fields."""

    filter_type: Word
    min_price: Amount = "0"
    max_price: Amount = "0"
    tick_size: Amount = "0"
    min_qty: Amount = "0"
    max_qty: Amount = "0"
    step_size: Amount = "0"
    min_notional: Amount = "0"
    max_notional: Amount = "0"
    apply_max_to_market: bool = False


class SymbolMessage(msgspec.Struct, frozen=True, rename="camel"):
    """One symbol of `exchangeInfo`."""

    symbol: Word
    status: Word
    base_asset: Word
    quote_asset: Word
    order_types: list[Word]
    filters: list[Filter]
    is_spot_trading_allowed: bool


class RateLimit(msgspec.Struct, frozen=True, rename="camel"):
    """One published limit: so many in so long."""

    rate_limit_type: Word
    interval: Word
    interval_num: int
    limit: int
    count: int = 0  # how much of it is used, where that was asked for

    @property
    def window_ns(self) -> int:
        """Its length.

        Raises:
            WireError: An interval the venue does not document.
        """
        unit = _INTERVALS.get(self.interval)
        if unit is None or self.interval_num <= 0 or self.limit <= 0:
            raise WireError(f"want a documented rate limit, not {self}")
        return unit * self.interval_num


class ExchangeInfo(msgspec.Struct, frozen=True, rename="camel"):
    """`GET /api/v3/exchangeInfo`."""

    symbols: list[SymbolMessage]
    rate_limits: list[RateLimit] = []


class SymbolRules(msgspec.Struct, frozen=True, kw_only=True):
    """One instrument by the venue's own name, with the rules that hold for market orders only."""

    symbol: str
    instrument: Instrument
    status: str
    order_types: frozenset[str]
    market_min_quantity: Decimal = ZERO
    market_max_quantity: Decimal | None = None
    market_lot_size: Decimal | None = None


decode_exchange_info = Decoder(ExchangeInfo)
decode_usage = Decoder(list[RateLimit])


def symbol_of(instrument_id: InstrumentId) -> str:
    """Return the venue's name of `BTC/USDT@binance`: BTCUSDT.

    Raises:
        WireError: No spot instrument of this venue.
    """
    pair, at, venue = instrument_id.partition("@")
    base, slash, quote = pair.partition("/")
    if not (at and venue == "binance" and slash and base and quote) or ":" in pair:
        raise WireError(f"want a spot instrument such as BTC/USDT@binance, not {instrument_id!r}")
    return base + quote


def rules_of(
    info: ExchangeInfo, instrument_ids: Iterable[InstrumentId]
) -> Mapping[InstrumentId, SymbolRules]:
    """Return the rules of the instruments asked for, in that order.

    Raises:
        WireError: The venue does not have one, has it under other assets, or not for spot.
    """
    listed = {message.symbol: message for message in info.symbols}
    found = {}
    for instrument_id in instrument_ids:
        symbol = symbol_of(instrument_id)
        message = listed.get(symbol)
        if message is None:
            raise WireError(f"Binance lists no {symbol}, which {instrument_id} would be")
        pair = f"{message.base_asset}/{message.quote_asset}"
        if pair != instrument_id.partition("@")[0]:
            raise WireError(f"{symbol} is {pair} at Binance, not {instrument_id}")
        if not message.is_spot_trading_allowed:
            raise WireError(f"{symbol} does not trade on spot at Binance")
        found[instrument_id] = _rules(message, instrument_id)
    return found


def _rules(message: SymbolMessage, instrument_id: InstrumentId) -> SymbolRules:
    filters = {each.filter_type: each for each in message.filters}
    nothing = Filter(filter_type="")
    price, lot = filters.get("PRICE_FILTER", nothing), filters.get("LOT_SIZE", nothing)
    if not (_number(price.tick_size) and _number(lot.step_size)):
        raise WireError(f"want a tick and a lot of {message.symbol}, found none")
    market = filters.get("MARKET_LOT_SIZE", nothing)
    notional = filters.get("NOTIONAL") or filters.get("MIN_NOTIONAL", nothing)
    instrument = Instrument(
        instrument_id=instrument_id,
        base=message.base_asset,
        quote=message.quote_asset,
        tick_size=Decimal(price.tick_size),
        lot_size=Decimal(lot.step_size),
        min_quantity=Decimal(lot.min_qty),
        max_quantity=_number(lot.max_qty),
        min_notional=Decimal(notional.min_notional),
        max_notional=_number(notional.max_notional),
        price_min=Decimal(price.min_price),
        price_max=_number(price.max_price),
    )
    return SymbolRules(
        symbol=message.symbol,
        instrument=instrument,
        status=message.status,
        order_types=frozenset(message.order_types),
        market_min_quantity=Decimal(market.min_qty),
        market_max_quantity=_number(market.max_qty),
        market_lot_size=_number(market.step_size),
    )


def _number(text: str) -> Decimal | None:
    return Decimal(text) or None
