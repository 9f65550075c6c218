"""What happened before: every page, in order, or no answer."""

import asyncio

from aiohttp import web

from argonaut.domain.timeframe import DAY_NS, MINUTE_NS
from argonaut.venues.binance import history
from argonaut.venues.binance.client import Problem
from argonaut.venues.binance.history import klines, own_trades
from tests.venues.binance.made import T_MS, T_NS, ManualClock, message
from tests.venues.binance.stub import Stub, answer, asking


class Record:
    """The account's executions at the venue, asked for by time or by id as the venue allows."""

    def __init__(self, *trades):
        (shown,) = message("rest", "own_trades")
        self.trades = [{**shown, "id": number, "time": at_ms} for number, at_ms in trades]
        self.weight = 0

    async def reply(self, request):
        asked = {name: int(value) for name, value in request.query.items() if value.isdigit()}
        self.weight += 20
        found = self.trades
        if "fromId" in asked:
            assert "startTime" not in asked
            found = [each for each in found if each["id"] >= asked["fromId"]]
        else:
            end = asked.get("endTime", 10**15)
            assert end == 10**15 or end - asked["startTime"] < 86_400_000
            found = [each for each in found if asked["startTime"] <= each["time"] <= end]
        return web.json_response(found[: asked["limit"]])


def told(record, *, days, page=1000, monkeypatch=None, changed=None):
    """Ask for the executions of the last `days`."""
    if monkeypatch is not None:
        monkeypatch.setattr(history, "PAGE", page)

    async def run():
        stub = Stub()
        stub.replies["GET", "/api/v3/myTrades"] = changed or record.reply
        async with asking(stub, ManualClock()) as (_, client):
            return await own_trades(
                client, "BTCUSDT", since_ns=T_NS - int(days * DAY_NS), now_ns=T_NS + MINUTE_NS
            )

    return asyncio.run(run())


def ids(found):
    assert not isinstance(found, Problem), found
    return [each.id for each in found]


def test_recent_executions_take_one_question():
    record = Record((1, T_MS - 7_200_000), (2, T_MS - 1000), (3, T_MS))

    assert ids(told(record, days=0.04)) == [2, 3]
    assert record.weight == 20


def test_days_without_any_are_stepped_over():
    record = Record((1, T_MS - 20 * 86_400_000), (2, T_MS))

    assert ids(told(record, days=10)) == [2]
    assert ids(told(record, days=30)) == [1, 2]


def test_pages_go_by_id_so_that_one_millisecond_is_not_cut(monkeypatch):
    """Two hundred fills of one order may share a time; the rest would be lost for ever."""
    record = Record(*((number, T_MS) for number in range(1, 26)))

    assert ids(told(record, days=2, page=10, monkeypatch=monkeypatch)) == list(range(1, 26))


def test_the_whole_life_of_an_account_goes_by_id():
    """Thousands of empty days would use the budget of hours."""
    record = Record((5, T_MS - 900 * 86_400_000), (6, T_MS))

    assert ids(told(record, days=1_000)) == [5, 6]
    assert record.weight == 20


def test_the_whole_of_nothing_is_nothing():
    assert ids(told(Record(), days=1_000)) == []
    assert ids(told(Record(), days=3)) == []


def test_pages_out_of_order_are_no_answer():
    """F36: a venue that lies about a page would let a fill be missed."""
    wrong = Record((3, T_MS), (2, T_MS))

    assert isinstance(told(wrong, days=0.5), Problem)


def test_executions_of_another_symbol_are_no_answer():
    record = Record((1, T_MS))
    record.trades[0]["symbol"] = "ETHBTC"

    assert isinstance(told(record, days=0.5), Problem)


def test_a_page_that_cannot_be_had_makes_the_whole_no_answer(monkeypatch):
    record = Record(*((number, T_MS) for number in range(1, 26)))
    asked = []

    async def once(request):
        asked.append(request)
        return await (record.reply(request) if len(asked) == 1 else answer("", 503)(request))

    assert isinstance(told(record, days=2, page=10, monkeypatch=monkeypatch, changed=once), Problem)


def test_the_same_page_again_and_again_is_no_answer(monkeypatch):
    """A venue that ignores where a page is to begin would be asked for ever."""
    record = Record(*((number, T_MS) for number in range(1, 11)))

    async def stuck(request):
        return web.json_response(record.trades)

    assert isinstance(
        told(record, days=2, page=10, monkeypatch=monkeypatch, changed=stuck), Problem
    )


def test_executions_of_another_shape_are_no_answer():
    assert isinstance(told(Record(), days=0.5, changed=answer([{"id": 1}])), Problem)


def test_an_account_without_an_end_is_no_answer(monkeypatch):
    """A venue that makes pages up is not asked for ever."""
    monkeypatch.setattr(history, "_PAGES_MAX", 3)

    async def endless(request):
        record = Record(*((number, T_MS) for number in range(1, 1_000)))
        return await record.reply(request)

    found = told(Record(), days=2, page=10, monkeypatch=monkeypatch, changed=endless)
    assert isinstance(found, Problem)
    assert "more executions" in found.text


class Candles:
    def __init__(self, count):
        row = message("rest", "klines")[0]
        self.rows = [[T_MS + n * 60_000, *row[1:]] for n in range(count)]

    async def reply(self, request):
        since, limit = int(request.query["startTime"]), int(request.query["limit"])
        return web.json_response([row for row in self.rows if row[0] >= since][:limit])


def candles(reply, *, since_ns=T_NS, until_ns=T_NS + 100 * MINUTE_NS):
    async def run():
        stub = Stub()
        stub.replies["GET", "/api/v3/klines"] = reply
        async with asking(stub, ManualClock()) as (_, client):
            return await klines(client, "BTCUSDT", "1m", since_ns=since_ns, until_ns=until_ns)

    return asyncio.run(run())


def test_candles_come_in_pages_without_a_hole(monkeypatch):
    monkeypatch.setattr(history, "PAGE", 10)
    found = candles(Candles(25).reply)

    assert not isinstance(found, Problem)
    assert [row[0] for row in found] == [T_MS + n * 60_000 for n in range(25)]


def test_candles_begin_where_they_were_asked_to():
    found = candles(Candles(5).reply, since_ns=T_NS + MINUTE_NS + 1)

    assert not isinstance(found, Problem)
    assert len(found) == 3


def test_candles_of_the_future_are_not_asked_for():
    assert candles(Candles(5).reply, since_ns=T_NS + 1, until_ns=T_NS) == []


def test_candles_out_of_order_or_of_another_shape_are_no_answer():
    rows = message("rest", "klines")

    assert isinstance(candles(answer(rows[::-1])), Problem)
    assert isinstance(candles(answer([rows[0][:5]])), Problem)
    assert isinstance(candles(answer("", 500)), Problem)
    assert isinstance(candles(answer(rows), since_ns=T_NS + MINUTE_NS), Problem)
