"""What has to be known and right before anything is sent: the clock, the rules, the key."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

from argonaut.domain.errors import RefusedToStartError
from argonaut.domain.ids import InstrumentId
from argonaut.venues.binance.client import Client, Problem
from argonaut.venues.binance.endpoints import (
    ACCOUNT,
    EXCHANGE_INFO,
    KEY_RIGHTS,
    ORDER_USAGE,
    Endpoint,
)
from argonaut.venues.binance.errors import KEY_CODES, VenueUnreachableError
from argonaut.venues.binance.rules import (
    ExchangeInfo,
    SymbolRules,
    decode_exchange_info,
    decode_usage,
    rules_of,
    symbol_of,
)
from argonaut.venues.binance.strict import WireError
from argonaut.venues.binance.wire import decode_account, decode_rights

_CLOCK_SAMPLES = 3
_BAD_SYMBOL = -1121


async def learn_clock(client: Client) -> None:
    """Ask for the venue's time until it is known well.

    Raises:
        VenueUnreachableError: It is not told.
    """
    for _ in range(_CLOCK_SAMPLES):
        problem = await client.learn_time()
        if problem is not None:
            raise _unreachable("its time", problem)


async def learn_rules(
    client: Client, instrument_ids: Sequence[InstrumentId]
) -> Mapping[InstrumentId, SymbolRules]:
    """Return the rules of our instruments, and take over the limits published with them.

    Raises:
        RefusedToStartError: The venue does not have one of them.
        VenueUnreachableError: It does not answer.
    """
    try:
        symbols = [symbol_of(instrument_id) for instrument_id in instrument_ids]
    except WireError as error:
        raise RefusedToStartError(str(error)) from None
    asked = {"symbols": json.dumps(symbols, separators=(",", ":"))}
    body = await client.ask(EXCHANGE_INFO, asked)
    if isinstance(body, Problem):
        if body.code == _BAD_SYMBOL:
            raise RefusedToStartError(f"Binance lists not all of {', '.join(instrument_ids)}")
        raise _unreachable("its rules", body)
    try:
        info = decode_exchange_info(body)
        client.limiter.adopt(info.rate_limits, client.clock.mono_ns())
    except WireError as error:
        raise VenueUnreachableError(f"the rules of Binance cannot be read: {error}") from None
    return _rules(info, instrument_ids)


def _rules(
    info: ExchangeInfo, instrument_ids: Sequence[InstrumentId]
) -> Mapping[InstrumentId, SymbolRules]:
    try:
        return rules_of(info, instrument_ids)
    except WireError as error:
        raise RefusedToStartError(str(error)) from None


async def check_account(client: Client, on_hint: Callable[[str], None]) -> None:
    """Make sure that the key is right, may trade, and can move nothing out.

    Raises:
        RefusedToStartError: It is not so.
        VenueUnreachableError: The venue does not answer.
    """
    account = await _ask_with_key(client, ACCOUNT, {"omitZeroBalances": "true"})
    try:
        can_trade = decode_account(account).can_trade
    except WireError as error:
        raise VenueUnreachableError(f"the account cannot be read: {error}") from None
    if not can_trade:
        raise RefusedToStartError("the account may not trade at Binance (canTrade is false)")
    if client.settings.is_sandbox:
        return  # the testnet has no withdrawals and does not tell the rights of a key
    try:
        rights = decode_rights(await _ask_with_key(client, KEY_RIGHTS, {}))
    except WireError as error:
        raise VenueUnreachableError(f"the rights of the key cannot be read: {error}") from None
    if rights.enable_withdrawals:
        raise RefusedToStartError(
            "the key may withdraw: make one without that right, for a thief needs no other"
        )
    if not (rights.enable_reading and rights.enable_spot_and_margin_trading):
        raise RefusedToStartError(
            "the key may not read and trade on spot: give it these two rights"
        )
    if not rights.ip_restrict:
        on_hint("the key works from every address in the world: limit it to this machine's")


async def learn_usage(client: Client) -> None:
    """Learn how many orders the account has placed of late: another life of ours may have.

    Raises:
        RefusedToStartError: The venue refuses the key.
        VenueUnreachableError: It does not answer.
    """
    body = await _ask_with_key(client, ORDER_USAGE, {})
    try:
        client.limiter.adopt(decode_usage(body), client.clock.mono_ns())
    except WireError as error:
        raise VenueUnreachableError(f"the orders counted cannot be read: {error}") from None


async def _ask_with_key(client: Client, endpoint: Endpoint, parameters: Mapping[str, str]) -> bytes:
    body = await client.ask(endpoint, parameters)
    if not isinstance(body, Problem):
        return body
    if body.code in KEY_CODES or body.status == 401:
        place = "the testnet" if client.settings.is_sandbox else "production"
        other = "production" if client.settings.is_sandbox else "the testnet"
        raise RefusedToStartError(
            f"Binance refuses the key ({body.name} {body.text}): it is wrong, not allowed from "
            f"this address, or a key of {other} used at {place}"
        )
    raise _unreachable(endpoint.path, body)


def _unreachable(what: str, problem: Problem) -> VenueUnreachableError:
    return VenueUnreachableError(f"Binance does not tell {what}: {problem.why}")
