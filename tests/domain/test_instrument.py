"""The only place that rounds, and what a venue would refuse."""

import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.ids import InstrumentId
from argonaut.domain.instrument import Instrument
from argonaut.domain.order import Side
from tests.domain.orders import D


def instrument(tick: str = "0.01", lot: str = "0.00001", **limits: Any) -> Instrument:
    return Instrument(
        instrument_id=InstrumentId("BTC/USDT@sim"),
        base="BTC",
        quote="USDT",
        tick_size=D(tick),
        lot_size=D(lot),
        **limits,
    )


TENTHS = ("1", "0.1", "0.01", "0.00000001", "0.0100")
OTHERS = ("0.5", "0.25", "0.125", "0.3", "0.07", "5", "3", "2.5", "10", "1E+1", "25", "100", "7000")
STEPS = st.sampled_from(TENTHS + OTHERS)
AMOUNTS = st.decimals(D("1E-9"), D("1E+9"), allow_nan=False, allow_infinity=False)
SIDES = st.sampled_from(Side)


def is_multiple(value: Decimal, step: str) -> bool:
    return (Fraction(value) / Fraction(D(step))).denominator == 1


@given(STEPS, AMOUNTS)
@example("0.25", D("99999999.99999999999999999999"))  # the quotient has more digits than fit
@example("0.01", D("0.129999999999999999999999999999999"))
def test_rounding_never_increases_a_quantity(step: str, value: Decimal) -> None:
    """Nor does it take away a lot that was there: a cap is kept and nothing is wasted."""
    quantity = instrument(lot=step).quantity(value)

    assert 0 <= quantity <= value
    assert Fraction(value) - Fraction(quantity) < Fraction(D(step))
    assert is_multiple(quantity, step)
    assert instrument(lot=step).quantity(quantity) == quantity


@given(STEPS, AMOUNTS)
@example("0.25", D("99999999.00000000000000000001"))
def test_rounding_up_meets_a_minimum_by_less_than_a_lot(step: str, value: Decimal) -> None:
    quantity = instrument(lot=step).quantity_up(value)

    assert quantity >= value
    assert Fraction(quantity) - Fraction(value) < Fraction(D(step))
    assert is_multiple(quantity, step)


@given(STEPS, AMOUNTS)
def test_rounding_a_short_s_quantity_moves_it_away_from_zero(step: str, value: Decimal) -> None:
    """Down is down: callers round the absolute value, and this says what happens otherwise."""
    assert instrument(lot=step).quantity(-value) == -instrument(lot=step).quantity_up(value)


@given(STEPS, AMOUNTS, AMOUNTS)
@example("0.25", D(1), D("461914062.5"))
def test_equal_quantities_are_written_alike(step: str, value: Decimal, other: Decimal) -> None:
    """What is hashed must not depend on how a number came about."""
    rules = instrument(lot=step, tick=step)
    quantity, another = rules.quantity(value), rules.quantity_up(other)

    assert quantity.as_tuple().exponent == another.as_tuple().exponent
    assert "E+" not in str(quantity)
    assert quantity.as_tuple().exponent == rules.price_passive(value, Side.BUY).as_tuple().exponent
    assert quantity.as_tuple().exponent == rules.price(float(other)).as_tuple().exponent


@given(STEPS, st.floats(-1e9, 1e9))
def test_a_float_price_lands_on_the_nearest_tick(tick: str, value: float) -> None:
    price = instrument(tick=tick).price(value)

    assert is_multiple(price, tick)
    slack = Fraction(abs(value)) / 2**50
    assert abs(Fraction(price) - Fraction(value)) <= Fraction(D(tick)) / 2 + slack


@given(STEPS, st.integers(1, 10**9))
def test_a_tick_that_went_through_a_column_comes_back_itself(tick: str, ticks: int) -> None:
    price = D(tick) * ticks

    assert instrument(tick=tick).price(float(price)) == price


@given(STEPS, AMOUNTS, SIDES)
def test_a_passive_price_is_away_from_the_market_and_an_aggressive_one_against_us(
    tick: str, value: Decimal, side: Side
) -> None:
    passive = instrument(tick=tick).price_passive(value, side)
    aggressive = instrument(tick=tick).price_aggressive(value, side)

    assert passive * side.sign <= value * side.sign <= aggressive * side.sign
    assert is_multiple(passive, tick)
    assert is_multiple(aggressive, tick)
    assert aggressive - passive in (0, D(tick) * side.sign)


@pytest.mark.parametrize("tick", ["0.01", "0.25", "10"])
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_price_that_is_no_number_is_refused(tick: str, value: float) -> None:
    with pytest.raises(InvalidValueError, match=f"BTC/USDT@sim: want a finite price, not {value}"):
        instrument(tick=tick).price(value)


@pytest.mark.parametrize("value", [1e300, -1e300, 1.7e308])
def test_an_absurd_price_is_refused_by_name(value: float) -> None:
    with pytest.raises(InvalidValueError, match="no such price in ticks"):
        instrument().price(value)


@pytest.mark.parametrize("lot", ["0.00001", "0.3"])
def test_an_absurd_quantity_is_refused_by_name(lot: str) -> None:
    """Asked for by a detector, it must end as a refusal and not as a crash."""
    rules = instrument(lot=lot)

    with pytest.raises(
        InvalidValueError, match=r"want a number that steps of \S+ reach, not 1E\+60"
    ):
        rules.quantity(D("1E+60"))
    for value in ("NaN", "Infinity", "-Infinity"):
        with pytest.raises(InvalidValueError, match=f"want a finite number, not {value}"):
            rules.quantity(D(value))


def test_the_venue_s_spelling_of_a_step_does_not_matter() -> None:
    rules = instrument(tick="0.01000000", lot="0.00100000")

    assert str(rules.quantity(D("1.23456"))) == "1.234"
    assert str(rules.price(64321.573)) == "64321.57"


def test_worked_examples_of_spending_a_budget() -> None:
    """At 64321.57, 25 USDT buy 0.00038; 5 USDT would need 0.00008 to reach a minimum of 5."""
    rules, price = instrument(min_notional=D(5)), D("64321.57")
    bought = rules.quantity(D(25) / price)
    too_few = rules.quantity(D(5) / price)
    enough = rules.quantity_up(D(5) / price)

    assert (bought, rules.notional(bought, price)) == (D("0.00038"), D("24.4421966"))
    assert rules.fault_of(too_few, price) == "notional 4.5025099 is below the minimum 5"
    assert (enough, rules.fault_of(enough, price)) == (D("0.00008"), None)


def test_notional_is_unsigned_and_counts_the_contract_size() -> None:
    assert instrument(contract_size=D("0.1")).notional(D(-3), D(100)) == D(30)


LIMITS: dict[str, Any] = {
    "min_quantity": D("0.001"),
    "max_quantity": D(9),
    "min_notional": D(5),
    "max_notional": D(100_000),
    "price_min": D(10),
    "price_max": D(90_000),
}


@pytest.mark.parametrize(
    ("quantity", "price", "fault"),
    [
        ("1", "100", None),
        ("0", "100", "want a quantity > 0, not 0"),
        ("-1", "100", "want a quantity > 0, not -1"),
        ("NaN", "100", "want a quantity > 0, not NaN"),
        ("Infinity", "100", "want a quantity > 0, not Infinity"),
        ("1", "0", "want a price > 0, not 0"),
        ("1", "NaN", "want a price > 0, not NaN"),
        ("1", "-Infinity", "want a price > 0, not -Infinity"),
        ("0.0005", "50000", "quantity 0.0005 is below the minimum 0.001"),
        ("10", "100", "quantity 10 is above the maximum 9"),
        ("1.000001", "100", "quantity 1.000001 is not a multiple of lot 0.00001"),
        ("1", "9", "price 9 is below the minimum 10"),
        ("1", "90001", "price 90001 is above the maximum 90000"),
        ("0.01", "100", "notional 1.00 is below the minimum 5"),
        ("2", "50001", "notional 100002 is above the maximum 100000"),
    ],
)
def test_a_fault_names_the_value_and_the_limit(
    quantity: str, price: str, fault: str | None
) -> None:
    assert instrument(**LIMITS).fault_of(D(quantity), D(price)) == fault


def test_a_quantity_beyond_counting_is_a_fault_and_no_crash() -> None:
    fault = instrument().fault_of(D("1E+50"), D(100))

    assert fault == "quantity 1E+50 is more than any venue counts in lots of 0.00001"


@given(STEPS, AMOUNTS, AMOUNTS)
def test_without_limits_a_rounded_quantity_has_no_fault(
    step: str, value: Decimal, price: Decimal
) -> None:
    rules = instrument(lot=step)
    quantity = rules.quantity(value + D(step))

    assert rules.fault_of(quantity, price) is None


@pytest.mark.parametrize("name", ["tick_size", "lot_size", "contract_size"])
@pytest.mark.parametrize("value", ["0", "-1", "NaN", "Infinity"])
def test_a_step_is_above_zero(name: str, value: str) -> None:
    with pytest.raises(InvalidValueError, match=f"BTC/USDT@sim: want {name} > 0, not {value}"):
        msgspec.structs.replace(instrument(), **{name: D(value)})


@pytest.mark.parametrize("name", ["min_quantity", "min_notional", "price_min"])
@pytest.mark.parametrize("value", ["-1", "NaN", "Infinity"])
def test_a_minimum_is_not_negative(name: str, value: str) -> None:
    with pytest.raises(InvalidValueError, match=f"want {name} >= 0, not {value}"):
        msgspec.structs.replace(instrument(), **{name: D(value)})


@pytest.mark.parametrize("name", ["max_quantity", "max_notional", "price_max"])
@pytest.mark.parametrize("value", ["0", "-1", "NaN", "Infinity"])
def test_a_maximum_is_above_zero_or_not_there(name: str, value: str) -> None:
    with pytest.raises(InvalidValueError, match=f"want {name} > 0 or none, not {value}"):
        msgspec.structs.replace(instrument(), **{name: D(value)})


@pytest.mark.parametrize(
    ("quantity", "prices", "is_it"),
    [
        ("0.04", ("100",), True),
        ("-0.04", ("100",), True),
        ("0.05", ("100",), False),
        ("0.04", ("100", "200"), False),  # it may be worth enough at what it cost
        ("0.04", (None, "100"), True),
        ("0.04", (None,), False),  # nobody knows
        ("0.009", (None,), True),  # less than the smallest quantity at any price
    ],
)
def test_too_little_is_what_no_order_is_taken_of(
    quantity: str, prices: tuple[str | None, ...], *, is_it: bool
) -> None:
    """What cannot be sold must not keep a strategy from being flat."""
    rules = instrument(lot="0.001", min_notional=D(5), min_quantity=D("0.01"))

    told = rules.is_too_little(D(quantity), *(None if each is None else D(each) for each in prices))

    assert told is is_it


def test_the_venue_is_part_of_the_name() -> None:
    assert instrument().venue_id == "sim"


def test_rules_read_back_from_json() -> None:
    rules = instrument(**LIMITS)

    assert msgspec.json.decode(msgspec.json.encode(rules), type=Instrument) == rules


def test_rules_with_a_misspelt_name_are_refused() -> None:
    text = msgspec.json.encode(instrument(**LIMITS)).replace(b"max_notional", b"max_notionals")

    with pytest.raises(msgspec.ValidationError, match="max_notionals"):
        msgspec.json.decode(text, type=Instrument)
