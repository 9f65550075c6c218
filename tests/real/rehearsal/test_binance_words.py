"""The words of our refusals against those that Binance documents."""

import json

from argonaut.rehearsal.binance import errors


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
