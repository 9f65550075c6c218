"""A scribe in a process of its own, on a second core: what it is handed is written there."""

from __future__ import annotations

import fcntl
import os
import select
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, NoReturn

import msgspec

from argonaut.journal import errors
from argonaut.journal.errors import JournalError, JournalIOError
from argonaut.journal.wire import (
    LENGTH,
    READ_BYTES,
    Answer,
    AskHead,
    Batch,
    Finish,
    Message,
    Opening,
)

_PROGRAM = "from argonaut.journal.far_end import main; main()"
_PIPE_BYTES = 1 << 20  # what may wait between the two; the most Linux gives to everybody
WAIT_S = 300.0  # a disk that takes longer over some megabytes has failed
_END_S = 30.0


class FarScribe:
    """Starts with `start`, is of use once `is_ready`, writes from `begin` on.

    The first error ends the process; whoever called then drops the draft.
    """

    def __init__(
        self, process: subprocess.Popen[bytes], name: str, *, wait_s: float = WAIT_S
    ) -> None:
        self.name = name  # what errors call the journal
        self._process = process
        self._wait_s = wait_s  # how long a sign of life may take
        self._orders = _pipe(process.stdin)
        self._answers = _pipe(process.stdout)
        self._heard = bytearray()
        self._is_ready = False
        self._said = bytearray(LENGTH.size)
        self._encode_into = msgspec.msgpack.Encoder().encode_into
        self._decode = msgspec.msgpack.Decoder(Answer).decode
        os.set_blocking(self._orders, False)
        with suppress(AttributeError, OSError):  # another system, or its pipes are all taken
            fcntl.fcntl(self._orders, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)

    @classmethod
    def start(cls, name: str, *, wait_s: float = WAIT_S) -> FarScribe | None:
        """Start the process without waiting for it; None where there can be none.

        It is in a group of its own, so that Ctrl-C is for the process that decides.
        """
        if not sys.executable:
            return None
        places = [str(Path(place).absolute()) for place in sys.path if place]
        try:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and program
                [sys.executable, "-P", "-c", _PROGRAM],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(places)},
                process_group=0,
                bufsize=0,
            )
        except OSError:
            return None
        return cls(process, name, wait_s=wait_s)

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    def is_ready(self, within_s: float = 0.0) -> bool:
        """Say whether it stands ready.

        Raises:
            JournalIOError: It has ended instead; nothing was handed to it.
        """
        if not self._is_ready and _is_readable(self._answers, within_s):
            self._answer()
            self._is_ready = True
        return self._is_ready

    def begin(self, opening: Opening) -> None:
        """Name the draft to go on with."""
        self._tell(opening)

    def write(self, batch: Batch) -> None:
        """Hand a batch over; waits while more than a pipe's worth is waiting.

        Raises:
            JournalError: The disk refused this batch or one before, or the process has ended.
        """
        self._tell(batch)

    def head(self) -> tuple[int, bytes]:
        """Return number and hash of the last row, when everything handed over is chained."""
        self._tell(AskHead())
        answer = self._answer()
        return answer.seq, answer.digest

    def finish(self) -> None:
        """Return when the draft is durable and the process has ended.

        Raises:
            JournalError: The disk refused, or the process has ended before.
        """
        self._tell(Finish())
        self._answer()
        self.release()

    def release(self) -> None:
        """End the process, whatever it is doing. Idempotent."""
        process = self._process
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        process.kill()
        process.wait(_END_S)

    def _tell(self, message: Message) -> None:
        said = self._said
        self._encode_into(message, said, LENGTH.size)
        LENGTH.pack_into(said, 0, len(said) - LENGTH.size)
        try:
            with memoryview(said) as view:
                sent = 0
                while sent < len(view):
                    sent += self._send(view[sent:])
        except BrokenPipeError:
            self._answer()  # which says why
            self._fail("has closed its input")

    def _send(self, part: memoryview) -> int:
        """Write some of `part`, waiting for room; return how much."""
        with suppress(BlockingIOError):
            return os.write(self._orders, part)
        _wait(self._orders, select.POLLOUT, self._wait_s)
        try:
            return os.write(self._orders, part)
        except BlockingIOError:
            self._fail(f"took nothing for {self._wait_s:g} s")

    def _answer(self) -> Answer:
        """Return the next answer.

        Raises:
            JournalError: The answer is an error, or none comes.
        """
        heard = self._heard
        while len(heard) < LENGTH.size or len(heard) < LENGTH.size + LENGTH.unpack_from(heard)[0]:
            if not _is_readable(self._answers, self._wait_s):
                self._fail(f"said nothing for {self._wait_s:g} s")
            more = os.read(self._answers, READ_BYTES)
            if not more:
                self._fail("has ended")
            heard += more
        end = LENGTH.size + LENGTH.unpack_from(heard)[0]
        answer = self._decode(heard[LENGTH.size : end])
        del heard[:end]
        if answer.failure:
            raise _error(answer)
        return answer

    def _fail(self, what: str) -> NoReturn:
        raise JournalIOError(
            f"journal {self.name} is lost: the process that writes it {what}{self._how()}"
        )

    def _how(self) -> str:
        with suppress(subprocess.TimeoutExpired):
            code = self._process.wait(1.0)
            return f" (signal {-code})" if code < 0 else f" (exit code {code})"
        return ""


def _pipe(stream: IO[bytes] | None) -> int:
    assert stream is not None, "the process was started with pipes"
    return stream.fileno()


def _is_readable(pipe: int, within_s: float) -> bool:
    return _wait(pipe, select.POLLIN, within_s)


def _wait(pipe: int, for_what: int, within_s: float) -> bool:
    poll = select.poll()
    poll.register(pipe, for_what)
    return bool(poll.poll(within_s * 1_000))


def _error(answer: Answer) -> JournalError:
    kind = getattr(errors, answer.failure, JournalIOError)
    error: JournalError = kind(answer.said)
    return error
