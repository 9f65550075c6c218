"""Santiment: hourly social volume and mood of a coin, over GraphQL.

A coin is asked for by its slug ("dogecoin"), not by its ticker: `read_projects` makes the map.
GraphQL tells errors with HTTP 200.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import msgspec

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.event import ExternalEvent
from argonaut.domain.secret import Secret
from argonaut.feeds.errors import EmptyAnswerError, OldAnswerError, RefusedBySourceError
from argonaut.feeds.events.connector import Connector, ConnectorKind, Wiring
from argonaut.feeds.events.poller import Poller, Question, Read
from argonaut.feeds.social.answer import Number, read_answer, said, utc_ns
from argonaut.feeds.social.figures import SCORE_MAX, Figures, Heuristic, social_event
from argonaut.feeds.social.history import surprise, velocity
from argonaut.feeds.social.together import Together
from argonaut.feeds.social.watching import Watching, patient

SOURCE = "santiment"
_HOUR_NS = 3600 * 1_000_000_000
_OLD_NS = 3 * _HOUR_NS  # plans that hide the last days are of no use here
_MOOD_REACH = 3.0  # standard deviations that are as good as it gets
_SLUG = re.compile(r"[a-z0-9-]{1,80}")
PROJECTS_QUERY = msgspec.json.encode({"query": "{allProjects{slug ticker}}"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Params(Watching):
    """A key, and the slugs of coins whose ticker more than one project has."""

    key: Secret  # of the API
    slugs: dict[str, str] = field(default_factory=dict)  # DOGE: dogecoin

    def __post_init__(self) -> None:
        """Refuse what is no slug."""
        super(Params, self).__post_init__()
        for slug in self.slugs.values():
            query_for(slug)


class Point(msgspec.Struct, frozen=True):
    """One hour of one metric; a value that is not known yet is None."""

    datetime: str
    value: Number | None = None


class _Series(msgspec.Struct):
    timeseriesData: list[Point] | None = None  # noqa: N815 -- their name


class _Metrics(msgspec.Struct):
    volume: _Series | None = None
    mood: _Series | None = None


class _Fault(msgspec.Struct):
    message: str = ""


class _Answer(msgspec.Struct):
    data: _Metrics | None = None
    errors: list[_Fault] | None = None


class _Project(msgspec.Struct):
    slug: str
    ticker: str | None = None


class _Projects(msgspec.Struct):
    allProjects: list[_Project] | None = None  # noqa: N815 -- their name


class _AllProjects(msgspec.Struct):
    data: _Projects | None = None
    errors: list[_Fault] | None = None


def query_for(slug: str) -> bytes:
    """Return the question for the last day of one coin.

    Raises:
        InvalidValueError: A slug that could say something else to GraphQL.
    """
    if not _SLUG.fullmatch(slug):
        raise InvalidValueError(f"want a slug of a-z, 0-9 and -, not {slug!r}")
    series = f'timeseriesData(slug:"{slug}",from:"utc_now-1d",to:"utc_now",interval:"1h")'
    parts = " ".join(
        f'{name}:getMetric(metric:"{metric}"){{{series}{{datetime value}}}}'
        for name, metric in (
            ("volume", "social_volume_total"),
            ("mood", "sentiment_weighted_total"),
        )
    )
    return msgspec.json.encode({"query": f"{{{parts}}}"})


def read_projects(body: bytes) -> dict[str, str]:
    """Return the slug of each ticker that only one project has.

    Raises:
        AnswerError: It is no list of projects.
    """
    read = read_answer(SOURCE, body, _AllProjects)
    _refuse(read.errors)
    slugs: dict[str, set[str]] = {}
    for project in (read.data.allProjects or ()) if read.data is not None else ():
        if project.ticker and _SLUG.fullmatch(project.slug):
            slugs.setdefault(project.ticker, set()).add(project.slug)
    if not slugs:
        raise EmptyAnswerError(f"{SOURCE}: no project with a ticker")
    return {ticker: min(names) for ticker, names in slugs.items() if len(names) == 1}


def read_santiment(
    body: bytes, ticker: str, heuristic: Heuristic, seen_ns: int
) -> list[ExternalEvent]:
    """Return the event of the newest whole hour of a coin, none where it has no number.

    Raises:
        AnswerError: An error of theirs, no hour at all, or only hours of yesterday.
    """
    read = read_answer(SOURCE, body, _Answer)
    _refuse(read.errors)
    known = _known(read.data.volume if read.data is not None else None)
    volume = [(hour_ns, value) for hour_ns, value in known if hour_ns + _HOUR_NS <= seen_ns]
    if not volume:
        raise EmptyAnswerError(f"{SOURCE}: no whole hour of {ticker}")
    (*before, (hour_ns, mentions)) = volume
    if seen_ns - hour_ns > _OLD_NS:
        hours = (seen_ns - hour_ns) / _HOUR_NS
        raise OldAnswerError(f"{SOURCE}: the newest hour of {ticker} is {hours:.0f} h old")
    usual = [value for _, value in before]
    moods = dict(_known(read.data.mood if read.data is not None else None))
    found = moods.get(hour_ns)
    strong = surprise(usual, mentions)
    figures = Figures(
        symbol=ticker,
        bucket_ns=hour_ns,
        published_ns=hour_ns + _HOUR_NS,
        score=None if strong is None else min(max(strong, 0.0), SCORE_MAX),
        mentions=max(int(mentions), 0),
        velocity=velocity(usual, mentions),
        sentiment=None if found is None else min(max(found / _MOOD_REACH, -1.0), 1.0),
    )
    return [social_event(SOURCE, figures, heuristic, seen_ns)]


class Asking:
    """What Santiment is asked about one coin: its slug if nobody has said it, then its last day."""

    def __init__(self, wiring: Wiring, ticker: str) -> None:
        params: Params = wiring.params
        self._judge = params.judge
        self._ticker = ticker
        self._slug = params.slugs.get(ticker, "")
        self._url = f"{wiring.base_url}/graphql"
        self._headers = {
            "Authorization": f"Apikey {params.key.reveal()}",
            "Content-Type": "application/json",
        }

    def questions(self) -> Iterator[Question]:
        """Yield what to ask."""
        if not self._slug:
            yield self._ask(PROJECTS_QUERY, self._find)
        yield self._ask(query_for(self._slug), self._read)

    def _ask(self, body: bytes, read: Read) -> Question:
        return Question(
            url=self._url,
            read=read,
            headers=self._headers,
            method="POST",
            body=body,
            is_conditional=False,
        )

    def _find(self, body: bytes, seen_ns: int) -> list[ExternalEvent]:
        del seen_ns
        slug = read_projects(body).get(self._ticker, "")
        if not slug:
            raise RefusedBySourceError(
                f"{SOURCE}: no project, or more than one, has the ticker {self._ticker}: "
                "name it under slugs"
            )
        self._slug = slug
        return []

    def _read(self, body: bytes, seen_ns: int) -> list[ExternalEvent]:
        return read_santiment(body, self._ticker, self._judge, seen_ns)


def connect(wiring: Wiring) -> Connector:
    """Return the connector: one poller a coin."""
    params: Params = wiring.params
    return Together([_of_one(wiring, ticker) for ticker in params.watch.symbols])


def _of_one(wiring: Wiring, ticker: str) -> Poller:
    named = replace(wiring, name=f"{wiring.name}:{ticker}")
    return Poller(patient(named), Asking(wiring, ticker).questions)


def _known(series: _Series | None) -> list[tuple[int, float]]:
    """Return the hours that have a value, in order; an hour without one is unknown, not 0."""
    points = series.timeseriesData or () if series is not None else ()
    timed = [(utc_ns(point.datetime), point.value) for point in points]
    return sorted(
        (at_ns, value) for at_ns, value in timed if at_ns is not None and value is not None
    )


def _refuse(errors: list[_Fault] | None) -> None:
    if errors:
        raise RefusedBySourceError(f"{SOURCE}: {said(errors[0].message or 'an error')}")


KIND = ConnectorKind(
    make=connect,
    params=Params,
    base_url="https://api.santiment.net",
    interval_s=300.0,
    stale_s=3600.0,
)
