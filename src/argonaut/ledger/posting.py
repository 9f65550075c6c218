"""Double entry: every amount is written twice, so the sum over all accounts of an asset is zero.

Accounts: `wallet` what we have (negative is owed), `market` what went to and came from other
traders, `fees` what venues took, `equity` what the owner put in, with a minus, as bookkeepers do,
`dust` what is ours at the venue but too little to sell, `adjustments` what the venue has more or
less than our fills and transfers explain, with a minus as well.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import msgspec

from argonaut.domain.instrument import Instrument
from argonaut.domain.number import ZERO
from argonaut.domain.order import Filled, Side
from argonaut.ledger.exact import add, multiply, subtract

AccountName = Literal["wallet", "market", "fees", "equity", "dust", "adjustments"]
ACCOUNTS: tuple[AccountName, ...] = ("wallet", "market", "fees", "equity", "dust", "adjustments")


class Posting(msgspec.Struct, frozen=True):
    """An amount written to one account; a positive amount goes into it."""

    account: AccountName
    asset: str
    amount: Decimal


class PostingSet(msgspec.Struct, frozen=True):
    """The postings of one fill or transfer; they sum to zero per asset."""

    event_ns: int
    reference: str  # the fill's id, "transfer", "adjustment" or "dust"
    postings: tuple[Posting, ...]


class AssetTotals:
    """Running totals of one asset over the accounts; each method writes both sides."""

    __slots__ = ("adjustments", "asset", "dust", "equity", "fees", "market", "wallet")

    def __init__(self, asset: str) -> None:
        self.asset = asset
        self.wallet = ZERO
        self.market = ZERO
        self.fees = ZERO
        self.equity = ZERO
        self.dust = ZERO
        self.adjustments = ZERO

    def trade(self, amount: Decimal) -> None:
        """Take `amount` from the market; negative gives it."""
        self.wallet = add(self.wallet, amount)
        self.market = subtract(self.market, amount)

    def pay_fee(self, fee: Decimal) -> None:
        """Pay a venue; negative is a rebate."""
        self.wallet = subtract(self.wallet, fee)
        self.fees = add(self.fees, fee)

    def transfer(self, amount: Decimal) -> None:
        """Take `amount` from the owner; negative gives it back."""
        self.wallet = add(self.wallet, amount)
        self.equity = subtract(self.equity, amount)

    def adjust(self, amount: Decimal) -> None:
        """Take what the venue has and nothing of ours explains; negative is what it lacks."""
        self.wallet = add(self.wallet, amount)
        self.adjustments = subtract(self.adjustments, amount)

    def write_off(self, amount: Decimal) -> None:
        """Set aside `amount` as dust; negative is dust that is owed."""
        self.wallet = subtract(self.wallet, amount)
        self.dust = add(self.dust, amount)

    @property
    def residual(self) -> Decimal:
        """The sum over all accounts: zero, or the book is wrong."""
        traded = add(self.wallet, self.market)
        paid = add(add(self.fees, self.equity), self.dust)
        return add(add(traded, paid), self.adjustments)


def of_fill(instrument: Instrument, side: Side, fill: Filled) -> PostingSet:
    """Return the postings of one fill: base against quote, and the fee."""
    units = multiply(multiply(fill.quantity, instrument.contract_size), Decimal(side.sign))
    entries = [
        *_both("market", instrument.base, units),
        *_both("market", instrument.quote, multiply(units, fill.price).copy_negate()),
    ]
    if fill.fee:
        entries += _both("fees", fill.fee_asset, fill.fee.copy_negate())
    return PostingSet(fill.event_ns, fill.fill_id, tuple(entries))


def of_transfer(asset: str, amount: Decimal, event_ns: int) -> PostingSet:
    """Return the postings of a deposit or, when negative, a withdrawal."""
    return PostingSet(event_ns, "transfer", _both("equity", asset, amount))


def of_adjustment(asset: str, amount: Decimal, event_ns: int) -> PostingSet:
    """Return the postings of what no fill and no transfer explains."""
    return PostingSet(event_ns, "adjustment", _both("adjustments", asset, amount))


def of_dust(asset: str, amount: Decimal, event_ns: int) -> PostingSet:
    """Return the postings of dust that was written off."""
    return PostingSet(event_ns, "dust", _both("dust", asset, amount.copy_negate()))


def _both(other: AccountName, asset: str, amount: Decimal) -> tuple[Posting, Posting]:
    return (Posting("wallet", asset, amount), Posting(other, asset, amount.copy_negate()))
