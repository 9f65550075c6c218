"""What happened before, over REST, all pages of it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from argonaut.domain.timeframe import DAY_NS
from argonaut.venues.binance.client import Client, Problem
from argonaut.venues.binance.endpoints import KLINES, OWN_TRADES
from argonaut.venues.binance.errors import UNREADABLE
from argonaut.venues.binance.limits import Lane
from argonaut.venues.binance.parse import MS_NS
from argonaut.venues.binance.strict import WireError
from argonaut.venues.binance.wire import KlineRow, OwnTrade, decode_klines, decode_own_trades

PAGE = 1_000  # the most that one answer holds
_PAGES_MAX = 500
_WINDOWS_MAX = 60
_WINDOW_NS = DAY_NS - 1_000 * MS_NS  # start and end of one question lie less than a day apart
_PATIENCE_S = 60.0  # a long history waits for its place in the budget


async def klines(
    client: Client, symbol: str, interval: str, *, since_ns: int, until_ns: int
) -> list[KlineRow] | Problem:
    """Return the candles that opened from `since_ns` to `until_ns`, oldest first."""
    rows: list[KlineRow] = []
    start_ms = max(-(-since_ns // MS_NS), 0)
    for _ in range(_PAGES_MAX):
        if start_ms * MS_NS > until_ns:
            break
        body = await client.ask(
            KLINES,
            {"symbol": symbol, "interval": interval, "startTime": start_ms, "limit": PAGE},
            Lane.ORDINARY,
            patience_s=_PATIENCE_S,
        )
        if isinstance(body, Problem):
            return body
        try:
            page = decode_klines(body)
        except WireError as error:
            return Problem(UNREADABLE, str(error))
        if any(row[0] < start_ms for row in page) or not _rises([row[0] for row in page]):
            return Problem(UNREADABLE, f"candles of {symbol} are not in order")
        rows.extend(page)
        if len(page) < PAGE:
            break
        start_ms = page[-1][0] + 1
    return rows


async def own_trades(
    client: Client, symbol: str, *, since_ns: int, now_ns: int
) -> list[OwnTrade] | Problem:
    """Return the account's executions from `since_ns` on, oldest first.

    Days without any are stepped over by time; from the first execution on pages go by its id, so
    that many in one millisecond are not cut. What begins long ago goes by id from the very first.
    """
    if now_ns - since_ns > _WINDOWS_MAX * _WINDOW_NS:
        return await _by_id(client, symbol, [], since_ns)
    start_ns = since_ns
    while True:
        window = {"startTime": start_ns // MS_NS}
        is_last = start_ns + _WINDOW_NS >= now_ns
        if not is_last:
            window["endTime"] = (start_ns + _WINDOW_NS) // MS_NS
        page = await _own_page(client, symbol, window)
        if isinstance(page, Problem):
            return page
        if is_last and len(page) < PAGE:
            return _since(page, since_ns)
        if page:
            return await _by_id(client, symbol, page, since_ns)
        start_ns += _WINDOW_NS


async def _by_id(
    client: Client, symbol: str, page: list[OwnTrade], since_ns: int
) -> list[OwnTrade] | Problem:
    found = list(page)
    for _ in range(_PAGES_MAX):
        last_id = found[-1].id if found else -1
        further = await _own_page(client, symbol, {"fromId": last_id + 1})
        if isinstance(further, Problem):
            return further
        if not _rises([last_id, *(each.id for each in further)]):
            return Problem(UNREADABLE, f"executions of {symbol} are not in order")
        found.extend(further)
        if len(further) < PAGE:
            return _since(found, since_ns)
    return Problem(UNREADABLE, f"more executions of {symbol} than {_PAGES_MAX} pages")


async def _own_page(
    client: Client, symbol: str, which: Mapping[str, int]
) -> list[OwnTrade] | Problem:
    body = await client.ask(
        OWN_TRADES, {"symbol": symbol, "limit": PAGE, **which}, patience_s=_PATIENCE_S
    )
    if isinstance(body, Problem):
        return body
    try:
        page = decode_own_trades(body)
    except WireError as error:
        return Problem(UNREADABLE, str(error))
    if not _rises([each.id for each in page]) or any(each.symbol != symbol for each in page):
        return Problem(UNREADABLE, f"executions of {symbol} are not in order")
    return page


def _since(trades: list[OwnTrade], since_ns: int) -> list[OwnTrade]:
    return [each for each in trades if each.time * MS_NS >= since_ns]


def _rises(numbers: list[int]) -> bool:
    return all(before < after for before, after in pairwise(numbers))
