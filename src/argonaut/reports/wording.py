"""Numbers and times as people read them. Percents live here and nowhere else."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from argonaut.reports.returns import DAY_NS

NOTHING = "–"  # a figure that is not defined
_SECOND_NS = 1_000_000_000


def percent(fraction: float | None, *, signed: bool = False) -> str:
    """Say a fraction as a percentage with two decimals; large ones without."""
    if fraction is None:
        return NOTHING
    digits = 0 if abs(fraction) >= 100 else 2
    return f"{100 * fraction:{'+' if signed else ''},.{digits}f} %"


def money(value: float | Decimal | None, *, signed: bool = False) -> str:
    """Say quote units with two decimals, or four significant digits when they are few."""
    if value is None:
        return NOTHING
    number = float(value)
    sign = "+" if signed and number else ""
    if number and abs(number) < 0.1:
        return f"{number:{sign}.4g}"
    return f"{number:{sign},.2f}"


def ratio(value: float | None) -> str:
    """Say a ratio with two decimals."""
    return NOTHING if value is None else f"{value:,.2f}"


def plain(value: float | Decimal) -> str:
    """Say a price or quantity with all its digits and no exponent or trailing zeros."""
    number = value if isinstance(value, Decimal) else Decimal(repr(value))
    if not number:
        return "0"
    return f"{number.normalize():f}"


def utc(event_ns: int | None) -> str:
    """Say a time as `2025-01-31 23:59:59`, UTC."""
    if event_ns is None:
        return NOTHING
    return f"{datetime.fromtimestamp(event_ns // _SECOND_NS, tz=UTC):%Y-%m-%d %H:%M:%S}"


def days(value: float | None) -> str:
    """Say a number of days, the way its length asks for: seconds, minutes, hours or days."""
    if value is None:
        return NOTHING
    seconds = value * DAY_NS / _SECOND_NS
    for unit, length in (("days", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:,.1f} {unit}"
    return f"{seconds:,.0f} s"


def counted(count: int, noun: str) -> str:
    """Say `1 trade`, `2 trades`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
