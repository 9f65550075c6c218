"""The market streams: who listens to which, and the commands by which that changes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import msgspec

from argonaut.rehearsal.binance.candles import INTERVALS
from argonaut.rehearsal.binance.connection import Connection, StreamRules
from argonaut.rehearsal.binance.outbox import Outbox, StreamEvent
from argonaut.rehearsal.binance.symbols import Json, Symbol

_KINDS = (
    "trade",
    "aggTrade",
    "bookTicker",
    "miniTicker",
    "depth",
    "depth@100ms",
    *(f"depth{rows}{speed}" for rows in (5, 10, 20) for speed in ("", "@100ms")),
    *(f"kline_{interval}" for interval in INTERVALS),
)


class Listener:
    """One market connection and the streams it has subscribed to, in that order."""

    def __init__(self, connection: Connection, *, is_combined: bool) -> None:
        self.connection = connection
        self.is_combined = is_combined
        self.names: dict[str, None] = {}

    def wrap(self, name: str, payload: Json) -> Json:
        """Return a payload as this connection gets it."""
        return {"stream": name, "data": payload} if self.is_combined else payload


class Audience:
    """Every market connection."""

    def __init__(self, symbols: dict[str, Symbol], outbox: Outbox, rules: StreamRules) -> None:
        self._outbox = outbox
        self._rules = rules
        self._known = {f"{each.lower()}@{kind}" for each in symbols for kind in _KINDS}
        self._listeners: dict[Listener, None] = {}

    def join(self, listener: Listener, names: Sequence[str]) -> None:
        """Let a connection listen; names nobody knows are silent, as at the real venue."""
        self._listeners[listener] = None
        self._subscribe(listener, names)

    def leave(self, listener: Listener) -> None:
        """Forget a connection."""
        self._unsubscribe(listener, list(listener.names))
        self._listeners.pop(listener, None)

    def tell(self, event: StreamEvent) -> None:
        """Send a payload to all who listen to its stream."""
        for listener in self._listeners:
            if event.stream in listener.names:
                wrap = partial(listener.wrap, event.stream)
                listener.connection.tell(event.stream, event.payload, wrap)

    def cut(self) -> None:
        """Cut every connection."""
        for listener in list(self._listeners):
            listener.connection.abort()

    async def take(self, listener: Listener, text: str) -> None:
        """Answer a command of a connection."""
        listener.connection.answer(self._answer(listener, text))

    def _answer(self, listener: Listener, text: str) -> Json:
        try:
            command = msgspec.json.decode(text, type=_Command)
        except msgspec.DecodeError as error:
            return {"error": {"code": 3, "msg": f"Invalid JSON: {error}"}}
        if command.method == "LIST_SUBSCRIPTIONS":
            return {"result": list(listener.names), "id": command.id}
        if command.method == "SUBSCRIBE":
            if len(listener.names) + len(command.params) > self._rules.streams_max:
                return {
                    "error": {"code": 2, "msg": "Invalid request: too many streams"},
                    "id": command.id,
                }
            self._subscribe(listener, command.params)
        elif command.method == "UNSUBSCRIBE":
            self._unsubscribe(listener, command.params)
        elif command.method == "SET_PROPERTY" and command.params[:1] == ["combined"]:
            listener.is_combined = bool(command.params[1:] and command.params[1])
        else:
            return {
                "error": {
                    "code": 2,
                    "msg": f"Invalid request: unknown variant `{command.method}`",
                },
                "id": command.id,
            }
        return {"result": None, "id": command.id}

    def _subscribe(self, listener: Listener, names: Sequence[object]) -> None:
        for name in map(str, names):
            if name not in listener.names:
                listener.names[name] = None
                if name in self._known:
                    self._outbox.listen(name)

    def _unsubscribe(self, listener: Listener, names: Sequence[object]) -> None:
        for name in map(str, names):
            if name in listener.names:
                del listener.names[name]
                if name in self._known:
                    self._outbox.leave(name)


class _Command(msgspec.Struct, frozen=True, kw_only=True):
    method: str
    params: list[str | bool] = []
    id: int | str | None = None


def names_of(path: str, query_streams: str) -> list[str]:
    """Return the streams a connection's address asks for: /ws/a/b or /stream?streams=a/b."""
    tail = path.removeprefix("/ws").removeprefix("/stream")
    written = f"{tail}/{query_streams}".split("/")
    return [each for each in written if "@" in each or each.startswith("!")]
