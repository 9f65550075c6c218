import pytest

from argonaut.domain.order import OrderType
from argonaut.domain.verdict import Outcome
from argonaut.risk.limit import LimitError
from argonaut.risk.order_type import OrderTypeAllowed
from tests.risk.account import FakeAccount, entry, limit_entry, proposal


@pytest.mark.parametrize(
    ("allowed", "types", "outcome"),
    [
        ((OrderType.MARKET, OrderType.LIMIT), frozenset(OrderType), Outcome.PASS),
        ((OrderType.MARKET,), frozenset(OrderType), Outcome.REFUSE),
        (tuple(OrderType), frozenset({OrderType.MARKET}), Outcome.REFUSE),
    ],
)
def test_an_order_type_is_allowed_by_check_and_operator_both(allowed, types, outcome):
    view = FakeAccount(types=types)
    verdict = OrderTypeAllowed(allowed=allowed).verdict(proposal(limit_entry(100.0), view), view)

    assert verdict.outcome is outcome


def test_a_refusal_names_the_type():
    view = FakeAccount(types=frozenset())
    verdict = OrderTypeAllowed().verdict(proposal(entry(), view), view)

    assert verdict.sentence == "refused: market entries are not allowed"


def test_an_empty_list_is_a_mistake():
    with pytest.raises(LimitError, match="want at least one order type"):
        OrderTypeAllowed(allowed=())
