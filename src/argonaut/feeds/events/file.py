"""Events from a file, a directory or standard input, one JSON object a line: for tests and replay.

A file is followed as it grows. In a directory every `*.jsonl` and `*.json` is read, in the order of
names; write a file elsewhere and move it in, so that no half line is read. A line that is no event
is counted and passed over, and so is one that is read again.
"""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from argonaut.domain.event import ExternalEvent
from argonaut.feeds.errors import BadDataError
from argonaut.feeds.events.body import EVENT_BYTES_MAX, parse_events
from argonaut.feeds.events.connector import ConnectorKind, Wiring

_STDIN = "-"
_PIECE_BYTES = 1_000_000
_TOO_LONG = b"a line without end"  # counted as what it is, no event
_ENDINGS = (".jsonl", ".json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Knobs of the file feed."""

    path: str  # file or directory, from the working directory; - is standard input
    replay: bool = False  # what a file already holds when it is read first ever is news too

    def __post_init__(self) -> None:
        if not self.path:
            raise ValueError("want a path, or - for standard input")


class FileFeed:
    """Looks every `interval_s` for what was added."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._path: str = wiring.params.path
        self._tails: dict[Path, _Tail] = {}

    async def run(self) -> None:
        """Look for ever; at standard input until it ends."""
        if self._path == _STDIN:
            await self._listen()
            return
        while True:
            self.look()
            await asyncio.sleep(self._wiring.interval_s)

    def look(self) -> None:
        """Take what was added since the last look."""
        wiring, place = self._wiring, Path(self._path)
        try:
            for each in _files_in(place) if place.is_dir() else [place]:
                self._read(self._tails.setdefault(each, _Tail(each)))
        except OSError as error:
            wiring.health.bad(f"{place}: {error.strerror}")
            wiring.watcher.on_answer(wiring.name, "unreachable", f"{place}: {error.strerror}")
            return
        wiring.health.ok(wiring.clock.mono_ns())

    def _read(self, tail: _Tail) -> None:
        lines, at = tail.added()
        if not lines:
            return
        if self._take(lines, is_news=self._wiring.params.replay):
            tail.at = at

    async def _listen(self) -> None:
        """Read standard input line by line until it ends."""
        wiring, lines = self._wiring, await _stdin()
        while (line := await _line(lines)) is None or line:
            while not self._take([line or _TOO_LONG], is_news=True):  # noqa: ASYNC110 - no event
                await asyncio.sleep(wiring.interval_s)
            wiring.health.ok(wiring.clock.mono_ns())

    def _take(self, lines: Iterable[bytes], *, is_news: bool) -> bool:
        """Take lines; False when they have to be offered again."""
        wiring = self._wiring
        seen_ns, events = wiring.clock.wall_ns(), list[ExternalEvent]()
        for line in lines:
            text = line.strip()
            if not text:
                continue
            try:
                events += parse_events(text, seen_ns=seen_ns)
            except BadDataError as error:
                wiring.watcher.on_answer(wiring.name, "unreadable", str(error))
            else:
                wiring.watcher.on_answer(wiring.name, "ok", "")
        return wiring.hears.take(
            wiring.name, events, seen_ns=seen_ns, keys=by_source_and_id, is_news=is_news
        )


class _Tail:
    """A file and how far it was read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.at = 0
        self._node = -1

    def added(self) -> tuple[list[bytes], int]:
        """Return the whole lines behind `at`, and where they end.

        An old file that went and came again under its name is read anew.
        """
        with self._path.open("rb") as file:
            status = os.fstat(file.fileno())
            if status.st_ino != self._node or status.st_size < self.at:
                self._node, self.at = status.st_ino, 0
            file.seek(self.at)
            piece = file.read(_PIECE_BYTES)
        whole = piece.rfind(b"\n") + 1
        if not whole and len(piece) > EVENT_BYTES_MAX:
            whole = len(piece)  # no event: it is counted as one bad line and passed over
        return piece[:whole].splitlines(), self.at + whole


def _files_in(folder: Path) -> list[Path]:
    return sorted(each for each in folder.iterdir() if each.suffix in _ENDINGS and each.is_file())


async def _stdin() -> asyncio.StreamReader:
    """Return standard input, a pipe, a terminal or a file, as a stream nobody has to wait for."""
    lines = asyncio.StreamReader(limit=EVENT_BYTES_MAX)
    if stat.S_ISREG(os.fstat(sys.stdin.fileno()).st_mode):
        lines.feed_data(sys.stdin.buffer.read())
        lines.feed_eof()
        return lines
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(lines), sys.stdin
    )
    return lines


async def _line(lines: asyncio.StreamReader) -> bytes | None:
    """Return the next line, nothing at the end, None where a line is too long to be an event."""
    try:
        return await lines.readline()
    except ValueError:
        return None


def by_source_and_id(event: ExternalEvent) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Tell events apart by source and id: one feed may bring those of many sources."""
    key = f"{event.source}|{event.event_id}"
    return (key,), (key,)


KIND = ConnectorKind(make=FileFeed, params=Params, interval_s=1.0, stale_s=60.0)
