"""A copy of the journal of a running trader, made a little each turn of its loop."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Protocol

import msgspec

from argonaut.domain.errors import RefusedToStartError
from argonaut.journal.errors import JournalError
from argonaut.journal.file_copy import FileCopy

_PAUSE_S = 0.005  # between pieces, so that the loop is the trader's for most of the time


class Copied(Protocol):
    """A journal that can be copied while it is written."""

    def begin_copy(self, draft: Path) -> FileCopy:
        """Begin to copy the file."""


class BackupState(msgspec.Struct, frozen=True):
    """How far a copy is; `error` is why there will be none."""

    path: str
    done: int = 0  # pages
    total: int = 0
    is_whole: bool = False
    error: str = ""


class RunningBackup:
    """One copy at a time."""

    def __init__(self) -> None:
        self.state: BackupState | None = None
        self._task: asyncio.Task[None] | None = None

    def begin(self, journal: Copied, draft: Path) -> BackupState:
        """Begin to copy to `draft`, which the caller verifies and puts in its place.

        Raises:
            RefusedToStartError: Another copy is being made, or this one cannot be written.
        """
        if self._task is not None and not self._task.done():
            raise RefusedToStartError("a copy of this journal is being made; want it to end first")
        if not draft.is_absolute() or draft.suffix != ".part":
            raise RefusedToStartError(f"copy to {draft}: want an absolute path that ends in .part")
        try:
            copy = journal.begin_copy(draft)
        except JournalError as error:
            raise RefusedToStartError(str(error)) from error
        self.state = BackupState(path=str(draft))
        self._task = asyncio.get_running_loop().create_task(self._make(copy), name="backup")
        return self.state

    async def close(self) -> None:
        """Give up a copy that is not whole yet."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _make(self, copy: FileCopy) -> None:
        assert self.state is not None, "a copy has begun"
        try:
            is_whole = False
            while not is_whole:
                is_whole = copy.step()
                self.state = msgspec.structs.replace(self.state, done=copy.done, total=copy.total)
                await asyncio.sleep(_PAUSE_S)
            copy.close()
            self.state = msgspec.structs.replace(self.state, is_whole=True)
        except JournalError as error:
            self.state = msgspec.structs.replace(self.state, error=str(error))
        finally:
            copy.close()
