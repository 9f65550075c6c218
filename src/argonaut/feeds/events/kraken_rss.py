"""Kraken's blog, where it announces what it lists; its list of pairs is surer, and later."""

from __future__ import annotations

from dataclasses import dataclass

from argonaut.feeds.events.connector import Connector, ConnectorKind, Wiring
from argonaut.feeds.events.rss import feed_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Nothing to turn: the base URL is the feed."""


def _make(wiring: Wiring) -> Connector:
    return feed_of(wiring, source="kraken_rss", venue="kraken")


KIND = ConnectorKind(
    make=_make, params=Params, base_url="https://blog.kraken.com/feed", interval_s=60.0
)
