"""The page of the sniper shows what the study finds on the recorded launches, whatever it is."""

from __future__ import annotations

import pytest

from tests.conftest import SHARED
from tools.launch_study import launches, new_coins, study, table
from tools.strategy_runs import ROOT

pytestmark = pytest.mark.real


def test_the_page_has_the_table_of_the_recorded_launches() -> None:
    page = (ROOT / "docs/explanation/listing-sniper.md").read_text(encoding="utf-8")
    found = launches(SHARED)

    assert len(found) == 92
    for line in [*table(study(found)), *table(study(new_coins(found)))]:
        assert line in page
