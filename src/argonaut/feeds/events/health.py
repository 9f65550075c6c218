"""How a source is: when it answered well last, when it had news, how often it failed since."""

from __future__ import annotations

_SECOND_NS = 1_000_000_000


class Health:
    """Kept by the connector, looked at by whoever watches. Times are monotonic nanoseconds."""

    def __init__(self, *, stale_s: float, now_ns: int) -> None:
        self.stale_s = stale_s
        self.last_ok_ns: int | None = None  # None until it has answered once
        self.last_new_item_ns: int | None = None
        self.failures = 0  # in a row
        self.fault = ""  # what was wrong last; empty when nothing is
        self.withheld = ""  # what it should have brought and did not; empty when nothing is
        self.skew_s: float | None = None  # by how much our clock is ahead of the source's
        self._began_ns = now_ns

    def ok(self, now_ns: int) -> None:
        """Note a good answer or a sign of life."""
        self.last_ok_ns, self.failures, self.fault = now_ns, 0, ""

    def bad(self, fault: str) -> None:
        """Note an answer that was none."""
        self.failures += 1
        self.fault = fault

    def news(self, now_ns: int) -> None:
        """Note an item that was not known before."""
        self.last_new_item_ns = now_ns

    def is_stale(self, now_ns: int) -> bool:
        """Whether nothing good came for so long, or so little, that somebody has to look."""
        if self.withheld:
            return True
        since_ns = self._began_ns if self.last_ok_ns is None else self.last_ok_ns
        return now_ns - since_ns > self.stale_s * _SECOND_NS

    def sentence(self, now_ns: int) -> str:
        """Say it to a person."""
        if self.last_ok_ns is None:
            heard = "never answered well"
        else:
            heard = f"last well {(now_ns - self.last_ok_ns) / _SECOND_NS:.0f} s ago"
        if self.withheld:
            heard = f"{heard}, but {self.withheld}"
        if not self.failures:
            return heard
        return f"{heard}, {self.failures} failures in a row, the last: {self.fault}"
