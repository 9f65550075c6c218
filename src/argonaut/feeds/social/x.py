"""X: the lines of the filtered stream, and the rules it is filtered by."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from argonaut.feeds.errors import AnswerShapeError, NotJsonError, RefusedBySourceError
from argonaut.feeds.social.answer import Count, read_answer, said, utc_ns
from argonaut.feeds.social.post import Post, Watch, read_text

LINE_BYTES_MAX = 1_000_000
TAG = "argonaut"  # of the rules that are ours
STREAM_PATH = (
    "/2/tweets/search/stream?tweet.fields=created_at,public_metrics,lang,author_id"
    "&expansions=author_id,referenced_tweets.id&user.fields=username,public_metrics"
)
RULES_PATH = "/2/tweets/search/stream/rules"
REACH = 0.001  # of an author's followers count as if they had liked a post
_RULE_MAX = 512  # characters


class _Metrics(msgspec.Struct):
    like_count: Count | None = None
    retweet_count: Count | None = None
    quote_count: Count | None = None
    followers_count: Count | None = None


class _Reference(msgspec.Struct):
    type: str
    id: str


class _Tweet(msgspec.Struct):
    id: str
    text: str
    created_at: str | None = None
    author_id: str = ""
    public_metrics: _Metrics | None = None
    referenced_tweets: list[_Reference] | None = None


class _User(msgspec.Struct):
    id: str
    username: str = ""
    public_metrics: _Metrics | None = None


class _Includes(msgspec.Struct):
    users: list[_User] = []
    tweets: list[_Tweet] = []


class _Fault(msgspec.Struct):
    title: str = ""
    detail: str = ""


class _Line(msgspec.Struct):
    data: _Tweet | None = None
    includes: _Includes | None = None
    errors: list[_Fault] | None = None
    title: str = ""
    detail: str = ""


class Rule(msgspec.Struct, frozen=True):
    """One rule of the stream: `value` is what is looked for."""

    value: str
    tag: str = ""
    id: str = ""


class _Rules(msgspec.Struct):
    data: list[Rule] | None = None
    errors: list[_Fault] | None = None


class Lines:
    """Cuts a stream of bytes into lines, whatever pieces it comes in.

    A blank line is a sign of life.

    Raises:
        NotJsonError: A line has no end.
    """

    def __init__(self) -> None:
        self._rest = b""

    def cut(self, piece: bytes) -> list[bytes]:
        """Return the lines that end in this piece, without their ends."""
        *lines, self._rest = (self._rest + piece).split(b"\n")
        if len(self._rest) > LINE_BYTES_MAX:
            raise NotJsonError(f"x: want a line of at most {LINE_BYTES_MAX} bytes")
        return [line.strip() for line in lines]


def read_x(line: bytes, seen_ns: int) -> Post | None:
    """Return the post of a line; None for a sign of life and for a mere repost.

    Raises:
        AnswerError: The line is something else.
    """
    if not line:
        return None
    read = read_answer("x", line, _Line)
    tweet = read.data
    if tweet is None:
        faults = [*(read.errors or ()), _Fault(read.title, read.detail)]
        told = next((each.detail or each.title for each in faults if each.detail or each.title), "")
        if told:
            raise RefusedBySourceError(f"x: {said(told)}")
        raise AnswerShapeError("x: want a line with data, not one without")
    references = tweet.referenced_tweets or ()
    if any(each.type == "retweeted" for each in references):
        return None
    return _post(tweet, read.includes or _Includes(), seen_ns)


def rules_for(watch: Watch) -> list[Rule]:
    """Return the rules that let through what is watched, as few as fit."""
    terms = [f"${name} OR #{name}" for name in watch.symbols]
    terms += [f'"{word}"' for word in sorted(watch.keywords)]
    terms += [f"from:{name}" for name in sorted(watch.accounts) if re.fullmatch(r"\w{1,15}", name)]
    rules: list[str] = []
    ending = ") -is:retweet"
    for term in terms:
        longer = f"{rules[-1].removesuffix(ending)} OR {term}{ending}" if rules else ""
        if longer and len(longer) <= _RULE_MAX:
            rules[-1] = longer
        else:
            rules.append(f"({term}{ending}")
    return [Rule(value, tag=TAG) for value in rules]


def read_rules(body: bytes) -> list[Rule]:
    """Return the rules the stream has.

    Raises:
        AnswerError: It does not tell.
    """
    read = read_answer("x", body, _Rules)
    if read.errors:
        raise RefusedBySourceError(f"x: {said(read.errors[0].detail or read.errors[0].title)}")
    return read.data or []


def rule_changes(found: Sequence[Rule], wanted: Sequence[Rule]) -> list[bytes]:
    """Return the bodies to send so that our rules are those wanted; the rules of others stay."""
    ours = [rule for rule in found if rule.tag == TAG]
    values = {rule.value for rule in wanted}
    stale = [rule.id for rule in ours if rule.value not in values]
    known = {rule.value for rule in ours}
    fresh = [{"value": rule.value, "tag": rule.tag} for rule in wanted if rule.value not in known]
    bodies = [{"delete": {"ids": stale}}] if stale else []
    return [msgspec.json.encode(each) for each in (*bodies, *([{"add": fresh}] if fresh else []))]


def _post(tweet: _Tweet, includes: _Includes, seen_ns: int) -> Post:
    user = next((each for each in includes.users if each.id == tweet.author_id), None)
    wanted = {each.id for each in tweet.referenced_tweets or ()}
    quoted = [each for each in includes.tweets if each.id in wanted]
    followers = user.public_metrics.followers_count if user and user.public_metrics else 0
    published_ns = utc_ns(tweet.created_at) if tweet.created_at else None
    return Post(
        post_id=tweet.id,
        published_ns=seen_ns if published_ns is None else published_ns,
        text=read_text(tweet.text),
        author=(user.username if user else "") or tweet.author_id,
        engagement=(sum(map(_engagement, (tweet, *quoted))) + REACH * max(followers or 0, 0),),
    )


def _engagement(tweet: _Tweet) -> float:
    metrics = tweet.public_metrics or _Metrics()
    likes, reposts = metrics.like_count or 0, metrics.retweet_count or 0
    return float(likes + 2 * reposts + (metrics.quote_count or 0))
