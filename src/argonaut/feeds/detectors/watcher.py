"""Who is told what happens at the door: metrics and logs, which live on another floor."""

from __future__ import annotations

from typing import Protocol

from argonaut.feeds.detectors.answer import Answer


class Watcher(Protocol):
    """Hears of every answer and of every change of a transport. Must not block."""

    def on_answer(self, transport: str, answer: Answer) -> None:
        """One signal was answered."""

    def on_letter_lost(self, why: str) -> None:
        """A refused signal could not be written down."""

    def on_transport(self, name: str, *, is_up: bool, detail: str) -> None:
        """A transport is connected and listening, or is not any more."""
