import pytest

from tests.cli.calling import call


def test_a_journal_is_named_by_the_config_of_its_run(paper):
    call("run", paper)

    assert call("journal", "verify", paper).code == 0


def test_a_config_without_a_journal_has_none_to_verify(config):
    called = call("journal", "verify", config)

    assert called.code == 2
    assert "journal.path: is missing" in called.err


def test_a_kind_that_is_none_is_told(journal):
    called = call("journal", "show", journal[0], "--kind", "decisions")

    assert called.code == 2
    assert "--kind: want one of decision, intent" in called.err


@pytest.mark.parametrize(
    ("name", "more", "said"),
    [
        ("rows.xlsx", [], "want a name that ends in .jsonl, .csv or .parquet"),
        ("rows", [], "want a name that ends in .jsonl, .csv or .parquet"),
        ("rows.csv", ["--orders"], "the log of orders is JSON lines, want a .jsonl file"),
    ],
)
def test_an_ending_nobody_writes_is_told(journal, tmp_path, name, more, said):
    called = call("journal", "export", journal[0], tmp_path / name, *more)

    assert called.code == 2
    assert said in called.err
    assert not (tmp_path / name).exists()
