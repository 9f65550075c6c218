"""What may leave at the very last moment."""

from __future__ import annotations

import asyncio
from decimal import Decimal

from msgspec.structs import replace

from argonaut.domain.event import Condition
from argonaut.domain.mode import TradingMode
from argonaut.domain.order import Order, OrderRole, OrderType, Side
from argonaut.runtime.door import Door
from argonaut.runtime.recorder import Durable
from tests.execution.reconcile.two_sides import order_named
from tests.runtime.exchange import BTC
from tests.runtime.lives import Life, World, told

D = Decimal
ENTRY = order_named("trend-1-1-e", instrument_id=BTC)
EXIT = replace(ENTRY, role=OrderRole.EXIT, side=Side.SELL, order_type=OrderType.MARKET, price=None)


def door_of(life: Life) -> Door:
    return life.run.parts.outbox.door


def faults(door: Door, durable: Durable = Durable.JOURNAL) -> tuple[bool, bool]:
    """Whether an entry and an exit are kept back."""
    return bool(door.fault(ENTRY, durable)), bool(door.fault(EXIT, durable))


def test_an_entry_wants_the_journal_and_a_way_out_any_durable_place() -> None:
    """F03: out of a full disk there is a way, and in there is none."""

    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100")
            door = door_of(life)

            assert faults(door) == (False, False)
            assert faults(door, Durable.EMERGENCY) == (True, False)
            assert faults(door, Durable.NOWHERE) == (True, True)

    told(story)


def test_every_mode_but_active_keeps_entries_back() -> None:
    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100")
            life.run.command("pause", who="ann", reason="")
            assert faults(door_of(life)) == (True, False)
            life.run.command("halt", who="ann", reason="")
            assert faults(door_of(life)) == (True, False)

    told(story)


def test_a_cause_at_an_instrument_keeps_its_entries_back() -> None:
    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100")
            life.run.loop.feed(
                Condition(
                    event_ns=life.run.loop.now_ns(),
                    cause="residual",
                    mode=TradingMode.REDUCE_ONLY,
                    instrument_id=BTC,
                )
            )
            assert "residual" in door_of(life).limit(ENTRY)
            assert door_of(life).limit(EXIT) == ""

    told(story)


def test_behind_a_fence_nothing_leaves() -> None:
    """Another instance has the account: whatever we send is one too many (I24)."""

    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100")
            door_of(life).fence = "another instance"
            assert faults(door_of(life)) == (True, True)

    told(story)


def test_numbers_are_looked_at_once_more() -> None:
    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100")
            await asyncio.sleep(0)
            door = door_of(life)
            wrong: list[Order] = [
                replace(ENTRY, price=D(1_000)),
                replace(EXIT, quantity=D(-1)),
            ]

            assert [bool(door.fault(each, Durable.JOURNAL)) for each in wrong] == [True, True]

    told(story)
