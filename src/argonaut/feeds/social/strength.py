"""How strong and of what mood many posts are together, with no single one deciding it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from argonaut.feeds.social.figures import SCORE_MAX
from argonaut.feeds.social.post import Post

VOTES_MAX = 100  # of one post that count


def strength(posts: Sequence[Post], trusted: Sequence[bool]) -> tuple[float | None, bool]:
    """Return the strength of posts, 0 to 5, and whether one of them was held down.

    It is the mean of what their source rated, else the sum over the kinds of engagement of
    log10(1 + all of it); None where the source knows neither. A post that is not `trusted` counts
    for no more than all others together.
    """
    rated = [post.rated for post in posts if post.rated is not None]
    if rated:
        return min(max(math.fsum(rated) / len(rated), 0.0), SCORE_MAX), False
    kinds = max((len(post.engagement) for post in posts), default=0)
    if not kinds:
        return None, False
    total, capped = 0.0, False
    for kind in range(kinds):
        values = [post.engagement[kind] if kind < len(post.engagement) else 0.0 for post in posts]
        tempered, cut = temper(values, trusted)
        total += math.log10(1.0 + tempered)
        capped = capped or cut
    return min(total, SCORE_MAX), capped


def temper(values: Sequence[float], trusted: Sequence[bool]) -> tuple[float, bool]:
    """Return the sum of values, the largest held down to the sum of the others, and if it was.

    >>> temper([1_000_000.0, 2.0, 3.0], [False, False, False])
    (10.0, True)
    """
    sound = [max(value, 0.0) if math.isfinite(value) else 0.0 for value in values]
    at = max(range(len(sound)), key=sound.__getitem__, default=None)
    if at is None:
        return 0.0, False
    others = math.fsum(value for number, value in enumerate(sound) if number != at)
    if trusted[at] or sound[at] <= others:
        return others + sound[at], False
    return others + others, True


def moods(posts: Sequence[Post], read: Sequence[float | None]) -> float | None:
    """Return the mood of posts, -1 to +1: by their votes if a source has votes, else their words.

    None if nobody voted, or no word was known: that is not a mood of zero.
    """
    votes = [post.votes for post in posts if post.votes is not None]
    if votes:
        most = [_held_down(*each) for each in votes]
        good, bad = math.fsum(each[0] for each in most), math.fsum(each[1] for each in most)
        return (good - bad) / (good + bad) if good + bad > 0 else None
    known = [value for value in read if value is not None]
    return math.fsum(known) / len(known) if known else None


def _held_down(good: int, bad: int) -> tuple[float, float]:
    good, bad = max(good, 0), max(bad, 0)
    if good + bad <= VOTES_MAX:
        return float(good), float(bad)
    share = good / (good + bad)
    return share * VOTES_MAX, (1 - share) * VOTES_MAX
