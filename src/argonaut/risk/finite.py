"""Every number of an entry is there, finite, positive and on its side. Never switched off."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from argonaut.domain.number import ZERO
from argonaut.domain.order import OrderType, Side
from argonaut.domain.signal import UNPROTECTED, Enter
from argonaut.domain.verdict import Outcome, Verdict
from argonaut.risk.sizing import reference_price
from argonaut.risk.view import AccountView, Proposal

_REFUSE: Final = Outcome.REFUSE
_TRAILING_STOP: Final = OrderType.TRAILING_STOP
_PASSED: Final = Verdict("finite")
_LIMITS: Final = (OrderType.LIMIT, OrderType.STOP_LIMIT)
_STOPS: Final = (OrderType.STOP, OrderType.STOP_LIMIT)
_MARKET: Final = OrderType.MARKET
_BUY: Final = Side.BUY


@dataclass(frozen=True, slots=True, kw_only=True)
class Finite:
    """Refuse an entry with a missing, infinite, negative or misplaced number.

    A stop wants to be a tick or more on the losing side of the entry's price, a target on the
    winning side. Without a market price every entry is refused, a limit entry too.
    """

    @property
    def code(self) -> str:
        """Its name in configs and verdicts."""
        return "finite"

    def verdict(self, proposal: Proposal, view: AccountView) -> Verdict:
        """Look at the signal and the market price, and note that; nothing is sized yet."""
        entry = proposal.entry
        market_price = view.market_price(entry.instrument_id)
        if market_price is None:
            fault: str | None = f"no price of {entry.instrument_id} has been seen"
        elif not (market_price.is_finite() and market_price > ZERO):
            fault = f"want a market price > 0, not {market_price}"
        else:
            proposal.market_price = market_price
            fault = _fault_of_order(entry) or _fault_of_places(proposal, market_price)
        return _PASSED if fault is None else Verdict("finite", _REFUSE, detail=fault)


def _fault_of_order(entry: Enter) -> str | None:
    if not 0.0 <= entry.confidence <= 1.0:
        return f"want 0 <= confidence <= 1, not {entry.confidence}"
    limit_price, trigger_price = entry.limit_price, entry.trigger_price
    if limit_price is not None and not (math.isfinite(limit_price) and limit_price > 0):
        return f"want limit_price > 0, not {limit_price}"
    if trigger_price is not None and not (math.isfinite(trigger_price) and trigger_price > 0):
        return f"want trigger_price > 0, not {trigger_price}"
    return None if entry.order_type is _MARKET else _fault_of_type(entry)


def _fault_of_type(entry: Enter) -> str | None:
    kind = entry.order_type.value
    if entry.limit_price is None and entry.order_type in _LIMITS:
        return f"a {kind} entry wants a limit_price"
    if entry.trigger_price is None and entry.order_type in _STOPS:
        return f"a {kind} entry wants a trigger_price"
    if entry.order_type is _TRAILING_STOP and entry.protection.trail_fraction is None:
        return f"a {kind} entry wants a trail_fraction"
    return None


def _fault_of_places(proposal: Proposal, market_price: Decimal) -> str | None:
    """Return what is wrong with where the prices lie, on the tick grid."""
    entry = proposal.entry
    if entry.protection is UNPROTECTED and entry.order_type is _MARKET:
        return None
    price = reference_price(entry, proposal.instrument, market_price)
    stop, targets = _placed(proposal)
    if price <= 0:
        return f"price is below one tick ({proposal.instrument.tick_size})"
    for placed in (stop, *targets):
        if placed is not None and placed <= 0:
            return f"want a stop or target of at least one tick ({proposal.instrument.tick_size})"
    is_long = entry.side is _BUY
    if stop is not None and (stop >= price if is_long else stop <= price):
        return f"want the stop {'below' if is_long else 'above'} the price {price}, not {stop}"
    for target in targets:
        if target <= price if is_long else target >= price:
            side = "above" if is_long else "below"
            return f"want the target {side} the price {price}, not {target}"
    return None


def _placed(proposal: Proposal) -> tuple[Decimal | None, tuple[Decimal, ...]]:
    """Return the stop and the targets that are prices (fractions are on their side already)."""
    protection, tick = proposal.entry.protection, proposal.instrument.price
    stop = None if protection.stop_price is None else tick(protection.stop_price)
    targets = tuple(tick(each.price) for each in protection.targets if each.price is not None)
    return stop, targets
