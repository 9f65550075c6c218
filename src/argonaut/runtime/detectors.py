"""Detectors of one run: what they need to know of it, and the servers and clients that listen."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from argonaut.config.assembly import Assembly
from argonaut.domain.event import DetectorSignal, ExternalEvent
from argonaut.domain.ids import ClientOrderId, InstrumentId
from argonaut.domain.number import ZERO
from argonaut.domain.order import Order, Side
from argonaut.engine.core import Engine
from argonaut.feeds.detectors.answer import CODES, Answer
from argonaut.feeds.detectors.carrier import Parts
from argonaut.feeds.detectors.dead_letters import DeadLetters
from argonaut.feeds.detectors.door import Door
from argonaut.feeds.detectors.fates import Fates
from argonaut.feeds.detectors.intake import Intake
from argonaut.feeds.detectors.server import DetectorServer
from argonaut.monitoring.logs import log_event
from argonaut.monitoring.metrics import Metrics
from argonaut.ports import Clock, Rng
from argonaut.runtime.inflow import DoorBook
from argonaut.runtime.live import LiveRun
from argonaut.runtime.paper import PaperRun
from argonaut.runtime.recorder import Durable
from argonaut.runtime.transports import Transport, clients_of

_DETAIL_MAX = 200


class EngineMarket:
    """What the door asks of an engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def price(self, instrument_id: InstrumentId) -> float | None:
        """The last price, quote per base."""
        return self._engine.routes[instrument_id].price

    def equity(self) -> Decimal | None:
        """Of the account, in quote units."""
        return self._engine.account.equity()

    def opposed(self, signal: DetectorSignal) -> Decimal:
        """How much of what is held or being bought the signal's side would close, base units."""
        sign, found = Side(signal.side).sign, ZERO
        for seat in self._engine.routes[signal.instrument_id].seats:
            holding = seat.holding
            if signal.strategy in (None, holding.strategy_id):
                found += max(-sign * holding.quantity, -sign * holding.expected, ZERO)
        return found

    def has_seen(self, source: str, signal_id: str) -> bool:
        """Whether the engine has taken a signal of this source and id."""
        return self._engine.doorman.has_seen(source, signal_id)

    def has_taken(self, source: str, event_id: str) -> bool:
        """Whether the engine has taken an external event of this source and id, not long ago."""
        return self._engine.doorman.has_heard(source, event_id)

    def order(self, client_order_id: str) -> Order | None:
        """An order that is live or ended not long ago."""
        desk, name = self._engine.desk, ClientOrderId(client_order_id)
        return desk.live.get(name) or desk.closed.get(name)


class PaperTrader(EngineMarket):
    """A paper run as the intake sees it: its time is the tape's."""

    is_recorded = True

    def __init__(self, run: PaperRun) -> None:
        super().__init__(run.engine)
        self._run = run

    @property
    def is_ready(self) -> bool:
        """Whether signals may be fed now."""
        return not self._run.is_stopping

    def now_ns(self) -> int:
        """The time of an input that comes now."""
        return self._run.engine.now_ns

    @property
    def tape_row(self) -> int | None:
        """Where in the tape a restart feeds the signal again."""
        return self._run.player.rows_played

    def take(self, inputs: Sequence[DetectorSignal | ExternalEvent]) -> bool:
        """Step the engine with each; return whether what came of them is durable."""
        return self._run.take(inputs)


class LiveTrader(EngineMarket):
    """A live run as the intake sees it; made once it is ready."""

    tape_row = None
    is_recorded = False

    def __init__(self, run: LiveRun) -> None:
        super().__init__(run.engine)
        self._run = run

    @property
    def is_ready(self) -> bool:
        """Whether signals may be fed now, and what comes of them can be kept."""
        run = self._run
        return run.is_ready and not run.is_stopping and self._is_sound

    @property
    def _is_sound(self) -> bool:
        run = self._run
        return run.failure is None and run.recorder.durable is not Durable.NOWHERE

    def now_ns(self) -> int:
        """The time of an input that comes now."""
        return self._run.loop.now_ns()

    def take(self, inputs: Sequence[DetectorSignal | ExternalEvent]) -> bool:
        """Step the engine with each; return whether what came of them is durable."""
        run = self._run
        for each in inputs:
            run.loop.feed(each)
        run.parts.outbox.flush()
        return self._is_sound


class Telling:
    """Counts and logs what happens at the door, and writes it into the book for who asks later."""

    def __init__(self, metrics: Metrics, book: DoorBook) -> None:
        self._metrics = metrics
        self._book = book

    def on_answer(self, transport: str, answer: Answer) -> None:
        """Count one answer; what was refused for ever is logged too."""
        self._metrics.count_answer(transport, answer.answer, answer.code)
        error = f"{answer.code}: {answer.detail}" if answer.code in CODES else ""
        self._book.on_answer(transport, answer.source, answer.answer, error)
        if answer.is_bad:
            log_event(
                "signal_refused",
                level="WARNING",
                transport=transport,
                source=answer.source,
                signal_id=answer.id,
                code=answer.code,
                detail=answer.detail[:_DETAIL_MAX],
            )

    def on_letter_lost(self, why: str) -> None:
        """Log that the disk takes no dead letters."""
        log_event("dead_letters_lost", level="ERROR", why=why)

    def on_transport(self, name: str, *, is_up: bool, detail: str) -> None:
        """Show and log that signals can come that way, or cannot."""
        self._metrics.show_transport(name, is_up=is_up)
        self._book.on_link(name, is_up=is_up, detail=detail)
        word, level = ("detectors_up", "INFO") if is_up else ("detectors_down", "WARNING")
        log_event(word, level=level, transport=name, detail=detail[:_DETAIL_MAX])


class Detectors:
    """Everything that takes signals for one run."""

    def __init__(
        self,
        assembly: Assembly,
        trader: PaperTrader | LiveTrader,
        fates: Fates,
        metrics: Metrics,
        clock: Clock,
        rng: Rng,
    ) -> None:
        section = assembly.config.detectors
        self.book = DoorBook(
            (each.id for each in section.sources), (each.id for each in section.clients), clock
        )
        telling = Telling(metrics, self.book)
        place: Path | None = section.dead_letter_path
        self.intake = Intake(
            Door(assembly.sources(), assembly.spellings(), trader, clock),
            trader,
            fates,
            DeadLetters(None if place is None else assembly.folder / place, telling),
            clock,
            telling,
            queue_max=section.queue_max,
        )
        metrics.watch_queue(self.intake.__len__)
        self.urls: list[str] = []  # where they may push to, once started
        self._server: DetectorServer | None = None
        self._started: list[Transport] = []
        parts = Parts(intake=self.intake, watcher=telling, clock=clock, rng=rng)
        self._clients = clients_of(section, assembly.detector_urls(), parts)
        if section.server is not None:
            self._server = DetectorServer(
                self.intake,
                host=section.server.host,
                port=section.server.port,
                hosts=section.server.hosts,
            )

    async def start(self) -> None:
        """Let signals in.

        Raises:
            RefusedToStartError: The port is taken.
        """
        if self._server is not None:
            await self._begin(self._server)
            self.urls.append(self._server.url)
        for client in self._clients:
            await self._begin(client)

    async def close(self) -> None:
        """Let no more in; who still waits is told that it may come again."""
        self.intake.close()
        while self._started:
            await self._started.pop().close()

    async def _begin(self, transport: Transport) -> None:
        await transport.start()
        self._started.append(transport)
