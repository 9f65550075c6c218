"""Signals out of a Redis stream: field `envelope` of each entry, read as a consumer group.

An entry is acknowledged when it is decided, durably. What was read before a crash and not
acknowledged is read first by the next run; refused ones go to `<stream>:dead` with the reason.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ResponseError

from argonaut.domain.secret import Secret
from argonaut.feeds.detectors.answer import Answer
from argonaut.feeds.detectors.carrier import Carrier, Parts, Told, delivered, queued, reason

_AT_ONCE = 256
_BLOCK_MS = 1_000
_WITHIN_S = 10.0
_DEAD_KEPT = 100_000
_FIELD = b"envelope"
Entry = tuple[bytes, dict[bytes, bytes] | None]  # one that was deleted has no fields


class RedisStream(Carrier):
    """Reads one stream as `group`, whose only consumer has the same name."""

    def __init__(self, name: str, url: Secret, parts: Parts, *, stream: str, group: str) -> None:
        super().__init__(name, self._read_on, parts)
        self._intake = parts.intake
        self._url = url
        self._stream = stream
        self._group = group

    async def _read_on(self, up: Told) -> None:
        client = Redis.from_url(
            self._url.reveal(),
            socket_connect_timeout=_WITHIN_S,
            socket_timeout=_WITHIN_S,
            retry=Retry(NoBackoff(), 0),  # the carrier tries again, and says so
        )
        async with client:
            await self._make_group(client)
            up(f"group {self._group} of {self._stream}")
            after = b"0"  # what this consumer has read and not acknowledged
            while True:
                found: Any = await client.xreadgroup(
                    self._group,
                    self._group,
                    {self._stream: after},
                    count=_AT_ONCE,
                    block=_BLOCK_MS,
                )
                entries: Sequence[Entry] = found[0][1] if found else ()
                if entries:
                    await self._take(client, entries)
                else:
                    after = b">"  # now what is new

    async def _make_group(self, client: Redis) -> None:
        try:
            await client.xgroup_create(self._stream, self._group, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise

    async def _take(self, client: Redis, entries: Sequence[Entry]) -> None:
        """Have entries decided, bury the refused and acknowledge all."""
        arrivals = [
            queued((fields or {}).get(_FIELD), self.name, f"{self._stream}:{number.decode()}")
            for number, fields in entries
        ]
        answers = await asyncio.gather(*(delivered(self._intake, each) for each in arrivals))
        async with client.pipeline(transaction=False) as pipe:
            for (number, fields), answer in zip(entries, answers, strict=True):
                if answer.is_bad and fields is not None:
                    pipe.xadd(
                        f"{self._stream}:dead",
                        _dead(number, fields, answer),
                        maxlen=_DEAD_KEPT,
                        approximate=True,
                    )
            pipe.xack(self._stream, self._group, *(number for number, _ in entries))
            await pipe.execute()


def _dead(number: bytes, fields: dict[bytes, bytes], answer: Answer) -> dict[Any, Any]:
    return {**fields, "id": number, **reason(answer)}
