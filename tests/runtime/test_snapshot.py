"""What a person sees of a run agrees with the books, the orders and the log."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from argonaut.domain.event import Condition
from argonaut.domain.ids import StrategyId
from argonaut.domain.mode import TradingMode
from argonaut.domain.signal import Target
from argonaut.engine.core import Engine
from argonaut.reports.run_log import RunLog
from argonaut.risk.allocation import Plan, Share
from argonaut.runtime.snapshot import RunSnapshot, account_of, notices_of, snapshot_of
from tests.engine.test_notices import DELISTING, GNO, holding_gno, told
from tests.parity.test_dry_run import paper
from tests.stories.stage import BTC, Scripted, Stage, enter, flat
from tests.stories.wire import Wire


def shown(engine: Engine, log: RunLog | None = None) -> RunSnapshot:
    return snapshot_of(engine, log or RunLog(), name="story", progress=(3, 10), head=(7, "ab" * 32))


@pytest.fixture
def stage() -> Stage:
    """A strategy that bought one coin for 100, a stop under it and a target above."""
    wish = enter("100", stop_price=90.0, targets=(Target(price=130.0),))
    made = Stage(Scripted({0: (wish,)}))
    made.bars(flat(100), flat(100), flat(110))
    return made


def test_budgets_are_shown_with_what_is_used_of_them() -> None:
    """A strategy that stopped trading has to tell that its budget is spent."""
    shares = {StrategyId("story"): Share(budget_quote=Decimal(200))}
    stage = Stage(Scripted({0: (enter("100"),)}), setup={"plan": Plan(shares=shares)})
    stage.bars(flat(100), flat(100))

    (budget,) = shown(stage.engine).budgets

    assert (budget.strategy_id, budget.budget_quote, budget.used_quote) == (
        "story",
        Decimal(200),
        Decimal(100),
    )
    assert (budget.factor, budget.reason) == (Decimal(1), "")


def test_nothing_held_is_shown_as_nothing() -> None:
    """An empty account is no error."""
    stage = Stage(Scripted({}))
    stage.bars(flat(100))
    now = shown(stage.engine)

    assert now.holdings == ()
    assert now.orders == ()
    assert now.balances == {"USDT": Decimal(10_000)}
    assert now.mode == "ACTIVE"


def test_name_progress_and_head_are_passed_on() -> None:
    """`status` compares the head with the file's."""
    now = shown(Stage(Scripted({})).engine)

    assert (now.name, now.rows_played, now.rows_total) == ("story", 3, 10)
    assert (now.journal_seq, now.journal_hash) == (7, "ab" * 32)


def test_a_holding_is_shown_with_its_profit_at_the_price_of_now(stage: Stage) -> None:
    """The first question of everybody: what do I hold, and is it up."""
    (held,) = shown(stage.engine).holdings

    assert (held.strategy_id, held.instrument_id) == ("story", BTC)
    assert held.quantity == Decimal(1)
    assert held.average_price == Decimal(100)
    assert held.price == Decimal(110)
    assert held.pnl_quote == Decimal(10)
    assert held.stop_price == Decimal(90)
    assert held.target_price == Decimal(130)
    assert held.opened_ns is not None


def test_a_resting_stop_is_shown_at_its_trigger(stage: Stage) -> None:
    """A stop without a price on the screen looks like no stop."""
    orders = {order.role: order for order in shown(stage.engine).orders}

    assert set(orders) == set(stage.resting())
    assert orders["stop"].price == Decimal(90)
    assert orders["stop"].side == "sell"
    assert orders["stop"].leaves == Decimal(1)


def test_equity_is_cash_and_what_is_held(stage: Stage) -> None:
    """9900 in cash and one coin at 110."""
    now = shown(stage.engine)

    assert now.equity == pytest.approx(10_010)
    assert now.loss_today <= 0


def test_counts_and_refusals_are_those_of_the_log() -> None:
    """The screen and the report may not count differently."""
    log = RunLog()
    stage = Stage(Scripted({0: (enter("100"),), 2: (enter("1"),)}))
    stage.session._observers += (log,)
    stage.bars(flat(100), flat(100), flat(100), flat(100))
    now = shown(stage.engine, log)

    assert now.counts["fills"] == log.fills == 1
    assert now.counts["decisions"] == log.decisions == 2
    assert now.refusals == dict(log.refusals)


def test_a_strategy_says_why_it_does_nothing() -> None:
    """Waiting and being broken look the same without it."""

    class Waiting(Scripted):
        def explain(self) -> str:
            return "waits for a rise"

    now = shown(Stage(Waiting({})).engine)

    assert now.explanations == {f"story {BTC}": "waits for a rise"}


def test_a_snapshot_is_json(stage: Stage) -> None:
    """It travels over the socket."""
    now = shown(stage.engine)

    assert msgspec.json.decode(msgspec.json.encode(now), type=RunSnapshot) == now


def test_the_gauges_show_the_same_account(stage: Stage) -> None:
    """Dashboard and screen have to agree."""
    gauges = account_of(stage.engine)

    assert gauges is not None
    assert gauges.equity == pytest.approx(10_010)
    assert gauges.positions == 1
    assert gauges.ledger_residual == 0
    assert gauges.events == stage.engine.seq
    assert gauges.exposure_by_venue["sim"] == pytest.approx(110, abs=25)


def test_without_an_equity_there_are_no_gauges(monkeypatch: pytest.MonkeyPatch) -> None:
    """Zero would fire every alert about a lost account."""
    stage = Stage(Scripted({}))
    monkeypatch.setattr(stage.engine.account, "equity", lambda: None)

    assert account_of(stage.engine) is None
    assert shown(stage.engine).equity is None


def test_health_is_that_of_the_mode_the_instruments_and_the_strategies() -> None:
    """What a dashboard turns yellow or red for."""
    sound, paused, killed, flattened, frozen = (Stage(Scripted({})) for _ in range(5))
    broken = Stage(Scripted({0: ("nonsense",)}))  # type: ignore[dict-item]
    for each in (sound, paused, killed, flattened, frozen, broken):
        each.bars(flat(100))
    paused.say("pause")
    killed.say("halt")
    flattened.say("flatten")
    frozen.engine.desk.anomaly("illegal transition", "for the test", BTC)

    seen = [account_of(each.engine) for each in (sound, paused, frozen, broken, flattened, killed)]

    assert [each and each.health for each in seen] == [0, 1, 1, 1, 2, 2]


def test_dust_is_told_apart_from_what_one_has() -> None:
    """The venue's page shows more than the balance; the difference wants a name."""
    wire = Wire(Scripted({0: (enter("100"),)}))
    wire.bar(100)
    wire.fill("entry", "0.001", fee=Decimal("0.0005"), fee_asset="BTC")
    wire.cancel("entry")
    now = shown(wire.engine)

    assert now.dust == {"BTC": Decimal("0.0005")}
    assert "BTC" not in now.balances


def test_what_limits_trading_is_named_with_its_place(stage: Stage) -> None:
    """An operator who sees no entries asks why."""
    assert shown(stage.engine).limits == ()
    now_ns = stage.engine.now_ns
    clock = Condition(event_ns=now_ns, cause="clock", mode=TradingMode.NO_NEW_RISK)
    stream = Condition(
        event_ns=now_ns, cause="market stream", mode=TradingMode.NO_NEW_RISK, instrument_id=BTC
    )
    for each in (clock, stream):
        stage.engine.step(each)
    stage.engine.desk.anomaly("unprotected", "no stop is taken", BTC)

    assert shown(stage.engine).limits == (
        "clock: NO_NEW_RISK",
        f"market stream at {BTC}: NO_NEW_RISK",
        f"frozen at {BTC}: no entries until a person says resume",
    )


def test_what_a_notice_will_do_is_shown_before_it_does_it() -> None:
    """Whoever reads it the evening before can still close by hand, at a better price."""
    floor = holding_gno()
    told(floor, *DELISTING)

    plans = notices_of(floor.engine)
    (plan,) = [each for each in plans if each.instrument_id == GNO]
    assert shown(floor.engine).notices == plans
    assert (plan.kind, plan.action) == ("delisting", "flatten")
    assert plan.flatten_ns is not None
    assert plan.flatten_ns > floor.engine.now_ns >= plan.freeze_ns


def test_what_is_on_trial_is_shown_apart(tmp_path: Path) -> None:
    """`status` tells theory from money, by strategy and in whole."""
    run = paper(tmp_path)
    run.player.play_to_row(300)
    now = snapshot_of(
        run.engine, run.log, name="t", progress=(1, 2), head=(1, ""), shadow=run.shadow
    )
    run.close()

    trial = {each.strategy_id: each for each in now.strategies if each.is_dry_run}["trial"]
    real = {each.strategy_id: each for each in now.strategies if not each.is_dry_run}
    assert set(real) == {"one"}
    assert now.dry_run is not None
    assert now.dry_run.counts["fills"] == trial.fills > 0
    assert {each.strategy_id for each in now.holdings} <= {"one"}
    assert {each.strategy_id for each in now.dry_run.holdings} <= {"trial"}
    assert now.dry_run.equity is not None
    made = sum(each.realized_quote + (each.open_quote or 0) for each in now.strategies[-1:])
    assert now.dry_run.equity == pytest.approx(10_000 + float(made), abs=0.01)
