"""From posts to events: counts them, and says about each coin as often as it is worth saying."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from argonaut.domain.event import ExternalEvent
from argonaut.feeds.errors import OldAnswerError
from argonaut.feeds.social.crowd import Crowd
from argonaut.feeds.social.figures import Heuristic, social_event
from argonaut.feeds.social.history import WINDOW_NS
from argonaut.feeds.social.memory import Diary
from argonaut.feeds.social.post import Post, Watch

_SECOND_NS = 1_000_000_000
_DAY_NS = 86_400 * _SECOND_NS


class Listener:
    """The crowd of one stream of one source, and what was said of it."""

    def __init__(
        self, source: str, watch: Watch, heuristic: Heuristic, diary: Diary | None = None
    ) -> None:
        """With a `diary` it knows what was usual before a restart."""
        self.source = source
        self.crowd = Crowd(watch)
        self._diary = diary or Diary(None, source)
        self.crowd.restore(self._diary.read())
        self._heuristic = heuristic
        self._until_ns: int | None = None  # observed so far
        self._newest_ns = 0
        self._due: set[str] = set()
        self._said_ns: dict[str, int] = {}

    def page(self, posts: Sequence[Post], *, full: bool, seen_ns: int) -> list[ExternalEvent]:
        """Hear the newest posts as listed at `seen_ns`; `full` says that older ones may be missing.

        Raises:
            OldAnswerError: The list is of yesterday, or older than the one before it.
        """
        if posts:
            self._check_age(max(post.published_ns for post in posts), seen_ns)
        oldest_ns = min((post.published_ns for post in posts), default=seen_ns)
        until_ns = self._until_ns
        whole = until_ns is not None and not (full and oldest_ns > until_ns)
        since_ns = until_ns if whole and until_ns is not None else oldest_ns
        return self._hear(posts, since_ns=min(since_ns, seen_ns), until_ns=seen_ns)

    def live(self, posts: Iterable[Post], *, since_ns: int, until_ns: int) -> list[ExternalEvent]:
        """Hear posts of a connection that brought all there were from `since_ns` to `until_ns`."""
        return self._hear(posts, since_ns=since_ns, until_ns=until_ns)

    def _hear(self, posts: Iterable[Post], *, since_ns: int, until_ns: int) -> list[ExternalEvent]:
        self._due |= self.crowd.take(posts, since_ns=since_ns, until_ns=until_ns)
        self._until_ns = until_ns
        if self._diary.is_due(until_ns):
            self._diary.write(self.crowd.saved(), until_ns)
        events = []
        for symbol in sorted(self._due):
            event = self._say(symbol, until_ns)
            if event is not None:
                events.append(event)
        return events

    def _say(self, symbol: str, seen_ns: int) -> ExternalEvent | None:
        """Return an event on a coin if there is enough to say and it is time to."""
        last_ns = self._said_ns.get(symbol)
        if last_ns is not None and seen_ns - last_ns < self._heuristic.every_s * _SECOND_NS:
            return None
        self._due.discard(symbol)
        if self.crowd.mentions(symbol) < self._heuristic.mentions_min:
            return None
        figures = self.crowd.figures(symbol)  # of thousands of posts: not for every piece
        if figures is None:
            return None
        self._said_ns[symbol] = seen_ns
        return social_event(self.source, figures, self._heuristic, seen_ns)

    def _check_age(self, newest_ns: int, seen_ns: int) -> None:
        """Refuse a list out of a cache: it would say that since then nobody has spoken."""
        if seen_ns - newest_ns > _DAY_NS:
            hours = (seen_ns - newest_ns) / (3600 * _SECOND_NS)
            raise OldAnswerError(f"{self.source}: the newest of the list is {hours:.0f} h old")
        if newest_ns < self._newest_ns - WINDOW_NS:
            minutes = (self._newest_ns - newest_ns) / (60 * _SECOND_NS)
            raise OldAnswerError(f"{self.source}: a list {minutes:.0f} min older than one before")
        self._newest_ns = max(self._newest_ns, min(newest_ns, seen_ns))
