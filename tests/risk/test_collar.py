from dataclasses import dataclass

import pytest

from argonaut.domain.order import OrderType
from argonaut.domain.verdict import Outcome
from argonaut.risk.collar import Collar
from argonaut.risk.limit import LimitError
from tests.risk.account import D, FakeAccount, entry, limit_entry, proposal


@dataclass
class Remembering(FakeAccount):
    """An account that also knows the price of a minute ago."""

    before: D | None = D(100)

    def price_a_minute_ago(self, instrument_id):
        return self.before


def verdict_on(wish, view=None, **limits):
    view = view or FakeAccount()
    return Collar(**limits).verdict(proposal(wish, view), view)


@pytest.mark.parametrize(
    ("price", "outcome"),
    [
        (94.99, Outcome.REFUSE),
        (95.0, Outcome.PASS),
        (100.0, Outcome.PASS),
        (105.0, Outcome.PASS),
        (105.01, Outcome.REFUSE),
    ],
)
def test_a_limit_price_stays_within_the_collar(price, outcome):
    """A slipped decimal point is the classic fat finger."""
    verdict = verdict_on(limit_entry(price))

    assert verdict.outcome is outcome
    assert (verdict.value, verdict.limit) == (abs(D(str(price)) - 100) / 100, D("0.05"))


@pytest.mark.parametrize(("trigger", "outcome"), [(105.0, Outcome.PASS), (106.0, Outcome.REFUSE)])
@pytest.mark.parametrize("order_type", [OrderType.STOP, OrderType.STOP_LIMIT])
def test_a_trigger_price_stays_within_the_collar(order_type, trigger, outcome):
    limit = 104.0 if order_type is OrderType.STOP_LIMIT else None
    wish = entry(order_type=order_type, trigger_price=trigger, limit_price=limit)

    assert verdict_on(wish).outcome is outcome


def test_a_market_entry_has_no_price_to_measure():
    assert verdict_on(entry()).sentence == "passed: a market entry has no price of its own"


@pytest.mark.parametrize(
    ("before", "outcome"), [(D(98), Outcome.REFUSE), (D(100), Outcome.PASS), (D(99), Outcome.PASS)]
)
def test_a_market_that_ran_within_a_minute_is_not_chased(before, outcome):
    verdict = verdict_on(entry(), Remembering(before=before), minute_fraction=D("0.02"))

    assert verdict.outcome is outcome
    assert verdict.limit == D("0.02")


@pytest.mark.parametrize(
    "view", [FakeAccount(), Remembering(before=None), Remembering(before=D("NaN"))]
)
def test_a_minute_that_is_not_known_is_refused(view):
    verdict = verdict_on(entry(), view, minute_fraction=D("0.02"))

    assert verdict.sentence == "refused: the price of a minute ago is not known"


def test_a_price_outside_the_collar_is_refused_before_the_minute_is_asked():
    verdict = verdict_on(limit_entry(90.0), Remembering(before=D(90)), minute_fraction=D("0.02"))

    assert (verdict.outcome, verdict.limit) == (Outcome.REFUSE, D("0.05"))


@pytest.mark.parametrize("name", ["limit_fraction", "minute_fraction"])
def test_a_percentage_is_refused(name):
    with pytest.raises(LimitError, match=f"want 0 < {name} <= 1"):
        Collar(**{name: D(5)})
