"""The clocks of this machine; the only place that reads them."""

from __future__ import annotations

import time


class SystemClock:
    """Wall time for people and files, monotonic time for pacing."""

    def wall_ns(self) -> int:
        """UTC nanoseconds."""
        return time.time_ns()

    def mono_ns(self) -> int:
        """Nanoseconds that never step back."""
        return time.monotonic_ns()
