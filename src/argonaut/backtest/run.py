"""Run one backtest: assemble, play the tape to its end, close the books, return what happened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from argonaut.backtest.bound import Walk, bind_columns
from argonaut.backtest.collector import calm_collector
from argonaut.config.assembly import Assembly
from argonaut.config.shadow import Shadow, shadow_of
from argonaut.engine.core import Engine
from argonaut.feeds.tape.cache import let_go
from argonaut.feeds.tape.columns import SignalRows
from argonaut.feeds.tape.player import END_OF_TIME_NS, Player, Stream
from argonaut.ledger.book import Book
from argonaut.ports import Journal
from argonaut.reports.run_log import RunLog
from argonaut.venues.sim.beside import Beside
from argonaut.venues.sim.late import LateListings
from argonaut.venues.sim.session import Observer, Session

_ROWS_BETWEEN_COMMITS = 65_536  # of the tape; a crash loses what is decided in so many at most
Progress = Callable[[int, int], None]  # (rows played, rows in all)


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestResult:
    """What a backtest leaves: the log of the run, the books and the hash of its decisions."""

    log: RunLog
    book: Book
    balances: dict[str, Decimal]
    journal_sha256: str
    journal_rows: int
    rows_played: int
    shadow: Shadow | None = None  # what was on trial; nothing of it is in the rest


def run_backtest(
    assembly: Assembly,
    journal: Journal,
    *,
    progress: Progress | None = None,
    observers: Sequence[Observer] = (),
    use_columns: bool = True,
) -> BacktestResult:
    """Play every recording of `assembly` once. The journal is committed, not closed.

    `use_columns=False` updates every indicator bar by bar, as live; the journal is the same.
    """
    log = RunLog()
    venue = assembly.venue()
    engine = Engine(assembly.setup(venue.capability, on_sample=log.sample))
    shadow = shadow_of(assembly, journal)
    mirrors = () if shadow is None else (shadow.mirror,)
    session = Session(
        engine, venue, journal, durable_sends=False, observers=(log, *observers, *mirrors)
    )
    stage = session if shadow is None else shadow.beside(engine, session)
    bound = _bound(assembly, engine, shadow) if use_columns else {}
    _let_go(assembly.streams)
    listener = LateListings(stage, assembly.late) if assembly.late else stage
    player = Player(
        assembly.streams,
        listener,
        venue.working,
        beside=None if shadow is None else shadow.venue.working,
        venue_id=venue.capability.venue_id,
        bound=bound,
    )
    span = player.plan.span_ns
    if span is not None:
        for deposit in assembly.deposits(span[0]):
            stage.feed(deposit)
        if isinstance(stage, Beside) and assembly.on_trial:
            stage.begin()
        for told in assembly.tunings(span[0]):
            stage.feed(told)
    rows, next_stop = len(player), _ROWS_BETWEEN_COMMITS
    with calm_collector():
        while player.play_until(END_OF_TIME_NS):
            if player.rows_played < next_stop:
                continue
            next_stop = player.rows_played + _ROWS_BETWEEN_COMMITS
            journal.commit()
            _let_go(assembly.streams)
            if progress is not None:
                progress(player.rows_played, rows)
    engine.close()
    journal.commit()
    if progress is not None:
        progress(player.rows_played, rows)
    engine.book.check()
    if shadow is not None:
        shadow.close()
    seq, head = journal.head
    return BacktestResult(
        log=log,
        book=engine.book,
        balances=dict(engine.book.balances),
        journal_sha256=head,
        journal_rows=seq,
        rows_played=player.rows_played,
        shadow=shadow if shadow is not None and shadow.mirror.is_awake else None,
    )


def _bound(assembly: Assembly, engine: Engine, shadow: Shadow | None) -> dict[int, list[Walk]]:
    bound = bind_columns(engine, assembly.streams)
    if shadow is not None:
        for index, walks in bind_columns(shadow.engine, assembly.streams).items():
            bound.setdefault(index, []).extend(walks)
    return bound


def _let_go(streams: Sequence[Stream]) -> None:
    """Hand back the memory of what was read of the recordings."""
    for stream in streams:
        if not isinstance(stream, SignalRows):
            let_go(stream)
