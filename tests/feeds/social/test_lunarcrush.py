"""The coin list of LunarCrush."""

import json

import pytest

from argonaut.feeds.errors import EmptyAnswerError, OldAnswerError, RefusedBySourceError
from argonaut.feeds.social.figures import Heuristic
from argonaut.feeds.social.history import WINDOW_NS
from argonaut.feeds.social.lunarcrush import Lunarcrush, read_coins
from tests.feeds.social.talk import START_NS, WATCH


def coin(symbol: str = "DOGE", **more) -> dict:
    return {
        "id": 29,
        "symbol": symbol,
        "name": "Dogecoin",
        "price": 0.1,
        "galaxy_score": 60.0,
        "alt_rank": 3,
        "sentiment": 80,
        "interactions_24h": 1000,
        "social_volume_24h": 400,
        "social_dominance": 1.2,
        "categories": "meme",
    } | more


def body(*coins: dict) -> bytes:
    return json.dumps({"config": {}, "data": list(coins)}).encode()


def reader() -> Lunarcrush:
    return Lunarcrush(WATCH, Heuristic())


def test_the_figures_are_mapped_to_the_common_scales() -> None:
    (event,) = reader().read(body(coin()), START_NS)

    assert (event.score, event.mentions, event.sentiment) == (3.0, 400, 0.6)
    assert event.velocity is None
    assert event.symbols == ("DOGE",)


def test_only_watched_coins_have_events() -> None:
    assert reader().read(body(coin("BTC"), coin("DOGE")), START_NS)[0].symbols == ("DOGE",)


def test_velocity_is_against_its_own_history() -> None:
    lunar = reader()
    for window in range(12):
        lunar.read(body(coin(social_volume_24h=400 + window % 2)), START_NS + window * WINDOW_NS)
    (event,) = lunar.read(body(coin(social_volume_24h=801)), START_NS + 12 * WINDOW_NS)

    assert event.velocity == pytest.approx(2.0)


def test_a_window_has_one_event_however_often_it_is_asked() -> None:
    lunar = reader()
    first = lunar.read(body(coin()), START_NS)
    second = lunar.read(body(coin()), START_NS + WINDOW_NS - 1)

    assert first[0].event_id == second[0].event_id


def test_nulls_are_unknown_and_numbers_may_be_strings() -> None:
    odd = coin(galaxy_score=None, sentiment=None, social_volume_24h="400")
    (event,) = reader().read(body(odd), START_NS)

    assert (event.score, event.sentiment, event.mentions) == (None, None, 400)


def test_a_coin_without_a_volume_has_no_event() -> None:
    assert reader().read(body(coin(social_volume_24h=None)), START_NS) == []


def test_of_two_coins_with_one_ticker_the_louder_is_meant() -> None:
    events = reader().read(body(coin(), coin(social_volume_24h=1)), START_NS)

    assert [event.mentions for event in events] == [400]


def test_a_list_that_never_changes_is_out_of_a_cache() -> None:
    lunar = reader()
    lunar.read(body(coin()), START_NS)
    lunar.read(body(coin()), START_NS + 3_600 * 10**9)

    with pytest.raises(OldAnswerError, match="nothing has changed"):
        lunar.read(body(coin()), START_NS + 3_601 * 10**9)


def test_an_error_with_200_is_told() -> None:
    with pytest.raises(RefusedBySourceError, match="Invalid token"):
        read_coins(b'{"error": "Invalid token"}')


def test_an_empty_list_is_an_error() -> None:
    with pytest.raises(EmptyAnswerError):
        read_coins(body())
