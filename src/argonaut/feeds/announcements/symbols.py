"""Which coins and pairs a text names. Letters of another script make no symbol: they may pose."""

from __future__ import annotations

import re

# fmt: off
_NO_COINS = frozenset({
    "UTC", "GMT", "USD", "API", "ETF", "NFT", "NFTS", "VIP", "EU", "US", "UK", "KST", "P2P", "OTC",
    "ROI", "APR", "APY", "TGE", "AM", "PM", "KYC", "AMA", "FAQ", "ID",
})
QUOTES = (
    "USDT", "USDC", "FDUSD", "BUSD", "TUSD", "DAI", "BTC", "ETH", "BNB", "TRY", "EUR", "GBP", "BRL",
    "AUD", "JPY", "IDRT", "RUB", "UAH", "NGN", "ZAR", "ARS", "MXN",
)
# fmt: on
_MONEY = frozenset({"USDT", "USDC", "FDUSD", "BUSD", "TUSD", "DAI"})
_IN_PARENTHESES = re.compile(r"\(([^()\s]{1,20})\)")
_PAIR = re.compile(rf"(?<![\w/])([A-Z0-9]{{1,12}})/({'|'.join(QUOTES)})(?![\w/])")
_AFTER_MARGINED = re.compile(
    r"USDS?-M(?:argined)?\s+((?:[A-Z0-9]{1,16}(?:,\s*(?:and\s+)?|\s+and\s+|\s*&\s*)?)+)"
)
_CONTRACT = re.compile(r"(?<![\w/])([A-Z0-9]{2,16}USD[TC])(?![\w/])")
_DELIST_LIST = re.compile(
    r"(?i:\bdelist)\s+([A-Z0-9][A-Z0-9,&\s]*?(?:and\s+[A-Z0-9]+)?)\s+(?i:on)\b"
)
_PLAIN = re.compile(r"[A-Z0-9]{1,12}")
_QUOTE_END = re.compile(r"(?<=.)(?:USDT|USDC)$")
_SEPARATORS = re.compile(r",|\band\b|&|\s")


def pairs_in(text: str) -> tuple[str, ...]:
    """Return the pairs written as BASE/QUOTE, in order, each once, as BASE/QUOTE."""
    return _each_once(f"{base}/{quote}" for base, quote in _PAIR.findall(text))


def assets_in(text: str) -> tuple[str, ...]:
    """Return the tickers in parentheses, such as Gnosis (GNO), in order, each once.

    One with any letter beyond A-Z and digits is left out, whatever it looks like.
    """
    return _each_once(
        each
        for each in _IN_PARENTHESES.findall(text)
        if _PLAIN.fullmatch(each)
        and each not in _NO_COINS
        and each not in _MONEY
        and not each.isdigit()
    )


def contracts_in(text: str) -> tuple[str, ...]:
    """Return the underlying names of the perpetuals a text names, without their quote."""
    found: list[str] = []
    for listed in _AFTER_MARGINED.findall(text):
        found += [each for each in _SEPARATORS.split(listed) if _PLAIN.fullmatch(each)]
    found += _CONTRACT.findall(text)
    return _each_once(
        base
        for each in found
        if each not in QUOTES and (base := _QUOTE_END.sub("", each)) not in _NO_COINS
    )


def delisted_in(title: str) -> tuple[str, ...]:
    """Return the tickers between "Delist" and "on <date>" of a title."""
    match = _DELIST_LIST.search(title)
    if match is None:
        return ()
    words = [each for each in _SEPARATORS.split(match[1]) if each]
    if not all(_PLAIN.fullmatch(each) for each in words):
        return ()
    return _each_once(each for each in words if not each.isdigit())


def foreign_tickers_in(text: str) -> tuple[str, ...]:
    """Return what stands in parentheses like a ticker and has letters of another script."""
    return _each_once(
        each
        for each in _IN_PARENTHESES.findall(text)
        if not each.isascii() and each.upper() == each and each.isalnum()
    )


def _each_once(names: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))  # type: ignore[call-overload]
