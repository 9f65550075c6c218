"""The account's own stream: reports on orders, and hints at what reports do not tell.

As it is since February 2026: `userDataStream.subscribe.signature` over the WebSocket API; it lives
as long as its connection. Listen keys are gone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal

import msgspec

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.ids import ClientOrderId
from argonaut.domain.order import Canceled, Expired, Report
from argonaut.venues.binance.client import Client, clean
from argonaut.venues.binance.echo import Echo
from argonaut.venues.binance.errors import CLOCK_CODE
from argonaut.venues.binance.limits import Lane
from argonaut.venues.binance.link import HeldBackError, Link, StreamError
from argonaut.venues.binance.parse import execution_of
from argonaut.venues.binance.strict import WireError
from argonaut.venues.binance.wire import (
    ExecutionReport,
    Refusal,
    decode_account_frame,
    decode_event,
    decode_execution,
    decode_refusal,
    decode_report_frame,
)

_SUBSCRIBE = "userDataStream.subscribe.signature"
_SUBSCRIBE_WEIGHT = 2
_ANSWER_TIMEOUT_S = 5.0
_REPORT = '"e":"executionReport"'
_HINTS = {"balanceUpdate", "externalLockUpdate"}  # deposits, withdrawals, transfers, locks
_KNOWN = {"outboundAccountPosition", "listStatus"}  # told by fills and reports as well


class User:
    """The subscription of `Stream` that tells of the account."""

    def __init__(
        self,
        client: Client,
        *,
        echo: Echo,
        booked: Callable[[ClientOrderId], Decimal | None],
        on_report: Callable[[Report], None],
        on_stream: Callable[[bool, str], None],
        on_hint: Callable[[str], None],
    ) -> None:
        self.name = "user"
        self.dropped = 0
        self._client = client
        self._echo = echo
        self._booked = booked
        self._on_report, self._on_stream, self._on_hint = on_report, on_stream, on_hint
        self._requests = 0
        self._answers: dict[str, asyncio.Future[str]] = {}  # what is wrong, or an empty text
        self._told_executions: dict[tuple[str, int], None] = {}

    async def start(self, on_text: Callable[[str], None]) -> Link:
        """Connect. The subscription follows in `catch_up`, when its answer can be read.

        Raises:
            StreamError: No connection, or no budget for one.
        """
        limiter, mono_ns = self._client.limiter, self._client.clock.mono_ns()
        if limiter.wait_ns(_SUBSCRIBE_WEIGHT, Lane.RESERVED, mono_ns):
            raise HeldBackError("the rate budget is used up")
        limiter.take(_SUBSCRIBE_WEIGHT, mono_ns)
        self._link = await self._client.dial(self._client.settings.ws_api_url, on_text)
        return self._link

    async def catch_up(self) -> None:
        """Subscribe, and wait until the venue says so.

        Raises:
            StreamError: It does not, or has asked for silence while we were connecting.
        """
        if self._client.limiter.is_held(self._client.clock.mono_ns()):
            raise HeldBackError("the venue wants silence")
        self._requests += 1
        number = f"user-{self._requests}"
        request = {"id": number, "method": _SUBSCRIBE, "params": self._client.sign_stream()}
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._answers[number] = answer
        try:
            await self._link.send(msgspec.json.encode(request).decode())
            async with asyncio.timeout(_ANSWER_TIMEOUT_S):
                why = await answer
        except TimeoutError:
            why = f"no answer to the subscription in {_ANSWER_TIMEOUT_S:.0f} s"
        finally:
            del self._answers[number]
        if why:
            raise StreamError(why)
        self._echo.clear()

    def on_text(self, text: str) -> str:
        """Take a frame; return why the connection has to be replaced, or an empty text."""
        try:
            if _REPORT in text[:80]:
                self._on_execution(decode_report_frame(text).event)
                return ""
            return self._on_other(text)
        except (WireError, InvalidValueError) as error:
            self.dropped += 1
            self._on_hint(f"a message of the user stream was dropped: {clean(str(error))}")
            return ""

    def _on_execution(self, message: ExecutionReport) -> None:
        told = execution_of(message)
        if isinstance(message.execution_id, int) and self._is_repeated(message):
            return
        for report in told.reports:
            name = report.client_order_id
            self._echo.heard(name)
            if isinstance(report, Canceled | Expired) and self._lacks_fills(name, message):
                self._on_hint(f"order {name} is over with {message.filled} executed, not all told")
            else:
                self._on_report(report)
        if told.hint:
            self._on_hint(told.hint)

    def _lacks_fills(self, name: ClientOrderId, message: ExecutionReport) -> bool:
        """Whether more has executed of an order than is booked: a frame was lost before this one.

        Its end would free what it holds while nobody knows what it bought. A round tells both.
        """
        booked = self._booked(name)
        return booked is not None and Decimal(message.filled) > booked

    def _is_repeated(self, message: ExecutionReport) -> bool:
        """Whether both of two overlapping connections have told this; the engine would not mind."""
        assert isinstance(message.execution_id, int)
        key = (message.symbol, message.execution_id)
        if key in self._told_executions:
            return True
        self._told_executions[key] = None
        if len(self._told_executions) > 10_000:
            del self._told_executions[next(iter(self._told_executions))]
        return False

    def _on_other(self, text: str) -> str:
        frame = decode_account_frame(text)
        if isinstance(frame.event, msgspec.Raw):
            return self._on_event(bytes(frame.event).decode())
        if isinstance(frame.id, str) and frame.id in self._answers:
            answer = self._answers[frame.id]
            if not answer.done():
                answer.set_result("" if frame.status == 200 else self._refused(frame.error))
            return ""
        return self._on_event(text)  # serverShutdown comes without a wrapping

    def _on_event(self, text: str) -> str:
        kind = decode_event(text).event
        if kind == "executionReport":
            self._on_execution(decode_execution(text))
        elif kind == "eventStreamTerminated":
            return "the venue ended the user stream"
        elif kind == "serverShutdown":
            return "the venue shuts this server down"
        elif kind in _HINTS:
            self._on_hint(f"{kind}: {clean(text)}")
        elif kind not in _KNOWN:
            raise WireError(f"want a documented event, not {kind!r}")
        return ""

    def _refused(self, error: object) -> str:
        """Return why a subscription was refused, and act on a wrong clock."""
        refusal = Refusal(code=0, msg="no reason given")
        if isinstance(error, msgspec.Raw):
            try:
                refusal = decode_refusal(bytes(error))
            except WireError as fault:
                return f"the subscription was refused: {fault}"
        if refusal.code == CLOCK_CODE:
            self._client.server_clock.forget()
        return f"the subscription was refused: {refusal.code} {clean(refusal.msg)}"

    async def tend(self) -> str:
        """Return which of our own orders the stream has not told of, as the reason to replace."""
        overdue = self._echo.overdue(self._client.clock.mono_ns())
        if not overdue:
            return ""
        return f"order {overdue} is acknowledged, and the stream does not tell of it"

    def on_state(self, *, is_up: bool, detail: str) -> None:
        """Tell whether the stream is whole."""
        self._on_stream(is_up, detail)
