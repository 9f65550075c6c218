"""A client of the pure venue: signs as Binance wants it, and moves time and market by hand."""

from __future__ import annotations

import hmac
from decimal import Decimal
from hashlib import sha256
from urllib.parse import urlencode

from argonaut.rehearsal.binance.access import ApiKey
from argonaut.rehearsal.binance.exchange import Exchange
from argonaut.rehearsal.binance.lies import HONEST, Lies
from argonaut.rehearsal.binance.requests import Answer, Request
from argonaut.rehearsal.binance.state import Settings
from argonaut.rehearsal.binance.symbols import Symbol
from argonaut.rehearsal.market import Level, Move, Print, ScriptedPrices

SECOND_NS = 1_000_000_000
START_NS = 1_700_000_000 * SECOND_NS
KEY = ApiKey(key="trader0000000000", secret="a canary, not a secret")
READER = ApiKey(key="reader0000000000", secret="another canary", can_trade=False)
BTC = Symbol(
    name="BTCUSDT", base="BTC", quote="USDT", tick=Decimal("0.01"), step=Decimal("0.00001")
)
ETH = Symbol(name="ETHUSDT", base="ETH", quote="USDT", tick=Decimal("0.01"), step=Decimal("0.0001"))
BIDS = (("99.90", "1"), ("99.80", "2"))
ASKS = (("100.00", "1"), ("100.10", "2"), ("100.30", "5"))

Side = tuple[tuple[str, str], ...]


def levels(rows: Side) -> tuple[Level, ...]:
    return tuple(Level(Decimal(price), Decimal(quantity)) for price, quantity in rows)


class Client:
    """Owns a venue whose book is BIDS and ASKS until a test moves it."""

    def __init__(self, **settings) -> None:
        wanted = {
            "symbols": (BTC, ETH),
            "keys": (KEY, READER),
            "balances": {"USDT": Decimal(10_000), "BTC": Decimal(10)},
            **settings,
        }
        self.now_ns = START_NS
        self.venue = Exchange(Settings(**wanted), ScriptedPrices(), start_ns=START_NS)
        self.state = self.venue.state
        self.move()

    def wait(self, seconds: float) -> None:
        self.now_ns += round(seconds * SECOND_NS)

    def move(
        self,
        bids: Side = BIDS,
        asks: Side = ASKS,
        *,
        symbol: str = "BTCUSDT",
        trades: Side = (("100.00", "0.5"),),
    ) -> None:
        """Show a book, with trades on the way there; the last one is the last price."""
        self.venue.show(
            Move(
                symbol=symbol,
                event_ns=self.now_ns,
                bids=levels(bids),
                asks=levels(asks),
                prints=tuple(Print(Decimal(p), Decimal(q), False) for p, q in trades),
            )
        )

    def call(self, method: str, path: str, *, key=KEY, lies: Lies = HONEST, **sent) -> Answer:
        """Send a signed request made at this very moment."""
        return self.venue.answer(self.signed(method, path, key=key, **sent), self.now_ns, lies)

    def signed(self, method: str, path: str, *, key=KEY, **sent) -> Request:
        """Return a request as a client makes it."""
        sent.setdefault("timestamp", self.now_ns // 1_000_000)
        text = urlencode({name: str(value) for name, value in sent.items()})
        signature = hmac.new(key.secret.encode(), text.encode(), sha256).hexdigest()
        text += f"&signature={signature}"
        is_body = method in {"POST", "PUT"}
        return Request(
            method=method,
            path=path,
            query="" if is_body else text,
            body=text if is_body else "",
            api_key=key.key,
        )

    def ask(self, path: str, **sent):
        """Return the body of a public answer."""
        request = Request(method="GET", path=path, query=urlencode(sent))
        answer = self.venue.answer(request, self.now_ns)
        assert answer.status == 200, answer
        return answer.body

    def ok(self, method: str, path: str, **sent):
        """Return the body of an answer that has to be 200."""
        answer = self.call(method, path, **sent)
        assert answer.status == 200, answer
        return answer.body

    def refused(self, method: str, path: str, **sent) -> tuple[int, str]:
        """Return code and words of an answer that has to be a refusal."""
        return told_refusal(self.call(method, path, **sent))

    def order(self, side: str = "BUY", kind: str = "LIMIT", **sent):
        return self.ok(
            "POST", "/api/v3/order", newOrderRespType="FULL", **order(side, kind, **sent)
        )

    def no_order(self, side: str = "BUY", kind: str = "LIMIT", **sent) -> tuple[int, str]:
        return self.refused("POST", "/api/v3/order", **order(side, kind, **sent))

    def events(self, kind: str = "executionReport") -> list[dict]:
        """Return the payloads of a kind of user event, all of them."""
        return [each.payload for each in self.state.outbox.history if kind == each.payload["e"]]

    def free(self, asset: str) -> tuple[Decimal, Decimal]:
        return self.state.matching.split(asset)


def told_refusal(answer: Answer) -> tuple[int, str]:
    assert answer.status >= 400, answer
    assert isinstance(answer.body, dict), answer
    return answer.body["code"], answer.body["msg"]


def order(side: str = "BUY", kind: str = "LIMIT", **sent) -> dict:
    """Return the parameters of an order; one with a limit is GTC unless said otherwise."""
    fixed = {"symbol": "BTCUSDT", "side": side, "type": kind}
    if kind in {"LIMIT", "STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT"}:
        fixed["timeInForce"] = "GTC"
    return {name: value for name, value in {**fixed, **sent}.items() if value is not None}
