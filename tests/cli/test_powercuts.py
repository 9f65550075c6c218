from tests.cli.calling import call


def test_power_cuts_are_counted_and_told():
    called = call("rehearse", "powercut", "--cuts", 40, "--seed", 5)

    assert called.code == 0
    assert called.out.startswith("40 power cuts in ")
    assert "rows acknowledged, 0 of them lost in 0 cuts; 0 journals unreadable" in called.out


def test_scripts_get_one_object():
    found = call("rehearse", "powercut", "--cuts", 8, "--json").answer

    assert found["ok"] is True
    assert (found["cuts"], found["rows_lost"], found["synchronous"]) == (8, 0, "full")
    assert found["wall_s"] >= 0


def test_lost_rows_are_a_failure():
    called = call("rehearse", "powercut", "--cuts", 40, "--synchronous", "normal", "--json")

    assert called.code == 4
    assert called.answer["ok"] is False
    assert called.answer["rows_lost"] > 0
