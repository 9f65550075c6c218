"""What every social source is told in the config: whom to listen to, and how figures are judged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import msgspec

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.event import ExternalEvent
from argonaut.feeds.events.connector import Hears, Keys, Wiring
from argonaut.feeds.social.figures import Heuristic
from argonaut.feeds.social.post import Watch

_KEPT_MAX = 256  # events a run did not take yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """Settings that all social sources have."""

    tickers: tuple[str, ...]  # base assets: DOGE
    signed: tuple[str, ...] = ()  # tickers that are words, and count only as $ONE or #ONE
    keywords: dict[str, str] = field(default_factory=dict)  # dogecoin: DOGE
    accounts: tuple[str, ...] = ()  # whose posts add to the priority
    heuristic: dict[str, float] = field(default_factory=dict)  # fields of `Heuristic`

    def __post_init__(self) -> None:
        """Refuse what nothing could be matched or judged with."""
        _ = self.watch, self.judge

    @property
    def watch(self) -> Watch:
        """Whom and what to listen to."""
        return Watch(
            tickers=self.tickers,
            signed=self.signed,
            keywords=self.keywords,
            accounts=self.accounts,
        )

    @property
    def judge(self) -> Heuristic:
        """How figures are judged.

        Raises:
            InvalidValueError: A name or number that the heuristic does not take.
        """
        try:
            return msgspec.convert(self.heuristic, Heuristic)
        except msgspec.ValidationError as error:
            raise InvalidValueError(f"heuristic: {error}") from error


class Kept:
    """Holds back what a run did not take and gives it again; a crowd says nothing twice."""

    def __init__(self, hears: Hears) -> None:
        self._hears = hears
        self._waiting: dict[str, ExternalEvent] = {}  # by id

    def take(
        self,
        name: str,
        events: Sequence[ExternalEvent],
        *,
        seen_ns: int,
        parse_s: float = 0.0,
        family: str = "",
        keys: Keys | None = None,
        is_news: bool = False,
        begins: bool = True,
    ) -> bool:
        """Give what is new behind what was not taken before; see `Hears`.

        What a crowd says now is news even from a source that was never heard before.
        """
        del is_news
        self._waiting.update((event.event_id, event) for event in events)
        for old in list(self._waiting)[:-_KEPT_MAX]:
            del self._waiting[old]
        if not self._waiting:
            return True
        taken = self._hears.take(
            name,
            tuple(self._waiting.values()),
            seen_ns=seen_ns,
            parse_s=parse_s,
            family=family,
            keys=keys,
            is_news=True,
            begins=begins,
        )
        if taken:
            self._waiting.clear()
        return taken

    def knows(self, family: str, keys: Iterable[str]) -> bool:
        """Whether an item of any of these keys was seen before."""
        return self._hears.knows(family, keys)


def patient(wiring: Wiring) -> Wiring:
    """Return the wiring with a `Kept` before its run."""
    return replace(wiring, hears=Kept(wiring.hears))
