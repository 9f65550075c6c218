"""A detector that only answers questions: a page of envelopes, one a line, asked again and again.

The page may say `Next-Cursor`; it comes back as `?after=`. An `ETag` comes back as `If-None-Match`.
Both only once every line was decided; a line that is listed again has no second effect.
"""

from __future__ import annotations

import asyncio

import aiohttp

from argonaut.domain.secret import Secret
from argonaut.feeds.detectors.carrier import Carrier, Parts, Told, delivered, queued

_WITHIN = aiohttp.ClientTimeout(total=10.0)
_PAGE_BYTES_MAX = 4_000_000
_LINES_AT_ONCE = 256
_WAIT_MOST_S = 300.0


class Poller(Carrier):
    """Asks the page at `url` every `interval_s` seconds."""

    def __init__(
        self,
        name: str,
        url: Secret,
        parts: Parts,
        *,
        interval_s: float,
        token: Secret | None = None,
    ) -> None:
        super().__init__(name, self._ask_on, parts)
        self._url = url
        self._token = token
        self._interval_s = interval_s
        self._cursor = ""
        self._etag = ""

    async def _ask_on(self, up: Told) -> None:
        headers = {} if self._token is None else {"Authorization": f"Bearer {self._token.reveal()}"}
        async with aiohttp.ClientSession(timeout=_WITHIN, headers=headers) as session:
            while True:
                wait_s = await self._ask(session)
                up("answers")
                jitter = 0.8 + 0.4 * self._parts.rng.random()
                await asyncio.sleep(max(self._interval_s * jitter, wait_s))

    async def _ask(self, session: aiohttp.ClientSession) -> float:
        """Ask once and have every line decided; return how long the page wants to be left alone."""
        query = {"after": self._cursor} if self._cursor else {}
        headers = {"If-None-Match": self._etag} if self._etag else {}
        async with session.get(self._url.reveal(), params=query, headers=headers) as answer:
            if answer.status == 304:
                return 0.0
            if answer.status in (429, 503):
                said = answer.headers.get("Retry-After", "")
                return min(float(said), _WAIT_MOST_S) if said.isdecimal() else self._interval_s
            answer.raise_for_status()
            page = await _read(answer)
            cursor = answer.headers.get("Next-Cursor", "")
            etag = answer.headers.get("ETag", "")
        lines = [line for line in page.splitlines() if line.strip()]
        for first in range(0, len(lines), _LINES_AT_ONCE):
            some = lines[first : first + _LINES_AT_ONCE]
            arrivals = [queued(line.strip(), self.name, "") for line in some]
            await asyncio.gather(*(delivered(self._parts.intake, each) for each in arrivals))
        self._cursor, self._etag = cursor or self._cursor, etag
        return 0.0


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    """Read a page of bounded size."""
    page = bytearray()
    async for piece in answer.content.iter_any():
        page += piece
        if len(page) > _PAGE_BYTES_MAX:
            raise ValueError(f"want a page of at most {_PAGE_BYTES_MAX} bytes")
    return bytes(page)
