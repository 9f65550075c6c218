"""What `argonaut journal rebuild` does: the read model out of a journal, once or for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import islice

import msgspec

from argonaut.cli.output import errors, print_json, print_line
from argonaut.cli.place import JournalPlace
from argonaut.cli.progress import progress
from argonaut.cli.trader import TraderSilentError, ask_trader, journal_named, open_closed
from argonaut.domain.errors import InvalidValueError
from argonaut.journal.errors import JournalBusyError
from argonaut.journal.meta import Meta
from argonaut.journal.query import RowFilter
from argonaut.journal.read_model.model import ReadModel, ReadModelGapError
from argonaut.journal.row import Row

_FOLLOW_S = 0.5
_FOLLOWED_ROWS = 2_000  # in one transaction at most


def rebuild_tables(source: str, into: str, *, follow: bool, as_json: bool) -> None:
    """Make the tables anew and print how much is in them; then go on, when asked to.

    Following goes on from what is there, and makes it anew only when it is another journal's.

    Raises:
        JournalError: The journal or the database cannot be used; the tables are as they were.
        InvalidValueError: The URL is wrong, or is needed.
    """
    journal = journal_named(source)
    url = into or _beside(journal)
    with ReadModel(url) as model:
        if not (follow and _goes_on(model, journal)):
            with progress("rebuild", "rows") as told:
                total = _head_of(journal)
                model.rebuild(
                    rows_after(journal, 0),
                    quote=_quote_of(journal),
                    told=None if told is None else lambda done: told(done, total),
                )
        _tell(model, as_json=as_json)
        if follow:
            _follow(model, journal)


def _follow(model: ReadModel, journal: JournalPlace) -> None:
    """Go on for ever; a trader that starts, stops or is busy is asked again in a moment."""
    said = ""
    while True:
        asyncio.run(asyncio.sleep(_FOLLOW_S))
        try:
            _catch_up(model, journal)
        except (JournalBusyError, TraderSilentError) as error:
            if str(error) != said:
                said = str(error)
                errors.print(f"waiting: {said}", markup=False, soft_wrap=True)


def rows_after(journal: JournalPlace, seq: int) -> Iterator[Row]:
    """Yield the rows that follow one, out of a running trader, a file or a database."""
    while (page := _page(journal, seq + 1)) is not None:
        yield from page
        if not page:
            return
        seq = page[-1].seq
    with open_closed(journal) as reader:
        yield from reader.rows(RowFilter(from_seq=seq + 1))


def _page(journal: JournalPlace, from_seq: int) -> list[Row] | None:
    answer = ask_trader(journal, "/chain", {"from_seq": str(from_seq)})
    return None if answer is None else msgspec.convert(answer, list[Row])


def _goes_on(model: ReadModel, journal: JournalPlace) -> bool:
    """Bring tables of this journal up to its end; say whether they are of this journal."""
    if not model.progress.seq:
        return False
    try:
        _catch_up(model, journal)
    except ReadModelGapError:
        return False
    return True


def _catch_up(model: ReadModel, journal: JournalPlace) -> None:
    rows = rows_after(journal, model.progress.seq)
    while some := list(islice(rows, _FOLLOWED_ROWS)):
        model.apply(some)


def _head_of(journal: JournalPlace) -> int:
    """Return how many rows there are, for a bar."""
    answer = ask_trader(journal, "/status")
    if answer is not None:
        return int(answer["journal_seq"])
    with open_closed(journal) as reader:
        return reader.last_seq


def _quote_of(journal: JournalPlace) -> str:
    """Return what the account reports in; empty when only its first deposit says so."""
    answer = ask_trader(journal, "/meta")
    if answer is not None:
        return msgspec.convert(answer, Meta).run.get("quote", "")
    with open_closed(journal) as reader:
        return reader.meta.run.get("quote", "")


def _beside(journal: JournalPlace) -> str:
    if journal.file is None:
        raise InvalidValueError("--into: want the URL of a database for the tables of a database")
    return f"sqlite:///{journal.file.with_suffix('.read.db').resolve()}"


def _tell(model: ReadModel, *, as_json: bool) -> None:
    head, counts = model.progress, model.counts()
    if as_json:
        print_json({"into": model.name, "rows": head.seq, "head_hash": head.hash, "tables": counts})
        return
    print_line(f"{head.seq:,} rows make {model.name}")
    print_line("  " + ", ".join(f"{count:,} {name}" for name, count in counts.items()))
