"""The account's stream: every report once, and never a dead stream that looks alive."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from argonaut.domain.order import Accepted, Canceled, Filled
from argonaut.venues.binance import user as user_module
from argonaut.venues.binance.echo import Echo
from argonaut.venues.binance.link import HeldBackError, StreamError
from argonaut.venues.binance.user import User
from tests.venues.binance.made import KEY, SECRET, T_MS, ManualClock, message, recorded, text
from tests.venues.binance.stub import Stub, asking, until


class Heard:
    def __init__(self):
        self.reports, self.states = [], []
        self.booked = {}  # base units by client id, of orders that live here

    def on_stream(self, is_up, detail):
        self.states.append((is_up, detail))


def played(story, stub=None, *, subscribes=True):
    """Play `story(user)` with a connected user stream."""

    async def run():
        clock = ManualClock()
        async with asking(stub, clock) as (served, client):
            heard = Heard()
            made: Any = User(
                client,
                echo=Echo(),
                booked=heard.booked.get,
                on_report=heard.reports.append,
                on_stream=heard.on_stream,
                on_hint=client.hints.append,
            )
            frames = []
            link = await made.start(lambda frame: frames.append(made.on_text(frame)))
            pump = asyncio.create_task(link.pump())
            made.heard, made.stub, made.frames, made.clock = heard, served, frames, clock
            made.client, made.hints = client, client.hints
            try:
                if subscribes:
                    await made.catch_up()
                    frames.clear()
                return await story(made)
            finally:
                pump.cancel()
                await asyncio.wait({pump})
                await link.close()

    return asyncio.run(run())


async def said(made, *frames):
    want = len(made.frames) + len(frames)
    for each in frames:
        await made.stub.say("user", each)
    await until(lambda: len(made.frames) >= want)


def test_it_subscribes_by_signature_and_has_no_listen_key():
    """Listen keys ended in February 2026."""

    async def story(made):
        return made.stub.asked

    ((_, method, sent),) = played(story)

    assert method == "userDataStream.subscribe.signature"
    assert set(sent) == {"apiKey", "recvWindow", "signature", "timestamp"}
    assert (sent["apiKey"], sent["timestamp"], sent["recvWindow"]) == (KEY, T_MS, 5000)


def test_a_subscription_that_is_refused_says_why_without_the_key():
    stub = Stub()
    stub.subscription = {
        "status": 401,
        "error": {"code": -2015, "msg": f"Invalid API-key {KEY}, IP, or permissions for action."},
    }

    async def story(made):
        with pytest.raises(StreamError) as told:
            await made.catch_up()
        return str(told.value)

    said_why = played(story, stub, subscribes=False)
    assert "-2015 Invalid API-key ***" in said_why
    assert KEY not in said_why
    assert SECRET not in said_why


def test_a_subscription_refused_for_its_time_makes_the_clock_be_asked_anew():
    stub = Stub()
    stub.subscription = {"status": 400, "error": message("user", "refused")["error"]}

    async def story(made):
        await made.client.learn_time()
        with pytest.raises(StreamError, match="-1021"):
            await made.catch_up()
        return made.client.server_clock.error_ns()

    assert played(story, stub, subscribes=False) is None


@pytest.mark.parametrize("wrong", [{"status": 500}, {"status": 500, "error": {"x": 1}}])
def test_a_refusal_without_a_reason_is_a_refusal(wrong):
    stub = Stub()
    stub.subscription = wrong

    async def story(made):
        with pytest.raises(StreamError, match="was refused"):
            await made.catch_up()

    played(story, stub, subscribes=False)


def test_a_subscription_without_an_answer_is_none(monkeypatch):
    monkeypatch.setattr(user_module, "_ANSWER_TIMEOUT_S", 0.05)
    stub = Stub()
    stub.subscription = {}

    async def story(made):
        with pytest.raises(StreamError, match="no answer to the subscription"):
            await made.catch_up()

    played(story, stub, subscribes=False)


def test_without_budget_no_connection_is_made():
    async def story(made):
        made.client.limiter.hold(418, "60", made.clock.mono_ns())
        with pytest.raises(HeldBackError):
            await made.start(print)

    played(story)


def test_reports_are_told_as_they_come():
    async def story(made):
        await said(made, *(recorded("user", name) for name in ("new", "trade", "canceled")))
        return [type(each) for each in made.heard.reports]

    assert played(story) == [Accepted, Accepted, Filled, Accepted, Canceled]


@pytest.mark.parametrize(("booked", "is_told"), [("0.003", False), ("0.004", True), (None, True)])
def test_an_order_is_not_over_before_its_executions_are_booked(booked, is_told):
    """A frame was lost: the end alone would free what it holds (seed 56772). A round tells both."""
    frame = message("user", "canceled")
    frame["event"]["z"] = "0.00400000"

    async def story(made):
        if booked is not None:
            made.heard.booked[frame["event"]["C"]] = Decimal(booked)
        await said(made, text(frame))
        return [type(each) for each in made.heard.reports], made.hints

    reports, hints = played(story)
    assert (Canceled in reports) is is_told
    assert any("is over with 0.00400000 executed, not all told" in each for each in hints) is (
        not is_told
    )


def test_a_report_that_two_connections_tell_is_told_once():
    async def story(made):
        await said(made, recorded("user", "trade"), recorded("user", "trade"))
        return [type(each) for each in made.heard.reports]

    assert played(story) == [Accepted, Filled]


def test_a_report_spelled_otherwise_is_read_too():
    """Another order of keys, or a wrapping without a number."""
    shown = message("user", "trade")["event"]
    late = {**{name: value for name, value in shown.items() if name != "e"}, "e": shown["e"]}

    async def story(made):
        await said(made, text({"event": late, "subscriptionId": 0}))
        return [type(each) for each in made.heard.reports]

    assert played(story) == [Accepted, Filled]


def test_what_the_memory_of_told_reports_holds_is_bounded():
    async def story(made):
        made._told_executions = dict.fromkeys(("X", number) for number in range(10_000))
        await said(made, recorded("user", "new"))
        return len(made._told_executions)

    assert played(story) == 10_000


@pytest.mark.parametrize("name", ["balance_update", "external_lock"])
def test_a_change_that_no_report_tells_is_a_hint_to_reconcile(name):
    """F31: a deposit or a withdrawal by hand."""

    async def story(made):
        await said(made, recorded("user", name))
        return made.hints

    (hint,) = played(story)
    assert "BTC" in hint


@pytest.mark.parametrize("name", ["account", "list_status"])
def test_what_fills_and_reports_tell_as_well_is_passed_over(name):
    async def story(made):
        await said(made, recorded("user", name))
        return made.hints, made.dropped

    assert played(story) == ([], 0)


@pytest.mark.parametrize("name", ["terminated", "shutdown"])
def test_an_end_the_venue_announces_asks_for_a_new_connection(name):
    async def story(made):
        await said(made, recorded("user", name))
        return made.frames

    (why,) = played(story)
    assert why


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "{",
        "null",
        '{"subscriptionId":0,"event":{"e":"executionReport"}}',
        text(
            {**message("user", "trade"), "event": {**message("user", "trade")["event"], "L": "0"}}
        ),
        text({"subscriptionId": 0, "event": {"e": "newEvent"}}),
        '{"id":"stranger","status":200}',
    ],
)
def test_a_message_that_cannot_be_is_dropped_counted_and_asked_about(garbage):
    """It may have been a fill: a hint has the account asked."""

    async def story(made):
        await said(made, garbage, recorded("user", "new"))
        return made.dropped, len(made.hints), len(made.heard.reports)

    assert played(story) == (1, 1, 1)


def test_a_report_that_tells_more_than_reports_can_is_a_hint():
    async def story(made):
        await said(made, recorded("user", "replaced"))
        return made.hints

    assert played(story) == ["order trend-k1-1-e: REPLACED leaves it NEW"]


def test_an_order_the_stream_does_not_tell_of_shows_that_it_is_dead():
    """F06, F07: pings are answered, and the one report that matters is not sent."""

    async def story(made):
        made._echo.begin("trend-k1-1-e")
        made._echo.acknowledged("trend-k1-1-e", made.clock.mono_ns())
        made.clock.pass_s(6)
        dead = await made.tend()
        await said(made, recorded("user", "new"))
        return dead, await made.tend()

    assert played(story) == (
        "order trend-k1-1-e is acknowledged, and the stream does not tell of it",
        "",
    )


def test_its_state_is_told():
    async def story(made):
        made.on_state(is_up=True, detail="subscribed")
        return made.heard.states

    assert played(story) == [(True, "subscribed")]


def test_no_subscription_leaves_in_a_silence_that_began_while_we_connected():
    """A handshake may take longer than the venue's patience (seed 968)."""

    async def story(made):
        made.client.limiter.hold(418, "60", made.clock.mono_ns())
        with pytest.raises(HeldBackError):
            await made.catch_up()
        return made.client, [sent for sent in made.stub.asked if sent[0] == "WS"]

    _, subscribed = played(story, subscribes=False)
    assert subscribed == []
