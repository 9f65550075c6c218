"""The backtests behind the pages on events: made events and quotes that tell nothing untrue."""

from decimal import Decimal

import polars as pl
import pytest

from argonaut.domain.order import Side
from tools.event_runs import SECOND_NS, SPREAD, airdrop_promo, displacements, made_ticks

CLOSES = [100.0] * 6 + [103.0] * 40 + [107.0] * 6


def bars(closes):
    rows = len(closes)
    return pl.DataFrame(
        {
            "ts": [1_620_000_000 * SECOND_NS + row * 60 * SECOND_NS for row in range(rows)],
            "open": closes,
            "high": [each + 1 for each in closes],
            "low": [each - 1 for each in closes],
            "close": closes,
            "volume": [8.0] * rows,
        }
    )


def test_a_displacement_is_a_rise_of_3_percent_in_five_minutes_once_in_half_an_hour():
    told = list(displacements(bars(CLOSES)))

    assert [(each["id"], each["payload"]["price"]) for each in told] == [
        ("d6", "100.0"),
        ("d46", "103.0"),
    ]


@pytest.mark.parametrize("cut", [7, 10, 46])
def test_displacements_do_not_know_what_comes_later(cut):
    whole = [each for each in displacements(bars(CLOSES)) if int(each["id"][1:]) < cut]

    assert list(displacements(bars(CLOSES[:cut]))) == whole


def test_made_ticks_walk_each_bar_with_the_spread_that_was_said(tmp_path):
    trades, quotes = (pl.read_parquet(each) for each in made_ticks(bars([100.0]), tmp_path, "X"))

    assert trades["price"].to_list() == [100.0, 99.0, 101.0, 100.0]
    assert trades["qty"].to_list() == [2.0] * 4
    assert ((quotes["ask"] - quotes["bid"]) / trades["price"]).to_list() == pytest.approx(
        [SPREAD] * 4
    )


def test_the_promotion_of_the_page_is_met_flat_and_at_the_cost_it_says(tmp_path):
    run = airdrop_promo(tmp_path)
    pnl = sum(each.pnl for each in run.result.log.round_trips)

    assert [each.reason for _, each in run.skips] == [
        "promotion p1: traded 2049.16 of 2000.00, met"
    ]
    assert [mark.side for mark in run.result.log.fill_marks] == [Side.BUY, Side.SELL] * 5
    assert round(pnl, 2) == Decimal("-2.15")
