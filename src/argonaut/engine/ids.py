"""Names of signals and orders, made from (strategy, epoch, signal, leg) and never used twice.

`trend-7-2fk3-s1` is the first stop of the second signal of epoch 7: number 2 and three letters of
check. The epoch rises at each start, the number at each signal, so no start can make a name of
another; whoever sees a name at the venue can tell whether one of us made it, and when.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from zlib import crc32

from argonaut.domain.ids import ClientOrderId, SignalId, StrategyId

LENGTH_MAX: Final = 32  # what the strictest venue takes
_DIGITS: Final = "0123456789bcdfghjkmnpqrstvwxyz"  # no vowels: a number spells no word
_BASE: Final = len(_DIGITS)
_NAME = re.compile(r"(?:[a-z0-9-]*-)?([a-z0-9]{1,8})-([0-9a-z]+)([0-9a-z]{3})-[exst][0-9a-z]*")
# Binance's firewall drops requests in which it sees SQL (rest-api.md, general information).
_SQL: Final = re.compile(
    "select|insert|update|delete|drop|union|alter|create|exec|where|from|table|grant|having|order"
)
_VOWELS: Final = str.maketrans("", "", "aeiou")
_EPOCH: Final = re.compile("[a-z0-9]{1,8}")


def is_epoch(epoch: str) -> bool:
    """Whether this can stand in a name: one to eight of [a-z0-9]."""
    return _EPOCH.fullmatch(epoch) is not None


def signal_id(strategy_id: StrategyId, epoch: str, number: int) -> SignalId:
    """Name a signal: the `number`th that this start of the engine takes."""
    said = f"{epoch}-{_written(number)}"
    return SignalId(f"{_let_through(strategy_id)}-{said}{_check(said)}")


def order_id(signal: SignalId, leg: str, number: int | None = None) -> ClientOrderId:
    """Name an order of a signal: leg "e", "x", "s" or "t", with a number where there are several.

    What is too long loses the front of the strategy's name, which is for people alone.
    """
    tail = leg if number is None else f"{leg}{_written(number)}"
    name = f"{signal}-{tail}"
    if len(name) <= LENGTH_MAX:
        return ClientOrderId(name)
    return ClientOrderId(name[-LENGTH_MAX:].lstrip("-"))


def epoch_of(client_order_id: str) -> str | None:
    """Return the epoch of the start that made this name; None when none of us did."""
    found = _NAME.fullmatch(client_order_id)
    if found is None or len(client_order_id) > LENGTH_MAX:
        return None
    epoch, number, check = found.groups()
    return epoch if _check(f"{epoch}-{number}") == check else None


@lru_cache(maxsize=1_024)
def _let_through(strategy_id: StrategyId) -> str:
    return strategy_id.translate(_VOWELS) if _SQL.search(strategy_id) else strategy_id


def _check(said: str) -> str:
    sum_ = crc32(said.encode())
    return (
        _DIGITS[sum_ // (_BASE * _BASE) % _BASE]
        + _DIGITS[sum_ // _BASE % _BASE]
        + _DIGITS[sum_ % _BASE]
    )


def _written(number: int) -> str:
    """Write a number with the digits above, the shortest way."""
    written = _DIGITS[number % _BASE]
    while number := number // _BASE:
        written = _DIGITS[number % _BASE] + written
    return written
