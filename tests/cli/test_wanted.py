"""What paper and live runs share of the command line."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from argonaut.cli.wanted import Wanted, in_loop, is_watched, teller
from argonaut.monitoring.logs import set_up_logs


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


def test_what_nobody_handled_in_the_loop_is_in_the_log(tmp_path: Path) -> None:
    """A bug met at night has to be found in the morning, and it may hold a secret."""
    path = tmp_path / "argonaut.log"
    tear_down = set_up_logs(path, "INFO", to_terminal=False)

    async def breaks() -> None:
        loop = asyncio.get_running_loop()
        loop.call_soon(int, "token=Canary7Canary7Canary7")
        await asyncio.sleep(0.01)

    in_loop(breaks())
    tear_down()

    (line,) = path.read_text(encoding="utf-8").splitlines()
    assert '"event":"unforeseen"' in line.replace(": ", ":")
    assert "ValueError" in line
    assert "Canary7" not in line
