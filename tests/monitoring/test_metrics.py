"""Metrics say what the journal says, in the format a scraper reads."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from prometheus_client.parser import text_string_to_metric_families

from argonaut.backtest.run import BacktestResult, run_backtest
from argonaut.domain.command import Record
from argonaut.domain.event import DetectorSignal
from argonaut.domain.ids import InstrumentId, SignalId, StrategyId
from argonaut.domain.order import OrderRole
from argonaut.domain.record import Anomaly, DetectorAnswer, ModeChanged, OrderSent
from argonaut.domain.roundtrip import RoundTrip
from argonaut.domain.signal import Note, Skip
from argonaut.journal.memory import MemoryJournal
from argonaut.monitoring.metrics import AccountSnapshot, Metrics
from tests.domain.orders import new_order
from tests.parity.one_day import one_day
from tests.stories.stage import Scripted, Stage, enter, flat

BTC = InstrumentId("BTC/USDT@sim")
TREND = StrategyId("trend")
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def samples_of(metrics: Metrics) -> Samples:
    """Read the text as a scraper would."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(metrics.text().decode())
        for sample in family.samples
        if not sample.name.endswith("_created")  # the time of this process
    }


def total(samples: Samples, name: str) -> float:
    return sum(value for (each, _), value in samples.items() if each == name)


def told(metrics: Metrics, *bodies: msgspec.Struct) -> Samples:
    for body in bodies:
        metrics(1, 1, Record("kind", "subject", body))
    return samples_of(metrics)


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


def shown(**changes: Any) -> AccountSnapshot:
    values: dict[str, Any] = {
        "equity": 10_500.0,
        "drawdown_fraction": 0.034,
        "loss_today": 12.5,
        "exposure_by_venue": {"sim": 99.0},
        "positions": 1,
        "health": 0,
        "ledger_residual": 0.0,
        "events": 40,
    }
    return AccountSnapshot(**(values | changes))


@pytest.fixture(scope="module")
def day() -> tuple[BacktestResult, Samples]:
    metrics = Metrics()
    result = run_backtest(one_day(), MemoryJournal(), observers=(metrics,))
    return result, samples_of(metrics)


@pytest.mark.parametrize(
    ("metric", "counted"),
    [
        ("strategy_orders_total", "orders"),
        ("strategy_fills_total", "fills"),
        ("strategy_trades_total", "trades"),
        ("strategy_skips_total", "skips"),
    ],
)
def test_a_real_run_is_counted_as_its_log_counts_it(
    day: tuple[BacktestResult, Samples], metric: str, counted: str
) -> None:
    """A dashboard that disagrees with the report is worse than none."""
    result, samples = day

    assert total(samples, metric) == getattr(result.log, counted)


def test_refusals_of_a_real_run_are_counted_by_the_check_that_refused(
    day: tuple[BacktestResult, Samples],
) -> None:
    """People alert on one check, not on all of them."""
    result, samples = day
    counted = {
        dict(labels)["code"]: value
        for (name, labels), value in samples.items()
        if name == "risk_refusals_total"
    }

    assert counted == dict(result.log.refusals)
    assert counted


def test_a_win_and_two_losses_make_a_win_rate_of_a_third() -> None:
    """Zero is no win: it paid fees for nothing."""
    samples = told(Metrics(), trip("10"), trip("-4"), trip("0"))

    assert samples["strategy_win_rate", (("source", "trend"),)] == pytest.approx(1 / 3)
    assert samples["pnl_realized_usd", (("source", "trend"),)] == 6
    assert samples["strategy_trades_total", (("result", "loss"), ("source", "trend"))] == 2


def test_what_is_no_decision_is_counted_too() -> None:
    """Protective orders, detectors and anomalies reach the dashboard as well."""
    signal = DetectorSignal(
        event_ns=1,
        signal_id=SignalId("s-1"),
        source="tape",
        instrument_id=BTC,
        side="buy",
        notional=Decimal(5),
    )
    samples = told(
        Metrics(),
        OrderSent(order=replace(new_order(), role=OrderRole.STOP), reason="stop"),
        DetectorAnswer(signal=signal, answer="expired"),
        Anomaly(what="unknown_order", detail="x"),
        Skip(strategy_id=TREND, instrument_id=BTC, reason="flat"),
    )

    assert samples["strategy_orders_total", (("source", "trend"),)] == 1
    assert samples["detector_signals_total", (("answer", "expired"),)] == 1
    assert samples["anomalies_total", (("what", "unknown_order"),)] == 1
    assert samples["strategy_skips_total", (("source", "trend"),)] == 1


def test_an_exit_that_was_resized_before_it_went_is_counted_once() -> None:
    """It was counted with its decision; the intent row tells its new size."""
    samples = told(
        Metrics(), OrderSent(order=replace(new_order(), role=OrderRole.EXIT), reason="shrunk")
    )

    assert ("strategy_orders_total", (("source", "trend"),)) not in samples


def test_an_order_on_trial_is_no_order() -> None:
    """What was only decided must not look like trading on the dashboard."""
    stage = Stage(Scripted({0: (replace(enter(), dry_run=True),)}))
    stage.bars(flat(100))

    samples = told(Metrics(), *stage.bodies("decision"))

    assert stage.bodies("decision")[0].approved
    assert ("strategy_orders_total", (("source", "story"),)) not in samples


def test_a_row_of_another_kind_changes_nothing() -> None:
    """The journal may grow a kind without the metrics failing on it."""
    assert told(Metrics(), ModeChanged(mode="HALTED", who="me", reason="x")) == told(Metrics())


def test_the_gauges_show_the_account_in_the_units_their_names_say() -> None:
    """`_pct` is percent, though everything inside is a fraction; a loss is a negative gain."""
    metrics = Metrics()
    metrics.show(shown(health=2))
    samples = samples_of(metrics)

    assert samples["account_equity_usd", ()] == 10_500
    assert samples["risk_equity_drawdown_pct", ()] == pytest.approx(3.4)
    assert samples["pnl_realized_daily_usd", ()] == -12.5
    assert samples["venue_exposure_usd", (("venue", "sim"),)] == 99
    assert samples["open_positions", ()] == 1
    assert samples["health_state", ()] == 2
    assert samples["ledger_residual", ()] == 0


def test_showing_twice_counts_an_input_once() -> None:
    """A scraper asks every few seconds; ticks may not grow by being looked at."""
    metrics = Metrics()
    metrics.show(shown(events=40))
    metrics.show(shown(events=40))
    metrics.show(shown(events=55))

    assert samples_of(metrics)["strategy_ticks_total", ()] == 55


def test_the_stages_of_a_note_are_a_histogram_in_seconds() -> None:
    note = Note(
        strategy_id=TREND,
        instrument_id=BTC,
        reason="bought",
        stages={"seen_to_parsed": 2_000_000},
    )

    samples = told(Metrics(), note)

    labels = (("source", "trend"), ("stage", "seen_to_parsed"))
    assert samples["strategy_stage_seconds_sum", labels] == pytest.approx(0.002)
