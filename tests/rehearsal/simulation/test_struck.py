from argonaut.rehearsal.simulation.kinds import ORDERS, USER_STREAM
from argonaut.rehearsal.simulation.scenarios.scenario import buy, fault, plan
from argonaut.rehearsal.simulation.world import run_plan

FAULTS = (
    fault("clock_step", 4, amount=0.1),
    fault("disk_slow", 0, 0.01, count=20, amount=20),
    fault("loop_stall", 6, 0.1),
    fault("slow_net", 7, 5, "/ws-api", amount=0.1),
    fault("frame_doubled", 9, target=USER_STREAM),
    fault("reply_late", 9, 0.1, ORDERS),
    fault("transfer", 11, target="USDT", amount=5),
    fault("operator", 12, target="pause"),
    fault("restart", 13, 1),
    fault("second_instance", 15, 1, "venue"),
    fault("crash", 18, 1),
)


def test_every_part_of_the_world_counts_what_its_faults_did():
    """A count that stays at zero is the only sign of a fault that does nothing."""
    evidence = run_plan(plan(buy(10), *FAULTS, trade_s=25))

    struck = dict(zip([each.kind for each in evidence.plan.faults], evidence.struck, strict=True))
    assert all(struck.values()), struck


def test_a_fault_that_found_nothing_to_strike_counts_none():
    nobody_asks = fault("reply_lost", 20, target=ORDERS)

    assert run_plan(plan(buy(10), nobody_asks, trade_s=25)).struck == (0,)


def test_a_fault_of_one_service_strikes_its_connections_alone():
    """One pool for all services made REST's idle connection the user stream, and faults missed."""
    evidence = run_plan(plan(buy(10), fault("disconnect", 10.01, 3, "/ws-api"), trade_s=25))

    assert evidence.struck[0] >= 1
    assert '"stream_down"' in evidence.sinks["log"]


def test_messages_that_cannot_be_are_counted():
    garbage = fault("frames_garbled", 8, target="market nan", count=5)

    assert run_plan(plan(buy(10), garbage, trade_s=25)).dropped >= 5
