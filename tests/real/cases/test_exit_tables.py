"""cases.md §2: the candle tables of the trade-based peer, and where our rules end otherwise.

The rules are those of `venues/sim/point.py` and `path.py`; the page docs/reference/cases.md tells
the differences at length under the names used here.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.real.cases.candle_tables import Outcome, Table, played, published, read_cases

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "cases.md"


def ended(reason: str, opened: int, closed: int, profit: float, *, is_short: bool = False) -> Table:
    return Table([Outcome(reason, opened, closed, is_short, "")], profit)


SAME = (
    *("tc0", "tc2", "tc4", "tc6", "tc8", "tc10", "tc14", "tc18", "tc22", "tc26", "tc28"),
    *("tc30", "tc32", "tc34", "tc42", "tc50"),
)
DIFFERENCES = {
    "tc12": (
        ended("TRAILING_STOP_LOSS", 1, 3, -0.03),
        "trail after the bar: a bar's high raises the stop for the next bar, not for its own low",
    ),
    "tc16": (
        ended("EXIT_SIGNAL", 1, 3, -0.005),
        "out at market: a take profit of -1 sells at the next open, not at that bar's low",
    ),
    "tc20": (
        ended("ROI", 1, 3, 0.04),
        "marketable limit: a target lowered below the market fills at the open, not at its price",
    ),
    "tc24": (
        ended("TRAILING_STOP_LOSS", 1, 3, -0.03),
        "open before high: a gap through the stop comes before a target later in the bar",
    ),
    "tc40": (
        ended("STOP_LOSS", 1, 2, -0.02),
        "marketable limit: it buys at the open, so the stop lies below and is gapped a bar later",
    ),
    "tc44": (
        ended("EXIT_SIGNAL", 1, 3, 0.02),
        "marketable limit: it sells at the open, not at the bar's low",
    ),
    "tc46": (
        ended("HELD", 1, 4, 0.0, is_short=True),
        "no forced exit: a limit that is not reached rests, and the end of the data closes nothing",
    ),
    "tc48": (
        ended("EXIT_SIGNAL", 2, 4, -0.031),
        "marketable limit, opened when filled: in at the open of the bar after the first order's",
    ),
    "tc52": (
        ended("STOP_LOSS", 2, 2, -0.03),
        "opened when filled: the peer counts a trade from the bar of its first order",
    ),
}
# The stop of these comes from a call-back of the peer whose body is not in the tables.
INEXPRESSIBLE = ("tc36", "tc38")


@pytest.fixture(scope="module")
def cases(shared):
    return read_cases(shared)


@pytest.mark.parametrize("name", SAME)
def test_a_table_ends_as_published(cases, name, tmp_path):
    assert played(cases[name], tmp_path) == published(cases[name])


@pytest.mark.parametrize("name", DIFFERENCES)
def test_a_table_ends_by_our_stated_rule(cases, name, tmp_path):
    ours, _ = DIFFERENCES[name]

    assert played(cases[name], tmp_path) == ours
    assert ours != published(cases[name])


def test_every_table_is_told_once(cases):
    assert sorted([*SAME, *DIFFERENCES, *INEXPRESSIBLE]) == sorted(cases)
    assert all("use_custom_stoploss" in cases[name] for name in INEXPRESSIBLE)


def test_the_page_tells_every_difference_under_its_name():
    page = PAGE.read_text()

    for name, (_, why) in DIFFERENCES.items():
        rules = why.partition(":")[0]
        row = next(line for line in page.splitlines() if line.startswith(f"| {name} |"))
        assert row.endswith(f"| {rules} |")
        assert all(f"* **{rule}.**" in page for rule in rules.split(", "))
