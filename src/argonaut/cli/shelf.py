"""The journals of runs that are over: which is finished, and how it is moved out of the way."""

from __future__ import annotations

from pathlib import Path

import msgspec

from argonaut.cli.output import OutputError

_BESIDE = (".finished", ".sock")
_SEEN = (".seen-wal", ".seen-shm", ".seen")  # events seen before; see `feeds/events/seen.py`
_SHELVES_MAX = 100_000


class Finished(msgspec.Struct, frozen=True):
    """What stands beside the journal of a run that came to the end of its tape."""

    rows: int
    head: str


def mark_finished(journal: Path, rows: int, head: str) -> None:
    """Note beside a closed journal that its run is over.

    A run killed just before is played to its end once more, which adds nothing.
    """
    draft = journal.with_suffix(".finished.part")
    try:
        draft.write_bytes(msgspec.json.encode(Finished(rows, head)))
        draft.replace(journal.with_suffix(".finished"))
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise OutputError(f"{draft} cannot be written: {error.strerror}") from error


def unmark(journal: Path) -> None:
    """Take away a mark that another journal of this name has left."""
    journal.with_suffix(".finished").unlink(missing_ok=True)


def is_finished(journal: Path) -> bool:
    """Whether the run of this journal came to the end of its tape."""
    return journal.exists() and journal.with_suffix(".finished").exists()


def shelve(journal: Path, *, with_seen: bool = False) -> Path | None:
    """Move a journal that no trader has open to `journal-1.db`, `-2.db`, ...; return the new path.

    With what was seen of events, if asked: a paper run that begins anew hears them anew. A real
    account has acted on them, whatever becomes of its journal.

    Raises:
        OutputError: It cannot be moved.
    """
    if not journal.exists():
        return None
    place = next(
        free
        for number in range(1, _SHELVES_MAX)
        if not (free := journal.with_stem(f"{journal.stem}-{number}")).exists()
    )
    try:
        for suffix in ("-wal", "-shm"):  # left by a kill; without them rows would be lost
            beside = journal.with_name(journal.name + suffix)
            if beside.exists():
                beside.rename(place.with_name(place.name + suffix))
        journal.rename(place)
        for ending in (*_BESIDE, *(_SEEN if with_seen else ())):
            beside = journal.with_suffix(ending)
            if beside.exists():
                beside.rename(place.with_suffix(ending))
    except OSError as error:
        raise OutputError(f"{journal} cannot be moved to {place}: {error.strerror}") from error
    return place
