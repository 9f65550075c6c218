"""What is said about a coin in numbers, what they are worth, and the event made of them."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import msgspec

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.event import ExternalEvent

SCORE_MAX = 5.0  # of the scale all sources share
_MENTIONS_MAX = 1_000_000_000  # more are a mistake, or somebody's joke
_SECOND_NS = 1_000_000_000
_MINUTE_NS = 60 * _SECOND_NS
_TEXTS_MAX = 3
_TEXT_MAX = 400  # characters of each that go on


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What one source says about one coin. None is what it does not know, never zero.

    `caps` are sentences on what was held down, and why; `suspect` says that somebody may have made
    these numbers on purpose.
    """

    symbol: str
    bucket_ns: int  # when the time they were counted in began
    published_ns: int | None  # of the newest post; None where the source tells no time
    score: float | None
    mentions: int
    velocity: float | None
    sentiment: float | None
    watched: bool = False  # a watched account is among the authors
    suspect: bool = False
    caps: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()  # the strongest first


class Heuristic(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much a source's figures matter: each part up to its `_full`, times its weight."""

    score_full: float = 3.0  # of 0 to 5
    mentions_full: float = 40.0  # in the window
    velocity_full: float = 3.0  # times the usual
    sentiment_full: float = 0.5  # of -1 to +1
    score_weight: float = 0.3
    mentions_weight: float = 0.2
    velocity_weight: float = 0.3
    sentiment_weight: float = 0.2
    account_bonus: float = 0.1  # if a watched account is among the authors
    velocity_suspect: float = 50.0  # more than this is a campaign until a person has looked
    suspect_priority_max: float = 0.5  # what suspect figures reach at most
    mentions_min: float = 10.0  # in a window before it is worth an event
    every_s: float = 60.0  # between two events on one coin

    def __post_init__(self) -> None:
        """Refuse a heuristic that cannot tell anything apart."""
        for name in ("score_full", "mentions_full", "velocity_full", "sentiment_full"):
            value = getattr(self, name)
            if not 0 < value < math.inf:
                raise InvalidValueError(f"want {name} > 0, not {value}")
        for name in ("score_weight", "mentions_weight", "velocity_weight", "sentiment_weight"):
            value = getattr(self, name)
            if not 0 <= value < math.inf:
                raise InvalidValueError(f"want {name} >= 0, not {value}")
        if not self.weights > 0:
            raise InvalidValueError("want at least one weight above 0")
        for name in ("account_bonus", "suspect_priority_max"):
            value = getattr(self, name)
            if not 0 <= value <= 1:
                raise InvalidValueError(f"want 0 <= {name} <= 1, not {value}")
        for name in ("velocity_suspect", "mentions_min", "every_s"):
            value = getattr(self, name)
            if not 0 < value < math.inf:
                raise InvalidValueError(f"want {name} > 0, not {value}")

    @property
    def weights(self) -> float:
        """The sum of all weights."""
        return (
            self.score_weight + self.mentions_weight + self.velocity_weight + self.sentiment_weight
        )


def priority(figures: Figures, heuristic: Heuristic) -> float:
    """Return how much figures matter, 0 to 1; what is unknown adds nothing.

    More of anything never matters less, except that suspect figures are held down.
    """
    h = heuristic
    parts = (
        (figures.score, h.score_full, h.score_weight),
        (figures.mentions, h.mentions_full, h.mentions_weight),
        (figures.velocity, h.velocity_full, h.velocity_weight),
        (figures.sentiment, h.sentiment_full, h.sentiment_weight),
    )
    total = math.fsum(
        weight * min(max(value / full, 0.0), 1.0)
        for value, full, weight in parts
        if value is not None
    )
    found = min(1.0, total / h.weights + (h.account_bonus if figures.watched else 0.0))
    return min(found, h.suspect_priority_max) if figures.suspect else found


def judged(figures: Figures, heuristic: Heuristic) -> Figures:
    """Return figures marked as suspect if there are too many at once to be believed."""
    if figures.velocity is None or figures.velocity <= heuristic.velocity_suspect:
        return figures
    cap = f"{figures.velocity:.3g} times the usual is more than {heuristic.velocity_suspect:g}"
    return msgspec.structs.replace(figures, suspect=True, caps=(*figures.caps, cap))


def social_event(
    source: str, figures: Figures, heuristic: Heuristic, seen_ns: int
) -> ExternalEvent:
    """Return the event that tells strategies about the figures of one coin.

    Its id is the minute of the newest post, else the window: told twice in one it is one event.
    The body are the strongest posts, so that a strategy's forbidden words are looked for in them.
    """
    figures = judged(figures, heuristic)
    newest_ns = figures.bucket_ns if figures.published_ns is None else figures.published_ns
    payload = {"window": _utc(figures.bucket_ns)}
    if figures.caps:
        payload["caps"] = "; ".join(figures.caps)
    return ExternalEvent(
        event_ns=seen_ns,
        event_id=f"{source}:{figures.symbol}:{_utc(newest_ns - newest_ns % _MINUTE_NS)}",
        source=source,
        kind="social",
        title=_title(figures),
        body="\n".join(text[:_TEXT_MAX] for text in figures.texts[:_TEXTS_MAX]),
        symbols=(figures.symbol,),
        published_ns=figures.published_ns,
        priority=_short(priority(figures, heuristic)) or 0.0,
        score=_short(figures.score),
        mentions=min(figures.mentions, _MENTIONS_MAX),
        velocity=_short(figures.velocity),
        sentiment=_short(figures.sentiment),
        payload=payload,
    )


def scale(value: float | None, most: float) -> float | None:
    """Return 0 to `most` mapped to the common scale 0 to 5; None stays None.

    >>> scale(60.0, 100.0)
    3.0
    """
    return None if value is None else min(max(value / most, 0.0), 1.0) * SCORE_MAX


def mood(value: float | None, *, middle: float, reach: float) -> float | None:
    """Return a number around `middle` mapped to -1 to +1; None stays None.

    >>> mood(75.0, middle=50.0, reach=50.0)
    0.5
    """
    return None if value is None else min(max((value - middle) / reach, -1.0), 1.0)


def _short(value: float | None) -> float | None:
    """Return four decimals: more are noise, and stand in every reason."""
    return None if value is None else round(value, 4)


def _title(figures: Figures) -> str:
    if figures.velocity is None:
        usual = "not known how many are usual"
    else:
        usual = f"{figures.velocity:.3g} times the usual"
    held = f"; held down: {'; '.join(figures.caps)}" if figures.caps else ""
    return f"{figures.mentions} mentions of {figures.symbol}, {usual}{held}"


def _utc(event_ns: int) -> str:
    moment = datetime.fromtimestamp(event_ns // _SECOND_NS, tz=UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
