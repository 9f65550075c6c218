"""Requests: signed right, judged by the one table, held by the budget, and silent about keys."""

import asyncio
import hmac
import logging
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import aiohttp
import ccxt.pro
import pytest

from argonaut.domain.timeframe import SECOND_NS
from argonaut.venues.binance.client import Client, Problem, _Ccxt, clean
from argonaut.venues.binance.clockwork import ServerClock
from argonaut.venues.binance.endpoints import CANCEL, ENDPOINTS, FIND, PLACE, TIME, TRADES, Endpoint
from argonaut.venues.binance.errors import Outcome
from argonaut.venues.binance.limits import Lane, Limiter
from argonaut.venues.binance.link import HeldBackError, StreamError
from argonaut.venues.binance.request import parameters_of
from argonaut.venues.binance.transport import open_session
from tests.venues.binance.made import (
    KEY,
    SECRET,
    T_MS,
    Half,
    ManualClock,
    order,
    rules,
    settings,
)
from tests.venues.binance.stub import Stub, answer, asking, cut

ORDER = ("POST", "/api/v3/order")
PARAMETERS: Any = parameters_of(order(), rules())


def asked(endpoint, parameters=PARAMETERS, *, reply=None, clock=None, **other):
    """What comes of one request, with the stub and the client that were there."""

    async def run():
        stub = Stub()
        if reply is not None:
            stub.replies[endpoint.method, endpoint.path] = reply
        async with asking(stub, clock) as (served, client):
            return await client.ask(endpoint, parameters, **other), served, client

    return asyncio.run(run())


def offline():
    """A client without a network, for what it makes by itself."""
    nobody: Any = None
    clock = ManualClock()
    return Client(
        settings(),
        nobody,
        clock=clock,
        rng=Half(),
        limiter=Limiter(),
        server_clock=ServerClock(clock),
        on_hint=print,
        on_silence=print,
    )


def outcome(found):
    assert isinstance(found, Problem)
    return found.row.place


def test_an_order_is_signed_over_exactly_what_is_sent():
    found, stub, _ = asked(PLACE, clock=ManualClock())
    (sent,) = stub.requests(*ORDER)

    assert isinstance(found, bytes)
    signature = sent.pop("signature")
    assert sent == {"timestamp": str(T_MS), **PARAMETERS, "recvWindow": "5000"}
    wanted = hmac.new(SECRET.encode(), urlencode(sent).encode(), sha256).hexdigest()
    assert signature == wanted


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda each: f"{each.method} {each.path}")
def test_every_endpoint_goes_where_the_table_says(endpoint):
    """ccxt chooses the path by its own name of the call."""
    _, stub, _ = asked(endpoint)

    assert stub.asked[0][:2] == (endpoint.method, endpoint.path)


def test_a_request_that_is_not_in_the_table_is_not_signed_or_sent():
    """A withdrawal above all."""
    withdraw = Endpoint("sapi_post_capital_withdraw_apply", "POST", "/sapi/v1/x", 1)
    found, stub, _ = asked(withdraw, {"coin": "BTC", "amount": "1", "address": "x"})

    assert outcome(found) is Outcome.NOT_SENT
    assert not stub.asked


@pytest.mark.parametrize("changed", [{"quantity": "-1"}, {"price": "-5"}, {"symbol": "ETHBTC"}])
def test_the_last_gate_stops_what_was_encoded_wrong(changed):
    """F25: no illegal byte reaches the venue."""
    found, stub, _ = asked(PLACE, {**PARAMETERS, **changed})

    assert outcome(found) is Outcome.NOT_SENT
    assert not stub.asked


def test_a_call_that_ccxt_cannot_build_has_sent_nothing():
    nothing = Endpoint("private_get_order", "GET", "/api/v3/order", 1)
    found, stub, _ = asked(nothing, {"symbol": object()})

    assert isinstance(found, Problem | bytes)
    assert len(stub.asked) <= 1


@pytest.mark.parametrize(
    ("reply", "wanted"),
    [
        (answer({"code": -2010, "msg": "Market is closed."}, 400), Outcome.VENUE_STATE),
        (answer({"code": -1013, "msg": "Filter failure: LOT_SIZE"}, 400), Outcome.DEFINITE_REJECT),
        (answer({"code": -1007, "msg": "Timeout"}, 408), Outcome.UNKNOWN),
        (answer("<html>502 Bad Gateway</html>", 502), Outcome.UNKNOWN),
        (answer("<html>who are you</html>", 403), Outcome.DEFINITE_REJECT),
        (answer({"code": -1003, "msg": "Too much"}, 429), Outcome.THROTTLED),
        (answer("", 418), Outcome.THROTTLED),
        (answer("", 307, Location="/elsewhere"), Outcome.UNKNOWN),
        (answer("{", 400), Outcome.UNKNOWN),
        (answer({"code": -1000, "msg": "x"}, 200), Outcome.UNKNOWN),
        (cut, Outcome.UNKNOWN),
    ],
)
def test_every_answer_to_an_order_has_its_meaning(reply, wanted):
    found, stub, _ = asked(PLACE, reply=reply)

    assert outcome(found) is wanted
    assert len(stub.requests(*ORDER)) == 1  # never resent


@pytest.mark.parametrize(("status", "words"), [(418, "banned"), (429, "too many requests")])
def test_after_a_ban_nothing_leaves_until_it_is_over(status, words):
    """F13: exits neither; the venue doubles the ban of who goes on."""

    async def run():
        stub, clock = Stub(), ManualClock()
        stub.replies["GET", "/api/v3/order"] = answer("", status, **{"Retry-After": "30"})
        async with asking(stub, clock) as (served, client):
            await client.ask(FIND, {})
            held = await client.ask(CANCEL, {"symbol": "BTCUSDT"})
            clock.pass_s(30)
            await client.ask(CANCEL, {"symbol": "BTCUSDT"})
            return held, served, client

    held, stub, client = asyncio.run(run())

    assert held.is_held_back
    assert held.row.place is Outcome.NOT_SENT
    assert len(stub.asked) == 2
    assert words in client.hints[0]
    assert "for 30 s" in client.hints[0]
    assert [for_ns for for_ns, _ in client.silences] == [30 * SECOND_NS]


@pytest.mark.parametrize(("status", "dials"), [(429, 1), (418, 1), (503, 2)])
def test_a_dial_that_is_refused_for_its_rate_holds_everything(status, dials):
    """The venue counts connections, too: whoever dials on is banned (I16, seed 57)."""

    async def run():
        stub, clock = Stub(), ManualClock()
        refusal = answer("", status, **{"Retry-After": "60"})
        stub.replies["GET", "/busy"] = refusal
        async with asking(stub, clock) as (served, client):
            for _ in range(2):
                with pytest.raises(StreamError):
                    await client.dial(f"{served.root}/busy", print)
            return len(served.asked), client

    asked, client = asyncio.run(run())

    assert asked == dials
    assert [for_ns for for_ns, _ in client.silences] == ([60 * SECOND_NS] if dials == 1 else [])


def test_without_budget_an_order_is_not_queued():
    """An entry that waits may leave after the kill switch (F46)."""

    async def run():
        async with asking(None, ManualClock()) as (served, client):
            client.limiter.take(4_000, 0)
            return await client.ask(PLACE, PARAMETERS, Lane.ORDINARY, patience_s=0.0), served

    found, stub = asyncio.run(run())

    assert found.is_held_back
    assert "may go in" in found.why
    assert not stub.asked


def test_too_many_orders_hold_orders_and_not_questions():
    async def run():
        stub = Stub()
        stub.replies[ORDER] = answer({"code": -1015, "msg": "Too many new orders."}, 400)
        async with asking(stub, ManualClock()) as (_, client):
            await client.ask(PLACE, PARAMETERS)
            again = await client.ask(PLACE, PARAMETERS, patience_s=0.0)
            return again, await client.ask(FIND, {})

    again, question = asyncio.run(run())

    assert again.is_held_back
    assert isinstance(question, bytes)


def test_the_venues_own_count_is_taken_from_its_headers():
    reply = answer({"serverTime": 1}, **{"X-MBX-USED-WEIGHT-1M": "3000"})
    _, _, client = asked(TIME, {}, reply=reply)

    assert client.limiter.shares(client.clock.mono_ns())["weight 1M"] == 0.5


def test_a_refused_time_is_forgotten_and_told():
    async def run():
        stub = Stub()
        stub.replies[ORDER] = answer({"code": -1021, "msg": "Timestamp"}, 400)
        async with asking(stub) as (_, client):
            assert await client.learn_time() is None
            assert client.server_clock.error_ns() is not None
            found = await client.ask(PLACE, PARAMETERS)
            return found, client

    found, client = asyncio.run(run())

    assert outcome(found) is Outcome.DEFINITE_REJECT
    assert client.server_clock.error_ns() is None
    assert client.hints == ["the venue refused our time: asking for its own"]


@pytest.mark.parametrize("reply", [answer({"serverTime": -1}), answer("", 500)])
def test_a_time_that_is_not_told_is_a_problem(reply):
    async def run():
        stub = Stub()
        stub.replies["GET", "/api/v3/time"] = reply
        async with asking(stub) as (_, client):
            return await client.learn_time(), client.server_clock.error_ns()

    problem, error_ns = asyncio.run(run())

    assert isinstance(problem, Problem)
    assert error_ns is None


def test_signing_uses_the_venues_clock_and_not_ours():
    """F05: a clock that is an hour wrong signs right."""

    async def run():
        clock = ManualClock(wall_ns=(T_MS + 3_600_000) * 1_000_000)
        async with asking(None, clock) as (served, client):
            await client.learn_time()
            await client.ask(PLACE, PARAMETERS)
            return served.requests(*ORDER)[0]

    assert abs(int(asyncio.run(run())["timestamp"]) - T_MS) <= 1


def test_a_stream_is_signed_as_ccxt_pro_signs_it():
    client = offline()
    theirs = ccxt.pro.binance({"apiKey": KEY, "secret": SECRET, "options": {"recvWindow": 5000}})
    theirs.nonce = lambda: T_MS

    assert client.sign_stream() == theirs.sign_params({})


def test_a_client_gives_no_second_name_to_each_method():
    """There are thousands, nobody asks by them, and they were most of what a start took."""
    before = set(vars(_Ccxt))
    exchange = offline()._ccxt

    assert set(vars(_Ccxt)) == before
    assert exchange.fetch_order_book.__self__ is exchange


def test_ccxt_takes_time_and_dice_from_us():
    """Whatever it makes with them has to be the same in a second run of the simulation."""
    client = offline()
    exchange = client._ccxt

    assert exchange.milliseconds() == exchange.nonce() == T_MS
    assert (exchange.seconds(), exchange.microseconds()) == (T_MS // 1000, T_MS * 1000)
    assert (exchange.uuid(), exchange.uuid16(), exchange.uuid22()) == ("8" * 32, "8" * 16, "8" * 22)
    assert not exchange.enableRateLimit


@pytest.mark.parametrize(
    "reply",
    [
        answer({"code": -1022, "msg": f"Signature for {KEY} {SECRET} is not valid."}, 400),
        answer(f"<html>{KEY}&signature={'ab' * 32}</html>", 502),
        cut,
        answer("", 200),
    ],
)
def test_no_key_and_no_signature_is_in_anything_that_comes_out(reply, caplog, capsys):
    """F40: ccxt's own errors quote the whole signed address."""
    caplog.set_level(logging.DEBUG)
    found, stub, client = asked(PLACE, reply=reply)
    signature = stub.requests(*ORDER)[0]["signature"]
    printed = capsys.readouterr()

    out = " ".join([repr(found), *client.hints, caplog.text, printed.out, printed.err])
    for secret in (KEY, SECRET, signature, "ab" * 32):
        assert secret not in out


def test_a_request_cut_off_in_our_own_machine_holds_no_address(monkeypatch):
    def explode(*_):
        raise OSError(28, f"https://api.binance.com/api/v3/order?signature={'ab' * 32}")

    monkeypatch.setattr(aiohttp.ClientSession, "request", explode)
    found, _, _ = asked(PLACE)

    assert isinstance(found, Problem)
    assert "ab" * 32 not in repr(found)


def test_words_of_the_venue_are_made_fit_for_a_journal():
    assert clean("a\x1b[31mb\nc") == "a [31mb c"
    assert clean("key " + "k" * 64) == "key ***"
    assert len(clean("a b " * 500)) <= 200


def cut_then(reply):
    """Hang up on the first request, and answer the next."""
    calls = []

    async def replied(request):
        calls.append(request.path)
        return await (cut if len(calls) == 1 else reply)(request)

    return replied


@pytest.mark.parametrize("endpoint", [FIND, CANCEL])
def test_what_may_be_said_twice_is_said_again_when_its_connection_was_closed(endpoint):
    """A kept connection that the venue has closed meanwhile is no reason to know nothing."""
    good = answer(b'{"orderId": 1}')
    found, stub, _ = asked(endpoint, {"symbol": "BTCUSDT"}, reply=cut_then(good))

    assert found == b'{"orderId": 1}'
    assert len(stub.asked) == 2


def test_an_order_is_never_said_again():
    found, stub, _ = asked(PLACE, reply=cut_then(answer(b"{}")))

    assert outcome(found) is Outcome.UNKNOWN
    assert len(stub.asked) == 1


def test_nothing_is_said_again_inside_a_ban_that_began_meanwhile():
    """Simulated seed 1648: the repeat of a lost question went out two seconds into a ban."""

    async def run():
        stub = Stub()
        async with asking(stub, None) as (served, client):

            async def banned_and_cut(request):
                client.limiter.hold(418, "60", client.clock.mono_ns())
                return await cut(request)

            stub.replies[FIND.method, FIND.path] = banned_and_cut
            return await client.ask(FIND, {"symbol": "BTCUSDT"}), served

    found, served = asyncio.run(run())

    assert isinstance(found, Problem)
    assert not found.is_held_back, "the first one did leave"
    assert len(served.asked) == 1


def connecting_into_a_silence(story):
    """What comes of `story(client)`, whose connection is there when the venue wants silence."""

    async def run():
        clock = ManualClock()
        clients: list[Client] = []

        class Late(aiohttp.TCPConnector):
            async def connect(self, *arguments, **named):
                connection = await super().connect(*arguments, **named)
                clients[0].limiter.hold(429, "3", clock.mono_ns())
                return connection

        async with asking(None, clock, Late) as (served, client):
            clients.append(client)
            return await story(client), served

    return asyncio.run(run())


@pytest.mark.parametrize("endpoint", [FIND, CANCEL, PLACE], ids=lambda each: each.call)
def test_nothing_leaves_into_a_silence_that_began_while_it_was_connecting(endpoint):
    """Simulated seed 9233: a cancel went out half a second into a Retry-After (I16)."""
    found, stub = connecting_into_a_silence(lambda client: client.ask(endpoint, PARAMETERS))

    assert isinstance(found, Problem)
    assert found.is_held_back
    assert found.row.place is Outcome.NOT_SENT
    assert not stub.asked


def test_no_stream_is_asked_for_in_a_silence_that_began_while_it_was_connecting():
    async def story(client):
        with pytest.raises(HeldBackError, match="silence"):
            await client.dial(f"{client.settings.rest_url}/stream", print)

    _, stub = connecting_into_a_silence(story)

    assert not stub.asked


def test_the_budget_is_waited_for_when_a_question_can_wait(monkeypatch):
    async def run():
        clock = ManualClock()
        slept = []

        async def sleep(seconds):
            slept.append(seconds)
            clock.pass_s(seconds)

        monkeypatch.setattr("argonaut.venues.binance.client.asyncio.sleep", sleep)
        async with asking(None, clock) as (_, client):
            client.limiter.take(4_800, 0)
            found = await client.ask(TRADES, {}, patience_s=90.0)
            return found, slept

    found, slept = asyncio.run(run())

    assert isinstance(found, bytes)
    assert 60 <= sum(slept) <= 62


def test_a_session_of_ours_keeps_no_cookies():
    async def run():
        session = open_session(None, lambda: False)
        jar = type(session.cookie_jar).__name__
        await session.close()
        return jar

    assert asyncio.run(run()) == "DummyCookieJar"
