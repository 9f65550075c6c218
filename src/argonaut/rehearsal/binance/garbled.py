"""Answers nobody can read: what comes from a proxy that fails, or worse."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable
from functools import cache

import msgspec
from aiohttp import web

from argonaut.rehearsal.binance.symbols import Json
from argonaut.rehearsal.faults import FrameShape, Shape

_BOMB_BYTES = 64 * 1024 * 1024
_DRIPS_MAX = 600  # bytes at one a second: ten minutes
_PLAIN = {
    "html": (502, "text/html", b"<html><body><h1>502 Bad Gateway</h1></body></html>"),
    "empty": (200, "application/json", b""),
    "text": (200, "text/plain", b"upstream connect error or disconnect/reset before headers"),
    "array": (200, "application/json", b"[]"),
    "infinite": (200, "application/json", b'{"orderId": NaN, "price": Infinity}'),
}
_PRICES = ("p", "L", "b", "a", "o", "h", "l", "c")
_NAN = "not a number"
_WRONG = {"nan": _NAN, "negative": "-1.00000000", "zero": "0.00000000", "huge": "1e400"}


@cache
def _bomb() -> bytes:
    return gzip.compress(b" " * _BOMB_BYTES, compresslevel=9, mtime=0)


def garbled_frame(payload: Json, shape: FrameShape, wrap: Callable[[Json], Json]) -> bytes:
    """Return a frame that is no JSON, or whose prices cannot be; a NaN is written bare."""
    if shape == "text":
        return b"upstream request timeout"
    frame = msgspec.json.encode(wrap(_garbled(payload, shape)))
    return frame.replace(f'"{_NAN}"'.encode(), b"NaN")


def _garbled(payload: Json, shape: FrameShape) -> Json:
    kline = payload.get("k")
    if isinstance(kline, dict):
        return {**payload, "k": _garbled(kline, shape)}
    if shape == "crossed":
        bid, ask = payload.get("b"), payload.get("a")
        return {**payload, "b": ask, "a": bid} if bid is not None else payload
    return {
        name: _WRONG[shape] if name in _PRICES and isinstance(value, str) else value
        for name, value in payload.items()
    }


async def send_garbled(request: web.Request, shape: Shape, body: bytes) -> web.StreamResponse:
    """Send an answer in a shape that tells nothing of what was done."""
    plain = _PLAIN.get(shape)
    if plain is not None:
        status, content_type, content = plain
        return web.Response(status=status, content_type=content_type, body=content)
    if shape == "bomb":
        packed = _bomb()
        headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
        return web.Response(body=packed, headers=headers)
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    response.content_length = len(body)
    await response.prepare(request)
    if shape == "half":
        await response.write(body[: len(body) // 2])
    else:
        for byte in body[:_DRIPS_MAX]:
            await response.write(bytes([byte]))
            await asyncio.sleep(1.0)
        if len(body) <= _DRIPS_MAX:
            return response
    if request.transport is not None:
        request.transport.abort()
    return response
