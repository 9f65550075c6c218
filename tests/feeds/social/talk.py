"""Posts to count, one every few seconds, as tests want them."""

from argonaut.feeds.social.history import WINDOW_NS
from argonaut.feeds.social.post import Post, Watch

SECOND_NS = 1_000_000_000
START_NS = 2_945_000 * WINDOW_NS  # a full ten minutes of a day in 2025
WATCH = Watch(tickers=("DOGE", "PEPE"), accounts=("elonmusk",))
_NAMES = "abcdefghij"


def spelled(number: int) -> str:
    """A number in letters: in a text it makes another text of it."""
    return "".join(_NAMES[int(digit)] for digit in str(number))


def said(number: int, at_s: float, text: str = "", *, author: str | None = None, **more) -> Post:
    """Post number so and so, `at_s` seconds from the start, by an author of its own."""
    return Post(
        post_id=str(number),
        published_ns=START_NS + int(at_s * SECOND_NS),
        text=text or f"$DOGE is good {spelled(number)}",
        author=f"user{number}" if author is None else author,
        **more,
    )


def window(at: int, count: int, **more) -> list[Post]:
    """`count` posts spread over the window number `at`."""
    return [said(at * 10_000 + n, at * 600 + n * 600 / count, **more) for n in range(count)]
