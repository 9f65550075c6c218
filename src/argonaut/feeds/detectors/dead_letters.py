"""Dead letters: what was turned away for ever, with the reason, one JSON object a line.

Bounded: at `most` bytes the file becomes the older one, and the one before that is gone. What a
stranger sent is kept as its length and hash only, because it may hold somebody's secret.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import msgspec

from argonaut.feeds.detectors.answer import Answer
from argonaut.feeds.detectors.door import Arrival
from argonaut.feeds.detectors.watcher import Watcher

BYTES_MAX = 16_000_000
_BODY_KEPT = 4_096
_STRANGERS = frozenset({"bad_envelope", "bad_signature", "too_large"})


class Letter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One refused message."""

    wall_ns: int
    transport: str
    answer: Answer
    length: int
    sha256: str
    peer: str = ""
    body: str = ""  # the beginning, in base64, of what a known source has sent


class DeadLetters:
    """Counts refused messages and appends them to a file, where there is one."""

    def __init__(self, path: Path | None, watcher: Watcher, *, most: int = BYTES_MAX) -> None:
        self.count = 0
        self.lost = 0  # that the disk did not take
        self._path = path
        self._most = most
        self._watcher = watcher
        self._size = path.stat().st_size if path is not None and path.exists() else 0

    def add(self, arrival: Arrival, answer: Answer, wall_ns: int) -> None:
        """Keep one message. A disk that takes none is told once and stops nothing."""
        self.count += 1
        if self._path is None:
            return
        line = msgspec.json.encode(letter_of(arrival, answer, wall_ns)) + b"\n"
        try:
            self._append(self._path, line)
        except OSError as error:
            if not self.lost:
                self._watcher.on_letter_lost(error.strerror or str(error))
            self.lost += 1

    def _append(self, path: Path, line: bytes) -> None:
        if self._size and self._size + len(line) > self._most:
            path.replace(path.with_suffix(path.suffix + ".1"))
            self._size = 0
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            file.write(line)
        self._size += len(line)


def letter_of(arrival: Arrival, answer: Answer, wall_ns: int) -> Letter:
    """Return what is kept of a refused message."""
    is_known = answer.code not in _STRANGERS and answer.source and b"secret" not in arrival.body
    return Letter(
        wall_ns=wall_ns,
        transport=arrival.transport,
        answer=answer,
        length=len(arrival.body),
        sha256=hashlib.sha256(arrival.body).hexdigest(),
        peer=arrival.peer,
        body=base64.b64encode(arrival.body[:_BODY_KEPT]).decode() if is_known else "",
    )
