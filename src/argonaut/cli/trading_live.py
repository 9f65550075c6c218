"""What `argonaut run` does with a live config: arm, say what will be done, recover, trade, stop.

A rehearsal is the same with a venue on this machine. Orders and stops at the venue stay as they are
when the trader ends, however it ends; the next start finds out what became of them.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec

from argonaut.cli.loading import journal_place
from argonaut.cli.opening import open_once_read
from argonaut.cli.output import console, print_json, require_target
from argonaut.cli.place import JournalPlace
from argonaut.cli.trader import remember_run
from argonaut.cli.views import LineView, LiveView, View, picture_of
from argonaut.cli.wanted import Wanted, in_loop, is_watched, logs, make_way, teller
from argonaut.config.assembly import Assembly
from argonaut.config.layers import is_secret
from argonaut.domain.errors import ArgonautError, ExitCode, RefusedToStartError
from argonaut.feeds.detectors.fates import Fates
from argonaut.journal.build import build_hash
from argonaut.journal.by_url import open_journal_url
from argonaut.journal.meta import Meta
from argonaut.journal.writer import JournalWriter, open_journal
from argonaut.monitoring.logs import LogObserver, log_event
from argonaut.monitoring.metrics import Metrics
from argonaut.monitoring.trials import TrialLog, TrialsOnly
from argonaut.runtime.clock import SystemClock
from argonaut.runtime.control import ControlServer, socket_of
from argonaut.runtime.detectors import Detectors, LiveTrader
from argonaut.runtime.emergency import EmergencyLog
from argonaut.runtime.events import Events
from argonaut.runtime.lease import TAG, held, new_tag
from argonaut.runtime.live import LiveRun
from argonaut.runtime.rng import SystemRng
from argonaut.runtime.snapshot import snapshot_of

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_SECOND_NS = 1_000_000_000
Teller = Callable[[str], None]


class RunBrokenError(ArgonautError):
    """A bug or a broken sum stopped a live run; nothing was decided after it."""


def trade_live(wanted: Wanted, assembly: Assembly) -> ExitCode:
    """Trade until somebody stops it.

    Raises:
        RefusedToStartError: It is not armed, another instance runs, or the venue refuses us.
        ArgonautError: It failed; what was journaled stays, and so do orders at the venue.
    """
    config = assembly.config
    tell = teller(wanted)
    for line in intentions(assembly):
        tell(line)
    if config.mode == "live" and not wanted.armed:
        raise RefusedToStartError(
            "mode live trades with real money; read what it would do, then say --arm"
        )
    journal = journal_place(config, wanted.config)
    beside = journal.beside
    assert beside is not None, "a config names what stands on this machine"
    require_target(beside)
    if wanted.fresh and journal.file is None:
        raise RefusedToStartError(
            f"--fresh moves a file aside, and {journal} is a database; name another schema"
        )
    beside.parent.mkdir(parents=True, exist_ok=True)
    gc.freeze()
    view: View = LiveView(console) if is_watched(wanted) else LineView(tell)
    with held(beside.with_suffix(".lock")), logs(assembly):
        make_way(beside, fresh=wanted.fresh, tell=tell)
        with _opened(assembly, journal, beside, tell) as (writer, emergency):
            remember_run(wanted.config, journal)
            run = in_loop(_trade(assembly, writer, emergency, journal, view, tell))
            log_event("run_ended", finished=False, journal_rows=writer.head[0])
            _tell_end(run, writer, wanted, tell)
    return ExitCode.OK


def intentions(assembly: Assembly) -> Iterator[str]:
    """Yield what a run would do, as a person checks it before money is at stake."""
    config = assembly.config
    what = "LIVE, with real money" if config.mode == "live" else "rehearsal, no money at stake"
    yield f"{config.name}: {what}"
    shown = {
        name: value
        for name, value in config.venue.params.items()
        if not is_secret(name) or name.endswith("_file")
    }
    places = ", ".join(f"{name} {value}" for name, value in shown.items())
    yield f"venue {config.venue.class_path} ({places or 'no parameters'})"
    for feed in assembly.feeds:
        length = f" of {feed.timeframe_ns // _SECOND_NS} s" if feed.timeframe_ns else ""
        yield f"hears {feed.kind}{length} of {feed.instrument_id}"
    for section in config.strategies:
        if section.enabled:
            where = ", ".join(section.instruments) or "every instrument"
            trial = " (dry run: a simulated venue fills it)" if section.dry_run else ""
            yield f"strategy {section.id}: {section.class_path} at {where}{trial} {section.params}"
    for source in config.detectors.sources:
        yield f"signals of {source.id} ({source.auth})"
    for origin in config.events.sources:
        if origin.enabled:
            yield f"events of {origin.id} ({origin.connector})"
    for check in assembly.checks():
        yield f"limit {check!r}"
    yield f"order types {', '.join(config.execution.order_types)}"


@contextmanager
def _opened(
    assembly: Assembly, journal: JournalPlace, beside: Path, tell: Teller
) -> Iterator[tuple[JournalWriter, EmergencyLog]]:
    """Open the journal and the log beside it, and let go of both whatever happens."""
    config = assembly.config
    meta = Meta(
        config_hash=assembly.config_hash,
        build_hash=build_hash(),
        run={"name": config.name, "quote": config.quote, TAG: new_tag(SystemRng())},
    )
    opened = open_once_read(lambda: _writer(journal.rows, meta, config.mode), journal, tell)
    with closing(opened) as writer:
        log_path = beside.with_suffix(".emergency")
        try:
            if log_path.exists() and not writer.head[0]:  # it belongs to the journal moved aside
                log_path.replace(beside.with_suffix(".emergency-old"))
            emergency = EmergencyLog(log_path)
        except OSError as error:
            raise RefusedToStartError(
                f"no room for the emergency log beside {beside} ({error.strerror}): "
                "want a megabyte free"
            ) from error
        with closing(emergency):
            yield writer, emergency


def _writer(rows: Path | str, meta: Meta, mode: str) -> JournalWriter:
    clock, pid = SystemClock(), os.getpid()
    if isinstance(rows, Path):
        return open_journal(rows, meta, clock=clock, pid=pid, mode=mode, from_snapshot=True)
    return open_journal_url(rows, meta, clock=clock, pid=pid, mode=mode, from_snapshot=True)


async def _trade(
    assembly: Assembly,
    writer: JournalWriter,
    emergency: EmergencyLog,
    journal: JournalPlace,
    view: View,
    tell: Teller,
) -> LiveRun:
    """Serve, recover, trade and watch until somebody stops it."""
    config, clock, rng = assembly.config, SystemClock(), SystemRng()
    metrics, fates = Metrics(), Fates()
    observers = (metrics, fates, LogObserver(), view.observe)
    trials = (metrics.trials, fates.on_trial, TrialsOnly(TrialLog()), view.observe_trial)
    venue = assembly.live_venue(clock, rng)
    run = LiveRun(
        assembly,
        venue,
        writer,
        clock,
        rng,
        observers=observers,
        shadow_observers=trials,
        emergency=emergency,
    )
    async with AsyncExitStack() as stack:
        server = ControlServer(run, metrics, writer)
        stack.push_async_callback(server.close)
        assert journal.beside is not None, "a config names what stands on this machine"
        await server.open_socket(socket_of(journal.beside))
        url = ""
        if config.monitoring.prometheus:
            await server.open_metrics(config.monitoring.prometheus_port)
            url = f"http://127.0.0.1:{server.metrics_port}/metrics"
            tell(f"metrics at {url}")
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.add_signal_handler(number, run.stop)
            stack.callback(loop.remove_signal_handler, number)
        tell(f"recovering with the journal {journal}; Ctrl-C stops cleanly")
        log_event("run_started", run=config.name, rows_recovered=writer.head[0])
        began_ns = clock.mono_ns()
        try:
            await run.start()
            if run.is_ready:
                detectors = Detectors(assembly, LiveTrader(run), fates, metrics, clock, rng)
                stack.push_async_callback(detectors.close)
                await detectors.start()
                events = Events(
                    assembly, LiveTrader(run), metrics, clock, rng, beside=journal.beside
                )
                stack.push_async_callback(events.close)
                await events.start()
                server.tell_of(events.feeds, detectors.book)
                tell(_ready(run, (clock.mono_ns() - began_ns) / _SECOND_NS))
                for place in detectors.urls:
                    tell(f"detectors push to {place}")
                for place in events.urls:
                    tell(f"events are pushed to {place}")
                stack.enter_context(view)
            await run.run(lambda: _show(run, writer, view, clock, began_ns=began_ns, url=url))
        except (ArgonautError, asyncio.CancelledError):
            raise
        except Exception as error:
            raise RunBrokenError(
                f"the run was stopped by {type(error).__name__}: {error}; stops at the venue stay, "
                "and the journal holds everything up to there"
            ) from error
    return run


def _show(
    run: LiveRun, writer: JournalWriter, view: View, clock: SystemClock, *, began_ns: int, url: str
) -> None:
    now_ns = clock.mono_ns()
    wall_s = (now_ns - began_ns) / _SECOND_NS
    view.turn(lambda: picture_of(run, writer.head, wall_s=wall_s, metrics_url=url), now_ns)


def _ready(run: LiveRun, took_s: float) -> str:
    balances = run.engine.book.balances.items()
    what = ", ".join(f"{amount:f} {asset}" for asset, amount in balances) or "no balances"
    return (
        f"ready after {took_s:.1f} s as start {run.epoch}: {run.rows_recovered:,} rows recovered, "
        f"{len(run.engine.desk.live)} live orders, mode {run.mode.name}; {what}"
    )


def _tell_end(run: LiveRun, writer: JournalWriter, wanted: Wanted, tell: Teller) -> None:
    if not run.has_engine:
        tell("stopped before the venue was open; nothing was sent")
        return
    if wanted.as_json:
        name = run.assembly.config.name
        state = snapshot_of(
            run.engine,
            run.log,
            name=name,
            progress=run.progress,
            head=writer.head,
            shadow=run.shadow,
        )
        shown: dict[str, Any] = msgspec.to_builtins(state, str_keys=True)
        print_json(shown)
        return
    log = run.log
    tell(
        f"stopped: {log.orders:,} orders, {log.fills:,} fills, {log.trades:,} trades since the "
        f"start; {len(run.engine.desk.live)} live orders stay at the venue, and the same command "
        "goes on from here"
    )
