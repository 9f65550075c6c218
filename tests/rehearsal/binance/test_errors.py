"""The words of a refusal are part of the protocol: clients match on them."""

from argonaut.rehearsal.binance import errors


def test_a_refusal_carries_what_goes_on_the_wire():
    """Status, code and words; the message of the exception shows all three."""
    refusal = errors.filter_failure("LOT_SIZE")

    assert (refusal.status, refusal.code, refusal.msg) == (400, -1013, "Filter failure: LOT_SIZE")
    assert str(refusal) == "400 -1013: Filter failure: LOT_SIZE"
