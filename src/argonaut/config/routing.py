"""On which market each strategy trades each symbol: spot, margin or perpetual contracts.

Every venue here trades spot. What asks for another market is refused, by name, before anything
starts: an order that went to spot instead would be another position than the one meant.
"""

from __future__ import annotations

from collections.abc import Iterator

from argonaut.config.schema import Config, Market

_TRADED: frozenset[Market] = frozenset({"spot"})


def market_of(config: Config, strategy_id: str, symbol: str) -> tuple[Market, str]:
    """Return the market and the key that says so; the closest of the route map counts.

    Keys are `STRATEGY BASE/QUOTE`, then `STRATEGY`, then `BASE/QUOTE`; else `prefer_futures`.
    """
    routing = config.routing
    for key in (f"{strategy_id} {symbol}", strategy_id, symbol):
        if key in routing.route_map:
            return routing.route_map[key], f"routing.route_map[{key!r}]"
    if routing.prefer_futures:
        return "perpetual", "routing.prefer_futures"
    return "spot", "default"


def problems_of_routes(config: Config) -> Iterator[str]:
    """Yield each route no venue here can trade, and each key that is of nothing."""
    ids = [each.id for each in config.strategies]
    symbols = {each.instrument for each in config.data if each.instrument}
    symbols |= {name for each in config.strategies for name in each.instruments}
    known = {*ids, *symbols, *(f"{name} {symbol}" for name in ids for symbol in symbols)}
    for key in config.routing.route_map:
        if key not in known:
            yield (
                f"routing.route_map: {key!r} is no strategy, no symbol and no pair of them; "
                f"want such as {ids[0]!r}, 'BTC/USDT' or '{ids[0]} BTC/USDT'"
            )
    for strategy in config.strategies:
        if not strategy.enabled:
            continue
        for symbol in strategy.instruments or sorted(symbols):
            market, source = market_of(config, strategy.id, symbol)
            if market not in _TRADED:
                yield (
                    f"{source}: {strategy.id} wants {market} for {symbol}, and "
                    f"{config.venue.class_path} trades {', '.join(sorted(_TRADED))} alone"
                )
