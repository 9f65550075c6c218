"""From the door to the engine and back, and nothing is answered before it is durable."""

import asyncio
from decimal import Decimal

from argonaut.feeds.detectors.answer import Answer
from argonaut.feeds.detectors.door import Arrival
from argonaut.feeds.detectors.intake import Fate
from tests.feeds.detectors.house import BTC, House, said, sealed


def arrival(*names, **more):
    return [Arrival.of(sealed(said(name, **more)), "python", is_push=True) for name in names]


def heard(house, arrivals):
    """Every answer, in the order of the arrivals, all offered in one turn."""

    async def whole():
        return await asyncio.gather(*(house.intake.send(each) for each in arrivals))

    return asyncio.run(asyncio.wait_for(whole(), 10))


def code(told):
    assert isinstance(told, Answer)
    return told.code


def test_a_signal_is_fed_on_the_time_of_the_run_as_old_as_it_is():
    """A tape plays 2021; a signal sent a second ago is a second old there too."""
    house = House()
    house.trader.fixed_ns = 1_621_425_600_000_000_000
    house.trader.tape_row = 5

    heard(house, [Arrival.of(sealed(said("a"), age_s=1.0), "python", is_push=True)])

    (signal,) = house.trader.taken
    assert signal.event_ns == 1_621_425_600_000_000_000
    assert signal.sent_ns is not None
    assert 0.9e9 < signal.event_ns - signal.sent_ns < 2e9
    assert signal.tape_row == 5


def test_the_same_signal_twice_in_one_turn_is_taken_once():
    house = House()

    answers = heard(house, arrival("a", "a", "b"))

    assert [each.answer for each in answers] == ["accepted", "duplicate", "accepted"]
    assert answers[1].detail == "scanner sent a before; it was accepted"
    assert house.taken == ["a", "b"]


def test_what_is_not_durable_was_not_taken_and_may_come_again():
    """A broker must not be told to forget what a crash would lose."""
    house = House()
    house.trader.is_durable = False

    answers = heard(house, arrival("a", "a"))

    assert [each.code for each in answers] == ["not_ready", "not_ready"]


def test_a_storm_sheds_entries_and_tells_each_of_them():
    house = House(queue_max=10)

    answers = heard(house, arrival(*(f"e-{n}" for n in range(100))) + arrival("x", intent="exit"))

    codes = house.watching.codes
    assert codes == {"accepted": 10, "shed": 91}
    assert answers[-1].answer == "accepted"
    assert len(house.intake) == 0
    assert house.letters.count == 0  # they may come again


def test_who_waits_when_the_run_ends_is_told_so():
    house = House()

    async def whole():
        waiting = [asyncio.ensure_future(house.intake.send(each)) for each in arrival("a", "b")]
        await asyncio.sleep(0)
        house.intake.close()
        late = await house.intake.send(*arrival("c"))
        return [*await asyncio.gather(*waiting), late]

    assert [each.code for each in asyncio.run(whole())] == ["not_ready"] * 3


def test_a_sender_may_ask_what_became_of_its_signal():
    house = House()
    heard(house, arrival("a"))
    question = Arrival.of(sealed(b"GET /v1/signals/a"), "http", is_push=True)

    fate = house.intake.fate(question, "", "a")

    assert isinstance(fate, Fate)
    assert fate.answer.answer == "accepted"
    assert code(house.intake.fate(question, "", "b")) == "unknown_signal"
    forged = Arrival.of(b"GET /v1/signals/a", "http", is_push=True)
    assert code(house.intake.fate(forged, "scanner", "a")) == "bad_envelope"


def test_an_auto_that_closes_a_holding_is_an_exit():
    house = House(queue_max=1)
    house.trader.held[BTC, "sell"] = Decimal(1)

    heard(house, arrival("close", side="sell") + arrival("e-1", "e-2"))

    assert "close" in house.taken
