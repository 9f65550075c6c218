"""What a soak tells; the soak itself is in tests/rehearsal/soak."""

import msgspec

from argonaut.cli.soaking import tell_soak
from argonaut.rehearsal.simulation.invariants.case import at
from argonaut.rehearsal.soak.verdict import SoakVerdict
from tests.cli.calling import call

CLEAN = SoakVerdict(
    ok=True,
    seed=3,
    kills=1_000,
    kills_before_ready=300,
    started_while_read=250,
    started_afresh=100,
    wall_s=3_600.0,
    orders=4_000,
    fills=2_500,
    lost=0,
    doubled=0,
    balances_exact=True,
    unknown=0,
    corrections=70,
    faults={"half_body": 2, "disconnect": 3},
    knobs_acted={"garble_reply": 2},
    rows=40_000,
    ready_s_median=1.2,
    ready_s_most=7.5,
    usage={},
    violations=(),
)


def test_a_clean_soak_is_told_in_three_lines(capsys):
    tell_soak(CLEAN)

    assert capsys.readouterr().out.splitlines() == [
        "1,000 kills in 3,600 s, 300 of them before the trader was ready, 5 faults, seed 3",
        (
            "  4,000 orders, 2,500 executions: 0 lost, 0 doubled, 0 unknown; "
            "balances exact to the last unit"
        ),
        (
            "  40,000 rows in the journal, 70 corrections; "
            "ready after 1.2 s (median), 7.5 s at the most"
        ),
    ]


def test_what_did_not_hold_is_told_and_the_first_of_it_is_enough(capsys):
    wrong = tuple(at("I07", 0, f"order {n}", "one", "two") for n in range(25))
    tell_soak(msgspec.structs.replace(CLEAN, ok=False, balances_exact=False, violations=wrong))
    said = capsys.readouterr().out.splitlines()

    assert "balances NOT those of the venue" in said[1]
    assert "  I07 at 0.000 s, order 0: want one, found two" in said
    assert said[-1] == "  and 5 more"


def test_nothing_is_written_over(tmp_path):
    (tmp_path / "something").touch()
    called = call("rehearse", "soak", "--keep", tmp_path)

    assert called.code == 2
    assert "want a new or an empty folder" in called.err
