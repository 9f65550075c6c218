"""What a person asked for on the command line of a run, and what paper and live runs share."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from argonaut.cli.loading import beside
from argonaut.cli.output import console, errors
from argonaut.cli.shelf import is_finished, shelve
from argonaut.config.assembly import Assembly
from argonaut.journal.errors import JournalBrokenError, JournalVersionError
from argonaut.journal.reader import JournalReader
from argonaut.monitoring.logs import log_unforeseen, set_up_logs

ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The command line of one run."""

    config: Path
    sets: tuple[str, ...] = ()
    speed: float | None = None
    forever: bool = False
    fresh: bool = False
    report: Path | None = None
    plain: bool = False
    cache: Path | None = None
    no_cache: bool = False
    as_json: bool = False
    armed: bool = False

    def all_sets(self) -> tuple[str, ...]:
        """Return every change to the config, options of their own included."""
        speed = () if self.speed is None else (f"paper.speed={self.speed!r}",)
        return (*self.sets, *speed, *(("paper.forever=true",) if self.forever else ()))


@contextmanager
def logs(assembly: Assembly) -> Iterator[None]:
    """Write logs while the run goes."""
    monitoring = assembly.config.monitoring
    path = monitoring.log_path and beside(assembly.folder, monitoring.log_path)
    stop = set_up_logs(path, monitoring.log_level, to_terminal=False)
    try:
        yield
    finally:
        stop()


def is_watched(wanted: Wanted) -> bool:
    """Whether a person looks at a terminal that can be drawn on."""
    drawable = console.is_terminal and not console.is_dumb_terminal
    return drawable and not (wanted.plain or wanted.as_json)


def teller(wanted: Wanted) -> Callable[[str], None]:
    """Return what prints a line: to standard error where standard output is for JSON."""
    if wanted.as_json:
        return lambda line: errors.print(line, markup=False, soft_wrap=True)

    def tell(line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()  # a line is worth something while it is new

    return tell


def in_loop(trading: Coroutine[Any, Any, ResultT]) -> ResultT:
    """Run to the end, on uvloop where it is installed, and return what came of it."""
    heard = _heard(trading)
    try:
        # It comes with ccxt on most machines, and not on all.
        import uvloop  # noqa: PLC0415
    except ImportError:
        return asyncio.run(heard)
    return uvloop.run(heard)


async def _heard(trading: Coroutine[Any, Any, ResultT]) -> ResultT:
    asyncio.get_running_loop().set_exception_handler(log_unforeseen)
    return await trading


def make_way(
    journal: Path, *, fresh: bool, tell: Callable[[str], None], with_seen: bool = False
) -> None:
    """Move the journal of a finished run aside, and any other when a fresh start was asked for.

    With what was seen of events, if asked.

    Raises:
        JournalBusyError: A trader has it open.
    """
    if not journal.exists() or not (fresh or is_finished(journal)):
        return
    try:
        with JournalReader(journal):
            pass
    except (JournalBrokenError, JournalVersionError) as error:
        tell(f"{error}; it is moved aside as it is")
    place = shelve(journal, with_seen=with_seen)
    tell(f"the journal of an earlier run is now {place}")
