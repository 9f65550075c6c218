"""Instruments, orders and fills for the books, and random histories of them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from argonaut.domain.ids import ClientOrderId, FillId, InstrumentId, StrategyId
from argonaut.domain.instrument import Instrument
from argonaut.domain.order import Filled, Order, OrderRole, OrderType, Side
from argonaut.domain.roundtrip import RoundTrip
from argonaut.ledger.book import Book

D = Decimal
BTC = InstrumentId("BTC/USDT@sim")
ETH = InstrumentId("ETH/USDT@sim")
BNB = InstrumentId("BNB/USDT@sim")
BRD_BTC = InstrumentId("BRD/BTC@sim")
TREND = StrategyId("trend")
MEAN = StrategyId("mean")


def instrument(instrument_id: InstrumentId = BTC, **rules: Any) -> Instrument:
    """Rules of BASE/QUOTE@venue: ticks of a cent, lots of a thousandth."""
    base, quote = instrument_id.partition("@")[0].split("/")
    grid = {"tick_size": D("0.01"), "lot_size": D("0.001")} | rules
    return Instrument(instrument_id=instrument_id, base=base, quote=quote, **grid)


def book_of(*names: InstrumentId, quote: str = "USDT", **balances: str) -> Book:
    """A book that knows these instruments (BTC/USDT alone by default) and was given money."""
    book = Book({name: instrument(name) for name in names or (BTC,)}, quote)
    for asset, amount in balances.items():
        book.deposit(asset, D(amount), event_ns=0)
    return book


@dataclass(frozen=True, kw_only=True)
class Deal:
    """An order with the one fill it got."""

    side: Side
    quantity: Decimal
    price: Decimal
    fee: Decimal = D(0)
    fee_asset: str = ""
    fill_id: str = ""
    event_ns: int = 0
    strategy_id: StrategyId = TREND
    instrument_id: InstrumentId = BTC
    tag: str = ""
    user_id: str = ""
    slippage: Decimal = D(0)

    @property
    def order(self) -> Order:
        return Order(
            client_order_id=ClientOrderId(f"order-{self.fill_id}"),
            strategy_id=self.strategy_id,
            instrument_id=self.instrument_id,
            side=self.side,
            order_type=OrderType.MARKET,
            role=OrderRole.ENTRY,
            quantity=self.quantity,
            tag=self.tag,
            user_id=self.user_id,
        )

    @property
    def fill(self) -> Filled:
        return Filled(
            client_order_id=self.order.client_order_id,
            event_ns=self.event_ns,
            fill_id=FillId(self.fill_id),
            quantity=self.quantity,
            price=self.price,
            fee=self.fee,
            fee_asset=self.fee_asset,
            slippage_quote=self.slippage,
        )

    def into(self, book: Book) -> tuple[RoundTrip, ...]:
        return book.apply_fill(self.order, self.fill)


class Desk:
    """Deals one after the other into one book, each with its own fill id and a second later."""

    def __init__(self, book: Book, strategy_id: StrategyId = TREND) -> None:
        self.book = book
        self.strategy_id = strategy_id
        self.deals = 0

    def buy(self, quantity: str, price: str, **more: Any) -> tuple[RoundTrip, ...]:
        return self._deal(Side.BUY, quantity, price, **more)

    def sell(self, quantity: str, price: str, **more: Any) -> tuple[RoundTrip, ...]:
        return self._deal(Side.SELL, quantity, price, **more)

    def _deal(self, side: Side, quantity: str, price: str, **more: Any) -> tuple[RoundTrip, ...]:
        self.deals += 1
        if isinstance(fee := more.pop("fee", None), str):
            amount, asset = fee.split()
            more |= {"fee": D(amount), "fee_asset": asset}
        given = {"strategy_id": self.strategy_id, "fill_id": str(self.deals)} | more
        deal = Deal(
            side=side,
            quantity=D(quantity),
            price=D(price),
            event_ns=self.deals * 1_000_000_000,
            **given,
        )
        return deal.into(self.book)


def decimals(low: str, high: str, places: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(D(low), D(high), allow_nan=False, allow_infinity=False, places=places)


def deals(
    *instruments: InstrumentId, fee_assets: tuple[str, ...] = ("USDT", "BTC", "ETH", "BNB")
) -> st.SearchStrategy[list[Deal]]:
    """Histories of several strategies; some fills are told twice, and not one after the other."""
    deal = st.builds(
        Deal,
        side=st.sampled_from(Side),
        quantity=decimals("0.001", "20", 3),
        price=decimals("0.01", "90000", 2),
        fee=st.one_of(st.just(D(0)), decimals("-0.01", "5", 8)),
        fee_asset=st.sampled_from(fee_assets),
        fill_id=st.integers(1, 40).map(str),
        event_ns=st.integers(0, 10**18),
        strategy_id=st.sampled_from([TREND, MEAN, StrategyId("detector")]),
        instrument_id=st.sampled_from(instruments or (BTC, ETH, BNB)),
        tag=st.sampled_from(["", "breakout", "dip"]),
        user_id=st.sampled_from(["", "ann"]),
        slippage=decimals("-1", "1", 4),
    )
    return st.lists(deal, max_size=25)


def unique(history: list[Deal]) -> list[Deal]:
    """The deals that count: the first with each fill id at each instrument."""
    first: dict[tuple[str, str], Deal] = {}
    for deal in history:
        first.setdefault((deal.instrument_id, deal.fill_id), deal)
    return list(first.values())
