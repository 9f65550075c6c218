"""The state of a run out of its closed journal: what it held and did when it was left.

The same shape as the snapshot of a running trader. Prices are not in a journal, so equity and
profit of what is held are not known here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from argonaut.cli.place import JournalPlace
from argonaut.cli.trader import open_closed
from argonaut.domain.command import Record
from argonaut.domain.event import Adjusted, Deposited, ExternalEvent
from argonaut.domain.mode import TradingMode
from argonaut.domain.order import Filled, Order, OrderRole
from argonaut.domain.record import DetectorAnswer, ModeChanged, NoticePlanned
from argonaut.journal.body import body_of
from argonaut.journal.order_log import OrderLog
from argonaut.journal.read_model.fold import instrument_named
from argonaut.journal.row import Row
from argonaut.journal.shadow import plain
from argonaut.ledger.book import Book
from argonaut.ledger.holding import Holding
from argonaut.reports.run_log import RunLog
from argonaut.runtime.inflow import DetectorNow, FeedNow, Tally
from argonaut.runtime.snapshot import (
    DryRunNow,
    HeldNow,
    RunSnapshot,
    counts_of,
    resting_now,
    strategies_now,
)


class StoredRun:
    """Folds the rows of a journal: orders, fills into a book, everything into a log.

    `quote` is what the account reports in; without it profit is not summed up.
    """

    def __init__(self, quote: str = "") -> None:
        self.log = RunLog()
        self.book = Book({}, quote=quote)
        self.orders = OrderLog()
        self.mode = TradingMode.ACTIVE.name
        self.now_ns = 0
        self.head = (0, "")

    def take(self, row: Row) -> None:
        """Fold one row.

        Raises:
            JournalBrokenError: The row is not what its kind says.
        """
        self.now_ns, self.head = row.event_ns, (row.seq, row.hash.hex())
        self.orders.take(row)
        body = body_of(row)
        if body is None:
            return
        self.log(row.event_seq, row.event_ns, Record(row.kind, row.subject, body))
        if isinstance(body, Filled):
            self._fill(body)
        elif isinstance(body, Deposited):
            self.book.deposit(body.asset, body.amount, row.event_ns)
        elif isinstance(body, Adjusted):
            self.book.adjust(body.asset, body.amount, row.event_ns, body.rate)
        elif isinstance(body, ModeChanged):
            self.mode = body.mode

    def _fill(self, fill: Filled) -> None:
        order = self.orders.get(fill.client_order_id)
        if order is not None:
            self.book.add(instrument_named(order.instrument_id))
            self.book.apply_fill(order, fill)


class StoredInflow:
    """Folds the rows of events, signals and notices: what was journaled came, no more is known.

    Times are the run's; what a feed answered and how it failed is in no journal.
    """

    def __init__(self) -> None:
        self._events: defaultdict[str, Tally] = defaultdict(Tally)
        self._signals: defaultdict[str, Tally] = defaultdict(Tally)
        self._notices: dict[tuple[str, str], NoticePlanned] = {}

    def take(self, row: Row) -> None:
        """Fold one row of the account.

        Raises:
            JournalBrokenError: The row is not what its kind says.
        """
        if row.kind not in ("event", "signal", "notice"):
            return
        body = body_of(row)
        if isinstance(body, ExternalEvent):
            self._events[body.source].count("taken", row.event_ns)
        elif isinstance(body, DetectorAnswer):
            self._signals[body.signal.source].count(body.answer, row.event_ns)
        elif isinstance(body, NoticePlanned):
            self._notices[body.instrument_id, body.kind] = body

    def feeds(self) -> tuple[FeedNow, ...]:
        """Return every source that events came from, by the name it has in them."""
        return tuple(
            FeedNow(source=name, state="left", brought_ns=each.last_ns, items=each.counts)
            for name, each in self._events.items()
        )

    def detectors(self) -> tuple[DetectorNow, ...]:
        """Return every source that signals came from."""
        return tuple(
            DetectorNow(source=name, heard_ns=each.last_ns, answers=each.counts)
            for name, each in self._signals.items()
        )

    def notices(self, now_ns: int) -> tuple[NoticePlanned, ...]:
        """Return what notices called for that was not over at `now_ns`, the soonest first."""
        plans = [
            each for each in self._notices.values() if each.end_ns is None or now_ns < each.end_ns
        ]
        return tuple(sorted(plans, key=lambda plan: plan.flatten_ns or plan.freeze_ns))


def stored_snapshot(journal: JournalPlace) -> RunSnapshot:
    """Return the state a journal ends with.

    Raises:
        JournalError: It cannot be read, or a trader has it open.
    """
    with open_closed(journal) as reader:
        name, quote = (reader.meta.run.get(each, "") for each in ("name", "quote"))
        run, trial, heard = StoredRun(quote), StoredRun(quote), StoredInflow()
        for row in reader.rows():
            ours = plain(row)
            if ours is None:
                run.take(row)
                heard.take(row)
            else:
                trial.take(ours)
                run.now_ns, run.head = max(run.now_ns, trial.now_ns), trial.head
    log, live = run.log, run.orders.live
    return RunSnapshot(
        name=name,
        mode=run.mode,
        now_ns=run.now_ns,
        equity=None,
        equity_start=None,
        drawdown_fraction=0.0,
        loss_today=0.0,
        balances=run.book.balances,
        holdings=_holdings(run),
        orders=tuple(map(resting_now, live)),
        counts=counts_of(log),
        refusals=dict(log.refusals),
        explanations={},
        rows_played=0,
        rows_total=0,
        journal_seq=run.head[0],
        journal_hash=run.head[1],
        strategies=(
            *strategies_now(run.book, _open(run), is_dry_run=False),
            *strategies_now(trial.book, _open(trial), is_dry_run=True),
        ),
        dry_run=_dry_run(trial) if trial.now_ns else None,
        feeds=heard.feeds(),
        detectors=heard.detectors(),
        notices=heard.notices(run.now_ns),
    )


def _open(run: StoredRun) -> dict[str, Decimal | None]:
    """Say of each strategy that holds something that nobody knows what it is worth."""
    return {each.strategy_id: None for each in run.book.holdings() if each.quantity}


def _dry_run(trial: StoredRun) -> DryRunNow:
    return DryRunNow(
        equity=None,
        equity_start=None,
        balances=trial.book.balances,
        holdings=_holdings(trial),
        orders=tuple(map(resting_now, trial.orders.live)),
        counts=counts_of(trial.log),
        refusals=dict(trial.log.refusals),
        explanations={},
    )


def _holdings(run: StoredRun) -> tuple[HeldNow, ...]:
    live = run.orders.live
    held = [each for each in run.book.holdings() if each.average_price is not None]
    return tuple(_held(each, live) for each in held)


def _held(holding: Holding, live: Sequence[Order]) -> HeldNow:
    assert holding.average_price is not None, "only what is held is told"
    guards = {
        order.role: order.trigger_price or order.price
        for order in live
        if (order.strategy_id, order.instrument_id) == (holding.strategy_id, holding.instrument_id)
    }
    return HeldNow(
        strategy_id=holding.strategy_id,
        instrument_id=holding.instrument_id,
        quantity=holding.quantity,
        average_price=holding.average_price,
        price=None,
        pnl_quote=None,
        stop_price=guards.get(OrderRole.STOP),
        target_price=guards.get(OrderRole.TARGET),
        opened_ns=holding.opened_ns,
    )
