"""What no entry, price, limit or account can make the gate do."""

import math
from fractions import Fraction

from hypothesis import event, given, settings
from hypothesis import strategies as st

from argonaut.domain.mode import TradingMode
from argonaut.domain.order import OrderType, Side
from argonaut.domain.signal import (
    CashFraction,
    EquityFraction,
    Notional,
    Protection,
    Quantity,
    RiskFraction,
)
from argonaut.domain.verdict import Approved, Outcome, Refused
from argonaut.risk.collar import Collar
from argonaut.risk.daily_loss import DailyLoss
from argonaut.risk.drawdown import Drawdown
from argonaut.risk.exposure import (
    AccountExposure,
    StrategyExposure,
    SymbolExposure,
    VenueExposure,
)
from argonaut.risk.gate import Gate
from argonaut.risk.limit import OnExcess
from argonaut.risk.notional import MaxNotional, MinNotional
from argonaut.risk.order_rate import OrderRate
from argonaut.risk.positions import MaxPositions
from argonaut.risk.quantity import MaxQuantity
from argonaut.risk.staleness import Staleness
from argonaut.risk.view import Exposure
from tests.risk.account import D, FakeAccount, entry, instrument, leave

TINY = Fraction(1, 10**18)  # what 28 digits of Decimal may lose against exact sums
SCOPES = ("symbol", "strategy", "venue", "account")


def mostly(good, *bad):
    """`good`, and one time in thirty something a broken source could say."""
    return st.integers(0, 29).flatmap(lambda n: st.sampled_from(bad) if n == 29 else good)


def decimals(low, high, places=2):
    return st.decimals(low, high, allow_nan=False, allow_infinity=False, places=places)


FRACTIONS = mostly(decimals("0.01", "1"), D("NaN"), D(0), D(15))
MONEY = mostly(decimals("1", "50000"), D("NaN"), D(0), D(-1), D("Infinity"))
SIZES = st.one_of(
    MONEY.map(Notional),
    mostly(decimals("0.001", "500", 4), D("NaN"), D("1e40")).map(Quantity),
    st.builds(EquityFraction, FRACTIONS, decimals("0", "50")),
    st.builds(RiskFraction, FRACTIONS, decimals("0", "50"), st.none() | decimals("50", "9000")),
    FRACTIONS.map(CashFraction),
)
PRICES = mostly(
    decimals("80", "120").map(lambda price: float(str(price))), None, math.nan, math.inf, 0.0, -1.0
)
PROTECTIONS = st.one_of(
    st.just(Protection()),
    st.builds(Protection, stop_price=st.sampled_from([50.0, 79.0, 121.0, 1e308])),
    st.builds(Protection, stop_fraction=st.floats(0.001, 0.5)),
    st.builds(Protection, trail_fraction=st.floats(0.001, 0.5)),
)
ENTRIES = st.builds(
    entry,
    side=st.sampled_from(Side),
    size=SIZES,
    order_type=st.sampled_from([OrderType.MARKET, *OrderType]),
    limit_price=PRICES,
    trigger_price=PRICES,
    protection=PROTECTIONS,
    confidence=mostly(st.floats(0, 1), math.nan, 2.0),
)
INSTRUMENTS = st.builds(
    instrument,
    tick_size=st.sampled_from([D("0.01"), D("0.01000000"), D("0.05"), D(1)]),
    lot_size=st.sampled_from([D("0.001"), D("0.00100000"), D("0.25"), D(1), D(10)]),
    contract_size=st.sampled_from([D(1), D("0.1")]),
    min_notional=st.sampled_from([D(0), D(10)]),
    max_quantity=st.sampled_from([None, D(300)]),
    quote=mostly(st.sampled_from(["USDT", "ETH"]), "XYZ"),
)


@st.composite
def exposures(draw):
    """A scope with a position and live orders, told with or without directions."""
    held, buys, sells = draw(decimals("-600", "600")), draw(MONEY_OR_0), draw(MONEY_OR_0)
    long, short = held + buys, held - sells
    gross, net = max(abs(long), abs(short)), max(long, short, key=abs)
    told = Exposure(gross, net, long, short) if draw(st.booleans()) else Exposure(gross, net)
    return draw(mostly(st.just(told), *UNKNOWN))


MONEY_OR_0 = st.just(D(0)) | decimals("0", "600")
UNKNOWN = (
    Exposure(D("Infinity"), D("Infinity")),
    Exposure(D("NaN"), D("NaN")),
    Exposure(D("NaN"), D(0), D(0), D(0)),
)
VIEWS = st.builds(
    FakeAccount,
    mode=mostly(st.just(TradingMode.ACTIVE), *TradingMode),
    price=mostly(decimals("80", "120"), None, D("NaN"), D(0)),
    age_ns=mostly(st.integers(0, 120_000_000_000), None, 120_000_000_001, -(10**15)),
    money=mostly(decimals("870", "1100"), D(850), D(849), None, D("NaN"), D(-5)),
    peak=mostly(st.just(D(1_000)), D("NaN"), D(0)),
    loss=mostly(decimals("-100", "99"), D(100), D("NaN")),
    positions=mostly(st.integers(0, 9), 10, 12),
    is_held=st.booleans(),
    symbol=exposures(),
    strategy=exposures(),
    venue=exposures(),
    account=exposures(),
    orders=mostly(st.integers(0, 29), 30, 31),
    free=MONEY,
    rates=st.just({"ETH": D("12.5")}),
)
CAPS = st.fixed_dictionaries(
    {
        "gross_quote": st.none() | decimals("500", "9000"),
        "net_quote": st.none() | decimals("500", "9000"),
        "on_excess": mostly(st.just(OnExcess.CLIP), OnExcess.REFUSE),
    }
)


@st.composite
def check_lists(draw):
    """Every check with limits of its own, in any order."""
    on_excess = mostly(st.just(OnExcess.CLIP), OnExcess.REFUSE)
    checks = [
        Staleness(),
        Collar(limit_fraction=draw(decimals("0.05", "0.5"))),
        MinNotional(min_quote=draw(decimals("1", "20"))),
        MaxNotional(max_quote=draw(decimals("100", "5000")), on_excess=draw(on_excess)),
        MaxQuantity(max_base=draw(st.none() | decimals("1", "50")), on_excess=draw(on_excess)),
        MaxPositions(),
        SymbolExposure(**draw(CAPS)),
        StrategyExposure(**draw(CAPS)),
        VenueExposure(**draw(CAPS)),
        AccountExposure(**draw(CAPS)),
        Drawdown(),
        DailyLoss(),
        OrderRate(),
    ]
    return draw(st.permutations(checks))


def worst_value_of(answer, rules, view):
    """Most the approved order may be worth in account quote units, from first principles."""
    wish = answer.signal
    kinds = {
        OrderType.MARKET: (),
        OrderType.LIMIT: (wish.limit_price,),
        OrderType.STOP: (wish.trigger_price,),
        OrderType.STOP_LIMIT: (wish.limit_price,),
        OrderType.TRAILING_STOP: (wish.trigger_price,),
    }
    own = [rules.price(price) for price in kinds[wish.order_type] if price is not None]
    price = max(Fraction(each) for each in (view.price, *own))
    rate = Fraction(1 if rules.quote == "USDT" else view.rates[rules.quote])
    worst = Fraction(answer.quantity) * price * Fraction(rules.contract_size) * rate
    if answer.quote_quantity is not None:
        worst = max(worst, Fraction(answer.quote_quantity) * rate)
    return worst


def check_caps(answer, checks, view, added):
    by_kind = {type(each): each for each in checks}
    assert added <= Fraction(by_kind[MaxNotional].max_quote) + TINY
    most = by_kind[MaxQuantity].max_base
    assert most is None or answer.quantity <= most
    caps = (SymbolExposure, StrategyExposure, VenueExposure, AccountExposure)
    for scope, kind in zip(SCOPES, caps, strict=True):
        before, cap = getattr(view, scope), by_kind[kind]
        if cap.gross_quote is not None:
            assert Fraction(before.gross) + added <= Fraction(cap.gross_quote) + TINY
        if cap.net_quote is not None:
            is_long = answer.signal.side is Side.BUY
            known = before.net_long if is_long else before.net_short
            leaning = before.net if known is None else known
            net = Fraction(leaning if is_long else -leaning) + added
            assert net <= Fraction(cap.net_quote) + TINY


def check_account(answer, view):
    """An approval means that everything was known, fresh and within its limit."""
    assert view.mode is TradingMode.ACTIVE
    assert view.price is not None
    assert view.price > 0
    assert abs(view.age_ns) <= 120_000_000_000
    assert view.loss < 100
    assert view.orders < 30
    assert view.positions < 10 or view.is_held
    drawdown = max(Fraction(0), 1 - Fraction(view.money) / Fraction(view.peak))
    limit = Fraction(15, 100)
    assert drawdown < limit
    factor = min(Fraction(1), 2 * (1 - drawdown / limit))
    assert answer.quantity <= Fraction(answer.requested) * factor + TINY


def check_refusal(answer):
    last = answer.verdicts[-1]
    assert last.outcome is Outcome.REFUSE
    assert all(each.outcome is not Outcome.REFUSE for each in answer.verdicts[:-1])
    assert answer.code
    assert answer.sentence.startswith("refused: ")
    assert len(answer.sentence) > len("refused: ")
    assert last.detail or (last.value is not None and last.limit is not None)


@settings(max_examples=300, deadline=None)
@given(wish=ENTRIES, rules=INSTRUMENTS, view=VIEWS, checks=check_lists())
def test_no_entry_passes_a_cap_grows_or_leaves_the_lot_grid(wish, rules, view, checks):
    """The gate is the last thing between a broken signal and the account."""
    answer = Gate(checks).enter(wish, rules, view)

    if isinstance(answer, Refused):
        event(f"refused by {answer.code}")
        check_refusal(answer)
        return
    event("approved smaller" if answer.risk_reduced else "approved whole")
    assert 0 < answer.quantity <= answer.requested
    assert answer.quantity % rules.lot_size == 0
    assert all(each.outcome is not Outcome.REFUSE for each in answer.verdicts)
    assert answer.risk_reduced <= any(each.outcome is Outcome.CLIP for each in answer.verdicts)
    check_caps(answer, checks, view, worst_value_of(answer, rules, view))
    check_account(answer, view)


@settings(max_examples=100, deadline=None)
@given(wish=ENTRIES, rules=INSTRUMENTS, view=VIEWS)
def test_with_every_limit_off_an_entry_is_still_valid(wish, rules, view):
    answer = Gate((), enabled=False).enter(wish, rules, view)

    if isinstance(answer, Refused):
        check_refusal(answer)
        assert answer.code in {"mode", "finite", "size", "filters"}
    else:
        assert view.mode is TradingMode.ACTIVE
        assert answer.quantity == answer.requested > 0
        assert answer.quantity % rules.lot_size == 0


@settings(max_examples=100, deadline=None)
@given(
    held=decimals("-500", "500", 4),
    fraction=decimals("0.01", "1"),
    rules=INSTRUMENTS,
    view=VIEWS,
    checks=check_lists(),
)
def test_no_state_of_the_account_refuses_an_exit(held, fraction, rules, view, checks):
    """Whatever is broken, a position can be closed."""
    answer = Gate(checks).exit(leave(fraction=fraction), rules, view, held)

    wanted = Fraction(abs(held)) * Fraction(fraction)
    if isinstance(answer, Approved):
        assert 0 < answer.quantity <= wanted
        assert answer.quantity % rules.lot_size == 0
        most = rules.max_quantity
        assert answer.quantity == most or wanted - Fraction(answer.quantity) < rules.lot_size
    else:
        assert answer.code == "holding"
        assert wanted < rules.lot_size
