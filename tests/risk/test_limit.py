from fractions import Fraction

import pytest

from argonaut.domain.verdict import Outcome
from argonaut.risk.limit import (
    LimitError,
    OnExcess,
    base_units,
    check_count,
    check_fraction,
    check_positive,
    counted,
    excess,
)
from tests.risk.account import D, FakeAccount, entry, proposal


@pytest.mark.parametrize("value", [D("0.0001"), D("0.15"), D(1)])
def test_a_fraction_up_to_one_is_taken(value):
    check_fraction("x_fraction", value)
    check_positive("x_quote", value)


@pytest.mark.parametrize("value", [D(0), D("1.0001"), D("NaN"), D(-1), 0.15, "0.15", None])
def test_anything_else_is_no_fraction(value):
    with pytest.raises(
        LimitError, match=r"want 0 < x_fraction <= 1 \(0.15 is fifteen percent\), not "
    ):
        check_fraction("x_fraction", value)


@pytest.mark.parametrize("value", [D(0), D("Infinity"), D("NaN"), D(-1), 1.0, 1, None])
def test_a_positive_limit_is_a_finite_decimal(value):
    with pytest.raises(LimitError, match="want x_quote, a Decimal > 0, not "):
        check_positive("x_quote", value)


@pytest.mark.parametrize("value", [0, -1, 1.0, True, D(1), None])
def test_a_count_is_a_whole_number(value):
    with pytest.raises(LimitError, match="want x_count, a whole number > 0, not "):
        check_count("x_count", value)


def test_the_verdict_on_a_count_is_made_once():
    verdict = counted("order_rate", Outcome.PASS, 3, 30)

    assert (verdict.outcome, verdict.value, verdict.limit) == (Outcome.PASS, D(3), D(30))
    assert counted("order_rate", Outcome.PASS, 3, 30) is verdict
    assert counted("order_rate", Outcome.REFUSE, 3, 30).outcome is Outcome.REFUSE


def test_what_fits_is_rounded_down_and_never_more_than_asked():
    asked = proposal(entry(), FakeAccount(price=D(3)))  # 33.333 base

    assert Fraction(base_units(asked, D(10))) * 3 < 10
    assert Fraction(base_units(asked, D(20))) * 3 < 20
    assert base_units(asked, D(10_000)) == D("33.333")
    assert base_units(asked, D(-10)) < 0


@pytest.mark.parametrize(
    ("on_excess", "keep", "outcome"),
    [
        (OnExcess.CLIP, "1", Outcome.CLIP),
        (OnExcess.CLIP, "0", Outcome.REFUSE),
        (OnExcess.CLIP, "-1", Outcome.REFUSE),
        (OnExcess.REFUSE, "1", Outcome.REFUSE),
    ],
)
def test_an_excess_is_clipped_only_where_something_is_left(on_excess, keep, outcome):
    verdict = excess("x", on_excess, value=D(3), limit=D(2), keep=D(keep))

    assert verdict.outcome is outcome
    assert verdict.keep == (D(keep) if outcome is Outcome.CLIP else None)
