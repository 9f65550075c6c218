"""All orders at the venue: by id, by instrument, by group, and what they reserve together."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from argonaut.domain.ids import ClientOrderId, InstrumentId
from argonaut.domain.instrument import Instrument
from argonaut.domain.number import ZERO
from argonaut.venues.sim.errors import SimVenueError
from argonaut.venues.sim.market import Market
from argonaut.venues.sim.participation import VolumeParticipation
from argonaut.venues.sim.working import Working

JOINS_MAX: Final = 8
_IDS_KEPT: Final = 50_000  # at least so many past ids are known, at most twice as many


class Orders:
    """The venue's order table. `working` holds a market only while an order works in it."""

    def __init__(
        self, instruments: Iterable[Instrument], participation: VolumeParticipation
    ) -> None:
        self._participation = participation
        self.markets: dict[InstrumentId, Market] = {}
        for instrument in instruments:
            if instrument.instrument_id in self.markets:
                raise SimVenueError(f"instrument {instrument.instrument_id} is listed twice")
            self.markets[instrument.instrument_id] = Market(instrument, participation)
        self.working: dict[InstrumentId, Market] = {}
        self.by_id: dict[ClientOrderId, Working] = {}
        self.seq = 0  # acceptances so far
        self._groups: dict[str, list[Working]] = {}
        self._left: dict[str, tuple[Decimal, int]] = {}
        self._left_ns = -1
        self._recent: set[ClientOrderId] = set()
        self._older: set[ClientOrderId] = set()

    def list_instrument(self, instrument: Instrument) -> None:
        """Trade an instrument from now on; one that is traded stays as it is."""
        name = instrument.instrument_id
        if name not in self.markets:
            self.markets[name] = Market(instrument, self._participation)

    def has_seen(self, client_order_id: ClientOrderId) -> bool:
        """Whether an order of that id was accepted before, as far back as ids are kept."""
        return client_order_id in self._recent or client_order_id in self._older

    def add(self, market: Market, working: Working) -> None:
        """Take an order in."""
        order = working.order
        client_order_id = order.client_order_id
        self.seq = working.seq
        recent = self._recent
        if len(recent) >= _IDS_KEPT:
            self._older, recent = recent, set()
            self._recent = recent
        recent.add(client_order_id)
        self.by_id[client_order_id] = working
        market.orders[client_order_id] = working
        market.stay_awake()
        self.working[order.instrument_id] = market
        if order.oco_group:
            self._groups.setdefault(order.oco_group, []).append(working)

    def drop(self, working: Working) -> None:
        """Let an order go."""
        order = working.order
        del self.by_id[order.client_order_id]
        market = self.working[order.instrument_id]
        del market.orders[order.client_order_id]
        if not market.orders:
            del self.working[order.instrument_id]
        if order.oco_group:
            group = self._groups[order.oco_group]
            group.remove(working)
            if not group:
                del self._groups[order.oco_group]

    def siblings(self, working: Working) -> list[Working]:
        """Return the other orders of its group, oldest first."""
        group = self._groups.get(working.order.oco_group, ())
        return [each for each in group if each is not working]

    def note_group_fill(self, group: str, left: Decimal, event_ns: int) -> None:
        """Remember until time moves on what a fill has left for others of its group."""
        if event_ns != self._left_ns:
            self._left_ns = event_ns
            self._left.clear()
        self._left[group] = (left, 0)

    def left_of_group(self, group: str, now_ns: int) -> Decimal | None:
        """Return what a group has left for an order that joins it now, None when it is all there.

        Only a fill of this very instant counts: two orders were meant together, and the first
        filled before the second was in. At most JOINS_MAX orders are answered so, lest a driver
        that replaces whatever is cut does so for ever.
        """
        left, joins = self._left.get(group, (None, 0)) if now_ns == self._left_ns else (None, 0)
        if left is None or joins >= JOINS_MAX:
            return None
        self._left[group] = (left, joins + 1)
        return left

    def reserved(self, asset: str, *, beside: Working | None = None, group: str = "") -> Decimal:
        """Return what the open orders reserve of an asset, without `beside` and without `group`.

        Of a group only the largest counts: one of them will fill, not all.
        """
        total = ZERO
        largest: dict[str, Decimal] = {}
        for working in self.by_id.values():
            instrument = self.markets[working.order.instrument_id].instrument
            if asset != (instrument.quote if working.is_buy else instrument.base):
                continue
            its_group = working.order.oco_group
            if working is beside or (its_group and its_group == group):
                continue
            if its_group:
                largest[its_group] = max(largest.get(its_group, ZERO), working.reserved)
            else:
                total += working.reserved
        return total + sum(largest.values(), ZERO)
