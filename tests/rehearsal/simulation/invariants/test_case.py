from argonaut.rehearsal.simulation.invariants.case import Case, true_change
from tests.rehearsal.simulation.written import BTC, D, S, clean, order


def test_a_price_is_the_last_one_at_or_before_its_time():
    history = clean()
    history.truth["prices"] = {"BTC/USDT": ((5, D(1)), (9, D(2)))}
    case = Case(history.evidence())

    assert [case.price_at("BTC/USDT", at) for at in (4, 5, 8, 9, 99)] == [None, 1, 1, 2, 2]
    assert case.price_at("ETH/USDT", 9) is None


def test_dust_is_what_the_venue_takes_no_order_of():
    case = Case(clean().evidence())

    assert case.is_dust(BTC, D("0.0009"), S)  # below one lot
    assert case.is_dust(BTC, D("0.049"), S)  # 4.90 USDT, want 5
    assert not case.is_dust(BTC, D("0.05"), S)


def test_a_fee_in_base_is_taken_off_what_was_bought():
    history = clean()
    history.fill(20, order(), "2", "1", fee=D("0.001"), fee_asset="BTC")
    history.fill(21, order(), "3", "1", fee=D("0.1"), fee_asset="USDT")

    assert [true_change(each) for each in history.fills] == [1, D("0.999"), 1]


def test_hand_made_orders_are_not_ours():
    history = clean()
    history.true(20, order("by-hand"), "NEW", is_ours=False)

    assert "by-hand" not in Case(history.evidence()).own_orders
