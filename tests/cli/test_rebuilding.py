import json
import signal

import msgspec
import pytest

from argonaut.cli.place import JournalPlace
from argonaut.cli.rebuilding import rows_after
from argonaut.journal.read_model import tables
from argonaut.journal.read_model.model import ReadModel
from argonaut.journal.reader import JournalReader
from tests.cli.calling import call, start
from tests.cli.test_copies import trader_that_says
from tests.cli.test_trading import SLOW, rows_in, wait_for


def shown(url):
    with ReadModel(url) as model:
        return {table.name: model.rows_of(table) for table in tables.FOR_PEOPLE}


def test_a_journal_makes_tables_beside_it(journal):
    path, summary = journal
    called = call("journal", "rebuild", path)
    found = shown(f"sqlite:///{path.with_suffix('.read.db')}")

    assert called.code == 0
    assert f"rows make sqlite:///{path.with_suffix('.read.db')}" in called.out
    assert len(found["fills"]) == summary["fills"]
    assert len(found["orders"]) == summary["orders"]
    fees = float(sum(each["fee"] for each in found["fills"]))
    assert fees == pytest.approx(summary["fees_quote"])


def test_scripts_get_one_object(journal, tmp_path):
    path, summary = journal
    url = f"sqlite:///{tmp_path}/tables.db"
    found = call("journal", "rebuild", path, "--into", url, "--json").answer

    assert found["into"] == url
    assert found["head_hash"] == summary["journal_sha256"]
    assert found["tables"]["fills"] == summary["fills"]


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        (["--into", "mysql://localhost/db"], 2, "want sqlite:///PATH or postgresql"),
        (["--into", "sqlite:////nowhere/x.db"], 4, "cannot be used"),
        (["--into", "postgresql://bot:canary@db.example.com/db?sslmode=disable"], 3, "plain text"),
    ],
)
def test_a_wrong_database_is_told(journal, more, code, said):
    called = call("journal", "rebuild", journal[0], *more)

    assert called.code == code
    assert said in called.err
    assert "canary" not in called.err


def test_a_database_needs_to_be_told_where_its_tables_go():
    called = call("journal", "rebuild", "postgresql://bot@localhost/db")

    assert called.code == 2
    assert "--into" in called.err


def test_a_running_trader_is_followed_to_its_end(paper, tmp_path):
    """What grew beside the trader equals what its journal makes afterwards."""
    trader = start("run", paper, *SLOW)
    journal, url = tmp_path / "journal.db", f"sqlite:///{tmp_path}/live.db"
    try:
        wait_for(lambda: rows_in(journal) > 50)
        follower = start("journal", "rebuild", paper, "--into", url, "--follow")
        trader.communicate(timeout=60)
        with JournalReader(journal) as reader:
            last = reader.last_seq

        def is_there():
            with ReadModel(url) as model:
                return model.progress.seq == last

        wait_for(is_there)
        follower.send_signal(signal.SIGINT)
        _, err = follower.communicate(timeout=30)
    finally:
        for process in (trader, follower):
            process.kill()
            process.communicate()
    grown = shown(url)
    call("journal", "rebuild", journal, "--into", url)

    assert "Traceback" not in err
    assert grown == shown(url)
    assert grown["fills"]


def test_following_goes_on_from_what_is_there(journal, tmp_path):
    url = f"sqlite:///{tmp_path}/tables.db"
    with ReadModel(url) as model:
        model.apply(list(rows_after(JournalPlace.of(journal[0]), 0))[:100], quote="USDT")
    follower = start("journal", "rebuild", journal[0], "--into", url, "--follow", "--json")
    with JournalReader(journal[0]) as reader:
        last = reader.last_seq

    def is_there():
        with ReadModel(url) as model:
            return model.progress.seq == last

    try:
        wait_for(is_there)
    finally:
        follower.kill()
        follower.communicate()


def test_tables_of_another_journal_are_made_anew(journal, tmp_path):
    other = tmp_path / "other.db"
    call("backtest", tmp_path / "run.yaml", "--journal", other, "--set", "balances.USDT=777")
    url = f"sqlite:///{tmp_path}/tables.db"
    call("journal", "rebuild", other, "--into", url)
    follower = start("journal", "rebuild", journal[0], "--into", url, "--follow")

    def is_new():
        rows = shown(url)["equity"]
        return bool(rows) and rows[0]["equity"] == 10_000

    try:
        wait_for(is_new)
    finally:
        follower.kill()
        follower.communicate()


def test_rows_come_in_pieces_out_of_a_running_trader(journal, tmp_path):
    """And once it has gone, out of its file: no row twice, none left out."""
    rows = list(rows_after(JournalPlace.of(journal[0]), 0))
    pieces = (json.loads(msgspec.json.encode(rows[at : at + 40])) for at in (0, 40))
    with trader_that_says(journal[0].with_suffix(".sock"), *pieces):
        found = list(rows_after(JournalPlace.of(journal[0]), 0))

    assert found == rows
    assert len(rows) > 100
