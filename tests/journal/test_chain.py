from hypothesis import given
from hypothesis import strategies as st

from argonaut.journal.chain import GENESIS, link

# Few letters and short texts, so that two rows often differ only in where one field ends.
SHORT = st.text(alphabet="ab", max_size=3).map(str.encode)
NUMBERS = st.integers(min_value=-(2**63), max_value=2**63 - 1) | st.integers(0, 3)
FIELDS = st.tuples(NUMBERS, NUMBERS, NUMBERS, SHORT, SHORT, SHORT)


@given(FIELDS, FIELDS)
def test_two_rows_have_one_hash_only_when_they_are_one_row(one, other):
    """Else a payload could be moved into the subject and the chain would not notice."""
    assert (link(GENESIS, *one) == link(GENESIS, *other)) == (one == other)


def test_a_letter_that_moves_to_the_next_field_changes_the_hash():
    assert link(GENESIS, 1, 1, 1, b"ab", b"c", b"") != link(GENESIS, 1, 1, 1, b"a", b"bc", b"")


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32), FIELDS)
def test_the_hash_covers_the_row_before(one, other, row):
    assert (link(one, *row) == link(other, *row)) == (one == other)


def test_the_hash_of_a_known_row_never_changes():
    """A journal of today has to verify in every later version."""
    digest = link(GENESIS, 1, 2, 3, b"decision", b"BTC/USDT@sim", b'{"a":1}')

    assert digest.hex() == "659b4bdc345b09d5f8574ab7417e208cbdc8f02dc53d70e25ae5768f9be86672"
