"""Balances, what may be spent of them, and what may be borrowed."""

from decimal import Decimal

import pytest

from argonaut.domain.ids import InstrumentId
from argonaut.domain.market import Bar
from argonaut.domain.order import Rejected
from argonaut.venues.sim import SimVenue, VolumeParticipation
from argonaut.venues.sim.account import Account
from argonaut.venues.sim.errors import SimVenueError
from argonaut.venues.sim.orders import Orders
from tests.venues.sim.stage import MINUTE_NS, instrument, order

D = Decimal


def account(allow_short=False, buying_power=None, **balances) -> Account:
    orders = Orders([instrument()], VolumeParticipation())
    exact = {asset: D(amount) for asset, amount in balances.items()}
    return Account(exact, orders, allow_short=allow_short, buying_power=buying_power)


def settle(account, quantity, notional, fee, fee_asset, *, is_buy):
    account.settle(instrument(), D(quantity), D(notional), D(fee), fee_asset, is_buy=is_buy)


@pytest.mark.parametrize(
    ("is_buy", "fee_asset", "expected"),
    [
        (True, "USDT", {"USDT": "899", "COIN": "6"}),
        (True, "COIN", {"USDT": "900", "COIN": "5"}),
        (True, "BNB", {"USDT": "900", "COIN": "6", "BNB": "-1"}),
        (False, "USDT", {"USDT": "1099", "COIN": "4"}),
        (False, "BNB", {"USDT": "1100", "COIN": "4", "BNB": "-1"}),
    ],
)
def test_settling_moves_base_quote_and_fee(is_buy, fee_asset, expected):
    made = account(USDT="1000", COIN="5")
    settle(made, "1", "100", "1", fee_asset, is_buy=is_buy)

    assert made.balances == {asset: D(amount) for asset, amount in expected.items()}


def test_only_whole_lots_of_a_position_can_be_reduced():
    made = account(COIN="1.0005")

    assert made.reducible(instrument(), is_buy=False) == 1
    assert made.reducible(instrument(), is_buy=True) == 0
    assert account(allow_short=True, COIN="-2").reducible(instrument(), is_buy=True) == 2


def test_a_debt_is_no_balance_to_start_a_spot_account_with():
    with pytest.raises(SimVenueError, match="want a balance of COIN >= 0, not -1"):
        account(COIN="-1")
    assert account(allow_short=True, COIN="-1").balances == {"COIN": -1}


def shortfall(account, quantity, *, is_buy):
    return account.shortfall(
        instrument(), D(quantity), D(100), is_buy=is_buy, cost=D(quantity) * 101
    )


def test_spot_wants_quote_for_a_buy_and_base_for_a_sell():
    made = account(USDT="101", COIN="1")

    assert shortfall(made, "1", is_buy=True) == ""
    assert shortfall(made, "1.001", is_buy=True) == "want 101.101 USDT free, not 101"
    assert shortfall(made, "1", is_buy=False) == ""
    assert shortfall(made, "1.001", is_buy=False) == "want 1.001 COIN free, not 1"


def test_buying_power_is_a_multiple_of_equity():
    """Equity 100 quote + 1 coin at 100; with 2x, 4 coins of exposure are allowed."""
    made = account(allow_short=True, buying_power="2", USDT="100", COIN="1")

    assert shortfall(made, "3", is_buy=True) == ""
    assert "2 x equity" in shortfall(made, "3.001", is_buy=True)
    assert shortfall(made, "5", is_buy=False) == ""  # ends short 4
    assert shortfall(made, "5.001", is_buy=False)


def test_reducing_is_always_allowed():
    made = account(allow_short=True, buying_power="1", USDT="-1000", COIN="1")

    assert shortfall(made, "2", is_buy=False) == ""
    assert shortfall(made, "2.001", is_buy=False)


def test_positions_elsewhere_count_against_buying_power():
    other = InstrumentId("OTHER/USDT@sim")
    venue = SimVenue(
        [instrument(), instrument(instrument_id=other, base="OTHER")],
        balances={"USDT": D(250), "OTHER": D(-1)},
        allow_short=True,
        buying_power="1",
    )
    for name, close in ((other, 50.0), (instrument().instrument_id, 100.0)):
        venue.observe(Bar(name, MINUTE_NS, 0, open=1, high=1, low=1, close=close, volume=9))

    # equity 250 - 50 = 200, of which 50 are used
    assert list(venue.submit(order("a", "buy", quantity="1.5"), MINUTE_NS)) == []
    (refused,) = venue.submit(order("b", "buy", quantity="0.001"), MINUTE_NS)
    assert isinstance(refused, Rejected)
    assert refused.code == "insufficient_balance"


@pytest.mark.parametrize("bad", ["0", "-1", "NaN", "much"])
def test_a_buying_power_that_makes_no_sense_is_refused(bad):
    with pytest.raises(SimVenueError, match="want buying_power > 0"):
        account(allow_short=True, buying_power=bad)
