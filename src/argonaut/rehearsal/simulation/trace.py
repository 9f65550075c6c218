"""What happened in a run, as one hash: two runs are the same when every event was."""

from __future__ import annotations

from collections import deque
from hashlib import sha256

LINES_KEPT = 2_000
_AT_ONCE_BYTES = 64 * 1024  # hashed in one go


class Trace:
    """Number events, hash them all and keep the last few to be read (all with `keep_all`)."""

    __slots__ = ("_digest", "_pending", "count", "lines")

    def __init__(self, *, keep_all: bool = False) -> None:
        self._digest = sha256()
        self._pending = bytearray()  # noted, and not in the digest yet
        self.count = 0
        self.lines: deque[str] = deque(maxlen=None if keep_all else LINES_KEPT)

    def note(self, at_ns: int, who: str, what: str, content: bytes = b"") -> None:
        """Add one event: when, whose, its name, and the bytes that went with it."""
        line = f"{at_ns} {who} {what} {len(content)}"
        self.count += 1
        self.lines.append(line)
        pending = self._pending
        pending += line.encode()
        pending += content
        if len(pending) > _AT_ONCE_BYTES:
            self._digest.update(pending)
            pending.clear()

    @property
    def digest(self) -> str:
        """The hash (hex) of everything so far."""
        self._digest.update(self._pending)
        self._pending.clear()
        return self._digest.hexdigest()
