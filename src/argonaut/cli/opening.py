"""Open the journal a run writes, though somebody may be reading it at that moment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from argonaut.cli.place import JournalPlace
from argonaut.cli.trader import ask_trader
from argonaut.journal.errors import JournalBusyError
from argonaut.runtime.clock import SystemClock

OpenedT = TypeVar("OpenedT")

WAIT_S = 30.0
_TOLD_AFTER_S = 1.0  # most readers are gone by then, and nobody wants to hear of them
_AGAIN_S = 0.02


def open_once_read(
    open_it: Callable[[], OpenedT],
    journal: JournalPlace,
    tell: Callable[[str], None],
    *,
    wait_s: float = WAIT_S,
) -> OpenedT:
    """Return what `open_it` opens, once whoever reads the file of `journal` has closed it.

    `argonaut status` and its like have a closed journal to themselves for a moment: a trader that
    is started again right then, as a supervisor does, would otherwise stay down because somebody
    looked. A trader that has it is not waited for, nor is a database, which only traders lock.

    Raises:
        JournalBusyError: A trader has it, or it was not closed within `wait_s`.
        TraderSilentError: A trader has it, and does not answer.
    """
    clock = SystemClock()
    began_ns, is_told = clock.mono_ns(), False
    while True:
        try:
            return open_it()
        except JournalBusyError as error:
            if journal.file is None or ask_trader(journal, "/status") is not None:
                raise
            waited_s = (clock.mono_ns() - began_ns) / 1e9
            if waited_s >= wait_s:
                raise JournalBusyError(f"{error}; nobody closed it in {wait_s:g} s") from error
        if waited_s >= _TOLD_AFTER_S and not is_told:
            is_told = True
            tell(f"waiting up to {wait_s:g} s: another process reads {journal}")
        asyncio.run(asyncio.sleep(_AGAIN_S))
