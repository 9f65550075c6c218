"""The journal's rows folded into the tables' rows: one page at a time, with what came before."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import msgspec
from msgspec.structs import replace

from argonaut.domain.event import Adjusted, Deposited
from argonaut.domain.ids import ClientOrderId, InstrumentId, StrategyId
from argonaut.domain.instrument import Instrument
from argonaut.domain.order import Filled, Order
from argonaut.domain.record import Anomaly, Decision
from argonaut.journal.body import body_of
from argonaut.journal.order_log import OrderLine, OrderLog
from argonaut.journal.row import Row
from argonaut.journal.shadow import of_both, told
from argonaut.journal.why import Reason, reason_of
from argonaut.ledger.book import Book
from argonaut.ledger.holding import Holding

# Nothing is rounded here: the venue's own grid made these quantities.
_FINEST = Decimal("1e-18")
_encode = msgspec.json.Encoder(order="deterministic").encode
_ANSWERED = frozenset({*of_both(("decision",)), "signal"})
Values = dict[str, Any]


class FoldState(msgspec.Struct, frozen=True, kw_only=True):
    """All that a page has to know of the pages before it, but orders and the ids of fills."""

    quote: str = ""  # what the account reports in; else the asset of the first money
    book: dict[str, Any] | None = None
    prices: dict[str, Decimal] = {}
    shadow_book: dict[str, Any] | None = None  # of what is on trial
    shadow_prices: dict[str, Decimal] = {}


class Ledger:
    """The money of one side, the account or what is on trial, and what a page does to it."""

    def __init__(
        self, quote: str, saved: dict[str, Any] | None, prices: dict[str, Decimal]
    ) -> None:
        self.quote = quote
        self.book = None if saved is None else _loaded(saved)
        self.prices = dict(prices)
        self.touched: dict[tuple[StrategyId, InstrumentId], int] = {}
        self.fills: list[Values] = []
        self.equity: list[Values] = []

    @property
    def positions(self) -> list[Values]:
        """Every strategy's holding that changed, as it stands."""
        if self.book is None:
            return []
        return [_position(self.book.holding(*key), seq) for key, seq in self.touched.items()]

    def saved(self) -> dict[str, Any] | None:
        """Return the book for the next page."""
        if self.book is None:
            return None
        saved = self.book.save()
        for sheet in saved["sheets"]:
            sheet["seen"] = []  # the table of fills knows them, for ever
        return saved

    def money(self, asset: str) -> Book:
        """Return the book; the first money makes it."""
        if self.book is None:
            self.quote = self.quote or asset
            self.book = Book({}, quote=self.quote)
        return self.book

    def book_fill(self, row: Row, order: Order, fill: Filled) -> None:
        """Book a fill that counts, and list it."""
        instrument = instrument_named(order.instrument_id)
        book = self.money(instrument.quote)
        book.add(instrument)
        book.apply_fill(order, fill)
        self.prices[order.instrument_id] = fill.price
        self.touched[order.strategy_id, order.instrument_id] = row.seq
        self.fills.append(_fill(row, order, fill))
        self.sample(row)

    def write_off(self, row: Row, detail: str) -> None:
        """Give up what the engine gave up. Its lot is not in the journal; one just above is."""
        units, _, rest = detail.partition(" ")
        name = InstrumentId(rest.partition(" ")[0])
        if self.book is None:
            return
        for holding in self.book.holdings():
            if holding.instrument_id == name and str(holding.quantity) == units:
                lot = abs(holding.quantity) * 2
                self.book.add(replace(instrument_named(name), lot_size=lot))
                self.book.write_off_dust(holding.strategy_id, name)
                self.book.add(instrument_named(name))
                self.touched[holding.strategy_id, name] = row.seq
                self.sample(row)
                return

    def sample(self, row: Row) -> None:
        """List what everything is worth after a row that moved money."""
        assert self.book is not None, "money moved in a book"
        self.equity.append(
            {
                "seq": row.seq,
                "event_ns": row.event_ns,
                "equity": self.book.equity_exact(self.prices.get),
                "net_transfers": self.book.net_transfers_quote,
                "balances": _encode(self.book.balances).decode(),
            }
        )


class Fold:
    """Takes the rows of one page by rising `seq`; then holds what the tables have to change.

    Args:
        state: After the last row before the page.
        lines: The orders this page speaks of, as they stood then.
        seen: Fills of this page that were counted then, as (instrument, fill id).
    """

    def __init__(
        self, state: FoldState, lines: Iterable[OrderLine], seen: Iterable[tuple[str, str]]
    ) -> None:
        self._log = OrderLog(lines)
        self._seen = set(seen)
        self.account = Ledger(state.quote, state.book, state.prices)
        self.shadow = Ledger(state.quote, state.shadow_book, state.shadow_prices)
        self._changed: dict[ClientOrderId, int] = {}
        self.signals: list[Values] = []

    def take(self, row: Row) -> None:
        """Fold one row.

        Raises:
            JournalBrokenError: The row is not what its kind says.
        """
        as_told, is_shadow = told(row)
        body, ledger = body_of(as_told), self.shadow if is_shadow else self.account
        if row.kind in _ANSWERED:
            reason = reason_of(row)
            if reason is not None:
                self.signals.append(_signal(row, reason))
        if isinstance(body, Decision):
            self._take_orders(row, [order.client_order_id for order in body.orders])
            if body.market_price is not None:
                ledger.prices[body.signal.instrument_id] = body.market_price
        elif isinstance(body, Filled):
            self._fill(row, body, ledger)
        elif as_told.kind in {"intent", "report"}:
            self._take_orders(row, [ClientOrderId(row.subject)])
        elif isinstance(body, Deposited):
            ledger.money(body.asset).deposit(body.asset, body.amount, row.event_ns)
            ledger.sample(row)
        elif isinstance(body, Adjusted):
            ledger.money(body.asset).adjust(body.asset, body.amount, row.event_ns)
            ledger.sample(row)
        elif isinstance(body, Anomaly) and body.what == "dust":
            ledger.write_off(row, body.detail)

    @property
    def orders(self) -> list[Values]:
        """Every order that changed, as it stands."""
        lines = ((self._log.line(order_id), seq) for order_id, seq in self._changed.items())
        return [_order(line, seq) for line, seq in lines if line is not None]

    def state(self) -> FoldState:
        """Return what the next page has to know."""
        return FoldState(
            quote=self.account.quote or self.shadow.quote,
            book=self.account.saved(),
            prices=self.account.prices,
            shadow_book=self.shadow.saved(),
            shadow_prices=self.shadow.prices,
        )

    def _take_orders(self, row: Row, order_ids: Iterable[ClientOrderId]) -> None:
        self._log.take(row)
        for order_id in order_ids:
            self._changed[order_id] = row.seq

    def _fill(self, row: Row, fill: Filled, ledger: Ledger) -> None:
        before = self._log.line(fill.client_order_id)
        if before is None or (before.order.instrument_id, fill.fill_id) in self._seen:
            return
        self._take_orders(row, [fill.client_order_id])
        order = before.order
        if self._log.get(order.client_order_id) is order:
            return  # the table of orders refused it, and so did the engine
        self._seen.add((order.instrument_id, fill.fill_id))
        ledger.book_fill(row, order, fill)


def instrument_named(name: InstrumentId) -> Instrument:
    """Return an instrument that is good for booking: names and no rules."""
    base, _, rest = name.partition("@")[0].partition("/")
    quote = rest.partition(":")[0]
    return Instrument(
        instrument_id=name, base=base, quote=quote, tick_size=_FINEST, lot_size=_FINEST
    )


def _loaded(saved: dict[str, Any]) -> Book:
    book = Book({}, quote=saved["quote"])
    for sheet in saved["sheets"]:
        book.add(instrument_named(sheet["instrument_id"]))
    book.load(saved)
    return book


def _order(line: OrderLine, seq: int) -> Values:
    order = line.order
    return {
        "client_order_id": order.client_order_id,
        "strategy_id": order.strategy_id,
        "instrument_id": order.instrument_id,
        "side": order.side.value,
        "order_type": order.order_type.value,
        "role": order.role.value,
        "status": order.status.value,
        "quantity": order.quantity,
        "filled": order.filled,
        "average_price": order.average_price,
        "price": order.price,
        "trigger_price": order.trigger_price,
        "decision_price": order.decision_price,
        "venue_order_id": order.venue_order_id,
        "signal_id": order.signal_id,
        "parent_id": order.parent_id,
        "tag": order.tag,
        "user_id": order.user_id,
        "reason": line.reason,
        "is_dry_run": line.is_dry_run,
        "decided_ns": line.decided_ns,
        "ended_ns": line.ended_ns,
        "fees": _encode(line.fees).decode(),
        "updated_seq": seq,
        "document": _encode(line).decode(),
    }


def _fill(row: Row, order: Order, fill: Filled) -> Values:
    return {
        "seq": row.seq,
        "event_ns": fill.event_ns,
        "fill_id": fill.fill_id,
        "client_order_id": fill.client_order_id,
        "strategy_id": order.strategy_id,
        "instrument_id": order.instrument_id,
        "side": order.side.value,
        "role": order.role.value,
        "quantity": fill.quantity,
        "price": fill.price,
        "fee": fill.fee,
        "fee_asset": fill.fee_asset,
        "is_maker": fill.is_maker,
        "slippage_quote": fill.slippage_quote,
    }


def _position(holding: Holding, seq: int) -> Values:
    return {
        "strategy_id": holding.strategy_id,
        "instrument_id": holding.instrument_id,
        "quantity": holding.quantity,
        "average_price": holding.average_price,
        "cost": holding.cost,
        "realized": holding.realized,
        "entry_fees": holding.entry_fees,
        "opened_ns": holding.opened_ns,
        "closed_ns": holding.closed_ns,
        "updated_seq": seq,
    }


def _signal(row: Row, reason: Reason) -> Values:
    return {
        "seq": row.seq,
        "event_ns": row.event_ns,
        "signal_id": row.subject,
        "who": reason.who,
        "instrument_id": reason.instrument_id,
        "wish": reason.wish,
        "answer": reason.answer,
        "first_blocker": reason.first_blocker,
        "why": reason.why,
        "reason": reason.reason,
        "requested": reason.requested,
        "quantity": reason.quantity,
        "market_price": reason.market_price,
    }
