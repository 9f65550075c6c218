"""Binance's own words for what an order is and how it ends, as enums of their spelling."""

from __future__ import annotations

from enum import StrEnum


class Side(StrEnum):
    """Direction of an order."""

    BUY = "BUY"
    SELL = "SELL"


class Kind(StrEnum):
    """Order types; the algo ones wait for their stop price first."""

    LIMIT = "LIMIT"
    MARKET = "MARKET"
    LIMIT_MAKER = "LIMIT_MAKER"
    STOP_LOSS = "STOP_LOSS"
    STOP_LOSS_LIMIT = "STOP_LOSS_LIMIT"
    TAKE_PROFIT = "TAKE_PROFIT"
    TAKE_PROFIT_LIMIT = "TAKE_PROFIT_LIMIT"

    @property
    def is_algo(self) -> bool:
        """Whether it waits for a stop price."""
        return self.is_stop or self in (Kind.TAKE_PROFIT, Kind.TAKE_PROFIT_LIMIT)

    @property
    def is_stop(self) -> bool:
        """Whether its stop price lies where the position loses."""
        return self in (Kind.STOP_LOSS, Kind.STOP_LOSS_LIMIT)

    @property
    def has_price(self) -> bool:
        """Whether it has a limit."""
        return self not in (Kind.MARKET, Kind.STOP_LOSS, Kind.TAKE_PROFIT)

    @property
    def has_time_in_force(self) -> bool:
        """Whether a time in force has to be sent with it."""
        return self.has_price and self is not Kind.LIMIT_MAKER


class TimeInForce(StrEnum):
    """How long an order rests."""

    GTC = "GTC"
    IOC = "IOC"
    FOK = "FOK"


class Status(StrEnum):
    """Where an order stands."""

    NEW = "NEW"
    PARTIALLY_FILLED = "PARTIALLY_FILLED"
    FILLED = "FILLED"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"

    @property
    def is_open(self) -> bool:
        """Whether it may still fill."""
        return self in (Status.NEW, Status.PARTIALLY_FILLED)


class RespType(StrEnum):
    """How much the answer to a new order tells."""

    ACK = "ACK"
    RESULT = "RESULT"
    FULL = "FULL"


class Expiry(StrEnum):
    """Why an order expired."""

    OCO_TRIGGER = "OCO_TRIGGER"
    UNFILLED_IOC = "UNFILLED_IOC_QUANTITY_EXPIRED"
    UNFILLED_FOK = "UNFILLED_FOK_ORDER_EXPIRED"
    NO_LIQUIDITY = "INSUFFICIENT_LIQUIDITY"
    EXCHANGE_CANCELED = "EXCHANGE_CANCELED"
    REJECTED = "REJECTED"


class SymbolStatus(StrEnum):
    """Whether a symbol trades."""

    TRADING = "TRADING"
    END_OF_DAY = "END_OF_DAY"
    HALT = "HALT"
    BREAK = "BREAK"
    CANCEL_ONLY = "CANCEL_ONLY"
