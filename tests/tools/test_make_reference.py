"""The reference says what the code says, on the day the code says it."""

import pytest

from tools.make_reference import FLOORS_PAGE, PAGES, ROOT, main, wanted
from tools.reference.configuration import keys_without_meaning, type_of
from tools.reference.markdown import table


@pytest.mark.parametrize("path", [*PAGES, FLOORS_PAGE])
def test_a_page_made_from_code_is_up_to_date(path):
    """An operator who looks up a limit gets the one that holds."""
    found = (ROOT / path).read_text(encoding="utf-8")

    assert found == wanted(path), f"{path} is stale: make reference"


def test_every_key_of_the_config_says_what_it_means():
    assert not keys_without_meaning()


def test_checking_writes_nothing_and_fails_on_a_stale_page(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("tools.make_reference.ROOT", tmp_path)
    monkeypatch.setattr("tools.make_reference.PAGES", {"page.md": lambda: "new"})
    monkeypatch.setattr("tools.make_reference.FLOORS_PAGE", "page.md")
    monkeypatch.setattr("tools.make_reference.wanted", lambda _: "new")

    assert main(["--check"]) == 1
    assert not list(tmp_path.iterdir())
    assert main([]) == 0
    assert main(["--check"]) == 0
    assert "page.md is stale" in capsys.readouterr().out


def test_a_bar_in_a_cell_does_not_end_it():
    assert table(("a",), [("x | y",)]).splitlines()[-1] == r"| x \| y |"


def test_types_are_said_as_people_say_them():
    assert type_of(int | None) == "whole number"
    assert type_of(tuple[str, ...]) == "list of text"
