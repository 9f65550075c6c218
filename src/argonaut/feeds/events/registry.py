"""Every connector, by the word a config uses for it. A new one is a file and a line here."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from argonaut.feeds.events.connector import ConnectorKind

CONNECTORS: Mapping[str, str] = {
    "coinmarketcal": "argonaut.feeds.social.coinmarketcal",
    "cryptopanic": "argonaut.feeds.social.cryptopanic",
    "feargreed": "argonaut.feeds.social.feargreed",
    "lunarcrush": "argonaut.feeds.social.lunarcrush",
    "reddit": "argonaut.feeds.social.reddit",
    "santiment": "argonaut.feeds.social.santiment",
    "stocktwits": "argonaut.feeds.social.stocktwits",
    "x": "argonaut.feeds.social.x_stream",
    "binance_articles": "argonaut.feeds.events.binance_articles",
    "binance_push": "argonaut.feeds.events.binance_push",
    "bybit": "argonaut.feeds.events.bybit",
    "okx": "argonaut.feeds.events.okx",
    "kraken_rss": "argonaut.feeds.events.kraken_rss",
    "rss": "argonaut.feeds.events.rss",
    "file": "argonaut.feeds.events.file",
}
"""The module of each; its `KIND` says the rest. HTTP clients load only where one is wanted."""


def connector_kind(word: str) -> ConnectorKind:
    """Return the connector a config calls by `word`, one of `CONNECTORS`."""
    kind = import_module(CONNECTORS[word]).KIND
    assert isinstance(kind, ConnectorKind), f"{CONNECTORS[word]} has a KIND"
    return kind
