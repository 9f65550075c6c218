"""Every guard and default of the strategies has a test, and that test fails without it.

The rows are in `guards.py`. For each the default is exchanged, and the named test has to fail.
"""

from __future__ import annotations

from dataclasses import fields

import pytest

from tests.strategies.guarding import examples_of, module_of, outcome
from tests.strategies.guards import GUARDS, Row

TABLE = (  # of the specification
    "detector_driven",
    "combined",
    "trend_follow",
    "hmm_ensemble",
    "scalp",
    "momentum",
    "meme_sentiment",
    "listing_sniper",
    "airdrop_promo",
    "event_breakout",
)
ROWS = [
    pytest.param(strategy, row, id=f"{strategy}.{row.field}")
    for strategy, rows in GUARDS.items()
    for row in rows
]


@pytest.mark.parametrize(("strategy", "row"), ROWS)
def test_a_guard_has_a_test_that_fails_without_it(
    strategy: str, row: Row, monkeypatch: pytest.MonkeyPatch
) -> None:
    params = module_of(strategy).Params
    named = getattr(examples_of(strategy), row.test, None)
    assert named is not None, f"want a test {row.test} for {strategy}.{row.field}"
    assert outcome(named) == ""

    monkeypatch.setitem(params.__init__.__kwdefaults__, row.field, row.other)

    assert outcome(getattr(examples_of(strategy), row.test)) != "", (
        f"{row.test} passes with {row.field} = {row.other!r}: it does not guard it"
    )


@pytest.mark.parametrize(("strategy", "row"), ROWS)
def test_a_default_is_what_the_specification_says(strategy: str, row: Row) -> None:
    assert getattr(module_of(strategy).Params(), row.field) == row.default


@pytest.mark.parametrize("strategy", GUARDS)
def test_no_knob_of_a_strategy_is_without_a_row(strategy: str) -> None:
    knobs = [each.name for each in fields(module_of(strategy).Params)]

    assert sorted(row.field for row in GUARDS[strategy]) == sorted(knobs)


def test_no_strategy_of_the_table_is_without_rows() -> None:
    assert set(TABLE) <= set(GUARDS)
