"""Questions about the account: each is answered whole, or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from argonaut.domain.ids import InstrumentId
from argonaut.domain.order import Order
from argonaut.domain.venue_view import NoAnswer, NotFound, VenueBalances, VenueFill, VenueOrder
from argonaut.venues.binance.client import Client, Problem
from argonaut.venues.binance.endpoints import ACCOUNT, FIND, OPEN_ORDERS
from argonaut.venues.binance.errors import Operation, Outcome
from argonaut.venues.binance.history import own_trades
from argonaut.venues.binance.parse import balances_of, fill_of, venue_order_of
from argonaut.venues.binance.rules import SymbolRules
from argonaut.venues.binance.strict import WireError
from argonaut.venues.binance.wire import decode_account, decode_order, decode_orders


class Account:
    """What the venue says the account has."""

    def __init__(self, client: Client, rules: Mapping[InstrumentId, SymbolRules]) -> None:
        self._client = client
        self._rules = rules

    async def find(self, order: Order) -> VenueOrder | NotFound | NoAnswer:
        """Look an order up by our id, and where that is not known by the venue's."""
        rules = self._rules.get(order.instrument_id)
        if rules is None:
            return NoAnswer(detail=f"{order.instrument_id} is no instrument of this run")
        found = await self._find(rules, {"origClientOrderId": order.client_order_id})
        venue_id = order.venue_order_id
        if isinstance(found, NotFound) and venue_id and venue_id.isdigit():
            return await self._find(rules, {"orderId": venue_id})
        return found

    async def _find(
        self, rules: SymbolRules, by: Mapping[str, str]
    ) -> VenueOrder | NotFound | NoAnswer:
        body = await self._client.ask(FIND, {"symbol": rules.symbol, **by})
        if isinstance(body, Problem):
            if body.row.outcome(Operation.QUERY) is Outcome.NOT_FOUND:
                return NotFound(detail=f"{body.name} {body.text}")
            return _no_answer(body)
        try:
            message = decode_order(body)
            found = venue_order_of(message, rules.instrument.instrument_id)
        except WireError as error:
            return NoAnswer(detail=str(error))
        wanted = by.get("origClientOrderId", found.client_order_id)
        wanted_id = by.get("orderId", found.venue_order_id)
        if (message.symbol, found.client_order_id, found.venue_order_id) != (
            rules.symbol,
            wanted,
            wanted_id,
        ):
            return NoAnswer(detail=f"asked about {dict(by)}, told about {found.client_order_id}")
        return found

    async def open_orders(self) -> Sequence[VenueOrder] | NoAnswer:
        """Return every live order at our instruments."""
        found: list[VenueOrder] = []
        for rules in self._rules.values():
            body = await self._client.ask(OPEN_ORDERS, {"symbol": rules.symbol})
            if isinstance(body, Problem):
                return _no_answer(body)
            try:
                for message in decode_orders(body):
                    if message.symbol != rules.symbol:
                        return NoAnswer(detail=f"asked about {rules.symbol}, not {message.symbol}")
                    found.append(venue_order_of(message, rules.instrument.instrument_id))
            except WireError as error:
                return NoAnswer(detail=str(error))
        return tuple(found)

    async def fills(
        self, instrument_id: InstrumentId, since_ns: int
    ) -> Sequence[VenueFill] | NoAnswer:
        """Return every execution at an instrument from `since_ns` on, oldest first."""
        rules = self._rules.get(instrument_id)
        if rules is None:
            return NoAnswer(detail=f"{instrument_id} is no instrument of this run")
        now_ns = self._client.server_clock.now_ns()
        found = await own_trades(self._client, rules.symbol, since_ns=since_ns, now_ns=now_ns)
        if isinstance(found, Problem):
            return _no_answer(found)
        try:
            return tuple(fill_of(each, instrument_id) for each in found)
        except WireError as error:
            return NoAnswer(detail=str(error))

    async def balances(self) -> VenueBalances | NoAnswer:
        """Return what the account has; all that happened before the question is in it."""
        asked_ns = self._client.server_clock.now_ns()
        body = await self._client.ask(ACCOUNT, {"omitZeroBalances": "true"})
        if isinstance(body, Problem):
            return _no_answer(body)
        try:
            return balances_of(decode_account(body), asked_ns)
        except WireError as error:
            return NoAnswer(detail=str(error))


def _no_answer(problem: Problem) -> NoAnswer:
    return NoAnswer(detail=problem.why)
