"""What stamps the rows of a journal."""

from __future__ import annotations

from typing import Protocol


class Stamps(Protocol):
    """The part of `ports.Clock` a journal reads."""

    def wall_ns(self) -> int:
        """UTC nanoseconds."""

    def mono_ns(self) -> int:
        """Nanoseconds that never step back."""
