"""The rules of one symbol: its filters, and the object that tells them in exchangeInfo."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.ids import InstrumentId
from argonaut.domain.instrument import Instrument
from argonaut.domain.number import ZERO
from argonaut.rehearsal.binance.words import Kind, SymbolStatus

Json = dict[str, object]

_FINEST = Decimal("0.00000001")  # eight decimals: the precision of every asset


class Symbol(msgspec.Struct, frozen=True, kw_only=True):
    """Rules of `name`: prices quote per base, quantities base units, a market filter of 0 is off.

    The percent-price band is a multiple of the average price of five minutes, a side each.
    """

    name: str
    base: str
    quote: str
    tick: Decimal
    step: Decimal
    status: SymbolStatus = SymbolStatus.TRADING
    price_min: Decimal = Decimal("0.01")
    price_max: Decimal = Decimal(1_000_000)
    quantity_min: Decimal = Decimal("0.00001")
    quantity_max: Decimal = Decimal(9_000)
    market_quantity_max: Decimal = Decimal(100)
    notional_min: Decimal = Decimal(5)
    notional_max: Decimal = Decimal(9_000_000)
    percent_up: Decimal = Decimal(5)
    percent_down: Decimal = Decimal("0.2")
    orders_max: int = 200
    algo_orders_max: int = 5

    def __post_init__(self) -> None:
        """Refuse grids that eight decimals cannot hold."""
        for name in ("tick", "step"):
            value = getattr(self, name)
            if not (value.is_finite() and value > 0) or value % _FINEST:
                raise InvalidValueError(f"{self.name}: want {name} >= {_FINEST}, not {value}")
        if self.name != self.base + self.quote:
            raise InvalidValueError(f"want symbol {self.base}{self.quote}, not {self.name}")

    def core_instrument(self) -> Instrument:
        """Return the rules for the matching core: the finest grid, for the filters stand here."""
        return Instrument(
            instrument_id=instrument_id_of(self),
            base=self.base,
            quote=self.quote,
            tick_size=_FINEST,
            lot_size=_FINEST,
        )

    def info(self) -> Json:
        """Return the symbol's object in exchangeInfo."""
        return {
            "symbol": self.name,
            "status": self.status,
            "baseAsset": self.base,
            "baseAssetPrecision": 8,
            "quoteAsset": self.quote,
            "quotePrecision": 8,
            "quoteAssetPrecision": 8,
            "baseCommissionPrecision": 8,
            "quoteCommissionPrecision": 8,
            "orderTypes": list(Kind),
            "icebergAllowed": False,
            "ocoAllowed": True,
            "otoAllowed": False,
            "opoAllowed": False,
            "quoteOrderQtyMarketAllowed": True,
            "allowTrailingStop": False,
            "cancelReplaceAllowed": False,
            "amendAllowed": False,
            "pegInstructionsAllowed": False,
            "isSpotTradingAllowed": True,
            "isMarginTradingAllowed": False,
            "filters": self._filters(),
            "permissions": [],
            "permissionSets": [["SPOT"]],
            "defaultSelfTradePreventionMode": "EXPIRE_MAKER",
            "allowedSelfTradePreventionModes": ["EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH"],
        }

    def _filters(self) -> list[Json]:
        return [
            {
                "filterType": "PRICE_FILTER",
                "minPrice": amount(self.price_min),
                "maxPrice": amount(self.price_max),
                "tickSize": amount(self.tick),
            },
            {
                "filterType": "LOT_SIZE",
                "minQty": amount(self.quantity_min),
                "maxQty": amount(self.quantity_max),
                "stepSize": amount(self.step),
            },
            {
                "filterType": "MARKET_LOT_SIZE",
                "minQty": amount(ZERO),
                "maxQty": amount(self.market_quantity_max),
                "stepSize": amount(ZERO),
            },
            {
                "filterType": "PERCENT_PRICE_BY_SIDE",
                "bidMultiplierUp": str(self.percent_up),
                "bidMultiplierDown": str(self.percent_down),
                "askMultiplierUp": str(self.percent_up),
                "askMultiplierDown": str(self.percent_down),
                "avgPriceMins": 5,
            },
            {
                "filterType": "NOTIONAL",
                "minNotional": amount(self.notional_min),
                "applyMinToMarket": True,
                "maxNotional": amount(self.notional_max),
                "applyMaxToMarket": False,
                "avgPriceMins": 5,
            },
            {"filterType": "MAX_NUM_ORDERS", "maxNumOrders": self.orders_max},
            {"filterType": "MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders": self.algo_orders_max},
        ]


def instrument_id_of(symbol: Symbol) -> InstrumentId:
    """Return our own name of a symbol."""
    return InstrumentId(f"{symbol.base}/{symbol.quote}@binance")


def amount(value: Decimal) -> str:
    """Write a number of money as Binance does: eight decimals, in a string."""
    return f"{value:.8f}"


def changed(symbol: Symbol, changes: Mapping[str, str]) -> Symbol:
    """Return the symbol under new rules, each given as field name and text.

    Raises:
        InvalidValueError: No such rule, or no such value for it.
    """
    try:
        known = msgspec.to_builtins(symbol)
        unknown = sorted(set(changes) - set(known))
        if unknown:
            raise InvalidValueError(f"want rules among {sorted(known)}, not {unknown}")
        return msgspec.convert({**known, **changes}, Symbol, strict=False)
    except msgspec.ValidationError as error:
        raise InvalidValueError(f"{symbol.name}: {error}") from error
