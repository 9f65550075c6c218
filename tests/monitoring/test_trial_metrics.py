"""What is on trial is shown under names of its own: no sum over the account's has it in it."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from argonaut.domain.command import Record
from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.order import OrderRole
from argonaut.domain.record import OrderSent
from argonaut.domain.roundtrip import RoundTrip
from argonaut.domain.signal import Skip
from argonaut.monitoring.trial_metrics import TrialMetrics, TrialSnapshot
from tests.domain.orders import new_order
from tests.stories.stage import Scripted, Stage, enter, flat, leave

BTC = InstrumentId("BTC/USDT@sim")
TREND = StrategyId("trend")
Samples = dict[tuple[str, tuple[str, ...]], float]


class Shown:
    """The metrics and what a scraper reads of them."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.metrics = TrialMetrics(self.registry)

    def samples(self) -> Samples:
        return {
            (sample.name, tuple(sample.labels[key] for key in sorted(sample.labels))): sample.value
            for family in text_string_to_metric_families(generate_latest(self.registry).decode())
            for sample in family.samples
            if not sample.name.endswith("_created")
        }


def snapshot(**positions: float) -> TrialSnapshot:
    return TrialSnapshot(
        equity=9_990.0,
        realized={"trend": -10.0},
        open=dict.fromkeys(positions, 2.5),
        positions={(name, BTC): quantity for name, quantity in positions.items()},
    )


def test_a_life_in_theory_is_counted_from_its_rows() -> None:
    shown, stage = Shown(), Stage(Scripted({0: (enter("100"),), 2: (leave(),)}))
    stage.session.show(shown.metrics)
    stage.bars(*(flat(100) for _ in range(5)))

    found = shown.samples()
    assert found["dry_run_orders_total", ("story",)] == 2
    assert found["dry_run_fills_total", ()] == 2
    assert sum(value for (name, _), value in found.items() if name == "dry_run_trades_total") == 1


def test_wins_losses_skips_and_stops_are_told_apart() -> None:
    shown = Shown()
    entry = new_order()
    stop = replace(entry, role=OrderRole.STOP)
    for body in (
        trip("5"),
        trip("-1"),
        trip("-2"),
        Skip(strategy_id=TREND, instrument_id=BTC, reason="late"),
        OrderSent(order=stop, reason="entry filled"),
        OrderSent(order=entry, reason="was counted with its decision"),
    ):
        shown.metrics(1, 1, Record("kind", "subject", body))

    found = shown.samples()
    assert found["dry_run_trades_total", ("win", "trend")] == 1
    assert found["dry_run_trades_total", ("loss", "trend")] == 2
    assert found["dry_run_skips_total", ("trend",)] == 1
    assert found["dry_run_orders_total", ("trend",)] == 1


def test_profit_and_position_are_those_of_the_instant() -> None:
    """What was closed must not be shown as held for ever."""
    shown = Shown()
    shown.metrics.show(snapshot(trend=0.5))
    held = shown.samples()
    shown.metrics.show(snapshot())
    flat_again = shown.samples()

    assert held["dry_run_position_base", (BTC, "trend")] == 0.5
    assert held["dry_run_pnl_open_usd", ("trend",)] == 2.5
    assert held["dry_run_equity_usd", ()] == 9_990.0
    assert ("dry_run_position_base", (BTC, "trend")) not in flat_again
    assert flat_again["dry_run_pnl_realized_usd", ("trend",)] == -10.0


def test_every_name_says_that_it_is_theory() -> None:
    shown = Shown()
    shown.metrics.show(snapshot(trend=1.0))

    assert all(name.startswith("dry_run_") for name, _ in shown.samples())


def trip(pnl: str) -> RoundTrip:
    return RoundTrip(
        strategy_id=TREND,
        instrument_id=BTC,
        is_long=True,
        quantity=Decimal(1),
        entry_price=Decimal(100),
        exit_price=Decimal(110),
        opened_ns=1,
        closed_ns=2,
        pnl=Decimal(pnl),
        fees=Decimal(0),
    )
