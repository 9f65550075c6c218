"""What the risk gate answers: one verdict a check, and an approval or a refusal for the signal."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import Enum

import msgspec

from argonaut.domain.signal import Enter, Exit


class Outcome(Enum):
    """What one check decided."""

    PASS = "pass"  # noqa: S105 - what a check does, not a password
    CLIP = "clip"
    REFUSE = "refuse"

    __hash__ = object.__hash__  # as of `OrderStatus`


class Verdict(msgspec.Struct, frozen=True, omit_defaults=True):
    """One check's decision: what was measured, against which limit.

    `value` and `limit` are in the unit of the check (quote units, base units, seconds, a
    fraction or a count); None where there is nothing to measure. The sentence for people is
    made from `code` only when somebody reads it, and in a journal a check that passed is its code
    with what it measured: there are two dozen of them in every decision.
    """

    code: str
    outcome: Outcome = Outcome.PASS
    value: Decimal | None = None
    limit: Decimal | None = None
    detail: str = ""
    keep: Decimal | None = None  # base units allowed, with CLIP only

    @property
    def sentence(self) -> str:
        """Say it to a person."""
        template = SENTENCES.get(self.code, "{code}: {value} against {limit}")
        detail = self.detail
        if not detail and self.value is None and self.outcome is Outcome.PASS:
            detail = UNMEASURED.get(self.code, "")
        said = template.format(
            code=self.code, value=_plain(self.value), limit=_plain(self.limit), detail=detail
        )
        if detail and "{detail}" not in template:
            # Where nothing could be measured, the detail names what is missing.
            said = detail if self.value is None else f"{said} ({detail})"
        return {Outcome.PASS: "passed: ", Outcome.CLIP: "reduced: ", Outcome.REFUSE: "refused: "}[
            self.outcome
        ] + said


class Approved(msgspec.Struct, frozen=True, kw_only=True):
    """An entry or exit that passed every check. Only `risk.gate` makes one."""

    signal: Enter | Exit
    requested: Decimal  # base units
    quantity: Decimal  # base units, never more than requested
    quote_quantity: Decimal | None = None  # quote units, for an entry sized by cash
    verdicts: tuple[Verdict, ...] = ()

    @property
    def risk_reduced(self) -> bool:
        """Whether a check made it smaller."""
        return self.quantity < self.requested

    @property
    def reduction_factor(self) -> Decimal:
        """Approved over requested, 1 when untouched."""
        return self.quantity / self.requested if self.requested else self.requested + 1


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """A signal that did not pass; the last verdict is the one that said so."""

    signal: Enter | Exit
    verdicts: tuple[Verdict, ...]
    requested: Decimal | None = None

    @property
    def code(self) -> str:
        """The check that refused."""
        return self.verdicts[-1].code

    @property
    def sentence(self) -> str:
        """Why, in words."""
        return self.verdicts[-1].sentence


SENTENCES: Mapping[str, str] = {
    "mode": "trading mode is {detail}",
    "finite": "{detail}",
    "size": "{detail}",
    "filters": "{detail}",
    "staleness": "last price is {value} s old, the limit is {limit} s",
    "collar": "price is {value} away from the market as a fraction, the limit is {limit}",
    "min_notional": "notional {value} quote against the minimum {limit}",
    "max_notional": "notional {value} quote against the maximum {limit}",
    "max_quantity": "quantity {value} base against the maximum {limit}",
    "max_positions": "{value} positions would be open, the limit is {limit}",
    "symbol_exposure": "the symbol could hold {value} quote at worst, the cap is {limit}",
    "strategy_exposure": "the strategy could hold {value} quote at worst, the cap is {limit}",
    "venue_exposure": "the venue could hold {value} quote at worst, the cap is {limit}",
    "account_exposure": "the account could hold {value} quote at worst, the cap is {limit}",
    "universe": "{detail}",
    "budget": "the strategy could hold {value} quote at worst, its budget is {limit}",
    "drawdown": "drawdown is {value} of the peak, the limit is {limit}",
    "daily_loss": "loss since 00:00 UTC is {value} quote, the limit is {limit}",
    "order_rate": "{value} orders in the last minute, the limit is {limit}",
    "order_type": "{detail}",
    "short": "{detail}",
    "holding": "{detail}",
    "strategy": "{detail}",
}

UNMEASURED: Mapping[str, str] = {
    "mode": "active",
    "finite": "every number is finite and on its side",
    "filters": "meets the venue's rules",
    "collar": "a market entry has no price of its own",
    "max_quantity": "no maximum is set",
    "symbol_exposure": "no cap is set",
    "strategy_exposure": "no cap is set",
    "venue_exposure": "no cap is set",
    "account_exposure": "no cap is set",
    "order_type": "the order type is allowed",
    "universe": "on the shortlist",
}
"""What a check says that passed without a value."""


def _plain(value: Decimal | None) -> str:
    return "nothing" if value is None else f"{value.normalize():f}" if value else "0"
