"""The words of a refusal are part of the protocol: clients match on them."""

import json

import pytest

from argonaut.rehearsal.binance import errors


def test_a_refusal_carries_what_goes_on_the_wire():
    """Status, code and words; the message of the exception shows all three."""
    refusal = errors.filter_failure("LOT_SIZE")

    assert (refusal.status, refusal.code, refusal.msg) == (400, -1013, "Filter failure: LOT_SIZE")
    assert str(refusal) == "400 -1013: Filter failure: LOT_SIZE"


@pytest.mark.real
def test_the_engines_words_are_binances_own(shared):
    """Compared with the messages Binance documents, to the letter."""
    folder = shared / "fixtures" / "binance_spot_docs" / "errors"
    words = {row[0] for row in json.loads((folder / "messages.json").read_text())}

    for ours in (
        errors.INSUFFICIENT,
        errors.DUPLICATE,
        errors.UNKNOWN_ORDER,
        errors.WOULD_TAKE,
        errors.WOULD_TRIGGER,
        errors.CLOSED,
        errors.BAD_OCO_PRICES,
        "Filter failure: NOTIONAL",
        "Filter failure: LOT_SIZE",
        "Filter failure: PRICE_FILTER",
        "Filter failure: MARKET_LOT_SIZE",
        "Filter failure: MAX_NUM_ORDERS",
        "Filter failure: MAX_NUM_ALGO_ORDERS",
    ):
        assert ours in words
