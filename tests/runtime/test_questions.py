"""Rounds of questions: all asked, all with an end."""

from __future__ import annotations

import asyncio

from argonaut.domain.ids import InstrumentId
from argonaut.domain.venue_view import NoAnswer, NotFound, VenueOrder
from argonaut.runtime.questions import ANSWER_S, answered, ask_round, is_full
from tests.runtime.exchange import BTC
from tests.runtime.lives import World, told
from tests.runtime.virtual import in_virtual_time


def test_no_answer_in_time_and_a_bug_are_no_answer() -> None:
    """One question that hangs must not keep the others from being heard."""

    async def story() -> None:
        async def endless() -> int:
            await asyncio.sleep(10 * ANSWER_S)
            return 1

        async def broken() -> int:
            raise KeyError("unexpected field")

        async def quick() -> int:
            return 7

        assert isinstance(await answered(endless(), "balances"), NoAnswer)
        assert isinstance(await answered(broken(), "balances"), NoAnswer)
        assert await answered(quick(), "balances") == 7

    in_virtual_time(story())


def test_a_round_asks_for_everything_and_looks_up_what_no_list_has() -> None:
    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100", "100")
            life.run.feed(world.signal())
            await world.prices("100", "100")
            belief = life.run.parts.belief
            (stop,) = belief.live
            said = await ask_round(life.venue, belief, asked_ns=1, since_ns=0)
            assert is_full(said, belief)
            assert said.open_orders is not None
            assert [each.client_order_id for each in said.open_orders] == [stop]
            assert (len(said.fills[BTC]), said.found) == (1, {})

            life.venue.faults.hidden.add(stop)
            said = await ask_round(life.venue, belief, asked_ns=1, since_ns=0)
            assert said.open_orders == ()
            assert isinstance(said.found[stop], NotFound)

    told(story)


def test_a_silent_venue_makes_no_round() -> None:
    async def story(world: World) -> None:
        async with world.life() as life:
            life.venue.faults.silent = True
            belief = life.run.parts.belief
            said = await ask_round(life.venue, belief, asked_ns=1, since_ns=0)

            assert (said.open_orders, said.balances, said.fills) == (None, None, {})
            assert not is_full(said, belief)
            life.venue.faults.silent = False

    told(story)


def test_a_suspect_is_looked_up_by_the_venue_s_id_in_the_name_of_an_order_in_doubt() -> None:
    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100", "100")
            life.run.feed(world.signal())
            await world.prices("100", "100")
            world.exchange.trade_by_hand("web-1", "0.5")
            number = world.exchange.orders["web-1"].venue_order_id  # type: ignore[index]
            assert number is not None
            suspect = (BTC, number)
            belief = life.run.parts.belief
            said = await ask_round(life.venue, belief, asked_ns=1, since_ns=0, probe=(suspect,))
            assert said.probed == {}, "no order of ours is in doubt"

            life.venue.faults.submits.append("lost")
            life.run.feed(world.signal())
            await asyncio.sleep(3)
            elsewhere = (InstrumentId("ETH/USDT@memory"), number)
            probe = (elsewhere, suspect)
            said = await ask_round(life.venue, belief, asked_ns=1, since_ns=0, probe=probe)
            assert list(said.probed) == [suspect], "no order in doubt could be the other"
            found = said.probed[suspect]
            assert isinstance(found, VenueOrder)
            assert found.client_order_id == "web-1"

    told(story)
