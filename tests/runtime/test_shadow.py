"""What is on trial in a live run: beside the account, over restarts, and never in its way."""

from __future__ import annotations

import logging
from decimal import Decimal
from typing import Any

import pytest

from argonaut.domain.ids import StrategyId
from argonaut.domain.mode import TradingMode
from argonaut.domain.record import SHADOW
from tests.runtime.exchange import BTC
from tests.runtime.lives import LIVE, Crash, Life, Points, World, told

DETECTOR = LIVE["strategies"][0]
TRIAL: dict[str, Any] = {
    "strategies": [
        {**DETECTOR, "id": "real", "params": {"stop_fraction": 0.05, "sources": ["real"]}},
        {
            **DETECTOR,
            "id": "trial",
            "dry_run": True,
            "params": {"stop_fraction": 0.05, "target_fraction": 0.05, "sources": ["trial"]},
        },
    ],
    "venue": {**LIVE["venue"], "latency": {"class": "FixedLatency", "params": {"ms": 0}}},
}
TRAILING = {
    **TRIAL,
    "strategies": [
        TRIAL["strategies"][0],
        {**TRIAL["strategies"][1], "class": "tests.runtime.trailing.TrailingDetector"},
    ],
}
ALONE = {**TRIAL, "strategies": TRIAL["strategies"][1:]}


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    """A crash in a callback is told by asyncio; here it is meant."""
    caplog.set_level(logging.CRITICAL, logger="asyncio")


def held(life: Life) -> Decimal:
    """What the strategy on trial holds in theory."""
    assert life.run.shadow is not None
    return life.run.shadow.engine.book.holding(StrategyId("trial"), BTC).quantity


def kept(life: Life) -> dict[str, Any]:
    """What a restart must not lose."""
    assert life.run.shadow is not None
    engine = life.run.shadow.engine
    return {
        "balances": engine.book.balances,
        "held": held(life),
        "orders": {name: (each.leaves, each.trigger_price or each.price)
                   for name, each in engine.desk.live.items()},
        "venue": {asset: each for asset, each in life.run.shadow.venue.balances.items() if each},
    }  # fmt: skip


async def on_trial(world: World, life: Life, side: str = "buy", **fields: Any) -> None:
    """Send a signal that only the strategy on trial takes, and let everything settle."""
    await world.prices("100", "100")
    life.run.feed(world.signal(side, source="trial", **fields))
    await world.prices("100", "100")


def test_a_strategy_on_trial_holds_in_theory_and_the_venue_never_hears_of_it() -> None:
    async def story(world: World) -> None:
        async with world.life() as life:
            before = dict(world.exchange.balances)
            await on_trial(world, life)

            assert held(life) > 0
            assert len(kept(life)["orders"]) == 2
            assert world.exchange.submitted == []
            assert world.exchange.balances == before
            world.assert_agrees(life)
            assert kept(life)["venue"] == kept(life)["balances"]

    told(story, **TRIAL)


@pytest.mark.parametrize(("price", "wins"), [("94", False), ("106", True)])
def test_its_stop_and_target_really_exit(price: str, wins: bool) -> None:
    async def story(world: World) -> None:
        async with world.life() as life:
            await on_trial(world, life)
            await world.prices(price, price, price)

            assert held(life) == 0
            trips = life.run.shadow_log.round_trips
            assert [trip.pnl > 0 for trip in trips] == [wins]
            assert life.run.log.fills == 0

    told(story, **TRIAL)


def test_a_signal_on_trial_goes_to_a_twin_and_wakes_the_shadow() -> None:
    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100", "100")
            assert life.run.shadow is not None
            assert not life.run.shadow.mirror.is_awake
            life.run.feed(world.signal(dry_run=True))
            await world.prices("100", "100")

            twin = StrategyId("detector")
            assert life.run.shadow.engine.book.holding(twin, BTC).quantity > 0
            assert world.exchange.submitted == []
        assert len(world.rows("signal")) == 1

    told(story)


def test_where_nothing_is_on_trial_no_row_is_written() -> None:
    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100", "100")
            life.run.feed(world.signal())
            await world.prices("100", "100")
        assert not [row for row in world.rows() if row.kind.startswith(SHADOW)]

    told(story)


@pytest.mark.parametrize("end", ["crash", "stop"])
def test_a_restart_finds_the_same_shadow(end: str) -> None:
    """Positions, stops, targets and money in theory; and the stop still exits."""

    async def story(world: World) -> None:
        life = Life(world)
        await life.start()
        await on_trial(world, life)
        before = kept(life)
        await (life.crash() if end == "crash" else life.stop())
        async with world.life() as again:
            assert kept(again) == before
            await world.prices("100", "94", "94", "94")
            assert held(again) == 0
            assert len(again.run.shadow_log.round_trips) == 1
            balances = kept(again)["balances"]
            assert balances == kept(again)["venue"]
        async with world.life() as third:
            assert kept(third)["balances"] == balances

    told(story, **TRIAL)


def trigger(life: Life) -> Decimal:
    """Where the simulated venue has the one stop of the trial."""
    assert life.run.shadow is not None
    (stop,) = life.run.shadow.venue.working[BTC].orders.values()
    assert stop.trigger is not None
    return stop.trigger


@pytest.mark.parametrize("end", ["crash", "stop"])
def test_a_restart_finds_a_trailing_stop_where_the_trail_had_taken_it(end: str) -> None:
    """What was won in theory before a restart is not given back because of it."""

    async def story(world: World) -> None:
        life = Life(world)
        await life.start()
        await on_trial(world, life)
        await world.prices("104", "108", "110", "108")
        before = trigger(life)
        assert before == Decimal("104.5")
        await (life.crash() if end == "crash" else life.stop())
        async with world.life() as again:
            assert trigger(again) == before
            await world.prices("108", "112", "110")
            assert trigger(again) > before
            await world.prices("106", "106")
            assert held(again) == 0
            assert [trip.pnl > 0 for trip in again.run.shadow_log.round_trips] == [True]

    told(story, **TRAILING)


class Scenario:
    """In and out in theory, with an entry that waits in between."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.signals = [
            world.signal(source="trial", ttl_s=10_000.0),
            world.signal(source="trial", ttl_s=10_000.0, order_type="limit", limit_price=98.0),
            world.signal(source="trial", side="sell", intent="exit", ttl_s=10_000.0),
        ]

    async def play(self, life: Life) -> None:
        await self.world.prices("100", "100")
        for signal in self.signals:
            if life.is_dead:
                return
            life.run.feed(signal)
            await self.world.prices("100", "100.5", every_s=0.1)
        await self.world.prices("100", "100", every_s=0.1)


def _points() -> int:
    """Return at how many places the scenario can be cut off."""
    seen: list[str] = []

    async def story(world: World) -> None:
        points = Points()
        async with world.life(points=points) as life:
            await Scenario(world).play(life)
        seen.extend(points.seen)

    told(story, **ALONE)
    return len(seen)


def test_killed_anywhere_it_ends_where_it_would_have_ended() -> None:
    """Signals come at least once; positions, orders and both ledgers of the shadow agree."""
    for point in range(_points()):

        async def story(world: World, point: int = point) -> None:
            scenario = Scenario(world)
            life = Life(world, points=Points(point))
            try:
                await life.start()
                await scenario.play(life)
                if not life.is_dead:
                    await life.stop()
            except Crash:
                pass
            if life.is_dead:
                await life.bury()
            async with world.life() as again:
                await scenario.play(again)
                assert held(again) == 0, point
                shadow = again.run.shadow
                assert shadow is not None
                shadow.engine.book.check()
                assert kept(again)["balances"] == kept(again)["venue"], point
                assert not shadow.engine.desk.live, point
            assert world.exchange.submitted == []

        told(story, **ALONE)


def test_a_person_who_halts_the_bot_halts_what_is_on_trial() -> None:
    async def story(world: World) -> None:
        async with world.life() as life:
            await world.prices("100", "100")
            life.run.command("halt", who="ann", reason="stop")
            assert life.run.shadow is not None

            assert life.run.shadow.engine.account.mode is TradingMode.KILLED

    told(story, **TRIAL)


def test_what_breaks_on_trial_is_left_alone_and_the_account_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A bug in theory must never stop real protection."""

    async def story(world: World) -> None:
        async with world.life() as life:
            await on_trial(world, life)
            assert life.run.shadow is not None
            monkeypatch.setattr(life.run.shadow.session, "quote", _broken)
            await world.prices("100", "100")
            assert life.run.loop.shadow is not None
            assert life.run.loop.shadow.has_failed
            life.run.feed(world.signal(source="real"))
            await world.prices("100", "100")

            assert world.exchange.balances["BTC"] > 0
            world.assert_protected(life)
        async with world.life() as again:
            assert held(again) > 0

    told(story, **TRIAL)


def _broken(quote: object) -> None:
    raise AssertionError("the sums are wrong")


def test_its_rows_are_folded_by_nobody_else() -> None:
    """The account's book after a restart is that of before, whatever was on trial."""

    async def story(world: World) -> None:
        life = Life(world)
        await life.start()
        await on_trial(world, life)
        life.run.feed(world.signal(source="real"))
        await world.prices("100", "100")
        before = dict(life.run.engine.book.balances)
        await life.crash()
        async with world.life() as again:
            assert again.run.engine.book.balances == before
            world.assert_protected(again)
            world.assert_agrees(again)

    told(story, **TRIAL)
