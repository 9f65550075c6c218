"""A disk in memory that keeps promises as badly as a real one may: the files under an apsw VFS.

What was not synced when the power goes survives in random 512-byte sectors; what a killed process
had written survives whole. Making and deleting a file is taken as durable at once. Each life of
the machine opens files through a `Mount` of its own; a dead life's mount changes nothing any more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from operator import is_
from typing import Literal, Protocol

import apsw
import msgspec

from argonaut.rehearsal.simulation.dice import Dice
from argonaut.rehearsal.simulation.loop import SimLoop
from argonaut.rehearsal.simulation.trace import Trace

SECTOR_BYTES = 512
FOREVER = 2**62
_SYNCED_MAX = 4_096  # writes that are durable, and kept as they came


class DiskFault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What happens to operations `from_op` to `to_op`: writes, truncations, syncs and deletions.

    They are counted from 1, whoever does them, from `from_ns` of the world's time on. full: no
    room. io_error: the disk fails. slow_sync: a sync takes `delay_ns`, in which the machine does
    nothing else.
    """

    kind: Literal["full", "io_error", "slow_sync"]
    from_op: int
    from_ns: int = 0
    to_op: int = FOREVER
    delay_ns: int = 0


class StoredFile:
    """What the program sees of a file, what the disk has, and what lies between.

    What is synced is put together only when somebody looks, which is after a power cut.
    """

    __slots__ = ("_durable", "_synced", "pending", "seen")

    def __init__(self) -> None:
        self.seen = bytearray()
        self.pending: list[tuple[int, bytes | None]] = []  # None truncates
        self._durable = bytearray()
        self._synced: list[tuple[int, bytes | None]] = []  # durable, and not put into it yet

    @property
    def durable(self) -> bytearray:
        """What the disk has for certain."""
        self._settle()
        return self._durable

    def _settle(self) -> None:
        for offset, content in self._synced:
            _apply(self._durable, offset, content)
        self._synced.clear()

    def copy(self) -> StoredFile:
        """Return the same file, to go its own way."""
        twin = StoredFile()
        twin.seen, twin.pending = self.seen.copy(), self.pending.copy()
        twin._durable, twin._synced = self._durable.copy(), self._synced.copy()
        return twin

    def do(self, offset: int, content: bytes | None) -> None:
        """Write or truncate; the disk has it at the next sync."""
        _apply(self.seen, offset, content)
        self.pending.append((offset, content))

    def sync(self) -> None:
        """Make everything so far durable."""
        self._synced += self.pending
        self.pending.clear()
        if len(self._synced) > _SYNCED_MAX:
            self._settle()

    def lose_power(self, dice: Dice) -> None:
        """Keep what is durable and each sector of the rest by chance."""
        durable = self.durable
        for offset, content in self.pending:
            for start, part in _sectors(offset, content):
                if dice.chance(0.5):
                    _apply(durable, start, part)
        self.pending.clear()
        self.seen = durable.copy()


def _apply(file: bytearray, offset: int, content: bytes | None) -> None:
    if content is None:
        del file[offset:]
        return
    if len(file) < offset:
        file.extend(bytes(offset - len(file)))
    file[offset : offset + len(content)] = content


def _sectors(offset: int, content: bytes | None) -> Iterator[tuple[int, bytes | None]]:
    if content is None:
        yield offset, None
        return
    start = 0
    while start < len(content):
        end = min(len(content), start + SECTOR_BYTES - (offset + start) % SECTOR_BYTES)
        yield offset + start, content[start:end]
        start = end


class Disk(Protocol):
    """What a mount wants of the disk below it."""

    files: dict[str, StoredFile]

    def operate(self, what: str) -> None:
        """Count one operation and let it fail where its turn has come."""

    def lock(self, path: str, mount: Mount) -> None:
        """Lock a file for one mount."""

    def unlock(self, path: str, mount: Mount) -> None:
        """Give a lock back."""


class SimDisk:
    """The files of one machine."""

    def __init__(
        self, loop: SimLoop, dice: Dice, trace: Trace, faults: Sequence[DiskFault] = ()
    ) -> None:
        self.files: dict[str, StoredFile] = {}
        self.operations = 0
        self.struck: Counter[DiskFault] = Counter()  # how often each fault did something
        self._counted: Counter[DiskFault] = Counter()  # operations since each fault's time
        self._loop = loop
        self._dice = dice
        self._trace = trace
        self._faults = tuple(faults)
        self._locks: dict[str, Mount] = {}

    def heal(self) -> None:
        """Have no fault from now on."""
        self._faults = ()

    def lose_power(self) -> None:
        """Lose by chance what was not synced."""
        for _, file in sorted(self.files.items()):
            file.lose_power(self._dice)

    def lock(self, path: str, mount: Mount) -> None:
        """Lock a file for one mount.

        Raises:
            apsw.BusyError: Another live mount has it.
        """
        holder = self._locks.get(path, mount)
        if holder is not mount and holder.is_live:
            raise apsw.BusyError(f"{path} is locked by {holder.name}")
        self._locks[path] = mount

    def unlock(self, path: str, mount: Mount) -> None:
        """Give a lock back; one who was refused has none to give."""
        if self._locks.get(path) is mount:
            del self._locks[path]

    def operate(self, what: str) -> None:
        """Count one operation and let it fail, or take its time, if a fault says so.

        Raises:
            apsw.FullError, apsw.IOError: It fails.
        """
        self._loop.point(f"disk {what}")
        self.operations += 1
        self._trace.note(self._loop.now_ns, self._loop.owner.name, f"disk {what}")
        for fault in self._faults:
            if self._loop.now_ns < fault.from_ns:
                continue
            self._counted[fault] += 1
            if not fault.from_op <= self._counted[fault] <= fault.to_op:
                continue
            if fault.kind == "slow_sync":
                if what == "sync":
                    self.struck[fault] += 1
                    self._loop.keep_busy(fault.delay_ns)
                continue
            self.struck[fault] += 1
            error = apsw.FullError if fault.kind == "full" else apsw.IOError
            raise error(f"{fault.kind} at operation {self.operations} of the simulated disk")


class Mount(apsw.VFS):
    """The disk as one life of the machine sees it, under the VFS name `name`."""

    def __init__(self, name: str, disk: Disk) -> None:
        super().__init__(name, base="")
        self.name = name
        self.is_live = True
        self.files = disk.files
        self._disk = disk

    def detach(self) -> None:
        """Go on with a copy: what SQLite tidies up for a dead process reaches no disk."""
        self.is_live = False
        self.files = {path: file.copy() for path, file in self.files.items()}

    def lock(self, path: str, level: int) -> None:
        """Take or give back a lock: one mount at a time has a file."""
        if self.is_live and level:
            self._disk.lock(path, self)
        elif self.is_live:
            self._disk.unlock(path, self)

    def operate(self, what: str) -> None:
        """Count one operation, as long as the machine lives."""
        if self.is_live:
            self._disk.operate(what)

    def xOpen(self, name: apsw.URIFilename | str | None, flags: list[int]) -> OpenFile:  # noqa: N802 - SQLite's name
        """Open a file, made when it is not there."""
        path = name.filename() if isinstance(name, apsw.URIFilename) else name or "temporary"
        flags[1] = flags[0]
        self.files.setdefault(path, StoredFile())
        return OpenFile(self, path)

    def xDelete(self, filename: str, _syncdir: bool) -> None:  # noqa: N802, FBT001 - SQLite's name and signature
        """Delete a file, durably."""
        self.operate("delete")
        self.files.pop(filename, None)

    def xAccess(self, filename: str, _flags: int) -> bool:  # noqa: N802 - SQLite's name
        """Say whether a file is there."""
        return filename in self.files

    def xFullPathname(self, filename: str) -> str:  # noqa: N802 - SQLite's name
        """Return the name: there are no folders."""
        return filename


class OpenFile(apsw.VFSFile):
    """A handle, as SQLite wants it. Locks are between mounts: one life has one handle a file."""

    def __init__(self, mount: Mount, path: str) -> None:  # nothing of the real disk below it
        self._mount = mount
        self._path = path

    @property
    def _file(self) -> StoredFile:
        return self._mount.files.setdefault(self._path, StoredFile())

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802 - SQLite's name
        """Read what was written, synced or not."""
        return bytes(self._file.seen[offset : offset + amount])

    def xWrite(self, content: bytes, offset: int) -> None:  # noqa: N802 - SQLite's name
        """Write; durable at the next sync."""
        self._mount.operate("write")
        self._file.do(offset, bytes(content))

    def xTruncate(self, length: int) -> None:  # noqa: N802 - SQLite's name
        """Cut the file off."""
        self._mount.operate("truncate")
        self._file.do(length, None)

    def xSync(self, _flags: int) -> None:  # noqa: N802 - SQLite's name
        """Make the file durable."""
        self._mount.operate("sync")
        self._file.sync()

    def xFileSize(self) -> int:  # noqa: N802 - SQLite's name
        """Return the size in bytes."""
        return len(self._file.seen)

    def xLock(self, level: int) -> None:  # noqa: N802 - SQLite's name
        """Take the file's lock."""
        self._mount.lock(self._path, level)

    def xUnlock(self, level: int) -> None:  # noqa: N802 - SQLite's name
        """Give it back, when nothing of it is left."""
        if level == 0:
            self._mount.lock(self._path, level)

    # SQLite asks these several times for each statement, so none of them is Python's.

    xCheckReservedLock = staticmethod(bool)  # noqa: N815 - no: nobody else writes
    xFileControl = staticmethod(is_)  # type: ignore[assignment]  # noqa: N815 - no operation is its pointer: none is known
    xSectorSize = staticmethod(partial(int, SECTOR_BYTES))  # noqa: N815 - a torn write keeps them whole
    xDeviceCharacteristics = staticmethod(int)  # noqa: N815 - 0: not even neighbours stay whole

    def xClose(self) -> None:  # noqa: N802 - SQLite's name
        """Close the handle."""
