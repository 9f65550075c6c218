"""What a limit is: how it is checked when configured, and what happens when it is passed."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Context, Decimal
from enum import Enum
from functools import lru_cache
from typing import Final

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.verdict import Outcome, Verdict
from argonaut.risk.view import Proposal

# Quotients are rounded down, so that a cap is not passed by the last of 28 digits.
DOWN: Final = Context(prec=28, rounding=ROUND_FLOOR)


class LimitError(InvalidValueError):
    """A limit is of the wrong kind or range; the message names it and the want."""


class OnExcess(Enum):
    """What a check does with an entry that is too large."""

    CLIP = "clip"
    REFUSE = "refuse"


def check_positive(name: str, value: object) -> None:
    """Refuse a limit that is no Decimal above zero.

    Raises:
        LimitError: Any other value.
    """
    if not (isinstance(value, Decimal) and value.is_finite() and value > 0):
        raise LimitError(f"want {name}, a Decimal > 0, not {_shown(value)}")


def check_fraction(name: str, value: object) -> None:
    """Refuse a limit that is no Decimal in (0, 1]; a percentage is the usual mistake.

    Raises:
        LimitError: Any other value.
    """
    if not (isinstance(value, Decimal) and value.is_finite() and 0 < value <= 1):
        raise LimitError(f"want 0 < {name} <= 1 (0.15 is fifteen percent), not {_shown(value)}")


def check_count(name: str, value: object) -> None:
    """Refuse a limit that is no whole number above zero.

    Raises:
        LimitError: Any other value.
    """
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise LimitError(f"want {name}, a whole number > 0, not {value!r}")


def _shown(value: object) -> str:
    """Write a Decimal as people do, and anything else with its type."""
    return str(value) if isinstance(value, Decimal) else f"{value!r} ({type(value).__name__})"


@lru_cache(maxsize=4096)
def counted(code: str, outcome: Outcome, count: int, limit: int) -> Verdict:
    """Return the verdict on a whole number; kept, because the same few come every time."""
    return Verdict(code, outcome, Decimal(count), Decimal(limit))


def base_units(proposal: Proposal, room_quote: Decimal) -> Decimal:
    """Return how many of the proposal's base units fit into `room_quote` account quote units."""
    return min(proposal.quantity, DOWN.divide(room_quote, proposal.unit_worst))


def excess(
    code: str,
    on_excess: OnExcess,
    *,
    value: Decimal,
    limit: Decimal,
    keep: Decimal,
    detail: str = "",
) -> Verdict:
    """Return the verdict on an entry above `limit`: clipped to `keep` base units, or refused."""
    if on_excess is OnExcess.REFUSE or keep <= 0:
        return Verdict(code, Outcome.REFUSE, value, limit, detail)
    return Verdict(code, Outcome.CLIP, value, limit, detail, keep)
