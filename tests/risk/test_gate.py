"""What the gate does with one wish; what it can never do is in `test_gate_invariants.py`."""

from dataclasses import dataclass

import pytest

from argonaut.domain.mode import TradingMode
from argonaut.domain.order import OrderType
from argonaut.domain.signal import CashFraction, Notional, Quantity
from argonaut.domain.verdict import Approved, Outcome, Refused, Verdict
from argonaut.risk.drawdown import Drawdown
from argonaut.risk.exposure import SymbolExposure
from argonaut.risk.gate import Gate
from argonaut.risk.limit import OnExcess
from argonaut.risk.notional import MaxNotional, MinNotional
from argonaut.risk.registry import default_checks
from argonaut.risk.view import Exposure
from tests.risk.account import D, FakeAccount, entry, instrument, leave, limit_entry

SPEND_1000 = entry(size=Notional(D(1_000)))


@dataclass(frozen=True)
class Own:
    """A check from outside the package: any answer."""

    answer: Verdict
    code: str = "own"

    def verdict(self, proposal, view):
        return self.answer


def enter(wish, *, checks=None, view=None, enabled=True, **rules):
    gate = Gate(default_checks() if checks is None else checks, enabled=enabled)
    return gate.enter(wish, instrument(**rules), view or FakeAccount())


def codes(answer):
    return [each.code for each in answer.verdicts]


# entries


def test_an_entry_within_every_limit_is_approved_whole_with_a_verdict_a_check():
    answer = enter(entry())

    assert isinstance(answer, Approved)
    assert (answer.requested, answer.quantity, answer.risk_reduced) == (D(1), D(1), False)
    assert codes(answer) == [
        "mode",
        "finite",
        "size",
        "filters",
        *[each.code for each in default_checks()[3:]],
    ]
    assert all(each.outcome is Outcome.PASS for each in answer.verdicts)


def test_the_first_refusal_ends_it():
    answer = enter(entry(), view=FakeAccount(age_ns=999_000_000_000, orders=99))

    assert isinstance(answer, Refused)
    assert (answer.code, answer.requested) == ("staleness", D(1))
    assert "order_rate" not in codes(answer)


def test_what_is_refused_before_it_is_sized_was_for_no_known_quantity():
    answer = enter(entry(), view=FakeAccount(price=None))

    assert isinstance(answer, Refused)
    assert (answer.code, answer.requested) == ("finite", None)


def test_a_clipped_entry_is_approved_smaller_and_says_so():
    answer = enter(SPEND_1000)

    assert isinstance(answer, Approved)
    assert (answer.requested, answer.quantity) == (D(10), D(4))
    assert (answer.risk_reduced, answer.reduction_factor) == (True, D("0.4"))
    assert [each.sentence for each in answer.verdicts if each.outcome is Outcome.CLIP] == [
        "reduced: notional 1000 quote against the maximum 400"
    ]


def test_every_check_measures_what_the_one_before_has_left():
    """400 of 1,000 by notional, of that a half by drawdown."""
    view = FakeAccount(money=D("887.5"), peak=D(1_000))
    answer = enter(SPEND_1000, checks=[MaxNotional(), Drawdown()], view=view)

    assert isinstance(answer, Approved)
    assert (answer.requested, answer.quantity) == (D(10), D(2))


def test_a_clipped_entry_is_rounded_down_to_a_lot():
    answer = enter(SPEND_1000, checks=[MaxNotional(max_quote=D(399))], lot_size=D("0.5"))

    assert isinstance(answer, Approved)
    assert answer.quantity == D("3.5")


def test_an_entry_clipped_below_the_venues_minimum_is_refused():
    """The venue would reject what is left, and the strategy would ask again for ever."""
    caps = SymbolExposure(gross_quote=D(2_000))
    view = FakeAccount(symbol=Exposure(D(1_992), D(1_992)))
    answer = enter(entry(), checks=[caps], view=view, min_notional=D(10))

    assert isinstance(answer, Refused)
    assert codes(answer)[-2:] == ["symbol_exposure", "filters"]
    assert answer.sentence == (
        "refused: notional 8.000 is below the minimum 10, "
        "0.080 base is left of 1.000 after symbol_exposure"
    )


def test_an_entry_clipped_below_the_smallest_notional_is_refused():
    checks = [MinNotional(), SymbolExposure()]
    view = FakeAccount(symbol=Exposure(D(1_996), D(1_996)))
    answer = enter(entry(), checks=checks, view=view)

    assert isinstance(answer, Refused)
    assert answer.sentence == (
        "refused: notional 4 quote against the minimum 5 "
        "(0.040 base is left of 1.000 after symbol_exposure)"
    )


def test_an_entry_clipped_below_a_lot_is_refused_by_the_check_that_clipped_it():
    view = FakeAccount(symbol=Exposure(D("1999.95"), D("1999.95")))
    answer = enter(entry(), checks=[SymbolExposure()], view=view)

    assert isinstance(answer, Refused)
    assert [each.outcome for each in answer.verdicts][-2:] == [Outcome.CLIP, Outcome.REFUSE]
    assert answer.verdicts[-1].detail == "less than one lot of 0.001 base would be left"
    assert (answer.code, answer.verdicts[-1].limit) == ("symbol_exposure", D(2_000))


def test_a_clipped_entry_sized_by_cash_spends_less():
    answer = enter(entry(size=CashFraction()), checks=[MaxNotional()])

    assert isinstance(answer, Approved)
    assert (answer.requested, answer.quantity, answer.quote_quantity) == (D(100), D(4), D(400))


def test_a_check_of_the_users_own_is_asked_like_any_other():
    refusal = Verdict("own", Outcome.REFUSE, D(3), D(2), "because")

    assert enter(entry(), checks=[Own(Verdict("own", Outcome.PASS))]).verdicts[-1].code == "own"
    answer = enter(entry(), checks=[Own(refusal)])
    assert isinstance(answer, Refused)
    assert answer.sentence == "refused: own: 3 against 2 (because)"


@pytest.mark.parametrize(
    ("keep", "said"), [(D("1.001"), "own enlarged 1.000 to 1.001"), (None, "own clips without")]
)
def test_a_check_that_enlarges_or_clips_to_nowhere_is_a_bug(keep, said):
    """A bug stops trading; it is not an answer."""
    with pytest.raises(AssertionError, match=said):
        enter(entry(), checks=[Own(Verdict("own", Outcome.CLIP, keep=keep))])


@pytest.mark.parametrize(
    ("view", "code"),
    [
        (FakeAccount(symbol=Exposure(D("NaN"), D("NaN"))), "symbol_exposure"),
        (FakeAccount(account=Exposure(D(0), D("NaN"))), "account_exposure"),
        (FakeAccount(money=D("sNaN")), "drawdown"),
    ],
)
def test_a_nan_anywhere_refuses_and_names_the_check(view, code):
    answer = enter(entry(), view=view)

    assert isinstance(answer, Refused)
    assert answer.code == code
    assert answer.verdicts[-1].value is None


@pytest.mark.parametrize(
    ("wish", "code"),
    [(limit_entry(1e308), "finite"), (entry(size=Quantity(D("1e40"))), "size")],
)
def test_a_number_out_of_range_refuses(wish, code):
    answer = enter(wish)

    assert isinstance(answer, Refused)
    assert answer.code == code
    assert "a number is NaN or out of range" in answer.sentence


# switched off


def test_with_risk_switched_off_no_limit_holds():
    view = FakeAccount(age_ns=10**15, orders=999, loss=D(10**6))
    answer = enter(entry(size=Notional(D(10**6))), view=view, enabled=False)

    assert isinstance(answer, Approved)
    assert codes(answer) == ["mode", "finite", "size", "filters"]


@pytest.mark.parametrize(
    ("wish", "view", "rules", "code"),
    [
        (entry(), FakeAccount(mode=TradingMode.KILLED), {}, "mode"),
        (entry(), FakeAccount(price=None), {}, "finite"),
        (entry(size=Quantity(D(0))), FakeAccount(), {}, "size"),
        (entry(), FakeAccount(), {"min_notional": D(101)}, "filters"),
    ],
)
@pytest.mark.parametrize("enabled", [True, False])
def test_validity_is_never_off(wish, view, rules, code, enabled):
    answer = enter(wish, checks=[], view=view, enabled=enabled, **rules)

    assert isinstance(answer, Refused)
    assert answer.code == code


def test_a_gate_shows_the_checks_it_asks_beyond_validity():
    chosen = [MaxNotional(on_excess=OnExcess.REFUSE), *default_checks()[:3]]

    assert Gate(chosen).checks == (chosen[0],)
    assert Gate(chosen, enabled=False).checks == ()


# exits


def exit_of(wish, held, *, view=None, **rules):
    return Gate(default_checks()).exit(wish, instrument(**rules), view or FakeAccount(), D(held))


@pytest.mark.parametrize(
    ("held", "fraction", "quantity"),
    [("2", "1", "2"), ("-2", "1", "2"), ("2", "0.3333", "0.666"), ("1.23456", "1", "1.234")],
)
def test_an_exit_closes_its_fraction_rounded_down_to_a_lot(held, fraction, quantity):
    answer = exit_of(leave(fraction=D(fraction)), held)

    assert isinstance(answer, Approved)
    assert (answer.requested, answer.quantity) == (D(quantity), D(quantity))
    assert answer.verdicts[-1].sentence == "passed: closes what is held"


@pytest.mark.parametrize("mode", TradingMode)
def test_an_exit_works_in_every_mode_and_without_a_price(mode):
    """Cutting a loss is never forbidden."""
    view = FakeAccount(mode=mode, price=None, money=None, loss=D(10**6), orders=999)

    assert isinstance(exit_of(leave(), "1", view=view), Approved)


def test_an_exit_below_the_smallest_notional_is_still_asked_for():
    """A position that fell below the minimum: the venue may take a reducing order."""
    assert isinstance(exit_of(leave(), "0.001", min_notional=D(10)), Approved)


def test_an_exit_larger_than_one_order_leaves_the_rest_for_the_next():
    answer = exit_of(leave(), "7", max_quantity=D("2.5005"))

    assert isinstance(answer, Approved)
    assert (answer.requested, answer.quantity) == (D(7), D("2.5"))
    assert (
        answer.verdicts[-1].sentence == "reduced: the venue takes at most 2.5005 base in one order"
    )


def test_an_exit_at_a_limit_wants_a_price_of_a_tick_or_more():
    answer = exit_of(leave(order_type=OrderType.LIMIT, limit_price=101.0), "1")

    assert isinstance(answer, Approved)


@pytest.mark.parametrize(
    ("wish", "held", "code", "said"),
    [
        (leave(), "0", "holding", "nothing is held"),
        (leave(), "0.0009", "holding", "1 of 0.0009 held is less than one lot of 0.001"),
        (leave(fraction=D("0.1")), "0.001", "holding", "less than one lot"),
        (leave(), "NaN", "finite", "want a finite holding, not NaN"),
        (leave(fraction=D(0)), "1", "finite", "want 0 < fraction <= 1"),
        (leave(fraction=D(50)), "1", "finite", "want 0 < fraction <= 1"),
        (leave(fraction=D("NaN")), "1", "finite", "want 0 < fraction <= 1"),
        (leave(order_type=OrderType.STOP), "1", "finite", "a market or a limit order, not stop"),
        (leave(order_type=OrderType.LIMIT), "1", "finite", "wants a limit_price"),
        (leave(limit_price=float("nan")), "1", "finite", "want limit_price >= one tick of 0.01"),
        (leave(limit_price=0.001), "1", "finite", "want limit_price >= one tick of 0.01"),
        (leave(limit_price=1e308), "1", "finite", "want limit_price >= one tick of 0.01"),
    ],
)
def test_an_exit_that_is_no_order_is_refused_with_the_reason(wish, held, code, said):
    answer = exit_of(wish, held)

    assert isinstance(answer, Refused)
    assert answer.code == code
    assert said in answer.sentence
