"""Signals from outside in a real run: on paper with its tape and journal, and live."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

import aiohttp

from argonaut.config.assembly import Assembly, assemble
from argonaut.config.load import check
from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.order import OrderRole
from argonaut.feeds.detectors.answer import Answer
from argonaut.feeds.detectors.door import Arrival
from argonaut.feeds.detectors.envelope import seal
from argonaut.feeds.detectors.fates import Fates
from argonaut.journal.query import RowFilter
from argonaut.journal.reader import JournalReader
from argonaut.monitoring.metrics import Metrics
from argonaut.runtime.clock import SystemClock
from argonaut.runtime.detectors import Detectors, LiveTrader, PaperTrader
from argonaut.runtime.paper import PaperRun
from tests.config.written import bars, minimal
from tests.runtime.lives import Life, World, told
from tests.runtime.virtual import FixedRng

SECRET = "0123456789abcdef0123"
BTC = InstrumentId("BTC/USDT@sim")
DETECTORS: dict[str, Any] = {
    "dead_letter_path": None,
    "sources": [{"id": "scanner", "keys": [{"id": "k1", "secret": SECRET}]}],
    "server": {"port": 0},
}
_numbers = iter(range(1_000_000))


def paper_assembly() -> Assembly:
    raw = minimal(
        mode="paper",
        data=[bars(end="2021-05-19T06:00")],
        strategies=[
            {"id": "detector", "class": "argonaut.strategies.detector_driven.DetectorDriven"}
        ],
        detectors=DETECTORS,
        paper={"speed": 0},
    )
    return assemble(check(raw, "test"), folder=Path())


def envelope(signal_id: str, **fields: Any) -> bytes:
    given = {"id": signal_id, "instrument": "BTC/USDT", "side": "buy", "notional": "200"}
    return seal(
        json.dumps(given | fields).encode(),
        key_id="k1",
        secret=SECRET.encode(),
        sent_ns=SystemClock().wall_ns(),
        nonce=f"nonce-{next(_numbers):08d}",
    )


async def push(detectors: Detectors, text: bytes) -> Answer:
    return await detectors.intake.send(Arrival.of(text, "python", is_push=True))


class Paper:
    """A paper run with its detectors."""

    def __init__(self, journal: Path) -> None:
        fates = Fates()
        assembly = paper_assembly()
        self.run = PaperRun.start(assembly, journal, SystemClock(), observers=(fates,))
        self.metrics = Metrics()
        self.detectors = Detectors(
            assembly, PaperTrader(self.run), fates, self.metrics, SystemClock(), FixedRng()
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.run.close()

    def play(self, story: Callable[[Detectors], Awaitable[None]]) -> None:
        asyncio.run(self._play(story))

    async def _play(self, story: Callable[[Detectors], Awaitable[None]]) -> None:
        await self.detectors.start()
        try:
            await story(self.detectors)
        finally:
            await self.detectors.close()


def test_a_signed_push_over_http_trades_on_paper(tmp_path: Path) -> None:
    """The whole way: socket, door, engine, gate, order, and the fill on the next bar."""

    async def story(detectors: Detectors) -> None:
        head, _, body = envelope("a-1").partition(b" ")
        async with (
            aiohttp.ClientSession(headers={"X-Sig": head.decode()}) as session,
            session.post(detectors.urls[0], data=body) as answer,
        ):
            said = await answer.json()
        assert (answer.status, said["answer"]) == (200, "accepted")
        assert len(said["orders"]) == 1

    with Paper(tmp_path / "journal.db") as paper:
        paper.run.player.play_to_row(30)
        paper.play(story)
        paper.run.player.play_to_row(35)

        holding = paper.run.engine.book.holding(StrategyId("detector"), BTC)
        assert holding.quantity > 0
        shown = paper.metrics.text().decode()
        assert 'detector_answers_total{answer="accepted",code="",transport="http"} 1.0' in shown
        (way,), (scanner,) = paper.detectors.book.transports(), paper.detectors.book.detectors()
        assert (way.transport, scanner.source) == ("http", "scanner")
        assert way.answers == scanner.answers == {"accepted": 1}


def test_a_paper_run_replays_its_signals_where_they_came(tmp_path: Path) -> None:
    """Killed and started again, it has the same rows and takes no signal twice."""
    path = tmp_path / "journal.db"

    async def before(detectors: Detectors) -> None:
        assert (await push(detectors, envelope("a-1"))).answer == "accepted"

    async def after(detectors: Detectors) -> None:
        again = await push(detectors, envelope("a-1"))
        assert again.answer == "duplicate"
        assert again.detail == "scanner sent a-1 before; it was accepted"
        assert (await push(detectors, envelope("a-2", side="sell", intent="exit"))).answer == (
            "accepted"
        )

    with Paper(path) as paper:
        paper.run.player.play_to_row(30)
        paper.play(before)
        paper.run.player.play_to_row(40)
        paper.run.journal.commit()
        head = paper.run.journal.head
    with Paper(path) as paper:
        assert paper.run.journal.head == head
        paper.play(after)
        paper.run.player.play_to_row(50)
        assert paper.run.engine.book.holding(StrategyId("detector"), BTC).is_flat
    with Paper(path) as paper:
        assert paper.run.rows_recovered > 0
    with JournalReader(path) as reader:
        assert len(list(reader.rows(RowFilter(kinds=("signal",))))) == 2


def test_a_run_that_was_stopped_takes_nothing_more(tmp_path: Path) -> None:
    async def story(detectors: Detectors) -> None:
        paper.run.stop()
        assert (await push(detectors, envelope("a-1"))).code == "not_ready"

    with Paper(tmp_path / "journal.db") as paper:
        paper.play(story)
        (way,) = paper.detectors.book.transports()
        assert way.error.startswith("not_ready: ")


def test_a_bug_on_the_way_of_a_signal_ends_the_run(tmp_path: Path) -> None:
    """Nothing decided after it could be trusted, so nothing is."""

    def broken(signal: Any) -> None:
        raise ZeroDivisionError

    async def story(detectors: Detectors) -> None:
        paper.run.session.feed = broken  # type: ignore[assignment,method-assign]
        assert (await push(detectors, envelope("a-1"))).code == "not_ready"
        try:
            await paper.run.run()
        except ZeroDivisionError:
            return
        raise AssertionError("it goes on")

    with Paper(tmp_path / "journal.db") as paper:
        paper.play(story)


def test_what_a_signal_would_close_counts_what_is_on_its_way(tmp_path: Path) -> None:
    """A cap is on new risk, and closing is free."""

    async def story(detectors: Detectors) -> None:
        await push(detectors, envelope("a-1"))

    with Paper(tmp_path / "journal.db") as paper:
        paper.run.player.play_to_row(30)
        trader = PaperTrader(paper.run)
        paper.play(story)
        signal = paper.detectors.intake.fates._fates["scanner", "a-1"][0].signal
        sell = type(signal)(**{**_fields(signal), "side": "sell"})

        assert trader.opposed(signal) == 0
        assert trader.opposed(sell) == sum(
            order.quantity for order in paper.run.engine.desk.live.values()
        )
        assert trader.equity() == Decimal(10_000)


def _fields(signal: Any) -> dict[str, Any]:
    return {name: getattr(signal, name) for name in signal.__struct_fields__}


def test_a_live_run_answers_after_the_commit_and_knows_it_after_a_crash() -> None:
    """The order is on its way when the detector hears of it, and a second life takes no second."""

    async def story(world: World) -> None:
        fates = Fates()
        life = Life(world, observers=(fates,))
        await life.start()
        await world.prices("50000", "50001")
        detectors = live(world, life, fates)
        answer = await push(detectors, at(world, "a-1"))
        assert answer.answer == "accepted"
        (order_id,) = answer.orders
        assert list(life.journal.order_rows(order_id))
        await life.crash()

        async with world.life() as second:
            again = await push(live(world, second, Fates()), at(world, "a-1"))
            assert again.answer == "duplicate"
            assert sum(order.role is OrderRole.ENTRY for order in world.exchange.known()) <= 1

    told(story)


def live(world: World, life: Life, fates: Fates) -> Detectors:
    raw = world.assembly.config.model_dump(by_alias=True, exclude_unset=True)
    assembly = assemble(check(raw | {"detectors": DETECTORS}, "test"), folder=Path())
    return Detectors(assembly, LiveTrader(life.run), fates, Metrics(), world.clock, FixedRng())


def at(world: World, signal_id: str) -> bytes:
    """An envelope by the clock of that world."""
    return seal(
        json.dumps(
            {"id": signal_id, "instrument": "BTC/USDT", "side": "buy", "notional": "1000"}
        ).encode(),
        key_id="k1",
        secret=SECRET.encode(),
        sent_ns=world.clock.wall_ns(),
        nonce=f"nonce-{next(_numbers):08d}",
    )
