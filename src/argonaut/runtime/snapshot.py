"""The state of a run at one instant, as plain values: for the screen, the API and `status`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

import msgspec

from argonaut.config.shadow import Shadow
from argonaut.domain.mode import TradingMode
from argonaut.domain.number import to_float
from argonaut.domain.order import Order
from argonaut.domain.record import NoticePlanned
from argonaut.engine.core import Engine
from argonaut.engine.open_profit import open_quote_of
from argonaut.ledger.book import Book
from argonaut.monitoring.metrics import AccountSnapshot
from argonaut.monitoring.trial_metrics import TrialSnapshot
from argonaut.reports.run_log import RunLog
from argonaut.runtime.inflow import DetectorNow, FeedNow, TransportNow


class HeldNow(msgspec.Struct, frozen=True, kw_only=True):
    """One strategy's holding; prices quote per base."""

    strategy_id: str
    instrument_id: str
    quantity: Decimal
    average_price: Decimal
    price: Decimal | None
    pnl_quote: Decimal | None
    stop_price: Decimal | None
    target_price: Decimal | None
    opened_ns: int | None


class RestingNow(msgspec.Struct, frozen=True, kw_only=True):
    """One live order."""

    client_order_id: str
    instrument_id: str
    role: str
    side: str
    type: str
    leaves: Decimal
    price: Decimal | None
    status: str


class BudgetNow(msgspec.Struct, frozen=True, kw_only=True):
    """What one strategy may come to hold, and what it could hold at worst; account quote units."""

    strategy_id: str
    budget_quote: Decimal | None  # None: something held has no price
    used_quote: Decimal
    factor: Decimal  # part of its whole budget, below 1 where it has drifted
    reason: str  # of the last step


class StrategyNow(msgspec.Struct, frozen=True, kw_only=True):
    """What one strategy has made so far; of one in dry-run it is theoretical."""

    strategy_id: str
    is_dry_run: bool
    trades: int
    fills: int
    realized_quote: Decimal  # net of fees
    open_quote: Decimal | None  # what closing at the last price would make; None is not known
    fees_quote: Decimal


class DryRunNow(msgspec.Struct, frozen=True, kw_only=True):
    """What is on trial, all of it theoretical: in none of the account's figures."""

    equity: float | None
    equity_start: float | None
    balances: dict[str, Decimal]
    holdings: tuple[HeldNow, ...]
    orders: tuple[RestingNow, ...]
    counts: dict[str, int]
    refusals: dict[str, int]
    explanations: dict[str, str]


class RunSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """What a person asks of a running bot: how is it, what does it hold, what did it just do."""

    name: str
    mode: str
    now_ns: int
    equity: float | None
    equity_start: float | None
    drawdown_fraction: float
    loss_today: float
    balances: dict[str, Decimal]
    holdings: tuple[HeldNow, ...]
    orders: tuple[RestingNow, ...]
    counts: dict[str, int]
    refusals: dict[str, int]
    explanations: dict[str, str]  # per strategy and instrument: why nothing was decided
    rows_played: int
    rows_total: int
    journal_seq: int
    journal_hash: str
    dust: dict[str, Decimal] = {}  # per asset: at the venue, given up as too little to trade
    budgets: tuple[BudgetNow, ...] = ()  # where capital is allocated
    limits: tuple[str, ...] = ()  # what limits trading now, where, and to which mode
    strategies: tuple[StrategyNow, ...] = ()  # those of the account, then those on trial
    dry_run: DryRunNow | None = None  # where something is on trial
    feeds: tuple[FeedNow, ...] = ()  # sources of events
    transports: tuple[TransportNow, ...] = ()  # ways of signals into the bot
    detectors: tuple[DetectorNow, ...] = ()  # sources of signals
    notices: tuple[NoticePlanned, ...] = ()  # what announcements call for, done or still to come


def snapshot_of(
    engine: Engine,
    log: RunLog,
    *,
    name: str,
    progress: tuple[int, int],
    head: tuple[int, str],
    shadow: Shadow | None = None,
) -> RunSnapshot:
    """Return the state now. Costs a few microseconds a holding and order; never on the hot path."""
    account = engine.account
    trial = shadow if shadow is not None and shadow.mirror.is_awake else None
    return RunSnapshot(
        name=name,
        mode=account.mode.name,
        now_ns=engine.now_ns,
        equity=_float(account.equity()),
        equity_start=log.equity_start,
        drawdown_fraction=account.equity_tracker.drawdown_fraction,
        loss_today=account.equity_tracker.loss_today,
        balances=dict(engine.book.balances),
        holdings=tuple(_held(engine)),
        orders=tuple(map(resting_now, engine.desk.live.values())),
        counts=counts_of(log),
        refusals=dict(log.refusals),
        explanations=_explanations(engine),
        rows_played=progress[0],
        rows_total=progress[1],
        journal_seq=head[0],
        journal_hash=head[1],
        dust={asset: dust for asset in _assets(engine) if (dust := _dust(engine, asset))},
        budgets=tuple(_budgets(engine)),
        limits=tuple(_limits(engine)),
        strategies=(
            *strategies_now(engine.book, open_quote_of(engine), is_dry_run=False),
            *(() if trial is None else _on_trial(trial)),
        ),
        dry_run=None if trial is None else _dry_run(trial),
        notices=notices_of(engine),
    )


def notices_of(engine: Engine) -> tuple[NoticePlanned, ...]:
    """Return what notices call for, the soonest first."""
    plans = msgspec.convert(engine.notices.save(), tuple[NoticePlanned, ...])
    return tuple(sorted(plans, key=lambda plan: plan.flatten_ns or plan.freeze_ns))


def resting_now(order: Order) -> RestingNow:
    """Return what is to be seen of a live order."""
    return RestingNow(
        client_order_id=order.client_order_id,
        instrument_id=order.instrument_id,
        role=order.role.value,
        side=order.side.value,
        type=order.order_type.value,
        leaves=order.leaves,
        price=order.trigger_price or order.price,
        status=order.status.value,
    )


def counts_of(log: RunLog) -> dict[str, int]:
    """Return how often what happened."""
    names = ("decisions", "orders", "fills", "trades", "skips")
    return {name: getattr(log, name) for name in names}


def strategies_now(
    book: Book,
    open_quote: Mapping[str, Decimal | None],
    *,
    is_dry_run: bool,
) -> Iterator[StrategyNow]:
    """Yield what each strategy of a book has made, those that have only just entered, too."""
    for name, row in book.attribution("strategy").items():
        yield StrategyNow(
            strategy_id=name,
            is_dry_run=is_dry_run,
            trades=row.round_trips,
            fills=row.fills,
            realized_quote=row.realized,
            open_quote=open_quote.get(name, Decimal(0)),
            fees_quote=row.fees,
        )


def _on_trial(trial: Shadow) -> Iterator[StrategyNow]:
    engine = trial.engine
    return strategies_now(engine.book, open_quote_of(engine), is_dry_run=True)


def _dry_run(trial: Shadow) -> DryRunNow:
    engine, log = trial.engine, trial.log
    return DryRunNow(
        equity=_float(engine.account.equity()),
        equity_start=log.equity_start,
        balances=dict(engine.book.balances),
        holdings=tuple(_held(engine)),
        orders=tuple(map(resting_now, engine.desk.live.values())),
        counts=counts_of(log),
        refusals=dict(log.refusals),
        explanations=_explanations(engine),
    )


def _explanations(engine: Engine) -> dict[str, str]:
    return {
        f"{each.strategy_id} {each.instrument_id}": each.explain()
        for each in engine.strategies()
        if each.explain()
    }


def account_of(engine: Engine) -> AccountSnapshot | None:
    """Return what the gauges show; None before there is an equity."""
    account = engine.account
    equity = account.equity()
    if equity is None:
        return None
    venues = sorted({route.instrument.venue_id for route in engine.routes.values()})
    return AccountSnapshot(
        equity=to_float(equity),
        drawdown_fraction=account.equity_tracker.drawdown_fraction,
        loss_today=account.equity_tracker.loss_today,
        exposure_by_venue={
            venue: to_float(account.venue_exposure(venue).gross) for venue in venues
        },
        positions=account.positions_open(),
        health=_health(engine),
        ledger_residual=sum(abs(to_float(each)) for each in engine.book.residuals().values()),
        events=engine.seq,
    )


def trial_of(shadow: Shadow | None) -> TrialSnapshot | None:
    """Return what the gauges show of a trial; None where nothing is on trial."""
    if shadow is None or not shadow.mirror.is_awake:
        return None
    engine = shadow.engine
    return TrialSnapshot(
        equity=_float(engine.account.equity()),
        realized={
            name: to_float(row.realized)
            for name, row in engine.book.attribution("strategy").items()
        },
        open={name: to_float(each) for name, each in open_quote_of(engine).items()},
        positions={
            (each.strategy_id, each.instrument_id): to_float(each.quantity)
            for each in engine.book.holdings()
            if each.quantity
        },
    )


def _assets(engine: Engine) -> Iterator[str]:
    return iter(dict.fromkeys(asset for _, asset in engine.book.postings))


def _dust(engine: Engine, asset: str) -> Decimal:
    return engine.book.at_venue(asset) - engine.book.balance(asset)


def _budgets(engine: Engine) -> Iterator[BudgetNow]:
    account, allocator = engine.account, engine.account.allocator
    if allocator is None:
        return
    for name, standing in allocator.standings.items():
        used = account.strategy_exposure(name).gross
        yield BudgetNow(
            strategy_id=name,
            budget_quote=account.budget(name),
            used_quote=used if used.is_finite() else Decimal(0),
            factor=allocator.factor(name),
            reason=standing.reason,
        )


def _limits(engine: Engine) -> Iterator[str]:
    for cause, mode in engine.modes.causes.items():
        yield f"{cause}: {mode.name}"
    for name, route in engine.routes.items():
        for cause, mode in route.causes.items():
            yield f"{cause} at {name}: {mode.name}"
        if route.is_frozen:
            yield f"frozen at {name}: no entries until a person says resume"


def _health(engine: Engine) -> int:
    """Return 0 while all is well, 1 degraded, 2 halted."""
    mode = engine.account.mode
    if mode >= TradingMode.REDUCE_ONLY:
        return 2
    routes = engine.routes.values()
    is_sound = mode.allows_entries and not any(
        route.is_frozen or any(seat.is_paused for seat in route.seats) for route in routes
    )
    return 0 if is_sound else 1


def _held(engine: Engine) -> Iterator[HeldNow]:
    for holding in engine.book.holdings():
        if holding.is_flat or holding.average_price is None:
            continue
        price = engine.account.market_price(holding.instrument_id)
        size = engine.routes[holding.instrument_id].instrument.contract_size
        yield HeldNow(
            strategy_id=holding.strategy_id,
            instrument_id=holding.instrument_id,
            quantity=holding.quantity,
            average_price=holding.average_price,
            price=price,
            pnl_quote=None
            if price is None
            else (price - holding.average_price) * holding.quantity * size,
            stop_price=holding.stop_price,
            target_price=holding.target_price,
            opened_ns=holding.opened_ns,
        )


def _float(value: Decimal | None) -> float | None:
    return None if value is None else to_float(value)
