"""Argonaut commands as processes of their own: started, listened to, killed, and waited for."""

from __future__ import annotations

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process, create_subprocess_exec
from collections import deque
from collections.abc import Mapping
from typing import Self, TextIO

_LINES_KEPT = 2_000
_LINE_MAX = 4 * 1024 * 1024  # bytes


class Child:
    """One process. What it says is kept and goes into a log, the last lines of it."""

    def __init__(self, process: Process, log: TextIO) -> None:
        self.out: deque[str] = deque(maxlen=_LINES_KEPT)
        self.errors: deque[str] = deque(maxlen=_LINES_KEPT)
        self._process = process
        self._log = log
        self._news = asyncio.Event()
        self._ended = asyncio.create_task(self._listen())

    @classmethod
    async def start(cls, *arguments: str, environment: Mapping[str, str], log: TextIO) -> Self:
        """Start `argonaut` with these arguments."""
        process = await create_subprocess_exec(
            sys.executable,
            "-m",
            "argonaut",
            *arguments,
            stdout=PIPE,
            stderr=PIPE,
            stdin=asyncio.subprocess.DEVNULL,
            env=environment,
            limit=_LINE_MAX,
        )
        return cls(process, log)

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
        """Kill it with SIGKILL, as far as it lives; return its code."""
        if self._process.returncode is None:
            self._process.kill()
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
        assert self._process.stdout is not None, "it is a pipe"
        assert self._process.stderr is not None, "it is a pipe"
        await asyncio.gather(
            self._pump(self._process.stdout, self.out),
            self._pump(self._process.stderr, self.errors),
        )
        code = await self._process.wait()
        self._log.write(f"process {self._process.pid} ended with {code}\n")
        self._news.set()
        asyncio.get_running_loop().call_soon(self._news.set)  # `is_over` holds from then on
        return code

    async def _pump(self, stream: asyncio.StreamReader, kept: deque[str]) -> None:
        async for raw in stream:
            line = raw.decode(errors="replace")
            kept.append(line)
            self._log.write(line)
            self._news.set()
