"""Tests of argonaut.rehearsal.simulation.trader."""

from argonaut.rehearsal.simulation.plan import FaultPlan
from argonaut.rehearsal.simulation.trader import JOURNAL, assembly_of, rows_on
from tests.rehearsal.simulation.small_world import SmallWorld


def test_the_config_of_a_plan_is_a_live_one_with_its_caps():
    """What is simulated is configured and checked like what is shipped."""
    plan = FaultPlan(seed=1)
    assembly = assembly_of(plan)

    assert assembly.config.mode == "rehearse"
    assert assembly.names == ("BTC/USDT@binance", "ETH/USDT@binance")
    caps = {
        str(check.code): check.gross_quote
        for check in assembly.checks()
        if hasattr(check, "gross_quote")
    }
    assert caps["symbol_exposure"] == plan.symbol_cap
    assert caps["account_exposure"] == plan.account_cap


def test_plans_with_the_same_limits_share_an_assembly():
    """A hundred thousand runs need not check one config a hundred thousand times."""
    assert assembly_of(FaultPlan(seed=1)) is assembly_of(FaultPlan(seed=2))


def test_a_disk_without_a_journal_has_no_rows():
    """A trader that died in its first moment leaves nothing."""
    world = SmallWorld()

    assert rows_on(world.disk, world.clock, assembly_of(FaultPlan(seed=1))) == ()
    assert str(JOURNAL) not in world.disk.files
