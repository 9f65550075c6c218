"""LunarCrush: how much and how kindly people talk about each coin, counted by the source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from argonaut.domain.event import ExternalEvent
from argonaut.domain.secret import Secret
from argonaut.feeds.errors import EmptyAnswerError, OldAnswerError, RefusedBySourceError
from argonaut.feeds.events.connector import Connector, ConnectorKind, Wiring
from argonaut.feeds.events.poller import Poller, Question
from argonaut.feeds.social.answer import Number, read_answer, read_items, said
from argonaut.feeds.social.figures import Figures, Heuristic, mood, scale, social_event
from argonaut.feeds.social.history import WINDOW_NS, History, window_of
from argonaut.feeds.social.memory import Diary, Saved
from argonaut.feeds.social.post import Watch
from argonaut.feeds.social.watching import Watching, patient

SOURCE = "lunarcrush"
COINS_PATH = "/public/coins/list/v2?sort=interactions_24h&limit=1000&desc=true"
_FROZEN_NS = 3600 * 1_000_000_000  # a list that has not changed in as long is out of a cache


@dataclass(frozen=True, slots=True, kw_only=True)
class Params(Watching):
    """A key of a plan with social data: the cheapest has none."""

    key: Secret  # of the API


class Coin(msgspec.Struct, frozen=True):
    """One coin of the list; what the source does not know is None."""

    symbol: str
    galaxy_score: Number | None = None  # 0 to 100
    sentiment: Number | None = None  # 0 to 100
    social_volume_24h: Number | None = None
    interactions_24h: Number | None = None


class _List(msgspec.Struct):
    data: list[msgspec.Raw] | None = None
    error: str | None = None


def read_coins(body: bytes) -> tuple[Coin, ...]:
    """Return the coins of a list.

    Raises:
        AnswerError: It is none, or names no coin.
    """
    read = read_answer(SOURCE, body, _List)
    if read.data is None:
        raise RefusedBySourceError(f"{SOURCE}: {said(read.error or 'no list')}")
    if not read.data:
        raise EmptyAnswerError(f"{SOURCE}: a list without a coin")
    return read_items(SOURCE, read.data, Coin)


class Lunarcrush:
    """What is usual of each watched coin, so that the velocity of its social volume is known."""

    def __init__(self, watch: Watch, heuristic: Heuristic, diary: Diary | None = None) -> None:
        self._heuristic = heuristic
        self._diary = diary or Diary(None, SOURCE)
        known = self._diary.read().usual
        self._usual = {symbol: History.restored(known.get(symbol, {})) for symbol in watch.symbols}
        self._last: tuple[Coin, ...] = ()
        self._changed_ns = 0

    def read(self, body: bytes, seen_ns: int) -> list[ExternalEvent]:
        """Return an event for each watched coin of a list; one coin has one event a window.

        Raises:
            AnswerError: It is no list, or the one of an hour ago.
        """
        coins = tuple(self._watched(read_coins(body)))
        if coins != self._last:
            self._last, self._changed_ns = coins, seen_ns
        elif coins and seen_ns - self._changed_ns > _FROZEN_NS:
            raise OldAnswerError(f"{SOURCE}: nothing has changed in more than an hour")
        events = [
            social_event(SOURCE, figures, self._heuristic, seen_ns)
            for coin in coins
            if (figures := self._figures(coin, window_of(seen_ns))) is not None
        ]
        if self._diary.is_due(seen_ns):
            usual = {symbol: history.saved() for symbol, history in self._usual.items()}
            self._diary.write(Saved(usual=usual), seen_ns)
        return events

    def _watched(self, coins: Iterable[Coin]) -> Iterable[Coin]:
        """Return one coin a ticker: the first, for the list begins with what is talked of most."""
        found: dict[str, Coin] = {}
        for coin in coins:
            if coin.symbol in self._usual:
                found.setdefault(coin.symbol, coin)
        return found.values()

    def _figures(self, coin: Coin, window: int) -> Figures | None:
        volume = coin.social_volume_24h
        if volume is None or volume < 0:
            return None
        usual = self._usual[coin.symbol]
        velocity = usual.velocity(window, volume)
        usual.put(window, volume)
        return Figures(
            symbol=coin.symbol,
            bucket_ns=window * WINDOW_NS,
            published_ns=None,
            score=scale(coin.galaxy_score, 100.0),
            mentions=int(volume),
            velocity=velocity,
            sentiment=mood(coin.sentiment, middle=50.0, reach=50.0),
        )


def connect(wiring: Wiring) -> Connector:
    """Return the connector."""
    params: Params = wiring.params
    question = Question(
        url=f"{wiring.base_url}{COINS_PATH}",
        read=Lunarcrush(params.watch, params.judge, Diary(wiring.memory, wiring.name)).read,
        headers={"Authorization": f"Bearer {params.key.reveal()}"},
        is_conditional=False,  # an unchanged list is news here: it says that the count stands still
    )
    return Poller(patient(wiring), lambda: (question,))


KIND = ConnectorKind(
    make=connect,
    params=Params,
    base_url="https://lunarcrush.com/api4",
    interval_s=300.0,
    stale_s=1800.0,
)
