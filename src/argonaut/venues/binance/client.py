"""Requests to Binance: built and signed by ccxt, moved and judged by us.

ccxt decides nothing here: it has no session, no clock, no dice and no rate limiter of its own, and
its exceptions, whose text holds the signed address, are never made (docs/adr/0013).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from typing import Any

import aiohttp
import ccxt
import msgspec
from ccxt.pro.binance import binance

from argonaut.domain.timeframe import SECOND_NS
from argonaut.ports import Clock, Rng
from argonaut.venues.binance.clockwork import ServerClock
from argonaut.venues.binance.endpoints import ENDPOINTS, TIME, Endpoint
from argonaut.venues.binance.errors import CLOCK_CODE, FIRST_BYTE, KEY_CODES, Outcome, Row, row_of
from argonaut.venues.binance.limits import Lane, Limiter
from argonaut.venues.binance.link import HeldBackError, Link, RefusedError
from argonaut.venues.binance.request import fault_of_request
from argonaut.venues.binance.rules import SymbolRules
from argonaut.venues.binance.settings import BinanceSettings
from argonaut.venues.binance.strict import WireError
from argonaut.venues.binance.transport import Answer, Failure, exchange
from argonaut.venues.binance.wire import decode_refusal, decode_time

PATIENCE_S = 5.0  # how long a question waits for its place in the budget
_HELD = "the rate budget is used up"
_TEXT_MAX = 200
_HEAD = 32  # bytes in which a refusal says that it is one, with status 200 too
_HOLDING = {403, 418, 429}
_TOO_MANY_ORDERS = -1015
# What the request of this task is asked at its first byte; ccxt's methods lie between.
_FORBIDS: ContextVar[Callable[[], str]] = ContextVar("forbids", default=str)
_LONG = re.compile(r"[A-Za-z0-9+/=_-]{40,}")  # keys and signatures; no id of ours is that long
_UNPRINTABLE = re.compile(r"[^ -~]+")


class Problem(msgspec.Struct, frozen=True):
    """Why there is no good answer, and what that means."""

    row: Row
    text: str
    code: int | None = None
    status: int = 0
    is_held_back: bool = False  # by our own budget, or by a time the venue named
    is_lost: bool = False  # with its connection, after the first byte

    @property
    def name(self) -> str:
        """The venue's code, else the HTTP status, as a report tells it."""
        return f"http_{self.status}" if self.code is None else str(self.code)

    @property
    def why(self) -> str:
        """All of it in one line."""
        return self.text if self.is_held_back else f"{self.row.name}: {self.text}"


class _Ccxt(binance):  # type: ignore[misc]  # ccxt carries no types
    """ccxt's Binance with our transport, clock and dice in the place of its own."""

    def __init__(
        self,
        settings: BinanceSettings,
        *,
        now_ns: Callable[[], int],
        rng: Rng,
        send: Callable[[str, str, Mapping[str, str], str | None], Awaitable[Answer | Failure]],
    ) -> None:
        self._now_ns, self._rng, self._send = now_ns, rng, send
        root = settings.rest_url
        super().__init__(
            {
                "apiKey": settings.api_key.reveal(),
                "secret": settings.api_secret.reveal(),
                "enableRateLimit": False,
                "options": {"recvWindow": settings.recv_window_ms},
                "urls": {
                    "api": {
                        "public": f"{root}/api/v3",
                        "private": f"{root}/api/v3",
                        "sapi": f"{root}/sapi/v1",
                    }
                },
            }
        )

    def __dir__(self) -> list[str]:
        """Name what is this one's alone.

        ccxt gives everything that is named here a second name, at each start. By that of a method
        nothing of ours asks, and there are thousands: they were most of the time a client took.
        """
        return list(vars(self))

    def milliseconds(self) -> int:
        return self._now_ns() // 1_000_000

    def microseconds(self) -> int:
        return self._now_ns() // 1_000

    def seconds(self) -> int:
        return self._now_ns() // SECOND_NS

    def nonce(self) -> int:
        return self.milliseconds()

    def uuid(self) -> str:
        return self.uuid22(32)

    def uuid16(self, length: int = 16) -> str:
        return self.uuid22(length)

    def uuid22(self, length: int = 22) -> str:
        return "".join(f"{int(self._rng.random() * 16):x}" for _ in range(length))

    async def fetch(
        self,
        url: str,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: str | None = None,
    ) -> Answer | Failure:
        return await self._send(url, method, headers or {}, body)


class Client:
    """One account's requests: signed, within the limits, and each judged by the one table."""

    def __init__(
        self,
        settings: BinanceSettings,
        session: aiohttp.ClientSession,
        *,
        clock: Clock,
        rng: Rng,
        limiter: Limiter,
        server_clock: ServerClock,
        on_hint: Callable[[str], None],
        on_silence: Callable[[int, str], None],
    ) -> None:
        self.limiter = limiter
        self.server_clock = server_clock
        self.rules: Mapping[str, SymbolRules] = {}  # by the venue's own name
        self.settings, self.session, self.clock = settings, session, clock
        self._on_hint, self._on_silence = on_hint, on_silence
        self._known = {(each.method, settings.rest_url + each.path) for each in ENDPOINTS}
        self._ccxt = _Ccxt(
            settings, now_ns=self.server_clock.now_ns, rng=rng, send=self._send_signed
        )

    async def ask(
        self,
        endpoint: Endpoint,
        parameters: Mapping[str, str | int],
        lane: Lane = Lane.RESERVED,
        *,
        patience_s: float = PATIENCE_S,
        forbids: Callable[[], str] = str,
    ) -> bytes | Problem:
        """Send one request; return the body of its good answer, or what went wrong.

        It waits for the rate budget for `patience_s` at most, and never inside a Retry-After. An
        order is sent once, and not when `forbids` names a reason as it leaves. A question or a
        cancel, which may be said twice, is said again when its connection is lost: a kept one may
        have been closed long ago.
        """
        token = _FORBIDS.set(forbids)
        try:
            return await self._ask(endpoint, parameters, lane, patience_s)
        finally:
            _FORBIDS.reset(token)

    async def _ask(
        self,
        endpoint: Endpoint,
        parameters: Mapping[str, str | int],
        lane: Lane,
        patience_s: float,
    ) -> bytes | Problem:
        found = await self._ask_once(endpoint, parameters, lane, patience_s)
        if not isinstance(found, Problem) or not found.is_lost or endpoint.method == "POST":
            return found
        again = await self._ask_once(endpoint, parameters, lane, patience_s)
        was_sent = not isinstance(again, Problem) or again.row is not FIRST_BYTE[False]
        return again if was_sent else found  # the first one did leave

    async def _ask_once(
        self,
        endpoint: Endpoint,
        parameters: Mapping[str, str | int],
        lane: Lane,
        patience_s: float,
    ) -> bytes | Problem:
        if held := await self._wait_for_budget(endpoint, lane, patience_s):
            return held
        self.limiter.take(endpoint.weight, self.clock.mono_ns(), orders=endpoint.orders)
        try:
            answer = await getattr(self._ccxt, endpoint.call)(dict(parameters))
        except (ccxt.BaseError, ValueError, TypeError) as error:
            # Nothing but building and signing can raise here; no byte has left.
            return Problem(FIRST_BYTE[False], f"{endpoint.call}: {type(error).__name__}")
        if isinstance(answer, Failure):
            return Problem(
                FIRST_BYTE[answer.was_sent],
                answer.reason,
                is_held_back=answer.is_held_back,
                is_lost=answer.is_lost,
            )
        self.limiter.learn(answer.headers, self.clock.mono_ns())
        return self._judge(answer)

    async def _wait_for_budget(
        self, endpoint: Endpoint, lane: Lane, patience_s: float
    ) -> Problem | None:
        waited_until_ns = self.clock.mono_ns() + int(patience_s * SECOND_NS)
        while True:
            mono_ns = self.clock.mono_ns()
            wait_ns = self.limiter.wait_ns(endpoint.weight, lane, mono_ns, orders=endpoint.orders)
            if not wait_ns:
                return None
            if self.limiter.is_held(mono_ns) or mono_ns + wait_ns > waited_until_ns:
                said = f"{_HELD}: {endpoint.call} may go in {wait_ns / SECOND_NS:.1f} s"
                return Problem(FIRST_BYTE[False], said, is_held_back=True)
            await asyncio.sleep(wait_ns / SECOND_NS)

    async def _send_signed(
        self, url: str, method: str, headers: Mapping[str, str], body: str | None
    ) -> Answer | Failure:
        """Let the bytes leave that ccxt has built, if they are what we ask for and nothing else."""
        if (method, url.partition("?")[0]) not in self._known:
            return Failure(was_sent=False, reason="not a request of ours")
        if method == "POST":
            symbol = (re.search(r"(?:^|&)symbol=([^&]*)", body or "") or ["", ""])[1]
            rules = self.rules.get(symbol)
            if rules is None:
                return Failure(was_sent=False, reason=f"no rules of {symbol!r}")
            if fault := fault_of_request(body or "", rules):
                return Failure(was_sent=False, reason=f"the last check before sending: {fault}")
        return await exchange(self.session, method, url, headers, body, forbids=_FORBIDS.get())

    def _judge(self, answer: Answer) -> bytes | Problem:
        refusal = None
        is_good = 200 <= answer.status < 300
        if not is_good or b'"code"' in answer.body[:_HEAD]:
            try:
                refusal = decode_refusal(answer.body)
            except WireError:
                refusal = None
        if is_good and refusal is None:
            return answer.body
        code, said = (None, "") if refusal is None else (refusal.code, refusal.msg)
        row = row_of(status=answer.status, code=code, text=said)
        self._react(answer, row, code)
        return Problem(row, clean(said) or row.name, code, answer.status)

    def _react(self, answer: Answer, row: Row, code: int | None) -> None:
        mono_ns = self.clock.mono_ns()
        if answer.status in _HOLDING or (
            row.place is Outcome.THROTTLED and code != _TOO_MANY_ORDERS
        ):
            self._hold(answer.status, answer.headers.get("retry-after", ""), row.name)
        elif code == _TOO_MANY_ORDERS:
            self.limiter.hold_orders(mono_ns)
            self._on_hint("too many orders: no new one for an interval")
        if code == CLOCK_CODE:
            self.server_clock.forget()
            self._on_hint("the venue refused our time: asking for its own")
        elif code in KEY_CODES:
            self._on_hint(f"the venue refuses the key ({code})")

    def _hold(self, status: int, retry_after: str, why: str) -> None:
        """Send nothing for as long as the venue said, and tell so."""
        mono_ns = self.clock.mono_ns()
        until_ns = self.limiter.hold(status, retry_after, mono_ns)
        seconds = (until_ns - mono_ns) / SECOND_NS
        said = f"{why} (HTTP {status}): nothing is sent for {seconds:.0f} s"
        self._on_silence(until_ns - mono_ns, said)
        self._on_hint(said)

    async def dial(self, url: str, on_text: Callable[[str], None]) -> Link:
        """Connect a stream, unless the venue wants silence; a dial is a request like any other.

        Raises:
            StreamError: It cannot be had.
        """
        if self.limiter.is_held(self.clock.mono_ns()):
            raise HeldBackError("the venue wants silence")
        try:
            return await Link.connect(self.session, url, on_text)
        except RefusedError as error:
            if error.status in _HOLDING:
                row = row_of(status=error.status, code=None)
                self._hold(error.status, error.retry_after, row.name)
            raise

    async def learn_time(self) -> Problem | None:
        """Ask the venue for its time once; return why it was not told."""
        sent_ns = self.clock.mono_ns()
        body = await self.ask(TIME, {})
        got_ns = self.clock.mono_ns()
        if isinstance(body, Problem):
            return body
        try:
            told = decode_time(body)
        except WireError as error:
            return Problem(FIRST_BYTE[True], str(error))
        self.server_clock.learn(sent_ns=sent_ns, got_ns=got_ns, server_ms=told.server_time)
        return None

    def sign_stream(self) -> dict[str, Any]:
        """Return the signed parameters of a request over the WebSocket API."""
        signed: dict[str, Any] = self._ccxt.sign_params({})
        return signed


def clean(text: str) -> str:
    """Return words of the venue fit for a journal: short, printable, without keys."""
    return _LONG.sub("***", _UNPRINTABLE.sub(" ", text))[:_TEXT_MAX].strip()
