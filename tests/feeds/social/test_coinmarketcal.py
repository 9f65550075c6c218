"""What is planned, as CoinMarketCal lists it."""

import json

import msgspec
import pytest

from argonaut.feeds.errors import RefusedBySourceError
from argonaut.feeds.social.coinmarketcal import read_coinmarketcal

NOW_NS = 1_767_312_000 * 10**9


def planned(**more) -> dict:
    return {
        "id": 77,
        "title": {"en": "Mainnet <b>launch</b>"},
        "coins": [{"id": "dogecoin", "name": "Dogecoin", "symbol": "DOGE", "rank": 8}],
        "date_event": "2026-01-20T00:00:00Z",
        "displayed_date": "20 Jan 2026",
        "can_occur_before": True,
        "created_date": "2026-01-01T08:00:00Z",
        "categories": [{"id": 1, "name": "Release"}],
        "source": "https://example.org/x",
        "is_hot": True,
        "vote_count": 10,
        "percentage": 91.2,
        "description": {"en": "It begins."},
    } | more


def page(*events: dict, code: int = 0, said: str = "") -> bytes:
    return json.dumps(
        {
            "status": {"error_code": code, "error_message": said},
            "_metadata": {"max": 50, "page": 1},
            "body": list(events),
        }
    ).encode()


def test_a_planned_day_is_an_event_of_the_time_it_was_entered() -> None:
    (event,) = read_coinmarketcal(page(planned()), NOW_NS)

    assert (event.kind, event.symbols) == ("calendar", ("DOGE",))
    assert event.published_ns == 1_767_254_400 * 10**9
    assert event.title == "Mainnet launch"
    assert event.payload == {
        "event_date": "2026-01-20",
        "displayed_date": "20 Jan 2026",
        "can_occur_before": "true",
    }


def test_even_a_hot_one_is_not_urgent_enough_to_trade_on() -> None:
    (event,) = read_coinmarketcal(page(planned()), NOW_NS)

    assert event.priority == 0.5


@pytest.mark.parametrize(
    "odd", [{"description": None}, {"coins": None}, {"title": None}, {"id": "77"}, {"source": None}]
)
def test_what_is_null_or_a_string_is_read(odd: dict) -> None:
    assert len(read_coinmarketcal(page(planned(**odd)), NOW_NS)) == 1


def test_a_symbol_in_another_script_is_left_out() -> None:
    odd = planned(coins=[{"symbol": "D\u041eGE"}, {"symbol": "PEPE"}])

    assert read_coinmarketcal(page(odd), NOW_NS)[0].symbols == ("PEPE",)


@pytest.mark.parametrize("odd", [{"date_event": "soon"}, {"created_date": "9999-01-01"}])
def test_an_event_without_a_time_is_left_out(odd: dict) -> None:
    assert read_coinmarketcal(page(planned(**odd)), NOW_NS) == []


def test_an_error_of_theirs_is_told() -> None:
    with pytest.raises(RefusedBySourceError, match="key is invalid"):
        read_coinmarketcal(page(code=403, said="key is invalid"), NOW_NS)
    with pytest.raises(RefusedBySourceError):
        read_coinmarketcal(b"{}", NOW_NS)


def test_an_event_can_be_journaled() -> None:
    assert msgspec.json.encode(read_coinmarketcal(page(planned()), NOW_NS))
