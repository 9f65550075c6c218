"""From an announcement's bytes to its order's: `python -m benchmarks.listing_latency`.

Each of 500 announcements comes as the frame of the official push feed. Timed is everything that is
done on its way: decoding, reading the text, the engine's step that asks for the coin; then, when
the coin trades and its quote of go-live + 12 s is here, the step that decides, the durable commit
of the journal, and the wording and signing of the request. Not timed is what nobody can hurry:
waiting for go-live, and the network. The reference is a bare write and fdatasync, in the same run.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from argonaut.domain.event import Deposited, InstrumentListed
from argonaut.domain.ids import InstrumentId, StrategyId, VenueId
from argonaut.domain.instrument import Instrument
from argonaut.domain.market import Quote
from argonaut.domain.order import Order, Report
from argonaut.engine.core import Engine
from argonaut.engine.listings import ListingRule
from argonaut.engine.setup import EngineSetup
from argonaut.feeds.announcements.event import events_of
from argonaut.journal.meta import Meta
from argonaut.journal.writer import open_journal
from argonaut.ports import Journal
from argonaut.risk.gate import Gate
from argonaut.risk.registry import default_checks
from argonaut.runtime.clock import SystemClock
from argonaut.strategies.listing_sniper import ListingSniper, Params
from argonaut.venues.binance.request import parameters_of
from argonaut.venues.binance.rules import SymbolRules
from argonaut.venues.sim import SimVenue
from argonaut.venues.sim.session import Session
from benchmarks import machine
from benchmarks.live_path import spread

SECOND_NS: Final = 1_000_000_000
GO_LIVE_NS: Final = 1_767_348_000 * SECOND_NS  # 2026-01-02 10:00 UTC
LIMIT_US: Final = 5_000
HOME: Final = InstrumentId("BTC/USDT@sim")
SECRET: Final = b"the-secret-of-the-benchmark"
_TYPES: Final = frozenset({"MARKET", "LIMIT", "STOP_LOSS", "STOP_LOSS_LIMIT"})


class StampingVenue(SimVenue):
    """The simulated venue, which first words and signs a request as the real adapter's client."""

    stamp_ns = 0
    request = b""

    def submit(self, order: Order, now_ns: int) -> Iterable[Report]:
        """Note when the bytes of the first order are ready."""
        if not self.stamp_ns:
            rules = SymbolRules(
                symbol="COINUSDT",
                instrument=_coin(order.instrument_id),
                status="TRADING",
                order_types=_TYPES,
            )
            words = parameters_of(order, rules)
            assert isinstance(words, dict), words
            query = urlencode(words | {"recvWindow": "5000", "timestamp": str(now_ns // 1_000_000)})
            signed = hmac.new(SECRET, query.encode(), hashlib.sha256).hexdigest()
            self.request = f"{query}&signature={signed}".encode()
            self.stamp_ns = time.perf_counter_ns()
        return super().submit(order, now_ns)


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and return 1 when the 99th percentile is 5 ms or more."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.listing_latency")
    parser.add_argument("--announcements", type=int, default=500, help="how many (500)")
    parser.add_argument("--folder", type=Path, help="where the journal is (the temporary files')")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="listings", dir=options.folder) as place:
        meta = Meta(config_hash="benchmark")
        journal = open_journal(
            Path(place) / "run.db", meta, clock=SystemClock(), pid=os.getpid(), mode="paper"
        )
        taken, syncs = [], []
        with (Path(place) / "bare").open("wb") as bare:
            for number in range(options.announcements):
                taken.append(_announcement_to_order(journal, number))
                syncs.append(_bare_sync(bare.fileno()))
        journal.close()
    figures = {
        "announcements": len(taken),
        "bytes_in_to_order_out_us": spread(taken),
        "bare_fdatasync_us": spread(syncs),
        "load_average": machine.load(),
    }
    print(json.dumps(figures, indent=1))
    return 0 if spread(taken)["p99"] < LIMIT_US else 1


def _announcement_to_order(journal: Journal, number: int) -> int:
    """Return the nanoseconds that one announcement takes, its waiting left out."""
    asset = f"C{number}"
    name = InstrumentId(f"{asset}/USDT@sim")
    elsewhere = _coin(InstrumentId(f"{asset}/USDC@sim"))
    venue = StampingVenue([_coin(HOME), elsewhere, _coin(name)], balances={"USDT": Decimal(10_000)})
    session = Session(_engine(venue, elsewhere), venue, journal, durable_sends=True)
    before_ns = GO_LIVE_NS - 60 * SECOND_NS
    session.feed(Deposited(event_ns=before_ns, asset="USDT", amount=Decimal(10_000)))
    session.quote(_quote(elsewhere.instrument_id, before_ns, 9.9))
    frame = _frame(asset, before_ns)
    began_ns = time.perf_counter_ns()
    _take(session, frame, before_ns + 1)
    taken_ns = time.perf_counter_ns() - began_ns
    listed = InstrumentListed(event_ns=GO_LIVE_NS, instrument=_coin(name))
    session.feed(listed)
    session.quote(_quote(name, GO_LIVE_NS, 10.0))
    quote = _quote(name, GO_LIVE_NS + 12 * SECOND_NS - 1, 10.0)
    session.quote(quote)
    quote = _quote(name, GO_LIVE_NS + 12 * SECOND_NS, 10.0)
    began_ns = time.perf_counter_ns()
    session.quote(quote)
    assert venue.stamp_ns, f"no order for {asset}"
    return taken_ns + venue.stamp_ns - began_ns


def _take(session: Session, frame: bytes, seen_ns: int) -> None:
    """Read a frame of the push feed, its data a text in a text, and step the engine with it."""
    pushed = json.loads(json.loads(frame)["data"])
    for event in events_of(
        source="binance_ws",
        event_id=hashlib.sha256(pushed["title"].encode()).hexdigest(),
        title=pushed["title"],
        body=pushed["body"],
        published_ns=pushed["publishDate"] * 1_000_000,
        seen_ns=seen_ns,
        venue="binance",
    ):
        session.feed(event)


def _frame(asset: str, published_ns: int) -> bytes:
    inner = {
        "catalogId": 48,
        "catalogName": "New Cryptocurrency Listing",
        "publishDate": published_ns // 1_000_000,
        "title": f"Binance Will List Coin ({asset}) with Seed Tag Applied",
        "body": f"Binance will list Coin ({asset}) and open trading for these pairs at "
        "2026-01-02 10:00 (UTC).\nDeposits open before that.\n" + "Please read the rules. " * 100,
        "disclaimer": "",
    }
    outer = {"type": "DATA", "topic": "com_announcement_en", "data": json.dumps(inner)}
    return json.dumps(outer).encode()


def _engine(venue: SimVenue, elsewhere: Instrument) -> Engine:
    rule = ListingRule(venue_id=VenueId("sim"), quotes=frozenset({"USDT"}), instruments_max=3)
    return Engine(
        EngineSetup(
            instruments=[_coin(HOME), elsewhere],
            strategies=(ListingSniper(StrategyId("sniper"), HOME, Params()),),
            gate=Gate(default_checks()),
            capability=venue.capability,
            quote="USDT",
            listings=rule,
        )
    )


def _coin(name: InstrumentId) -> Instrument:
    base, _, rest = name.partition("/")
    return Instrument(
        instrument_id=name,
        base=base,
        quote=rest.partition("@")[0],
        tick_size=Decimal("0.0001"),
        lot_size=Decimal("0.01"),
        min_notional=Decimal(5),
    )


def _quote(name: InstrumentId, event_ns: int, price: float) -> Quote:
    return Quote(name, event_ns, bid=price, ask=price * 1.001, bid_quantity=1e6, ask_quantity=1e6)


def _bare_sync(descriptor: int) -> int:
    began_ns = time.perf_counter_ns()
    os.write(descriptor, bytes(4_096))
    os.fdatasync(descriptor)
    return time.perf_counter_ns() - began_ns


if __name__ == "__main__":
    sys.exit(main())
