from decimal import Decimal
from pathlib import Path

from msgspec.structs import replace

from argonaut.cli.place import JournalPlace
from argonaut.cli.standing import status_lines
from argonaut.runtime.snapshot import BudgetNow
from tests.cli.pictures import snapshot


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
