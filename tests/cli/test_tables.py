import io

from rich.console import Console

from argonaut.cli.tables import aligned, grid, pairs, report_view
from tests.cli.pictures import drawn
from tests.cli.test_outcome import outcome


def test_a_grid_shows_every_cell_as_plain_text():
    text = drawn(grid(("who", "count"), [("[bold]x[/]", "3"), ("y", "1,000")], title="All"))

    assert "All" in text
    assert "[bold]x[/]" in text
    assert "1,000" in text


def test_pairs_are_read_downwards():
    rows = [("a", "1"), ("b", "2"), ("c", "3")]
    lines = drawn(pairs(rows, columns=2)).splitlines()

    assert lines[0].split() == ["a", "1", "c", "3"]
    assert lines[1].split() == ["b", "2"]


def test_lines_are_aligned_and_never_cut():
    long = "x" * 300

    assert list(aligned(("a", "b"), [(long, "1"), ("y", "2")])) == [
        f"a{' ' * 299}  b",
        f"{long}  1",
        f"y{' ' * 299}  2",
    ]


def test_the_report_is_tables_with_everything_a_person_looks_at(config):
    text = drawn(report_view(outcome(config).report()), width=140)

    for heading in (
        "Statistics",
        "By strategy",
        "By instrument",
        "Refusals",
        "Last decisions",
        "Run",
    ):
        assert heading in text
    assert "max_positions" in text
    assert "journal" in text


def test_a_narrow_terminal_is_no_error(config):
    file = io.StringIO()
    Console(file=file, width=30).print(report_view(outcome(config).report()))

    assert file.getvalue()
