"""The process that writes a long backtest's journal: told over its input what to do.

It ends when it is told to, when its input ends, or at the first error, which it answers with. Only
what it was told to finish is whole.
"""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import BinaryIO

import msgspec

from argonaut.journal.draft_file import DraftFile
from argonaut.journal.errors import JournalError, JournalIOError
from argonaut.journal.scribe import Scribe
from argonaut.journal.wire import LENGTH, Answer, AskHead, Batch, Finish, Message, Opening

_SYNC_ROWS = 16_384  # that the disk is given in between: nobody waits here, but all do at the end


def main() -> None:
    """Serve who started us."""
    gc.disable()  # batches are no cycles
    try:
        serve(sys.stdin.buffer, sys.stdout.buffer)
    except BrokenPipeError:
        os._exit(1)  # nobody is left to be told, and flushing on the way out would fail again


def serve(orders: BinaryIO, answers: BinaryIO) -> None:
    """Say that we stand ready, then do what is told until there is nothing more to do.

    Raises:
        BrokenPipeError: Nobody is left to be told.
    """
    try:
        answer(answers, Answer())
        _obey(orders, answers)
    except JournalError as error:
        answer(answers, Answer(failure=type(error).__name__, said=str(error)))
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, somebody waits to be told
        answer(answers, Answer(failure=JournalIOError.__name__, said=f"cannot go on: {error!r}"))


def _obey(orders: BinaryIO, answers: BinaryIO) -> None:
    decode = msgspec.msgpack.Decoder(Message).decode
    scribe: Scribe | None = None
    unsynced = 0
    while header := orders.read(LENGTH.size):
        body = orders.read(LENGTH.unpack(header)[0])
        message: Message = decode(body)
        if isinstance(message, Opening):
            scribe = _opened(message)
            continue
        assert scribe is not None, "told to write before a draft was named"
        match message:
            case Batch():
                scribe.write(message)
                unsynced += len(message.rows)
                if unsynced >= _SYNC_ROWS:
                    scribe.sync()
                    unsynced = 0
            case AskHead():
                answer(answers, Answer(*scribe.head()))
            case Finish():
                scribe.finish()
                answer(answers, Answer(*scribe.head()))
                return


def _opened(opening: Opening) -> Scribe:
    """Return who goes on with a draft.

    Raises:
        JournalIOError: The draft does not end where we are told to go on.
    """
    sheet = None
    if opening.path is not None:
        sheet = DraftFile(Path(opening.path))
        if sheet.last_seq != opening.seq:
            raise JournalIOError(
                f"journal {opening.path} ends with row {sheet.last_seq}, want {opening.seq}"
            )
    return Scribe(sheet, pid=opening.pid, mode=opening.mode, seq=opening.seq, digest=opening.digest)


def answer(answers: BinaryIO, said: Answer) -> None:
    """Send one answer, at once."""
    body = msgspec.msgpack.encode(said)
    answers.write(LENGTH.pack(len(body)) + body)
    answers.flush()
