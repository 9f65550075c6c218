"""Tests of argonaut.rehearsal.simulation.truths; `test_venue_host` reads a venue that traded."""

from decimal import Decimal

from argonaut.rehearsal.binance.exchange import Truth
from argonaut.rehearsal.simulation.truths import disowned, truth_of
from tests.rehearsal.simulation.written import ENTRY, clean

EPOCH_NS = 1_000


def test_times_are_counted_from_the_beginning_and_names_are_ours() -> None:
    """The oracle compares them with rows of a journal that began then."""
    told = Truth(
        orders=(),
        trades=(),
        balances={"USDT": Decimal(2), "BTC": Decimal(1)},
        transfers=((EPOCH_NS + 5, "USDT", Decimal(-1)),),
        events=(),
        peaks=(("raw_5m", 3, 300_000),),
        refusals=4,
        asked_in_ban=0,
        prices={},
    )
    seen = {"BTCUSDT": [(EPOCH_NS + 7, Decimal(60_000))]}
    found = truth_of(told, {"BTCUSDT": "BTC/USDT"}, epoch_ns=EPOCH_NS, prices=seen)

    assert list(found.balances) == ["BTC", "USDT"]
    assert [(each.at_ns, each.amount) for each in found.transfers] == [(5, Decimal(-1))]
    assert [(each.window, each.used) for each in found.usage] == [("raw_5m", 3)]
    assert found.prices == {"BTC/USDT": ((7, Decimal(60_000)),)}
    assert found.refused_for_rate == 4


def test_what_another_trader_sent_is_somebody_elses() -> None:
    """Two traders on one account: each has to take the other's orders for foreign."""
    truth = clean().evidence().truth
    assert disowned(truth, ()) == truth

    strange = disowned(truth, {ENTRY})
    assert [each.is_ours for each in strange.orders] == [False, True]
    assert [each.is_ours for each in strange.fills] == [False]
