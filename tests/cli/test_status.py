from tests.cli.calling import call


def test_a_run_that_is_over_is_read_from_its_journal(paper, tmp_path):
    summary = call("run", paper, "--json").answer
    found = call("status", paper, "--json").answer

    assert found["running"] is False
    assert found["name"] == "test-run"
    assert found["journal"] == str(tmp_path / "journal.db")
    assert found["journal_hash"] == summary["journal_sha256"]
    assert {name: float(value) for name, value in found["balances"].items()} == (
        summary["balances"]
    )
    assert found["counts"]["fills"] == summary["fills"]
    assert found["refusals"] == summary["refusals"]


def test_without_a_config_the_last_run_is_meant(paper):
    call("run", paper)

    assert call("status").out == call("status", paper).out


def test_without_any_run_there_is_nothing_to_tell():
    called = call("status")

    assert called.code == 2
    assert "no run was started yet; name its config or journal" in called.err


def test_a_run_that_left_no_journal_is_told(paper):
    called = call("status", paper)

    assert called.code == 2
    assert "there is no journal at" in called.err
