import csv

import pytest
import yaml

from argonaut.journal.reader import JournalReader
from tests.cli.calling import call, contents


def test_the_same_backtest_twice_has_the_same_hash(config):
    first, second = (call("backtest", config, "--json").answer for _ in range(2))

    assert first == second


def test_files_are_written_where_asked(config, tmp_path):
    out = tmp_path / "new" / "folder"
    called = call(
        "backtest", config, "--json",
        "--report", out / "report.html",
        "--trades", out / "trades.csv",
        "--equity", out / "equity.csv",
        "--journal", out / "journal.db",
    )  # fmt: skip

    found = called.answer
    assert contents(out) == {"report.html", "trades.csv", "equity.csv", "journal.db"}
    assert set(found["files"]) == {"report", "trades", "equity", "journal"}
    assert "<html" in (out / "report.html").read_text()
    with (out / "trades.csv").open() as file:
        assert len(list(csv.DictReader(file))) == found["trades"]
    with (out / "equity.csv").open() as file:
        assert float(list(csv.DictReader(file))[-1]["equity_quote"]) == found["equity_final"]
    with JournalReader(out / "journal.db") as reader:
        report = reader.verify()
        assert report.ok
        assert report.head_hash == found["journal_sha256"]


def test_what_is_on_trial_has_files_of_its_own(config, tmp_path):
    """The account's files are those of a run without the trial, byte for byte."""
    raw = yaml.safe_load(config.read_text())
    raw["strategies"][1]["dry_run"] = True
    config.write_text(yaml.safe_dump(raw))
    asked = "--trades", tmp_path / "t.csv", "--equity", tmp_path / "e.csv"
    found = call("backtest", config, "--json", *asked).answer

    with (tmp_path / "t.csv").open() as file:
        ours = list(csv.DictReader(file))
    with (tmp_path / "t.dry-run.csv").open() as file:
        trials = list(csv.DictReader(file))
    assert {row["strategy_id"] for row in ours} == {"momentum"}
    assert {row["strategy_id"] for row in trials} == {"trend"}
    assert {row["is_dry_run"] for row in trials} == {"true"}
    assert (len(ours), len(trials)) == (found["trades"], found["dry_run"]["trades"])
    with (tmp_path / "e.dry-run.csv").open() as file:
        last = list(csv.DictReader(file))[-1]
    assert float(last["dry_run_equity_quote"]) == found["dry_run"]["equity_final"]
    assert set(found["files"]) == {"trades", "equity", "dry_run_trades", "dry_run_equity"}

    alone = tmp_path / "alone.yaml"
    alone.write_text(yaml.safe_dump(raw | {"strategies": raw["strategies"][:1]}))
    whole = tmp_path / "whole.csv"
    call("backtest", alone, "--trades", whole)
    assert whole.read_bytes() == (tmp_path / "t.csv").read_bytes()
    assert not (tmp_path / "whole.dry-run.csv").exists()


def test_a_report_and_journal_named_in_a_backtest_config_are_written(config, tmp_path):
    call(
        "backtest", config,
        "--set", "report.html_path=out/r.html", "--set", "journal.path=out/j.db",
    )  # fmt: skip

    assert contents(tmp_path / "out") == {"r.html", "j.db"}


def test_a_paper_config_is_played_and_its_own_files_are_left_alone(paper, tmp_path):
    before = contents(tmp_path)
    called = call("backtest", paper, "--json", "--set", "report.html_path=r.html")

    assert called.code == 0
    assert contents(tmp_path) == before


def test_the_journal_of_an_earlier_backtest_is_replaced(config, tmp_path):
    path = tmp_path / "journal.db"
    call("backtest", config, "--journal", path, "--set", "strategies.0.enabled=false")
    called = call("backtest", config, "--journal", path, "--json")

    with JournalReader(path) as reader:
        assert reader.verify().head_hash == called.answer["journal_sha256"]


def test_the_journal_of_a_paper_run_is_never_replaced(config, paper, tmp_path):
    """A typing error may not cost the truth about an account."""
    call("run", paper)
    before = (tmp_path / "journal.db").read_bytes()
    called = call("backtest", config, "--journal", tmp_path / "journal.db")

    assert called.code == 3
    assert "is the journal of a paper run; want another path" in called.err
    assert (tmp_path / "journal.db").read_bytes() == before


def test_a_file_that_is_no_journal_is_not_replaced(config, tmp_path):
    other = tmp_path / "notes.txt"
    other.write_text("important")

    assert call("backtest", config, "--journal", other).code == 3
    assert other.read_text() == "important"


@pytest.mark.parametrize("option", ["--report", "--trades", "--equity", "--journal"])
def test_a_folder_is_no_place_for_a_file(config, tmp_path, option):
    called = call("backtest", config, option, tmp_path)

    assert called.code == 2
    assert "want the name of a file" in called.err


def test_a_failed_backtest_leaves_nothing_half_written(config, tmp_path):
    (tmp_path / "out").mkdir()
    called = call(
        "backtest", config, "--journal", tmp_path / "out" / "j.db",
        "--set", "data.0.path=absent.parquet",
    )  # fmt: skip

    assert called.code == 2
    assert contents(tmp_path / "out") == set()
