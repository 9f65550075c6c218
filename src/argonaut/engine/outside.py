"""What happens to the account without us: money that comes and goes, orders that are not ours."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

from argonaut.domain.command import Record
from argonaut.domain.event import Adjusted, Correction, Deposited, ForeignOrder
from argonaut.domain.record import TransferValued

if TYPE_CHECKING:
    from argonaut.engine.core import Engine


class Outside:
    """Journals each of them, then has the books or the desk take it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def on_deposit(self, deposit: Deposited) -> None:
        """Book the opening balance or a transfer."""
        self._engine.emit(Record("deposit", deposit.asset, deposit))
        self._engine.account.deposit(deposit.asset, deposit.amount, deposit.event_ns)

    def on_valued(self, asset: str, rate: Decimal) -> None:
        """Keep what transfers of an asset were worth when it got its first price."""
        body = TransferValued(asset=asset, rate=rate)
        self._engine.emit(Record("transfer_valued", asset, body))

    def on_adjusted(self, adjusted: Adjusted) -> None:
        """Book what the venue has and nothing here explains."""
        if adjusted.rate is None:  # a restart must not value it anew
            rate = self._engine.book.rate_of(adjusted.asset)
            adjusted = msgspec.structs.replace(adjusted, rate=rate)
        self._engine.emit(Record("adjustment", adjusted.asset, adjusted))
        self._engine.account.adjust(adjusted)

    def on_correction(self, correction: Correction) -> None:
        """Take the evidence for the inputs that follow it."""
        self._engine.emit(Record("correction", correction.subject, correction))
        self._engine.desk.inbox.on_correction(correction)

    def on_foreign(self, found: ForeignOrder) -> None:
        """Tell once of an order that is none of ours."""
        if self._engine.desk.is_news(found.order):
            self._engine.emit(Record("foreign", found.order.venue_order_id, found))
