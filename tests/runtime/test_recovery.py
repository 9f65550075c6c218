"""Killed anywhere, the next start ends where an uninterrupted run would have ended.

The scenario is cut off at every point where a crash leaves another state behind, and then again
during the recovery from that.
"""

from __future__ import annotations

import asyncio
import logging
from decimal import Decimal

import pytest

from argonaut.domain.event import DetectorSignal
from argonaut.domain.market import Bar
from argonaut.domain.mode import TradingMode
from argonaut.domain.order import OrderRole, OrderStatus
from argonaut.runtime.lease import KIND
from tests.runtime.exchange import BTC, LOST, UNANSWERED
from tests.runtime.lives import Crash, Life, Points, World, told

S = OrderStatus
MINUTE_NS = 60_000_000_000


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    """A crash in a callback is told by asyncio; here it is meant."""
    caplog.set_level(logging.CRITICAL, logger="asyncio")


class Scenario:
    """An entry with its stop, a resting entry that is taken out, and an exit."""

    def __init__(self, world: World, faults: tuple[str, ...] = ()) -> None:
        self.world = world
        self.faults = faults
        self.signals: list[DetectorSignal] = [
            world.signal(ttl_s=10_000.0),
            world.signal(ttl_s=10_000.0, order_type="limit", limit_price=98.0),
            world.signal(ttl_s=10_000.0, side="sell", intent="exit"),
        ]

    async def play(self, life: Life) -> None:
        """Play it once, as far as the process lives; signals come at least once."""
        world = self.world
        life.venue.faults.submits.extend(self.faults)
        await world.prices("100", "100")
        for signal in self.signals:
            if life.is_dead:
                return
            life.run.feed(signal)
            await world.prices("100", "100.5", every_s=0.1)
            if signal.order_type == "limit" and not life.is_dead:
                life.run.command("pause", who="ann", reason="think")
                life.run.command("resume", who="ann", reason="go on")
                await asyncio.sleep(0.1)
        await asyncio.sleep(3)


async def lived(world: World, scenario: Scenario, points: Points) -> Life:
    """Live through the scenario, or die on the way."""
    life = Life(world, points=points)
    try:
        await life.start()
        await scenario.play(life)
        if not life.is_dead:
            await life.stop()
    except Crash:
        assert life.is_dead
    if life.is_dead:
        await life.bury()
    return life


async def healthy(world: World, scenario: Scenario) -> None:
    """Go on in good health, and hold what must hold in the end."""
    async with world.life() as life:
        await scenario.play(life)
        await world.prices(*["100"] * 60)
        world.assert_agrees(life)
        world.assert_protected(life)
        assert not any(each.status is S.UNKNOWN for each in life.run.engine.desk.live.values())
        assert life.run.mode is TradingMode.ACTIVE
        assert not life.run.engine.routes[BTC].causes
    entries = world.orders(OrderRole.ENTRY)
    assert len(entries) <= 2, "two signals enter, each at most once"


def _points_of(faults: tuple[str, ...]) -> list[str]:
    points = Points()

    async def story(world: World) -> None:
        await lived(world, Scenario(world, faults), points)

    told(story)
    return points.seen


@pytest.mark.parametrize("faults", [(), (UNANSWERED,), (LOST,)], ids=["well", "unanswered", "lost"])
def test_a_crash_at_every_point_loses_and_doubles_nothing(faults: tuple[str, ...]) -> None:
    """F01: every commit, every request and every answer of the scenario is once the last thing."""
    points = _points_of(faults)
    assert len(points) > 30

    for at in range(len(points)):

        async def story(world: World, at: int = at) -> None:
            scenario = Scenario(world, faults)
            await lived(world, scenario, Points(at))
            await healthy(world, scenario)

        told(story)


def test_a_crash_during_the_recovery_from_a_crash_loses_and_doubles_nothing() -> None:
    """F01: recovery is cut off at each of its own points, and recovered from."""
    first = [at for at, name in enumerate(_points_of(())) if "leaves" in name or "answer" in name]

    for at in first[:6]:
        for again_at in range(12):

            async def story(world: World, at: int = at, again_at: int = again_at) -> None:
                scenario = Scenario(world)
                await lived(world, scenario, Points(at))
                await lived(world, scenario, Points(again_at))
                await healthy(world, scenario)

            told(story)


def test_recovered_ten_times_is_recovered_once() -> None:
    """Starts and stops with nothing in between leave the same state, ids and no corrections."""

    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100", "100")
            life.run.feed(world.signal())
            await world.prices("100", "100")
        arrived = list(world.exchange.submitted)
        saved = []
        for _ in range(10):
            async with world.life() as again:
                await asyncio.sleep(1)
                world.assert_agrees(again)
                state = again.run.engine.save()
                saved.append((state["book"], sorted(again.run.engine.desk.live)))

        assert all(each == saved[0] for each in saved)
        assert world.exchange.submitted == arrived
        assert world.rows("correction", "adjustment") == []

    told(story)


@pytest.mark.parametrize("after_s", [0.001, 1.0], ids=["untold", "told"])
def test_a_trader_that_never_lives_for_long_settles_its_doubts_all_the_same(after_s: float) -> None:
    """Died every few seconds, it once kept an order in doubt, and its instrument shut, for ever.

    The order may still arrive for some time: counted from the first start after its sender, not
    from each. The sender dies before or after it is told that nobody knows.
    """

    async def story(world: World) -> None:
        life = Life(world)
        await life.start()
        life.venue.faults.submits.append(LOST)
        await world.prices("100", "100")
        life.run.feed(world.signal())
        await asyncio.sleep(after_s)
        await life.crash()
        doubts: list[int] = []
        for _ in range(4):
            life = Life(world)
            await life.start()
            await asyncio.sleep(7)
            live = life.run.engine.desk.live.values()
            doubts.append(sum(each.status is S.UNKNOWN for each in live))
            await life.crash()

        assert doubts[0] == 1
        assert doubts[-1] == 0
        assert not world.exchange.orders

    told(story)


def test_each_start_writes_its_own_epoch_first() -> None:
    async def story(world: World) -> None:
        for _ in range(3):
            async with world.life():
                pass

        assert [row.subject for row in world.rows(KIND)] == ["qz1", "qz2", "qz3"]

    told(story)


def test_no_order_id_is_made_twice_over_restarts() -> None:
    """I02: the second start's first signal is not the first start's."""

    async def story(world: World) -> None:
        for _ in range(3):
            async with world.life() as life:
                await world.prices("100", "100")
                life.run.feed(
                    world.signal(order_type="limit", limit_price=98.0, notional=Decimal(100))
                )
                await world.prices("100", "100")

        assert len(set(world.exchange.submitted)) == len(world.exchange.submitted) == 3

    told(story)


def test_what_happened_while_it_was_down_is_found_before_anything_is_decided() -> None:
    """F18: an entry filled while nobody looked is protected before strategies run."""

    async def story(world: World) -> None:
        life = Life(world)
        await life.start()
        await world.prices("100", "100")
        life.run.feed(world.signal(order_type="limit", limit_price=98.0))
        await world.prices("100", "100")
        await life.crash()
        world.exchange.show("97.5")
        world.exchange.sim.deposit("USDT", world.exchange.price)
        await asyncio.sleep(3_600)

        async with world.life() as again:
            await asyncio.sleep(0.1)  # one journey to the exchange and back
            world.assert_protected(again)
            await asyncio.sleep(20)
            world.assert_agrees(again)

    told(story)


def test_the_first_day_begins_with_what_the_account_has() -> None:
    async def story(world: World) -> None:
        world.exchange.sim.deposit("BTC", world.exchange.price / 100)
        async with world.life() as life:
            world.assert_agrees(life)
        assert [row.subject for row in world.rows("deposit")] == ["BTC", "USDT"]
        async with world.life() as again:
            world.assert_agrees(again)
        assert len(world.rows("deposit")) == 2

    told(story)


def test_a_venue_that_is_away_is_waited_for() -> None:
    async def story(world: World) -> None:
        life = Life(world)
        life.venue.faults.unreachable = 5
        await life.start()
        await life.stop()

        assert life.run.recovery.epoch == "qz1"

    told(story)


def test_a_venue_that_answers_nothing_keeps_strategies_waiting() -> None:
    """Half an answer is not enough to risk money on."""

    async def story(world: World) -> None:
        life = Life(world)
        life.venue.faults.silent = True
        starting = asyncio.ensure_future(life.start())
        await asyncio.sleep(100)
        assert not life.run.is_ready
        life.venue.faults.silent = False
        await starting
        assert life.run.mode is TradingMode.ACTIVE
        await life.stop()

    told(story)


def past_of(world: World) -> list[Bar]:
    """The four hundred minutes before now."""
    now_ns = world.clock.wall_ns() // MINUTE_NS * MINUTE_NS
    return [
        Bar(
            BTC,
            MINUTE_NS,
            now_ns - number * MINUTE_NS,
            open=100.0,
            high=101.0,
            low=99.0,
            close=100.0 + number % 7,
            volume=5.0,
        )
        for number in range(400, 0, -1)
    ]


def test_the_scanner_has_measured_its_window_when_the_run_is_ready() -> None:
    """A day without entries after each start would be the rule, not the exception."""

    async def story(world: World) -> None:
        world.exchange.past = past_of(world)
        async with world.life() as life:
            scanner = life.run.engine.account.scanner
            assert scanner is not None
            (meter,) = scanner.save()["meters"].values()
            assert len(meter["bars"]) == 25
            assert meter["atr"]["state"]["value"] is not None
            assert scanner.shortlist is None

    told(
        story,
        data=[{"instrument": "BTC/USDT", "kind": "bars", "timeframe": "1m"}],
        universe={"scanner": {"enabled": True, "timeframe": "15m", "window_bars": 24}},
    )


def test_indicators_are_warm_when_the_run_is_ready() -> None:
    """A trend over fifty bars is known from the first minute on, and no old bar is traded on."""
    momentum = {
        "id": "momentum",
        "class": "argonaut.strategies.momentum.Momentum",
    }

    async def story(world: World) -> None:
        world.exchange.past = past_of(world)
        async with world.life() as life:
            (strategy,) = life.run.engine.strategies()
            warm = [
                getattr(each.indicator, name) is not None
                for each in strategy.declared
                for name in each.indicator.outputs
            ]
            assert warm
            assert all(warm)
        assert world.rows("decision", "skip") == []

    told(
        story,
        strategies=[momentum],
        data=[{"instrument": "BTC/USDT", "kind": "bars", "timeframe": "1m"}],
    )
