"""What the engine can want done."""

import msgspec
import pytest

from argonaut.domain.command import AmendOrder, CancelOrder, SetTimer, SubmitOrder
from argonaut.domain.ids import InstrumentId
from tests.domain.orders import NAME, D, new_order

BTC = InstrumentId("BTC/USDT@sim")


def test_an_amendment_asks_only_for_what_it_names() -> None:
    amend = AmendOrder(client_order_id=NAME, instrument_id=BTC, price=D(99))

    assert (amend.price, amend.quantity, amend.trigger_price) == (D(99), None, None)


@pytest.mark.parametrize(
    "command",
    [SubmitOrder(new_order()), CancelOrder(NAME, BTC), SetTimer("flatten", 5)],
    ids=lambda command: type(command).__name__,
)
def test_a_command_is_a_value_that_reads_back_from_json(command: msgspec.Struct) -> None:
    """So a story can say in text what was wanted, and two runs can be compared."""
    assert msgspec.json.decode(msgspec.json.encode(command), type=type(command)) == command
