"""X's filtered stream: rules are set, a post a line comes in, silence is a broken connection."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

import aiohttp

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.secret import Secret
from argonaut.feeds.errors import FeedError, RefusedBySourceError
from argonaut.feeds.events.answer import BadAnswerError, check_answer
from argonaut.feeds.events.connector import Connector, ConnectorKind, Wiring
from argonaut.feeds.events.pace import Pace
from argonaut.feeds.events.poller import read_whole
from argonaut.feeds.social.listener import Listener
from argonaut.feeds.social.memory import Diary
from argonaut.feeds.social.post import Post
from argonaut.feeds.social.watching import Watching, patient
from argonaut.feeds.social.x import (
    RULES_PATH,
    STREAM_PATH,
    Lines,
    read_rules,
    read_x,
    rule_changes,
    rules_for,
)

_WITHIN = aiohttp.ClientTimeout(total=20.0, connect=10.0)
_LAG_NS = 5 * 1_000_000_000  # a post reaches the stream some seconds after its time
_AHEAD_OF_LIFE_S = 2.0  # a round's pause between two good connections at least


@dataclass(frozen=True, slots=True, kw_only=True)
class Params(Watching):
    """A bearer token of a project that may use the filtered stream."""

    key: Secret  # bearer token
    silence_s: float = 30.0  # signs of life come every 20 s

    def __post_init__(self) -> None:
        """Refuse a silence nobody could notice."""
        super(Params, self).__post_init__()
        if not self.silence_s > 0:
            raise InvalidValueError(f"want silence_s > 0, not {self.silence_s}")


class Stream:
    """Follows the stream for ever; what is missed between two connections is a hole."""

    def __init__(self, wiring: Wiring) -> None:
        params: Params = wiring.params
        self._wiring = wiring
        self._params = params
        self._listener = Listener(
            "x", params.watch, params.judge, Diary(wiring.memory, wiring.name)
        )
        self._headers = {"Authorization": f"Bearer {params.key.reveal()}"}
        self._pace = Pace(_AHEAD_OF_LIFE_S, wiring.rng)

    async def run(self) -> None:
        """Connect again and again, until cancelled."""
        while True:
            try:
                await self._set_rules()
                await self._follow()
            except BadAnswerError as error:
                wait_s = self._bad(error.result, str(error), asked_s=error.asked_s)
            except RefusedBySourceError as error:
                wait_s = self._bad("refused", str(error))
            except FeedError as error:
                wait_s = self._bad("unreadable", str(error))
            except TimeoutError:
                wait_s = self._bad("silent", f"nothing for {self._params.silence_s:g} s")
            except (aiohttp.ClientError, OSError) as error:  # its text may hold a URL
                wait_s = self._bad("unreachable", type(error).__name__)
            else:
                wait_s = self._bad("ended", "the source closed the stream")
            await asyncio.sleep(wait_s)

    async def _set_rules(self) -> None:
        """Make the rules of the stream ours, leaving those of others."""
        found = read_rules(await self._ask("GET", None))
        for body in rule_changes(found, rules_for(self._params.watch)):
            await self._ask("POST", body)

    async def _ask(self, method: str, body: bytes | None) -> bytes:
        wiring = self._wiring
        async with wiring.session.request(
            method,
            f"{wiring.base_url}{RULES_PATH}",
            data=body,
            headers={**self._headers, "Content-Type": "application/json"},
            timeout=_WITHIN,
            allow_redirects=False,
        ) as answer:
            whole = await read_whole(answer)
            # a rule that was made is 201, which says as much as 200
            status = 200 if answer.status == 201 else answer.status
            check_answer(status, answer.headers, whole, "json")
            return whole

    async def _follow(self) -> None:
        wiring = self._wiring
        within = aiohttp.ClientTimeout(
            total=None, sock_connect=10.0, sock_read=self._params.silence_s
        )
        async with wiring.session.get(
            f"{wiring.base_url}{STREAM_PATH}",
            headers=self._headers,
            timeout=within,
            allow_redirects=False,
        ) as answer:
            if answer.status != 200:
                check_answer(answer.status, answer.headers, await read_whole(answer), "json")
            wiring.watcher.on_answer(wiring.name, "ok", "")
            since_ns, lines = wiring.clock.wall_ns(), Lines()
            async for piece in answer.content.iter_any():
                since_ns = self._hear(lines.cut(piece), since_ns)

    def _hear(self, lines: Iterable[bytes], since_ns: int) -> int:
        """Hear some lines, even none; return until when everything has been heard."""
        wiring = self._wiring
        now_ns = wiring.clock.wall_ns()
        until_ns = max(since_ns, now_ns - _LAG_NS)
        posts = [post for line in lines if (post := self._read(line, now_ns)) is not None]
        wiring.health.ok(wiring.clock.mono_ns())
        self._pace.after_good()
        events = self._listener.live(posts, since_ns=since_ns, until_ns=until_ns)
        wiring.hears.take(wiring.name, events, seen_ns=now_ns)
        return until_ns

    def _read(self, line: bytes, now_ns: int) -> Post | None:
        """Return the post of a line; one that cannot be read is counted and left out.

        Raises:
            RefusedBySourceError: The source ends the stream in words.
        """
        try:
            return read_x(line, now_ns)
        except RefusedBySourceError:
            raise
        except FeedError as error:
            self._wiring.watcher.on_answer(self._wiring.name, "unreadable", str(error))
            return None

    def _bad(self, result: str, detail: str, *, asked_s: float = 0.0) -> float:
        self._wiring.health.bad(f"{result}: {detail}")
        self._wiring.watcher.on_answer(self._wiring.name, result, detail)
        return self._pace.after_bad(asked_s=asked_s)


def connect(wiring: Wiring) -> Connector:
    """Return the connector."""
    return Stream(patient(wiring))


KIND = ConnectorKind(
    make=connect,
    params=Params,
    base_url="https://api.x.com",
    stale_s=90.0,
)
