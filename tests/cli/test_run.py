from tests.cli.calling import call


def test_json_is_one_object_and_lines_go_to_standard_error(paper):
    called = call("run", paper, "--json")

    assert called.answer["finished"] is True
    assert called.answer["rows_recovered"] == 0
    assert "  filled momentum entry buy" in called.err


def test_a_backtest_config_is_not_run(config):
    called = call("run", config)

    assert called.code == 2
    assert "want paper, not backtest; `argonaut backtest` plays it" in called.err


def test_a_run_wants_a_journal(paper):
    called = call("run", paper, "--set", "journal.path=null")

    assert called.code == 2
    assert "journal.path: is missing; a paper run wants a journal" in called.err


def test_a_speed_below_zero_is_refused(paper):
    called = call("run", paper, "--speed", "-1")

    assert called.code == 2
    assert "--speed" in called.err


def test_the_options_of_a_run_change_its_config(paper):
    """`--speed` is a `--set` that is quicker to type."""
    called = call("run", paper, "--speed", "0", "--set", "paper.speed=7", "--json")

    assert called.code == 0
    assert called.answer["finished"]


def test_the_report_goes_where_it_was_asked_to(paper, tmp_path):
    called = call("run", paper, "--report", tmp_path / "out" / "r.html", "--json")

    assert called.answer["files"] == {"report": str(tmp_path / "out" / "r.html")}
    assert (tmp_path / "out" / "r.html").exists()
