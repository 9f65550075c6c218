"""Tests of argonaut.rehearsal.soak.processes: real processes, the smallest there are."""

import asyncio
import io
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from argonaut.rehearsal.soak.processes import Child, Nursery, NurseryError

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


def with_nursery(act: Callable[[Nursery, io.StringIO], Coroutine[Any, Any, Any]], log: Path) -> Any:
    """What came of doing something with a nursery."""
    said = io.StringIO()

    async def play() -> Any:
        with log.open("w") as file:
            nursery = await Nursery.open(environment=os.environ, log=file)
            try:
                return await act(nursery, said)
            finally:
                await nursery.close()

    return asyncio.run(play()), said.getvalue()


@pytest.mark.skipif(not Nursery.is_possible(), reason="no process can open another's pipes here")
def test_what_a_nursery_forks_is_heard_stopped_and_killed_like_any_process(tmp_path: Path) -> None:
    """A soak must not care how its trader was started."""

    async def act(nursery: Nursery, said: io.StringIO) -> list[int | None]:
        ended = []
        for words in (("--version",), ("config", "check", "nothing.yaml")):
            child = await nursery.start(*words, log=said)
            ended.append(await child.ends(within_s=60))
        for end in (lambda each: each.kill(), lambda each: each.stop(within_s=60)):
            child = await nursery.start(*SERVE, log=said)
            assert await child.says("serving", within_s=60)
            ended.append(await end(child))
        return ended

    ended, said = with_nursery(act, tmp_path / "log")

    assert ended == [0, 2, -9, 0]
    assert said.startswith("argonaut ")
    assert "nothing.yaml" in said


@pytest.mark.skipif(not Nursery.is_possible(), reason="no process can open another's pipes here")
def test_a_nursery_that_has_died_is_told(tmp_path: Path) -> None:
    """The soak fails with a word, and does not wait for ever."""

    async def act(nursery: Nursery, said: io.StringIO) -> None:
        await nursery.close()
        with pytest.raises(NurseryError, match="forked"):
            await nursery.start("--version", log=said)

    with_nursery(act, tmp_path / "log")


@pytest.mark.skipif(not Nursery.is_possible(), reason="no process can open another's pipes here")
def test_one_whose_nursery_has_died_is_killed_and_not_waited_for(tmp_path: Path) -> None:
    """Its end is told by the nursery alone, so by nobody any more."""

    async def act(nursery: Nursery, said: io.StringIO) -> None:
        child = await nursery.start(*SERVE, log=said)
        assert await child.says("serving", within_s=60)
        await nursery.close()

        async with asyncio.timeout(60):
            with pytest.raises(NurseryError, match="has died"):
                await child.kill()

    with_nursery(act, tmp_path / "log")
