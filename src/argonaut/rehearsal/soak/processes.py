"""Argonaut commands as processes of their own: started, listened to, killed, and waited for."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process, create_subprocess_exec
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, Self, TextIO

import msgspec

from argonaut.domain.errors import ArgonautError

_LINES_KEPT = 2_000
_LINE_MAX = 4 * 1024 * 1024  # bytes
_DIED = "the process that others are forked off has died"
_FORK_S = 60.0  # to load the program the first time
_Told = tuple[int, asyncio.Future[int]]


class NurseryError(ArgonautError):
    """The process that others are forked off has died."""


class Living(Protocol):
    """A process as both ways of starting one give it."""

    @property
    def pid(self) -> int:
        """The system's number of it."""

    @property
    def stdout(self) -> asyncio.StreamReader | None:
        """What it prints."""

    @property
    def stderr(self) -> asyncio.StreamReader | None:
        """What it complains of."""

    @property
    def returncode(self) -> int | None:
        """The code it ended with, negative the signal; None while it lives."""

    def send_signal(self, number: int, /) -> None:
        """Send it a signal."""

    async def wait(self) -> int:
        """Wait for its end."""


class Child:
    """One process. What it says is kept and goes into a log, the last lines of it."""

    def __init__(self, process: Living, log: TextIO) -> None:
        self.out: deque[str] = deque(maxlen=_LINES_KEPT)
        self.errors: deque[str] = deque(maxlen=_LINES_KEPT)
        self._process = process
        self._log = log
        self._news = asyncio.Event()
        self._ended = asyncio.create_task(self._listen())
        self._ended.add_done_callback(lambda _: self._news.set())

    @classmethod
    async def start(cls, *arguments: str, environment: Mapping[str, str], log: TextIO) -> Self:
        """Start `argonaut` with these arguments, from nothing."""
        return cls(await _python("argonaut", *arguments, environment=environment), log)

    @property
    def is_over(self) -> bool:
        """Whether it has ended and everything it said was heard."""
        return self._ended.done()

    async def says(self, words: str, *, within_s: float) -> bool:
        """Wait for a line that holds these words; False when it ends or time is up before."""
        try:
            async with asyncio.timeout(within_s):
                while not any(words in line for line in (*self.errors, *self.out)):
                    if self.is_over:
                        return False
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            return False
        return True

    async def lasts(self, seconds: float) -> bool:
        """Wait so long; return whether it still lives then."""
        await asyncio.wait([self._ended], timeout=seconds)
        return not self.is_over

    async def kill(self) -> int:
        """Kill it with SIGKILL, as far as it lives; return its code.

        Raises:
            NurseryError: It was killed; whoever could tell its code has died.
        """
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)
        return await self._ended

    async def stop(self, *, within_s: float) -> int | None:
        """Ask it to end with SIGTERM; return its code, None when it had to be killed."""
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        if await self.lasts(within_s):
            await self.kill()
            return None
        return await self._ended

    async def ends(self, *, within_s: float) -> int | None:
        """Wait for its end; return its code, None when it goes on living."""
        return None if await self.lasts(within_s) else await self._ended

    async def _listen(self) -> int:
        process = self._process
        assert process.stdout is not None, "it is a pipe"
        assert process.stderr is not None, "it is a pipe"
        await asyncio.gather(
            self._pump(process.stdout, self.out), self._pump(process.stderr, self.errors)
        )
        code = await process.wait()
        self._log.write(f"process {process.pid} ended with {code}\n")
        return code

    async def _pump(self, stream: asyncio.StreamReader, kept: deque[str]) -> None:
        async for raw in stream:
            line = raw.decode(errors="replace")
            kept.append(line)
            self._log.write(line)
            self._news.set()


class Nursery:
    """Starts `argonaut` commands quickly: forks of one process that has loaded the program."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._forked: asyncio.Queue[_Told] = asyncio.Queue(maxsize=1)
        self._endings: dict[int, asyncio.Future[int]] = {}  # of those of whom one half was told
        self._listening = asyncio.create_task(self._listen())

    @staticmethod
    def is_possible() -> bool:
        """Whether this system lets a process open another's pipes by their path."""
        return Path("/proc/self/fd").is_dir()

    @classmethod
    async def open(cls, *, environment: Mapping[str, str], log: TextIO) -> Self:
        """Start the process that others are forked off; its complaints go to the log's file."""
        process = await _python("argonaut.cli.nursery", environment=environment, errors=log)
        return cls(process)

    async def start(self, *arguments: str, log: TextIO) -> Child:
        """Fork one that runs these arguments.

        Raises:
            NurseryError: The process to fork off has died.
        """
        if self._listening.done():
            raise NurseryError(_DIED)
        out, errors = await _Pipe.open(), await _Pipe.open()
        try:
            assert self._process.stdin is not None, "it is a pipe"
            wanted = {"arguments": arguments, "out": out.path, "errors": errors.path}
            self._process.stdin.write(msgspec.json.encode(wanted) + b"\n")
            async with asyncio.timeout(_FORK_S):
                pid, ending = await self._forked.get()
        except (TimeoutError, ConnectionError) as error:
            raise NurseryError(f"no process was forked within {_FORK_S:g} s") from error
        finally:
            out.close()
            errors.close()
        return Child(_Forked(pid, out.reader, errors.reader, ending), log)

    async def close(self) -> None:
        """End it; what was forked off it lives on."""
        if self._process.returncode is None:
            self._process.kill()
        await self._listening

    async def _listen(self) -> None:
        """Take in who was forked and who has ended; the second may be told first."""
        assert self._process.stdout is not None, "it is a pipe"
        async for raw in self._process.stdout:
            word, text, *code = raw.decode().split()
            pid = int(text)
            ending = self._endings.pop(pid, None)
            if ending is None:
                ending = self._endings[pid] = asyncio.get_running_loop().create_future()
            if word == "forked":
                await self._forked.put((pid, ending))
            else:
                ending.set_result(int(code[0]))
        await self._process.wait()
        for ending in self._endings.values():
            if not ending.done():  # it lives on, and nobody will tell of its end
                ending.set_exception(NurseryError(_DIED))


class _Forked:
    """A process that a nursery has forked, seen from here."""

    def __init__(
        self,
        pid: int,
        stdout: asyncio.StreamReader,
        stderr: asyncio.StreamReader,
        ending: asyncio.Future[int],
    ) -> None:
        self.pid = pid
        self.stdout: asyncio.StreamReader | None = stdout
        self.stderr: asyncio.StreamReader | None = stderr
        self._ending = ending

    @property
    def returncode(self) -> int | None:
        """The code it ended with; None while it lives, as far as was told."""
        is_told = self._ending.done() and self._ending.exception() is None
        return self._ending.result() if is_told else None

    def send_signal(self, number: int, /) -> None:
        """Send it a signal; one that has just ended takes none."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    async def wait(self) -> int:
        """Wait for its end.

        Raises:
            NurseryError: The nursery has died, and nobody tells of its end.
        """
        return await self._ending


class _Pipe:
    """A pipe that is read here; another process opens its other end by the path."""

    def __init__(self, write_end: int, reader: asyncio.StreamReader) -> None:
        self.reader = reader
        self.path = f"/proc/{os.getpid()}/fd/{write_end}"
        self._write_end = write_end

    @classmethod
    async def open(cls) -> Self:
        """Make one, and listen to it."""
        read_end, write_end = os.pipe()
        reader = asyncio.StreamReader(limit=_LINE_MAX)
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(read_end, "rb", buffering=0)
        )
        return cls(write_end, reader)

    def close(self) -> None:
        """Let go of the end that the other process has, so that its end is heard."""
        os.close(self._write_end)


async def _python(
    module: str,
    *arguments: str,
    environment: Mapping[str, str],
    errors: int | TextIO = PIPE,
) -> Process:
    return await create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *arguments,
        stdout=PIPE,
        stderr=errors,
        stdin=PIPE if errors is not PIPE else DEVNULL,
        env=environment,
        limit=_LINE_MAX,
    )
