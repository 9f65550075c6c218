"""The backtests behind the strategy pages: those on bundled recordings, and how weeks count."""

from decimal import Decimal

import pytest

from argonaut.domain.order import OrderRole
from tools.strategy_runs import detector_driven, monday

DAY_NS = 86_400_000_000_000
MONDAY_NS = 1_745_193_600_000_000_000  # 2025-04-21 00:00 UTC


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return detector_driven(tmp_path_factory.mktemp("signals"))


@pytest.mark.parametrize(
    ("at_ns", "week"),
    [
        (MONDAY_NS, "2025-04-21"),
        (MONDAY_NS + 7 * DAY_NS - 1, "2025-04-21"),
        (MONDAY_NS - 1, "2025-04-14"),
    ],
)
def test_a_week_begins_on_monday_at_midnight_utc(at_ns, week):
    assert monday(at_ns) == week


def test_each_signal_becomes_what_the_page_says(run):
    """The table of docs/explanation/detector-driven.md, row by row."""
    decided = [
        (each.signal.reason.split("signal ")[1], type(each.signal).__name__, each.approved)
        for _, each in run.decisions
    ]

    assert [each.reason for _, each in run.skips] == [
        "dip s1: confidence 0.35 below 0.5",
        "dip s2: nothing is held to exit",
        "stranger s5: source is not among dip",
    ]
    assert decided == [
        ("s3", "Enter", True),
        ("s4", "Exit", True),
        ("s6", "Exit", True),
        ("s6", "Enter", False),
        ("s7", "Enter", True),
    ]


def test_the_fills_are_those_on_the_page(run):
    marks = [(mark.role, mark.price, mark.quantity) for mark in run.result.log.fill_marks]

    assert marks[:3] == [
        (OrderRole.ENTRY, Decimal("1981.28"), Decimal("0.10388")),
        (OrderRole.EXIT, Decimal("2363.80"), Decimal("0.0428")),
        (OrderRole.EXIT, Decimal("2533.06"), Decimal("0.06108")),
    ]


def test_positions_take_the_fills_of_one_holding_together(run):
    """Two exits closed one position; a win rate that counted both would flatter."""
    ((_, gain),) = run.positions()

    assert len(run.result.log.round_trips) == 2
    assert gain == pytest.approx(0.241, abs=0.001)
