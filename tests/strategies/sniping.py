"""A floor for listings: the real engine, gate, simulated venue and journal, and coins that come.

Announcements come in as text, through the reader that reads real ones; a coin's book is hidden
until somebody waits for it, as in a recording.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

from argonaut.domain.command import Record
from argonaut.domain.event import Deposited, ExternalEvent
from argonaut.domain.ids import InstrumentId, StrategyId, VenueId
from argonaut.domain.instrument import Instrument
from argonaut.domain.market import Quote
from argonaut.engine.core import Engine
from argonaut.engine.listings import ListingRule
from argonaut.engine.recovery import fold
from argonaut.engine.setup import EngineSetup
from argonaut.feeds.announcements.event import events_of
from argonaut.journal.memory import MemoryJournal
from argonaut.risk.gate import Gate
from argonaut.risk.registry import default_checks
from argonaut.strategies.listing_sniper import ListingSniper, Params
from argonaut.venues.sim import NoFees, NoLatency, NoSlippage, SimVenue
from argonaut.venues.sim.late import LateListings
from argonaut.venues.sim.session import Session

SECOND_NS = 1_000_000_000
GO_LIVE_NS = 1_767_348_000 * SECOND_NS  # 2026-01-02 10:00 UTC
GO_LIVE = "2026-01-02 10:00 (UTC)"
HOME = InstrumentId("BTC/USDT@sim")
COINS = ("GNO", "OPX", "LDX", "NEX")
NAME = StrategyId("sniper")


def coin(asset: str, quote: str = "USDT") -> Instrument:
    return Instrument(
        instrument_id=InstrumentId(f"{asset}/{quote}@sim"),
        base=asset,
        quote=quote,
        tick_size=Decimal("0.0001"),
        lot_size=Decimal("0.01"),
        min_notional=Decimal(5),
    )


def at_ns(second: float) -> int:
    """Return the time so many seconds after go-live."""
    return GO_LIVE_NS + int(second * SECOND_NS)


def announced(
    title: str = "Binance Will List Gnosis (GNO)",
    body: str = f"Binance will list Gnosis (GNO) and open trading at {GO_LIVE}.",
    *,
    second: float = -3600.0,
    event_id: str = "a1",
    **fields: Any,
) -> tuple[ExternalEvent, ...]:
    """Return the events of an announcement that was seen so many seconds after go-live."""
    told: dict[str, Any] = {
        "source": "binance_ws",
        "event_id": event_id,
        "title": title,
        "body": body,
        "seen_ns": at_ns(second),
        "published_ns": at_ns(second) - SECOND_NS // 10,
        "venue": "binance",
    }
    return events_of(**(told | fields))


class Floor:
    """One run: feed it texts and quotes, then look at what it did."""

    def __init__(
        self,
        *,
        elsewhere: float | None = 10.0,
        others: tuple[str, ...] = (),
        instruments_max: int = 5,
        is_listing_allowed: bool = True,
        folds: bool = False,
        balance: str = "10000",
        notices: Any = None,
        **params: Any,
    ) -> None:
        self.records: list[Record] = []
        early = [coin("BTC"), coin("GNO", "USDC"), *(coin(each) for each in others)]
        late = [coin(each) for each in COINS if each not in others]
        money = {"USDT": Decimal(balance)}
        venue = self.venue = SimVenue(
            [*early, *late],
            balances=money,
            fees=NoFees(),
            slippage=NoSlippage(),
            latency=NoLatency(),
        )
        rule = ListingRule(
            venue_id=VenueId("sim"), quotes=frozenset({"USDT"}), instruments_max=instruments_max
        )
        self.strategy = ListingSniper(NAME, HOME, Params(**params))
        more = {} if notices is None else {"notices": notices}
        self.setup = EngineSetup(
            instruments=early,
            strategies=(self.strategy,),
            gate=Gate(default_checks()),
            capability=venue.capability,
            quote="USDT",
            listings=rule if is_listing_allowed else None,
            folds=folds,
            **more,
        )
        self.late = late
        self.begin(Engine(self.setup))
        self.session.feed(Deposited(event_ns=at_ns(-7200), asset="USDT", amount=Decimal(balance)))
        if elsewhere is not None:  # another venue's price, of before the announcement
            self.quote("GNO", -3700, elsewhere, quote="USDC")

    def begin(self, engine: Engine) -> None:
        """Go on with an engine, at the venue there is."""
        self.engine = engine
        self.journal = MemoryJournal(keeps_rows=True)
        self.session = Session(
            engine, self.venue, self.journal, durable_sends=False, observers=(self._take,)
        )
        known = engine.routes
        self.tape = LateListings(
            self.session, [each for each in self.late if each.instrument_id not in known]
        )

    def killed_at(self, rows: int, **settings: Any) -> Floor:
        """Return a floor that goes on from the first rows of this one, at the same venue."""
        after = Floor(folds=True, elsewhere=None, **settings)
        after.records.clear()
        after.venue = self.venue
        engine = Engine(after.setup)
        fold(engine, list(self.journal.rows)[:rows])
        after.begin(engine)
        after.session._perform(engine.audit())
        return after

    def _take(self, seq: int, now_ns: int, record: Record) -> None:
        del seq, now_ns
        self.records.append(record)

    def feed(self, events: tuple[ExternalEvent, ...]) -> None:
        for event in events:
            self.session.feed(event)

    def quote(
        self, asset: str, second: float, price: float, *, spread: float = 0.002, quote: str = "USDT"
    ) -> None:
        """Show a book around a price, so many seconds after go-live."""
        half = price * spread / 2
        self.tape.quote(
            Quote(
                InstrumentId(f"{asset}/{quote}@sim"),
                at_ns(second),
                bid=price - half,
                ask=price + half,
                bid_quantity=1e6,
                ask_quantity=1e6,
            )
        )

    def quotes(self, asset: str, seconds: Any, price: float, **more: Any) -> None:
        for second in seconds:
            self.quote(asset, second, price, **more)

    def tick(self, second: float) -> None:
        """Let time pass: the market of the home instrument goes on."""
        self.quote("BTC", second, 50_000.0)

    def bodies(self, kind: str) -> list[Any]:
        return [each.body for each in self.records if each.kind == kind]

    def skips(self) -> list[str]:
        return [each.reason for each in self.bodies("skip")]

    def entries(self) -> list[Any]:
        return [each for each in self.bodies("decision") if type(each.signal).__name__ == "Enter"]

    def bought(self) -> list[str]:
        return [each.signal.instrument_id for each in self.entries() if each.approved]

    def holding(self, asset: str = "GNO") -> Any:
        return self.engine.book.holding(NAME, InstrumentId(f"{asset}/USDT@sim"))

    def state(self) -> Any:
        return msgspec.json.decode(msgspec.json.encode(self.engine.save()))
