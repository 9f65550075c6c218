"""Power cuts of the journal: what a commit called durable is there when the power comes back.

A journal is written on a disk in memory that loses, by chance of 512-byte sectors, all that was not
synced. The power goes at a random write, truncation, deletion or sync, also while the journal is
made, recovers, or is checkpointed; then it is opened again and every row is held against what was
written. Four cuts to a journal, so recoveries are cut as well.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import apsw
import msgspec

from argonaut.journal import database
from argonaut.journal.errors import JournalBrokenError, JournalError, JournalIOError
from argonaut.journal.meta import Meta
from argonaut.journal.row import Row
from argonaut.journal.sqlite import SqliteStore
from argonaut.journal.writer import JournalWriter, abandon, writer_on
from argonaut.rehearsal.simulation.dice import Dice
from argonaut.rehearsal.simulation.disk import Mount, StoredFile

_PATH = Path("/powercut.db")
_CUTS_A_JOURNAL = 4
_GROUPS = 6
_GROUP_ROWS_MAX = 9
_OPERATIONS_MAX = 90  # a life without a cut does about sixty
_PAYLOAD_BYTES_MAX = 300
_ORDERS = 7
_SNAPSHOT_EVERY = 11  # rows; a prime, so that snapshots fall everywhere in a group

_KINDS = ("intent", "report", "skip")

Synchronous = Literal["full", "normal", "off"]
Told = Callable[[int, int], None]


class PowerCuts(msgspec.Struct, frozen=True, kw_only=True):
    """What a run of power cuts came to."""

    cuts: int
    synchronous: Synchronous
    seed: int
    acknowledged_rows: int  # called durable over all lives
    torn_cuts: int  # that caught something unsynced
    cuts_that_lost: int  # after which an acknowledged row was missing or altered
    rows_lost: int
    unreadable: int  # journals that did not open any more

    @property
    def ok(self) -> bool:
        """Whether nothing that was acknowledged was lost."""
        return not (self.cuts_that_lost or self.unreadable)


class CutDisk:
    """The files of one machine whose power fails at one operation."""

    def __init__(self) -> None:
        self.files: dict[str, StoredFile] = {}
        self.operations = 0
        self.cut_at = 0  # 0 for never

    def operate(self, what: str) -> None:
        """Count one operation; from the cut on nothing reaches the disk.

        Raises:
            apsw.IOError: The power is gone.
        """
        self.operations += 1
        if self.cut_at and self.operations >= self.cut_at:
            raise apsw.IOError(f"no power for a {what}")

    def lock(self, path: str, mount: Mount) -> None:
        """Do nothing: one machine, one process."""

    def unlock(self, path: str, mount: Mount) -> None:
        """Do nothing."""

    def begin(self, *, cut_at: int) -> None:
        """Have power from now on, up to the operation `cut_at`."""
        self.operations, self.cut_at = 0, cut_at

    def lose_power(self, dice: Dice) -> bool:
        """Lose by chance what was not synced; return whether there was any."""
        was_torn = any(file.pending for file in self.files.values())
        for _, file in sorted(self.files.items()):
            file.lose_power(dice)
        return was_torn


class _Stamps:
    """A clock that only counts: no stamp is hashed."""

    def __init__(self) -> None:
        self._reading = 0

    def wall_ns(self) -> int:
        self._reading += 1
        return self._reading

    def mono_ns(self) -> int:
        return self._reading


class PowerCutRun:
    """Cuts the power of journals, one after another, and counts what was lost."""

    def __init__(self, seed: int, synchronous: Synchronous) -> None:
        self._seed = seed
        self._synchronous = synchronous
        self._dice = Dice(seed, "powercut")
        self._disk = CutDisk()
        self._stamps = _Stamps()
        self.done = 0
        self._acknowledged = self._torn = self._losing = self._lost = self._unreadable = 0

    def run(self, cuts: int, told: Told | None = None) -> PowerCuts:
        """Cut the power so often; `told` is called with (done, cuts) now and then."""
        name = f"powercut-{self._seed}-{self._synchronous}"
        mount = Mount(name, self._disk)
        try:
            with _silent_sqlite():
                while self.done < cuts:
                    self._one_journal(name, min(_CUTS_A_JOURNAL, cuts - self.done))
                    if told is not None:
                        told(self.done, cuts)
        finally:
            mount.unregister()
        return PowerCuts(
            cuts=self.done,
            synchronous=self._synchronous,
            seed=self._seed,
            acknowledged_rows=self._acknowledged,
            torn_cuts=self._torn,
            cuts_that_lost=self._losing,
            rows_lost=self._lost,
            unreadable=self._unreadable,
        )

    def _one_journal(self, vfs: str, cuts: int) -> None:
        self._disk.files.clear()
        durable = 0
        for _ in range(cuts):
            self._disk.begin(cut_at=self._dice.between(1, _OPERATIONS_MAX))
            before = durable
            durable = max(durable, self._write(vfs))
            self._acknowledged += durable - before
            self._torn += self._disk.lose_power(self._dice)
            self._disk.begin(cut_at=0)
            self.done += 1
            found = self._look(vfs)
            if found is None:
                self._unreadable += 1
                return
            if found < durable:
                self._losing += 1
                self._lost += durable - found
            durable = found

    def _write(self, vfs: str) -> int:
        """Write until the power goes or the day is over; return the last acknowledged row."""
        acknowledged = 0
        try:
            seals = self._dice.chance(0.5)  # half of all lives trust a sealed snapshot
            journal = self._opened(vfs, self._synchronous, from_snapshot=seals)
            try:
                acknowledged = journal.head[0]
                for _ in range(_GROUPS):
                    for _ in range(self._dice.between(1, _GROUP_ROWS_MAX)):
                        journal.append(*content(journal.head[0] + 1))
                    journal.commit()
                    acknowledged = journal.head[0]
            finally:
                journal.close()
        except JournalError:  # no power; or damage, which `_look` will count
            return acknowledged
        return acknowledged

    def _look(self, vfs: str) -> int | None:
        """Open what is left, hold every row against what was written, and let the power go."""
        try:
            journal = self._opened(vfs, "full", from_snapshot=False)
        except JournalError:
            return None
        try:
            whole = self._whole(journal)
        except JournalError:
            whole = None
        self._disk.begin(cut_at=1)  # closing would tidy up what the next life should find
        try:
            journal.close()
        except JournalIOError:
            return whole
        return whole

    def _whole(self, journal: JournalWriter) -> int:
        """Return the last row up to which all is as written, and found by its order as well."""
        whole = 0
        for row in journal.rows():
            if not _is_as_written(row):
                return whole
            whole = row.seq
        number = self._dice.below(_ORDERS)
        found = [row.seq for row in journal.order_rows(f"order-{number}")]
        wanted = [seq for seq in range(1, whole + 1) if _is_about(number, seq)]
        differing = (seq for seq in wanted if seq not in found)
        return next(differing, whole + 1) - 1

    def _opened(self, vfs: str, synchronous: Synchronous, *, from_snapshot: bool) -> JournalWriter:
        try:
            connection = database.connect_exclusive(_PATH, vfs)
            connection.pragma("synchronous", synchronous.upper())
        except apsw.IOError as error:
            raise JournalIOError(f"no power to open it ({error})") from error
        except apsw.Error as error:
            raise JournalBrokenError(f"what is left cannot be opened ({error})") from error
        store = SqliteStore(connection, _PATH)
        try:
            return writer_on(
                store,
                Meta(config_hash="powercut"),
                clock=self._stamps,
                pid=0,
                mode="rehearse",
                repair=False,
                from_snapshot=from_snapshot,
            )
        except BaseException as error:
            abandon(store, error)
            raise


def content(seq: int) -> tuple[int, int, str, str, bytes]:
    """Return what row `seq` holds: the arguments of `append`, a function of `seq` alone."""
    if seq % _SNAPSHOT_EVERY == 0:
        return seq, seq, "snapshot", "", b'{"seq":%d}' % seq
    payload = b'{"seq":%d,"why":"%s"}' % (seq, b"x" * (seq * 37 % _PAYLOAD_BYTES_MAX))
    return seq, seq, _KINDS[seq % len(_KINDS)], f"order-{seq % _ORDERS}", payload


def _is_about(number: int, seq: int) -> bool:
    return seq % _ORDERS == number and content(seq)[2] in _KINDS[:2]


def _is_as_written(row: Row) -> bool:
    return (row.event_seq, row.event_ns, row.kind, row.subject, row.payload) == content(row.seq)


@contextmanager
def _silent_sqlite() -> Iterator[None]:
    """Keep the cuts off the screen that SQLite has nobody left to tell of, after the first."""
    before = sys.unraisablehook

    def hook(unraisable: sys.UnraisableHookArgs) -> None:
        if unraisable.exc_type is not apsw.IOError:
            before(unraisable)

    sys.unraisablehook = hook
    try:
        yield
    finally:
        sys.unraisablehook = before
