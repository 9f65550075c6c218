"""The WebSocket API: the same endpoints under other names, and the user stream."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import msgspec

from argonaut.ports import Clock
from argonaut.rehearsal.binance.access import expect_signed
from argonaut.rehearsal.binance.connection import Connection
from argonaut.rehearsal.binance.errors import RefusalError
from argonaut.rehearsal.binance.exchange import Exchange
from argonaut.rehearsal.binance.outbox import UserEvent
from argonaut.rehearsal.binance.parameters import Parameters, text_pairs
from argonaut.rehearsal.binance.requests import Answer, Pending, refusal_body
from argonaut.rehearsal.binance.routes import METHODS, ROUTES
from argonaut.rehearsal.binance.serving import Server
from argonaut.rehearsal.binance.symbols import Json
from argonaut.rehearsal.faults import Faults

_SUBSCRIBE = "userDataStream.subscribe.signature"
_UNSUBSCRIBE = "userDataStream.unsubscribe"
_USER_WEIGHT = 2


class _Call(msgspec.Struct, frozen=True, kw_only=True):
    method: str
    params: dict[str, object] = {}
    id: int | str | None = None


class Session:
    """One connection to the WebSocket API, with the user streams it has subscribed to."""

    def __init__(
        self,
        connection: Connection,
        exchange: Exchange,
        server: Server,
        *,
        clock: Clock,
        faults: Faults,
    ) -> None:
        self.connection = connection
        self._exchange = exchange
        self._server = server
        self._clock = clock
        self._faults = faults
        self._subscriptions: dict[int, str] = {}  # subscription id -> api key
        self._next_subscription = 0

    def tell(self, event: UserEvent) -> None:
        """Send an event of the account, once for each subscription."""
        name = str(event.payload["e"])
        for subscription in self._subscriptions:
            self.connection.tell(name, event.payload, partial(_wrapped, subscription))

    def wrap(self, payload: Json) -> Json:
        """Return an event of the connection itself as this session gets it."""
        first = next(iter(self._subscriptions), 0)
        return _wrapped(first, payload)

    async def take(self, text: str) -> None:
        """Answer one request."""
        try:
            call = msgspec.json.decode(text, type=_Call)
        except msgspec.DecodeError:
            error = {"code": -1135, "msg": "Invalid JSON Request"}
            self.connection.answer({"id": None, "status": 400, "error": error})
            return
        if call.method in (_SUBSCRIBE, _UNSUBSCRIBE):
            answer = self._change_subscription(call)
            self.connection.answer(self._told(call, answer))
            if call.method == _SUBSCRIBE and answer.status == 200:
                self._replay()
            return
        route = METHODS.get(call.method)
        if route is None:
            error = {"code": -1020, "msg": "This operation is not supported."}
            self.connection.answer({"id": call.id, "status": 400, "error": error})
            return
        served = await self._server.serve(*route, partial(self._receive, call, route))
        if served.answer is None:
            self.connection.abort()
        elif served.shape is not None:
            self.connection.answer("<html>502 Bad Gateway</html>")
        else:
            self.connection.answer(self._told(call, served.answer))

    def _told(self, call: _Call, answer: Answer) -> Json:
        told = "result" if answer.status == 200 else "error"
        limits = self._exchange.state.limits.told(self._clock.wall_ns())
        return {"id": call.id, "status": answer.status, told: answer.body, "rateLimits": limits}

    def _receive(self, call: _Call, route: tuple[str, str]) -> Pending | Answer:
        self._exchange.advance(self._clock.wall_ns())
        pairs = text_pairs(call.params)
        signed = [(name, value) for name, value in pairs if name != "signature"]
        sent = dict(pairs)
        return self._exchange.let_in(
            ROUTES[route],
            Parameters(pairs),
            api_key=sent.get("apiKey"),
            payload="&".join(f"{name}={value}" for name, value in sorted(signed)),
            signature=sent.get("signature"),
        )

    def _change_subscription(self, call: _Call) -> Answer:
        state, now_ns = self._exchange.state, self._clock.wall_ns()
        self._exchange.advance(now_ns)
        try:
            state.limits.enter(_USER_WEIGHT, now_ns)
            pairs = text_pairs(call.params)
            if call.method == _UNSUBSCRIBE:
                return self._unsubscribe(dict(pairs).get("subscriptionId"))
            return self._subscribe(pairs, now_ns)
        except RefusalError as refusal:
            return Answer(status=refusal.status, body=refusal_body(refusal))

    def _subscribe(self, pairs: Sequence[tuple[str, str]], now_ns: int) -> Answer:
        access, sent = self._exchange.state.access, dict(pairs)
        key = access.known(sent.get("apiKey"))
        access.timing(Parameters(pairs), now_ns)
        signed = sorted(each for each in pairs if each[0] != "signature")
        payload = "&".join(f"{name}={value}" for name, value in signed)
        expect_signed(key, payload, sent.get("signature"))
        if key.key in self._subscriptions.values():
            raise RefusalError(-2035, "User Data Stream subscription already active.")
        subscription = self._next_subscription
        self._next_subscription += 1
        self._subscriptions[subscription] = key.key
        return Answer(status=200, body={"subscriptionId": subscription})

    def _replay(self) -> None:
        """Tell old events again, if a fault wants it so."""
        count = self._faults.replays(self._clock.wall_ns())
        history = self._exchange.state.outbox.history
        for back in range(min(count, len(history)), 0, -1):
            self.connection.answer(self.wrap(history[-back].payload))

    def _unsubscribe(self, written: str | None) -> Answer:
        if written is None:
            self._subscriptions.clear()
        elif not (written.isdigit() and self._subscriptions.pop(int(written), "")):
            raise RefusalError(-2036, "User Data Stream subscription not active.")
        return Answer(status=200, body={})


def _wrapped(subscription: int, payload: Json) -> Json:
    return {"subscriptionId": subscription, "event": payload}
