"""What one asset is worth in another, over the instruments whose prices we know.

A route is one instrument (base to quote) or two over an intermediate asset: BRD/BTC, BTC/USDT.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from argonaut.domain.ids import InstrumentId
from argonaut.domain.instrument import Instrument
from argonaut.domain.number import ONE, ZERO, to_float
from argonaut.ledger.exact import add, multiply
from argonaut.ledger.posting import AssetTotals

Route = tuple[InstrumentId, ...]
PriceOf = Callable[[InstrumentId], Decimal | None]
PriceOfFloat = Callable[[InstrumentId], float | None]
_Asset = tuple[float, InstrumentId | None, tuple[Route, ...]]
_Priced = tuple[AssetTotals, InstrumentId | None, tuple[Route, ...]]


def routes(instruments: Iterable[Instrument], asset: str, quote: str) -> tuple[Route, ...]:
    """Return the ways to price `asset` in `quote`: direct ones first, then over one asset between.

    Within each kind the order is that of `instruments`.
    """
    into_quote: dict[str, list[InstrumentId]] = {}
    out_of_asset: list[Instrument] = []
    for instrument in instruments:
        if instrument.quote == quote:
            into_quote.setdefault(instrument.base, []).append(instrument.instrument_id)
        if instrument.base == asset:
            out_of_asset.append(instrument)
    direct: list[Route] = [(instrument_id,) for instrument_id in into_quote.get(asset, ())]
    over_one: list[Route] = [
        (first.instrument_id, second)
        for first in out_of_asset
        for second in into_quote.get(first.quote, ())
    ]
    return (*direct, *over_one)


def rate(ways: Iterable[Route], price_of: PriceOf) -> Decimal | None:
    """Return the price over the first route whose every price is known; None when none is."""
    for way in ways:
        price = price_of(way[0])
        if price is None:
            continue
        if len(way) == 1:
            return price
        second = price_of(way[1])
        if second is not None:
            return multiply(price, second)
    return None


def rate_float(ways: Iterable[Route], price_of: PriceOfFloat) -> float | None:
    """Return what `rate` does, in float64."""
    for way in ways:
        price = price_of(way[0])
        if price is None:
            continue
        if len(way) == 1:
            return price
        second = price_of(way[1])
        if second is not None:
            return price * second
    return None


class Valuer:
    """Values all assets of the book in its quote asset.

    A coin that no instrument trades, such as one that fees are paid in, can have no price here: it
    is left out, and so are its transfers. What an instrument trades and has no price yet is not.

    Routes are found once per asset, and amounts become floats once per change of the totals, so
    that sampling equity on every bar costs little more than asking for the prices.
    """

    __slots__ = (
        "_cash",
        "_instruments",
        "_priced",
        "_priced_of",
        "_quote",
        "_routes",
        "_totals",
        "_worth",
    )

    def __init__(
        self,
        instruments: Mapping[InstrumentId, Instrument],
        totals: Mapping[str, AssetTotals],
        quote: str,
    ) -> None:
        self._instruments = instruments  # the book's own, so a new one is seen here
        self._totals = totals
        self._quote = quote
        self._routes: dict[tuple[str, str], tuple[Route, ...]] = {}
        self._priced: list[_Priced] = []
        self._priced_of = 0  # so many assets
        self._cash = 0.0
        self._worth: list[_Asset] | None = None

    def totals_changed(self) -> None:
        """Read the totals anew before the next valuation."""
        self._worth = None

    def instruments_changed(self) -> None:
        """Look for routes anew."""
        self._routes.clear()
        self._priced.clear()
        self._priced_of = 0
        self._worth = None

    def routes(self, asset: str, quote: str) -> tuple[Route, ...]:
        """Return the routes from `asset` to `quote`, remembered."""
        found = self._routes.get((asset, quote))
        if found is None:
            found = routes(self._instruments.values(), asset, quote)
            self._routes[asset, quote] = found
        return found

    def is_counted(self, asset: str) -> bool:
        """Whether an asset can ever have a price: some instrument trades it."""
        return asset == self._quote or any(
            asset in (each.base, each.quote) for each in self._instruments.values()
        )

    def rate(self, asset: str, quote: str, price_of: PriceOf) -> Decimal | None:
        """Return the price of one unit of `asset` in `quote`, or None when it has none."""
        return ONE if asset == quote else rate(self.routes(asset, quote), price_of)

    def equity(self, price_of: PriceOfFloat) -> float | None:
        """Return the worth of all that is counted, or None when some of it has no price."""
        worth = self._worth
        if worth is None:
            worth = self._read_totals()
        equity = self._cash
        for quantity, instrument_id, ways in worth:
            price = price_of(instrument_id) if instrument_id is not None else None
            if price is None:
                price = rate_float(ways, price_of)
                if price is None:
                    return None
            equity += quantity * price
        return equity

    def equity_exact(self, price_of: PriceOf) -> Decimal | None:
        """Return what `equity` does, exactly."""
        equity = ZERO
        for asset, total in self._totals.items():
            if total.wallet and self.is_counted(asset):
                price = self.rate(asset, self._quote, price_of)
                if price is None:
                    return None
                equity = add(equity, multiply(total.wallet, price))
        return equity

    def _read_totals(self) -> list[_Asset]:
        """Cross the border to float64."""
        if self._priced_of != len(self._totals):
            self._priced = self._ways_of_all()
            self._priced_of = len(self._totals)
        self._cash = 0.0
        self._worth = worth = []
        for total, instrument_id, ways in self._priced:
            wallet = total.wallet
            if not wallet:
                continue
            if total.asset == self._quote:
                self._cash = to_float(wallet)
            else:
                worth.append((to_float(wallet), instrument_id, ways))
        return worth

    def _ways_of_all(self) -> list[_Priced]:
        """Return how each asset is priced. Sorted, or a restart could add in another order."""
        priced: list[_Priced] = []
        for asset, total in sorted(self._totals.items()):
            if not self.is_counted(asset):
                continue
            ways = self.routes(asset, self._quote)
            is_direct = bool(ways) and len(ways[0]) == 1
            priced.append((total, ways[0][0] if is_direct else None, ways))
        return priced
