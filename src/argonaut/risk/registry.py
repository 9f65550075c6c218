"""The checks by the name they have in a config, and the ones a run starts with."""

from __future__ import annotations

from collections.abc import Mapping

from argonaut.risk.budget import Budget
from argonaut.risk.collar import Collar
from argonaut.risk.daily_loss import DailyLoss
from argonaut.risk.drawdown import Drawdown
from argonaut.risk.exposure import (
    AccountExposure,
    StrategyExposure,
    SymbolExposure,
    VenueExposure,
)
from argonaut.risk.filters import Filters
from argonaut.risk.finite import Finite
from argonaut.risk.mode import Mode
from argonaut.risk.notional import MaxNotional, MinNotional
from argonaut.risk.order_rate import OrderRate
from argonaut.risk.order_type import OrderTypeAllowed
from argonaut.risk.positions import MaxPositions
from argonaut.risk.quantity import MaxQuantity
from argonaut.risk.short import ShortAllowed
from argonaut.risk.staleness import Staleness
from argonaut.risk.universe import Universe
from argonaut.risk.view import Check

# The order is that of the pre-trade gate: what is cheapest to know and worst to miss comes first,
# sizes before what is measured on them, and the counter of orders last.
_IN_ORDER: tuple[type[Check], ...] = (
    Mode,
    Finite,
    Filters,
    OrderTypeAllowed,
    ShortAllowed,
    Staleness,
    Collar,
    MaxQuantity,
    MinNotional,
    MaxNotional,
    MaxPositions,
    SymbolExposure,
    StrategyExposure,
    VenueExposure,
    AccountExposure,
    Drawdown,
    DailyLoss,
    OrderRate,
)


def default_checks() -> tuple[Check, ...]:
    """Return one of each check with its default limits, in the order the gate asks them."""
    return tuple(check() for check in _IN_ORDER)


CHECKS: Mapping[str, type[Check]] = {
    each.code: type(each) for each in (*default_checks(), Budget(), Universe())
}
"""Config name -> class. The class's fields are the check's parameters."""
