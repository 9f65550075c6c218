"""The venue over real sockets: what a client sees byte by byte."""

import asyncio
from decimal import Decimal

import msgspec

from argonaut.rehearsal.faults import FailReply, SetMaintenance, Transfer
from tests.rehearsal.binance.served import served


def test_an_order_goes_in_by_http_and_its_events_come_out_by_websocket():
    """The two ways on which a client learns of one fill."""

    async def play():
        async with served() as venue:
            user = await venue.user()
            answer = await (await venue.order("BUY", "MARKET", quantity="1")).json()
            events = [await user.receive_json() for _ in range(3)]
        return answer, events

    answer, events = asyncio.run(play())

    assert answer["status"] == "FILLED"
    assert [each["subscriptionId"] for each in events] == [0, 0, 0]
    kinds = [(each["event"]["e"], each["event"].get("x")) for each in events]
    assert kinds == [
        ("executionReport", "NEW"),
        ("executionReport", "TRADE"),
        ("outboundAccountPosition", None),
    ]
    assert events[1]["event"]["t"] == answer["fills"][0]["tradeId"]


def test_answers_carry_what_is_used_and_say_that_they_are_json():
    """A client plans by these headers."""

    async def play():
        async with served() as venue:
            response = await venue.send("GET", "/api/v3/account")
            return response.status, dict(response.headers)

    status, headers = asyncio.run(play())

    assert (status, headers["X-MBX-USED-WEIGHT-1M"]) == (200, "20")
    assert headers["Content-Type"] == "application/json;charset=UTF-8"


def test_what_is_arranged_for_a_second_happens_by_itself():
    """Nobody has to ask: the venue lets its own time pass."""

    async def play():
        acts = [Transfer(at_s=3, asset="USDT", amount=Decimal(each)) for each in (-99_999, -1)]
        async with served(acts) as venue:
            user = await venue.user()
            venue.client.wait(3)
            return await user.receive_json(), venue.faults.failed

    told, failed = asyncio.run(play())

    assert told["event"]["d"] == "-1.00000000"
    assert len(failed) == 1
    assert "insufficient balance" in failed[0]


def test_maintenance_cuts_streams_and_answers_503_to_all_but_one_question():
    """F35: the one question is how a client knows."""

    async def play():
        async with served([SetMaintenance(at_s=1, is_on=True)]) as venue:
            user, market = await venue.user(), await venue.socket("/ws/btcusdt@trade")
            venue.client.wait(1)
            ended = [(await each.receive()).type.name for each in (user, market)]
            down = await venue.get("/api/v3/time")
            status = await (await venue.get("/sapi/v1/system/status")).json()
            return ended, down.status, status

    ended, down, status = asyncio.run(play())

    assert set(ended) <= {"CLOSED", "CLOSE", "ERROR"}
    assert (down, status["status"]) == (503, 1)


def test_clients_may_die_at_any_moment():
    """A bot that is killed leaves half a request, or a socket nobody reads."""

    async def play():
        async with served() as venue:
            port = int(venue.root.rpartition(":")[2])
            half = b"POST /api/v3/order HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nsymbol="
            for sent in (b"", b"\x00\xff\r\n\r\n", b"GET /api/v3/ti", half):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(sent)
                await writer.drain()
                writer.transport.abort()
            user = await venue.user()
            response = user._response
            assert response.connection is not None
            assert response.connection.transport is not None
            response.connection.transport.abort()
            placed = await venue.order("BUY", "MARKET", quantity="1")
            return placed.status, len(venue.client.state.matching.table.all)

    assert asyncio.run(play()) == (200, 1)


def test_knobs_can_be_turned_while_it_runs_by_who_was_given_the_means():
    """The control is off unless asked for."""
    knob = b'[{"fault": "fail_reply", "executes": false}]'

    async def play():
        async with served(with_control=True) as venue:
            path = venue.root + "/rehearsal/faults"
            armed = await (await venue.http.post(path, data=knob)).json()
            failed = await venue.order(price="99", quantity="1")
            wrong = await venue.http.post(path, data=b'[{"fault": "meteor"}]')
            await wrong.read()
            cleared = await (await venue.http.delete(path)).json()
            taken = await venue.order(price="99", quantity="1")
            truth = await (await venue.get("/rehearsal/truth")).json()
        async with served() as venue:
            hidden = await venue.get("/rehearsal/truth")
        return armed, failed.status, wrong.status, cleared, taken.status, truth, hidden.status

    armed, failed, wrong, cleared, taken, truth, hidden = asyncio.run(play())

    assert armed["armed"] == [msgspec.to_builtins(FailReply(executes=False))]
    assert (failed, wrong, taken, hidden) == (503, 422, 200, 404)
    assert cleared == {"at_s": 0.0, "armed": [], "acted": ["fail_reply"], "failed": []}
    assert len(truth["orders"]) == 1
