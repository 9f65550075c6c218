"""What may be told about a request that failed: nothing left, or nobody knows."""

import asyncio
import gzip
import socket
from typing import Any

import aiohttp
import pytest

from argonaut.venues.binance import transport
from argonaut.venues.binance.transport import Answer, Failure, exchange, open_session

ORDER = "symbol=BTCUSDT&side=BUY"


class Peer:
    """A server that takes a request as bytes and does what `act` says with the connection."""

    def __init__(self, act):
        self._act = act
        self.received = b""
        self.connections = 0

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._meet, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *error):
        self._server.close()
        await self._server.wait_closed()

    async def _meet(self, reader, writer):
        self.connections += 1
        try:
            self.received += await reader.readuntil(ORDER.encode())
            await self._act(writer)
        except asyncio.IncompleteReadError as error:
            self.received += error.partial
        except ConnectionError:
            self.connections += 0
        finally:
            writer.close()


def says(*parts):
    """Answer with these bytes, in these pieces, and hang up."""

    async def act(writer):
        for part in parts:
            writer.write(part)
            await writer.drain()

    return act


async def resets(writer):
    writer.transport.abort()


async def is_silent(writer):
    await asyncio.sleep(30)


def head(length, *more, status="200 OK"):
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {length}", *more, "", ""]
    return "\r\n".join(lines).encode()


def post(url, connector=None, is_silenced=lambda: False, **other):
    async def run():
        session = open_session(connector, is_silenced)
        try:
            return await exchange(session, "POST", url, {"X-MBX-APIKEY": "k"}, ORDER, **other)
        finally:
            await session.close()

    return run()


def posted(act):
    """What comes of an order to a peer that does `act`, and what the peer has seen of it."""

    async def run():
        async with Peer(act) as peer:
            return await post(f"http://127.0.0.1:{peer.port}/api/v3/order"), peer

    return asyncio.run(run())


def test_a_whole_answer_is_told_with_its_headers():
    found, peer = posted(says(head(2, "Retry-After: 7"), b"{}"))

    assert isinstance(found, Answer)
    assert (found.status, found.body, found.headers["retry-after"]) == (200, b"{}", "7")
    assert peer.received.endswith(ORDER.encode())


@pytest.mark.parametrize(
    "act",
    [
        says(),
        says(b"HTTP/1.1 200"),
        says(head(100), b'{"code"'),
        says(b"no http at all\r\n\r\n"),
        says(head(2, "Content-Encoding: gzip"), b"{}"),
        says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        says(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n"),
        resets,
    ],
    ids=[
        "hangs up",
        "half a head",
        "half a body",
        "no http",
        "no gzip",
        "no chunk",
        "huge",
        "reset",
    ],
)
def test_after_the_first_byte_nobody_knows(act):
    """F10, F12: the venue had the whole order; it may have been executed."""
    found, peer = posted(act)

    assert isinstance(found, Failure)
    assert found.was_sent
    assert peer.received.endswith(ORDER.encode())
    assert peer.connections == 1  # sent once, and not once more


def test_what_is_forbidden_while_its_connection_is_made_never_leaves():
    """I15, F46: it is asked at the first byte, not when the request was begun."""
    limits = []

    class Slow(aiohttp.TCPConnector):
        async def _create_connection(self, *where):
            made = await super()._create_connection(*where)
            limits.append("no entry leaves while KILLED")
            return made

    async def run():
        async with Peer(says(head(2), b"{}")) as peer:
            url = f"http://127.0.0.1:{peer.port}/api/v3/order"
            found = await post(url, Slow, forbids=lambda: limits[0] if limits else "")
            await asyncio.sleep(0.05)
            return found, peer

    found, peer = asyncio.run(run())

    assert found == Failure(was_sent=False, reason="no entry leaves while KILLED")
    assert peer.connections == 1  # it was made, and closed without a byte
    assert peer.received == b""


def test_it_is_asked_in_the_turn_in_which_the_first_byte_leaves(monkeypatch):
    """A turn later another commit may be durable."""
    events = []
    write = aiohttp.http_writer.StreamWriter._writelines

    def noted(self, chunks):
        events.append("byte")
        write(self, chunks)

    def forbids():
        asyncio.get_running_loop().call_soon(events.append, "turn")
        events.append("asked")
        return ""

    monkeypatch.setattr(aiohttp.http_writer.StreamWriter, "_writelines", noted)

    async def run():
        async with Peer(says(head(2), b"{}")) as peer:
            return await post(f"http://127.0.0.1:{peer.port}/api/v3/order", forbids=forbids)

    assert isinstance(asyncio.run(run()), Answer)
    assert events[-3:] == ["asked", "byte", "turn"]


def test_a_time_out_while_waiting_for_the_answer_is_unknown(monkeypatch):
    monkeypatch.setattr(transport, "TOTAL_TIMEOUT_S", 0.05)
    found, _ = posted(is_silent)

    assert isinstance(found, Failure)
    assert found.was_sent


def test_a_redirect_is_an_answer_and_is_not_followed():
    """ccxt's transport follows a 307 and sends the order again, to whoever it names."""
    found, peer = posted(says(head(0, "Location: /elsewhere", status="307 Temporary Redirect")))

    assert isinstance(found, Answer)
    assert found.status == 307
    assert peer.connections == 1


def test_a_body_that_never_ends_is_cut_off(monkeypatch):
    monkeypatch.setattr(transport, "BODY_MAX", 1_000)
    found, _ = posted(says(head(5_000), b"x" * 5_000))

    assert found == Failure(was_sent=True, reason="more than 1000 bytes")


def test_a_bomb_is_measured_unpacked(monkeypatch):
    """Ten kilobytes that are ten megabytes."""
    monkeypatch.setattr(transport, "BODY_MAX", 1_000_000)
    bomb = gzip.compress(b" " * 10_000_000)
    found, _ = posted(says(head(len(bomb), "Content-Encoding: gzip"), bomb))

    assert isinstance(found, Failure)
    assert found.was_sent


def test_a_packed_answer_is_unpacked():
    packed = gzip.compress(b'{"serverTime":1}')
    found, _ = posted(says(head(len(packed), "Content-Encoding: gzip"), packed))

    assert isinstance(found, Answer)
    assert found.body == b'{"serverTime":1}'


def test_a_refused_connection_has_sent_nothing():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    found = asyncio.run(post(f"http://127.0.0.1:{port}/api/v3/order"))

    assert found == Failure(was_sent=False, reason="ClientConnectorError")


KEY: Any = None  # where to; it is not looked at
NO_NAME = aiohttp.ClientConnectorDNSError(KEY, OSError(-2, "no such name"))


class Nowhere(aiohttp.BaseConnector):
    """A connector whose every connection ends in `error`."""

    def __init__(self, error):
        super().__init__()
        self._error = error

    async def _create_connection(self, *_):
        raise self._error


@pytest.mark.parametrize(
    "error",
    [
        NO_NAME,
        aiohttp.ConnectionTimeoutError(),
        TimeoutError(),
        OSError(101, "no network"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_before_the_first_byte_nothing_is_sent_whatever_the_error_is_called(error, monkeypatch):
    """A time-out is no proof of anything by its name; how far the request came is."""
    monkeypatch.setattr(aiohttp.ClientConnectorDNSError, "__str__", lambda _: "no such name")

    found = asyncio.run(post("http://127.0.0.1:9/api/v3/order", lambda: Nowhere(error)))

    assert isinstance(found, Failure)
    assert not found.was_sent


def test_a_connection_that_takes_too_long_has_sent_nothing(monkeypatch):
    monkeypatch.setattr(transport, "CONNECT_TIMEOUT_S", 0.05)

    class Slow(aiohttp.BaseConnector):
        async def _create_connection(self, *_):
            await asyncio.sleep(30)

    found = asyncio.run(post("http://127.0.0.1:9/api/v3/order", Slow))

    assert isinstance(found, Failure)
    assert not found.was_sent


def test_a_peer_that_speaks_no_tls_has_been_sent_no_order(monkeypatch):
    monkeypatch.setattr(transport, "CONNECT_TIMEOUT_S", 0.2)

    async def run():
        async with Peer(says(b"plain")) as peer:
            found = await post(f"https://127.0.0.1:{peer.port}/api/v3/order")
            return found, peer.received

    found, received = asyncio.run(run())

    assert isinstance(found, Failure)
    assert not found.was_sent
    assert ORDER.encode() not in received


def test_the_first_byte_is_told_before_it_is_written(monkeypatch):
    """The other way round a crash between the two would call a sent order unsent."""
    seen = []
    write = aiohttp.http_writer.StreamWriter._writelines

    class Progress(transport._Progress):
        def __setattr__(self, name, value):
            object.__setattr__(self, name, value)
            if name == "was_sent":
                seen.append((name, value))

    def spy(writer, chunks):
        seen.append(("written", b"".join(chunks)[-len(ORDER) :].decode()))
        return write(writer, chunks)

    monkeypatch.setattr(transport, "_Progress", Progress)
    monkeypatch.setattr(aiohttp.http_writer.StreamWriter, "_writelines", spy)
    posted(says(head(0)))

    assert seen == [("was_sent", False), ("was_sent", True), ("written", ORDER)]


def test_a_last_look_before_the_first_byte_keeps_it_back():
    async def run():
        async with Peer(says(head(0))) as peer:
            url = f"http://127.0.0.1:{peer.port}/api/v3/order"
            return await post(url, is_silenced=lambda: True), peer

    found, peer = asyncio.run(run())

    assert found == Failure(was_sent=False, reason="the venue wants silence", is_held_back=True)
    assert not peer.received


def test_a_failure_names_no_address():
    """F40: the address holds the signature."""
    found, _ = posted(resets)

    assert isinstance(found, Failure)
    assert "127.0.0.1" not in found.reason
    assert "symbol" not in found.reason
