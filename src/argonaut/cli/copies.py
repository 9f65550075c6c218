"""What `argonaut journal backup` and `restore` do."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import msgspec

from argonaut.cli.output import UnusableTargetError, print_json, print_line, require_target
from argonaut.cli.place import JournalPlace
from argonaut.cli.progress import Told, progress
from argonaut.cli.trader import ask_trader, journal_named
from argonaut.journal.copying import EPOCH_JUMP, back_up, put_in_place, restore
from argonaut.journal.errors import JournalIOError
from argonaut.journal.file_copy import draft_of, remove
from argonaut.journal.verify import VerifyReport
from argonaut.runtime.backup import BackupState

_ASKED_AGAIN_S = 0.1


def back_up_journal(source: str, target: Path, *, replace: bool, as_json: bool) -> None:
    """Copy a journal, of a running trader too, and print what the copy holds.

    Raises:
        UnusableTargetError: The copy cannot be written there, or one is there already.
        JournalError: What cannot be read or written; `target` is then what it was before.
    """
    require_target(target)
    if target.exists() and not replace:
        raise UnusableTargetError(f"{target} is there already; want another name, or --replace")
    journal = journal_named(source)
    with progress("backup", "pages") as told:
        report = _copied_by_trader(journal, target, told)
        if report is None:
            report = back_up(journal.rows, target, told)
    _tell("copied to", target, report, as_json=as_json)


def restore_journal(copy: Path, target: str, *, as_json: bool) -> None:
    """Make a journal out of a copy and print what it holds.

    Raises:
        JournalTakenError: A journal is there already.
        JournalError: What cannot be read or written; nothing is there then.
    """
    place = journal_named(target)
    if place.file is not None:
        require_target(place.file)
    with progress("restore", "pages") as told:
        report = restore(copy, place.rows, told)
    _tell("restored to", place, report, as_json=as_json, epoch_jump=EPOCH_JUMP)
    if not as_json:
        print_line("  what was decided after its last row is not in it: the next start asks the")
        print_line("  venue, and takes orders it does not know for somebody else's")


def _copied_by_trader(
    journal: JournalPlace, target: Path, told: Told | None
) -> VerifyReport | None:
    """Let the trader that has the journal open copy it; None when none does."""
    if journal.file is None:
        return None  # a database is read beside its writer
    draft = draft_of(target).resolve()
    answer = ask_trader(journal, "/backup", body={"path": str(draft)})
    if answer is None:
        return None
    try:
        while not (state := msgspec.convert(answer, BackupState)).is_whole:
            if state.error:
                raise JournalIOError(f"the trader could not copy its journal: {state.error}")
            if told is not None and state.total:
                told(state.done, state.total)
            asyncio.run(asyncio.sleep(_ASKED_AGAIN_S))
            answer = ask_trader(journal, "/backup")
            if answer is None:
                raise JournalIOError(f"the trader of {journal} ended before its copy was whole")
        return put_in_place(draft, target)
    finally:
        remove(draft)


def _tell(
    done: str, place: Path | JournalPlace, report: VerifyReport, *, as_json: bool, **more: Any
) -> None:
    if as_json:
        print_json({"path": str(place), "rows": report.rows, "head_hash": report.head_hash, **more})
        return
    print_line(f"{report.rows:,} rows {done} {place}, every one verified")
    print_line(f"  head {report.head_hash}")
