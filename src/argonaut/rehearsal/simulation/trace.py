"""What happened in a run, as one hash: two runs are the same when every event was."""

from __future__ import annotations

from collections import deque
from hashlib import sha256

LINES_KEPT = 2_000


class Trace:
    """Number events, hash them all and keep the last few to be read (all with `keep_all`)."""

    __slots__ = ("_digest", "count", "lines")

    def __init__(self, *, keep_all: bool = False) -> None:
        self._digest = sha256()
        self.count = 0
        self.lines: deque[str] = deque(maxlen=None if keep_all else LINES_KEPT)

    def note(self, at_ns: int, who: str, what: str, content: bytes = b"") -> None:
        """Add one event: when, whose, its name, and the bytes that went with it."""
        line = f"{at_ns} {who} {what} {len(content)}"
        self.count += 1
        self.lines.append(line)
        self._digest.update(line.encode() + content if content else line.encode())

    @property
    def digest(self) -> str:
        """The hash (hex) of everything so far."""
        return self._digest.hexdigest()
