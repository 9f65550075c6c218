from random import Random

import msgspec
import pytest

from argonaut.domain.errors import ExitCode, InvalidValueError, RefusedToStartError
from argonaut.journal.errors import JournalBrokenError, JournalIOError
from argonaut.journal.memory import MemoryJournal
from argonaut.journal.read_model import tables
from argonaut.journal.read_model.model import Progress, ReadModel, ReadModelGapError
from tests.journal.read_model.conftest import postgres_url, sqlite_url
from tests.journal.told import told_rows, told_trial_rows


def shown(model):
    return {table.name: model.rows_of(table) for table in tables.FOR_PEOPLE}


def rebuilt(url, rows=None):
    with ReadModel(url) as model:
        model.rebuild(told_rows() if rows is None else rows)
        return shown(model)


def of_account(found):
    """The tables without those of what was on trial."""
    return {name: rows for name, rows in found.items() if not name.startswith("dry_run_")}


def test_what_grew_row_by_row_is_what_is_made_at_once(url, tmp_path):
    """Rebuilt equals incremental, row for row: else one of the two lies to a person."""
    dice = Random(3)
    rows = list(told_rows())
    while rows:
        count = dice.randint(1, 40)
        with ReadModel(url) as model:  # a new process each time: nothing is kept in memory
            model.apply(rows[:count])
        del rows[:count]
    with ReadModel(url) as model:
        grown, progress = shown(model), model.progress

    assert grown == rebuilt(sqlite_url(tmp_path))
    assert progress == Progress(told_rows()[-1].seq, told_rows()[-1].hash.hex())
    assert all(of_account(grown).values())


def test_what_was_on_trial_stands_apart_and_the_rest_is_as_without_it(url, tmp_path):
    """Somebody sums `fills` up to know what was spent."""
    found = rebuilt(url, told_trial_rows())
    without = rebuilt(sqlite_url(tmp_path))
    theirs = [row for row in found["orders"] if row["is_dry_run"]]

    assert {row["strategy_id"] for row in theirs} == {"trial"}
    assert {row["strategy_id"] for row in found["fills"]} == {"momentum"}
    assert {row["strategy_id"] for row in found["dry_run_fills"]} == {"trial"}
    assert {row["strategy_id"] for row in found["dry_run_positions"]} == {"trial"}
    assert found["dry_run_equity"]
    assert [row["realized"] for row in found["positions"]] == [
        row["realized"] for row in without["positions"]
    ]
    assert [row["balances"] for row in found["equity"]] == [
        row["balances"] for row in without["equity"]
    ]


def test_what_was_on_trial_grows_as_it_is_made_at_once(url, tmp_path):
    rows = list(told_trial_rows())
    for at in range(0, len(rows), 37):
        with ReadModel(url) as model:
            model.apply(rows[at : at + 37])
    with ReadModel(url) as model:
        assert shown(model) == rebuilt(sqlite_url(tmp_path), told_trial_rows())


def test_both_databases_show_the_same_to_the_last_digit(server, tmp_path):
    one, other = rebuilt(sqlite_url(tmp_path)), rebuilt(postgres_url(server))

    assert one == other
    assert repr(one) == repr(other)  # also 1.50 and 1.5 are not the same to a person


def test_a_rebuild_over_an_old_model_leaves_nothing_of_it(url):
    with ReadModel(url) as model:
        model.rebuild(told_rows()[:100])
        model.rebuild(told_rows())
        again = shown(model)

    assert again == rebuilt(url)


def test_a_rebuild_that_fails_leaves_the_old_tables(url):
    """A person reads the model while it is made; half of it would look like a loss."""
    broken = [*told_rows()[:150], msgspec.structs.replace(told_rows()[150], payload=b"{}")]
    with ReadModel(url) as model:
        model.rebuild(told_rows()[:100])
        before = shown(model)
        with pytest.raises(JournalBrokenError, match=f"row {told_rows()[150].seq}"):
            model.rebuild(broken)

        assert shown(model) == before
        assert model.progress.seq == 100


def test_a_rebuild_tells_how_far_it_is(url):
    told: list[int] = []
    with ReadModel(url) as model:
        model.rebuild(told_rows(), told=told.append)

    assert told[-1] == len(told_rows())


def test_rows_that_do_not_follow_are_refused(url):
    rows = told_rows()
    with ReadModel(url) as model:
        model.apply(rows[:10])
        for wrong in (rows[11:], rows[:10], rows[9:]):
            with pytest.raises(ReadModelGapError, match="is at row 10"):
                model.apply(wrong)

        assert model.progress.seq == 10


def test_rows_of_another_journal_are_refused(url):
    other = MemoryJournal(keeps_rows=True)
    for row in told_rows():
        other.append(row.event_seq, row.event_ns + 1, row.kind, row.subject, row.payload)
    with ReadModel(url) as model:
        model.apply(told_rows()[:10])
        with pytest.raises(ReadModelGapError, match="another journal"):
            model.apply(other.rows[10:])


def test_an_altered_row_is_refused(url):
    row = msgspec.structs.replace(told_rows()[0], payload=b'{"amount":"9999999"}')

    with ReadModel(url) as model, pytest.raises(JournalBrokenError, match="row 1 is not what"):
        model.apply([row])


def test_the_text_of_a_stranger_does_not_stop_the_model(url):
    """The id and reason of a signal come from outside, and PostgreSQL takes no NUL in a text."""
    journal = MemoryJournal(keeps_rows=True)
    decision = next(row for row in told_rows() if row.kind == "decision")
    body = msgspec.json.decode(decision.payload)
    body["signal"]["reason"] = "zero\0🚀'; DROP TABLE orders; --"
    journal.append(1, 1, "decision", "x\0y", msgspec.json.encode(body))
    with ReadModel(url) as model:
        model.apply(journal.rows)
        (signal,) = model.rows_of(tables.signals)

    assert signal["reason"] == "zero␀🚀'; DROP TABLE orders; --"
    assert signal["signal_id"] == "x␀y"


def test_nothing_applied_changes_nothing(url):
    with ReadModel(url) as model:
        assert model.apply([]).seq == 0


@pytest.mark.parametrize(
    ("url", "error", "said"),
    [
        ("mysql://bot:canary@localhost/db", InvalidValueError, "want sqlite:///PATH"),
        ("sqlite:///", InvalidValueError, "want sqlite:///PATH"),
        ("postgresql://bot:canary@db.example.com/db?sslmode=disable", RefusedToStartError, "plain"),
        ("sqlite:////nowhere/read.db", JournalIOError, "cannot be used"),
        ("postgresql://bot:canary@127.0.0.1:1/db", JournalIOError, "cannot be used"),
    ],
)
def test_a_database_that_cannot_be_had_is_told_without_a_password(url, error, said):
    with pytest.raises(error, match=said) as caught:
        ReadModel(url)
    assert "canary" not in str(caught.value)
    assert caught.value.exit_code in set(ExitCode)
