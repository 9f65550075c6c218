"""What paper and live runs share of the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from argonaut.cli.wanted import Wanted, in_loop, is_watched, teller


def test_options_of_their_own_are_changes_to_the_config() -> None:
    wanted = Wanted(config=Path("a.yaml"), sets=("seed=2",), speed=0.0, forever=True)

    assert wanted.all_sets() == ("seed=2", "paper.speed=0.0", "paper.forever=true")
    assert Wanted(config=Path("a.yaml")).all_sets() == ()


def test_lines_go_to_standard_error_where_standard_output_is_for_json(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A script that reads JSON must not meet a sentence."""
    teller(Wanted(config=Path("a.yaml"), as_json=True))("hello")
    teller(Wanted(config=Path("a.yaml")))("world")

    shown = capsys.readouterr()
    assert ("hello" in shown.err, shown.out) == (True, "world\n")


def test_nobody_watches_a_pipe() -> None:
    assert not is_watched(Wanted(config=Path("a.yaml")))


def test_what_runs_in_the_loop_comes_back() -> None:
    async def seven() -> int:
        return 7

    assert in_loop(seven()) == 7
