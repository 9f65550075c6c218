import re

import msgspec

from argonaut.rehearsal.simulation.oracle import judge
from argonaut.rehearsal.simulation.plan import Fault
from argonaut.rehearsal.simulation.timeline import timeline
from tests.rehearsal.simulation.written import ENTRY, S, clean, order


def page(history):
    evidence = history.evidence()
    return timeline(evidence, judge(evidence))


def test_a_clean_run_is_a_page_that_says_so():
    shown = page(clean())

    assert "everything held" in shown
    assert "Run of seed 1" in shown
    assert shown.count("<rect") >= 4


def test_what_did_not_hold_stands_at_the_top_with_its_words():
    """Whoever opens the page at three at night reads one line first."""
    history = clean()
    history.true(12, order(), "NEW")
    shown = page(history)

    assert re.search(r"broken: .*I03", shown)
    assert re.search(r"<td>I03</td><td>trend-a1-1-e: want one order, found 2 orders", shown)


def test_faults_and_deaths_are_bands():
    history = clean()
    ban = Fault(kind="banned", at_ns=20 * S, for_ns=9 * S)
    history.plan = msgspec.structs.replace(history.plan, faults=(ban,), scenario="F13")
    shown = page(history)

    assert 'class="fault"' in shown
    assert "Run of F13" in shown
    assert 'class="down"' in shown


def test_the_page_needs_nothing_else_and_runs_nothing():
    """It is opened from a mail or a build server: it may fetch nothing and run nothing."""
    shown = page(clean())

    assert "<script" not in shown
    assert "http://" not in shown
    assert "https://" not in shown
    assert "default-src 'none'" in shown


def test_names_from_outside_are_no_markup():
    history = clean()
    history.fill(20, order(ENTRY), "<img src=x>", "0.1")

    assert "<img" not in page(history)
