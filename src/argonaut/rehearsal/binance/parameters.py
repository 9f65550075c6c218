"""What was sent with a request, read one by one, so that what is left over can be told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from argonaut.domain.number import ZERO
from argonaut.rehearsal.binance.errors import RefusalError, illegal, missing

_Word = TypeVar("_Word", bound=StrEnum)

_NUMBER = r"^([0-9]{1,20})(\.[0-9]{1,20})?$"
_WHOLE = r"^[0-9]{1,20}$"
_CLIENT_ID = r"^[a-zA-Z0-9-_]{1,36}$"
_SYMBOL = r"^[A-Z0-9-_.]{1,20}$"
_DECIMALS_MAX = 8
_AUTH = ("timestamp", "recvWindow", "signature", "apiKey")


class Parameters:
    """The parameters of one request. Each may be sent once."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, str] = {}
        self._read: dict[str, None] = dict.fromkeys(_AUTH)
        for name, value in pairs:
            if name in self._values:
                raise RefusalError(-1101, f"Duplicate values for parameter '{name}'.")
            self._values[name] = value

    def has(self, name: str) -> bool:
        """Whether it was sent; asking does not read it."""
        return name in self._values

    def maybe(self, name: str) -> str | None:
        """Return its text, None when it was not sent."""
        self._read[name] = None
        value = self._values.get(name)
        if value == "":
            raise RefusalError(-1105, f"Parameter '{name}' was empty.")
        return value

    def text(self, name: str) -> str:
        """Return the text of a mandatory one."""
        self._read[name] = None
        value = self._values.get(name)
        if not value:
            raise missing(name)
        return value

    def symbol(self) -> str:
        """Return the mandatory symbol as it is spelled."""
        return _legal("symbol", self.text("symbol"), _SYMBOL)

    def client_id(self, name: str) -> str | None:
        """Return a client order id."""
        value = self.maybe(name)
        return None if value is None else _legal(name, value, _CLIENT_ID)

    def whole(self, name: str) -> int | None:
        """Return a whole number."""
        value = self.maybe(name)
        return None if value is None else int(_legal(name, value, _WHOLE))

    def limit(self, default: int, most: int) -> int:
        """Return how many rows are wanted."""
        wanted = self.whole("limit")
        if wanted is None:
            return default
        if wanted < 1:
            raise RefusalError(-1130, "Data sent for parameter 'limit' is not valid.")
        return min(wanted, most)

    def number(self, name: str) -> Decimal | None:
        """Return a number of money: plain digits, not negative, at most eight decimals."""
        value = self.maybe(name)
        if value is None:
            return None
        number = Decimal(_legal(name, value, _NUMBER))
        if len(value.partition(".")[2].rstrip("0")) > _DECIMALS_MAX:
            raise RefusalError(-1111, f"Parameter '{name}' has too much precision.")
        return number

    def positive(self, name: str) -> Decimal:
        """Return a mandatory number above zero."""
        number = self.number(name)
        if number is None:
            raise missing(name)
        if number <= ZERO:
            raise RefusalError(-1013, f"Invalid {name}.")
        return number

    def word(self, name: str, words: type[_Word], code: int, fault: str) -> _Word | None:
        """Return one of some words; any other is refused with `code` and `fault`."""
        value = self.maybe(name)
        if value is None:
            return None
        try:
            return words(value)
        except ValueError as error:
            raise RefusalError(code, fault) from error

    def expect_read(self) -> None:
        """Refuse what nobody asked for.

        Raises:
            RefusalError: -1104, some of what was sent was not read.
        """
        sent = [name for name in self._values if name not in ("signature", "apiKey")]
        read = [name for name in sent if name in self._read]
        if len(read) < len(sent):
            raise RefusalError(
                -1104,
                f"Not all sent parameters were read; read '{len(read)}' parameter(s) "
                f"but was sent '{len(sent)}'.",
            )


def _legal(name: str, value: str, pattern: str) -> str:
    if re.fullmatch(pattern, value) is None:
        raise illegal(name, pattern)
    return value


def text_pairs(values: dict[str, object]) -> Sequence[tuple[str, str]]:
    """Return JSON parameters as the text a query string would hold; nothing for null."""
    return [(name, _text(value)) for name, value in values.items() if value is not None]


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
