"""What a run believes, and what it reads back about orders it has forgotten."""

from __future__ import annotations

from decimal import Decimal

from argonaut.domain.ids import ClientOrderId, VenueOrderId
from argonaut.domain.order import Filled, OrderRole, OrderStatus
from argonaut.runtime.belief import stored_order
from tests.runtime.exchange import BTC
from tests.runtime.lives import World, told

S = OrderStatus
D = Decimal


def test_a_forgotten_order_is_read_back_as_it_ended() -> None:
    """A month later its late execution still finds it."""

    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100", "100")
            life.run.feed(world.signal())
            await world.prices("100", "100")
            (entry,) = world.orders(OrderRole.ENTRY)
            name = entry.client_order_id
            kept = life.run.engine.desk.closed[name]

            assert stored_order(life.journal, name) == kept
            life.run.engine.desk.closed.clear()
            assert life.run.parts.belief.order(name) == kept
            assert life.run.parts.belief.order(ClientOrderId("web-1")) is None
            assert stored_order(life.journal, ClientOrderId("web-1")) is None

    told(story)


def test_an_execution_of_a_forgotten_order_told_again_changes_nothing_and_a_new_one_counts() -> (
    None
):
    """F08: duplicates are known for ever, and so is the order a late one belongs to."""

    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100", "100")
            life.run.feed(world.signal(order_type="limit", limit_price=99.0))
            await world.prices("100", "100")
            life.run.command("pause", who="ann", reason="")
            await world.prices("100", "100")
            (entry,) = world.orders(OrderRole.ENTRY)
            engine = life.run.engine
            engine.desk.closed.clear()
            late = Filled(
                client_order_id=entry.client_order_id,
                event_ns=life.run.loop.now_ns(),
                fill_id="late-1",  # type: ignore[arg-type]
                quantity=D("0.5"),
                price=D(99),
            )
            for _ in range(3):
                life.run.listener.on_event(late)
                engine.desk.closed.clear()

            assert engine.book.position(BTC).quantity == D("0.5")

    told(story)


def test_balances_are_what_the_venue_should_have() -> None:
    async def story(world: World) -> None:
        async with world.life() as life:
            belief = life.run.parts.belief
            assert belief.balances == {"USDT": D(10_000)}
            assert belief.held(BTC) == 0
            assert belief.order_at_venue(BTC, VenueOrderId("v9")) is None
            assert belief.is_ours(ClientOrderId("web-1")) is False

    told(story)


def test_an_earlier_process_has_sent_nothing_after_this_one_began() -> None:
    async def story(world: World) -> None:
        async with world.life() as life:
            belief = life.run.parts.belief
            assert belief.sent_by_ns(ClientOrderId("x")) <= life.run.clock.now_ns()

    told(story)
