"""What `argonaut run` does: start or go on, trade in an event loop, stop cleanly, report."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from argonaut.cli.loading import beside, load_assembly, require_journal
from argonaut.cli.opening import open_once_read
from argonaut.cli.outcome import Outcome, outcome_of
from argonaut.cli.output import console, print_json, require_target
from argonaut.cli.place import JournalPlace
from argonaut.cli.shelf import mark_finished, unmark
from argonaut.cli.trader import remember_run
from argonaut.cli.trading_live import trade_live
from argonaut.cli.views import Camera, LineView, LiveView, View
from argonaut.cli.wanted import Wanted, in_loop, is_watched, logs, make_way, teller
from argonaut.config.assembly import Assembly
from argonaut.config.errors import ConfigError
from argonaut.domain.command import Record
from argonaut.domain.errors import ExitCode
from argonaut.feeds.detectors.fates import Fates
from argonaut.journal.errors import JournalConfigError
from argonaut.monitoring.logs import LogObserver, log_event
from argonaut.monitoring.metrics import Metrics
from argonaut.monitoring.trials import TrialLog, TrialsOnly
from argonaut.reports.text import text_report
from argonaut.reports.wording import utc
from argonaut.runtime.clock import SystemClock
from argonaut.runtime.control import ControlServer, socket_of
from argonaut.runtime.detectors import Detectors, PaperTrader
from argonaut.runtime.events import Events
from argonaut.runtime.paper import PaperRun
from argonaut.runtime.rng import SystemRng

_IDLE_S = 0.2
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def trade(wanted: Wanted) -> ExitCode:
    """Run until the tape ends or somebody stops it, then report.

    Raises:
        ArgonautError: It could not start, or it failed; what was journaled stays.
    """
    assembly = load_assembly(
        wanted.config, sets=wanted.all_sets(), cache=wanted.cache, no_cache=wanted.no_cache
    )
    if assembly.config.is_live:
        return trade_live(wanted, assembly)
    if assembly.config.mode != "paper":
        said = f"mode: want paper, not {assembly.config.mode}; `argonaut backtest` plays it"
        raise ConfigError(str(wanted.config), [said])
    journal = require_journal(assembly.config, wanted.config)
    html = _html_path(wanted, assembly)
    for path in (journal, html):
        require_target(path)
    tell = teller(wanted)
    make_way(journal, fresh=wanted.fresh, tell=tell, with_seen=True)
    unmark(journal)
    gc.freeze()
    view: View = LiveView(console) if is_watched(wanted) else LineView(tell)
    with logs(assembly):
        run, metrics, fates = _started(assembly, journal, view, tell)
        try:
            remember_run(wanted.config, JournalPlace.of(journal))
            tell(_beginning(run, journal))
            in_loop(_trade(run, metrics, fates, view, journal, tell))
            outcome = _outcome(run, wanted.config)
            log_event("run_ended", finished=run.is_finished, journal_rows=outcome.head[0])
        finally:
            run.close()
    if run.is_finished:
        mark_finished(journal, *outcome.head)
    if html is not None:
        outcome.write_html(html)
    _tell_outcome(outcome, run, html, wanted=wanted)
    return ExitCode.OK


async def _trade(
    run: PaperRun,
    metrics: Metrics,
    fates: Fates,
    view: View,
    journal: Path,
    tell: Callable[[str], None],
) -> None:
    """Serve, trade and watch, until the run is over or stopped."""
    config, clock = run.assembly.config, SystemClock()
    async with AsyncExitStack() as stack:
        server = ControlServer(run, metrics, run.journal)
        stack.push_async_callback(server.close)
        await server.open_socket(socket_of(journal))
        url = ""
        if config.monitoring.prometheus:
            await server.open_metrics(config.monitoring.prometheus_port)
            url = f"http://127.0.0.1:{server.metrics_port}/metrics"
            tell(f"metrics at {url}")
        detectors = Detectors(run.assembly, PaperTrader(run), fates, metrics, clock, SystemRng())
        stack.push_async_callback(detectors.close)
        await detectors.start()
        for place in detectors.urls:
            tell(f"detectors push to {place}")
        events = Events(run.assembly, PaperTrader(run), metrics, clock, SystemRng(), beside=journal)
        stack.push_async_callback(events.close)
        await events.start()
        server.tell_of(events.feeds, detectors.book)
        for place in events.urls:
            tell(f"events are pushed to {place}")
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.add_signal_handler(number, run.stop)
            stack.callback(loop.remove_signal_handler, number)
        camera = Camera(run, clock, metrics_url=url)
        stack.enter_context(view)
        await run.run(lambda: view.turn(camera, clock.mono_ns()))
        if config.paper.forever and run.is_finished:
            tell("the tape has ended; staying up until stopped")
        while config.paper.forever and not run.is_stopping:
            view.turn(camera, clock.mono_ns())
            await asyncio.sleep(_IDLE_S)
        run.raise_failure()


def _started(
    assembly: Assembly, journal: Path, view: View, tell: Callable[[str], None]
) -> tuple[PaperRun, Metrics, Fates]:
    """Open the journal and bring the run to where it was; logs and lines tell what is new only."""
    metrics, fates, news = Metrics(), Fates(), _News(LogObserver(), view.observe)
    trials = _News(TrialsOnly(TrialLog()), view.observe_trial)
    try:
        run = open_once_read(
            lambda: PaperRun.start(
                assembly,
                journal,
                SystemClock(),
                observers=(metrics, fates, news),
                shadow_observers=(metrics.trials, fates.on_trial, trials),
            ),
            JournalPlace.of(journal),
            tell,
        )
    except JournalConfigError as error:
        raise JournalConfigError(f"{error}; --fresh moves it aside and begins anew") from error
    news.is_open = trials.is_open = True
    log_event("run_started", run=assembly.config.name, rows_recovered=run.rows_recovered)
    return run, metrics, fates


def _outcome(run: PaperRun, config: Path) -> Outcome:
    return outcome_of(
        run.assembly,
        config,
        run.log,
        run.engine.book,
        run.journal.head,
        until_ns=run.engine.now_ns + 1,
        shadow=run.shadow,
    )


class _News:
    """Passes journal rows on once the recovered ones have gone by."""

    def __init__(self, *observers: Callable[[int, int, Record], None]) -> None:
        self.is_open = False
        self._observers = observers

    def __call__(self, event_seq: int, event_ns: int, record: Record) -> None:
        if self.is_open:
            for observe in self._observers:
                observe(event_seq, event_ns, record)


def _beginning(run: PaperRun, journal: Path) -> str:
    if not run.rows_recovered:
        return f"a new run with the journal {journal}"
    return (
        f"continuing from {utc(run.engine.now_ns)} UTC, {run.rows_recovered:,} rows recovered "
        f"from {journal}"
    )


def _tell_outcome(outcome: Outcome, run: PaperRun, html: Path | None, *, wanted: Wanted) -> None:
    if wanted.as_json:
        summary: dict[str, Any] = outcome.summary()
        summary |= {"finished": run.is_finished, "rows_recovered": run.rows_recovered}
        summary["files"] = {} if html is None else {"report": str(html)}
        print_json(summary)
        return
    report = outcome.report()
    if is_watched(wanted):
        # A script reads lines or JSON; only a person's terminal pays for tables.
        from argonaut.cli.tables import report_view  # noqa: PLC0415

        console.print(report_view(report))
    else:
        sys.stdout.write(text_report(report))
    if not run.is_finished:
        sys.stdout.write("stopped before the tape ended; the same command goes on from here\n")
    if html is not None:
        sys.stdout.write(f"report written to {html.resolve()}\n")


def _html_path(wanted: Wanted, assembly: Assembly) -> Path | None:
    own = assembly.config.report.html_path
    return wanted.report or (None if own is None else beside(assembly.folder, own))
