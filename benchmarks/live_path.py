"""The live path in one process: message bytes to a signed order request, order after order.

Measured for each order: decode the message, step the engine (strategy, every check of the gate,
order, ledger reservations), append the journal rows, word and sign the request. The fill that
answers it is stepped outside the measurement. Then some orders are each followed by a commit of
their own, beside a bare fdatasync on the same disk: what the processor had at hand is gone by the
next of them, so those are told apart. Usage: `live_path.py FOLDER [ORDERS]`.
"""

from __future__ import annotations

import gc
import hashlib
import hmac
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import msgspec

from argonaut.domain.command import Command, Record, SubmitOrder
from argonaut.domain.event import Deposited
from argonaut.domain.ids import FillId
from argonaut.domain.market import Trade
from argonaut.domain.order import Filled, Order
from argonaut.engine.core import Engine
from argonaut.journal.meta import Meta
from argonaut.journal.writer import JournalWriter, open_journal
from benchmarks import rules
from benchmarks.ours import WallClock, load_with

ORDERS: Final = 50_000
COMMIT_EVERY: Final = 5_000  # orders from one commit to the next, while none is measured
COMMITTED: Final = 1_000  # orders after those, each with a commit of its own
SPACING_NS: Final = 10_000_000_000  # event time between messages: within every rate limit
START_NS: Final = 1_735_689_600_000_000_000
WARM_NS: Final = 3_600_000_000_000  # until the deposit is part of the sampled equity
FEE: Final = Decimal(rules.FEE_PER_MILLE) / 1000


class TradeMessage(msgspec.Struct):
    """A public trade as Binance words it."""

    symbol: str = msgspec.field(name="s")
    price: str = msgspec.field(name="p")
    quantity: str = msgspec.field(name="q")
    time_ms: int = msgspec.field(name="T")
    buyer_is_maker: bool = msgspec.field(name="m")


class Line:
    """The engine with its journal and outbox, in the order the live loop calls them."""

    def __init__(self, folder: Path, journal: JournalWriter, *, folds: bool = False) -> None:
        assembly = load_with("our_alternate.Alternate", folder, kind="trades")
        setup = assembly.setup(assembly.venue().capability)
        self.engine = Engine(replace(setup, folds=folds))
        self.journal = journal
        self.trade = Trade(assembly.instruments[0].instrument_id)
        self.decode = msgspec.json.Decoder(TradeMessage).decode
        self.encode = msgspec.json.Encoder(order="deterministic").encode
        self.key = hmac.new(b"benchmark, not a secret", digestmod=hashlib.sha256)

    def message(self, raw: bytes) -> list[tuple[Order, bytes]]:
        """Take one message; return the orders it led to and their signed requests."""
        said = self.decode(raw)
        trade = self.trade
        trade.event_ns = said.time_ms * 1_000_000
        trade.price, trade.quantity = float(said.price), float(said.quantity)
        trade.aggressor = -1 if said.buyer_is_maker else 1
        return self.perform(self.engine.step(trade))

    def perform(self, commands: Sequence[Command]) -> list[tuple[Order, bytes]]:
        """Journal the records, then word and sign the orders."""
        engine, sent = self.engine, []
        for command in commands:
            if isinstance(command, Record):
                self.journal.append(
                    engine.seq,
                    engine.now_ns,
                    command.kind,
                    command.subject,
                    self.encode(command.body),
                )
            elif isinstance(command, SubmitOrder):
                sent.append((command.order, self.request(command.order)))
        return sent

    def request(self, order: Order) -> bytes:
        """Word and sign one market order as the query Binance wants."""
        query = (
            f"symbol=BTCUSDT&side={order.side.value.upper()}&type=MARKET"
            f"&quantity={order.quantity}&newClientOrderId={order.client_order_id}"
            f"&timestamp={order.created_ns // 1_000_000}"
        ).encode()
        signing = self.key.copy()
        signing.update(query)
        return query + b"&signature=" + signing.hexdigest().encode()

    def fill(self, order: Order, number: int) -> None:
        """Answer an order with its fill."""
        price = Decimal(int(self.trade.price))
        report = Filled(
            client_order_id=order.client_order_id,
            event_ns=self.engine.now_ns,
            fill_id=FillId(f"f{number}"),
            quantity=order.quantity,
            price=price,
            fee=price * order.quantity * FEE,
            fee_asset="USDT",
        )
        self.perform(self.engine.step(report))


def measure(folder: Path, orders: int) -> dict[str, Any]:
    """Return the latencies in microseconds, the commits, and the drift over the session."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        journal = open_journal(
            Path(place) / "live.journal",
            Meta(config_hash="benchmark"),
            clock=WallClock(),
            pid=os.getpid(),
            mode="benchmark",
        )
        path = Line(folder, journal)
        deposit = Deposited(event_ns=START_NS, asset="USDT", amount=Decimal(rules.START_CASH))
        path.perform(path.engine.step(deposit))
        gc.collect()
        gc.freeze()
        taken = _drive(path, orders)
        with (Path(place) / "bare").open("wb") as bare:
            cold, commits, syncs = _drive_durably(path, bare.fileno(), orders)
        journal.close()
    enters, tenth = taken[0::2], max(len(taken) // 10, 1)
    return {
        "orders": len(taken),
        "entry_us": spread(enters),
        "exit_us": spread(taken[1::2]),
        "all_us": spread(taken),
        "last_tenth_over_first": round(
            statistics.median(taken[-tenth:]) / statistics.median(taken[:tenth]), 3
        ),
        "entry_after_commit_us": spread(cold[0::2]),
        "commit_us": spread(commits),
        "order_and_commit_us": spread(
            [order + commit for order, commit in zip(cold, commits, strict=True)]
        ),
        "bare_fdatasync_us": spread(syncs),
    }


def _drive(path: Line, orders: int) -> list[int]:
    """Send the messages; return what each order took, in ns."""
    taken: list[int] = []
    for number in range(orders):
        order, order_ns = _timed(path, number)
        taken.append(order_ns)
        path.fill(order, number)
        if number % COMMIT_EVERY == COMMIT_EVERY - 1:
            path.journal.commit()
    path.journal.commit()
    return taken


def _drive_durably(path: Line, bare: int, first: int) -> tuple[list[int], list[int], list[int]]:
    """Go on with orders that are each committed; return what they, commits and syncs took."""
    now = time.perf_counter_ns
    taken: list[int] = []
    commits: list[int] = []
    syncs: list[int] = []
    for number in range(first, first + COMMITTED):
        order, order_ns = _timed(path, number)
        taken.append(order_ns)
        started = now()
        path.journal.commit()
        commits.append(now() - started)
        os.write(bare, bytes(4096))
        started = now()
        os.fdatasync(bare)
        syncs.append(now() - started)
        path.fill(order, number)
    return taken, commits, syncs


def _timed(path: Line, number: int) -> tuple[Order, int]:
    """Send one message; return the order it led to and how long that took, in ns."""
    raw = message(number)
    started = time.perf_counter_ns()
    sent = path.message(raw)
    taken_ns = time.perf_counter_ns() - started
    assert len(sent) == 1, f"message {number} led to {len(sent)} orders, want 1"
    return sent[0][0], taken_ns


def message(number: int) -> bytes:
    """Return the trade that leads to order `number`, as Binance words it."""
    time_ms = (START_NS + WARM_NS + number * SPACING_NS) // 1_000_000
    return (
        f'{{"e":"trade","E":{time_ms},"s":"BTCUSDT","t":{number},"p":"{100_000 + number % 7}.00",'
        f'"q":"0.50000000","T":{time_ms},"m":{"true" if number % 3 else "false"},"M":true}}'
    ).encode()


def spread(taken_ns: Sequence[int]) -> dict[str, float]:
    """Return the 50th, 99th and 99.9th percentile in microseconds."""
    ordered = sorted(taken_ns)
    return {
        name: round(ordered[min(int(len(ordered) * share), len(ordered) - 1)] / 1000, 1)
        for name, share in (("p50", 0.5), ("p99", 0.99), ("p999", 0.999))
    }


if __name__ == "__main__":
    count = int(sys.argv[2]) if len(sys.argv) > 2 else ORDERS
    print(json.dumps(measure(Path(sys.argv[1]), count)))
