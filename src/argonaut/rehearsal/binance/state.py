"""Everything one venue knows: what the endpoints read and change."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from decimal import Decimal

import msgspec

from argonaut.domain.errors import InvalidValueError
from argonaut.rehearsal.binance.access import Access, ApiKey, Timing
from argonaut.rehearsal.binance.errors import RefusalError
from argonaut.rehearsal.binance.fees import Commission
from argonaut.rehearsal.binance.lies import HONEST, Lies
from argonaut.rehearsal.binance.limits import LimitRules, Limits
from argonaut.rehearsal.binance.matching import Matching
from argonaut.rehearsal.binance.order_list import OrderList
from argonaut.rehearsal.binance.outbox import Outbox
from argonaut.rehearsal.binance.symbols import Symbol
from argonaut.rehearsal.binance.tape import Tape
from argonaut.rehearsal.market import PriceSource

_SPLITS_KEPT = 1_000


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a venue is made of. Balances are whole units; `history_minutes` of klines come first."""

    symbols: tuple[Symbol, ...]
    keys: tuple[ApiKey, ...]
    balances: Mapping[str, Decimal]
    commission: Commission = Commission()
    limits: LimitRules = LimitRules()
    history_minutes: int = 0

    def __post_init__(self) -> None:
        """Refuse a venue nobody could use."""
        for name in ("symbols", "keys"):
            if not getattr(self, name):
                raise InvalidValueError(f"want at least one of {name}, not none")


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """The circumstances of one request: when, by whom, and which lies it is told."""

    now_ns: int
    key: ApiKey | None = None
    timing: Timing | None = None
    lies: Lies = HONEST


class VenueState:
    """The venue's books. Pure: time comes with each call."""

    def __init__(self, settings: Settings, source: PriceSource, *, start_ns: int) -> None:
        self.settings = settings
        self.start_ns = start_ns
        self.symbols = {each.name: each for each in settings.symbols}
        past = settings.history_minutes
        self.tapes = {
            each.name: Tape(each, source.past(each.name, start_ns, past) if past else ())
            for each in settings.symbols
        }
        self.outbox = Outbox()
        self.access = Access(settings.keys)
        self.limits = Limits(settings.limits)
        self.lists: dict[int, OrderList] = {}
        self.transfers: list[tuple[int, str, Decimal]] = []
        self.is_in_maintenance = False
        self.matching = Matching(
            self.symbols,
            self.tapes,
            balances=settings.balances,
            commission=settings.commission,
            outbox=self.outbox,
        )
        self._ids_made = 0
        self._splits = deque([(start_ns, self._split())], maxlen=_SPLITS_KEPT)

    @property
    def assets(self) -> list[str]:
        """Every asset there is or was, sorted."""
        traded = {each for symbol in self.symbols.values() for each in (symbol.base, symbol.quote)}
        return sorted(traded | set(self.matching.balances))

    def symbol(self, name: str) -> Symbol:
        """Return a symbol's rules.

        Raises:
            RefusalError: -1121, there is no such symbol.
        """
        found = self.symbols.get(name)
        if found is None:
            raise RefusalError(-1121, "Invalid symbol.")
        return found

    def tape(self, name: str) -> Tape:
        """Return a symbol's public side."""
        return self.tapes[self.symbol(name).name]

    def new_id(self) -> str:
        """Return a client id for who sends none, shaped like Binance's own."""
        self._ids_made += 1
        return f"argonaut{self._ids_made:014d}"

    def splits(self, at_ns: int) -> Mapping[str, tuple[Decimal, Decimal]]:
        """Return what was free and locked of every asset then, as far back as is kept."""
        for since_ns, splits in reversed(self._splits):
            if since_ns <= at_ns:
                return splits
        return self._splits[0][1]

    def _split(self) -> Mapping[str, tuple[Decimal, Decimal]]:
        return {asset: self.matching.split(asset) for asset in self.assets}

    def settle(self, now_ns: int) -> None:
        """Tell what an action changed beside orders: lists that are done, then balances."""
        matching = self.matching
        for list_id in matching.ended_lists:
            listed = self.lists[list_id]
            event = listed.event(matching.table.by_id[listed.symbol], now_ns)
            self.outbox.user(now_ns, event)
        matching.ended_lists.clear()
        if matching.tell_balances(now_ns):
            self._splits.append((now_ns, self._split()))
