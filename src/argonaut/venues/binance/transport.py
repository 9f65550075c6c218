"""One HTTP exchange: bytes out, bytes back, and whether the first byte had left when it failed.

ccxt's own transport follows redirects (an order would be sent twice), reads bodies of any size and
tells a refused connection and a lost answer by the same error. This one does none of that.
"""

from __future__ import annotations

import ssl
import zlib
from collections.abc import Callable, Mapping
from types import SimpleNamespace

import aiohttp
import certifi
import msgspec
from yarl import URL

BODY_MAX = 8 * 1024 * 1024  # bytes, unpacked
CONNECT_TIMEOUT_S = 3.0
TOTAL_TIMEOUT_S = 10.0
_HTTP_FAULTS = (  # all that a peer, a proxy or a wire can make of a request
    aiohttp.ClientError,
    aiohttp.http_exceptions.HttpProcessingError,
    OSError,
    TimeoutError,
    ValueError,
    EOFError,
    RuntimeError,  # a session or a pool that is closing
    zlib.error,
)


class Answer(msgspec.Struct, frozen=True):
    """A whole answer; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Failure(msgspec.Struct, frozen=True):
    """No whole answer. `was_sent` is whether the first byte of the request may have left."""

    was_sent: bool
    reason: str  # never the address: it holds the signature
    is_lost: bool = False  # it was sent and its connection closed, as an idle one is at length
    is_held_back: bool = False  # by a time the venue named while there was no connection yet


class LostConnectionError(aiohttp.ClientError):
    """The connection was closed; aiohttp does not answer this one by asking again."""


class _ForbiddenError(Exception):
    """The request must not leave any more."""


class SilencedError(aiohttp.ClientError):
    """A connection was had, and by then the venue wanted silence."""


class _Progress:
    """How far one request has come. aiohttp calls the hooks just before it writes."""

    def __init__(self, forbids: Callable[[], str]) -> None:
        self.was_sent = False
        self.forbids = forbids
        self.forbidden = ""


class _Departure:
    """The last look at each request, and the note that its bytes leave now."""

    def __init__(self, is_silenced: Callable[[], bool]) -> None:
        self._is_silenced = is_silenced

    async def __call__(
        self, session: aiohttp.ClientSession, context: SimpleNamespace, params: object
    ) -> None:
        """Let it go.

        Raises:
            SilencedError: A ban began while it waited for its connection, for seconds maybe.
        """
        del session, params
        if self._is_silenced():
            raise SilencedError("the venue wants silence")
        progress = context.trace_request_ctx
        if isinstance(progress, _Progress):
            progress.was_sent = True


async def _on_body(
    session: aiohttp.ClientSession, context: SimpleNamespace, params: object
) -> None:
    """Keep a body that is forbidden by now; the head, which waits for it a turn, stays, too.

    Raises:
        _ForbiddenError: It is. aiohttp makes its own error of this one.
    """
    del session, params
    progress = context.trace_request_ctx
    if isinstance(progress, _Progress) and (fault := progress.forbids()):
        progress.was_sent, progress.forbidden = False, fault
        raise _ForbiddenError(fault)


async def _once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Keep aiohttp from repeating a GET or a DELETE by itself when its connection is lost.

    It would be outside of the budget, and inside of a ban that began meanwhile.
    """
    try:
        return await handler(request)
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise LostConnectionError(type(error).__name__) from error


def open_session(
    connector: Callable[[], aiohttp.BaseConnector] | None, is_silenced: Callable[[], bool]
) -> aiohttp.ClientSession:
    """Return a session over `connector`, or over TCP with the roots that certifi ships.

    `is_silenced` is asked right before the first byte of each request and dial: no byte leaves
    while it holds.
    """
    trace = aiohttp.TraceConfig()
    trace.on_request_headers_sent.append(_Departure(is_silenced))
    trace.on_request_chunk_sent.append(_on_body)
    return aiohttp.ClientSession(
        connector=_tcp() if connector is None else connector(),
        trace_configs=[trace],
        middlewares=(_once,),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=True,
    )


def _tcp() -> aiohttp.TCPConnector:
    context = ssl.create_default_context(cafile=certifi.where())
    return aiohttp.TCPConnector(ssl=context, ttl_dns_cache=300)


async def exchange(
    session: aiohttp.ClientSession,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: str | None,
    *,
    forbids: Callable[[], str] = str,
) -> Answer | Failure:
    """Send one request once and return its answer, or how far it came.

    `forbids` says why it must not leave, or nothing; a request with a body asks it as that leaves.
    """
    progress = _Progress(forbids)
    timeout = aiohttp.ClientTimeout(total=TOTAL_TIMEOUT_S, connect=CONNECT_TIMEOUT_S)
    try:
        async with session.request(
            method,
            URL(url, encoded=True),  # signed as it is: not one byte may change
            data=None if body is None else body.encode("ascii"),
            headers=headers,
            allow_redirects=False,
            timeout=timeout,
            trace_request_ctx=progress,
        ) as response:
            content = await _read(response)
            if content is None:
                return Failure(progress.was_sent, f"more than {BODY_MAX} bytes")
            told = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status, told, content)
    except SilencedError as error:
        return Failure(was_sent=False, reason=str(error), is_held_back=True)
    except LostConnectionError as error:
        return Failure(progress.was_sent, str(error), is_lost=progress.was_sent)
    except _HTTP_FAULTS as error:
        return Failure(progress.was_sent, progress.forbidden or type(error).__name__)


async def _read(response: aiohttp.ClientResponse) -> bytes | None:
    """Return the body, or None when it is too large."""
    parts: list[bytes] = []
    size = 0
    async for part in response.content.iter_any():
        size += len(part)
        if size > BODY_MAX:
            response.close()
            return None
        parts.append(part)
    return b"".join(parts)
