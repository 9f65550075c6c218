"""What one person said about coins, whatever the source calls it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from hashlib import blake2b

import msgspec

from argonaut.domain.errors import InvalidValueError
from argonaut.feeds.announcements.text import plain

POST_MAX = 4_000  # characters of a post that are read

_SYMBOL = re.compile(r"[A-Z0-9]{1,12}")
_CASHTAG = re.compile(r"(?<![\w$])[$#]([A-Za-z0-9]{1,12})(?!\w)")
_WORD = re.compile(r"[^\W_]+")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\bt\.co/\S+")
_TO_SOMEBODY = re.compile(r"[@#$]\w+")


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """One post. `engagement` is what others did with it, by kind; each kind is summed on its own.

    `votes` are (for, against) where the source counts them; None where only the text can tell.
    `rated` is the source's own opinion of its strength, 0 to 5.
    """

    post_id: str
    published_ns: int
    text: str  # plain
    author: str = ""  # "" if the source does not tell
    symbols: frozenset[str] = frozenset()
    engagement: tuple[float, ...] = ()
    votes: tuple[int, int] | None = None
    rated: float | None = None


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """Whom and what to listen to: base assets, words that mean one, accounts that count more.

    A ticker counts as `$DOGE` or `#doge`, and bare if all its letters are capital. A name of one or
    two letters, or one that is a word ("ONE"), is meant only with its sign in front: `signed`.
    """

    tickers: tuple[str, ...]
    signed: tuple[str, ...] = ()  # tickers that count only with $ or #
    keywords: Mapping[str, str] = {}  # a word in small letters, and the ticker it stands for
    accounts: tuple[str, ...] = ()  # in small letters

    def __post_init__(self) -> None:
        """Refuse names that no post could be matched with."""
        for name in (*self.tickers, *self.signed):
            if not _SYMBOL.fullmatch(name):
                raise InvalidValueError(f"want a ticker of A-Z and 0-9, at most 12, not {name!r}")
        known = {*self.tickers, *self.signed}
        if not known:
            raise InvalidValueError("want at least one ticker to watch")
        for word, ticker in self.keywords.items():
            if word != word.lower() or not word.strip():
                raise InvalidValueError(f"want a keyword in small letters, not {word!r}")
            if ticker not in known:
                raise InvalidValueError(f"keyword {word!r} stands for {ticker!r}, not watched")
        for account in self.accounts:
            if account != account.lower() or not account.strip():
                raise InvalidValueError(f"want an account in small letters, not {account!r}")

    @property
    def symbols(self) -> tuple[str, ...]:
        """Every ticker that is watched, in order and once."""
        return tuple(dict.fromkeys((*self.tickers, *self.signed)))

    def named_in(self, text: str) -> frozenset[str]:
        """Return the watched tickers that a plain text names.

        Letters of another script are no ticker, however much they look like one.
        """
        signed = {name.upper() for name in _CASHTAG.findall(text)} & set(self.symbols)
        bare = set(_WORD.findall(text)) & (set(self.tickers) - set(self.signed))
        lower = text.lower()
        words = {
            ticker
            for word, ticker in self.keywords.items()
            if word in lower and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", lower)
        }
        return frozenset(signed | bare | words)

    def known(self, symbols: frozenset[str]) -> frozenset[str]:
        """Return the watched ones of the tickers a source itself names."""
        return symbols & frozenset(self.symbols)

    def listens_to(self, author: str) -> bool:
        """Whether an author is one of the watched accounts."""
        return author.lower() in self.accounts


def read_text(*parts: str | None) -> str:
    """Return the parts of a post as one plain text of bounded length."""
    return plain(" ".join(part for part in parts if part), most=POST_MAX)


def skeleton(text: str) -> bytes:
    """Return a short key that texts share which differ only in dress, b"" for one without words.

    Addresses, names, numbers, signs, accents, order and repetition are dress: what a program varies
    when it sends one text from a hundred accounts.
    """
    bare = _TO_SOMEBODY.sub(" ", _ADDRESS.sub(" ", text.lower()))
    folded = unicodedata.normalize("NFKD", bare)
    bare_text = "".join(letter for letter in folded if not unicodedata.combining(letter))
    words = sorted({word for word in _WORD.findall(bare_text) if word.isalpha()})
    return blake2b(" ".join(words).encode(), digest_size=12).digest() if words else b""
