"""The books: fills and transfers in; positions, cash, profit and who earned it out.

Everything here is a fold over `apply_fill` and `deposit`; nothing is remembered that they did not
say. A fill is booked once, however often it is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from argonaut.domain.ids import FillId, InstrumentId, StrategyId
from argonaut.domain.instrument import Instrument
from argonaut.domain.number import ZERO, to_decimal
from argonaut.domain.order import Filled, Order, OrderRole
from argonaut.domain.roundtrip import RoundTrip
from argonaut.ledger import saved
from argonaut.ledger.attribution import Attribution, By, Row, attribute, total
from argonaut.ledger.errors import LedgerError
from argonaut.ledger.exact import add, multiply, subtract
from argonaut.ledger.fold import Change, Closed, unrealized
from argonaut.ledger.holding import Holding
from argonaut.ledger.position import Position
from argonaut.ledger.posting import (
    ACCOUNTS,
    AssetTotals,
    PostingSet,
    of_adjustment,
    of_dust,
    of_fill,
    of_transfer,
)
from argonaut.ledger.sheet import Sheet
from argonaut.ledger.transfers import Transfers
from argonaut.ledger.valuation import PriceOf, PriceOfFloat, Valuer

_ENTRY: Final = OrderRole.ENTRY
_NO_ROUND_TRIPS: tuple[RoundTrip, ...] = ()


class Book:
    """One account's books, kept in `quote`, the asset it reports in.

    `price_of` values what has no price of its own: a fee in a third asset, a deposit of another
    asset. Until it is set, and where it answers None, the price of our last fill counts.
    `journal`, if set, is called with every set of postings, `on_valued` with an asset and the rate
    at which its transfers were valued later than they came.
    """

    __slots__ = (
        "_instruments",
        "_rows",
        "_sheets",
        "_totals",
        "_transfers",
        "_valuer",
        "journal",
        "on_valued",
        "price_of",
        "quote",
    )

    def __init__(self, instruments: Mapping[InstrumentId, Instrument], quote: str) -> None:
        self.quote = quote
        self.journal: Callable[[PostingSet], None] | None = None
        self.price_of: PriceOf | None = None
        self.on_valued: Callable[[str, Decimal], None] | None = None
        self._instruments: dict[InstrumentId, Instrument] = {}
        self._totals: dict[str, AssetTotals] = {}
        self._sheets: dict[InstrumentId, Sheet] = {}
        self._rows: dict[tuple[StrategyId, InstrumentId, str, str], Row] = {}
        self._transfers = Transfers()
        self._valuer = Valuer(self._instruments, self._totals, quote)
        for instrument in instruments.values():
            self.add(instrument)

    def add(self, instrument: Instrument) -> None:
        """Take a new instrument, or new rules for one already known.

        Raises:
            LedgerError: A known instrument would change its assets or its contract size.
        """
        name = instrument.instrument_id
        known = self._instruments.get(name)
        if known is None:
            base, quote = self._total(instrument.base), self._total(instrument.quote)
            self._sheets[name] = Sheet(instrument, base, quote)
        elif _nature(known) != _nature(instrument):
            raise LedgerError(f"{name}: want {_nature(known)} as before, not {_nature(instrument)}")
        else:
            self._sheets[name].instrument = instrument
        self._instruments[name] = instrument
        self._valuer.instruments_changed()

    def deposit(self, asset: str, amount: Decimal, event_ns: int) -> None:
        """Take `amount` of `asset` from the owner; negative is a withdrawal.

        Raises:
            LedgerError: The amount is not finite.
        """
        self._check_amount(asset, amount)
        self._total(asset).transfer(amount)
        self._moved(asset, amount, of_transfer(asset, amount, event_ns))

    def adjust(
        self, asset: str, amount: Decimal, event_ns: int, rate: Decimal | None = None
    ) -> None:
        """Take what the venue has of `asset` and nothing here explains; negative is what it lacks.

        It belongs to no strategy, and as a transfer it is neither gain nor loss. `rate` is what a
        unit was worth then, where that is known better than now.

        Raises:
            LedgerError: The amount is not finite.
        """
        self._check_amount(asset, amount)
        self._total(asset).adjust(amount)
        self._moved(asset, amount, of_adjustment(asset, amount, event_ns), rate)

    def apply_fill(self, order: Order, fill: Filled) -> tuple[RoundTrip, ...]:
        """Book one execution; return the round trip it closed, if any. Seen before: nothing.

        Raises:
            LedgerError: The order's instrument was never added.
        """
        sheet = self._sheet(order.instrument_id)
        if fill.fill_id in sheet.seen:
            return _NO_ROUND_TRIPS
        sheet.seen[fill.fill_id] = None
        self._valuer.totals_changed()
        fee_base = fee_quote = ZERO
        if fill.fee:
            fee_base, fee_quote = self._pay_fee(sheet, order, fill)
        change = sheet.exchange(order.side, fill, fee_base=fee_base, fee_quote=fee_quote)
        if self.journal is not None:
            self.journal(of_fill(sheet.instrument, order.side, fill))

        holding = sheet.holding(order.strategy_id)
        if not holding.quantity:
            holding.entry_tag, holding.entry_user_id = order.tag, order.user_id
        closed = sheet.fold(change, holding)
        if order.role is _ENTRY or not holding.quantity:
            holding.is_stray = False
        elif holding.quantity * order.side.sign > 0:
            holding.is_stray = True
        if closed is None:
            row = self._row(sheet, holding, order.tag, order.user_id)
            row.count_fill(change.notional, change.fee, fill.slippage_quote)
            return _NO_ROUND_TRIPS
        return (self._close(sheet, holding, order, fill, change=change, closed=closed),)

    def has_seen(self, fill_id: FillId) -> bool:
        """Say whether a fill of this id is booked at any instrument."""
        return any(fill_id in sheet.seen for sheet in self._sheets.values())

    def has_booked(self, instrument_id: InstrumentId, fill_id: FillId) -> bool:
        """Say whether a fill is in the books already; it is for ever once it was told.

        Raises:
            LedgerError: The instrument was never added.
        """
        return fill_id in self._sheet(instrument_id).seen

    def write_off_dust(self, strategy_id: StrategyId, instrument_id: InstrumentId) -> Decimal:
        """Give up what the strategy holds if it is less than a lot; return those base units.

        They move from the wallet to the `dust` account and their cost is realized as a loss, so
        the strategy is flat and can enter again. Zero, and no change, when a lot can be traded.

        Raises:
            LedgerError: The instrument was never added.
        """
        sheet = self._sheet(instrument_id)
        if not sheet.dust_of(sheet.holding(strategy_id)):
            return ZERO
        return self.write_off(strategy_id, instrument_id)

    def write_off(self, strategy_id: StrategyId, instrument_id: InstrumentId) -> Decimal:
        """Give up all that the strategy holds, because no order of it is taken; return it.

        Raises:
            LedgerError: The instrument was never added.
        """
        sheet = self._sheet(instrument_id)
        holding = sheet.holding(strategy_id)
        dust = holding.quantity
        if not dust:
            return ZERO
        self._valuer.totals_changed()
        change = sheet.give_up(dust)
        closed = sheet.fold(change, holding)
        assert closed is not None, "dust is held, so giving it up closes"
        row = self._row(sheet, holding, holding.entry_tag, holding.entry_user_id)
        row.count_dust(closed.gross)
        if self.journal is not None:
            units = multiply(dust, sheet.contract_size)
            self.journal(of_dust(sheet.base.asset, units, sheet.last_ns))
        return dust

    def holding(self, strategy_id: StrategyId, instrument_id: InstrumentId) -> Holding:
        """Return what the strategy holds: the same live object for ever.

        Raises:
            LedgerError: The instrument was never added.
        """
        try:  # asked several times an order
            return self._sheets[instrument_id].holdings[strategy_id]
        except KeyError:
            return self._sheet(instrument_id).holding(strategy_id)

    def holdings(self) -> tuple[Holding, ...]:
        """Return every holding there ever was, flat ones too."""
        return tuple(
            holding for sheet in self._sheets.values() for holding in sheet.holdings.values()
        )

    def position(self, instrument_id: InstrumentId) -> Position:
        """Return the account's net position: the same live object for ever.

        Raises:
            LedgerError: The instrument was never added.
        """
        return self._sheet(instrument_id).position

    def positions(self) -> tuple[Position, ...]:
        """Return the positions that are not flat."""
        return tuple(sheet.position for sheet in self._sheets.values() if sheet.position.quantity)

    def unrealized(self, instrument_id: InstrumentId, price: Decimal) -> Decimal:
        """Return what closing the net position at `price` would earn before fees, quote units."""
        sheet = self._sheet(instrument_id)
        return unrealized(sheet.position, price, sheet.contract_size)

    def balance(self, asset: str) -> Decimal:
        """Return units of `asset` we have; negative is owed."""
        held = self._totals.get(asset)
        return held.wallet if held is not None else ZERO

    def at_venue(self, asset: str) -> Decimal:
        """Return the units of `asset` the venue should show: what we have and dust we gave up."""
        held = self._totals.get(asset)
        return add(held.wallet, held.dust) if held is not None else ZERO

    @property
    def balances(self) -> dict[str, Decimal]:
        """Units per asset, where not zero."""
        return {asset: held.wallet for asset, held in self._totals.items() if held.wallet}

    def has_only(self, asset: str) -> bool:
        """Whether every balance but that of `asset` is zero."""
        for name, held in self._totals.items():  # noqa: SIM110 - a generator costs more than this
            if name != asset and held.wallet:
                return False
        return True

    def equity(self, price_of: PriceOfFloat) -> float | None:
        """Return the worth of everything in `quote`; None when something held has no price.

        In float64, for sampling. A transfer that had no price when it came gets its value here,
        with the first prices that allow an equity at all.
        """
        equity = self._valuer.equity(price_of)
        if self._transfers.unvalued and equity is not None:
            self._value_transfers(lambda name: _to_money(price_of(name)))
        return equity

    def equity_exact(self, price_of: PriceOf) -> Decimal | None:
        """Return what `equity` does, exactly."""
        equity = self._valuer.equity_exact(price_of)
        if self._transfers.unvalued and equity is not None:
            self._value_transfers(price_of)
        return equity

    def price_in_quote(self, asset: str, price_of: PriceOf) -> Decimal | None:
        """Return the price of one unit of `asset` in `quote`: 1 for that itself, or None."""
        return self._valuer.rate(asset, self.quote, price_of)

    @property
    def net_transfers_quote(self) -> Decimal:
        """Deposits less withdrawals in `quote`, each at the price of its time.

        Equity less this is what trading made of it. `transfers_unvalued` is not in it yet.
        """
        return self._transfers.net_quote

    @property
    def transfers_unvalued(self) -> dict[str, Decimal]:
        """Units per asset of transfers that have had no price so far."""
        return dict(self._transfers.unvalued)

    def attribution(self, by: By = "strategy") -> dict[str, Attribution]:
        """Return who earned what. Profit in another quote asset is valued at today's price."""
        return attribute(self._rows.values(), by, self._rate)

    def account(self) -> Attribution:
        """Return the sum of the attribution, whichever way it is cut."""
        return total(self._rows.values(), self._rate)

    @property
    def postings(self) -> dict[tuple[str, str], Decimal]:
        """Totals per (account, asset), where not zero."""
        amounts: dict[tuple[str, str], Decimal] = {
            (account, asset): getattr(held, account)
            for asset, held in self._totals.items()
            for account in ACCOUNTS
        }
        return {name: amount for name, amount in amounts.items() if amount}

    def residuals(self) -> dict[str, Decimal]:
        """Return the sum of all postings per asset: every one zero, or the book is wrong."""
        return {asset: held.residual for asset, held in self._totals.items()}

    def check(self) -> None:
        """Assert that postings cancel and that holdings add up to positions; a failure is a bug."""
        wrong = {asset: residual for asset, residual in self.residuals().items() if residual}
        assert not wrong, f"postings do not cancel: {wrong}"
        for name, sheet in self._sheets.items():
            held, position = sheet.held_by_strategies(), sheet.position.quantity
            assert held == position, f"{name}: strategies hold {held}, the account {position}"

    def save(self) -> dict[str, Any]:
        """Return the whole state as JSON values, exact; working orders are the engine's."""
        return saved.write(
            saved.SavedBook(
                quote=self.quote,
                totals=[saved.totals_of(held) for held in self._totals.values()],
                sheets=[saved.sheet_of(sheet) for sheet in self._sheets.values()],
                rows=[saved.row_of(row) for row in self._rows.values()],
                net_transfers_quote=self._transfers.net_quote,
                transfers_unvalued=dict(sorted(self._transfers.unvalued.items())),
            )
        )

    def load(self, state: Mapping[str, Any]) -> None:
        """Take back what `save` returned. The book must be new, with its instruments added.

        Raises:
            LedgerError: The state is another account's, names an unknown instrument or cannot be
                read; or this book already has entries.
        """
        if self._rows or self.postings:
            raise LedgerError("want a new book to load into, not one with entries")
        book = saved.read(state)
        if book.quote != self.quote:
            raise LedgerError(f"want the state of a {self.quote} book, not of a {book.quote} one")
        sheets = [self._sheet(record.instrument_id) for record in book.sheets]
        for page, sheet in zip(book.sheets, sheets, strict=True):
            saved.load_sheet(page, sheet)
        for held in book.totals:
            saved.load_totals(held, self._total(held.asset))
        for record in book.rows:
            row = saved.load_row(record)
            self._rows[row.strategy_id, row.instrument_id, row.tag, row.user_id] = row
        self._transfers.net_quote = book.net_transfers_quote
        self._transfers.unvalued.update(book.transfers_unvalued)
        self._valuer.totals_changed()

    def _check_amount(self, asset: str, amount: Decimal) -> None:
        if not amount.is_finite():
            raise LedgerError(f"want a finite amount of {asset}, not {amount}")

    def rate_of(self, asset: str) -> Decimal | None:
        """Return what one unit of `asset` is worth in `quote` now; None when unknown."""
        return self._rate(asset)

    def value_transfers(self, asset: str, rate: Decimal) -> None:
        """Count transfers of `asset` that have waited for a price at `rate`: once more, as told."""
        self._transfers.value(asset, rate)

    def _moved(
        self, asset: str, amount: Decimal, postings: PostingSet, rate: Decimal | None = None
    ) -> None:
        self._transfers.take(asset, amount, self._rate(asset) if rate is None else rate)
        self._valuer.totals_changed()
        if self.journal is not None:
            self.journal(postings)

    def _pay_fee(self, sheet: Sheet, order: Order, fill: Filled) -> tuple[Decimal, Decimal]:
        """Pay a fee; return the base units it took and its worth in the instrument's quote asset.

        A fee in a third asset without a price counts as nothing and stands apart in the row.
        """
        fee, asset = fill.fee, fill.fee_asset
        if asset == sheet.quote.asset:
            sheet.quote.pay_fee(fee)
            return ZERO, fee
        if asset == sheet.base.asset:
            sheet.base.pay_fee(fee)
            return fee, multiply(fee, fill.price)
        self._total(asset).pay_fee(fee)
        price = self._valuer.rate(asset, sheet.quote.asset, self._price)
        if price is not None:
            return ZERO, multiply(fee, price)
        holding = sheet.holding(order.strategy_id)
        self._row(sheet, holding, order.tag, order.user_id).leave_unvalued(asset, fee)
        return ZERO, ZERO

    def _close(
        self,
        sheet: Sheet,
        holding: Holding,
        order: Order,
        fill: Filled,
        *,
        change: Change,
        closed: Closed,
    ) -> RoundTrip:
        """Count a closing fill for the order that opened, and what it opened anew for its own."""
        fees = add(closed.entry_fees, closed.exit_fee)
        trip = RoundTrip(
            strategy_id=order.strategy_id,
            instrument_id=order.instrument_id,
            is_long=closed.is_long,
            quantity=closed.quantity,
            entry_price=closed.entry_price,
            exit_price=fill.price,
            opened_ns=closed.opened_ns,
            closed_ns=fill.event_ns,
            pnl=subtract(closed.gross, fees),
            fees=fees,
            tag=holding.entry_tag,
            exit_tag=order.tag,
            user_id=holding.entry_user_id or order.user_id,
            contract_size=sheet.contract_size,
        )
        row = self._row(sheet, holding, holding.entry_tag, holding.entry_user_id)
        row.count_fill(closed.notional, closed.exit_fee, fill.slippage_quote)
        row.count_round_trip(closed.gross, is_win=trip.pnl > ZERO)
        if closed.is_flip:
            holding.entry_tag, holding.entry_user_id = order.tag, order.user_id
            row = self._row(sheet, holding, order.tag, order.user_id)
            row.count_rest(
                subtract(change.notional, closed.notional), subtract(change.fee, closed.exit_fee)
            )
        return trip

    def _value_transfers(self, price_of: PriceOf) -> None:
        valued = self._transfers.value_waiting(
            lambda asset: self._valuer.rate(asset, self.quote, price_of)
        )
        if self.on_valued is not None:
            for asset, rate in valued:
                self.on_valued(asset, rate)

    def _price(self, instrument_id: InstrumentId) -> Decimal | None:
        price = self.price_of(instrument_id) if self.price_of is not None else None
        return self._sheets[instrument_id].last_price if price is None else price

    def _rate(self, asset: str) -> Decimal | None:
        return self._valuer.rate(asset, self.quote, self._price)

    def _sheet(self, instrument_id: InstrumentId) -> Sheet:
        try:
            return self._sheets[instrument_id]
        except KeyError:
            raise LedgerError(f"no instrument {instrument_id} in the book; add it first") from None

    def _total(self, asset: str) -> AssetTotals:
        held = self._totals.get(asset)
        if held is None:
            held = self._totals[asset] = AssetTotals(asset)
        return held

    def _row(self, sheet: Sheet, holding: Holding, tag: str, user_id: str) -> Row:
        key = (holding.strategy_id, holding.instrument_id, tag, user_id)
        row = self._rows.get(key)
        if row is None:
            row = Row(
                holding.strategy_id,
                holding.instrument_id,
                tag=tag,
                user_id=user_id,
                quote=sheet.quote.asset,
            )
            self._rows[key] = row
        return row


def _nature(instrument: Instrument) -> tuple[str, str, Decimal]:
    """Return what an instrument's entries in the book were made with."""
    return instrument.base, instrument.quote, instrument.contract_size


def _to_money(price: float | None) -> Decimal | None:
    return None if price is None else to_decimal(price)
