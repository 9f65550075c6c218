"""What leaves, when, and in which order."""

from __future__ import annotations

import asyncio

from argonaut.domain.event import Event
from argonaut.domain.ids import ClientOrderId
from argonaut.domain.order import OrderRole, OutcomeUnknown, Rejected, Side
from argonaut.ports import NOT_SENT
from argonaut.runtime.outbox import Outbox
from argonaut.runtime.recorder import Durable
from argonaut.runtime.tasks import Tasks
from tests.execution.reconcile.two_sides import order_named
from tests.runtime.exchange import BTC, DIALS, RAISES
from tests.runtime.lives import Life, World, told


class Ears:
    """Hears what an outbox learns."""

    def __init__(self) -> None:
        self.heard: list[Event] = []
        self.watched: list[str] = []
        self.commits: list[Durable] = []

    def hear(self, event: Event) -> None:
        self.heard.append(event)

    def watch(self, client_order_id: ClientOrderId) -> None:
        self.watched.append(client_order_id)

    def on_commit(self, durable: Durable) -> None:
        self.commits.append(durable)


def outbox_of(life: Life, ears: Ears) -> tuple[Outbox, Tasks]:
    """An outbox beside the run's own, so that the engine knows nothing of it."""
    tasks = Tasks(lambda error: None)
    door = life.run.parts.outbox.door
    run = life.run
    return Outbox(run.venue, run.recorder, tasks, run.clock, door=door, hears=ears), tasks


def test_one_turn_shares_one_commit_and_cancels_leave_first() -> None:
    """What takes risk out is never behind what takes it on."""
    entry = order_named("trend-1-1-e", instrument_id=BTC)
    stop = order_named("trend-1-1-x", instrument_id=BTC, role=OrderRole.EXIT, side=Side.SELL)
    old = order_named("trend-1-0-e", instrument_id=BTC)

    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100")
            ears = Ears()
            outbox, tasks = outbox_of(life, ears)
            outbox.submit(entry)
            outbox.submit(stop)
            outbox.cancel(old)
            await asyncio.sleep(0)
            names = [each.get_name() for each in tasks._running]
            await tasks.settle(1)

            assert len(ears.commits) == 1
            assert names == ["cancel trend-1-0-e", "send trend-1-1-x", "send trend-1-1-e"]
            assert ears.watched[:2] == [stop.client_order_id, entry.client_order_id]

    told(story)


def test_an_order_that_is_canceled_before_it_left_never_leaves() -> None:
    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100")
            ears = Ears()
            outbox, tasks = outbox_of(life, ears)
            order = order_named("trend-1-1-e", instrument_id=BTC)
            outbox.submit(order)
            outbox.cancel(order)
            await tasks.settle(1)
            await asyncio.sleep(1)

            assert world.exchange.submitted == []
            (told_,) = ears.heard
            assert isinstance(told_, Rejected)
            assert told_.code == NOT_SENT

    told(story)


def test_an_entry_stays_when_a_kill_comes_while_its_connection_is_made() -> None:
    """I14: what was handed to the adapter and has not left is asked about once more."""

    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100")
            ears = Ears()
            outbox, tasks = outbox_of(life, ears)
            life.venue.faults.submits.append(DIALS)
            outbox.submit(order_named("trend-1-1-e", instrument_id=BTC))
            await asyncio.sleep(1)
            life.run.command("halt", who="operator", reason="test")
            await tasks.settle(60)

            (told_,) = ears.heard
            assert isinstance(told_, Rejected)
            assert told_.code == NOT_SENT
            assert world.exchange.known() == []

    told(story)


def test_a_bug_in_an_adapter_makes_the_outcome_unknown() -> None:
    """F12: whatever is raised, the order may be there."""

    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100")
            ears = Ears()
            outbox, tasks = outbox_of(life, ears)
            life.venue.faults.submits.append(RAISES)
            outbox.submit(order_named("trend-1-1-e", instrument_id=BTC))
            await asyncio.sleep(0)
            await tasks.settle(1)

            (told_,) = ears.heard
            assert isinstance(told_, OutcomeUnknown)
            assert "RuntimeError" in told_.reason

    told(story)


def test_the_time_an_order_left_is_kept_while_it_lives() -> None:
    """The lateness bound is counted from then on."""

    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100")
            outbox, tasks = outbox_of(life, Ears())
            order = order_named("trend-1-1-e", instrument_id=BTC)
            name = order.client_order_id
            assert outbox.sent_by_ns(name) is None
            outbox.submit(order)
            await asyncio.sleep(0)
            await tasks.settle(1)

            assert outbox.sent_by_ns(name) is not None
            outbox.keep_only({name: order})
            assert outbox.sent_by_ns(name) is not None
            assert len(outbox) == 1
            outbox.keep_only({})
            assert len(outbox) == 0
            assert outbox.sent_by_ns(name) is None

    told(story)
