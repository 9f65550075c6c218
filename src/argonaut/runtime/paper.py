"""Paper trading on a recorded tape: paced, journaled before anything is sent, safe to kill.

Recovery is not another path: the tape is played again from its start, every row it makes is held
against the row in the journal, inputs from outside are fed again where they came, and after the
last stored row the run simply goes on. So a killed run and an uninterrupted one end alike.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path
from typing import Self

import msgspec

from argonaut.config.assembly import Assembly
from argonaut.config.shadow import shadow_of
from argonaut.domain.event import DetectorSignal, ExternalEvent, OperatorCommand
from argonaut.domain.mode import Verb
from argonaut.domain.record import DetectorAnswer
from argonaut.engine.core import Engine
from argonaut.feeds.tape.player import END_OF_TIME_NS, Player
from argonaut.journal.build import build_hash
from argonaut.journal.meta import Meta
from argonaut.journal.replay import ReplayingWriter
from argonaut.journal.row import Row
from argonaut.journal.writer import open_journal
from argonaut.ports import Clock
from argonaut.reports.run_log import RunLog
from argonaut.runtime.tuner import Tuner
from argonaut.venues.sim.beside import Beside
from argonaut.venues.sim.late import LateListings
from argonaut.venues.sim.session import Observer, Session

_TURN_S = 0.02  # how long a turn may sleep: commands and the screen stay lively
_SECOND_NS = 1_000_000_000
_INPUT_KINDS = ("operator", "signal", "event")


class PaperRun:
    """One paper run over one journal file. Made by `start`, driven by `run`, ended by `close`."""

    def __init__(
        self,
        assembly: Assembly,
        journal: ReplayingWriter,
        clock: Clock,
        *,
        observers: Sequence[Observer] = (),
        shadow_observers: Sequence[Observer] = (),
    ) -> None:
        self.assembly = assembly
        self.journal = journal
        self.log = RunLog()
        self.rows_recovered = 0
        self._clock = clock
        self._stopping = False
        self._failure: Exception | None = None  # of an input from outside
        venue = assembly.venue()
        self.engine = Engine(assembly.setup(venue.capability, on_sample=self.log.sample))
        self.shadow = shadow_of(assembly, journal, observers=shadow_observers)
        mirrors = () if self.shadow is None else (self.shadow.mirror,)
        session = Session(
            self.engine,
            venue,
            journal,
            durable_sends=True,
            observers=(self.log, *observers, *mirrors),
        )
        self.session = session if self.shadow is None else self.shadow.beside(self.engine, session)
        listener = LateListings(self.session, assembly.late) if assembly.late else self.session
        self.player = Player(
            assembly.streams,
            listener,
            venue.working,
            beside=None if self.shadow is None else self.shadow.venue.working,
            venue_id=venue.capability.venue_id,
        )
        trials = () if self.shadow is None else self.shadow.engine.strategies()
        self.tuner = Tuner(
            chain(self.engine.strategies(), trials),
            assembly.folder,
            self.session.feed,
            lambda: (self.engine.now_ns, self.player.rows_played),
            keeps_roles=False,  # what a recorded tape shows is no live data
        )

    @classmethod
    def start(
        cls,
        assembly: Assembly,
        path: Path,
        clock: Clock,
        *,
        observers: Sequence[Observer] = (),
        shadow_observers: Sequence[Observer] = (),
    ) -> Self:
        """Open or create the journal and bring the run to where it was.

        Raises:
            JournalError: Another process has it, another config wrote it, it is broken, or the
                tape does not make what it holds.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        meta = Meta(
            config_hash=assembly.config_hash,
            build_hash=build_hash(),
            run={"name": assembly.config.name, "quote": assembly.config.quote},
        )
        writer = open_journal(path, meta, clock=clock, pid=os.getpid(), mode="paper")
        try:
            run = cls(
                assembly,
                ReplayingWriter(writer),
                clock,
                observers=observers,
                shadow_observers=shadow_observers,
            )
            run._recover()
        except BaseException:
            writer.close()
            raise
        return run

    def _recover(self) -> None:
        """Feed the opening balances, then everything up to the last stored row."""
        stored = 0 if self.journal.last is None else self.journal.last.seq
        span = self.player.plan.span_ns
        assert span is not None, "an assembly has rows to play"
        for deposit in self.assembly.deposits(span[0]):
            self.session.feed(deposit)
        if isinstance(self.session, Beside) and self.assembly.on_trial:
            self.session.begin()
        if not stored:
            first = self.assembly.tunings(span[0])
            self.tuner.know(first)
            for told in first:
                self.session.feed(told)
        for row in list(self.journal.inputs(_INPUT_KINDS)):
            given = _decoded(row)
            if given.tape_row is not None:  # otherwise the tape brings it again
                self.player.play_to_row(given.tape_row)
                self.session.feed(given)
        while self.journal.is_replaying and self.player.next_ns() is not None:
            self.player.play_to_row(self.player.rows_played + 1)
        self.journal.finish()
        self.rows_recovered = stored
        self.journal.commit()

    @property
    def has_engine(self) -> bool:
        """Whether there is anything to be told yet: on paper, from the beginning."""
        return True

    @property
    def progress(self) -> tuple[int, int]:
        """Rows of the tape that went by, of how many."""
        return self.player.rows_played, len(self.player)

    @property
    def is_finished(self) -> bool:
        """Whether the tape has been played to its end."""
        return self.player.next_ns() is None

    @property
    def is_stopping(self) -> bool:
        """Whether somebody asked for the end."""
        return self._stopping

    def stop(self) -> None:
        """End the run at the next turn; the journal keeps everything up to there."""
        self._stopping = True

    def command(self, verb: Verb, *, who: str, reason: str) -> None:
        """Take an operator's command now, journaled with its place in the tape."""
        self.session.feed(
            OperatorCommand(
                event_ns=self.engine.now_ns,
                verb=verb,
                who=who,
                reason=reason,
                tape_row=self.player.rows_played,
            )
        )
        self.journal.commit()

    def take(self, inputs: Sequence[DetectorSignal | ExternalEvent]) -> bool:
        """Step the engine with what comes from outside; whether what came of it is durable.

        A bug or a full disk ends the run: nothing decided after it could be trusted.
        """
        try:
            for each in inputs:
                self.session.feed(each)
            self.journal.commit()
        except Exception as error:  # noqa: BLE001 - raised again where the run is awaited
            self._failure = error
            self.stop()
            return False
        return True

    async def run(self, on_turn: Callable[[], None] | None = None) -> None:
        """Play the tape at `paper.speed` until it ends or `stop` is called.

        `on_turn` is called after each turn, for a screen; it must not block.
        """
        speed = self.assembly.config.paper.speed
        began_mono_ns, began_tape_ns = self._clock.mono_ns(), self.player.next_ns() or 0
        while not self._stopping and self.player.next_ns() is not None:
            until_ns, mono_ns = END_OF_TIME_NS, self._clock.mono_ns()
            if speed:
                until_ns = began_tape_ns + int((mono_ns - began_mono_ns) * speed)
            self.player.play_until(until_ns)
            self.tuner.look(mono_ns, wall_ns=self._clock.wall_ns())
            self.journal.commit()
            if on_turn is not None:
                on_turn()
            await asyncio.sleep(self._pause_s(until_ns, speed))
        self.raise_failure()
        if not self._stopping:
            self.engine.close()
        self.engine.book.check()
        if self.shadow is not None:
            self.shadow.close()
        self.journal.commit()

    def raise_failure(self) -> None:
        """Raise what an input from outside has broken, if one has."""
        if self._failure is not None:
            raise self._failure

    def _pause_s(self, until_ns: int, speed: float) -> float:
        """Return how long to sleep: until the next row is due, at most one turn."""
        next_ns = self.player.next_ns()
        if next_ns is None or not speed:
            return 0.0
        due_s = (next_ns - until_ns) / _SECOND_NS / speed
        return min(max(due_s, 0.0), _TURN_S)

    def close(self) -> None:
        """Commit and release the journal."""
        self.journal.close()


def _decoded(row: Row) -> OperatorCommand | DetectorSignal | ExternalEvent:
    if row.kind == "signal":
        return msgspec.json.decode(row.payload, type=DetectorAnswer).signal
    if row.kind == "event":
        return msgspec.json.decode(row.payload, type=ExternalEvent)
    return msgspec.json.decode(row.payload, type=OperatorCommand)
