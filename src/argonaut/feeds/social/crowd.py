"""A crowd talking: the posts of one stream, counted by coin in windows of ten minutes.

Voices are counted, not posts: an author once a window, a text once a day. A window counts toward
what is usual only if all of it was observed. The running window only grows, so no alarm comes of a
window being short.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from argonaut.feeds.sentiment.score import score
from argonaut.feeds.social.figures import Figures
from argonaut.feeds.social.history import WINDOW_NS, WINDOWS_MAX, History, window_of
from argonaut.feeds.social.memory import Saved
from argonaut.feeds.social.post import Post, Watch, skeleton
from argonaut.feeds.social.strength import moods, strength

POSTS_MAX = 20_000  # that are kept of one window
TEXTS_MAX = 50_000  # whose skeletons are remembered
REPEATS_MIN = 10  # before a window can be a campaign
_AHEAD_NS = 60 * 1_000_000_000  # a post from later than that was not written by an honest clock


class Counted(msgspec.Struct, kw_only=True):
    """What became of all posts so far."""

    taken: int = 0
    repeated: int = 0  # an author or a text again
    past: int = 0  # of a window that is over, or of yesterday
    future: int = 0
    unnamed: int = 0  # names no coin that is watched
    shed: int = 0  # more than are kept


class _Voice(msgspec.Struct):
    """One counted post; its engagement grows while its window lasts."""

    post: Post
    mood: float | None


class Crowd:
    """Counts the posts of one stream about the coins that are watched."""

    def __init__(self, watch: Watch) -> None:
        self.watch = watch
        self.counted = Counted()
        self._usual = {symbol: History() for symbol in watch.symbols}
        self._texts: dict[bytes, int] = {}
        self._from_ns: int | None = None  # observed without a hole from here
        self._until_ns = 0  # to here
        self._window = 0
        self._clear()

    def take(self, posts: Iterable[Post], *, since_ns: int, until_ns: int) -> frozenset[str]:
        """Count posts, which are all there were from `since_ns` to `until_ns`; tell of which coins.

        A hole between two calls makes the windows it touches unknown.
        """
        self._cover(since_ns)
        touched: set[str] = set()
        for post in sorted(posts, key=lambda post: (post.published_ns, post.post_id)):
            if post.published_ns > until_ns + _AHEAD_NS:
                self.counted.future += 1
                continue
            self._advance(min(window_of(post.published_ns), window_of(until_ns)))
            touched |= self._hear(post)
        self._advance(window_of(until_ns))
        self._until_ns = max(self._until_ns, until_ns)
        return frozenset(touched & self._voices.keys())

    def mentions(self, symbol: str) -> int:
        """Return how many voices the running window has about a coin."""
        return len(self._voices.get(symbol, ()))

    def figures(self, symbol: str) -> Figures | None:
        """Return what the running window says about a coin, None if nobody spoke of it."""
        voices = tuple(self._voices.get(symbol, {}).values())
        if not voices:
            return None
        caps: list[str] = []
        trusted = [self.watch.listens_to(voice.post.author) for voice in voices]
        posts = [voice.post for voice in voices]
        strong, capped = strength(posts, trusted)
        if capped:
            caps.append("one post counts for no more than all others together")
        repeats = self._repeats.get(symbol, 0)
        suspect = repeats >= REPEATS_MIN and repeats > len(voices)
        if suspect:
            caps.append(f"{repeats} of {repeats + len(voices)} posts repeat a text or an author")
        loudest = sorted(posts, key=lambda post: (-sum(post.engagement), post.post_id))
        return Figures(
            symbol=symbol,
            bucket_ns=self._window * WINDOW_NS,
            published_ns=max(post.published_ns for post in posts),
            score=strong,
            mentions=len(voices),
            velocity=self._usual[symbol].velocity(self._window, len(voices)),
            sentiment=moods(posts, [voice.mood for voice in voices]),
            watched=any(trusted),
            suspect=suspect,
            caps=tuple(caps),
            texts=tuple(post.text for post in loudest[:3]),
        )

    def saved(self) -> Saved:
        """Return what `restore` needs."""
        return Saved(
            usual={symbol: history.saved() for symbol, history in self._usual.items()},
            texts={key.hex(): window for key, window in self._texts.items()},
        )

    def restore(self, saved: Saved) -> None:
        """Know again what was usual; the time in between is a hole."""
        for symbol, values in saved.usual.items():
            if symbol in self._usual:
                self._usual[symbol] = History.restored(values)
        self._texts = {bytes.fromhex(key): window for key, window in saved.texts.items()}

    def _cover(self, since_ns: int) -> None:
        """Extend what is observed, or begin anew behind a hole."""
        if self._from_ns is None or since_ns > self._until_ns:
            self._from_ns = since_ns
            if window_of(since_ns) > self._window:
                self._window = window_of(since_ns)
                self._clear()

    def _advance(self, window: int) -> None:
        """Close windows up to `window`; what was observed whole is what is usual later."""
        if window <= self._window:
            return
        for closed in range(max(self._window, window - WINDOWS_MAX), window):
            if self._from_ns is not None and self._from_ns <= closed * WINDOW_NS:
                for symbol, history in self._usual.items():
                    spoke = self._voices.get(symbol, ()) if closed == self._window else ()
                    history.put(closed, len(spoke))
        self._window = window
        self._clear()

    def _clear(self) -> None:
        self._voices: dict[str, dict[str, _Voice]] = {}
        self._authors: dict[str, set[str]] = {}
        self._repeats: dict[str, int] = {}
        self._heard: set[str] = set()  # ids of this window
        yesterday = self._window - WINDOWS_MAX
        self._texts = {key: at for key, at in self._texts.items() if at > yesterday}

    def _hear(self, post: Post) -> frozenset[str]:
        """Count one post where it names a coin; return the coins."""
        if window_of(post.published_ns) < self._window:
            self.counted.past += 1
            return frozenset()
        symbols = self.watch.known(post.symbols) or self.watch.named_in(post.text)
        if not symbols:
            self.counted.unnamed += 1
            return frozenset()
        if post.post_id in self._heard:
            return self._heard_again(post, symbols)
        if len(self._heard) >= POSTS_MAX:
            self.counted.shed += 1
            return frozenset()
        self._heard.add(post.post_id)
        self._count(post, symbols)
        return symbols

    def _count(self, post: Post, symbols: frozenset[str]) -> None:
        key, author = skeleton(post.text), post.author.lower()
        said_before = key in self._texts
        if len(self._texts) < TEXTS_MAX or said_before:
            self._texts[key] = self._window
        counted = False
        for symbol in symbols:
            authors = self._authors.setdefault(symbol, set())
            if said_before or (author and author in authors):
                self._repeats[symbol] = self._repeats.get(symbol, 0) + 1
                continue
            counted = True
            authors.add(author)
            read = None if post.votes is not None else score(post.text)
            voice = _Voice(post, None if read is None else read.score)
            self._voices.setdefault(symbol, {})[post.post_id] = voice
        if counted:
            self.counted.taken += 1
        else:
            self.counted.repeated += 1

    def _heard_again(self, post: Post, symbols: frozenset[str]) -> frozenset[str]:
        """Note what others have done with a post since; return the coins for which that counts."""
        changed = set()
        for symbol in symbols:
            voice = self._voices.get(symbol, {}).get(post.post_id)
            if voice is not None and voice.post != post:
                voice.post = post
                changed.add(symbol)
        return frozenset(changed)
