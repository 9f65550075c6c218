"""What closing everything at the last price would make, by strategy."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from argonaut.domain.number import ZERO

if TYPE_CHECKING:
    from argonaut.engine.core import Engine


def open_quote_of(engine: Engine) -> dict[str, Decimal]:
    """Return it in the account's quote asset, before the fees of closing.

    What has no price is left out.
    """
    found: dict[str, Decimal] = {}
    for holding in engine.book.holdings():
        price, average = engine.account.market_price(holding.instrument_id), holding.average_price
        if holding.is_flat or price is None or average is None:
            continue
        instrument = engine.routes[holding.instrument_id].instrument
        rate = engine.book.rate_of(instrument.quote)
        if rate is not None:
            worth = (price - average) * holding.quantity * instrument.contract_size * rate
            found[holding.strategy_id] = found.get(holding.strategy_id, ZERO) + worth
    return found
