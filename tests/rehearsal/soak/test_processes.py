"""Tests of argonaut.rehearsal.soak.processes: real processes, the smallest there are."""

import asyncio
import io
import os
from collections.abc import Callable, Coroutine
from typing import Any

from argonaut.rehearsal.soak.processes import Child

SERVE = ("rehearse", "serve", "--port", "0", "--history", "0")


def with_child(act: Callable[[Child], Coroutine[Any, Any, Any]], *command: str) -> tuple[Any, str]:
    """What came of doing something with a command, and what stands in the log then."""
    log = io.StringIO()

    async def play() -> Any:
        child = await Child.start(*command, environment=os.environ, log=log)
        try:
            return await act(child)
        finally:
            await child.kill()

    return asyncio.run(play()), log.getvalue()


def test_what_a_process_says_is_heard_and_logged_and_its_code_is_told() -> None:
    """Whoever looks into a failed soak has to read what the dead said."""

    async def act(child: Child) -> tuple[bool, int | None, bool]:
        return (
            await child.says("argonaut ", within_s=60),
            await child.ends(within_s=60),
            (child.is_over),
        )

    told, log = with_child(act, "--version")

    assert told == (True, 0, True)
    assert log.startswith("argonaut ")
    assert "ended with 0" in log


def test_a_wait_for_words_ends_with_the_process_or_the_time() -> None:
    """A trader that dies before it is ready must not hang the soak."""

    async def act(child: Child) -> tuple[bool, bool]:
        soon = await child.says("never said", within_s=0.0)
        return soon, await child.says("never said", within_s=60)

    assert with_child(act, "--version")[0] == (False, False)


def test_one_that_is_killed_ends_at_once_and_one_that_is_asked_ends_in_order() -> None:
    """The two ways in which a trader leaves."""

    async def kill(child: Child) -> int:
        assert await child.says("serving", within_s=60)
        assert await child.lasts(0.01)
        return await child.kill()

    async def stop(child: Child) -> int | None:
        assert await child.says("serving", within_s=60)
        return await child.stop(within_s=60)

    assert with_child(kill, *SERVE)[0] == -9
    assert with_child(stop, *SERVE)[0] == 0
