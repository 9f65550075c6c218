from decimal import Decimal

import pytest

from argonaut.rehearsal import faults as wire
from argonaut.rehearsal.simulation.clock import ClockStep
from argonaut.rehearsal.simulation.dice import Dice
from argonaut.rehearsal.simulation.disk import DiskFault
from argonaut.rehearsal.simulation.host import Crash
from argonaut.rehearsal.simulation.inject import MAKERS, Arrangement, arrange
from argonaut.rehearsal.simulation.kinds import KINDS
from argonaut.rehearsal.simulation.plan import SECOND_NS, Fault, FaultPlan, PlanError
from argonaut.rehearsal.simulation.scenarios.catalogue import SCENARIOS
from argonaut.rehearsal.simulation.swarm import draw_fault, draw_plan
from argonaut.rehearsal.simulation.weather import NetFault

S = SECOND_NS
_PARTS: dict[str, tuple[str, ...]] = {
    "disk": ("disk",),
    "clock": ("clock",),
    "net": ("net",),
    "operator": ("commands", "mistakes"),
}
_PARTS |= {"wire": ("knobs",), "venue": ("knobs",)}
_PARTS |= {"host": ("crashes", "stalls", "restarts", "seconds")}


def arranged(kind: str, **fields) -> Arrangement:
    return arrange(FaultPlan(seed=1, faults=(Fault(kind=kind, **{"at_ns": 5 * S, **fields}),)))


def test_every_kind_is_brought_about_and_none_is_unknown():
    """A kind that does nothing would make runs look hard that are quiet."""
    assert set(MAKERS) == set(KINDS)


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_lands_in_the_part_of_the_world_it_says(name):
    plan = FaultPlan(seed=1, faults=(draw_fault(Dice(3), name, 60 * S),))
    made = arrange(plan)
    used = {field for field in made.__struct_fields__ if getattr(made, field)}

    assert used
    assert used <= set(_PARTS[KINDS[name].part])


def test_an_unknown_kind_is_refused():
    with pytest.raises(PlanError, match="'meteor'"):
        arranged("meteor")


def test_a_crash_is_at_its_time_or_at_its_point():
    assert arranged("crash", for_ns=2 * S).crashes == (Crash(at_ns=5 * S, down_ns=2 * S),)
    [cut] = arranged("power_cut_at_point", count=33, target="2").crashes

    assert (cut.at_ns, cut.at_point, cut.how, cut.life) == (None, 33, "power", 2)


def test_a_drifting_clock_stops_drifting():
    """What it is wrong by by then stays, as after a clock nobody corrects."""
    assert arranged("clock_drift", for_ns=10 * S, amount=200).clock == (
        ClockStep(at_ns=5 * S, drift_ppm=200),
        ClockStep(at_ns=15 * S),
    )


def test_a_disk_fault_covers_as_many_operations_as_it_says():
    assert arranged("disk_full", count=7, amount=3).disk == (
        DiskFault(kind="full", from_op=7, to_op=9, from_ns=5 * S),
    )
    [slow] = arranged("disk_slow", count=7, amount=0.2, for_ns=S).disk

    assert (slow.to_op, slow.delay_ns) == (7, S)


def test_a_disconnect_lasts():
    [cut] = arranged("disconnect", for_ns=4 * S, target="/stream").net

    assert cut == NetFault(kind="disconnect", from_ns=5 * S, to_ns=9 * S, link="/stream")


def test_a_request_fault_names_method_and_path():
    [knob] = arranged("reply_lost", target="DELETE /api/v3/order", count=2).knobs

    assert isinstance(knob, wire.DropReply)
    assert (knob.method, knob.path, knob.when.times) == ("DELETE", "/api/v3/order", 2)
    assert knob.when.from_s == 5.0


def test_an_execution_that_comes_too_late_passes_the_engines_own_clock():
    [knob] = arranged("request_late", target="POST /api/v3/order", for_ns=3 * S).knobs

    assert isinstance(knob, wire.DelayMatching)
    assert knob.seconds == 3.0


def test_a_ban_begins_with_one_request_and_a_throttle_takes_all():
    [ban] = arranged("banned", for_ns=30 * S).knobs
    [limit] = arranged("throttled", for_ns=3 * S, target="GET *").knobs

    assert isinstance(ban, wire.Throttle)
    assert isinstance(limit, wire.Throttle)
    assert (ban.is_ban, ban.when.times, ban.retry_after_s) == (True, 1, 30)
    assert (limit.is_ban, limit.when.until_s, limit.method) == (False, 8.0, "GET")


def test_what_is_done_by_hand_is_in_whole_lots():
    [bought] = arranged("hand_trade", target="BTC/USDT", amount=100).knobs
    [resting] = arranged("hand_order", target="ETH/USDT").knobs

    assert isinstance(bought, wire.HandTrade)
    assert isinstance(resting, wire.HandTrade)
    assert (bought.symbol, bought.quantity, bought.price) == ("BTCUSDT", Decimal("0.00166"), None)
    assert resting.price == 2400


def test_what_begins_at_the_venue_ends_there():
    on, off = arranged("maintenance", for_ns=6 * S).knobs
    halted, trading = arranged("halted", for_ns=6 * S, target="BTC/USDT").knobs

    assert isinstance(on, wire.SetMaintenance)
    assert isinstance(off, wire.SetMaintenance)
    assert (on.is_on, off.is_on, off.at_s) == (True, False, 11.0)
    assert isinstance(halted, wire.SetStatus)
    assert isinstance(trading, wire.SetStatus)
    assert (halted.status, trading.status) == ("CANCEL_ONLY", "TRADING")


def test_whatever_a_seed_draws_can_be_arranged():
    for seed in range(300):
        arrange(draw_plan(seed))


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=lambda each: each.name)
def test_whatever_a_scenario_holds_can_be_arranged(scenario):
    for plan in scenario.plans:
        made = arrange(plan)
        used = sum(len(getattr(made, field)) for field in made.__struct_fields__)
        assert used >= len(plan.faults)


def test_a_second_trader_gets_signals_where_the_plan_says_so():
    [silent] = arranged("second_instance", target="venue", for_ns=S).seconds
    [fed] = arranged("second_instance", target="venue", for_ns=S, amount=1).seconds

    assert (silent.is_fed, fed.is_fed) == (False, True)
