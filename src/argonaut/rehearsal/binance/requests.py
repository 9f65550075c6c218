"""What travels between the wire and the venue: requests, answers, and the table of endpoints."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from urllib.parse import parse_qsl

import msgspec

from argonaut.rehearsal.binance.access import ApiKey, Timing
from argonaut.rehearsal.binance.errors import RefusalError
from argonaut.rehearsal.binance.parameters import Parameters
from argonaut.rehearsal.binance.state import Call, VenueState

Body = Mapping[str, object] | list[object] | list[dict[str, object]] | list[list[object]]


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One HTTP request: query and body as they were sent, for the signature is over them."""

    method: str
    path: str
    query: str = ""
    body: str = ""
    api_key: str | None = None

    def parameters(self) -> Parameters:
        """Return query and body together."""
        pairs = [
            pair
            for text in (self.query, self.body)
            for pair in parse_qsl(text, keep_blank_values=True)
        ]
        return Parameters(pairs)


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One HTTP answer; the body is JSON."""

    status: int
    body: object
    headers: Mapping[str, str] = {}


class Security(Enum):
    """What an endpoint wants of who asks."""

    NONE = "none"
    KEY = "key"  # the key alone
    READ = "read"  # key and signature
    TRADE = "trade"  # key and signature, and the right to trade


Handler = Callable[[VenueState, Parameters, Call], Body]


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the table. `weight` may depend on what is asked."""

    handler: Handler
    weight: int | Callable[[Parameters], int]
    security: Security = Security.NONE

    @property
    def changes_orders(self) -> bool:
        """Whether it goes to the matching engine: costs nothing when it succeeds."""
        return self.security is Security.TRADE

    def cost(self, parameters: Parameters) -> int:
        """Return the weight of a request."""
        return self.weight if isinstance(self.weight, int) else self.weight(parameters)


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """A request that was let in and waits for the matching engine."""

    endpoint: Endpoint
    parameters: Parameters
    weight: int
    key: ApiKey | None = None
    timing: Timing | None = None


def refusal_body(refusal: RefusalError) -> dict[str, object]:
    """Return the JSON of a refusal."""
    return {"code": refusal.code, "msg": refusal.msg}
