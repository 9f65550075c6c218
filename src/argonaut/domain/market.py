"""What the market shows us: bars, trades and quotes as reused views over columns.

Columns are the data model; these are views. One view object per stream is filled anew for each
event, because an object per bar costs more than a strategy does. Whoever wants to keep a number
copies the number, never the view.
"""

from __future__ import annotations

from argonaut.domain.ids import InstrumentId


class Bar:
    """One completed candle: prices quote per base, `volume` base units, times UTC nanoseconds."""

    __slots__ = (
        "close",
        "event_ns",
        "high",
        "instrument_id",
        "low",
        "open",
        "open_ns",
        "timeframe_ns",
        "volume",
    )

    def __init__(
        self,
        instrument_id: InstrumentId,
        timeframe_ns: int,
        open_ns: int = 0,
        *,
        open: float = 0.0,  # noqa: A002 - the field's own word
        high: float = 0.0,
        low: float = 0.0,
        close: float = 0.0,
        volume: float = 0.0,
    ) -> None:
        self.instrument_id = instrument_id
        self.timeframe_ns = timeframe_ns
        self.open_ns = open_ns
        self.event_ns = open_ns + timeframe_ns
        self.open = open
        self.high = high
        self.low = low
        self.close = close
        self.volume = volume

    @property
    def close_ns(self) -> int:
        """A bar happens when it closes."""
        return self.event_ns

    def copy(self) -> Bar:
        """Return the bar as it is now, for who has to keep it beyond its event."""
        bar = Bar(
            self.instrument_id,
            self.timeframe_ns,
            self.open_ns,
            open=self.open,
            high=self.high,
            low=self.low,
            close=self.close,
            volume=self.volume,
        )
        bar.event_ns = self.event_ns
        return bar


class Trade:
    """One public print: `quantity` base units, `aggressor` +1 buyer, -1 seller, 0 not told."""

    __slots__ = ("aggressor", "event_ns", "instrument_id", "price", "quantity")

    def __init__(
        self,
        instrument_id: InstrumentId,
        event_ns: int = 0,
        *,
        price: float = 0.0,
        quantity: float = 0.0,
        aggressor: int = 0,
    ) -> None:
        self.instrument_id = instrument_id
        self.event_ns = event_ns
        self.price = price
        self.quantity = quantity
        self.aggressor = aggressor

    def copy(self) -> Trade:
        """Return the print as it is now, for who has to keep it beyond its event."""
        return Trade(
            self.instrument_id,
            self.event_ns,
            price=self.price,
            quantity=self.quantity,
            aggressor=self.aggressor,
        )


class Quote:
    """Best bid and offer: prices quote per base, quantities base units."""

    __slots__ = ("ask", "ask_quantity", "bid", "bid_quantity", "event_ns", "instrument_id")

    def __init__(
        self,
        instrument_id: InstrumentId,
        event_ns: int = 0,
        *,
        bid: float = 0.0,
        bid_quantity: float = 0.0,
        ask: float = 0.0,
        ask_quantity: float = 0.0,
    ) -> None:
        self.instrument_id = instrument_id
        self.event_ns = event_ns
        self.bid = bid
        self.bid_quantity = bid_quantity
        self.ask = ask
        self.ask_quantity = ask_quantity

    def copy(self) -> Quote:
        """Return the quote as it is now, for who has to keep it beyond its event."""
        return Quote(
            self.instrument_id,
            self.event_ns,
            bid=self.bid,
            bid_quantity=self.bid_quantity,
            ask=self.ask,
            ask_quantity=self.ask_quantity,
        )


MarketEvent = Bar | Trade | Quote
