"""The trading rules of a run's instruments: stated in the config, else read off their prices."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from argonaut.config.errors import ConfigError
from argonaut.config.schema import InstrumentRules
from argonaut.domain.ids import InstrumentId
from argonaut.domain.instrument import Instrument
from argonaut.domain.number import to_decimal
from argonaut.feeds.tape.columns import BarColumns, QuoteColumns, SignalRows, TradeColumns

_SAMPLE = 2_000  # values looked at; enough for a price that uses its last digit now and then
_DECIMALS_MAX = 12
Stream = BarColumns | TradeColumns | QuoteColumns | SignalRows


def instrument_of(
    instrument_id: InstrumentId, rules: InstrumentRules, stream: Stream | None
) -> Instrument:
    """Return the instrument; a grid that is not stated is the finest its recording shows.

    Raises:
        ConfigError: The name is not `BASE/QUOTE`, or nothing tells the grid.
    """
    symbol = instrument_id.partition("@")[0].partition(":")[0]
    base, slash, quote = symbol.partition("/")
    if not (base and slash and quote):
        raise ConfigError("instruments", [f"want BASE/QUOTE such as BTC/USDT, not {symbol!r}"])
    prices, quantities = _seen(stream)
    tick = rules.tick_size or _grid(prices)
    lot = rules.lot_size or _grid(quantities)
    if tick is None or lot is None:
        missing = "tick_size" if tick is None else "lot_size"
        raise ConfigError(
            "instruments", [f"{symbol}: want {missing}, its recording does not show one"]
        )
    return Instrument(
        instrument_id=instrument_id,
        base=base,
        quote=quote,
        tick_size=tick,
        lot_size=lot,
        min_quantity=rules.min_quantity,
        max_quantity=rules.max_quantity,
        min_notional=rules.min_notional,
    )


def _seen(stream: Stream | None) -> tuple[NDArray[np.float64] | None, NDArray[np.float64] | None]:
    """Return a sample of prices and quantities, spread over the recording."""
    if isinstance(stream, BarColumns):
        return _sample(stream.close), _sample(stream.volume)
    if isinstance(stream, TradeColumns):
        return _sample(stream.price), _sample(stream.quantity)
    if isinstance(stream, QuoteColumns):
        return _sample(stream.bid), _sample(stream.bid_quantity)
    return None, None


def _sample(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return values[:: max(len(values) // _SAMPLE, 1)]


def _grid(values: NDArray[np.float64] | None) -> Decimal | None:
    """Return the power of ten that every value is a multiple of, as written in shortest form."""
    if values is None or not len(values):
        return None
    decimals = max(_decimals(value) for value in values.tolist())
    return Decimal(1).scaleb(-min(decimals, _DECIMALS_MAX))


def _decimals(value: float) -> int:
    exponent = to_decimal(value).normalize().as_tuple().exponent
    assert isinstance(exponent, int), f"{value} is finite"
    return max(-exponent, 0)
