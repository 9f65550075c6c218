"""Who earned what, whichever way it is cut."""

import pytest

from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.ledger.attribution import Attribution, By, Row, attribute, total
from tests.ledger.deals import BRD_BTC, BTC, D

RATES = {"USDT": D(1), "BTC": D(50_000)}


def row(
    strategy: str,
    realized: str,
    *,
    instrument_id: InstrumentId = BTC,
    tag: str = "",
    user: str = "",
) -> Row:
    quote = instrument_id.partition("@")[0].split("/")[1]
    made = Row(StrategyId(strategy), instrument_id, tag=tag, user_id=user, quote=quote)
    made.count_fill(D(100), D("0.1"), D("0.02"))
    made.count_round_trip(D(realized) + D("0.1"), is_win=D(realized) > 0)
    return made


ROWS = [
    row("trend", "5", tag="dip", user="ann"),
    row("trend", "-2", tag="top"),
    row("mean", "1", tag="dip"),
]


def test_a_row_counts_fills_fees_and_round_trips() -> None:
    made = row("trend", "5")

    assert (made.realized, made.fees, made.volume) == (D(5), D("0.1"), D(100))
    assert (made.slippage, made.fills, made.round_trips, made.wins) == (D("0.02"), 1, 1, 1)


def test_the_rest_of_a_flip_is_no_second_fill() -> None:
    made = row("trend", "5")
    made.count_rest(D(50), D("0.05"))

    assert (made.fills, made.volume, made.fees) == (1, D(150), D("0.15"))


@pytest.mark.parametrize(
    ("by", "want"),
    [
        ("strategy", {"mean": 1, "trend": 3}),
        ("instrument", {BTC: 4}),
        ("tag", {"dip": 6, "top": -2}),
        ("user", {"": -1, "ann": 5}),
    ],
)
def test_sums_are_by_what_was_asked_and_sorted(by: By, want: dict[str, int]) -> None:
    sums = attribute(ROWS, by, RATES.get)

    assert list(sums) == sorted(want)
    assert {name: each.realized for name, each in sums.items()} == want


def test_every_cut_adds_up_to_the_account() -> None:
    whole = total(ROWS, RATES.get)

    assert (whole.realized, whole.fees, whole.fills) == (D(4), D("0.3"), 3)
    assert (whole.volume_quote, whole.slippage_quote) == (D(300), D("0.06"))
    assert (whole.round_trips, whole.wins, whole.unvalued) == (3, 2, {})


def test_profit_in_another_quote_asset_is_valued() -> None:
    made = total([row("trend", "0.001", instrument_id=BRD_BTC)], RATES.get)

    assert (made.realized, made.fees, made.volume_quote) == (D(50), D(5_000), D(5_000_000))


def test_profit_without_a_price_stands_apart_and_in_no_other_sum() -> None:
    rows = [
        row("trend", "0.001", instrument_id=BRD_BTC),
        row("trend", "0.002", instrument_id=BRD_BTC),
    ]

    made = total([*rows, row("trend", "5")], {"USDT": D(1)}.get)

    assert (made.realized, made.fees, made.unvalued) == (D(5), D("0.1"), {"BTC": D("0.003")})
    assert (made.fills, made.round_trips) == (3, 3)


def test_a_fee_without_a_price_stands_apart_with_a_minus() -> None:
    made = row("trend", "5")
    made.leave_unvalued("BNB", D("0.01"))
    made.leave_unvalued("BNB", D("0.02"))

    assert total([made], RATES.get).unvalued == {"BNB": D("-0.03")}


def test_written_off_dust_is_a_loss_and_no_round_trip() -> None:
    made = row("trend", "5")
    made.count_dust(D("-0.5"))

    assert (made.realized, made.round_trips) == (D("4.5"), 1)


def test_the_win_rate_is_a_fraction_or_not_known() -> None:
    assert total(ROWS, RATES.get).win_rate == 2 / 3
    assert Attribution().win_rate is None
