"""Hours of a coin, as Santiment's GraphQL tells them."""

import asyncio
import json

import pytest

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.secret import Secret
from argonaut.feeds.errors import EmptyAnswerError, OldAnswerError, RefusedBySourceError
from argonaut.feeds.social.figures import Heuristic
from argonaut.feeds.social.santiment import (
    KIND,
    Params,
    query_for,
    read_projects,
    read_santiment,
)
from tests.feeds.social.rig import NOW_NS, iso, rig, scripted

HOUR_NS = 3600 * 10**9
NOON_NS = 1_767_355_200 * 10**9  # 2026-01-02T12:00:00Z


def hours(values: list, last: int = 11) -> list[dict]:
    """One value an hour; the last one is of the hour that begins at `last` o'clock."""
    first = last - len(values) + 1
    return [
        {
            "datetime": f"2026-01-{2 + (first + n) // 24:02d}T{(first + n) % 24:02d}:00:00Z",
            "value": v,
        }
        for n, v in enumerate(values)
    ]


def body(volume: list | None, mood: list | None = None) -> bytes:
    data = {
        "volume": {"timeseriesData": volume},
        "mood": {"timeseriesData": mood},
    }
    return json.dumps({"data": data}).encode()


def event(volume: list, mood: list | None = None, now_ns: int = NOON_NS + 60 * 10**9):
    (made,) = read_santiment(body(volume, mood), "DOGE", Heuristic(), now_ns)
    return made


def test_the_newest_whole_hour_is_told() -> None:
    made = event(hours([10.0, 14.0] * 6 + [36.0]), hours([1.5]))

    assert (made.mentions, made.sentiment) == (36, 0.5)
    assert made.velocity == pytest.approx(3.0)
    assert made.score == 5.0  # twelve standard deviations
    assert made.published_ns == NOON_NS


def test_the_hour_that_is_not_over_is_not_told() -> None:
    """Its count is small because it is short."""
    made = event(hours([10.0] * 12 + [50.0, 1.0], last=12))

    assert made.mentions == 50


def test_a_score_is_standard_deviations() -> None:
    assert event(hours([10.0, 14.0] * 6 + [16.0])).score == pytest.approx(2.0)


def test_too_few_hours_have_no_velocity() -> None:
    made = event(hours([10.0] * 11 + [50.0]))

    assert (made.velocity, made.score) == (None, None)


def test_an_hour_without_a_value_is_unknown_and_not_zero() -> None:
    values: list = [10.0] * 12
    made = event(hours([None, *values, 20.0]), hours([None]))

    assert made.velocity == 2.0
    assert made.sentiment is None


@pytest.mark.parametrize(("told", "wanted"), [(-9.0, -1.0), (9.0, 1.0), ("0.3", 0.1)])
def test_a_mood_is_clipped_at_three_deviations(told, wanted: float) -> None:
    assert event(hours([10.0]), hours([told])).sentiment == pytest.approx(wanted)


def test_an_hour_is_one_event_however_often_it_is_asked() -> None:
    volume = hours([10.0] * 13)

    assert event(volume).event_id == event(volume, now_ns=NOON_NS + 30 * 60 * 10**9).event_id


def test_an_error_with_200_is_an_error() -> None:
    with pytest.raises(RefusedBySourceError, match="santiment: metric not allowed"):
        read_santiment(
            b'{"data": {"volume": null}, "errors": [{"message": "metric not allowed"}]}',
            "DOGE",
            Heuristic(),
            NOON_NS,
        )


@pytest.mark.parametrize("nothing", [b'{"data": null}', body(None), body([])])
def test_no_hour_at_all_is_an_error(nothing: bytes) -> None:
    with pytest.raises(EmptyAnswerError, match="no whole hour of DOGE"):
        read_santiment(nothing, "DOGE", Heuristic(), NOON_NS)


def test_a_plan_that_hides_the_last_day_is_told() -> None:
    with pytest.raises(OldAnswerError, match="the newest hour of DOGE is 25 h old"):
        event(hours([10.0] * 13), now_ns=NOON_NS + 24 * HOUR_NS)


def test_a_question_asks_for_both_metrics_of_a_slug() -> None:
    asked = json.loads(query_for("dogecoin"))["query"]

    assert asked.count('slug:"dogecoin"') == 2
    assert "social_volume_total" in asked
    assert "sentiment_weighted_total" in asked


def test_a_slug_cannot_say_anything_else() -> None:
    with pytest.raises(InvalidValueError, match="want a slug"):
        query_for('x"){allUsers{email}}')


def test_a_ticker_that_two_projects_have_has_no_slug() -> None:
    projects = [
        {"slug": "dogecoin", "ticker": "DOGE"},
        {"slug": "pepe", "ticker": "PEPE"},
        {"slug": "pepe-arbitrum", "ticker": "PEPE"},
        {"slug": "none", "ticker": None},
        {"slug": 'bad"slug', "ticker": "BAD"},
    ]
    found = read_projects(json.dumps({"data": {"allProjects": projects}}).encode())

    assert found == {"DOGE": "dogecoin"}


def test_no_project_is_an_error() -> None:
    with pytest.raises(EmptyAnswerError):
        read_projects(b'{"data": {"allProjects": []}}')
    with pytest.raises(RefusedBySourceError):
        read_projects(b'{"errors": [{"message": "x"}]}')


def asked_of(answers, **params):
    """Ask once with those answers; return what was asked and what was told."""
    queries = []
    handler = scripted(*answers)

    async def noting(request):
        queries.append(json.loads(await request.read())["query"])
        assert request.headers["Authorization"] == "Apikey key-of-the-tests"
        assert request.method == "POST"
        return await handler(request)

    async def whole():
        settings = Params(tickers=("DOGE",), key=Secret("key-of-the-tests"), **params)
        async with rig(KIND, noting, lambda _: settings) as stand:
            await stand.round()
            await stand.round()
        return stand.heard

    return queries, asyncio.run(whole())


def projects(*slugs: str) -> dict:
    return {"data": {"allProjects": [{"slug": each, "ticker": "DOGE"} for each in slugs]}}


def series() -> dict:
    start = NOW_NS - NOW_NS % HOUR_NS
    made = [{"datetime": iso(start - back * HOUR_NS), "value": "3"} for back in range(24, 0, -1)]
    return {"data": {"volume": {"timeseriesData": made}, "mood": None}}


def test_a_slug_is_asked_for_once_and_a_given_one_never() -> None:
    found, _ = asked_of([projects("dogecoin"), series()])
    given, _ = asked_of([series()], slugs={"DOGE": "dogecoin-2"})

    assert ["allProjects" in each for each in found] == [True, False, False]
    assert all('"dogecoin-2"' in each for each in given)


def test_a_ticker_of_two_projects_is_told_and_nothing_is_asked_about_it() -> None:
    queries, heard = asked_of([projects("dogecoin", "doge-on-x")])

    assert all("allProjects" in each for each in queries)
    assert heard.answers[0] == (
        "source:DOGE",
        "unreadable",
        "santiment: no project, or more than one, has the ticker DOGE: name it under slugs",
    )


def test_a_slug_of_the_config_is_checked_before_anything_is_asked() -> None:
    with pytest.raises(InvalidValueError, match="want a slug"):
        Params(tickers=("DOGE",), key=Secret("k"), slugs={"DOGE": 'x"}'})
