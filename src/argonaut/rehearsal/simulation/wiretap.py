"""Reads what a machine sends and gets back at its own end of the wire, as requests and answers.

Each request is dated by its first byte, and carries how much of the journal was durable then: what
an oracle needs to say whether the intent was there before the order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import unquote_plus

import msgspec

from argonaut.rehearsal.simulation.evidence import Sent

_HEAD_END = b"\r\n\r\n"
_TELLING = re.compile(
    rb"(?im)^(content-length|transfer-encoding|retry-after)[ \t]*:[ \t]*([^\r\n]*?)[ \t]*\r?$"
)
_TEXT_FRAME, _FIN = 1, 0x80
ANSWER_BYTES_MAX = 4_096  # of an answer that are kept


class Message(msgspec.Struct, frozen=True):
    """One whole HTTP message, request or answer."""

    first_line: str
    body: bytes
    retry_after_s: int | None = None


class Parser:
    """Splits one direction of an HTTP/1.1 connection into messages."""

    def __init__(self) -> None:
        self._bytes = b""

    def feed(self, content: bytes) -> list[Message]:
        """Take bytes; return the messages they complete."""
        self._bytes += content
        done = []
        while (message := self._next()) is not None:
            done.append(message)
        return done

    def _next(self) -> Message | None:
        head, end, rest = self._bytes.partition(_HEAD_END)
        if not end:
            return None
        first_line = head.partition(b"\r\n")[0].decode("latin-1")
        headers = {name.lower(): value for name, value in _TELLING.findall(head)}
        if headers.get(b"transfer-encoding") == b"chunked":
            split = _unchunked(rest)
        else:
            size = int(headers.get(b"content-length", b"0"))
            split = (rest[:size], rest[size:]) if len(rest) >= size else None
        if split is None:
            return None
        body, self._bytes = split
        asked_for = headers.get(b"retry-after", b"")
        return Message(first_line, body, int(asked_for) if asked_for.isdigit() else None)


def _unchunked(content: bytes) -> tuple[bytes, bytes] | None:
    """Return a chunked body and what follows it; None while it is not whole."""
    body = b""
    while True:
        size_line, end, content = content.partition(b"\r\n")
        if not end:
            return None
        size = int(size_line.split(b";")[0], 16)
        if len(content) < size + 2:
            return None
        body, content = body + content[:size], content[size + 2 :]
        if not size:
            return body, content


def params_of(query: str) -> dict[str, str]:
    """Return what has a value, as `parse_qsl` does, which takes six times as long."""
    found = {}
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if value:
            is_plain = "%" not in pair and "+" not in pair
            found[name if is_plain else unquote_plus(name)] = (
                value if is_plain else unquote_plus(value)
            )
    return found


class _Line:
    """One connection: the requests on it, in order, and the answers to them."""

    def __init__(self) -> None:
        self.up = Parser()
        self.down = Parser()
        self.began_ns: int | None = None  # the first byte of a request that is not whole yet
        self.is_upgraded = False
        self.waiting: list[int] = []  # numbers of requests without an answer


class Wiretap:
    """Listens at the ends of clients.

    `whose` tells, while a request leaves, whose life it is of and the last row durable by then.
    """

    def __init__(self, now_ns: Callable[[], int], whose: Callable[[], tuple[int, int]]) -> None:
        self.sent: list[Sent] = []
        self._now_ns = now_ns
        self._whose = whose
        self._lines: dict[int, _Line] = {}

    def on_write(self, link: int, content: bytes) -> None:
        """Hear bytes that leave a client."""
        line = self._line(link)
        if line.is_upgraded:
            self._on_frame(content)
            return
        began_ns = self._now_ns() if line.began_ns is None else line.began_ns
        messages = line.up.feed(content)
        for message in messages:
            self._on_request(line, message, began_ns)
        line.began_ns = None if messages else began_ns

    def on_read(self, link: int, content: bytes) -> None:
        """Hear bytes that have reached a client."""
        line = self._line(link)
        if line.is_upgraded:
            return
        for message in line.down.feed(content):
            status = int(message.first_line.split(" ")[1])
            line.is_upgraded = status == 101
            if line.waiting:
                number = line.waiting.pop(0)
                self.sent[number] = msgspec.structs.replace(
                    self.sent[number],
                    answered_ns=self._now_ns(),
                    status=status,
                    answer=message.body[:ANSWER_BYTES_MAX].decode(errors="replace"),
                    retry_after_s=message.retry_after_s,
                )
            if line.is_upgraded:
                return

    def _line(self, link: int) -> _Line:
        line = self._lines.get(link)
        if line is None:
            line = self._lines[link] = _Line()
        return line

    def on_lost(self, link: int) -> None:
        """Hear that a connection has ended: what it has not answered, it never will."""
        self._lines.pop(link, None)

    def _on_request(self, line: _Line, message: Message, at_ns: int) -> None:
        method, target, _ = message.first_line.split(" ")
        path, _, query = target.partition("?")
        line.waiting.append(len(self.sent))
        params = {**params_of(query), **params_of(message.body.decode(errors="replace"))}
        self._add(at_ns, method, path, params)

    def _on_frame(self, content: bytes) -> None:
        """Read a request over a WebSocket: aiohttp writes a frame at a time."""
        text = _unmasked(content)
        if text is None:
            return
        try:
            asked = msgspec.json.decode(text)
        except msgspec.DecodeError:
            asked = None
        if isinstance(asked, dict) and "method" in asked:
            params = asked.get("params")
            named = params if isinstance(params, dict) else {}
            told = {str(name): str(value) for name, value in named.items()}
            self._add(self._now_ns(), "WS", str(asked["method"]), told)

    def _add(self, at_ns: int, method: str, path: str, params: Mapping[str, str]) -> None:
        life, durable_seq = self._whose()
        self.sent.append(
            Sent(
                at_ns=at_ns,
                life=life,
                method=method,
                path=path,
                params=params,
                durable_seq=durable_seq,
            )
        )


def _unmasked(frame: bytes) -> bytes | None:
    """Return what a client's text frame says; None for any other frame (RFC 6455, 5.2)."""
    if len(frame) < 6 or frame[0] & 0x0F != _TEXT_FRAME or not frame[0] & _FIN:
        return None
    size, start = frame[1] & 0x7F, 2
    if size == 126:
        size, start = int.from_bytes(frame[2:4]), 4
    elif size == 127:
        size, start = int.from_bytes(frame[2:10]), 10
    mask, content = frame[start : start + 4], frame[start + 4 : start + 4 + size]
    return bytes(byte ^ mask[place % 4] for place, byte in enumerate(content))
