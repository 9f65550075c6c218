from decimal import Decimal
from pathlib import Path

from msgspec.structs import replace

from argonaut.cli.place import JournalPlace
from argonaut.cli.standing import status_lines
from argonaut.runtime.snapshot import BudgetNow, DryRunNow, StrategyNow
from tests.cli.pictures import held, resting, snapshot


def lines(shown, *, is_live=True):
    return list(status_lines(shown, journal=JournalPlace.of(Path("j.db")), is_live=is_live))


def test_the_state_of_a_running_trader_is_told():
    said = lines(snapshot())

    assert said[0] == "demo: running, mode ACTIVE"
    assert "  tape time 2021-05-19 12:00:00 UTC, 25% of the tape" in said
    assert "  equity 10,100.00 (+1.00 %), drawdown 1.00 %, lost today 5.00" in said
    assert "  balances 9900.5 USDT" in said
    assert "    trend 0.005 BTC/USDT@sim, at 40000, now 41000, +5.00, stop 39000" in said
    assert "    stop sell 0.005 BTC/USDT@sim at 39000, stop, accepted" in said
    assert "  3 decisions, 2 orders, 1 fills, 0 trades, 4 skips" in said
    assert "  refused by mode 5, max_positions 2" in said
    assert "  trend ETH/USDT@sim: waits for history" in said
    assert said[-1] == "  journal j.db: 1,234 rows, head abababababababab"


def test_what_is_not_known_is_not_told():
    said = lines(snapshot(equity=None, balances={}, refusals={}, rows_total=0), is_live=False)

    assert said[0] == "demo: not running; left in mode ACTIVE"
    assert "  balances none" in said
    assert not [line for line in said if "equity" in line or "refused" in line or "%" in line]


def test_budgets_are_told_and_why_one_is_less():
    whole = BudgetNow(
        strategy_id="trend",
        budget_quote=Decimal(500),
        used_quote=Decimal(120),
        factor=Decimal(1),
        reason="",
    )
    less = replace(whole, strategy_id="scalp", factor=Decimal("0.5"), reason="won 20%")
    said = lines(snapshot(budgets=(whole, less)))

    assert "  budget of trend: 500.00, 120.00 of it could be held" in said
    assert "  budget of scalp: 500.00, 120.00 of it could be held; 50% left: won 20%" in said


def test_limits_and_dust_are_told_where_there_are_any():
    said = lines(snapshot(limits=("clock: NO_NEW_RISK",), dust={"BTC": Decimal("0.00001")}))

    assert said[1] == "  limited by clock: NO_NEW_RISK"
    assert "  given up as dust, still at the venue: 0.00001 BTC" in said
    assert not [line for line in lines(snapshot()) if "dust" in line or "limited" in line]


def made(name, realized, *, is_dry_run=False, open_quote="0"):
    return StrategyNow(
        strategy_id=name,
        is_dry_run=is_dry_run,
        trades=3,
        fills=6,
        realized_quote=Decimal(realized),
        open_quote=None if open_quote is None else Decimal(open_quote),
        fees_quote=Decimal(1),
    )


def test_what_is_on_trial_is_told_beside_the_rest_under_its_own_heading():
    """Theory that looks like money is worse than no theory."""
    trial = DryRunNow(
        equity=9_900.0,
        equity_start=10_000.0,
        balances={"USDT": Decimal(9_900)},
        holdings=(held(),),
        orders=(resting(),),
        counts={"orders": 7, "fills": 6},
        refusals={},
        explanations={"trial BTC/USDT@sim": "waits"},
    )
    strategies = made("real", "12"), made("trial", "-40", is_dry_run=True, open_quote="-60")
    said = lines(snapshot(strategies=strategies, dry_run=trial))

    at = said.index("  dry run, theoretical: nothing of it was sent, no money moved")
    assert "  made by real: +12.00 realized in 3 trades" in said[:at]
    assert said[at + 1 : at + 5] == [
        "    made by trial: -40.00 realized in 3 trades, -60.00 open",
        "    equity 9,900.00 (-1.00 %)",
        "    holds trend 0.005 BTC/USDT@sim, at 40000, now 41000, +5.00, stop 39000",
        "    1 orders working; 7 orders, 6 fills",
    ]
    assert "    trial BTC/USDT@sim: waits" in said


def test_nothing_is_said_of_trials_where_there_are_none():
    assert not [line for line in lines(snapshot()) if "dry run" in line]
