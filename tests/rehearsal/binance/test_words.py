"""What an order type implies: which parameters it wants, and what it waits for."""

from argonaut.rehearsal.binance.words import Kind, Status


def test_each_type_has_the_fields_it_should():
    """A table of the seven types, as the documentation has it."""
    table = {
        kind: (kind.has_price, kind.has_time_in_force, kind.is_algo, kind.is_stop) for kind in Kind
    }

    assert table == {
        Kind.LIMIT: (True, True, False, False),
        Kind.MARKET: (False, False, False, False),
        Kind.LIMIT_MAKER: (True, False, False, False),
        Kind.STOP_LOSS: (False, False, True, True),
        Kind.STOP_LOSS_LIMIT: (True, True, True, True),
        Kind.TAKE_PROFIT: (False, False, True, False),
        Kind.TAKE_PROFIT_LIMIT: (True, True, True, False),
    }


def test_two_statuses_are_open():
    """Everything else is the end."""
    assert [each for each in Status if each.is_open] == [Status.NEW, Status.PARTIALLY_FILLED]
