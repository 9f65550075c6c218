"""What was sent is read strictly: F25 of the failure model, from the venue's side."""

from decimal import Decimal

import pytest

from argonaut.rehearsal.binance.errors import RefusalError
from argonaut.rehearsal.binance.parameters import Parameters, text_pairs
from argonaut.rehearsal.binance.words import Side


def sent(**values: str) -> Parameters:
    return Parameters(values.items())


def code(read) -> int:
    with pytest.raises(RefusalError) as caught:
        read()
    return caught.value.code


@pytest.mark.parametrize("written", ["-1", "1e5", "NaN", "Infinity", "1,0", " 1", "0x1", "1."])
def test_what_is_no_plain_number_is_illegal(written):
    """A client library sends -5 or 1e12 to the wire unchanged; the venue must not take it."""
    assert code(lambda: sent(price=written).number("price")) == -1100


def test_more_than_eight_decimals_are_too_precise():
    """Trailing zeros do no harm."""
    assert code(lambda: sent(price="0.123456789").number("price")) == -1111
    assert sent(price="1.5000000000").number("price") == Decimal("1.5")


def test_zero_is_no_quantity():
    """And an absent one is a parameter that was not sent."""
    assert code(lambda: sent(quantity="0").positive("quantity")) == -1013
    assert code(lambda: sent().positive("quantity")) == -1102


def test_an_empty_parameter_is_not_an_absent_one():
    """Binance tells them apart."""
    assert code(lambda: sent(symbol="").maybe("symbol")) == -1105
    assert sent().maybe("symbol") is None
    assert code(lambda: sent(symbol="").text("symbol")) == -1102


def test_a_parameter_is_sent_once():
    """Two prices are one too many, whichever came last."""
    assert code(lambda: Parameters([("price", "1"), ("price", "2")])) == -1101


def test_what_nobody_reads_is_told():
    """A misspelled stopPrice must not be ignored."""
    parameters = sent(symbol="BTCUSDT", stoprice="1", timestamp="1", signature="x")
    parameters.symbol()

    with pytest.raises(RefusalError, match=r"read '2' parameter.s. but was sent '3'"):
        parameters.expect_read()


@pytest.mark.parametrize("written", ["has space", "a" * 37, "sémi", "semi;colon"])
def test_a_client_id_is_36_plain_characters(written):
    """Anything else is -1100."""
    assert code(lambda: sent(newClientOrderId=written).client_id("newClientOrderId")) == -1100


def test_a_limit_is_cut_and_never_zero():
    """More than allowed is answered with what is allowed."""
    assert sent(limit="5000").limit(500, 1_000) == 1_000
    assert sent().limit(500, 1_000) == 500
    assert code(lambda: sent(limit="0").limit(500, 1_000)) == -1130


def test_a_word_is_one_of_its_kind():
    """With the code of whoever asks."""
    assert sent(side="BUY").word("side", Side, -1117, "Invalid side.") is Side.BUY
    assert code(lambda: sent(side="LONG").word("side", Side, -1117, "Invalid side.")) == -1117


def test_json_parameters_become_the_text_of_a_query():
    """The signature is over that text."""
    values: dict[str, object] = {"symbol": "A", "limit": 5, "omit": None, "flag": True}

    assert text_pairs(values) == [("symbol", "A"), ("limit", "5"), ("flag", "true")]
