import pytest

from argonaut.domain.order import Side
from argonaut.domain.signal import Notional
from argonaut.domain.verdict import Outcome
from argonaut.risk.exposure import (
    AccountExposure,
    ExposureCap,
    StrategyExposure,
    SymbolExposure,
    VenueExposure,
)
from argonaut.risk.limit import LimitError, OnExcess
from argonaut.risk.view import Exposure
from tests.risk.account import NOTHING, D, FakeAccount, entry, proposal

SCOPES = {
    "symbol": SymbolExposure,
    "strategy": StrategyExposure,
    "venue": VenueExposure,
    "account": AccountExposure,
}


def verdict_on(quote, exposure, *, scope="symbol", side=Side.BUY, **limits):
    view = FakeAccount(**{scope: exposure})
    asked = proposal(entry(size=Notional(D(quote)), side=side), view)
    return SCOPES[scope](**limits).verdict(asked, view)


def held(net):
    """A position and nothing else: the worst case is the same in both directions."""
    return Exposure(abs(D(net)), D(net), D(net), D(net))


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize(
    ("quote", "outcome", "keep"),
    [
        ("499.9", Outcome.PASS, None),
        ("500", Outcome.PASS, None),
        ("500.1", Outcome.CLIP, D(5)),
    ],
)
def test_an_entry_is_clipped_to_what_fits_under_the_cap_of_its_scope(scope, quote, outcome, keep):
    verdict = verdict_on(quote, held(1_500), scope=scope, gross_quote=D(2_000))

    assert (verdict.code, verdict.outcome) == (f"{scope}_exposure", outcome)
    assert (verdict.value, verdict.limit, verdict.keep) == (1_500 + D(quote), D(2_000), keep)


@pytest.mark.parametrize(
    ("scope", "cap"), [("symbol", 2_000), ("venue", 10_000), ("account", 10_000)]
)
def test_the_default_caps_hold(scope, cap):
    assert verdict_on("100", held(cap - 100), scope=scope).outcome is Outcome.PASS
    assert verdict_on("100", held(cap - 99), scope=scope).keep == D("0.99")
    assert verdict_on("100", held(cap), scope=scope).outcome is Outcome.REFUSE


def test_the_strategy_cap_is_off_by_default():
    verdict = verdict_on("100", held(1_000_000), scope="strategy")

    assert verdict.sentence == "passed: no cap is set"


def test_an_entry_over_the_cap_is_refused_when_told_so():
    verdict = verdict_on("600", held(1_500), on_excess=OnExcess.REFUSE)

    assert verdict.outcome is Outcome.REFUSE
    assert verdict.sentence == (
        "refused: the symbol could hold 2100 quote at worst, the cap is 2000 (gross)"
    )


@pytest.mark.parametrize("side", Side)
def test_a_short_does_not_hide_a_long_from_the_gross_cap(side):
    """Net zero can be two positions of any size."""
    verdict = verdict_on("100", Exposure(D(2_000), D(0), D(0), D(0)), side=side)

    assert (verdict.outcome, verdict.detail) == (Outcome.REFUSE, "gross")


@pytest.mark.parametrize(
    ("side", "net", "outcome", "keep"),
    [
        (Side.BUY, 900, Outcome.PASS, None),
        (Side.BUY, 950, Outcome.CLIP, D("0.5")),
        (Side.BUY, 1_000, Outcome.REFUSE, None),
        (Side.BUY, -1_500, Outcome.PASS, None),
        (Side.SELL, -900, Outcome.PASS, None),
        (Side.SELL, -950, Outcome.CLIP, D("0.5")),
        (Side.SELL, 1_500, Outcome.PASS, None),
    ],
)
def test_the_net_cap_counts_in_the_direction_of_the_entry(side, net, outcome, keep):
    limits = {"gross_quote": None, "net_quote": D(1_000)}
    verdict = verdict_on("100", held(net), side=side, **limits)

    assert (verdict.outcome, verdict.keep) == (outcome, keep)
    assert verdict.value == (net if side is Side.BUY else -net) + 100


def test_live_orders_on_the_other_side_make_no_room():
    """Flat with a sell order of 1,000 working: if it never fills, a buy is all there is."""
    worst = Exposure(D(1_000), D(-1_000), D(0), D(-1_000))
    limits = {"gross_quote": D(9_000), "net_quote": D(1_000)}
    verdict = verdict_on("1500", worst, **limits)

    assert (verdict.detail, verdict.value, verdict.keep) == ("net", D(1_500), D(10))


def test_a_view_that_does_not_tell_directions_gets_no_credit_for_the_other_side():
    limits = {"gross_quote": None, "net_quote": D(1_000)}
    verdict = verdict_on("100", Exposure(D(950), D(-950)), **limits)

    assert (verdict.value, verdict.keep) == (D(1_050), D("0.5"))


@pytest.mark.parametrize(
    ("gross_cap", "net_cap", "kind", "keep"),
    [(1_800, 1_700, "net", 2), (1_700, 1_800, "gross", 2), (1_600, 1_600, "gross", 1)],
)
def test_the_tighter_cap_decides(gross_cap, net_cap, kind, keep):
    limits = {"gross_quote": D(gross_cap), "net_quote": D(net_cap)}
    verdict = verdict_on("900", held(1_500), **limits)

    assert (verdict.detail, verdict.keep) == (kind, D(keep))


@pytest.mark.parametrize("on_excess", OnExcess)
def test_what_has_no_price_fills_every_cap(on_excess):
    unknown = Exposure(D("Infinity"), D("Infinity"))
    verdict = verdict_on("100", unknown, on_excess=on_excess)

    assert verdict.sentence == "refused: something held or ordered has no price"
    assert verdict.limit == D(2_000)


def test_what_has_no_price_makes_no_room_on_the_other_side():
    unknown = Exposure(D("Infinity"), D("Infinity"), D("Infinity"), D("Infinity"))
    verdict = verdict_on("100", unknown, side=Side.SELL, gross_quote=None)

    assert verdict.sentence == "refused: something held or ordered has no price"


def test_caps_are_above_zero():
    with pytest.raises(LimitError, match="want net_quote, a Decimal > 0"):
        SymbolExposure(net_quote=D(0))


def test_a_cap_without_a_scope_measures_nothing():
    asked = proposal(entry(), FakeAccount())

    with pytest.raises(NotImplementedError):
        ExposureCap().exposure(asked, FakeAccount(symbol=NOTHING))
