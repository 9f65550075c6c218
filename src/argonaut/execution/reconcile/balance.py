"""Balances: what the venue has more or less of than we think, and what may be made of it.

A difference is booked as an adjustment of its own, never as anybody's profit, and only when it
stands: the same in two rounds, with nothing of ours in flight that could explain it yet.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

import msgspec

from argonaut.domain.event import Adjusted, Correction
from argonaut.domain.ids import ClientOrderId, InstrumentId
from argonaut.domain.instrument import Instrument
from argonaut.domain.number import ZERO
from argonaut.domain.venue_view import NotFound, VenueFill, VenueOrder
from argonaut.execution.reconcile.round import (
    APART_NS,
    Found,
    Limit,
    Memory,
    Ours,
    Residual,
    Rules,
    Said,
    is_settled,
)

BY_HAND = "trade by hand"
TRANSFER = "transfer"
UNEXPLAINED = "unexplained"


class Balanced(msgspec.Struct, frozen=True, kw_only=True):
    """What balances lead to."""

    inputs: tuple[Found, ...] = ()
    residuals: Mapping[str, Residual] = {}
    limits: Mapping[Limit, str] = {}


def balanced(
    *,
    ours: Ours,
    said: Said,
    memory: Memory,
    rules: Rules,
    shown: Mapping[ClientOrderId, VenueOrder | NotFound],
    booking: frozenset[str],
    loose: Sequence[VenueFill],
) -> Balanced:
    """Compare every asset that we trade or have.

    `shown` is what the round says of our live orders, `booking` the assets whose balance this very
    round is about to change, `loose` the executions that are nobody's we know.
    """
    if said.balances is None or said.open_orders is None or set(said.fills) < set(ours.instruments):
        kept = {limit: said_ for limit, said_ in memory.limits.items() if limit.cause == "residual"}
        return Balanced(residuals=memory.residuals, limits=kept)
    moving = booking | _in_flight(ours, shown)
    differing = {
        asset: said.balances.get(asset, ZERO) - ours.balances.get(asset, ZERO)
        for asset in _assets(ours)
    }
    inputs: list[Found] = []
    residuals: dict[str, Residual] = {}
    limits: dict[Limit, str] = {}
    for asset, amount in differing.items():
        if asset in booking:  # the next round sees what is left of it
            limits |= _kept(asset, ours, memory)
            continue
        if not amount:
            continue
        residual = _followed(asset, amount, ours=ours, said=said, memory=memory, moving=moving)
        label = _label(asset, differing, ours=ours, loose=loose, since_ns=_clean_ns(residual))
        if _may_book(residual, label, said=said, rules=rules, moving=asset in moving):
            inputs += _booked(asset, residual, label, ours=ours, said=said)
            continue
        residuals[asset] = residual
        if rules.strict or said.asked_ns - residual.first_ns >= APART_NS:
            detail = f"the venue has {amount:+f} {asset} that we cannot account for"
            limits |= dict.fromkeys(_limits_of(asset, ours), detail)
        else:
            limits |= _kept(asset, ours, memory)
    steady = {asset for asset, amount in differing.items() if not amount} - moving
    limits |= _short(ours, said.balances, steady)
    return Balanced(inputs=tuple(inputs), residuals=residuals, limits=limits)


def assets_of(instrument: Instrument) -> frozenset[str]:
    """Return the assets an order at an instrument moves."""
    return frozenset((instrument.base, instrument.quote))


def _assets(ours: Ours) -> list[str]:
    """Return what is compared: what our instruments trade and what we have, such as a fee coin."""
    traded = {
        asset: None for each in ours.instruments.values() for asset in (each.base, each.quote)
    }
    return list(traded | dict.fromkeys(ours.balances))


def _in_flight(ours: Ours, shown: Mapping[ClientOrderId, VenueOrder | NotFound]) -> frozenset[str]:
    """Return the assets that an order may be moving right now."""
    moving: frozenset[str] = frozenset()
    for name, order in ours.live.items():
        if not is_settled(order, shown.get(name)):
            moving |= assets_of(ours.instruments[order.instrument_id])
    return moving


def _followed(
    asset: str,
    amount: Decimal,
    *,
    ours: Ours,
    said: Said,
    memory: Memory,
    moving: frozenset[str],
) -> Residual:
    """Return the residual with the times since which it stands."""
    before = memory.residuals.get(asset)
    here = ours.balances.get(asset, ZERO)
    first_ns = said.asked_ns if before is None else before.first_ns
    stands = (
        before is not None
        and (before.amount, before.ours) == (amount, here)
        and asset not in moving
    )
    since_ns = before.since_ns if stands and before is not None else said.asked_ns
    return Residual(amount=amount, ours=here, since_ns=since_ns, first_ns=first_ns)


def _clean_ns(residual: Residual) -> int:
    """Return a time before which no execution explains a residual: an hour before it showed."""
    return residual.first_ns - 3_600 * 1_000_000_000


def _label(
    asset: str,
    differing: Mapping[str, Decimal],
    *,
    ours: Ours,
    loose: Sequence[VenueFill],
    since_ns: int,
) -> str:
    """Say what a residual looks like: somebody's trade, a transfer, or neither."""
    for fill in loose:
        if fill.event_ns < since_ns:
            continue
        if asset in assets_of(ours.instruments[fill.instrument_id]) or asset == fill.fee_asset:
            return BY_HAND
    for instrument in ours.instruments.values():
        base, quote = differing[instrument.base], differing[instrument.quote]
        if asset in assets_of(instrument) and base * quote < ZERO:
            return UNEXPLAINED  # both sides of a trade, and no list has that trade
    return TRANSFER


def _may_book(residual: Residual, label: str, *, said: Said, rules: Rules, moving: bool) -> bool:
    stood_ns = said.asked_ns - residual.since_ns
    wanted_ns = rules.unexplained_ns if label == UNEXPLAINED else APART_NS
    return not moving and stood_ns >= wanted_ns


def _booked(asset: str, residual: Residual, label: str, *, ours: Ours, said: Said) -> list[Found]:
    assert said.balances is not None, "booked out of balances"
    venue = said.balances.get(asset, ZERO)
    return [
        Correction(
            event_ns=ours.now_ns,
            what="adjusted",
            subject=asset,
            detail=f"{label}: the venue has {venue} {asset}, we had {residual.ours}",
            evidence={
                "venue": str(venue),
                "ours": str(residual.ours),
                "since_ns": str(residual.since_ns),
                "asked_ns": str(said.asked_ns),
            },
        ),
        Adjusted(event_ns=ours.now_ns, asset=asset, amount=residual.amount, reason=label),
    ]


def _kept(asset: str, ours: Ours, memory: Memory) -> dict[Limit, str]:
    return {each: memory.limits[each] for each in _limits_of(asset, ours) if each in memory.limits}


def _limits_of(asset: str, ours: Ours) -> list[Limit]:
    return [
        Limit("residual", name)
        for name, instrument in ours.instruments.items()
        if asset in assets_of(instrument)
    ]


def _short(
    ours: Ours, balances: Mapping[str, Decimal], steady: Collection[str]
) -> dict[Limit, str]:
    """Return the instruments of which strategies hold more than the venue has to sell."""
    held: dict[str, Decimal] = {}
    names: dict[str, list[InstrumentId]] = {}
    for name, instrument in ours.instruments.items():
        held[instrument.base] = held.get(instrument.base, ZERO) + max(ours.held(name), ZERO)
        names.setdefault(instrument.base, []).append(name)
    return {
        Limit("residual", name): f"strategies hold {held[asset]} {asset}, the venue has {has}"
        for asset, has in ((each, balances.get(each, ZERO)) for each in names)
        if asset in steady and held[asset] > max(has, ZERO)
        for name in names[asset]
    }
