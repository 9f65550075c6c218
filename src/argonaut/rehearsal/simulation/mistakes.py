"""What an operator gets wrong before a start: in the config, in the key, in the place (F38).

Each mistake turns what is right into what is wrong; the shipped checks have to find it. A start
under a mistake has to be refused, with nothing sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from argonaut.rehearsal.binance.access import ApiKey

Raw = dict[str, Any]


class Mistake(msgspec.Struct, frozen=True, array_like=True):
    """Every start from `at_ns` until `end_ns` is made under the mistake `name`."""

    at_ns: int
    end_ns: int
    name: str


def _unknown_key(raw: Raw) -> None:
    raw["risk"] = {**raw["risk"], "chekcs": []}


def _unknown_parameter(raw: Raw) -> None:
    raw["strategies"][0]["params"]["stop_fractoin"] = 0.01


def _percent_for_fraction(raw: Raw) -> None:
    raw["risk"]["checks"] = [{"check": "drawdown", "params": {"limit_fraction": 15}}]


def _cap_of_nothing(raw: Raw) -> None:
    raw["risk"]["checks"][0]["params"]["gross_quote"] = "-5000"


def _cap_is_no_number(raw: Raw) -> None:
    raw["risk"]["checks"][0]["params"]["gross_quote"] = "NaN"


def _missing_variable(raw: Raw) -> None:
    raw["venue"]["params"]["api_key"] = "${BINANCE_KEY}"


def _checks_off(raw: Raw) -> None:
    raw["risk"]["enabled"] = False


CONFIG_MISTAKES: Mapping[str, Callable[[Raw], None]] = {
    "unknown key": _unknown_key,
    "unknown parameter": _unknown_parameter,
    "percent for fraction": _percent_for_fraction,
    "cap below zero": _cap_of_nothing,
    "cap no number": _cap_is_no_number,
    "missing variable": _missing_variable,
    "checks off": _checks_off,
}
KEY_MISTAKES: Mapping[str, Callable[[ApiKey], ApiKey]] = {
    "key withdraws": lambda key: _other(key, "a", can_withdraw=True),
    "key may not trade": lambda key: _other(key, "b", can_trade=False),
    "wrong secret": lambda key: msgspec.structs.replace(key, secret=key.secret[::-1]),
    "unknown key at venue": lambda key: _other(key, "c"),
}
PLACE_MISTAKES: Mapping[str, Mapping[str, Any]] = {
    "testnet place": {"rest_url": "https://testnet.binance.vision"},
    "foreign place": {"rest_url": "https://api.example.com"},
    "production for sandbox": {
        "is_sandbox": True,
        "rest_url": "https://api.binance.com",
        "stream_url": "wss://stream.binance.com:9443",
        "ws_api_url": "wss://ws-api.binance.com:443/ws-api/v3",
    },
}
MISTAKES: tuple[str, ...] = (*CONFIG_MISTAKES, *KEY_MISTAKES, *PLACE_MISTAKES)


def known_keys(key: ApiKey) -> tuple[ApiKey, ...]:
    """Return the keys the venue knows: the right one, and those that are right but unfit."""
    unfit = (KEY_MISTAKES[name](key) for name in ("key withdraws", "key may not trade"))
    return (key, *unfit)


def secrets_of(key: ApiKey) -> tuple[str, ...]:
    """Return every text that must be in no output, whatever mistake was made."""
    wrong = [change(key) for change in KEY_MISTAKES.values()]
    return tuple(dict.fromkeys(text for each in (key, *wrong) for text in (each.key, each.secret)))


def in_force(mistakes: Sequence[Mistake], now_ns: int) -> Mistake | None:
    """Return the mistake a start at this time is made under."""
    return next((each for each in mistakes if each.at_ns <= now_ns < each.end_ns), None)


def _other(key: ApiKey, mark: str, **rights: bool) -> ApiKey:
    return msgspec.structs.replace(
        key, key=mark + key.key[1:][::-1], secret=mark + key.secret[1:], **rights
    )
