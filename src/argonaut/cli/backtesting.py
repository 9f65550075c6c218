"""What `argonaut backtest` does: load, play with progress, write what was asked for, tell."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from argonaut.backtest.run import Progress, run_backtest
from argonaut.cli.loading import beside, journal_of, load_assembly
from argonaut.cli.outcome import Outcome, outcome_of
from argonaut.cli.output import console, errors, print_json, require_target
from argonaut.config.assembly import Assembly
from argonaut.journal.draft import DraftJournal
from argonaut.reports.text import text_report
from argonaut.runtime.clock import SystemClock

_MODE = "backtest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The command line of one backtest."""

    config: Path
    sets: tuple[str, ...] = ()
    report: Path | None = None
    trades: Path | None = None
    equity: Path | None = None
    journal: Path | None = None
    cache: Path | None = None
    no_cache: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A backtest that is over, and the files it left."""

    outcome: Outcome
    files: dict[str, Path]


def play(wanted: Wanted) -> Done:
    """Run one backtest and write what was asked for.

    Raises:
        ArgonautError: Config, data, journal or disk; nothing half-written is left.
    """
    assembly = load_assembly(
        wanted.config, sets=wanted.sets, cache=wanted.cache, no_cache=wanted.no_cache
    )
    gc.freeze()
    gc.enable()
    files = _files(wanted, assembly)
    for path in files.values():
        require_target(path)
    with _journal(files.get("journal"), assembly) as journal, _progress() as progress:
        result = run_backtest(assembly, journal, progress=progress)
    outcome = outcome_of(
        assembly,
        wanted.config,
        result.log,
        result.book,
        (result.journal_rows, result.journal_sha256),
        shadow=result.shadow,
    )
    writers = {
        "report": outcome.write_html,
        "trades": outcome.write_trades,
        "equity": outcome.write_equity,
    }
    if outcome.dry_run is not None:
        writers |= {
            "dry_run_trades": outcome.write_dry_run_trades,
            "dry_run_equity": outcome.write_dry_run_equity,
        }
        files |= _of_trials(files)
    for name, write in writers.items():
        if name in files:
            write(files[name])
    return Done(outcome=outcome, files=files)


def tell(done: Done, *, as_json: bool) -> None:
    """Print the result: one object, tables on a terminal, plain lines elsewhere."""
    if as_json:
        summary: dict[str, Any] = done.outcome.summary()
        summary["files"] = {name: str(path) for name, path in done.files.items()}
        print_json(summary)
        return
    report = done.outcome.report()
    if console.is_terminal:
        # A script reads lines or JSON; only a person's terminal pays for tables.
        from argonaut.cli.tables import report_view  # noqa: PLC0415

        console.print(report_view(report))
    else:
        sys.stdout.write(text_report(report))
    for name, path in done.files.items():
        sys.stdout.write(f"{name} written to {path}\n")


def _files(wanted: Wanted, assembly: Assembly) -> dict[str, Path]:
    """Return where to write what; a paper run's own files are left alone."""
    own = assembly.config.mode == "backtest"
    config, folder = assembly.config, assembly.folder
    html = beside(folder, config.report.html_path) if own and config.report.html_path else None
    asked = {
        "report": wanted.report or html,
        "trades": wanted.trades,
        "equity": wanted.equity,
        "journal": wanted.journal or (journal_of(config, folder) if own else None),
    }
    return {name: path for name, path in asked.items() if path is not None}


def _of_trials(files: Mapping[str, Path]) -> dict[str, Path]:
    """Return where what was on trial is written: beside the account's, in files of its own."""
    return {
        f"dry_run_{name}": files[name].with_name(f"{files[name].stem}.dry-run{files[name].suffix}")
        for name in ("trades", "equity")
        if name in files
    }


def _journal(path: Path | None, assembly: Assembly) -> DraftJournal:
    """Return a journal; a file takes the place of an older backtest's when the run is over."""
    clock, pid = SystemClock(), os.getpid()
    if path is None:
        return DraftJournal(clock=clock, pid=pid, mode=_MODE)
    # SQLite is loaded for a journal on disk only.
    from argonaut.journal.draft_file import open_draft  # noqa: PLC0415
    from argonaut.journal.meta import Meta  # noqa: PLC0415

    _require_replaceable(path)
    run = {"name": assembly.config.name, "quote": assembly.config.quote}
    meta = Meta(config_hash=assembly.config_hash, run=run)
    return open_draft(path, meta, clock=clock, pid=pid, mode=_MODE)


def _require_replaceable(path: Path) -> None:
    """Refuse to replace anything but the journal of an earlier backtest."""
    if not path.exists():
        return
    from argonaut.journal.errors import JournalTakenError  # noqa: PLC0415 - as above
    from argonaut.journal.query import RowFilter  # noqa: PLC0415
    from argonaut.journal.reader import JournalReader  # noqa: PLC0415

    with JournalReader(path) as reader:
        first = next(reader.rows(RowFilter(to_seq=1)), None)
    if first is not None and first.mode != _MODE:
        raise JournalTakenError(
            f"{path} is the journal of a {first.mode} run; want another path for a backtest's"
        )


@contextmanager
def _progress() -> Iterator[Progress | None]:
    """Yield what draws a progress bar on standard error when a person watches."""
    if not errors.is_terminal:
        yield None
        return
    # Drawn for a person only.
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    with Progress(
        TextColumn("backtest"),
        BarColumn(),
        TextColumn("{task.completed:,.0f} of {task.total:,.0f} rows"),
        TimeElapsedColumn(),
        console=errors,
        transient=True,
    ) as bars:
        task = bars.add_task("backtest")
        yield lambda played, total: bars.update(task, completed=played, total=total)
