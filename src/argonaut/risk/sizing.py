"""From the size a signal asks for to base units on the lot grid, always rounded down.

Sizes are in the instrument's quote asset; equity is brought there by the proposal's `rate`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from argonaut.domain.instrument import Instrument
from argonaut.domain.number import ONE, ZERO, to_decimal
from argonaut.domain.order import OrderType, Side
from argonaut.domain.signal import (
    CashFraction,
    Enter,
    EquityFraction,
    Notional,
    Quantity,
    RiskFraction,
)
from argonaut.domain.verdict import Outcome, Verdict
from argonaut.risk.limit import DOWN
from argonaut.risk.view import AccountView, Proposal

Sized = Decimal | str
"""Base units before rounding, or why there are none."""

_PASSED: Mapping[type, Verdict] = {
    Notional: Verdict("size", Outcome.PASS, detail="a fixed notional"),
    Quantity: Verdict("size", Outcome.PASS, detail="a fixed quantity"),
    EquityFraction: Verdict("size", Outcome.PASS, detail="a fraction of equity"),
    RiskFraction: Verdict("size", Outcome.PASS, detail="a risk from entry to stop"),
    CashFraction: Verdict("size", Outcome.PASS, detail="a fraction of the free quote balance"),
}
_MARKET: Final = OrderType.MARKET
_BUY: Final = Side.BUY
_LIMITS: Final = (OrderType.LIMIT, OrderType.STOP_LIMIT)


class Sizing:
    """The check that sets what the others measure: price, value and quantity of the proposal.

    Wants an entry that `Finite` passed. Fails closed: without equity, balance, stop or rate an
    entry is refused, and so is one of less than a lot.
    """

    code = "size"

    def verdict(self, proposal: Proposal, view: AccountView) -> Verdict:
        """Set the proposal's numbers from its entry, or say why there is no size."""
        asked = proposal.entry.size
        sized = _set_price(proposal, view) or _SIZERS[type(asked)](asked, proposal, view)
        fault = sized if isinstance(sized, str) else _set_quantity(proposal, sized)
        if fault:
            return Verdict("size", Outcome.REFUSE, detail=fault)
        return _PASSED[type(asked)]


def reference_price(entry: Enter, instrument: Instrument, market_price: Decimal) -> Decimal:
    """Return the price an entry is sized at: its limit, else its trigger, else the market's."""
    if entry.order_type is _MARKET:
        return market_price
    price = entry.limit_price if entry.order_type in _LIMITS else entry.trigger_price
    return market_price if price is None else instrument.price(price)


def _set_price(proposal: Proposal, view: AccountView) -> str:
    entry, instrument = proposal.entry, proposal.instrument
    market_price = proposal.market_price
    assert market_price, "an entry without a market price was not refused"
    rate = ONE
    if instrument.quote != view.quote:
        known = view.to_account_quote(instrument.quote)
        if known is None or not _is_positive(known):
            return f"the value of {instrument.quote} in {view.quote} is not known"
        rate = known
    price = worst = market_price
    if entry.order_type is not _MARKET:
        price = reference_price(entry, instrument, market_price)
        worst = max(price, market_price, _trailed(entry, market_price))
    proposal.price_at(price, worst_price=worst, rate=rate)
    return ""


def _trailed(entry: Enter, market_price: Decimal) -> Decimal:
    """Return where the trigger of a trailing buy starts; it only comes down from there."""
    trail = entry.protection.trail_fraction
    if entry.order_type is not OrderType.TRAILING_STOP or entry.side is not _BUY or trail is None:
        return market_price
    return market_price * (ONE + to_decimal(trail))


def _set_quantity(proposal: Proposal, base: Decimal) -> str:
    quantity = proposal.instrument.lots.floor(base)
    if quantity <= ZERO:
        return f"{base.normalize()} base is less than one lot of {proposal.instrument.lot_size}"
    proposal.size_at(quantity, proposal.quote_quantity)
    return ""


def _base_of(proposal: Proposal, quote: Decimal) -> Decimal:
    return DOWN.divide(quote, proposal.unit_quote)


def _is_positive(value: Decimal) -> bool:
    return value.is_finite() and value > ZERO


def _by_notional(asked: Notional, proposal: Proposal, view: AccountView) -> Sized:
    del view
    if not _is_positive(asked.quote):
        return f"want a notional > 0, not {asked.quote}"
    return _base_of(proposal, asked.quote)


def _by_quantity(asked: Quantity, proposal: Proposal, view: AccountView) -> Sized:
    del proposal, view
    base = asked.base
    return base if base.is_finite() and base > ZERO else f"want a quantity > 0, not {base}"


def _by_equity(asked: EquityFraction, proposal: Proposal, view: AccountView) -> Sized:
    equity = _share_of_equity(asked.fraction, proposal, view)
    if isinstance(equity, str):
        return equity
    fault = _fault_of_bounds(asked.min_quote, None)
    return fault or _base_of(proposal, max(equity, asked.min_quote))


def _by_risk(asked: RiskFraction, proposal: Proposal, view: AccountView) -> Sized:
    risk = _share_of_equity(asked.fraction, proposal, view)
    if isinstance(risk, str):
        return risk
    fault = _fault_of_bounds(asked.min_quote, asked.max_quote)
    if fault:
        return fault
    distance = stop_distance(proposal)
    if distance is None:
        return "a size by risk wants a stop"
    if distance <= 0:
        return f"the stop is less than one tick from the price {proposal.price}"

    base = DOWN.divide(risk, distance * proposal.instrument.contract_size)
    base = max(base, _base_of(proposal, asked.min_quote))
    return base if asked.max_quote is None else min(base, _base_of(proposal, asked.max_quote))


def _by_cash(asked: CashFraction, proposal: Proposal, view: AccountView) -> Sized:
    fault = _fault_of_fraction(asked.fraction)
    if fault:
        return fault
    free = view.free_quote(proposal.entry.instrument_id)
    if not _is_positive(free):
        return f"want a free balance of {proposal.instrument.quote} > 0, not {free}"
    quote = free * asked.fraction
    if proposal.entry.order_type is _MARKET and proposal.entry.side is _BUY:
        proposal.quote_quantity = quote  # spent whole, at whatever price it fills
    return _base_of(proposal, quote)


_SIZERS: Mapping[type, Callable[[Any, Proposal, AccountView], Sized]] = {
    Notional: _by_notional,
    Quantity: _by_quantity,
    EquityFraction: _by_equity,
    RiskFraction: _by_risk,
    CashFraction: _by_cash,
}


def _share_of_equity(fraction: Decimal, proposal: Proposal, view: AccountView) -> Sized:
    """Return `fraction` of equity in the instrument's quote asset."""
    fault = _fault_of_fraction(fraction)
    if fault:
        return fault
    equity = view.equity()
    if equity is None:
        return "equity is not known: something held has no price"
    if not _is_positive(equity):
        return f"want an equity > 0, not {equity}"
    share = equity * fraction
    return share if proposal.rate is ONE else DOWN.divide(share, proposal.rate)


def _fault_of_fraction(fraction: Decimal) -> str:
    if fraction.is_finite() and 0 < fraction <= 1:
        return ""
    return f"want 0 < fraction <= 1 (0.15 is fifteen percent), not {fraction}"


def _fault_of_bounds(min_quote: Decimal, max_quote: Decimal | None) -> str:
    if not (min_quote.is_finite() and min_quote >= 0):
        return f"want min_quote >= 0, not {min_quote}"
    if max_quote is not None and not (max_quote.is_finite() and max_quote >= min_quote):
        return f"want max_quote >= min_quote {min_quote}, not {max_quote}"
    return ""


def stop_distance(proposal: Proposal) -> Decimal | None:
    """Return quote units a base unit loses at the stop; the trail only where there is no stop."""
    protection = proposal.entry.protection
    if protection.stop_price is not None:
        return abs(proposal.price - proposal.instrument.price(protection.stop_price))
    fraction = protection.stop_fraction
    if fraction is None:
        fraction = protection.trail_fraction
    return None if fraction is None else proposal.price * to_decimal(fraction)
