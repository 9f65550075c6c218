"""What every transport has to pass, against a real socket or the real broker."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tests.feeds.detectors.broker_rigs import BROKER_RIGS
from tests.feeds.detectors.house import SECRETS, WITHIN_S, House, said, sealed
from tests.feeds.detectors.rigs import RIGS, Rig
from tools.brokers import Broker

Story = Callable[[House, Rig], Awaitable[None]]
BAD = {
    "not JSON": (b"{", "bad_signal"),
    "no object": (b"[]", "bad_signal"),
    "not text": (b"\xff\xfe", "bad_signal"),
    "an unknown field": (said(colour="red"), "bad_signal"),
    "a wrong type": (said(confidence="high"), "bad_signal"),
    "a number as side": (said(side=1), "bad_signal"),
    "deep nesting": (b'{"id":"x","metadata":' + b"[" * 20_000 + b"]" * 20_000 + b"}", "bad_signal"),
    "deep nesting in an unknown field": (b'{"x":' * 9_000 + b"1" + b"}" * 9_000, "bad_signal"),
    "NaN": (said(notional="NaN"), "bad_signal"),
    "bare NaN": (said(confidence=float("nan")), "bad_signal"),
    "infinity": (said(notional="Infinity"), "bad_signal"),
    "bare infinity": (said(limit_price=float("inf")), "bad_signal"),
    "too large a float": (
        b'{"id":"x","instrument":"BTC/USDT","side":"buy","limit_price":1e999}',
        "bad_signal",
    ),
    "an absurd size": (said(notional="1e30"), "bad_signal"),
    "a size of ten thousand digits": (said(notional="9" * 10_000), "bad_signal"),
    "a negative size": (said(notional="-5"), "bad_signal"),
    "two sizes": (said(quantity="1"), "bad_signal"),
    "a control character": (said("a\u0000b"), "bad_signal"),
    "half a character": (
        b'{"id":"\\ud800","instrument":"BTC/USDT","side":"buy","notional":1}',
        "bad_signal",
    ),
    "leverage": (said(leverage=20), "bad_signal"),
    "no instrument": (said(instrument=""), "bad_signal"),
    "an unknown instrument": (said(instrument="ETH/USDT"), "unknown_instrument"),
    "a look-alike instrument": (said(instrument="\u0412\u0422\u0421/USDT"), "unknown_instrument"),
    "another venue": (said(instrument="BTC/USDT@elsewhere"), "unknown_instrument"),
    "somebody else's name": (said(source="other"), "forbidden"),
    "more than 64 KB": (said(tag="x" * 65_536), "too_large"),
}


PLAYED = [
    pytest.param(name, marks=pytest.mark.slow) if name == "rabbitmq" else name
    for name in (*RIGS, *BROKER_RIGS)
]


@pytest.fixture(params=PLAYED)
def play(
    request: pytest.FixtureRequest, broker_named: Callable[[str], Broker]
) -> Callable[[Story], None]:
    """Runs a story with a house and each transport before it."""
    name = request.param
    broker = broker_named(name) if name in BROKER_RIGS else None

    def playing(story: Story) -> None:
        async def whole() -> None:
            house = House()
            rig = RIGS[name]() if broker is None else BROKER_RIGS[name](broker)
            await rig.open(house)
            try:
                async with asyncio.timeout(150):
                    await story(house, rig)
            finally:
                house.intake.close()
                await rig.close()

        asyncio.run(whole())

    return playing


def test_a_signed_signal_has_its_effect(play) -> None:
    async def story(house: House, rig: Rig) -> None:
        await rig.send(sealed(said("a-1", side="sell", tag="t", metadata={"why": "so"})))
        await house.until_answered(1)

        signal = house.trader.taken[0]
        assert (signal.signal_id, signal.source, signal.side) == ("a-1", "scanner", "sell")
        assert (signal.tag, signal.metadata, signal.ttl_s) == ("t", {"why": "so"}, 30.0)
        assert signal.sent_ns is not None
        assert abs(signal.event_ns - signal.sent_ns) < WITHIN_S * 1e9

    play(story)


def test_one_redelivered_a_hundred_times_has_one_effect(play) -> None:
    """Brokers promise at least once, and a client that heard nothing sends again."""

    async def story(house: House, rig: Rig) -> None:
        await rig.send(*(sealed(said("a-1")) for _ in range(101)))
        await house.until_answered(101)

        assert house.taken == ["a-1"]
        assert house.watching.codes == {"accepted": 1, "duplicate": 100}

    play(story)


def test_what_was_forged_has_no_effect_and_a_reason(play) -> None:
    async def story(house: House, rig: Rig) -> None:
        good = sealed(said("a-1"))
        head, _, body = good.partition(b" ")
        forged = (
            good.replace(b'"100"', b'"900"'),
            good.replace(b"key=k-new", b"key=k-old"),
            good.replace(b"key=k-new", b"key=k-none"),
            good.replace(b"nonce=nonce", b"nonce=other"),
            sealed(said("a-1"), secret="a guess of thirty-two characters"),
            (b"v1=" + b"0" * 64) + good[67:],
        )
        await rig.send(*forged, body, head[:-70] + b" " + body, b"v1= " + body, b"")
        await house.until_answered(10)

        assert house.taken == []
        assert house.watching.codes["bad_signature"] == 6
        assert house.watching.codes["bad_envelope"] + house.watching.codes["bad_signal"] == 4
        assert house.letters.count == 10

    play(story)


def test_bad_input_is_refused_by_name_and_stops_nothing(play) -> None:
    async def story(house: House, rig: Rig) -> None:
        await rig.send(*(sealed(body) for body, _ in BAD.values()))
        await house.until_answered(len(BAD))
        heard = [answer.code for _, answer in house.watching.answers]
        wanted = dict(zip(BAD, (code for _, code in BAD.values()), strict=True))
        await rig.send(sealed(said("good")))
        await house.until_answered(len(BAD) + 1)

        assert sorted(heard) == sorted(wanted.values())
        assert house.letters.count == len(BAD)
        assert house.taken == ["good"]

    play(story)


def test_both_keys_of_a_rotation_sign(play) -> None:
    async def story(house: House, rig: Rig) -> None:
        await rig.send(*(sealed(said(f"a-{key}"), key_id=key) for key in SECRETS))
        await house.until_answered(2)

        assert house.taken == ["a-k-old", "a-k-new"]

    play(story)


def test_a_burst_is_taken_whole_and_in_order(play) -> None:
    async def story(house: House, rig: Rig) -> None:
        names = [f"a-{number}" for number in range(500)]
        for some in range(0, 500, 25):  # sealed as it goes: on a slow machine all takes longer
            await rig.send(*(sealed(said(name)) for name in names[some : some + 25]))
        await house.until_taken(500)

        assert house.taken == names

    play(story)


def test_the_window_of_five_seconds_is_for_what_is_pushed(play) -> None:
    """A queue may hold a signal while the bot is down; its time to live says how long."""

    async def story(house: House, rig: Rig) -> None:
        old = sealed(said("old", ttl_s=3600), age_s=60)
        ahead = sealed(said("ahead"), age_s=-60)
        await rig.send(old, *((ahead,) if rig.is_push else ()))
        await house.until_answered(2 if rig.is_push else 1)

        assert house.taken == ([] if rig.is_push else ["old"])
        if rig.is_push:
            assert house.watching.codes == {"outside_window": 2}

    play(story)


def test_an_envelope_sent_twice_is_a_replay_or_a_duplicate(play) -> None:
    """Its nonce is used; on a queue the same bytes are a redelivery."""

    async def story(house: House, rig: Rig) -> None:
        first = sealed(said("a-1"))
        await rig.send(first)
        await house.until_answered(1)
        house.trader.seen.clear()  # so that the id alone does not give it away
        await (rig.send(first) if rig.is_push else rig.send(sealed(said("a-2"))))
        await house.until_answered(2)

        assert house.watching.codes[("replayed" if rig.is_push else "accepted")] >= 1
        assert house.taken == (["a-1"] if rig.is_push else ["a-1", "a-2"])

    play(story)


def test_what_comes_while_the_run_is_not_ready_is_not_lost(play) -> None:
    """A push is told to come again; a queue keeps it."""

    async def story(house: House, rig: Rig) -> None:
        house.trader.is_ready = False
        envelope = sealed(said("a-1"))
        await rig.send(envelope)
        await house.until_answered(1)
        assert house.watching.answers[0][1].may_retry
        house.trader.is_ready = True
        if rig.is_push:
            await rig.send(envelope)
        await house.until_taken(1)

        assert house.taken == ["a-1"]
        assert house.letters.count == 0

    play(story)


def test_a_restart_in_the_middle_loses_nothing_and_doubles_nothing(play) -> None:
    """Some are decided, some are on their way, and some come afterwards."""

    async def story(house: House, rig: Rig) -> None:
        parts = [[sealed(said(f"{part}-{number}")) for number in range(50)] for part in "abc"]
        await rig.send(*parts[0])
        await house.until_taken(50)
        house.trader.is_ready = False
        await rig.send(*parts[1])
        await house.until_answered(60)
        await rig.restart()
        house.trader.is_ready = True
        await rig.send(*(parts[1] if rig.is_push else ()), *parts[2])
        await house.until_taken(150)

        assert len(house.taken) == len(set(house.taken)) == 150

    play(story)
