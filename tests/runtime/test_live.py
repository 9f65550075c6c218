"""A live run against an exchange in memory, in virtual time: what goes wrong, and what it costs."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from decimal import Decimal

import pytest

from argonaut.domain.ids import StrategyId
from argonaut.domain.mode import TradingMode
from argonaut.domain.order import Order, OrderRole, OrderStatus, OrderType, Report
from argonaut.domain.record import ModeChanged
from argonaut.engine.ids import order_id, signal_id
from argonaut.journal.body import body_of
from argonaut.runtime.lease import epoch_text
from tests.runtime.exchange import (
    BTC,
    LATENESS_NS,
    LOST,
    RAISES,
    REFUSED,
    UNANSWERED,
    UNSENT,
)
from tests.runtime.lives import Life, World, entered, told

S = OrderStatus
D = Decimal
SECOND_NS = 1_000_000_000


def test_a_signal_becomes_a_protected_position() -> None:
    """The whole way: signal, intent, order, execution, stop at the venue."""

    async def story(world: World) -> None:
        async with world.life() as life:
            await entered(world, life)

            assert world.exchange.balances["BTC"] > 0
            world.assert_protected(life)
            world.assert_agrees(life)

    told(story)


def test_an_intent_is_durable_before_its_order_arrives() -> None:
    """I01: whatever arrives at the venue has a row on disk already."""

    async def story(world: World) -> None:
        async with world.life() as life:
            arrived: list[bool] = []
            submit = world.exchange.submit

            def spied(order: Order) -> Sequence[Report]:
                rows = list(life.journal.order_rows(order.client_order_id))
                arrived.append(bool(rows))
                return submit(order)

            world.exchange.submit = spied  # type: ignore[method-assign]
            await entered(world, life)

            assert arrived
            assert all(arrived)

    told(story)


@pytest.mark.parametrize("fault", [UNANSWERED, RAISES, LOST, REFUSED, UNSENT])
def test_an_order_is_sent_once_whatever_is_answered(fault: str) -> None:
    """F10 and F11: no outcome makes a second order of one wish."""

    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100", "100")
            life.venue.faults.submits.append(fault)
            life.run.feed(world.signal())
            await world.prices(*["100"] * 60)

            arrived = [each for each in world.exchange.submitted if each.endswith("-e")]
            assert len(arrived) == (1 if fault == UNANSWERED else 0)
            world.assert_agrees(life)
            world.assert_protected(life)
            assert not life.run.engine.routes[BTC].causes
            assert life.is_in(TradingMode.ACTIVE)

    told(story)


def test_an_order_that_never_arrived_is_given_up_after_the_bound() -> None:
    """F11: within the lateness bound and ten seconds, and with the evidence in the journal."""

    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100", "100")
            life.venue.faults.submits.append(LOST)
            life.run.feed(world.signal())
            sent_ns = world.clock.wall_ns()
            await asyncio.sleep(0.5 + LATENESS_NS / SECOND_NS)
            assert life.run.engine.desk.live, "nobody knows yet"
            await asyncio.sleep(10)

            assert not life.run.engine.desk.live
            row = next(each for each in life.journal.rows() if each.kind == "correction")
            assert b'"absent"' in row.payload
            assert row.event_ns - sent_ns <= LATENESS_NS + 10 * SECOND_NS

    told(story)


def test_an_answer_that_was_lost_is_found_within_a_second() -> None:
    """F10: the position is protected long before anything would be sent again."""

    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100", "100")
            life.venue.faults.submits.append(UNANSWERED)
            world.exchange.drops = 2
            life.run.feed(world.signal())
            await asyncio.sleep(1.0)

            assert life.run.engine.book.position(BTC).quantity > 0
            await asyncio.sleep(3.0)
            world.assert_protected(life)
            world.assert_agrees(life)

    told(story)


def test_a_single_lost_execution_is_found_within_thirty_seconds() -> None:
    """F07: the stream is healthy, one frame of it is missing."""

    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100", "100")
            life.run.feed(world.signal(order_type="limit", limit_price=99.0))
            await world.prices("100", "100")
            world.exchange.drops = 1
            await world.prices("98")
            assert life.run.engine.book.position(BTC).quantity == 0
            await asyncio.sleep(30)

            assert life.run.engine.book.position(BTC).quantity > 0
            world.assert_protected(life)
            world.assert_agrees(life)

    told(story)


def test_an_execution_that_crosses_its_cancel_counts() -> None:
    """F15: the cancel was asked for, the fill was there first."""

    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100", "100")
            life.run.feed(world.signal(order_type="limit", limit_price=99.0))
            await world.prices("100", "100")
            life.run.command("pause", who="ann", reason="lunch")
            world.exchange.show("98")
            await asyncio.sleep(2)

            assert life.run.engine.book.position(BTC).quantity > 0
            world.assert_protected(life)
            world.assert_agrees(life)

    told(story)


def test_a_cancel_without_an_answer_is_looked_up_and_asked_again() -> None:
    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100", "100")
            life.run.feed(world.signal(order_type="limit", limit_price=99.0))
            await world.prices("100", "100")
            life.venue.faults.cancels.extend([LOST, RAISES])
            life.run.command("pause", who="ann", reason="lunch")
            await asyncio.sleep(20)

            assert not life.run.engine.desk.live
            world.assert_agrees(life)

    told(story)


def test_a_kill_keeps_back_what_was_decided_and_has_not_left() -> None:
    """F46: the order waits for its commit in the very turn in which somebody presses kill."""

    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100", "100")
            life.run.feed(world.signal())
            life.run.command("halt", who="ann", reason="stop it")
            await asyncio.sleep(5)

            assert world.exchange.submitted == []
            assert not life.run.engine.desk.live
            assert life.is_in(TradingMode.KILLED)

    told(story)


def test_a_kill_takes_entries_out_and_leaves_stops() -> None:
    """I14: nothing new, and what is held stays protected."""

    async def story(world: World) -> None:
        async with world.life() as life:
            await entered(world, life)
            life.run.feed(world.signal(order_type="limit", limit_price=98.0))
            await world.prices("100", "100")
            life.run.command("halt", who="ann", reason="stop it")
            await asyncio.sleep(2)
            life.run.feed(world.signal())
            await asyncio.sleep(2)

            assert [each.status for each in world.orders(OrderRole.ENTRY)] == [S.FILLED, S.CANCELED]
            world.assert_protected(life)

        async with world.life() as again:
            assert again.run.mode is TradingMode.KILLED, "the latch survives"
            again.run.feed(world.signal())
            await world.prices("100", "100")
            assert len(world.orders(OrderRole.ENTRY)) == 2

    told(story)


def test_a_kill_is_over_when_a_person_rearms_and_resumes_after_a_restart_too() -> None:
    """The way back is the journal's, too: what was said last holds at the next start."""

    async def story(world: World) -> None:
        async with world.life() as life:
            life.run.command("halt", who="ann", reason="stop it")

        async with world.life() as again:
            again.run.command("resume", who="bob", reason="by mistake")
            assert again.is_in(TradingMode.KILLED)
            again.run.command("rearm", who="ann", reason="looked at it")
            assert again.is_in(TradingMode.NO_NEW_RISK)
            again.run.command("resume", who="ann", reason="go on")

        async with world.life() as third:
            assert third.run.mode is TradingMode.ACTIVE
            await entered(world, third)

    told(story)


def test_everything_can_be_closed_after_a_kill() -> None:
    async def story(world: World) -> None:
        async with world.life() as life:
            await entered(world, life)
            life.run.command("halt", who="ann", reason="stop it")
            life.run.command("flatten", who="ann", reason="out")
            await world.prices(*["100"] * 10)

            assert life.run.engine.book.position(BTC).quantity == 0
            world.assert_agrees(life)

    told(story)


def test_a_deposit_and_a_withdrawal_are_the_owner_s() -> None:
    """F31: no profit, no drawdown, and booked within thirty seconds."""

    async def story(world: World) -> None:
        async with world.life() as life:
            await entered(world, life)
            world.exchange.sim.deposit("USDT", D(-4_000))
            await asyncio.sleep(30)

            world.assert_agrees(life)
            assert life.run.engine.account.equity_tracker.drawdown_fraction < 0.01
            assert [row.subject for row in life.journal.rows() if row.kind == "adjustment"] == [
                "USDT"
            ]
            assert life.is_in(TradingMode.ACTIVE)
            assert not life.run.engine.routes[BTC].causes

    told(story)


def test_a_trade_by_hand_is_adjusted_and_no_strategy_s() -> None:
    async def story(world: World) -> None:
        async with world.life() as life:
            await entered(world, life)
            held = life.run.engine.book.position(BTC).quantity
            world.exchange.trade_by_hand("web-1", "0.5")
            await asyncio.sleep(30)

            assert life.run.engine.book.position(BTC).quantity == held
            world.assert_agrees(life)

    told(story)


def test_an_order_by_hand_is_told_and_left_alone() -> None:
    async def story(world: World) -> None:
        async with world.life() as life:
            await entered(world, life)
            world.exchange.trade_by_hand("web-1", "0.5", order_type=OrderType.LIMIT, price=D(50))
            await asyncio.sleep(40)

            rows = [row for row in life.journal.rows() if row.kind == "foreign"]
            assert len(rows) == 1
            (by_hand,) = [
                each for each in world.exchange.orders.values() if each.client_order_id == "web-1"
            ]
            assert by_hand.status is S.ACCEPTED
            assert life.is_in(TradingMode.ACTIVE)

    told(story)


def test_an_order_of_a_later_start_of_this_journal_stops_every_send() -> None:
    """F30: two machines with one journal; the older sends nothing more."""

    async def story(world: World) -> None:
        async with world.life() as life:
            await entered(world, life)
            name = _id_of(number=99)
            world.exchange.trade_by_hand(
                name,
                "0.5",
                order_type=OrderType.LIMIT,
                price=D(50),
            )
            await asyncio.sleep(20)
            before = len(world.exchange.submitted)
            life.run.feed(world.signal())
            life.run.command("flatten", who="ann", reason="panic")
            await asyncio.sleep(5)

            assert len(world.exchange.submitted) == before
            assert life.run.parts.outbox.door.fence
            assert life.run.mode >= TradingMode.NO_NEW_RISK

    told(story)


def _id_of(*, number: int) -> str:
    return order_id(signal_id(StrategyId("detector"), epoch_text("qz", number), 1), "e")


def test_a_signal_sent_again_has_one_effect_even_after_a_restart() -> None:
    """F21: at least once in, exactly once done."""

    async def story(world: World) -> None:
        signal = world.signal()
        async with world.life() as life:
            await world.prices("100", "100")
            life.run.feed(signal)
            life.run.feed(signal)
            await world.prices("100", "100")
        async with world.life() as again:
            await world.prices("100", "100")
            again.run.feed(signal)
            await world.prices("100", "100")

        assert len(world.orders(OrderRole.ENTRY)) == 1

    told(story)


def test_market_data_from_the_future_is_not_shown_to_anybody() -> None:
    """I22: one wrong timestamp would age every other price."""

    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100")
            now_ns = life.run.engine.now_ns
            world.clock.step_ns = 3_600 * SECOND_NS
            await world.prices("500")
            world.clock.step_ns = 0

            assert life.run.loop.dropped == 1
            assert life.run.engine.routes[BTC].price == pytest.approx(100)
            assert life.run.engine.now_ns < now_ns + 60 * SECOND_NS

    told(story)


def test_a_bug_ends_the_run_and_is_raised() -> None:
    """I28: a broken sum is not traded on."""

    async def story(world: World) -> None:
        life = Life(world)
        await life.start()
        await world.prices("100")

        def broken(*_: object) -> None:
            raise AssertionError("postings do not cancel")

        life.run.engine._on_quote = broken  # type: ignore[method-assign, assignment]
        life.run.engine._handlers = dict.fromkeys(life.run.engine._handlers, broken)
        await world.prices("100", "100")
        with pytest.raises(AssertionError, match="do not cancel"):
            await life.stop()

        assert world.exchange.listeners == []

    told(story)


def test_a_stop_during_recovery_is_obeyed() -> None:
    """SIGTERM while the venue is down must not hang."""

    async def story(world: World) -> None:
        life = Life(world)
        life.venue.faults.unreachable = 1_000_000
        starting = asyncio.ensure_future(life.start())
        await asyncio.sleep(100)
        life.run.stop()
        await starting
        await life.stop()

        assert not life.run.is_ready

    told(story)


def test_what_comes_before_the_run_is_ready_waits_for_it() -> None:
    async def story(world: World) -> None:
        life = Life(world)
        life.venue.faults.unreachable = 3
        starting = asyncio.ensure_future(life.start())
        life.run.feed(world.signal(ttl_s=100.0))
        await starting
        await world.prices("100", "100")
        life.run.feed(world.signal())
        await world.prices("100", "100")
        await life.stop()

        rows = world.rows("signal")
        assert len(rows) == 2

    told(story)


def test_modes_are_journaled_on_the_way_up() -> None:
    async def story(world: World) -> None:
        async with world.life():
            pass
        modes = [body_of(row) for row in world.rows("mode")]

        assert [each.mode for each in modes if isinstance(each, ModeChanged)] == [
            "RECOVERING",
            "ACTIVE",
        ]

    told(story)
