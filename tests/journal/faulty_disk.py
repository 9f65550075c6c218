"""A disk in memory that keeps promises as badly as a real one may: an apsw VFS.

What was not synced when the power goes survives in random 512-byte sectors. Creating and deleting
a file is taken as durable at once. Operations (writes, truncations, syncs) are counted, so a test
can let any one of them, or all from one on, fail.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

import apsw

SECTOR_BYTES = 512


@dataclass
class StoredFile:
    """What the program sees of a file, what the disk has, and what lies between."""

    seen: bytearray = field(default_factory=bytearray)
    durable: bytearray = field(default_factory=bytearray)
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)  # None truncates

    def do(self, offset: int, content: bytes | None) -> None:
        _apply(self.seen, offset, content)
        self.pending.append((offset, content))

    def sync(self) -> None:
        for offset, content in self.pending:
            _apply(self.durable, offset, content)
        self.pending.clear()

    def lose_power(self, dice: Random) -> None:
        for offset, content in self.pending:
            for start, part in _sectors(offset, content):
                if dice.random() < 0.5:
                    _apply(self.durable, start, part)
        self.pending.clear()
        self.seen = bytearray(self.durable)


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


class FaultyDisk(apsw.VFS):
    """A disk of its own under the VFS name `name`; faults are set between runs."""

    def __init__(self, name: str, seed: int = 0) -> None:
        super().__init__(name, base="")
        self.name = name
        self.files: dict[str, StoredFile] = {}
        self.dice = Random(seed)
        self.operations = 0
        self.heal()

    def heal(self) -> None:
        """No fault from now on; the count of operations starts anew."""
        self.operations = 0
        self._error: type[apsw.Error] | None = None
        self._first = self._last = 0

    def fail(self, error: type[apsw.Error], *, first: int, last: int | None = None) -> None:
        """Let operations `first` to `last` (for ever, when None) fail with `error`."""
        self.heal()
        self._error, self._first, self._last = error, first, last or 2**63

    def stop_process(self) -> None:
        """From now on nothing the program does reaches the disk; what it wrote before has."""
        self.fail(apsw.IOError, first=1)

    def cut_power(self) -> None:
        """Lose what was not synced, by chance of sectors, and come back healthy."""
        for file in self.files.values():
            file.lose_power(self.dice)
        self.heal()

    def operate(self) -> None:
        """Count one operation and fail it if its turn has come."""
        self.operations += 1
        if self._error is not None and self._first <= self.operations <= self._last:
            raise self._error("injected fault")

    def xOpen(self, name, flags):  # noqa: N802 - SQLite's name
        filename = name if isinstance(name, str) else name.filename()
        flags[1] = flags[0]
        return OpenFile(self, self.files.setdefault(filename, StoredFile()))

    def xDelete(self, filename, _syncdir):  # noqa: N802 - SQLite's name
        self.operate()
        self.files.pop(filename, None)

    def xAccess(self, filename, _flags):  # noqa: N802 - SQLite's name
        return filename in self.files

    def xFullPathname(self, filename):  # noqa: N802 - SQLite's name
        return filename


class OpenFile:
    """A handle, as SQLite wants it. One process has one handle, so locks always succeed."""

    def __init__(self, disk: FaultyDisk, file: StoredFile) -> None:
        self._disk = disk
        self._file = file

    def xRead(self, amount, offset):  # noqa: N802 - SQLite's name
        return bytes(self._file.seen[offset : offset + amount])

    def xWrite(self, content, offset):  # noqa: N802 - SQLite's name
        self._disk.operate()
        self._file.do(offset, bytes(content))

    def xTruncate(self, length):  # noqa: N802 - SQLite's name
        self._disk.operate()
        self._file.do(length, None)

    def xSync(self, _flags):  # noqa: N802 - SQLite's name
        self._disk.operate()
        self._file.sync()

    def xFileSize(self):  # noqa: N802 - SQLite's name
        return len(self._file.seen)

    def xLock(self, level):  # noqa: N802 - SQLite's name
        pass

    def xUnlock(self, level):  # noqa: N802 - SQLite's name
        pass

    def xCheckReservedLock(self):  # noqa: N802 - SQLite's name
        return False

    def xFileControl(self, _operation, _pointer):  # noqa: N802 - SQLite's name
        return False

    def xSectorSize(self):  # noqa: N802 - SQLite's name
        return SECTOR_BYTES

    def xDeviceCharacteristics(self):  # noqa: N802 - SQLite's name
        return 0  # it promises nothing, not even that neighbours of a torn write stay whole

    def xClose(self):  # noqa: N802 - SQLite's name
        pass
