"""Tests of argonaut.rehearsal.simulation.calm: no calm ends while anything could still be amiss."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from argonaut.rehearsal.simulation.calm import Look, Watch, is_asked_again
from argonaut.rehearsal.simulation.evidence import Sent
from argonaut.rehearsal.simulation.plan import Fault
from tests.rehearsal.simulation.written import STOP, S, clean, order

BTC, ETH = "BTC/USDT", "ETH/USDT"
HEAL_S = 60  # when the written plan's calm begins


def question(path, at_s, symbol="", *, status=200):
    params = {"symbol": symbol} if symbol else {}
    asked = Sent(at_ns=int(at_s * S), life=1, method="GET", path=path, params=params, durable_seq=1)
    return replace(asked, answered_ns=int((at_s + 0.05) * S), status=status)


def a_round(at_s, *, symbols=("BTCUSDT", "ETHUSDT"), status=200):
    """All that a reconciliation asks."""
    yield question("/api/v3/account", at_s, status=status)
    for symbol in symbols:
        yield question("/api/v3/openOrders", at_s, symbol, status=status)
        yield question("/api/v3/myTrades", at_s, symbol, status=status)


def ended(*rounds_s, faults=(), **changes):
    """A history that is well in its calm, with rounds of questions at these times."""
    history = clean()
    history.plan = replace(history.plan, faults=faults, ends_when_well=True)
    for at_s in rounds_s:
        history.sent += a_round(at_s)
    history.belief = {"live": (STOP,), **changes}
    return history


def look_at(history):
    evidence = history.evidence()
    return Look(
        life=1,
        belief=evidence.belief,
        states=((STOP, "accepted", Decimal(0)),),
        orders=evidence.truth.orders,
        balances=evidence.truth.balances,
        awaited=0,
    )


def is_over(history, now_s, look=None):
    """Looked at where the calm begins and now, with nothing that changed between."""
    watch = Watch(history.plan)
    look = look or look_at(history)
    watch.is_over(look, history.evidence(), HEAL_S * S)
    return watch.is_over(look, history.evidence(), int(now_s * S))


def test_it_ends_when_all_was_asked_twice_and_nothing_has_changed():
    assert is_over(ended(65, 80), 85)


def test_rounds_of_before_the_calm_do_not_count():
    assert not is_over(ended(40, 55, 70), 75)


@pytest.mark.parametrize(
    "changes",
    [
        {"is_ready": False},
        {"mode": "NO_NEW_RISK"},
        {"conditions": ("clock",)},
        {"unknown": (STOP,)},
        {"live": ()},
        {"live": (STOP, "trend-a1-2-e")},
        {"balances": {"BTC": Decimal(1), "USDT": Decimal(899)}},
    ],
    ids=str,
)
def test_it_goes_on_while_the_trader_is_not_ready_doubts_or_is_wrong(changes):
    """The rest of the calm is there for it to come right, and for I29 to complain if not."""
    assert not is_over(ended(65, 80, **changes), 85)


def test_it_goes_on_while_a_signal_is_to_come():
    history = ended(65, 80)

    assert not is_over(history, 85, replace(look_at(history), awaited=1))


def test_what_an_operator_has_limited_stays_limited():
    """A pause is no damage, and lasts as long as its operator wants."""
    paused = Fault(kind="operator", at_ns=20 * S, target="pause")
    history = ended(65, 80, faults=(paused,), mode="NO_NEW_RISK", conditions=("operator",))

    assert is_over(history, 85)


def test_a_change_begins_the_rounds_anew():
    """Whatever has just happened may be the first half of something."""
    history = ended(65)
    watch, look = Watch(history.plan), look_at(history)
    assert not watch.is_over(look, history.evidence(), HEAL_S * S)
    restarted = replace(look, life=2)
    assert not watch.is_over(restarted, history.evidence(), 70 * S)

    history.sent += a_round(80)
    assert not watch.is_over(restarted, history.evidence(), 85 * S)
    history.sent += a_round(95)
    assert watch.is_over(restarted, history.evidence(), 100 * S)


def test_a_part_that_fills_is_a_change():
    history = ended(65, 80)
    watch, look = Watch(history.plan), look_at(history)
    watch.is_over(look, history.evidence(), HEAL_S * S)

    grown = replace(look, states=((STOP, "accepted", Decimal("0.5")),))
    assert not watch.is_over(grown, history.evidence(), 85 * S)


def test_what_was_missing_after_the_last_fault_is_overdue():
    """A stop that nobody places is a violation only once the trader has had its time for it."""
    lost_frame = Fault(kind="drop_frames", at_ns=58 * S)  # hurts for half a minute

    assert not is_over(ended(65, 80, faults=(lost_frame,)), 97)
    assert is_over(ended(65, 80, faults=(lost_frame,)), 99)


def test_a_request_nobody_answered_delays_it():
    history = ended()
    history.post(59, order("trend-a1-2-e"), answered_ns=None, status=None)
    history.sent += [*a_round(65), *a_round(80)]

    assert not is_over(history, 85)
    assert is_over(history, 59 + 45 + 11)


def test_an_order_of_somebody_else_has_its_time_to_be_told():
    """I03: within thirty healthy seconds."""
    history = ended(65, 80, faults=(Fault(kind="manual_trade", at_ns=50 * S, for_ns=S),))
    by_hand = order("web_1")
    history.true(50, by_hand, "NEW", is_ours=False)

    assert not is_over(history, 85)
    assert is_over(history, 51 + 5 + 31)


def test_a_round_has_every_question_answered_well():
    whole = [*a_round(65), *a_round(80)]
    assert is_asked_again(whole, 60 * S, (BTC, ETH))
    assert not is_asked_again(whole, 66 * S, (BTC, ETH))

    assert not is_asked_again([*a_round(65), *a_round(80, status=503)], 60 * S, (BTC, ETH))
    assert not is_asked_again([*a_round(65), *a_round(80, symbols=("BTCUSDT",))], 0, (BTC, ETH))
    assert not is_asked_again([question("/api/v3/account", 65)] * 2, 60 * S, (BTC,))
