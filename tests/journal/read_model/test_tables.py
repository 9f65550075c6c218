from decimal import Decimal

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite

from argonaut.journal.read_model.model import ReadModel
from argonaut.journal.read_model.tables import Exact, Words, positions

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=18) | st.just(Decimal("1E+30"))


@given(NUMBERS)
def test_money_survives_a_text_to_the_last_digit(number):
    sent = Exact().process_bind_param(number, sqlite.dialect())

    assert "E" not in str(sent)
    assert Exact().process_result_value(sent, sqlite.dialect()) == number


def test_nothing_stays_nothing():
    for dialect in (sqlite.dialect(), postgresql.dialect()):
        assert Exact().process_bind_param(None, dialect) is None
        assert Exact().process_result_value(None, dialect) is None
        assert Words().process_bind_param(None, dialect) is None


@pytest.mark.parametrize("number", ["0.1", "1.50", "1E+3", "-0.000000000000000001", "123456789.1"])
def test_a_database_gives_back_the_digits_it_was_given(url, number):
    with ReadModel(url) as model:
        values = dict.fromkeys(("quantity", "cost", "realized", "entry_fees"), Decimal(number))
        row = {"strategy_id": "s", "instrument_id": "i", "updated_seq": 1, **values}
        with model._engine.begin() as connection:
            connection.execute(sa.insert(positions), [row])
        (stored,) = model.rows_of(positions)

    assert stored["quantity"].as_tuple() == Decimal(f"{Decimal(number):f}").as_tuple()
